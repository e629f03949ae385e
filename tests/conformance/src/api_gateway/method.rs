//! One method of `given.api.resources`, with its integration.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use stack::{
    Integration, IntegrationResponse, IntegrationType, Method, MethodRequest, PassthroughBehavior, RequestParameter,
};

use super::api::GivenThrottle;
use crate::case::{Inexpressible, typed};
use crate::ground::FUNCTION;

const JSON: &str = "application/json";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GivenMethod {
    integration: String,
    integration_http_method: Option<String>,
    timeout_in_millis: Option<u64>,
    uri: Option<String>,
    passthrough_behavior: Option<String>,
    /// The request template for JSON.
    request_template: Option<String>,
    #[serde(default)]
    request_templates: BTreeMap<String, String>,
    /// `method.request.…: true` asks for a parameter, `integration.request.…` maps one.
    #[serde(default)]
    request_parameters: BTreeMap<String, Value>,
    #[serde(default)]
    request_models: BTreeMap<String, Value>,
    validator: Option<Validator>,
    #[serde(default)]
    api_key_required: bool,
    throttle: Option<GivenThrottle>,
    /// `NONE`; an authorizer is nothing that a case can set up.
    authorization_type: Option<String>,
    /// The one integration response.
    response: Option<Response>,
    /// The headers of the default integration response.
    #[serde(default)]
    response_parameters: BTreeMap<String, String>,
    #[serde(default)]
    response_templates: BTreeMap<String, String>,
    #[serde(default)]
    integration_responses: Vec<GivenResponse>,
    /// Statuses that the method declares; a proxy integration does not look at them.
    #[serde(rename = "declared_method_responses", default)]
    _declared: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Validator {
    #[serde(default)]
    validate_request_body: bool,
    #[serde(default)]
    validate_request_parameters: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Response {
    #[serde(default)]
    status_code: Value,
    json: Option<Value>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenResponse {
    status_code: Value,
    selection_pattern: Option<String>,
    #[serde(default)]
    response_parameters: BTreeMap<String, String>,
    #[serde(default)]
    response_templates: BTreeMap<String, String>,
}

/// The method as the stage serves it.
pub(super) fn deployed(path: &str, verb: &str, mut given: GivenMethod) -> Result<Method, Inexpressible> {
    let place = format!("given.api.resources.{path}.{verb}");
    if let Some(other) = given.authorization_type.as_deref().filter(|kind| *kind != "NONE") {
        return Err(Inexpressible::new(format_args!("{place}.authorizationType {other}")));
    }
    let (request, api_key_required) = (request(&given), given.api_key_required);
    let throttle = given.throttle.take().map(GivenThrottle::throttle);
    let integration = integration(&place, given)?;
    Ok(Method { request, api_key_required, throttle, ..Method::new(verb, path, integration) })
}

fn request(given: &GivenMethod) -> MethodRequest {
    let required = given.request_parameters.iter().filter(|(_, required)| **required == Value::Bool(true));
    MethodRequest {
        required_parameters: required.filter_map(|(source, _)| RequestParameter::of(source)).collect(),
        models: given.request_models.clone(),
        validate_parameters: given.validator.as_ref().is_some_and(|validator| validator.validate_request_parameters),
        validate_body: given.validator.as_ref().is_some_and(|validator| validator.validate_request_body),
    }
}

fn integration(place: &str, given: GivenMethod) -> Result<Integration, Inexpressible> {
    let function = FUNCTION.to_string();
    let uri = given.uri.clone().unwrap_or_default();
    let kind = match given.integration.as_str() {
        "AWS_PROXY" => IntegrationType::AwsProxy { function },
        "AWS" => IntegrationType::Aws { function },
        "HTTP_PROXY" => IntegrationType::HttpProxy { uri },
        "HTTP" => IntegrationType::Http { uri },
        "MOCK" => IntegrationType::Mock,
        other => return Err(Inexpressible::new(format_args!("{place}.integration {other}"))),
    };
    let is_http = matches!(kind, IntegrationType::Http { .. } | IntegrationType::HttpProxy { .. });
    let standard = Integration::new(kind);
    let mut request_templates = given.request_templates;
    request_templates.extend(given.request_template.map(|template| (JSON.to_string(), template)));
    let mapped = given.request_parameters.into_iter();
    let mut responses = Vec::new();
    for response in given.integration_responses {
        responses.push(IntegrationResponse {
            status_code: status(place, &response.status_code)?,
            selection_pattern: response.selection_pattern,
            undeclared: false,
            headers: header_sources(response.response_parameters),
            templates: response.response_templates,
        });
    }
    if let Some(response) =
        default_response(place, given.response, given.response_parameters, given.response_templates)?
    {
        responses.push(response);
    }
    Ok(Integration {
        http_method: given.integration_http_method.unwrap_or(if is_http { "ANY".into() } else { standard.http_method }),
        timeout: given.timeout_in_millis.map_or(standard.timeout, Duration::from_millis),
        request_parameters: mapped
            .filter_map(|(target, source)| Some((target, source.as_str()?.to_string())))
            .collect(),
        request_templates,
        passthrough_behavior: match given.passthrough_behavior.as_deref() {
            None | Some("WHEN_NO_MATCH") => PassthroughBehavior::WhenNoMatch,
            Some("WHEN_NO_TEMPLATES") => PassthroughBehavior::WhenNoTemplates,
            Some("NEVER") => PassthroughBehavior::Never,
            Some(other) => return Err(Inexpressible::new(format_args!("{place}.passthroughBehavior {other}"))),
        },
        responses,
        ..standard
    })
}

/// The integration response that a case gives without a list, if it gives one.
fn default_response(
    place: &str,
    response: Option<Response>,
    parameters: BTreeMap<String, String>,
    mut templates: BTreeMap<String, String>,
) -> Result<Option<IntegrationResponse>, Inexpressible> {
    if response.is_none() && parameters.is_empty() && templates.is_empty() {
        return Ok(None);
    }
    let mut status_code = 200;
    if let Some(response) = response {
        if !response.status_code.is_null() {
            status_code = status(place, &response.status_code)?;
        }
        let body = response.body.or_else(|| Some(response.json?.to_string()));
        templates.extend(body.map(|body| (JSON.to_string(), body)));
    }
    Ok(Some(IntegrationResponse {
        status_code,
        selection_pattern: None,
        undeclared: false,
        headers: header_sources(parameters),
        templates,
    }))
}

/// `method.response.header.X` and its source, by the header's name alone.
fn header_sources(parameters: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let name = |target: String| target.strip_prefix("method.response.header.").unwrap_or(&target).to_string();
    parameters.into_iter().map(|(target, source)| (name(target), source)).collect()
}

/// A status, as a number or in quotes.
fn status(place: &str, given: &Value) -> Result<u16, Inexpressible> {
    match given.as_str() {
        Some(digits) => digits.parse().map_err(|_| Inexpressible::new(format_args!("{place}: status {digits}"))),
        None => typed(place, given),
    }
}
