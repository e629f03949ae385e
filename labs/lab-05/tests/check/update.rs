//! lab-05.4: a change is made to the version that its author has seen, or not at all.

use kit::lab;
use serde_json::{Value, json};

use crate::{AHEAD, NOBODYS_ID, asks, in_words, is_readable_error, path, posted, stored};

fn edit(title: &str, version: u64) -> Value {
    json!({ "title": title, "body": "Other words.", "version": version })
}

#[test]
fn the_second_of_two_changes_to_one_version_is_refused() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.4", "First");
    let changed = asks(&lab, "lab-05.4", "change version 1").json(&edit("Second", 1)).put(&path(&post));
    changed.has_status(200);
    changed.has_field("version", 2);
    changed.matches_snapshot("updates_a_post");
    let stale = asks(&lab, "lab-05.4", "change version 1 once more").json(&edit("Third", 1)).put(&path(&post));
    let stale = is_readable_error(stale, 409, "stale_version");
    stale.has_field("current.title", "Second");
    stale.in_own_words("error.message").matches_snapshot("refuses_a_stale_update");
    // What is written may be what is there: the version decides.
    let about = "change version 1 once more, to the very words that version 2 has";
    let same = asks(&lab, "lab-05.4", about).json(&edit("Second", 1)).put(&path(&post));
    is_readable_error(same, 409, "stale_version").has_field("current.version", 2);
    let about = "change version 2, to the very words that it has";
    let same = asks(&lab, "lab-05.4", about).json(&edit("Second", 2)).put(&path(&post));
    same.has_status(200);
    same.has_field("version", 3);
    let about = "change version 1 of a post at version 3";
    let stale = asks(&lab, "lab-05.4", about).json(&edit("Fourth", 1)).put(&path(&post));
    is_readable_error(stale, 409, "stale_version").has_field("current.version", 3);
}

/// Numbers at which a type that is too small, or not exact, shows: beyond 8 and 32 bits, and beyond the exact whole numbers of 32
/// bits with a fraction.
const VERSIONS: [u64; 4] = [256, 65_536, 16_777_217, (1 << 32) + 1];

#[test]
fn a_version_may_be_large() {
    let lab = lab!();
    for version in VERSIONS {
        let mut post = stored(1, "First");
        post["version"] = json!(version);
        // Of an environment whose clock was ahead.
        post["updatedAt"] = json!(AHEAD);
        lab.stores("BoardTable", &post);
        let about = format!("change version {} of a post at version {version}", version - 1);
        let stale = asks(&lab, "lab-05.4", &about).json(&edit("Second", version - 1)).put(&path(&post));
        is_readable_error(stale, 409, "stale_version").has_field("current.version", version);
        let about = format!("change version 1 of a post at version {version}");
        let long_ago = asks(&lab, "lab-05.4", &about).json(&edit("Second", 1)).put(&path(&post));
        is_readable_error(long_ago, 409, "stale_version").has_field("current.version", version);
        let about = format!("change version {version}");
        let changed = asks(&lab, "lab-05.4", &about).json(&edit("Second", version)).put(&path(&post));
        changed.has_status(200);
        changed.has_field("version", version + 1);
        for kept in ["id", "author", "createdAt"] {
            let (was, is) = (&post[kept], changed.field(kept));
            changed.shows(
                is == *was,
                format!("{kept} as it was: {was}"),
                format!("{kept} is {is}, and a change of title and body leaves it as it was"),
            );
        }
        changed.shows(
            changed.field("updatedAt") != post["updatedAt"],
            "the moment of this change as updatedAt",
            "updatedAt as it was before",
        );
    }
}

#[test]
fn a_version_that_does_not_exist_yet_is_refused_too() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.4", "First");
    let early =
        asks(&lab, "lab-05.4", "change version 2 of a post at version 1").json(&edit("Second", 2)).put(&path(&post));
    is_readable_error(early, 409, "stale_version").has_field("current.version", 1);
    let kept = asks(&lab, "lab-05.4", "read what is left").get(&path(&post));
    kept.has_status(200);
    kept.has_field("title", "First");
}

#[test]
fn a_change_makes_no_new_post() {
    let lab = lab!();
    let answer = asks(&lab, "lab-05.4", "change a post that does not exist")
        .json(&edit("New", 1))
        .put(&format!("/board/{NOBODYS_ID}"));
    let answer = is_readable_error(answer, 404, "no_such_post");
    let items = lab.items("BoardTable").len();
    answer.shows(items == 0, "the table stays empty", format!("the table holds {items} item(s)"));
}

#[test]
fn the_version_is_compared_in_the_moment_of_the_write() {
    let lab = lab!();
    let post = posted(&lab, "lab-05.4", "First");
    let seen = lab.table_calls().len();
    let changed = asks(&lab, "lab-05.4", "change version 1").json(&edit("Second", 1)).put(&path(&post));
    changed.has_status(200);
    let calls = lab.table_calls_since(seen);
    let unconditional = calls.iter().find(|call| is_a_write(call) && !call.request["ConditionExpression"].is_string());
    changed.shows(
        calls.iter().any(is_a_write) && unconditional.is_none(),
        "a write with a ConditionExpression: DynamoDB compares the version in the moment of the write",
        format!("a write without one; {}. Somebody else can write between two calls", in_words(&calls)),
    );
    changed.shows(calls.len() == 1, "one call of the table for a change that is allowed", in_words(&calls));
}

fn is_a_write(call: &kit::DynamoDbRequest) -> bool {
    ["PutItem", "UpdateItem", "DeleteItem"].contains(&call.operation.as_str())
}
