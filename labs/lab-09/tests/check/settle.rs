//! Lab 09, TODO 09.5: when a message may go.

use serde_json::json;

use crate::{QUEUE, TABLE, changes, closed, deployed, found, holds_after, in_words, judged, place, post, replay};

const TODO: &str = "lab-09.5";

#[test]
fn a_replay_that_fails_keeps_the_message() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "a post while the digest of its day is closed").put(&closed()).put(&post(1, "Ice"));
    let delivered = delivered.delivered();
    judged(&delivered);
    let run = replay(&lab, TODO, "replay while the digest is still closed");
    found(&run);
    let kept = lab.messages(QUEUE).len();
    run.shows(kept == 1, in_words(1), format!("{}: nothing points at the record any more", in_words(kept)));
    run.refuses().complains("closed");
    changes(&lab, TODO, "the digest is opened again").delete(&closed()).delivered();
    let run = replay(&lab, TODO, "replay once more, after it was opened");
    run.succeeds().prints("1 record replayed");
    holds_after(&lab, &run, &["Ice"]);
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
        let run = replay(&lab, TODO, about);
        let kept = lab.messages(QUEUE).len();
        run.shows(kept == 1, in_words(1), format!("{}, and the records were never entered", in_words(kept)));
        run.refuses().complains("24 hours");
    }
}
