//! CloudWatch: the metrics that were reported, and the alarms that watch them.
//!
//! It is asked in JSON by current clients, and in the query protocol by those of before 2025; `endpoint/cloudwatch_api/query` translates
//! those. What a request may hold and CloudWatch has not here, such as metric math, is refused by name.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html>

mod alarms;
mod data;
mod members;
mod query;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::constraint::small_letter;
use super::page_token;
use super::protocol::{EndpointError, Protocol};
use super::query_compatible::with_code;
use super::shape::Shape;
use super::{Endpoint, EndpointCall};
use crate::service::json_protocol::{self, JSON_1_0};
use crate::service::{CallContext, OperationTable, RequiredPermission, Target, operations, query_protocol};
use stack::{ACCOUNT, Metric, REGION, constraint};

operations! {
    /// What CloudWatch answers here.
    pub(super) enum CloudWatchOperation {
        DeleteAlarms,
        DescribeAlarms,
        DisableAlarmActions,
        EnableAlarmActions,
        GetMetricData,
        GetMetricStatistics,
        ListMetrics,
        PutMetricAlarm,
        PutMetricData,
        SetAlarmState,
    }
}

/// The types of an operation's members.
pub(super) fn shape(operation: CloudWatchOperation) -> Shape {
    use CloudWatchOperation as Op;
    use Shape::{Boolean, Double, Integer, List, Structure, Text, Timestamp};
    const NAME: (&str, Shape) = ("AlarmName", Text);
    const NAMES: (&str, Shape) = ("AlarmNames", Shape::TEXTS);
    const NAMESPACE: (&str, Shape) = ("Namespace", Text);
    const METRIC: (&str, Shape) = ("MetricName", Text);
    const DIMENSION: Shape = Structure(&[("Name", Text), ("Value", Text)]);
    const DIMENSIONS: (&str, Shape) = ("Dimensions", List(&DIMENSION));
    const NEXT: (&str, Shape) = ("NextToken", Text);
    const FROM: (&str, Shape) = ("StartTime", Timestamp);
    const TO: (&str, Shape) = ("EndTime", Timestamp);
    const PERIOD: (&str, Shape) = ("Period", Integer);
    const UNIT: (&str, Shape) = ("Unit", Text);
    const STATISTIC: Shape =
        Structure(&[("Metric", Structure(&[NAMESPACE, METRIC, DIMENSIONS])), PERIOD, ("Stat", Text), UNIT]);
    const QUERY: Shape = Structure(&[
        ("Id", Text),
        ("MetricStat", STATISTIC),
        ("Expression", Text),
        ("Label", Text),
        ("ReturnData", Boolean),
        PERIOD,
        ("AccountId", Text),
    ]);
    const SET: Shape = Structure(&[("SampleCount", Double), ("Sum", Double), ("Minimum", Double), ("Maximum", Double)]);
    const DATUM: Shape = Structure(&[
        METRIC,
        DIMENSIONS,
        ("Timestamp", Timestamp),
        ("Value", Double),
        ("StatisticValues", SET),
        ("Values", List(&Double)),
        ("Counts", List(&Double)),
        UNIT,
        ("StorageResolution", Integer),
    ]);
    match operation {
        Op::DeleteAlarms | Op::DisableAlarmActions | Op::EnableAlarmActions => Structure(&[NAMES]),
        Op::DescribeAlarms => Structure(&[
            NAMES,
            ("AlarmNamePrefix", Text),
            ("AlarmTypes", Shape::TEXTS),
            ("ChildrenOfAlarmName", Text),
            ("ParentsOfAlarmName", Text),
            ("StateValue", Text),
            ("ActionPrefix", Text),
            ("MaxRecords", Integer),
            NEXT,
        ]),
        Op::GetMetricData => Structure(&[
            ("MetricDataQueries", List(&QUERY)),
            FROM,
            TO,
            NEXT,
            ("ScanBy", Text),
            ("MaxDatapoints", Integer),
        ]),
        Op::GetMetricStatistics => Structure(&[
            NAMESPACE,
            METRIC,
            DIMENSIONS,
            FROM,
            TO,
            PERIOD,
            ("Statistics", Shape::TEXTS),
            ("ExtendedStatistics", Shape::TEXTS),
            UNIT,
        ]),
        Op::ListMetrics => Structure(&[NAMESPACE, METRIC, DIMENSIONS, NEXT, ("RecentlyActive", Text)]),
        Op::PutMetricAlarm => Structure(&[
            NAME,
            ("AlarmDescription", Text),
            ("ActionsEnabled", Boolean),
            ("OKActions", Shape::TEXTS),
            ("AlarmActions", Shape::TEXTS),
            ("InsufficientDataActions", Shape::TEXTS),
            METRIC,
            NAMESPACE,
            ("Statistic", Text),
            DIMENSIONS,
            PERIOD,
            UNIT,
            ("EvaluationPeriods", Integer),
            ("DatapointsToAlarm", Integer),
            ("Threshold", Double),
            ("ComparisonOperator", Text),
            ("TreatMissingData", Text),
        ]),
        Op::PutMetricData => Structure(&[NAMESPACE, ("MetricData", List(&DATUM))]),
        Op::SetAlarmState => Structure(&[NAME, ("StateValue", Text), ("StateReason", Text), ("StateReasonData", Text)]),
    }
}

/// The namespace of the query protocol.
pub(super) const NAMESPACE: &str = "http://monitoring.amazonaws.com/doc/2010-08-01/";

/// An error of the service: its type in the JSON protocol, its code in the older one, the message.
#[derive(Debug)]
struct CloudWatchError {
    error_type: &'static str,
    code: &'static str,
    message: String,
}

impl CloudWatchError {
    fn invalid_value(message: impl Into<String>) -> CloudWatchError {
        CloudWatchError {
            error_type: "InvalidParameterValueException",
            code: "InvalidParameterValue",
            message: message.into(),
        }
    }

    fn invalid_combination(message: impl Into<String>) -> CloudWatchError {
        CloudWatchError {
            error_type: "InvalidParameterCombinationException",
            code: "InvalidParameterCombination",
            message: message.into(),
        }
    }

    fn validation(message: impl Into<String>) -> CloudWatchError {
        CloudWatchError { error_type: "ValidationException", code: "ValidationError", message: message.into() }
    }

    /// A member that does not keep to the model, which writes its name with a small letter.
    fn constraint(member: &str, given: &str, bound: &str) -> CloudWatchError {
        CloudWatchError::validation(constraint::refusal(&format!("'{given}'"), &small_letter(member), bound))
    }

    fn missing(parameter: &str) -> CloudWatchError {
        CloudWatchError::missing_ones(format!("The parameter {parameter} is required."))
    }

    /// What is not there, in whole sentences.
    fn missing_ones(message: String) -> CloudWatchError {
        CloudWatchError { error_type: "MissingRequiredParameterException", code: "MissingParameter", message }
    }

    fn no_alarm(name: &str) -> CloudWatchError {
        CloudWatchError {
            error_type: "ResourceNotFound",
            code: "ResourceNotFound",
            message: format!("There is no alarm called {name}."),
        }
    }

    /// What CloudWatch has and the local cloud has not.
    fn not_here(what: &str, instead: &str) -> CloudWatchError {
        CloudWatchError::invalid_value(format!("The local cloud's CloudWatch has no {what}; {instead}."))
    }
}

/// The permissions that a call needs. Alarms have ARNs, metrics have none.
pub(super) fn permissions(target: &Target<CloudWatchOperation>, request: &Value) -> Vec<RequiredPermission> {
    use CloudWatchOperation as Op;
    let action = format!("cloudwatch:{}", target.name);
    let alarm = |name: &str| format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}");
    let needed = |resource: String| RequiredPermission::new(action.as_str(), resource);
    match target.operation {
        Some(Op::PutMetricAlarm | Op::SetAlarmState) => {
            vec![needed(alarm(request["AlarmName"].as_str().unwrap_or("*")))]
        }
        Some(Op::DeleteAlarms | Op::DescribeAlarms | Op::DisableAlarmActions | Op::EnableAlarmActions) => {
            let names: Vec<&str> = texts(&request["AlarmNames"]).collect();
            let named = names.iter().map(|name| needed(alarm(name)));
            if names.is_empty() { vec![needed(alarm("*"))] } else { named.collect() }
        }
        Some(Op::PutMetricData) => {
            let namespace = request["Namespace"].as_str().unwrap_or_default().to_string();
            let keys = vec![("cloudwatch:namespace", namespace)];
            vec![needed("*".to_string()).in_context(CallContext { keys, unknown_keys: Vec::new() })]
        }
        Some(Op::GetMetricData | Op::GetMetricStatistics | Op::ListMetrics) | None => vec![needed("*".to_string())],
    }
}

/// What a call in the query protocol asks for, as JSON would say it.
pub(super) fn request(call: &EndpointCall<'_>) -> Value {
    call.parameters.tree()
}

impl Endpoint {
    /// Answers a call of CloudWatch.
    pub(super) fn cloudwatch(
        &self,
        target: &Target<CloudWatchOperation>,
        call: &EndpointCall<'_>,
        request: &Value,
    ) -> Response {
        let request_id = self.clock.uuid().to_string();
        let Some(operation) = target.operation else {
            let error = EndpointError::not_in::<CloudWatchOperation>("CloudWatch", &target.name);
            return call.protocol.error(&error, &request_id);
        };
        let answer = self.cloudwatch_answer(operation, request);
        if let Protocol::Query(namespace) = call.protocol {
            return match answer {
                Ok(body) => {
                    let result = body.as_ref().map(query::members);
                    query_protocol::answer(namespace, operation.name(), result.as_deref(), &request_id)
                }
                Err(error) => {
                    let status = error.status();
                    query_protocol::error(status, namespace, error.code, &error.message, &request_id)
                }
            };
        }
        let response = match answer {
            Ok(body) => json_protocol::answer(StatusCode::OK, JSON_1_0, &body.unwrap_or_else(|| json!({}))),
            Err(error) => {
                let error_type = format!("com.amazonaws.cloudwatch#{}", error.error_type);
                let body = json!({ "__type": error_type, "message": error.message });
                with_code(json_protocol::answer(error.status(), JSON_1_0, &body), error.code)
            }
        };
        json_protocol::with(response, "x-amzn-requestid", &request_id)
    }

    /// What an operation has to say; some have nothing.
    fn cloudwatch_answer(
        &self,
        operation: CloudWatchOperation,
        request: &Value,
    ) -> Result<Option<Value>, CloudWatchError> {
        use CloudWatchOperation as Op;
        let cloudwatch = &self.cloudwatch;
        members::keep(operation, request)?;
        match operation {
            Op::ListMetrics => data::list(cloudwatch, request).map(Some),
            Op::GetMetricStatistics => data::statistics(cloudwatch, request).map(Some),
            Op::GetMetricData => data::get(cloudwatch, request).map(Some),
            Op::PutMetricData => data::put(cloudwatch, request, self.clock.now().unix_timestamp()).map(|()| None),
            Op::DescribeAlarms => alarms::describe(cloudwatch, request).map(Some),
            Op::PutMetricAlarm => alarms::put(cloudwatch, request).map(|()| None),
            Op::DeleteAlarms => alarms::delete(cloudwatch, request).map(|()| None),
            Op::SetAlarmState => alarms::set_state(cloudwatch, request).map(|()| None),
            Op::EnableAlarmActions => alarms::enable_actions(cloudwatch, request, true).map(|()| None),
            Op::DisableAlarmActions => alarms::enable_actions(cloudwatch, request, false).map(|()| None),
        }
    }
}

impl CloudWatchError {
    fn status(&self) -> StatusCode {
        if self.error_type == "ResourceNotFound" { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST }
    }
}

/// The texts of a list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// A text that must be there.
fn required<'r>(request: &'r Value, name: &str) -> Result<&'r str, CloudWatchError> {
    request[name].as_str().filter(|text| !text.is_empty()).ok_or_else(|| CloudWatchError::missing(name))
}

/// A number, which the query protocol has as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|number| number.is_finite())
}

/// A whole number of at least `least`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number within the bounds")]
fn whole(request: &Value, name: &str, least: u32) -> Result<Option<u32>, CloudWatchError> {
    if request[name].is_null() {
        return Ok(None);
    }
    match number(&request[name]) {
        Some(number) if number.fract() == 0.0 && (f64::from(least)..=f64::from(u32::MAX)).contains(&number) => {
            Ok(Some(number as u32))
        }
        _ => Err(CloudWatchError::validation(format!("{name} must be a whole number of at least {least}"))),
    }
}

/// Whether something is so, which the query protocol has as a text.
fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// A moment, in seconds since 1970: a number, or a text in the query protocol.
#[expect(clippy::cast_possible_truncation, reason = "no clock goes further, and a cast stops at the last number")]
fn moment(request: &Value, name: &str) -> Result<Option<i64>, CloudWatchError> {
    if request[name].is_null() {
        return Ok(None);
    }
    let of_text = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp);
    let seconds = number(&request[name]).map(|seconds| seconds.floor() as i64);
    match seconds.or_else(|| of_text(request[name].as_str()?)) {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(CloudWatchError::invalid_value(format!("The value of the parameter {name} is not a time."))),
    }
}

/// The dimensions of a metric.
fn dimensions(list: &Value) -> Result<BTreeMap<String, String>, CloudWatchError> {
    let mut dimensions = BTreeMap::new();
    for dimension in list.as_array().into_iter().flatten() {
        let (name, value) = (required(dimension, "Name")?, required(dimension, "Value")?);
        dimensions.insert(name.to_string(), value.to_string());
    }
    Ok(dimensions)
}

/// The metric that `Namespace`, `MetricName` and `Dimensions` name.
fn metric(request: &Value) -> Result<Metric, CloudWatchError> {
    Ok(Metric {
        namespace: required(request, "Namespace")?.to_string(),
        name: required(request, "MetricName")?.to_string(),
        dimensions: dimensions(&request["Dimensions"])?,
    })
}

/// Dimensions as the API writes them.
fn described(dimensions: &BTreeMap<String, String>) -> Value {
    dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

/// One page of `entries`, which begins where `NextToken` says, and the token of the next one.
fn page<T>(
    operation: CloudWatchOperation,
    mut entries: Vec<T>,
    request: &Value,
    most: usize,
) -> Result<(Vec<T>, Option<String>), CloudWatchError> {
    let list = operation.name();
    let begin = match request["NextToken"].as_str() {
        None => 0,
        Some(token) => {
            page_token::place(list, token).and_then(|place| place.parse::<usize>().ok()).ok_or(CloudWatchError {
                error_type: "InvalidNextToken",
                code: "InvalidNextToken",
                message: "The next token specified is invalid.".to_string(),
            })?
        }
    };
    let more = (entries.len() > begin + most).then(|| page_token::given(list, &(begin + most).to_string()));
    entries.drain(..begin.min(entries.len()));
    entries.truncate(most);
    Ok((entries, more))
}
