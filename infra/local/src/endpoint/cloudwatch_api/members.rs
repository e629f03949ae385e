//! What the members of CloudWatch's requests must be, and the two ways in which it says that they are not: what is about alarms is
//! refused in the words of AWS's framework, and what is about metrics in CloudWatch's own, which are older.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html>

use super::{CloudWatchError, CloudWatchOperation};
use crate::cloudwatch::UNITS;
use crate::endpoint::constraint::{Constraint, Member, PlaceStep, Violated, refusal_of, shown, small_letter, violated};
use serde_json::Value;

/// The members of an operation's request.
fn members(operation: CloudWatchOperation) -> &'static [Member] {
    use CloudWatchOperation as Op;
    use Constraint::{Length, OneOf, Pattern, Range, Required};
    const MOST: i64 = i64::MAX;
    const NAMESPACE: Constraint = Pattern("[^:].*");
    const UNIT: Constraint = OneOf(&UNITS);
    match operation {
        Op::DeleteAlarms | Op::DisableAlarmActions | Op::EnableAlarmActions => {
            &[("AlarmNames", Length(0, 100)), ("AlarmNames.*", Length(1, 255))]
        }
        Op::DescribeAlarms => &[
            ("AlarmNames", Length(0, 100)),
            ("AlarmNames.*", Length(1, 255)),
            ("AlarmNamePrefix", Length(1, 255)),
            ("AlarmTypes.*", OneOf(&["CompositeAlarm", "MetricAlarm"])),
            ("ActionPrefix", Length(1, 1_024)),
            ("MaxRecords", Range(1, 100)),
        ],
        Op::PutMetricAlarm => &[
            ("AlarmName", Length(0, 255)),
            ("AlarmDescription", Length(0, 1_024)),
            ("OKActions", Length(0, 5)),
            ("OKActions.*", Length(1, 1_024)),
            ("AlarmActions", Length(0, 5)),
            ("AlarmActions.*", Length(1, 1_024)),
            ("InsufficientDataActions", Length(0, 5)),
            ("InsufficientDataActions.*", Length(1, 1_024)),
            ("MetricName", Length(0, 255)),
            ("Namespace", Length(0, 255)),
            ("Namespace", NAMESPACE),
            ("Dimensions", Length(0, 30)),
            ("Dimensions.*.Name", Length(0, 255)),
            ("Dimensions.*.Value", Length(0, 1_024)),
            ("Period", Range(1, MOST)),
            ("EvaluationPeriods", Range(1, MOST)),
            ("DatapointsToAlarm", Range(1, MOST)),
            ("TreatMissingData", Length(1, 255)),
        ],
        Op::SetAlarmState => {
            &[("AlarmName", Length(0, 255)), ("StateReason", Length(0, 1_023)), ("StateReasonData", Length(0, 4_000))]
        }
        Op::ListMetrics => &[
            ("Namespace", Length(1, 255)),
            ("Namespace", NAMESPACE),
            ("MetricName", Length(1, 255)),
            ("Dimensions", Length(0, 10)),
            ("Dimensions.*.Name", Required),
            ("Dimensions.*.Name", Length(1, 255)),
            ("Dimensions.*.Value", Length(1, 1_024)),
        ],
        Op::GetMetricStatistics => &[
            ("Namespace", Required),
            ("Namespace", Length(0, 255)),
            ("Namespace", NAMESPACE),
            ("MetricName", Required),
            ("MetricName", Length(0, 255)),
            ("Dimensions", Length(0, 30)),
            ("Dimensions.*.Name", Required),
            ("Dimensions.*.Name", Length(0, 255)),
            ("Dimensions.*.Value", Required),
            ("Dimensions.*.Value", Length(0, 1_024)),
            ("StartTime", Required),
            ("EndTime", Required),
            ("Period", Required),
            ("Period", Range(1, MOST)),
            ("Statistics", Length(0, 5)),
            ("Statistics.*", OneOf(&["SampleCount", "Average", "Sum", "Minimum", "Maximum"])),
            ("ExtendedStatistics", Length(0, 10)),
            ("Unit", UNIT),
        ],
        Op::GetMetricData => &[
            ("MetricDataQueries", Required),
            ("MetricDataQueries.*.Id", Required),
            ("MetricDataQueries.*.Id", Length(0, 255)),
            ("MetricDataQueries.*.Id", Pattern("[a-z][a-zA-Z0-9_]*")),
            ("MetricDataQueries.*.MetricStat.Metric", Required),
            ("MetricDataQueries.*.MetricStat.Metric.Namespace", Length(0, 255)),
            ("MetricDataQueries.*.MetricStat.Metric.Namespace", NAMESPACE),
            ("MetricDataQueries.*.MetricStat.Metric.MetricName", Length(0, 255)),
            ("MetricDataQueries.*.MetricStat.Metric.Dimensions", Length(0, 30)),
            ("MetricDataQueries.*.MetricStat.Metric.Dimensions.*.Name", Required),
            ("MetricDataQueries.*.MetricStat.Metric.Dimensions.*.Name", Length(0, 255)),
            ("MetricDataQueries.*.MetricStat.Metric.Dimensions.*.Value", Required),
            ("MetricDataQueries.*.MetricStat.Metric.Dimensions.*.Value", Length(0, 1_024)),
            ("MetricDataQueries.*.MetricStat.Period", Required),
            ("MetricDataQueries.*.MetricStat.Period", Range(1, MOST)),
            ("MetricDataQueries.*.MetricStat.Stat", Required),
            ("MetricDataQueries.*.MetricStat.Unit", UNIT),
            ("MetricDataQueries.*.Expression", Length(1, 2_048)),
            ("MetricDataQueries.*.Period", Range(1, MOST)),
            ("StartTime", Required),
            ("EndTime", Required),
            ("ScanBy", OneOf(&["TimestampDescending", "TimestampAscending"])),
        ],
        Op::PutMetricData => &[
            ("Namespace", Required),
            ("Namespace", Length(0, 255)),
            ("Namespace", NAMESPACE),
            ("MetricData", Length(0, 1_000)),
            ("MetricData.*.MetricName", Required),
            ("MetricData.*.MetricName", Length(0, 255)),
            ("MetricData.*.Dimensions", Length(0, 30)),
            ("MetricData.*.Dimensions.*.Name", Required),
            ("MetricData.*.Dimensions.*.Name", Length(0, 255)),
            ("MetricData.*.Dimensions.*.Value", Required),
            ("MetricData.*.Dimensions.*.Value", Length(0, 1_024)),
            ("MetricData.*.StatisticValues.SampleCount", Required),
            ("MetricData.*.StatisticValues.Sum", Required),
            ("MetricData.*.StatisticValues.Minimum", Required),
            ("MetricData.*.StatisticValues.Maximum", Required),
            ("MetricData.*.Unit", UNIT),
            ("MetricData.*.StorageResolution", OneOf(&["1", "60"])),
        ],
    }
}

/// Refuses a request whose members are not what they must be.
pub(super) fn keep(operation: CloudWatchOperation, request: &Value) -> Result<(), CloudWatchError> {
    use CloudWatchOperation as Op;
    let violated: Vec<Violated<'_>> = violated(members(operation), request).collect();
    let Some(first) = violated.first() else { return Ok(()) };
    if let Op::ListMetrics | Op::GetMetricStatistics | Op::GetMetricData | Op::PutMetricData = operation {
        let is_missing = first.value.is_null();
        let alike = violated.iter().filter(|violated| violated.value.is_null() == is_missing);
        // Each on a line of its own. <https://github.com/cloudposse-archives/prometheus-to-cloudwatch/issues/14>
        let message = alike.map(own_words).collect::<Vec<_>>().join("\n");
        return Err(match is_missing {
            true => CloudWatchError::missing_ones(message),
            false => CloudWatchError::invalid_value(message),
        });
    }
    refusal_of(violated, small_letter).map_or(Ok(()), |refusal| Err(CloudWatchError::validation(refusal)))
}

/// A violation in CloudWatch's own words.
/// <https://github.com/boto/botocore/issues/1671>, <https://github.com/LeonAdato/xk6-output-statsd/issues/8>
fn own_words(violated: &Violated<'_>) -> String {
    let place: Vec<String> = violated
        .place
        .iter()
        .map(|step| match step {
            PlaceStep::Member(member) => (*member).to_string(),
            PlaceStep::Entry(number) => format!("member.{number}"),
        })
        .collect();
    let place = place.join(".");
    match violated.constraint {
        Constraint::Required => format!("The parameter {place} is required."),
        Constraint::Length(_, most) if violated.value.is_array() => {
            format!("The collection {place} must not have a size greater than {most}.")
        }
        Constraint::Length(least, _) if violated.value.as_str().is_some_and(str::is_empty) => {
            format!("The parameter {place} must be longer than {} characters.", least.saturating_sub(1))
        }
        Constraint::Length(_, most) => format!("The parameter {place} must be shorter than {} characters.", most + 1),
        Constraint::Range(least, _) => format!("The parameter {place} must be greater than or equal to {least}."),
        Constraint::OneOf(all) | Constraint::EachOneOf(all) => {
            format!("The parameter {place} must be a value in the set [ {} ].", all.join(", "))
        }
        Constraint::Pattern(_) => format!("The value {} for parameter {place} is invalid.", shown(violated.value)),
    }
}
