//! Why an answer is what it is: what the function did, and what API Gateway made of that on its way to the caller.
//!
//! Callers on AWS see `{"message": "Internal server error"}` for a dozen different mistakes, and only logs tell them apart
//! (<https://repost.aws/knowledge-center/malformed-502-api-gateway>). A check has seen both sides and says which it was.

use local::lambda::Outcome;
use serde_json::Value;

use crate::http::Response;
use crate::words::{cut, short_text};

/// The error types of functions that say nothing themselves.
const TIMED_OUT: &str = "Sandbox.Timedout";
const EXITED: &str = "Runtime.ExitError";
/// How the runtime begins the message of a panic.
const PANICKED: &str = "Lambda panicked";

/// How a function's invocation ended.
#[derive(Debug, Clone)]
pub(crate) struct InvocationResult {
    /// What it replied, or the description of its error.
    pub(crate) payload: Vec<u8>,
    /// Whether that is the description of an error.
    pub(crate) failed: bool,
    /// Why API Gateway cannot use the reply, in plain words.
    pub(crate) malformed: Option<String>,
    /// What was logged meanwhile, as `LogType: Tail` of the Invoke API gives it.
    pub(crate) log: String,
}

impl InvocationResult {
    /// The result of an invocation, no matter who gets the reply.
    pub(crate) fn of(outcome: &Outcome) -> InvocationResult {
        InvocationResult {
            payload: outcome.payload.to_vec(),
            failed: outcome.function_error.is_some(),
            malformed: None,
            log: outcome.log_tail.clone(),
        }
    }
}

/// What the function did and what became of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The reply as the function gave it, when something else arrived.
    pub(crate) replied: Vec<String>,
    /// What was wrong on the way, in a few sentences; nothing when nothing was.
    pub(crate) why: Vec<String>,
}

/// Tells what happened. `route` is the request's method and path, `GET /hello`.
pub(crate) fn cause(route: &str, called: Option<&InvocationResult>, response: &Response) -> Cause {
    let Some(called) = called else {
        return Cause { why: not_called(route, response), ..Cause::default() };
    };
    if called.failed {
        return Cause { why: failed(called), ..Cause::default() };
    }
    // A reply that API Gateway passed on is what the caller got: it need not be shown twice.
    let Some(reason) = &called.malformed else {
        let why = is_mislabelled(response)
            .then(|| "The Content-Type says application/json, and the body is not JSON.".to_string());
        return Cause { why: why.into_iter().collect(), ..Cause::default() };
    };
    let why = vec![
        format!("API Gateway cannot use that reply: {}.", reason.trim_end_matches('.')),
        "It answers 502 by itself, and the caller never learns what your function meant to say.".to_string(),
    ];
    Cause { replied: vec![short_text(&called.payload)], why }
}

/// Whether a response says that it is JSON, and is not.
pub(crate) fn is_mislabelled(response: &Response) -> bool {
    response.header("content-type").is_some_and(|value| value.starts_with("application/json"))
        && !response.body.is_empty()
        && serde_json::from_slice::<Value>(&response.body).is_err()
}

/// Whether API Gateway does not know that path, or that method of it.
pub(crate) fn is_unrouted(response: &Response) -> bool {
    // What answers a HEAD has no body.
    let is_typed = response.header("x-amzn-errortype") == Some("MissingAuthenticationTokenException");
    response.status == 403
        && (is_typed || String::from_utf8_lossy(&response.body).contains("Missing Authentication Token"))
}

/// Whether an execution log's line says that Lambda refused to run the function: API Gateway answers that with 500, and the
/// line is the only place that tells why.
pub(crate) fn is_throttled(failure: &str) -> bool {
    failure.contains("Rate Exceeded.")
}

/// What to say of a 500 like that.
pub(crate) fn throttled() -> Vec<String> {
    let own = "Your function was not called: Lambda refused to run it, with 429 TooManyRequestsException, \"Rate Exceeded.\".";
    let because = "It has as many invocations at once as its concurrency allows, or its concurrency is 0. API Gateway answers \
                   500 to that, and only its execution log says why.";
    vec![own.to_string(), because.to_string()]
}

fn not_called(route: &str, response: &Response) -> Vec<String> {
    let own = "Your function was not called: API Gateway answered by itself.".to_string();
    let because = match response.status {
        403 if is_unrouted(response) => format!(
            "No event in template.yaml fits {route}. To API Gateway that method of that path does not exist, and it answers \
             \"Missing Authentication Token\" to that."
        ),
        429 => "There were more requests than the throttle in front of it allows.".to_string(),
        500 => "Lambda did not run it: its code could not be built or started.".to_string(),
        504 => "It waited for the function until its own time was up.".to_string(),
        _ => return vec![own],
    };
    vec![own, because]
}

fn failed(called: &InvocationResult) -> Vec<String> {
    let (kind, message) = error_of(called);
    let message = cut(&message, 160);
    let what = match kind.as_str() {
        TIMED_OUT => format!("Your function did not reply in time: {message}"),
        EXITED => format!("Your function's process ended before it replied: {message}"),
        "Function.ResponseSizeTooLarge" => format!("Your function's reply is too large: {message}"),
        _ if message.is_empty() => {
            format!("Your function ended with an error instead of a reply: {}", short_text(&called.payload))
        }
        // The name of a Rust type tells nobody what happened; the name that other languages give an error does.
        rust if rust.contains("::") || rust.is_empty() => {
            format!("Your function ended with an error instead of a reply: \"{message}\"")
        }
        kind => format!("Your function ended with an error instead of a reply: \"{message}\" ({})", cut(kind, 60)),
    };
    let hidden =
        "To API Gateway that is a broken function, no matter who was at fault: it answers 502 and hides the reason.";
    vec![what, hidden.to_string()]
}

/// Whether the function returned an error: it did not panic, and did not just stop.
pub(crate) fn is_returned_error(called: &InvocationResult) -> bool {
    let (kind, message) = error_of(called);
    called.failed && !matches!(kind.as_str(), TIMED_OUT | EXITED) && !message.starts_with(PANICKED)
}

/// `errorType` and `errorMessage`, without the request id that Lambda puts in front.
pub(crate) fn error_of(called: &InvocationResult) -> (String, String) {
    let described: Value = serde_json::from_slice(&called.payload).unwrap_or_default();
    let field = |name: &str| described.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let message = field("errorMessage");
    let bare = message
        .strip_prefix("RequestId: ")
        .and_then(|rest| rest.split_once(" Error: "))
        .map(|(_, bare)| bare.to_string());
    (field("errorType"), bare.unwrap_or(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(called: Option<InvocationResult>, status: u16, body: &str) -> String {
        let response = Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        let Cause { replied, why } = cause("GET /hello", called.as_ref(), &response);
        [replied, why].concat().join(" ")
    }

    fn called(payload: &str, failed: bool, malformed: Option<&str>) -> Option<InvocationResult> {
        let malformed = malformed.map(str::to_string);
        Some(InvocationResult { payload: payload.into(), failed, malformed, log: String::new() })
    }

    #[test]
    fn tells_the_four_kinds_of_502_apart() {
        let malformed =
            rendered(called(r#"{"body":{}}"#, false, Some("body is an object; it must be a string.")), 502, "");
        assert!(
            malformed.contains("cannot use that reply: body is an object; it must be a string. It answers 502"),
            "{malformed}"
        );
        let error = rendered(called(r#"{"errorType":"alloc::String","errorMessage":"no name"}"#, true, None), 502, "");
        assert!(error.contains("ended with an error instead of a reply: \"no name\""), "{error}");
        let exit = rendered(
            called(
                r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 6f Error: exit status 1"}"#,
                true,
                None,
            ),
            502,
            "",
        );
        assert!(exit.contains("process ended before it replied: exit status 1"), "{exit}");
        let late = rendered(
            called(r#"{"errorType":"Sandbox.Timedout","errorMessage":"after 3.00 seconds"}"#, true, None),
            502,
            "",
        );
        assert!(late.contains("did not reply in time"), "{late}");
    }

    #[test]
    fn says_when_the_function_was_never_called() {
        let unknown = rendered(None, 403, r#"{"message":"Missing Authentication Token"}"#);
        assert!(
            unknown.contains("not called") && unknown.contains("No event in template.yaml fits GET /hello"),
            "{unknown}"
        );
        assert!(rendered(None, 429, "").contains("not called"));
    }

    #[test]
    fn json_that_is_none_is_noticed() {
        let headers = vec![("content-type".to_string(), "application/json; charset=utf-8".to_string())];
        let response = |body: &str| Response { status: 200, headers: headers.clone(), body: body.as_bytes().to_vec() };
        assert!(is_mislabelled(&response("Object {}")));
        assert!(!is_mislabelled(&response("{}")) && !is_mislabelled(&response("")));
    }

    #[test]
    fn a_good_reply_needs_no_explanation() {
        assert_eq!(rendered(called(r#"{"statusCode":404}"#, false, None), 404, ""), "");
    }
}
