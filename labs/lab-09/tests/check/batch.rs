//! Lab 09, TODO 09.3: what the function replies about a batch of which one record fails.

use kit::{Delivered, Invocation, Lab};
use serde_json::{Value, json};

use crate::{
    BATCH, QUEUE, TABLE, bad_post, changes, closed, deployed, holds, in_words, inserted, mapped, mistake_in_reply,
    number, place, post, posted_at, removed,
};

const TODO: &str = "lab-09.3";

#[test]
fn what_stands_before_a_bad_record_comes_once() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "the third of four posts is bad")
        .put(&post(1, "Ice"))
        .put(&post(2, "Skates"))
        .put(&bad_post(3))
        .put(&post(4, "Tea"))
        .at_once()
        .delivered();
    mapped(&delivered);
    let records = delivered.records();
    let again = records[..2].iter().any(|record| delivered.deliveries(record) > 1);
    delivered.shows(
        !again,
        "the two records before it are delivered once",
        "they were delivered again, though they were done",
    );
    holds(&lab, &delivered, &["Ice", "Skates", "Tea"]);
    delivered.matches_snapshot("the_third_of_four_is_bad", &lab.messages(QUEUE));
}

#[test]
fn the_reply_names_the_record_as_lambda_knows_it() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "the second of two posts is bad").put(&post(1, "Ice")).put(&bad_post(2)).at_once();
    let delivered = delivered.delivered();
    mapped(&delivered);
    let first = &delivered.invocations()[0];
    let wanted = json!({ "batchItemFailures": [{ "itemIdentifier": place(&first.records()[1]) }] });
    delivered.shows(
        !first.failed() && first.reply() == wanted,
        "a reply with the second record's SequenceNumber in batchItemFailures",
        if first.failed() { "an error" } else { "another reply" },
    );
    delivered.shows(
        tells_why(&delivered, place(&first.records()[1])),
        "a line in the log with the second record's SequenceNumber and why it failed",
        "no such line: the message in the queue leads to the record, and nothing to the cause",
    );
}

/// Whether the log has a line that tells why the record with this sequence number failed.
fn tells_why(delivered: &Delivered<'_>, number: &Value) -> bool {
    tells(delivered, number, "createdAt")
}

/// Whether the log has a line with this sequence number and this word.
fn tells(delivered: &Delivered<'_>, number: &Value, word: &str) -> bool {
    let number = number.as_str().unwrap_or_default();
    let mut lines = delivered.invocations().iter().flat_map(|one| one.log().lines());
    lines.any(|line| line.contains(number) && line.contains(word))
}

/// Hands a batch to the function, and expects a reply that begins with the first record that is bad, by its place from 0, and a line
/// with `word` for each of them.
fn names<'lab>(lab: &'lab Lab, about: &'lab str, batch: &[Value], bad: &[usize], word: &str) -> Delivered<'lab> {
    let delivered = lab.asks(TODO, about).hands(TABLE, &[batch.to_vec()]);
    for invocation in delivered.invocations() {
        let mistake = mistake_in_reply(invocation);
        let expected = "a reply that names the failed record by its SequenceNumber";
        delivered.shows(mistake.is_none(), expected, mistake.unwrap_or_default());
        let good = (0..batch.len()).filter(|at| !bad.contains(at)).map(|at| place(&batch[at]));
        let named = good.filter(|number| invocation.reported().contains(number)).count();
        delivered.shows(named == 0, "a reply that names failed records alone", "one that names what was entered");
    }
    delivered.shows(
        bad.iter().all(|at| tells(&delivered, place(&batch[*at]), word)),
        "a line in the log for each record that failed, with its SequenceNumber and why it failed",
        "none for one of them: the message in the queue leads to the record, and nothing to the cause",
    );
    delivered
}

#[test]
fn whatever_fails_is_named() {
    let lab = deployed(TODO);
    let numbered = |post: &Value, n: u32| inserted(post, &format!("8000000000031262763{n:02}"));
    let about = "a batch of six posts, the four in the middle bad";
    let posts = [post(1, "Ice"), bad_post(2), bad_post(3), bad_post(4), bad_post(5), post(6, "Tea")];
    let batch: Vec<Value> = (1..).zip(&posts).map(|(n, post)| numbered(post, n)).collect();
    let delivered = names(&lab, about, &batch, &[1, 2, 3, 4], "createdAt");
    holds(&lab, &delivered, &["Ice", "Tea"]);
    lab.stores(TABLE, &closed());
    // A sequence number has up to 40 digits, which is more than a u128 holds.
    let batch = [removed(&post(1, "Ice"), "1000000000000000000000000000000000000020")];
    let refused = names(&lab, "the removal of a post of a day whose digest is closed", &batch, &[0], "closed");
    // What was refused twice is tried once more.
    let refused = refused.again_to_the_same_environment();
    lab.removes(TABLE, &closed());
    let again = refused.again_to_the_same_environment();
    again.shows(
        again.invocations().iter().all(Invocation::succeeded),
        "the removal entered: the digest of its day is open by now",
        "a reply that names it: what was once refused was refused again, and the table was not asked",
    );
    let batch = [numbered(&post(7, "Cake"), 30), numbered(&post(8, "Snow"), 31)];
    let _denied = (lab.denies("TransactWriteItems"), lab.denies("PutItem"), lab.denies("UpdateItem"));
    names(&lab, "two good posts, while the function may not write", &batch, &[0, 1], "AccessDenied");
}

#[test]
fn a_whole_batch_is_dealt_with() {
    let lab = deployed(TODO);
    let batch: Vec<Value> = (1..=BATCH).map(|n| inserted(&bad_post(n), &number(n))).collect();
    let delivered = lab.asks(TODO, "a batch of 100 posts, which are all bad").hands(TABLE, &[batch]);
    // Of a log so long only the end is kept, which is about the first of them where the last was entered first.
    let (first, last) = (json!(number(1)), json!(number(BATCH)));
    let is_named = delivered.invocations().iter().any(|one| one.reported().contains(&last));
    delivered.shows(
        tells_why(&delivered, &last) || is_named && tells_why(&delivered, &first),
        "a line in the log for the last of them, with its SequenceNumber and why it failed",
        if is_named {
            "no such line, although the reply names it"
        } else {
            "no such line: the function has not come so far"
        },
    );
}

#[test]
fn many_bad_records_are_no_error() {
    let lab = deployed(TODO);
    let of = |n: u32| if n == 1 { post(1, "Ice") } else { bad_post(n) };
    let batch: Vec<Value> = (1..=BATCH).map(|n| inserted(&of(n), &number(n))).collect();
    let about = "a batch of 100 posts, of which the first is good";
    let delivered = lab.asks(TODO, about).hands(TABLE, std::slice::from_ref(&batch));
    for invocation in delivered.invocations() {
        let mistake = mistake_in_reply(invocation);
        let expected = "a reply that names the failed records: what stands before them need not come again";
        delivered.shows(mistake.is_none(), expected, mistake.unwrap_or_default());
        let is_second = invocation.reported().contains(place(&batch[1]));
        delivered.shows(is_second, expected, "one that does not name the first of them");
    }
}

#[test]
fn a_bad_record_is_not_forgotten() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "the first of two posts is bad").put(&bad_post(1)).put(&post(2, "Ice")).at_once();
    let delivered = delivered.delivered();
    mapped(&delivered);
    let messages = lab.messages(QUEUE);
    delivered.shows(messages.len() == 1, in_words(1), in_words(messages.len()));
    let first = &messages[0]["DDBStreamBatchInfo"]["startSequenceNumber"];
    delivered.shows(
        first == place(delivered.records()[0]),
        "a message that begins with the bad record",
        "one that begins elsewhere",
    );
    holds(&lab, &delivered, &["Ice"]);
    let delivered = changes(&lab, TODO, "the first and the third of four posts are bad")
        .put(&bad_post(3))
        .put(&post(4, "Tea"))
        .put(&bad_post(5))
        .put(&post(6, "Cake"))
        .at_once()
        .delivered();
    mapped(&delivered);
    let first = place(delivered.records()[0]);
    let messages = lab.messages(QUEUE);
    delivered.shows(
        messages.iter().any(|message| &message["DDBStreamBatchInfo"]["startSequenceNumber"] == first),
        "a message that begins with the first of the two",
        "none: the reply names the other one, and everything before it counts as done",
    );
    holds(&lab, &delivered, &["Ice", "Tea", "Cake"]);
    let bad = [place(delivered.records()[0]), place(delivered.records()[2])];
    delivered.shows(
        bad.iter().all(|number| tells_why(&delivered, number)),
        "a line in the log for each of the two, with its SequenceNumber and why it failed",
        "none for one of them: a message about several records leads to them, and nothing to each one's cause",
    );
}

#[test]
fn a_closed_day_holds_up_no_other() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "two posts of a day whose digest is closed, and between them one of the next day")
            .put(&closed())
            .put(&post(1, "Ice"))
            .put(&posted_at(2, "Skates", "2026-11-23T00:00:00.500Z"))
            .put(&post(3, "Tea"))
            .at_once()
            .delivered();
    mapped(&delivered);
    holds(&lab, &delivered, &["Skates"]);
}
