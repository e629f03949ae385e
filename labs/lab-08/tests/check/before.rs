//! What stands in the way of a verdict: a test is about one TODO, and must not send there for what belongs to another.

use std::collections::BTreeSet;

use kit::{Delivered, Lab};
use serde_json::Value;

use crate::{events, text};

/// Expects what the test's own TODO takes for granted: posts were delivered and nothing else (TODO 08.2), each record shows enough
/// (TODO 08.1), the table refused no write (TODO 08.4), each event has one place (TODO 08.5).
pub(crate) fn judged(lab: &Lab, delivered: &Delivered<'_>) {
    delivers_posts(delivered);
    shows_images(delivered);
    let refused = delivered.invocations().iter().any(|one| one.log().contains("service error"));
    if refused {
        delivered.attributed_to("lab-08.4").succeeds();
    }
    has_one_place(lab, delivered);
}

/// Expects records, and none but those of posts.
pub(crate) fn delivers_posts(delivered: &Delivered<'_>) {
    let delivered = delivered.attributed_to("lab-08.2");
    if delivered.records().is_empty() {
        delivered.succeeds();
    }
    for record in delivered.records() {
        let key = key(record);
        let shown = if key.contains("EVENT#") { "FEED / EVENT#…" } else { &key };
        delivered.shows(
            key.starts_with("BOARD / POST#"),
            "records of posts alone",
            format!("others as well, the first of them {shown}: each of them is delivered, and paid for"),
        );
    }
}

/// Expects a record of each write, where every one was about a post.
pub(crate) fn delivers_each(delivered: &Delivered<'_>, writes: usize) {
    let (delivered, records) = (delivered.attributed_to("lab-08.2"), delivered.records().len());
    let got = format!("{records}: the feed cannot tell what was not delivered");
    delivered.shows(records == writes, format!("a record of each write, {writes} in all"), got);
}

/// Expects each record to show what its change is understood by.
pub(crate) fn shows_images(delivered: &Delivered<'_>) {
    let delivered = delivered.attributed_to("lab-08.1");
    for record in delivered.records() {
        for image in images(record) {
            delivered.shows(
                record["dynamodb"].get(image).is_some(),
                format!("a record of {} that has {image}", text(record, "eventName")),
                format!("none; the stream's view is {}", text(&record["dynamodb"], "StreamViewType")),
            );
        }
    }
}

/// The key of the item that a record is about: `BOARD / POST#…`.
fn key(record: &Value) -> String {
    let keys = &record["dynamodb"]["Keys"];
    format!("{} / {}", text(&keys["pk"], "S"), text(&keys["sk"], "S"))
}

/// The images that tell what a record's change was.
fn images(record: &Value) -> Vec<&'static str> {
    match text(record, "eventName") {
        "INSERT" => vec!["NewImage"],
        "REMOVE" => vec!["OldImage"],
        _ => vec!["OldImage", "NewImage"],
    }
}

/// Expects each record to have left one event.
fn has_one_place(lab: &Lab, delivered: &Delivered<'_>) {
    let events = events(lab);
    let records: BTreeSet<&str> = events.iter().map(|event| text(event, "id")).collect();
    delivered.attributed_to("lab-08.5").shows(
        records.len() == events.len(),
        "one event for each record",
        "one record has two events: the event's key is different each time the record is delivered",
    );
}
