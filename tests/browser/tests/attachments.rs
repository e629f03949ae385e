//! A picture or a file with a note, in a real browser: from the reader's disk to S3 and back, past the page's
//! Content-Security-Policy and the bucket's CORS rule.

use std::path::PathBuf;

use browser::{Chromium, Tab};
use journeys::Board;
use tempfile::TempDir;

/// A picture of one pixel.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A reader before an empty form, with files on their disk.
struct Writer {
    tab: Tab,
    board: Board,
    disk: TempDir,
    _chromium: Chromium,
    _data: TempDir,
}

impl Writer {
    async fn begins() -> Writer {
        let (data, disk) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (board, chromium) = tokio::join!(Board::start(data.path()), Chromium::start());
        let tab = chromium.open(&board.url("site", "/#/write")).await;
        tab.shows("write").await;
        tab.fill("input-title", "The lake").await;
        tab.fill("input-body", "On Sunday.").await;
        tab.fill("input-author", "Ada").await;
        Writer { tab, board, disk, _chromium: chromium, _data: data }
    }

    async fn chooses(&self, name: &str, file: &[u8]) -> PathBuf {
        let path = self.disk.path().join(name);
        std::fs::write(&path, file).expect("a file");
        self.tab.choose_file("[data-test=input-file]", &path).await;
        path
    }
}

#[tokio::test]
async fn a_picture_is_sent_with_its_words_shown_and_stays_when_the_note_is_edited() {
    let writer = Writer::begins().await;
    let Writer { tab, board, .. } = &writer;
    writer.chooses("호수 [1].png", PICTURE).await;
    tab.announces("호수 [1].png goes with the note").await;
    // Who does not see a picture needs words for it.
    tab.click("send").await;
    tab.has_focus_on("input-alt").await;
    assert!(tab.text("error-file").await.contains("what the picture shows"));
    assert_eq!(tab.violations().await, [""; 0]);
    tab.fill("input-alt", "A lake [at dawn]").await;
    tab.click("send").await;
    tab.shows("read").await;

    let picture = "document.querySelector('[data-test=post-picture]')";
    tab.until(&format!("{picture}?.complete && {picture}.naturalWidth === 1")).await;
    assert_eq!(tab.evaluate::<String>(&format!("{picture}.alt")).await, "A lake at dawn");
    assert_eq!(tab.text("post-body").await, "On Sunday.");
    assert!(tab.text("post-download").await.starts_with("Download 호수 [1].png"));
    assert_eq!(tab.violations().await, [""; 0]);
    // It comes from an origin that is neither the page's nor the API's.
    let origin: String = tab.evaluate(&format!("new URL({picture}.src).origin")).await;
    assert!(![board.url("site", ""), board.url("api", "")].iter().any(|url| url.starts_with(&origin)), "{origin}");

    tab.edit_post("The lake", "On Monday.").await;
    tab.until("document.querySelector('[data-test=post-body]')?.textContent === 'On Monday.'").await;
    tab.until(&format!("{picture}?.naturalWidth === 1")).await;
    tab.click("back").await;
    tab.shows("list").await;
    assert_eq!(tab.texts("note-body").await, ["On Monday."]);
    assert_eq!(tab.text("note-file").await, "with a file");

    tab.open_post("The lake").await;
    tab.click("post-edit").await;
    tab.shows("edit").await;
    tab.click("file-remove").await;
    tab.click("send").await;
    tab.shows("read").await;
    assert_eq!(board.all_posts(20).await[0]["body"], "On Monday.");
}

#[tokio::test]
async fn a_file_is_a_download_and_one_that_is_gone_is_said_to_be() {
    let writer = Writer::begins().await;
    let Writer { tab, board, .. } = &writer;
    writer.chooses("notes.txt", b"<script>top.broken = true</script>").await;
    tab.click("send").await;
    tab.shows("read").await;
    assert_eq!(tab.text("post-download").await, "Download notes.txt (0.1 kB)");
    assert!(tab.evaluate::<bool>("document.querySelector('[data-test=post-picture]') === null").await);
    let body = board.all_posts(20).await[0]["body"].as_str().expect("a text").to_string();
    let id = body.split("(attachments/").nth(1).and_then(|rest| rest.strip_suffix(')')).expect("its last line");
    assert_eq!(body, format!("On Sunday.\n\n[notes.txt](attachments/{id})"));

    let listed = board.aws("GET", "/", "s3").send().await.text();
    let bucket = listed.split("<Name>").filter_map(|rest| rest.split_once("</Name>")).map(|(name, _)| name);
    let bucket = bucket.into_iter().find(|name| name.starts_with("board-uploads-")).expect("the bucket").to_string();
    board.aws("DELETE", &format!("/{bucket}/attachments/{id}"), "s3").send().await;
    tab.reload().await;
    tab.shows("read").await;
    tab.until("document.querySelector('[data-test=post-file]').textContent.includes('not there any more')").await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_at_the_field() {
    let writer = Writer::begins().await;
    let Writer { tab, board, .. } = &writer;
    for (name, file, said) in [
        ("page.html", b"<p>".to_vec(), "page.html is not one of the types"),
        ("large.png", vec![0; 5 * 1024 * 1024 + 1], "large.png has 5.1 MB; the board takes 5 MB"),
        ("empty.txt", Vec::new(), "empty.txt is empty"),
    ] {
        writer.chooses(name, &file).await;
        tab.until(&format!("document.querySelector('[data-test=error-file]').textContent.includes({said:?})")).await;
        assert_eq!(tab.text("file-name").await, "", "{name} does not go with the note");
    }
    // S3 cannot be reached: the note waits until it can.
    writer.chooses("a.txt", b"a").await;
    let elsewhere = "window.really = XMLHttpRequest.prototype.open;
        XMLHttpRequest.prototype.open = function (method) { really.call(this, method, 'http://127.0.0.1:9/'); }";
    tab.run(elsewhere).await;
    tab.click("send").await;
    assert_eq!(tab.failure_kind().await, "upload");
    assert_eq!(tab.violations().await, [""; 0]);
    assert!(board.all_posts(20).await.is_empty());
    tab.run("XMLHttpRequest.prototype.open = really").await;
    tab.click("send").await;
    tab.shows("read").await;
    assert!(tab.text("post-download").await.starts_with("Download a.txt"));
}
