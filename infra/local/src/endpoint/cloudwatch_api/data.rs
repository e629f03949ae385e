//! Metrics: which there are, what they hold, and samples of a client's own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    CloudWatchError, CloudWatchOperation, described, dimensions, metric, moment, number, page, required, texts, whole,
};
use crate::cloudwatch::{CloudWatch, Datapoint, UNITS};
use crate::endpoint::constraint::shown;
use stack::{Metric, Statistic, StatisticSet};

/// How many metrics a page of `ListMetrics` has.
const METRICS: usize = 500;
/// How many datapoints `GetMetricStatistics` gives at most.
const DATAPOINTS: i64 = 1_440;
/// How many queries and how many datapoints `GetMetricData` takes and gives at most.
const QUERIES: usize = 500;
const ALL_DATAPOINTS: usize = 100_800;
/// How many values a datum of `PutMetricData` may have.
const VALUES: usize = 150;
/// The largest value, 2 to the power of 360; the smallest is its negative.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
const LARGEST: f64 = f64::from_bits((1_023 + 360) << 52);
/// How far back and ahead samples may lie, in seconds.
const TOO_OLD: i64 = 14 * 24 * 3_600;
const TOO_NEW: i64 = 2 * 3_600;

/// `ListMetrics`.
pub(super) fn list(cloudwatch: &CloudWatch, request: &Value) -> Result<Value, CloudWatchError> {
    for (name, what) in [("RecentlyActive", "RecentlyActive"), ("OwningAccount", "other accounts")] {
        if !request[name].is_null() {
            return Err(CloudWatchError::not_here(what, &format!("leave {name} out")));
        }
    }
    let mut metrics = cloudwatch.metrics();
    let is = |own: &str, wanted: &Value| wanted.as_str().is_none_or(|wanted| wanted == own);
    let wanted = request["Dimensions"].as_array();
    metrics.retain(|metric| {
        let has = |filter: &Value| {
            let value = filter["Name"].as_str().and_then(|name| metric.dimensions.get(name));
            value.is_some_and(|value| is(value, &filter["Value"]))
        };
        is(&metric.namespace, &request["Namespace"])
            && is(&metric.name, &request["MetricName"])
            && wanted.into_iter().flatten().all(has)
    });
    let (metrics, next) = page(CloudWatchOperation::ListMetrics, metrics, request, METRICS)?;
    let entry = |metric: &Metric| json!({ "Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": described(&metric.dimensions) });
    let mut answer = json!({ "Metrics": metrics.iter().map(entry).collect::<Vec<_>>() });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

/// `StartTime` and `EndTime`.
fn span(request: &Value) -> Result<(i64, i64), CloudWatchError> {
    let time = |name: &str| moment(request, name)?.ok_or_else(|| CloudWatchError::missing(name));
    let (start, end) = (time("StartTime")?, time("EndTime")?);
    match start < end {
        true => Ok((start, end)),
        false => {
            Err(CloudWatchError::invalid_value("The parameter StartTime must be less than the parameter EndTime."))
        }
    }
}

/// `Period`, in seconds.
fn period(request: &Value) -> Result<i64, CloudWatchError> {
    let period = whole(request, "Period", 1)?.ok_or_else(|| CloudWatchError::missing("Period"))?;
    match period {
        1 | 5 | 10 | 20 | 30 => {
            Err(CloudWatchError::not_here("periods below a minute", "use a Period that is a multiple of 60"))
        }
        _ if period % 60 > 0 => Err(CloudWatchError::invalid_value("The parameter Period must be a multiple of 60.")),
        _ => Ok(i64::from(period)),
    }
}

/// `Unit`, which is one of CloudWatch's.
fn unit(request: &Value) -> Option<&'static str> {
    UNITS.into_iter().find(|unit| request["Unit"] == *unit)
}

/// The statistic called `name`. Percentiles and the like would need every value.
fn statistic(name: &str) -> Result<Statistic, CloudWatchError> {
    Statistic::of(name).ok_or_else(|| {
        let names = Statistic::ALL.map(|(name, _)| name).join(", ");
        CloudWatchError::not_here(&format!("statistic {name}"), &format!("it has {names}"))
    })
}

/// Whether CloudWatch has a statistic called `name` that needs every value: `p99`, `tm90`, `PR(:300)`, `IQM`.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>
fn is_extended(name: &str) -> bool {
    let percent = |name: &str| name.parse::<f64>().is_ok_and(|percent| (0.0..=100.0).contains(&percent));
    let small = ["p", "tm", "tc", "ts", "wm"].into_iter().filter_map(|kind| name.strip_prefix(kind)).any(percent);
    let range = |rest: &str| rest.starts_with('(') && rest.ends_with(')') && rest.contains(':');
    small
        || name == "IQM"
        || ["PR", "TM", "TC", "TS", "WM"].into_iter().filter_map(|kind| name.strip_prefix(kind)).any(range)
}

/// `GetMetricStatistics`.
pub(super) fn statistics(cloudwatch: &CloudWatch, request: &Value) -> Result<Value, CloudWatchError> {
    let metric = metric(request)?;
    let (span, period) = (span(request)?, period(request)?);
    if let Some(name) = texts(&request["ExtendedStatistics"]).next() {
        statistic(name)?;
    }
    let statistics = texts(&request["Statistics"]).map(statistic).collect::<Result<Vec<_>, _>>()?;
    if statistics.is_empty() {
        return Err(CloudWatchError::invalid_combination(
            "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        ));
    }
    let asked = (span.1 - span.0) / period;
    if asked > DATAPOINTS {
        return Err(CloudWatchError::invalid_combination(format!(
            "You have requested up to {asked} datapoints, which exceeds the limit of {DATAPOINTS}. You may reduce the datapoints \
             requested by increasing Period, or decreasing the time range."
        )));
    }
    let found = cloudwatch.datapoints(&metric, span, period, unit(request));
    let datapoint = |found: &Datapoint| {
        let mut datapoint = json!({ "Timestamp": found.timestamp, "Unit": found.unit });
        for statistic in &statistics {
            datapoint[statistic.name()] = json!(found.samples.get(*statistic));
        }
        datapoint
    };
    Ok(json!({ "Label": metric.name, "Datapoints": found.iter().map(datapoint).collect::<Vec<_>>() }))
}

/// `GetMetricData`.
pub(super) fn get(cloudwatch: &CloudWatch, request: &Value) -> Result<Value, CloudWatchError> {
    let span = span(request)?;
    let oldest_first = request["ScanBy"] == "TimestampAscending";
    for name in ["MaxDatapoints", "NextToken"] {
        if !request[name].is_null() {
            return Err(CloudWatchError::not_here("pages of GetMetricData", &format!("leave {name} out")));
        }
    }
    let queries = request["MetricDataQueries"].as_array().filter(|queries| !queries.is_empty());
    let queries = queries.ok_or_else(|| CloudWatchError::missing("MetricDataQueries"))?;
    if queries.len() > QUERIES {
        let message = format!("There are {} MetricDataQueries, and {QUERIES} are the most.", queries.len());
        return Err(CloudWatchError::validation(message));
    }
    let (mut results, mut given, mut ids) = (Vec::new(), 0, BTreeSet::new());
    for (at, query) in queries.iter().enumerate() {
        let id = required(query, "Id")?;
        if !ids.insert(id) {
            let message = "The values for parameter id in MetricDataQueries are not unique.";
            return Err(CloudWatchError::validation(message));
        }
        if !query["Expression"].is_null() {
            let what = format!("metric math, and {id} is an Expression");
            return Err(CloudWatchError::not_here(&what, "ask for a MetricStat"));
        }
        let stat = &query["MetricStat"];
        if stat.is_null() {
            return Err(CloudWatchError::missing("MetricStat"));
        }
        let (metric, period) = (metric(&stat["Metric"])?, period(stat)?);
        let name = required(stat, "Stat")?;
        if Statistic::of(name).is_none() && !is_extended(name) {
            // <https://github.com/prometheus-community/yet-another-cloudwatch-exporter/issues/1435>
            let place = format!("MetricDataQueries.member.{}.MetricStat.Stat", at + 1);
            let message = format!("The value for parameter {place} is not a valid statistic.");
            return Err(CloudWatchError::validation(message));
        }
        let statistic = statistic(name)?;
        let mut found = cloudwatch.datapoints(&metric, span, period, unit(stat));
        if super::boolean(&query["ReturnData"]) == Some(false) {
            continue;
        }
        given += found.len();
        if given > ALL_DATAPOINTS {
            return Err(CloudWatchError::not_here("pages of GetMetricData", "ask for less than 100,800 datapoints"));
        }
        if !oldest_first {
            found.reverse();
        }
        results.push(json!({
            "Id": id,
            "Label": query["Label"].as_str().unwrap_or(&metric.name),
            "Timestamps": found.iter().map(|found| found.timestamp).collect::<Vec<_>>(),
            "Values": found.iter().map(|found| found.samples.get(statistic)).collect::<Vec<_>>(),
            "StatusCode": "Complete",
        }));
    }
    Ok(json!({ "MetricDataResults": results, "Messages": [] }))
}

/// `PutMetricData`: all of it or nothing.
pub(super) fn put(cloudwatch: &CloudWatch, request: &Value, now: i64) -> Result<(), CloudWatchError> {
    let namespace = required(request, "Namespace")?;
    if namespace.starts_with("AWS/") {
        return Err(CloudWatchError::invalid_value(format!(
            "The value {namespace} for parameter Namespace is invalid: what begins with AWS/ is AWS's own."
        )));
    }
    if !request["EntityMetricData"].is_null() {
        return Err(CloudWatchError::not_here("entities", "use MetricData"));
    }
    let data = request["MetricData"].as_array().map_or(&[][..], Vec::as_slice);
    if data.is_empty() {
        return Err(CloudWatchError::missing("MetricData"));
    }
    let mut samples = Vec::new();
    for (at, datum) in data.iter().enumerate() {
        let place = format!("MetricData.member.{}", at + 1);
        let missing = |_| CloudWatchError::missing(&format!("{place}.MetricName"));
        let metric = Metric {
            namespace: namespace.to_string(),
            name: required(datum, "MetricName").map_err(missing)?.to_string(),
            dimensions: dimensions(&datum["Dimensions"])?,
        };
        let timestamp = moment(datum, "Timestamp")?.unwrap_or(now);
        let bound = match timestamp {
            _ if timestamp < now - TOO_OLD => "a time within the past two weeks",
            _ if timestamp > now + TOO_NEW => "a time no more than two hours in the future",
            _ => "",
        };
        if !bound.is_empty() {
            let message = format!("The parameter {place}.Timestamp must specify {bound}.");
            return Err(CloudWatchError::invalid_value(message));
        }
        samples.push((metric, timestamp, unit(datum).unwrap_or("None"), values(datum, &place)?));
    }
    for (metric, timestamp, unit, values) in samples {
        cloudwatch.put(metric, timestamp, unit, values).map_err(|_| CloudWatchError {
            error_type: "LimitExceededFault",
            code: "LimitExceeded",
            message: "The local cloud keeps 10,000 metrics, and there are as many.".to_string(),
        })?;
    }
    Ok(())
}

/// The samples of the datum at `place`, which it has in one of three ways.
fn values(datum: &Value, place: &str) -> Result<StatisticSet, CloudWatchError> {
    let given = |name: &str| number(&datum[name]);
    let is_there = |name: &str| !datum[name].is_null();
    let ways: Vec<&str> = ["Value", "Values", "StatisticValues"].into_iter().filter(|name| is_there(name)).collect();
    match ways.as_slice() {
        [_] => {}
        [first, second, ..] => {
            return Err(CloudWatchError::invalid_combination(format!(
                "The parameters {place}.{first} and {place}.{second} are mutually exclusive and you have specified both."
            )));
        }
        [] => {
            let message = "A datum has one of Value, Values and StatisticValues.";
            return Err(CloudWatchError::invalid_combination(message));
        }
    }
    let not_a_number = || CloudWatchError::invalid_value("The value of a datum must be a number.");
    if is_there("Value") {
        let value = given("Value").filter(|value| value.abs() <= LARGEST);
        let shown = shown(&datum["Value"]);
        let wrong =
            || CloudWatchError::invalid_value(format!("The value {shown} for parameter {place}.Value is invalid."));
        return Ok(StatisticSet::of(value.ok_or_else(wrong)?));
    }
    if is_there("StatisticValues") {
        let part = |name: &str| number(&datum["StatisticValues"][name]).ok_or_else(|| CloudWatchError::missing(name));
        let set = StatisticSet {
            sample_count: part("SampleCount")?,
            sum: part("Sum")?,
            minimum: part("Minimum")?,
            maximum: part("Maximum")?,
        };
        let message = "StatisticValues must have samples, and a Minimum that is not above the Maximum.";
        let is_whole = set.sample_count > 0.0 && set.minimum <= set.maximum;
        return if is_whole { Ok(set) } else { Err(CloudWatchError::invalid_value(message)) };
    }
    let list = |name: &str| datum[name].as_array().into_iter().flatten().map(number).collect::<Option<Vec<f64>>>();
    let (values, counts) = (list("Values").ok_or_else(not_a_number)?, list("Counts").ok_or_else(not_a_number)?);
    if values.is_empty() || values.len() > VALUES {
        let message = format!("The parameter Values must have 1 to {VALUES} values.");
        return Err(CloudWatchError::invalid_value(message));
    }
    if is_there("Counts") && counts.len() != values.len() {
        let message = format!("The parameters {place}.Values and {place}.Counts must be of the same size.");
        return Err(CloudWatchError::invalid_value(message));
    }
    if counts.iter().any(|count| *count <= 0.0) {
        return Err(CloudWatchError::invalid_value("The Counts of a datum must be above 0."));
    }
    let counts = counts.into_iter().chain(std::iter::repeat(1.0));
    let sets = values.into_iter().zip(counts).map(|(value, count)| StatisticSet {
        sample_count: count,
        sum: value * count,
        minimum: value,
        maximum: value,
    });
    sets.reduce(StatisticSet::and).ok_or_else(not_a_number)
}
