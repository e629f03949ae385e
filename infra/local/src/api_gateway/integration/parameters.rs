//! Parameter mappings: `integration.request.header.X: "'text'"` in one direction, `method.response.header.X` in the other.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::error::GatewayError;
use super::super::{context, mapping};
use super::Errand;
use super::mapped::Came;
use crate::proxy::parameter;
use crate::stack::RequestParameter;

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
pub(super) fn integration_header(errand: &Errand<'_>, name: &str) -> Option<String> {
    mapped(errand, "header").into_iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The values that the mappings give to the integration's `header`, `querystring` or `path` parameters.
pub(super) fn mapped(errand: &Errand<'_>, place: &str) -> Vec<(String, String)> {
    let target = format!("integration.request.{place}.");
    let values = errand.integration.request_parameters.iter().filter_map(|(key, source)| {
        let name = key.strip_prefix(&target)?;
        Some((name.to_string(), request_value(errand, source)?))
    });
    values.collect()
}

/// What a source means for a request.
fn request_value(errand: &Errand<'_>, source: &str) -> Option<String> {
    if let Some(parameter) = RequestParameter::of(source) {
        return parameter::value(errand.incoming, &parameter);
    }
    if let Some(path) = source.strip_prefix("method.request.body") {
        return body_value(&errand.incoming.request.body, path);
    }
    shared_value(errand, source)
}

/// What a source means for an answer.
pub(super) fn response_value(errand: &Errand<'_>, came: &Came, source: &str) -> Option<String> {
    if let Some(name) = source.strip_prefix("integration.response.header.") {
        let found = came.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        return found.map(|(_, value)| value.clone());
    }
    if let Some(path) = source.strip_prefix("integration.response.body") {
        return body_value(&came.body, path);
    }
    shared_value(errand, source)
}

/// A fixed text, a stage variable or a value of the context.
fn shared_value(errand: &Errand<'_>, source: &str) -> Option<String> {
    if let Some(fixed) = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(fixed.to_string());
    }
    if let Some(name) = source.strip_prefix("stageVariables.") {
        return errand.incoming.api.stage_variables.get(name).cloned();
    }
    context::value(errand.incoming.context, source.strip_prefix("context.")?)
}

/// The body itself, or what a JSON path below it names.
fn body_value(body: &[u8], path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(String::from_utf8_lossy(body).into_owned());
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    mapping::at_path(&body, &format!("${path}")).as_ref().and_then(context::text)
}
