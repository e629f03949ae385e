//! The `Host` header: which API is meant.
//!
//! On AWS the host name is how API Gateway finds the API, and a name that it does not know is `Forbidden`. Here the check
//! has a second use: a web page on any site can make a browser send requests to 127.0.0.1 under a name of its own, but
//! it cannot choose this header.

use crate::stack::REGION;

/// Whether `host` names this machine's loopback or the API itself. The port does not matter: it may be a forwarded one.
pub(super) fn is_ours(host: Option<&str>, api_id: &str) -> bool {
    let Some(name) = host.map(without_port) else { return false };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
        || name.eq_ignore_ascii_case(&domain_name(api_id))
}

/// The API's host name on AWS.
pub(super) fn domain_name(api_id: &str) -> String {
    format!("{api_id}.execute-api.{REGION}.amazonaws.com")
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
