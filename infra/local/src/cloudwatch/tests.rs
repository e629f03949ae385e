//! Metrics and alarms at a clock that the test moves.

use super::*;
use stack::{Alarm, AlarmState, ComparisonOperator, Queue, Statistic, TreatMissingData};
use time::macros::datetime;

use crate::activity::ActivityEvent;
use crate::sqs::SentAttributes;

struct Fixture {
    clock: Clock,
    activity: ActivityLog,
    queues: Queues,
    cloudwatch: CloudWatch,
}

impl Fixture {
    /// A quarter of a minute after a full hour.
    fn new() -> Fixture {
        let clock = Clock::frozen(datetime!(2026-11-22 09:00:15 UTC));
        let activity = ActivityLog::new(clock.clone());
        let queue = Queue {
            logical_id: "Q".into(),
            name: "failures".into(),
            visibility_timeout: Duration::from_secs(30),
            message_retention_period: Duration::from_secs(3_600),
            redrive_policy: None,
            policy: None,
        };
        let queues = Queues::open(&[queue], None, clock.clone()).unwrap();
        let cloudwatch = CloudWatch::new(clock.clone(), activity.clone(), queues.clone());
        Fixture { clock, activity, queues, cloudwatch }
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.cloudwatch.catch_up();
    }

    fn errors(&self, count: f64) {
        self.cloudwatch.report("AWS/Lambda", &[&[("FunctionName", "f")]], &[Sample::count("Errors", count)]);
    }

    fn state(&self) -> (AlarmState, String) {
        let [watched] = &self.cloudwatch.alarms()[..] else { panic!("there is one alarm") };
        (watched.evaluation.state, watched.evaluation.reason.clone())
    }

    /// The changes of state so far: from, to, what was to be done.
    fn changes(&self) -> Vec<(&'static str, &'static str, Vec<String>)> {
        let entries = self.activity.since(0);
        let change = |event: &ActivityEvent| match event {
            ActivityEvent::Alarm { from, to, actions, .. } => Some((*from, *to, actions.clone())),
            _ => None,
        };
        entries.iter().filter_map(|entry| change(&entry.event)).collect()
    }
}

fn errors() -> Metric {
    Metric::new("AWS/Lambda", "Errors", &[("FunctionName", "f")])
}

fn alarm() -> Alarm {
    Alarm {
        logical_id: "A".into(),
        name: "errors".into(),
        description: None,
        actions_enabled: true,
        ok_actions: Vec::new(),
        alarm_actions: vec!["arn:topic".into()],
        insufficient_data_actions: Vec::new(),
        metric: errors(),
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
fn samples_are_kept_by_the_minute_and_given_by_the_period() {
    let Fixture { clock, cloudwatch, .. } = Fixture::new();
    let hour = clock.now().unix_timestamp() - 15;
    let put = |second: i64, value: f64, unit| {
        cloudwatch.put(errors(), hour + second, unit, StatisticSet::of(value)).unwrap();
    };
    for (second, value) in [(0, 1.0), (59, 2.0), (60, 4.0), (300, 8.0)] {
        put(second, value, "Count");
    }
    put(61, 100.0, "Percent");
    let sums = |span: (i64, i64), period, unit| -> Vec<(i64, f64)> {
        let found = cloudwatch.datapoints(&errors(), (hour + span.0, hour + span.1), period, unit);
        found.iter().map(|found| (found.timestamp - hour, found.samples.sum)).collect()
    };
    assert_eq!(sums((0, 600), 60, Some("Count")), [(0, 3.0), (60, 4.0), (300, 8.0)]);
    assert_eq!(sums((0, 600), 300, Some("Count")), [(0, 7.0), (300, 8.0)]);
    assert_eq!(sums((0, 60), 60, None), [(0, 3.0)], "the end does not belong to it");
    assert_eq!(sums((61, 62), 60, None), [(60, 4.0), (60, 100.0)], "each unit has datapoints of its own");
    let other = Metric::new("AWS/Lambda", "Errors", &[]);
    assert!(cloudwatch.datapoints(&other, (0, i64::MAX), 60, None).is_empty(), "other dimensions are another metric");
    assert_eq!(cloudwatch.metrics(), [errors()]);
}

#[test]
fn samples_are_forgotten_after_15_days() {
    let fixture = Fixture::new();
    fixture.errors(1.0);
    fixture.pass(15 * 24 * 3_600 + 60);
    fixture.errors(2.0);
    let found = fixture.cloudwatch.datapoints(&errors(), (0, i64::MAX), 60, None);
    assert_eq!(found.iter().map(|found| found.samples.sum).collect::<Vec<_>>(), [2.0]);
}

#[test]
fn an_alarm_rings_at_the_end_of_the_minute_and_is_quiet_when_newer_datapoints_are() {
    let fixture = Fixture::new();
    fixture.cloudwatch.put_alarm(alarm());
    assert_eq!(
        fixture.state(),
        (AlarmState::InsufficientData, "Unchecked: Initial alarm creation".to_string()),
        "nobody has looked yet"
    );
    fixture.errors(1.0);
    fixture.pass(44);
    assert_eq!(fixture.state().0, AlarmState::InsufficientData, "the minute is not over");
    fixture.pass(1);
    let reason = "Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).";
    assert_eq!(fixture.state(), (AlarmState::Alarm, reason.to_string()));
    fixture.pass(60);
    assert_eq!(fixture.state().0, AlarmState::Alarm, "the newest datapoint that exists still breaches");
    fixture.errors(0.0);
    fixture.pass(60);
    assert_eq!(fixture.state().0, AlarmState::Ok);
    let expected = [("INSUFFICIENT_DATA", "ALARM", vec!["arn:topic".to_string()]), ("ALARM", "OK", Vec::new())];
    assert_eq!(fixture.changes(), expected);
}

#[test]
fn minutes_that_nobody_looked_at_are_evaluated_one_by_one() {
    let fixture = Fixture::new();
    fixture.cloudwatch.put_alarm(alarm());
    fixture.errors(1.0);
    fixture.pass(600);
    let states: Vec<&str> = fixture.changes().into_iter().map(|(_, to, _)| to).collect();
    assert_eq!(states, ["ALARM", "OK"], "it rang, and three minutes later nothing was left of it");
}

#[test]
fn a_long_period_is_looked_at_when_it_is_over() {
    let fixture = Fixture::new();
    fixture.cloudwatch.put_alarm(Alarm { period: 300, threshold: 2.0, ..alarm() });
    fixture.errors(1.0);
    fixture.pass(60);
    fixture.errors(1.0);
    fixture.pass(180);
    assert_ne!(fixture.state().0, AlarmState::Alarm);
    fixture.pass(60);
    assert_eq!(fixture.state().0, AlarmState::Alarm);
}

#[test]
fn a_state_set_by_hand_lasts_until_the_next_evaluation() {
    let fixture = Fixture::new();
    fixture.cloudwatch.put_alarm(alarm());
    assert!(fixture.cloudwatch.set_alarm_state("errors", AlarmState::Alarm, "rehearsal".to_string()));
    assert_eq!(fixture.state(), (AlarmState::Alarm, "rehearsal".to_string()));
    fixture.pass(60);
    assert_eq!(fixture.state().0, AlarmState::Ok);
    assert_eq!(fixture.changes()[0].2, ["arn:topic"], "who would have been notified is known");
    assert!(!fixture.cloudwatch.set_alarm_state("nobody", AlarmState::Ok, String::new()));
}

#[test]
fn a_deployment_changes_what_templates_declare_and_nothing_else() {
    let fixture = Fixture::new();
    let named = |name: &str| Alarm { name: name.into(), ..alarm() };
    let names = || {
        fixture.cloudwatch.alarms().into_iter().map(|watched| (watched.alarm.name, watched.alarm.threshold)).collect()
    };
    fixture.cloudwatch.deploy(&[], &[named("a"), named("b")]);
    fixture.cloudwatch.put_alarm(named("by hand"));
    fixture.cloudwatch.set_alarm_state("b", AlarmState::Alarm, "rehearsal".to_string());
    fixture.cloudwatch.deploy(&[named("a"), named("b")], &[Alarm { threshold: 5.0, ..named("b") }]);
    let left: Vec<(String, f64)> = names();
    assert_eq!(left, [("b".to_string(), 5.0), ("by hand".to_string(), 1.0)]);
    assert_eq!(fixture.cloudwatch.alarms()[0].evaluation.state, AlarmState::Alarm, "a change keeps the state");
}

#[test]
fn queues_are_looked_at_each_minute() {
    let fixture = Fixture::new();
    for body in ["a", "b"] {
        fixture.queues.put(&stack::queue_arn("failures"), body.to_string(), SentAttributes::default(), 0);
    }
    let visible = Metric::new("AWS/SQS", "ApproximateNumberOfMessagesVisible", &[("QueueName", "failures")]);
    assert!(fixture.cloudwatch.datapoints(&visible, (0, i64::MAX), 60, None).is_empty());
    fixture.pass(60);
    let found = fixture.cloudwatch.datapoints(&visible, (0, i64::MAX), 60, None);
    assert_eq!(found.iter().map(|found| found.samples.maximum).collect::<Vec<_>>(), [2.0]);
    let delayed = Metric::new("AWS/SQS", "ApproximateNumberOfMessagesDelayed", &[("QueueName", "failures")]);
    let found = fixture.cloudwatch.datapoints(&delayed, (0, i64::MAX), 60, None);
    assert_eq!(found.iter().map(|found| found.samples.maximum).collect::<Vec<_>>(), [0.0]);
}
