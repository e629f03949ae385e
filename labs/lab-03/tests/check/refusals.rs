//! lab-03.2: a page reads every answer of the board, also the one that says what went wrong, and nobody else's page does.

use serde_json::json;

use crate::{ANSWERS, LOCAL, SITE, STRANGER, board, is_the_finished_one, with_text};

#[test]
fn a_page_reads_that_a_post_is_not_there() {
    let lab = board("lab-03.2");
    let ask = || lab.asks("lab-03.2", "let a page read a 404 of the board's");
    let answer = ask().from_page(SITE).get("/board/nothing").is_shown();
    answer.has_status(404);
    ask().from_page(LOCAL).get("/board/nothing").is_shown().has_status(404);
    is_the_finished_one(answer, "a_page_reads_that_a_post_is_not_there");
}

#[test]
fn a_page_reads_which_methods_there_are() {
    let lab = board("lab-03.2");
    let answer = lab.asks("lab-03.2", "let a page read a 405 of the board's").from_page(SITE).post("/board/welcome");
    let answer = answer.is_shown();
    answer.has_status(405);
    answer.has_header("Allow", "GET, PUT");
    answer.lists_in_header("Access-Control-Expose-Headers", "Allow");
}

#[test]
fn a_page_reads_that_it_sent_no_json() {
    let lab = board("lab-03.2");
    let form = "application/x-www-form-urlencoded";
    let ask = lab.asks("lab-03.2", "let a page read a 400 of the board's").body(form, "title=Hello");
    let answer = ask.from_page(SITE).post("/board").is_shown();
    answer.has_status(400);
    answer.has_field("error.code", "bad_json");
}

#[test]
fn a_page_reads_every_answer() {
    let lab = board("lab-03.2");
    for (method, target, body, status) in ANSWERS {
        for origin in [SITE, LOCAL] {
            let ask = with_text(lab.asks("lab-03.2", "let a page read every answer of the board's"), body);
            ask.from_page(origin).send(method, target).is_shown().has_status(status);
        }
    }
}

#[test]
fn nobody_elses_page_reads_a_refusal() {
    let lab = board("lab-03.2");
    let about = "let a page of the site read a 404, and nobody else's";
    lab.asks("lab-03.2", about).from_page(SITE).get("/board/nothing").is_shown().has_status(404);
    lab.asks("lab-03.2", about).from_page(STRANGER).get("/board/nothing").is_hidden();
    for (method, target, body, _) in ANSWERS {
        let ask = with_text(lab.asks("lab-03.2", "hide every answer of the board's from other pages"), body);
        ask.from_page(STRANGER).send(method, target).is_hidden();
    }
}

#[test]
fn who_is_no_page_of_the_site_is_answered_the_same() {
    let lab = board("lab-03.2");
    let put = ("PUT", "/board/welcome", "{\"title\": \"Hello\", \"body\": \"Words\"}", 202);
    for (method, target, body, status) in ANSWERS.into_iter().chain([put]) {
        let ask = |about| with_text(lab.asks("lab-03.2", about), body);
        let of_a_page = ask("answer a page of the site").header("Origin", SITE).send(method, target);
        // Programs send no origin, and what another page may read its browser decides.
        let others = [
            ask("answer a program, which sends no origin, as a page of the site").send(method, target),
            ask("answer another page as a page of the site: its browser hides the answer")
                .header("Origin", STRANGER)
                .send(method, target),
        ];
        for answer in others {
            answer.has_status(status);
            answer.shows(
                answer.body() == of_a_page.body(),
                "the body that a page of the site gets",
                format!("another one: {}", String::from_utf8_lossy(answer.body())),
            );
        }
    }
    let about = "answer a page that has an answer already: the board does not know whether that is still the same";
    let answer = lab.asks("lab-03.2", about).header("Origin", SITE).header("If-None-Match", "\"1\"").get("/board");
    answer.has_status(200);
}

#[test]
fn cookies_open_no_door() {
    let lab = board("lab-03.2");
    for origin in [STRANGER, SITE] {
        for (method, target, body, _) in ANSWERS {
            let ask = with_text(lab.asks("lab-03.2", "hide the board from pages that send cookies along"), body);
            ask.from_page(origin).with_credentials().send(method, target).is_hidden();
        }
        let ask = lab.asks("lab-03.2", "give no permission to pages that would send cookies along");
        let draft = json!({ "title": "Welcome", "body": "Say who you are." });
        ask.json(&draft).from_page(origin).with_credentials().put("/board/welcome").is_not_sent();
    }
}
