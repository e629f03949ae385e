//! Change sets: what a deployment would do, to be looked at first and carried out then.

use cloudformation::{ExpandError, SamInput, expand};
use stack::{ACCOUNT, REGION};

use super::super::Endpoint;
use super::request::{self, StackRequest};
use super::{Answered, StackError, answers, members, sentence};
use crate::deployment::{ChangeSet, DeploymentError, OnFailure, PlannedChange, StackRecord};
use crate::service::query_protocol::{QueryParameters, element};

/// Why a change set fails that would change nothing.
const NO_CHANGES: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";

impl Endpoint {
    pub(super) async fn create_change_set(&self, parameters: &QueryParameters) -> Answered {
        let stack = request::required(parameters, "StackName")?;
        let name = request::required(parameters, "ChangeSetName")?;
        let existing = self.stacks.find(stack);
        let creates = request::given(parameters, "ChangeSetType") == Some("CREATE");
        match (&existing, creates) {
            (Some(record), true) if !record.is_in_review() => {
                return Err(StackError::validation(format!(
                    "Stack [{}] already exists and cannot be created again with the changeSet [{name}].",
                    record.name
                )));
            }
            (None, true) => members::check_new_name(stack)?,
            (None, false) => return Err(StackError::validation(format!("Stack [{stack}] does not exist"))),
            // How it goes on from a failure is said when the change set is executed.
            (Some(record), false) => request::updatable(record, OnFailure::DoNothing)?,
            (Some(_), true) => {}
        }
        let on_stack_failure = request::one_of(parameters, "OnStackFailure");
        if on_stack_failure == Some(OnFailure::Delete) && !creates {
            return Err(StackError::validation(
                "OnStackFailure can be DELETE only in a change set of the type CREATE.",
            ));
        }
        if existing.as_ref().is_some_and(|record| record.change_set(name).is_some()) {
            return Err(StackError::new("AlreadyExistsException", format!("ChangeSet {name} already exists")));
        }
        let stack_name = existing.as_ref().map_or(stack, |record| record.name.as_str());
        let previous = existing.as_ref().filter(|_| !creates);
        let asked = self.stack_request(stack_name, parameters, previous).await?;
        let judged = self.judged(&asked).await?;
        let stack_id = existing.as_ref().map_or_else(|| self.stacks.review(stack_name), |record| record.id.clone());
        let id = format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{name}/{}", self.clock.uuid());
        let (status, execution_status, changes, status_reason) = match judged {
            Ok(changes) => ("CREATE_COMPLETE", "AVAILABLE", changes, None),
            Err(reason) => ("FAILED", "UNAVAILABLE", Vec::new(), Some(reason)),
        };
        let set = ChangeSet {
            id: id.clone(),
            name: name.to_string(),
            description: parameters.get("Description").map(str::to_string),
            created: self.clock.iso_millis(),
            creates,
            status,
            status_reason,
            execution_status,
            changes,
            source: asked.source,
            parameters: asked.parameters,
            on_stack_failure,
        };
        self.stacks.change(&stack_id, |record| record.change_sets.push(set));
        Ok(Some([element("Id", &id), element("StackId", &stack_id)].concat()))
    }

    /// What the stack would become, or why the change set fails. A template without a transform is judged before the call is answered, so
    /// what is wrong with it is the call's own error.
    async fn judged(&self, asked: &StackRequest) -> Result<Result<Vec<PlannedChange>, String>, StackError> {
        if asked.is_transformed() {
            let input = SamInput { region: REGION.to_string(), parameters: asked.parameters.clone() };
            if let Err(ExpandError::Sam(refusal)) =
                expand(&asked.source.template, std::path::Path::new("template"), &input)
            {
                let transform = asked.transforms.join(", ");
                return Ok(Err(format!("Transform {transform} failed with: {refusal}")));
            }
        }
        if let Some(missing) = asked.unacknowledged() {
            return if asked.is_transformed() { Ok(Err(missing.message)) } else { Err(missing) };
        }
        match self.planned(asked).await {
            Ok(changes) => Ok(Ok(changes)),
            Err(DeploymentError::NoUpdates) => Ok(Err(NO_CHANGES.to_string())),
            Err(error) if asked.is_transformed() => Ok(Err(sentence(&error))),
            Err(error) => Err(StackError::validation(sentence(&error))),
        }
    }

    pub(super) fn describe_change_set(&self, parameters: &QueryParameters) -> Answered {
        let (record, set) = self.change_set(parameters)?;
        Ok(Some(answers::change_set(&record, &set)))
    }

    pub(super) fn execute_change_set(&self, parameters: &QueryParameters) -> Answered {
        let (record, set) = self.change_set(parameters)?;
        if set.execution_status != "AVAILABLE" {
            let status = if set.status == "FAILED" { set.status } else { set.execution_status };
            let message = format!("ChangeSet [{}] cannot be executed in its current status of [{status}]", set.id);
            return Err(StackError::new("InvalidChangeSetStatus", message));
        }
        if set.on_stack_failure.is_some() && request::given(parameters, "DisableRollback").is_some() {
            return Err(StackError::validation(
                "DisableRollback can not be given for a change set that was created with OnStackFailure.",
            ));
        }
        let on_failure = set.on_stack_failure.unwrap_or_else(|| request::disable_rollback(parameters));
        if !set.creates {
            request::updatable(&record, on_failure)?;
        }
        let asked = StackRequest {
            name: record.name.clone(),
            transforms: request::summary_of(&set.source.template)?.transforms,
            source: set.source,
            parameters: set.parameters,
            on_failure,
            retain_except_on_create: request::flag(parameters, "RetainExceptOnCreate").unwrap_or_default(),
        };
        self.stacks.change(&record.id, |record| {
            for other in record.change_sets.iter_mut().filter(|other| other.id == set.id) {
                other.execution_status = "EXECUTE_IN_PROGRESS";
            }
        });
        let status = if set.creates { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" };
        self.begin(&record.id, asked, status, Some(set.id));
        Ok(Some(String::new()))
    }

    pub(super) fn delete_change_set(&self, parameters: &QueryParameters) -> Answered {
        match self.change_set(parameters) {
            Ok((record, set)) => {
                self.stacks.change(&record.id, |record| record.change_sets.retain(|other| other.id != set.id));
                Ok(Some(String::new()))
            }
            // One that is gone is deleted, as long as its stack is there.
            Err(error) if error.code == "ChangeSetNotFound" => Ok(Some(String::new())),
            Err(error) => Err(error),
        }
    }

    /// The change set that a call names: by its id, or by its name and the stack's.
    pub(super) fn change_set(&self, parameters: &QueryParameters) -> Result<(StackRecord, ChangeSet), StackError> {
        let named = request::required(parameters, "ChangeSetName")?;
        let record = match parameters.get("StackName").filter(|stack| !stack.is_empty()) {
            Some(stack) => self
                .stacks
                .find(stack)
                .ok_or_else(|| StackError::validation(format!("Stack [{stack}] does not exist")))?,
            None if !named.starts_with("arn:") => {
                return Err(StackError::validation(
                    "StackName must be specified if ChangeSetName is not specified as an ARN.",
                ));
            }
            None => {
                let holding = self.stacks.all().into_iter().find(|record| record.change_set(named).is_some());
                holding.ok_or_else(|| StackError::no_change_set(named))?
            }
        };
        let set = record.change_set(named).cloned().ok_or_else(|| StackError::no_change_set(named))?;
        Ok((record, set))
    }
}
