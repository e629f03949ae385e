//! SQS: the queues that on-failure destinations need.
//!
//! Services put messages in with [`Queues::send`]; people and programs take them out with the API (`sqs/receive`).
//! Messages stay until somebody takes them, or the retention period is over: in memory and, when there is a data folder, in its
//! `queues`, one file per message, and one more for what was sent beside its text. So what was given up before a restart is still
//! there after it. Only a delay ends with the process: such a message is visible after a restart.

mod receive;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::data_folder::{STATE_LIMIT, read_bounded};
use stack::{Queue, queue_arn};

pub(crate) use receive::ReceiptHandle;
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
    /// When each queue was made, and when it was last purged, in milliseconds since 1970.
    times: Mutex<BTreeMap<String, Times>>,
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
    /// What was sent beside the text.
    pub attributes: SentAttributes,
    /// Before this it is delayed.
    pub(crate) visible_from: Option<OffsetDateTime>,
}

/// What a message has beside its text, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentAttributes {
    /// `MessageAttributes`, as the API writes them, by name.
    pub message: Map<String, Value>,
    /// Attributes for SQS itself, such as `SenderId`, by name.
    pub system: BTreeMap<String, String>,
}

/// Moments in a queue's life, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    created: i64,
    purged: Option<i64>,
}

impl Message {
    /// When it was sent: ids of messages are UUIDs that hold the time at which they were drawn.
    pub fn sent(&self) -> i64 {
        let time = uuid::Uuid::parse_str(&self.id).ok().and_then(|id| id.get_timestamp()).map(|time| time.to_unix());
        time.map_or(0, |(seconds, nanos)| {
            i64::try_from(seconds * 1000 + u64::from(nanos) / 1_000_000).unwrap_or(i64::MAX)
        })
    }
}

impl Queues {
    /// The stack's queues, with the messages that `folder` holds of an earlier run.
    pub fn open(queues: &[Queue], folder: Option<&Path>, clock: Clock) -> std::io::Result<Queues> {
        let folder = folder.map(|folder| folder.join("queues"));
        let (opened, declared, taken, arrived) =
            (Mutex::default(), Mutex::default(), Mutex::default(), watch::Sender::new(0));
        let times = Mutex::default();
        let opened = Queues(Arc::new(QueuesState { clock, folder, queues: opened, declared, taken, times, arrived }));
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
            files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
            files.sort();
            for file in files {
                let id = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let beside = file.with_extension("attributes");
                let attributes = match beside.exists() {
                    true => {
                        serde_json::from_str(&read_bounded(&beside, STATE_LIMIT)?).map_err(std::io::Error::other)?
                    }
                    false => SentAttributes::default(),
                };
                messages.push_back(Message {
                    id,
                    body: read_bounded(&file, STATE_LIMIT)?,
                    attributes,
                    visible_from: None,
                });
            }
        }
        let times = Times { created: self.0.clock.epoch_millis(), purged: None };
        self.times().insert(queue.arn(), times);
        self.queues().insert(queue.arn(), messages);
        Ok(new)
    }

    /// Whether there is anything of a queue called `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is_kept = self.0.folder.as_ref().is_some_and(|folder| folder.join(name).exists());
        is_kept || self.queues().contains_key(&queue_arn(name))
    }

    /// Gives the queues the settings of a deployment.
    pub(crate) fn declare(&self, queues: &[Queue]) {
        *self.0.declared.lock().unwrap_or_else(PoisonError::into_inner) = queues.to_vec();
    }

    /// Deletes a queue with all its messages.
    pub(crate) fn delete_queue(&self, name: &str) {
        self.queues().remove(&queue_arn(name));
        self.times().remove(&queue_arn(name));
        if let Some(folder) = &self.0.folder
            && let Err(error) = std::fs::remove_dir_all(folder.join(name))
        {
            tracing::warn!(%error, name, "the messages of a queue that is gone could not be removed");
        }
    }

    /// Puts a message into the queue with this ARN; false where there is none.
    pub fn send(&self, arn: &str, body: String) -> bool {
        self.put(arn, body, SentAttributes::default(), 0).is_some()
    }

    /// As [`Queues::send`], with what is sent beside the text and the seconds for which nobody gets the message. Gives its id.
    pub(crate) fn put(&self, arn: &str, body: String, attributes: SentAttributes, delay: u64) -> Option<String> {
        let mut queues = self.queues();
        let messages = queues.get_mut(arn)?;
        let visible_from = (delay > 0).then(|| self.0.clock.now() + std::time::Duration::from_secs(delay));
        let message = Message { id: self.0.clock.ordered_uuid().to_string(), body, attributes, visible_from };
        let id = message.id.clone();
        self.push(arn, messages, message);
        Some(id)
    }

    /// Puts `message` at the end of `messages`, which are those of the queue with this ARN.
    fn push(&self, arn: &str, messages: &mut VecDeque<Message>, message: Message) {
        if let Some(folder) = &self.0.folder {
            let name = arn.rsplit(':').next().unwrap_or_default();
            let file = folder.join(name).join(format!("{}.json", message.id));
            if let Err(error) = kept(&file, &message) {
                tracing::warn!(%error, file = %file.display(), "a message was not kept over a restart");
            }
        }
        messages.push_back(message);
        self.0.arrived.send_modify(|arrived| *arrived += 1);
    }

    /// When the queue with this ARN was made, in milliseconds since 1970.
    pub(crate) fn created(&self, arn: &str) -> i64 {
        self.times().get(arn).map_or(0, |times| times.created)
    }

    /// Notes that a queue is purged now; false where that was done within the last `millis` milliseconds.
    pub(crate) fn note_purge(&self, arn: &str, millis: i64) -> bool {
        let now = self.0.clock.epoch_millis();
        let mut times = self.times();
        let times = times.entry(arn.to_string()).or_default();
        let may = times.purged.is_none_or(|purged| now - purged >= millis);
        if may {
            times.purged = Some(now);
        }
        may
    }

    /// The messages that wait in the queue with this ARN, oldest first.
    pub fn messages(&self, arn: &str) -> Vec<Message> {
        self.queues().get(arn).map(|messages| messages.iter().cloned().collect()).unwrap_or_default()
    }

    fn times(&self) -> MutexGuard<'_, BTreeMap<String, Times>> {
        self.0.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queues(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<Message>>> {
        self.0.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a message in `file`. What was sent beside its text comes first: a message is there once its text is.
fn kept(file: &Path, message: &Message) -> std::io::Result<()> {
    if message.attributes != SentAttributes::default() {
        std::fs::write(file.with_extension("attributes"), serde_json::to_vec(&message.attributes)?)?;
    }
    std::fs::write(file, &message.body)
}
