//! Events that Lambda fetches: streams and queues, by an event source mapping.

use super::{Event, EventType, alone, made};
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::function::Target;
use crate::sam::intrinsics::is_function;
use crate::sam::policies::aws_policy;
use crate::sam::properties::{SamProperty, SamType, Shape, optional, required};
use crate::sam::resource::Made;
use crate::sam::role::{Role, bucket_policy, inline};
use crate::sam::value::Of;
use crate::tree::{Node, map};

const COMMON: &[SamProperty] = &[
    optional("BatchSize", Shape::Integer),
    optional("StartingPosition", Shape::Any),
    optional("StartingPositionTimestamp", Shape::Any),
    optional("Enabled", Shape::Boolean),
    optional("MaximumBatchingWindowInSeconds", Shape::Integer),
    optional("MaximumRetryAttempts", Shape::Integer),
    optional("BisectBatchOnFunctionError", Shape::Boolean),
    optional("MaximumRecordAgeInSeconds", Shape::Integer),
    optional("DestinationConfig", Shape::Map),
    optional("ParallelizationFactor", Shape::Integer),
    optional("Topics", Shape::List),
    optional("Queues", Shape::List),
    optional("SourceAccessConfigurations", Shape::List),
    optional("SecretsManagerKmsKeyId", Shape::Text),
    optional("TumblingWindowInSeconds", Shape::Integer),
    optional("FunctionResponseTypes", Shape::List),
    optional("KafkaBootstrapServers", Shape::List),
    optional("FilterCriteria", Shape::Map),
    optional("KmsKeyArn", Shape::Any),
    optional("ConsumerGroupId", Shape::Text),
    optional("ScalingConfig", Shape::Map),
    optional("ProvisionedPollerConfig", Shape::Map),
    optional("SchemaRegistryConfig", Shape::Map),
    optional("MetricsConfig", Shape::Map),
    optional("LoggingConfig", Shape::Map),
];

/// What goes to the mapping under the same name.
const SAME: &[&str] = &[
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
];

const STREAM: &[SamProperty] = &[required("Stream", Shape::Any), required("StartingPosition", Shape::Any)];

pub(super) const TYPES: &[EventType] = &[
    EventType {
        of: SamType { name: "DynamoDB", properties: STREAM, common: COMMON },
        linked: alone,
        make: |event, target, role, transform| {
            mapping(event, "DynamoDB", "Stream", "AWSLambdaDynamoDBExecutionRole", target, role, transform)
        },
    },
    EventType {
        of: SamType { name: "Kinesis", properties: STREAM, common: COMMON },
        linked: alone,
        make: |event, target, role, transform| {
            mapping(event, "Kinesis", "Stream", "AWSLambdaKinesisExecutionRole", target, role, transform)
        },
    },
    EventType {
        of: SamType { name: "SQS", properties: &[required("Queue", Shape::Any)], common: COMMON },
        linked: alone,
        make: |event, target, role, transform| {
            mapping(event, "SQS", "Queue", "AWSLambdaSQSQueueExecutionRole", target, role, transform)
        },
    },
];

fn mapping(
    event: &mut Event<'_>,
    kind: &str,
    source: &str,
    policy: &str,
    target: &Target,
    role: &mut Role,
    transform: &Transform,
) -> Sam<Vec<Made>> {
    let mut mapping = made(event.id.as_str(), "AWS::Lambda::EventSourceMapping", target);
    mapping.set("FunctionName", target.name());
    mapping.set_some("EventSourceArn", event.given(source));
    mapping.copy(&event.properties, SAME);
    if let Some(filter) = event.truth("FilterCriteria").filter(|filter| !is_function(filter))
        && filter.names().any(|name| name != "Filters")
    {
        return event.refuse("FilterCriteria field has a wrong format");
    }
    if let Some(servers) = event.truth("KafkaBootstrapServers") {
        let endpoints = map! { "KafkaBootstrapServers" => servers };
        mapping.set("SelfManagedEventSource", map! { "Endpoints" => endpoints });
    }
    if event.truth("ConsumerGroupId").is_some() {
        let message = format!("Property ConsumerGroupId not defined for resource of type {kind}.");
        return Refusal::event(&event.id, message);
    }
    let mut allowed = None;
    if let Some(config) = event.truth("DestinationConfig") {
        let mut config = config.clone();
        let missing = Node::from("");
        let failure = config.get("OnFailure").unwrap_or(&missing);
        Of::Event(&event.id).map(failure, "DestinationConfig.OnFailure")?;
        if let Some(failure) = config.get_mut("OnFailure")
            && let Some(kind) = failure.truth("Type").map(Node::display)
        {
            failure.remove("Type");
            let arn = failure.get("Destination").cloned().unwrap_or(missing);
            let id = &event.id;
            allowed = match kind.as_str() {
                "SQS" => Some(inline(format!("{id}SQSPolicy"), "sqs:SendMessage", arn)),
                "SNS" => Some(inline(format!("{id}SNSPolicy"), "sns:publish", arn)),
                "S3" => Some(bucket_policy(id, &arn)),
                "Kafka" => None,
                _ => {
                    let message = "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'";
                    return Refusal::event(id, message);
                }
            };
        }
        mapping.set("DestinationConfig", config);
    }
    role.add_managed(aws_policy(&format!("service-role/{policy}"), transform.partition).into());
    if let Some(allowed) = allowed {
        role.add_inline(allowed);
    }
    Ok(vec![mapping])
}

/// The mapping of a queue that another event makes.
pub(super) fn of_queue(
    id: String,
    queue: Node,
    batch: Node,
    target: &Target,
    role: &mut Role,
    transform: &Transform,
) -> Sam<Vec<Made>> {
    let properties = map! { "Queue" => queue, "BatchSize" => batch, "Enabled" => true };
    let mut event = Event { key: "", id, properties };
    mapping(&mut event, "SQS", "Queue", "AWSLambdaSQSQueueExecutionRole", target, role, transform)
}
