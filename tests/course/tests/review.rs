//! The cards break no rule; and each rule held to its purpose: one edit of the cards is named, with what to do. And the page's scheduler,
//! which is JavaScript (`book/src/review/memory.js`), is held to the command's.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read something has found its fault")]

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use course::review::cards::{Deck, FILE};
use course::review::memory::{GRADES, Grade, Memory, Progress, Queue};
use course_linter::review::{faults, of};
use rquickjs::{CatchResultExt, Context, Runtime};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

#[test]
fn the_cards_break_no_rule() {
    let found: Vec<String> = faults(&root()).unwrap().iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_edit_breaks_a_rule_and_is_told_with_what_to_do() {
    let text = fs::read_to_string(root().join(FILE)).unwrap();
    // Where a card begins, and where the next one does.
    let at = text.find("id = \"01-1\"").unwrap();
    let (first, rest) = (&text[at..], "[[card]]");
    let first = &first[..first.find(rest).unwrap()];
    let mut silent = Vec::new();
    for (from, to, what) in [
        ("id = \"01-1\"", "id = \"01-2\"", "card 01-2: \"01-2\" is there a second time"),
        ("id = \"01-1\"", "id = \"01 a\"", "the id is to be made of small letters"),
        ("chapter = \"01\"", "chapter = \"99\"", "there is no chapter 99; there are: 01, "),
        ("#why-a-reply-is-an-envelope", "#no", "has no heading with the anchor \"no\"; mend `source`"),
        ("01-the-reply-contract.md", "01-no.md", "there is no page 01-no.md; mend `source`"),
        ("question.en = \"Why must", "question.en = \"When must", "card 01-1: the question does not ask why"),
        ("왜 ", "", "card 01-1: the Korean question does not ask why"),
        ("answer.ko = \"body는", "answer.ko = \"\" # ", "card 01-1: the Korean answer is not in Korean"),
        ("answer.ko = \"body는", "answer.ko = \"`body는", "a backtick is never closed"),
        ("answer.en = \"Because", "answer.en = \"**Because**", "has markup; a card is one paragraph of text"),
        ("answer.en = \"Because", &format!("answer.en = \"{}", "so ".repeat(200)), "write one to three sentences"),
    ] {
        assert!(first.contains(from), "{from}");
        let edited = text.replacen(first, &first.replacen(from, to, 1), 1);
        let found: Vec<String> = of(&root(), &edited).unwrap().iter().map(ToString::to_string).collect();
        if !found.iter().any(|fault| fault.contains(what)) {
            silent.push(format!("{from:?} → {to:?} does not say {what:?} but:\n  {}", found.join("\n  ")));
        }
    }
    let few = |from: &str, to: &str| -> Vec<String> {
        of(&root(), &text.replace(from, to)).unwrap().iter().map(ToString::to_string).collect()
    };
    for (from, to, what) in [
        ("warms-up = [\"03\"]", "warms-up = [\"02\"]", "chapter 03 begins with 0 cards, and should with 2"),
        ("warms-up = [\"03\"]", "warms-up = [\"02\"]", "chapter 02 begins with 2 cards, and should with 0"),
        (
            "warms-up = [\"05\"]",
            "warms-up = [\"04\"]",
            "is too young for chapter 04; take one from at least 2 chapters",
        ),
        ("warms-up = [\"05\"]", "warms-up = [\"13\"]", "there is no chapter 13 to be begun with cards"),
        ("05-the-board.md#", "concepts/tiers.md#", "chapter 05 has 0 cards of its own; write at least 5"),
    ] {
        let found = few(from, to);
        if !found.iter().any(|fault| fault.contains(what)) {
            silent.push(format!("{from:?} → {to:?} does not say {what:?} but:\n  {}", found.join("\n  ")));
        }
    }
    let short = &text[..text.match_indices("[[card]]").nth(20).unwrap().0];
    let found = of(&root(), short).unwrap();
    assert!(found.iter().any(|fault| fault.what == "has 20 cards; there are to be at least 100"), "{found:?}");
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// The page's scheduler, with this expression evaluated in it.
fn in_the_page(expression: &str) -> Value {
    let source = fs::read_to_string(root().join("book/src/review/memory.js")).unwrap();
    let runtime = Runtime::new().unwrap();
    let context = Context::full(&runtime).unwrap();
    context.with(|js| {
        js.eval::<(), _>(source).catch(&js).unwrap_or_else(|why| panic!("{why}"));
        let script =
            format!("JSON.stringify((() => {{ const {{ memory }} = workbookReview; return {expression}; }})())");
        let text: String = js.eval(script).catch(&js).unwrap_or_else(|why| panic!("{why}"));
        serde_json::from_str(&text).unwrap()
    })
}

/// Histories of many cards, each answer with what was remembered before it: `[before, grade, now]`.
fn histories() -> Vec<(Option<Memory>, Grade, DateTime<Utc>)> {
    let mut seed = 17_u64;
    let mut drawn = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let start: DateTime<Utc> = "2026-11-29T10:00:00Z".parse().unwrap();
    let mut answers = Vec::new();
    for card in 0..60 {
        let mut now = start + TimeDelta::minutes(card);
        let mut before = None;
        for _ in 0..12 {
            let grade = GRADES[usize::try_from(drawn(4)).unwrap()];
            answers.push((before, grade, now));
            let next = Memory::after(before.as_ref(), grade, now);
            // Before its time, on time, late; and once in a while with a clock that was put back.
            let late = TimeDelta::hours(i64::try_from(drawn(100)).unwrap());
            now = match drawn(4) {
                0 => now + late,
                1 => next.due + late,
                2 if drawn(5) == 0 => now - late,
                _ => next.due,
            };
            before = Some(next);
        }
    }
    answers
}

/// A memory without its numbers, and the numbers.
fn taken_apart(mut memory: Value) -> (Value, [f64; 2]) {
    let fields = memory.as_object_mut().unwrap();
    let numbers = ["stability", "difficulty"].map(|name| fields.remove(name).unwrap().as_f64().unwrap());
    (memory, numbers)
}

#[test]
fn the_page_schedules_as_the_command_does() {
    let answers = histories();
    let name = |grade: Grade| format!("{grade:?}").to_lowercase();
    let asked: Vec<Value> = answers
        .iter()
        .map(|(before, grade, now)| json!([before, name(*grade), now.timestamp_millis() + 345]))
        .collect();
    let found = in_the_page(&format!(
        "{}.map(([before, grade, now]) => memory.after(before || undefined, grade, now))",
        json!(asked)
    ));
    for ((before, grade, now), found) in answers.iter().zip(found.as_array().unwrap()) {
        let wanted = serde_json::to_value(Memory::after(before.as_ref(), *grade, *now)).unwrap();
        let ((wanted, a), (found, b)) = (taken_apart(wanted), taken_apart(found.clone()));
        assert_eq!(found, wanted, "{before:?} {grade:?} {now}");
        for (a, b) in a.into_iter().zip(b) {
            // The last digits of a power are a library's own.
            assert!((a - b).abs() <= a.abs() * 1e-9, "{a} {b}: {before:?} {grade:?} {now}");
        }
    }
}

#[test]
fn the_page_asks_merges_and_refuses_as_the_command_does() {
    let deck = Deck::read(&root()).unwrap();
    let cards: Vec<Value> = deck.cards.iter().map(|card| json!({ "id": card.id, "chapter": card.chapter })).collect();
    let (mut here, mut there) = (Progress::default(), Progress::default());
    for (index, (_, grade, now)) in histories().into_iter().enumerate() {
        let card = &deck.cards[index % 40].id;
        let progress = if index % 3 == 0 { &mut there } else { &mut here };
        progress.grade(card, grade, now);
    }
    here.up_to = "04".to_string();
    there.begin("07");
    here.miss("checkpoint-05-1", "2026-11-30T10:00:00Z".parse().unwrap());
    let both = [&here, &there].map(|progress| serde_json::to_value(progress).unwrap());
    let ids = |queue: &Queue| json!([queue.ids, queue.new, queue.next.map(|next| next.timestamp_millis())]);
    for now in ["2026-11-29T10:30:00Z", "2026-12-01T00:00:00Z", "2027-06-01T12:00:00Z", "2040-01-01T00:00:00Z"] {
        let now: DateTime<Utc> = now.parse().unwrap();
        for (progress, document) in [&here, &there].into_iter().zip(&both) {
            let found = in_the_page(&format!(
                "(() => {{ const {{ ids, fresh, next }} = memory.queue({document}, {}, {}); return [ids, fresh, next || null]; }})()",
                json!(cards),
                now.timestamp_millis()
            ));
            assert_eq!(found, ids(&progress.queue(&deck, now)), "{now}");
        }
    }
    let mut merged = here.clone();
    merged.merge(there.clone());
    merged.miss("01-1", "2020-01-01T00:00:00Z".parse().unwrap());
    let found = in_the_page(&format!(
        "memory.miss(memory.merge({}, {}), '01-1', Date.parse('2020-01-01T00:00:00Z'))",
        both[0], both[1]
    ));
    assert_eq!(Progress::parse(&found.to_string()), Ok(merged.clone()), "what the page makes, the command reads");
    let text = merged.text();
    let read = in_the_page(&format!("memory.parse({}) || null", json!(text)));
    assert_eq!(Progress::parse(&read.to_string()), Ok(merged), "what the command makes, the page reads");
    for (from, to) in [
        ("\"version\": 1", "\"version\": 2"),
        ("\"cards\"", "\"carts\""),
        ("\"due\": \"2", "\"due\": \"no"),
        ("\"difficulty\": ", "\"difficulty\": 1"),
        ("\"stage\": \"", "\"stage\": \"x"),
        ("{", "["),
    ] {
        let broken = text.replacen(from, to, 1);
        assert!(Progress::parse(&broken).is_err(), "{from}");
        assert_eq!(in_the_page(&format!("memory.parse({}) || null", json!(broken))), Value::Null, "{from}");
    }
}
