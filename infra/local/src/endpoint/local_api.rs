//! What AWS has no API for: the activity log, and who runs here.
//!
//! These paths exist on the local cloud only, for the `cargo workbook` commands. They begin with `/_local/`, which is not a path of any
//! service: Lambda's begin with a date, and a bucket's name has no underscore.
//!
//! | Path | Answer |
//! |---|---|
//! | `GET /_local/board` | one JSON object: the process id, the stack's name, and where its functions are built |
//! | `GET /_local/events?after=N&wait=S` | entries of the activity log after number N, a JSON object a line; waits up to S seconds for the first |
//! | `POST /_local/deployments` | carries out a [`FileDeployment`]: its events, a JSON object a line, and a last line that says how it ended |
//!
//! Callers must know the token that the data folder keeps in a file of its owner's alone ([`LocalToken`]): a deployment runs code.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::Frame;
use serde::Serialize;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::lambda_api::query_value;
use super::{Endpoint, plain};
use crate::deployment::{
    Deployment, DeploymentError, FileDeployment, PlannedChange, Progress, StackEvent, StackOperation,
};
use crate::signature;

/// What all paths here begin with.
const PREFIX: &str = "/_local/";
/// The longest time that a question may wait for something to happen.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The media type of an object a line.
const LINES: &str = "application/x-ndjson";

/// How the `cargo workbook` commands call themselves.
const USER_AGENT: &str = "cargo-workbook";

/// What callers of this API must know, as `Authorization: Bearer …`. Its debug form does not tell it.
#[derive(Clone)]
pub struct LocalToken(String);

impl LocalToken {
    /// The token with this text.
    pub fn new(text: impl Into<String>) -> LocalToken {
        LocalToken(text.into())
    }

    /// The header's value.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }

    fn is_in(&self, parts: &Parts) -> bool {
        let given = parts.headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().to_vec());
        given.is_some_and(|given| signature::same(&given, self.authorization().as_bytes()))
    }
}

impl std::fmt::Debug for LocalToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalToken")
    }
}

/// Whether a call of AWS comes from one of the learner's own commands. They look on; an activity log that they wrote into themselves would
/// soon hold nothing else.
pub(super) fn looks_on(parts: &Parts) -> bool {
    parts.headers.get(header::USER_AGENT).is_some_and(|agent| agent.as_bytes().starts_with(USER_AGENT.as_bytes()))
}

/// Whether a request is for this API.
pub(super) fn is_asked(parts: &Parts) -> bool {
    parts.uri.path().starts_with(PREFIX)
}

impl Endpoint {
    /// Answers a request for [`PREFIX`].
    pub(super) async fn local(&self, parts: &Parts, body: Bytes) -> Response {
        if !self.token.is_in(parts) {
            return plain(
                StatusCode::FORBIDDEN,
                "This address is for the workbook's own commands, which read a token in the data folder of the board that runs here. \
                 That token was not sent.\n",
            );
        }
        match (parts.method.as_str(), parts.uri.path().trim_start_matches(PREFIX)) {
            ("GET", "board") => {
                let who = json!({ "pid": std::process::id(), "stack": self.stack_name, "workspace": self.packages.workspace });
                ([(header::CONTENT_TYPE, "application/json")], who.to_string()).into_response()
            }
            ("GET", "events") => self.events(parts).await,
            ("POST", "deployments") => self.deploy(&body).await,
            _ => plain(
                StatusCode::NOT_FOUND,
                "The local cloud has GET /_local/board, GET /_local/events and POST /_local/deployments.\n",
            ),
        }
    }

    async fn deploy(&self, body: &[u8]) -> Response {
        let FileDeployment { stack, template, parameters } = match serde_json::from_slice(body) {
            Ok(deployment) => deployment,
            Err(error) => {
                return (StatusCode::BAD_REQUEST, format!("This is not a deployment: {error}.\n")).into_response();
            }
        };
        if let Some(refusal) = stack.as_ref().and_then(|stack| self.undeployable(stack)) {
            return (StatusCode::BAD_REQUEST, refusal).into_response();
        }
        let Some(Progress { mut events, mut end }) = self
            .deployments
            .ask(StackOperation::Deploy(Deployment::of_file_as(stack.as_deref(), template, parameters)))
        else {
            let busy = format!(
                "An error occurred (ValidationError) when calling the UpdateStack operation: Stack:{} is in \
                 UPDATE_IN_PROGRESS state and can not be updated.",
                stack.as_ref().unwrap_or(&self.stack_name)
            );
            return (StatusCode::CONFLICT, busy).into_response();
        };
        // A deployment that does not even begin has no events.
        let Some(first) = events.recv().await else {
            let why = match (&mut end).await {
                Ok(Err(why)) => said(&why),
                Ok(Ok(_)) | Err(_) => "The local cloud is shutting down.".to_string(),
            };
            return (StatusCode::BAD_REQUEST, why).into_response();
        };
        let lines = EventLines { first: Some(first), events, end: Some(end) };
        ([(header::CONTENT_TYPE, LINES)], Body::new(lines)).into_response()
    }

    async fn events(&self, parts: &Parts) -> Response {
        let number = |name: &str| query_value(parts, name).and_then(|value| value.parse::<u64>().ok());
        let after = number("after").unwrap_or_default();
        let wait = number("wait").map_or(Duration::ZERO, Duration::from_secs).min(LONGEST_WAIT);
        let mut changed = self.activity.changed();
        let mut stop = self.stop.clone();
        // Too late and the end of the cloud are answers too: nothing has happened.
        tokio::select! {
            _ = tokio::time::timeout(wait, changed.wait_for(|newest| *newest > after)) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
        let lines: String = self
            .activity
            .since(after)
            .iter()
            .filter_map(|entry| Some(serde_json::to_string(&**entry).ok()? + "\n"))
            .collect();
        ([(header::CONTENT_TYPE, LINES)], lines).into_response()
    }
}

/// The events of a deployment as they happen, one a line, and how it ended.
struct EventLines {
    first: Option<StackEvent>,
    events: mpsc::UnboundedReceiver<StackEvent>,
    end: Option<oneshot::Receiver<Result<Vec<PlannedChange>, DeploymentError>>>,
}

impl HttpBody for EventLines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(line(&first))));
        }
        if let Some(event) = ready!(self.events.poll_recv(context)) {
            return Poll::Ready(Some(Ok(line(&event))));
        }
        let Some(end) = &mut self.end else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(end).poll(context));
        self.end = None;
        let error = match ended {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(said(&error)),
            Err(_) => Some("The local cloud has stopped.".to_string()),
        };
        Poll::Ready(Some(Ok(line(&json!({ "end": { "error": error } })))))
    }
}

/// What the command prints: CloudFormation's own refusals as its clients print them.
fn said(error: &DeploymentError) -> String {
    match error {
        DeploymentError::NoUpdates | DeploymentError::Validation(_) => {
            format!("An error occurred (ValidationError) when calling the UpdateStack operation: {error}")
        }
        DeploymentError::Malformed { .. } | DeploymentError::Invalid(_) | DeploymentError::Failed(_) => {
            error.to_string()
        }
    }
}

fn line(value: &impl Serialize) -> Frame<Bytes> {
    let text = serde_json::to_string(value).unwrap_or_default();
    Frame::data(Bytes::from(text + "\n"))
}
