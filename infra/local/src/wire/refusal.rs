//! What the server answers by itself, before there is a request for a handler.

use bytes::Bytes;

use super::{MAX_BODY, MAX_HEADERS, MAX_TARGET, Response};

/// Why a request is turned away. The connection closes after the answer, because where the next request would begin is
/// not known, or not worth reading up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HttpRefusal {
    /// Not HTTP/1.1, or HTTP that contradicts itself; the text says how.
    BadRequest(&'static str),
    /// More than [`MAX_HEADERS`] of header lines.
    HeadersTooLarge,
    /// A target longer than [`MAX_TARGET`].
    TargetTooLong,
    /// A body of more than [`MAX_BODY`].
    BodyTooLarge,
}

impl HttpRefusal {
    /// The answer.
    pub(super) fn response(self) -> Response {
        match self {
            HttpRefusal::BadRequest(why) => plain(400, format!("Bad request: {why}.")),
            // AWS documents these two limits, not the answers to breaking them.
            HttpRefusal::HeadersTooLarge => plain(431, format!("The request's headers exceed {MAX_HEADERS} bytes.")),
            HttpRefusal::TargetTooLong => {
                plain(414, format!("The request's path and query exceed {MAX_TARGET} bytes."))
            }
            // API Gateway's own words and its own odd media type. The answer comes from in front of the API, so it
            // has no request id, and no gateway response can change it.
            HttpRefusal::BodyTooLarge => Response {
                status: 413,
                headers: vec![("content-type".into(), "text; charset=utf-8".into())],
                body: Bytes::from(format!("HTTP content length exceeded {MAX_BODY} bytes.")),
            },
        }
    }
}

fn plain(status: u16, text: String) -> Response {
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/plain; charset=utf-8".into())],
        body: Bytes::from(text + "\n"),
    }
}
