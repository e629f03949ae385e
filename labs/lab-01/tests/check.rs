//! Lab 01, the reply contract: what the function replies, and what API Gateway makes of it for the caller.
//!
//! Every test names the TODO that it is about. A reply that API Gateway cannot use is always a matter of lab-01.1. What is refused in
//! the wrong form is one of lab-01.2, no matter what was asked; so is an `Err`, which only that TODO can return, and a panic,
//! unless another refusal works.

use kit::{Answer, Failure, Lab, lab};
use serde_json::{Value, json};

fn hello() -> Lab {
    lab!().attribute(Failure::MalformedReply, "lab-01.1").attribute(Failure::FunctionError, "lab-01.2")
}

/// Expects a JSON object that is called JSON. Whatever it says, the envelope around it is a matter of lab-01.1.
fn is_json(answer: &Answer<'_>) {
    let answer = answer.attributed_to("lab-01.1");
    let called = answer.header("Content-Type").to_ascii_lowercase().replace(' ', "");
    let got = format!("Content-Type: {}", answer.header("Content-Type"));
    let is_called_json = ["application/json", "application/json;charset=utf-8"].contains(&called.as_str());
    answer.shows(is_called_json, "Content-Type: application/json", got);
    let body = answer.json();
    answer.shows(body.is_object(), "a JSON object in the body", format!("the body is {body}"));
}

/// Expects the finished lab's reply and answer. What is wrong with the reply's headers is a matter of lab-01.1: where the type is
/// missing, API Gateway answers with one of its own.
fn is_the_finished_one(answer: &Answer<'_>, snapshot: &str) {
    answer.attributed_to("lab-01.1").headers_match_snapshot(snapshot);
    answer.matches_snapshot(snapshot);
}

/// Expects a greeting of `name` and nothing else. A name that is refused, or changed although the text around it is whole, is a
/// matter of lab-01.4: what stands in the query is found already.
fn greets(answer: &Answer<'_>, name: &str) {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let greeted = body["greeting"].as_str().is_some_and(|said| said.starts_with("Hello, ") && said.ends_with('!'));
    let refused = answer.status() == 400 && body["error"].is_object();
    let answer = if refused || (greeted && name.is_ascii()) { &answer.attributed_to("lab-01.4") } else { answer };
    answer.has_status(200);
    is_json(answer);
    answer.has_field("greeting", format!("Hello, {name}!"));
}

/// Expects `name` in a JSON body to be greeted as it is greeted in a query, where it reads `in_query`. What is wrong there is no matter
/// of lab-01.3, which reads bodies.
fn greets_in_body(lab: &Lab, about: &str, name: &str, in_query: &str, body: &str) {
    let todo = if name.is_ascii() { "lab-01.4" } else { "lab-01.1" };
    greets(&lab.asks(todo, about).get(&format!("/hello?name={in_query}")), name);
    let answer = lab.asks("lab-01.3", about).body("application/json", body).post("/hello");
    answer.has_status(200);
    answer.has_field("greeting", format!("Hello, {name}!"));
}

/// Expects a refusal in the one form that refusals have.
///
/// An `Err` can come from nowhere but lab-01.2. A panic can, so it is one of lab-01.2 only where a missing name is not refused well.
fn refuses(lab: &Lab, answer: &Answer<'_>) {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let answered = body["greeting"].is_string();
    answer.shows(!answered, "a refusal: nobody is named", format!("status {}, {body}", answer.status()));
    let failed = answer.status() >= 500;
    if !failed || lab.asks("lab-01.2", "refuse a request without a name").get("/hello").status() != 400 {
        refused_well(&answer.attributed_to("lab-01.2"));
    }
    refused_well(answer);
}

fn refused_well(answer: &Answer<'_>) {
    answer.has_status(400);
    is_json(answer);
    answer.has_field("error.code", "bad_request");
    let body = answer.json();
    let message = body["error"]["message"].as_str().unwrap_or_default();
    let has = |value: &Value, fields: usize| value.as_object().is_some_and(|all| all.len() == fields);
    let is_text = !message.is_empty() && !message.starts_with('"') && has(&body, 1) && has(&body["error"], 2);
    answer.shows(is_text, "an error with the message as it is, and nothing else", format!("the body is {body}"));
}

#[test]
fn greets_by_name() {
    let lab = hello();
    let answer = lab.asks("lab-01.1", "greet a name in the query").get("/hello?name=Ada");
    greets(&answer, "Ada");
    is_the_finished_one(&answer, "greets_by_name");
    let answer = lab.asks("lab-01.1", "greet a name with a quote in it").get("/hello?name=Zo%C3%AB%22%EA%B0%80");
    greets(&answer, "Zo\u{eb}\"\u{ac00}");
    answer.matches_snapshot("greets_a_name_with_a_quote");
}

/// A name with every sign that somebody takes for something else: an escape, a path, an entity, an encoding, an address, an order.
const SIGNS: &str = "King_\\/@&amp;%20, Ada Ada";
const SIGNS_IN_QUERY: &str = "King_%5C%2F%40%26amp%3B%2520%2C%20Ada%20Ada";

/// Words by which programs and forms say that there is nothing. To be called so is somebody's good right.
const WORDS: [&str; 12] = ["None", "none", "nil", "NULL", "NaN", "N/A", "false", "0", "-", "?", "anonymous", "unknown"];

#[test]
fn greets_every_name_as_it_is() {
    let lab = hello();
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(3);
    for (name, in_query) in [
        ("Ada Lovelace", "Ada%20Lovelace"),
        ("Ada  King", "Ada%20%20King"),
        ("O", "O"),
        ("1815", "1815"),
        ("R2-D2 <b>", "R2-D2%20%3Cb%3E"),
        ("van den Berg", "van%20den%20Berg"),
        ("null", "null"),
        ("Jean\tLuc", "Jean%09Luc"),
        ("Ada+King", "Ada%2BKing"),
        ("%41da", "%2541da"),
        ("(Sammy)", "(Sammy)"),
        ("Sammy Davis Jr.", "Sammy%20Davis%20Jr."),
        ("'t Hart?", "'t%20Hart%3F"),
        ("undefined", "undefined"),
        ("\"Ada\"", "%22Ada%22"),
        (SIGNS, SIGNS_IN_QUERY),
        (&long, &long),
    ] {
        greets(&lab.asks("lab-01.4", "greet a name as it is").get(&format!("/hello?name={in_query}")), name);
    }
    for word in WORDS {
        let about = "greet a name that is a word for nobody elsewhere";
        greets(&lab.asks("lab-01.4", about).get(&format!("/hello?name={}", word.replace('/', "%2F"))), word);
    }
    for sign in (0..128_u8).filter(u8::is_ascii_punctuation) {
        let in_query = format!("%{sign:02X}Ada%{sign:02X}");
        let answer = lab.asks("lab-01.4", "greet a name that begins and ends with a sign");
        let sign = char::from(sign);
        greets(&answer.get(&format!("/hello?name={in_query}")), &format!("{sign}Ada{sign}"));
    }
    // Where such letters are lost in every reply, that is no matter of names.
    greets(&lab.asks("lab-01.1", "greet a name in Hangul").get("/hello?name=%EA%B0%80"), "\u{ac00}");
    let picture = "Ada\u{3000}\u{1f600}\u{a0}King";
    let answer = lab.asks("lab-01.4", "greet a name with a picture in it and two blanks of other alphabets");
    greets(&answer.get("/hello?name=Ada%E3%80%80%F0%9F%98%80%C2%A0King"), picture);
    greets(&lab.asks("lab-01.4", "greet a name between blanks").get("/hello?name=%20Ada%20"), "Ada");
}

#[test]
fn answers_a_missing_name_with_400() {
    let lab = hello();
    let answer = lab.asks("lab-01.4", "refuse a request without a name").get("/hello");
    refuses(&lab, &answer);
    let form = |answer: &Answer<'_>| {
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        format!("status {}, {}: {body}", answer.status(), answer.header("Content-Type"))
    };
    let plain = form(&answer);
    is_the_finished_one(&answer.in_own_words("error.message"), "answers_a_missing_name_with_400");
    // The refusal above has the envelope of lab-01.1. What is beside it in another one is a matter of that refusal.
    let for_browsers =
        lab!().attribute(Failure::MalformedReply, "lab-01.2").attribute(Failure::FunctionError, "lab-01.2");
    let browser = for_browsers.asks("lab-01.2", "refuse a request of a browser's that names nobody");
    let browser = browser.header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    let browser = browser.header("User-Agent", "Mozilla/5.0").header("Accept-Language", "ko,en;q=0.8").get("/hello");
    browser.shows(form(&browser) == plain, "the refusal that everybody gets", form(&browser));
    refuses(&lab, &lab.asks("lab-01.4", "refuse a name that is there and empty").get("/hello?name="));
    refuses(&lab, &lab.asks("lab-01.4", "refuse a name that is nothing but spaces").get("/hello?name=%20%20"));
    let body = lab.asks("lab-01.4", "refuse a GET that names somebody in a body, where no GET is read");
    refuses(&lab, &body.json(&json!({ "name": "Ada" })).get("/hello"));
}

#[test]
fn greets_a_name_in_a_json_body() {
    let lab = hello();
    let answer = lab.asks("lab-01.3", "greet a name in a JSON body").json(&json!({ "name": "Grace" })).post("/hello");
    answer.has_status(200);
    is_the_finished_one(&answer, "greets_a_name_in_a_json_body");
    let asked = [
        (
            "greet a name that is not alone in its JSON body",
            "Grace",
            "Grace",
            r#"{"from":{"city":"Arlington"},"name":"Grace","at":[1906,{"month":12}],"b":null,"c":true,"d":4,"e":5.5,"f":{}}"#,
        ),
        (
            "greet a name with quotes in it",
            "Ada\"King\u{ac00}",
            "Ada%22King%EA%B0%80",
            r#"{"name":"\u0041da\"King가"}"#,
        ),
        ("greet a name in a body, with a blank in it", "Ada King", "Ada%20King", r#"{"name":"Ada King"}"#),
        ("greet a name in a body with blanks around it", "Grace", "Grace", "\n{ \"name\" : \"Grace\" }\r\n"),
        ("greet a name in a body with a plus in it", "Ada+King", "Ada%2BKing", r#"{"name":"Ada+King"}"#),
        ("greet a name in a body that looks encoded", "Ada%20King", "Ada%2520King", r#"{"name":"Ada%20King"}"#),
        ("greet a name in a body of two lines", "Ada\nKing", "Ada%0AKing", r#"{"name":"Ada\nKing"}"#),
        ("greet a name in a body with signs in it", SIGNS, SIGNS_IN_QUERY, r#"{"name":"King_\\/@&amp;%20, Ada Ada"}"#),
    ];
    for (about, name, in_query, body) in asked {
        greets_in_body(&lab, about, name, in_query, body);
    }
}

#[test]
fn answers_a_body_that_is_no_json_with_400() {
    let lab = hello();
    let form = "application/x-www-form-urlencoded";
    let answer = lab.asks("lab-01.3", "refuse a body that is not JSON").body(form, "name=Ada").post("/hello");
    refuses(&lab, &answer);
    is_the_finished_one(&answer.in_own_words("error.message"), "answers_a_body_that_is_no_json_with_400");
    let half = "{\"name\":\"Ada\"} and so on";
    refuses(
        &lab,
        &lab.asks("lab-01.3", "refuse JSON with more behind it").body("application/json", half).post("/hello"),
    );
    for nearly in [
        "{'name':'Ada'}",
        "{\"name\":\"Ada\",}",
        "{\"name\":\"Ada\"},",
        "{name:\"Ada\"}",
        "{\"name\":\"Ada\"/* Kim */}",
    ] {
        let about = "refuse a body that is nearly JSON";
        refuses(&lab, &lab.asks("lab-01.3", about).body("application/json", nearly).post("/hello"));
    }
    for (about, between) in [
        ("refuse a body in which a line ends inside of a text", '\n'),
        ("refuse a body with a tab inside of a text", '\t'),
    ] {
        let nearly = format!("{{\"name\":\"Ada{between}King\"}}");
        refuses(&lab, &lab.asks("lab-01.3", about).body("application/json", nearly).post("/hello"));
    }
}

#[test]
fn answers_a_body_that_is_no_object_with_400() {
    let lab = hello();
    let bodies = [json!("Ada"), json!(["Ada"]), json!([{ "name": "Ada" }]), json!({}), json!({ "Name": "Ada" })];
    let names = [
        json!(null),
        json!(7),
        json!(["Ada"]),
        json!({ "name": "Ada" }),
        json!({ "first": "Ada", "last": "King" }),
        json!(true),
    ];
    for body in bodies.into_iter().chain(names.map(|name| json!({ "name": name }))) {
        refuses(&lab, &lab.asks("lab-01.3", "refuse JSON that holds no name").json(&body).post("/hello"));
    }
    let inside = lab.asks("lab-01.3", "refuse JSON whose name stands in an object inside of it");
    refuses(&lab, &inside.json(&json!({ "person": { "name": "Ada" } })).post("/hello"));
    let called_otherwise = lab.asks("lab-01.3", "refuse JSON whose texts are called anything but name");
    let others = json!({ "names": "Ada", "username": "Ada", "user": "Ada", "firstName": "Ada", "who": "Ada" });
    refuses(&lab, &called_otherwise.json(&others).post("/hello"));
}

#[test]
fn answers_a_request_without_a_body_with_400() {
    let lab = hello();
    refuses(&lab, &lab.asks("lab-01.3", "refuse a POST that has no body at all").post("/hello"));
}

#[test]
fn answers_an_empty_name_in_a_body_with_400() {
    let lab = hello();
    for name in ["", " ", "\t\n", "\u{3000}"] {
        let asked = lab.asks("lab-01.4", "refuse a name in a body that says nothing").json(&json!({ "name": name }));
        refuses(&lab, &asked.post("/hello"));
    }
}

#[test]
fn reads_a_json_body_to_its_end() {
    let lab = hello();
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(150);
    let greets_in = |about, body: Value| {
        let answer = lab.asks("lab-01.3", about).json(&body).post("/hello");
        is_json(&answer);
        answer.has_status(200);
        answer.has_field("greeting", format!("Hello, {}!", body["name"].as_str().unwrap_or_default()));
    };
    let words = "many words ".repeat(6000);
    greets_in("greet a name in a body of many kilobytes", json!({ "about": words, "name": "Grace" }));
    greets(&lab.asks("lab-01.4", "greet a name of five thousand letters").get(&format!("/hello?name={long}")), &long);
    greets_in("greet a name of five thousand letters in a body", json!({ "name": long }));
}

/// How a message says what to send, as one would type it.
const EXAMPLES: [&str; 2] = ["name=", "{\"name\":"];

/// Whether `message` says what to send, no matter with how many blanks.
fn has_an_example(message: &str) -> bool {
    let typed: String = message.split_whitespace().collect();
    EXAMPLES.iter().any(|example| typed.contains(example))
}

#[test]
fn says_what_to_send_instead() {
    let lab = hello();
    let missing = lab.asks("lab-01.4", "say what to send, where nobody is named").get("/hello");
    refuses(&lab, &missing);
    let ask = lab.asks("lab-01.3", "say what to send, where the body is not JSON");
    let unreadable = ask.body("text/plain", "Ada").post("/hello");
    refuses(&lab, &unreadable);
    // The two messages are made at two TODOs. If they are the same, or one is written otherwise than it was made, lab-01.2 did that.
    let said = |answer: &Answer<'_>| answer.field("error.message").as_str().unwrap_or_default().to_owned();
    let is_changed = |message: &str| has_an_example(&message.replace("&quot;", "\"").replace('\\', ""));
    let is_one = said(&missing) == said(&unreadable);
    for answer in [missing, unreadable] {
        let message = said(&answer);
        let answer = if is_one || is_changed(&message) { answer.with_todo("lab-01.2") } else { answer };
        let got = format!("error.message is {message:?}");
        answer.shows(has_an_example(&message), "name= or {\"name\": in error.message, as one types it", got);
    }
    // Every other way to name nobody.
    let empty = lab.asks("lab-01.4", "say what to send, where the name is empty").get("/hello?name=");
    let blank = lab.asks("lab-01.4", "say what to send, where the name in a body is empty");
    let blank = blank.json(&json!({ "name": "" })).post("/hello");
    let nothing = lab.asks("lab-01.3", "say what to send, where there is no body").post("/hello");
    let no_names = [
        ("say what to send, where the body is not an object", json!([1])),
        ("say what to send, where the body has no name", json!({})),
        ("say what to send, where the name in a body is not a text", json!({ "name": 5 })),
    ];
    let no_names = no_names.map(|(about, body)| lab.asks("lab-01.3", about).json(&body).post("/hello"));
    for answer in [empty, blank, nothing].into_iter().chain(no_names) {
        refuses(&lab, &answer);
        let message = said(&answer);
        let got = format!("error.message is {message:?}");
        answer.shows(has_an_example(&message), "name= or {\"name\": in error.message, as one types it", got);
    }
}
