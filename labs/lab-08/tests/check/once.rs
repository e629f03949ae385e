//! Lab 08, hole 4: a record counts once, however often it is delivered.

use kit::{Delivered, DynamoDbRequest, Invocation, Lab, lab};
use serde_json::{Value, json};

use crate::before::{delivers_posts, judged, shows_images};
use crate::{TABLE, changes, events, inserted, post, says, total};

const TODO: &str = "lab-08.4";

#[test]
fn a_batch_that_comes_again_changes_nothing() {
    let lab = lab!();
    let told = changes(&lab, TODO, "two posts, and Lambda delivers them twice")
        .put(&post(1, "Ice", 1, 0))
        .put(&post(2, "Skates", 1, 1))
        .delivered();
    judged(&lab, &told);
    let again = told.again();
    again.succeeds();
    judged(&lab, &again);
    says(&lab, &again, &["posted Skates", "posted Ice"]);
    counts_once(&lab, &again, 2);
}

#[test]
fn a_mapping_made_anew_counts_nothing_anew() {
    let lab = lab!();
    let ice = post(1, "Ice", 1, 0);
    let told = changes(&lab, TODO, "a post is posted and deleted, another posted").put(&ice).delete(&ice);
    let told = told.put(&post(2, "Skates", 1, 1)).delivered();
    judged(&lab, &told);
    let again =
        changes(&lab, TODO, "then the mapping is made anew, and reads from the trim horizon").before_the_mapping();
    judged(&lab, &again);
    again.succeeds();
    counts_once(&lab, &again, 1);
}

#[test]
fn eight_batches_at_once_and_then_again_make_eight() {
    let lab = lab!();
    let record = |n: u32| inserted(&post(n, "Ice", 1, n), &format!("80000000000312627636{n}"));
    let batches: Vec<Vec<Value>> = (1..=8).map(|n| vec![record(n)]).collect();
    let told = lab.asks(TODO, "eight shards tell of one post each").hands(TABLE, &batches);
    told.succeeds();
    let again = lab.asks(TODO, "eight shards tell of one post each, twice").hands(TABLE, &batches);
    judged(&lab, &again);
    again.succeeds();
    counts_once(&lab, &again, 8);
}

#[test]
fn a_transaction_that_met_another_is_made_again() {
    let lab = lab!();
    let told = changes(&lab, TODO, "a post, while another transaction is at work on the count")
        .while_occupied(&json!({ "pk": "FEED", "sk": "TOTAL" }))
        .put(&post(1, "Ice", 1, 0))
        .delivered();
    delivers_posts(&told);
    shows_images(&told);
    // The first try may fail, because the table refuses it. What the last one leaves open is for the other holes to explain.
    let reports = |reply: Value| reply["batchItemFailures"].as_array().is_some_and(|failures| !failures.is_empty());
    let is_open = |one: &Invocation| one.failed() || reports(one.reply());
    if told.invocations().last().is_some_and(is_open) {
        judged(&lab, &told);
        told.succeeds();
    }
    let taken_for_done = events(&lab).is_empty() && lab.table_calls().last().is_some_and(|call| call.status == 400);
    told.shows(
        !taken_for_done,
        "event and count, written when the record came again",
        "neither of them: the transaction was cancelled for a conflict, and the reply says that all is done",
    );
    says(&lab, &told, &["posted Ice"]);
    let again = told.again();
    again.succeeds();
    judged(&lab, &again);
    says(&lab, &again, &["posted Ice"]);
    counts_once(&lab, &again, 1);
}

/// Expects this number of posts; where it is another, the way in which the count was written is the reason.
fn counts_once(lab: &Lab, told: &Delivered<'_>, posts: i64) {
    let came = total(lab)["posts"].as_i64().unwrap_or_default();
    let calls = lab.table_calls();
    let how = match calls.iter().rfind(|call| writes(call, "TOTAL").is_some()) {
        Some(call) if writes(call, "EVENT#").is_none() => "the count is written by a call of its own",
        Some(call) if writes(call, "EVENT#").is_some_and(|write| write.get("ConditionExpression").is_none()) => {
            "event and count are written together, on no condition"
        }
        _ => "look at what is written when, and on which condition",
    };
    told.shows(came == posts, format!("a count of {posts}"), format!("a count of {came}: {how}"));
}

/// The part of a transaction that writes the item whose sort key begins like this.
fn writes<'call>(call: &'call DynamoDbRequest, sort_key: &str) -> Option<&'call Value> {
    let parts = call.request["TransactItems"].as_array()?.iter();
    let mut writes = parts.filter_map(|part| part.as_object()?.values().next());
    writes.find(|write| {
        let keys = [&write["Item"]["sk"]["S"], &write["Key"]["sk"]["S"]];
        keys.into_iter().any(|key| key.as_str().is_some_and(|key| key.starts_with(sort_key)))
    })
}
