//! lab-05.3: the newest posts first, page by page, at a price that does not grow with the board.

use kit::{Answer, DynamoDbRequest, Lab, lab};
use serde_json::{Value, json};

use crate::{AHEAD, asks, in_words, is_readable_error, posted, stored, titles, titles_of};

/// Puts `count` posts on the board and gives their titles, newest first.
fn fill(lab: &Lab, count: usize) -> Vec<String> {
    let mut written: Vec<String> = (1..=count).map(|n| format!("Post {n:02}")).collect();
    for title in &written {
        posted(lab, "lab-05.3", title);
    }
    written.reverse();
    written
}

fn are_consistent(calls: &[DynamoDbRequest]) -> bool {
    calls.iter().all(|call| call.request["ConsistentRead"] == true)
}

/// The calls that read the table for a list: those after the first `seen`.
fn list_calls(lab: &Lab, seen: usize) -> Vec<DynamoDbRequest> {
    let mut calls = lab.table_calls_since(seen);
    calls.retain(|call| call.operation == "Query" || call.operation == "Scan");
    calls
}

#[test]
fn lists_the_newest_first() {
    let lab = lab!();
    fill(&lab, 3);
    let answer = asks(&lab, "lab-05.3", "list the board").get("/board");
    answer.has_status(200);
    answer.matches_snapshot("lists_the_newest_first");
}

#[test]
fn pages_through_25_posts_without_gap_or_repeat() {
    let lab = lab!();
    let written = fill(&lab, 25);
    // An edit makes no post newer.
    for mut post in lab.items("BoardTable").into_iter().filter(|item| item["title"] == "Post 09") {
        post["updatedAt"] = json!(AHEAD);
        post["version"] = json!(2);
        lab.stores("BoardTable", &post);
    }
    let mut seen: Vec<String> = Vec::new();
    let mut target = "/board?limit=10".to_string();
    for page in 1..=3 {
        let about = format!("read page {page} of 25 posts");
        let answer = asks(&lab, "lab-05.3", &about).get(&target);
        answer.has_status(200);
        let before = seen.len();
        seen.extend(titles(&answer));
        let wanted = &written[before..(before + 10).min(25)];
        let got = &seen[before..];
        answer.shows(got == wanted, listed(wanted), listed(got));
        match (page, answer.field("next").as_str()) {
            (3, None) => {}
            (3, Some(_)) => answer.fails("\"next\" is null on the last page", "a cursor"),
            (_, Some(cursor)) => target = format!("/board?limit=10&cursor={cursor}"),
            (_, None) => answer.fails("a cursor in \"next\", because there are older posts", "\"next\" is null"),
        }
    }
}

/// Expects a page to have been read consistently, as one post more than it shows, at most: over all calls since the first `seen`.
fn reads_no_more_than_it_shows(lab: &Lab, answer: &Answer<'_>, seen: usize, size: u64) {
    let calls = list_calls(lab, seen);
    let read: u64 = calls.iter().map(|call| lab.items_read(call)).sum();
    answer.shows(
        read <= size + 1,
        format!("{} posts read at most for a page of {size}, over all calls of the table", size + 1),
        format!("{read} posts were read; {}", in_words(&calls)),
    );
    let consistent = are_consistent(&calls);
    answer.shows(consistent, "consistent reads, for a page of any length", "an eventually consistent one");
}

/// Posts as the table keeps them, newest first: each as long as a draft may be, in Korean, where a letter has three bytes.
/// 90 of them are more than the 1 MB that one Query reads, and not many more, because every megabyte takes its time.
fn long_posts() -> Vec<Value> {
    let post = |n: u64| {
        let mut post = stored(n, &format!("Post {n:02}"));
        post["body"] = json!("글".repeat(4000));
        post
    };
    (1..=90).rev().map(post).collect()
}

#[test]
fn long_posts_are_all_shown() {
    let lab = lab!();
    let posts = long_posts();
    lab.holds("BoardTable", &posts);
    let written = titles_of(&Value::from(posts));
    let mut seen: Vec<String> = Vec::new();
    // More than one Query reads of them, and with one more still fewer than there are: who reads on for a full page reads too much.
    let mut target = "/board?limit=88".to_string();
    while seen.len() < written.len() {
        let asked = lab.table_calls().len();
        let answer = asks(&lab, "lab-05.3", "list 90 posts that are too long for one Query").get(&target);
        answer.has_status(200);
        let body = answer.json();
        let page = titles_of(&body["posts"]);
        let wanted = &written[seen.len()..(seen.len() + page.len().max(1)).min(written.len())];
        answer.shows(page == wanted, listed(wanted), listed(&page));
        seen.extend(page);
        reads_no_more_than_it_shows(&lab, &answer, asked, 88);
        match body["next"].as_str() {
            Some(cursor) => target = format!("/board?limit=88&cursor={cursor}"),
            None => {
                let (shown, older) = (seen.len(), written.len() - seen.len());
                let got = format!(
                    "\"next\" is null after {shown} posts: DynamoDB stopped at 1 MB, and there are {older} older ones"
                );
                answer.shows(older == 0, "a cursor in \"next\", because there are older posts", got);
            }
        }
    }
}

#[test]
fn a_page_costs_the_same_however_full_the_board_is() {
    let lab = lab!();
    fill(&lab, 6);
    let seen = lab.table_calls().len();
    let small = asks(&lab, "lab-05.3", "list 3 of 6 posts").get("/board?limit=3");
    small.has_status(200);
    let calls = list_calls(&lab, seen);
    if calls.is_empty() {
        small.fails("a Query that reads the page", "no Query");
    }
    let price = |calls: &[DynamoDbRequest]| calls.iter().map(|call| lab.capacity_units(call)).sum::<f64>();
    let cheap = price(&calls);
    for n in 0..14 {
        posted(&lab, "lab-05.3", &format!("{n} {}", "x".repeat(100)));
    }
    let seen = lab.table_calls().len();
    let large = asks(&lab, "lab-05.3", "list 3 of 20 posts").get("/board?limit=3");
    large.has_status(200);
    let calls = list_calls(&lab, seen);
    let Some(second) = calls.last() else { large.fails("a Query that reads the page", "no Query") };
    large.shows(
        second.operation == "Query",
        "the list is read with Query",
        format!("it is read with {second}, which reads the whole table"),
    );
    let dear = price(&calls);
    let got = format!(
        "{cheap} read units for 3 of 6 posts, {dear} for 3 of 20: the call reads more posts than the page shows"
    );
    let reads_a_page = calls.iter().all(|call| call.request["Limit"].as_u64().is_some_and(|limit| limit <= 4));
    large.shows(
        calls.len() == 1,
        "one Query for a page",
        format!("{} of them, for {dear} read units together", calls.len()),
    );
    large.shows(reads_a_page && cheap == dear, "a page of 3 reads 3 or 4 posts, so its price stays the same", got);
}

#[test]
fn a_last_page_that_is_just_full_is_the_last() {
    let lab = lab!();
    posted(&lab, "lab-05.3", "Post 01");
    let only = asks(&lab, "lab-05.3", "list 1 of 1 post").get("/board?limit=1");
    only.has_status(200);
    ends_the_list(&only);
    let lab = lab!();
    let written = fill(&lab, 3);
    let answer = asks(&lab, "lab-05.3", "list 3 of 3 posts").get("/board?limit=3");
    answer.has_status(200);
    let got = titles(&answer);
    answer.shows(got == written, listed(&written), listed(&got));
    ends_the_list(&answer);
    posted(&lab, "lab-05.3", "Post 04");
    let first = asks(&lab, "lab-05.3", "list the first 2 of 4 posts").get("/board?limit=2");
    first.has_status(200);
    let next = first.field("next");
    let Some(cursor) = next.as_str() else {
        first.fails("a cursor in \"next\", because there are older posts", "\"next\" is null")
    };
    let last = asks(&lab, "lab-05.3", "list the last 2 of 4 posts").get(&format!("/board?limit=2&cursor={cursor}"));
    last.has_status(200);
    ends_the_list(&last);
}

/// Expects a page that is just full to be the last.
fn ends_the_list(answer: &Answer<'_>) {
    answer.shows(
        answer.field("next").is_null(),
        "\"next\" is null, because there is no older post",
        "a cursor, which leads to an empty page: DynamoDB stopped at the limit without looking further",
    );
}

#[test]
fn who_has_just_posted_finds_the_post_in_the_list() {
    let lab = lab!();
    fill(&lab, 1);
    let seen = lab.table_calls().len();
    let answer = asks(&lab, "lab-05.3", "list the board at once after posting").get("/board");
    answer.has_status(200);
    let consistent = are_consistent(&list_calls(&lab, seen));
    answer.shows(
        consistent,
        "a consistent read, as the head of src/table.rs promises",
        "an eventually consistent one, which may not have the newest post yet",
    );
    let mut edited = stored(1, "Edited four times");
    edited["version"] = json!(5);
    // Written by an environment whose clock was ahead, in as few words as a post may have.
    edited["createdAt"] = json!(AHEAD);
    edited["body"] = json!("x");
    lab.stores("BoardTable", &edited);
    let answer = asks(&lab, "lab-05.3", "list the board after a post was edited").get("/board");
    answer.has_status(200);
    answer.shows(
        titles(&answer).contains(&"Edited four times".to_string()),
        "the post, as it is now: to edit one takes nothing off the board",
        format!("without it: {}", listed(&titles(&answer))),
    );
}

#[test]
fn a_cursor_names_a_place_whatever_is_written_meanwhile() {
    let lab = lab!();
    let posts: Vec<Value> = (1..=5).map(|n| stored(n, "The same title")).collect();
    lab.holds("BoardTable", &posts);
    let about = "read a page, while its last post is deleted and another one is written";
    let first = asks(&lab, "lab-05.3", about).get("/board?limit=2");
    first.has_status(200);
    let ids = |answer: &Answer<'_>| -> Vec<Value> {
        answer.field("posts").as_array().into_iter().flatten().map(|post| post["id"].clone()).collect()
    };
    let shows = |answer: &Answer<'_>, numbers: [usize; 2]| {
        let wanted = numbers.map(|n| posts[n - 1]["id"].clone());
        answer.shows(ids(answer) == wanted, listed_ids(&wanted), listed_ids(&ids(answer)));
    };
    shows(&first, [5, 4]);
    lab.removes("BoardTable", &posts[3]);
    lab.stores("BoardTable", &stored(6, "The same title"));
    let next = first.field("next");
    let Some(cursor) = next.as_str() else {
        first.fails("a cursor in \"next\", because there are older posts", "\"next\" is null")
    };
    let seen = lab.table_calls().len();
    let second = asks(&lab, "lab-05.3", about).get(&format!("/board?limit=2&cursor={cursor}"));
    second.has_status(200);
    shows(&second, [3, 2]);
    let consistent = are_consistent(&list_calls(&lab, seen));
    second.shows(consistent, "consistent reads, on every page", "an eventually consistent one, after the first page");
    for older in &posts[..3] {
        lab.removes("BoardTable", older);
    }
    let about = "read the page after a cursor, when every older post has been deleted";
    let empty = asks(&lab, "lab-05.3", about).get(&format!("/board?limit=2&cursor={cursor}"));
    empty.has_status(200);
    empty.shows(ids(&empty).is_empty(), "no posts", listed_ids(&ids(&empty)));
    ends_the_list(&empty);
}

#[test]
fn a_query_that_stops_early_is_no_end_of_the_list() {
    let lab = lab!();
    let posts: Vec<Value> = (1..=5).rev().map(|n| stored(n, &format!("Post {n:02}"))).collect();
    lab.holds("BoardTable", &posts);
    let written = titles_of(&Value::from(posts));
    // As 1 MB stops it: at exactly a page, and before one is full.
    for size in [2, 3] {
        let _short = lab.answers_shortly(2);
        let about = format!("list a page of {size} posts when a Query stops after two of them, at 1 MB");
        let answer = asks(&lab, "lab-05.3", &about).get(&format!("/board?limit={size}"));
        answer.has_status(200);
        let got = titles(&answer);
        answer.shows(
            got.len() >= 2 && written.starts_with(&got),
            format!("{}: what was read is shown", listed(&written[..2])),
            listed(&got),
        );
        answer.shows(
            answer.field("next").is_string(),
            "a cursor in \"next\", because there are older posts",
            "\"next\" is null: DynamoDB stopped at 1 MB, and the older posts are lost",
        );
    }
}

#[test]
fn a_query_that_fails_is_no_empty_page() {
    let lab = lab!();
    lab.holds("BoardTable", &[stored(1, "First"), stored(2, "Second")]);
    let first = asks(&lab, "lab-05.3", "list 1 of 2 posts").get("/board?limit=1");
    first.has_status(200);
    let next = first.field("next");
    let later = format!("/board?limit=1&cursor={}", next.as_str().unwrap_or_default());
    for target in ["/board", later.as_str()] {
        let seen = lab.table_calls().len();
        let denied = {
            let _denied = lab.denies("Query");
            asks(&lab, "lab-05.3", "list the board while the role may not Query").get(target)
        };
        is_readable_error(denied, 500, "internal");
        let calls = list_calls(&lab, seen);
        first.shows(calls.len() == 1, "one Query: what is denied is denied again", in_words(&calls));
        let busy = {
            let _throttled = lab.throttles("Query");
            asks(&lab, "lab-05.3", "list the board while the table is too busy").get(target)
        };
        is_readable_error(busy, 503, "busy");
    }
}

#[test]
fn a_page_is_as_long_as_it_was_asked_for() {
    let lab = lab!();
    lab.holds("BoardTable", &(1..=101).map(|n| stored(n, &format!("Post {n}"))).collect::<Vec<_>>());
    for (target, wanted) in [("/board", 20), ("/board?limit=1", 1), ("/board?limit=99", 99), ("/board?limit=100", 100)]
    {
        let seen = lab.table_calls().len();
        let answer = asks(&lab, "lab-05.3", "list a page of 101 short posts").get(target);
        answer.has_status(200);
        let got = titles(&answer);
        let newest = got.first().map_or("none", String::as_str);
        answer.shows(newest == "Post 101", "the newest post first, Post 101", format!("first {newest}"));
        let got = got.len();
        answer.shows(got == wanted, format!("{wanted} posts"), format!("{got} posts"));
        let size = wanted as u64;
        reads_no_more_than_it_shows(&lab, &answer, seen, size);
        let next = answer.field("next");
        let Some(cursor) = next.as_str() else {
            answer.fails("a cursor in \"next\", because there are older posts", "\"next\" is null")
        };
        let from = if target.contains('?') { '&' } else { '?' };
        let seen = lab.table_calls().len();
        let second = asks(&lab, "lab-05.3", "list the next page of 101 short posts");
        let second = second.get(&format!("{target}{from}cursor={cursor}"));
        second.has_status(200);
        reads_no_more_than_it_shows(&lab, &second, seen, size);
    }
    lab.removes("BoardTable", &stored(101, "Post 101"));
    let all = asks(&lab, "lab-05.3", "list 100 of 100 posts").get("/board?limit=100");
    all.has_status(200);
    ends_the_list(&all);
    let mut damaged = stored(50, "Damaged");
    damaged.as_object_mut().map(|item| item.remove("author"));
    lab.stores("BoardTable", &damaged);
    let seen = lab.table_calls().len();
    let answer =
        asks(&lab, "lab-05.3", "list a page with a post whose item has lost its author").get("/board?limit=100");
    answer.shows(
        !list_calls(&lab, seen).is_empty(),
        "a page that is read when it is asked for",
        "one that was read before: the table was not asked, and what has changed since is not on it",
    );
    answer.shows(
        answer.status() == 500,
        "status 500: a post is there, and the board cannot read it",
        format!("status {}: the list has a gap, and nobody looks for the cause", answer.status()),
    );
}

fn listed_ids(ids: &[Value]) -> String {
    let end =
        |id: &Value| id.as_str().unwrap_or_default().trim_start_matches("019ac000-0000-7000-8000-00000000").to_string();
    let ends: Vec<String> = ids.iter().map(end).collect();
    format!("the posts …{}", ends.join(", …"))
}

#[test]
fn a_cursor_that_was_changed_on_its_way_is_refused() {
    let lab = lab!();
    fill(&lab, 2);
    let answer = asks(&lab, "lab-05.3", "list 1 of 2 posts").get("/board?limit=1");
    answer.has_status(200);
    let next = answer.field("next");
    let Some(cursor) = next.as_str() else {
        answer.fails("a cursor in \"next\", because there is an older post", "\"next\" is null")
    };
    let changed: String = cursor.chars().rev().collect();
    let answer =
        asks(&lab, "lab-05.3", "send a cursor that nobody gave out").get(&format!("/board?limit=1&cursor={changed}"));
    is_readable_error(answer, 400, "bad_field").has_field("error.field", "cursor");
}

/// Titles for an explanation: all of a short list, the ends of a long one.
fn listed(titles: &[String]) -> String {
    match titles {
        [] => "no posts".to_string(),
        [only] => only.clone(),
        [first, .., last] => format!("{} posts, {first} to {last}", titles.len()),
    }
}
