//! What the review's page asks of the command that serves it: the progress that the terminal has, too, and to have an answer kept.
//!
//! Every answer is the whole document, so the page never has another state than the file. What changes something is a `POST` of JSON: a
//! page of another origin cannot send one without asking first, and nobody here says yes to that. Besides, `guard` has refused strangers
//! before anything here is called.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Utc;
use course::review::memory::{Grade, Progress};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::questions::Questions;
use super::store::ReviewStore;
use super::take_over;
use crate::error::Error;

/// Says to the page that a command serves it. Served, and never a file of the book, which others may read without a command.
pub const LIVE: &str = "/review-live.js";
/// Where the page asks; what it asks follows.
pub const ASKED: &str = "/review-live/";
/// The longest body, in bytes: a document of some thousand cards.
pub const MOST: usize = 1024 * 1024;

/// What the page may ask.
#[derive(Debug, Clone)]
pub struct LiveReview {
    root: PathBuf,
    store: ReviewStore,
    /// What can be asked: nothing else becomes a card.
    ids: Arc<BTreeSet<String>>,
    chapters: Arc<BTreeSet<String>>,
}

/// A card that was graded.
#[derive(Deserialize)]
struct Graded {
    id: String,
    grade: Grade,
}

/// A checkpoint that was missed.
#[derive(Deserialize)]
struct MissedOne {
    id: String,
}

/// The chapter up to which new cards are asked.
#[derive(Deserialize)]
struct UpTo {
    chapter: String,
}

impl LiveReview {
    /// The review of the workspace in `root`, whose progress is in `store`.
    ///
    /// # Errors
    ///
    /// Cards or pages that cannot be read.
    pub fn read(root: &Path, store: ReviewStore) -> Result<LiveReview, Error> {
        let questions = Questions::read(root)?;
        let chapters = questions.deck.cards.iter().map(|card| card.chapter.clone()).collect();
        Ok(LiveReview { root: root.to_path_buf(), store, ids: Arc::new(questions.ids()), chapters: Arc::new(chapters) })
    }

    /// The answer to what the page asks: a status, and a document or a sentence. It waits for a file, so it is called where one may wait.
    pub fn answer(&self, parts: &Parts, body: &[u8]) -> (StatusCode, String) {
        let asked = parts.uri.path().strip_prefix(ASKED).unwrap_or_default();
        let is_json =
            parts.headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        let outcome = match (&parts.method, asked) {
            (&Method::GET, "state") => take_over(&self.root, &self.store, None).and_then(|()| self.store.read()),
            (&Method::POST, "answer" | "missed" | "up-to" | "import") if !is_json => {
                return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON.");
            }
            (&Method::POST, "answer") => match serde_json::from_slice::<Graded>(body) {
                Ok(Graded { id, grade }) if self.ids.contains(&id) => self.changed(|progress| {
                    progress.grade(&id, grade, Utc::now());
                }),
                _ => return refused(StatusCode::BAD_REQUEST, "Send the id of a card and a grade."),
            },
            (&Method::POST, "missed") => match serde_json::from_slice::<MissedOne>(body) {
                Ok(MissedOne { id }) if self.ids.contains(&id) => {
                    self.changed(|progress| progress.miss(&id, Utc::now()))
                }
                _ => return refused(StatusCode::BAD_REQUEST, "Send the id of a checkpoint."),
            },
            (&Method::POST, "up-to") => match serde_json::from_slice::<UpTo>(body) {
                Ok(UpTo { chapter }) if self.chapters.contains(&chapter) => {
                    self.changed(|progress| progress.up_to = chapter)
                }
                _ => return refused(StatusCode::BAD_REQUEST, "Send the number of a chapter."),
            },
            (&Method::POST, "import") => match std::str::from_utf8(body).map_err(|_| ()).map(Progress::parse) {
                Ok(Ok(other)) => self.changed(|progress| progress.merge(other)),
                _ => return refused(StatusCode::BAD_REQUEST, "Send what the page has exported."),
            },
            _ => return refused(StatusCode::NOT_FOUND, "There is nothing of this name."),
        };
        match outcome {
            Ok(progress) => (StatusCode::OK, progress.text()),
            Err(why) => refused(StatusCode::INTERNAL_SERVER_ERROR, &why.to_string()),
        }
    }

    fn changed(&self, change: impl FnOnce(&mut Progress)) -> Result<Progress, Error> {
        self.store.change(|progress| {
            change(progress);
            progress.clone()
        })
    }
}

fn refused(status: StatusCode, why: &str) -> (StatusCode, String) {
    (status, json!({ "error": why }).to_string())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn ask(review: &LiveReview, method: &str, what: &str, content_type: &str, body: &str) -> (u16, String) {
        let request =
            Request::builder().method(method).uri(format!("{ASKED}{what}")).header(CONTENT_TYPE, content_type);
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (status, text) = review.answer(&parts, body.as_bytes());
        (status.as_u16(), text)
    }

    #[test]
    fn the_page_shares_the_terminals_file_and_can_put_nothing_else_into_it() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        let review = LiveReview::read(&course::root::workspace().unwrap(), store).unwrap();
        let json = |what: &str, body: &str| ask(&review, "POST", what, "application/json", body);
        let (status, text) = json("answer", "{\"id\": \"01-1\", \"grade\": \"good\"}");
        assert_eq!(status, 200, "{text}");
        assert_eq!(review.store.read().unwrap(), Progress::parse(&text).unwrap());
        assert_eq!(json("missed", "{\"id\": \"checkpoint-05-1\"}").0, 200);
        assert_eq!(json("up-to", "{\"chapter\": \"05\"}").0, 200);
        let kept = review.store.read().unwrap();
        assert_eq!((kept.cards.len(), kept.missed.len(), kept.up_to.as_str()), (1, 1, "05"));
        assert_eq!(json("import", &kept.text()).0, 200);
        for (what, body) in [
            ("answer", "{\"id\": \"no-such\", \"grade\": \"good\"}"),
            ("answer", "{\"id\": \"01-1\", \"grade\": \"best\"}"),
            ("missed", "{\"id\": \"../x\"}"),
            ("up-to", "{\"chapter\": \"99\"}"),
            ("import", "{}"),
            ("import", "\u{fffd}"),
        ] {
            assert_eq!(json(what, body).0, 400, "{what} {body}");
        }
        let form = ask(&review, "POST", "answer", "text/plain", "{\"id\": \"01-1\", \"grade\": \"good\"}");
        assert_eq!(form.0, 415, "what a form of a stranger's page can send");
        assert_eq!(ask(&review, "GET", "answer", "", "").0, 404);
        assert_eq!(ask(&review, "POST", "state", "application/json", "").0, 404);
        assert_eq!(review.store.read().unwrap(), kept);
    }
}
