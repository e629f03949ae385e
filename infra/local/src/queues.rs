//! SQS: the queues that on-failure destinations need.
//!
//! Services put messages in with [`Queues::send`]; people and programs take them out with the API (`queues/receive`).
//! Messages stay until somebody takes them, in memory, and in the data folder's `queues` when there is one, a file a
//! message, so that what was given up before a restart is still there after it.

mod receive;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::stack::Queue;

pub use receive::{Received, Waiting};

/// The queues of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queues(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    folder: Option<PathBuf>,
    queues: Mutex<BTreeMap<String, VecDeque<Message>>>,
    declared: Vec<Queue>,
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
        let mut opened = BTreeMap::new();
        for queue in queues {
            let mut messages = VecDeque::new();
            if let Some(folder) = &folder {
                let folder = folder.join(&queue.name);
                std::fs::create_dir_all(&folder)?;
                let mut files: Vec<PathBuf> =
                    std::fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
                files.sort();
                for file in files {
                    let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                    messages.push_back(Message { id, body: std::fs::read_to_string(&file)? });
                }
            }
            opened.insert(queue.arn(), messages);
        }
        let (declared, taken, arrived) = (queues.to_vec(), Mutex::default(), watch::Sender::new(0));
        Ok(Queues(Arc::new(Inner { clock, folder, queues: Mutex::new(opened), declared, taken, arrived })))
    }

    /// Puts a message into the queue with this ARN; false where there is none.
    pub fn send(&self, arn: &str, body: String) -> bool {
        let mut queues = self.queues();
        let Some(messages) = queues.get_mut(arn) else { return false };
        let message = Message { id: self.0.clock.ordered_uuid().to_string(), body };
        if let Some(folder) = &self.0.folder {
            let name = arn.rsplit(':').next().unwrap_or_default();
            let file = folder.join(name).join(format!("{}.json", message.id));
            if let Err(error) = std::fs::write(&file, &message.body) {
                tracing::warn!(%error, file = %file.display(), "a message was not kept over a restart");
            }
        }
        messages.push_back(message);
        self.0.arrived.send_modify(|arrived| *arrived += 1);
        true
    }

    /// The messages that wait in the queue with this ARN, oldest first.
    pub fn messages(&self, arn: &str) -> Vec<Message> {
        self.queues().get(arn).map(|messages| messages.iter().cloned().collect()).unwrap_or_default()
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<Message>>> {
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
