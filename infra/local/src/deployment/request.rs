//! Deployments that are asked for at the AWS endpoint, on their way to the owner of the cloud.
//!
//! One is carried out at a time. What comes of it travels as data that the endpoint can pass on: events, changes, and why not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{DeployedFrom, PlannedChange, StackEvent, StackSource};

/// What `cargo workbook deploy` asks for: a file in the place of a stack, or as a new one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileDeployment {
    /// The stack's name; that of the stack which the cloud was started with where none is given.
    #[serde(default)]
    pub stack: Option<String>,
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
    /// What becomes of the stack when a resource is refused.
    pub on_failure: OnFailure,
    /// Whether what this deployment makes goes with it when it is rolled back, whatever its `DeletionPolicy` retains.
    pub retain_except_on_create: bool,
}

/// What becomes of a stack when a resource is refused.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OnFailure {
    /// Everything is taken back.
    #[default]
    Rollback,
    /// What was made stays, and the stack waits for somebody to go on or back: `DisableRollback`.
    DoNothing,
    /// Everything is taken back, and the stack with it. Only for a stack that is being created.
    Delete,
}

impl OnFailure {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            OnFailure::Rollback => "ROLLBACK",
            OnFailure::DoNothing => "DO_NOTHING",
            OnFailure::Delete => "DELETE",
        }
    }

    /// The one that AWS calls `word`.
    pub fn of(word: &str) -> Option<OnFailure> {
        [OnFailure::Rollback, OnFailure::DoNothing, OnFailure::Delete].into_iter().find(|one| one.as_str() == word)
    }
}

impl Deployment {
    /// The deployment of the file `template` in the place of the stack that the cloud was started with.
    pub fn of_file(template: PathBuf, parameters: BTreeMap<String, String>) -> Deployment {
        Deployment::of_file_as(None, template, parameters)
    }

    /// The deployment of the file `template` as the stack called `stack`.
    pub fn of_file_as(stack: Option<&str>, template: PathBuf, parameters: BTreeMap<String, String>) -> Deployment {
        let source = StackSource { file: Some(template.clone()), ..StackSource::default() };
        Deployment::of(stack, TemplateSource::File(template), parameters, source)
    }

    /// The deployment of the text `template` as the stack called `stack`.
    pub fn of_text(stack: &str, template: &str, parameters: BTreeMap<String, String>) -> Deployment {
        let source = StackSource { template: template.to_string(), ..StackSource::default() };
        Deployment::of(Some(stack), TemplateSource::Text(template.to_string()), parameters, source)
    }

    /// The deployment of what a stack called `name` was deployed from once.
    pub(crate) fn again(name: &str, deployed: &DeployedFrom) -> Deployment {
        let template = match &deployed.source.file {
            Some(file) => TemplateSource::File(file.clone()),
            None => TemplateSource::Text(deployed.source.template.clone()),
        };
        Deployment::of(Some(name), template, deployed.parameters.clone(), deployed.source.clone())
    }

    fn of(
        stack: Option<&str>,
        template: TemplateSource,
        parameters: BTreeMap<String, String>,
        source: StackSource,
    ) -> Deployment {
        let stack = stack.map(str::to_string);
        let (on_failure, retain_except_on_create) = (OnFailure::Rollback, false);
        Deployment { stack, template, parameters, source, on_failure, retain_except_on_create }
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

impl TemplateSource {
    /// The template's text; nothing where its file is gone.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            TemplateSource::File(file) => std::fs::read_to_string(file).unwrap_or_default().into(),
            TemplateSource::Text(text) => text.into(),
        }
    }
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
    /// Take back what a deployment left behind that failed and was not rolled back.
    RollBack {
        /// The stack's name.
        stack: String,
        /// As [`Deployment::retain_except_on_create`].
        retain_except_on_create: bool,
        /// The logical ids of resources that are left as they are.
        skipped: Vec<String>,
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
    /// It does not begin, because AWS refuses the template.
    #[error("{text}")]
    Malformed {
        /// What CloudFormation says, which is the first that it finds.
        sentence: String,
        /// All that is wrong, with places and what to write, for people.
        text: String,
    },
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
