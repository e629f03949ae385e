//! Lab 07, permissions: what works with the roles as they are deployed, and what they allow that nothing needs.
//!
//! Each TODO is asked about twice: by a request or a record, which shows what is missing, and by IAM's own rules, which show
//! what is too much. Where AWS refuses to create a resource, nothing else can be judged before that.

#[path = "check/api.rs"]
mod api;
#[path = "check/authors.rs"]
mod authors;
#[path = "check/journal.rs"]
mod journal;
#[path = "check/log.rs"]
mod log;

use kit::{Failure, Lab, deployment};
use serde_json::{Value, json};

/// The board's table with its index and stream, and the journal's, as roles name them.
const BOARD: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";
const BY_AUTHOR: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/index/byAuthor";
const STREAM: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000";
const STREAMS: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/*";
const JOURNAL: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board-journal";

/// The lab, for a test about `todo`. Two TODOs decide whether AWS creates the stack at all, and a role
/// with a mistake in it keeps it from being read.
fn deployed(todo: &'static str) -> Lab {
    deployment!()
        .attribute(Failure::ResourceRefused("BoardAuthorsFunction"), "lab-07.1")
        .attribute(Failure::ResourceRefused("BoardJournalFunctionChanges"), "lab-07.2")
        .attribute(Failure::ResourceRefused("BoardAuthorsRole.Properties.AssumeRolePolicyDocument"), "lab-07.1")
        .attribute(Failure::ResourceRefused("BoardAuthorsRole"), "lab-07.4")
        .attribute(Failure::ResourceRefused("BoardApiRole"), "lab-07.3")
        .attribute(Failure::ResourceRefused("BoardJournalRole"), "lab-07.2")
        .about(todo)
        .deployed()
}

/// Puts a post on the board, which is what lab-07.3 is about.
fn posted(lab: &Lab, title: &str) -> Value {
    let draft = json!({ "title": title, "body": "Words.", "author": "Ada" });
    let answer = lab.asks("lab-07.3", "put a post on the board").json(&draft).post("/board");
    answer.has_status(201);
    answer.json()
}

/// The path of a post.
fn path(post: &Value) -> String {
    format!("/board/{}", post["id"].as_str().unwrap_or_default())
}
