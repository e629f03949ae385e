//! Lab 08, TODO 08.2: which records the event source mapping delivers.

use kit::Delivered;
use serde_json::{Value, json};

use crate::before::delivers_posts;
use crate::{changes, deployed, inserted, post, removed, text};

const TODO: &str = "lab-08.2";

/// How long a stream keeps a record, in seconds.
const DAY: i64 = 86_400;

#[test]
fn what_was_posted_before_the_mapping_is_delivered() {
    let lab = deployed(TODO);
    let delivered = changes(&lab, TODO, "posts are there before the mapping is")
        .put(&post(1, "Ice", 1, 0))
        .put(&post(2, "Skates", 1, 1))
        .before_the_mapping();
    delivers_posts(&delivered);
    delivers(&delivered, &["INSERT", "INSERT"]);
}

#[test]
fn the_function_is_told_of_posts_and_of_nothing_else() {
    let lab = deployed(TODO);
    let record = json!({ "pk": "ONCE#a1b2", "sk": "ONCE", "postId": "019ac000-0000-7000-8000-000000000001" });
    let settings = json!({ "pk": "BOARD#SETTINGS", "sk": "SETTINGS", "title": "The board" });
    let draft = json!({ "pk": "BOARD#DRAFTS", "sk": "POST#019ac000-0000-7000-8000-000000000002", "title": "Skates" });
    let delivered =
        changes(&lab, TODO, "a post with its idempotency record, settings, and a draft").put(&post(1, "Ice", 1, 0));
    let delivered = delivered.put(&record).put(&settings).put(&draft).delivered();
    delivers_posts(&delivered);
    delivers(&delivered, &["INSERT"]);
    let mut other = settings.clone();
    other["title"] = json!("Our board");
    let delivered = changes(&lab, TODO, "then the settings are changed, the draft goes, and the post is edited");
    let delivered = delivered.put(&other).delete(&draft).delete(&record).put(&post(1, "Thin ice", 2, 9)).delivered();
    delivers_posts(&delivered);
    delivers(&delivered, &["MODIFY"]);
    let age = &delivered.mapping()["MaximumRecordAgeInSeconds"];
    delivered.shows(
        age.as_i64().is_some_and(|age| age == -1 || age >= DAY),
        "a mapping that waits for a record as long as the stream keeps it, or has no MaximumRecordAgeInSeconds",
        format!("MaximumRecordAgeInSeconds is {age}: a post that is older than that is passed over"),
    );
    let window = &delivered.mapping()["MaximumBatchingWindowInSeconds"];
    delivered.shows(
        window.as_i64().unwrap_or_default() == 0,
        "a mapping that waits for no further posts: it has no MaximumBatchingWindowInSeconds",
        format!("MaximumBatchingWindowInSeconds is {window}: for so long readers do not see what was posted"),
    );
    lets_through_posts_whatever_they_are(
        &changes(&lab, TODO, "which records the mapping's pattern lets through").delivered(),
    );
}

/// Expects the mapping's filter to ask for nothing but the keys. The stream of a check has no record that is as large, as old or as
/// torn as these, and no time to live has removed anything yet, so the filter is given records that are made up.
fn lets_through_posts_whatever_they_are(delivered: &Delivered<'_>) {
    let record = || inserted(&post(1, "Ice", 1, 0), "800000000003126276362");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut record = record();
        change(&mut record);
        record
    };
    let keys = &record()["dynamodb"]["Keys"];
    let posts = [
        ("a new post of 400 KB", with(&|record| record["dynamodb"]["SizeBytes"] = json!(400_000))),
        (
            "a new post that has its keys and nothing else",
            with(&|record| record["dynamodb"]["NewImage"] = keys.clone()),
        ),
        (
            "a change of a post that has its keys and nothing else",
            with(&|record| {
                record["eventName"] = json!("MODIFY");
                record["dynamodb"]["OldImage"] = keys.clone();
                record["dynamodb"]["NewImage"] = keys.clone();
            }),
        ),
        (
            "a new post of a board in another region and account",
            with(&|record| {
                record["awsRegion"] = json!("eu-central-1");
                record["eventSourceARN"] =
                    json!("arn:aws:dynamodb:eu-central-1:210987654321:table/board/stream/2026-01-01T00:00:00.000");
            }),
        ),
        // DynamoDB's reference warns that this number may change at any time.
        ("a new post in a record of a later version", with(&|record| record["eventVersion"] = json!("1.2"))),
        (
            "a removal of a post, made by the table's time to live",
            with(&|record| {
                *record = removed(&post(1, "Ice", 1, 0), "800000000003126276362");
                record["dynamodb"]["OldImage"]["expiresAt"] = json!({ "N": "1795340400" });
                record["userIdentity"] = json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
            }),
        ),
        (
            "a new post with an id of another form, which a script has written",
            with(&|record| record["dynamodb"]["Keys"]["sk"]["S"] = json!("POST#welcome")),
        ),
    ];
    for (what, record) in posts {
        let passed = delivered.would_get(&record);
        delivered.shows(
            passed,
            "a pattern that asks for a post's key and for nothing else",
            format!("one that passes over {what}"),
        );
    }
    for pk in ["board", "Board", "KEYBOARD", "OLD#BOARD", "BOARD2", "BOARD#2", "BOARD ", " BOARD"] {
        let other = with(&|record| record["dynamodb"]["Keys"]["pk"]["S"] = json!(pk));
        let passed = delivered.would_get(&other);
        delivered.shows(
            !passed,
            "a pattern that lets through posts of BOARD alone",
            format!("one that lets through {pk:?} as well"),
        );
    }
}

#[test]
fn a_post_that_cannot_be_read_is_delivered_as_well() {
    let lab = deployed(TODO);
    let without_title = |mut post: Value| {
        post.as_object_mut().expect("a post").remove("title");
        post
    };
    let about = "a post is there, a script writes one without a title, and takes away the first one's";
    let delivered = changes(&lab, TODO, about).put(&post(1, "Ice", 1, 0)).put(&without_title(post(2, "", 1, 1)));
    let delivered = delivered.put(&without_title(post(1, "", 2, 9))).before_the_mapping();
    delivers_posts(&delivered);
    delivers(&delivered, &["INSERT", "INSERT", "MODIFY"]);
}

#[test]
fn a_removal_is_delivered_as_well() {
    let lab = deployed(TODO);
    let ice = post(1, "Ice", 1, 0);
    let delivered = changes(&lab, TODO, "a post is posted and deleted").put(&ice).delete(&ice).before_the_mapping();
    delivers_posts(&delivered);
    delivers(&delivered, &["INSERT", "REMOVE"]);
}

#[test]
fn an_edit_is_delivered_as_well() {
    let lab = deployed(TODO);
    let posted = changes(&lab, TODO, "a post is posted, and edited twice").put(&post(1, "Ice", 1, 0));
    let edited = posted.put(&post(1, "Thin ice", 2, 9)).put(&post(1, "Thick ice", 3, 12));
    let delivered = edited.before_the_mapping();
    delivers_posts(&delivered);
    delivers(&delivered, &["INSERT", "MODIFY", "MODIFY"]);
}

fn delivers(delivered: &Delivered<'_>, wanted: &[&str]) {
    let names: Vec<&str> = delivered.records().into_iter().map(|record| text(record, "eventName")).collect();
    delivered.shows(
        names == wanted,
        format!("records of {}", wanted.join(" and ")),
        format!("of {}", names.join(", ")),
    );
}
