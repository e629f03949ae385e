//! The board with its API on the site's own address: one distribution, two origins behind it.

use std::path::Path;

use journeys::{Answer, Ask, Board, CommandOutput, ask, root, template, workbook};
use serde_json::{Value, json};

async fn deploy(data: &Path, template: &Path, options: &[&str]) -> CommandOutput {
    let (template, data) = (template.to_string_lossy(), data.to_string_lossy());
    workbook(&[&["deploy", &template, "--data", &data], options].concat(), "").await
}

/// What the site answers to a page of its own.
async fn own_page(board: &Board, method: &str, path: &str, body: &Value) -> Answer {
    let site = board.url("site", "");
    let request = Ask::new(method, &format!("{site}{path}")).header("Sec-Fetch-Site", "same-origin");
    let request = if method == "GET" { request } else { request.header("Origin", &site).json(body) };
    ask(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn page_and_api_are_one_origin_and_are_two_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let board = Board::start(folder.path()).await;
    let page = own_page(&board, "GET", "/", &Value::Null).await;
    let policy = page.header("content-security-policy");
    let asked = policy.split("connect-src ").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_default();
    // Itself, and where readers' files are.
    assert!(
        matches!(asked.split(' ').collect::<Vec<_>>()[..], ["'self'", files] if files.ends_with("/attachments/")),
        "{policy}"
    );
    board.page_asks("/dev").await;

    // Everything that the page does, without a word of CORS.
    let draft = json!({ "title": "Lost: one umbrella", "body": "Blue, by the door.", "author": "Ada" });
    let post = own_page(&board, "POST", "/dev/board", &draft).await;
    assert_eq!((post.status, post.header("access-control-allow-origin")), (201, ""), "{}", post.text());
    assert_eq!(post.header("x-cache"), "Miss from cloudfront");
    let path = format!("/dev/board/{}", post.json()["id"].as_str().expect("an id"));
    assert_eq!(own_page(&board, "GET", &path, &Value::Null).await.json(), post.json());
    let list = own_page(&board, "GET", "/dev/board?limit=1", &Value::Null).await.json();
    assert_eq!(list["posts"], json!([post.json()]), "the query reaches the function");
    let edit = json!({ "title": "Found", "body": "Thank you.", "version": 1 });
    assert_eq!(own_page(&board, "PUT", &path, &edit).await.json()["version"], 2);
    assert_eq!(own_page(&board, "DELETE", &path, &Value::Null).await.status, 204);

    // An error of the function is the function's, although the distribution has an error page.
    let missing = own_page(&board, "GET", &path, &Value::Null).await;
    assert_eq!((missing.status, missing.error().0.as_str()), (404, "no_such_post"), "{}", missing.text());
    assert_eq!(missing.header("x-cache"), "Error from cloudfront");
    let no_page = own_page(&board, "GET", "/nothing.html", &Value::Null).await;
    assert!(no_page.status == 404 && no_page.text().contains("<html"), "{}", no_page.text());
    // A refusal of the gateway is a 403, for which there is a page.
    let no_route = own_page(&board, "GET", "/dev/nowhere", &Value::Null).await;
    assert_eq!((no_route.status, no_route.text()), (404, no_page.text()));
    assert_eq!(board.get("/nowhere").await.status, 403, "the API's own address says what it said");

    // A stranger's page runs nothing at this address either, and reads nothing at the API's.
    let url = format!("{}/dev/board", board.url("site", ""));
    let strange = Ask::new("POST", &url).header("Origin", "http://evil.example").header("Sec-Fetch-Site", "cross-site");
    assert_eq!(ask(strange.json(&draft)).await.status, 403);
    let rebound = Ask::get(&url).header("Host", "evil.example").header("Sec-Fetch-Site", "same-origin");
    assert_eq!(ask(rebound).await.status, 403);
    let other_origin = ask(Ask::get(&board.url("api", "/board")).header("Origin", &board.url("site", ""))).await;
    assert_eq!((other_origin.status, other_origin.header("access-control-allow-origin")), (200, ""));

    let file = root().join("infra/template.yaml");
    let own = deploy(folder.path(), &file, &["--parameter", "ApiOn=own"]).await;
    assert_eq!(own.code, Some(0), "{}", own.err);
    board.page_asks(&board.url("api", "")).await;
    assert_eq!(own_page(&board, "GET", "/dev/board", &Value::Null).await.text(), no_page.text());
    let two_origins = ask(Ask::get(&board.url("api", "/board")).header("Origin", &board.url("site", ""))).await;
    assert_eq!(two_origins.header("access-control-allow-origin"), board.url("site", ""));
}

/// What is often wrong in a first distribution of this kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_host_is_forbidden_and_an_error_page_takes_the_place_of_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, file) = (folder.path().join("data"), folder.path().join("template.yaml"));
    std::fs::write(&file, template()).expect("a file");
    let board = Board::of(&data, &file).await;
    let page_for_403 = "{ErrorCode: 403, ResponseCode: 404, ResponsePagePath: /error.html, ErrorCachingMinTTL: 10}";
    let no_page = (page_for_403, "{ErrorCode: 403, ErrorCachingMinTTL: 10}");
    let page_for_404 = (
        "{ErrorCode: 404, ErrorCachingMinTTL: 0}",
        "{ErrorCode: 404, ResponseCode: 200, ResponsePagePath: /index.html}",
    );
    let all_viewer = ("b689b0a8-53d0-40ab-baf2-68738e2966ac", "216adef6-5c7f-47e4-b989-5492eafa07d3");
    for (edits, path, status, expected) in [
        (vec![no_page], "/dev/nowhere", 403, r#"{"message":"Missing Authentication Token"}"#),
        (vec![no_page, all_viewer], "/dev/board", 403, r#"{"message":"Forbidden"}"#),
        // What is usually seen of it, because a site has an error page.
        (vec![all_viewer], "/dev/board", 404, "<html"),
        (vec![page_for_404], "/dev/board/none", 200, "<html"),
    ] {
        let changed = edits.iter().fold(template(), |text, (old, new)| {
            assert!(text.contains(old), "the template has no `{old}` any more");
            text.replacen(old, new, 1)
        });
        std::fs::write(&file, changed).expect("a file");
        let deployed = deploy(&data, &file, &[]).await;
        assert_eq!(deployed.code, Some(0), "{edits:?}: {}", deployed.err);
        let answer = own_page(&board, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, status, "{edits:?}: {}", answer.text());
        assert!(answer.text().contains(expected), "{edits:?}: {}", answer.text());
    }
}
