//! lab-02.6: links in answers work from outside, no matter what the stage is called.

use kit::{Answer, Lab};
use percent_encoding::percent_decode_str;

use crate::{at_a_post, at_the_list, board, board_on_v2, of_a_reader, template};

/// The ids of the list, each with its link.
fn links(answer: &Answer<'_>) -> Vec<(String, String)> {
    answer.has_status(200);
    let text =
        |post: usize, field| answer.field(&format!("posts.{post}.{field}")).as_str().unwrap_or_default().to_string();
    (0..3).map(|post| (text(post, "id"), text(post, "href"))).collect()
}

/// Expects every link to begin with `stage` and to say the id; gives the ids, each with what stands for it in its link.
fn leads_to(answer: &Answer<'_>, stage: &str) -> Vec<(String, String)> {
    let check = |(id, link): (String, String)| {
        let expected = format!("a link that begins with /{stage}/board/");
        let behind = link.strip_prefix(&format!("/{stage}/board/"));
        let Some(behind) = behind else { answer.fails(&expected, &format!("the link {link}")) };
        let says = percent_decode_str(behind).decode_utf8_lossy();
        let expected = format!("a link that ends in the id {id:?}, encoded once");
        answer.shows(link.is_ascii() && says == id, expected, format!("the link {link}"));
        (id, behind.to_string())
    };
    links(answer).into_iter().map(check).collect()
}

/// Expects every link to begin with `stage` and to say the id, and follows it.
fn leads_somewhere(lab: &Lab, answer: &Answer<'_>, stage: &str) {
    for (id, behind) in leads_to(answer, stage) {
        // A link that is as it should be, and leads elsewhere, is a matter of reading it.
        let found = lab.asks("lab-02.5", "follow a link of the list").get(&format!("/board/{behind}"));
        let found = of_a_reader(at_a_post(found));
        found.has_status(200);
        found.has_field("id", id);
    }
}

#[test]
fn a_link_has_the_stage_in_it() {
    let lab = board();
    let answer = lab.asks("lab-02.6", "list the posts with links to them").get("/board");
    let answer = of_a_reader(at_the_list(answer));
    leads_somewhere(&lab, &answer, "dev");
    let ask = lab.asks("lab-02.6", "list the posts with links to them, with headers that speak of another path");
    let answer = of_a_reader(at_the_list(ask.pretending_to_be("GET", "/elsewhere").get("/board")));
    leads_somewhere(&lab, &answer, "dev");
    let ask = lab.asks("lab-02.6", "list the posts with links to them, by an address with a query");
    leads_somewhere(&lab, &of_a_reader(at_the_list(ask.get("/board?page=2"))), "dev");
}

#[test]
fn a_link_leads_to_its_post_although_a_slash_too_many_led_to_the_list() {
    let lab = board();
    for list in ["//board", "/board/"] {
        let about = format!("list the posts by the path {list}, with links that lead to them");
        let answer = of_a_reader(at_the_list(lab.asks("lab-02.6", &about).get(list)));
        for (id, link) in links(&answer) {
            // What is doubled in front of the board is forgiven.
            let below = link.strip_prefix("/dev/").map(|path| path.trim_start_matches('/')).unwrap_or_default();
            let part = below.strip_prefix("board/").unwrap_or_default();
            let expected =
                "a link that begins with /dev and the path of its list, with one slash between the board and the id";
            answer.shows(!part.is_empty() && !part.contains('/'), expected, format!("the link {link}"));
            let path = link.trim_start_matches("/dev");
            let found = of_a_reader(at_a_post(lab.asks("lab-02.5", "follow a link of that list").get(path)));
            found.has_status(200);
            found.has_field("id", id);
        }
    }
}

#[test]
fn a_link_has_the_stage_of_its_request() {
    let lab = board_on_v2();
    let answer = lab.asks("lab-02.6", "list the posts with links to them, on a stage that is called v2").get("/board");
    let answer = of_a_reader(at_the_list(answer));
    leads_somewhere(&lab, &answer, "v2");
}

#[test]
fn a_link_has_the_letters_of_its_stage() {
    // Names that look like another stage's, or like the board's.
    for stage in ["Prod", "develop", "board"] {
        let lab = template().parameter("Stage", stage).deployed();
        let about = format!("list the posts with links to them, on a stage that is called {stage}");
        let ask = lab.asks("lab-02.6", &about);
        leads_somewhere(&lab, &of_a_reader(at_the_list(ask.get("/board"))), stage);
    }
}

#[test]
fn every_list_has_links_of_its_own() {
    let lab = board();
    let answer = of_a_reader(at_the_list(lab.asks("lab-02.6", "list the posts with links to them").get("/board")));
    leads_to(&answer, "dev");
    let about = "list the posts with links to them, on a second stage of the same API, v2";
    leads_to(&of_a_reader(at_the_list(answer.at_stage("v2", about))), "v2");
}
