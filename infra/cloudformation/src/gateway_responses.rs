//! `GatewayResponses`: the form of the answers that API Gateway gives by itself.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>

use std::collections::BTreeMap;

use super::cors::{needs_quotes, unquoted};
use super::fields::{Fields, scalar};
use super::finding::{Findings, suggestion};
use super::tree::Node;
use stack::GatewayResponse;
use stack::ResponseType;

/// What SAM has in a gateway response.
const PROPERTIES: &[&str] = &["ResponseParameters", "ResponseTemplates", "StatusCode"];
/// What SAM has in its `ResponseParameters`. The local cloud adds headers only.
const PARAMETERS: &[&str] = &["Headers", "Paths", "QueryStrings"];

/// What a header can be taken from, besides a fixed text.
const EXPRESSIONS: &[&str] = &["context.", "method.request.", "stageVariables."];

/// The customised responses by type.
pub(super) fn read(fields: &mut Fields<'_>) -> BTreeMap<String, GatewayResponse> {
    let place = fields.at("GatewayResponses");
    let findings = fields.findings;
    let mut responses = BTreeMap::new();
    for (key, node) in fields.mapping("GatewayResponses") {
        let place = format!("{place}.{}", key.name);
        let types = || ResponseType::ALL.iter().map(|known| known.name);
        if !types().any(|name| name == key.name) {
            let message = format!("{} is not a response type; {}", key.name, suggestion(&key.name, types()));
            findings.report(key.position, &place, message);
        }
        let fields = Fields::of(node, place, "AWS::Serverless::Api.GatewayResponse", findings);
        responses.extend(fields.map(|fields| (key.name.clone(), response(fields, &key.name))));
    }
    responses
}

/// The response that `AWS::ApiGateway::GatewayResponse` describes, with its type.
pub(super) fn of_resource(mut fields: Fields<'_>) -> Option<(String, GatewayResponse)> {
    const HEADER: &str = "gatewayresponse.header.";
    fields.required(&["ResponseType"]);
    fields.text("RestApiId");
    let types = || ResponseType::ALL.iter().map(|known| known.name);
    let kind = fields.text("ResponseType");
    if let Some(kind) = kind.as_deref().filter(|kind| !types().any(|name| name == *kind)) {
        fields.report("ResponseType", format!("{kind} is not a response type; {}", suggestion(kind, types())));
    }
    let status_code = fields.number("StatusCode", 200..=599);
    let (findings, place) = (fields.findings, fields.at("ResponseParameters"));
    let mut headers = BTreeMap::new();
    for (key, node) in fields.mapping("ResponseParameters") {
        let place = format!("{place}.{}", key.name);
        match key.name.strip_prefix(HEADER) {
            Some(header) => {
                headers.extend(header_value(node, &place, findings).map(|value| (header.to_string(), value)))
            }
            None => {
                findings.lack(key.position, &place, format!("the local API sets headers only: {HEADER} and a name"))
            }
        }
    }
    let templates = fields.pairs("ResponseTemplates").into_iter().collect();
    fields.done();
    Some((kind?, GatewayResponse { status_code, headers, templates }))
}

/// The value of a header: a fixed text without its quotes, or where it is taken from.
fn header_value(node: &Node, place: &str, findings: &Findings) -> Option<String> {
    let text = scalar(node, place, findings)?;
    if let Some(fixed) = unquoted(&text) {
        return Some(fixed.to_string());
    }
    if EXPRESSIONS.iter().any(|start| text.starts_with(start)) {
        return Some(text);
    }
    findings.report(node.position, place, needs_quotes(&text));
    None
}

fn response(mut fields: Fields<'_>, kind: &str) -> GatewayResponse {
    let status_code = fields.number("StatusCode", 200..=599);
    let mut headers = BTreeMap::new();
    if let Some(mut parameters) = fields.fields("ResponseParameters", "AWS::Serverless::Api.ResponseParameters") {
        let place = parameters.at("Headers");
        let findings = parameters.findings;
        for (key, node) in parameters.mapping("Headers") {
            let place = format!("{place}.{}", key.name);
            headers.extend(header_value(node, &place, findings).map(|value| (key.name.clone(), value)));
        }
        parameters.done_or(no_parameter);
    }
    let templates = fields.pairs("ResponseTemplates").into_iter().collect();
    fields.done_or(|name| {
        let said = format!("Invalid property '{name}' in 'GatewayResponses' property '{kind}'");
        Some(format!("{said}. SAM has {} here", PROPERTIES.join(", ")))
    });
    GatewayResponse { status_code, headers, templates }
}

/// SAM's refusal of what it does not have in `ResponseParameters`, such as the form of `AWS::ApiGateway::GatewayResponse`,
/// in which each parameter has its whole path for a name.
fn no_parameter(name: &str) -> Option<String> {
    if PARAMETERS.contains(&name) {
        return None;
    }
    let said = format!("Invalid gateway response parameter '{name}'. SAM has {} here", PARAMETERS.join(", "));
    Some(match name.strip_prefix("gatewayresponse.header.") {
        Some(header) => format!("{said}; in Headers, a header goes by its name alone: {header}"),
        None => said,
    })
}
