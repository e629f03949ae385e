//! Events that a service brings: SNS, S3, logs, IoT, Cognito, Alexa.

use super::pull::of_queue;
use super::{Event, EventType, alone, made, permission};
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::function::Target;
use crate::sam::intrinsics::{conditional, get_att, logical_id, reference, sub, sub_with};
use crate::sam::properties::{SamType, Shape, optional, required};
use crate::sam::resource::Made;
use crate::sam::role::Role;
use crate::sam::value::Of;
use crate::tree::{Node, list, map};

pub(super) const TYPES: &[EventType] = &[
    EventType {
        of: SamType {
            name: "SNS",
            properties: &[
                required("Topic", Shape::Text),
                optional("Region", Shape::Text),
                optional("FilterPolicy", Shape::Any),
                optional("FilterPolicyScope", Shape::Any),
                optional("SqsSubscription", Shape::BooleanOrMap),
                optional("RedrivePolicy", Shape::Map),
            ],
            common: &[],
        },
        linked: alone,
        make: topic,
    },
    EventType {
        of: SamType {
            name: "S3",
            properties: &[
                required("Bucket", Shape::Text),
                required("Events", Shape::TextOrTexts).literal(),
                optional("Filter", Shape::MapOfTexts),
            ],
            common: &[],
        },
        linked: |event, resources| bucket_id(event, resources).map(drop),
        make: bucket,
    },
    EventType {
        of: SamType {
            name: "CloudWatchLogs",
            properties: &[required("LogGroupName", Shape::Text), required("FilterPattern", Shape::Text)],
            common: &[],
        },
        linked: alone,
        make: logs,
    },
    EventType {
        of: SamType {
            name: "IoTRule",
            properties: &[required("Sql", Shape::Text), optional("AwsIotSqlVersion", Shape::Text)],
            common: &[],
        },
        linked: alone,
        make: iot,
    },
    EventType {
        of: SamType {
            name: "Cognito",
            properties: &[required("UserPool", Shape::Text), required("Trigger", Shape::TextOrTexts).literal()],
            common: &[],
        },
        linked: |event, resources| user_pool_id(event, resources).map(drop),
        make: user_pool,
    },
    EventType {
        of: SamType { name: "AlexaSkill", properties: &[optional("SkillId", Shape::Text)], common: &[] },
        linked: alone,
        make: |event, target, _, _| {
            let mut permission = event.permission(target, "alexa-appkit.amazon.com", "");
            permission.set_some("EventSourceToken", event.given("SkillId"));
            Ok(vec![permission])
        },
    },
];

fn topic(event: &mut Event<'_>, target: &Target, role: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let topic = event.given("Topic").cloned().unwrap_or_else(|| "".into());
    let subscription = |protocol: &str, endpoint: Node| {
        let mut subscription = made(event.id.as_str(), "AWS::SNS::Subscription", target);
        subscription.set("Protocol", protocol);
        subscription.set("Endpoint", endpoint);
        subscription.set("TopicArn", &topic);
        subscription.copy(&event.properties, &["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"]);
        subscription
    };
    let Some(by_queue) = event.truth("SqsSubscription") else {
        let mut permission = event.permission(target, "sns.amazonaws.com", "");
        permission.set("SourceArn", &topic);
        return Ok(vec![permission, subscription("lambda", target.arn())]);
    };
    let mapping_id = format!("{}EventSourceMapping", event.id);
    let queue_policy = |id: String, arn: &Node, url: Node| {
        let mut policy = made(id, "AWS::SQS::QueuePolicy", target);
        let statement = map! {
            "Action" => "sqs:SendMessage",
            "Effect" => "Allow",
            "Principal" => "*",
            "Resource" => arn,
            "Condition" => map! { "ArnEquals" => map! { "aws:SourceArn" => &topic } },
        };
        policy.set("PolicyDocument", map! { "Version" => "2012-10-17", "Statement" => list![statement] });
        policy.set("Queues", list![url]);
        policy
    };
    let policy_id = format!("{}QueuePolicy", event.id);
    if by_queue.boolean().is_some() {
        let mut queue = made(format!("{}Queue", event.id), "AWS::SQS::Queue", target);
        let fifo = logical_id(&topic).and_then(|id| transform.resources().get(id)?.get("Properties")?.get("FifoTopic"));
        if let Some(fifo) = fifo {
            let fifo = transform.parameters.resolved(fifo)?;
            if fifo.truthy() {
                queue.set("FifoQueue", fifo);
            }
        }
        let mut all = of_queue(mapping_id, queue.arn(), 10.into(), target, role, transform)?;
        all.push(queue_policy(policy_id, &queue.arn(), queue.reference()));
        all.push(subscription("sqs", queue.arn()));
        all.push(queue);
        return Ok(all);
    }
    event.of().map(by_queue, "SqsSubscription")?;
    let (Some(arn), Some(url)) = (by_queue.truth("QueueArn"), by_queue.truth("QueueUrl")) else {
        return event.refuse("No QueueARN or QueueURL provided.");
    };
    let policy_id = by_queue.truth("QueuePolicyLogicalId").map_or(policy_id, Node::display);
    let batch = by_queue.truth("BatchSize").cloned().unwrap_or_else(|| 10.into());
    let mut all = of_queue(mapping_id, arn.clone(), batch, target, role, transform)?;
    all.push(queue_policy(policy_id, arn, url.clone()));
    all.push(subscription("sqs", arn.clone()));
    Ok(all)
}

fn bucket_id<'e>(event: &'e Event<'_>, resources: &Node) -> Sam<&'e str> {
    if let Some(id) = event.given("Bucket").and_then(|bucket| bucket.get("Ref")) {
        let Some(id) = id.str() else { return event.refuse("'Ref' value in S3 events is not a valid string.") };
        if resources.has(id) {
            return Ok(id);
        }
    }
    event.refuse("S3 events must reference an S3 bucket in the same template.")
}

fn bucket(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let mut permission = event.permission(target, "s3.amazonaws.com", "");
    permission.set("SourceAccount", reference("AWS::AccountId"));
    let id = bucket_id(event, transform.resources())?.to_string();
    let condition = permission.attributes.get("Condition").cloned();
    let Some(bucket) = transform.resource_mut(&id) else { return Ok(vec![permission]) };
    bucket.entry("Properties", || map! {});
    match &condition {
        None => depend_on(&event.id, bucket, &permission.id)?,
        Some(condition) => {
            // A bucket cannot depend on a permission that may not be there, so a tag of it does.
            let name = format!("sam:ConditionalDependsOn:{}", permission.id);
            let value = map! { "Fn::If" => list![condition, permission.reference(), "no dependency"] };
            let tags = bucket.get_mut("Properties").and_then(|properties| properties.entry("Tags", || list![]));
            if let Some(tags) = tags {
                Of::Resource(&id).list(tags, "Tags")?;
                tags.push(map! { "Key" => name, "Value" => value });
            }
        }
    }
    notify(event, target, &id, bucket)?;
    transform.take_over(&id);
    Ok(vec![permission])
}

fn depend_on(event: &str, bucket: &mut Node, permission: &str) -> Sam<()> {
    let mut all = match bucket.get("DependsOn") {
        None => Vec::new(),
        Some(list) if list.items().iter().all(|one| one.text().is_some()) && list.is_list() => list.items().to_vec(),
        Some(one) if one.str().is_some() => vec![one.clone()],
        Some(_) => {
            let message = "Invalid type for field 'DependsOn'. Expected a string or list of strings.";
            return Refusal::resource(event, message);
        }
    };
    if !all.iter().any(|known| known.str() == Some(permission)) {
        all.push(permission.into());
    }
    bucket.set("DependsOn", all);
    Ok(())
}

fn notify(event: &Event<'_>, target: &Target, id: &str, bucket: &mut Node) -> Sam<()> {
    let of = Of::Resource(id);
    let Some(properties) = bucket.get_mut("Properties") else { return Ok(()) };
    if !properties.is_mapping() {
        return of.refuse("Properties should be a map.");
    }
    let Some(config) = properties.entry("NotificationConfiguration", || map! {}) else { return Ok(()) };
    of.map(config, "NotificationConfiguration")?;
    let Some(functions) = config.entry("LambdaConfigurations", || list![]) else { return Ok(()) };
    if !functions.is_list() {
        return of.refuse("Invalid type for LambdaConfigurations. Must be a list.");
    }
    let events = event.given("Events");
    let events: Vec<&Node> = match events {
        Some(list) if list.is_list() => list.items().iter().collect(),
        other => other.into_iter().collect(),
    };
    for kind in events {
        let mut entry = map! { "Function" => target.arn() };
        if let Some(filter) = event.given("Filter") {
            entry.set("Filter", filter);
        }
        entry.set("Event", kind);
        if let Some(condition) = target.attributes.get("Condition") {
            entry = conditional(condition, entry, None);
        }
        if !functions.items().iter().any(|known| known.same(&entry)) {
            functions.push(entry);
        }
    }
    Ok(())
}

fn logs(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let group = event.given("LogGroupName").cloned().unwrap_or_else(|| "".into());
    let mut permission = event.permission(target, "logs.amazonaws.com", "");
    let arn = format!(
        "arn:{}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{__LogGroupName__}}:*",
        transform.partition
    );
    permission.set("SourceArn", sub_with(arn, map! { "__LogGroupName__" => &group }));
    let mut filter = made(event.id.as_str(), "AWS::Logs::SubscriptionFilter", target);
    filter.depends_on = Some(list![permission.id.as_str()]);
    filter.set("LogGroupName", group);
    filter.set_some("FilterPattern", event.given("FilterPattern"));
    filter.set("DestinationArn", target.arn());
    Ok(vec![permission, filter])
}

fn iot(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let mut permission = event.permission(target, "iot.amazonaws.com", "");
    let arn = format!("arn:{}:iot:${{AWS::Region}}:${{AWS::AccountId}}:rule/${{RuleName}}", transform.partition);
    permission.set("SourceArn", sub_with(arn, map! { "RuleName" => reference(&event.id) }));
    permission.set("SourceAccount", sub("${AWS::AccountId}"));
    let mut rule = made(event.id.as_str(), "AWS::IoT::TopicRule", target);
    let action = map! { "Lambda" => map! { "FunctionArn" => target.arn() } };
    let mut payload = map! { "RuleDisabled" => false, "Actions" => list![action] };
    for name in ["Sql", "AwsIotSqlVersion"] {
        if let Some(value) = event.truth(name) {
            payload.set(name, value);
        }
    }
    rule.set("TopicRulePayload", payload);
    Ok(vec![permission, rule])
}

fn user_pool_id<'e>(event: &'e Event<'_>, resources: &Node) -> Sam<&'e str> {
    if let Some(id) = event.given("UserPool").and_then(|pool| pool.get("Ref")) {
        let Some(id) = id.str() else { return Refusal::event(&event.id, "Ref in Userpool is not a string.") };
        if resources.has(id) {
            return Ok(id);
        }
    }
    event.refuse("Cognito events must reference a Cognito UserPool in the same template.")
}

fn user_pool(event: &mut Event<'_>, target: &Target, _: &mut Role, transform: &mut Transform) -> Sam<Vec<Made>> {
    let id = user_pool_id(event, transform.resources())?.to_string();
    let prefix = format!("{}Cognito", target.alias.as_deref().unwrap_or(&target.function));
    let mut permission = permission(&prefix, target, "cognito-idp.amazonaws.com", "");
    permission.set("SourceArn", get_att(&id, "Arn"));
    let triggers = event.given("Trigger").cloned().unwrap_or_else(|| list![]);
    let all: Vec<&Node> = if triggers.is_list() { triggers.items().iter().collect() } else { vec![&triggers] };
    let pool = transform.resource_mut(&id).and_then(|pool| pool.entry("Properties", || map! {}));
    if let Some(config) = pool.and_then(|properties| properties.entry("LambdaConfig", || map! {})) {
        Of::Resource(&id).map(config, "LambdaConfig")?;
        for trigger in all {
            let name = trigger.display();
            if config.has(&name) {
                return event.refuse(format!("Cognito trigger \"{}\" defined multiple times.", triggers.display()));
            }
            config.set(&name, target.arn());
        }
    }
    transform.take_over(&id);
    Ok(vec![permission])
}
