//! `EventInvokeConfig` of a function: what happens to its asynchronous invocations.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html>

use std::time::Duration;

use super::fields::Fields;
use super::finding::{Findings, Position};
use stack::DestinationKind;
use stack::{Bucket, EventInvokeConfig, Function, Queue};

/// A configuration as read, before it is known whether its destinations exist.
#[derive(Debug)]
pub(super) struct Invocations {
    /// The function's name.
    function: String,
    config: EventInvokeConfig,
    /// What SAM lets the function's role do, because a destination names its `Type`: an action and its resource.
    pub(super) permissions: Vec<(&'static str, String)>,
    position: Position,
    place: String,
}

/// The types that SAM knows for a destination, and the action that it allows for each.
const TYPES: &[(&str, &str)] =
    &[("SQS", "sqs:SendMessage"), ("S3Bucket", "s3:PutObject"), ("Lambda", "lambda:InvokeFunction")];

/// Reads the property of the function called `function`.
pub(super) fn read(fields: &mut Fields<'_>, function: &str) -> Option<Invocations> {
    let mut given = fields.fields("EventInvokeConfig", "AWS::Serverless::Function.EventInvokeConfig")?;
    let mut config = EventInvokeConfig::default();
    if let Some(retries) = given.number("MaximumRetryAttempts", 0..=2) {
        config.maximum_retry_attempts = retries;
    }
    if let Some(age) = given.number("MaximumEventAgeInSeconds", 60..=21_600) {
        config.maximum_event_age = Duration::from_secs(age);
    }
    let mut permissions = Vec::new();
    if let Some(mut destinations) = given.fields("DestinationConfig", "EventInvokeConfig.DestinationConfig") {
        config.on_failure = destination(&mut destinations, "OnFailure", &mut permissions);
        config.on_success = destination(&mut destinations, "OnSuccess", &mut permissions);
        destinations.done();
    }
    let (position, place) = (given.position, given.place.clone());
    given.done();
    Some(Invocations { function: function.to_string(), config, permissions, position, place })
}

fn destination(
    fields: &mut Fields<'_>,
    name: &'static str,
    permissions: &mut Vec<(&'static str, String)>,
) -> Option<String> {
    let mut given = fields.fields(name, "EventInvokeConfig.Destination")?;
    // SAM makes a queue where there is only a type; here it is written out, so that a reader sees it.
    if given.node("Destination").is_none() {
        given.findings.lack(given.position, &given.place, "EventInvokeConfig.Destination needs Destination");
    }
    let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    let kind = given.one_of("Type", &names);
    let arn = given.text("Destination");
    if let Some(Err(message)) = arn.as_deref().map(DestinationKind::of) {
        given.lack("Destination", message);
    }
    let action = TYPES.iter().find(|(name, _)| kind.as_deref() == Some(*name)).map(|(_, action)| *action);
    if let (Some(action), Some(arn)) = (action, &arn) {
        let resource = if *action == *"s3:PutObject" { format!("{arn}/*") } else { arn.clone() };
        permissions.push((action, resource));
    }
    given.done();
    arn
}

/// The configurations by function; destinations that the template does not have are reported.
pub(super) fn connected(
    all: Vec<Invocations>,
    functions: &[Function],
    queues: &[Queue],
    buckets: &[Bucket],
    findings: &Findings,
) -> impl Iterator<Item = (String, EventInvokeConfig)> {
    for Invocations { config, position, place, .. } in &all {
        for arn in config.on_failure.iter().chain(&config.on_success) {
            let exists = exists(arn, queues, buckets) || functions.iter().any(|function| function.arn() == *arn);
            if DestinationKind::of(arn).is_ok() && !exists {
                let message = format!("{arn} is not part of this template; write !GetAtt YourQueue.Arn");
                findings.lack(*position, place, message);
            }
        }
    }
    all.into_iter().map(|invocations| (invocations.function, invocations.config))
}

/// Whether the template has the queue or the bucket `arn`.
pub(super) fn exists(arn: &str, queues: &[Queue], buckets: &[Bucket]) -> bool {
    let bucket = arn.strip_prefix("arn:aws:s3:::");
    queues.iter().any(|queue| queue.arn() == arn)
        || bucket.is_some_and(|name| buckets.iter().any(|bucket| bucket.name == name))
}
