//! What Lambda reports to CloudWatch: of each function, and of all together.
//!
//! An invocation that went well is a sample of `Errors`, too, with the value 0; so is one that was not throttled of `Throttles`.
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>

use std::time::Duration;

use super::concurrency::Place;
use super::{Lambda, LambdaDeps, Outcome, Refusal};
use crate::cloudwatch::Sample;

const NAMESPACE: &str = "AWS/Lambda";

impl Lambda {
    /// A place for one invocation of `function`, unless it is refused one: then it is throttled.
    pub(super) fn place(&self, function: &str) -> Result<Place, Refusal> {
        let taken = match self.0.faults.next(function) {
            Some(refusal) => Err(refusal),
            None => self.0.concurrency.take(function),
        };
        match &taken {
            Ok(_) => {
                let (own, all) = self.0.concurrency.running(function);
                let executions = |running: usize| {
                    [Sample::count("ConcurrentExecutions", f64::from(u32::try_from(running).unwrap_or(u32::MAX)))]
                };
                let cloudwatch = &self.0.deps.cloudwatch;
                let dimensions = [("FunctionName", function), ("Resource", function)];
                cloudwatch.report(NAMESPACE, &[&dimensions[..1], &dimensions], &executions(own));
                cloudwatch.report(NAMESPACE, &[&[]], &executions(all));
            }
            Err(Refusal::TooManyRequests { .. }) => {
                report(&self.0.deps, function, &[Sample::is("Throttles", true)]);
            }
            Err(_) => {}
        }
        taken
    }

    /// Reports `events` in `metric` of the event source mapping `uuid`: one of the group `EventCount`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html>
    pub fn report_event_count(&self, uuid: &str, metric: &'static str, events: usize) {
        let sample = Sample::count(metric, f64::from(u32::try_from(events).unwrap_or(u32::MAX)));
        self.0.deps.cloudwatch.report(NAMESPACE, &[&[("EventSourceMappingUUID", uuid)]], &[sample]);
    }

    /// Reports that a destination of `function` did not take what was sent to it.
    pub fn report_destination_failure(&self, function: &str) {
        report(&self.0.deps, function, &[Sample::is("DestinationDeliveryFailures", true)]);
    }

    /// Reports how old the last record of a batch was when `function` was invoked with it.
    pub fn report_iterator_age(&self, function: &str, age: Duration) {
        report(&self.0.deps, function, &[Sample::milliseconds("IteratorAge", age)]);
    }
}

/// Reports an invocation of `function` that has ended.
pub(super) fn invoked(deps: &LambdaDeps, function: &str, outcome: &Outcome) {
    let samples = [
        Sample::is("Invocations", true),
        Sample::is("Errors", outcome.function_error.is_some()),
        Sample::is("Throttles", false),
        Sample::milliseconds("Duration", outcome.duration),
    ];
    report(deps, function, &samples);
}

fn report(deps: &LambdaDeps, function: &str, samples: &[Sample]) {
    let own = [("FunctionName", function), ("Resource", function)];
    deps.cloudwatch.report(NAMESPACE, &[&own[..1], &own, &[]], samples);
}
