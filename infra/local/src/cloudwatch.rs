//! CloudWatch: the metrics of everything that happens, and the alarms that watch them.
//!
//! Who does something reports it, as on AWS: Lambda its invocations, API Gateway its requests, DynamoDB what calls consumed. Samples are
//! kept by the minute, so that no statistic is lost but percentiles. What has to be looked at to be known, the depth of queues, is looked
//! at each minute. Then the alarms are evaluated (`cloudwatch/alarms`).
//!
//! Limits admitted: no period is shorter than a minute, and metrics are gone when the local cloud ends. They are there at once; on AWS they
//! take a minute or more.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html>

mod alarms;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::activity::ActivityLog;
use crate::clock::Clock;
use crate::sqs::Queues;
use stack::{Metric, StatisticSet};

pub use alarms::WatchedAlarm;

/// The seconds of a minute, by which everything is kept.
pub const MINUTE: i64 = 60;
/// For how many minutes a metric is kept: 15 days, as on AWS.
const KEPT_MINUTES: i64 = 15 * 24 * 60;
/// How many metrics there can be: clients may make them.
const MOST_METRICS: usize = 10_000;

/// What samples can be measured in. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
pub const UNITS: [&str; 27] = [
    "Seconds",
    "Microseconds",
    "Milliseconds",
    "Bytes",
    "Kilobytes",
    "Megabytes",
    "Gigabytes",
    "Terabytes",
    "Bits",
    "Kilobits",
    "Megabits",
    "Gigabits",
    "Terabits",
    "Percent",
    "Count",
    "Bytes/Second",
    "Kilobytes/Second",
    "Megabytes/Second",
    "Gigabytes/Second",
    "Terabytes/Second",
    "Bits/Second",
    "Kilobits/Second",
    "Megabits/Second",
    "Gigabits/Second",
    "Terabits/Second",
    "Count/Second",
    "None",
];

/// The metrics and alarms of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CloudWatch(Arc<CloudWatchState>);

#[derive(Debug)]
struct CloudWatchState {
    clock: Clock,
    activity: ActivityLog,
    queues: Queues,
    metrics: Mutex<BTreeMap<Metric, Minutes>>,
    alarms: Mutex<BTreeMap<String, WatchedAlarm>>,
    /// The last minute, counted from 1970, at whose end the alarms were evaluated.
    evaluated: Mutex<i64>,
}

/// What a metric has of each minute, counted from 1970, by the unit.
type Minutes = BTreeMap<(i64, &'static str), StatisticSet>;

/// A sample of a metric that is reported now.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// The metric's name.
    pub metric: &'static str,
    /// What was measured.
    pub value: f64,
    /// One of [`UNITS`].
    pub unit: &'static str,
}

impl Sample {
    /// A number of things.
    pub fn count(metric: &'static str, value: f64) -> Sample {
        Sample { metric, value, unit: "Count" }
    }

    /// One thing that is so, or none.
    pub fn is(metric: &'static str, so: bool) -> Sample {
        Sample::count(metric, if so { 1.0 } else { 0.0 })
    }

    /// A time.
    pub fn milliseconds(metric: &'static str, took: Duration) -> Sample {
        Sample { metric, value: took.as_secs_f64() * 1000.0, unit: "Milliseconds" }
    }
}

/// There are as many metrics as are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyMetrics;

/// What a metric has in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Datapoint {
    /// When the period begins, in seconds since 1970.
    pub timestamp: i64,
    /// Its unit.
    pub unit: &'static str,
    /// Its samples.
    pub samples: StatisticSet,
}

impl CloudWatch {
    /// Nothing was measured yet. `queues` are looked at each minute.
    pub fn new(clock: Clock, activity: ActivityLog, queues: Queues) -> CloudWatch {
        let evaluated = Mutex::new(minute(clock.now().unix_timestamp()) - 1);
        let (metrics, alarms) = (Mutex::default(), Mutex::default());
        CloudWatch(Arc::new(CloudWatchState { clock, activity, queues, metrics, alarms, evaluated }))
    }

    /// Reports `samples` of `namespace`, for each set of dimensions.
    pub fn report(&self, namespace: &str, dimensions: &[&[(&str, &str)]], samples: &[Sample]) {
        let now = self.0.clock.now().unix_timestamp();
        for dimensions in dimensions {
            for Sample { metric, value, unit } in samples {
                let metric = Metric::new(namespace, metric, dimensions);
                // A deployment has fewer resources than there can be metrics, so this is only so where a client has made the others.
                if self.put(metric, now, unit, StatisticSet::of(*value)).is_err() {
                    tracing::warn!(namespace, "there are more metrics than are kept; a sample is lost");
                }
            }
        }
    }

    /// Adds samples of the minute in which `timestamp` is, in seconds since 1970.
    ///
    /// # Errors
    ///
    /// There are too many metrics for another one.
    pub fn put(
        &self,
        metric: Metric,
        timestamp: i64,
        unit: &'static str,
        samples: StatisticSet,
    ) -> Result<(), TooManyMetrics> {
        let mut metrics = held(&self.0.metrics);
        if metrics.len() >= MOST_METRICS && !metrics.contains_key(&metric) {
            return Err(TooManyMetrics);
        }
        let minutes = metrics.entry(metric).or_default();
        minutes.entry((minute(timestamp), unit)).and_modify(|had| *had = had.and(samples)).or_insert(samples);
        let oldest = minute(self.0.clock.now().unix_timestamp()) - KEPT_MINUTES;
        while minutes.first_key_value().is_some_and(|((minute, _), _)| *minute < oldest) {
            minutes.pop_first();
        }
        Ok(())
    }

    /// All metrics of which there are samples, in their order.
    pub fn metrics(&self) -> Vec<Metric> {
        self.catch_up();
        held(&self.0.metrics).keys().cloned().collect()
    }

    /// The periods of `period` seconds from `start` on and before `end`, both in seconds since 1970, in which `metric` has samples; of
    /// `unit` alone, where one is given.
    pub fn datapoints(
        &self,
        metric: &Metric,
        (start, end): (i64, i64),
        period: i64,
        unit: Option<&str>,
    ) -> Vec<Datapoint> {
        self.catch_up();
        self.periods(metric, (start, end), period, unit)
    }

    fn periods(&self, metric: &Metric, (start, end): (i64, i64), period: i64, unit: Option<&str>) -> Vec<Datapoint> {
        // A period begins where a whole number of them ends.
        let start = start.div_euclid(period) * period;
        let mut found: BTreeMap<(i64, &'static str), StatisticSet> = BTreeMap::new();
        let metrics = held(&self.0.metrics);
        let from = (minute(start), "");
        for ((at, own), samples) in metrics.get(metric).into_iter().flat_map(|minutes| minutes.range(from..)) {
            let timestamp = (at * MINUTE).div_euclid(period) * period;
            if timestamp >= end {
                break;
            }
            if unit.is_none_or(|unit| unit == *own) {
                found.entry((timestamp, own)).and_modify(|had| *had = had.and(*samples)).or_insert(*samples);
            }
        }
        found.into_iter().map(|((timestamp, unit), samples)| Datapoint { timestamp, unit, samples }).collect()
    }

    /// Looks at the queues, and evaluates the alarms, at the end of each minute until `stop` says true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let now = self.0.clock.epoch_millis();
            let left = MINUTE * 1000 - now.rem_euclid(MINUTE * 1000);
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(Duration::from_millis(left.unsigned_abs())) => {}
            }
            self.catch_up();
        }
    }

    /// Does what is due since the last minute that has ended. Whoever asks gets what a clock on AWS would have seen.
    pub(crate) fn catch_up(&self) {
        let mut evaluated = held(&self.0.evaluated);
        let ended = minute(self.0.clock.now().unix_timestamp()) - 1;
        if ended <= *evaluated {
            return;
        }
        self.look_at_queues(ended);
        // After a sleep of the machine the states of yesterday are nobody's concern.
        for minute in (*evaluated + 1).max(ended - MINUTE)..=ended {
            self.evaluate(minute);
        }
        *evaluated = ended;
    }

    /// How deep the queues are, as a sample of the minute that has ended.
    fn look_at_queues(&self, minute: i64) {
        for queue in self.0.queues.declared() {
            let depth = self.0.queues.waiting(&queue.arn());
            for (name, messages) in [
                ("ApproximateNumberOfMessagesVisible", depth.visible),
                ("ApproximateNumberOfMessagesNotVisible", depth.in_flight),
                ("ApproximateNumberOfMessagesDelayed", depth.delayed),
            ] {
                let metric = Metric::new("AWS/SQS", name, &[("QueueName", &queue.name)]);
                let samples = StatisticSet::of(f64::from(u32::try_from(messages).unwrap_or(u32::MAX)));
                if self.put(metric, minute * MINUTE, "Count", samples).is_err() {
                    tracing::warn!(queue = queue.name, "there are more metrics than are kept; a sample is lost");
                }
            }
        }
    }
}

/// The minute, counted from 1970, of a moment in seconds.
fn minute(timestamp: i64) -> i64 {
    timestamp.div_euclid(MINUTE)
}

/// Locks, also after a panic elsewhere: every critical section here leaves its data whole.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
