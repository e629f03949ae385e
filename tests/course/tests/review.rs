//! The cards break no rule; and each rule held to its purpose: one edit of the cards is named, with what to do.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read something has found its fault")]

use std::fs;
use std::path::{Path, PathBuf};

use course::review::cards::FILE;
use course_linter::review::{faults, of};

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
