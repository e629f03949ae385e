//! What goes into an invocation, and what comes out.

use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use crate::activity::Source;

/// A request of `Invoke`.
#[derive(Debug, Clone, Default)]
pub struct InvokeRequest {
    /// The event: JSON text.
    pub payload: Bytes,
    /// The X-Ray header to pass on; a new trace begins without one.
    pub trace_id: Option<String>,
    /// The client context, decoded from base64.
    pub client_context: Option<String>,
    /// Who asks, for the activity log.
    pub source: Source,
}

impl InvokeRequest {
    /// A request with nothing but its event.
    pub fn with(payload: impl Into<Bytes>) -> InvokeRequest {
        InvokeRequest { payload: payload.into(), ..InvokeRequest::default() }
    }
}

/// How an invocation ended. Errors of the function are outcomes too: Invoke answers them with 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The invocation's id, as in the log lines.
    pub request_id: String,
    /// The reply, or the error's description as JSON.
    pub payload: Bytes,
    /// `Some("Unhandled")` when the function failed: the value of `X-Amz-Function-Error`.
    pub function_error: Option<&'static str>,
    /// How long the handler took, as the REPORT line says it.
    pub duration: Duration,
    /// The invocation's log, as `LogType: Tail` gives it (at most 4 KB).
    pub log_tail: String,
}

impl Outcome {
    /// The `errorMessage` of a failed invocation.
    pub fn error_message(&self) -> Option<String> {
        self.function_error?;
        let description: serde_json::Value = serde_json::from_slice(&self.payload).ok()?;
        description.get("errorMessage")?.as_str().map(str::to_string)
    }
}

/// An invocation that has ended.
#[derive(Debug, Clone)]
pub struct InvocationRecord {
    /// The invocation's id.
    pub request_id: String,
    /// The event as the function received it.
    pub event: Bytes,
    /// How it ended.
    pub outcome: Outcome,
}

/// An error as Lambda itself describes it, fields in its order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorDescription {
    error_type: &'static str,
    error_message: String,
}

impl ErrorDescription {
    fn to_json(&self) -> Bytes {
        Bytes::from(serde_json::to_vec(self).expect("two strings always serialise"))
    }
}

/// How one invocation ended inside its environment, before it is put into AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ending {
    /// The function replied.
    Replied(Bytes),
    /// The function reported an error: its body as sent.
    Failed(Bytes),
    /// The reply was too large to take.
    TooLarge,
    /// The process ended by itself, in init or while handling.
    Exited(String),
    /// The time was up.
    TimedOut { after: std::time::Duration },
}

impl Ending {
    /// The payload that Invoke answers with, and whether it is an error.
    pub(super) fn payload(&self, request_id: &str) -> (Bytes, Option<&'static str>) {
        let described = |error_type: &'static str, error_message: String| {
            (ErrorDescription { error_type, error_message }.to_json(), Some("Unhandled"))
        };
        match self {
            Ending::Replied(reply) => (reply.clone(), None),
            Ending::Failed(body) => (body.clone(), Some("Unhandled")),
            Ending::TooLarge => {
                let limit = super::RESPONSE_LIMIT;
                let message = format!("Response payload size exceeded maximum allowed payload size ({limit} bytes).");
                described("Function.ResponseSizeTooLarge", message)
            }
            Ending::Exited(how) => described("Runtime.ExitError", format!("RequestId: {request_id} Error: {how}")),
            Ending::TimedOut { after } => {
                let message =
                    format!("RequestId: {request_id} Error: Task timed out after {:.2} seconds", after.as_secs_f64());
                described("Sandbox.Timedout", message)
            }
        }
    }

    /// `Status: …` and `Error Type: …` of the REPORT line; nothing for an invocation that the runtime ended in order.
    pub(super) fn report_status(&self) -> &'static str {
        match self {
            Ending::Replied(_) | Ending::Failed(_) => "",
            Ending::TooLarge => "\tStatus: error\tError Type: Function.ResponseSizeTooLarge",
            Ending::Exited(_) => "\tStatus: error\tError Type: Runtime.ExitError",
            Ending::TimedOut { .. } => "\tStatus: timeout",
        }
    }

    /// Whether the environment can serve another invocation.
    pub(super) fn leaves_the_process_running(&self) -> bool {
        matches!(self, Ending::Replied(_) | Ending::Failed(_) | Ending::TooLarge)
    }
}
