//! Lab 02, routes and stages: one function behind all resources of a board. API Gateway decides which requests reach it
//! (`template.yaml`), and the function decides what each of them is answered (`routes.rs`).
//!
//! The posts are fixed, and what is sent is read and repeated, not kept: a table comes with lab 04.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use solution_02::answer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        let event = event.payload;
        Ok::<_, Error>(answer(&event).unwrap_or_else(|refusal| refusal.reply()))
    }))
    .await
}
