//! Lab 08, TODO 08.5: where an event stands in the feed.

use serde_json::{Value, json};

use crate::before::judged;
use crate::{TABLE, changes, deployed, edited, inserted, post, removed, says};

const TODO: &str = "lab-08.5";

#[test]
fn the_order_is_the_streams_whatever_the_clocks_say() {
    let lab = deployed(TODO);
    // It is New Year's Eve, so that no part of the time is in the stream's order. Nor are the posts' ids.
    let at = |mut post: Value, moment: &str| {
        post["updatedAt"] = json!(moment);
        post
    };
    let delivered = changes(&lab, TODO, "the second post comes from an environment whose clock is 30 seconds slow")
        .put(&at(post(2, "Ice", 1, 0), "2027-01-01T00:00:10.500Z"))
        .put(&at(post(1, "Skates", 1, 0), "2026-12-31T23:59:40.500Z"))
        .delivered();
    judged(&lab, &delivered);
    says(&lab, &delivered, &["posted Skates", "posted Ice"]);
    let again = delivered.again();
    judged(&lab, &again);
    says(&lab, &again, &["posted Skates", "posted Ice"]);
}

#[test]
fn two_records_of_one_second_are_two_events() {
    let lab = deployed(TODO);
    let batch =
        [vec![inserted(&post(1, "Ice", 1, 1), EARLY), inserted(&post(2, "Skates", 1, 1), "800000000003126276363")]];
    let delivered = lab.asks(TODO, "two posts in the same second").hands(TABLE, &batch);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Skates", "posted Ice"]);
    let again = lab.asks(TODO, "two posts in the same second, delivered twice").hands(TABLE, &batch);
    judged(&lab, &again);
    says(&lab, &again, &["posted Skates", "posted Ice"]);
}

#[test]
fn a_longer_number_is_a_later_place() {
    let lab = deployed(TODO);
    let late = inserted(&post(2, "Skates", 1, 2), "4421584500000000017450439091");
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), EARLY), late]];
    let delivered = lab.asks(TODO, "sequence numbers of 21 and of 28 digits").hands(TABLE, &batch);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Skates", "posted Ice"]);
    let again = lab.asks(TODO, "sequence numbers of 21 and of 28 digits, delivered twice").hands(TABLE, &batch);
    judged(&lab, &again);
    says(&lab, &again, &["posted Skates", "posted Ice"]);
}

#[test]
fn the_longest_numbers_have_forty_digits() {
    let lab = deployed(TODO);
    let numbers = [EARLY, "4421584500000000017450439091", &"9".repeat(39), &format!("1{}", "0".repeat(39))];
    let titles = ["Ice", "Skates", "Sledge", "Snow"];
    let records =
        (1..).zip(numbers.iter().zip(titles)).map(|(n, (number, title))| inserted(&post(n, title, 1, n), number));
    let batch = [records.collect::<Vec<_>>()];
    let wanted = ["posted Snow", "posted Sledge", "posted Skates", "posted Ice"];
    let delivered = lab.asks(TODO, "sequence numbers of 21, 28, 39 and 40 digits").hands(TABLE, &batch);
    delivered.succeeds();
    says(&lab, &delivered, &wanted);
    let again = lab.asks(TODO, "sequence numbers of 21, 28, 39 and 40 digits, delivered twice").hands(TABLE, &batch);
    judged(&lab, &again);
    says(&lab, &again, &wanted);
}

#[test]
fn the_order_is_the_streams_whatever_happened() {
    let lab = deployed(TODO);
    let (ice, thin, skates) = (post(1, "Ice", 1, 1), post(1, "Thin ice", 2, 2), post(2, "Skates", 1, 3));
    let number = |n: u32| format!("80000000000312627636{n}");
    let records = [
        inserted(&ice, &number(1)),
        edited(&ice, &thin, &number(2)),
        inserted(&skates, &number(3)),
        removed(&thin, &number(4)),
        inserted(&post(3, "Sledge", 1, 5), &number(5)),
        edited(&skates, &post(2, "Snow", 2, 6), &number(6)),
    ];
    let with_id = |(n, mut record): (u32, Value)| {
        record["eventID"] = json!(format!("{:0>32}", 99 - n));
        record
    };
    let batch = [(1..).zip(records).map(with_id).collect::<Vec<_>>()];
    let about = "posts are posted, edited and deleted in turn";
    let delivered = lab.asks(TODO, about).hands(TABLE, &batch);
    judged(&lab, &delivered);
    let wanted = ["edited Snow", "posted Sledge", "deleted Thin ice", "posted Skates", "edited Thin ice", "posted Ice"];
    // What is missing or told otherwise is a matter of the meaning.
    says(&lab, &delivered.attributed_to("lab-08.3"), &wanted);
    let again = lab.asks(TODO, "posts are posted, edited and deleted in turn, delivered twice").hands(TABLE, &batch);
    judged(&lab, &again);
    says(&lab, &again.attributed_to("lab-08.3"), &wanted);
}

/// A sequence number of 21 digits.
const EARLY: &str = "800000000003126276362";
