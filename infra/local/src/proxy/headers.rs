//! What API Gateway does to headers on their way to a function and back.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>

use super::edge_hop::EdgeHop;
use super::values::Values;
use crate::wire::Request;

/// Never reach a function: they are about one connection, or API Gateway keeps them to itself.
const NOT_DELIVERED: [&str; 13] = [
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Expect",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "WWW-Authenticate",
    // Replaced by the gateway's own, below.
    "X-Amzn-Trace-Id",
];

/// Arrive in this spelling, no matter what the client's was. All others keep the client's.
const RESPELLED: [&str; 2] = ["Authorization", "User-Agent"];

/// Come back under another name, `x-amzn-Remapped-…`: the answer has its own, or must not have them.
const REMAPPED: [&str; 14] = [
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "WWW-Authenticate",
];

/// Are the gateway's to set; a function's own do not go out.
const OWN: [&str; 4] = ["Transfer-Encoding", "X-Amzn-Trace-Id", "x-amzn-RequestId", "x-amz-apigw-id"];

/// The headers that a function sees for `request`, the gateway's own additions included. `edge` is the CloudFront distribution
/// that passed the request on, if one did.
pub(crate) fn delivered(request: &Request, trace_id: &str, edge: Option<&EdgeHop>) -> Values {
    let mut headers = Values::default();
    let mut forwarded_for = Vec::new();
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("x-forwarded-for") {
            forwarded_for.push(value.as_str());
        } else if is_delivered(name, value) {
            let name = listed(&RESPELLED, name).unwrap_or(name);
            headers.push(name.to_string(), value.clone(), str::eq_ignore_ascii_case);
        }
    }
    let source_ip = request.peer.ip().to_string();
    forwarded_for.push(&source_ip);
    if let Some(edge) = edge {
        forwarded_for.push(&edge.address);
        for (name, value) in edge.request_headers(request) {
            headers.push(name.to_string(), value, str::eq_ignore_ascii_case);
        }
    }
    // A REST API is reachable by https on 443 only, so functions may rely on these two values; they hold here as well.
    let added = [
        ("X-Amzn-Trace-Id", trace_id.to_string()),
        ("X-Forwarded-For", forwarded_for.join(", ")),
        ("X-Forwarded-Port", "443".to_string()),
        ("X-Forwarded-Proto", "https".to_string()),
    ];
    for (name, value) in added {
        headers.push(name.to_string(), value, str::eq_ignore_ascii_case);
    }
    headers
}

fn is_delivered(name: &str, value: &str) -> bool {
    let signed = name.eq_ignore_ascii_case("authorization") && value.starts_with("AWS4-HMAC-SHA256");
    let replaced = name.eq_ignore_ascii_case("x-forwarded-port") || name.eq_ignore_ascii_case("x-forwarded-proto");
    !signed && !replaced && listed(&NOT_DELIVERED, name).is_none()
}

/// The name under which the header `name` of an integration's answer goes out; `None` if it does not.
pub(crate) fn sent_name(name: &str) -> Option<String> {
    if listed(&OWN, name).is_some() {
        None
    } else if listed(&REMAPPED, name).is_some() {
        Some(format!("x-amzn-Remapped-{name}"))
    } else {
        Some(name.to_string())
    }
}

/// The spelling of `name` in `list`, if it is there.
fn listed(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().find(|listed| listed.eq_ignore_ascii_case(name)).copied()
}
