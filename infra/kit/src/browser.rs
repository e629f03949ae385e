//! What a browser does with an answer from another origin: whether a page gets to read it, and what the console says if not.
//!
//! The rules are those of the Fetch standard (<https://fetch.spec.whatwg.org/#http-cors-protocol>), the sentences Chromium's.
//! `tests/browser` holds both to a real Chromium.

use crate::http::{Request, Response};

/// Names the one origin whose pages may read an answer.
pub const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";
/// Says whether they may, where cookies went along.
pub const ALLOW_CREDENTIALS: &str = "Access-Control-Allow-Credentials";

/// The methods that need no leave.
const SIMPLE_METHODS: [&str; 3] = ["GET", "HEAD", "POST"];
/// The headers that need no leave, `Content-Type` for three types only.
const SIMPLE_HEADERS: [&str; 4] = ["accept", "accept-language", "content-language", "content-type"];
/// What a form can send, and so what every page has always been able to send anywhere.
const SIMPLE_TYPES: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// What the rules depend on besides the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    /// The page's origin, as the browser sends it.
    pub origin: String,
    /// Whether cookies go along (`credentials: "include"`).
    pub credentials: bool,
}

impl Browser {
    /// Whether a request of this method with these headers (see [`asked_for`]) has a preflight.
    pub fn asks_first(method: &str, headers: &[String]) -> bool {
        !SIMPLE_METHODS.contains(&method) || !headers.is_empty()
    }

    /// The headers of the preflight for a request of this method with these headers (see [`asked_for`]).
    pub(crate) fn preflight(&self, method: &str, headers: &[String]) -> Vec<(String, String)> {
        let mut own = vec![
            ("Origin".to_string(), self.origin.clone()),
            ("Access-Control-Request-Method".to_string(), method.to_string()),
        ];
        if !headers.is_empty() {
            own.push(("Access-Control-Request-Headers".to_string(), headers.join(",")));
        }
        own
    }

    /// The console's sentence about `url`, with the reason that [`Browser::hides`] or [`Browser::refuses_preflight`] gave.
    pub fn console(&self, url: &str, why: &str) -> String {
        format!("Access to fetch at '{url}' from origin '{}' has been blocked by CORS policy: {why}", self.origin)
    }

    /// Why a page does not get to read `response`; nothing when it does.
    pub fn hides(&self, response: &Response) -> Option<String> {
        const VALID: &str = "Have the server send the header with a valid value.";
        let given = lines(response, ALLOW_ORIGIN);
        let value = given.join(", ");
        if given.is_empty() {
            return Some(format!("No '{ALLOW_ORIGIN}' header is present on the requested resource."));
        }
        if value == "*" && !self.credentials {
            return None;
        }
        if value == "*" {
            return Some(format!(
                "The value of the '{ALLOW_ORIGIN}' header in the response must not be the wildcard '*' when the request's \
                 credentials mode is 'include'."
            ));
        }
        if value != self.origin {
            return Some(if value.contains([' ', ',']) {
                format!(
                    "The '{ALLOW_ORIGIN}' header contains multiple values '{value}', but only one is allowed. {VALID}"
                )
            } else if value != "null" && !value.contains("://") {
                format!("The '{ALLOW_ORIGIN}' header contains the invalid value '{value}'. {VALID}")
            } else {
                format!(
                    "The '{ALLOW_ORIGIN}' header has a value '{value}' that is not equal to the supplied origin. {VALID}"
                )
            });
        }
        let leave = lines(response, ALLOW_CREDENTIALS).join(", ");
        (self.credentials && leave != "true").then(|| {
            format!(
                "The value of the '{ALLOW_CREDENTIALS}' header in the response is '{leave}' which must be 'true' when the \
                 request's credentials mode is 'include'."
            )
        })
    }

    /// Why the request is not sent after this answer to its preflight; nothing when it is.
    pub fn refuses_preflight(&self, response: &Response, method: &str, headers: &[String]) -> Option<String> {
        const FAILED: &str = "Response to preflight request doesn't pass access control check:";
        if let Some(why) = self.hides(response) {
            return Some(format!("{FAILED} {why}"));
        }
        if !(200..300).contains(&response.status) {
            return Some(format!("{FAILED} It does not have HTTP ok status."));
        }
        let listed = |header: &str, wanted: &str, ignore_case: bool| {
            let all = lines(response, header).join(",");
            all.split(',').map(str::trim).any(|one| {
                one == wanted || (one == "*" && !self.credentials) || (ignore_case && one.eq_ignore_ascii_case(wanted))
            })
        };
        if !SIMPLE_METHODS.contains(&method) && !listed("Access-Control-Allow-Methods", method, false) {
            return Some(format!(
                "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
            ));
        }
        let refused = headers.iter().find(|name| !listed("Access-Control-Allow-Headers", name, true))?;
        Some(format!(
            "Request header field {refused} is not allowed by Access-Control-Allow-Headers in preflight response."
        ))
    }
}

/// The headers of `request` that a browser asks leave for: lower case, sorted.
pub fn asked_for(request: &Request) -> Vec<String> {
    let needs_leave = |(name, value): &&(String, String)| {
        let name = name.to_ascii_lowercase();
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let simple = SIMPLE_HEADERS.contains(&name.as_str());
        !simple || (name == "content-type" && !SIMPLE_TYPES.contains(&essence.as_str()))
    };
    let mut names: Vec<String> =
        request.headers.iter().filter(needs_leave).map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    names
}

/// The values of a header, one for each of its lines.
pub(crate) fn lines<'r>(response: &'r Response, name: &str) -> Vec<&'r str> {
    let named = response.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://board.example.com";

    fn response(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect();
        Response { status, headers, body: Vec::new() }
    }

    fn page(credentials: bool) -> Browser {
        Browser { origin: PAGE.to_string(), credentials }
    }

    #[test]
    fn an_answer_is_for_a_page_that_it_names_and_for_no_other() {
        let hides = |value: &str| page(false).hides(&response(200, &[("access-control-allow-origin", value)]));
        assert_eq!((hides(PAGE), hides("*")), (None, None));
        for (value, said) in [
            ("null", "has a value 'null'"),
            ("http://board.example.com", "has a value"),
            ("https://board.example.com/", "has a value"),
            ("board.example.com", "contains the invalid value 'board.example.com'"),
            ("https://board.example.com, http://127.0.0.1:4001", "contains multiple values"),
        ] {
            let why = hides(value).unwrap_or_else(|| panic!("{value} is let through"));
            assert!(why.contains(said), "{value}: {why}");
        }
        let twice = response(200, &[("Access-Control-Allow-Origin", "*"), ("access-control-allow-origin", "*")]);
        assert!(page(false).hides(&twice).unwrap().contains("multiple values '*, *'"));
        assert!(page(false).hides(&response(200, &[])).unwrap().starts_with("No 'Access-Control-Allow-Origin' header"));
    }

    #[test]
    fn cookies_need_a_name_and_leave() {
        let star = response(200, &[(ALLOW_ORIGIN, "*"), (ALLOW_CREDENTIALS, "true")]);
        assert!(page(true).hides(&star).unwrap().contains("must not be the wildcard '*'"));
        assert!(
            page(true).hides(&response(200, &[(ALLOW_ORIGIN, PAGE)])).unwrap().contains("is '' which must be 'true'")
        );
        assert_eq!(page(true).hides(&response(200, &[(ALLOW_ORIGIN, PAGE), (ALLOW_CREDENTIALS, "true")])), None);
    }

    #[test]
    fn a_preflight_is_judged_origin_first_then_status_method_and_headers() {
        let asked = ["content-type".to_string()];
        let said = |status: u16, headers: &[(&str, &str)]| {
            page(false).refuses_preflight(&response(status, headers), "PUT", &asked).unwrap_or_default()
        };
        let (methods, headers) = ("Access-Control-Allow-Methods", "Access-Control-Allow-Headers");
        assert!(said(403, &[]).contains("access control check: No 'Access-Control-Allow-Origin'"));
        assert!(said(403, &[(ALLOW_ORIGIN, "*")]).contains("It does not have HTTP ok status."));
        assert!(said(204, &[(ALLOW_ORIGIN, "*")]).starts_with("Method PUT is not allowed"));
        assert!(said(204, &[(ALLOW_ORIGIN, "*"), (methods, "GET,put")]).starts_with("Method PUT is not allowed"));
        assert!(
            said(204, &[(ALLOW_ORIGIN, "*"), (methods, "GET, PUT")]).starts_with("Request header field content-type")
        );
        assert_eq!(said(204, &[(ALLOW_ORIGIN, "*"), (methods, "PUT"), (headers, "X-A, Content-Type")]), "");
        assert_eq!(said(204, &[(ALLOW_ORIGIN, "*"), (methods, "*"), (headers, "*")]), "");
    }

    #[test]
    fn what_a_form_could_send_needs_no_leave() {
        let request = |headers: &[(&str, &str)]| Request {
            headers: headers.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect(),
            ..Request::default()
        };
        assert!(asked_for(&request(&[("Content-Type", "text/plain; charset=UTF-8"), ("Accept", "*/*")])).is_empty());
        let json = request(&[("X-Board", "1"), ("Content-Type", "application/json")]);
        assert_eq!(asked_for(&json), ["content-type", "x-board"]);
    }
}
