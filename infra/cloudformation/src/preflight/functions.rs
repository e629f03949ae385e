//! Functions and what invokes them: whether Lambda takes the role, the network and the event sources, and who may invoke what.

use super::invocations::{self, Callable, NoPermission, function_name};
use super::rights::{Right, RoleRights};
use super::template::Foreseen;
use super::{Judgements, Place};
use crate::Resolved;
use crate::expanded::UPLOADED;
use crate::functions::{LEAVE_OUT, LONGEST_TIMEOUT, reserved};
use crate::tree::Node;
use stack::creation::{
    asynchronous_destination_refusal, dead_letter_refusal, destination_action, destination_refusal, handler_prefix,
    network_interface_refusal, queue_refusal, stream_refusal, trace_refusal, trust_refusal,
};

/// What an account may run at once where it has asked for no more, with the part of it that cannot be reserved.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const QUOTA: u64 = 1_000;
const UNRESERVED: u64 = 100;

pub(super) fn judge(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    for function in template.of_kind("AWS::Lambda::Function") {
        code(template, function, judgements);
        environment(function, judgements);
        timeout(function, judgements);
        match role_of(template, function) {
            Some(role) => by_role(template, function, role, judgements),
            None => {
                let message =
                    format!("what the role of {} may do: it stands outside of the template", function.resource.id);
                judgements.not_judged(function.at_value("Role"), message);
            }
        }
    }
    reservations(template, judgements);
    for mapping in template.of_kind("AWS::Lambda::EventSourceMapping") {
        event_source(template, mapping, judgements);
    }
    for config in template.of_kind("AWS::Lambda::EventInvokeConfig") {
        asynchronous(template, config, judgements);
    }
    subscribers(template, judgements);
}

/// The role of the template that `function` has.
pub(super) fn role_of<'t>(template: &Foreseen<'t>, function: &Resolved<'_>) -> Option<&'t RoleRights> {
    let arn = function.text("Role")?;
    // A path may stand in front of the name, and no two roles differ in that alone.
    let name = arn.split_once(":role/")?.1.rsplit('/').next()?;
    template.roles.iter().find(|rights| rights.role.name == name)
}

/// The function of the template that `text` names.
fn named<'t>(template: &Foreseen<'t>, text: Option<&str>) -> Option<&'t Resolved<'t>> {
    Callable::of(text?)?.function(template)
}

fn by_role(template: &Foreseen<'_>, function: &Resolved<'_>, role: &RoleRights, judgements: &mut Judgements<'_>) {
    let may = |action: &str, resource: &str| role.may(action, resource);
    let trust = &role.role.assume_role_policy;
    if let Some(message) = Some(trust).filter(|trust| !trust.is_null()).and_then(trust_refusal) {
        let repair = format!("let {} trust the Service lambda.amazonaws.com to do sts:AssumeRole", role.id);
        judgements.refused(function.at_value("Role"), "Lambda", 400, message, repair);
    }
    if function.text("TracingConfig.Mode") == Some("Active")
        && let Some(message) = trace_refusal(may)
    {
        let repair = format!("allow {} xray:PutTraceSegments, as AWSXRayDaemonWriteAccess does", role.id);
        judgements.refused(function.at_value("TracingConfig"), "Lambda", 400, message, repair);
    }
    let in_vpc =
        function.value("VpcConfig.SubnetIds").is_some_and(|subnets| !subnets.is_list() || !subnets.items().is_empty());
    if in_vpc && let Some(message) = network_interface_refusal(&template.options.region, may) {
        let repair = format!(
            "allow {} ec2:CreateNetworkInterface, ec2:DescribeNetworkInterfaces and ec2:DeleteNetworkInterface, as \
             AWSLambdaVPCAccessExecutionRole does",
            role.id
        );
        judgements.refused(function.at_value("VpcConfig"), "Lambda", 400, message, repair);
    }
    if let Some(queue) = function.text("DeadLetterConfig.TargetArn") {
        let at = || function.at_value("DeadLetterConfig");
        let asked = |may: Allows<'_>| dead_letter_refusal(queue, may);
        if let Some(message) = certain(template, role, queue, at(), judgements, asked) {
            judgements.refused(at(), "Lambda", 400, message, allow_sending(&role.id, queue));
        }
    }
    let group = format!("/aws/lambda/{}", function_name(function));
    let group = function.text("LoggingConfig.LogGroup").unwrap_or(&group);
    let stream = format!("arn:aws:logs:{}:{}:log-group:{group}:log-stream:a", template.options.region, stack::ACCOUNT);
    if role.right("logs:PutLogEvents", &stream) == Right::Lacking {
        let message =
            format!("{} may not write to its log group {group}, so what the function prints is lost", role.id);
        let repair = format!("allow {} logs:CreateLogStream and logs:PutLogEvents on that group", role.id);
        judgements.warning(function.at_value("Role"), message, repair);
    }
}

/// Whether a role may do an action with a resource.
type Allows<'a> = &'a dyn Fn(&str, &str) -> bool;

/// The refusal that `refusal` finds in what `role` may do with the resource `arn`, where the template decides it. The policy of a
/// resource that stands elsewhere may allow what the role's own do not.
fn certain(
    template: &Foreseen<'_>,
    role: &RoleRights,
    arn: &str,
    at: Place<'_>,
    judgements: &mut Judgements<'_>,
    refusal: impl Fn(Allows<'_>) -> Option<String>,
) -> Option<String> {
    let found = refusal(&|action, resource| role.may(action, resource))?;
    if template.has(arn) || refusal(&|action, resource| !role.is_denied(action, resource)).is_some() {
        return Some(found);
    }
    let message = format!(
        "whether {} may do what it needs with {arn}: its own policies do not allow it, and what stands outside of the template may \
         have one that does",
        role.id
    );
    judgements.not_judged(at, message);
    None
}

fn allow_sending(role: &str, destination: &str) -> String {
    let action = destination_action(destination).map_or("to send", |(action, _)| action);
    format!("allow {role} {action} on {destination}")
}

/// Code in a bucket is there, or is not, which only AWS knows.
fn code(template: &Foreseen<'_>, function: &Resolved<'_>, judgements: &mut Judgements<'_>) {
    let Some(bucket) = function.text("Code.S3Bucket").filter(|bucket| *bucket != UPLOADED) else { return };
    let at = function.at_value("Code");
    if template.of_kind("AWS::S3::Bucket").any(|own| own.name == bucket) {
        let message = "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.";
        let repair = "a bucket that the same template makes is empty; upload the code to another one first";
        return judgements.refused(at, "Lambda", 400, message.to_string(), repair.to_string());
    }
    let message = format!(
        "whether the bucket {bucket} has the code; if there is no such bucket, Lambda says: Error occurred while GetObject. S3 Error \
         Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    );
    judgements.not_judged(at, message);
}

fn environment(function: &Resolved<'_>, judgements: &mut Judgements<'_>) {
    let variables = function.value("Environment.Variables").map(Node::entries).unwrap_or_default();
    if let Some(message) = reserved(variables.iter().map(|(key, _)| key.name.as_str())) {
        let at = function.at_value("Environment.Variables");
        judgements.refused(at, "Lambda", 400, message, LEAVE_OUT.to_string());
    }
}

fn timeout(function: &Resolved<'_>, judgements: &mut Judgements<'_>) {
    let Some(given) =
        function.text("Timeout").filter(|given| given.parse::<u64>().is_ok_and(|given| given > LONGEST_TIMEOUT))
    else {
        return;
    };
    // Our words: what Lambda says of this is not known. The constraint in its model is that of functions on instances of one's own.
    let message = format!("Lambda takes a Timeout of at most {LONGEST_TIMEOUT} seconds, and this is {given}");
    let repair = format!("write at most {LONGEST_TIMEOUT} seconds");
    judgements.refused(function.at_value("Timeout"), "Lambda", 400, message, repair);
}

/// The function whose reservation leaves too little for all others, in an account with Lambda's default quota.
fn reservations(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    let mut left = QUOTA - UNRESERVED;
    for function in template.of_kind("AWS::Lambda::Function") {
        let reserved = function.text("ReservedConcurrentExecutions").and_then(|text| text.parse::<u64>().ok());
        let Some(reserved) = reserved else { continue };
        match left.checked_sub(reserved) {
            Some(rest) => left = rest,
            None => {
                let message = format!(
                    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
                     minimum value of [{UNRESERVED}]."
                );
                let repair = format!("reserve at most {left} here, or ask for a higher quota than {QUOTA}");
                let at = function.at_value("ReservedConcurrentExecutions");
                judgements.refused(at, "Lambda", 400, message, repair);
            }
        }
    }
}

fn event_source(template: &Foreseen<'_>, mapping: &Resolved<'_>, judgements: &mut Judgements<'_>) {
    let Some(function) = named(template, mapping.text("FunctionName")) else { return };
    let Some(source) = mapping.text("EventSourceArn") else { return };
    let service = source.split(':').nth(2).unwrap_or_default();
    queue_timeout(template, mapping, function, source, judgements);
    limits(mapping, service, judgements);
    let Some(role) = role_of(template, function) else { return };
    let at = || mapping.at_value("EventSourceArn");
    let refusal = certain(template, role, source, at(), judgements, |may| match service {
        "dynamodb" => stream_refusal(source, may),
        "sqs" => queue_refusal(source, may),
        _ => None,
    });
    if let Some(message) = refusal {
        let actions = match service {
            "sqs" => "sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes",
            _ => "dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:DescribeStream and dynamodb:ListStreams",
        };
        mapping_refused(judgements, at(), &message, format!("allow {} {actions} on {source}", role.id));
    }
    let lacking = |may: Allows<'_>| {
        let mut needed =
            ["GetRecords", "GetShardIterator", "DescribeStream"].into_iter().filter(|_| service == "kinesis");
        needed.find(|action| !may(&format!("kinesis:{action}"), source)).map(str::to_string)
    };
    if let Some(action) = certain(template, role, source, at(), judgements, lacking) {
        let message = format!("{} may not call {action} on the stream, so Lambda cannot read it", role.id);
        judgements.failing(at(), message, format!("allow {} kinesis:{action} on {source}", role.id));
    }
    let destination = mapping.text("DestinationConfig.OnFailure.Destination");
    if let Some(destination) = destination {
        let at = || mapping.at_value("DestinationConfig");
        let asked = |may: Allows<'_>| destination_refusal(destination, may);
        if let Some(message) = certain(template, role, destination, at(), judgements, asked) {
            mapping_refused(judgements, at(), &message, allow_sending(&role.id, destination));
        }
    }
}

/// Lambda's refusal of an event source mapping.
fn mapping_refused(judgements: &mut Judgements<'_>, at: Place<'_>, message: &str, repair: String) {
    let message = format!("{}{message}", handler_prefix("AWS::Lambda::EventSourceMapping", 400));
    judgements.refused(at, "Lambda", 400, message, repair);
}

/// A message that becomes visible again while its function still works on it would be worked on twice.
fn queue_timeout(
    template: &Foreseen<'_>,
    mapping: &Resolved<'_>,
    function: &Resolved<'_>,
    source: &str,
    judgements: &mut Judgements<'_>,
) {
    let seconds = |resource: &Resolved<'_>, path: &str, default: u64| match resource.value(path) {
        None => Some(default),
        Some(node) => node.text()?.parse().ok(),
    };
    let of_source = |queue: &&Resolved<'_>| source.rsplit(':').next() == Some(queue.name.as_str());
    let Some(queue) = template.of_kind("AWS::SQS::Queue").find(of_source).filter(|_| source.contains(":sqs:")) else {
        return;
    };
    let (Some(visibility), Some(timeout)) = (seconds(queue, "VisibilityTimeout", 30), seconds(function, "Timeout", 3))
    else {
        return;
    };
    if visibility < timeout {
        let message =
            format!("Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds");
        let repair = format!("give {} a VisibilityTimeout of six times the function's timeout", queue.resource.id);
        mapping_refused(judgements, mapping.at_value("EventSourceArn"), &message, repair);
    }
}

/// A record that always fails holds up its shard until the stream drops it.
fn limits(mapping: &Resolved<'_>, service: &str, judgements: &mut Judgements<'_>) {
    if !["dynamodb", "kinesis"].contains(&service) {
        return;
    }
    let is_unlimited = |name: &str| mapping.value(name).is_none_or(|node| node.text() == Some("-1"));
    if is_unlimited("MaximumRetryAttempts") && is_unlimited("MaximumRecordAgeInSeconds") {
        let message =
            "a record that always fails is tried again until the stream drops it, and holds up its shard meanwhile";
        let repair = "set MaximumRetryAttempts, or MaximumRecordAgeInSeconds, and an on-failure destination";
        judgements.warning(mapping.at(), message.to_string(), repair.to_string());
    }
}

fn asynchronous(template: &Foreseen<'_>, config: &Resolved<'_>, judgements: &mut Judgements<'_>) {
    let Some(role) = named(template, config.text("FunctionName")).and_then(|function| role_of(template, function))
    else {
        return;
    };
    for outcome in ["OnFailure", "OnSuccess"] {
        let path = format!("DestinationConfig.{outcome}.Destination");
        let Some(destination) = config.text(&path) else { continue };
        let asked = |may: Allows<'_>| asynchronous_destination_refusal(destination, may);
        if let Some(message) = certain(template, role, destination, config.at_value(&path), judgements, asked) {
            let repair = allow_sending(&role.id, destination);
            judgements.refused(config.at_value(&path), "Lambda", 400, message, repair);
        }
    }
}

/// What pushes events to functions: topics, rules, log groups. They need a permission of the function.
fn subscribers(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    let mut ask = |at: Place<'_>, target: &str, service: &str, source: Option<&str>, loss: &str| {
        let Some(callable) = Callable::of(target).filter(|_| target.contains(":function:")) else { return };
        let Some(why) = invocations::refusal(template, &callable, service, source) else { return };
        let message = match why {
            NoPermission::Missing => {
                format!("{service} has no permission to invoke {}, so {loss}", callable.label(template))
            }
            NoPermission::OtherSource(id, pattern) => format!(
                "the permission {id} lets {service} invoke {} for {pattern} and not for {}, so {loss}",
                callable.label(template),
                source.unwrap_or("this source")
            ),
        };
        judgements.failing(at, message, permission_of(&callable.label(template), service, source));
    };
    for subscription in template.of_kind("AWS::SNS::Subscription") {
        if subscription.text("Protocol") == Some("lambda")
            && let Some(target) = subscription.text("Endpoint")
        {
            let topic = subscription.text("TopicArn");
            ask(subscription.at(), target, "sns.amazonaws.com", topic, "what is published does not reach it");
        }
    }
    for topic in template.of_kind("AWS::SNS::Topic") {
        let arn = format!("arn:aws:sns:{}:{}:{}", template.options.region, stack::ACCOUNT, topic.name);
        for subscription in topic.value("Subscription").map(Node::items).unwrap_or_default() {
            let protocol = subscription.get("Protocol").and_then(Node::text);
            let target = subscription.get("Endpoint").and_then(Node::text);
            if let (Some("lambda"), Some(target)) = (protocol, target) {
                let at = Place { resource: &topic.resource.id, position: subscription.position };
                ask(at, target, "sns.amazonaws.com", Some(&arn), "what is published does not reach it");
            }
        }
    }
    for rule in template.of_kind("AWS::Events::Rule") {
        for target in rule.value("Targets").map(Node::items).unwrap_or_default() {
            let (Some(arn), None) = (target.get("Arn").and_then(Node::text), target.get("RoleArn")) else { continue };
            let name = rule.text("Name").map_or_else(|| rule.name.clone(), str::to_string);
            let bus = rule.text("EventBusName").filter(|bus| *bus != "default");
            let bus = bus.map(|bus| format!("{}/", bus.rsplit('/').next().unwrap_or(bus))).unwrap_or_default();
            let is_named = rule.value("Name").is_none_or(|name| name.text().is_some());
            let source = format!("arn:aws:events:{}:{}:rule/{bus}{name}", template.options.region, stack::ACCOUNT);
            let at = Place { resource: &rule.resource.id, position: target.position };
            let source = Some(source.as_str()).filter(|_| is_named);
            ask(at, arn, "events.amazonaws.com", source, "its events do not reach it");
        }
    }
}

/// How to let `service` invoke a function.
pub(super) fn permission_of(function: &str, service: &str, source: Option<&str>) -> String {
    let source = source.map(|source| format!(" and SourceArn {source}")).unwrap_or_default();
    format!("add an AWS::Lambda::Permission of {function} with Principal {service}{source}")
}
