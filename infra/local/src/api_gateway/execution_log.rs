//! The execution log: what API Gateway writes to CloudWatch about each request, in its own words.
//!
//! A 500, a 502 and a 504 look alike from outside; these lines tell them apart. A stage writes them with `LoggingLevel: INFO`, or those
//! about failures with `ERROR`, if the account has a role for it; headers and bodies only with `DataTraceEnabled`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>

use std::fmt::Write;
use std::time::Duration;

use super::access_log::IntegrationFigures;
use super::error::GatewayError;
use super::trace::Trace;
use crate::lambda::Outcome;
use crate::logs::Logs;
use crate::proxy::RequestContext;
use crate::wire::{Request, Response};
use stack::{ExecutionLogging, LoggingLevel, REGION, RestApi, function_arn};

/// Longer log events are cut, as API Gateway cuts them.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MAX_EVENT: usize = 1_024;
const CUT: &str = " [TRUNCATED]";

/// The log group of the API's stage.
pub(super) fn group(api: &RestApi) -> String {
    format!("API-Gateway-Execution-Logs_{}/{}", api.id, api.stage)
}

/// The lines about one request, written when it has been answered.
#[derive(Debug, Default)]
pub(super) struct ExecutionLog {
    request_id: String,
    /// What the stage writes; nothing where the account has no role for it.
    logging: ExecutionLogging,
    lines: Vec<String>,
    /// What the access log says of the integration, whether anything is written here or not.
    figures: IntegrationFigures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    /// What happened.
    Step,
    /// What somebody sent: headers, bodies, parameters.
    Data,
    /// What went wrong.
    Failure,
}

impl LineKind {
    /// Whether a stage writes it.
    fn is_written(self, logging: ExecutionLogging) -> bool {
        match (logging.level, self) {
            (LoggingLevel::Off, _) => false,
            (_, LineKind::Failure) => true,
            (LoggingLevel::Error, _) => false,
            (LoggingLevel::Info, LineKind::Data) => logging.data_trace,
            (LoggingLevel::Info, LineKind::Step) => true,
        }
    }
}

impl ExecutionLog {
    /// The lines up to the integration.
    pub(super) fn begin(
        context: &RequestContext,
        request: &Request,
        parameters: &[(String, String)],
        logging: ExecutionLogging,
    ) -> ExecutionLog {
        let mut log = ExecutionLog { request_id: context.request_id.clone(), logging, ..ExecutionLog::default() };
        if log.is_off() {
            return log;
        }
        let id = &context.request_id;
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<(&str, &str)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect();
        log.line(format!("Extended Request Id: {}", context.extended_request_id));
        log.line(format!("Starting execution for request: {id}"));
        log.line(format!("HTTP Method: {}, Resource Path: {}", context.http_method, path_in_stage(context)));
        log.data(format!("Method request path: {}", listed(parameters)));
        log.data(format!("Method request query string: {}", listed(&query)));
        log.data(format!("Method request headers: {}", listed(&request.headers)));
        log.text("Method request body before transformations: ", &request.body);
        log
    }

    /// The event goes to `function`.
    pub(super) fn endpoint_request(&mut self, function: &str, event: &[u8], trace: &Trace) {
        if self.is_off() {
            return;
        }
        let arn = function_arn(function);
        let uri = format!("https://lambda.{REGION}.amazonaws.com/2015-03-31/functions/{arn}/invocations");
        self.line(format!("Endpoint request URI: {uri}"));
        self.data(format!(
            "Endpoint request headers: {{X-Amzn-Trace-Id={}, Content-Type=application/json}}",
            trace.complete
        ));
        self.text("Endpoint request body after transformations: ", event);
        self.line(format!("Sending request to {uri}"));
    }

    /// The function was run, for better or worse. Its request id leads to its own log.
    pub(super) fn endpoint_response(&mut self, outcome: &Outcome, trace: &Trace, latency: Duration) {
        self.figures.status = Some(200);
        self.figures.request_id = Some(outcome.request_id.clone());
        self.figures.latency = Some(latency);
        if self.is_off() {
            return;
        }
        self.line(format!("Received response. Status: 200, Integration latency: {} ms", latency.as_millis()));
        let error = outcome.function_error.map_or_else(String::new, |kind| format!("X-Amz-Function-Error={kind}, "));
        self.data(format!(
            "Endpoint response headers: {{Content-Type=application/json, Content-Length={}, x-amzn-RequestId={}, \
             {error}X-Amzn-Trace-Id={}}}",
            outcome.payload.len(),
            outcome.request_id,
            trace.complete
        ));
        self.text("Endpoint response body before transformations: ", &outcome.payload);
    }

    /// The request goes to another server.
    pub(super) fn http_request(&mut self, uri: &str, headers: &[(String, String)], body: &[u8]) {
        if self.is_off() {
            return;
        }
        self.line(format!("Endpoint request URI: {uri}"));
        self.data(format!("Endpoint request headers: {}", listed(headers)));
        self.text("Endpoint request body after transformations: ", body);
        self.line(format!("Sending request to {uri}"));
    }

    /// The other server has answered.
    pub(super) fn http_response(&mut self, status: u16, headers: &[(String, String)], body: &[u8], latency: Duration) {
        self.figures.status = Some(status);
        self.figures.latency = Some(latency);
        if self.is_off() {
            return;
        }
        self.line(format!("Received response. Status: {status}, Integration latency: {} ms", latency.as_millis()));
        self.data(format!("Endpoint response headers: {}", listed(headers)));
        self.text("Endpoint response body before transformations: ", body);
    }

    /// The integration has not answered, and API Gateway waits no longer.
    pub(super) fn gave_up(&mut self, latency: Duration) {
        self.figures.latency = Some(latency);
    }

    /// The function's code has given this status in its reply to a proxy integration.
    pub(super) fn replied(&mut self, status: u16) {
        self.figures.reply_status = Some(status);
    }

    /// There is an answer to send.
    pub(super) fn method_response(&mut self, answer: &Response) {
        if self.is_off() {
            return;
        }
        self.text("Method response body after transformations: ", &answer.body);
        self.data(format!("Method response headers: {}", listed(&answer.headers)));
        self.line("Successfully completed execution".to_string());
    }

    /// The last line, and off to CloudWatch. What the integration did is for the access log.
    pub(super) fn end(
        mut self,
        answer: &Result<Response, GatewayError>,
        logs: &Logs,
        api: &RestApi,
    ) -> IntegrationFigures {
        if self.is_off() {
            return self.figures;
        }
        let status = match answer {
            Ok(answer) => answer.status,
            Err(error) => {
                if let Some(line) = &error.log_line {
                    self.put(LineKind::Failure, line.clone());
                }
                error.status
            }
        };
        self.line(format!("Method completed with status: {status}"));
        let (group, stream) = (group(api), stream(api));
        for line in self.lines {
            logs.put(&group, &stream, format!("({}) {line}", self.request_id));
        }
        self.figures
    }

    /// Whether nothing is written, so that nothing need be put together.
    fn is_off(&self) -> bool {
        self.logging.level == LoggingLevel::Off
    }

    fn put(&mut self, kind: LineKind, text: String) {
        if kind.is_written(self.logging) {
            self.lines.push(cut(text));
        }
    }

    fn line(&mut self, line: String) {
        self.put(LineKind::Step, line);
    }

    fn data(&mut self, line: String) {
        self.put(LineKind::Data, line);
    }

    /// A line that ends in somebody else's bytes, of which only as many are looked at as fit.
    fn text(&mut self, label: &str, bytes: &[u8]) {
        let start = &bytes[..bytes.len().min(MAX_EVENT)];
        let mut line = format!("{label}{}", String::from_utf8_lossy(start));
        if start.len() < bytes.len() {
            line.push_str(CUT);
        }
        self.data(line);
    }
}

/// The log stream. API Gateway spreads requests over streams with names of 32 hexadecimal digits; here there is one.
pub(super) fn stream(api: &RestApi) -> String {
    let mut name = String::with_capacity(32);
    for byte in api.id.bytes().chain(api.stage.bytes()).cycle().take(16) {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

fn path_in_stage(context: &RequestContext) -> &str {
    context.path.strip_prefix('/').and_then(|path| path.strip_prefix(context.stage.as_str())).unwrap_or(&context.path)
}

/// `{name=value, name=value}`.
fn listed<N: AsRef<str>, V: AsRef<str>>(entries: &[(N, V)]) -> String {
    let entries: Vec<String> =
        entries.iter().map(|(name, value)| format!("{}={}", name.as_ref(), value.as_ref())).collect();
    format!("{{{}}}", entries.join(", "))
}

fn cut(mut line: String) -> String {
    if line.len() > MAX_EVENT {
        let room = line.floor_char_boundary(MAX_EVENT - CUT.len());
        line.truncate(room);
        line.push_str(CUT);
    }
    line
}
