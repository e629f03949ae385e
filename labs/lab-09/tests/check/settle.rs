//! Lab 09, TODO 09.5: when a message may go.

use std::sync::Mutex;

use kit::{Lab, Run};
use serde_json::{Value, json};

use crate::shard::{self, Shard, message, record};
use crate::{
    BATCH, QUEUE, TABLE, bad_post, changes, closed, deployed, found, holds_after, in_words, judged, lines, number,
    place, post, posted_at, removed, replay,
};

const TODO: &str = "lab-09.5";

/// Expects the one message that was there in the queue, and no copy of it; `because` says what its loss means.
fn keeps(lab: &Lab, run: &Run<'_>, there: &[String], because: &str) {
    let kept = lab.message_ids(QUEUE);
    run.shows(kept.len() == 1, in_words(1), format!("{}{because}", in_words(kept.len())));
    run.shows(
        kept == there,
        "the message that was there, which nobody has deleted",
        "a copy, sent after the message was deleted: a program that is cut off in between loses it",
    );
}

#[test]
fn a_replay_that_fails_keeps_the_message() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "a post while the digest of its day is closed").put(&closed()).put(&post(1, "Ice"));
    let delivered = delivered.delivered();
    judged(&delivered);
    let there = lab.message_ids(QUEUE);
    let run = replay(&lab, TODO, "replay while the digest is still closed");
    found(&run);
    keeps(&lab, &run, &there, ": nothing points at the record any more");
    run.refuses().complains("closed");
    changes(&lab, TODO, "the digest is opened again").delete(&closed()).delivered();
    let run = replay(&lab, TODO, "replay once more, after it was opened");
    run.succeeds().prints("1 record replayed");
    holds_after(&lab, &run, &["Ice"]);
    enters_a_whole_batch();
}

#[test]
fn a_replay_that_succeeds_deletes_the_message() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "a post while the digest of its day is closed").put(&closed()).put(&post(1, "Ice"));
    let delivered = delivered.delivered();
    judged(&delivered);
    changes(&lab, TODO, "the digest is opened again").delete(&closed()).delivered();
    let run = replay(&lab, TODO, "replay what was given up");
    found(&run);
    let left = lab.messages(QUEUE).len();
    run.shows(left == 0, in_words(0), format!("{}: it would be replayed for ever", in_words(left)));
    run.succeeds();
}

/// Expects a replay to enter all records of a batch that is as large as the mapping lets it be.
fn enters_a_whole_batch() {
    let lab = deployed(TODO);
    let titles: Vec<String> = (1..=BATCH).map(|n| format!("Post {n:03}")).collect();
    let records = (1..).zip(&titles).map(|(n, title)| {
        let moment = format!("2026-11-22T09:{:02}:{:02}.500Z", n / 60, n % 60);
        record(&posted_at(n, title, &moment), &number(n))
    });
    let pages = vec![records.collect::<Vec<_>>()];
    lab.sends(QUEUE, &message(&number(1), &number(BATCH), titles.len()));
    let run = shard::replay(&lab, TODO, "replay a batch of 100 records", Shard { pages, ..Shard::default() });
    found(&run);
    let entered = lines(&lab).len();
    let got = format!("{entered}, and the message that pointed at the others is deleted");
    run.shows(entered == titles.len(), "100 posts in the digest of the day", got);
    run.succeeds().prints("100 records replayed");
}

#[test]
fn a_message_whose_records_are_gone_is_kept() {
    for (left, about) in [
        (0, "replay a message from the day before yesterday"),
        (1, "replay a message about two records, of which the stream has one left"),
    ] {
        let lab = deployed(TODO);
        let delivered = changes(&lab, TODO, "a post").put(&post(1, "Ice")).delivered();
        judged(&delivered);
        let stream = &lab.mappings(TABLE)[0]["EventSourceArn"];
        let shard = lab.shard_id(TABLE);
        let (start, end) = match left {
            0 => (json!("100000000000000000001"), json!("100000000000000000002")),
            _ => (place(delivered.records()[0]).clone(), place(delivered.records()[0]).clone()),
        };
        let batch = json!({
            "streamArn": stream, "shardId": shard, "startSequenceNumber": start, "endSequenceNumber": end, "batchSize": 2,
        });
        lab.sends(QUEUE, &json!({ "version": "1.0", "DDBStreamBatchInfo": batch }));
        let there = lab.message_ids(QUEUE);
        let run = replay(&lab, TODO, about);
        let lost = if left == 0 {
            ", and the records were never entered"
        } else {
            ", and one of the records was never entered"
        };
        keeps(&lab, &run, &there, lost);
        run.refuses().complains("24 hours");
    }
}

#[test]
fn a_record_that_can_never_be_entered_keeps_its_message() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a bad post").put(&bad_post(1)).delivered();
    judged(&delivered);
    let there = lab.message_ids(QUEUE);
    let run = replay(&lab, TODO, "replay it, although the record does not change any more");
    found(&run);
    keeps(&lab, &run, &there, ", and the record was never entered");
    run.refuses().complains("createdAt");
}

#[test]
fn one_record_of_two_that_fails_keeps_the_message() {
    for (failing, made, about) in [
        (0, record as fn(&Value, &str) -> Value, "replay two records, the first of a day that is closed"),
        (1, record, "replay two records, the second of a day that is closed"),
        (1, removed, "replay two records, the second a removal of a day that is closed"),
    ] {
        let lab = deployed(TODO);
        lab.stores(TABLE, &closed());
        let mut posts =
            [posted_at(1, "Ice", "2026-11-23T09:41:00.500Z"), posted_at(2, "Tea", "2026-11-23T09:41:01.500Z")];
        posts[failing] = post(3, "Skates");
        let numbers = ["800000000003126276362", "800000000003126276363"];
        let mut page: Vec<Value> = posts.iter().zip(numbers).map(|(post, number)| record(post, number)).collect();
        page[failing] = made(&posts[failing], numbers[failing]);
        let pages = vec![page];
        lab.sends(QUEUE, &message(numbers[0], numbers[1], 2));
        let there = lab.message_ids(QUEUE);
        let run = shard::replay(&lab, TODO, about, Shard { pages, ..Shard::default() });
        found(&run);
        keeps(&lab, &run, &there, ", and a record was never entered");
        run.refuses().complains("closed");
    }
    let lab = deployed(TODO);
    let pages = || vec![vec![record(&post(1, "Ice"), "800000000003126276362")]];
    let in_queue = message("800000000003126276362", "800000000003126276362", 1);
    lab.sends(QUEUE, &in_queue);
    let there = lab.message_ids(QUEUE);
    let about = "replay a record that the table does not let anybody enter";
    let run = {
        let _denied = (lab.denies("TransactWriteItems"), lab.denies("PutItem"), lab.denies("UpdateItem"));
        shard::replay(&lab, TODO, about, Shard { pages: pages(), ..Shard::default() })
    };
    found(&run);
    keeps(&lab, &run, &there, ", and the record was never entered");
    run.refuses().complains("AccessDenied");
    let messages = Mutex::new(vec![in_queue.clone(), in_queue]);
    let about = "replay a message of a queue that lets nobody delete";
    let run = shard::replay(&lab, TODO, about, Shard { pages: pages(), messages, ..Shard::default() });
    found(&run);
    run.shows(
        !run.stdout().contains("replayed"),
        "a complaint: the message is still in the queue",
        "a message that is said to be done, and comes again",
    );
    run.refuses().complains("AccessDenied");
}
