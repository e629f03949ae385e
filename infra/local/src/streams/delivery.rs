//! One batch on its way to the function: tried, split, tried again, given up.
//!
//! A batch is worked off in pieces, front to back. A piece that fails comes again until its attempts are used up or its
//! records are too old; then it goes to the on-failure destination, as pointers without the records themselves, and the
//! checkpoint moves past it. Throttling and splitting use up no attempt; progress inside of a piece resets the count.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::{mpsc, oneshot};

use super::Ends;
use super::checkpoints::Checkpoints;
use super::verdict::{Verdict, sequence_number, verdict};
use crate::lambda::{Call, Outcome};
use crate::stack::{EventSourceMapping, function_arn, stream_arn};

/// The first pause before a piece comes again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Where a mapping's batches go.
#[derive(Debug)]
pub(super) struct Delivery {
    mapping: EventSourceMapping,
    ends: Ends,
    shard_id: String,
    checkpoints: Checkpoints,
}

/// Records that are delivered together.
struct Piece {
    records: Vec<Value>,
    /// Invocations that have failed so far.
    failed: u32,
    /// Pauses that were made, for their length.
    pauses: u32,
}

/// Who waits for the end of the stream, while a delivery pauses.
type Asked = mpsc::UnboundedReceiver<oneshot::Sender<()>>;

impl Delivery {
    pub(super) fn new(mapping: EventSourceMapping, ends: Ends, shard_id: String, checkpoints: Checkpoints) -> Delivery {
        Delivery { mapping, ends, shard_id, checkpoints }
    }

    pub(super) fn table(&self) -> &str {
        &self.mapping.table
    }

    pub(super) fn batch_size(&self) -> usize {
        usize::try_from(self.mapping.batch_size.max(1)).unwrap_or(usize::MAX)
    }

    pub(super) fn window(&self) -> Duration {
        self.mapping.maximum_batching_window
    }

    /// Delivers a batch and moves the checkpoint behind it, however it ends.
    pub(super) async fn deliver(&self, batch: Vec<Value>, asked: &mut Asked, waiting: &mut Vec<oneshot::Sender<()>>) {
        let mut pieces = VecDeque::from([Piece { records: batch, failed: 0, pauses: 0 }]);
        while let Some(mut piece) = pieces.pop_front() {
            if piece.records.is_empty() {
                continue;
            }
            if let Some(old) = self.too_old(&piece) {
                let rest = piece.records.split_off(old);
                self.give_up(&piece.records, "RecordAgeExceeded", piece.failed, None);
                pieces.push_front(Piece { records: rest, ..piece });
                continue;
            }
            let event = json!({ "Records": piece.records }).to_string();
            let outcome = match self.ends.lambda.invoke(&self.mapping.function, Call::with(event)).await {
                Ok(outcome) => outcome,
                Err(refusal) => {
                    tracing::debug!(%refusal, function = self.mapping.function, "a batch waits");
                    self.pause(&mut piece, asked, waiting).await;
                    pieces.push_front(piece);
                    continue;
                }
            };
            let judged = match outcome.function_error {
                Some(_) => Verdict::Failed,
                None => verdict(&outcome.payload, &piece.records, self.mapping.report_batch_item_failures),
            };
            match judged {
                Verdict::Succeeded => self.done_with(&piece.records),
                Verdict::FailedFrom(at) if at > 0 => {
                    let rest = piece.records.split_off(at);
                    self.done_with(&piece.records);
                    pieces.push_front(Piece { records: rest, failed: 0, pauses: 0 });
                }
                Verdict::FailedFrom(_) | Verdict::Failed => {
                    self.after_failure(piece, judged, &outcome, &mut pieces, asked, waiting).await;
                }
            }
        }
    }

    async fn after_failure(
        &self,
        mut piece: Piece,
        judged: Verdict,
        outcome: &Outcome,
        pieces: &mut VecDeque<Piece>,
        asked: &mut Asked,
        waiting: &mut Vec<oneshot::Sender<()>>,
    ) {
        // A partial reply names the place to split; where that is the front there is nothing to split off.
        let splits = self.mapping.bisect_batch_on_function_error && piece.records.len() > 1 && judged == Verdict::Failed;
        if splits {
            let behind = piece.records.split_off(piece.records.len().div_ceil(2));
            pieces.push_front(Piece { records: behind, failed: piece.failed, pauses: 0 });
            pieces.push_front(piece);
            return;
        }
        piece.failed += 1;
        if self.mapping.maximum_retry_attempts.is_some_and(|retries| piece.failed > retries) {
            self.give_up(&piece.records, "RetryAttemptsExhausted", piece.failed, Some(outcome));
            return;
        }
        self.pause(&mut piece, asked, waiting).await;
        pieces.push_front(piece);
    }

    /// Waits longer each time. Whoever drains the stream has the pause cut short.
    async fn pause(&self, piece: &mut Piece, asked: &mut Asked, waiting: &mut Vec<oneshot::Sender<()>>) {
        let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(piece.pauses)).min(LONGEST_PAUSE);
        piece.pauses += 1;
        let pause = if waiting.is_empty() { pause } else { pause.min(FIRST_PAUSE) };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Some(question) = asked.recv() => waiting.push(question),
        }
    }

    /// How many records at the front are older than the mapping allows.
    fn too_old(&self, piece: &Piece) -> Option<usize> {
        let oldest = self.ends.clock.now() - self.mapping.maximum_record_age?;
        let old = piece.records.iter().take_while(|record| arrival(record) < oldest).count();
        (old > 0).then_some(old)
    }

    fn done_with(&self, records: &[Value]) {
        if let Some(last) = records.last() {
            self.checkpoints.set(&self.mapping.uuid, sequence_number(last));
        }
    }

    /// Tells the on-failure destination which records were given up, and moves on.
    fn give_up(&self, records: &[Value], condition: &str, invocations: u32, outcome: Option<&Outcome>) {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return };
        if let Some(destination) = &self.mapping.on_failure {
            let clock = &self.ends.clock;
            let request_id = outcome.map_or_else(|| clock.uuid().to_string(), |outcome| outcome.request_id.clone());
            let mut message = json!({
                "requestContext": {
                    "requestId": request_id,
                    "functionArn": function_arn(&self.mapping.function),
                    "condition": condition,
                    "approximateInvokeCount": invocations,
                },
                "version": "1.0",
                "timestamp": clock.iso_millis(),
                "DDBStreamBatchInfo": {
                    "shardId": self.shard_id,
                    "startSequenceNumber": sequence_number(first),
                    "endSequenceNumber": sequence_number(last),
                    "approximateArrivalOfFirstRecord": iso(arrival(first)),
                    "approximateArrivalOfLastRecord": iso(arrival(last)),
                    "batchSize": records.len(),
                    "streamArn": stream_arn(&self.mapping.table),
                },
            });
            if let Some(outcome) = outcome {
                message["responseContext"] =
                    json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": outcome.function_error });
            }
            if !self.ends.queues.send(destination, message.to_string()) {
                tracing::warn!(destination, "records were given up, but their destination does not exist");
            }
        }
        self.done_with(records);
    }
}

fn arrival(record: &Value) -> OffsetDateTime {
    let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap_or_default();
    OffsetDateTime::UNIX_EPOCH + time::Duration::seconds_f64(seconds)
}

fn iso(moment: OffsetDateTime) -> String {
    moment.format(&Rfc3339).unwrap_or_else(|_| moment.to_string())
}
