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
        // TODO(lab-03.1): the header has room for one origin. Which, for a page of `origin`, and when none?
        Some(self.0.join(", ")).filter(|_| !origin.is_empty())
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
        // TODO(lab-03.4): a cache may keep this reply and hand it to the next page. What must it know?
    }
}

/// The answer to OPTIONS, by which a browser asks for permission before it sends what no form could send. A page that `admit`
/// does not admit has no use for it.
///
/// # Errors
///
/// The board's own, while there is no better answer.
pub(crate) fn preflight(event: &ApiGatewayProxyRequest) -> Result<Value, Refusal> {
    // TODO(lab-03.3): a page wants to PUT JSON. Say that it may, instead of what the board says to OPTIONS.
    small_board::answer(event)
}
