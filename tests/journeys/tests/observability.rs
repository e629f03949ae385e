//! What a learner sees: `logs`, `events` and `invoke` against a board that runs, and what they say when none does.

use std::path::Path;
use std::process::Stdio;

use journeys::{Ask, Board, CommandOutput, ask, executable, root, workbook};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Runs a command about the board on `data`.
async fn about(data: &Path, arguments: &[&str], input: &str) -> CommandOutput {
    let data = data.to_string_lossy();
    workbook(&[arguments, &["--data", &data]].concat(), input).await
}

async fn succeeded(data: &Path, arguments: &[&str]) -> String {
    let said = about(data, arguments, "").await;
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
    said.out
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_through_a_board_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let board = Board::start(data).await;
    let post = board.write("hello").await;
    assert_eq!(board.get("/nowhere").await.status, 403);

    let log = succeeded(data, &["logs", "board-api"]).await;
    assert!(log.contains("INIT_START") && log.contains("\tMemory Size: 256 MB"), "{log}");
    assert!(!log.contains("Extended Request Id"), "the API's lines belong to another log:\n{log}");
    let api = succeeded(data, &["logs", "api"]).await;
    assert!(api.contains("HTTP Method: POST, Resource Path: /board"), "{api}");
    let both = succeeded(data, &["logs"]).await;
    assert!(both.lines().any(|line| line.contains(" board-api  ")) && both.lines().any(|line| line.contains(" api ")));
    let nothing = succeeded(data, &["logs", "--since", "2999-01-01T00:00:00Z"]).await;
    assert_eq!(nothing, "");

    let events = succeeded(data, &["events"]).await;
    for part in [
        "POST /dev/board -> 201",
        "board-api from api: replied",
        "board-api: dynamodb:",
        "403 MissingAuthenticationToken",
    ] {
        assert!(events.contains(part), "no `{part}` in\n{events}");
    }
    assert!(!events.contains("learner: "), "who looks on leaves no trace:\n{events}");
    let requests = succeeded(data, &["events", "requests"]).await;
    assert!(requests.lines().all(|line| line.contains("  request  ")), "{requests}");
    let batch = first_batch(data).await;
    assert_eq!(
        (&batch["table"], &batch["function"], &batch["outcome"]),
        (&"board".into(), &"board-feed".into(), &"done".into())
    );
    let whole = succeeded(data, &["events", "invocations", "--json"]).await;
    let whole: Vec<Value> = whole.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let proxied = whole.iter().find(|entry| entry["event"]["httpMethod"] == "POST").expect("the proxy event");
    let reply: Value = serde_json::from_str(proxied["reply"]["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!((&proxied["source"], &reply), (&"api".into(), &post));
    assert!(whole.iter().any(|entry| entry["source"] == "stream" && entry["event"]["Records"].is_array()));
}

/// The first batch of a stream that the board tells of; waits for it, because a stream takes its time.
async fn first_batch(data: &Path) -> Value {
    let mut command = Command::new(executable().await);
    command.args(["events", "batches", "--json", "--follow", "--data"]).arg(data).current_dir(root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the command starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
    let line = lines.next_line().await.expect("its output is text").expect("it follows");
    serde_json::from_str(&line).expect("JSON")
}

/// Logs are kept, copied and read by more people than the board is, and an entry cannot be taken out of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_people_write_stands_in_no_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let board = Board::start(data).await;
    let secret = "heliotrope-and-quince";
    let draft = serde_json::json!({ "title": secret, "body": secret, "author": secret });
    assert_eq!(board.post("/board", &draft).await.status, 201);
    let broken = format!("{{\"title\": \"{secret}\"");
    let refused = Ask::new("POST", &board.url("api", "/board")).header("Content-Type", "application/json").body(broken);
    assert_eq!(ask(refused).await.status, 400);
    first_batch(data).await;
    let log = succeeded(data, &["logs"]).await;
    for source in [" board-api  ", " board-feed  ", " api "] {
        assert!(log.lines().any(|line| line.contains(source)), "nothing of `{source}` in\n{log}");
    }
    assert!(!log.contains(secret), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_invoked_with_an_event_of_the_readers_choice() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let _board = Board::start(data).await;
    let event = r#"{"Records": []}"#;
    let file = data.join("event.json");
    std::fs::write(&file, event).expect("a file");
    let file = file.to_string_lossy();
    let given = [about(data, &["invoke", "board-feed", "--event", event], "").await];
    let read = [about(data, &["invoke", "board-feed", "--event", &file], "").await];
    let piped = [about(data, &["invoke", "board-feed", "--event", "-", "--log"], event).await];
    for said in given.iter().chain(&read).chain(&piped) {
        assert_eq!((said.code, said.out.trim()), (Some(0), r#"{"batchItemFailures":[]}"#), "{}", said.err);
    }
    assert!(piped[0].err.contains("REPORT RequestId: ") && !given[0].err.contains("REPORT"), "{}", piped[0].err);

    let taken = about(data, &["invoke", "board-feed", "--async", "--event", event], "").await;
    assert!(taken.code == Some(0) && taken.out.starts_with("202: "), "{taken:?}");
    let failed = about(data, &["invoke", "board-api", "--event", "7"], "").await;
    assert!(failed.code == Some(1) && failed.out.contains("errorMessage"), "{failed:?}");
    assert!(failed.err.contains("Unhandled") && failed.err.contains("cargo workbook logs board-api"), "{failed:?}");
    let refused = about(data, &["invoke", "board-api", "--event", "{broken"], "").await;
    assert!(refused.err.contains("InvalidRequestContentException"), "{refused:?}");
    let unknown = about(data, &["invoke", "bord-api"], "").await;
    assert!(
        unknown.err.contains("ResourceNotFoundException")
            && unknown.err.contains("board-api, board-attachments, board-feed"),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_board_they_say_how_to_start_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let check = async |expected: &str| {
        for command in [&["logs"][..], &["events"], &["invoke", "board-api"]] {
            let said = about(data, command, "").await;
            assert_eq!(said.code, Some(1), "{said:?}");
            assert!(said.err.contains(expected) && said.err.contains("cargo run"), "no `{expected}` in {}", said.err);
        }
    };
    check("No board is running on ").await;
    let board = Board::start(data).await;
    let aws = board.url("aws", "");
    let asked = workbook(&["logs", "--data", &data.to_string_lossy(), "--endpoint", &aws], "").await;
    assert_eq!(asked.code, Some(0), "{}", asked.err);
    let pid = board.pid();
    board.kill().await;
    check(&format!("(process {pid}) has ended and did not say so")).await;
    let silent = workbook(&["events", "--data", &data.to_string_lossy(), "--endpoint", &aws], "").await;
    assert!(silent.code == Some(1) && silent.err.contains("does not answer"), "{silent:?}");
}
