//! Lab 01, the reply contract: what the function replies, and what API Gateway makes of it for the caller.
//!
//! Every test names the TODO that it is about. A reply that API Gateway cannot use is always a matter of lab-01.1, a
//! function that ends in an error always one of lab-01.2, no matter what was asked.

use kit::{Failure, Lab, lab};
use serde_json::json;

fn hello() -> Lab {
    lab!().attribute(Failure::MalformedReply, "lab-01.1").attribute(Failure::FunctionError, "lab-01.2")
}

#[test]
fn greets_by_name() {
    let lab = hello();
    let answer = lab.asks("lab-01.1", "greet a name in the query").get("/hello?name=Ada");
    answer.has_status(200);
    answer.matches_snapshot("greets_by_name");
}

#[test]
fn greets_a_name_that_needs_escaping() {
    let lab = hello();
    let name = "Ada \"Countess\" \u{ac00}";
    let answer = lab.asks("lab-01.3", "greet a name with quotes in it").json(&json!({ "name": name })).post("/hello");
    answer.has_status(200);
    answer.has_field("greeting", format!("Hello, {name}!"));
}

#[test]
fn answers_a_missing_name_with_400() {
    let lab = hello();
    let answer = lab.asks("lab-01.4", "refuse a request without a name").get("/hello");
    answer.has_status(400);
    answer.in_own_words("error.message").matches_snapshot("answers_a_missing_name_with_400");
    let empty = lab.asks("lab-01.4", "refuse a name that is there and empty").get("/hello?name=");
    empty.has_status(400);
    empty.has_field("error.code", "bad_request");
}

#[test]
fn answers_a_blank_name_with_400() {
    let lab = hello();
    let answer = lab.asks("lab-01.4", "refuse a name that is nothing but spaces").get("/hello?name=%20%20");
    answer.has_status(400);
    answer.has_field("error.code", "bad_request");
}

#[test]
fn greets_a_name_in_a_json_body() {
    let lab = hello();
    let answer = lab.asks("lab-01.3", "greet a name in a JSON body").json(&json!({ "name": "Grace" })).post("/hello");
    answer.has_status(200);
    answer.matches_snapshot("greets_a_name_in_a_json_body");
    let more = json!({ "name": "Grace", "from": "Arlington" });
    let answer = lab.asks("lab-01.3", "greet a name that is not alone in its JSON body").json(&more).post("/hello");
    answer.has_status(200);
}

#[test]
fn answers_a_body_that_is_no_json_with_400() {
    let lab = hello();
    let form = "application/x-www-form-urlencoded";
    let answer = lab.asks("lab-01.3", "refuse a body that is not JSON").body(form, "name=Ada").post("/hello");
    answer.has_status(400);
    answer.in_own_words("error.message").matches_snapshot("answers_a_body_that_is_no_json_with_400");
}

#[test]
fn answers_a_body_that_is_no_object_with_400() {
    let lab = hello();
    let bodies = [json!("Ada"), json!(["Ada"]), json!({}), json!({ "name": null }), json!({ "name": 7 })];
    let names = [json!({ "name": ["Ada"] }), json!({ "name": { "first": "Ada" } }), json!({ "name": true })];
    for body in bodies.into_iter().chain(names) {
        let answer = lab.asks("lab-01.3", "refuse JSON that holds no name").json(&body).post("/hello");
        answer.has_status(400);
        answer.has_field("error.code", "bad_request");
    }
}

#[test]
fn answers_a_request_without_a_body_with_400() {
    let lab = hello();
    let answer = lab.asks("lab-01.3", "refuse a POST that has no body at all").post("/hello");
    answer.has_status(400);
    answer.has_field("error.code", "bad_request");
}

#[test]
fn answers_an_empty_name_in_a_body_with_400() {
    let lab = hello();
    for name in ["", " ", "\t\n"] {
        let answer = lab
            .asks("lab-01.4", "refuse a name in a body that says nothing")
            .json(&json!({ "name": name }))
            .post("/hello");
        answer.has_status(400);
        answer.has_field("error.code", "bad_request");
    }
}

#[test]
fn greets_a_name_without_the_blanks_around_it() {
    let lab = hello();
    let answer = lab.asks("lab-01.4", "greet a name between blanks").get("/hello?name=%20Ada%20");
    answer.has_status(200);
    answer.has_field("greeting", "Hello, Ada!");
}

#[test]
fn says_what_to_send_instead() {
    let lab = hello();
    // Whether anybody is greeted is another TODO's work.
    let answer = lab.asks("lab-01.4", "refuse a request without a name").get("/hello");
    let body = String::from_utf8_lossy(answer.body());
    answer.shows(!body.contains("greeting"), "no greeting for nobody", format!("the body is {body}"));
    let answer = lab.asks("lab-01.2", "say in a refusal what to send instead").get("/hello");
    answer.has_status(400);
    let message = answer.field("error.message");
    answer.shows(
        message.as_str().is_some_and(|message| message.contains("GET /hello?name=")),
        "the message that `name` has for the caller, in error.message",
        format!("error.message is {message}"),
    );
}
