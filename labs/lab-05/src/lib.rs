//! `board-api`: the function behind the board's REST API, as a library.
//!
//! A request is read by `request.rs` and `draft.rs`, led by `routes.rs`, done by `table.rs` and its parts, and answered
//! by `reply.rs`; `cors.rs` has the last word on every answer, and `error.rs` decides what each failure looks like from
//! outside. Start with `routes.rs`.
//!
//! It is a library because the board grows: later functions share [`aws`], [`clock`] and [`keys`] with this one, and a
//! package that is about something else can run the finished board by [`serve`].

pub mod aws;
pub mod clock;
mod cors;
mod cursor;
mod draft;
mod error;
pub mod keys;
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

/// Answers the board's requests until Lambda ends the process. Its settings are the function's environment variables
/// `TABLE_NAME` and `ALLOWED_ORIGINS`.
///
/// # Errors
/// When a setting is missing or wrong: Lambda then reports that the function could not be started.
pub async fn serve() -> Result<(), Error> {
    let table = Table::connect(variable("TABLE_NAME")?).await?;
    let origins = Origins::parse(&variable("ALLOWED_ORIGINS")?).map_err(|why| format!("ALLOWED_ORIGINS: {why}"))?;
    let board = &Board { table, origins };
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(board.answer(&event.payload, &event.context).await)
    }))
    .await
}

/// A setting of the function.
///
/// # Errors
/// When the template does not give it.
pub fn variable(name: &str) -> Result<String, String> {
    std::env::var(name)
        .map_err(|_| format!("{name} is not set: give it to the function in the template, under Environment"))
}
