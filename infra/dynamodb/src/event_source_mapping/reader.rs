//! The reader of one mapping: from the shard, through the filters, into the queues.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::flow::Flow;
use super::partition_queue::PartitionQueue;
use super::record::{Record, queue, sequence_number};
use crate::tables::stream::{GetRecordsOutput, Shard};
use crate::tables::{CallError, Tables};
use stack::event_pattern::Filters;

/// How often AWS polls a shard. Here the tables say when something was written; this is the safety net.
const POLL: Duration = Duration::from_millis(250);
/// The most that one read gives, as with `GetRecords`.
const READ_LIMIT: usize = 1_000;

/// Somebody who waits for the end of the stream.
pub(super) type Drained = oneshot::Sender<()>;

/// The task of one mapping.
pub(super) struct Reader {
    pub(super) flow: Arc<Flow>,
    pub(super) filters: Filters,
    pub(super) tables: Tables,
    pub(super) shard: Shard,
    pub(super) iterator: String,
    pub(super) written: watch::Receiver<u64>,
    pub(super) asked: mpsc::UnboundedReceiver<Drained>,
}

impl Reader {
    /// Reads until the mapping is stopped, and returns when its queues have ended.
    pub(super) async fn run(mut self) {
        let count = usize::try_from(self.flow.mapping.parallelization_factor.max(1)).unwrap_or(1);
        let queues: Vec<Arc<PartitionQueue>> = (0..count).map(|_| Arc::default()).collect();
        // Dropped with this task, which ends the queues' too.
        let mut running = JoinSet::new();
        for queue in &queues {
            let (queue, flow) = (Arc::clone(queue), Arc::clone(&self.flow));
            running.spawn(async move { queue.run(&flow).await });
        }
        let mut waiting: Vec<Drained> = Vec::new();
        while !self.flow.is_stopped() {
            self.written.mark_unchanged();
            while let Ok(asked) = self.asked.try_recv() {
                waiting.push(asked);
            }
            self.flow.set_hurry(!waiting.is_empty());
            let read = if self.flow.open() < self.room(count) { self.read(&queues) } else { Ok(0) };
            match read {
                Ok(READ_LIMIT) => continue,
                Ok(0) if self.flow.open() == 0 => {
                    for drained in waiting.drain(..) {
                        // The caller may have given up.
                        let _ = drained.send(());
                    }
                    self.flow.set_hurry(false);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, table = self.flow.mapping.table, "the stream cannot be read");
                    self.flow.stopped_within(POLL).await;
                }
            }
            tokio::select! {
                _ = self.written.changed() => {}
                () = self.flow.moved.notified() => {}
                Some(asked) = self.asked.recv() => waiting.push(asked),
                () = self.flow.stopped_within(POLL) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// How many records may be on their way: a batch for each queue, and one read ahead.
    fn room(&self, queues: usize) -> usize {
        self.flow.batch_size().saturating_mul(queues).saturating_add(READ_LIMIT)
    }

    /// Reads what has come; says how many records that were, those of writes that changed nothing among them. Those that no filter admits are done with at once.
    fn read(&mut self, queues: &[Arc<PartitionQueue>]) -> Result<usize, CallError> {
        let GetRecordsOutput { records, count, next_shard_iterator } =
            self.tables.records(&self.shard, &self.iterator, READ_LIMIT)?;
        self.iterator = next_shard_iterator;
        let mut passed_over = Vec::new();
        let mut admitted: Vec<Vec<Record>> = queues.iter().map(|_| Vec::new()).collect();
        for record in &records {
            let place = self.flow.begin(sequence_number(record));
            if self.filters.admit(record) {
                admitted[queue(record, queues.len())].push(Record::new(place, record));
            } else {
                passed_over.push(place);
            }
        }
        self.flow.count("PolledEventCount", records.len());
        self.flow.count("FilteredOutEventCount", passed_over.len());
        for (queue, records) in queues.iter().zip(admitted).filter(|(_, records)| !records.is_empty()) {
            queue.extend(records);
        }
        if !passed_over.is_empty() {
            self.flow.finish(passed_over);
        }
        Ok(count)
    }
}
