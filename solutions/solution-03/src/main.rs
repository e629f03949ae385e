//! Lab 03, CORS: the board of lab 02, for pages that come from somewhere else. What the board answers is done already; this is
//! about who gets to read it. `cors.rs` knows the origins.

mod cors;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

use crate::cors::Origins;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let listed = std::env::var("ALLOWED_ORIGINS").map_err(|_| "ALLOWED_ORIGINS is not set: give it in the template")?;
    let origins = &Origins::parse(&listed).map_err(|why| format!("ALLOWED_ORIGINS: {why}"))?;
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(answer(origins, &event.payload))
    }))
    .await
}

/// The board's answer, as the page that asked may read it.
fn answer(origins: &Origins, event: &ApiGatewayProxyRequest) -> Value {
    let answered = match event.http_method.as_str() {
        "OPTIONS" => cors::preflight(event),
        _ => small_board::answer(event),
    };
    // lab-03.2 begin
    let mut reply = answered.unwrap_or_else(|refusal| refusal.reply());
    origins.admit(event, &mut reply);
    reply
    // lab-03.2 starter
    // | // TODO(lab-03.2): a page would like to read what went wrong, too.
    // | match answered {
    // |     Ok(mut reply) => {
    // |         origins.admit(event, &mut reply);
    // |         reply
    // |     }
    // |     Err(refusal) => refusal.reply(),
    // | }
    // lab-03.2 end
}
