//! Whether an alarm of a template would ring: a drill brings samples of its own, which take minutes to come about.
//!
//! Which metric an alarm watches (name and dimensions must be those that the service reports) and what it makes of the datapoints is
//! [`stack::Alarm`]'s; here samples become datapoints.

use course::drills::AlarmProbe;
use stack::{Alarm, AlarmState, Metric, Stack, StatisticSet};

/// The alarm that rings when it is shown what `probe` says, if any.
pub(super) fn ringing<'s>(stack: &'s Stack, probe: &AlarmProbe) -> Option<&'s str> {
    let wanted = stack.alarms.iter().filter(|alarm| probe.only.as_ref().is_none_or(|only| *only == alarm.logical_id));
    let mut watching = wanted.filter(|alarm| watches(alarm, probe));
    watching.find(|alarm| rings(alarm, &probe.minutes)).map(|alarm| alarm.logical_id.as_str())
}

/// Whether an alarm looks at the metric that the service reports. Other dimensions are another metric, which has no samples.
fn watches(alarm: &Alarm, probe: &AlarmProbe) -> bool {
    let Metric { namespace, name, dimensions } = &alarm.metric;
    *namespace == probe.namespace
        && *name == probe.metric
        && (*dimensions == probe.dimensions || probe.or.as_ref() == Some(dimensions))
}

/// Whether the alarm is in ALARM after any of these minutes.
fn rings(alarm: &Alarm, minutes: &[Vec<f64>]) -> bool {
    (1..=minutes.len()).any(|now| is_in_alarm(alarm, &minutes[..now]))
}

fn is_in_alarm(alarm: &Alarm, minutes: &[Vec<f64>]) -> bool {
    let minutes_a_period = usize::try_from(alarm.period.div_ceil(60)).unwrap_or(usize::MAX);
    // The newest period ends now; of a period that has not begun nothing is known.
    let datapoint = |periods_ago: usize| {
        let end = minutes.len().saturating_sub(periods_ago.saturating_mul(minutes_a_period));
        let begin = end.saturating_sub(minutes_a_period);
        let samples = minutes[begin..end].iter().flatten().copied().map(StatisticSet::of);
        samples.reduce(StatisticSet::and).map(|samples| samples.get(alarm.statistic))
    };
    let datapoints: Vec<Option<f64>> = (0..alarm.evaluation_range()).rev().map(datapoint).collect();
    alarm.evaluate(&datapoints).is_some_and(|evaluation| evaluation.state == AlarmState::Alarm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use stack::{ComparisonOperator, Statistic, TreatMissingData};

    fn alarm() -> Alarm {
        Alarm {
            logical_id: "A".into(),
            name: "a".into(),
            description: None,
            actions_enabled: true,
            ok_actions: Vec::new(),
            alarm_actions: Vec::new(),
            insufficient_data_actions: Vec::new(),
            metric: Metric::default(),
            statistic: Statistic::Sum,
            unit: None,
            period: 60,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            threshold: 1.0,
            comparison_operator: ComparisonOperator::GreaterThanOrEqualToThreshold,
            treat_missing_data: TreatMissingData::NotBreaching,
        }
    }

    #[test]
    fn samples_become_datapoints_by_the_period_and_the_statistic() {
        let failed_once = [vec![0.0], vec![0.0, 1.0, 0.0], vec![0.0]];
        let silence = [vec![], vec![], vec![]];
        for (what, alarm, minutes, expected) in [
            ("a sum", alarm(), &failed_once, true),
            ("an average", Alarm { statistic: Statistic::Average, ..alarm() }, &failed_once, false),
            ("a number", Alarm { statistic: Statistic::SampleCount, threshold: 3.0, ..alarm() }, &failed_once, true),
            ("two periods", Alarm { evaluation_periods: 2, ..alarm() }, &failed_once, false),
            (
                "one of two",
                Alarm { evaluation_periods: 2, datapoints_to_alarm: Some(1), ..alarm() },
                &failed_once,
                true,
            ),
            ("three minutes", Alarm { period: 180, ..alarm() }, &failed_once, true),
            ("nothing", alarm(), &silence, false),
            ("nothing breaches", Alarm { treat_missing_data: TreatMissingData::Breaching, ..alarm() }, &silence, true),
            ("nothing is known", Alarm { treat_missing_data: TreatMissingData::Missing, ..alarm() }, &silence, false),
        ] {
            assert_eq!(rings(&alarm, minutes), expected, "{what}");
        }
    }
}
