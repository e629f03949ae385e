//! Why a deployment did not happen.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::cloud::BootError;
use crate::deployment::{Action, DeploymentError, Invalid, STACK};
use cloudformation::TemplateError;
use stack::Resource;

/// Why a deployment did not happen. The running stack is what it was.
#[derive(Debug, Error)]
pub enum DeployError {
    /// The template is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// This build, or this machine, cannot run it.
    #[error(transparent)]
    Cloud(#[from] BootError),
    /// Functions have no code.
    #[error("{}", .0.join("\n"))]
    Code(Vec<String>),
    /// CloudFormation does not begin.
    #[error("An error occurred (ValidationError) when calling the UpdateStack operation: {0}")]
    Invalid(#[from] Invalid),
    /// A stack that there is not.
    #[error("Stack with id {0} does not exist")]
    NoStack(String),
    /// A resource was refused, and everything was taken back, or what was made before stays.
    #[error("{status}  {resource_type}  {logical_id}  {reason}")]
    RolledBack {
        /// `CREATE_FAILED` or `UPDATE_FAILED`.
        status: String,
        /// `AWS::Lambda::EventSourceMapping`.
        resource_type: String,
        /// The template's name for it.
        logical_id: String,
        /// The service's words, in CloudFormation's.
        reason: String,
    },
}

/// A resource that ended a deployment, or the stack itself: what it imports and exports.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) resource: Resource,
    pub(super) action: Action,
    /// `ResourceStatusReason`.
    pub(super) reason: String,
    /// The logical ids of what was made or changed before.
    pub(super) made: BTreeSet<String>,
}

impl Refused {
    /// What the stack's own event says of it.
    pub(super) fn summary(&self) -> String {
        if self.resource.resource_type == STACK {
            return format!("{}.", self.reason);
        }
        let verb = if self.action == Action::Create { "create" } else { "update" };
        format!("The following resource(s) failed to {verb}: [{}].", self.resource.logical_id)
    }
}

impl From<Refused> for DeployError {
    fn from(Refused { resource, action, reason, .. }: Refused) -> DeployError {
        let Resource { resource_type, logical_id, .. } = resource;
        DeployError::RolledBack { status: format!("{}_FAILED", action.word()), resource_type, logical_id, reason }
    }
}

impl From<DeployError> for DeploymentError {
    fn from(error: DeployError) -> DeploymentError {
        match error {
            DeployError::Invalid(Invalid::NoUpdates) => DeploymentError::NoUpdates,
            DeployError::Invalid(invalid) => DeploymentError::Validation(invalid.to_string()),
            DeployError::NoStack(_) => DeploymentError::Validation(error.to_string()),
            DeployError::RolledBack { .. } => DeploymentError::Failed(error.to_string()),
            DeployError::Template(error) => match error.sentence() {
                Some(sentence) => {
                    DeploymentError::Malformed { sentence: sentence.to_string(), text: error.to_string() }
                }
                None => DeploymentError::Invalid(error.to_string()),
            },
            other => DeploymentError::Invalid(other.to_string()),
        }
    }
}
