//! Lab 04, CRUD: a function that creates, reads, updates and deletes foods in a DynamoDB table.
//!
//! A request is led by `routes.rs`, read by `food.rs`, done by `table.rs` and its five parts, and answered by `reply.rs`;
//! `error.rs` decides what each failure looks like from outside. The TODOs are in `table/`. Begin with
//! `table/create.rs`, which is finished: it shows how a write, its condition and its refusal look.

mod error;
mod food;
mod reply;
mod routes;
mod table;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::routes::Menu;
use crate::table::Table;

// One thread: an execution environment is given one event at a time, and threads cost time to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let name = std::env::var("TABLE_NAME")
        .map_err(|_| "TABLE_NAME is not set: give it to the function in the template, under Environment")?;
    let menu = &Menu { table: Table::open(name).await };
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(menu.answer(&event.payload, &event.context.request_id).await)
    }))
    .await
}
