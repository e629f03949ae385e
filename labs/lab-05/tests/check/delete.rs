//! lab-05.5: what is deleted is gone, and what never existed cannot be.

use kit::{DynamoDbRequest, lab};

use serde_json::{Value, json};

use crate::{NOBODYS_ID, asks, in_words, is_readable_error, path, posted, says_which, stored};

#[test]
fn what_never_existed_is_a_404() {
    let lab = lab!();
    let answer = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    let answer = is_readable_error(answer, 404, "no_such_post");
    says_which(&answer, NOBODYS_ID);
    answer.in_own_words("error.message").matches_snapshot("deletes_no_post");
    let about = "delete once more a post that never existed";
    let again = asks(&lab, "lab-05.5", about).delete(&format!("/board/{NOBODYS_ID}"));
    let again = is_readable_error(again, 404, "no_such_post");
    let items = lab.items("BoardTable").len();
    again.shows(items == 0, "the table stays empty", format!("the table holds {items} item(s)"));
}

#[test]
fn deleting_twice_is_not_a_mistake() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.5", "Gone soon");
    let kept = posted(&lab, "lab-05.5", "Stays");
    let first = asks(&lab, "lab-05.5", "delete a post").delete(&path(&post));
    first.has_status(204);
    first.matches_snapshot("deletes_a_post");
    let seen = lab.table_calls().len();
    let again = asks(&lab, "lab-05.5", "delete it again").delete(&path(&post));
    again.has_status(204);
    let reads = lab.table_calls_since(seen).into_iter().filter(is_a_read);
    again.shows(
        reads.into_iter().all(|call| call.request["ConsistentRead"] == true),
        "the tombstone is read consistently, as the head of src/table.rs promises",
        "an eventually consistent read, which may not have the tombstone yet: who deletes twice is told of a post that never was",
    );
    let calls = lab.table_calls_since(seen);
    again.shows(calls.len() <= 2, "a transaction, and one read after its refusal", in_words(&calls));
    let seen = lab.table_calls().len();
    let answer = {
        let _denied = (lab.denies("GetItem"), lab.denies("Query"));
        asks(&lab, "lab-05.5", "delete it once more while the role may not read").delete(&path(&post))
    };
    // Who reads the tombstone's own refusal needs no read, and knows.
    if lab.table_calls_since(seen).iter().any(is_a_read) {
        answer.shows(
            answer.status() == 500,
            "status 500: nobody knows whether there was such a post",
            format!("status {}: a call that was denied is taken for an answer", answer.status()),
        );
        let _throttled = (lab.throttles("GetItem"), lab.throttles("Query"));
        let about = "delete it once more while the table is too busy to be read";
        let answer = asks(&lab, "lab-05.5", about).delete(&path(&post));
        is_readable_error(answer, 503, "busy");
    } else {
        answer.has_status(204);
    }
    let never = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    is_readable_error(never, 404, "no_such_post");
    let left: Vec<_> = lab.items("BoardTable").into_iter().filter(|item| item["title"].is_string()).collect();
    let left_is_right = left.len() == 1 && left[0]["id"] == kept["id"];
    again.shows(left_is_right, "the other post is still there, alone", format!("{} posts are there", left.len()));
    let post = posted(&lab, "lab-05.5", "Stays");
    let answer = {
        let _denied = lab.denies("TransactWriteItems");
        let _neither = lab.denies("DeleteItem");
        asks(&lab, "lab-05.5", "delete a post while the role lacks the permission").delete(&path(&post))
    };
    answer.shows(
        answer.status() == 500,
        "status 500: nobody knows whether the post is there",
        format!("status {}: a call that was denied is taken for an answer", answer.status()),
    );
    answer.has_field("error.code", "internal");
    let mut edited = stored(1, "Edited");
    edited["version"] = json!(3);
    lab.stores("BoardTable", &edited);
    asks(&lab, "lab-05.5", "delete a post at version 3").delete(&path(&edited)).has_status(204);
    // What another environment has done, only the table knows.
    let post = stored(2, "Restored");
    lab.stores("BoardTable", &tombstone(NOBODYS_ID));
    let about = "delete a post that another environment has deleted";
    asks(&lab, "lab-05.5", about).delete(&format!("/board/{NOBODYS_ID}")).has_status(204);
    // As after a backup was read back.
    lab.holds("BoardTable", &[post.clone(), tombstone(post["id"].as_str().unwrap_or_default())]);
    let answer = asks(&lab, "lab-05.5", "delete a post that was restored after its deletion").delete(&path(&post));
    answer.has_status(204);
    let left = lab.items("BoardTable").iter().filter(|item| item["title"] == "Restored").count();
    answer.shows(
        left == 0,
        "no post in the table",
        "the post is still there: its former tombstone kept the new one out",
    );
}

/// The tombstone of the post with this id, as the head of src/table.rs has it.
fn tombstone(id: &str) -> Value {
    json!({ "pk": format!("GONE#{id}"), "sk": "GONE" })
}

fn is_a_read(call: &DynamoDbRequest) -> bool {
    ["GetItem", "Query"].contains(&call.operation.as_str())
}

#[test]
fn other_methods_are_refused_by_name() {
    let lab = lab!();
    let never = asks(&lab, "lab-05.5", "delete a post that never existed").delete(&format!("/board/{NOBODYS_ID}"));
    never.has_status(404);
    let other =
        asks(&lab, "lab-05.5", "send a method that the board has not").send("PATCH", &format!("/board/{NOBODYS_ID}"));
    let other = is_readable_error(other, 405, "method_not_allowed");
    other.has_header("Allow", "GET, PUT, DELETE, OPTIONS");
}

#[test]
fn a_post_goes_in_the_moment_in_which_its_tombstone_comes() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.5", "Gone soon");
    let seen = lab.table_calls().len();
    let gone = asks(&lab, "lab-05.5", "delete a post").delete(&path(&post));
    gone.has_status(204);
    let calls = lab.table_calls_since(seen);
    let alone = calls.iter().any(|call| ["PutItem", "UpdateItem", "DeleteItem"].contains(&call.operation.as_str()));
    gone.shows(
        !alone && calls.iter().any(|call| call.operation == "TransactWriteItems"),
        "one TransactWriteItems with both writes",
        format!(
            "{}. A function that ends between two writes leaves a post that was deleted by halves",
            in_words(&calls)
        ),
    );
    gone.shows(
        calls.len() == 1,
        "nothing is asked once both writes are done",
        format!("{}. A deletion that is done costs no more calls", in_words(&calls)),
    );
    let items = lab.items("BoardTable");
    let tombstone = items.iter().find(|item| item["sk"] == "GONE").cloned().unwrap_or_default();
    let without = match items.first() {
        None => "no tombstone: the next DELETE cannot know that the post was there".to_string(),
        Some(item) => {
            format!("no item with this sk; there is one whose pk is {} and whose sk is {}", item["pk"], item["sk"])
        }
    };
    gone.shows(
        !tombstone.is_null(),
        "a tombstone in the table, whose sk is GONE as the head of src/table.rs says",
        without,
    );
    let (id, got) = (post["id"].as_str().unwrap_or_default(), tombstone["pk"].as_str().unwrap_or_default());
    gone.shows(
        got == format!("GONE#{id}"),
        format!("the tombstone's pk is GONE#{id}, as the head of src/table.rs says"),
        got,
    );
    gone.shows(
        tombstone["expiresAt"].is_null(),
        "a tombstone that stays",
        "a tombstone with expiresAt: once DynamoDB has deleted it, the post is one that never existed",
    );
}

#[test]
fn somebody_elses_transaction_is_waited_for() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.5", "Gone soon");
    let id = post["id"].as_str().unwrap_or_default();
    let _busy = lab.occupies("BoardTable", &json!({ "pk": "BOARD", "sk": format!("POST#{id}") }));
    let answer = asks(&lab, "lab-05.5", "delete a post that another transaction is about").delete(&path(&post));
    answer.has_status(204);
}

#[test]
fn what_others_keep_busy_is_not_deleted() {
    let lab = lab!();
    let post = stored(1, "Stays");
    lab.stores("BoardTable", &post);
    let _busy = lab.keeps_occupied("BoardTable", &json!({ "pk": post["pk"], "sk": post["sk"] }));
    let about = "delete a post that other transactions are about, one after the other";
    let answer = asks(&lab, "lab-05.5", about).delete(&path(&post));
    answer.shows(
        answer.status() == 503,
        "status 503: it was not deleted, and the caller can try again in a moment",
        format!("status {}: every write was refused, and the post is still there", answer.status()),
    );
    answer.has_field("error.code", "busy");
    let left = lab.items("BoardTable");
    answer.shows(left == [post], "the post in the table, and nothing else", format!("{} items", left.len()));
}
