//! Lab 08, streams: what the table's stream delivers to the feed's function, and what the feed then says.
//!
//! Every test begins with an empty table. A test changes posts as the board would, waits until the stream is at its end and
//! reads the feed, newest first. Read the tests in the order of the TODOs: `view`, `mapping`, `meaning`, `once` with
//! `answers`, `order`.

#[path = "check/answers.rs"]
mod answers;
#[path = "check/before.rs"]
mod before;
#[path = "check/mapping.rs"]
mod mapping;
#[path = "check/meaning.rs"]
mod meaning;
#[path = "check/once.rs"]
mod once;
#[path = "check/order.rs"]
mod order;
#[path = "check/view.rs"]
mod view;

use kit::{Changes, Delivered, Deployment, Failure, Lab, deployment};
use serde_json::{Value, json};

/// The board's table, as the template calls it.
const TABLE: &str = "BoardTable";

/// The lab, for a test about `todo`. AWS refuses a mapping, or a stream, that it cannot make.
fn deployed(todo: &'static str) -> Lab {
    attributed(deployment!(), todo)
}

/// As [`deployed`], with functions whose SDK tries each call once.
fn deployed_without_retries(todo: &'static str) -> Lab {
    attributed(deployment!().without_retries(), todo)
}

fn attributed(deployment: Deployment, todo: &'static str) -> Lab {
    deployment
        .attribute(Failure::ResourceRefused("BoardTable"), "lab-08.1")
        .attribute(Failure::ResourceRefused("BoardFeedFunctionPosts"), "lab-08.2")
        .attribute(Failure::ResourceRefused("BoardFeedFunction.Properties.Events"), "lab-08.2")
        .about(todo)
        .deployed()
}

/// A post as the board stores it: `n` makes its id, `at` is the second of its last change.
fn post(n: u32, title: &str, version: u64, at: u32) -> Value {
    let id = format!("019ac000-0000-7000-8000-{n:012}");
    json!({
        "pk": "BOARD", "sk": format!("POST#{id}"), "id": id, "title": title, "body": "Words.", "author": "Ada",
        "createdAt": "2026-11-22T09:41:00.500Z", "updatedAt": format!("2026-11-22T09:41:{at:02}.500Z"), "version": version,
    })
}

/// The record of a new post that a shard could hold at this place, in the second of its creation. Ids of records do not grow with
/// their places.
fn inserted(post: &Value, sequence_number: &str) -> Value {
    let keys = json!({ "pk": { "S": post["pk"] }, "sk": { "S": post["sk"] } });
    let mut image = keys.clone();
    for name in ["id", "title", "body", "author", "createdAt", "updatedAt"] {
        image[name] = json!({ "S": post[name] });
    }
    image["version"] = json!({ "N": post["version"].to_string() });
    json!({
        "eventID": format!("{:0>32}", 9_999 - text(post, "id").rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(0)),
        "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "ap-northeast-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_340_460, "Keys": keys,
            "NewImage": image, "SequenceNumber": sequence_number, "SizeBytes": 210,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000",
    })
}

/// As [`inserted`], of a post that was removed.
fn removed(post: &Value, sequence_number: &str) -> Value {
    let mut record = inserted(post, sequence_number);
    record["eventName"] = json!("REMOVE");
    if let Some(change) = record["dynamodb"].as_object_mut() {
        let image = change.remove("NewImage");
        change.extend(image.map(|image| ("OldImage".to_string(), image)));
    }
    record
}

/// As [`inserted`], of a post that was edited.
fn edited(before: &Value, after: &Value, sequence_number: &str) -> Value {
    let mut record = inserted(after, sequence_number);
    record["eventName"] = json!("MODIFY");
    record["dynamodb"]["OldImage"] = inserted(before, sequence_number)["dynamodb"]["NewImage"].take();
    record
}

/// Begins changes of the board's table, for a TODO.
fn changes<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Changes<'lab> {
    lab.asks(todo, about).changes(TABLE)
}

/// The feed's events, newest first, as `GET /board/activity` reads them.
fn events(lab: &Lab) -> Vec<Value> {
    let mut events = lab.items(TABLE);
    events.retain(|item| item["pk"] == "FEED" && text(item, "sk").starts_with("EVENT#"));
    events.sort_by(|one, other| text(other, "sk").cmp(text(one, "sk")));
    events
}

/// The item that holds the number of posts; null where there is none yet.
fn total(lab: &Lab) -> Value {
    let mut items = lab.items(TABLE).into_iter();
    items.find(|item| item["pk"] == "FEED" && item["sk"] == "TOTAL").unwrap_or_default()
}

/// The feed in words, newest first: `posted Ice`.
fn feed(lab: &Lab) -> Vec<String> {
    events(lab).iter().map(|event| format!("{} {}", text(event, "type"), text(event, "title"))).collect()
}

/// Expects the feed to say this, newest first.
fn says(lab: &Lab, delivered: &Delivered<'_>, wanted: &[&str]) {
    let feed = feed(lab);
    let expected = format!("the feed, newest first: {}", listed(wanted));
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let moved = sorted(feed.clone()) == sorted(wanted.iter().map(|text| (*text).to_string()).collect());
    // All of it in another order is a matter of the places.
    let delivered = if moved { delivered.attributed_to("lab-08.5") } else { delivered.clone() };
    delivered.shows(feed == wanted, expected, format!("it says: {}", listed(&feed)));
}

/// Expects this number of posts.
fn counts(lab: &Lab, delivered: &Delivered<'_>, posts: i64) {
    let expected = format!("a count of {posts}");
    match total(lab)["posts"].as_i64() {
        Some(counted) => delivered.shows(counted == posts, expected, format!("a count of {counted}")),
        None => delivered.fails(&expected, "there is no count"),
    };
}

fn listed<Text: AsRef<str>>(texts: &[Text]) -> String {
    match texts {
        [] => "nothing".to_string(),
        texts => texts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "),
    }
}

fn text<'item>(item: &'item Value, name: &str) -> &'item str {
    item[name].as_str().unwrap_or_default()
}
