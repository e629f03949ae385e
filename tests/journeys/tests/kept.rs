//! What a board keeps when it is killed: mappings that were made with the API, and asynchronous events that wait.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use journeys::{Answer, Board, executable, root, template, workbook};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// The board's template, changed by `change`.
fn changed(folder: &Path, change: impl Fn(&str) -> String) -> PathBuf {
    let file = folder.join("template.yaml");
    std::fs::write(&file, change(&template())).expect("a file");
    file
}

/// A call of Lambda's own API.
async fn lambda(board: &Board, method: &str, path: &str, body: &Value) -> Answer {
    board.aws(method, &format!("/2015-03-31{path}"), "lambda").json(body).send().await
}

async fn mappings(board: &Board) -> Vec<Value> {
    let listed = lambda(board, "GET", "/event-source-mappings", &Value::Null).await.json();
    listed["EventSourceMappings"].as_array().expect("a list").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_of_the_api_goes_on_where_it_was_after_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    // The feed's function without its event, so that the mapping can only come from the API.
    let template = changed(folder.path(), |text| {
        let (before, after) = text.split_once("        Posts:\n          Type: DynamoDB\n").expect("the event");
        let (_, after) = after.split_once("\n\n").expect("the next resource");
        let (before, _) = before.rsplit_once("      Events:\n").expect("the events");
        // Nor can an alarm refer to it.
        format!("{before}\n{after}").replace("!Ref BoardFeedFunctionPosts", "none")
    });
    let board = Board::of(&data, &template).await;
    assert_eq!(mappings(&board).await, [] as [Value; 0]);
    let stream = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000";
    let filters = json!({ "Filters": [{ "Pattern": "{\"dynamodb\":{\"Keys\":{\"pk\":{\"S\":[\"BOARD\"]}}}}" }] });
    let request = json!({ "FunctionName": "board-feed", "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON",
        "FilterCriteria": filters, "FunctionResponseTypes": ["ReportBatchItemFailures"] });
    let made = lambda(&board, "POST", "/event-source-mappings/", &request).await;
    assert_eq!(made.status, 202, "{}", made.text());
    board.write("one").await;
    assert_eq!(board.activity_count(1).await, 1);
    board.kill().await;

    let board = Board::of(&data, &template).await;
    let again = mappings(&board).await;
    assert_eq!(again.len(), 1);
    for field in
        ["UUID", "EventSourceArn", "FunctionArn", "FilterCriteria", "FunctionResponseTypes", "StartingPosition"]
    {
        assert_eq!(again[0][field], made.json()[field], "{field}");
    }
    board.write("two").await;
    assert_eq!(board.activity_count(2).await, 2, "the new record is delivered, and the old one does not count twice");
    let uuid = again[0]["UUID"].as_str().expect("a UUID");
    let deleted = lambda(&board, "DELETE", &format!("/event-source-mappings/{uuid}"), &Value::Null).await;
    assert_eq!(deleted.status, 202);
    board.kill().await;
    let board = Board::of(&data, &template).await;
    assert_eq!(mappings(&board).await, [] as [Value; 0], "one that was deleted stays deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_lambda_took_is_tried_to_the_end_after_kill_9() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let template = changed(folder.path(), |text| {
        let config = "      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt FeedFailures.Arn}}}\n";
        text.replace("      FunctionName: board-api\n", &format!("      FunctionName: board-api\n{config}"))
    });
    let board = Board::of(&data, &template).await;
    // No proxy event: the function fails, and Lambda tries again twice.
    let folder_of_data = data.to_string_lossy();
    let taken = workbook(&["invoke", "board-api", "--async", "--event", "7", "--data", &folder_of_data], "").await;
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    let first = first_failure(&data).await;
    board.kill().await;

    let board = Board::of(&data, &template).await;
    let message = failure(&board).await;
    let context = &message["requestContext"];
    assert_eq!(context["requestId"], first["requestId"], "it is the same event");
    assert_eq!(context["condition"], "RetriesExhausted");
    assert_eq!(context["approximateInvokeCount"], 3, "as many attempts as the settings allow");
    assert_eq!(message["requestPayload"], 7);
    board.kill().await;
    let left: Vec<_> = std::fs::read_dir(data.join("events")).expect("the folder").flatten().collect();
    assert!(left.is_empty(), "what is done with does not come again: {left:?}");
}

/// The first attempt, once it has failed.
async fn first_failure(data: &Path) -> Value {
    let mut command = Command::new(executable().await);
    command.args(["events", "invocations", "--json", "--follow", "--data"]).arg(data).current_dir(root());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().expect("the command starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
    while let Some(line) = lines.next_line().await.expect("its output is text") {
        let entry: Value = serde_json::from_str(&line).expect("JSON");
        if entry["source"] == "queue" && entry["functionError"] == "Unhandled" {
            return entry;
        }
    }
    panic!("it follows")
}

/// The message in the queue of failures, once it is there.
async fn failure(board: &Board) -> Value {
    let url = format!("{}/123456789012/board-feed-failures", board.url("aws", ""));
    let body = json!({ "QueueUrl": url, "WaitTimeSeconds": 20 });
    let call = board.aws("POST", "/", "sqs").header("x-amz-target", "AmazonSQS.ReceiveMessage");
    let received = call.json(&body).send().await.json();
    let text = received["Messages"][0]["Body"].as_str().unwrap_or_else(|| panic!("no message: {received}"));
    serde_json::from_str(text).expect("JSON")
}
