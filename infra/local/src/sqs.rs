//! SQS: the queues that on-failure destinations need.
//!
//! Services put messages in with [`Queues::send`]; people and programs take them out with the API (`sqs/receive`).
//! Messages stay until somebody takes them: in memory and, when there is a data folder, in its `queues`, one file per
//! message. So what was given up before a restart is still there after it.

mod receive;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::data_folder::{STATE_LIMIT, read_bounded};
use stack::{Queue, queue_arn};

pub use receive::{QueueDepth, Received};

/// The queues of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queues(Arc<QueuesState>);

#[derive(Debug)]
struct QueuesState {
    clock: Clock,
    folder: Option<PathBuf>,
    queues: Mutex<BTreeMap<String, VecDeque<Message>>>,
    declared: Mutex<Vec<Queue>>,
    /// Messages that somebody has taken and not yet deleted, by id.
    taken: Mutex<BTreeMap<String, receive::Taken>>,
    /// Counts messages that have come, so that a long poll need not look again and again.
    arrived: watch::Sender<u64>,
}

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Its text.
    pub body: String,
}

impl Queues {
    /// The stack's queues, with the messages that `folder` holds of an earlier run.
    pub fn open(queues: &[Queue], folder: Option<&Path>, clock: Clock) -> std::io::Result<Queues> {
        let folder = folder.map(|folder| folder.join("queues"));
        let (opened, declared, taken, arrived) =
            (Mutex::default(), Mutex::default(), Mutex::default(), watch::Sender::new(0));
        let opened = Queues(Arc::new(QueuesState { clock, folder, queues: opened, declared, taken, arrived }));
        for queue in queues {
            opened.create(queue)?;
        }
        opened.declare(queues);
        Ok(opened)
    }

    /// Makes a queue, with the messages that the data folder holds for it; false where something of it was there already.
    pub(crate) fn create(&self, queue: &Queue) -> std::io::Result<bool> {
        if self.queues().contains_key(&queue.arn()) {
            return Ok(false);
        }
        let mut messages = VecDeque::new();
        let mut new = true;
        if let Some(folder) = &self.0.folder {
            let folder = folder.join(&queue.name);
            new = !folder.exists();
            std::fs::create_dir_all(&folder)?;
            let mut files: Vec<PathBuf> =
                std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
            files.sort();
            for file in files {
                let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                messages.push_back(Message { id, body: read_bounded(&file, STATE_LIMIT)? });
            }
        }
        self.queues().insert(queue.arn(), messages);
        Ok(new)
    }

    /// Gives the queues the settings of a deployment.
    pub(crate) fn declare(&self, queues: &[Queue]) {
        *self.0.declared.lock().unwrap_or_else(PoisonError::into_inner) = queues.to_vec();
    }

    /// Deletes a queue with all its messages.
    pub(crate) fn delete_queue(&self, name: &str) {
        self.queues().remove(&queue_arn(name));
        if let Some(folder) = &self.0.folder
            && let Err(error) = std::fs::remove_dir_all(folder.join(name))
        {
            tracing::warn!(%error, name, "the messages of a queue that is gone could not be removed");
        }
    }

    /// Puts a message into the queue with this ARN; false where there is none.
    pub fn send(&self, arn: &str, body: String) -> bool {
        self.put(arn, body).is_some()
    }

    /// As [`Queues::send`], with the message's id.
    pub(crate) fn put(&self, arn: &str, body: String) -> Option<String> {
        let mut queues = self.queues();
        let messages = queues.get_mut(arn)?;
        let message = Message { id: self.0.clock.ordered_uuid().to_string(), body };
        if let Some(folder) = &self.0.folder {
            let name = arn.rsplit(':').next().unwrap_or_default();
            let file = folder.join(name).join(format!("{}.json", message.id));
            if let Err(error) = std::fs::write(&file, &message.body) {
                tracing::warn!(%error, file = %file.display(), "a message was not kept over a restart");
            }
        }
        let id = message.id.clone();
        messages.push_back(message);
        self.0.arrived.send_modify(|arrived| *arrived += 1);
        Some(id)
    }

    /// The messages that wait in the queue with this ARN, oldest first.
    pub fn messages(&self, arn: &str) -> Vec<Message> {
        self.queues().get(arn).map(|messages| messages.iter().cloned().collect()).unwrap_or_default()
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<Message>>> {
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
