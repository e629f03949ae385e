//! lab-02.4: the body is read as the event says that it is written, and refused when it is not a JSON object.

use serde_json::json;

use crate::{at_a_post, at_the_list, board, is_none_of, is_refused, of_a_writer, template};

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

#[test]
fn reads_a_json_body() {
    let lab = board();
    let draft = json!({ "title": "Lost: one umbrella", "body": "Black, \"as they all are\". \u{2602}" });
    let answer = lab.asks("lab-02.4", "read a JSON body").json(&draft).post("/board");
    let answer = of_a_writer(at_the_list(answer));
    answer.has_status(202);
    answer.matches_snapshot("reads_a_json_body");
    let ask = lab.asks("lab-02.4", "read a JSON body of a client that says more about it");
    let answer =
        of_a_writer(at_the_list(ask.body("application/json; charset=UTF-8", draft.to_string()).post("/board")));
    answer.has_status(202);
    answer.has_field("title", draft["title"].clone());
}

#[test]
fn reads_a_json_body_at_a_post() {
    let lab = board();
    let draft = json!({ "title": "Welcome", "body": "Say who you are." });
    let answer = lab.asks("lab-02.4", "read the JSON body of a change").json(&draft).put("/board/welcome");
    let answer = of_a_writer(at_a_post(answer));
    is_none_of(&answer.attributed_to("lab-02.5"), &["no_such_post"]);
    answer.has_status(202);
    let got = "none: that is the answer to a POST";
    answer.attributed_to("lab-02.3").shows(
        answer.json()["id"].is_string(),
        "the id of the post in the answer to a PUT",
        got,
    );
    answer.has_field("id", "welcome");
    answer.has_field("body", "Say who you are.");
}

#[test]
fn asks_the_event_how_a_body_is_written() {
    // With this list of binary types, every body but a picture's arrives as it is.
    let lab = template().parameter("BinaryType", "image/png").deployed();
    let about = "read a JSON body that the event has as it is, with isBase64Encoded false";
    let draft = json!({ "title": "Lost: one umbrella", "body": "Black, \"as they all are\". \u{2602}" });
    let answer = of_a_writer(at_the_list(lab.asks("lab-02.4", about).json(&draft).post("/board")));
    answer.has_status(202);
    answer.has_field("title", draft["title"].clone());
    answer.has_field("body", draft["body"].clone());
    let about = "refuse a body of a blank and a line end, in an event with isBase64Encoded false";
    let answer = lab.asks("lab-02.4", about).body("application/json", " \n").post("/board");
    is_refused(of_a_writer(at_the_list(answer)), 400, "bad_json");
    // Somebody has encoded a JSON object before sending it. To the event, that is a text like any other.
    let encoded = "eyJ0aXRsZSI6IkhlbGxvIiwiYm9keSI6IldvcmRzIn0=";
    let about = "refuse a text that looks like base64, in an event with isBase64Encoded false";
    let answer = lab.asks("lab-02.4", about).body("application/json", encoded).post("/board");
    is_refused(of_a_writer(at_the_list(answer)), 400, "bad_json");
}

#[test]
fn asks_each_event_how_its_body_is_written() {
    let lab = template().parameter("BinaryType", "application/octet-stream").deployed();
    let draft = json!({ "title": "Lost: one umbrella", "body": "Black." });
    let about = "read the JSON body of each event as this event says, be it base64 or not";
    for media_type in ["application/octet-stream", "application/json", "application/octet-stream"] {
        let ask = lab.asks("lab-02.4", about).body(media_type, draft.to_string());
        let answer = of_a_writer(at_the_list(ask.post("/board")));
        answer.has_status(202);
        answer.has_field("title", draft["title"].clone());
    }
}

#[test]
fn reads_a_body_to_its_end() {
    let draft = json!({ "title": "Minutes", "body": "Everybody said a few words. ".repeat(4000) });
    for binary_type in ["*/*", "image/png"] {
        let lab = template().parameter("BinaryType", binary_type).deployed();
        let ask = || lab.asks("lab-02.4", "read a JSON body of a hundred kilobytes").json(&draft);
        for answer in [at_the_list(ask().post("/board")), at_a_post(ask().put("/board/welcome"))] {
            let answer = of_a_writer(answer);
            answer.has_status(202);
            answer.has_field("body", draft["body"].clone());
        }
    }
}

#[test]
fn refuses_a_form() {
    let lab = board();
    let answer = lab.asks("lab-02.4", "refuse a form").body(FORM, "title=Hello&body=Words").post("/board");
    let answer = is_refused(of_a_writer(at_the_list(answer)), 400, "bad_json");
    let message = answer.field("error.message").to_string();
    let got = format!("the message {message}");
    answer.shows(message.contains("title=Hello"), "how the body begins, as its sender wrote it: title=Hello", got);
    answer.in_own_words("error.message").matches_snapshot("refuses_a_form");
}

#[test]
fn refuses_json_that_is_not_an_object() {
    let lab = board();
    let others = ["[\"title\", \"body\"]", "\"title\"", "[object Object]", "{\"title\": ", "null", "7"];
    let around = [
        "{\"title\": \"Hello\", \"body\": \"Words\"} and more",
        "[{\"title\": \"Hello\", \"body\": \"Words\"}]",
        "\"{\\\"title\\\": \\\"Hello\\\", \\\"body\\\": \\\"Words\\\"}\"",
        "{'title': 'Hello', 'body': 'Words'}",
        "// A draft:\n{\"title\": \"Hello\", \"body\": \"Words\"}",
        "{\"title\": \"Hello\", /* and */ \"body\": \"Words\"}",
        "{\"title\": \"Hello\", \"body\": \"Words\",}",
        "{title: \"Hello\", body: \"Words\"}",
        "{\"title\": \"Hello\", \"body\": \"Words\"},",
    ];
    let inside = [
        ("refuse a body in which a line ends inside of a text", "{\"title\": \"Hello\", \"body\": \"Two\nlines\"}"),
        ("refuse a body with a tab inside of a text", "{\"title\": \"Hello\", \"body\": \"A\ttab\"}"),
    ];
    let no_objects = others.into_iter().chain(around).map(|body| ("refuse what is not a JSON object", body));
    for (about, body) in no_objects.chain(inside) {
        let ask = lab.asks("lab-02.4", about);
        is_refused(of_a_writer(at_the_list(ask.body("application/json", body).post("/board"))), 400, "bad_json");
    }
}

#[test]
fn refuses_bytes_that_are_no_text() {
    let lab = board();
    // "Café" as an old program writes it: JSON is UTF-8, and this is not.
    let draft = b"{\"title\": \"Caf\xe9\", \"body\": \"Words\"}";
    let ask = lab.asks("lab-02.4", "refuse a body with a byte E9 in it, which is no UTF-8");
    is_refused(of_a_writer(at_the_list(ask.body("application/json", draft).post("/board"))), 400, "bad_json");
}

#[test]
fn refuses_a_request_without_a_body() {
    let lab = board();
    let answer = lab.asks("lab-02.4", "refuse a request without a body").post("/board");
    is_refused(of_a_writer(at_the_list(answer)), 400, "bad_json");
    let ask = lab.asks("lab-02.4", "refuse a body of a blank and a line end");
    is_refused(of_a_writer(at_the_list(ask.body("application/json", " \n").post("/board"))), 400, "bad_json");
}

#[test]
fn takes_every_json_object_for_one() {
    let lab = board();
    let many = "many words ".repeat(400);
    let words = format!(" Two\r\nlines,\ta tab, <b>markup</b> &amp; a line of {many}. That's it. ");
    let more =
        json!({ "title": " Lost ", "body": words, "tags": ["umbrella"], "size": 1.5, "mine": true, "from": null });
    for media_type in ["application/json", "text/plain", "application/x-www-form-urlencoded"] {
        let ask = lab.asks("lab-02.4", "read a JSON object, whatever else is in it and whatever it is called");
        let body = format!("\n  {more}\n");
        let answer = of_a_writer(at_the_list(ask.body(media_type, body).post("/board")));
        answer.has_status(202);
        answer.has_field("title", more["title"].clone());
        answer.has_field("body", more["body"].clone());
    }
    let ask = lab.asks("lab-02.4", "read a JSON object of which nothing says what it is");
    let answer = of_a_writer(at_the_list(ask.body_without_a_type(more.to_string()).post("/board")));
    answer.has_status(202);
    answer.has_field("title", more["title"].clone());
    let ask = lab.asks("lab-02.4", "read a JSON object with a text in it that says nothing");
    let answer = of_a_writer(at_the_list(ask.json(&json!({ "title": "Hello", "body": "" })).post("/board")));
    answer.has_status(202);
    answer.has_field("body", "");
    let draft = json!({ "title": "Hello", "body": "Words" });
    let leave = "read a JSON object, and leave its fields to others, whatever the query says";
    for (about, object) in [
        (leave, json!({})),
        (leave, json!({ "title": 7, "body": "Words" })),
        (leave, json!({ "title": "Hello", "body": null })),
        (
            "read a JSON object, and leave its fields to others, whatever looks like one",
            json!({ "Title": "Hello", "Body": "Words" }),
        ),
        ("read a JSON object with another one in it, and leave its fields to others", json!({ "post": draft })),
    ] {
        let ask = lab.asks("lab-02.4", about).json(&object);
        is_refused(of_a_writer(at_the_list(ask.post("/board?title=Hello&body=Words"))), 400, "bad_field");
    }
}
