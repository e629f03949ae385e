//! What goes back over the socket: a head in one piece, and then the body.

use bytes::{BufMut, Bytes, BytesMut};

use super::Response;

/// How an answer is to be delivered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delivery {
    /// The request was `HEAD`: the length is sent, the body is not.
    pub(super) head_only: bool,
    /// Another request may follow on this connection.
    pub(super) keep_alive: bool,
}

/// The bytes of the head, and the body that is to follow it.
///
/// `Content-Length` and `Connection` go after `Content-Type`, as in API Gateway's own answers.
pub(super) fn encoded(response: Response, delivery: Delivery) -> (Bytes, Bytes) {
    let bodiless = matches!(response.status, 100..=199 | 204 | 304);
    let mut head = BytesMut::with_capacity(512);
    let reason = http::StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
    head.put_slice(format!("HTTP/1.1 {} {}\r\n", response.status, reason.unwrap_or("")).as_bytes());

    let framing = |head: &mut BytesMut| {
        if !bodiless {
            put_line(head, "Content-Length", &response.body.len().to_string());
        }
        put_line(head, "Connection", if delivery.keep_alive { "keep-alive" } else { "close" });
    };
    let mut framed = false;
    for (name, value) in response.headers.iter().filter(|(name, _)| is_ours_to_send(name)) {
        put_line(&mut head, name, value);
        if !framed && name.eq_ignore_ascii_case("content-type") {
            framing(&mut head);
            framed = true;
        }
    }
    if !framed {
        framing(&mut head);
    }
    head.put_slice(b"\r\n");
    let body = if bodiless || delivery.head_only { Bytes::new() } else { response.body };
    (head.freeze(), body)
}

/// Framing is this module's business, and a name that is not an HTTP token would break the answer apart.
fn is_ours_to_send(name: &str) -> bool {
    is_token(name)
        && !["content-length", "connection", "transfer-encoding"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Whether `name` can be a header's name (RFC 9110, 5.6.2).
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A line end inside a value would begin a header of the sender's choice, so it goes out as a space (RFC 9110, 5.5).
fn put_line(head: &mut BytesMut, name: &str, value: &str) {
    head.put_slice(name.as_bytes());
    head.put_slice(b": ");
    head.extend(value.bytes().map(|byte| if matches!(byte, b'\r' | b'\n' | 0) { b' ' } else { byte }));
    head.put_slice(b"\r\n");
}
