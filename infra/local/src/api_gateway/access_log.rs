//! The access log: one line about each request, in the words that the stage's owner chose.
//!
//! The line is `Format` with every `$context` variable replaced. What a request has no value for, and a variable that API Gateway does
//! not know, is a hyphen. Bodies are never in it. A request that reaches no stage has no line.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html>

use std::time::Duration;

use super::error::GatewayError;
use super::template::{expand, message_string};
use super::{context, execution_log};
use crate::logs::Logs;
use crate::proxy::RequestContext;
use crate::wire::Response;
use stack::RestApi;

/// What an integration did for one request.
#[derive(Debug, Default)]
pub(super) struct IntegrationFigures {
    /// The status of what was asked: Lambda's own, or that of another server.
    pub(super) status: Option<u16>,
    /// The status that a function's code gave in its reply to a proxy integration.
    pub(super) reply_status: Option<u16>,
    /// The request id that Lambda gave the invocation.
    pub(super) request_id: Option<String>,
    /// How long it took, or how long API Gateway waited for it.
    pub(super) latency: Option<Duration>,
}

/// A request that has been answered.
#[derive(Debug)]
pub(super) struct AnsweredRequest<'a> {
    pub(super) context: &'a RequestContext,
    pub(super) answer: &'a Response,
    /// Why API Gateway answered by itself, if it did.
    pub(super) error: Option<&'a GatewayError>,
    pub(super) integration: &'a IntegrationFigures,
    /// From the first byte of the request to the last of the answer.
    pub(super) latency: Duration,
}

impl AnsweredRequest<'_> {
    /// Writes the line of `api` about this request, if its stage has an access log.
    pub(super) fn write(&self, api: &RestApi, logs: &Logs) {
        let Some((log, group)) = api.access_log.as_ref().and_then(|log| Some((log, log.group()?))) else { return };
        let line = expand(&log.format, |name| {
            let variable = name.strip_prefix("context.")?;
            Some(self.value(variable).filter(|value| !value.is_empty()).unwrap_or_else(|| "-".to_string()))
        });
        logs.put(group, &execution_log::stream(api), line);
    }

    fn value(&self, variable: &str) -> Option<String> {
        let figures = self.integration;
        match variable {
            "status" => Some(self.answer.status.to_string()),
            "responseLength" => Some(self.answer.body.len().to_string()),
            "responseLatency" => Some(self.latency.as_millis().to_string()),
            "error.message" => self.error.map(|error| error.message.clone()),
            "error.messageString" => self.error.map(|error| message_string(error).trim_start().to_string()),
            "error.responseType" => self.error.map(|error| error.response_type.to_string()),
            "integrationLatency" | "integration.latency" => {
                figures.latency.map(|latency| latency.as_millis().to_string())
            }
            "integrationStatus" | "integration.integrationStatus" => figures.status.map(|status| status.to_string()),
            "integration.status" => figures.reply_status.or(figures.status).map(|status| status.to_string()),
            "integration.requestId" | "awsEndpointRequestId" => figures.request_id.clone(),
            _ => context::value(self.context, variable),
        }
    }
}
