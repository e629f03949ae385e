//! CloudWatch's alarms: what one watches, and the state that follows from the datapoints of its metric.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{ACCOUNT, REGION};

/// How many periods more than [`Alarm::evaluation_periods`] are looked at: CloudWatch's examples have two, and its number depends on the
/// period.
const MORE_PERIODS: u32 = 2;

/// A metric: a name in a namespace, with exactly these dimensions. With others it is another metric.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Metric {
    /// `AWS/Lambda`.
    pub namespace: String,
    /// `Errors`.
    pub name: String,
    /// By name: `FunctionName`.
    pub dimensions: BTreeMap<String, String>,
}

impl Metric {
    /// The metric called `name` in `namespace`.
    pub fn new(namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Metric {
        let dimensions = dimensions.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string()));
        Metric { namespace: namespace.to_string(), name: name.to_string(), dimensions: dimensions.collect() }
    }
}

/// What is made of the samples of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Statistic {
    /// The sum of the values.
    Sum,
    /// The sum by the number of samples.
    Average,
    /// The smallest value.
    Minimum,
    /// The largest value.
    Maximum,
    /// How many samples there are.
    SampleCount,
}

/// The samples of a period, as far as statistics need them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatisticSet {
    /// How many samples there are; more than none.
    pub sample_count: f64,
    /// The sum of their values.
    pub sum: f64,
    /// The smallest.
    pub minimum: f64,
    /// The largest.
    pub maximum: f64,
}

impl StatisticSet {
    /// One sample.
    pub fn of(value: f64) -> StatisticSet {
        StatisticSet { sample_count: 1.0, sum: value, minimum: value, maximum: value }
    }

    /// These samples and those of `other`.
    #[must_use]
    pub fn and(self, other: StatisticSet) -> StatisticSet {
        StatisticSet {
            sample_count: self.sample_count + other.sample_count,
            sum: self.sum + other.sum,
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
        }
    }

    /// The statistic of these samples.
    pub fn get(&self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::Sum => self.sum,
            Statistic::Average => self.sum / self.sample_count,
            Statistic::Minimum => self.minimum,
            Statistic::Maximum => self.maximum,
            Statistic::SampleCount => self.sample_count,
        }
    }
}

impl Statistic {
    /// All, by their names.
    pub const ALL: [(&'static str, Statistic); 5] = [
        ("SampleCount", Statistic::SampleCount),
        ("Average", Statistic::Average),
        ("Sum", Statistic::Sum),
        ("Minimum", Statistic::Minimum),
        ("Maximum", Statistic::Maximum),
    ];

    /// The one called `name`.
    pub fn of(name: &str) -> Option<Statistic> {
        Statistic::ALL.iter().find(|(own, _)| *own == name).map(|(_, statistic)| *statistic)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Statistic::ALL.iter().find(|(_, statistic)| *statistic == self).map_or("", |(name, _)| name)
    }
}

/// How a datapoint breaches the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ComparisonOperator {
    /// `>=`.
    GreaterThanOrEqualToThreshold,
    /// `>`.
    GreaterThanThreshold,
    /// `<`.
    LessThanThreshold,
    /// `<=`.
    LessThanOrEqualToThreshold,
}

impl ComparisonOperator {
    /// All, by their names. Those of anomaly detection compare with a band, and not with a threshold.
    pub const ALL: [(&'static str, ComparisonOperator); 4] = [
        ("GreaterThanOrEqualToThreshold", ComparisonOperator::GreaterThanOrEqualToThreshold),
        ("GreaterThanThreshold", ComparisonOperator::GreaterThanThreshold),
        ("LessThanThreshold", ComparisonOperator::LessThanThreshold),
        ("LessThanOrEqualToThreshold", ComparisonOperator::LessThanOrEqualToThreshold),
    ];

    /// The one called `name`.
    pub fn of(name: &str) -> Option<ComparisonOperator> {
        ComparisonOperator::ALL.iter().find(|(own, _)| *own == name).map(|(_, operator)| *operator)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        ComparisonOperator::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            ComparisonOperator::GreaterThanOrEqualToThreshold => value >= threshold,
            ComparisonOperator::GreaterThanThreshold => value > threshold,
            ComparisonOperator::LessThanThreshold => value < threshold,
            ComparisonOperator::LessThanOrEqualToThreshold => value <= threshold,
        }
    }

    /// As the reason of a state says it of a datapoint that breaches.
    fn words(self) -> &'static str {
        match self {
            ComparisonOperator::GreaterThanOrEqualToThreshold => "greater than or equal to",
            ComparisonOperator::GreaterThanThreshold => "greater than",
            ComparisonOperator::LessThanThreshold => "less than",
            ComparisonOperator::LessThanOrEqualToThreshold => "less than or equal to",
        }
    }
}

/// `TreatMissingData`: what is made of periods without a datapoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum TreatMissingData {
    /// Nothing: an alarm without any datapoint knows nothing.
    #[default]
    Missing,
    /// The state stays as it is.
    Ignore,
    /// They breach the threshold.
    Breaching,
    /// They do not.
    NotBreaching,
}

impl TreatMissingData {
    /// All, by their names.
    pub const ALL: [(&'static str, TreatMissingData); 4] = [
        ("missing", TreatMissingData::Missing),
        ("ignore", TreatMissingData::Ignore),
        ("breaching", TreatMissingData::Breaching),
        ("notBreaching", TreatMissingData::NotBreaching),
    ];

    /// The one called `name`.
    pub fn of(name: &str) -> Option<TreatMissingData> {
        TreatMissingData::ALL.iter().find(|(own, _)| *own == name).map(|(_, treatment)| *treatment)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        TreatMissingData::ALL.iter().find(|(_, treatment)| *treatment == self).map_or("", |(name, _)| name)
    }
}

/// The state of an alarm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum AlarmState {
    /// The metric is within the threshold.
    #[serde(rename = "OK")]
    Ok,
    /// It is not.
    #[serde(rename = "ALARM")]
    Alarm,
    /// Nobody can tell; every alarm begins so.
    #[default]
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
}

impl AlarmState {
    /// All, by their names.
    pub const ALL: [(&'static str, AlarmState); 3] =
        [("OK", AlarmState::Ok), ("ALARM", AlarmState::Alarm), ("INSUFFICIENT_DATA", AlarmState::InsufficientData)];

    /// The one called `name`.
    pub fn of(name: &str) -> Option<AlarmState> {
        AlarmState::ALL.iter().find(|(own, _)| *own == name).map(|(_, state)| *state)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        AlarmState::ALL.iter().find(|(_, state)| *state == self).map_or("", |(name, _)| name)
    }
}

/// An alarm on one metric (`AWS::CloudWatch::Alarm`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alarm {
    /// The template's name for it; empty where a call has made it.
    pub logical_id: String,
    /// `AlarmName`.
    pub name: String,
    /// `AlarmDescription`.
    pub description: Option<String>,
    /// `ActionsEnabled`; true unless set.
    pub actions_enabled: bool,
    /// `OKActions`.
    pub ok_actions: Vec<String>,
    /// `AlarmActions`.
    pub alarm_actions: Vec<String>,
    /// `InsufficientDataActions`.
    pub insufficient_data_actions: Vec<String>,
    /// `Namespace`, `MetricName` and `Dimensions`.
    pub metric: Metric,
    /// `Statistic`.
    pub statistic: Statistic,
    /// `Unit`: samples with another one are not looked at.
    pub unit: Option<String>,
    /// `Period` in seconds.
    pub period: u32,
    /// `EvaluationPeriods`.
    pub evaluation_periods: u32,
    /// `DatapointsToAlarm`; as many as `EvaluationPeriods` unless set.
    pub datapoints_to_alarm: Option<u32>,
    /// `Threshold`.
    pub threshold: f64,
    /// `ComparisonOperator`.
    pub comparison_operator: ComparisonOperator,
    /// `TreatMissingData`.
    pub treat_missing_data: TreatMissingData,
}

/// What an evaluation says of an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The state that it has now.
    pub state: AlarmState,
    /// Why, in CloudWatch's words.
    pub reason: String,
}

impl Alarm {
    /// The alarm's ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{}", self.name)
    }

    /// CloudWatch's refusal of a span that is too long: `periods` of `period` seconds.
    pub fn too_long(period: u32, periods: u32) -> Option<String> {
        let seconds = u64::from(period) * u64::from(periods);
        let (span, most) = if period < 3600 { ("a day", 86_400) } else { ("a week", 604_800) };
        (seconds > most).then(|| {
            format!("Metrics cannot be checked across more than {span} (EvaluationPeriods * Period must be <= {most}).")
        })
    }

    /// How many periods are looked at.
    pub fn evaluation_range(&self) -> usize {
        usize::try_from(self.evaluation_periods.saturating_add(MORE_PERIODS)).unwrap_or(usize::MAX)
    }

    /// What is to be done when the alarm goes over into `state`.
    pub fn actions(&self, state: AlarmState) -> &[String] {
        match state {
            _ if !self.actions_enabled => &[],
            AlarmState::Ok => &self.ok_actions,
            AlarmState::Alarm => &self.alarm_actions,
            AlarmState::InsufficientData => &self.insufficient_data_actions,
        }
    }

    /// What missing datapoints count as. Alarms on DynamoDB's metrics ignore them, whatever they say.
    fn treatment(&self) -> TreatMissingData {
        if self.metric.namespace == "AWS/DynamoDB" { TreatMissingData::Ignore } else { self.treat_missing_data }
    }

    /// The state after `datapoints`, of which there are [`Alarm::evaluation_range`], oldest first; none for a period without samples. An
    /// alarm that is to stay as it is has no evaluation.
    pub fn evaluate(&self, datapoints: &[Option<f64>]) -> Option<Evaluation> {
        let wanted = usize::try_from(self.evaluation_periods).unwrap_or(usize::MAX).max(1);
        let needed = self.datapoints_to_alarm.and_then(|needed| usize::try_from(needed).ok()).unwrap_or(wanted);
        // The newest that exist, each with its age in periods, counted from one.
        let existing: Vec<(usize, f64)> = datapoints
            .iter()
            .rev()
            .enumerate()
            .filter_map(|(age, value)| Some((age + 1, (*value)?)))
            .take(wanted)
            .collect();
        let missing = wanted - existing.len();
        let breaches = |value: f64| self.comparison_operator.holds(value, self.threshold);
        let breaching = existing.iter().filter(|(_, value)| breaches(*value)).count();
        let only_breaching = !existing.is_empty() && breaching == existing.len();
        let treatment = self.treatment();
        let state = match treatment {
            _ if breaching >= needed => AlarmState::Alarm,
            TreatMissingData::Breaching if breaching + missing >= needed => AlarmState::Alarm,
            TreatMissingData::Breaching | TreatMissingData::NotBreaching => AlarmState::Ok,
            _ if breaching < existing.len() => AlarmState::Ok,
            TreatMissingData::Ignore => return None,
            // One that breached, and after it nothing that did not, for as long as the alarm asks.
            TreatMissingData::Missing if only_breaching && existing.iter().any(|(age, _)| *age >= needed) => {
                AlarmState::Alarm
            }
            TreatMissingData::Missing => AlarmState::InsufficientData,
        };
        Some(Evaluation { state, reason: self.reason(state, &existing, missing, treatment) })
    }

    fn reason(
        &self,
        state: AlarmState,
        existing: &[(usize, f64)],
        missing: usize,
        treatment: TreatMissingData,
    ) -> String {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        if state == AlarmState::InsufficientData {
            let were = if missing == 1 { "was" } else { "were" };
            return format!("Insufficient Data: {missing} datapoint{} {were} unknown.", plural(missing));
        }
        if existing.is_empty() {
            let periods = self.evaluation_periods;
            let s = if periods == 1 { "" } else { "s" };
            let were = if missing == 1 { "was" } else { "were" };
            let treated = if treatment == TreatMissingData::Breaching { "Breaching" } else { "NonBreaching" };
            return format!(
                "Threshold Crossed: no datapoints were received for {periods} period{s} and {missing} missing datapoint{} {were} \
                 treated as [{treated}].",
                plural(missing)
            );
        }
        let breaches = |value: f64| self.comparison_operator.holds(value, self.threshold);
        let wanted: Vec<f64> = existing
            .iter()
            .map(|(_, value)| *value)
            .filter(|value| breaches(*value) == (state == AlarmState::Alarm))
            .collect();
        let shown: Vec<String> = wanted.iter().map(|value| format!("{value:?}")).collect();
        let (count, list) = (shown.len(), shown.join(", "));
        let (were, not) =
            (if count == 1 { "was" } else { "were" }, if state == AlarmState::Alarm { "" } else { "not " });
        format!(
            "Threshold Crossed: {count} datapoint{} [{list}] {were} {not}{} the threshold ({:?}).",
            plural(count),
            self.comparison_operator.words(),
            self.threshold
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(treat_missing_data: TreatMissingData, evaluation_periods: u32, datapoints_to_alarm: Option<u32>) -> Alarm {
        Alarm {
            logical_id: "A".into(),
            name: "a".into(),
            description: None,
            actions_enabled: true,
            ok_actions: vec!["ok".into()],
            alarm_actions: vec!["alarm".into()],
            insufficient_data_actions: vec!["unknown".into()],
            metric: Metric::new("AWS/Lambda", "Errors", &[("FunctionName", "board-api")]),
            statistic: Statistic::Sum,
            unit: None,
            period: 60,
            evaluation_periods,
            datapoints_to_alarm,
            threshold: 1.0,
            comparison_operator: ComparisonOperator::GreaterThanOrEqualToThreshold,
            treat_missing_data,
        }
    }

    /// `0` is a datapoint that does not breach, `X` one that does, `-` none; oldest first.
    fn datapoints(row: &str) -> Vec<Option<f64>> {
        let datapoint = |one: &str| match one {
            "0" => Some(0.0),
            "X" => Some(1.0),
            _ => None,
        };
        row.split(' ').map(datapoint).collect()
    }

    /// The tables of the user guide; empty is an alarm that stays as it is.
    #[test]
    fn states_are_those_of_the_user_guides_tables() {
        const UNKNOWN: &str = "INSUFFICIENT_DATA";
        let rows: [(&str, Option<u32>, [&str; 4]); 12] = [
            ("0 - X - X", None, ["OK", "OK", "OK", "OK"]),
            ("0 - - - -", None, ["OK", "OK", "OK", "OK"]),
            ("- - - - -", None, [UNKNOWN, "", "ALARM", "OK"]),
            ("0 X X - X", None, ["ALARM", "ALARM", "ALARM", "ALARM"]),
            ("- - - - X", None, [UNKNOWN, "", "ALARM", "OK"]),
            ("X - - - -", None, ["ALARM", "", "ALARM", "OK"]),
            ("- - X - -", None, ["ALARM", "", "ALARM", "OK"]),
            ("0 - X - X", Some(2), ["ALARM", "ALARM", "ALARM", "ALARM"]),
            ("0 0 X 0 X", Some(2), ["ALARM", "ALARM", "ALARM", "ALARM"]),
            ("0 - X - -", Some(2), ["OK", "OK", "ALARM", "OK"]),
            ("- - - - 0", Some(2), ["OK", "OK", "ALARM", "OK"]),
            ("- - - - X", Some(2), [UNKNOWN, "", "ALARM", "OK"]),
        ];
        for (row, needed, expected) in rows {
            for ((name, treatment), expected) in TreatMissingData::ALL.into_iter().zip(expected) {
                let evaluation = alarm(treatment, 3, needed).evaluate(&datapoints(row));
                let state = evaluation.map_or("", |evaluation| evaluation.state.name());
                assert_eq!(state, expected, "{row}, {needed:?}, {name}");
            }
        }
    }

    #[test]
    fn an_alarm_on_dynamodb_ignores_what_is_missing() {
        let mut alarm = alarm(TreatMissingData::Breaching, 1, None);
        assert_eq!(alarm.evaluate(&datapoints("- - -")).unwrap().state, AlarmState::Alarm);
        alarm.metric.namespace = "AWS/DynamoDB".into();
        assert_eq!(alarm.evaluate(&datapoints("- - -")), None);
    }

    #[test]
    fn the_reason_says_what_was_looked_at() {
        for (row, periods, expected) in [
            ("- - X", 1, "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0)."),
            ("- - 0", 1, "Threshold Crossed: 1 datapoint [0.0] was not greater than or equal to the threshold (1.0)."),
            (
                "- 0 X 0",
                2,
                "Threshold Crossed: 1 datapoint [0.0] was not greater than or equal to the threshold (1.0).",
            ),
            (
                "- - X X",
                2,
                "Threshold Crossed: 2 datapoints [1.0, 1.0] were greater than or equal to the threshold (1.0).",
            ),
            (
                "- - -",
                1,
                "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
            ),
        ] {
            let evaluation = alarm(TreatMissingData::NotBreaching, periods, None).evaluate(&datapoints(row)).unwrap();
            assert_eq!(evaluation.reason, expected, "{row}");
        }
        let unknown = alarm(TreatMissingData::Missing, 2, None).evaluate(&datapoints("- - - -")).unwrap();
        assert_eq!(unknown.reason, "Insufficient Data: 2 datapoints were unknown.");
    }

    #[test]
    fn statistics_are_what_their_names_say() {
        let samples = [3.0, 1.0, 8.0].map(StatisticSet::of).into_iter().reduce(StatisticSet::and).unwrap();
        for (name, expected) in
            [("SampleCount", 3.0), ("Average", 4.0), ("Sum", 12.0), ("Minimum", 1.0), ("Maximum", 8.0)]
        {
            assert_eq!(samples.get(Statistic::of(name).unwrap()), expected, "{name}");
        }
        assert_eq!(Statistic::of("p99"), None);
    }

    #[test]
    fn actions_are_those_of_the_state_and_none_where_they_are_disabled() {
        let mut alarm = alarm(TreatMissingData::Missing, 1, None);
        assert_eq!(alarm.actions(AlarmState::Alarm), ["alarm"]);
        assert_eq!(alarm.actions(AlarmState::InsufficientData), ["unknown"]);
        alarm.actions_enabled = false;
        assert!(alarm.actions(AlarmState::Alarm).is_empty());
    }
}
