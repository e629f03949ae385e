//! Non-proxy integrations: what goes in is made by a request template, what comes out by one of several integration responses.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-data-transformations.html>

use bytes::Bytes;

use super::super::error::GatewayError;
use super::super::mapping::{self, Overrides, TemplateScope};
use super::super::response as gateway_response;
use super::prepared::PreparedTemplates;
use super::{IntegrationRequest, parameters};
use crate::proxy::{headers, media_type};
use crate::wire::Response;
use stack::ResponseType;
use stack::{IntegrationResponse, IntegrationType, PassthroughBehavior};

const JSON: &str = "application/json";

/// What goes to the integration.
pub(super) struct MappedRequest {
    pub(super) body: Bytes,
    /// What the request template set for the answer to come.
    pub(super) overrides: Overrides,
}

/// What the integration answered.
pub(super) struct IntegrationResult {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    /// A function's `errorMessage`, when the function failed.
    pub(super) error_message: Option<String>,
}

/// The body that the integration gets. A request without `Content-Type` counts as JSON.
pub(super) fn request(outgoing: &IntegrationRequest<'_>) -> Result<MappedRequest, GatewayError> {
    let (integration, request) = (outgoing.integration, outgoing.incoming.request);
    let content_type = media_type::essence(request.header("content-type").unwrap_or(JSON));
    let templates = &integration.request_templates;
    let template = templates.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(content_type)).map(|(_, body)| body);
    if let Some(template) = template.or_else(|| templates.get("$default")) {
        let scope = TemplateScope::of_request(outgoing.incoming);
        let rendered = outgoing.prepared.render(template, &scope)?;
        return Ok(MappedRequest { body: Bytes::from(rendered.text), overrides: rendered.overrides });
    }
    let passes = match integration.passthrough_behavior {
        PassthroughBehavior::WhenNoMatch => true,
        PassthroughBehavior::WhenNoTemplates => templates.is_empty(),
        PassthroughBehavior::Never => false,
    };
    if passes {
        Ok(MappedRequest { body: request.body.clone(), overrides: Overrides::default() })
    } else {
        Err(ResponseType::UNSUPPORTED_MEDIA_TYPE.into())
    }
}

/// The answer that is made of what the integration answered.
pub(super) fn response(
    outgoing: &IntegrationRequest<'_>,
    result: &IntegrationResult,
    before: Overrides,
) -> Result<Response, GatewayError> {
    let standard = [IntegrationResponse { status_code: 200, ..IntegrationResponse::default() }];
    let declared =
        if outgoing.integration.responses.is_empty() { &standard[..] } else { &outgoing.integration.responses };
    // A function's answer is told apart by its error's message, which success does not have; a server's by its status.
    let told_by = match (&result.error_message, &outgoing.integration.kind) {
        (Some(message), _) => message.clone(),
        (None, kind) if is_function(kind) => String::new(),
        (None, _) => result.status.to_string(),
    };
    let chosen = selected(declared, &told_by, outgoing.prepared)?.ok_or_else(GatewayError::no_integration_response)?;
    if chosen.undeclared {
        return Err(GatewayError::no_method_response(chosen.status_code));
    }

    let (kind, body, after) = match gateway_response::accepted(&chosen.templates, outgoing.incoming.request) {
        Some((kind, template)) => {
            let scope = TemplateScope::of_response(outgoing.incoming, &result.body);
            let rendered = outgoing.prepared.render(template, &scope)?;
            (kind, Bytes::from(rendered.text), rendered.overrides)
        }
        None => (JSON, result.body.clone(), Overrides::default()),
    };
    let overrides = before.and_then(after);
    let mut lines = vec![("Content-Type".to_string(), kind.to_string())];
    for (name, source) in &chosen.headers {
        if let Some(value) = parameters::response_value(outgoing, result, source) {
            set(&mut lines, name, value);
        }
    }
    for (name, value) in overrides.headers {
        set(&mut lines, &name, value);
    }
    Ok(Response { status: overrides.status.unwrap_or(chosen.status_code), headers: lines, body })
}

/// What `MOCK` answers: the request template says a status, and the integration response for that status is the answer.
pub(super) fn mock(outgoing: &IntegrationRequest<'_>) -> Result<Response, GatewayError> {
    let sent = request(outgoing)?;
    let text = String::from_utf8_lossy(&sent.body);
    let status = mapping::mock_status(&text).ok_or_else(GatewayError::mock_without_status)?;
    let result = IntegrationResult { status, headers: Vec::new(), body: Bytes::new(), error_message: None };
    response(outgoing, &result, sent.overrides)
}

/// The first response whose pattern is all of `told_by`, or else the one without a pattern.
fn selected<'a>(
    declared: &'a [IntegrationResponse],
    told_by: &str,
    prepared: &PreparedTemplates,
) -> Result<Option<&'a IntegrationResponse>, GatewayError> {
    let pattern =
        |response: &'a IntegrationResponse| response.selection_pattern.as_deref().filter(|text| !text.is_empty());
    for response in declared {
        let Some(pattern) = pattern(response) else { continue };
        if prepared.matches(pattern, told_by)? && !told_by.is_empty() {
            return Ok(Some(response));
        }
    }
    Ok(declared.iter().find(|response| pattern(response).is_none()))
}

fn is_function(kind: &IntegrationType) -> bool {
    matches!(kind, IntegrationType::Aws { .. } | IntegrationType::AwsProxy { .. })
}

/// Puts a header among `lines` under the name that it may have there.
fn set(lines: &mut Vec<(String, String)>, name: &str, value: String) {
    if let Some(name) = headers::sent_name(name) {
        gateway_response::set(lines, &name, value);
    }
}
