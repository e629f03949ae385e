//! The activity log: what happened in the local cloud, in the order in which it ended.
//!
//! Five kinds of things happen in a stack: a request reaches the API, a function runs, a batch of stream records is delivered,
//! somebody calls AWS, and an alarm changes its state. On AWS each leaves its trace in another place (execution logs, X-Ray, the mapping's metrics,
//! CloudTrail, an alarm's history), minutes later and only where it was switched on. Here they are in one list, which `cargo workbook events` shows.
//! The newest [`KEPT`] are kept, in memory; fewer where they are large.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::sync::watch;

use crate::bounded::{Bounded, json_bytes};
use crate::clock::Clock;

/// How many entries are kept.
pub const KEPT: usize = 2_000;
/// How many bytes their events, replies and parameters may have in all.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// What has happened in one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ActivityLog(Arc<ActivityEntries>);

#[derive(Debug)]
struct ActivityEntries {
    clock: Clock,
    entries: Mutex<Bounded<Arc<Entry>>>,
    /// The number of the newest entry, for those who wait for the next.
    written: watch::Sender<u64>,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its number, counted from 1.
    pub sequence: u64,
    /// When it ended: `2026-11-22T09:41:00.123Z`.
    pub timestamp: String,
    /// What it was.
    #[serde(flatten)]
    pub event: ActivityEvent,
}

/// What can happen.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ActivityEvent {
    /// The REST API got a request and answered it.
    Request {
        /// `GET`.
        method: String,
        /// Path with stage and query, as it was sent.
        target: String,
        /// The answer's status.
        status: u16,
        /// `x-amzn-RequestId`, which the execution log names too.
        request_id: String,
        /// `x-amzn-ErrorType`, where the gateway itself made the answer.
        error_type: Option<String>,
        /// Why the gateway made the answer, as the execution log says it where a stage writes one.
        failure: Option<String>,
        /// From the first station to the last, in milliseconds.
        #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
        took: Duration,
    },
    /// A function ran.
    Invocation {
        /// Its name.
        function: String,
        /// Who asked.
        source: Source,
        /// The id in its log lines.
        request_id: String,
        /// What it was given.
        #[serde(serialize_with = "json_or_text")]
        event: Bytes,
        /// What it replied, or the error's description.
        #[serde(serialize_with = "json_or_text")]
        reply: Bytes,
        /// `Unhandled` when it failed.
        function_error: Option<&'static str>,
        /// The start of an environment included, in milliseconds.
        #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
        took: Duration,
    },
    /// A batch of a stream's records was delivered.
    Batch {
        /// The table.
        table: String,
        /// The function.
        function: String,
        /// How many records.
        records: usize,
        /// The sequence number of its first record.
        first: String,
        /// And of its last.
        last: String,
        /// What became of it, in a few words.
        outcome: String,
        /// The invocation's id; none where Lambda refused to run the function, or was not asked.
        request_id: Option<String>,
    },
    /// Somebody called AWS.
    Call {
        /// `dynamodb`.
        event_source: &'static str,
        /// `PutItem`.
        event_name: String,
        /// The function that called; none is the learner.
        function: Option<String>,
        /// The HTTP status of the answer.
        status: u16,
        /// Why IAM refused, in IAM's words.
        denied: Option<String>,
        /// The request's body where it is JSON.
        request_parameters: Value,
    },
    /// An alarm went over into another state.
    Alarm {
        /// Its name.
        alarm: String,
        /// The state that it had: `OK`, `ALARM`, `INSUFFICIENT_DATA`.
        from: &'static str,
        /// The state that it has.
        to: &'static str,
        /// Why, in CloudWatch's words.
        reason: String,
        /// The ARNs of what is to be done, which on AWS is done.
        actions: Vec<String>,
    },
}

impl ActivityEvent {
    /// What is in it that has no bound of its own, in bytes.
    fn bytes(&self) -> usize {
        match self {
            ActivityEvent::Request { target, .. } => target.len(),
            ActivityEvent::Invocation { event, reply, .. } => event.len() + reply.len(),
            ActivityEvent::Batch { outcome, .. } => outcome.len(),
            ActivityEvent::Call { event_name, denied, request_parameters, .. } => {
                event_name.len() + denied.as_ref().map_or(0, String::len) + json_bytes(request_parameters)
            }
            ActivityEvent::Alarm { reason, actions, .. } => {
                reason.len() + actions.iter().map(String::len).sum::<usize>()
            }
        }
    }
}

/// Who has a function run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A call of Invoke.
    #[default]
    Invoke,
    /// The REST API.
    Api,
    /// An event source mapping.
    Stream,
    /// Lambda's own queue of asynchronous events.
    Queue,
}

impl ActivityLog {
    /// Nothing has happened yet.
    pub fn new(clock: Clock) -> ActivityLog {
        let entries = Mutex::new(Bounded::new(KEPT, KEPT_BYTES));
        ActivityLog(Arc::new(ActivityEntries { clock, entries, written: watch::Sender::new(0) }))
    }

    /// Writes down that something has happened.
    pub fn put(&self, event: ActivityEvent) {
        let (timestamp, bytes) = (self.0.clock.iso_millis(), event.bytes());
        let mut entries = self.entries();
        let sequence = *self.0.written.borrow() + 1;
        entries.push(Arc::new(Entry { sequence, timestamp, event }), bytes);
        self.0.written.send_replace(sequence);
    }

    /// The entries after the one numbered `sequence`, oldest first.
    pub fn since(&self, sequence: u64) -> Vec<Arc<Entry>> {
        self.entries().after(|entry| entry.sequence <= sequence).cloned().collect()
    }

    /// The number of the newest entry, and a way to wait for the next one.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.written.subscribe()
    }

    fn entries(&self) -> MutexGuard<'_, Bounded<Arc<Entry>>> {
        // A panic while holding the lock leaves at worst one entry out: the list stays readable.
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((took.as_secs_f64() * 100_000.0).round() / 100.0)
}

/// JSON stands in JSON; what a function replied that is none becomes a string.
fn json_or_text<S: Serializer>(payload: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_slice::<Value>(payload) {
        Ok(json) => json.serialize(serializer),
        Err(_) => serializer.serialize_str(&String::from_utf8_lossy(payload)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use time::macros::datetime;

    fn call(event_name: &str) -> ActivityEvent {
        let event_name = event_name.to_string();
        let (function, denied, request_parameters) = (None, None, Value::Null);
        ActivityEvent::Call { event_source: "dynamodb", event_name, function, status: 200, denied, request_parameters }
    }

    #[test]
    fn keeps_the_newest_and_gives_what_is_new() {
        let activity = ActivityLog::new(Clock::real());
        for n in 0..KEPT + 3 {
            activity.put(call(&n.to_string()));
        }
        let all = activity.since(0);
        assert_eq!((all.len(), all[0].sequence), (KEPT, 4));
        let newest = activity.since(u64::try_from(KEPT + 2).unwrap());
        let [newest] = &newest[..] else { panic!("{newest:?}") };
        assert!(matches!(&newest.event, ActivityEvent::Call { event_name, .. } if event_name == "2002"));
        assert!(activity.since(u64::MAX).is_empty());
        assert_eq!(*activity.changed().borrow(), 2_003);
    }

    #[test]
    fn large_entries_push_older_ones_out() {
        let activity = ActivityLog::new(Clock::real());
        for _ in 0..12 {
            activity.put(ActivityEvent::Invocation {
                function: "board-api".to_string(),
                source: Source::Invoke,
                request_id: "id".to_string(),
                event: Bytes::from(vec![b'x'; 3 * 1024 * 1024]),
                reply: Bytes::new(),
                function_error: None,
                took: Duration::ZERO,
            });
        }
        let kept: Vec<u64> = activity.since(0).iter().map(|entry| entry.sequence).collect();
        assert_eq!(kept, [8, 9, 10, 11, 12], "five of 3 MB are less than 16 MB");
    }

    #[test]
    fn an_entry_is_one_object_with_the_event_in_it() {
        let activity = ActivityLog::new(Clock::frozen(datetime!(2026-11-22 09:41:00.123 UTC)));
        activity.put(ActivityEvent::Invocation {
            function: "board-api".to_string(),
            source: Source::Api,
            request_id: "id".to_string(),
            event: Bytes::from_static(b"{\"a\": 1}"),
            reply: Bytes::from_static(b"no JSON"),
            function_error: None,
            took: Duration::from_micros(1_234),
        });
        let entry = serde_json::to_value(&*activity.since(0)[0]).unwrap();
        let expected = json!({ "sequence": 1, "timestamp": "2026-11-22T09:41:00.123Z", "kind": "invocation",
            "function": "board-api", "source": "api", "requestId": "id", "event": { "a": 1 }, "reply": "no JSON",
            "functionError": null, "milliseconds": 1.23 });
        assert_eq!(entry, expected);
    }
}
