//! What a browser writes into its console: the only place where it says why it keeps an answer from a page.

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::listeners::EventStream;
use futures_util::StreamExt;

/// A tab's console, from the moment the tab opened.
pub struct Console {
    entries: EventStream<EventEntryAdded>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}

impl Console {
    pub(crate) async fn of(page: &Page) -> Console {
        let entries = page.event_listener::<EventEntryAdded>().await.expect("a tab has a log");
        page.enable_log().await.expect("a tab's log can be followed");
        Console { entries }
    }

    /// The next entry that contains `part`, whole. Entries before it are passed over.
    ///
    /// # Panics
    ///
    /// When none comes within fifteen seconds, with the entries that did come.
    pub async fn says(&mut self, part: &str) -> String {
        let mut passed = Vec::new();
        let deadline = tokio::time::Instant::now() + crate::tab::PATIENCE;
        loop {
            match tokio::time::timeout_at(deadline, self.entries.next()).await {
                Ok(Some(event)) if event.entry.text.contains(part) => return event.entry.text.clone(),
                Ok(Some(event)) => passed.push(event.entry.text.clone()),
                Ok(None) | Err(_) => panic!("The console did not say {part:?}. It said: {passed:#?}"),
            }
        }
    }
}
