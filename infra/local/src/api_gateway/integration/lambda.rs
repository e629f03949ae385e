//! `AWS`: a function without the proxy. Templates decide what it gets and what becomes of its reply. Its error is a reply like any
//! other: a 200, unless a selection pattern says otherwise.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html>

use bytes::Bytes;
use tokio::time;

use super::super::error::GatewayError;
use super::super::execution_log::ExecutionLog;
use super::super::{StageState, permission};
use super::mapped::{self, IntegrationResult};
use super::{IntegrationRequest, parameters};
use crate::activity::Source;
use crate::lambda::{InvokeRequest, Outcome, Refusal, json_error};
use crate::wire::Response;

/// The header by which an integration asks for an asynchronous invocation, with retries and destinations.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html>
const INVOCATION_TYPE: &str = "X-Amz-Invocation-Type";

impl StageState {
    pub(super) async fn lambda(
        &self,
        function: &str,
        outgoing: &IntegrationRequest<'_>,
        log: &mut ExecutionLog,
    ) -> Result<Response, GatewayError> {
        let request = mapped::request(outgoing)?;
        // Nothing to send is an empty object: Lambda takes no event that is not JSON.
        let payload = if request.body.is_empty() { Bytes::from_static(b"{}") } else { request.body.clone() };
        if let Some(why) = json_error(&payload) {
            log.endpoint_request(function, &payload, outgoing.trace);
            return Err(GatewayError::not_json(&Refusal::InvalidRequestContent(why)));
        }
        let invocation_type = parameters::integration_header(outgoing, INVOCATION_TYPE);
        let result = if invocation_type.as_deref() == Some("Event") {
            self.reachable(function, outgoing)?;
            log.endpoint_request(function, &payload, outgoing.trace);
            self.deps.lambda.invoke_event(function, invoke_request(payload, outgoing))?;
            IntegrationResult { status: 202, body: Bytes::new(), error_message: None, headers: Vec::new() }
        } else {
            let outcome = self.invoke(function, payload, outgoing, log).await?;
            let error_message = outcome.function_error.map(|_| outcome.error_message().unwrap_or_default());
            IntegrationResult { status: 200, body: outcome.payload, error_message, headers: Vec::new() }
        };
        let mut answer = mapped::response(outgoing, &result, request.overrides)?;
        answer.headers.push(("X-Amzn-Trace-Id".to_string(), outgoing.trace.complete.clone()));
        Ok(answer)
    }

    /// Calls Lambda as API Gateway does, with everything that can keep it from getting there.
    pub(super) async fn invoke(
        &self,
        function: &str,
        payload: Bytes,
        outgoing: &IntegrationRequest<'_>,
        log: &mut ExecutionLog,
    ) -> Result<Outcome, GatewayError> {
        self.reachable(function, outgoing)?;
        log.endpoint_request(function, &payload, outgoing.trace);
        let asked = time::Instant::now();
        // On AWS the function runs on when API Gateway stops waiting, and so it does here: `invoke` only watches it.
        let outcome = match time::timeout(
            outgoing.integration.timeout,
            self.deps.lambda.invoke(function, invoke_request(payload, outgoing)),
        )
        .await
        {
            Ok(outcome) => outcome?,
            Err(_) => {
                log.gave_up(asked.elapsed());
                return Err(GatewayError::timeout());
            }
        };
        log.endpoint_response(&outcome, outgoing.trace, asked.elapsed());
        Ok(outcome)
    }

    /// Whether Lambda would let API Gateway in: the function's policy says so, and the call is a `POST`.
    fn reachable(&self, function: &str, outgoing: &IntegrationRequest<'_>) -> Result<(), GatewayError> {
        if !permission::may_invoke(&self.deps.permissions, function, outgoing.incoming.context) {
            return Err(GatewayError::not_permitted());
        }
        if outgoing.integration.http_method != "POST" {
            return Err(GatewayError::wrong_integration_method());
        }
        Ok(())
    }
}

/// What API Gateway asks of Lambda.
fn invoke_request(payload: Bytes, outgoing: &IntegrationRequest<'_>) -> InvokeRequest {
    InvokeRequest {
        payload,
        trace_id: Some(outgoing.trace.complete.clone()),
        client_context: None,
        source: Source::Api,
    }
}
