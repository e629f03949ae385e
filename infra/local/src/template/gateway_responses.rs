//! `GatewayResponses`: what the answers that API Gateway makes by itself look like.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use std::collections::BTreeMap;

use super::cors::{needs_quotes, unquoted};
use super::fields::{Fields, scalar};
use super::finding::suggestion;
use crate::stack::GatewayResponse;

const TYPES: &[&str] = &[
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
];

/// What a header can be taken from, besides a fixed text.
const EXPRESSIONS: &[&str] = &["context.", "method.request.", "stageVariables."];

/// The customised responses by type.
pub(super) fn read(fields: &mut Fields<'_>) -> BTreeMap<String, GatewayResponse> {
    let place = fields.at("GatewayResponses");
    let findings = fields.findings;
    let mut responses = BTreeMap::new();
    for (key, node) in fields.mapping("GatewayResponses") {
        let place = format!("{place}.{}", key.name);
        if !TYPES.contains(&key.name.as_str()) {
            let message = format!("{} is no response type; {}", key.name, suggestion(&key.name, TYPES.iter().copied()));
            findings.report(key.position, &place, message);
        }
        let response = Fields::of(node, place, "AWS::Serverless::Api.GatewayResponse", findings).map(response);
        responses.extend(response.map(|response| (key.name.clone(), response)));
    }
    responses
}

fn response(mut fields: Fields<'_>) -> GatewayResponse {
    let status_code = fields.number("StatusCode", 200..=599);
    let mut headers = BTreeMap::new();
    if let Some(mut parameters) = fields.fields("ResponseParameters", "AWS::Serverless::Api.ResponseParameters") {
        let place = parameters.at("Headers");
        let findings = parameters.findings;
        for (key, node) in parameters.mapping("Headers") {
            let place = format!("{place}.{}", key.name);
            let Some(text) = scalar(node, &place, findings) else { continue };
            if let Some(fixed) = unquoted(&text) {
                headers.insert(key.name.clone(), fixed.to_string());
            } else if EXPRESSIONS.iter().any(|start| text.starts_with(start)) {
                headers.insert(key.name.clone(), text);
            } else {
                findings.report(node.position, &place, needs_quotes(&text));
            }
        }
        parameters.done();
    }
    let templates = fields.pairs("ResponseTemplates").into_iter().collect();
    fields.done();
    GatewayResponse { status_code, headers, templates }
}
