//! What a template describes: a stack, as plain data.
//!
//! `cloudformation` writes these types, everybody else reads them, and nothing here knows YAML, files, sockets or processes. A name
//! in this file is CloudFormation's own for the property it holds. Next to the data is everything that can be decided from it
//! alone: [`policy`] (what policies say of a request), [`creation`] (what services try when something is made), [`constraint`] (their words for a member that does not keep to the model), [`event_pattern`] (which records a function is invoked for), [`model`] (what
//! a body must look like), and which method answers a path ([`Routes`]). Read `cloudformation` next to see where the values come
//! from, or `local::cloud` to see a stack come alive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod alarm;
mod api;
mod architecture;
mod binary;
mod bucket;
pub mod constraint;
pub mod creation;
mod destination;
mod distribution;
pub mod event_pattern;
mod event_source;
pub mod model;
mod partial;
pub mod policy;
mod resource;
mod resource_tree;
mod response_type;
mod service;
mod spelling;
mod vpc;

pub use alarm::{Alarm, AlarmState, ComparisonOperator, Evaluation, Metric, Statistic, StatisticSet, TreatMissingData};
pub use api::{
    AccessLog, ApiGatewayAccount, ApiKey, ApiSnapshot, EndpointType, ExecutionLogging, GatewayResponse, Integration,
    IntegrationResponse, IntegrationType, LoggingLevel, Method, MethodRequest, PassthroughBehavior, Period,
    PrematureLogging, Quota, RequestParameter, RestApi, Throttle, UsagePlan, api_domain_name,
};
pub use architecture::Architecture;
pub use binary::is_binary_name;
pub use bucket::{Bucket, CorsRule, PublicAccessBlock, RedirectAllRequestsTo, RoutingRule, WebsiteConfiguration};
pub use destination::DestinationKind;
pub use distribution::{
    CacheBehavior, CustomErrorResponse, Distribution, Origin, OriginRequestPolicy, RestApiOrigin,
    distribution_domain_name,
};
pub use event_source::refused_source;
pub use resource::{Resource, Retention, is_alone_in_account};
pub use resource_tree::{MethodMatch, ResourceTree, Routes};
pub use response_type::ResponseType;
pub use service::Service;
pub use spelling::edit_distance;
pub use vpc::{
    DbInstance, IngressRule, Route, RouteTarget, SecurityGroup, Subnet, VpcEndpoint, VpcEndpointType, VpcResources,
};

/// The region that every local ARN names.
pub const REGION: &str = "ap-northeast-2";
/// The account that every local ARN names: the placeholder of AWS's own documentation.
pub const ACCOUNT: &str = "123456789012";

/// Whether `text` has the form of an account's id: twelve digits.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Everything that one template creates, in the order in which the template names it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Stack {
    /// Its id, an ARN.
    #[serde(skip)]
    pub id: String,
    /// `AWS::StackName`, from which names that the template leaves out are made.
    pub name: String,
    /// REST APIs, each once for each of its stages.
    pub apis: Vec<RestApi>,
    /// What the deployments hold that a template writes itself, by their ids. Those that SAM makes follow their APIs.
    #[serde(skip)]
    pub api_deployments: BTreeMap<String, ApiSnapshot>,
    /// Functions (`AWS::Serverless::Function`, `AWS::Lambda::Function`).
    pub functions: Vec<Function>,
    /// Tables (`AWS::DynamoDB::Table`).
    pub tables: Vec<Table>,
    /// Stream subscriptions, from a function's `Events` of type `DynamoDB` or `AWS::Lambda::EventSourceMapping`.
    pub event_source_mappings: Vec<EventSourceMapping>,
    /// What happens to asynchronous invocations, by the function's name: SAM's `EventInvokeConfig`.
    pub event_invoke_configs: BTreeMap<String, EventInvokeConfig>,
    /// Buckets (`AWS::S3::Bucket`) with their policies.
    pub buckets: Vec<Bucket>,
    /// Distributions (`AWS::CloudFront::Distribution`).
    pub distributions: Vec<Distribution>,
    /// Queues (`AWS::SQS::Queue`).
    pub queues: Vec<Queue>,
    /// Who may invoke which function: `AWS::Lambda::Permission`, and what SAM adds for every `Api` event.
    pub permissions: Vec<Permission>,
    /// Log groups (`AWS::Logs::LogGroup`), by name.
    pub log_groups: Vec<String>,
    /// Alarms (`AWS::CloudWatch::Alarm`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<Alarm>,
    /// With which role API Gateway writes logs, where the template says so.
    pub api_gateway_account: Option<ApiGatewayAccount>,
    /// VPCs with what is in them.
    pub vpc_resources: VpcResources,
    /// The template's `Outputs`, resolved.
    pub outputs: BTreeMap<String, String>,
    /// The names by which other stacks may import outputs (`Export`), by the outputs' names.
    #[serde(skip)]
    pub export_names: BTreeMap<String, String>,
    /// The exports of other stacks that its template imports.
    #[serde(skip)]
    pub imports: BTreeSet<String>,
    /// The values of the template's parameters, given or by default, which the next deployment keeps.
    #[serde(skip)]
    pub parameters: BTreeMap<String, String>,
    /// Usage plans that name a stage and do not wait for it. CloudFormation makes such a plan before the stage.
    #[serde(skip)]
    pub premature_usage_plans: Vec<PrematureUsagePlan>,
    /// What services refuse of resources when those are made, where that is left for then.
    #[serde(skip)]
    pub refused_creations: Vec<RefusedCreation>,
    /// Stages with a log level or an access log that do not wait for the account's role.
    #[serde(skip)]
    pub premature_logging: Vec<PrematureLogging>,
    /// All resources as CloudFormation lists them, in the order of deployment; empty for a stack that no template describes.
    #[serde(skip)]
    pub resources: Vec<Resource>,
}

/// A usage plan that is made before a stage that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrematureUsagePlan {
    /// The template's name for the plan.
    pub logical_id: String,
    /// The API's id.
    pub api: String,
    /// The stage's name.
    pub stage: String,
}

/// A function with its code's address and its role.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Function {
    /// The template's name for it.
    pub logical_id: String,
    /// `FunctionName`, or a name made from the logical id.
    pub name: String,
    /// The package whose binary it runs: `CodeUri`, absolute.
    pub code: PathBuf,
    /// Its code where a client has uploaded it, as `sam deploy` does: then there is no folder to build.
    pub deployment_package: Option<DeploymentPackage>,
    /// The binary's name: `Metadata.BuildProperties.Binary`, or the package's own.
    pub binary: Option<String>,
    /// `Handler`, given to the process as `_HANDLER`.
    pub handler: String,
    /// `MemorySize` in MB; 128 unless set.
    pub memory_size: u32,
    /// `Architectures`, whose one item it is.
    pub architecture: Architecture,
    /// `Timeout`; 3 s unless set.
    pub timeout: Duration,
    /// `Environment.Variables`, resolved.
    pub environment: BTreeMap<String, String>,
    /// `ReservedConcurrentExecutions`.
    pub reserved_concurrent_executions: Option<u32>,
    /// The execution role.
    pub role: Role,
    /// Whether `TracingConfig.Mode` is `Active`: Lambda sends traces to X-Ray, whoever began them.
    pub is_traced: bool,
    /// Set when the function is attached to a VPC.
    pub vpc_config: Option<VpcConfig>,
    /// The log group that it writes to.
    pub log_group: String,
}

/// The ARN of the stack called `name`; `unique` tells it from others that had or will have the name.
pub fn stack_arn(name: &str, unique: &str) -> String {
    format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{unique}")
}

/// The values of the outputs that have a name in `names`, by these.
pub fn exports(names: &BTreeMap<String, String>, outputs: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    names.iter().filter_map(|(output, name)| Some((name.clone(), outputs.get(output)?.clone()))).collect()
}

impl Stack {
    /// Everything that `stacks` have, in one: what a service sees that serves all of them. It has no name and no outputs, and stands for no
    /// template.
    pub fn of_all<'s>(stacks: impl IntoIterator<Item = &'s Stack>) -> Stack {
        let mut all = Stack::default();
        for stack in stacks {
            all.apis.extend_from_slice(&stack.apis);
            all.api_deployments.extend(stack.api_deployments.clone());
            all.functions.extend_from_slice(&stack.functions);
            all.tables.extend_from_slice(&stack.tables);
            all.event_source_mappings.extend_from_slice(&stack.event_source_mappings);
            all.event_invoke_configs.extend(stack.event_invoke_configs.clone());
            all.buckets.extend_from_slice(&stack.buckets);
            all.distributions.extend_from_slice(&stack.distributions);
            all.queues.extend_from_slice(&stack.queues);
            all.permissions.extend_from_slice(&stack.permissions);
            all.log_groups.extend_from_slice(&stack.log_groups);
            all.alarms.extend_from_slice(&stack.alarms);
            all.vpc_resources.extend(&stack.vpc_resources);
            all.refused_creations.extend_from_slice(&stack.refused_creations);
            all.premature_logging.extend_from_slice(&stack.premature_logging);
            if all.api_gateway_account.is_none() {
                all.api_gateway_account.clone_from(&stack.api_gateway_account);
            }
            all.premature_usage_plans.extend_from_slice(&stack.premature_usage_plans);
            all.resources.extend_from_slice(&stack.resources);
        }
        all
    }

    /// What other stacks may import, by the names of the exports.
    pub fn exports(&self) -> BTreeMap<String, String> {
        exports(&self.export_names, &self.outputs)
    }

    /// The buckets whose objects browsers are shown as pages: those behind distributions, and websites.
    pub fn buckets_with_pages(&self) -> impl Iterator<Item = String> {
        let websites = self.buckets.iter().filter(|bucket| bucket.website.is_some()).map(|bucket| &bucket.name);
        self.distributions.iter().flat_map(Distribution::buckets).map(str::to_string).chain(websites.cloned())
    }
}

/// A resource that will be refused when it is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCreation {
    /// The template's name for it, or the one that SAM makes.
    pub logical_id: String,
    /// `AWS::IAM::Role`.
    pub resource_type: &'static str,
    /// Who refuses it, and what is said.
    pub refusal: CreationRefusal,
}

/// Why a resource is not made, as its event says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreationRefusal {
    /// CloudFormation's own check of the properties against the type's schema, which comes before the service is asked. One sentence for
    /// each property, without the one that stands before all of them.
    Properties(Vec<String>),
    /// What the service says.
    Service(policy::ServiceRefusal),
    /// AWS refuses it, and in which words is not known: these are ours.
    Ours(String),
}

impl Function {
    /// A function called `name` of which nothing is said: with Lambda's defaults, no code, and a role without rights.
    pub fn named(name: &str) -> Function {
        Function {
            logical_id: name.to_string(),
            name: name.to_string(),
            code: PathBuf::new(),
            deployment_package: None,
            binary: None,
            handler: "bootstrap".to_string(),
            memory_size: 128,
            architecture: Architecture::default(),
            timeout: Duration::from_secs(3),
            environment: BTreeMap::new(),
            reserved_concurrent_executions: None,
            role: Role::default(),
            is_traced: false,
            vpc_config: None,
            log_group: format!("/aws/lambda/{name}"),
        }
    }

    /// The function's ARN, unqualified.
    pub fn arn(&self) -> String {
        function_arn(&self.name)
    }
}

/// A function's code as an object in a bucket: Lambda's `S3Bucket`, `S3Key`, `S3ObjectVersion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeploymentPackage {
    /// The bucket.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// Its version, where the template names one.
    pub version: Option<String>,
}

/// The ARN of the function called `name`.
pub fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// A statement of a function's resource-based policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Permission {
    /// The function's name.
    pub function: String,
    /// `Action`; `lambda:InvokeFunction` in nearly every template.
    pub action: String,
    /// The service that is let in, such as `apigateway.amazonaws.com`.
    pub principal: String,
    /// The ARN that the caller must match, wildcards included; any caller of that service when left out.
    pub source_arn: Option<String>,
}

/// Where a function stands in a VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VpcConfig {
    /// `SubnetIds`.
    pub subnet_ids: Vec<String>,
    /// `SecurityGroupIds`.
    pub security_group_ids: Vec<String>,
}

/// An execution role: who a function is when it calls AWS.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Role {
    /// The role's name, which error messages show.
    pub name: String,
    /// Inline policy documents and the documents of the managed policies it names.
    pub policies: Vec<Value>,
    /// Who may assume the role.
    pub assume_role_policy: Value,
}

impl Role {
    /// The role's ARN.
    pub fn arn(&self) -> String {
        role_arn(&self.name)
    }

    /// Whether its policies let it do `action` with `resource`.
    pub fn allows(&self, action: &str, resource: &str) -> bool {
        let request = policy::AuthorizationRequest { action, resource, ..policy::AuthorizationRequest::default() };
        policy::decide(&self.policies, &request) == policy::Decision::Allowed
    }
}

/// The unique id of the role called `name`, which its sessions have in `aws:userid`. AWS draws it; here it is made of the name.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
pub fn role_id(name: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let drawn = name.bytes().chain(0..17).map(|byte| {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        char::from(ALPHABET[usize::try_from(state >> 59).unwrap_or_default()])
    });
    format!("AROA{}", drawn.skip(name.len()).collect::<String>())
}

/// The ARN of the role called `name`.
pub fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// A DynamoDB table.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// The template's name for it.
    pub logical_id: String,
    /// `TableName`, or a name made from the logical id.
    pub name: String,
    /// The body of the `CreateTable` call that makes it.
    pub create: Value,
    /// `TimeToLiveSpecification.AttributeName`, when enabled.
    pub time_to_live_attribute: Option<String>,
}

impl Table {
    /// The table's ARN.
    pub fn arn(&self) -> String {
        table_arn(&self.name)
    }
}

/// The ARN of the table called `table`.
pub fn table_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}")
}

/// The label of a table's stream: the moment at which AWS enabled it, in its form without a zone. A local table keeps
/// one label for ever, so that ARNs in checkpoints survive a restart.
pub const STREAM_LABEL: &str = "2026-01-01T00:00:00.000";

/// The ARN of the stream of the table called `table`.
pub fn stream_arn(table: &str) -> String {
    format!("{}/stream/{STREAM_LABEL}", table_arn(table))
}

/// How a function treats asynchronous invocations (`AWS::Lambda::EventInvokeConfig`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventInvokeConfig {
    /// `MaximumRetryAttempts`, 0 to 2; 2 unless set.
    pub maximum_retry_attempts: u32,
    /// `MaximumEventAgeInSeconds`, a minute to six hours; six hours unless set.
    pub maximum_event_age: Duration,
    /// The ARN that failed events go to.
    pub on_failure: Option<String>,
    /// The ARN that the results of the others go to.
    pub on_success: Option<String>,
}

impl Default for EventInvokeConfig {
    fn default() -> EventInvokeConfig {
        let maximum_event_age = Duration::from_secs(6 * 60 * 60);
        EventInvokeConfig { maximum_retry_attempts: 2, maximum_event_age, on_failure: None, on_success: None }
    }
}

/// A subscription of a function to a table's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSourceMapping {
    /// The template's name for it, which for a function's event is the function's and the event's together, as in SAM.
    pub logical_id: String,
    /// A UUID, derived from table and function so that checkpoints survive a restart.
    pub uuid: String,
    /// The table whose stream is read.
    pub table: String,
    /// The function's name.
    pub function: String,
    /// `BatchSize`; 100 unless set.
    pub batch_size: u32,
    /// `MaximumBatchingWindowInSeconds`.
    pub maximum_batching_window: Duration,
    /// `StartingPosition` is `TRIM_HORIZON` (true) or `LATEST` (false).
    pub from_trim_horizon: bool,
    /// `MaximumRetryAttempts`; `None` is AWS's -1, until the record expires.
    pub maximum_retry_attempts: Option<u32>,
    /// `MaximumRecordAgeInSeconds`; `None` is AWS's -1.
    pub maximum_record_age: Option<Duration>,
    /// `BisectBatchOnFunctionError`.
    pub bisect_batch_on_function_error: bool,
    /// `ParallelizationFactor`; 1 unless set.
    pub parallelization_factor: u32,
    /// Whether `FunctionResponseTypes` holds `ReportBatchItemFailures`.
    pub report_batch_item_failures: bool,
    /// `FilterCriteria.Filters[].Pattern`, unparsed.
    pub filters: Vec<String>,
    /// The ARN of `DestinationConfig.OnFailure.Destination`.
    pub on_failure: Option<String>,
    /// Whether `MetricsConfig.Metrics` holds `EventCount`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub event_count_metrics: bool,
    /// `Enabled`; true unless set.
    pub enabled: bool,
}

impl EventSourceMapping {
    /// Lambda's refusal of a second mapping of the same stream to the same function.
    pub fn already_exists(&self, stream_arn: &str) -> String {
        format!(
            "The event source arn (\" {stream_arn} \") and function (\" {} \") provided mapping already exists. Please \
             update or delete the existing mapping with UUID {}",
            self.function, self.uuid
        )
    }
}

impl Default for EventSourceMapping {
    /// The service's defaults, before it is said what is mapped to what; from the stream's oldest record.
    fn default() -> EventSourceMapping {
        EventSourceMapping {
            logical_id: String::new(),
            uuid: String::new(),
            table: String::new(),
            function: String::new(),
            batch_size: 100,
            maximum_batching_window: Duration::ZERO,
            from_trim_horizon: true,
            maximum_retry_attempts: None,
            maximum_record_age: None,
            bisect_batch_on_function_error: false,
            parallelization_factor: 1,
            report_batch_item_failures: false,
            filters: Vec::new(),
            on_failure: None,
            event_count_metrics: false,
            enabled: true,
        }
    }
}

/// An SQS queue.
#[derive(Debug, Clone, Serialize)]
pub struct Queue {
    /// The template's name for it.
    pub logical_id: String,
    /// `QueueName`, or a name made from the logical id.
    pub name: String,
    /// `VisibilityTimeout`; 30 s unless set.
    pub visibility_timeout: Duration,
    /// `MessageRetentionPeriod`; four days unless set.
    pub message_retention_period: Duration,
    /// `RedrivePolicy`: where messages go that are received too often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redrive_policy: Option<RedrivePolicy>,
    /// The document of the `AWS::SQS::QueuePolicy` that names the queue. It can be read, and decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
}

/// Where messages of a queue go that are received too often, and how often that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedrivePolicy {
    /// The ARN of the dead-letter queue.
    #[serde(rename = "deadLetterTargetArn")]
    pub target: String,
    /// How often a message is received before it is moved.
    #[serde(rename = "maxReceiveCount")]
    pub max_receive_count: u32,
}

impl RedrivePolicy {
    /// SQS's refusal of this policy for `reason`.
    pub fn refusal(&self, reason: &str) -> String {
        redrive_refusal(&serde_json::json!(self), reason)
    }
}

/// SQS's refusal of the redrive policy that is written as `policy`, for `reason`.
pub fn redrive_refusal(policy: &serde_json::Value, reason: &str) -> String {
    format!("Value {policy} for parameter RedrivePolicy is invalid. Reason: {reason}.")
}

impl Queue {
    /// The queue's ARN.
    pub fn arn(&self) -> String {
        queue_arn(&self.name)
    }
}

/// The ARN of the queue called `queue`.
pub fn queue_arn(queue: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
}

/// The ARN of the log group called `group`.
pub fn log_group_arn(group: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}")
}

/// The ARN of a log stream; with an empty `stream` what IAM is asked about for a whole group.
pub fn log_stream_arn(group: &str, stream: &str) -> String {
    format!("{}:log-stream:{stream}", log_group_arn(group))
}
