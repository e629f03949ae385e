//! Deployments that are asked for at the AWS endpoint, on their way to the owner of the cloud.
//!
//! One is carried out at a time. What comes of it travels as data that the endpoint can pass on: events, changes, and why not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{PlannedChange, StackEvent, StackSource};

/// What `cargo workbook deploy` asks for: a file in the place of the stack that the cloud was started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileDeployment {
    /// The template.
    pub template: PathBuf,
    /// Values for the template's parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// What to deploy.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The stack's name; that of the stack which the cloud was started with where none is given.
    pub stack: Option<String>,
    /// The template.
    pub template: TemplateSource,
    /// Values for the template's parameters; those that are left out keep the value of the last deployment, also where that was
    /// a default and the template has another default now.
    pub parameters: BTreeMap<String, String>,
    /// What CloudFormation remembers of it.
    pub source: StackSource,
}

impl Deployment {
    /// The deployment of the file `template` in the place of the stack that the cloud was started with.
    pub fn of_file(template: PathBuf, parameters: BTreeMap<String, String>) -> Deployment {
        Deployment { stack: None, template: TemplateSource::File(template), parameters, source: StackSource::default() }
    }

    /// The deployment of the text `template` as the stack called `stack`.
    pub fn of_text(stack: &str, template: &str, parameters: BTreeMap<String, String>) -> Deployment {
        let source = StackSource { template: template.to_string(), ..StackSource::default() };
        let template = TemplateSource::Text(template.to_string());
        Deployment { stack: Some(stack.to_string()), template, parameters, source }
    }
}

/// Where a template comes from.
#[derive(Debug, Clone)]
pub enum TemplateSource {
    /// A file, beside which the code of its functions lies.
    File(PathBuf),
    /// A text that a client has sent. Its functions' code lies in buckets.
    Text(String),
}

/// What the owner of the cloud is asked to do.
#[derive(Debug, Clone)]
pub enum StackOperation {
    /// Create or update a stack.
    Deploy(Deployment),
    /// Say what a deployment would do.
    Plan(Deployment),
    /// Delete a stack.
    Delete {
        /// Its name.
        stack: String,
        /// The logical ids of resources that stay.
        retained: Vec<String>,
    },
}

/// Why a deployment did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeploymentError {
    /// CloudFormation does not begin: nothing is different.
    #[error("No updates are to be performed.")]
    NoUpdates,
    /// CloudFormation does not begin, and says so in words of its own: a `ValidationError`.
    #[error("{0}")]
    Validation(String),
    /// It does not begin, because the template or the code is wrong.
    #[error("{0}")]
    Invalid(String),
    /// It began, and the stack's events say how it ended.
    #[error("{0}")]
    Failed(String),
}

/// An operation with those who wait for it.
#[derive(Debug)]
pub struct DeploymentRequest {
    /// What to do.
    pub operation: StackOperation,
    /// Told each event as it happens.
    pub(crate) events: mpsc::UnboundedSender<StackEvent>,
    /// Told how it ended; of a plan, what it would do.
    pub(crate) end: oneshot::Sender<Result<Vec<PlannedChange>, DeploymentError>>,
    /// One operation at a time.
    pub(crate) turn: OwnedSemaphorePermit,
}

/// A deployment as its caller follows it.
#[derive(Debug)]
pub struct Progress {
    /// The events, until the last.
    pub events: mpsc::UnboundedReceiver<StackEvent>,
    /// How it ended.
    pub end: oneshot::Receiver<Result<Vec<PlannedChange>, DeploymentError>>,
}

/// Where deployments are asked for. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deployments {
    requests: mpsc::Sender<DeploymentRequest>,
    turn: Arc<Semaphore>,
}

impl Deployments {
    pub(crate) fn channel() -> (Deployments, mpsc::Receiver<DeploymentRequest>) {
        let (requests, receiver) = mpsc::channel(1);
        (Deployments { requests, turn: Arc::new(Semaphore::new(1)) }, receiver)
    }

    /// Asks for a deployment; `None` while another one is under way.
    pub fn ask(&self, operation: StackOperation) -> Option<Progress> {
        self.send(Arc::clone(&self.turn).try_acquire_owned().ok()?, operation)
    }

    /// Asks for a deployment as soon as no other one is under way; `None` where nobody carries out any.
    pub async fn ask_in_turn(&self, operation: StackOperation) -> Option<Progress> {
        self.send(Arc::clone(&self.turn).acquire_owned().await.ok()?, operation)
    }

    fn send(&self, turn: OwnedSemaphorePermit, operation: StackOperation) -> Option<Progress> {
        let (events, progress) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        self.requests.try_send(DeploymentRequest { operation, events, end, turn }).ok()?;
        Some(Progress { events: progress, end: ended })
    }
}
