//! Lab 02, routes and stages: which requests reach the function, and what each of them is answered.
//!
//! A request that no event in the template fits never reaches it. That is a matter of lab-02.1 or lab-02.2, no matter
//! what was asked. One that another route answers is a matter of lab-02.3.

#[path = "check/bodies.rs"]
mod bodies;
#[path = "check/links.rs"]
mod links;
#[path = "check/posts.rs"]
mod posts;
#[path = "check/routes.rs"]
mod routes;
#[path = "check/template.rs"]
mod template;

use kit::{Answer, Deployment, Failure, Lab, deployment};
use serde_json::Value;

/// What `ANY` stands for. The refusal of a HEAD is the least telling one, so it comes last.
const METHODS: [&str; 7] = ["DELETE", "PUT", "PATCH", "POST", "GET", "OPTIONS", "HEAD"];

fn board() -> Lab {
    template().deployed()
}

/// The lab, on a stage that is called v2.
fn board_on_v2() -> Lab {
    template().parameter("Stage", "v2").deployed()
}

/// The lab, about to be deployed. A mistake in the template is one of an event.
fn template() -> Deployment {
    deployment!()
        .attribute(Failure::ResourceRefused("BoardFunction.Properties.Events.Post"), "lab-02.2")
        .attribute(Failure::UnreadableTemplate, "lab-02.1")
        .attribute(Failure::Unrouted("/board/"), "lab-02.2")
        .attribute(Failure::Unrouted("/board"), "lab-02.1")
}

/// The methods of REST that `own` does not have.
fn others(own: &[&str]) -> Vec<&'static str> {
    METHODS.into_iter().filter(|method| !own.contains(method)).collect()
}

/// The board's own refusal: its status, and the word that tells it from others of that status.
fn is_refused<'lab>(answer: Answer<'lab>, status: u16, code: &str) -> Answer<'lab> {
    answer.has_status(status);
    answer.has_field("error.code", code);
    answer
}

/// Expects the refusal of `method`, with these methods in `Allow`, in any order.
fn is_not_allowed<'lab>(answer: Answer<'lab>, method: &str, methods: &[&str]) -> Answer<'lab> {
    answer.has_status(405);
    // What answers a HEAD has no body.
    if method != "HEAD" {
        answer.has_field("error.code", "method_not_allowed");
    }
    allows(&answer, methods);
    answer
}

fn allows(answer: &Answer<'_>, methods: &[&str]) {
    let mut got: Vec<&str> = answer.header("Allow").split(',').map(str::trim).collect();
    got.sort_unstable();
    let listed = methods.join(", ");
    answer.shows(got == methods, format!("header Allow: {listed}"), format!("header Allow: {}", got.join(", ")));
}

/// An answer to a GET, of the route that it has.
fn of_a_reader(answer: Answer<'_>) -> Answer<'_> {
    is_none_of(&answer.attributed_to("lab-02.3"), &["no_such_path", "method_not_allowed", "bad_json", "bad_field"]);
    answer
}

/// An answer to a POST or a PUT, of the route that it has.
fn of_a_writer(answer: Answer<'_>) -> Answer<'_> {
    let routed = answer.attributed_to("lab-02.3");
    is_none_of(&routed, &["no_such_path", "method_not_allowed"]);
    routed.shows(answer.status() != 200, "an answer of the route that reads a body", "status 200: that of a GET");
    answer
}

/// An answer at `/board`: API Gateway has taken the request for one of the list.
fn at_the_list(answer: Answer<'_>) -> Answer<'_> {
    answer.attributed_to("lab-02.1").reaches_resource("/board");
    answer
}

/// An answer at `/board/{postId}`: API Gateway has taken the request for one of a post.
fn at_a_post(answer: Answer<'_>) -> Answer<'_> {
    answer.attributed_to("lab-02.2").reaches_resource("/board/{postId}");
    answer
}

/// Expects an answer that is none of these refusals.
fn is_none_of(answer: &Answer<'_>, codes: &[&str]) {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    for code in codes {
        let got = format!("status {}, {body}", answer.status());
        answer.shows(body["error"]["code"] != *code, format!("an answer other than {code}"), got);
    }
}
