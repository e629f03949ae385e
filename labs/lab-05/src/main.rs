//! `board-api` as Lambda starts it. Everything is in the library: begin with `lib.rs`.

use lambda_runtime::Error;

// One thread: an execution environment is given one event at a time, and threads cost time to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lab_05::serve().await
}
