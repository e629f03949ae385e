//! `GET /on-this-day/{year}?within=1500`: the titles of that year. `within` says how many milliseconds the caller waits.

use std::time::{Duration, Instant, SystemTime};

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::archive::{Archive, Failure};
use crate::{log, patience};

/// Everything that outlives a request.
#[derive(Debug)]
pub(crate) struct OnThisDay {
    archive: Archive,
}

impl OnThisDay {
    pub(crate) fn new(archive: Archive) -> OnThisDay {
        OnThisDay { archive }
    }

    /// The proxy reply for one request, and one line about it in the log.
    pub(crate) async fn answer(&self, event: &LambdaEvent<ApiGatewayProxyRequest>) -> Value {
        let began = Instant::now();
        let Some(year) = year(&event.payload) else {
            return error(400, "bad_year", "Ask for a year of four digits: GET /on-this-day/2019");
        };
        let (found, tries) = self.find(year, &event.payload, &event.context).await;
        let reply = match &found {
            Ok(posts) => reply(200, posts),
            Err(failure) => {
                let (status, code) = failure.status();
                error(status, code, "The archive has no answer to this. See the code for whether to ask again.")
            }
        };
        let status = reply["statusCode"].as_u64().unwrap_or_default();
        println!("{}", log::answered(&event.context, status, tries, began.elapsed()));
        reply
    }

    /// What the archive has of `year`, and how many tries it took.
    async fn find(
        &self,
        year: u16,
        request: &ApiGatewayProxyRequest,
        context: &Context,
    ) -> (Result<Value, Failure>, u32) {
        let began = Instant::now();
        let until_stopped = context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let budget = patience::budget(until_stopped, within(request));
        let left = || budget.saturating_sub(began.elapsed());
        let mut tries = 1;
        loop {
            let failure = match self.archive.ask(year, left()).await {
                Ok(posts) => return (Ok(posts), tries),
                Err(failure) => failure,
            };
            let Some(pause) = patience::pause(&failure, tries, left()) else {
                return (Err(failure), tries);
            };
            println!("{}", log::trying_again(context, &failure, pause));
            sleep(pause).await;
            tries += 1;
        }
    }
}

fn year(request: &ApiGatewayProxyRequest) -> Option<u16> {
    let text = request.path_parameters.get("year")?;
    text.parse().ok().filter(|year| (1000..=9999).contains(year))
}

fn within(request: &ApiGatewayProxyRequest) -> Option<Duration> {
    request.query_string_parameters.first("within")?.parse().ok().map(Duration::from_millis)
}

fn reply(status: u16, body: &Value) -> Value {
    let mut headers = json!({ "Content-Type": "application/json" });
    // Seconds. The caller is told when to come back, because they are next in the queue.
    if status == 503 {
        headers["Retry-After"] = json!("1");
    }
    json!({ "statusCode": status, "headers": headers, "body": body.to_string() })
}

fn error(status: u16, code: &str, message: &str) -> Value {
    reply(status, &json!({ "error": { "code": code, "message": message } }))
}
