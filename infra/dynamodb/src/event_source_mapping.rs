//! Event source mappings: what carries a table's stream to a function.
//!
//! Each mapping is a task that reads its shard from a checkpoint on, passes over what no filter admits, gathers batches,
//! invokes the function and moves the checkpoint, in that order. So a record is delivered at least once, and perhaps again
//! after a crash. Facts: "Using AWS Lambda with Amazon DynamoDB" in the Lambda developer guide. Mappings come from the
//! template or from the API; those of the API are kept in the data folder (`event_source_mapping/kept`).
//!
//! Read on in the way of a record:
//!
//! * `reader`: from the shard to the queues, past the filters (`stack::event_pattern`),
//! * `partition_queue`: from records to batches,
//! * `delivery`: a batch until it is done with, and `verdict`: what the reply means,
//! * `flow`: what reader and queues share, and `progress`: where the checkpoint stands.
//!
//! Beside it: `make` (where every mapping begins), `access` and `request` (what is refused), `status`.

mod access;
mod api;
mod checkpoints;
mod delivery;
mod deploy;
mod flow;
mod kept;
mod make;
mod partition_queue;
pub(crate) mod permission;
mod progress;
mod reader;
mod record;
mod refusal;
mod request;
mod status;
mod verdict;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::tables::stream::ShardIteratorType;
use crate::tables::{CallError, Tables};
use checkpoints::Checkpoints;
use flow::Flow;
use kept::{KeptMapping, MappingsFile};
use local::activity::ActivityLog;
use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use local::destinations::Destinations;
use local::lambda::Lambda;
use make::MadeBy;
use reader::{Drained, Reader};
use stack::event_pattern::Filters;
use stack::{EventSourceMapping, stream_arn};
use status::Status;

pub use refusal::MappingRefusal;

/// The mappings of one local cloud. Cheap to clone; the last clone that goes stops them.
#[derive(Debug, Clone)]
pub struct EventSourceMappings(Arc<StreamMappings>);

#[derive(Debug)]
struct StreamMappings {
    deps: MappingDeps,
    checkpoints: Checkpoints,
    kept: MappingsFile,
    mappings: Mutex<BTreeMap<String, Mapping>>,
}

/// A mapping, running or not.
#[derive(Debug)]
struct Mapping {
    config: EventSourceMapping,
    stream_arn: String,
    status: Status,
    running: Option<ReaderTask>,
}

#[derive(Debug)]
struct ReaderTask {
    stop: watch::Sender<bool>,
    drains: mpsc::UnboundedSender<Drained>,
    task: JoinHandle<()>,
}

impl Drop for ReaderTask {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What mappings read from and deliver to.
#[derive(Debug, Clone)]
pub struct MappingDeps {
    /// Where the streams are.
    pub tables: Tables,
    /// Where the functions are.
    pub lambda: Lambda,
    /// Where on-failure destinations are.
    pub destinations: Destinations,
    /// Where batches are written down.
    pub activity: ActivityLog,
    /// Time, for messages and records' age.
    pub clock: Clock,
}

/// Why a mapping could not be started.
#[derive(Debug, Error)]
pub enum EventSourceMappingsError {
    /// Lambda refuses the mapping when CloudFormation asks for it.
    #[error("{0}")]
    CreateFailed(ResourceFailure),
    /// The stream cannot be read.
    #[error("The stream of table {table} cannot be read: {why}")]
    Unreadable {
        /// The table's name.
        table: String,
        /// The service's words.
        why: CallError,
    },
    /// The mappings that an earlier run kept are damaged.
    #[error("{0} holds the mappings that were made with the API, but cannot be read.")]
    Mappings(String),
    /// The checkpoints of an earlier run are damaged.
    #[error("{0} holds the streams' checkpoints, but cannot be read.")]
    Checkpoints(String),
}

/// A mapping that did not reach the end of its stream in time.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("function {function} has not processed the stream of table {table} within {}s", waited.as_secs())]
pub struct NotDrained {
    /// The function's name.
    pub function: String,
    /// The table's name.
    pub table: String,
    /// How long was waited.
    pub waited: Duration,
}

impl EventSourceMappings {
    /// No mappings yet. `folder` keeps checkpoints, and mappings that were made with the API, over a restart.
    ///
    /// # Errors
    ///
    /// Files that cannot be read.
    pub(crate) fn open(
        deps: MappingDeps,
        folder: Option<&Path>,
    ) -> Result<EventSourceMappings, EventSourceMappingsError> {
        let checkpoints = Checkpoints::open(folder).map_err(EventSourceMappingsError::Checkpoints)?;
        let kept = MappingsFile::at(folder);
        Ok(EventSourceMappings(Arc::new(StreamMappings { deps, checkpoints, kept, mappings: Mutex::default() })))
    }

    /// Makes the stack's mappings, as a deployment does, and those of an earlier run, and starts those that are enabled.
    ///
    /// # Errors
    ///
    /// The first mapping that Lambda would refuse, and a file that cannot be read.
    pub(crate) fn start(&self, mappings: &[EventSourceMapping]) -> Result<(), EventSourceMappingsError> {
        let kept = self.0.kept.read().map_err(EventSourceMappingsError::Mappings)?;
        for config in mappings {
            let made = self.make(config.clone(), stream_arn(&config.table), MadeBy::Template);
            made.map_err(|why| why.at_boot(config, &self.0.deps.clock))?;
        }
        for KeptMapping { config, stream_arn } in kept {
            if !self.mappings().contains_key(&config.uuid) {
                // One that cannot run is there all the same.
                let _ = self.make(config, stream_arn, MadeBy::EarlierRun);
            }
        }
        Ok(())
    }

    /// Waits until every mapping has delivered all that is written now, and all that its functions write meanwhile.
    ///
    /// # Errors
    ///
    /// The mapping that was not done within `limit`: a poison record, or a function that is throttled or hangs.
    pub async fn drain(&self, limit: Duration) -> Result<(), NotDrained> {
        let deadline = Instant::now() + limit;
        loop {
            let before = self.invocations();
            let asked: Vec<(String, String, oneshot::Receiver<()>)> = self
                .mappings()
                .values()
                .filter_map(|mapping| {
                    let (done, drained) = oneshot::channel();
                    // A task that has ended drops the question, which is an answer too.
                    let _ = mapping.running.as_ref()?.drains.send(done);
                    Some((mapping.config.function.clone(), mapping.config.table.clone(), drained))
                })
                .collect();
            for (function, table, drained) in asked {
                if !matches!(tokio::time::timeout_at(deadline, drained).await, Ok(Ok(()))) {
                    return Err(NotDrained { function, table, waited: limit });
                }
            }
            // What one mapping's function wrote may be another's stream, so all must be at rest at once.
            if self.invocations() == before {
                return Ok(());
            }
        }
    }

    /// Stops all mappings at once. A batch that is on its way comes again after the next start.
    pub fn stop(&self) {
        for mapping in self.mappings().values_mut() {
            mapping.running = None;
        }
    }

    fn invocations(&self) -> u64 {
        self.mappings().values().map(|mapping| mapping.status.invocations()).sum()
    }

    /// Starts the task of a mapping.
    fn run(&self, config: &EventSourceMapping, stream_arn: &str, status: &Status) -> Result<ReaderTask, NotRun> {
        let StreamMappings { deps, checkpoints, .. } = &*self.0;
        let filters = Filters::parse(&config.filters).map_err(|invalid| NotRun::Refused(invalid.into()))?;
        let shard = deps.tables.shard(&config.table).map_err(NotRun::Unreadable)?;
        let checkpoint = checkpoints.of(&config.uuid);
        let from = match &checkpoint {
            Some(sequence_number) => ShardIteratorType::After(sequence_number),
            None if config.from_trim_horizon => ShardIteratorType::TrimHorizon,
            None => ShardIteratorType::Latest,
        };
        let iterator = deps.tables.shard_iterator(&shard, from).map_err(NotRun::Unreadable)?;
        let (stop, stopped) = watch::channel(false);
        let (drains, asked) = mpsc::unbounded_channel();
        let flow = Flow::new(
            config.clone(),
            deps.clone(),
            crate::tables::own_shard_id(&shard.id),
            stream_arn.to_string(),
            checkpoints.clone(),
            status.clone(),
            stopped,
        );
        let (tables, written) = (deps.tables.clone(), deps.tables.written());
        let reader = Reader { flow: Arc::new(flow), filters, tables, shard, iterator, written, asked };
        Ok(ReaderTask { stop, drains, task: tokio::spawn(reader.run()) })
    }

    /// Writes down the mappings that no template has.
    fn keep(&self, mappings: &BTreeMap<String, Mapping>) {
        let made = mappings.values().filter(|mapping| mapping.config.logical_id.is_empty());
        let made: Vec<KeptMapping> = made
            .map(|mapping| KeptMapping { config: mapping.config.clone(), stream_arn: mapping.stream_arn.clone() })
            .collect();
        self.0.kept.write(&made);
    }

    fn mappings(&self) -> MutexGuard<'_, BTreeMap<String, Mapping>> {
        self.0.mappings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a task was not started.
enum NotRun {
    Unreadable(CallError),
    Refused(MappingRefusal),
}

impl NotRun {
    /// As the API says it.
    fn refusal(self) -> MappingRefusal {
        match self {
            NotRun::Refused(why) => why,
            NotRun::Unreadable(why) => MappingRefusal::invalid(format!("The stream cannot be read: {why}")),
        }
    }

    /// As CloudFormation says it of a stack that is made.
    fn at_boot(self, config: &EventSourceMapping, clock: &Clock) -> EventSourceMappingsError {
        match self {
            NotRun::Unreadable(why) => EventSourceMappingsError::Unreadable { table: config.table.clone(), why },
            NotRun::Refused(why) => {
                let refused = HandlerError::invalid_parameter(why.to_string());
                let resource_type = "AWS::Lambda::EventSourceMapping";
                EventSourceMappingsError::CreateFailed(ResourceFailure::new(
                    &config.logical_id,
                    resource_type,
                    &refused,
                    clock,
                ))
            }
        }
    }
}

impl ReaderTask {
    /// Lets the batches that are on their way end, and no other begin.
    async fn finish(mut self) {
        self.stop.send_replace(true);
        // A task that was aborted or panicked has ended too.
        let _ = (&mut self.task).await;
    }
}
