//! lab-02.3: the function decides by the resource and the method.

use serde_json::json;

use crate::{at_a_post, at_the_list, board, board_on_v2, is_not_allowed, is_refused, others};

/// How every PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

#[test]
fn lists_the_posts() {
    let lab = board();
    let answer = lab.asks("lab-02.3", "list the posts").get("/board");
    let answer = at_the_list(answer);
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
}

#[test]
fn a_slash_too_many_leads_to_the_same_resource() {
    let lab = board();
    let answer = lab.asks("lab-02.3", "list the posts, by a path with one slash too many").get("//board");
    let answer = at_the_list(answer);
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
    let answer = lab.asks("lab-02.3", "list the posts, by a path with a slash at its end").get("/board/");
    let answer = at_the_list(answer);
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
}

#[test]
fn answers_the_same_on_a_stage_of_another_name() {
    let lab = board_on_v2();
    let answer = lab.asks("lab-02.3", "list the posts on a stage that is called v2").get("/board");
    let answer = at_the_list(answer);
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
}

#[test]
fn serves_the_icon_as_bytes() {
    let lab = board();
    let everything = lab.asks("lab-02.3", "send the icon to who takes everything").header("Accept", "*/*");
    everything.get("/board/icon").has_status(200);
    let answer = lab.asks("lab-02.3", "send the icon").header("Accept", "image/avif,image/*,*/*").get("/board/icon");
    answer.has_status(200);
    answer.has_header("Content-Type", "image/png");
    let whole = answer.body().starts_with(PNG);
    answer.shows(
        whole,
        "a body that begins like a PNG",
        format!("a body of {} bytes that does not", answer.body().len()),
    );
}

#[test]
fn refuses_a_method_that_the_list_does_not_have() {
    let lab = board();
    for method in others(&["GET", "POST"]) {
        let answer = lab.asks("lab-02.3", "refuse a method that the list does not have").send(method, "/board");
        is_not_allowed(at_the_list(answer), method, &["GET", "POST"]);
    }
}

#[test]
fn refuses_a_method_that_a_post_does_not_have() {
    let lab = board();
    for method in others(&["GET", "PUT"]) {
        let answer = lab.asks("lab-02.3", "refuse a method that a post does not have").send(method, "/board/welcome");
        is_not_allowed(at_a_post(answer), method, &["GET", "PUT"]);
    }
    let answer = lab.asks("lab-02.3", "refuse it too where no such post is").delete("/board/nothing");
    is_not_allowed(at_a_post(answer), "DELETE", &["GET", "PUT"]);
}

#[test]
fn refuses_to_replace_the_icon() {
    let lab = board();
    let answer = lab.asks("lab-02.3", "refuse a method that the icon does not have").put("/board/icon");
    let answer = is_refused(answer, 405, "method_not_allowed");
    answer.in_own_words("error.message").matches_snapshot("refuses_to_replace_the_icon");
    for method in others(&["GET", "PUT"]) {
        let answer = lab.asks("lab-02.3", "refuse a method that the icon does not have").send(method, "/board/icon");
        is_not_allowed(answer, method, &["GET"]);
    }
}

#[test]
fn headers_make_no_other_request_of_it() {
    let lab = board();
    let ask = lab.asks("lab-02.3", "list the posts, with headers that speak of DELETE and of the icon");
    let answer = at_the_list(ask.pretending_to_be("DELETE", "/board/icon").get("/board"));
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
    let ask = lab.asks("lab-02.3", "refuse to delete the list, with headers that speak of GET and of the icon");
    let answer = at_the_list(ask.pretending_to_be("GET", "/board/icon").delete("/board"));
    is_not_allowed(answer, "DELETE", &["GET", "POST"]);
}

#[test]
fn a_query_and_a_body_make_no_other_request_of_it() {
    let lab = board();
    let ask = lab.asks("lab-02.3", "list the posts, with a query that speaks of DELETE and of a post");
    let answer = at_the_list(ask.get("/board?_method=DELETE&method=DELETE&postId=welcome"));
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
    let ask = lab.asks("lab-02.3", "refuse to delete the list, with a query that speaks of GET");
    is_not_allowed(at_the_list(ask.delete("/board?_method=GET&method=GET")), "DELETE", &["GET", "POST"]);
    let draft = json!({ "title": "Hello", "body": "Words" });
    let answer = at_the_list(lab.asks("lab-02.3", "list the posts, for a GET with a body").json(&draft).get("/board"));
    answer.has_status(200);
    answer.has_field("posts.2.id", "welcome");
}
