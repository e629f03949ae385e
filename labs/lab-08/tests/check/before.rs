//! What stands in the way of a verdict: a test is about one hole, and must not blame it for another.

use std::collections::BTreeMap;

use kit::{Delivered, Lab};
use serde_json::Value;

use crate::{events, text};

/// Ends the test for another hole than its own, if one of these is the matter: nothing was delivered or too much (hole 2), a
/// record shows too little (hole 1), the table refused a write (hole 4), an event has two places (hole 5).
pub(crate) fn judged(lab: &Lab, told: &Delivered<'_>) {
    delivers_posts(told);
    shows_images(told);
    let refused = told.invocations().iter().any(|one| one.log().contains("service error"));
    if refused {
        told.owed_to("lab-08.4").succeeds();
    }
    has_one_place(lab, told);
}

/// Expects records, and none but those of posts.
pub(crate) fn delivers_posts(told: &Delivered<'_>) {
    let told = told.owed_to("lab-08.2");
    if told.records().is_empty() {
        told.succeeds();
    }
    let keys = told.records().into_iter().map(|record| &record["dynamodb"]["Keys"]);
    let key = |keys: &Value| format!("{} / {}", text(&keys["pk"], "S"), text(&keys["sk"], "S"));
    let foreign: Vec<String> = keys.map(key).filter(|key| !key.starts_with("BOARD / POST#")).collect();
    if let Some(first) = foreign.first() {
        let first = if first.contains("EVENT#") { "FEED / EVENT#…" } else { first };
        let came = format!("others as well, the first of them {first}: each of them is delivered, and paid for");
        told.fails("records of posts alone", &came);
    }
}

/// Expects each record to show what its change is understood by.
pub(crate) fn shows_images(told: &Delivered<'_>) {
    for record in told.records() {
        let lacking = images(record).into_iter().find(|image| record["dynamodb"].get(image).is_none());
        if let Some(image) = lacking {
            let expected = format!("a record of {} that has {image}", text(record, "eventName"));
            let came = format!("none; the stream's view is {}", text(&record["dynamodb"], "StreamViewType"));
            told.owed_to("lab-08.1").fails(&expected, &came);
        }
    }
}

fn images(record: &Value) -> Vec<&'static str> {
    match text(record, "eventName") {
        "INSERT" => vec!["NewImage"],
        "REMOVE" => vec!["OldImage"],
        _ => vec!["OldImage", "NewImage"],
    }
}

fn has_one_place(lab: &Lab, told: &Delivered<'_>) {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for event in events(lab) {
        *places.entry(text(&event, "id").to_string()).or_default() += 1;
    }
    if places.values().any(|places| *places > 1) {
        let came = "one record stands at two places: its key is another one each time it comes";
        told.owed_to("lab-08.5").fails("one event for each record", came);
    }
}
