//! `AWS_PROXY`: the request as an event, the function's reply as the answer.

use bytes::Bytes;

use super::super::StageState;
use super::super::error::GatewayError;
use super::super::execution_log::ExecutionLog;
use super::{IntegrationRequest, parameters};
use crate::proxy;
use crate::wire::Response;

impl StageState {
    pub(super) async fn lambda_proxy(
        &self,
        function: &str,
        outgoing: &IntegrationRequest<'_>,
        log: &mut ExecutionLog,
    ) -> Result<Response, GatewayError> {
        // A proxy takes no mapped parameters, but one that names a restricted header breaks every call.
        parameters::refuse_restricted(&outgoing.integration.request_parameters)?;
        let event = serde_json::to_vec(&proxy::event(outgoing.incoming))
            .expect("an event has string keys and plain values only");
        let outcome = self.invoke(function, Bytes::from(event), outgoing, log).await?;
        if outcome.function_error.is_some() {
            let message = outcome.error_message().unwrap_or_default();
            return Err(GatewayError::function_error(&message, &outcome.request_id));
        }
        let accept = outgoing.incoming.request.header("accept");
        let mut answer = proxy::reply(&outcome.payload, accept, &outgoing.incoming.api.binary_media_types)?;
        log.replied(answer.status);
        answer.headers.push(("X-Amzn-Trace-Id".to_string(), outgoing.trace.complete.clone()));
        Ok(answer)
    }
}
