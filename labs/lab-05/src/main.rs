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
mod table;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::cors::Origins;
use crate::routes::Board;
use crate::table::Table;

// One thread: an execution environment is given one event at a time, and threads cost time to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = Table::connect(variable("TABLE_NAME")?).await?;
    let origins = Origins::parse(&variable("ALLOWED_ORIGINS")?).map_err(|why| format!("ALLOWED_ORIGINS: {why}"))?;
    let board = &Board { table, origins };
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(board.answer(&event.payload, &event.context).await)
    }))
    .await
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name)
        .map_err(|_| format!("{name} is not set: give it to the function in the template, under Environment"))
}
