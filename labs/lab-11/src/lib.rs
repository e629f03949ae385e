//! What the two functions of this lab share: a page of posts, and how it becomes a reply.
//!
//! `src/bin/board-read.rs` reads it from DynamoDB, and runs twice in the template, outside of the VPC and inside. `src/main.rs`
//! reads it from PostgreSQL, by way of `database.rs`.

pub mod database;

use serde_json::{Value, json};

/// How many posts a page shows.
pub const SHOWN: i32 = 20;

/// The proxy reply for a page, or for what kept it from being read. The reason goes to the log, under the request's id.
pub fn reply(posts: Result<Vec<Value>, String>, request_id: &str) -> Value {
    match posts {
        Ok(posts) => envelope(200, &json!({ "posts": posts })),
        Err(cause) => {
            eprintln!("{}", json!({ "level": "ERROR", "requestId": request_id, "cause": cause }));
            let message = "The board failed; it is not your request. Send it again.";
            envelope(500, &json!({ "error": { "code": "internal", "message": message } }))
        }
    }
}

fn envelope(status: u16, body: &Value) -> Value {
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": body.to_string(),
    })
}
