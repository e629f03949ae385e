//! Pages of one kind have the same parts in the same order: concepts, which explain, and the register's, which are found by a message.
//!
//! A reader who has seen one knows where the next one has what they look for; `cargo workbook explain` prints a register's parts by
//! their names. The chapters of labs have rules of their own: see `lesson`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::page::Page;
use course::regions::Fault;

/// A part that a page must have, and what must stand in it.
struct Part {
    title: &'static str,
    must: Must,
}

/// What a part must hold.
#[derive(Clone, Copy, PartialEq)]
enum Must {
    /// Words.
    Say,
    /// A table, of which one chooses a line.
    Compare,
    /// A link to the chapter of a lab.
    LeadToALab,
    /// A question whose answer is closed.
    Ask,
    /// A link to somebody else's page.
    Cite,
    /// A fence with the message as it is seen.
    Quote,
}

/// The last parts of a page that explains a concept; what stands before them is its own.
const CONCEPT: [Part; 5] = [
    Part { title: "Choose", must: Must::Compare },
    Part { title: "What has changed since the notes were written", must: Must::Say },
    Part { title: "Where a lab lets you feel it", must: Must::LeadToALab },
    Part { title: "Checkpoint", must: Must::Ask },
    Part { title: "Sources", must: Must::Cite },
];

/// The parts of a page of the register.
const REGISTER: [Part; 9] = [
    Part { title: "The message", must: Must::Quote },
    Part { title: "Who says it", must: Must::Say },
    Part { title: "Why", must: Must::Say },
    Part { title: "How to prove that it is this", must: Must::Say },
    Part { title: "The repair", must: Must::Say },
    Part { title: "A repair that does not help", must: Must::Say },
    Part { title: "What the notes say", must: Must::Say },
    Part { title: "See it here", must: Must::LeadToALab },
    Part { title: "Sources", must: Must::Cite },
];

/// The most words of a page: about nine minutes, and about three.
const CONCEPT_WORDS: usize = 1_900;
const REGISTER_WORDS: usize = 650;

/// The page below `concepts/` that is a list, and explains nothing by itself.
pub(super) const LIST: &str = "book/src/concepts/read-on.md";

pub(super) fn faults(page: &Page) -> Vec<Fault> {
    let is_in = |folder: &str| page.file.starts_with(&format!("book/src/{folder}/"));
    if is_in("concepts") && page.file != LIST {
        let mut faults = faults_of(page, &CONCEPT, CONCEPT_WORDS);
        if page.boxes("answer", &(0..page.text.len())).len() < 2 {
            faults.push(
                page.fault(1, "asks fewer than two questions; add <details class=\"answer\"> to its `## Checkpoint`"),
            );
        }
        return faults;
    }
    if is_in("register") { faults_of(page, &REGISTER, REGISTER_WORDS) } else { Vec::new() }
}

/// Messages that two pages of the register have: a pasted one could find either.
pub(super) fn doubles(pages: &[Page]) -> Vec<Fault> {
    let mut first: BTreeMap<&str, &Page> = BTreeMap::new();
    let mut faults = Vec::new();
    for page in pages.iter().filter(|page| page.file.starts_with("book/src/register/")) {
        let quoted = body(page, "The message").map(|(at, _)| at);
        let Some(range) = quoted else { continue };
        let (from, to) = (page.line(range.start), page.line(range.end));
        for fence in page.fences.iter().filter(|fence| (from..to).contains(&fence.line)) {
            match first.get(fence.body.trim()) {
                Some(other) if other.file != page.file => {
                    let what = format!("quotes a message that {} has; keep it on one of them", other.file);
                    faults.push(page.fault(fence.line, what));
                }
                _ => drop(first.insert(fence.body.trim(), page)),
            }
        }
    }
    faults
}

fn faults_of(page: &Page, parts: &[Part], most_words: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut last = 0;
    for part in parts {
        let Some((range, text)) = body(page, part.title) else {
            faults.push(page.fault(1, format!("has no section `## {}`; add it", part.title)));
            continue;
        };
        let line = page.line(range.start);
        if range.start < last {
            faults.push(page.fault(line, format!("`## {}` stands too early; keep the parts in one order", part.title)));
        }
        last = range.start;
        if let Some(what) = lacking(page, part.must, &range, text) {
            faults.push(page.fault(line, format!("`## {}` {what}", part.title)));
        }
    }
    let words = page.text.split_whitespace().count()
        - page.fences.iter().map(|fence| fence.body.split_whitespace().count()).sum::<usize>();
    // Links and boxes are written with words that nobody reads.
    if words > most_words * 5 / 4 {
        faults.push(page.fault(1, format!("has {words} words; cut it to {most_words}, or make two pages of it")));
    }
    faults
}

/// The text below a heading, to the next one of its level.
fn body<'a>(page: &'a Page, title: &str) -> Option<(Range<usize>, &'a str)> {
    let range = page.section(title)?;
    let text = page.text[range.clone()].split_once('\n').map_or("", |(_, text)| text);
    Some((range, text))
}

/// What is missing in a part's text, if something is.
fn lacking(page: &Page, must: Must, range: &Range<usize>, text: &str) -> Option<&'static str> {
    let leads_to_a_lab = || {
        text.match_indices("](../")
            .any(|(at, found)| text[at + found.len()..].starts_with(|digit: char| digit.is_ascii_digit()))
    };
    let (holds, what) = match must {
        Must::Say => {
            (text.split_whitespace().count() >= 2, "says nothing; write a sentence, or that the notes do not have it")
        }
        Must::Compare => (text.contains("\n|"), "has no table; put what one chooses between into its lines"),
        Must::LeadToALab => (leads_to_a_lab(), "leads to no lab; link a chapter: (../05-the-board.md#…)"),
        Must::Ask => (text.contains("<details class=\"answer\""), "asks nothing; add a <details class=\"answer\">"),
        Must::Cite => (page.cites(range), "cites nothing; link the page that says so"),
        Must::Quote => (text.contains("\n```text\n"), "quotes nothing; put the message into a fence of text"),
    };
    (!holds).then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Title\n\nWho meets it.\n\n## The message\n\nIn the response:\n\n<!-- literal: as seen -->\n```text\n403\n```\n\n\
        ## Who says it\n\nThe gateway says it itself.\n\n## Why\n\nBecause nothing was deployed yet.\n\n\
        ## How to prove that it is this\n\nAsk for the deployed stage again.\n\n## The repair\n\nDeploy the stage, then ask.\n\n\
        ## A repair that does not help\n\nWaiting helps nobody at all.\n\n## What the notes say\n\nThe notes do not have it.\n\n\
        ## See it here\n\n[Lab 02](../02-routes-and-stages.md)\n\n## Sources\n\n- [AWS](https://docs.aws.amazon.com)\n";

    fn faults_in(file: &str, text: &str) -> Vec<String> {
        faults(&Page::parse(file, text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_page_of_the_register_has_its_parts_and_each_holds_something() {
        let file = "book/src/register/a.md";
        assert_eq!(faults_in(file, GOOD), [""; 0]);
        for (from, to, words) in [
            ("## Why\n", "## Because\n", "a.md:1: has no section `## Why`; add it"),
            ("```text", "```json", "`## The message` quotes nothing"),
            ("(../02-routes-and-stages.md)", "(../setup.md)", "`## See it here` leads to no lab"),
            ("https://docs.aws.amazon.com", "../setup.md", "`## Sources` cites nothing"),
            ("[AWS](https://docs.aws.amazon.com)", "`https://docs.aws.amazon.com`", "`## Sources` cites nothing"),
            ("The notes do not have it.", "No.", "`## What the notes say` says nothing"),
            ("Who meets it.", &"word ".repeat(900), "words; cut it to 650"),
        ] {
            let found = faults_in(file, &GOOD.replace(from, to));
            assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        }
    }

    #[test]
    fn a_concept_ends_with_a_choice_a_lab_a_question_and_its_sources() {
        let answer =
            "<details class=\"answer\" id=\"checkpoint-a-1\">\n<summary>Why?</summary>\n\nSo.\n\n</details>\n\n";
        let good = format!(
            "# A\n\nA failure.\n\n## Choose\n\n| a | b |\n|---|---|\n| c | d |\n\n## What has changed since the notes were written\n\nOne thing is new today.\n\n\
             ## Where a lab lets you feel it\n\n[Lab](../05-the-board.md#x)\n\n## Checkpoint\n\n{answer}{answer}## Sources\n\n[a](https://a.example)\n"
        );
        assert_eq!(faults_in("book/src/concepts/a.md", &good), [""; 0]);
        assert!(
            faults_in("book/src/concepts/a.md", &good.replace("| c | d |", "").replace('|', ""))
                .concat()
                .contains("has no table")
        );
        assert!(
            faults_in("book/src/concepts/a.md", &good.replacen(answer, "", 1))
                .concat()
                .contains("fewer than two questions")
        );
        assert_eq!(faults_in("book/src/05-the-board.md", "# Other pages have other rules"), [""; 0]);
    }

    #[test]
    fn a_message_has_one_page() {
        let pages = ["a", "b"].map(|name| Page::parse(&format!("book/src/register/{name}.md"), GOOD));
        let faults: Vec<String> = doubles(&pages).iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            ["book/src/register/b.md:10: quotes a message that book/src/register/a.md has; keep it on one of them"]
        );
    }
}
