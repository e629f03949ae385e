//! Which request does what, and the answer's envelope: CORS headers for the site's page on every answer, bad ones too.

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use aws_lambda_events::encodings::Body;
use aws_sdk_s3::Client;
use http::HeaderValue;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, VARY};
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
        let (status, body) = self.route(event).await.unwrap_or_else(|error| {
            if let Error::Storage(cause) = &error {
                eprintln!("{}", json!({ "level": "ERROR", "requestId": request_id, "cause": cause }));
            }
            (error.status(), error.body())
        });
        let mut answer = ApiGatewayProxyResponse::default();
        answer.status_code = i64::from(status);
        answer.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.site_origin.clone());
        answer.headers.insert(VARY, HeaderValue::from_static("Origin"));
        answer.body = Some(Body::Text(body.to_string()));
        answer
    }

    async fn route(&self, event: &ApiGatewayProxyRequest) -> Result<(u16, Value), Error> {
        match (event.resource.as_deref().unwrap_or_default(), event.http_method.as_str()) {
            ("/attachments", "GET") => Ok((200, listing::list(&self.client, &self.bucket).await?)),
            ("/attachments", "POST") => {
                let wanted = Wanted::of(event)?;
                Ok((201, invitation::invite(&self.client, &self.bucket, &wanted).await?))
            }
            _ => Err(Error::NoSuchRoute),
        }
    }
}
