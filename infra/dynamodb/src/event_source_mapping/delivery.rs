//! One batch on its way to the function: tried, split, tried again, given up.
//!
//! A batch is processed in pieces, front to back. A piece that fails is tried again until its attempts are used up or
//! its records are too old; then it goes to the on-failure destination, and the checkpoint moves past it. Throttling
//! and splitting do not use up an attempt; progress within a piece resets the count.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::flow::Flow;
use super::record::{Record, event};
use super::verdict::{Verdict, verdict};
use local::activity::Source;
use local::destinations::DestinationRecord;
use local::lambda::{InvokeRequest, Outcome};
use stack::DestinationKind;
use stack::function_arn;

/// The first pause before a piece comes again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Records that are delivered together.
struct Piece {
    records: Vec<Record>,
    /// Invocations that have failed so far.
    failed: u32,
    /// Pauses that were made, for their length.
    pauses: u32,
}

/// Delivers a batch and moves the checkpoint past it, however it ends. Returns early when the mapping is stopped; what is
/// left then comes again from the checkpoint.
pub(super) async fn deliver(flow: &Flow, batch: Vec<Record>) {
    let mut pieces = VecDeque::from([Piece { records: batch, failed: 0, pauses: 0 }]);
    while let Some(mut piece) = pieces.pop_front() {
        if flow.is_stopped() {
            return;
        }
        if piece.records.is_empty() {
            continue;
        }
        if let Some(old) = too_old(flow, &piece) {
            let rest = piece.records.split_off(old);
            give_up(flow, &piece.records, "RecordAgeExceeded", piece.failed, None).await;
            pieces.push_front(Piece { records: rest, ..piece });
            continue;
        }
        if let Some(last) = piece.records.last() {
            let age = (flow.deps.clock.now() - last.arrival).try_into().unwrap_or_default();
            flow.deps.lambda.report_iterator_age(&flow.mapping.function, age);
        }
        let request = InvokeRequest { source: Source::Stream, ..InvokeRequest::with(event(&piece.records)) };
        let outcome = match flow.deps.lambda.invoke(&flow.mapping.function, request).await {
            Ok(outcome) => outcome,
            Err(refusal) => {
                tracing::debug!(%refusal, function = flow.mapping.function, "a batch waits");
                if piece.pauses == 0 {
                    flow.note(&piece.records, format!("waits: {refusal}"), None);
                }
                pause(flow, &mut piece).await;
                pieces.push_front(piece);
                continue;
            }
        };
        flow.invoked(outcome.function_error.is_none());
        flow.count("InvokedEventCount", piece.records.len());
        let judged = match outcome.function_error {
            Some(_) => Verdict::Failed,
            None => verdict(&outcome.payload, &piece.records, flow.mapping.report_batch_item_failures),
        };
        match judged {
            Verdict::Succeeded => {
                flow.note(&piece.records, "done", Some(&outcome.request_id));
                flow.done_with(&piece.records);
            }
            Verdict::FailedFrom(at) if at > 0 => {
                let partly = format!("done up to record {at}; the others are delivered again");
                flow.note(&piece.records, partly, Some(&outcome.request_id));
                let rest = piece.records.split_off(at);
                flow.done_with(&piece.records);
                pieces.push_front(Piece { records: rest, failed: 0, pauses: 0 });
            }
            Verdict::FailedFrom(_) | Verdict::Failed => after_failure(flow, piece, judged, &outcome, &mut pieces).await,
        }
    }
}

async fn after_failure(
    flow: &Flow,
    mut piece: Piece,
    judged: Verdict,
    outcome: &Outcome,
    pieces: &mut VecDeque<Piece>,
) {
    // A partial reply names the place to split; where that is the front there is nothing to split off.
    let splits = flow.mapping.bisect_batch_on_function_error && piece.records.len() > 1 && judged == Verdict::Failed;
    if splits {
        flow.note(&piece.records, "failed; delivered again in two halves", Some(&outcome.request_id));
        let second = piece.records.split_off(piece.records.len().div_ceil(2));
        pieces.push_front(Piece { records: second, failed: piece.failed, pauses: 0 });
        pieces.push_front(piece);
        return;
    }
    piece.failed += 1;
    if flow.mapping.maximum_retry_attempts.is_some_and(|retries| piece.failed > retries) {
        give_up(flow, &piece.records, "RetryAttemptsExhausted", piece.failed, Some(outcome)).await;
        return;
    }
    let again = format!("failed, attempt {}; delivered again", piece.failed);
    flow.note(&piece.records, again, Some(&outcome.request_id));
    pause(flow, &mut piece).await;
    pieces.push_front(piece);
}

/// Waits longer each time. Draining the stream cuts the pause short.
async fn pause(flow: &Flow, piece: &mut Piece) {
    let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(piece.pauses)).min(LONGEST_PAUSE);
    piece.pauses = piece.pauses.saturating_add(1);
    if flow.is_hurried() {
        flow.stopped_within(pause.min(FIRST_PAUSE)).await;
        return;
    }
    tokio::select! {
        () = flow.hurried() => {}
        () = flow.stopped_within(pause) => {}
    }
}

/// How many records at the front are older than the mapping allows.
fn too_old(flow: &Flow, piece: &Piece) -> Option<usize> {
    let oldest = flow.deps.clock.now() - flow.mapping.maximum_record_age?;
    let old = piece.records.iter().take_while(|record| record.arrival < oldest).count();
    (old > 0).then_some(old)
}

/// Tells the on-failure destination about `records`: a queue where they are, a bucket what they are too.
async fn give_up(flow: &Flow, records: &[Record], condition: &str, invocations: u32, outcome: Option<&Outcome>) {
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return };
    let to = flow.mapping.on_failure.as_deref().map_or_else(String::new, |arn| format!(", told {arn}"));
    let given_up = format!("given up after {invocations} attempts: {condition}{to}");
    flow.note(records, given_up, outcome.map(|outcome| outcome.request_id.as_str()));
    let mut arrived = false;
    if let Some(destination) = &flow.mapping.on_failure {
        let clock = &flow.deps.clock;
        let request_id = outcome.map_or_else(|| clock.uuid().to_string(), |outcome| outcome.request_id.clone());
        let mut message = json!({
            "requestContext": {
                "requestId": request_id,
                "functionArn": function_arn(&flow.mapping.function),
                "condition": condition,
                "approximateInvokeCount": invocations,
            },
            "version": "1.0",
            "timestamp": clock.iso_millis(),
            "DDBStreamBatchInfo": {
                "shardId": flow.shard_id,
                "startSequenceNumber": first.sequence_number,
                "endSequenceNumber": last.sequence_number,
                "approximateArrivalOfFirstRecord": iso(first.arrival),
                "approximateArrivalOfLastRecord": iso(last.arrival),
                "batchSize": records.len(),
                "streamArn": flow.stream_arn,
            },
        });
        if let Some(outcome) = outcome {
            message["responseContext"] =
                json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": outcome.function_error });
        }
        if DestinationKind::of(destination) == Ok(DestinationKind::Bucket) {
            message["payload"] = serde_json::from_str(&event(records)).unwrap_or_default();
        }
        let prefix = format!("{}/{}", flow.mapping.uuid, flow.shard_id);
        let record = DestinationRecord { prefix, body: message.to_string() };
        match flow.deps.destinations.send(destination, record).await {
            Ok(()) => arrived = true,
            Err(why) => {
                flow.deps.lambda.report_destination_failure(&flow.mapping.function);
                tracing::warn!(
                    why,
                    function = flow.mapping.function,
                    "records were given up, and their destination did not take them"
                );
            }
        }
    }
    let metric = if arrived { "OnFailureDestinationDeliveredEventCount" } else { "DroppedEventCount" };
    flow.count(metric, records.len());
    flow.done_with(records);
}

fn iso(moment: OffsetDateTime) -> String {
    moment.format(&Rfc3339).unwrap_or_else(|_| moment.to_string())
}
