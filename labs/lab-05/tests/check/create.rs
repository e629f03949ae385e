//! lab-05.1: the same request twice makes one post.

use std::time::{SystemTime, UNIX_EPOCH};

use kit::lab;
use serde_json::{Value, json};

use crate::{asks, draft, is_readable_error, shows_the_same_post};

/// How many hexadecimal digits are so many that no two keys have them in common: 128 bits.
const DIGITS: usize = 32;
/// The SHA-256 of the Idempotency-Key `draft-7`.
const DIGEST: &str = "74aa7e482c8c352814cf5a01fdb2269f87db400533e8ea3aa0f69afd3dc54495";

#[test]
fn a_repeated_request_makes_no_second_post() {
    let lab = lab!();
    let ask = |about| asks(&lab, "lab-05.1", about).header("Idempotency-Key", "draft-7");
    let first = ask("create a post").json(&draft("Once")).post("/board");
    first.has_status(201);
    first.matches_snapshot("creates_a_post");
    let again = ask("send the same request again").json(&draft("Once")).post("/board");
    again.has_status(201);
    shows_the_same_post(&lab, &again, &first);
    again.has_header("Location", first.header("Location"));
    let posts = lab.items("BoardTable").into_iter().filter(|item| item["title"] == "Once").count();
    again.shows(posts == 1, "one post in the table", format!("{posts} posts in the table"));
}

#[test]
fn a_key_is_remembered_for_a_day() {
    let lab = lab!();
    let ask = |key| asks(&lab, "lab-05.1", "create a post").header("Idempotency-Key", key).json(&draft("Once"));
    let first = ask("draft-7").post("/board");
    first.has_status(201);
    shows_the_same_post(&lab, &ask("draft-7").post("/board"), &first);
    let record = lab.items("BoardTable").into_iter().find(is_a_record).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    // Whole minutes, longer than any machine needs between the two clocks.
    let left = record["expiresAt"].as_u64().map(|expires| expires.saturating_sub(now).div_ceil(600));
    first.shows(
        left == Some(144),
        "a record whose expiresAt is a day ahead, in seconds",
        format!("its expiresAt is {}", of_digits(&record["expiresAt"])),
    );
    let pk = record["pk"].as_str().unwrap_or_default();
    let digest = pk.trim_start_matches("ONCE#");
    let least = digest.len().min(DIGITS);
    first.shows(
        least == DIGITS,
        format!("a record whose key has {DIGITS} digits or more of the digest of the Idempotency-Key"),
        format!("{least} of them: other keys begin so, too, and their posts are taken for this one"),
    );
    // Another act of posting, in the same words.
    let other = ask("Draft-7").post("/board");
    other.has_status(201);
    other.shows(
        other.field("id") != first.field("id"),
        "a post of its own: the key is another one, and only the words are the same",
        "the post of the other key",
    );
    let got = if DIGEST.starts_with(digest) {
        "another sk"
    } else if digest.starts_with(DIGEST) {
        "a pk that goes on after the digest"
    } else {
        "a pk that is something else"
    };
    first.shows(
        DIGEST.starts_with(digest) && record["sk"] == "ONCE",
        "a record whose pk is ONCE# and the digest of the Idempotency-Key, and whose sk is ONCE: one key, one record",
        format!("{got}: when that part changes, the same key makes another record, and a second post"),
    );
}

/// A number without the digits, which are others every time.
fn of_digits(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("a number of {} digits, which is not that moment", number.to_string().len()),
        Value::Null => "not there".to_string(),
        _ => "not a number".to_string(),
    }
}

#[test]
fn eight_requests_at_once_make_one_post() {
    let lab = lab!();
    let ask = asks(&lab, "lab-05.1", "send one request eight times at once").header("Idempotency-Key", "double-click");
    let answers = ask.json(&draft("Once")).post_at_once(8, "/board");
    for answer in &answers {
        answer.has_status(201);
        shows_the_same_post(&lab, answer, &answers[0]);
    }
    let posts = lab.items("BoardTable").into_iter().filter(|item| item["title"] == "Once").count();
    answers[0].shows(posts == 1, "one post in the table", format!("{posts} posts in the table"));
}

#[test]
fn a_key_belongs_to_one_post() {
    let lab = lab!();
    let ask = |about| asks(&lab, "lab-05.1", about).header("Idempotency-Key", "draft-7");
    ask("create a post").json(&draft("One")).post("/board").has_status(201);
    let other = ask("use its key for another post").json(&draft("Another")).post("/board");
    let other = is_readable_error(other, 409, "idempotency_key_reused");
    other.in_own_words("error.message").matches_snapshot("refuses_a_key_that_was_used");
}

#[test]
fn a_key_counts_until_its_record_expires() {
    let lab = lab!();
    let ask = |about| asks(&lab, "lab-05.1", about).header("Idempotency-Key", "draft-9");
    let first = ask("create a post").json(&draft("Once")).post("/board");
    first.has_status(201);
    let repeated = ask("send it again at once").json(&draft("Once")).post("/board");
    shows_the_same_post(&lab, &repeated, &first);
    let expires = |at: u64| {
        for mut record in lab.items("BoardTable").into_iter().filter(is_a_record) {
            record["expiresAt"] = json!(at);
            lab.stores("BoardTable", &record);
        }
    };
    let seconds = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let now = seconds();
    // Longer than any machine needs for the next request, and no time beside the day for which a record counts.
    expires(now + 20);
    let late = ask("send it again twenty seconds before its record expires").json(&draft("Once")).post("/board");
    shows_the_same_post(&lab, &late, &first);
    // A busy machine may need longer than that for a request, and then has shown nothing.
    let last = seconds() + 2;
    expires(last);
    let answer = ask("send it again two seconds before its record expires").json(&draft("Once")).post("/board");
    if seconds() < last {
        shows_the_same_post(&lab, &answer, &first);
    }
    expires(seconds() + 20);
    let record = lab.items("BoardTable").into_iter().find(is_a_record).unwrap_or_default();
    let mut without = record.clone();
    without.as_object_mut().map(|record| record.remove("postId"));
    lab.stores("BoardTable", &without);
    let damaged = ask("send it again after its record has lost its postId").json(&draft("Once")).post("/board");
    damaged.shows(
        damaged.status() == 500,
        "status 500: a record counts until its expiresAt, and nobody knows any more which post this one made",
        format!("status {}: the record is overwritten before it has expired", damaged.status()),
    );
    lab.stores("BoardTable", &record);
    // As DynamoDB leaves a record that has expired, for days.
    let now = seconds();
    expires(now - 2);
    let again = ask("use the key after its record has expired").json(&draft("Once")).post("/board");
    again.has_status(201);
    let (former, got) = (first.field("id"), again.field("id"));
    again.shows(former != got, "a post of its own", format!("the post that the expired record made, {got}"));
    expires(now - 60);
    let other = ask("use the key for another post after its record has expired").json(&draft("Another")).post("/board");
    other.shows(
        other.status() == 201,
        "status 201: a record that has expired stops nobody, whatever it was about",
        format!("status {}: the expired record still counts where the words are others", other.status()),
    );
}

fn is_a_record(item: &Value) -> bool {
    item["pk"].as_str().is_some_and(|pk| pk.starts_with("ONCE#"))
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let lab = lab!();
    let ask = |about| asks(&lab, "lab-05.1", about).header("Idempotency-Key", "draft-8");
    let long = ask("create a post with too long a title").json(&draft(&"x".repeat(121))).post("/board");
    is_readable_error(long, 400, "bad_field").has_field("error.field", "title");
    let form = ask("send it as a form").body("application/x-www-form-urlencoded", "title=Short").post("/board");
    is_readable_error(form, 415, "unsupported_media_type");
    let mended = ask("send it mended, with the same key").json(&draft("Short")).post("/board");
    mended.has_status(201);
    let again = ask("and once more").json(&draft("Short")).post("/board");
    again.has_status(201);
    shows_the_same_post(&lab, &again, &mended);
}
