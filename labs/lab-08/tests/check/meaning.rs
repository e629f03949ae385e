//! Lab 08, TODO 08.3: what a record means to readers of the board.

use serde_json::{Value, json};

use crate::before::{delivers_each, judged};
use crate::{TABLE, changes, counts, deployed, events, inserted, post, removed, says, text, total};

const TODO: &str = "lab-08.3";

#[test]
fn posting_editing_and_deleting_are_told_apart() {
    let lab = deployed(TODO);
    let edited = post(1, "Thin ice", 2, 9);
    let delivered = changes(&lab, TODO, "a post is posted, edited and deleted")
        .put(&post(1, "Ice", 1, 0))
        .put(&edited)
        .delete(&edited)
        .delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 3);
    delivered.succeeds();
    says(&lab, &delivered, &["deleted Thin ice", "edited Thin ice", "posted Ice"]);
    counts(&lab, &delivered, 0);
    // What was posted and what was edited says when; of a removal the stream knows the second alone.
    let events = events(&lab);
    let at: Vec<&str> = events[1..].iter().map(|event| text(event, "at")).collect();
    delivered.shows(
        at == [text(&edited, "updatedAt"), text(&post(1, "Ice", 1, 0), "updatedAt")],
        "an edit and a posting at 09:41:09.500 and 09:41:00.500: each at the updatedAt that the post then had",
        format!("at {}", at.join(" and ")),
    );
}

#[test]
fn a_removed_post_leaves_the_count() {
    let lab = deployed(TODO);
    let (ice, skates) = (post(1, "Ice", 1, 0), post(2, "Skates", 1, 1));
    let delivered =
        changes(&lab, TODO, "two posts are posted, one is deleted").put(&ice).put(&skates).delete(&ice).delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 3);
    delivered.succeeds();
    says(&lab, &delivered, &["deleted Ice", "posted Skates", "posted Ice"]);
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
    let lab = deployed(TODO);
    let mut repaired = post(1, "Ice", 1, 0);
    repaired["mood"] = json!("cold");
    let delivered = changes(&lab, TODO, "a script adds an attribute to a post, and its version stays")
        .put(&post(1, "Ice", 1, 0))
        .put(&repaired)
        .delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 2);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Ice"]);
    // A table of its own: in which order two events stand belongs to another TODO.
    let lab = deployed(TODO);
    let about = "a script brings a post from a backup, with its third version";
    let delivered = changes(&lab, TODO, about).put(&post(2, "Skates", 3, 1)).delivered();
    judged(&lab, &delivered);
    delivered.succeeds();
    says(&lab, &delivered, &["posted Skates"]);
    counts(&lab, &delivered, 1);
    reports_what_it_cannot_read();
    says_nothing_of_a_torn_post_that_is_mended();
}

#[test]
fn a_post_is_told_of_whoever_wrote_it_and_whatever_its_title() {
    let lab = deployed(TODO);
    let (long, spaced) = (["ice "; 25].concat(), "  Ice  ");
    let titles = [&long, spaced, "", "Ice & <b>snow</b>"];
    let number = |n: u32| format!("80000000000312627636{n}");
    let authors = [&long, spaced, "", "Ada & <b>Grace</b>"];
    let by = |n: u32| {
        let mut post = post(n, titles[n as usize - 1], 0, n);
        post["author"] = json!(authors[n as usize - 1]);
        post
    };
    let mut batch: Vec<Value> = (1..=4).map(|n| inserted(&by(n), &number(n))).collect();
    // What has passed its time to live is removed by DynamoDB itself, which says so.
    // <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html>
    let mut expired = removed(&by(2), &number(5));
    expired["eventID"] = json!(number(5));
    expired["userIdentity"] = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
    batch.push(expired);
    let mut gone = removed(&by(3), &number(6));
    gone["eventID"] = json!(number(6));
    batch.push(gone);
    let about = "posts with a title of 100 letters, with spaces around one, with none, and with HTML in it, by authors that are called so; \
                 the second expires, and the third is deleted";
    let delivered = lab.asks(TODO, about).hands(TABLE, &[batch]);
    judged(&lab, &delivered);
    delivered.succeeds();
    let wanted = [
        "deleted ",
        &format!("deleted {spaced}"),
        "posted Ice & <b>snow</b>",
        "posted ",
        &format!("posted {spaced}"),
        &format!("posted {long}"),
    ];
    says(&lab, &delivered, &wanted);
    counts(&lab, &delivered, 2);
    let events = events(&lab);
    let told: Vec<&str> = events.iter().map(|event| text(event, "author")).collect();
    let wanted = ["", spaced, authors[3], "", spaced, &long];
    let expected = format!("authors as the posts have them, newest first: {wanted:?}");
    delivered.shows(told == wanted, expected, format!("{told:?}"));
}

/// Expects nothing to be said of a script that gives a post back its title, at the version that it had. Whether the record is reported,
/// because what was cannot be read, is left open.
fn says_nothing_of_a_torn_post_that_is_mended() {
    let lab = deployed(TODO);
    let mut record = inserted(&post(3, "Tea", 2, 2), "800000000003126276362");
    record["eventName"] = json!("MODIFY");
    let mut torn = record["dynamodb"]["NewImage"].clone();
    torn.as_object_mut().expect("an image").remove("title");
    record["dynamodb"]["OldImage"] = torn;
    let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361"), record]];
    let about = "a script gives a post its title back, and its version stays";
    let delivered = lab.asks(TODO, about).hands(TABLE, &batch);
    says(&lab, &delivered, &["posted Ice"]);
}

/// Expects a record of a post without a title to be reported, whatever happened to the post.
fn reports_what_it_cannot_read() {
    for (name, version, about) in [
        ("INSERT", 2, "a script has written a post without a title"),
        ("MODIFY", 2, "a script has taken away the title of a post"),
        ("MODIFY", 1, "a script has taken away the title of a post, and its version stays"),
        ("REMOVE", 2, "a post without a title was deleted"),
    ] {
        let lab = deployed(TODO);
        let mut record = inserted(&post(3, "Tea", version, 2), "800000000003126276362");
        record["eventName"] = json!(name);
        let told = &mut record["dynamodb"];
        let mut torn = told["NewImage"].take();
        told["OldImage"] = torn.clone();
        told["OldImage"]["version"] = json!({ "N": "1" });
        torn.as_object_mut().expect("an image").remove("title");
        match name {
            "INSERT" => (told["OldImage"], told["NewImage"]) = (Value::Null, torn),
            "REMOVE" => told["OldImage"] = torn,
            _ => told["NewImage"] = torn,
        }
        told.as_object_mut().expect("a change").retain(|_, value| !value.is_null());
        let batch = [vec![inserted(&post(1, "Ice", 1, 1), "800000000003126276361"), record]];
        let delivered = lab.asks(TODO, about).hands(TABLE, &batch);
        let got = match delivered.invocations().first() {
            Some(one) if one.failed() => "an error of the whole function: the records before it come again as well",
            _ => "a reply that says that all is done: nobody is told that the event is missing",
        };
        let place = &batch[0][1]["dynamodb"]["SequenceNumber"];
        delivered.shows(
            delivered.invocations().iter().all(|one| one.reported() == [place.clone()]),
            "the record reported as failed: it is about a post, and the feed lacks it",
            got,
        );
        says(&lab, &delivered, &["posted Ice"]);
    }
}

#[test]
fn it_is_the_version_that_makes_an_edit() {
    let lab = deployed(TODO);
    let changed = |mut post: Value, name: &str, to: &str| {
        post[name] = json!(to);
        post
    };
    let edited = post(1, "Thin ice", 2, 9);
    let touched = post(1, "Thin ice", 2, 20);
    let edited_again = changed(post(1, "Thin ice", 3, 30), "body", "Words of her own.");
    let renamed = changed(edited_again.clone(), "title", "ICE");
    let about =
        "a post is edited, a script sets its time, its author changes the text alone, a script changes the title";
    let edited = changes(&lab, TODO, about).put(&post(1, "Ice", 1, 0)).put(&edited).put(&touched).put(&edited_again);
    let delivered = edited.put(&renamed).delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 5);
    delivered.succeeds();
    says(&lab, &delivered, &["edited Thin ice", "edited Thin ice", "posted Ice"]);
    counts(&lab, &delivered, 1);
    // A table of its own: what was edited before is not asked again.
    let lab = deployed(TODO);
    let about = "a post's versions are 0, 4,294,967,296, and 0 again, because a script has brought it back from a backup, and 1";
    let versions = changes(&lab, TODO, about).put(&post(1, "Ice", 0, 0)).put(&post(1, "Thin ice", 1 << 32, 9));
    let delivered = versions.put(&post(1, "Ice", 0, 0)).put(&post(1, "Black ice", 1, 0)).delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 4);
    delivered.succeeds();
    says(&lab, &delivered, &["edited Black ice", "edited Ice", "edited Thin ice", "posted Ice"]);
    counts(&lab, &delivered, 1);
    // Whatever else of the post has changed, or not.
    let lab = deployed(TODO);
    let with = |version: u64, name: &str, to: &str| changed(post(1, "Ice", version, 0), name, to);
    let about = "a post has another author, then another moment of posting, then a mood, in a new version each time";
    let versions = changes(&lab, TODO, about).put(&post(1, "Ice", 1, 0)).put(&with(2, "author", "Grace"));
    let versions = versions.put(&with(3, "createdAt", "2026-11-21T09:41:00.500Z")).put(&with(4, "mood", "cold"));
    let delivered = versions.delivered();
    judged(&lab, &delivered);
    delivers_each(&delivered, 4);
    delivered.succeeds();
    says(&lab, &delivered, &["edited Ice", "edited Ice", "edited Ice", "posted Ice"]);
    counts(&lab, &delivered, 1);
    // It has its first author again from its third version on.
    let authors: Vec<String> = events(&lab).iter().map(|event| text(event, "author").to_string()).collect();
    let wanted = ["Ada", "Ada", "Grace", "Ada"];
    let expected =
        format!("events of a post by {}, newest first: each with the author that the post then had", wanted.join(", "));
    delivered.shows(authors == wanted, expected, format!("events of a post by {}", authors.join(", ")));
}
