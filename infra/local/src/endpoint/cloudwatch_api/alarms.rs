//! Alarms: described, made, changed, put into a state by hand.

use serde_json::{Value, json};

use super::{CloudWatchError, CloudWatchOperation, boolean, described, metric, number, page, required, texts, whole};
use crate::cloudwatch::{CloudWatch, UNITS, WatchedAlarm};
use stack::{Alarm, AlarmState, ComparisonOperator, Statistic, TreatMissingData};

/// How many alarms a page of `DescribeAlarms` has at most, which is also the default.
const ALARMS: u32 = 100;

/// What an alarm may have and no alarm here has, with what to do instead.
const NOT_HERE: [(&str, &str, &str); 10] = [
    ("EvaluateLowSampleCountPercentile", "percentiles", "leave EvaluateLowSampleCountPercentile out"),
    ("EvaluationCriteria", "alarms on queries", "use Namespace, MetricName and Dimensions"),
    ("EvaluationInterval", "intervals of evaluation but a minute", "leave EvaluationInterval out"),
    ("EvaluationWindow", "other windows than the last periods", "leave EvaluationWindow out"),
    ("ExtendedStatistic", "percentiles", "use Statistic"),
    ("Metrics", "metric math", "use Namespace, MetricName and Dimensions"),
    ("ThresholdMetricId", "anomaly detection", "use Threshold"),
    ("ActionConfiguration", "configurations of actions", "leave ActionConfiguration out"),
    ("Tags", "tags of alarms", "leave Tags out"),
    ("WarmUpConfiguration", "warm-ups of alarms", "leave WarmUpConfiguration out"),
];

/// `DescribeAlarms`.
pub(super) fn describe(cloudwatch: &CloudWatch, request: &Value) -> Result<Value, CloudWatchError> {
    for name in ["ChildrenOfAlarmName", "ParentsOfAlarmName"] {
        if !request[name].is_null() {
            return Err(CloudWatchError::not_here("composite alarms", &format!("leave {name} out")));
        }
    }
    let names: Vec<&str> = texts(&request["AlarmNames"]).collect();
    let prefix = request["AlarmNamePrefix"].as_str();
    if prefix.is_some() && !names.is_empty() {
        return Err(CloudWatchError::invalid_combination("AlarmNames and AlarmNamePrefix exclude each other."));
    }
    let types: Vec<&str> = texts(&request["AlarmTypes"]).collect();
    let state = match request["StateValue"].as_str() {
        None => None,
        Some(name) => Some(state(name)?),
    };
    let mut alarms = cloudwatch.alarms();
    alarms.retain(|WatchedAlarm { alarm, evaluation, .. }| {
        let all = [&alarm.ok_actions, &alarm.alarm_actions, &alarm.insufficient_data_actions];
        let begins = |prefix: &str| all.into_iter().flatten().any(|action| action.starts_with(prefix));
        (names.is_empty() || names.contains(&alarm.name.as_str()))
            && prefix.is_none_or(|prefix| alarm.name.starts_with(prefix))
            && (types.is_empty() || types.contains(&"MetricAlarm"))
            && state.is_none_or(|state| state == evaluation.state)
            && request["ActionPrefix"].as_str().is_none_or(begins)
    });
    let most = whole(request, "MaxRecords", 1)?.unwrap_or(ALARMS);
    let (alarms, next) =
        page(CloudWatchOperation::DescribeAlarms, alarms, request, usize::try_from(most).unwrap_or(1))?;
    let alarms: Vec<Value> = alarms.iter().map(description).collect();
    let mut answer = json!({ "MetricAlarms": alarms, "CompositeAlarms": [] });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(answer)
}

fn description(watched: &WatchedAlarm) -> Value {
    let WatchedAlarm { alarm, evaluation, configured, updated, transitioned } = watched;
    let mut described = json!({
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn(),
        "AlarmConfigurationUpdatedTimestamp": seconds(*configured),
        "ActionsEnabled": alarm.actions_enabled,
        "OKActions": alarm.ok_actions,
        "AlarmActions": alarm.alarm_actions,
        "InsufficientDataActions": alarm.insufficient_data_actions,
        "StateValue": evaluation.state.name(),
        "StateReason": evaluation.reason,
        "StateUpdatedTimestamp": seconds(*updated),
        "StateTransitionedTimestamp": seconds(*transitioned),
        "MetricName": alarm.metric.name,
        "Namespace": alarm.metric.namespace,
        "Statistic": alarm.statistic.name(),
        "Dimensions": described(&alarm.metric.dimensions),
        "Period": alarm.period,
        "EvaluationPeriods": alarm.evaluation_periods,
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.comparison_operator.name(),
        "TreatMissingData": alarm.treat_missing_data.name(),
    });
    let optional = [
        ("AlarmDescription", alarm.description.as_ref().map(|text| json!(text))),
        ("Unit", alarm.unit.as_ref().map(|unit| json!(unit))),
        ("DatapointsToAlarm", alarm.datapoints_to_alarm.map(|count| json!(count))),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        described[name] = value;
    }
    described
}

/// Milliseconds as JSON has times: seconds, with what is left behind the point.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// `PutMetricAlarm`.
pub(super) fn put(cloudwatch: &CloudWatch, request: &Value) -> Result<(), CloudWatchError> {
    let name = required(request, "AlarmName")?;
    for (member, what, instead) in NOT_HERE {
        if !request[member].is_null() {
            return Err(CloudWatchError::not_here(what, instead));
        }
    }
    let metric = metric(request)?;
    let evaluation_periods =
        whole(request, "EvaluationPeriods", 1)?.ok_or_else(|| CloudWatchError::missing("EvaluationPeriods"))?;
    let datapoints_to_alarm = whole(request, "DatapointsToAlarm", 1)?;
    if datapoints_to_alarm.is_some_and(|needed| needed > evaluation_periods) {
        return Err(CloudWatchError::validation("DatapointsToAlarm must not be greater than EvaluationPeriods."));
    }
    let period = whole(request, "Period", 1)?.ok_or_else(|| CloudWatchError::missing("Period"))?;
    match period {
        10 | 20 | 30 => {
            return Err(CloudWatchError::not_here("periods below a minute", "use a Period that is a multiple of 60"));
        }
        _ if period % 60 > 0 => {
            return Err(CloudWatchError::validation("Period must be 10, 20, 30 or a multiple of 60"));
        }
        _ => {}
    }
    if let Some(refusal) = Alarm::too_long(period, evaluation_periods) {
        return Err(CloudWatchError::validation(refusal));
    }
    let threshold = number(&request["Threshold"]).ok_or_else(|| CloudWatchError::missing("Threshold"))?;
    let unit = request["Unit"].as_str().map(str::to_string);
    if let Some(unit) = unit.as_deref().filter(|unit| !UNITS.contains(unit)) {
        return Err(CloudWatchError::validation(format!("The value {unit} for parameter Unit is invalid.")));
    }
    let missing = match request["TreatMissingData"].as_str() {
        None => TreatMissingData::default(),
        Some(given) => one_of("TreatMissingData", given, TreatMissingData::of(given), &TreatMissingData::ALL)?,
    };
    let (statistic, comparison) = (required(request, "Statistic")?, required(request, "ComparisonOperator")?);
    let actions = |name: &str| texts(&request[name]).map(str::to_string).collect();
    cloudwatch.put_alarm(Alarm {
        logical_id: String::new(),
        name: name.to_string(),
        description: request["AlarmDescription"].as_str().map(str::to_string),
        actions_enabled: boolean(&request["ActionsEnabled"]).unwrap_or(true),
        ok_actions: actions("OKActions"),
        alarm_actions: actions("AlarmActions"),
        insufficient_data_actions: actions("InsufficientDataActions"),
        metric,
        statistic: one_of("Statistic", statistic, Statistic::of(statistic), &Statistic::ALL)?,
        unit,
        period,
        evaluation_periods,
        datapoints_to_alarm,
        threshold,
        comparison_operator: one_of(
            "ComparisonOperator",
            comparison,
            ComparisonOperator::of(comparison),
            &ComparisonOperator::ALL,
        )?,
        treat_missing_data: missing,
    });
    Ok(())
}

/// What `given` stands for, which is one of `all`. CloudWatch names the states in the other order.
fn one_of<T>(name: &str, given: &str, found: Option<T>, all: &[(&'static str, T)]) -> Result<T, CloudWatchError> {
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().rev().map(|(name, _)| *name).collect();
        CloudWatchError::constraint(name, given, &format!("satisfy enum value set: [{}]", names.join(", ")))
    })
}

fn state(given: &str) -> Result<AlarmState, CloudWatchError> {
    one_of("StateValue", given, AlarmState::of(given), &AlarmState::ALL)
}

/// The alarms that are named, all of which must be there.
fn named<'r>(cloudwatch: &CloudWatch, request: &'r Value) -> Result<Vec<(&'r str, WatchedAlarm)>, CloudWatchError> {
    let alarms = cloudwatch.alarms();
    let names: Vec<&str> = texts(&request["AlarmNames"]).collect();
    if names.is_empty() {
        return Err(CloudWatchError::missing("AlarmNames"));
    }
    let named = |name: &'r str| {
        let found = alarms.iter().find(|watched| watched.alarm.name == name);
        found.map(|watched| (name, watched.clone())).ok_or_else(|| CloudWatchError::no_alarm(name))
    };
    names.into_iter().map(named).collect()
}

/// `DeleteAlarms`: all of them or none.
pub(super) fn delete(cloudwatch: &CloudWatch, request: &Value) -> Result<(), CloudWatchError> {
    for (name, _) in named(cloudwatch, request)? {
        cloudwatch.delete_alarm(name);
    }
    Ok(())
}

/// `EnableAlarmActions` and `DisableAlarmActions`.
pub(super) fn enable_actions(
    cloudwatch: &CloudWatch,
    request: &Value,
    actions_enabled: bool,
) -> Result<(), CloudWatchError> {
    for (_, watched) in named(cloudwatch, request)? {
        cloudwatch.put_alarm(Alarm { actions_enabled, ..watched.alarm });
    }
    Ok(())
}

/// `SetAlarmState`, which lasts until the alarm is evaluated again.
pub(super) fn set_state(cloudwatch: &CloudWatch, request: &Value) -> Result<(), CloudWatchError> {
    let (name, reason) = (required(request, "AlarmName")?, required(request, "StateReason")?);
    let state = state(required(request, "StateValue")?)?;
    match cloudwatch.set_alarm_state(name, state, reason.to_string()) {
        true => Ok(()),
        false => Err(CloudWatchError::no_alarm(name)),
    }
}
