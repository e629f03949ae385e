//! CORS: which pages, on which origins, may read the board's answers in a browser.
//!
//! With a proxy integration API Gateway adds nothing, so the function puts these headers on every answer it makes,
//! errors included: a browser hides an answer without them, status and all, and shows "blocked by CORS policy" instead.
//! The origins are a list, not `*`, because a board that anyone's page can post to is a board full of other people's
//! pages.

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayProxyResponse};
use http::HeaderValue;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, ORIGIN, VARY,
};

use crate::reply;

/// What a page may send beyond the headers that every page may send.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static("content-type, idempotency-key");

/// What a page may read of an answer beyond its body and type.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static("Allow, Location, Retry-After, X-Request-Id");

/// How long a browser may remember a preflight, in seconds.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins whose pages may use the API.
#[derive(Debug)]
pub(crate) struct Origins(Vec<HeaderValue>);

impl Origins {
    /// A comma-separated list such as `https://board.example.com, http://127.0.0.1:4001`. A final slash, which an
    /// origin does not have and people write, is dropped.
    ///
    /// # Errors
    /// Names the entry that is not an origin. `*` and `null` are not: the first would let in every page, the second every
    /// page that was opened from a file.
    pub(crate) fn parse(list: &str) -> Result<Self, String> {
        list.split(',')
            .map(|entry| entry.trim().trim_end_matches('/'))
            .filter(|entry| !entry.is_empty())
            .map(|entry| {
                let host = entry.strip_prefix("https://").or_else(|| entry.strip_prefix("http://")).unwrap_or_default();
                if host.is_empty() || host.contains('/') {
                    return Err(format!("{entry} is not an origin; write one as https://board.example.com"));
                }
                HeaderValue::from_str(entry).map_err(|_| format!("{entry:?} is not an origin"))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Adds to an answer what lets the asking page read it.
    pub(crate) fn admit(&self, event: &ApiGatewayProxyRequest, answer: &mut ApiGatewayProxyResponse) {
        // Also when there is no origin: a cache must not hand this answer to a page.
        answer.headers.insert(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = self.allowed(event) {
            answer.headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }

    /// The answer to OPTIONS. A page of an unknown origin gets one without permissions, which is how a browser is told
    /// no.
    pub(crate) fn preflight(&self, event: &ApiGatewayProxyRequest, methods: &'static str) -> ApiGatewayProxyResponse {
        let mut answer = reply::empty(204);
        answer.headers.insert(ALLOW, HeaderValue::from_static(methods));
        if self.allowed(event).is_some() {
            answer.headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
            answer.headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            answer.headers.insert(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE);
        }
        answer
    }

    fn allowed(&self, event: &ApiGatewayProxyRequest) -> Option<&HeaderValue> {
        let origin = event.headers.get(ORIGIN)?;
        self.0.iter().find(|allowed| *allowed == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: Option<&str>) -> ApiGatewayProxyRequest {
        let mut event = ApiGatewayProxyRequest::default();
        if let Some(origin) = origin {
            event.headers.insert(ORIGIN, origin.parse().unwrap());
        }
        event
    }

    #[test]
    fn only_a_listed_origin_is_admitted_and_exactly() {
        let origins = Origins::parse("https://a.example/, http://127.0.0.1:4001,").unwrap();
        for (origin, admitted) in [
            (Some("https://a.example"), true),
            (Some("http://127.0.0.1:4001"), true),
            (Some("http://a.example"), false),
            (Some("https://a.example:8443"), false),
            (Some("https://a.example.evil.example"), false),
            (Some("https://A.example"), false),
            (Some("null"), false),
            (None, false),
        ] {
            let mut answer = reply::empty(200);
            origins.admit(&from(origin), &mut answer);
            assert_eq!(answer.headers.get(ACCESS_CONTROL_ALLOW_ORIGIN).is_some(), admitted, "{origin:?}");
            assert_eq!(answer.headers[VARY], "Origin");
            let preflight = origins.preflight(&from(origin), "GET, OPTIONS");
            assert_eq!(preflight.headers.get(ACCESS_CONTROL_ALLOW_METHODS).is_some(), admitted, "{origin:?}");
        }
    }

    #[test]
    fn what_is_not_an_origin_is_an_error_and_an_empty_list_admits_nobody() {
        for wrong in ["*", "null", "board.example.com", "https://", "https://a.example/board", "ftp://a.example"] {
            assert!(Origins::parse(wrong).is_err(), "{wrong} was accepted");
        }
        assert!(Origins::parse("").unwrap().allowed(&from(Some(""))).is_none());
    }
}
