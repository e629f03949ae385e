//! The function `attachments` as Lambda starts it. Everything is in the library: begin with `lib.rs`.

use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    solution_06::serve().await
}
