//! lab-03.3: a page asks for leave before it sends what no form could send.

use kit::{Ask, Lab};
use serde_json::json;

use crate::{LOCAL, SITE, STRANGER, board, is_the_finished_one};

fn asks<'lab>(lab: &'lab Lab, about: &'lab str) -> Ask<'lab> {
    lab.asks("lab-03.3", about).json(&json!({ "title": "Welcome", "body": "Say who you are." }))
}

#[test]
fn a_page_posts_json() {
    let lab = board("lab-03.3");
    for origin in [SITE, LOCAL] {
        let answer = asks(&lab, "let a page POST JSON").from_page(origin).post("/board");
        answer.is_shown().has_status(202);
    }
}

#[test]
fn a_page_puts_json() {
    let lab = board("lab-03.3");
    let answer = asks(&lab, "let a page PUT JSON").from_page(SITE).put("/board/welcome").is_shown();
    answer.has_status(202);
    is_the_finished_one(answer, "a_page_puts_json");
}

#[test]
fn nobody_elses_page_sends_anything() {
    let lab = board("lab-03.3");
    let about = "let a page of the site PUT JSON, and nobody else's";
    asks(&lab, about).from_page(SITE).put("/board/welcome").is_shown().has_status(202);
    for origin in [STRANGER, "null"] {
        asks(&lab, about).from_page(origin).put("/board/welcome").is_hidden();
    }
}
