//! CloudWatch Logs over its JSON protocol: what `aws logs tail` and a function's own client ask.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::Endpoint;
use super::protocol::{EndpointError, Protocol};
use crate::logs::LogEvent;
use crate::service::json_protocol::{self, JSON_1_1};
use crate::service::{Target, Unauthenticated, operations};
use stack::policy::Denial;
use stack::{log_group_arn, log_stream_arn};

operations! {
    /// What CloudWatch Logs answers here.
    pub(super) enum LogsOperation {
        CreateLogGroup,
        CreateLogStream,
        DescribeLogGroups,
        DescribeLogStreams,
        FilterLogEvents,
        GetLogEvents,
        PutLogEvents,
    }
}

/// The most events of one page, which is also the default.
const PAGE: usize = 10_000;

/// An error of the service: type and message.
type LogsError = (&'static str, String);

/// The action that policies allow or deny, which is called as the operation is.
pub(super) fn action(target: &Target<LogsOperation>) -> String {
    format!("logs:{}", target.name)
}

/// What it is done to.
pub(super) fn resource(request: &Value) -> String {
    log_stream_arn(group_name(request), stream_name(request))
}

/// `AccessDeniedException`, with a capital `Message`.
pub(super) fn denied(denial: &Denial) -> Response {
    let body = json!({ "__type": "AccessDeniedException", "Message": denial.to_string() });
    json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_1, &body)
}

/// The refusal of a caller that cannot be authenticated.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    let body = json!({ "__type": why.exception(), "message": why.short_message() });
    let response = json_protocol::answer(StatusCode::BAD_REQUEST, JSON_1_1, &body);
    json_protocol::unauthenticated(response, why, request_id)
}

impl Endpoint {
    /// Answers a call of CloudWatch Logs.
    pub(super) fn logs(&self, target: &Target<LogsOperation>, request: &Value) -> Response {
        let Some(operation) = target.operation else {
            let error = EndpointError::not_in::<LogsOperation>("CloudWatch Logs", &target.name);
            return Protocol::Json(JSON_1_1).error(&error, &self.clock.uuid().to_string());
        };
        let (status, body) = match self.logs_answer(operation, request) {
            Ok(body) => (StatusCode::OK, body),
            Err((error_type, message)) => {
                (StatusCode::BAD_REQUEST, json!({ "__type": error_type, "message": message }))
            }
        };
        let response = json_protocol::answer(status, JSON_1_1, &body);
        json_protocol::with(response, "x-amzn-requestid", &self.clock.uuid().to_string())
    }

    fn logs_answer(&self, operation: LogsOperation, request: &Value) -> Result<Value, LogsError> {
        match operation {
            LogsOperation::DescribeLogGroups => Ok(self.log_groups(request)),
            LogsOperation::CreateLogGroup => match self.logs.create_group(group_name(request)) {
                true => Ok(json!({})),
                false => Err(already_exists("group")),
            },
            LogsOperation::CreateLogStream => {
                match self.logs.create_stream(self.existing_group(request)?, stream_name(request)) {
                    true => Ok(json!({})),
                    false => Err(already_exists("stream")),
                }
            }
            LogsOperation::DescribeLogStreams => Ok(self.log_streams(self.existing_group(request)?, request)),
            LogsOperation::PutLogEvents => self.put_log_events(self.existing_group(request)?, request),
            LogsOperation::GetLogEvents => self.get_log_events(self.existing_group(request)?, request),
            LogsOperation::FilterLogEvents => self.filter_log_events(self.existing_group(request)?, request),
        }
    }

    /// The group that a request names.
    fn existing_group<'a>(&self, request: &'a Value) -> Result<&'a str, LogsError> {
        let group = group_name(request);
        match self.logs.has_group(group) {
            true => Ok(group),
            false => Err(("ResourceNotFoundException", "The specified log group does not exist.".to_string())),
        }
    }

    fn log_groups(&self, request: &Value) -> Value {
        let prefix = request["logGroupNamePrefix"].as_str().unwrap_or_default();
        let pattern = request["logGroupNamePattern"].as_str().unwrap_or_default().to_lowercase();
        let names = self.logs.group_names().into_iter();
        let named = names.filter(|name| name.starts_with(prefix) && name.to_lowercase().contains(&pattern));
        let groups: Vec<Value> = named
            .map(|name| {
                let events = self.logs.read(&name);
                let bytes: usize = events.iter().map(|event| event.message.len()).sum();
                let arn = log_group_arn(&name);
                json!({ "logGroupName": name, "arn": format!("{arn}:*"), "logGroupArn": arn, "storedBytes": bytes,
                    "metricFilterCount": 0, "logGroupClass": "STANDARD", "creationTime": events.first().map_or(0, |event| event.timestamp) })
            })
            .collect();
        json!({ "logGroups": groups })
    }

    fn log_streams(&self, group: &str, request: &Value) -> Value {
        let prefix = request["logStreamNamePrefix"].as_str().unwrap_or_default();
        let events = self.logs.read(group);
        let mut streams: Vec<Value> = Vec::new();
        for name in self.logs.stream_names(group).into_iter().filter(|name| name.starts_with(prefix)) {
            let times: Vec<i64> =
                events.iter().filter(|event| event.stream == name).map(|event| event.timestamp).collect();
            let arn = log_stream_arn(group, &name);
            let mut stream = json!({ "logStreamName": name, "arn": arn, "storedBytes": 0 });
            if let (Some(first), Some(last)) = (times.first(), times.last()) {
                stream["creationTime"] = json!(first);
                stream["firstEventTimestamp"] = json!(first);
                stream["lastEventTimestamp"] = json!(last);
                stream["lastIngestionTime"] = json!(last);
            }
            streams.push(stream);
        }
        if request["orderBy"] == "LastEventTime" {
            streams.sort_by_key(|stream| stream["lastEventTimestamp"].as_i64().unwrap_or_default());
        }
        if request["descending"] == true {
            streams.reverse();
        }
        streams.truncate(limit(request, 50));
        json!({ "logStreams": streams })
    }

    fn put_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let stream = stream_name(request);
        self.stream_exists(group, stream)?;
        for event in request["logEvents"].as_array().into_iter().flatten() {
            self.logs.put(group, stream, event["message"].as_str().unwrap_or_default());
        }
        Ok(json!({ "nextSequenceToken": self.clock.hex(32) }))
    }

    fn get_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let stream = stream_name(request);
        self.stream_exists(group, stream)?;
        let events: Vec<LogEvent> = self
            .logs
            .read(group)
            .into_iter()
            .filter(|event| event.stream == stream && in_time(event, request))
            .collect();
        let most = limit(request, PAGE);
        // A token is the direction and the number of the event at that end of the page, so that paging goes on where it ended.
        let token = request["nextToken"]
            .as_str()
            .and_then(|token| Some((token.get(..2)?, token.get(2..)?.parse::<u64>().ok()?)));
        let page: Vec<&LogEvent> = match token {
            Some(("f/", after)) => events.iter().filter(|event| event.sequence > after).take(most).collect(),
            Some((_, before)) => last(events.iter().filter(|event| event.sequence < before).collect(), most),
            None if request["startFromHead"] == true => events.iter().take(most).collect(),
            None => last(events.iter().collect(), most),
        };
        let at = |event: Option<&&LogEvent>| {
            event.map(|event| event.sequence).or(token.map(|(_, at)| at)).unwrap_or_default()
        };
        let body: Vec<Value> = page.iter().map(|event| output(event, false)).collect();
        Ok(json!({ "events": body, "nextForwardToken": format!("f/{:020}", at(page.last())),
            "nextBackwardToken": format!("b/{:020}", at(page.first())) }))
    }

    fn filter_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let streams: Vec<&str> =
            request["logStreamNames"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let prefix = request["logStreamNamePrefix"].as_str().unwrap_or_default();
        let pattern = FilterPattern::of(request["filterPattern"].as_str().unwrap_or_default());
        let after = request["nextToken"].as_str().and_then(|token| token.parse::<u64>().ok()).unwrap_or_default();
        let mut found: Vec<LogEvent> = self.logs.read(group);
        found.retain(|event| {
            let named =
                (streams.is_empty() || streams.contains(&event.stream.as_str())) && event.stream.starts_with(prefix);
            named && event.sequence > after && in_time(event, request) && pattern.matches(&event.message)
        });
        let more = found.len() > limit(request, PAGE);
        found.truncate(limit(request, PAGE));
        let events: Vec<Value> = found.iter().map(|event| output(event, true)).collect();
        let mut body = json!({ "events": events, "searchedLogStreams": [] });
        if let Some(last) = found.last().filter(|_| more) {
            body["nextToken"] = json!(last.sequence.to_string());
        }
        Ok(body)
    }

    fn stream_exists(&self, group: &str, stream: &str) -> Result<(), LogsError> {
        match self.logs.stream_names(group).iter().any(|name| name == stream) {
            true => Ok(()),
            false => Err(("ResourceNotFoundException", "The specified log stream does not exist.".to_string())),
        }
    }
}

fn already_exists(what: &str) -> LogsError {
    ("ResourceAlreadyExistsException", format!("The specified log {what} already exists"))
}

/// The group that a request names, by its name or by its ARN.
fn group_name(request: &Value) -> &str {
    let named = request["logGroupName"].as_str().or(request["logGroupIdentifier"].as_str()).unwrap_or_default();
    named.rsplit_once(":log-group:").map_or(named, |(_, name)| name).trim_end_matches(":*")
}

/// The stream that a request names.
fn stream_name(request: &Value) -> &str {
    request["logStreamName"].as_str().unwrap_or_default()
}

fn limit(request: &Value, default: usize) -> usize {
    request["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default).clamp(1, PAGE)
}

/// `startTime` is included, `endTime` is not.
fn in_time(event: &LogEvent, request: &Value) -> bool {
    let from = request["startTime"].as_i64().unwrap_or(i64::MIN);
    let to = request["endTime"].as_i64().unwrap_or(i64::MAX);
    (from..to).contains(&event.timestamp)
}

fn last<T>(mut values: Vec<T>, most: usize) -> Vec<T> {
    values.split_off(values.len().saturating_sub(most))
}

fn output(event: &LogEvent, filtered: bool) -> Value {
    let mut output =
        json!({ "timestamp": event.timestamp, "ingestionTime": event.timestamp, "message": event.message });
    if filtered {
        output["logStreamName"] = json!(event.stream);
        output["eventId"] = json!(format!("{:056}", event.sequence));
    }
    output
}

/// A filter pattern of terms: all of them must be there, of those with `?` one, of those with `-` none.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
struct FilterPattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl FilterPattern {
    fn of(text: &str) -> FilterPattern {
        let mut pattern = FilterPattern { all: Vec::new(), any: Vec::new(), none: Vec::new() };
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (list, term) = match rest.as_bytes()[0] {
                b'?' => (&mut pattern.any, &rest[1..]),
                b'-' => (&mut pattern.none, &rest[1..]),
                _ => (&mut pattern.all, rest),
            };
            // Quotes hold together what has blanks in it.
            let (term, behind) = match term.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => term.split_once(char::is_whitespace).unwrap_or((term, "")),
            };
            list.push(term.to_string());
            rest = behind.trim_start();
        }
        pattern
    }

    fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.all.iter().all(has) && (self.any.is_empty() || self.any.iter().any(has)) && !self.none.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::FilterPattern;

    #[test]
    fn patterns_of_terms() {
        let check = |pattern: &str, message: &str, expected: bool| {
            assert_eq!(FilterPattern::of(pattern).matches(message), expected, "{pattern} on {message}");
        };
        check("", "anything", true);
        check("ERROR", "an ERROR", true);
        check("ERROR", "an error", false);
        check("ERROR table", "ERROR: no table", true);
        check("ERROR -table", "ERROR: no table", false);
        check("?START ?END", "END RequestId", true);
        check("?START ?END", "REPORT", false);
        check("\"Task timed out\"", "x Task timed out after", true);
        check("\"Task timed out\"", "timed out Task", false);
    }
}
