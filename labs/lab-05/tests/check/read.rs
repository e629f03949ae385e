//! lab-05.2: a post that is not there is the caller's 404.

use kit::lab;
use serde_json::json;

use crate::{NOBODYS_ID, asks, in_words, is_readable_error, path, posted, says_which, stored};

/// An id that a post will have one day, at the earliest.
const LATER_ID: &str = "02ffac00-0000-7000-8000-000000000000";
/// When a post was changed that had been posted a day before.
const EDITED_AT: &str = "2025-11-27T11:50:16.832Z";

#[test]
fn an_id_that_no_post_has_is_a_404() {
    let lab = lab!();
    // What the function asks at its start is no matter of a request.
    asks(&lab, "lab-05.2", "read a post that does not exist").get(&format!("/board/{NOBODYS_ID}")).has_status(404);
    let seen = lab.table_calls().len();
    let answer =
        asks(&lab, "lab-05.2", "say which post it is that does not exist").get(&format!("/board/{NOBODYS_ID}"));
    let answer = is_readable_error(answer, 404, "no_such_post");
    says_which(&answer, NOBODYS_ID);
    let calls = lab.table_calls_since(seen);
    answer.shows(calls.len() == 1, "one call: that there is nothing is an answer", in_words(&calls));
    answer.in_own_words("error.message").matches_snapshot("reads_no_post");
    let about = "read a post that does not exist, by the id of an environment whose clock is ahead";
    let answer = asks(&lab, "lab-05.2", about).get(&format!("/board/{LATER_ID}"));
    is_readable_error(answer, 404, "no_such_post");
    let whole = stored(1, "Damaged");
    for lost in ["author", "title", "body", "version", "createdAt", "updatedAt"] {
        let mut damaged = whole.clone();
        damaged.as_object_mut().map(|item| item.remove(lost));
        lab.stores("BoardTable", &damaged);
        let about = format!("read a post whose item has lost its {lost}");
        let answer = asks(&lab, "lab-05.2", &about).get(&path(&damaged));
        answer.shows(
            answer.status() == 500,
            "status 500: the post is there, and the board cannot read it",
            format!("status {}: the caller is told what is not true, and nobody looks for the cause", answer.status()),
        );
        answer.has_field("error.code", "internal");
    }
}

#[test]
fn what_was_written_is_read_until_it_is_deleted() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.2", "Here");
    let found = asks(&lab, "lab-05.2", "read it").get(&path(&post));
    found.has_status(200);
    found.matches_snapshot("reads_a_post");
    asks(&lab, "lab-05.2", "delete it").delete(&path(&post)).has_status(204);
    is_readable_error(asks(&lab, "lab-05.2", "read it after it was deleted").get(&path(&post)), 404, "no_such_post");
    // What another environment has changed, only the table knows.
    let mut post = stored(1, "As it was posted");
    lab.stores("BoardTable", &post);
    asks(&lab, "lab-05.2", "read a post").get(&path(&post)).has_status(200);
    for (field, value) in [("title", json!("Edited")), ("updatedAt", json!(EDITED_AT)), ("version", json!(2))] {
        post[field] = value;
    }
    lab.stores("BoardTable", &post);
    let edited = asks(&lab, "lab-05.2", "read it after another environment has changed it").get(&path(&post));
    edited.has_status(200);
    for field in ["title", "createdAt", "updatedAt", "version"] {
        edited.has_field(field, post[field].clone());
    }
}
