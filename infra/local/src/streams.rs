//! Event source mappings: what carries a table's stream to a function.
//!
//! Each mapping is a task that reads its shard from a checkpoint on, gathers a batch, invokes the function and moves the
//! checkpoint, in that order; so a record is delivered at least once, and again after a crash. What the function's reply
//! means stands in `streams/verdict`, what happens to records that failed in `streams/delivery`. Facts: "Using AWS Lambda
//! with Amazon DynamoDB" in the Lambda developer guide. AWS polls a shard four times a second; here the tables say when
//! something was written, and the same quarter of a second is only the safety net.

mod checkpoints;
mod delivery;
mod verdict;

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::lambda::Lambda;
use crate::queues::Queues;
use crate::stack::EventSourceMapping;
use crate::tables::stream::{From, Shard};
use crate::tables::{CallError, Tables};
use checkpoints::Checkpoints;
use delivery::Delivery;

/// How often AWS polls a shard.
const POLL: Duration = Duration::from_millis(250);
/// The most that one read gives, as with `GetRecords`.
const READ_LIMIT: usize = 1_000;

/// The running mappings of one local cloud. Dropping it stops them.
#[derive(Debug)]
pub struct Streams(Vec<Running>);

#[derive(Debug)]
struct Running {
    mapping: EventSourceMapping,
    drains: mpsc::UnboundedSender<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// What mappings read from and deliver to.
#[derive(Debug, Clone)]
pub struct Ends {
    /// Where the streams are.
    pub tables: Tables,
    /// Where the functions are.
    pub lambda: Lambda,
    /// Where on-failure destinations are.
    pub queues: Queues,
    /// Time, for messages and records' age.
    pub clock: Clock,
}

/// Why a mapping could not be started.
#[derive(Debug, Error)]
pub enum StreamsError {
    /// The stream cannot be read.
    #[error("The stream of table {table} cannot be read: {why}")]
    Unreadable {
        /// The table's name.
        table: String,
        /// The service's words.
        why: CallError,
    },
    /// The checkpoints of an earlier run are damaged.
    #[error("{0} holds the streams' checkpoints, but cannot be read. Start with --fresh to empty the data folder.")]
    Checkpoints(String),
}

/// A mapping that did not come to the end of its stream in time.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("function {function} has not worked off the stream of table {table} within {}s", waited.as_secs())]
pub struct NotDrained {
    /// The function's name.
    pub function: String,
    /// The table's name.
    pub table: String,
    /// How long was waited.
    pub waited: Duration,
}

impl Streams {
    /// Starts all mappings that are enabled. `folder` keeps checkpoints over a restart.
    pub fn start(mappings: &[EventSourceMapping], ends: &Ends, folder: Option<&Path>) -> Result<Streams, StreamsError> {
        let checkpoints = Checkpoints::open(folder).map_err(StreamsError::Checkpoints)?;
        let mut running = Vec::new();
        for mapping in mappings.iter().filter(|mapping| mapping.enabled) {
            let unreadable = |why| StreamsError::Unreadable { table: mapping.table.clone(), why };
            let shard = ends.tables.shard(&mapping.table).map_err(unreadable)?;
            let checkpoint = checkpoints.of(&mapping.uuid);
            let from = match &checkpoint {
                Some(sequence_number) => From::After(sequence_number),
                None if mapping.from_trim_horizon => From::TrimHorizon,
                None => From::Latest,
            };
            let iterator = ends.tables.shard_iterator(&shard, from).map_err(unreadable)?;
            let (drains, asked) = mpsc::unbounded_channel();
            let delivery = Delivery::new(mapping.clone(), ends.clone(), shard.id.clone(), checkpoints.clone());
            let written = ends.tables.written();
            let tables = ends.tables.clone();
            let reader = Reader { tables, shard, iterator, delivery, written, asked, waiting: Vec::new(), gathered: VecDeque::new() };
            running.push(Running { mapping: mapping.clone(), drains, task: tokio::spawn(reader.run()) });
        }
        Ok(Streams(running))
    }

    /// Waits until every mapping has delivered all that is written now, and all that its functions write meanwhile.
    pub async fn drain(&self, limit: Duration) -> Result<(), NotDrained> {
        let deadline = Instant::now() + limit;
        for running in &self.0 {
            let (done, drained) = oneshot::channel();
            // A task that has ended drops the question, which is an answer too.
            let asked = running.drains.send(done).is_ok();
            let arrived = tokio::time::timeout_at(deadline, drained).await;
            if !asked || !matches!(arrived, Ok(Ok(()))) {
                let EventSourceMapping { function, table, .. } = &running.mapping;
                return Err(NotDrained { function: function.clone(), table: table.clone(), waited: limit });
            }
        }
        Ok(())
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        for running in &self.0 {
            running.task.abort();
        }
    }
}

/// The task of one mapping.
struct Reader {
    tables: Tables,
    shard: Shard,
    iterator: String,
    delivery: Delivery,
    written: watch::Receiver<u64>,
    asked: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    /// Who waits for the end of the stream.
    waiting: Vec<oneshot::Sender<()>>,
    gathered: VecDeque<Value>,
}

impl Reader {
    async fn run(mut self) {
        loop {
            self.written.mark_unchanged();
            while let Ok(asked) = self.asked.try_recv() {
                self.waiting.push(asked);
            }
            match self.read() {
                Ok(0) if self.gathered.is_empty() => {
                    for waiting in self.waiting.drain(..) {
                        let _ = waiting.send(());
                    }
                    self.pause(POLL).await;
                    continue;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, table = self.delivery.table(), "the stream cannot be read");
                    self.pause(POLL).await;
                    continue;
                }
            }
            self.gather_for_the_window().await;
            let size = self.delivery.batch_size().min(self.gathered.len());
            let batch: Vec<Value> = self.gathered.drain(..size).collect();
            self.delivery.deliver(batch, &mut self.asked, &mut self.waiting).await;
        }
    }

    /// Reads what has come; says how many records that were.
    fn read(&mut self) -> Result<usize, CallError> {
        if self.gathered.len() >= READ_LIMIT {
            return Ok(0);
        }
        let (records, next) = self.tables.records(&self.shard, &self.iterator, READ_LIMIT)?;
        self.iterator = next;
        let count = records.len();
        self.gathered.extend(records);
        Ok(count)
    }

    /// Waits for a full batch as long as the batching window allows; whoever drains does not wait.
    async fn gather_for_the_window(&mut self) {
        let deadline = Instant::now() + self.delivery.window();
        while self.gathered.len() < self.delivery.batch_size() && self.waiting.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.pause(left.min(POLL)).await;
            if let Err(error) = self.read() {
                tracing::warn!(%error, table = self.delivery.table(), "the stream cannot be read");
                return;
            }
        }
    }

    /// Waits for a write, a question or the end of `limit`.
    async fn pause(&mut self, limit: Duration) {
        tokio::select! {
            _ = self.written.changed() => {}
            Some(asked) = self.asked.recv() => self.waiting.push(asked),
            () = tokio::time::sleep(limit) => {}
        }
    }
}
