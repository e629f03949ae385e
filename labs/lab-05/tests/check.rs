//! Lab 05, the board: what each request is answered, what the table holds afterwards, and what was asked of it.
//!
//! Every test begins with nothing on the board. Read them in the order of the TODOs: `create`, `read`, `list`, `update`,
//! `delete`.

#[path = "check/create.rs"]
mod create;
#[path = "check/delete.rs"]
mod delete;
#[path = "check/list.rs"]
mod list;
#[path = "check/read.rs"]
mod read;
#[path = "check/update.rs"]
mod update;

use kit::{Answer, Ask, DynamoDbRequest, Lab};
use serde_json::{Value, json};

/// The origin whose pages may call the API, as `template.yaml` has it.
const ORIGIN: &str = "https://board.example.com";
/// An id that a post could have, and none has.
const NOBODYS_ID: &str = "019ac000-0000-7000-8000-000000000000";
/// A moment by a clock that is ahead of every other.
const AHEAD: &str = "2100-01-01T00:00:00.000Z";

/// What a page of the site asks: everything comes from its origin.
fn asks<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Ask<'lab> {
    lab.asks(todo, about).header("Origin", ORIGIN)
}

/// A post that is nobody's lesson.
fn draft(title: &str) -> Value {
    json!({ "title": title, "body": "Words.", "author": "Ada" })
}

/// A post as the table keeps it. A higher number is a newer one.
fn stored(n: u64, title: &str) -> Value {
    let id = format!("019ac000-0000-7000-8000-{n:012x}");
    let at = "2025-11-26T11:50:16.832Z";
    json!({
        "pk": "BOARD", "sk": format!("POST#{id}"), "id": id, "title": title, "body": "Words.", "author": "Ada",
        "createdAt": at, "updatedAt": at, "version": 1,
    })
}

/// Puts a post on the board, on the way to what a test is about.
fn posted(lab: &Lab, todo: &str, title: &str) -> Value {
    let answer = asks(lab, todo, "put a post on the board").json(&draft(title)).post("/board");
    answer.has_status(201);
    answer.json()
}

/// Expects `again` to show the post that `first` made, and not another one. What the table remembers of their key tells why.
fn shows_the_same_post(lab: &Lab, again: &Answer<'_>, first: &Answer<'_>) {
    let (wanted, got) = (first.field("id"), again.field("id"));
    let records = lab.items("BoardTable").iter().filter(|item| item["sk"] == "ONCE").count();
    let remembered = match records {
        0 => "no record of the key is in the table".to_string(),
        1 => format!("the one record of the key in the table has stopped nobody; {}", condition_of_the_record(lab)),
        many => format!("{many} records are in the table where one key was sent"),
    };
    again.shows(
        wanted == got,
        format!("the post that the first request made, {wanted}"),
        format!("a second post, {got}: {remembered}"),
    );
}

/// What was asked of the table, in a line.
fn in_words(calls: &[DynamoDbRequest]) -> String {
    match calls {
        [] => "the table was not asked".to_string(),
        calls => {
            format!("the table was asked: {}", calls.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Under which condition the last record of a key was written.
fn condition_of_the_record(lab: &Lab) -> String {
    let calls = lab.table_calls();
    let writes = calls.iter().rev().filter_map(|call| call.request["TransactItems"].as_array()).flatten();
    let mut records = writes.map(|write| &write["Put"]).filter(|put| put["Item"]["sk"]["S"] == "ONCE");
    let Some(put) = records.next() else { return "it is not written in the transaction".to_string() };
    let Some(condition) = put["ConditionExpression"].as_str() else {
        return "it is written without a condition".to_string();
    };
    let digits = |number: &Value| number["N"].as_str().map_or(0, str::len);
    let expires = digits(&put["Item"]["expiresAt"]);
    let values = put["ExpressionAttributeValues"].as_object().into_iter().flatten();
    let values = values.filter(|(_, value)| digits(value) > 0);
    let values: Vec<String> = values
        .map(|(name, value)| format!("{name} has {} digits and the record's expiresAt {expires}", digits(value)))
        .collect();
    let values = if values.is_empty() { String::new() } else { format!(", where {}", values.join(" and ")) };
    format!("the condition of its write is {condition}{values}")
}

/// Expects the message of a refusal to say which post is not there.
fn says_which(answer: &Answer<'_>, id: &str) {
    let message = answer.field("error.message");
    let said = message.as_str().unwrap_or_default().split([' ', '.']).any(|word| word.trim_matches('"') == id);
    answer.shows(said, format!("a message that says which post: {id}"), format!("the message {message}"));
}

/// The path of a post.
fn path(post: &Value) -> String {
    format!("/board/{}", post["id"].as_str().unwrap_or_default())
}

/// The titles on a page of the list, in their order.
fn titles(answer: &Answer<'_>) -> Vec<String> {
    titles_of(&answer.field("posts"))
}

/// The titles of posts, in their order.
fn titles_of(posts: &Value) -> Vec<String> {
    let title = |post: &Value| post["title"].as_str().unwrap_or_default().to_string();
    posts.as_array().map(|posts| posts.iter().map(title).collect()).unwrap_or_default()
}

/// An error's code and the header that lets the page read it: without that, a browser shows a CORS error instead.
fn is_readable_error<'lab>(answer: Answer<'lab>, status: u16, code: &str) -> Answer<'lab> {
    answer.has_status(status);
    answer.has_field("error.code", code);
    answer.has_header("Access-Control-Allow-Origin", ORIGIN);
    answer
}
