//! CloudFormation creating the stack: what AWS refuses at deployment although the template reads well.
//!
//! A template can be right and its roles wrong. Lambda finds that out when it creates the function or the mapping, because it
//! tries the role. S3 tries a bucket policy likewise. The checks of functions are here, each with Lambda's own sentence, and [`check`]
//! reports them as CloudFormation does: resource, `CREATE_FAILED`, reason. The services that are plugged in have their own.

mod event;
mod functions;
mod planned_change;
mod request;
mod stacks;
mod taken;
mod update;

use std::fmt;

use crate::clock::Clock;
use stack::creation::{handler_prefix, log_destination_refusal, log_format_refusal, logging_role_refusal};
use stack::policy::ServiceRefusal;
use stack::{CreationRefusal, Queue, RefusedCreation, RestApi, Stack};

pub use event::{STACK, StackEvent};
pub use functions::{can_be_assumed, can_make_network_interfaces, network_exists};
pub use planned_change::{Causes, ChangeDetail, PlannedChange, planned};
pub use request::{
    Deployment, DeploymentError, DeploymentRequest, Deployments, FileDeployment, OnFailure, Progress, StackOperation,
    TemplateSource,
};
pub use stacks::{ChangeSet, DeployedFrom, RecordedEvent, StackRecord, StackResource, StackSource, Stacks, Unfinished};
pub use taken::{outside, reason as taken};
pub use update::{Action, Change, ChangedProperty, Invalid, Removal, Update, changed_properties};

/// What SQS says of a dead-letter queue that is not there.
pub const NO_DEAD_LETTER_QUEUE: &str = "Dead letter target does not exist";

/// The error of a resource handler: a service refused to create something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerError {
    /// The service, in CloudFormation's words: `Lambda`, `S3`.
    pub service: &'static str,
    /// The HTTP status of its answer.
    pub status: u16,
    /// The error's type: `InvalidParameterValueException`.
    pub error_type: &'static str,
    /// Its message.
    pub message: String,
}

impl HandlerError {
    /// Lambda's refusal of a parameter.
    pub fn invalid_parameter(message: impl Into<String>) -> HandlerError {
        HandlerError {
            service: "Lambda",
            status: 400,
            error_type: "InvalidParameterValueException",
            message: message.into(),
        }
    }

    /// API Gateway's refusal of a setting.
    pub fn bad_request(message: impl Into<String>) -> HandlerError {
        HandlerError { service: "ApiGateway", status: 400, error_type: "BadRequestException", message: message.into() }
    }

    /// Lambda's refusal of something that is there already.
    pub fn conflict(message: impl Into<String>) -> HandlerError {
        HandlerError {
            service: "Lambda",
            status: 409,
            error_type: "ResourceConflictException",
            message: message.into(),
        }
    }

    /// The refusal of a change by `service`, as CloudFormation passes it on.
    pub fn of_change(service: &'static str, error: &dyn fmt::Display) -> HandlerError {
        let said = error.to_string();
        // CloudFormation shows a service's message without the name of its exception.
        let message = said.split_once("Exception: ").map_or(said.as_str(), |(_, message)| message).to_string();
        HandlerError { service, status: 400, error_type: "ValidationException", message }
    }

    /// `ResourceStatusReason`: CloudFormation's words around the service's. Every request and token has an id.
    pub fn reason(&self, clock: &Clock) -> String {
        let HandlerError { service, status, error_type, message } = self;
        let handler_error = match (status, *error_type) {
            (403, _) => "AccessDenied",
            (404, _) => "NotFound",
            (_, "ConflictException" | "ResourceConflictException") => "AlreadyExists",
            (_, "LimitExceeded") => "ServiceLimitExceeded",
            _ => "InvalidRequest",
        };
        let (request, token) = (clock.uuid(), clock.uuid());
        format!(
            "Resource handler returned message: \"{message} (Service: {service}, Status Code: {status}, Request ID: {request})\" \
             (RequestToken: {token}, HandlerErrorCode: {handler_error})"
        )
    }
}

impl From<&ServiceRefusal> for HandlerError {
    fn from(refusal: &ServiceRefusal) -> HandlerError {
        let ServiceRefusal { service, status, code, message } = refusal;
        HandlerError { service, status: *status, error_type: code, message: message.clone() }
    }
}

/// A resource that could not be created; displays as CloudFormation's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceFailure {
    /// The template's name for it.
    pub logical_id: String,
    /// `AWS::Lambda::Function`.
    pub resource_type: &'static str,
    /// `ResourceStatusReason`.
    pub reason: String,
}

impl ResourceFailure {
    /// The failure of a resource that its service refused.
    pub fn new(logical_id: &str, resource_type: &'static str, error: &HandlerError, clock: &Clock) -> ResourceFailure {
        let message = format!("{}{}", handler_prefix(resource_type, error.status), error.message);
        let reason = HandlerError { message, ..error.clone() }.reason(clock);
        ResourceFailure { logical_id: logical_id.to_string(), resource_type, reason }
    }

    /// What was found of a resource when its template was read. Each violation of the type's schema has a line of its own:
    /// <https://github.com/org-formation/aws-resource-providers/issues/105>.
    fn of(refused: &RefusedCreation, clock: &Clock) -> ResourceFailure {
        let RefusedCreation { logical_id, resource_type, refusal } = refused;
        let reason = match refusal {
            CreationRefusal::Service(refusal) => {
                return ResourceFailure::new(logical_id, resource_type, &HandlerError::from(refusal), clock);
            }
            CreationRefusal::Properties(violations) => format!(
                "Properties validation failed for resource {logical_id} with message:\n{}",
                violations.join("\n")
            ),
            CreationRefusal::Ours(words) => words.clone(),
        };
        ResourceFailure { logical_id: logical_id.clone(), resource_type, reason }
    }
}

impl fmt::Display for ResourceFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CREATE_FAILED  {}  {}  {}", self.resource_type, self.logical_id, self.reason)
    }
}

/// The queues of `stack` whose dead-letter queue is none of `all`.
pub fn check_dead_letter_queues(stack: &Stack, all: &[Queue], clock: &Clock) -> Vec<ResourceFailure> {
    let is_there = |arn: &str| all.iter().any(|queue| queue.arn() == arn);
    let refused = |queue: &Queue| {
        let policy = queue.redrive_policy.as_ref().filter(|policy| !is_there(&policy.target))?;
        let message = policy.refusal(NO_DEAD_LETTER_QUEUE);
        let error = HandlerError { service: "Sqs", status: 400, error_type: "InvalidParameterValue", message };
        Some(ResourceFailure::new(&queue.logical_id, "AWS::SQS::Queue", &error, clock))
    };
    stack.queues.iter().filter_map(refused).collect()
}

/// The functions, stages and usage plans of `stack` that AWS would refuse to create after `previous`, in an account whose API Gateway
/// has a role for logs or none.
pub fn check(stack: &Stack, previous: Option<&Stack>, has_log_role: bool, clock: &Clock) -> Vec<ResourceFailure> {
    let mut failures: Vec<ResourceFailure> =
        stack.refused_creations.iter().map(|refused| ResourceFailure::of(refused, clock)).collect();
    let mut add = |id: &str, resource_type, error: Result<(), HandlerError>| {
        failures.extend(error.err().map(|error| ResourceFailure::new(id, resource_type, &error, clock)));
    };
    for function in &stack.functions {
        let created = functions::check(function, &stack.vpc_resources);
        add(&function.logical_id, "AWS::Lambda::Function", created);
    }
    if let Some(account) = &stack.api_gateway_account {
        let refusal = account.role.as_ref().and_then(logging_role_refusal);
        add(
            &account.logical_id,
            "AWS::ApiGateway::Account",
            refusal.map_or(Ok(()), |why| Err(HandlerError::bad_request(why))),
        );
    }
    let logs = || stack.apis.iter().filter_map(|api| api.access_log.as_ref());
    let refused = |message: String| Err(HandlerError::bad_request(message));
    // API Gateway looks at the destination first, then at the account, and then at the format.
    for (log, why) in logs().filter_map(|log| Some((log, log_destination_refusal(log)?))) {
        add(&log.stage, "AWS::ApiGateway::Stage", refused(why));
    }
    // Once the account has its role, it keeps it: what is deleted with the resource is the resource.
    for early in stack.premature_logging.iter().filter(|_| !has_log_role) {
        let message = "CloudWatch Logs role ARN must be set in account settings to enable logging".to_string();
        add(&early.stage, "AWS::ApiGateway::Stage", refused(message));
    }
    for (log, why) in logs().filter_map(|log| Some((log, log_format_refusal(log)?))) {
        add(&log.stage, "AWS::ApiGateway::Stage", refused(why));
    }
    for plan in &stack.premature_usage_plans {
        let there = |api: &RestApi| api.id == plan.api && api.stage == plan.stage;
        if !previous.is_some_and(|previous| previous.apis.iter().any(there)) {
            let message = format!("API Stage not found: {}:{}", plan.api, plan.stage);
            let error = HandlerError { service: "ApiGateway", status: 404, error_type: "NotFoundException", message };
            add(&plan.logical_id, "AWS::ApiGateway::UsagePlan", Err(error));
        }
    }
    failures
}
