//! Whether an alarm of a template would ring: the local cloud has no metrics, so a drill brings its own.
//!
//! Read are alarms on one metric with a statistic, and what decides about them: which metric they watch (name and dimensions must be
//! those that the service reports), how samples become datapoints, how many of the last datapoints must breach, and what is
//! made of minutes without a sample. Not read: metric maths, percentiles, anomaly bands.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html>

use std::collections::BTreeMap;

use course::drills::AlarmProbe;
use serde_json::Value;
use stack::{Resource, Stack};

/// The alarm that rings when it is shown what `probe` says, if any.
pub(super) fn ringing<'s>(stack: &'s Stack, probe: &AlarmProbe) -> Option<&'s str> {
    let alarms = stack.resources.iter().filter(|resource| resource.resource_type == "AWS::CloudWatch::Alarm");
    let wanted = alarms.filter(|alarm| probe.only.as_ref().is_none_or(|only| *only == alarm.logical_id));
    let mut watching = wanted.filter(|alarm| watches(alarm, probe));
    watching.find(|alarm| rings(&alarm.properties, &probe.minutes)).map(|alarm| alarm.logical_id.as_str())
}

/// Whether an alarm looks at the metric that the service reports. Other dimensions are another metric, which has no samples.
fn watches(alarm: &Resource, probe: &AlarmProbe) -> bool {
    let text = |name: &str| alarm.properties[name].as_str().unwrap_or_default();
    let dimensions = alarm.properties["Dimensions"].as_array().into_iter().flatten();
    let dimension = |one: &Value| Some((one["Name"].as_str()?.to_string(), one["Value"].as_str()?.to_string()));
    let dimensions: BTreeMap<String, String> = dimensions.filter_map(dimension).collect();
    text("Namespace") == probe.namespace
        && text("MetricName") == probe.metric
        && (dimensions == probe.dimensions || probe.or.as_ref() == Some(&dimensions))
}

/// Whether the alarm is in ALARM after any of these minutes.
fn rings(alarm: &Value, minutes: &[Vec<f64>]) -> bool {
    (1..=minutes.len()).any(|now| is_in_alarm(alarm, &minutes[..now]))
}

fn is_in_alarm(alarm: &Value, minutes: &[Vec<f64>]) -> bool {
    let whole = |name: &str| number(&alarm[name]).filter(|number| *number >= 1.0).map(|number| number as usize);
    let minutes_a_period = whole("Period").unwrap_or(60).div_ceil(60);
    let periods = whole("EvaluationPeriods").unwrap_or(1);
    let needed = whole("DatapointsToAlarm").unwrap_or(periods);
    let (Some(threshold), Some(statistic)) = (number(&alarm["Threshold"]), alarm["Statistic"].as_str()) else {
        return false;
    };
    let comparison = alarm["ComparisonOperator"].as_str().unwrap_or_default();
    let missing = alarm["TreatMissingData"].as_str().unwrap_or("missing");
    // The newest period ends now; of a period that has not begun nothing is known.
    let samples = |period: usize| -> Vec<f64> {
        let end = minutes.len().saturating_sub(period * minutes_a_period);
        let begin = end.saturating_sub(minutes_a_period);
        minutes[begin..end].iter().flatten().copied().collect()
    };
    let breaches = |period: usize| match datapoint(statistic, &samples(period)) {
        Some(value) => compares(comparison, value, threshold),
        None => missing == "breaching",
    };
    (0..periods).filter(|period| breaches(*period)).count() >= needed
}

/// What a statistic makes of a period's samples; nothing where there are none.
fn datapoint(statistic: &str, samples: &[f64]) -> Option<f64> {
    if samples.is_empty() {
        return None;
    }
    let sum: f64 = samples.iter().sum();
    match statistic {
        "Sum" => Some(sum),
        "Average" => Some(sum / samples.len() as f64),
        "SampleCount" => Some(samples.len() as f64),
        "Maximum" => samples.iter().copied().reduce(f64::max),
        "Minimum" => samples.iter().copied().reduce(f64::min),
        _ => None,
    }
}

fn compares(operator: &str, value: f64, threshold: f64) -> bool {
    match operator {
        "GreaterThanOrEqualToThreshold" => value >= threshold,
        "GreaterThanThreshold" => value > threshold,
        "LessThanThreshold" => value < threshold,
        "LessThanOrEqualToThreshold" => value <= threshold,
        _ => false,
    }
}

/// A number, which a template may have as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn alarm(changes: &Value) -> Value {
        let mut alarm = json!({
            "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
        });
        for (name, value) in changes.as_object().unwrap() {
            alarm[name] = value.clone();
        }
        alarm
    }

    #[test]
    fn an_alarm_is_what_its_properties_make_of_the_samples() {
        let failed_once = [vec![0.0], vec![0.0, 1.0, 0.0], vec![0.0]];
        let silence = [vec![], vec![], vec![]];
        for (changes, minutes, expected) in [
            (json!({}), &failed_once, true),
            (json!({ "Threshold": "1" }), &failed_once, true),
            (json!({ "ComparisonOperator": "GreaterThanThreshold" }), &failed_once, false),
            (json!({ "Statistic": "Average" }), &failed_once, false),
            (json!({ "Statistic": "Maximum" }), &failed_once, true),
            (json!({ "Statistic": "SampleCount", "Threshold": 3 }), &failed_once, true),
            (json!({ "EvaluationPeriods": 2 }), &failed_once, false),
            (json!({ "EvaluationPeriods": 2, "DatapointsToAlarm": 1 }), &failed_once, true),
            (json!({ "Period": 180 }), &failed_once, true),
            (json!({}), &silence, false),
            (json!({ "TreatMissingData": "breaching" }), &silence, true),
            (json!({ "TreatMissingData": "missing" }), &silence, false),
            (json!({ "ComparisonOperator": "LessThanThreshold" }), &failed_once, true),
        ] {
            assert_eq!(rings(&alarm(&changes), minutes), expected, "{changes} {minutes:?}");
        }
    }
}
