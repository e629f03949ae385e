//! Lab 08, TODO 08.4: a record counts once, however often it is delivered.

use std::collections::BTreeSet;

use kit::{Delivered, DynamoDbRequest, Invocation, Lab};
use serde_json::{Value, json};

use crate::before::{delivers_posts, judged, shows_images};
use crate::{
    TABLE, changes, deployed, deployed_without_retries, edited, events, inserted, post, removed, says, text, total,
};

pub(crate) const TODO: &str = "lab-08.4";

/// How many tries of one transaction are a few. The table cancels more than that.
const TRIES: usize = 10;

/// How often a record that failed is delivered again, as the mapping of the template has it.
const AGAIN: usize = 2;

#[test]
fn a_batch_that_comes_again_changes_nothing() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "two posts, and Lambda delivers them twice")
        .put(&post(1, "Ice", 1, 0))
        .put(&post(2, "Skates", 1, 1))
        .delivered();
    judged(&lab, &delivered);
    let changes_nothing = |again: &Delivered<'_>| {
        again.succeeds();
        judged(&lab, again);
        says(&lab, again, &["posted Skates", "posted Ice"]);
        counts_once(&lab, again, 2);
    };
    let tokens_before = tokens(&lab.table_calls());
    let seen = lab.table_calls().len();
    let again = delivered.again_to_the_same_environment();
    changes_nothing(&again);
    let again_too = tokens(&lab.table_calls_since(seen)).intersection(&tokens_before).next().is_some();
    again.shows(
        !again_too,
        "a second delivery that the table does not refuse, whenever it comes",
        "the ClientRequestToken of the first one, with another expiresAt: within ten minutes the table refuses the pair with \
         IdempotentParameterMismatchException, and the record is reported as failed",
    );
    changes_nothing(&delivered.again());
}

#[test]
fn a_mapping_made_anew_counts_nothing_anew() {
    let lab = deployed(TODO);
    let ice = post(1, "Ice", 1, 0);
    let delivered = changes(&lab, TODO, "a post is posted and deleted, another posted").put(&ice).delete(&ice);
    let delivered = delivered.put(&post(2, "Skates", 1, 1)).delivered();
    judged(&lab, &delivered);
    let again =
        changes(&lab, TODO, "then the mapping is made anew, and reads from the trim horizon").before_the_mapping();
    judged(&lab, &again);
    again.succeeds();
    counts_once(&lab, &again, 1);
}

#[test]
fn eight_batches_at_once_and_then_again_make_eight() {
    let lab = deployed(TODO);
    let mut batches: Vec<Vec<Value>> = Vec::new();
    for n in 1..=8 {
        batches.push(vec![inserted(&post(n, "Ice", 1, n), &format!("80000000000312627636{n}"))]);
    }
    let delivered = lab.asks(TODO, "eight shards tell of one post each").hands(TABLE, &batches);
    delivered.succeeds();
    let again = lab.asks(TODO, "eight shards tell of one post each, twice").hands(TABLE, &batches);
    judged(&lab, &again);
    again.succeeds();
    counts_once(&lab, &again, 8);
}

#[test]
fn a_transaction_that_met_another_is_made_again() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a post, while another transaction is at work on the count")
        .while_occupied(&json!({ "pk": "FEED", "sk": "TOTAL" }))
        .put(&post(1, "Ice", 1, 0))
        .delivered();
    delivers_posts(&delivered);
    shows_images(&delivered);
    // The first try may fail, because the table refuses it. What the last one leaves open is for the other TODOs to explain.
    if delivered.invocations().last().is_some_and(|last| !last.succeeded()) {
        judged(&lab, &delivered);
        delivered.succeeds();
    }
    let taken_for_done = events(&lab).is_empty() && lab.table_calls().last().is_some_and(|call| call.status == 400);
    delivered.shows(
        !taken_for_done,
        "event and count, written when the record was delivered again",
        "neither of them: the transaction was cancelled for a conflict, and the reply says that all is done",
    );
    says(&lab, &delivered, &["posted Ice"]);
    let again = delivered.again();
    again.succeeds();
    judged(&lab, &again);
    says(&lab, &again, &["posted Ice"]);
    counts_once(&lab, &again, 1);
}

#[test]
fn a_permission_that_is_missing_is_a_failure() {
    let lab = deployed(TODO);
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let refused = {
        let _denied = (lab.denies("TransactWriteItems"), lab.denies("PutItem"), lab.denies("UpdateItem"));
        lab.asks(TODO, "a post, while the function may not write").hands(TABLE, &batch)
    };
    let expected = "the record reported as failed, so that it is delivered again: nothing was written";
    let reported = refused.invocations().iter().all(|one| !one.succeeded());
    refused.shows(reported, expected, "a reply that says that all is done");
    let tries = refused.invocations().iter().all(|one| !one.failed());
    refused.shows(tries, expected, "no reply: it was tried until Lambda stopped the function");
    let hands = || lab.asks(TODO, "the same post, when it may").hands(TABLE, &batch);
    let mut delivered = hands();
    // On a busy machine the table may not answer in time. Lambda delivers such a record again, and so does this.
    for _ in 0..AGAIN {
        if delivered.invocations().iter().all(Invocation::succeeded) {
            break;
        }
        delivered = hands();
    }
    judged(&lab, &delivered);
    says(&lab, &delivered, &["posted Ice"]);
    let again = delivered.again();
    again.succeeds();
    judged(&lab, &again);
    counts_once(&lab, &again, 1);
}

#[test]
fn a_count_that_cannot_be_added_to_is_a_failure() {
    let lab = deployed(TODO);
    lab.holds(TABLE, &[json!({ "pk": "FEED", "sk": "TOTAL", "posts": "many" })]);
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let refused =
        lab.asks(TODO, "a post, where somebody has written a text in place of the count").hands(TABLE, &batch);
    let reported = refused.invocations().iter().all(|one| !one.succeeded() && !one.failed());
    refused.shows(
        reported,
        "the record reported as failed: its transaction was cancelled, and not because the event is there",
        "a reply that says that all is done",
    );
    refused.shows(events(&lab).is_empty(), "no event of a post that is not counted", "an event of it");
    cancels_for_any_reason(&lab);
    cancels_whatever_happened(&lab);
    misses_its_table(&lab);
    for (count, about) in
        [(None, "a post is deleted, and there is no count"), (Some(0), "a post is deleted, and the count is 0")]
    {
        lab.removes(TABLE, &json!({ "pk": "FEED", "sk": "TOTAL" }));
        if let Some(posts) = count {
            lab.holds(TABLE, &[json!({ "pk": "FEED", "sk": "TOTAL", "posts": posts })]);
        }
        events(&lab).iter().for_each(|event| lab.removes(TABLE, event));
        let batch = [vec![removed(&post(1, "Ice", 1, 1), "800000000003126276362")]];
        let seen = lab.table_calls().len();
        let delivered = lab.asks(TODO, about).hands(TABLE, &batch);
        delivered.shows(
            !takes_it_for_done(&lab, &delivered, seen),
            "the event written, or the record reported as failed",
            "a reply that says that all is done, and no event: what the count refuses was taken for a repeat",
        );
    }
}

/// Cancels the transaction of a new post for each reason that a table has, but a condition that does not hold: for one of its writes,
/// then for the other. Expects each to be reported.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
fn cancels_for_any_reason(lab: &Lab) {
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let mut first: Option<Delivered<'_>> = None;
    for code in [
        "TransactionConflict",
        "ItemCollectionSizeLimitExceeded",
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
        "ValidationError",
    ] {
        for write in [0, 1] {
            let seen = lab.table_calls().len();
            let _cancelled = lab.cancels(code, write);
            let delivered = match &first {
                None => lab.asks(TODO, "a post, whose transaction the table cancels each time").hands(TABLE, &batch),
                Some(first) => first.again_to_the_same_environment(),
            };
            let tries = lab.table_calls_since(seen).len();
            delivered.shows(
                tries <= TRIES,
                "the record reported as failed, after a few tries at most: Lambda delivers it again, with a pause",
                format!("{tries} tries, one right after the other: the function goes on until {code} has passed, or its time"),
            );
            delivered.shows(
                !takes_it_for_done(lab, &delivered, seen),
                "the record reported as failed: its transaction was cancelled, and not because the event is there",
                format!(
                    "a reply that says that all is done, after {code} for {} write",
                    ["the first", "the second"][write]
                ),
            );
            first.get_or_insert(delivered);
        }
    }
}

/// As [`cancels_for_any_reason`], for an edit, which writes the event alone, and for a deletion.
fn cancels_whatever_happened(lab: &Lab) {
    for (what, record, writes) in [
        ("an edit", edited(&post(1, "Ice", 1, 1), &post(1, "Thin ice", 2, 9), "800000000003126276363"), 1),
        ("a deletion", removed(&post(1, "Ice", 1, 1), "800000000003126276364"), 2),
    ] {
        let batch = [vec![record]];
        for write in 0..writes {
            let seen = lab.table_calls().len();
            let _cancelled = lab.cancels("TransactionConflict", write);
            let about = format!("{what}, whose transaction met another");
            let delivered = lab.asks(TODO, &about).hands(TABLE, &batch);
            delivered.shows(
                !takes_it_for_done(lab, &delivered, seen),
                "the record reported as failed: its transaction was cancelled, and not because the event is there",
                format!("a reply that says that all is done, after {what} was cancelled"),
            );
        }
    }
}

/// Expects a post to be reported whose table is not found.
fn misses_its_table(lab: &Lab) {
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let seen = lab.table_calls().len();
    let delivered = {
        let _missing = lab.misses_its_table();
        lab.asks(TODO, "a post, while the table is not found").hands(TABLE, &batch)
    };
    delivered.shows(
        !takes_it_for_done(lab, &delivered, seen),
        "the record reported as failed: nothing was written",
        "a reply that says that all is done, after ResourceNotFoundException",
    );
}

/// Whether the reply says that all is done, although the table has refused the write and there is no event. `seen` calls were made before.
fn takes_it_for_done(lab: &Lab, delivered: &Delivered<'_>, seen: usize) -> bool {
    let refused = lab.table_calls_since(seen).last().is_some_and(|call| call.status >= 400);
    refused && events(lab).is_empty() && delivered.invocations().iter().all(Invocation::succeeded)
}

#[test]
fn a_call_that_fails_as_a_whole_is_a_failure() {
    let lab = deployed_without_retries(TODO);
    let call = "TransactWriteItems";
    for exception in [
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "TransactionInProgressException",
    ] {
        let about = format!("a post, while {call} is refused with {exception}");
        fails_as_a_whole(&lab, &about, exception, || lab.refuses(call, exception));
    }
    let about = "a post, while the service itself fails, with 500";
    fails_as_a_whole(&lab, about, "InternalServerError", || lab.breaks(call));
    let about = "a post, while connections end in the middle of the answer";
    fails_as_a_whole(&lab, about, "a call that was cut off", || lab.cuts(call));
    let about = "a post, while connections end before an answer";
    fails_as_a_whole(&lab, about, "a call whose connection was lost", || lab.hangs_up(call));
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let again = lab.asks(TODO, "the same post, when nothing fails any more, twice").hands(TABLE, &batch).again();
    again.succeeds();
    judged(&lab, &again);
    counts_once(&lab, &again, 1);
}

/// Expects a post to be reported whose transaction fails as a whole while `failing` lasts, after `what`.
pub(crate) fn fails_as_a_whole<T>(lab: &Lab, about: &str, what: &str, failing: impl FnOnce() -> T) {
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361")]];
    let seen = lab.table_calls().len();
    let _failing = failing();
    let delivered = lab.asks(TODO, about).hands(TABLE, &batch);
    delivered.shows(
        !takes_it_for_done(lab, &delivered, seen),
        "the record reported as failed: nothing was written, or nobody knows",
        format!("a reply that says that all is done, after {what}"),
    );
}

#[test]
fn an_event_that_is_there_stays_as_it_is() {
    let lab = deployed(TODO);
    let edited = post(1, "Thin ice", 2, 9);
    let delivered = changes(&lab, TODO, "a post is posted, edited and deleted, and the feed's events are marked")
        .put(&post(1, "Ice", 1, 0))
        .put(&edited)
        .delete(&edited)
        .delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    let mut marked = events(&lab);
    marked.iter_mut().for_each(|event| event["mark"] = json!("seen"));
    lab.holds(TABLE, &marked);
    let again = delivered.again();
    again.succeeds();
    judged(&lab, &again);
    for event in events(&lab) {
        let expected = format!("the event \"{}\" as it was before the record came again", text(&event, "type"));
        again.shows(event["mark"] == json!("seen"), expected, "the event written once more");
    }
}

/// Expects this number of posts; where it is another, the way in which the count was written is the reason.
pub(crate) fn counts_once(lab: &Lab, delivered: &Delivered<'_>, posts: i64) {
    let counted = total(lab)["posts"].as_i64().unwrap_or_default();
    let how = how_the_count_is_written(&lab.table_calls());
    delivered.shows(counted == posts, format!("a count of {posts}"), format!("a count of {counted}: {how}"));
}

/// How the last transaction that wrote the count wrote it.
fn how_the_count_is_written(calls: &[DynamoDbRequest]) -> &'static str {
    let unknown = "look at what is written when, and on which condition";
    let Some(transaction) = calls.iter().rfind(|call| written(call, "TOTAL").is_some()) else { return unknown };
    match written(transaction, "EVENT#") {
        None => "the count is written by a call of its own",
        Some(event) if event["ConditionExpression"].is_null() && comes_again(calls, transaction) => {
            "event and count are written together, on no condition: the table has forgotten the ClientRequestToken after ten \
             minutes"
        }
        Some(event) if event["ConditionExpression"].is_null() => {
            "event and count are written together, on no condition"
        }
        Some(_) => unknown,
    }
}

/// The tokens of transactions.
fn tokens(calls: &[DynamoDbRequest]) -> BTreeSet<String> {
    calls.iter().filter_map(|call| Some(call.request["ClientRequestToken"].as_str()?.to_string())).collect()
}

/// Whether another transaction had this one's token: it is the caller's own then, because the SDK makes up one for each.
fn comes_again(calls: &[DynamoDbRequest], transaction: &DynamoDbRequest) -> bool {
    let token = |call: &DynamoDbRequest| call.request["ClientRequestToken"].as_str().map(str::to_string);
    token(transaction).is_some() && calls.iter().filter(|call| token(call) == token(transaction)).count() > 1
}

/// The part of a transaction that writes the item whose sort key begins like this.
fn written<'call>(call: &'call DynamoDbRequest, sort_key: &str) -> Option<&'call Value> {
    for part in call.request["TransactItems"].as_array()? {
        let Some(write) = part.as_object().and_then(|part| part.values().next()) else { continue };
        let key = write["Item"]["sk"]["S"].as_str().or(write["Key"]["sk"]["S"].as_str()).unwrap_or_default();
        if key.starts_with(sort_key) {
            return Some(write);
        }
    }
    None
}
