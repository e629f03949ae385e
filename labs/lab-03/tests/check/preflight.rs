//! lab-03.3: a page asks for permission before it sends what no form could send.

use kit::{Answer, Ask, FetchResult, Lab};
use serde_json::json;

use crate::{LOCAL, SITE, STRANGER, board, is_the_finished_one};

/// The lab, whose answers to preflights name the page that asks.
fn board_that_names_pages() -> Lab {
    let lab = board("lab-03.3");
    for origin in [SITE, LOCAL] {
        crate::preflight(&lab, origin, "lab-03.3", "answer a preflight");
    }
    lab
}

/// The answer that the page reads. What was sent and is hidden then lacks what every reply is to have.
fn is_answered(result: FetchResult<'_>) -> Answer<'_> {
    let result = if result.is_sent() { result.attributed_to("lab-03.2") } else { result };
    result.is_shown()
}

fn asks<'lab>(lab: &'lab Lab, about: &'lab str) -> Ask<'lab> {
    lab.asks("lab-03.3", about).json(&json!({ "title": "Welcome", "body": "Say who you are." }))
}

#[test]
fn a_page_posts_json() {
    let lab = board_that_names_pages();
    for origin in [SITE, LOCAL] {
        let answer = asks(&lab, "let a page POST JSON").from_page(origin).post("/board");
        is_answered(answer).has_status(202);
    }
}

#[test]
fn a_page_puts_json() {
    let lab = board_that_names_pages();
    let answer = is_answered(asks(&lab, "let a page PUT JSON").from_page(SITE).put("/board/welcome"));
    answer.has_status(202);
    is_the_finished_one(answer, "a_page_puts_json");
    crate::preflight(&lab, SITE, "lab-03.3", "permit it by a 204").has_status(204);
    // A text is of a type that forms have, so the preflight asks for the method, and for no header.
    let text = lab.asks("lab-03.3", "let a page PUT a text that says of itself nothing but that it is one");
    let text = text.body("text/plain", r#"{"title":"Welcome","body":"Say who you are."}"#);
    is_answered(text.from_page(SITE).put("/board/welcome")).has_status(202);
}

#[test]
fn a_page_reads_what_its_put_was_refused_for() {
    let lab = board_that_names_pages();
    let draft = json!({ "title": "Welcome", "body": "Say who you are." });
    for (target, draft, status) in [("/board/nothing", &draft, 404), ("/board/welcome", &json!({}), 400)] {
        let ask = lab.asks("lab-03.3", "let a page PUT JSON, and read why the board refuses it").json(draft);
        is_answered(ask.from_page(SITE).put(target)).has_status(status);
    }
}

#[test]
fn a_page_sends_nothing_that_the_board_does_not_take() {
    let lab = board_that_names_pages();
    let about = "permit what the board takes, and nothing else";
    is_answered(asks(&lab, about).from_page(SITE).put("/board/welcome")).has_status(202);
    lab.asks("lab-03.3", about).from_page(SITE).delete("/board/welcome").is_not_sent();
    for header in ["X-Draft", "Authorization"] {
        asks(&lab, about).header(header, "1").from_page(SITE).put("/board/welcome").is_not_sent();
    }
    // Each resource has methods of its own, however its path is written. A POST of JSON is preflighted for its type, and its method
    // needs no permission.
    for list in ["/board", "/board/", "//board"] {
        asks(&lab, about).from_page(SITE).put(list).is_not_sent();
    }
}

#[test]
fn a_permission_names_what_the_board_takes_and_nothing_else() {
    let lab = board_that_names_pages();
    let about = "permit what the board takes, and nothing else";
    for (target, taken) in [("/board", ["GET", "POST"]), ("/board/welcome", ["GET", "PUT"])] {
        let ask =
            lab.asks("lab-03.3", about).header("Origin", SITE).header("Access-Control-Request-Headers", "content-type");
        let answer = ask.header("Access-Control-Request-Method", taken[1]).send("OPTIONS", target);
        answer.has_status(204);
        permits_no_more(&answer, "Access-Control-Allow-Methods", &[taken[0], taken[1], "OPTIONS"]);
        permits_no_more(&answer, "Access-Control-Allow-Headers", &["content-type"]);
        // Any other value of this one is as good as none: https://fetch.spec.whatwg.org/#cors-check
        answer.shows(
            !answer.is_marked("Access-Control-Allow-Credentials", "true"),
            "no Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Credentials: true, and the board takes no cookies",
        );
        answer.lacks_header("Access-Control-Allow-Private-Network");
    }
}

/// Expects nothing in the list of a permission but these names.
fn permits_no_more(answer: &Answer<'_>, header: &str, names: &[&str]) {
    let listed = answer.header(header);
    let more: Vec<&str> =
        listed.split(',').map(str::trim).filter(|one| !names.iter().any(|n| n.eq_ignore_ascii_case(one))).collect();
    answer.shows(
        more.is_empty(),
        format!("{header} with nothing in it but {}", names.join(", ")),
        format!("{header}: {listed}, and the board takes no {}", more.join(", ")),
    );
}

#[test]
fn nobody_elses_page_sends_anything() {
    let lab = board_that_names_pages();
    let about = "let a page of the site PUT JSON, and nobody else's";
    is_answered(asks(&lab, about).from_page(SITE).put("/board/welcome")).has_status(202);
    for origin in [STRANGER, "null"] {
        asks(&lab, about).from_page(origin).put("/board/welcome").is_not_sent();
    }
}
