//! Lambda's own queue: the events that nobody waits for, kept in the data folder until they are done with.
//!
//! A caller that got a 202 does not ask again, so an event must outlive the local cloud, however that ends. Each is a file,
//! written before the 202 and removed when the event has succeeded or was given up; an attempt that was cut short is made
//! again. At least once is what Lambda promises, too.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::super::InvokeRequest;
use crate::activity::Source;
use crate::data_folder::{STATE_LIMIT, read_bounded, replace};

/// An event that is not done with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct QueuedEvent {
    pub(super) function: String,
    pub(super) request_id: String,
    /// JSON text, as it was sent.
    event: String,
    trace_id: Option<String>,
    client_context: Option<String>,
    /// Failed attempts so far.
    pub(super) attempts: u32,
    /// When Lambda took it, in seconds since 1970.
    taken: i64,
    /// The name of its file, which sorts by time.
    name: String,
}

impl QueuedEvent {
    pub(super) fn new(
        function: &str,
        request_id: String,
        request: InvokeRequest,
        taken: OffsetDateTime,
        name: String,
    ) -> QueuedEvent {
        QueuedEvent {
            function: function.to_string(),
            request_id,
            // It was found to be JSON, which is UTF-8.
            event: String::from_utf8_lossy(&request.payload).into_owned(),
            trace_id: request.trace_id,
            client_context: request.client_context,
            attempts: 0,
            taken: taken.unix_timestamp(),
            name,
        }
    }

    /// The invocation that it asks for.
    pub(super) fn request(&self) -> InvokeRequest {
        InvokeRequest {
            payload: self.event.clone().into(),
            trace_id: self.trace_id.clone(),
            client_context: self.client_context.clone(),
            source: Source::Queue,
        }
    }

    /// How long it has waited, at the time `now`.
    pub(super) fn age(&self, now: OffsetDateTime) -> time::Duration {
        time::Duration::seconds(now.unix_timestamp() - self.taken)
    }
}

/// The folder of waiting events; nothing is kept without one.
#[derive(Debug, Default)]
pub(super) struct Kept(Option<PathBuf>);

impl Kept {
    pub(super) fn in_folder(folder: Option<&Path>) -> Kept {
        Kept(folder.map(|folder| folder.join("events")))
    }

    /// Writes the event down, as it is now.
    pub(super) fn put(&self, waiting: &QueuedEvent) {
        let Some(folder) = &self.0 else { return };
        let file = folder.join(&waiting.name).with_extension("json");
        let text = serde_json::to_string(waiting).unwrap_or_default();
        let written = std::fs::create_dir_all(folder).and_then(|()| replace(&file, &text));
        if let Err(error) = written {
            tracing::warn!(%error, file = %file.display(), "an asynchronous event would not outlive a restart");
        }
    }

    pub(super) fn remove(&self, waiting: &QueuedEvent) {
        let Some(folder) = &self.0 else { return };
        let file = folder.join(&waiting.name).with_extension("json");
        if let Err(error) = std::fs::remove_file(&file) {
            tracing::warn!(%error, file = %file.display(), "a finished asynchronous event may be delivered again");
        }
    }

    /// Those that an earlier run left, oldest first.
    pub(super) fn left(&self) -> Vec<QueuedEvent> {
        let files = self.0.iter().flat_map(std::fs::read_dir).flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "json")).collect();
        files.sort();
        let read = |file: PathBuf| {
            let text = read_bounded(&file, STATE_LIMIT).map_err(|error| error.to_string());
            let waiting = text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string()));
            waiting.inspect_err(|why| tracing::warn!(why, file = %file.display(), "an asynchronous event is lost")).ok()
        };
        files.into_iter().filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_there_after_a_restart_in_order_and_what_is_done_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::in_folder(Some(folder.path()));
        let waiting = |name: &str| {
            let request = InvokeRequest { trace_id: Some("Root=1".to_string()), ..InvokeRequest::with("{\"n\": 1}") };
            QueuedEvent::new("f", format!("id of {name}"), request, OffsetDateTime::UNIX_EPOCH, name.to_string())
        };
        for name in ["b", "a", "c"] {
            kept.put(&waiting(name));
        }
        kept.put(&QueuedEvent { attempts: 2, ..waiting("a") });
        kept.remove(&waiting("c"));
        std::fs::write(folder.path().join("events/d.json"), "{broken").unwrap();
        let left = Kept::in_folder(Some(folder.path())).left();
        let told: Vec<(&str, u32)> = left.iter().map(|left| (left.request_id.as_str(), left.attempts)).collect();
        assert_eq!(told, [("id of a", 2), ("id of b", 0)]);
        assert_eq!(
            (&left[0].request().payload[..], left[0].request().trace_id.as_deref()),
            (&b"{\"n\": 1}"[..], Some("Root=1"))
        );
        assert!(Kept::in_folder(None).left().is_empty());
    }
}
