//! Lab 09, TODO 09.4: which records a replay reads.

use kit::{Lab, Run};

use crate::{bad_post, changes, closed, deployed, holds_after, judged, post, replay};

const TODO: &str = "lab-09.4";

#[test]
fn a_replay_reads_what_the_message_points_at() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "two posts while the digest of their day is closed").put(&closed());
    let delivered = delivered.put(&post(1, "Ice")).put(&post(2, "Skates")).at_once().delivered();
    judged(&delivered);
    changes(&lab, TODO, "the digest is opened again").delete(&closed()).delivered();
    let run = replay(&lab, TODO, "replay what was given up");
    reads(&lab, &run, "2 records replayed");
    holds_after(&lab, &run, &["Ice", "Skates"]);
}

#[test]
fn a_replay_leaves_alone_what_lies_around_it() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a bad post, long ago").put(&bad_post(1)).delivered();
    judged(&delivered);
    lab.purges("DigestFailures");
    let delivered =
        changes(&lab, TODO, "a post while the digest is closed").put(&closed()).put(&post(2, "Ice")).delivered();
    judged(&delivered);
    changes(&lab, TODO, "then it is opened, and another post follows")
        .delete(&closed())
        .put(&post(3, "Tea"))
        .delivered();
    let run = replay(&lab, TODO, "replay the one record that the message points at");
    reads(&lab, &run, "1 record replayed");
    holds_after(&lab, &run, &["Ice", "Tea"]);
}

/// Expects the replay to say this of the message; where it does not, the place from which it read is a part of the reason.
fn reads(lab: &Lab, run: &Run<'_>, wanted: &str) {
    let from = lab.stream_reads().pop().unwrap_or_default();
    let from = from["ShardIteratorType"].as_str().unwrap_or("no place at all").to_string();
    run.shows(run.stdout().contains(wanted), format!("\"{wanted}\""), format!("something else; it read from {from}"));
    run.succeeds();
}
