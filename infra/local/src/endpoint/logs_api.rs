//! CloudWatch Logs over its JSON protocol: what `aws logs tail` and a function's own client ask.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::Endpoint;
use super::constraint::{self, Constraint, Member};
use super::page_token;
use super::protocol::{EndpointError, Protocol};
use super::shape::Shape;
use crate::logs::LogEvent;
use crate::service::json_protocol::{self, JSON_1_1};
use crate::service::{OperationTable, Target, Unauthenticated, operations};
use stack::policy::Denial;
use stack::{log_group_arn, log_stream_arn};

operations! {
    /// What CloudWatch Logs answers here.
    pub(super) enum LogsOperation {
        CreateLogGroup,
        CreateLogStream,
        DeleteLogGroup,
        DeleteLogStream,
        DeleteRetentionPolicy,
        DescribeLogGroups,
        DescribeLogStreams,
        FilterLogEvents,
        GetLogEvents,
        PutLogEvents,
        PutRetentionPolicy,
    }
}

/// The most events of one page, which is also the default.
const PAGE: usize = 10_000;
/// The same of groups and of streams.
const LIST: usize = 50;
/// The longest name of a group or a stream.
const NAME: usize = 512;
/// The classes of groups; all here are of the first.
const CLASSES: [&str; 3] = ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"];
/// How far back and ahead events may lie, and how far apart those of one call, in milliseconds.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
const HOUR: i64 = 3_600_000;
const TOO_OLD: i64 = 14 * 24 * HOUR;
const TOO_NEW: i64 = 2 * HOUR;
const SPAN: i64 = 24 * HOUR;
/// Days that a group can be told to keep its events.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTION_DAYS: [u64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// What the members of an operation's request must be.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>
fn members(operation: LogsOperation) -> &'static [Member] {
    use Constraint::{Length, OneOf, Pattern, Range, Required};
    use LogsOperation as Op;
    const GROUP: Member = ("logGroupName", Required);
    const STREAM: Member = ("logStreamName", Required);
    const FROM: Member = ("startTime", Range(0, i64::MAX));
    const TO: Member = ("endTime", Range(0, i64::MAX));
    const A_PAGE: Member = ("limit", Range(1, PAGE as i64));
    const A_LIST: Member = ("limit", Range(1, LIST as i64));
    const NAMED: Constraint = Pattern(r"[\.\-_/#A-Za-z0-9]+");
    const LEGAL_GROUP: Member = ("logGroupName", NAMED);
    const IDENTIFIER: Member = ("logGroupIdentifier", Pattern(r"[\w#+=/:,.@-]*"));
    const SOME_IDENTIFIER: Member = ("logGroupIdentifier", Length(1, 2_048));
    const LEGAL_STREAM: Member = ("logStreamName", Pattern("[^:*]*"));
    const SOME_STREAM: Member = ("logStreamName", Length(1, usize::MAX));
    const PREFIX: Member = ("logStreamNamePrefix", Pattern("[^:*]*"));
    const SOME_PREFIX: Member = ("logStreamNamePrefix", Length(1, NAME));
    const TOKEN: Member = ("nextToken", Length(1, usize::MAX));
    const CLASS: Member = ("logGroupClass", OneOf(&CLASSES));
    match operation {
        Op::CreateLogGroup => &[GROUP, LEGAL_GROUP, CLASS],
        Op::CreateLogStream | Op::DeleteLogStream => &[GROUP, LEGAL_GROUP, STREAM, LEGAL_STREAM, SOME_STREAM],
        Op::DeleteLogGroup | Op::DeleteRetentionPolicy => &[GROUP, LEGAL_GROUP],
        Op::PutRetentionPolicy => &[GROUP, LEGAL_GROUP, ("retentionInDays", Required)],
        Op::PutLogEvents => &[
            GROUP,
            LEGAL_GROUP,
            STREAM,
            LEGAL_STREAM,
            SOME_STREAM,
            ("sequenceToken", Length(1, usize::MAX)),
            ("logEvents", Required),
            ("logEvents", Length(1, 10_000)),
            ("logEvents.*.timestamp", Required),
            ("logEvents.*.timestamp", Range(0, i64::MAX)),
            ("logEvents.*.message", Required),
            ("logEvents.*.message", Length(1, usize::MAX)),
        ],
        Op::GetLogEvents => {
            &[LEGAL_GROUP, IDENTIFIER, SOME_IDENTIFIER, STREAM, LEGAL_STREAM, SOME_STREAM, FROM, TO, TOKEN, A_PAGE]
        }
        Op::FilterLogEvents => &[
            LEGAL_GROUP,
            IDENTIFIER,
            SOME_IDENTIFIER,
            ("logStreamNames", Length(1, 100)),
            ("logStreamNames.*", Pattern("[^:*]*")),
            ("logStreamNames.*", Length(1, NAME)),
            PREFIX,
            SOME_PREFIX,
            ("filterPattern", Length(0, 1024)),
            FROM,
            TO,
            TOKEN,
            A_PAGE,
        ],
        Op::DescribeLogStreams => &[
            LEGAL_GROUP,
            IDENTIFIER,
            SOME_IDENTIFIER,
            PREFIX,
            SOME_PREFIX,
            ("orderBy", OneOf(&["LogStreamName", "LastEventTime"])),
            TOKEN,
            A_LIST,
        ],
        Op::DescribeLogGroups => &[
            ("logGroupNamePrefix", NAMED),
            ("logGroupNamePrefix", Length(1, NAME)),
            ("logGroupNamePattern", Pattern(r"[\.\-_/#A-Za-z0-9]*")),
            ("logGroupNamePattern", Length(0, NAME)),
            TOKEN,
            A_LIST,
            CLASS,
        ],
    }
}

/// The types of an operation's members.
pub(super) fn shape(operation: LogsOperation) -> Shape {
    use LogsOperation as Op;
    use Shape::{Boolean, Integer, List, Long, Map, Structure, Text};
    const GROUP: (&str, Shape) = ("logGroupName", Text);
    const IDENTIFIER: (&str, Shape) = ("logGroupIdentifier", Text);
    const STREAM: (&str, Shape) = ("logStreamName", Text);
    const PREFIX: (&str, Shape) = ("logStreamNamePrefix", Text);
    const FROM: (&str, Shape) = ("startTime", Long);
    const TO: (&str, Shape) = ("endTime", Long);
    const NEXT: (&str, Shape) = ("nextToken", Text);
    const LIMIT: (&str, Shape) = ("limit", Integer);
    const UNMASK: (&str, Shape) = ("unmask", Boolean);
    const EVENT: Shape = Structure(&[("timestamp", Long), ("message", Text)]);
    const ENTITY: Shape = Structure(&[("keyAttributes", Map(&Text)), ("attributes", Map(&Text))]);
    match operation {
        Op::CreateLogGroup => Structure(&[
            GROUP,
            ("kmsKeyId", Text),
            ("tags", Map(&Text)),
            ("logGroupClass", Text),
            ("deletionProtectionEnabled", Boolean),
        ]),
        Op::CreateLogStream | Op::DeleteLogStream => Structure(&[GROUP, STREAM]),
        Op::DeleteLogGroup | Op::DeleteRetentionPolicy => Structure(&[GROUP]),
        Op::DescribeLogGroups => Structure(&[
            ("accountIdentifiers", Shape::TEXTS),
            ("logGroupNamePrefix", Text),
            ("logGroupNamePattern", Text),
            NEXT,
            LIMIT,
            ("includeLinkedAccounts", Boolean),
            ("logGroupClass", Text),
            ("logGroupIdentifiers", Shape::TEXTS),
        ]),
        Op::DescribeLogStreams => {
            Structure(&[GROUP, IDENTIFIER, PREFIX, ("orderBy", Text), ("descending", Boolean), NEXT, LIMIT])
        }
        Op::FilterLogEvents => Structure(&[
            GROUP,
            IDENTIFIER,
            ("logStreamNames", Shape::TEXTS),
            PREFIX,
            FROM,
            TO,
            ("filterPattern", Text),
            NEXT,
            LIMIT,
            ("interleaved", Boolean),
            UNMASK,
        ]),
        Op::GetLogEvents => {
            Structure(&[GROUP, IDENTIFIER, STREAM, FROM, TO, NEXT, LIMIT, ("startFromHead", Boolean), UNMASK])
        }
        Op::PutLogEvents => {
            Structure(&[GROUP, STREAM, ("logEvents", List(&EVENT)), ("sequenceToken", Text), ("entity", ENTITY)])
        }
        Op::PutRetentionPolicy => Structure(&[GROUP, ("retentionInDays", Integer)]),
    }
}

/// An error of the service: type and message.
type LogsError = (&'static str, String);

/// The action that policies allow or deny, which is called as the operation is.
pub(super) fn action(target: &Target<LogsOperation>) -> String {
    format!("logs:{}", target.name)
}

/// What it is done to.
pub(super) fn resource(request: &Value) -> String {
    let stream = stream_name(request);
    match arn_of_group(request) {
        Some(arn) => format!("{arn}:log-stream:{stream}"),
        None => log_stream_arn(group_name(request), stream),
    }
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
        use LogsOperation as Op;
        let members = members(operation);
        if let Some(refusal) = constraint::refusal(members, request) {
            return Err(invalid(refusal));
        }
        for name in ["logGroupName", "logStreamName"] {
            short_enough(request[name].as_str().unwrap_or_default())?;
        }
        match operation {
            Op::DescribeLogGroups => {
                not_here(operation, request, &["accountIdentifiers", "includeLinkedAccounts", "logGroupIdentifiers"])?;
                self.log_groups(request)
            }
            Op::CreateLogGroup => {
                let name = group_name(request);
                not_here(operation, request, &["kmsKeyId", "tags", "deletionProtectionEnabled"])?;
                if request["logGroupClass"].as_str().is_some_and(|class| class != CLASSES[0]) {
                    not_here(operation, request, &["logGroupClass"])?;
                }
                match self.logs.create_group(name) {
                    true => Ok(json!({})),
                    false => Err(already_exists("group")),
                }
            }
            Op::CreateLogStream => {
                let name = stream_name(request);
                match self.logs.create_stream(self.existing_group(request)?, name) {
                    true => Ok(json!({})),
                    false => Err(already_exists("stream")),
                }
            }
            Op::DeleteLogGroup => {
                self.logs.delete_group(self.existing_group(request)?);
                Ok(json!({}))
            }
            Op::DeleteLogStream => {
                let (group, stream) = (self.existing_group(request)?, stream_name(request));
                self.stream_exists(group, stream)?;
                self.logs.delete_stream(group, stream);
                Ok(json!({}))
            }
            Op::PutRetentionPolicy => {
                let group = self.existing_group(request)?;
                let days = request["retentionInDays"].as_u64().filter(|days| RETENTION_DAYS.contains(days));
                let valid = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
                let wrong = || invalid(format!("Invalid retention value. Valid values are: [{valid}]"));
                self.logs.set_retention(group, Some(days.ok_or_else(wrong)?));
                Ok(json!({}))
            }
            Op::DeleteRetentionPolicy => {
                self.logs.set_retention(self.existing_group(request)?, None);
                Ok(json!({}))
            }
            Op::DescribeLogStreams => {
                if ["logGroupName", "logGroupIdentifier"].iter().all(|name| !request[*name].is_null()) {
                    let message = "LogGroup name and LogGroup ARN are mutually exclusive parameters.";
                    return Err(("ValidationException", message.to_string()));
                }
                self.log_streams(self.existing_group(request)?, request)
            }
            Op::PutLogEvents => self.put_log_events(self.existing_group(request)?, request),
            Op::GetLogEvents => self.get_log_events(self.existing_group(request)?, request),
            Op::FilterLogEvents => self.filter_log_events(self.existing_group(request)?, request),
        }
    }

    /// The group that a request names.
    fn existing_group<'a>(&self, request: &'a Value) -> Result<&'a str, LogsError> {
        let group = group_name(request);
        let is_here = arn_of_group(request).is_none_or(|arn| arn == log_group_arn(group));
        match is_here && self.logs.has_group(group) {
            true => Ok(group),
            false => Err(("ResourceNotFoundException", "The specified log group does not exist.".to_string())),
        }
    }

    fn log_groups(&self, request: &Value) -> Result<Value, LogsError> {
        let (prefix, pattern) = (&request["logGroupNamePrefix"], &request["logGroupNamePattern"]);
        if !prefix.is_null() && !pattern.is_null() {
            let message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.";
            return Err(invalid(message));
        }
        let is_searched = !pattern.is_null();
        let (prefix, pattern) = (prefix.as_str().unwrap_or_default(), pattern.as_str().unwrap_or_default());
        let names = self.logs.group_names().into_iter();
        // All groups are of the first class.
        let is_of_class = request["logGroupClass"].as_str().is_none_or(|class| class == CLASSES[0]);
        let is_named = |name: &String| is_of_class && name.starts_with(prefix) && name.contains(pattern);
        let named: Vec<String> = names.filter(is_named).collect();
        let (page, next) = page(LogsOperation::DescribeLogGroups, named, request)?;
        let groups = page.into_iter().map(|name| {
            let settings = self.logs.group_settings(&name);
            let arn = log_group_arn(&name);
            let mut group = json!({ "logGroupName": name, "arn": format!("{arn}:*"), "logGroupArn": arn,
                "metricFilterCount": 0, "logGroupClass": "STANDARD", "creationTime": settings.created });
            // A search by a part of the name says less of what it finds.
            if !is_searched {
                let bytes: usize = self.logs.read(&name).iter().map(|event| event.message.len()).sum();
                group["storedBytes"] = json!(bytes);
                group["deletionProtectionEnabled"] = json!(false);
            }
            if let Some(days) = settings.retention_in_days {
                group["retentionInDays"] = json!(days);
            }
            group
        });
        Ok(with_next(json!({ "logGroups": groups.collect::<Vec<_>>() }), next))
    }

    fn log_streams(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let prefix = request["logStreamNamePrefix"].as_str().unwrap_or_default();
        let by_time = request["orderBy"] == "LastEventTime";
        if by_time && !prefix.is_empty() {
            return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
        }
        let events = self.logs.read(group);
        let mut streams: Vec<Value> = Vec::new();
        for name in self.logs.stream_names(group).into_iter().filter(|name| name.starts_with(prefix)) {
            let own = || events.iter().filter(|event| event.stream == name);
            let arn = log_stream_arn(group, &name);
            let mut stream = json!({ "logStreamName": name, "arn": arn, "storedBytes": 0 });
            let first = own().map(|event| event.timestamp).min();
            if let (Some(first), Some(last)) = (first, own().map(|event| event.timestamp).max()) {
                stream["firstEventTimestamp"] = json!(first);
                stream["lastEventTimestamp"] = json!(last);
                stream["lastIngestionTime"] = json!(own().map(|event| event.ingested).max());
            }
            stream["creationTime"] = json!(self.logs.stream_created(group, &name).or(first));
            streams.push(stream);
        }
        if by_time {
            streams.sort_by_key(|stream| stream["lastEventTimestamp"].as_i64().unwrap_or_default());
        }
        if request["descending"] == true {
            streams.reverse();
        }
        let (page, next) = page(LogsOperation::DescribeLogStreams, streams, request)?;
        Ok(with_next(json!({ "logStreams": page }), next))
    }

    fn put_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let stream = stream_name(request);
        self.stream_exists(group, stream)?;
        let now = self.clock.epoch_millis();
        let events: Vec<(i64, &str)> = request["logEvents"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|event| (event["timestamp"].as_i64().unwrap_or(now), event["message"].as_str().unwrap_or_default()))
            .collect();
        if !events.is_sorted_by_key(|(timestamp, _)| *timestamp) {
            return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
        }
        if let (Some((first, _)), Some((last, _))) = (events.first(), events.last())
            && last.saturating_sub(*first) > SPAN
        {
            let message = "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.";
            return Err(invalid(message));
        }
        let old = events.iter().take_while(|(timestamp, _)| now.saturating_sub(*timestamp) > TOO_OLD).count();
        let new = events.iter().take_while(|(timestamp, _)| timestamp.saturating_sub(now) <= TOO_NEW).count();
        for (timestamp, message) in events.get(old..new).unwrap_or_default() {
            self.logs.put_at(group, stream, *message, *timestamp);
        }
        let mut answer = json!({ "nextSequenceToken": self.clock.hex(32) });
        if old > 0 {
            answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"] = json!(old);
        }
        if new < events.len() {
            answer["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"] = json!(new);
        }
        Ok(answer)
    }

    fn get_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        let stream = stream_name(request);
        self.stream_exists(group, stream)?;
        let most = limit(request, PAGE);
        let mut events = self.logs.read(group);
        events.retain(|event| event.stream == stream && in_time(event, request));
        events.sort_by_key(place);
        // A token is the direction and the place of the event at that end of the page, so that paging goes on where it ended.
        let token = match request["nextToken"].as_str() {
            None => None,
            Some(token) => Some(direction_and_place(token).ok_or_else(unknown_token)?),
        };
        let page: Vec<&LogEvent> = match token {
            Some(("f", after)) => events.iter().filter(|event| place(event) > after).take(most).collect(),
            Some((_, before)) => last(events.iter().filter(|event| place(event) < before).collect(), most),
            None if request["startFromHead"] == true => events.iter().take(most).collect(),
            None => last(events.iter().collect(), most),
        };
        let at =
            |event: Option<&&LogEvent>| event.map(|event| place(event)).or(token.map(|(_, at)| at)).unwrap_or_default();
        let body: Vec<Value> = page.iter().map(|event| output(event, false)).collect();
        Ok(json!({ "events": body, "nextForwardToken": token_of("f", at(page.last())),
            "nextBackwardToken": token_of("b", at(page.first())) }))
    }

    fn filter_log_events(&self, group: &str, request: &Value) -> Result<Value, LogsError> {
        if ["logStreamNames", "logStreamNamePrefix"].iter().all(|name| !request[*name].is_null()) {
            return Err(invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters."));
        }
        let streams: Vec<&str> =
            request["logStreamNames"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let prefix = request["logStreamNamePrefix"].as_str().unwrap_or_default();
        let pattern = FilterPattern::of(request["filterPattern"].as_str().unwrap_or_default())?;
        let most = limit(request, PAGE);
        let after = match request["nextToken"].as_str() {
            None => None,
            Some(token) => Some(direction_and_place(token).ok_or_else(unknown_token)?.1),
        };
        let mut found: Vec<LogEvent> = self.logs.read(group);
        found.retain(|event| {
            let named =
                (streams.is_empty() || streams.contains(&event.stream.as_str())) && event.stream.starts_with(prefix);
            let is_next = after.is_none_or(|after| place(event) > after);
            named && is_next && in_time(event, request) && pattern.matches(&event.message)
        });
        found.sort_by_key(place);
        let more = found.len() > most;
        found.truncate(most);
        let events: Vec<Value> = found.iter().map(|event| output(event, true)).collect();
        let next = found.last().filter(|_| more).map(|event| token_of("f", place(event)));
        Ok(with_next(json!({ "events": events, "searchedLogStreams": [] }), next))
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

/// The ARN of the group that a request names, where it names it by that.
fn arn_of_group(request: &Value) -> Option<&str> {
    let identifier = request["logGroupIdentifier"].as_str().filter(|identifier| identifier.starts_with("arn:"))?;
    Some(identifier.trim_end_matches(":*"))
}

/// The stream that a request names.
fn stream_name(request: &Value) -> &str {
    request["logStreamName"].as_str().unwrap_or_default()
}

/// How many a caller wants; without a number as many as a page holds.
fn limit(request: &Value, most: usize) -> usize {
    request["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(most)
}

/// A page of a list, and the token of the next one: how many were on those before.
fn page<T>(operation: LogsOperation, mut list: Vec<T>, request: &Value) -> Result<(Vec<T>, Option<String>), LogsError> {
    let (most, asked) = (limit(request, LIST), operation.name());
    let before = match request["nextToken"].as_str() {
        None => 0,
        Some(token) => {
            let place = page_token::place(asked, token).and_then(|place| place.parse::<usize>().ok());
            place.ok_or_else(unknown_token)?
        }
    };
    list.drain(..before.min(list.len()));
    let more = list.len() > most;
    list.truncate(most);
    Ok((list, more.then(|| page_token::given(asked, &(before + most).to_string()))))
}

fn with_next(mut answer: Value, next: Option<String>) -> Value {
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    answer
}

/// Where an event stands: events are in the order of their times, and those of one time in the order in which they were written.
fn place(event: &LogEvent) -> (i64, u64) {
    (event.timestamp, event.sequence)
}

/// The token for a direction and a place.
fn token_of(direction: &str, (timestamp, sequence): (i64, u64)) -> String {
    format!("{direction}/{timestamp:028}{sequence:028}")
}

/// The direction and the place that a token names.
fn direction_and_place(token: &str) -> Option<(&str, (i64, u64))> {
    let (direction, place) = token.split_once('/').filter(|(direction, _)| ["f", "b"].contains(direction))?;
    let is_place = place.len() == 56 && place.bytes().all(|byte| byte.is_ascii_digit());
    let (timestamp, sequence) = is_place.then(|| place.split_at(28))?;
    Some((direction, (timestamp.parse().ok()?, sequence.parse().ok()?)))
}

fn unknown_token() -> LogsError {
    invalid("The specified nextToken is invalid.")
}

/// `InvalidParameterException`.
fn invalid(message: impl Into<String>) -> LogsError {
    ("InvalidParameterException", message.into())
}

/// The name of a group or a stream that is made, unless it is too long.
fn short_enough(name: &str) -> Result<&str, LogsError> {
    match name.len() > NAME {
        true => Err(invalid("Invalid LogGroup or LogStream, both must have length less than or equal to 512.")),
        false => Ok(name),
    }
}

/// Refuses settings that the local cloud would only forget.
fn not_here(operation: LogsOperation, request: &Value, settings: &[&str]) -> Result<(), LogsError> {
    // What is empty, or switched off, asks for nothing.
    let asks = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match settings.iter().find(|name| asks(&request[**name])) {
        Some(name) => {
            let operation = operation.name();
            Err(invalid(format!("The local cloud's CloudWatch Logs does not know {name} of {operation}.")))
        }
        None => Ok(()),
    }
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
    let mut output = json!({ "timestamp": event.timestamp, "ingestionTime": event.ingested, "message": event.message });
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
    /// Reads a pattern; others than those of terms are refused by name.
    fn of(text: &str) -> Result<FilterPattern, LogsError> {
        let kinds = [("{", "of fields of JSON"), ("[", "of columns"), ("%", "of regular expressions")];
        if let Some((_, kind)) = kinds.iter().find(|(sign, _)| text.trim_start().starts_with(sign)) {
            return Err(invalid(format!(
                "The local cloud's CloudWatch Logs does not know filter patterns {kind}; it knows those of terms."
            )));
        }
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
                Some(quoted) => quoted.split_once('"').unwrap_or(("", quoted)),
                None => term.split_once(char::is_whitespace).unwrap_or((term, "")),
            };
            if term.is_empty() {
                // <https://github.com/DefangLabs/defang/issues/1008>
                let word = rest.split_whitespace().next().unwrap_or_default();
                return Err(invalid(format!("Invalid filter pattern: Invalid character(s) in term '{word}'")));
            }
            list.push(term.to_string());
            rest = behind.trim_start();
        }
        Ok(pattern)
    }

    fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.all.iter().all(has) && (self.any.is_empty() || self.any.iter().any(has)) && !self.none.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::{FilterPattern, direction_and_place, token_of};

    #[test]
    fn patterns_of_terms() {
        let check = |pattern: &str, message: &str, expected: bool| {
            assert_eq!(FilterPattern::of(pattern).unwrap().matches(message), expected, "{pattern} on {message}");
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
        for other in ["{ $.level = ERROR }", " [ip, user]", "%a.c%"] {
            let refusal = FilterPattern::of(other).err().unwrap();
            assert!(refusal.1.contains("does not know filter patterns of"), "{other}: {}", refusal.1);
        }
    }

    #[test]
    fn a_token_is_what_was_given_out() {
        assert_eq!(direction_and_place(&token_of("f", (5, 7))), Some(("f", (5, 7))));
        for garbage in ["garbage", "f/", "f/1", "x/00000000000000000000000000000000000000000000000000000000", "12"] {
            assert_eq!(direction_and_place(garbage), None, "{garbage}");
        }
    }
}
