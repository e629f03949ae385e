//! Lab 09, streams that fail: what becomes of a bad record, of the good ones around it, and of what was given up.
//!
//! Two kinds of failure are made. A post whose `createdAt` is not a time fails for ever. A post of a day whose digest is closed
//! fails until the day is opened again. Every test begins with an empty table. Read the tests in the order of the TODOs:
//! `mapping`, `role`, `batch`, `range`, `settle`. Where a shard of this machine is too plain, `shard` is one that is made up.

#[path = "check/batch.rs"]
mod batch;
#[path = "check/mapping.rs"]
mod mapping;
#[path = "check/range.rs"]
mod range;
#[path = "check/role.rs"]
mod role;
#[path = "check/settle.rs"]
mod settle;
#[path = "check/shard.rs"]
mod shard;

use kit::{Changes, Delivered, Failure, Invocation, Lab, Run, deployment};
use serde_json::{Value, json};

/// The board's table and the queue, as the template calls them.
const TABLE: &str = "BoardTable";
const QUEUE: &str = "DigestFailures";
/// The mapping that the function's event makes.
const MAPPING: &str = "BoardDigestFunctionPosts";
/// The most records that the mapping delivers at once, and so the most that a message points at.
const BATCH: u32 = 100;
/// The day on which everything is posted.
const DAY: &str = "2026-11-22";

/// Deploys the lab for a test of one TODO. Lambda refuses the mapping where the role may not send to the queue.
fn deployed(todo: &'static str) -> Lab {
    let deployment = deployment!().about(todo).attribute(Failure::ResourceRefused(MAPPING), "lab-09.2");
    let deployment =
        deployment.attribute(Failure::ResourceRefused("BoardDigestFunction.Properties.Events"), "lab-09.1");
    deployment.attribute(Failure::ResourceRefused("BoardDigestRole"), "lab-09.2").deployed()
}

/// The `n`th post of the day.
fn post(n: u32, title: &str) -> Value {
    posted_at(n, title, &format!("{DAY}T09:41:{n:02}.500Z"))
}

/// A post that somebody has brought over from another board, without asking when it was written.
fn bad_post(n: u32) -> Value {
    posted_at(n, "Bad", "last Sunday")
}

fn posted_at(n: u32, title: &str, moment: &str) -> Value {
    let id = format!("019ac000-0000-7000-8000-{n:012}");
    json!({
        "pk": "BOARD", "sk": format!("POST#{id}"), "id": id, "title": title, "body": "Words.", "author": "Ada",
        "createdAt": moment, "updatedAt": moment, "version": 1,
    })
}

/// The SequenceNumber of the `n`th record of a whole batch.
fn number(n: u32) -> String {
    format!("800000000003126277{n:03}")
}

/// The record of a new post that the check has made up, as Lambda delivers it.
fn inserted(post: &Value, sequence_number: &str) -> Value {
    let mut record = shard::record(post, sequence_number);
    record["eventSourceARN"] =
        json!("arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000");
    record
}

/// The same of a post that was removed.
fn removed(post: &Value, sequence_number: &str) -> Value {
    let mut record = inserted(post, sequence_number);
    record["eventName"] = json!("REMOVE");
    if let Some(change) = record["dynamodb"].as_object_mut() {
        let image = change.remove("NewImage");
        change.extend(image.map(|image| ("OldImage".to_string(), image)));
    }
    record
}

/// What closes the digest of the day, while it is there.
fn closed() -> Value {
    json!({ "pk": format!("DIGEST#{DAY}"), "sk": "CLOSED" })
}

/// Begins changes of the board's table, for a TODO.
fn changes<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Changes<'lab> {
    lab.asks(todo, about).changes(TABLE)
}

/// Nothing can be judged while Lambda does not read the function's reply, or sets nothing aside: that is TODO 09.1.
fn mapped(delivered: &Delivered<'_>) {
    let delivered = delivered.attributed_to("lab-09.1");
    let mapping = delivered.mapping();
    delivered.shows(
        mapping["FunctionResponseTypes"] == json!(["ReportBatchItemFailures"]),
        "a mapping with ReportBatchItemFailures",
        "FunctionResponseTypes is empty",
    );
    delivered.settles();
    if delivered.invocations().is_empty() {
        delivered.succeeds();
    }
    delivered.shows(
        mapping["DestinationConfig"]["OnFailure"]["Destination"].is_string(),
        "a mapping with a destination for what it gives up",
        "what is given up is dropped",
    );
    for (name, wanted, otherwise) in LIMITS {
        let got = &mapping[name];
        delivered.shows(
            (name == "MaximumRecordAgeInSeconds" && *got == json!(-1))
                || got.as_i64().is_some_and(|got| wanted.contains(&got)),
            format!("{name}: {}", in_numbers(wanted)),
            format!("{got}: {otherwise}"),
        );
    }
}

/// The mapping's numbers: each with the range that keeps what the chapter promises, and what another one leads to.
const LIMITS: [(&str, std::ops::RangeInclusive<i64>, &str); 3] = [
    ("MaximumRetryAttempts", 2..=2, "a record is to be tried twice more"),
    (
        "MaximumRecordAgeInSeconds",
        600..=86_400,
        "a good record that waits while the function is down is given up untried",
    ),
    ("ParallelizationFactor", 1..=1, "the records of a shard are no longer dealt with in one order"),
];

fn in_numbers(range: std::ops::RangeInclusive<i64>) -> String {
    match (range.start(), range.end()) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start} to {end}, or none"),
    }
}

/// As [`mapped`]; and what the function replies about a record that failed is TODO 09.3.
fn judged(delivered: &Delivered<'_>) {
    mapped(delivered);
    let delivered = delivered.attributed_to("lab-09.3");
    for invocation in delivered.invocations() {
        if let Some(mistake) = mistake_in_reply(invocation) {
            delivered.fails("a reply that names the failed record by its SequenceNumber", mistake);
        }
    }
}

/// What is wrong with the reply to a batch in which a record failed; nothing where none failed, or the reply names records of the
/// batch.
fn mistake_in_reply(invocation: &Invocation) -> Option<&'static str> {
    if invocation.failed() {
        return Some("an error: nothing of the batch counts as done");
    }
    if !invocation.log().contains("this record failed") {
        return None;
    }
    let reported = invocation.reported();
    if reported.is_empty() {
        return Some("a reply that says all is well");
    }
    let batch: Vec<&Value> = invocation.records().iter().map(place).collect();
    let is_of_batch = reported.iter().all(|identifier| batch.contains(&identifier));
    if !is_of_batch {
        return Some("a reply that names something else");
    }
    // Lambda begins again at the lowest of those that are named. What failed is named in the log.
    let first = batch.iter().find(|number| number.as_str().is_some_and(|number| invocation.log().contains(number)))?;
    (!reported.contains(first)).then_some("a reply that leaves out the first record that failed")
}

/// A replay that did not find the records of a message that is a moment old has looked elsewhere: that is TODO 09.4.
fn found(run: &Run<'_>) {
    if run.stderr().contains("records left") {
        run.attributed_to("lab-09.4").succeeds();
    }
}

/// The lines of the days' digests, in the order of the posts.
fn lines(lab: &Lab) -> Vec<String> {
    let mut lines = lab.items(TABLE);
    lines.retain(|item| item["pk"].as_str().is_some_and(|pk| pk.starts_with("DIGEST#")) && item["sk"] != "CLOSED");
    lines.sort_by_key(|line| line["sk"].to_string());
    lines.iter().map(|line| line["line"].as_str().unwrap_or("(removed)").to_string()).collect()
}

/// The words of a digest with these titles.
fn digest(titles: &[String]) -> String {
    match titles {
        [] => "an empty digest".to_string(),
        titles => format!("a digest of {}", titles.join(", ")),
    }
}

/// Expects the day's digest to have these titles.
fn holds(lab: &Lab, delivered: &Delivered<'_>, titles: &[&str]) {
    let (wanted, lines) = (of_ada(titles), lines(lab));
    delivered.shows(lines == wanted, digest(&wanted), digest(&lines));
}

/// As [`holds`], after a replay.
fn holds_after(lab: &Lab, run: &Run<'_>, titles: &[&str]) {
    let (wanted, lines) = (of_ada(titles), lines(lab));
    run.shows(lines == wanted, digest(&wanted), digest(&lines));
}

fn of_ada(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| format!("Ada: {title}")).collect()
}

/// Runs the package's program that works off the queue.
fn replay<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Run<'lab> {
    lab.asks(todo, about).command("replay").env("TABLE_NAME", "board").env("QUEUE_URL", &lab.queue_url(QUEUE)).run()
}

/// A record's sequence number.
fn place(record: &Value) -> &Value {
    &record["dynamodb"]["SequenceNumber"]
}

/// How many messages the queue holds, in words.
fn in_words(messages: usize) -> String {
    match messages {
        0 => "no message in the queue".to_string(),
        1 => "1 message in the queue".to_string(),
        many => format!("{many} messages in the queue"),
    }
}
