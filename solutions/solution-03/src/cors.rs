//! CORS: which pages, on which origins, may read the board's answers in a browser.
//!
//! With a proxy integration API Gateway adds nothing to what a function answers, so the function does.

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use serde_json::{Value, json};
use small_board::Refusal;

/// The origins whose pages may read the board.
#[derive(Debug)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// A comma-separated list such as `https://board.example.com, http://127.0.0.1:4001`.
    ///
    /// # Errors
    ///
    /// Names the first entry that is not an origin. `*` and `null` are not: they would let in pages that nobody can name.
    pub(crate) fn parse(list: &str) -> Result<Origins, String> {
        let origin = |entry: &str| {
            let host = entry.strip_prefix("https://").or_else(|| entry.strip_prefix("http://")).unwrap_or_default();
            match host.is_empty() || host.contains('/') {
                true => Err(format!("{entry:?} is not an origin; write one as https://board.example.com")),
                false => Ok(entry.to_owned()),
            }
        };
        list.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(origin)
            .collect::<Result<_, _>>()
            .map(Origins)
    }

    /// What `Access-Control-Allow-Origin` says to a page of `origin`; nothing when it may not read the board.
    fn allowed(&self, origin: &str) -> Option<String> {
        // lab-03.1 begin
        self.0.iter().find(|listed| *listed == origin).cloned()
        // lab-03.1 starter
        // | // TODO(lab-03.1): the header has room for one origin. Which, for a page of `origin`, and when none?
        // | Some(self.0.join(", ")).filter(|_| !origin.is_empty())
        // lab-03.1 end
    }

    /// Adds to a reply what lets the page that asked read it.
    pub(crate) fn admit(&self, event: &ApiGatewayProxyRequest, reply: &mut Value) {
        let origin = event.headers.get("origin").and_then(|origin| origin.to_str().ok()).unwrap_or_default();
        let headers = &mut reply["headers"];
        if let Some(allowed) = self.allowed(origin) {
            headers["Access-Control-Allow-Origin"] = json!(allowed);
            // Without this a page may read the status and the body, and of the headers only a few.
            headers["Access-Control-Expose-Headers"] = json!("Allow");
        }
        // lab-03.4 begin
        headers["Vary"] = json!("Origin");
        // lab-03.4 starter
        // | // TODO(lab-03.4): a cache may keep this reply and hand it to the next page. What must it know?
        // lab-03.4 end
    }
}

/// The answer to OPTIONS, by which a browser asks for permission before it sends what no form could send. A page that `admit`
/// does not admit has no use for it.
///
/// # Errors
///
/// The board's own, while there is no better answer.
pub(crate) fn preflight(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    // lab-03.3 begin
    // The board's own refusal of OPTIONS knows which methods this path has.
    let methods = match small_board::answer(event) {
        Err(Refusal::MethodNotAllowed { allow }) => allow,
        other => return other,
    };
    Ok(json!({
        "statusCode": 204,
        "headers": {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": "600",
        },
    }))
    // lab-03.3 starter
    // | // TODO(lab-03.3): a page wants to PUT JSON. Say that it may, instead of what the board says to OPTIONS.
    // | small_board::answer(event)
    // lab-03.3 end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_origin_gets_its_own_name_and_every_other_gets_nothing() {
        let origins = Origins::parse(" https://a.example,http://127.0.0.1:4001, ").unwrap();
        for (origin, allowed) in [
            ("https://a.example", true),
            ("http://127.0.0.1:4001", true),
            ("http://a.example", false),
            ("https://a.example:8443", false),
            ("https://a.example.evil.example", false),
            ("https://A.example", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(origins.allowed(origin), allowed.then(|| origin.to_owned()), "{origin:?}");
        }
    }

    #[test]
    fn what_is_not_an_origin_is_refused_before_the_first_request() {
        for wrong in ["*", "null", "a.example", "https://", "https://a.example/", "ftp://a.example"] {
            assert!(Origins::parse(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
        assert_eq!(Origins::parse("").unwrap().allowed(""), None);
    }
}
