//! Which request does what. API Gateway has matched the path already and says so in `resource`, a template such as
//! `/board/{postId}`; matching the template spares this program the stage, final slashes and everything else that a
//! path can have on it.

use std::time::Duration;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use http::HeaderValue;
use lambda_runtime::Context;
use serde_json::json;

use crate::clock;
use crate::cors::Origins;
use crate::draft::{Draft, Edit};
use crate::error::Error;
use crate::table::Table;
use crate::{reply, request};

/// The board: its table, and the pages that may use it.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) table: Table,
    pub(crate) origins: Origins,
}

impl Board {
    /// The answer to a request. There always is one: what goes wrong becomes an answer too, and what the caller cannot
    /// be told goes to the log under the same request id.
    pub(crate) async fn answer(&self, event: &ApiGatewayProxyRequest, context: &Context) -> ApiGatewayProxyResponse {
        let late = |_| Err(Error::Busy("the time of this invocation ran out".to_owned()));
        let routed = tokio::time::timeout(time_left(context), self.route(event)).await.unwrap_or_else(late);
        let mut answer = routed.unwrap_or_else(|error| {
            log(event, &context.request_id, &error);
            reply::error(&error)
        });
        self.origins.admit(event, &mut answer);
        if let Ok(id) = HeaderValue::from_str(&context.request_id) {
            answer.headers.insert("x-request-id", id);
        }
        answer
    }

    async fn route(&self, event: &ApiGatewayProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        let resource = event.resource.as_deref().unwrap_or_default();
        match (resource, event.http_method.as_str()) {
            ("/board", "GET") => self.list(event).await,
            ("/board", "POST") => self.create(event).await,
            ("/board/{postId}", "GET") => reply::json(200, &self.table.read(request::post_id(event)?).await?),
            ("/board/{postId}", "PUT") => self.update(event).await,
            ("/board/{postId}", "DELETE") => {
                self.table.delete(request::post_id(event)?).await?;
                Ok(reply::empty(204))
            }
            ("/board/activity", "GET") => reply::json(200, &self.table.activity().await?),
            (resource, method) => {
                let allow = methods(resource).ok_or_else(|| Error::NoSuchPath(request::full_path(event).to_owned()))?;
                if method == "OPTIONS" {
                    return Ok(self.origins.preflight(event, allow));
                }
                Err(Error::MethodNotAllowed { method: method.to_owned(), allow })
            }
        }
    }

    async fn list(&self, event: &ApiGatewayProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        reply::json(200, &self.table.list(request::page_size(event)?, request::cursor(event)?).await?)
    }

    async fn create(&self, event: &ApiGatewayProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        let draft = Draft::parse(&request::object(event)?)?;
        let post = self.table.create(draft, request::idempotency_key(event)?).await?;
        reply::created(&format!("{}/{}", request::full_path(event), post.id), &post)
    }

    async fn update(&self, event: &ApiGatewayProxyRequest) -> Result<ApiGatewayProxyResponse, Error> {
        let id = request::post_id(event)?;
        let edit = Edit::parse(&request::object(event)?)?;
        reply::json(200, &self.table.update(id, edit).await?)
    }
}

/// How long the answer may take. Past its deadline the function is cut off and the caller gets a 502, so it answers
/// before.
fn time_left(context: &Context) -> Duration {
    const TO_ANSWER: u64 = 200;
    let now = u64::try_from(clock::now()).unwrap_or_default();
    Duration::from_millis(context.deadline.saturating_sub(now + TO_ANSWER))
}

/// What can be done at a resource, or nothing if the board does not have the resource.
fn methods(resource: &str) -> Option<&'static str> {
    match resource {
        "/board" => Some("GET, POST, OPTIONS"),
        "/board/{postId}" => Some("GET, PUT, DELETE, OPTIONS"),
        "/board/activity" => Some("GET, OPTIONS"),
        _ => None,
    }
}

/// One line of JSON, which CloudWatch Logs can search by field. Bad requests leave none: they are the callers'
/// business, and a log that anyone can fill is a bill that anyone can write.
fn log(event: &ApiGatewayProxyRequest, request_id: &str, error: &Error) {
    if let Some(cause) = error.cause() {
        let line = json!({
            "level": "ERROR",
            "requestId": request_id,
            "method": event.http_method.as_str(),
            "resource": event.resource,
            "code": error.status().1,
            "cause": cause,
        });
        eprintln!("{line}");
    }
}
