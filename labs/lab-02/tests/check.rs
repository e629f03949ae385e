//! Lab 02, routes and stages: which requests reach the function, and what each of them is answered.
//!
//! A request that no event in the template fits never reaches it. That is a matter of lab-02.1 or lab-02.2, no matter
//! what was asked; a function that ends in an error is always one of lab-02.4.

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

use kit::{Answer, Failure, Lab, deployment, lab};
use serde_json::Value;

fn board() -> Lab {
    attributed(lab!())
}

/// The lab, on a stage that is called v2.
fn board_on_v2() -> Lab {
    attributed(deployment!().parameter("Stage", "v2").deployed())
}

fn attributed(lab: Lab) -> Lab {
    lab.attribute(Failure::Unrouted("/board/"), "lab-02.2")
        .attribute(Failure::Unrouted("/board"), "lab-02.1")
        .attribute(Failure::FunctionError, "lab-02.4")
}

/// The board's own refusal: its status, and the word that tells it from others of that status.
fn is_refused<'lab>(answer: Answer<'lab>, status: u16, code: &str) -> Answer<'lab> {
    answer.has_status(status);
    answer.has_field("error.code", code);
    answer
}

/// Expects `Allow` to name these methods, in any order.
fn allows(answer: &Answer<'_>, methods: &[&str]) {
    let mut got: Vec<&str> = answer.header("Allow").split(',').map(str::trim).collect();
    got.sort_unstable();
    let listed = methods.join(", ");
    answer.shows(got == methods, format!("header Allow: {listed}"), format!("header Allow: {}", got.join(", ")));
}

/// An answer of `/board` itself: of the route that the function has for it.
fn of_the_list(answer: Answer<'_>) -> Answer<'_> {
    is_not(&answer.attributed_to("lab-02.3"), "no_such_path");
    answer
}

/// An answer at `/board/{postId}`: API Gateway has taken the request for one of a post.
fn at_a_post(answer: Answer<'_>) -> Answer<'_> {
    answer.attributed_to("lab-02.2").reaches_resource("/board/{postId}");
    answer
}

/// An answer of a post: the function has taken it for one, too.
fn of_a_post(answer: Answer<'_>) -> Answer<'_> {
    of_the_list(at_a_post(answer))
}

/// Expects an answer that is not this refusal.
fn is_not(answer: &Answer<'_>, code: &str) {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    answer.shows(body["error"]["code"] != code, format!("an answer other than {code}"), body);
}
