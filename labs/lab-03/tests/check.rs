//! Lab 03, CORS: what a page gets to read, with a browser between it and the board.
//!
//! The browser is the kit's: it asks for permission where one does, and hides what one hides. Every test begins with a page that
//! may read the list; while it cannot, that is a matter of lab-03.1, whatever comes after it.

#[path = "check/cache.rs"]
mod cache;
#[path = "check/gateway.rs"]
mod gateway;
#[path = "check/origins.rs"]
mod origins;
#[path = "check/preflight.rs"]
mod preflight;
#[path = "check/refusals.rs"]
mod refusals;

use kit::{Answer, Ask, Deployment, Failure, Lab, deployment};

/// A page of the site, as the template lists it.
const SITE: &str = "https://board.example.com";
/// The same page while somebody works on it.
const LOCAL: &str = "http://127.0.0.1:4001";
/// A page of somebody else's.
const STRANGER: &str = "https://stranger.example";

/// Every answer of the board's that a page gets without asking for permission: method, path, a body that is declared as plain
/// text, status.
const ANSWERS: [(&str, &str, &str, u16); 8] = [
    ("GET", "/board", "", 200),
    ("GET", "/board/nothing", "", 404),
    ("GET", "/board/welcome", "", 200),
    ("POST", "/board", "title=Hello", 400),
    ("POST", "/board", "{}", 400),
    ("POST", "/board/welcome", "", 405),
    ("POST", "/board", "{\"title\": \"Hello\", \"body\": \"Words\"}", 202),
    ("HEAD", "/board", "", 405),
];

/// A question with this body, if there is one.
fn with_text<'lab>(ask: Ask<'lab>, body: &str) -> Ask<'lab> {
    if body.is_empty() { ask } else { ask.body("text/plain", body) }
}

/// The lab, about to be deployed for a test about `todo`.
fn template(todo: &'static str) -> Deployment {
    deployment!().attribute(Failure::UnreadableTemplate, "lab-03.5").about(todo)
}

/// The lab, and pages that may read it.
fn board(todo: &'static str) -> Lab {
    let lab = template(todo).deployed();
    for origin in [SITE, LOCAL] {
        let list = |todo| lab.asks(todo, "let a listed page read the list").from_page(origin).get("/board");
        let mut answer = list("lab-03.1");
        if !answer.reaches_the_page() && is_admitted_to_ask(&lab, origin) {
            // The origin is known, and only this answer does not say so.
            answer = list("lab-03.2");
        }
        answer.is_shown().has_status(200);
    }
    lab
}

/// The answer to a preflight of a page of this origin, which wants to PUT. It is the function's, and the code of lab-03.2 names the
/// page in it.
fn preflight<'lab>(lab: &'lab Lab, origin: &str, todo: &'lab str, about: &'lab str) -> Answer<'lab> {
    let ask = lab.asks(todo, about).header("Origin", origin).header("Access-Control-Request-Method", "PUT");
    let answer = ask.send("OPTIONS", "/board/welcome");
    answer.attributed_to("lab-03.5").reaches_resource("/board/{postId}");
    // A function that fails names nobody, whoever was to do it.
    if answer.status() < 500 {
        answer.attributed_to("lab-03.2").has_header("Access-Control-Allow-Origin", origin);
    }
    answer
}

/// Whether a preflight's answer names `origin`.
fn is_admitted_to_ask(lab: &Lab, origin: &str) -> bool {
    let ask = lab.asks("lab-03.3", "ask for permission").header("Origin", origin);
    let answer = ask.header("Access-Control-Request-Method", "PUT").send("OPTIONS", "/board");
    answer.is_marked("Access-Control-Allow-Origin", origin)
}

/// Expects every header of an answer, also the one that is about caches.
fn is_the_finished_one(answer: Answer<'_>, snapshot: &str) {
    answer.attributed_to("lab-03.4").lists_in_header("Vary", "Origin");
    answer.in_own_words("error.message").matches_snapshot(snapshot);
}
