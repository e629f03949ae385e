//! The book: built by mdBook as a library, in a process of its own where a board goes on after it, and served as files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use course::chapters::Completion;
use course::whiteboard::storyboard::Storyboard;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, StatusCode};
use local::data_folder::{open_lock, reason};
use local::guard::{FetchMetadata, Guard, ListenerKind};
use local::listener::{self, HttpRequest};
use mdbook_driver::MDBook;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt;
use tower_http::services::{ServeDir, ServeFile};

use crate::error::Error;
use crate::live::LiveBoard;
use crate::review::live::{self, LiveReview};

/// What the book is made of: its own files, and the sources that its chapters include.
const SOURCES: [&str; 5] = ["book", "infra", "labs", "site", "solutions"];

/// The name of the hidden command that builds the book and ends.
pub const BUILD: &str = "build-book";

/// As [`build`], in a process of its own: what a build takes of memory, several times what a board needs, ends with that.
pub fn build_apart(root: &Path) -> Result<PathBuf, Error> {
    let folder = root.join("target").join("book");
    if is_up_to_date(root, &folder) {
        return Ok(folder);
    }
    if let Ok(program) = std::env::current_exe() {
        // One that cannot run, or fails, has left the book as it was; then it is built here, or this says why not.
        let _ = Command::new(program).arg(BUILD).current_dir(root).stdin(Stdio::null()).output();
    }
    build(root)
}

/// Builds the book into `target/book`, unless it is newer than all its sources, and returns that folder.
pub fn build(root: &Path) -> Result<PathBuf, Error> {
    let folder = root.join("target").join("book");
    if is_up_to_date(root, &folder) {
        return Ok(folder);
    }
    // Two commands may start at once.
    let locked = || {
        std::fs::create_dir_all(root.join("target"))?;
        let lock = open_lock(&root.join("target").join("book.lock"))?;
        lock.lock()?;
        Ok(lock)
    };
    let _lock = locked().map_err(|why: std::io::Error| unwritable(&root.join("target"), &why))?;
    if is_up_to_date(root, &folder) {
        return Ok(folder);
    }
    let failed =
        |why| Error::again(format!("The book cannot be built: {why:#}"), "Fix the file that it names below book/");
    let completion = Completion::read(root)?;
    let mut book = MDBook::load(root.join("book")).map_err(failed)?;
    book.book.for_each_chapter_mut(|chapter| {
        if let Some(path) = &chapter.path {
            completion.complete(&mut chapter.content, path);
        }
    });
    // A build begins with removing what is there, and another board may be serving it.
    let (new, old) = (folder.with_extension("new"), folder.with_extension("old"));
    book.config.build.build_dir.clone_from(&new);
    book.build().map_err(failed)?;
    completion.write_scripts(&new).map_err(|why| unwritable(&new, &why))?;
    replace(&folder, &new, &old).map_err(|why| unwritable(&folder, &why))?;
    Ok(folder)
}

fn unwritable(folder: &Path, why: &std::io::Error) -> Error {
    let what = format!("The folder {} cannot be written: {}.", folder.display(), reason(why));
    Error::again(what, "Make sure that it can be")
}

/// Puts the folder `new` in the place of `folder`, which is there all the time but for a moment, and goes by way of `old`.
fn replace(folder: &Path, new: &Path, old: &Path) -> std::io::Result<()> {
    let remove = |path: &Path| match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    remove(old)?;
    match std::fs::rename(folder, old) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => std::fs::rename(new, folder)?,
    }
    remove(old)
}

/// Says to the rehearsal page where the running board is. Served, and never a file of the book, which others may read without a board.
const LIVE: &str = "/whiteboard-live.js";
/// What the board shows for a step of the talk, by the step's id.
const LIVE_STEP: &str = "/whiteboard-live/";

/// What the book's pages may ask of the command that serves them.
#[derive(Debug, Clone)]
pub struct LivePages {
    /// What the rehearsal page may show of the board.
    pub board: watch::Receiver<LiveBoard>,
    /// By the steps of this talk.
    pub talk: Arc<Storyboard>,
    /// What the review's page may ask.
    pub review: LiveReview,
}

/// Serves the pages in `folder` on `listener` to whom `guard` admits, until `stop` says true.
pub async fn serve(folder: PathBuf, listener: TcpListener, guard: Guard, live: LivePages, stop: watch::Receiver<bool>) {
    let missing = ServeFile::new(folder.join("404.html"));
    // A page that is not there is a 404, even though the file that says so is there.
    let pages = ServeDir::new(&folder).not_found_service(missing);
    let answer = move |request: HttpRequest, _| {
        let (pages, guard, LivePages { board, talk, review }) = (pages.clone(), guard.clone(), live.clone());
        async move {
            let (parts, body) = request.into_parts();
            if let Err(refused) = guard.check(ListenerKind::Pages, &FetchMetadata::of(&parts), |_| false) {
                return refused.into_response();
            }
            if parts.uri.path().starts_with(live::ASKED) {
                return reviewed(review, parts, Body::new(body)).await;
            }
            // A deployment may change the board while the page is open.
            let board = board.borrow().clone();
            let reads = [Method::GET, Method::HEAD].contains(&parts.method);
            let live = match parts.uri.path().strip_prefix(LIVE_STEP) {
                _ if !reads => None,
                Some(step) => board.shows(&talk, step).await.map(|shown| ("text/plain; charset=utf-8", shown)),
                None if parts.uri.path() == live::LIVE => {
                    Some(("text/javascript; charset=utf-8", "window.workbookReviewLive = true;\n".to_string()))
                }
                None if parts.uri.path() == LIVE => {
                    board.script().map(|script| ("text/javascript; charset=utf-8", script))
                }
                None => None,
            };
            if let Some((content_type, text)) = live {
                return ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-store")], text).into_response();
            }
            let request = http::Request::from_parts(parts, Body::empty());
            match pages.oneshot(request).await {
                Ok(page) => page.map(Body::new),
                Err(never) => match never {},
            }
        }
    };
    listener::serve(listener, stop, answer).await;
}

/// The answer to what the review's page asks.
async fn reviewed(review: LiveReview, parts: Parts, body: Body) -> Response {
    let answered = match axum::body::to_bytes(body, live::MOST).await {
        // A file is written, and another command may hold it.
        Ok(body) => tokio::task::spawn_blocking(move || review.answer(&parts, &body)).await,
        Err(_) => Ok((StatusCode::PAYLOAD_TOO_LARGE, "{\"error\": \"That is too long.\"}".to_string())),
    };
    let (status, text) = answered.unwrap_or_else(|why| {
        (StatusCode::INTERNAL_SERVER_ERROR, serde_json::json!({ "error": why.to_string() }).to_string())
    });
    (status, [(CONTENT_TYPE, "application/json; charset=utf-8"), (CACHE_CONTROL, "no-store")], text).into_response()
}

/// Whether the built book is newer than its sources and than this program, which builds it.
fn is_up_to_date(root: &Path, folder: &Path) -> bool {
    let Some(built) = newest(&folder.join("index.html")) else { return false };
    let program = std::env::current_exe().ok().and_then(|program| newest(&program));
    let sources = SOURCES.iter().map(|name| newest(&root.join(name)));
    sources.chain([program]).all(|changed| changed.is_some_and(|changed| changed <= built))
}

/// The latest change of a file, or of a folder with everything below it.
fn newest(path: &Path) -> Option<SystemTime> {
    let metadata = std::fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?;
    if !metadata.is_dir() {
        return Some(changed);
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.map(|entry| newest(&entry.ok()?.path())).try_fold(changed, |latest, changed| Some(latest.max(changed?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_book_takes_the_place_of_the_old_one_and_of_what_a_crash_left() {
        let target = tempfile::tempdir().unwrap();
        let [folder, new, old] = ["book", "book.new", "book.old"].map(|name| target.path().join(name));
        for (version, left_over) in [("first", false), ("second", true)] {
            std::fs::create_dir(&new).unwrap();
            std::fs::write(new.join("index.html"), version).unwrap();
            if left_over {
                std::fs::create_dir_all(old.join("deep")).unwrap();
            }
            replace(&folder, &new, &old).unwrap();
            assert_eq!(std::fs::read_to_string(folder.join("index.html")).unwrap(), version);
            assert!(!new.exists() && !old.exists(), "{version}");
        }
    }
}
