//! A visitor's journeys through the board: the real page in a real browser, on the command as a user starts it. Page and API are of
//! one origin; one journey is made with an API of another origin as well.

use browser::{Chromium, Tab};
use journeys::Board;
use tempfile::TempDir;

/// A board with nothing on it, and a browser that shows it.
struct Visit {
    tab: Tab,
    board: Board,
    chromium: Chromium,
    _data: TempDir,
}

async fn visit() -> Visit {
    let data = tempfile::tempdir().expect("a folder for the data");
    let (board, chromium) = tokio::join!(Board::start(data.path()), Chromium::start());
    visit_of(board, chromium, data).await
}

async fn visit_of(board: Board, chromium: Chromium, data: TempDir) -> Visit {
    let tab = chromium.open(&board.url("site", "")).await;
    tab.shows("list").await;
    Visit { tab, board, chromium, _data: data }
}

#[tokio::test]
async fn a_note_is_written_read_edited_and_taken_down() {
    let visit = visit().await;
    assert_eq!(visit.tab.text("api-address").await, visit.board.url("site", "/dev"));
    assert_eq!(visit.tab.text("api-origin").await, ", on this origin");
    a_note_comes_and_goes(&visit).await;
}

/// The same on a board whose API has an origin of its own: every step is a CORS request that the browser let through.
#[tokio::test]
async fn a_note_is_written_read_edited_and_taken_down_across_two_origins() {
    let data = tempfile::tempdir().expect("a folder for the data");
    let (board, chromium) = tokio::join!(Board::of_two_origins(data.path()), Chromium::start());
    let visit = visit_of(board, chromium, data).await;
    assert_eq!(visit.tab.text("api-address").await, visit.board.url("api", ""));
    assert_eq!(visit.tab.text("api-origin").await, ", which is another origin");
    a_note_comes_and_goes(&visit).await;
}

async fn a_note_comes_and_goes(Visit { tab, board, .. }: &Visit) {
    tab.text("list-empty").await;

    tab.write_post("Lost: a blue scarf", "Left it in the library.\nPlease ask for Ada.").await;
    assert_eq!(tab.text("post-title").await, "Lost: a blue scarf");
    assert_eq!(tab.text("post-body").await, "Left it in the library.\nPlease ask for Ada.");
    assert_eq!(tab.text("post-author").await, "Ada");
    tab.activity_tells("posted", "Lost: a blue scarf").await;

    // The address alone leads to the note again.
    tab.reload().await;
    tab.shows("read").await;

    tab.edit_post("Found: a blue scarf", "Thank you!").await;
    tab.shows("read").await;
    tab.text("post-edited").await;
    assert_eq!(tab.text("post-title").await, "Found: a blue scarf");
    tab.activity_tells("edited", "Found: a blue scarf").await;

    tab.click("post-remove").await;
    tab.click("remove-cancel").await;
    assert_eq!(board.all_posts(20).await.len(), 1, "asked and answered no");
    tab.click("post-remove").await;
    tab.click("remove-confirm").await;
    tab.shows("list").await;
    tab.text("list-empty").await;
    tab.announces("taken down in 10 seconds").await;
    tab.click("removal-now").await;
    tab.announces("is taken down.").await;
    tab.activity_tells("deleted", "Found: a blue scarf").await;
    assert!(board.all_posts(20).await.is_empty());
}

/// The API's DELETE is final. So the page keeps it back for a while, and sends it when it is left.
#[tokio::test]
async fn a_removal_can_be_undone_until_it_is_sent() {
    let Visit { tab, board, .. } = &visit().await;
    tab.write_post("Picnic", "Sunday at noon").await;
    let remove = async || {
        tab.click("post-remove").await;
        tab.click("remove-confirm").await;
        tab.shows("list").await;
        tab.text("list-empty").await;
    };
    remove().await;
    assert_eq!(board.all_posts(20).await.len(), 1, "for everybody else it is still up");
    assert_eq!(tab.violations().await, [""; 0]);
    tab.click("removal-undo").await;
    tab.shows("read").await;
    tab.announces("stays up").await;
    assert_eq!(tab.text("post-title").await, "Picnic");

    // While the request is on its way, the list has the note still; the page does not bring it back.
    let hold = "window.really = fetch; window.fetch = (url, options) => options.method === 'DELETE'
        ? new Promise((go) => { window.arrives = go; }).then(() => really(url, options)) : really(url, options)";
    tab.run(hold).await;
    remove().await;
    tab.click("removal-now").await;
    tab.has_focus_on("view").await;
    tab.click("list-refresh").await;
    tab.until("!document.querySelector('[aria-busy]')").await;
    tab.text("list-empty").await;
    assert_eq!(board.all_posts(20).await.len(), 1);
    tab.run("arrives(); window.fetch = really").await;
    tab.announces("is taken down.").await;
    assert!(board.all_posts(20).await.is_empty());

    tab.write_post("Chess", "Thursday").await;
    // The time that it waits for, without waiting for it: the page's own clock says that it is over.
    tab.run("window.wait = setTimeout; window.setTimeout = (work, time) => wait(work, time === 10000 ? 0 : time)")
        .await;
    remove().await;
    tab.announces("is taken down.").await;
    assert!(board.all_posts(20).await.is_empty());

    tab.reload().await;
    tab.shows("list").await;
    tab.write_post("Choir", "Tuesday").await;
    remove().await;
    tab.goto("about:blank").await;
    let gone = async || {
        while !board.all_posts(20).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(15), gone()).await.expect("leaving the page sends it");
}

/// A program that fills in every field that it finds.
#[tokio::test]
async fn a_field_that_nobody_sees_keeps_programs_out() {
    let Visit { tab, board, .. } = &visit().await;
    tab.click("write").await;
    tab.shows("write").await;
    tab.run(
        "for (const field of document.querySelectorAll('form[data-test=form] input:not([type=file]), form[data-test=form] textarea')) { \
             field.value = 'Buy now'; field.dispatchEvent(new Event('input', { bubbles: true })); }",
    )
    .await;
    tab.click("send").await;
    assert_eq!(tab.failure_kind().await, "trap");
    assert!(board.all_posts(20).await.is_empty(), "nothing was sent");
    // A browser may have filled it in for somebody.
    tab.click("failure-empty").await;
    tab.shows("read").await;
    assert_eq!(board.all_posts(20).await.len(), 1);
}

/// On one origin the site has error pages, and none of them may stand for what the function says.
#[tokio::test]
async fn a_note_that_is_not_there_is_the_functions_404() {
    let Visit { board, chromium, .. } = &visit().await;
    let tab = chromium.open(&board.url("site", "/#/posts/0198c8a0-0000-7000-8000-000000000000")).await;
    tab.shows_failure("read").await;
    assert_eq!(tab.failure_kind().await, "missing");
}

/// A lab that is not begun reads the board and cannot tell what is not there: the visitor meets its fault, and the page says whose it is.
#[tokio::test]
async fn a_readers_own_lab_answers_the_page() {
    let data = tempfile::tempdir().expect("a folder for the data");
    let started = Board::try_start(data.path(), &["--port", "0", "--mine=05"]);
    let (board, chromium) = tokio::join!(started, Chromium::start());
    let board = board.expect("it starts");
    let tab = chromium.open(&board.url("site", "")).await;
    tab.shows("list").await;
    assert_eq!(
        tab.text("whose").await,
        "board-api runs your lab 05, board-attachments runs the solution of lab 06, board-feed runs the solution of lab 08."
    );
    let tab = chromium.open(&board.url("site", "/#/posts/0198c8a0-0000-7000-8000-000000000000")).await;
    tab.shows_failure("read").await;
    assert_eq!(tab.failure_kind().await, "broken");
}

#[tokio::test]
async fn twenty_five_notes_come_in_two_pages() {
    let Visit { tab, board, .. } = &visit().await;
    for number in 1..=25 {
        board.write(&format!("Note {number}")).await;
    }
    tab.click("list-refresh").await;
    tab.has_notes(20).await;
    tab.click("list-older").await;
    tab.has_notes(25).await;
    let expected: Vec<String> = (1..=25).rev().map(|number| format!("Note {number}")).collect();
    assert_eq!(tab.titles().await, expected);
    // The reader goes on where the older notes begin.
    tab.until("document.activeElement.textContent === 'Note 5'").await;
    // Back from a note, the list is as long as it was, and the focus is on that note.
    tab.open_post("Note 3").await;
    tab.click("back").await;
    tab.has_notes(25).await;
    tab.until("document.activeElement.textContent === 'Note 3'").await;
}

/// The API gives a hundred notes at most.
#[tokio::test]
async fn the_way_back_leads_beyond_the_hundredth_note() {
    let Visit { tab, board, .. } = &visit().await;
    for number in 1..=130 {
        board.write(&format!("Note {number}")).await;
    }
    tab.click("list-refresh").await;
    for shown in (20..=120).step_by(20) {
        tab.has_notes(shown).await;
        tab.click("list-older").await;
    }
    tab.has_notes(130).await;
    tab.open_post("Note 5").await;
    tab.click("back").await;
    tab.has_notes(130).await;
    tab.until("document.activeElement.textContent === 'Note 5'").await;
    assert_eq!(tab.titles().await.last().map(String::as_str), Some("Note 1"));
}

#[tokio::test]
async fn what_people_write_stays_text() {
    let Visit { tab, .. } = &visit().await;
    let attack = r#"<img src=x onerror="window.broken = true"><script>window.broken = true</script>"#;
    tab.write_post(attack, attack).await;
    assert_eq!(tab.text("post-title").await, attack);
    assert_eq!(tab.text("post-body").await, attack);
    tab.activity_tells("posted", attack).await;
    tab.click("post-edit").await;
    tab.shows("edit").await;
    tab.click("back").await;
    tab.shows("read").await;
    tab.click("back").await;
    assert_eq!(tab.titles().await, [attack]);
    assert_eq!(tab.evaluate::<usize>("document.querySelectorAll('img, main script, aside script').length").await, 0);
    assert!(tab.evaluate::<bool>("window.broken === undefined").await);
}

/// The API takes characters that nobody sees. The page does not send them, and gives what others sent a name.
#[tokio::test]
async fn a_text_that_shows_nothing_has_a_name() {
    let Visit { tab, board, .. } = &visit().await;
    // A space without width, the blank of Hangul and that of Braille.
    let unseen = "\u{200b}\u{3164}\u{2800}";
    board.write(unseen).await;
    tab.click("list-refresh").await;
    tab.has_notes(1).await;
    assert_eq!(tab.titles().await, ["(without a title)"]);
    tab.activity_tells("posted", "(without a title)").await;
    tab.open_post("(without a title)").await;
    assert_eq!(tab.text("post-title").await, "(without a title)");
    tab.click("write").await;
    tab.shows("write").await;
    tab.fill("input-title", unseen).await;
    tab.fill("input-body", "text").await;
    tab.fill("input-author", "👩\u{200d}💻").await;
    tab.click("send").await;
    tab.has_focus_on("input-title").await;
    assert!(!tab.text("error-title").await.is_empty());
    tab.fill("input-title", "❤\u{fe0f}").await;
    tab.click("send").await;
    tab.shows("read").await;
    assert_eq!(tab.text("post-author").await, "👩\u{200d}💻", "what makes one sign of two is not all that there is");
}

#[tokio::test]
async fn news_come_as_soon_as_the_network_is_back() {
    let Visit { tab, board, .. } = &visit().await;
    tab.is_offline(true).await;
    // After a failure the next look is half a minute away, longer than a test waits.
    tab.click("activity-refresh").await;
    tab.until("document.querySelector('[data-test=activity]').dataset.state === 'error'").await;
    board.write("meanwhile").await;
    assert_eq!(board.activity_count(1).await, 1);
    tab.is_offline(false).await;
    tab.activity_tells("posted", "meanwhile").await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let Visit { tab, board, .. } = &visit().await;
    // The first stop leads past everything to the notes.
    tab.press("Tab").await;
    tab.has_focus_on("skip").await;
    tab.press("Enter").await;
    tab.has_focus_on("view").await;

    tab.reload().await;
    tab.shows("list").await;
    tab.tab_to("write").await;
    tab.press("Enter").await;
    tab.shows("write").await;
    tab.tab_to("send").await;
    tab.press("Enter").await;
    // Sent empty: the focus goes to the first field that is wrong, and says why.
    tab.has_focus_on("input-title").await;
    assert!(tab.text("error-title").await.contains("Title is empty"));
    tab.strike("Choir on Tuesday").await;
    tab.tab_to("input-body").await;
    tab.strike("Seven o'clock, room 4.").await;
    tab.tab_to("input-author").await;
    tab.strike("Grace").await;
    tab.press("Enter").await;
    tab.shows("read").await;
    tab.has_focus_on("post-title").await;
    tab.announces("is pinned").await;

    tab.tab_to("post-remove").await;
    tab.press("Enter").await;
    // The harmless answer has the focus, and Escape means the same; the focus comes back to where it was.
    tab.has_focus_on("remove-cancel").await;
    tab.press("Escape").await;
    tab.has_focus_on("post-remove").await;
    assert_eq!(board.all_posts(20).await.len(), 1);
    tab.press("Enter").await;
    tab.tab_to("remove-confirm").await;
    tab.press("Enter").await;
    tab.shows("list").await;
    tab.tab_to("removal-now").await;
    tab.press("Enter").await;
    tab.announces("is taken down.").await;
    assert!(board.all_posts(20).await.is_empty());
}

#[tokio::test]
async fn of_two_who_edit_at_once_the_second_chooses() {
    let Visit { tab: first, board, chromium, .. } = &visit().await;
    first.write_post("Picnic", "Sunday at noon").await;
    let address: String = first.evaluate("location.href").await;
    let second = &chromium.open(&address).await;
    second.shows("read").await;
    second.click("post-edit").await;
    second.shows("edit").await;

    first.edit_post("Picnic", "Sunday at two").await;
    first.shows("read").await;
    first.until("document.querySelector('[data-test=post]').dataset.version === '2'").await;

    second.fill("input-body", "Saturday at noon").await;
    second.click("send").await;
    // Both texts are there, and nothing has been saved.
    assert_eq!(second.text("conflict-body").await, "Sunday at two");
    assert_eq!(second.text("conflict-version").await, "2");
    second.has_focus_on("conflict").await;
    assert_eq!(
        second.evaluate::<String>("document.querySelector('[data-test=input-body]').value").await,
        "Saturday at noon"
    );
    assert_eq!(board.all_posts(20).await[0]["body"], "Sunday at two");

    second.click("conflict-mine").await;
    second.shows("read").await;
    assert_eq!(second.text("post-body").await, "Saturday at noon");
    let saved = &board.all_posts(20).await[0];
    assert_eq!((&saved["body"], &saved["version"]), (&"Saturday at noon".into(), &3.into()));
}

#[tokio::test]
async fn a_double_click_posts_once_and_a_reload_keeps_the_draft() {
    let Visit { tab, board, .. } = &visit().await;
    tab.click("write").await;
    tab.shows("write").await;
    tab.fill("input-title", "Chess, anyone?").await;
    tab.fill("input-body", "Thursdays").await;
    tab.fill("input-author", "Mina").await;
    tab.reload().await;
    tab.shows("write").await;
    tab.text("draft-restored").await;
    assert_eq!(tab.evaluate::<String>("document.querySelector('[data-test=input-body]').value").await, "Thursdays");
    tab.run("const send = document.querySelector('[data-test=send]'); send.click(); send.click();").await;
    tab.shows("read").await;
    assert_eq!(board.all_posts(20).await.len(), 1);
}

#[tokio::test]
async fn what_the_server_refuses_is_said_at_the_field() {
    let Visit { tab, board, .. } = &visit().await;
    tab.click("write").await;
    tab.shows("write").await;
    tab.fill("input-title", "A bell \u{7} rings").await;
    tab.fill("input-body", "…").await;
    tab.fill("input-author", "Linus").await;
    tab.click("send").await;
    tab.until("document.querySelector('[data-test=error-title]').textContent !== ''").await;
    tab.has_focus_on("input-title").await;
    assert!(board.all_posts(20).await.is_empty());

    tab.go("#/posts/nobody-wrote-this").await;
    tab.shows_failure("read").await;
    assert_eq!(tab.failure_kind().await, "missing");
}

#[tokio::test]
async fn the_page_fits_a_small_phone() {
    let Visit { tab, board, .. } = &visit().await;
    let unbroken = "W".repeat(120);
    board.write(&unbroken).await;
    tab.is_wide(320).await;
    tab.click("list-refresh").await;
    tab.has_notes(1).await;
    let overflow = "document.documentElement.scrollWidth - innerWidth";
    assert_eq!(tab.evaluate::<i64>(overflow).await, 0, "the list needs no scrolling sideways");
    tab.open_post(&unbroken).await;
    assert_eq!(tab.evaluate::<i64>(overflow).await, 0, "nor does a note");
    tab.click("post-edit").await;
    tab.shows("edit").await;
    assert_eq!(tab.evaluate::<i64>(overflow).await, 0, "nor does the form");
}

#[tokio::test]
async fn an_address_without_an_object_shows_the_boards_own_page() {
    let Visit { board, chromium, .. } = &visit().await;
    let tab = chromium.open(&board.url("site", "/no/such/page")).await;
    tab.until("document.querySelector('h1').textContent === 'Nothing is pinned at this address'").await;
    // Its style sheet was loaded although the address is two folders deep.
    assert!(tab.evaluate::<bool>("getComputedStyle(document.body).display === 'flex'").await);
    assert_eq!(tab.evaluate::<u16>("performance.getEntriesByType('navigation')[0].responseStatus").await, 404);
}
