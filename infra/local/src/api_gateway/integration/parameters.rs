//! Parameter mappings: `integration.request.header.X: "'text'"` in one direction, `method.response.header.X` in the other.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::error::GatewayError;
use super::super::{context, mapping};
use super::IntegrationRequest;
use super::mapped::IntegrationResult;
use crate::proxy::parameter;
use stack::RequestParameter;

/// Headers that no mapping may set: with one of them every call fails.
const RESTRICTED: [&str; 7] =
    ["Content-Length", "Transfer-Encoding", "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"];

/// Fails where a mapping sets a header that only the gateway itself may set.
pub(super) fn refuse_restricted(mappings: &BTreeMap<String, String>) -> Result<(), GatewayError> {
    let mapped = mappings.keys().filter_map(|target| target.strip_prefix("integration.request.header."));
    let mut restricted = mapped.filter(|name| RESTRICTED.iter().any(|header| header.eq_ignore_ascii_case(name)));
    match restricted.next() {
        None => Ok(()),
        Some(header) => Err(GatewayError::restricted_header(header)),
    }
}

/// The value that the mappings give to the integration's header `name`.
pub(super) fn integration_header(outgoing: &IntegrationRequest<'_>, name: &str) -> Option<String> {
    mapped(outgoing, "header").into_iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The values that the mappings give to the integration's `header`, `querystring` or `path` parameters.
pub(super) fn mapped(outgoing: &IntegrationRequest<'_>, place: &str) -> Vec<(String, String)> {
    let target = format!("integration.request.{place}.");
    let values = outgoing.integration.request_parameters.iter().filter_map(|(key, source)| {
        let name = key.strip_prefix(&target)?;
        Some((name.to_string(), request_value(outgoing, source)?))
    });
    values.collect()
}

/// What a source means for a request.
fn request_value(outgoing: &IntegrationRequest<'_>, source: &str) -> Option<String> {
    if let Some(parameter) = RequestParameter::of(source) {
        return parameter::value(outgoing.incoming, &parameter);
    }
    if let Some(path) = source.strip_prefix("method.request.body") {
        return body_value(&outgoing.incoming.request.body, path);
    }
    shared_value(outgoing, source)
}

/// What a source means for an answer.
pub(super) fn response_value(
    outgoing: &IntegrationRequest<'_>,
    result: &IntegrationResult,
    source: &str,
) -> Option<String> {
    if let Some(name) = source.strip_prefix("integration.response.header.") {
        let found = result.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        return found.map(|(_, value)| value.clone());
    }
    if let Some(path) = source.strip_prefix("integration.response.body") {
        return body_value(&result.body, path);
    }
    shared_value(outgoing, source)
}

/// A fixed text, a stage variable or a value of the context.
fn shared_value(outgoing: &IntegrationRequest<'_>, source: &str) -> Option<String> {
    if let Some(fixed) = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(fixed.to_string());
    }
    if let Some(name) = source.strip_prefix("stageVariables.") {
        return outgoing.incoming.api.stage_variables.get(name).cloned();
    }
    context::value(outgoing.incoming.context, source.strip_prefix("context.")?)
}

/// The body itself, or what a JSON path below it names.
fn body_value(body: &[u8], path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(String::from_utf8_lossy(body).into_owned());
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    mapping::at_path(&body, &format!("${path}")).as_ref().and_then(context::text)
}
