//! Asking what stands behind a method.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time;

use super::error::GatewayError;
use super::execution_log::ExecutionLog;
use super::trace::Trace;
use super::{Inner, permission};
use crate::lambda::Call;
use crate::proxy::{self, Incoming, headers};
use crate::stack::Integration;
use crate::wire::Response;

impl Inner {
    /// What comes of asking `integration`.
    pub(super) async fn integrate(
        &self,
        integration: &Integration,
        incoming: &Incoming<'_>,
        trace: &Trace,
        log: &mut ExecutionLog,
    ) -> Result<Response, GatewayError> {
        match integration {
            Integration::Mock { status, headers, body } => {
                let answer = mock(*status, headers, body);
                log.method_response(&answer);
                Ok(answer)
            }
            Integration::LambdaProxy { function, timeout } => {
                self.lambda_proxy(function, *timeout, incoming, trace, log).await
            }
        }
    }

    async fn lambda_proxy(
        &self,
        function: &str,
        timeout: Duration,
        incoming: &Incoming<'_>,
        trace: &Trace,
        log: &mut ExecutionLog,
    ) -> Result<Response, GatewayError> {
        let permitted = |permissions: &Vec<_>| permission::may_invoke(permissions, function, incoming.context);
        if !self.permissions.as_ref().is_none_or(permitted) {
            return Err(GatewayError::not_permitted());
        }
        let event =
            serde_json::to_vec(&proxy::event(incoming)).expect("an event has string keys and plain values only");
        let payload = Bytes::from(event);
        log.endpoint_request(function, &payload, trace);

        let call = Call { payload, trace_id: Some(trace.complete.clone()), client_context: None };
        let asked = time::Instant::now();
        // On AWS the function runs on when API Gateway stops waiting, and so it does here: `invoke` only watches it.
        let outcome = match time::timeout(timeout, self.lambda.invoke(function, call)).await {
            Ok(outcome) => outcome?,
            Err(_) => return Err(GatewayError::timeout()),
        };
        log.endpoint_response(&outcome, trace, asked.elapsed());
        if outcome.function_error.is_some() {
            let message = outcome.error_message().unwrap_or_default();
            return Err(GatewayError::function_error(&message, &outcome.request_id));
        }
        let accept = incoming.request.header("accept");
        let mut answer = proxy::reply(&outcome.payload, accept, &incoming.api.binary_media_types)?;
        answer.headers.push(("X-Amzn-Trace-Id".to_string(), trace.complete.clone()));
        log.method_response(&answer);
        Ok(answer)
    }
}

/// What `MOCK` answers: the gateway talks to itself. SAM's `Cors` makes such a method for preflight requests.
fn mock(status: u16, headers: &BTreeMap<String, String>, body: &str) -> Response {
    let given = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let content_type = given.map_or("application/json", |(_, value)| value.as_str());
    let mut lines = vec![("Content-Type".to_string(), content_type.to_string())];
    let others = headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    lines.extend(others.filter_map(|(name, value)| Some((headers::sent_name(name)?, value.clone()))));
    Response { status, headers: lines, body: Bytes::copy_from_slice(body.as_bytes()) }
}
