//! The book held to the course, and each rule held to its purpose: a chapter that breaks it is named, with its line.
//!
//! `chapters/good.md` is the smallest chapter that every rule accepts. A rule is proved by one edit of it.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

use std::fs;
use std::path::Path;

use course_linter::chapters::faults;

/// The workspace of a lab with one TODO and three wrong answers.
const FILES: [(&str, &str); 12] = [
    ("book/src/07-permissions.md", include_str!("chapters/good.md")),
    ("book/src/SUMMARY.md", "# Summary\n\n- [07 Permissions](07-permissions.md)\n"),
    ("book/src/images/picture.svg", "<svg/>"),
    ("book/src/transcripts/07-refused.http", "GET /\n"),
    ("book/src/transcripts/07-wrong-a.rs", "a()\n"),
    ("book/src/transcripts/07-wrong-b.rs", "b()\n"),
    ("book/src/transcripts/07-wrong-c.rs", "c()\n"),
    ("book/transcripts.toml", TRANSCRIPTS),
    ("book/transcripts/07.toml", ""),
    ("solutions/solution-07/Cargo.toml", MANIFEST),
    ("solutions/solution-07/src/main.rs", MAIN),
    ("tests/wrong-answers/lab-07/07.1-d.rs", "//! d\n//! says: d\nd()\n"),
];

const MANIFEST: &str = "[package]\nname = \"solution-07\"\ndescription = \"Permissions\"\n\n\
    [[test]]\nname = \"check\"\npath = \"../../labs/lab-07/tests/check.rs\"\n";

const MAIN: &str = "// ANCHOR: policy\n// lab-07.1 begin\nx\n// lab-07.1 starter\n// | // TODO(lab-07.1): x\n// lab-07.1 end\n// ANCHOR_END: policy\n";

const TRANSCRIPTS: &str = "[[transcript]]\nname = \"07-wrong-a\"\nkind = \"code\"\ncode = \"wrong/07.1-a\"\n\
    [[transcript]]\nname = \"07-wrong-b\"\nkind = \"code\"\ncode = \"wrong/07.1-b\"\n\
    [[transcript]]\nname = \"07-wrong-c\"\nkind = \"code\"\ncode = \"wrong/07.1-c\"\n";

/// What the linter says of the small book after one edit: `from` becomes `to` in `file`.
fn faults_after(file: &str, from: &str, to: &str) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for answer in ["a", "b", "c"] {
        let text = format!("//! {answer}\n//! says: {answer}\n{answer}()\n");
        write(root.path(), &format!("tests/wrong-answers/lab-07/07.1-{answer}.rs"), &text);
    }
    for (path, text) in FILES {
        write(root.path(), path, text);
    }
    let before = fs::read_to_string(root.path().join(file)).unwrap_or_default();
    assert!(before.contains(from), "{file} has no {from:?} to edit");
    write(root.path(), file, &if from.is_empty() { to.to_string() } else { before.replace(from, to) });
    faults(root.path()).unwrap().iter().map(ToString::to_string).collect()
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn the_book_breaks_no_rule() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
    let faults = faults(&root).unwrap_or_else(|fault| panic!("{fault}"));
    let found: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_smallest_good_chapter_breaks_none() {
    assert_eq!(faults_after("book/transcripts/07.toml", "", ""), Vec::<String>::new());
}

#[test]
fn each_edit_breaks_a_rule_and_is_told_where_and_what_to_do() {
    let (chapter, text) = FILES[0];
    let fence = "```rust\n{{#include transcripts/07-wrong-a.rs}}\n```";
    let bare = "{{#include transcripts/07-wrong-a.rs}}";
    // What is replaced, by what, the words in whose line the fault is (none: the first line), and what is said of it.
    let edits: &[(&str, &str, &str, &str)] = &[
        ("# 07 Permissions", "# 07 Rights", "", "make it `# 07 Permissions`"),
        ("## What you will be able to do", "## Aims", "", "has no section `## What you will be able to do`; add it"),
        ("- Allow.", "Allow.", "## What you will", "`## What you will be able to do` has no list"),
        ("## Invariants", "## Rules", "", "has no section `## Invariants`; add it: sentences"),
        ("1. Nothing", "Nothing", "## Invariants", "`## Invariants` has no list; give each sentence a line"),
        ("## Predict", "## Guess", "", "has no section `## Predict`; add it: a question"),
        (
            "class=\"predict\"",
            "class=\"guess\"",
            "## Predict",
            "has no <details class=\"predict\">; put the answer into one",
        ),
        (
            "transcripts/07-refused.http",
            "transcripts-07-refused.http",
            "class=\"predict\"",
            "is not from a run; include a transcript",
        ),
        ("Which status?", "The status.", "class=\"predict\"", "the prediction asks nothing; end its <summary>"),
        ("id=\"predict-07\"", "id=\"predict-07\" open", "class=\"predict\"", "stands open"),
        ("id=\"predict-07\"", "id=\"guess\"", "class=\"predict\"", "has the id \"guess\"; begin it with predict-07"),
        ("## The task", "## Work", "", "has no section `## The task`; add it: the TODOs"),
        ("TODO(lab-07.1)", "the TODO", "## The task", "does not tell what to do at TODO(lab-07.1); add it"),
        (
            "Fill it.",
            "Fill TODO(lab-07.2).",
            "TODO(lab-07.2)",
            "which the starter of lab-07 does not have; it has: lab-07.1",
        ),
        ("## Wrong answers, compared", "## Mistakes", "", "has no section `## Wrong answers, compared`; add it"),
        (
            "`07.1-d`",
            "another",
            "## Wrong answers",
            "the wrong answer 07.1-d is not compared; show its code, or name it as `07.1-d`",
        ),
        (fence, "`07.1-a`", "class=\"wrong\"", "shows no wrong answer; include the code of one"),
        ("class=\"wrong\"", "class=\"right\"", "## Wrong answers", "0 wrong answers are compared; show at least 3"),
        ("## Checkpoint", "## Questions", "", "has no section `## Checkpoint`; add it: questions"),
        ("class=\"answer\"", "class=\"reply\"", "## Checkpoint", "has no <details class=\"answer\">; put the criteria"),
        (
            "- It names one.",
            "It names one.",
            "class=\"answer\"",
            "the question has no criteria; list what a good answer says",
        ),
        (
            "smallest counterexample",
            "example",
            "## Checkpoint",
            "no question asks for a smallest counterexample; add one",
        ),
        ("## Cards", "## Memory", "", "has no section `## Cards`; add it: `<!-- cards -->`"),
        ("<!-- cards -->", "Five.", "## Cards", "the cards have no place; write <!-- cards --> on a line of its own"),
        (
            "id=\"checkpoint-07-1\"",
            "id=\"predict-07\"",
            "<details class=\"answer\"",
            "has the id \"predict-07\"; begin it with checkpoint-07",
        ),
        (
            "- It names one.\n\n</details>",
            "- It names one.\n\n</details>\n\n<details class=\"answer\" id=\"checkpoint-07-1\">\n<summary>Two?</summary>\n\n- It does.\n\n</details>",
            "<details class=\"answer\" id=\"checkpoint-07-1\">\n<summary>Two?",
            "has the id \"checkpoint-07-1\" a second time; count on",
        ),
        ("## What it costs", "## Price", "", "has no section `## What it costs`; add it: what AWS counts"),
        ("As of November 2026", "Today", "## What it costs", "has no date; say as of which month and year"),
        ("## Sources", "## Links", "", "has no section `## Sources`; add it: a link to each page that says"),
        (
            "<https://docs.aws.amazon.com>",
            "`https://docs.aws.amazon.com`",
            "## Sources",
            "`## Sources` cites nothing; link the page that says so",
        ),
        (
            "## Invariants",
            "## Cards\n\n## Invariants",
            "## Cards\n\n## Inv",
            "stands before `## Checkpoint`; chapters have their parts in one order",
        ),
        (fence, "```rust\ntyped();\n```", "typed();", "is text that nobody ran: include it"),
        (
            fence,
            "```rust\n{{#include transcripts/07-wrong-a.rs}} typed();\n```",
            "typed();",
            "is text that nobody ran: include it",
        ),
        (fence, "```empty\n```", "```empty", "is a fence without anything in it; include something, or remove it"),
        (fence, "text\n\n    indented();", "indented();", "is code by its indentation; put it between fences"),
        ("<!-- literal: to be typed -->", "<!-- literal: -->", "<!-- literal", "and not why; give the reason"),
        ("<!-- literal: to be typed -->", "", "cargo test", "is text that nobody ran"),
        (
            "<!-- literal: to be typed -->",
            "<!-- literal: of solutions/solution-07/src/main.rs -->",
            "cargo test",
            "is not a line of solutions/solution-07/src/main.rs",
        ),
        (
            bare,
            "{{#include transcripts/no.rs}}",
            "no.rs",
            "there is no such file; declare it in book/transcripts/ and run: cargo xtask book",
        ),
        (bare, "{{#include ../no.rs}}", "no.rs", "there is no such file; mend the path"),
        (":policy}}", ":law}}", ":law}}", "which has no `ANCHOR: law`; add it there"),
        (
            ":policy}}",
            ":2:900}}",
            ":2:900}}",
            "includes lines 2:900 of ../../solutions/solution-07/src/main.rs, which has 7",
        ),
        (bare, "{{#include ../../../x.rs}}", "x.rs}}", "is outside of the workbook"),
        (
            bare,
            "{{#include ../../labs/lab-07/src/main.rs}}",
            "labs/lab-07",
            "which a learner will change; include from solutions/",
        ),
        (bare, "{{#playground x.rs}}", "{{#playground", "is not a directive of this book; write {{#include FILE}}"),
        ("picture.svg)\n", "picture.svg)\n\n{{#include", "{{#include\n", "is not a directive of this book"),
        (
            "\n{{#include transcripts/07-wrong-c.rs}}\n```\n\n</div>",
            "\n{{#include transcripts/07-wrong-c.rs}}\n```\n\n<div class=\"last\"></div>",
            "<div class=\"wrong\">\n\n```rust\n{{#include transcripts/07-wrong-c",
            "is never closed",
        ),
    ];
    let mut silent = Vec::new();
    for &(from, to, at, what) in edits {
        let found = faults_after(chapter, from, to);
        let edited = text.replace(from, to);
        let at = edited.find(at).expect("the fault's line is in the text");
        let place = format!("{chapter}:{}: ", edited[..at].matches('\n').count() + 1);
        if !found.iter().any(|fault| fault.starts_with(&place) && fault.contains(what)) {
            silent.push(format!("{from:?} → {to:?} does not say {what:?} at {place}but:\n  {}", found.join("\n  ")));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn pages_files_and_labs_are_what_the_table_of_contents_says() {
    let summary = "book/src/SUMMARY.md";
    let entry = "- [07 Permissions](07-permissions.md)\n";
    for (file, from, to, what) in [
        (
            summary,
            entry,
            "",
            "book/src/07-permissions.md:1: is a page that book/src/SUMMARY.md does not list; list it, or remove it",
        ),
        (summary, "07-permissions.md", "08.md", "book/src/SUMMARY.md:3: lists \"08.md\", and there is no such page"),
        (summary, "07-permissions.md", "", "book/src/SUMMARY.md:3: lists \"\", and there is no such page"),
        (
            summary,
            entry,
            "- [a](07-permissions.md)\n- [b](07-permissions.md)\n",
            "book/src/SUMMARY.md:4: lists 07-permissions.md a second time",
        ),
        (
            "book/src/images/other.svg",
            "",
            "<svg/>",
            "book/src/images/other.svg:1: is used by no page; use it, or remove it",
        ),
        (
            "book/src/page.html",
            "",
            "<script src=\"page/script.js\"></script>",
            "book/src/page.html:1: is used by no page; use it, or remove it",
        ),
        (
            "book/src/08-more.md",
            "",
            "# 08 More\n",
            "book/src/08-more.md:1: is the chapter of lab 08, and there is no solutions/solution-08",
        ),
        (
            "solutions/solution-09/Cargo.toml",
            "",
            &MANIFEST.replace("07", "09"),
            "book/src/SUMMARY.md:1: lab-09 \"Permissions\" has no chapter; write book/src/09-….md",
        ),
        (
            "book/src/glossary.md",
            "",
            &include_str!("chapters/glossary.md").replace("https:", "http:"),
            "book/src/glossary.md:10: the entry \"Queue\" has no source; link AWS's page",
        ),
        (
            "book/src/template-yaml.md",
            "",
            "# How to read `template.yaml`\n\nThe first date has been the only one since.\n",
            "book/src/template-yaml.md:1: has no section `## Sources` that links a page outside of this book; add it",
        ),
        (
            "tests/wrong-answers/lab-07/07.1-e.rs",
            "",
            "//! e\n//! says: e\ne()\n",
            "the wrong answer 07.1-e is not compared",
        ),
    ] {
        let found = faults_after(file, from, to);
        assert!(found.iter().any(|fault| fault.contains(what)), "{file}: {from:?} → {to:?} says {found:?}");
    }
}
