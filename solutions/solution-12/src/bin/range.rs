//! The practice range: a function whose behaviour is known, so that what a measurement says of it can be checked.
//! `GET /range/steady` answers, `/range/slow` takes 400 ms, `/range/fails` answers every third request of an environment
//! with 500. A measuring program that is not right about these is not right about a board.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

/// How long a slow answer takes.
const SLOW: Duration = Duration::from_millis(400);
/// Which of the requests to one environment fails.
const FAILS: u32 = 3;

static ANSWERED: AtomicU32 = AtomicU32::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move { Ok::<_, Error>(answer(&event).await) }))
        .await
}

async fn answer(event: &LambdaEvent<ApiGatewayProxyRequest>) -> Value {
    let condition = event.payload.path_parameters.get("condition").map_or("", String::as_str);
    let count = ANSWERED.fetch_add(1, Ordering::Relaxed) + 1;
    let status = match condition {
        "slow" => {
            tokio::time::sleep(SLOW).await;
            200
        }
        "fails" if count.is_multiple_of(FAILS) => 500,
        "steady" | "fails" => 200,
        _ => 404,
    };
    // The id by which a caller's sample finds Lambda's REPORT line; the board sends it, too.
    json!({ "statusCode": status, "headers": { "X-Request-Id": event.context.request_id }, "body": condition })
}
