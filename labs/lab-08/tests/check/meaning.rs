//! Lab 08, TODO 08.3: what a record means to readers of the board.

use kit::lab;
use serde_json::json;

use crate::before::judged;
use crate::{changes, counts, events, post, says, total};

const TODO: &str = "lab-08.3";

#[test]
fn posting_editing_and_deleting_are_told_apart() {
    let lab = lab!();
    let edited = post(1, "Thin ice", 2, 9);
    let delivered = changes(&lab, TODO, "a post is posted, edited and deleted")
        .put(&post(1, "Ice", 1, 0))
        .put(&edited)
        .delete(&edited)
        .delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    says(&lab, &delivered, &["deleted Thin ice", "edited Thin ice", "posted Ice"]);
    counts(&lab, &delivered, 0);
}

#[test]
fn a_removed_post_leaves_the_count() {
    let lab = lab!();
    let (ice, skates) = (post(1, "Ice", 1, 0), post(2, "Skates", 1, 1));
    let delivered =
        changes(&lab, TODO, "two posts are posted, one is deleted").put(&ice).put(&skates).delete(&ice).delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    counts(&lab, &delivered, 1);
    let mut stored = events(&lab);
    for event in &mut stored {
        // Where an event stands belongs to another TODO.
        event["sk"].take();
    }
    stored.push(total(&lab));
    delivered.matches_snapshot("two_posted_one_deleted", &stored);
}

#[test]
fn a_repair_of_the_table_is_not_an_edit() {
    let lab = lab!();
    let mut repaired = post(1, "Ice", 1, 0);
    repaired["mood"] = json!("cold");
    let delivered = changes(&lab, TODO, "a script adds an attribute to a post, and its version stays")
        .put(&post(1, "Ice", 1, 0))
        .put(&repaired)
        .delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Ice"]);
    // A table of its own: in which order two events stand belongs to another TODO.
    let lab = lab!();
    let about = "a script brings a post from a backup, with its third version";
    let delivered = changes(&lab, TODO, about).put(&post(2, "Skates", 3, 1)).delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Skates"]);
    counts(&lab, &delivered, 1);
    let mut torn = post(3, "Tea", 1, 2);
    torn["title"].take();
    let delivered = changes(&lab, TODO, "a script writes a post without a title").put(&torn).delivered();
    judged(&lab, &delivered);
    delivered.shows(
        delivered.invocations().iter().all(|one| !one.succeeded()),
        "the record reported as failed: it is about a post, and the feed lacks it",
        "a reply that says that all is done: nobody is told that the post is missing",
    );
}

#[test]
fn it_is_the_version_that_makes_an_edit() {
    let lab = lab!();
    let changed = |mut post: serde_json::Value, name: &str, to: &str| {
        post[name] = json!(to);
        post
    };
    let edited = post(1, "Thin ice", 2, 9);
    let touched = post(1, "Thin ice", 2, 20);
    let edited_again = changed(post(1, "Thin ice", 3, 30), "body", "Words of her own.");
    let renamed = changed(edited_again.clone(), "title", "ICE");
    let about =
        "a post is edited, a script sets its time, its author changes the text alone, a script changes the title";
    let changes = changes(&lab, TODO, about).put(&post(1, "Ice", 1, 0)).put(&edited).put(&touched).put(&edited_again);
    let delivered = changes.put(&renamed).delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    says(&lab, &delivered, &["edited Thin ice", "edited Thin ice", "posted Ice"]);
    counts(&lab, &delivered, 1);
}
