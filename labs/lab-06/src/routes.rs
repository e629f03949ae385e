//! Which request does what, and the answer's envelope: CORS headers for the site's page on every answer, bad ones too.
//!
//! The lab's own API answers preflights by itself, and has no path with an id. The board's API has, and passes its preflights on.

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_lambda_events::encodings::Body;
use aws_sdk_s3::Client;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    CONTENT_TYPE, VARY,
};
use http::{HeaderValue, Method};
use serde_json::{Value, json};

use crate::error::Error;
use crate::wanted::Wanted;
use crate::{invitation, listing};

/// The uploads' bucket, and the one page that may use it.
#[derive(Debug)]
pub(crate) struct Attachments {
    pub(crate) client: Client,
    pub(crate) bucket: String,
    pub(crate) site_origin: HeaderValue,
}

impl Attachments {
    /// The answer to a request. There always is one; what the caller cannot be told goes to the log.
    pub(crate) async fn answer(&self, event: &ApiGatewayProxyRequest, request_id: &str) -> ApiGatewayProxyResponse {
        if event.http_method == Method::OPTIONS {
            return self.preflight();
        }
        let (status, body) = self.route(event).await.unwrap_or_else(|error| {
            if let Error::Storage(cause) = &error {
                eprintln!("{}", json!({ "level": "ERROR", "requestId": request_id, "cause": cause }));
            }
            (error.status(), error.body())
        });
        let mut answer = self.envelope(status);
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer.body = Some(Body::Text(body.to_string()));
        answer
    }

    /// The answer to OPTIONS: what the site's page may send.
    fn preflight(&self) -> ApiGatewayProxyResponse {
        let mut answer = self.envelope(204);
        answer.headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
        answer.headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        answer.headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        answer
    }

    fn envelope(&self, status: u16) -> ApiGatewayProxyResponse {
        let mut answer = ApiGatewayProxyResponse::default();
        answer.status_code = i64::from(status);
        // No origin is set where page and API have the same address: such calls need no CORS.
        if !self.site_origin.is_empty() {
            answer.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.site_origin.clone());
        }
        answer.headers.insert(VARY, HeaderValue::from_static("Origin"));
        answer
    }

    async fn route(&self, event: &ApiGatewayProxyRequest) -> Result<(u16, Value), Error> {
        match (event.resource.as_deref().unwrap_or_default(), event.http_method.as_str()) {
            ("/attachments", "GET") => Ok((200, listing::list(&self.client, &self.bucket).await?)),
            ("/attachments", "POST") => {
                let wanted = Wanted::of(event)?;
                Ok((201, invitation::invite(&self.client, &self.bucket, &wanted).await?))
            }
            ("/attachments/{attachmentId}", "GET") => {
                let id = event.path_parameters.get("attachmentId").map(String::as_str).unwrap_or_default();
                Ok((200, listing::one(&self.client, &self.bucket, id).await?))
            }
            _ => Err(Error::NoSuchRoute),
        }
    }
}
