//! Events by EventBridge: schedules and patterns.

use super::{Event, EventType, alone, made};
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::function::Target;
use crate::sam::properties::{SamProperty, SamType, Shape, optional, required};
use crate::sam::resource::Made;
use crate::sam::role::{Role, assumed_by, inline};
use crate::tree::{Node, list, map};

const SCHEDULE: &[SamProperty] = &[
    required("Schedule", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Input", Shape::Text),
    optional("Enabled", Shape::Boolean),
    optional("State", Shape::Text),
    optional("Name", Shape::Text),
    optional("Description", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
];

const PATTERN: &[SamProperty] = &[
    optional("EventBusName", Shape::Text),
    optional("RuleName", Shape::Text),
    optional("Pattern", Shape::Map),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("Input", Shape::Text),
    optional("InputPath", Shape::Text),
    optional("Target", Shape::Map),
    optional("Enabled", Shape::Boolean),
    optional("State", Shape::Text),
    optional("InputTransformer", Shape::Map),
];

const SCHEDULER: &[SamProperty] = &[
    optional("PermissionsBoundary", Shape::Text),
    required("ScheduleExpression", Shape::Text),
    optional("FlexibleTimeWindow", Shape::Map),
    optional("Name", Shape::Text),
    optional("State", Shape::Text),
    optional("Description", Shape::Text),
    optional("StartDate", Shape::Text),
    optional("EndDate", Shape::Text),
    optional("ScheduleExpressionTimezone", Shape::Text),
    optional("GroupName", Shape::Text),
    optional("KmsKeyArn", Shape::Text),
    optional("Input", Shape::Text),
    optional("RoleArn", Shape::Text),
    optional("DeadLetterConfig", Shape::Map),
    optional("RetryPolicy", Shape::Map),
    optional("OmitName", Shape::Boolean).literal(),
];

pub(super) const TYPES: &[EventType] = &[
    EventType {
        of: SamType { name: "Schedule", properties: SCHEDULE, common: &[] },
        linked: alone,
        make: |event, target, _, _| {
            let same = &[("Schedule", "ScheduleExpression"), ("Name", "Name"), ("Description", "Description")];
            rule(event, target, same, &["Input"])
        },
    },
    EventType {
        of: SamType { name: "CloudWatchEvent", properties: PATTERN, common: &[] },
        linked: alone,
        make: pattern,
    },
    EventType {
        of: SamType { name: "EventBridgeRule", properties: PATTERN, common: &[] },
        linked: alone,
        make: pattern,
    },
    EventType { of: SamType { name: "ScheduleV2", properties: SCHEDULER, common: &[] }, linked: alone, make: schedule },
];

fn pattern(event: &mut Event<'_>, target: &Target, _: &mut Role, _: &mut Transform) -> Sam<Vec<Made>> {
    let same = &[("EventBusName", "EventBusName"), ("Pattern", "EventPattern"), ("RuleName", "Name")];
    rule(event, target, same, &["Input", "InputPath", "InputTransformer"])
}

/// A rule; `same` says which property of the event goes where, `inputs` what goes to its target.
fn rule(event: &Event<'_>, target: &Target, same: &[(&str, &str)], inputs: &[&str]) -> Sam<Vec<Made>> {
    let mut rule = made(event.id.as_str(), "AWS::Events::Rule", target);
    for (from, to) in same {
        rule.set_some(to, event.given(from));
    }
    let (state, enabled) = (event.truth("State"), event.given("Enabled"));
    if state.is_some() && enabled.is_some() {
        return event.refuse("State and Enabled Properties cannot both be specified.");
    }
    rule.set_some("State", state);
    if let Some(enabled) = enabled {
        rule.set("State", if enabled.truthy() { "ENABLED" } else { "DISABLED" });
    }
    let mut others = Vec::new();
    let mut to = map! { "Arn" => target.arn(), "Id" => target_id(event) };
    for input in inputs {
        if let Some(value) = event.given(input) {
            to.set(input, value);
        }
    }
    if let Some(config) = event.given("DeadLetterConfig") {
        let (arn, queue) = dead_letters(event, config, target)?;
        if let Some(queue) = queue {
            let id = format!("{}QueuePolicy", event.id);
            let mut policy = made(id, "AWS::SQS::QueuePolicy", target);
            let statement = map! {
                "Action" => "sqs:SendMessage",
                "Effect" => "Allow",
                "Principal" => map! { "Service" => "events.amazonaws.com" },
                "Resource" => queue.arn(),
                "Condition" => map! { "ArnEquals" => map! { "aws:SourceArn" => rule.arn() } },
            };
            policy.set("PolicyDocument", map! { "Version" => "2012-10-17", "Statement" => list![statement] });
            policy.set("Queues", list![queue.reference()]);
            others.extend([queue, policy]);
        }
        to.set("DeadLetterConfig", map! { "Arn" => arn });
    }
    if let Some(retries) = event.given("RetryPolicy") {
        to.set("RetryPolicy", retries);
    }
    rule.set("Targets", list![to]);
    let mut permission = event.permission(target, "events.amazonaws.com", "");
    permission.set("SourceArn", rule.arn());
    others.extend([rule, permission]);
    Ok(others)
}

/// The target's id: at most 64 characters.
fn target_id(event: &Event<'_>) -> Node {
    const LONGEST: usize = 64;
    const SUFFIX: &str = "LambdaTarget";
    if let Some(id) = event.given("Target").and_then(|target| target.get("Id")) {
        return id.clone();
    }
    let id: String = event.id.chars().take(LONGEST - SUFFIX.len()).collect();
    format!("{id}{SUFFIX}").into()
}

/// Where events go that could not be delivered, and the queue if SAM makes one.
fn dead_letters(event: &Event<'_>, config: &Node, target: &Target) -> Sam<(Node, Option<Made>)> {
    let refuse = |message| Refusal::event(&event.id, message);
    match (config.has("Arn"), config.get("Type")) {
        (true, Some(_)) => return refuse("You can either define 'Arn' or 'Type' property of DeadLetterConfig."),
        (_, Some(kind)) if kind.str() != Some("SQS") => {
            return refuse("The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
        }
        (false, None) => return refuse("No 'Arn' or 'Type' property provided for DeadLetterConfig."),
        _ => {}
    }
    if let Some(arn) = config.given("Arn") {
        return Ok((arn.clone(), None));
    }
    let id = match config.given("QueueLogicalId") {
        None => format!("{}Queue", event.id),
        Some(id) => match id.str() {
            Some("") => format!("{}Queue", event.id),
            Some(id) => id.to_string(),
            None => return refuse("QueueLogicalId must be a string"),
        },
    };
    let queue = made(id, "AWS::SQS::Queue", target);
    Ok((queue.arn(), Some(queue)))
}

fn schedule(event: &mut Event<'_>, target: &Target, _: &mut Role, _: &mut Transform) -> Sam<Vec<Made>> {
    let mut schedule = made(event.id.as_str(), "AWS::Scheduler::Schedule", target);
    schedule.set_some("ScheduleExpression", event.given("ScheduleExpression"));
    schedule.set_some("State", event.truth("State"));
    match (event.truth("OmitName"), event.truth("Name")) {
        (Some(_), Some(_)) => return Refusal::event(&event.id, "Name cannot be set when OmitName is True"),
        (Some(_), None) => {}
        (None, Some(name)) => schedule.set("Name", name),
        (None, None) => schedule.set("Name", event.id.as_str()),
    }
    let window = event.truth("FlexibleTimeWindow").cloned().unwrap_or_else(|| map! { "Mode" => "OFF" });
    schedule.set("FlexibleTimeWindow", window);
    schedule.copy(
        &event.properties,
        &["Description", "StartDate", "EndDate", "ScheduleExpressionTimezone", "GroupName", "KmsKeyArn"],
    );
    let mut made_for = Vec::new();
    let mut queue_arn = None;
    if let Some(config) = event.given("DeadLetterConfig") {
        let (arn, queue) = dead_letters(event, config, target)?;
        queue_arn = Some(arn);
        made_for.extend(queue);
    }
    let role_arn = match event.truth("RoleArn") {
        Some(arn) => arn.clone(),
        None => {
            let mut role = made(format!("{}Role", event.id), "AWS::IAM::Role", target);
            role.set("AssumeRolePolicyDocument", assumed_by("scheduler.amazonaws.com"));
            let mut policies = vec![inline(format!("{}LambdaPolicy", event.id), "lambda:InvokeFunction", target.arn())];
            if let Some(arn) = queue_arn.as_ref().filter(|arn| arn.truthy()) {
                policies.push(inline(format!("{}SQSPolicy", event.id), "sqs:SendMessage", arn));
            }
            role.set("Policies", policies);
            role.set_some("PermissionsBoundary", event.truth("PermissionsBoundary"));
            let arn = role.arn();
            made_for.push(role);
            arn
        }
    };
    let mut to = map! { "Arn" => target.arn(), "RoleArn" => role_arn };
    if let Some(input) = event.given("Input") {
        to.set("Input", input);
    }
    if event.given("DeadLetterConfig").is_some() {
        let nothing = Node::nothing();
        to.set("DeadLetterConfig", map! { "Arn" => queue_arn.unwrap_or(nothing) });
    }
    if let Some(retries) = event.given("RetryPolicy") {
        to.set("RetryPolicy", retries);
    }
    schedule.set("Target", to);
    made_for.push(schedule);
    Ok(made_for)
}
