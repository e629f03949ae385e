//! Calling the integration of a method.
//!
//! A proxy integration passes the request on whole and takes the answer whole (`lambda_proxy`, `http`). The others send what a
//! request template makes and answer what a response template makes (`mapped`, with the templates themselves in `mapping`).

use super::StageState;
use super::error::GatewayError;
use super::execution_log::ExecutionLog;
use super::trace::Trace;
use crate::proxy::MatchedRequest;
use crate::wire::Response;
use stack::{Integration, IntegrationType};

mod http;
mod lambda;
mod lambda_proxy;
mod mapped;
mod parameters;
mod prepared;

pub(super) use prepared::PreparedTemplates;

/// One request on its way to an integration.
struct IntegrationRequest<'a> {
    integration: &'a Integration,
    incoming: &'a MatchedRequest<'a>,
    trace: &'a Trace,
    prepared: &'a PreparedTemplates,
}

impl StageState {
    /// The answer of `integration`.
    pub(super) async fn integrate(
        &self,
        integration: &Integration,
        incoming: &MatchedRequest<'_>,
        trace: &Trace,
        log: &mut ExecutionLog,
    ) -> Result<Response, GatewayError> {
        let outgoing = IntegrationRequest { integration, incoming, trace, prepared: &self.prepared };
        let answer = match &integration.kind {
            IntegrationType::AwsProxy { function } => self.lambda_proxy(function, &outgoing, log).await?,
            IntegrationType::Aws { function } => self.lambda(function, &outgoing, log).await?,
            IntegrationType::Mock => mapped::mock(&outgoing)?,
            IntegrationType::Http { uri } => http::mapped(uri, &outgoing, log).await?,
            IntegrationType::HttpProxy { uri } => http::proxied(uri, &outgoing, log).await?,
        };
        log.method_response(&answer);
        Ok(answer)
    }
}
