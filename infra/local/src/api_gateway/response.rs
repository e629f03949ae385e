//! From an error to the answer that the caller gets: the default form, or what the template made of it.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html>

use std::collections::BTreeMap;

use bytes::Bytes;

use super::error::GatewayError;
use super::template::{Variables, message_string};
use crate::proxy::{RequestContext, media_type};
use crate::wire::{Request, Response};
use stack::ResponseType;
use stack::{GatewayResponse, RestApi};

const JSON: &str = "application/json";
const ERROR_TYPE: &str = "x-amzn-ErrorType";

/// The answer in its default form. It carries no CORS headers, so a browser hides it from the page that asked.
pub(super) fn plain(error: &GatewayError) -> Response {
    Response {
        status: error.status,
        headers: vec![
            ("Content-Type".to_string(), JSON.to_string()),
            (ERROR_TYPE.to_string(), error.error_type.to_string()),
        ],
        body: Bytes::from(format!("{{\"message\":{}}}", message_string(error))),
    }
}

/// What CloudFront says to a `GET` with a body, before API Gateway sees it: a page, not JSON.
pub(super) fn edge_bad_request() -> Response {
    const PAGE: &str = "<html>\n<head><title>ERROR: The request could not be satisfied</title></head>\n\
                        <body>\n<h1>403 ERROR</h1>\n<p>Bad request.</p>\n</body>\n</html>\n";
    Response {
        status: 403,
        headers: vec![
            ("Server".to_string(), "CloudFront".to_string()),
            ("Content-Type".to_string(), "text/html".to_string()),
        ],
        body: Bytes::from_static(PAGE.as_bytes()),
    }
}

/// The answer as the template has it.
pub(super) fn customised(error: &GatewayError, api: &RestApi, request: &Request, context: &RequestContext) -> Response {
    let mut answer = plain(error);
    let Some(custom) = customisation(error, api) else { return answer };
    let variables = Variables { error, api, request, context };
    answer.status = custom.status_code.unwrap_or(answer.status);
    if let Some((media_type, template)) = accepted(&custom.templates, request) {
        set(&mut answer.headers, "Content-Type", media_type.to_string());
        answer.body = Bytes::from(variables.expand(template));
    }
    for (name, given) in &custom.headers {
        if let Some(value) = variables.header_value(given) {
            set(&mut answer.headers, name, value);
        }
    }
    answer
}

/// What the template says about this type, or else about all types of its class.
fn customisation<'a>(error: &GatewayError, api: &'a RestApi) -> Option<&'a GatewayResponse> {
    if error.response_type == ResponseType::REQUEST_TOO_LARGE.name {
        return None;
    }
    let fallback = if error.status < 500 { ResponseType::DEFAULT_4XX } else { ResponseType::DEFAULT_5XX };
    api.gateway_responses.get(error.response_type).or_else(|| api.gateway_responses.get(fallback.name))
}

/// The template for what the caller accepts first; where that is missing JSON's, or else the first one.
pub(super) fn accepted<'a>(templates: &'a BTreeMap<String, String>, request: &Request) -> Option<(&'a str, &'a str)> {
    let wanted = media_type::first(request.header("accept").unwrap_or(JSON));
    let found = templates.get_key_value(wanted).or_else(|| templates.get_key_value(JSON));
    found.or_else(|| templates.first_key_value()).map(|(media_type, body)| (media_type.as_str(), body.as_str()))
}

/// Puts a header among `lines`, in the place of one of the same name.
pub(super) fn set(lines: &mut Vec<(String, String)>, name: &str, value: String) {
    match lines.iter_mut().find(|(given, _)| given.eq_ignore_ascii_case(name)) {
        Some(line) => line.1 = value,
        None => lines.push((name.to_string(), value)),
    }
}
