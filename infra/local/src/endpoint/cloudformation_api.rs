//! CloudFormation: stacks, change sets, events, in the query protocol, as `sam deploy` and `aws cloudformation` ask for them.
//!
//! What is asked for is carried out by the owner of the cloud ([`crate::deployment::Deployments`]); what happened is read from
//! [`crate::deployment::Stacks`]. A template that is sent here is read in AWS's stages: its own words first
//! (`cloudformation::summary`), then the transform, then everything else, and each stage refuses in its own way. A stage that is done
//! after the answer on AWS, the transform, fails the change set and not the call.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html>

mod answers;
mod changes;
mod members;
mod request;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::protocol::{EndpointError, Protocol};
use super::{Endpoint, EndpointCall};
use crate::deployment::{
    ChangeSet, DeploymentError, OnFailure, PlannedChange, StackEvent, StackOperation, StackRecord,
};
use crate::service::query_protocol::{self, QueryParameters};
use crate::service::{RequiredPermission, Target, Unauthenticated, operations};
pub(super) use members::shape;
use request::StackRequest;
use stack::policy::Denial;
use stack::{REGION, Resource, stack_arn};

/// The namespace of its XML.
pub(super) const NAMESPACE: &str = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

operations! {
    /// What CloudFormation answers here.
    pub(super) enum CloudFormationOperation {
        ContinueUpdateRollback,
        CreateChangeSet,
        CreateStack,
        DeleteChangeSet,
        DeleteStack,
        DescribeChangeSet,
        DescribeStackEvents,
        DescribeStackResource,
        DescribeStackResources,
        DescribeStacks,
        ExecuteChangeSet,
        GetTemplate,
        GetTemplateSummary,
        ListChangeSets,
        ListExports,
        ListImports,
        ListStackResources,
        ListStacks,
        RollbackStack,
        UpdateStack,
        UpdateTerminationProtection,
        ValidateTemplate,
    }
}

/// An error of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StackError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl StackError {
    fn new(code: &'static str, message: impl Into<String>) -> StackError {
        StackError { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    fn validation(message: impl Into<String>) -> StackError {
        StackError::new("ValidationError", message)
    }

    /// There is no such stack, in the words of most operations.
    fn no_stack(named: &str) -> StackError {
        StackError::validation(format!("Stack with id {named} does not exist"))
    }

    fn no_change_set(named: &str) -> StackError {
        let status = StatusCode::NOT_FOUND;
        StackError { status, code: "ChangeSetNotFound", message: format!("ChangeSet [{named}] does not exist") }
    }

    /// The stack's state forbids what is asked.
    fn state(record: &StackRecord, what: &str) -> StackError {
        StackError::validation(format!("Stack:{} is in {} state and can not be {what}.", record.id, record.status))
    }
}

/// What clients are told of a deployment that does not begin.
fn sentence(error: &DeploymentError) -> String {
    match error {
        DeploymentError::Malformed { sentence, .. } => sentence.clone(),
        other => other.to_string(),
    }
}

/// The answer of an operation: the elements of its result, nothing where it has none.
type Answered = Result<Option<String>, StackError>;

/// What CloudTrail keeps of a call: its parameters, without the template.
pub(super) fn request_parameters(parameters: &QueryParameters) -> Value {
    let kept = parameters.iter().filter(|(name, _)| !["Action", "Version", "TemplateBody"].contains(name));
    kept.map(|(name, value)| (name.to_string(), Value::from(value))).collect::<Map<String, Value>>().into()
}

/// What a call needs: the action on the stack that it names.
pub(super) fn permission(target: &Target<CloudFormationOperation>, request: &Value) -> RequiredPermission {
    let named = request["StackName"].as_str().unwrap_or_default();
    let resource = match named {
        "" => "*".to_string(),
        id if id.starts_with("arn:") => id.to_string(),
        name => stack_arn(name, "*"),
    };
    RequiredPermission::new(format!("cloudformation:{}", target.name), resource)
}

/// `AccessDenied`.
pub(super) fn denied(denial: &Denial, request_id: &str) -> Response {
    query_protocol::error(StatusCode::FORBIDDEN, NAMESPACE, "AccessDenied", &denial.to_string(), request_id)
}

/// The refusal of a caller that cannot be authenticated.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    query_protocol::error(StatusCode::FORBIDDEN, NAMESPACE, why.code(), &why.message(), request_id)
}

impl Endpoint {
    /// Answers a call of CloudFormation.
    pub(super) async fn cloudformation(
        &self,
        target: &Target<CloudFormationOperation>,
        call: &EndpointCall<'_>,
    ) -> Response {
        let request_id = self.clock.uuid().to_string();
        let Some(operation) = target.operation else {
            let error = EndpointError::not_in::<CloudFormationOperation>("CloudFormation", &target.name);
            return Protocol::Query(NAMESPACE).error(&error, &request_id);
        };
        match self.answered(operation, &call.parameters).await {
            Ok(result) => query_protocol::answer(NAMESPACE, &target.name, result.as_deref(), &request_id),
            Err(StackError { status, code, message }) => {
                query_protocol::error(status, NAMESPACE, code, &message, &request_id)
            }
        }
    }

    async fn answered(&self, operation: CloudFormationOperation, parameters: &QueryParameters) -> Answered {
        use CloudFormationOperation as Op;
        members::check(operation, parameters)?;
        self.check_role(parameters)?;
        request::check_options(parameters)?;
        if operation != Op::DescribeStackEvents {
            request::check_next_token(parameters, |_| false)?;
        }
        match operation {
            Op::CreateChangeSet => self.create_change_set(parameters).await,
            Op::DescribeChangeSet => self.describe_change_set(parameters),
            Op::ExecuteChangeSet => self.execute_change_set(parameters),
            Op::DeleteChangeSet => self.delete_change_set(parameters),
            Op::ListChangeSets => {
                let record = self.stack(parameters)?;
                Ok(Some(answers::change_set_summaries(&record)))
            }
            Op::CreateStack => self.create_stack(parameters).await,
            Op::UpdateStack => self.update_stack(parameters).await,
            Op::DeleteStack => self.delete_stack(parameters),
            Op::RollbackStack => self.roll_back_stack(parameters),
            Op::ContinueUpdateRollback => self.continue_update_rollback(parameters),
            Op::UpdateTerminationProtection => {
                let enabled = request::flag(parameters, "EnableTerminationProtection").unwrap_or_default();
                let record = self.stack(parameters)?;
                self.stacks.change(&record.id, |record| record.termination_protection = enabled);
                Ok(Some(query_protocol::element("StackId", &record.id)))
            }
            Op::DescribeStacks => {
                let records = match parameters.get("StackName").filter(|name| !name.is_empty()) {
                    Some(named) => vec![self.stacks.find(named).ok_or_else(|| StackError::no_stack(named))?],
                    None => self.stacks.all().into_iter().filter(|record| record.deleted.is_none()).collect(),
                };
                Ok(Some(answers::stacks(&records)))
            }
            Op::ListStacks => {
                let wanted = request::members(parameters, "StackStatusFilter");
                let all = self.stacks.all().into_iter();
                let records: Vec<StackRecord> =
                    all.filter(|record| wanted.is_empty() || wanted.contains(&record.status.as_str())).collect();
                Ok(Some(answers::stack_summaries(&records)))
            }
            Op::DescribeStackEvents => {
                let named = request::required(parameters, "StackName")?;
                let record = self.stacks.find(named);
                let record = record.ok_or_else(|| StackError::validation(format!("Stack [{named}] does not exist")))?;
                request::check_next_token(parameters, |token| record.events.iter().any(|event| event.id == token))?;
                Ok(Some(answers::events(&record, parameters.get("NextToken"))))
            }
            Op::DescribeStackResource => {
                let (record, id) = (self.stack(parameters)?, request::required(parameters, "LogicalResourceId")?);
                let resource = record.resources.iter().find(|resource| resource.logical_id == id);
                let missing = || format!("Resource {id} does not exist for stack {}", record.name);
                let resource = resource.ok_or_else(|| StackError::validation(missing()))?;
                Ok(Some(answers::resource_detail(&record, resource)))
            }
            Op::DescribeStackResources => {
                let physical_id = request::given(parameters, "PhysicalResourceId");
                let record = match physical_id.filter(|_| request::given(parameters, "StackName").is_none()) {
                    Some(id) => self
                        .stacks
                        .owner(id)
                        .ok_or_else(|| StackError::validation(format!("Stack for {id} does not exist")))?,
                    None => self.stack(parameters)?,
                };
                Ok(Some(answers::resources(&record, request::given(parameters, "LogicalResourceId"))))
            }
            Op::ListStackResources => Ok(Some(answers::resource_summaries(&self.stack(parameters)?))),
            Op::ListExports => Ok(Some(answers::exports(&self.stacks.all()))),
            Op::ListImports => {
                let export = request::required(parameters, "ExportName")?;
                let importers = self.stacks.importers(export);
                let none = || StackError::validation(format!("Export '{export}' is not imported by any stack."));
                if importers.is_empty() { Err(none()) } else { Ok(Some(answers::imports(&importers))) }
            }
            Op::GetTemplate => self.template(parameters),
            Op::GetTemplateSummary => {
                let template = match request::given(parameters, "StackName") {
                    Some(_) => {
                        let record = self.stack(parameters)?;
                        if record.is_in_review() {
                            let message = "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.";
                            return Err(StackError::validation(message));
                        }
                        record.source.template
                    }
                    None => self.template_of(parameters, None).await?,
                };
                Ok(Some(answers::template_summary(
                    &request::summary_of(&template)?,
                    &request::capability_of(&template)?,
                )))
            }
            Op::ValidateTemplate => {
                let template = self.template_of(parameters, None).await?;
                request::check_references(&template)?;
                Ok(Some(answers::validated(&request::summary_of(&template)?, &request::capability_of(&template)?)))
            }
        }
    }

    /// The stack that `StackName` names, by name or id.
    fn stack(&self, parameters: &QueryParameters) -> Result<StackRecord, StackError> {
        let named = request::required(parameters, "StackName")?;
        self.stacks.find(named).ok_or_else(|| StackError::no_stack(named))
    }

    fn template(&self, parameters: &QueryParameters) -> Answered {
        // <https://github.com/localstack/localstack/pull/13139>
        let (record, original) = match request::given(parameters, "ChangeSetName") {
            Some(named) if named.starts_with("arn:") || request::given(parameters, "StackName").is_some() => {
                let (record, set) = self.change_set(parameters)?;
                (record, set.source.template)
            }
            Some(_) => return Err(StackError::validation("StackName is a required parameter.")),
            None if request::given(parameters, "StackName").is_none() => {
                return Err(StackError::validation("StackName is required if ChangeSetName is not specified."));
            }
            None => {
                let record = self.stack(parameters)?;
                let original = record.source.template.clone();
                (record, original)
            }
        };
        let body = match parameters.get("TemplateStage") {
            Some("Processed") => {
                let input =
                    cloudformation::SamInput { region: REGION.to_string(), parameters: record.parameters.clone() };
                let expanded = cloudformation::expand(&original, std::path::Path::new("template"), &input);
                expanded.map_err(|error| StackError::validation(error.to_string()))?
            }
            _ => original,
        };
        Ok(Some(answers::template(&body)))
    }

    async fn create_stack(&self, parameters: &QueryParameters) -> Answered {
        let name = request::required(parameters, "StackName")?;
        let existing = self.stacks.find(name);
        if let Some(record) = existing.filter(|record| !record.is_in_review()) {
            let message = format!("Stack [{}] already exists", record.name);
            return Err(StackError::new("AlreadyExistsException", message));
        }
        let on_failure = request::on_failure(parameters)?;
        let mut asked = self.stack_request(name, parameters, None).await?;
        asked.on_failure = on_failure;
        asked.acknowledged()?;
        self.planned(&asked).await.map_err(|error| StackError::validation(sentence(&error)))?;
        let id = self.stacks.find(name).map_or_else(|| self.stacks.announce(name), |record| record.id);
        let protected = request::flag(parameters, "EnableTerminationProtection").unwrap_or_default();
        let told_on_failure = request::given(parameters, "OnFailure").is_some();
        self.stacks.change(&id, |record| {
            record.termination_protection = protected;
            record.created_with_on_failure = told_on_failure;
        });
        self.begin(&id, asked, "CREATE_IN_PROGRESS", None);
        Ok(Some(query_protocol::element("StackId", &id)))
    }

    /// Why no file can be deployed as the stack called `name` now, as clients print it.
    pub(super) fn undeployable(&self, name: &str) -> Option<String> {
        let (operation, refused) = match self.stacks.find(name).filter(|record| !record.is_in_review()) {
            Some(record) => ("UpdateStack", request::updatable(&record, OnFailure::Rollback)),
            None => ("CreateStack", members::check_new_name(name)),
        };
        let StackError { code, message, .. } = refused.err()?;
        Some(format!("An error occurred ({code}) when calling the {operation} operation: {message}"))
    }

    async fn update_stack(&self, parameters: &QueryParameters) -> Answered {
        let named = request::required(parameters, "StackName")?;
        let record = self.stacks.find(named);
        let record = record.ok_or_else(|| StackError::validation(format!("Stack [{named}] does not exist")))?;
        let on_failure = request::disable_rollback(parameters);
        request::updatable(&record, on_failure)?;
        let mut asked = self.stack_request(&record.name, parameters, Some(&record)).await?;
        asked.on_failure = on_failure;
        asked.acknowledged()?;
        self.planned(&asked).await.map_err(|error| StackError::validation(sentence(&error)))?;
        self.begin(&record.id, asked, "UPDATE_IN_PROGRESS", None);
        Ok(Some(query_protocol::element("StackId", &record.id)))
    }

    /// Back to what was stable last, from a deployment that failed and was not rolled back.
    fn roll_back_stack(&self, parameters: &QueryParameters) -> Answered {
        let record = self.stack(parameters)?;
        if !["CREATE_FAILED", "UPDATE_FAILED"].contains(&record.status.as_str()) {
            return Err(StackError::state(&record, "rolled back"));
        }
        let status = match record.unfinished.as_ref().is_some_and(|unfinished| unfinished.stable.is_some()) {
            true => "UPDATE_ROLLBACK_IN_PROGRESS",
            false => "ROLLBACK_IN_PROGRESS",
        };
        self.begin_rollback(&record, status, parameters, Vec::new());
        Ok(Some(query_protocol::element("StackId", &record.id)))
    }

    /// The same once more, after it has failed.
    fn continue_update_rollback(&self, parameters: &QueryParameters) -> Answered {
        let record = self.stack(parameters)?;
        if record.status != "UPDATE_ROLLBACK_FAILED" {
            return Err(StackError::state(&record, "rolled back"));
        }
        let skipped = request::members(parameters, "ResourcesToSkip").into_iter().map(str::to_string).collect();
        self.begin_rollback(&record, "UPDATE_ROLLBACK_IN_PROGRESS", parameters, skipped);
        Ok(Some(String::new()))
    }

    fn begin_rollback(
        &self,
        record: &StackRecord,
        status: &'static str,
        parameters: &QueryParameters,
        skipped: Vec<String>,
    ) {
        let retain_except_on_create = request::flag(parameters, "RetainExceptOnCreate").unwrap_or_default();
        self.stacks.change(&record.id, |record| record.status = status.to_string());
        let (endpoint, name) = (self.clone(), record.name.clone());
        let operation = StackOperation::RollBack { stack: name.clone(), retain_except_on_create, skipped };
        tokio::spawn(async move {
            match endpoint.carried_out(operation).await {
                // Its events have said how it ended.
                None | Some(Ok(_) | Err(DeploymentError::Failed(_))) => {}
                Some(Err(error)) => {
                    endpoint.note(&name, &status.replace("IN_PROGRESS", "FAILED"), Some(&error.to_string()));
                }
            }
        });
    }

    fn delete_stack(&self, parameters: &QueryParameters) -> Answered {
        let named = request::required(parameters, "StackName")?;
        // A stack that is not there is deleted already.
        let Some(record) = self.stacks.find(named).filter(|record| record.deleted.is_none()) else { return Ok(None) };
        if record.termination_protection {
            let message = format!("Stack [{}] cannot be deleted while TerminationProtection is enabled", record.name);
            return Err(StackError::validation(message));
        }
        if record.status == "DELETE_IN_PROGRESS" {
            return Ok(None);
        }
        if record.is_in_progress() {
            return Err(StackError::state(&record, "deleted"));
        }
        let retained: Vec<String> =
            request::members(parameters, "RetainResources").into_iter().map(str::to_string).collect();
        if !retained.is_empty() && record.status != "DELETE_FAILED" {
            let message = format!(
                "Invalid operation on stack [{}]. Resources can be retained when the stack is in the DELETE_FAILED state; it is in {}.",
                record.id, record.status
            );
            return Err(StackError::validation(message));
        }
        self.stacks.change(&record.id, |record| record.status = "DELETE_IN_PROGRESS".to_string());
        let (endpoint, stack) = (self.clone(), record.name);
        // The stack's events say how it ends.
        tokio::spawn(async move { endpoint.carried_out(StackOperation::Delete { stack, retained }).await });
        Ok(None)
    }

    /// What a deployment would do.
    async fn planned(&self, asked: &StackRequest) -> Result<Vec<PlannedChange>, DeploymentError> {
        let planned = self.carried_out(StackOperation::Plan(asked.deployment())).await;
        planned.unwrap_or_else(|| Err(DeploymentError::Invalid("The local cloud is shutting down.".to_string())))
    }

    /// How an operation ended; nothing where the cloud goes away.
    async fn carried_out(&self, operation: StackOperation) -> Option<Result<Vec<PlannedChange>, DeploymentError>> {
        self.deployments.ask_in_turn(operation).await?.end.await.ok()
    }

    /// Has a deployment carried out, which answers before it is. `status` is what the stack is in from now on.
    fn begin(&self, id: &str, asked: StackRequest, status: &'static str, change_set: Option<String>) {
        self.stacks.change(id, |record| {
            record.status = status.to_string();
            record.on_failure = asked.on_failure;
            // A stack that is being created is described by this also where nothing comes of it.
            if status == "CREATE_IN_PROGRESS" {
                (record.source, record.parameters) = (asked.source.clone(), asked.parameters.clone());
            }
        });
        let (endpoint, id) = (self.clone(), id.to_string());
        tokio::spawn(async move {
            let Some(ended) = endpoint.carried_out(StackOperation::Deploy(asked.deployment())).await else { return };
            match &ended {
                // Its events have said how it ended.
                Ok(_) | Err(DeploymentError::Failed(_)) => {}
                // It was possible when it was planned, and something else has happened in between.
                Err(error) => endpoint.failed_before_it_began(&asked, status, &error.to_string()),
            }
            endpoint.stacks.change(&id, |record| {
                let is_this = |set: &ChangeSet| Some(&set.id) == change_set.as_ref();
                if ended.is_ok() {
                    // The others were made for the stack as it was.
                    record.change_sets.retain(is_this);
                }
                for set in record.change_sets.iter_mut().filter(|set| is_this(set)) {
                    set.execution_status = if ended.is_ok() { "EXECUTE_COMPLETE" } else { "EXECUTE_FAILED" };
                }
            });
        });
    }

    /// The events of a deployment that ended before it had any.
    fn failed_before_it_began(&self, asked: &StackRequest, status: &str, why: &str) {
        let (creates, deletes) = (status == "CREATE_IN_PROGRESS", asked.on_failure == OnFailure::Delete);
        let was_kept = self.stacks.find(&asked.name).is_some_and(|record| record.unfinished.is_some());
        let (fails, end) = match creates {
            _ if was_kept => ("UPDATE_FAILED", None),
            true if deletes => ("DELETE_IN_PROGRESS", Some("DELETE_COMPLETE")),
            true => ("ROLLBACK_IN_PROGRESS", Some("ROLLBACK_COMPLETE")),
            false => ("UPDATE_ROLLBACK_IN_PROGRESS", Some("UPDATE_ROLLBACK_COMPLETE")),
        };
        self.note(&asked.name, status, Some("User Initiated"));
        self.note(&asked.name, fails, Some(why));
        if let Some(end) = end {
            self.note(&asked.name, end, None);
        }
    }

    /// Writes down an event of the stack called `name` itself.
    fn note(&self, name: &str, status: &str, reason: Option<&str>) {
        let event = StackEvent::of(&Resource::of_stack(name), status, reason, self.stacks.now());
        self.stacks.record(name, event);
    }
}
