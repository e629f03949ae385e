//! Lab 09, TODO 09.4: which records a replay reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kit::{Lab, Run};
use serde_json::{Value, json};

use crate::shard::{self, Shard, message, record};
use crate::{BATCH, DAY, QUEUE, TABLE, bad_post, changes, closed, deployed, holds_after, judged, number, post, replay};

const TODO: &str = "lab-09.4";

#[test]
fn a_replay_reads_what_the_message_points_at() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "two posts, and settings between them, while the digest of their day is closed")
            .put(&closed());
    let settings = json!({ "pk": "BOARD", "sk": "SETTINGS", "title": "The board" });
    let delivered = delivered.put(&post(1, "Ice")).put(&settings).put(&post(2, "Skates")).at_once().delivered();
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

/// Three records in sixteen pages, some of them empty, with numbers of 21, 28 and 40 digits. What lies before, between and after them is
/// none of theirs.
fn pages() -> Vec<Vec<Value>> {
    let line = json!({ "pk": format!("DIGEST#{DAY}"), "sk": "POST#1" });
    let mut pages = vec![
        vec![record(&post(1, "Before"), "800000000003126276360")],
        Vec::new(),
        vec![record(&post(2, "Ice"), START)],
        Vec::new(),
    ];
    pages.extend((0..12).map(|n| vec![record(&line, &format!("44215845000000000174504390{n:02}"))]));
    pages.extend([
        vec![record(&post(3, "Skates"), "4421584500000000017450439091")],
        Vec::new(),
        vec![record(&post(4, "Tea"), END), record(&post(5, "After"), "1000000000000000000000000000000000000008")],
        vec![record(&post(6, "Later"), "1000000000000000000000000000000000000009")],
    ]);
    pages
}

/// How many of the pages it takes to meet a record after the last one.
const UP_TO_END: usize = 19;
const START: &str = "800000000003126276362";
const END: &str = "1000000000000000000000000000000000000007";

#[test]
fn a_replay_reads_every_page_up_to_the_last_number() {
    let lab = deployed(TODO);
    lab.sends(QUEUE, &message(START, END, 3));
    let about = "replay three records that lie in several pages, and have numbers of 21, 28 and 40 digits";
    let furthest = Arc::new(AtomicUsize::new(0));
    let run =
        shard::replay(&lab, TODO, about, Shard { pages: pages(), furthest: Arc::clone(&furthest), ..Shard::default() });
    says(&run, "3 records replayed");
    holds_after(&lab, &run, &["Ice", "Skates", "Tea"]);
    let beyond = (furthest.load(Ordering::Relaxed) + 1).saturating_sub(UP_TO_END);
    run.shows(
        beyond == 0,
        "a shard that is read up to the page with the first record after the last one",
        format!(
            "pages after it, {beyond} of them: what was written since is read, and paid for, because of one message"
        ),
    );
    let lab = deployed(TODO);
    lab.sends(QUEUE, &message(START, END, 3));
    let about = "replay three records, where the second page is refused";
    let run = shard::replay(&lab, TODO, about, Shard { pages: pages(), refused: Some(16), ..Shard::default() });
    run.refuses();
    run.shows(
        run.stderr().contains("AccessDeniedException"),
        "a complaint that says why the page could not be read: AccessDeniedException",
        run.stderr().lines().next().unwrap_or_default().to_string(),
    );
    let lab = deployed(TODO);
    // Reading is judged alone: the first of them cannot be entered.
    lab.stores(TABLE, &closed());
    lab.sends(QUEUE, &message(&number(1), &number(BATCH), BATCH as usize));
    let pages = vec![(1..=BATCH).map(|n| record(&post(n % 60, "Ice"), &number(n))).collect()];
    let about = "replay a whole batch of 100 records, while the digest of their day is closed";
    let run = shard::replay(&lab, TODO, about, Shard { pages, ..Shard::default() });
    run.refuses();
    run.shows(
        run.stderr().contains("closed"),
        "a complaint that the digest is closed, once all 100 records are read",
        run.stderr().lines().next().unwrap_or_default().to_string(),
    );
}

#[test]
fn two_records_of_one_post_are_two() {
    let lab = deployed(TODO);
    lab.sends(QUEUE, &message(START, END, 2));
    let pages = vec![
        vec![record(&post(1, "Before"), "800000000003126276360")],
        vec![record(&post(2, "Ice"), START), record(&post(2, "Thin ice"), END)],
    ];
    let about = "replay two records of one post";
    let run = shard::replay(&lab, TODO, about, Shard { pages, ..Shard::default() });
    says(&run, "2 records replayed");
    holds_after(&lab, &run, &["Thin ice"]);
}

/// Expects the replay to say this of the message; where it does not, the place from which it read is a part of the reason.
fn reads(lab: &Lab, run: &Run<'_>, wanted: &str) {
    let from = lab.stream_reads().pop().unwrap_or_default();
    let from = from["ShardIteratorType"].as_str().unwrap_or("no place at all").to_string();
    run.shows(run.stdout().contains(wanted), format!("\"{wanted}\""), format!("something else; it read from {from}"));
    run.succeeds();
    let got = format!("{from}: a day's records are read, and paid for, because of one message");
    run.shows(from == "AT_SEQUENCE_NUMBER", "a shard that is read from the message's first record on", got);
}

/// As [`reads`], of a shard that the check has made up.
fn says(run: &Run<'_>, wanted: &str) {
    let got = match run.stdout().trim() {
        "" => run.stderr().lines().next().unwrap_or_default().to_string(),
        printed => printed.to_string(),
    };
    run.shows(run.stdout().contains(wanted), format!("\"{wanted}\""), got);
    run.succeeds();
}
