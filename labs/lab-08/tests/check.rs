//! Lab 08, streams: what the table's stream delivers to the feed's function, and what the feed then says.
//!
//! Every test begins with an empty table. A test changes posts as the board would, waits until the stream is at its end and
//! reads the feed, newest first. Read the tests in the order of the holes: `view`, `mapping`, `meaning`, `once`, `order`.

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

use kit::{Changes, Delivered, Lab};
use serde_json::{Value, json};

/// The board's table, as the template calls it.
const TABLE: &str = "BoardTable";

/// A post as the board stores it: `n` makes its id, `at` is the second of its last change.
fn post(n: u32, title: &str, version: u32, at: u32) -> Value {
    let id = format!("019ac000-0000-7000-8000-{n:012}");
    let moment = |second: u32| format!("2026-11-22T09:41:{second:02}.500Z");
    json!({
        "pk": "BOARD", "sk": format!("POST#{id}"), "id": id, "title": title, "body": "Words.", "author": "Ada",
        "createdAt": moment(0), "updatedAt": moment(at), "version": version,
    })
}

/// The record of a new post that a shard could hold at this place, in the second of its creation.
fn inserted(post: &Value, sequence_number: &str) -> Value {
    let typed = |name: &str| json!({ "S": post[name] });
    let names = ["pk", "sk", "id", "title", "body", "author", "createdAt", "updatedAt"];
    let mut image: Value = names.into_iter().map(|name| (name.to_string(), typed(name))).collect();
    image["version"] = json!({ "N": post["version"].to_string() });
    json!({
        "eventID": format!("{:0>32}", text(post, "id").rsplit('-').next().unwrap_or_default()),
        "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "ap-northeast-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_340_460, "Keys": { "pk": typed("pk"), "sk": typed("sk") },
            "NewImage": image, "SequenceNumber": sequence_number, "SizeBytes": 210,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000",
    })
}

/// Begins changes of the board's table, on behalf of a hole.
fn changes<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str) -> Changes<'lab> {
    lab.asks(todo, about).changes(TABLE)
}

/// The feed's events, newest first, as `GET /board/activity` reads them.
fn events(lab: &Lab) -> Vec<Value> {
    let is_event = |item: &Value| item["pk"] == "FEED" && text(item, "sk").starts_with("EVENT#");
    let mut events: Vec<Value> = lab.items(TABLE).into_iter().filter(is_event).collect();
    events.sort_by(|one, other| text(other, "sk").cmp(text(one, "sk")));
    events
}

/// The item that holds the number of posts; null where there is none yet.
fn total(lab: &Lab) -> Value {
    let mut items = lab.items(TABLE).into_iter();
    items.find(|item| item["pk"] == "FEED" && item["sk"] == "TOTAL").unwrap_or_default()
}

/// Expects the feed to say this, newest first: `posted Ice`.
fn says(lab: &Lab, told: &Delivered<'_>, wanted: &[&str]) {
    let came: Vec<String> =
        events(lab).iter().map(|event| format!("{} {}", text(event, "type"), text(event, "title"))).collect();
    told.shows(
        came == wanted,
        format!("the feed, newest first: {}", listed(wanted)),
        format!("it says: {}", listed(&came)),
    );
}

/// Expects this number of posts.
fn counts(lab: &Lab, told: &Delivered<'_>, posts: i64) {
    let came = total(lab)["posts"].as_i64();
    let came_in_words = came.map_or("there is no count".to_string(), |came| format!("a count of {came}"));
    told.shows(came == Some(posts), format!("a count of {posts}"), came_in_words);
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
