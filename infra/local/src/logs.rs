//! CloudWatch Logs: what functions print and what the services say about them.
//!
//! Log groups are declared by the template or come into being with their first event, as they do for a function whose role may
//! create them. Events are kept in memory, the newest [`KEPT`] of each group, and of those as many as the bounds in bytes allow:
//! a laptop's log is read now or never. To wait for a line, use [`Logs::changed`] instead of polling.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::bounded::Bounded;
use crate::clock::Clock;

/// How many events of one group are kept.
pub const KEPT: usize = 10_000;
/// The bytes of one group that are kept.
const GROUP_BYTES: usize = 16 * 1024 * 1024;
/// The bytes of all groups together that are kept.
const ALL_BYTES: usize = 48 * 1024 * 1024;
/// The largest event that CloudWatch Logs takes, in bytes.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
pub const EVENT_LIMIT: usize = 1024 * 1024;

/// The log groups of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Logs(Arc<LogsState>);

#[derive(Debug)]
struct LogsState {
    clock: Clock,
    groups: Mutex<BTreeMap<String, Bounded<LogEvent>>>,
    /// False where events go nowhere.
    keeps: bool,
    /// Streams that somebody made with the API, by group and name, and when; all others are known by their events.
    streams: Mutex<BTreeMap<(String, String), i64>>,
    settings: Mutex<BTreeMap<String, GroupSettings>>,
    written: watch::Sender<u64>,
}

/// What is known of a group beside its events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GroupSettings {
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// The days that its events are kept on AWS; here they are gone when the local cloud ends.
    pub retention_in_days: Option<u64>,
}

/// One event: a line, or a block of lines that was written at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Its number, counted over all groups from 1.
    pub sequence: u64,
    /// When it happened, in milliseconds since 1970.
    pub timestamp: i64,
    /// When it was written, in milliseconds since 1970.
    pub ingested: i64,
    /// The log stream: one for each execution environment.
    pub stream: String,
    /// The text, without a newline at its end.
    pub message: String,
}

impl Logs {
    /// No groups yet.
    pub fn new(clock: Clock) -> Logs {
        Logs::made(clock, true)
    }

    /// Logs that keep nothing: those of a function whose role may not write any.
    pub(crate) fn nowhere(clock: Clock) -> Logs {
        Logs::made(clock, false)
    }

    fn made(clock: Clock, keeps: bool) -> Logs {
        Logs(Arc::new(LogsState {
            keeps,
            clock,
            groups: Mutex::default(),
            streams: Mutex::default(),
            settings: Mutex::default(),
            written: watch::Sender::new(0),
        }))
    }

    /// Appends an event to `group`. What it has beyond [`EVENT_LIMIT`] is cut off, and the oldest events go where there are too many.
    pub fn put(&self, group: &str, stream: &str, message: impl Into<String>) {
        self.put_at(group, stream, message, self.0.clock.epoch_millis());
    }

    /// As [`Logs::put`], of what happened at `timestamp`.
    pub(crate) fn put_at(&self, group: &str, stream: &str, message: impl Into<String>, timestamp: i64) {
        if !self.0.keeps {
            return;
        }
        let ingested = self.0.clock.epoch_millis();
        let mut message = message.into();
        message.truncate(message.trim_end_matches(['\r', '\n']).len());
        if message.len() > EVENT_LIMIT {
            message.truncate(message.floor_char_boundary(EVENT_LIMIT));
            message.shrink_to_fit();
        }
        let mut groups = self.groups();
        let sequence = *self.0.written.borrow() + 1;
        let event = LogEvent { sequence, timestamp, ingested, stream: stream.to_string(), message };
        let bytes = text_bytes(&event);
        let events = match groups.get_mut(group) {
            Some(events) => events,
            None => {
                self.settings().entry(group.to_string()).or_insert(self.new_settings());
                groups.entry(group.to_string()).or_insert_with(no_events)
            }
        };
        events.push(event, bytes);
        while groups.values().map(Bounded::bytes).sum::<usize>() > ALL_BYTES {
            let oldest =
                groups.values_mut().min_by_key(|events| events.oldest().map_or(u64::MAX, |event| event.sequence));
            oldest.map(Bounded::forget_oldest);
        }
        self.0.written.send_replace(sequence);
    }

    /// The events of `group`, oldest first; none where the group does not exist.
    pub fn read(&self, group: &str) -> Vec<LogEvent> {
        self.groups().get(group).map(|events| events.iter().cloned().collect()).unwrap_or_default()
    }

    /// Makes a group; false where it is there already.
    pub fn create_group(&self, group: &str) -> bool {
        let mut groups = self.groups();
        let new = !groups.contains_key(group);
        groups.entry(group.to_string()).or_insert_with(no_events);
        self.settings().entry(group.to_string()).or_insert(self.new_settings());
        new
    }

    /// What is known of `group` beside its events.
    pub fn group_settings(&self, group: &str) -> GroupSettings {
        self.settings().get(group).copied().unwrap_or_default()
    }

    /// Says how many days the events of `group` are kept; for ever without a number.
    pub(crate) fn set_retention(&self, group: &str, days: Option<u64>) {
        self.settings().entry(group.to_string()).or_insert(self.new_settings()).retention_in_days = days;
    }

    fn new_settings(&self) -> GroupSettings {
        GroupSettings { created: self.0.clock.epoch_millis(), retention_in_days: None }
    }

    fn settings(&self) -> MutexGuard<'_, BTreeMap<String, GroupSettings>> {
        self.0.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, BTreeMap<(String, String), i64>> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes a group with all its events.
    pub fn delete_group(&self, group: &str) {
        self.groups().remove(group);
        self.settings().remove(group);
        self.streams().retain(|(of, _), _| of != group);
    }

    /// Deletes a stream with all its events.
    pub(crate) fn delete_stream(&self, group: &str, stream: &str) {
        if let Some(events) = self.groups().get_mut(group) {
            let mut kept = no_events();
            for event in events.iter().filter(|event| event.stream != stream) {
                kept.push(event.clone(), text_bytes(event));
            }
            *events = kept;
        }
        self.streams().remove(&(group.to_string(), stream.to_string()));
    }

    /// When a stream was made, in milliseconds since 1970; nothing where its events made it.
    pub(crate) fn stream_created(&self, group: &str, stream: &str) -> Option<i64> {
        self.streams().get(&(group.to_string(), stream.to_string())).copied()
    }

    /// Whether there is a group called `group`.
    pub fn has_group(&self, group: &str) -> bool {
        self.groups().contains_key(group)
    }

    /// Makes a stream; false where it is there already.
    pub fn create_stream(&self, group: &str, stream: &str) -> bool {
        let new = !self.stream_names(group).iter().any(|name| name == stream);
        self.streams().entry((group.to_string(), stream.to_string())).or_insert(self.0.clock.epoch_millis());
        new
    }

    /// The names of the streams of `group`, sorted.
    pub fn stream_names(&self, group: &str) -> Vec<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for event in self.groups().get(group).into_iter().flat_map(Bounded::iter) {
            // Most events are of a stream that is there already.
            if !names.contains(&event.stream) {
                names.insert(event.stream.clone());
            }
        }
        names.extend(self.streams().keys().filter(|(of, _)| of == group).map(|(_, name)| name.clone()));
        names.into_iter().collect()
    }

    /// The names of all groups, sorted.
    pub fn group_names(&self) -> Vec<String> {
        self.groups().keys().cloned().collect()
    }

    /// Events of all groups after the event numbered `sequence`, in the order in which they were written.
    pub fn since(&self, sequence: u64) -> Vec<(String, LogEvent)> {
        let groups = self.groups();
        let mut found: Vec<(String, LogEvent)> = groups
            .iter()
            .flat_map(|(name, events)| {
                events
                    .iter()
                    .rev()
                    .take_while(|event| event.sequence > sequence)
                    .map(|event| (name.clone(), event.clone()))
            })
            .collect();
        found.sort_by_key(|(_, event)| event.sequence);
        found
    }

    /// The number of the newest event, and a way to wait for the next one.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.written.subscribe()
    }

    fn groups(&self) -> MutexGuard<'_, BTreeMap<String, Bounded<LogEvent>>> {
        // A panic while holding the lock leaves at worst one event out: the groups stay readable.
        self.0.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of an event's texts.
fn text_bytes(event: &LogEvent) -> usize {
    event.message.len() + event.stream.len()
}

fn no_events() -> Bounded<LogEvent> {
    Bounded::new(KEPT, GROUP_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_newest_and_reads_across_groups_in_order() {
        let logs = Logs::new(Clock::real());
        for n in 0..KEPT + 5 {
            logs.put("a", "s", format!("{n}\n"));
        }
        logs.put("b", "s", "last");
        assert_eq!(logs.read("a").len(), KEPT);
        assert_eq!(logs.read("a")[0].message, "5");
        let newest: Vec<String> =
            logs.since(u64::try_from(KEPT + 4).unwrap()).into_iter().map(|(_, e)| e.message).collect();
        assert_eq!(newest, [format!("{}", KEPT + 4), "last".to_string()]);
        assert_eq!(logs.group_names(), ["a", "b"]);
        assert!(logs.read("c").is_empty());
    }
    fn bytes(logs: &Logs, group: &str) -> usize {
        logs.read(group).iter().map(|event| event.message.len()).sum()
    }

    #[test]
    fn a_group_and_all_groups_together_are_bounded_in_bytes_and_the_oldest_go_first() {
        let logs = Logs::new(Clock::real());
        let large = "x".repeat(EVENT_LIMIT);
        for group in ["a", "b", "c", "d"] {
            (0..40).for_each(|_| logs.put(group, "s", large.as_str()));
            assert!(bytes(&logs, group) > GROUP_BYTES - 2 * EVENT_LIMIT, "{group} keeps what it may");
            assert!(bytes(&logs, group) <= GROUP_BYTES, "{group} has {} bytes", bytes(&logs, group));
        }
        let all: usize = ["a", "b", "c", "d"].iter().map(|group| bytes(&logs, group)).sum();
        assert!(all <= ALL_BYTES && all > ALL_BYTES - 4 * EVENT_LIMIT, "{all}");
        assert!(bytes(&logs, "a") < bytes(&logs, "d"), "the oldest events are those of a");
    }

    #[test]
    fn an_event_is_cut_at_cloudwatchs_limit_and_never_inside_of_a_character() {
        let logs = Logs::new(Clock::real());
        logs.put("a", "s", format!("x{}", "é".repeat(EVENT_LIMIT)));
        assert_eq!(bytes(&logs, "a"), EVENT_LIMIT - 1);
    }
}
