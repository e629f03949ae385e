//! A note's file on the board, from outside: what may be left at an address of S3, and what comes back.

use journeys::{Answer, Ask, Board, ask};
use serde_json::{Value, json};

/// The largest file that the board takes.
const MOST: usize = 5 * 1024 * 1024;

async fn invitation(board: &Board, content_type: &str, size: usize) -> Value {
    let wanted = json!({ "name": "호수 사진.png", "type": content_type, "size": size });
    let answer = board.post("/attachments", &wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// Leaves `file` where the invitation says, with these headers beside those that it names.
async fn put(invitation: &Value, file: Vec<u8>, changed: &[(&str, &str)]) -> Answer {
    let headers = invitation["headers"].as_object().expect("headers");
    let mut put = Ask::new("PUT", invitation["url"].as_str().expect("an address")).body(file);
    for (name, value) in headers {
        let changed = changed.iter().find(|(one, _)| one == name).map(|(_, value)| *value);
        put = put.header(name, changed.or(value.as_str()).expect("a text"));
    }
    ask(put).await
}

fn path(invitation: &Value) -> String {
    let key = invitation["key"].as_str().expect("a key");
    format!("/attachments/{}", key.strip_prefix("attachments/").expect("below its folder"))
}

#[tokio::test(flavor = "multi_thread")]
async fn five_megabytes_go_up_and_come_down_as_they_were() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    let file: Vec<u8> = (0..MOST).map(|at| u8::try_from(at % 251).expect("it is smaller")).collect();
    let invitation = invitation(&board, "image/png", file.len()).await;
    let missing = board.get(&path(&invitation)).await;
    assert_eq!((missing.status, missing.error().0.as_str()), (404, "no_such_attachment"), "nothing was left there yet");
    let done = put(&invitation, file.clone(), &[]).await;
    assert_eq!(done.status, 200, "{}", done.text());

    let found = board.get(&path(&invitation)).await.json();
    assert_eq!(
        (&found["name"], &found["type"], &found["size"]),
        (&json!("호수 사진.png"), &json!("image/png"), &json!(MOST))
    );
    let got = ask(Ask::get(found["url"].as_str().expect("an address"))).await;
    assert_eq!((got.status, got.header("content-type")), (200, "image/png"));
    assert!(got.header("content-disposition").starts_with("attachment; filename*=UTF-8''"), "it is a download");
    assert!(got.body == file, "every byte");
    // Files of strangers do not stand under the page's address, nor under the API's.
    let origin = |url: &str| url.split('/').take(3).collect::<Vec<_>>().join("/");
    let of_file = origin(found["url"].as_str().expect("an address"));
    assert!(![board.url("site", ""), board.url("api", "")].iter().any(|url| origin(url) == of_file), "{of_file}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_board_does_not_take_is_left_nowhere() {
    let data = tempfile::tempdir().expect("a folder");
    let board = Board::start(data.path()).await;
    // What is said to be too large, or of another type, gets no address.
    for (wanted, field) in [
        (json!({ "name": "a.png", "type": "image/png", "size": MOST + 1 }), "size"),
        (json!({ "name": "a.png", "type": "image/png", "size": 0 }), "size"),
        (json!({ "name": "a.html", "type": "text/html", "size": 7 }), "type"),
        (json!({ "name": "a.svg", "type": "image/svg+xml", "size": 7 }), "type"),
    ] {
        let answer = board.post("/attachments", &wanted).await;
        assert_eq!(
            (answer.status, answer.error()),
            (400, ("bad_field".to_string(), Some(field.to_string()))),
            "{wanted}"
        );
    }
    // What was said otherwise than it is, S3 refuses: length and type are in the signature.
    let invitation = invitation(&board, "image/png", 7).await;
    assert_eq!(put(&invitation, vec![0; MOST + 1], &[]).await.status, 403, "more bytes than were signed");
    assert_eq!(put(&invitation, vec![0; 7], &[("content-type", "text/html")]).await.status, 403, "another type");
    assert_eq!(board.get(&path(&invitation)).await.status, 404, "nothing has arrived");
    assert_eq!(put(&invitation, vec![0; 7], &[]).await.status, 200, "and the file itself is taken");
    // Nobody reads a file, or the list of them, without an address that was signed.
    let url = invitation["url"].as_str().and_then(|url| url.split('?').next()).expect("an address");
    assert_eq!(ask(Ask::get(url)).await.status, 403);
    assert_eq!(board.get("/attachments").await.status, 403, "the board lists no files");
}
