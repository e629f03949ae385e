//! Deployments that are asked for at the AWS endpoint, on their way to the owner of the cloud.
//!
//! The result travels as text, because the endpoint only passes it on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::StackEvent;

/// What to deploy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deployment {
    /// The SAM template's file.
    pub template: PathBuf,
    /// Values for the template's parameters; those that are left out keep the value of the last deployment, also where that was
    /// a default and the template has another default now.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// A deployment with those who wait for it.
#[derive(Debug)]
pub struct DeploymentRequest {
    /// What to deploy.
    pub deployment: Deployment,
    /// Told each event as it happens.
    pub(crate) events: mpsc::UnboundedSender<StackEvent>,
    /// Told how it ended.
    pub(crate) end: oneshot::Sender<Result<(), String>>,
    /// A stack is updated by one at a time.
    pub(crate) turn: OwnedSemaphorePermit,
}

/// A deployment as its caller follows it.
#[derive(Debug)]
pub struct Progress {
    /// The events, until the last.
    pub events: mpsc::UnboundedReceiver<StackEvent>,
    /// How it ended.
    pub end: oneshot::Receiver<Result<(), String>>,
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
    pub fn ask(&self, deployment: Deployment) -> Option<Progress> {
        let turn = Arc::clone(&self.turn).try_acquire_owned().ok()?;
        let (events, progress) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        self.requests.try_send(DeploymentRequest { deployment, events, end, turn }).ok()?;
        Some(Progress { events: progress, end: ended })
    }
}
