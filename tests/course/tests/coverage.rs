//! The notes, held to the book: `book/coverage.toml` says for each of their statements, and for each of their errors, which
//! section treats it. Every page and heading that it names exists.
//!
//! The file has the statements in the order of the notes. A section that moves or is renamed turns this red, and the message
//! has the entry to mend.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read has found its fault")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use course_linter::chapters::anchors;
use toml::{Table, Value};

/// How many statements the notes make.
const STATEMENTS: i64 = 125;
/// How many of their errors are corrected.
const CORRECTIONS: i64 = 22;

#[test]
fn every_statement_of_the_notes_has_a_place_in_the_book() {
    let statements = entries("statement");
    let numbers: Vec<i64> = statements.iter().map(|entry| entry["number"].as_integer().unwrap()).collect();
    assert_eq!(
        numbers,
        (1..=STATEMENTS).collect::<Vec<_>>(),
        "the statements are not 1 to {STATEMENTS}, each once, in order"
    );
    nothing_is_wrong_with(&statements, "number", &["note"]);
}

#[test]
fn every_error_of_the_notes_is_corrected_in_the_book() {
    let corrections = entries("correction");
    let ids: Vec<&str> = corrections.iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    let wanted: Vec<String> = (1..=CORRECTIONS).map(|number| format!("D{number}")).collect();
    assert_eq!(ids, wanted, "the corrections are not D1 to D{CORRECTIONS}, each once, in order");
    nothing_is_wrong_with(&corrections, "id", &["says", "is"]);
}

/// That each entry says what it has to, and leads to sections that are there.
fn nothing_is_wrong_with(entries: &[Table], key: &str, texts: &[&str]) {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    for entry in entries {
        let name = &entry[key];
        for text in texts.iter().filter(|text| entry.get(**text).and_then(Value::as_str).is_none_or(str::is_empty)) {
            faults.push(format!("{name} has no `{text}`; write it"));
        }
        let places = places(entry);
        if places.is_empty() {
            faults.push(format!("{name} has no place; write the sentence, and name its section in `places`"));
        }
        for place in places {
            let Some((page, anchor)) = place.split_once('#') else {
                faults.push(format!(
                    "{name} names the page {place} and no section of it; add `#` and the heading's anchor"
                ));
                continue;
            };
            let there = known.entry(page.to_string()).or_insert_with(|| anchors(&root(), page).unwrap_or_default());
            if !there.contains(anchor) {
                faults.push(format!("{name} names {place}, and there is no such heading; mend the place"));
            }
        }
    }
    assert!(faults.is_empty(), "book/coverage.toml:\n{}", faults.join("\n"));
}

fn places(entry: &Table) -> Vec<&str> {
    entry.get("places").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The entries of one kind, in the order of the file.
fn entries(kind: &str) -> Vec<Table> {
    let text = fs::read_to_string(root().join("book").join("coverage.toml")).unwrap();
    let table: Table = text.parse().unwrap_or_else(|why| panic!("book/coverage.toml is not TOML: {why}"));
    table[kind].as_array().unwrap().iter().map(|entry| entry.as_table().unwrap().clone()).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}
