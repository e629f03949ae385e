//! lab-03.1: whose pages may read the board.

use crate::{LOCAL, SITE, STRANGER, board, template};

#[test]
fn a_listed_page_reads_the_list() {
    let lab = board("lab-03.1");
    let answer = lab.asks("lab-03.1", "let a listed page read the list").from_page(SITE).get("/board");
    let answer = answer.is_shown();
    answer.has_field("posts.2.id", "welcome");
    answer.has_header("Access-Control-Allow-Origin", SITE);
}

/// Origins of pages that are not listed, and look as if they were.
const LOOKALIKES: [&str; 35] = [
    STRANGER,
    "http://board.example.com",
    "https://board.example.com.stranger.example",
    "https://board.example.co",
    "https://not-board.example.com",
    "https://board.example.com:81",
    "https://board.example.com:443",
    "https://Board.example.com",
    "https://stranger.board.example.com",
    "https://www.board.example.com",
    "https://board-example.com",
    "https://127.0.0.1:4001",
    "http://localhost:4001",
    "http://127.0.0.1:40010",
    "http://127.0.0.1:8080",
    "http://127.0.0.1",
    "http://192.168.0.7:4001",
    "http://10.0.0.7",
    "http://0.0.0.0:4001",
    "http://[::1]:4001",
    "http://board.localhost:4001",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://01234567-89ab-4def-8123-456789abcdef",
    "safari-web-extension://01234567-89ab-4def-8123-456789abcdef",
    "capacitor://localhost",
    "ionic://localhost",
    "file://",
    "https://preview-7--board.example.com",
    "https://board-.example.com",
    "https://board.example.com.",
    "https://board.example.com/",
    "\"https://board.example.com\"",
    "https://stranger.example https://board.example.com",
    "https://board.example.com, https://stranger.example",
    "https://board.example.com#",
];

#[test]
fn a_page_that_only_looks_listed_reads_nothing() {
    let lab = board("lab-03.1");
    for origin in LOOKALIKES {
        let answer = lab.asks("lab-03.1", "hide the list from every other page").from_page(origin).get("/board");
        answer.is_hidden();
    }
}

#[test]
fn an_answer_to_anybody_else_names_nobody() {
    let lab = board("lab-03.1");
    for origin in LOOKALIKES.into_iter().chain(["null"]) {
        let ask = lab.asks("lab-03.1", "name no origin to a page that is not listed").header("Origin", origin);
        ask.get("/board").lacks_header("Access-Control-Allow-Origin");
    }
    let answer = lab.asks("lab-03.1", "name no origin to who has none").get("/board");
    answer.lacks_header("Access-Control-Allow-Origin");
}

#[test]
fn a_page_that_was_opened_as_a_file_reads_nothing() {
    let lab = board("lab-03.1");
    let answer =
        lab.asks("lab-03.1", "hide the list from pages that come from nowhere").from_page("null").get("/board");
    answer.is_hidden();
}

#[test]
fn the_list_is_the_templates() {
    let listed = [
        "https://one.example",
        "https://two.example",
        "http://localhost:3000",
        "https://four.example",
        "https://five.example",
        "https://six.example",
    ];
    let lab = template("lab-03.1").parameter("SiteOrigin", &listed.join(",")).deployed();
    for origin in listed.into_iter().rev() {
        let answer = lab.asks("lab-03.1", "let a page read that SiteOrigin lists").from_page(origin).get("/board");
        answer.is_shown().has_status(200);
    }
    for origin in [SITE, LOCAL] {
        let answer =
            lab.asks("lab-03.1", "hide the list from a page that it lists no more").from_page(origin).get("/board");
        answer.is_hidden();
    }
    // A list of one origin, and one of none.
    for (list, about) in
        [(SITE, "name no origin but the only one"), (",", "name no origin where SiteOrigin lists none")]
    {
        let lab = template("lab-03.1").parameter("SiteOrigin", list).deployed();
        for origin in [STRANGER, LOCAL] {
            let answer = lab.asks("lab-03.1", about).header("Origin", origin).get("/board");
            answer.lacks_header("Access-Control-Allow-Origin");
        }
    }
}
