//! The register finds what is pasted: every query of `book/register/queries.json` the page that it belongs to, first; texts of other worlds
//! nothing; parts of messages, and messages written otherwise, their page. And the book's search, which is JavaScript, finds exactly what `cargo workbook explain` finds.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use course::glossary::Glossary;
use course::lab::read_tree;
use course::register::{Confidence, Register};
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

/// A pasted text and what must be found with it.
struct Query {
    text: String,
    wanted: Wanted,
}

enum Wanted {
    /// This page, first.
    Page(String),
    /// These pages and no others, without a choice between them.
    Perhaps(Vec<String>),
    /// The introduction's table of hops, and no page.
    Table,
    /// Nothing.
    Nothing,
}

fn queries() -> Vec<Query> {
    let text = fs::read_to_string(root().join("book").join("register").join("queries.json")).unwrap();
    let queries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text_of = |value: &Value| value.as_str().unwrap().to_string();
    let read = |query: Value| Query {
        text: text_of(&query["text"]),
        wanted: match (&query["entry"], &query["perhaps"], &query["table"]) {
            (Value::String(page), Value::Null, Value::Null) => Wanted::Page(page.clone()),
            (Value::Null, Value::Array(pages), Value::Null) => Wanted::Perhaps(pages.iter().map(text_of).collect()),
            (Value::Null, Value::Null, Value::Bool(true)) => Wanted::Table,
            (Value::Null, Value::Null, Value::Null) => Wanted::Nothing,
            _ => panic!("a query has one of entry, perhaps and table: {query}"),
        },
    };
    queries.into_iter().map(read).collect()
}

/// What is found, each page with how sure that is, in the words of `register.js`.
fn found_by(register: &Register, text: &str) -> Vec<(String, &'static str)> {
    let found = register.find(text).into_iter();
    let words = |confidence| match confidence {
        Confidence::Explains => "explains",
        Confidence::Also => "also",
        Confidence::LessLikely => "less likely",
        Confidence::Perhaps => "perhaps",
    };
    found.map(|found| (found.entry.slug.clone(), words(found.confidence))).collect()
}

#[test]
fn what_is_pasted_finds_its_page_first() {
    let register = register();
    assert!(register.entries().len() >= PAGES, "the register has {} pages", register.entries().len());
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    let mut strangers = 0;
    let mut wrong = Vec::new();
    for Query { text, wanted } in queries() {
        let found = found_by(&register, &text);
        let is_table = !register.statuses_in(&text).is_empty();
        let is_right = match &wanted {
            Wanted::Page(page) => found.first().is_some_and(|(slug, sure)| slug == page && *sure == "explains"),
            Wanted::Perhaps(pages) => {
                found.iter().all(|(_, sure)| *sure == "perhaps") && found.iter().map(|(slug, _)| slug).eq(pages)
            }
            Wanted::Table => found.is_empty() && is_table,
            Wanted::Nothing => found.is_empty() && !is_table,
        };
        if !is_right {
            let named = match &wanted {
                Wanted::Page(page) => page.clone(),
                Wanted::Perhaps(pages) => pages.join(" or "),
                Wanted::Table => "the table".to_string(),
                Wanted::Nothing => "nothing".to_string(),
            };
            wrong.push(format!("{named} is wanted and {found:?} found (a status alone: {is_table}) with:\n  {text}"));
        }
        match wanted {
            Wanted::Page(page) => *count.entry(page).or_default() += 1,
            Wanted::Perhaps(_) => {}
            Wanted::Table | Wanted::Nothing => strangers += 1,
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for entry in register.entries() {
        let asked = count.get(&entry.slug).copied().unwrap_or_default();
        assert!(asked >= QUERIES, "{} is asked for {asked} times in queries.json; {QUERIES} are needed", entry.slug);
    }
    assert!(strangers >= STRANGERS, "{STRANGERS} texts must find no page");
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
fn every_page_stands_in_the_tables_by_its_title_and_a_message_that_finds_it() {
    let register = register();
    let book = root().join("book").join("src");
    let tables = fs::read_to_string(book.join("register.md")).unwrap();
    let contents = fs::read_to_string(book.join("SUMMARY.md")).unwrap();
    for entry in register.entries() {
        let link = format!("](register/{}.md)", entry.slug);
        let rows: Vec<&str> = tables.lines().filter(|line| line.starts_with('|') && line.contains(&link)).collect();
        let [row] = rows[..] else { panic!("register.md has {} rows that lead to {}", rows.len(), entry.slug) };
        assert!(
            row.contains(&format!("[{}{link}", entry.title)),
            "{} has another title in register.md: {row}",
            entry.slug
        );
        let message = row.split('|').nth(1).unwrap().trim().trim_matches('`').replace('…', " ");
        let found = found_by(&register, &message);
        assert!(found.iter().any(|(slug, _)| *slug == entry.slug), "{message:?} in register.md finds {found:?}");
        let line = contents.lines().find(|line| line.contains(&link)).unwrap_or_default().replace('\\', "");
        assert!(
            line.contains(&format!("[{}{link}", entry.title)),
            "{} has another title in SUMMARY.md: {line}",
            entry.slug
        );
    }
}

#[test]
fn a_part_of_a_message_finds_its_page() {
    let register = register();
    let everyday = fs::read_to_string(root().join("book").join("register").join("everyday.txt")).unwrap();
    let everyday: BTreeSet<String> = plain_words(&everyday).collect();
    let (mut asked, mut lost) = (0, Vec::new());
    for (slug, message) in messages(&register) {
        let letters: Vec<char> = message.chars().collect();
        let length = letters.len();
        // Mostly cut in the middle of a word.
        for (from, to) in [
            (0, length / 2),
            (length / 2, length),
            (length / 3, length),
            (0, length * 2 / 3),
            (length / 4, length * 3 / 4),
        ] {
            let piece: String = letters[from..to].iter().collect();
            let words: Vec<String> = plain_words(&piece).collect();
            let inner = words.get(1..words.len().saturating_sub(1)).unwrap_or_default();
            let telling: BTreeSet<&String> = inner.iter().filter(|word| !everyday.contains(*word)).collect();
            if telling.len() < 4 || !register.statuses_in(&piece).is_empty() {
                continue;
            }
            asked += 1;
            let found = found_by(&register, &piece);
            if !found.iter().any(|(found, _)| *found == slug) {
                lost.push(format!("{slug} by {piece:?}, but {found:?}"));
            }
        }
    }
    assert!(asked > 300, "{asked} parts are too few to say anything");
    assert!(lost.is_empty(), "{} of {asked} parts do not find their page:\n{}", lost.len(), lost.join("\n"));
}

/// The words of a text that have no digit in them, in small letters.
fn plain_words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !word.contains(|letter: char| letter.is_ascii_digit())).map(str::to_lowercase)
}

/// Every message of every page, with the page's name.
fn messages(register: &Register) -> impl Iterator<Item = (&str, &str)> {
    register.entries().iter().flat_map(|entry| entry.messages.iter().map(|message| (&*entry.slug, &**message)))
}

/// A way in which a message may come, and what it makes of the message.
type Way<'a> = (&'a str, &'a dyn Fn(&str) -> String);

#[test]
fn a_message_that_was_written_otherwise_finds_its_page() {
    let html = |text: &str| {
        text.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let percent = |text: &str| {
        text.bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect::<String>()
    };
    // As a narrow window breaks it.
    let wrapped = |text: &str| {
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(37).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
    };
    let ways: [Way<'_>; 8] = [
        ("in capitals", &|text| text.to_uppercase()),
        ("as HTML", &html),
        ("as JSON", &|text| json!(text).to_string()),
        ("as JSON in JSON", &|text| json!(json!(text).to_string()).to_string()),
        ("in an address", &percent),
        ("in a narrow window", &wrapped),
        ("in a log", &|text| {
            format!(
                "2026-02-03T04:05:06.789Z\t1b2c3d4e-0000-4000-8000-000000000000\tERROR\t{text}\n    at index.js:12:7\nEND RequestId: 1"
            )
        }),
        ("in a letter", &|text| {
            format!("Hi all, since this morning our page shows this, what can I do? {text} Thanks a lot for any help!")
        }),
    ];
    let register = register();
    for (slug, message) in messages(&register) {
        for (way, written) in ways {
            // An address has no letters of other alphabets.
            if way == "in an address" && !message.is_ascii() {
                continue;
            }
            let text = written(message);
            let found = found_by(&register, &text);
            assert_eq!(found.first().map(|(slug, _)| &**slug), Some(slug), "{way}: {text}\n{found:?}");
        }
    }
}

#[test]
fn two_messages_in_one_text_are_both_named() {
    let register = register();
    let entries = register.entries();
    for (index, one) in entries.iter().enumerate() {
        let other = &entries[(index + 7) % entries.len()];
        let text = format!("{}\n{}", one.messages[0], other.messages[0]);
        let found = found_by(&register, &text);
        let mut sure: Vec<&str> =
            found.iter().filter(|(slug, _)| [&one.slug, &other.slug].contains(&slug)).map(|(_, sure)| *sure).collect();
        sure.sort_unstable();
        assert_eq!(sure, ["also", "explains"], "{} and {}: {found:?}", one.slug, other.slug);
    }
}

#[test]
fn the_books_search_finds_the_same() {
    let register = register();
    let glossary = Glossary::read(&root()).unwrap();
    let mut texts: Vec<String> = queries().into_iter().map(|query| query.text).collect();
    // Halves, which are cut in the middle of a word.
    texts.extend(messages(&register).map(|(_, message)| message.chars().skip(message.chars().count() / 2).collect()));
    texts.extend(glossary.terms().iter().map(|term| format!("{}에서", term.korean)));
    texts.extend(["람다가 뭐예요?", "지연 시간이 길어요", "스트림의 지연 시간과 유지 시간"].map(str::to_string));
    texts.extend(glossary.terms().iter().map(|term| term.english.chars().take(4).collect()));
    let script = fs::read_to_string(root().join("book").join("theme").join("register.js")).unwrap();
    let script = format!("{}\n{script}", register.script(&glossary));
    // JavaScript runs on one thread, and this takes long: each core has a runtime of its own, and every so-manieth text.
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for core in 0..cores {
            let texts: Vec<&String> = texts.iter().skip(core).step_by(cores).collect();
            let (register, glossary, script) = (&register, &glossary, &script);
            scope.spawn(move || {
                for (text, found) in texts.iter().zip(found_in_the_book(script, &texts)) {
                    let words: Vec<&str> = glossary.find(text).iter().map(|term| term.anchor.as_str()).collect();
                    let expected = json!([found_by(register, text), register.statuses_in(text), words]);
                    assert_eq!(found, expected, "{text}");
                }
            });
        }
    });
}

/// What the book's search finds with each of `texts`: pages, statuses, words of the glossary.
fn found_in_the_book(script: &str, texts: &[&String]) -> Vec<Value> {
    let runtime = Runtime::new().unwrap();
    let found: String = Context::full(&runtime).unwrap().with(|context| {
        let run = format!(
            "globalThis.window = globalThis;\n{script}\n\
             const known = {{ ...workbookSearch.prepared(workbookRegister), terms: workbookRegister.terms }};\n\
             JSON.stringify({}.map((text) => [\n\
               workbookSearch.find(known, text).map(([page, sure]) => [workbookRegister.pages[page][0], sure]),\n\
               workbookSearch.statusesIn(known, text),\n\
               workbookSearch.glossary(known, text).map(([anchor]) => anchor)]))",
            json!(texts)
        );
        context.eval(run).unwrap()
    });
    let found: Vec<Value> = serde_json::from_str(&found).unwrap();
    assert_eq!(found.len(), texts.len());
    found
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
fn a_korean_question_finds_the_words_that_it_asks_for_and_no_others() {
    let glossary = Glossary::read(&root()).unwrap();
    for (text, wanted) in [
        ("람다", &["Lambda"][..]),
        ("람다가 뭐예요?", &["Lambda"]),
        ("지연 시간이 길어요", &["Latency"]),
        ("콜드 스타트를 줄이는 방법", &["Cold start"]),
        ("웹훅을 받으려면", &["Webhook"]),
    ] {
        let found: Vec<&str> = glossary.find(text).iter().map(|term| term.english.as_str()).collect();
        assert_eq!(found, wanted, "{text}");
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
