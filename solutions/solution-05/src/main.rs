//! `board-api`: the function behind the board's REST API.
//!
//! A request is read by `request.rs` and `draft.rs`, led by `routes.rs`, done by `table.rs` and its parts, and answered
//! by `reply.rs`; `cors.rs` has the last word on every answer, and `error.rs` decides what each failure looks like from
//! outside. Start with `routes.rs`.

mod aws;
mod clock;
mod cors;
mod cursor;
mod draft;
mod error;
mod keys;
mod post;
mod reply;
mod request;
mod routes;
mod serve;
mod table;

use lambda_runtime::Error;

// One thread: an execution environment is given one event at a time, and threads cost time to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    serve::serve().await
}
