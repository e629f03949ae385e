//! What a visitor does on the board's page, in the visitor's words.

use serde_json::json;

use crate::tab::{Tab, one};

impl Tab {
    /// Waits until this view is there: `list`, `read`, `write`, `edit` or `nowhere`, with what it shows fetched.
    pub async fn shows(&self, view: &str) {
        self.is_in(view, &["ready", "empty"]).await;
    }

    /// Waits until this view says that it failed.
    pub async fn shows_failure(&self, view: &str) {
        self.is_in(view, &["error"]).await;
    }

    /// The kind of the failure that the page tells of, as `site/js/failures.js` names it.
    pub async fn failure_kind(&self) -> String {
        self.until(&one("failure")).await;
        self.evaluate(&format!("{}.dataset.kind", one("failure"))).await
    }

    async fn is_in(&self, view: &str, states: &[&str]) {
        let outlet = one("view");
        self.until(&format!(
            "{outlet}.dataset.view === {} && {}.includes({outlet}.dataset.state)",
            json!(view),
            json!(states)
        ))
        .await;
    }

    /// Goes to an address of the page, such as `#/`, as a link does.
    pub async fn go(&self, hash: &str) {
        self.run(&format!("location.hash = {}", json!(hash))).await;
    }

    /// Writes a note and waits until the page shows it.
    pub async fn write_post(&self, title: &str, body: &str) {
        self.click("write").await;
        self.shows("write").await;
        self.fill("input-title", title).await;
        self.fill("input-body", body).await;
        self.fill("input-author", "Ada").await;
        self.click("send").await;
        self.shows("read").await;
    }

    /// Opens the note with this title from the list.
    pub async fn open_post(&self, title: &str) {
        self.shows("list").await;
        let titles = format!(
            "[...document.querySelectorAll('[data-test=note-title]')].find((link) => link.textContent === {})",
            json!(title)
        );
        self.until(&titles).await;
        self.run(&format!("({titles}).click()")).await;
        self.shows("read").await;
    }

    /// The titles in the list, from the top.
    pub async fn titles(&self) -> Vec<String> {
        self.shows("list").await;
        self.texts("note-title").await
    }

    /// Waits until the list holds this many notes.
    pub async fn has_notes(&self, count: usize) {
        self.shows("list").await;
        self.until(&format!("document.querySelectorAll('[data-test=note]').length === {count}")).await;
    }

    /// Changes title and body of the note that is shown, and sends the change.
    pub async fn edit_post(&self, title: &str, body: &str) {
        self.click("post-edit").await;
        self.shows("edit").await;
        self.fill("input-title", title).await;
        self.fill("input-body", body).await;
        self.click("send").await;
    }

    /// Waits until the activity tells of an event of this type about a note with this title.
    pub async fn activity_tells(&self, event_type: &str, title: &str) {
        let events = "[...document.querySelectorAll('[data-test=event]')]";
        let condition = format!(
            "{events}.some((event) => event.dataset.type === {} && event.textContent.includes({}))",
            json!(event_type),
            json!(title)
        );
        self.until(&condition).await;
    }

    /// Waits until the page has read this out to those who listen to it.
    pub async fn announces(&self, text: &str) {
        self.until(&format!("{}.textContent.includes({})", one("status"), json!(text))).await;
    }
}
