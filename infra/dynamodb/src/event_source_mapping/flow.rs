//! What the reader of a mapping and its queues share: the mapping itself, how far it has come, and whether it should hurry
//! or stop.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::MappingDeps;
use super::checkpoints::Checkpoints;
use super::progress::Progress;
use super::record::Record;
use super::status::Status;
use local::activity::ActivityEvent;
use stack::EventSourceMapping;

/// A running mapping.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) mapping: EventSourceMapping,
    pub(super) deps: MappingDeps,
    pub(super) shard_id: String,
    pub(super) stream_arn: String,
    checkpoints: Checkpoints,
    status: Status,
    progress: Mutex<Progress>,
    /// Told whenever records are finished.
    pub(super) moved: Notify,
    hurry: watch::Sender<bool>,
    stop: watch::Receiver<bool>,
}

impl Flow {
    pub(super) fn new(
        mapping: EventSourceMapping,
        deps: MappingDeps,
        shard_id: String,
        stream_arn: String,
        checkpoints: Checkpoints,
        status: Status,
        stop: watch::Receiver<bool>,
    ) -> Flow {
        let (progress, moved, hurry) = (Mutex::default(), Notify::new(), watch::Sender::new(false));
        Flow { mapping, deps, shard_id, stream_arn, checkpoints, status, progress, moved, hurry, stop }
    }

    /// `BatchSize`.
    pub(super) fn batch_size(&self) -> usize {
        usize::try_from(self.mapping.batch_size.max(1)).unwrap_or(usize::MAX)
    }

    /// Takes a record in that was read; returns its place.
    pub(super) fn begin(&self, sequence_number: &str) -> u64 {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).begin(sequence_number)
    }

    /// Marks records as done with, and moves the checkpoint if there is nothing open before them.
    pub(super) fn done_with(&self, records: &[Record]) {
        self.finish(records.iter().map(|record| record.place));
    }

    /// As [`Flow::done_with`], by the records' places.
    pub(super) fn finish(&self, places: impl IntoIterator<Item = u64>) {
        // The lock is held while the checkpoint is written, so that a later one is never overwritten by an earlier one.
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(checkpoint) = progress.finish(places) {
            self.checkpoints.set(&self.mapping.uuid, &checkpoint);
        }
        drop(progress);
        self.moved.notify_one();
    }

    /// How many records were read and are not done with.
    pub(super) fn open(&self) -> usize {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).open()
    }

    /// Writes down what became of the delivery of `records`, and with which invocation.
    pub(super) fn note(&self, records: &[Record], outcome: impl Into<String>, request_id: Option<&str>) {
        let number = |record: Option<&Record>| record.map(|record| record.sequence_number.clone()).unwrap_or_default();
        self.deps.activity.put(ActivityEvent::Batch {
            table: self.mapping.table.clone(),
            function: self.mapping.function.clone(),
            records: records.len(),
            first: number(records.first()),
            last: number(records.last()),
            outcome: outcome.into(),
            request_id: request_id.map(str::to_string),
        });
    }

    /// Counts records in a metric of the mapping's own, if it has them. No records are no sample.
    pub(super) fn count(&self, metric: &'static str, records: usize) {
        if records > 0 && self.mapping.event_count_metrics {
            self.deps.lambda.report_event_count(&self.mapping.uuid, metric, records);
        }
    }

    /// Notes that the function was invoked, and how it went.
    pub(super) fn invoked(&self, succeeded: bool) {
        self.status.invoked(succeeded);
    }

    /// Says whether somebody waits for the end of the stream: then nobody waits for a window or a long pause.
    pub(super) fn set_hurry(&self, hurry: bool) {
        self.hurry.send_if_modified(|hurried| std::mem::replace(hurried, hurry) != hurry);
    }

    pub(super) fn is_hurried(&self) -> bool {
        *self.hurry.borrow()
    }

    /// Ends when somebody waits for the end of the stream.
    pub(super) async fn hurried(&self) {
        let mut hurry = self.hurry.subscribe();
        // The sender is in `self`, so the only answer is that it is so.
        let _ = hurry.wait_for(|hurry| *hurry).await;
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Ends when the mapping is stopped.
    pub(super) async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // A sender that is gone is a mapping that nobody knows any more.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    /// Ends after `limit`, or when the mapping is stopped.
    pub(super) async fn stopped_within(&self, limit: Duration) {
        // Either is the end of the wait.
        let _ = tokio::time::timeout(limit, self.stopped()).await;
    }
}
