//! A bucket's CORS configuration: what a page of another origin may ask.
//!
//! S3 answers a preflight by itself, signed or not, and adds headers to real answers only where a rule fits. A page that puts a
//! file with a presigned URL needs one. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

use super::error::ErrorDocument;
use stack::CorsRule;
use stack::policy::matches;

/// Verbatim, with the service's own spelling.
const NOT_ALLOWED: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / \
     Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/// The answer to an `OPTIONS` request; there are no `rules` where there is no bucket, and `key` is empty for the bucket itself.
pub(super) fn preflight(
    rules: Option<&[CorsRule]>,
    headers: &HeaderMap,
    key: &str,
) -> Result<Response<Bytes>, ErrorDocument> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let bad = |message: &str| ErrorDocument::new(StatusCode::BAD_REQUEST, "BadRequest", message);
    let origin = text(header::ORIGIN).ok_or_else(|| bad("Insufficient information. Origin request header needed."))?;
    let method = text(header::ACCESS_CONTROL_REQUEST_METHOD);
    let asked: Vec<&str> = text(header::ACCESS_CONTROL_REQUEST_HEADERS)
        .map(|list| list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect())
        .unwrap_or_default();
    let forbidden = |message: &str, resource: &str| {
        ErrorDocument::new(StatusCode::FORBIDDEN, "AccessForbidden", message)
            .with("Method", method.unwrap_or("OPTIONS"))
            .with("ResourceType", resource)
    };
    // Without rules no method is looked at, and the bucket is what refuses.
    let rules = rules.ok_or_else(|| forbidden("CORSResponse: Bucket not found", "BUCKET"))?;
    if rules.is_empty() {
        return Err(forbidden("CORSResponse: CORS is not enabled for this bucket.", "BUCKET"));
    }
    let method = method.ok_or_else(|| bad("Invalid Access-Control-Request-Method: null"))?;
    let allows = |rule: &&CorsRule| fits(rule, origin, method) && asked.iter().all(|name| allows_header(rule, name));
    let rule = rules
        .iter()
        .find(allows)
        .ok_or_else(|| forbidden(NOT_ALLOWED, if key.is_empty() { "BUCKET" } else { "OBJECT" }))?;
    let mut response = Response::new(Bytes::new());
    add(response.headers_mut(), rule, origin);
    if !asked.is_empty() {
        insert(response.headers_mut(), header::ACCESS_CONTROL_ALLOW_HEADERS, &asked.join(", ").to_lowercase());
    }
    Ok(response)
}

/// Adds to the answer of a real request what the first fitting rule says.
pub(super) fn add_to(response: &mut Response<Bytes>, rules: &[CorsRule], method: &Method, origin: &str) {
    if let Some(rule) = rules.iter().find(|rule| fits(rule, origin, method.as_str())) {
        add(response.headers_mut(), rule, origin);
    }
}

/// Whether one of `rules` admits pages of `origin` to `method`.
pub(super) fn admits(rules: &[CorsRule], origin: &str, method: &Method) -> bool {
    rules.iter().any(|rule| fits(rule, origin, method.as_str()))
}

fn fits(rule: &CorsRule, origin: &str, method: &str) -> bool {
    rule.allowed_origins.iter().any(|allowed| matches(allowed, origin))
        && rule.allowed_methods.iter().any(|allowed| allowed == method)
}

fn allows_header(rule: &CorsRule, name: &str) -> bool {
    rule.allowed_headers.iter().any(|allowed| matches(&allowed.to_lowercase(), &name.to_lowercase()))
}

fn add(headers: &mut HeaderMap, rule: &CorsRule, origin: &str) {
    let anybody = rule.allowed_origins.iter().any(|allowed| allowed == "*");
    insert(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, if anybody { "*" } else { origin });
    insert(headers, header::ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
    if !anybody {
        insert(headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    if !rule.exposed_headers.is_empty() {
        insert(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &rule.exposed_headers.join(", "));
    }
    if let Some(seconds) = rule.max_age_seconds {
        insert(headers, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    insert(headers, header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
