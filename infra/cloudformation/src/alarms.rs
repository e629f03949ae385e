//! `AWS::CloudWatch::Alarm`: alarms on one metric.

use super::Resolved;
use super::fields::Fields;
use super::finding::Findings;
use stack::{Alarm, ComparisonOperator, Metric, Statistic, TreatMissingData};

/// What an alarm may have and no alarm here has.
const NOT_HERE: [(&str, &str); 5] = [
    ("EvaluationCriteria", "the local cloud's alarms watch one metric each, and evaluate no queries"),
    ("EvaluationInterval", "the local cloud evaluates every alarm each minute"),
    ("ExtendedStatistic", "the local cloud keeps no percentiles of its metrics; use Statistic"),
    ("Metrics", "the local cloud evaluates no metric math; use Namespace, MetricName and Dimensions"),
    ("ThresholdMetricId", "the local cloud has no anomaly detection; use Threshold"),
];

/// The alarm that the template describes.
pub(super) fn alarm(resource: &Resolved<'_>, findings: &Findings) -> Option<Alarm> {
    let mut fields = resource.fields("AWS::CloudWatch::Alarm", findings)?;
    for (name, why) in NOT_HERE {
        fields.refuse(name, why);
    }
    // What is refused would stand in the place of what is missing.
    if !NOT_HERE.iter().any(|(name, _)| resource.properties.get(name).is_some()) {
        fields.required(&[
            "ComparisonOperator",
            "EvaluationPeriods",
            "MetricName",
            "Namespace",
            "Period",
            "Statistic",
            "Threshold",
        ]);
    }
    fields.text("AlarmName");
    let description = fields.text("AlarmDescription");
    let actions_enabled = fields.boolean("ActionsEnabled").unwrap_or(true);
    let [ok_actions, alarm_actions, insufficient_data_actions] =
        ["OKActions", "AlarmActions", "InsufficientDataActions"].map(|name| fields.texts(name).unwrap_or_default());
    let (namespace, name) = (fields.text("Namespace"), fields.text("MetricName"));
    let dimensions = fields.list_of_fields("Dimensions", "AWS::CloudWatch::Alarm.Dimension");
    let dimensions = dimensions.into_iter().filter_map(dimension).collect();
    let names = Statistic::ALL.map(|(name, _)| name);
    let statistic = fields.one_of("Statistic", &names);
    let names = ComparisonOperator::ALL.map(|(name, _)| name);
    let comparison = fields.one_of("ComparisonOperator", &names);
    let names = TreatMissingData::ALL.map(|(name, _)| name);
    let missing = fields.one_of("TreatMissingData", &names);
    let unit = fields.text("Unit");
    let period = period(&mut fields);
    let evaluation_periods = fields.number("EvaluationPeriods", 1..=u32::MAX);
    let datapoints_to_alarm = fields.number("DatapointsToAlarm", 1..=evaluation_periods.unwrap_or(u32::MAX));
    let threshold = fields.number("Threshold", f64::MIN..=f64::MAX);
    if let (Some(period), Some(periods)) = (period, evaluation_periods)
        && let Some(refusal) = Alarm::too_long(period, periods)
    {
        fields.report("EvaluationPeriods", refusal);
    }
    fields.done();
    Some(Alarm {
        logical_id: resource.resource.id.clone(),
        name: resource.name.clone(),
        description,
        actions_enabled,
        ok_actions,
        alarm_actions,
        insufficient_data_actions,
        metric: Metric { namespace: namespace?, name: name?, dimensions },
        statistic: Statistic::of(&statistic?)?,
        unit,
        period: period?,
        evaluation_periods: evaluation_periods?,
        datapoints_to_alarm,
        threshold: threshold?,
        comparison_operator: ComparisonOperator::of(&comparison?)?,
        treat_missing_data: missing.and_then(|missing| TreatMissingData::of(&missing)).unwrap_or_default(),
    })
}

fn dimension(mut fields: Fields<'_>) -> Option<(String, String)> {
    fields.required(&["Name", "Value"]);
    let (name, value) = (fields.text("Name"), fields.text("Value"));
    fields.done();
    Some((name?, value?))
}

fn period(fields: &mut Fields<'_>) -> Option<u32> {
    let period = fields.number("Period", 1..=u32::MAX)?;
    match period {
        10 | 20 | 30 => fields.lack("Period", "the local cloud counts by the minute; use a multiple of 60"),
        _ if period % 60 > 0 => fields.report("Period", "Period must be 10, 20, 30 or a multiple of 60"),
        _ => return Some(period),
    }
    None
}
