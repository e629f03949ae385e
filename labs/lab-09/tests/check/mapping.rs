//! Lab 09, TODO 09.1: what the mapping does with a record that fails.

use serde_json::json;

use crate::{QUEUE, bad_post, changes, deployed, holds, in_words, judged, place, post};

const TODO: &str = "lab-09.1";

#[test]
fn what_stands_after_a_bad_record_arrives() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a bad post between two good ones").put(&post(1, "Ice")).put(&bad_post(2));
    let delivered = delivered.put(&post(3, "Skates")).delivered();
    delivered.settles();
    holds(&lab, &delivered, &["Ice", "Skates"]);
}

#[test]
fn a_bad_record_is_set_aside_and_not_dropped() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "a bad post").put(&bad_post(1)).delivered();
    judged(&delivered);
    let messages = lab.messages(QUEUE);
    delivered.shows(messages.len() == 1, in_words(1), in_words(messages.len()));
    let batch = &messages[0]["DDBStreamBatchInfo"];
    let (wanted, got) = (place(delivered.records()[0]), [&batch["startSequenceNumber"], &batch["endSequenceNumber"]]);
    delivered.shows(
        got == [wanted, wanted],
        "a message that points at the bad record",
        format!("it points at {got:?}"),
    );
}

#[test]
fn a_batch_whose_function_died_is_halved() {
    let lab = deployed(TODO);
    let delivered =
        changes(&lab, TODO, "who finds the record that ends the whole process?").put(&post(1, "Ice")).delivered();
    let bisects = &delivered.mapping()["BisectBatchOnFunctionError"];
    delivered.shows(
        *bisects == json!(true),
        "BisectBatchOnFunctionError: true",
        format!("{bisects}: a function that died has named no record"),
    );
}
