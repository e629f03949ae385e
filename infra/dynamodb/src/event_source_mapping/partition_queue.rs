//! A partition's queue: the records that wait for the one batch that is on its way.
//!
//! `ParallelizationFactor` is the number of queues. Records of one item go through one queue, one batch after the other, so
//! their order is kept; records of different items may overtake each other.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::delivery::deliver;
use super::flow::Flow;
use super::record::{Record, batch_length};

/// Records that wait for their batch.
#[derive(Debug, Default)]
pub(super) struct PartitionQueue {
    waiting: Mutex<VecDeque<Record>>,
    arrived: Notify,
}

impl PartitionQueue {
    /// Queues records that were read together: they become one batch, as far as its size allows.
    pub(super) fn extend(&self, records: Vec<Record>) {
        self.waiting().extend(records);
        self.arrived.notify_one();
    }

    /// Delivers what comes, until the mapping is stopped.
    pub(super) async fn run(&self, flow: &Flow) {
        while !flow.is_stopped() {
            if self.next_batch(flow) == 0 {
                tokio::select! {
                    () = self.arrived.notified() => {}
                    () = flow.stopped() => return,
                }
                continue;
            }
            self.gather(flow).await;
            let length = self.next_batch(flow);
            let batch: Vec<Record> = self.waiting().drain(..length).collect();
            deliver(flow, batch).await;
        }
    }

    /// Waits for a full batch as long as the batching window allows; draining does not wait.
    async fn gather(&self, flow: &Flow) {
        let deadline = Instant::now() + flow.mapping.maximum_batching_window;
        loop {
            let (length, waiting) = (self.next_batch(flow), self.waiting().len());
            // A batch that is shorter than what waits was cut at its size in records or in bytes: it is full.
            let full = length >= flow.batch_size() || length < waiting;
            if full || flow.is_hurried() || Instant::now() >= deadline {
                return;
            }
            tokio::select! {
                () = self.arrived.notified() => {}
                () = flow.hurried() => return,
                () = flow.stopped() => return,
                () = tokio::time::sleep_until(deadline) => return,
            }
        }
    }

    fn next_batch(&self, flow: &Flow) -> usize {
        let waiting = self.waiting();
        if waiting.is_empty() { 0 } else { batch_length(waiting.iter(), flow.batch_size()) }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Record>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
