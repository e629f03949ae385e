//! Why a deployment did not happen.

use thiserror::Error;

use crate::cloud::BootError;
use crate::deployment::{DeploymentError, Invalid};
use cloudformation::TemplateError;

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
    /// A resource was refused, and everything was taken back.
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

impl From<DeployError> for DeploymentError {
    fn from(error: DeployError) -> DeploymentError {
        match error {
            DeployError::Invalid(Invalid::NoUpdates) => DeploymentError::NoUpdates,
            DeployError::Invalid(invalid) => DeploymentError::Validation(invalid.to_string()),
            DeployError::NoStack(_) => DeploymentError::Validation(error.to_string()),
            DeployError::RolledBack { .. } => DeploymentError::Failed(error.to_string()),
            other => DeploymentError::Invalid(other.to_string()),
        }
    }
}
