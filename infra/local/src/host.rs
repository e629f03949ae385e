//! Which host a request names, and whether that is this machine.
//!
//! A web page on any site can make a browser send requests to 127.0.0.1 under a name of its own, but it cannot choose the
//! `Host` header. So every listener of the local cloud asks here before it answers.

/// What a request is told that names another host.
#[cfg(feature = "buckets")]
pub(crate) const ELSEWHERE: &str = "This address answers to 127.0.0.1 and localhost only.\n";

/// Whether `host`, with or without a port, names this machine's loopback. The port does not matter: it may be a forwarded one.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = without_port(host);
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// The name in a `Host` header.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host that a request's head names: its header, or the authority of an absolute target.
pub(crate) fn named(parts: &http::request::Parts) -> &str {
    let header = parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.host()).unwrap_or_default()
}
