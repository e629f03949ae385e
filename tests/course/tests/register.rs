//! The register finds what is pasted: every query of `book/register/queries.json` the page that it belongs to, first; texts of other worlds
//! nothing. And the book's search, which is JavaScript, finds exactly what `cargo workbook explain` finds.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use course::glossary::Glossary;
use course::lab::read_tree;
use course::register::Register;
use rquickjs::{Context, Runtime};
use serde_json::{Value, json};

/// How many pages the register must have, how many pasted texts each of them, and how many texts must find nothing.
const PAGES: usize = 40;
const QUERIES: usize = 3;
const STRANGERS: usize = 15;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

fn register() -> Register {
    Register::read(&root()).unwrap()
}

/// Pasted texts, each with the page that explains it.
fn queries() -> Vec<(Option<String>, String)> {
    let text = fs::read_to_string(root().join("book").join("register").join("queries.json")).unwrap();
    let queries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let read =
        |query: Value| (query["entry"].as_str().map(str::to_string), query["text"].as_str().unwrap().to_string());
    queries.into_iter().map(read).collect()
}

#[test]
fn what_is_pasted_finds_its_page_first() {
    let register = register();
    assert!(register.entries().len() >= PAGES, "the register has {} pages", register.entries().len());
    let mut count: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (entry, text) in queries() {
        let found: Vec<&str> = register.find(&text).iter().map(|found| found.entry.slug.as_str()).collect();
        if found.first().copied() != entry.as_deref() {
            wrong.push(format!("{entry:?} is not what is found first, but {found:?}, with:\n  {text}"));
        }
        *count.entry(entry).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for entry in register.entries() {
        let asked = count.get(&Some(entry.slug.clone())).copied().unwrap_or_default();
        assert!(asked >= QUERIES, "{} is asked for {asked} times in queries.json; {QUERIES} are needed", entry.slug);
    }
    assert!(count.get(&None).copied().unwrap_or_default() >= STRANGERS, "{STRANGERS} texts must find nothing");
}

#[test]
fn each_message_of_a_page_finds_the_page() {
    let register = register();
    for entry in register.entries() {
        assert!(!entry.messages.is_empty(), "{} quotes no message", entry.slug);
        for message in &entry.messages {
            let found = register.find(message);
            assert_eq!(found.first().map(|found| &found.entry.slug), Some(&entry.slug), "{message}");
        }
    }
}

#[test]
fn the_books_search_finds_the_same() {
    let register = register();
    let queries = queries();
    let texts: Vec<&str> = queries.iter().map(|(_, text)| text.as_str()).collect();
    let glossary = Glossary::read(&root()).unwrap();
    let script = fs::read_to_string(root().join("book").join("theme").join("register.js")).unwrap();
    let runtime = Runtime::new().unwrap();
    let found: String = Context::full(&runtime).unwrap().with(|context| {
        let run = format!(
            "globalThis.window = globalThis;\n{}\n{script}\n\
             const known = workbookSearch.prepared(workbookRegister.pages, workbookRegister.everyday);\n\
             JSON.stringify({}.map((text) => workbookSearch.find(known, text).map((page) => workbookRegister.pages[page][0])))",
            register.script(&glossary),
            json!(texts)
        );
        context.eval(run).unwrap()
    });
    let found: Vec<Vec<String>> = serde_json::from_str(&found).unwrap();
    for ((_, text), found) in queries.iter().zip(found) {
        let ours: Vec<&str> = register.find(text).iter().map(|found| found.entry.slug.as_str()).collect();
        assert_eq!(found, ours, "{text}");
    }
}

#[test]
fn a_word_that_is_not_linked_by_itself_is_linked_by_hand() {
    let pages = read_tree(&root().join("book").join("src")).unwrap();
    let text_of = |path: &str| String::from_utf8(pages[path].clone()).unwrap();
    let page = text_of("glossary.md");
    let listed = page.split_once("<!-- linked by hand:").and_then(|(_, list)| list.split_once("-->")).unwrap().0;
    let glossary = Glossary::read(&root()).unwrap();
    for word in listed.split(',').map(str::trim) {
        let term = glossary.terms().iter().find(|term| term.by_hand && term.english == word);
        let term = term.unwrap_or_else(|| panic!("glossary.md lists {word} as linked by hand, and does not define it"));
        let link = format!("glossary.md#{})", term.anchor);
        let others = pages.keys().filter(|path| path.ends_with(".md") && *path != "glossary.md");
        let linked = others.filter(|path| text_of(path).contains(&link)).count();
        assert!(linked > 0, "no page links {word}; link it where a page means what the glossary says: [{word}]({link}");
    }
}

#[test]
fn the_glossary_defines_each_word_once() {
    let glossary = Glossary::read(&root()).unwrap();
    let mut anchors = BTreeSet::new();
    for term in glossary.terms() {
        assert!(anchors.insert(&term.anchor), "{} is defined twice", term.english);
    }
    assert!(anchors.len() >= 120, "the glossary has {} words", anchors.len());
    assert!(glossary.terms().iter().filter(|term| !term.korean.is_empty()).count() >= 100, "Korean words are missing");
}
