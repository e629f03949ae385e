//! `explain`: from a message, pasted as it was seen, to the page of the register that explains it.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use course::glossary::Glossary;
use course::register::{Confidence, Entry, Found, Register};

use crate::error::Error;
use crate::output::{harmless, note, say};

/// What is read of a text, in bytes from its end, because that is where the message of a log stands.
const MOST: usize = 64 * 1024;
/// The parts of a page that answer "what now", in their order.
const PARTS: [&str; 5] =
    ["Who says it", "Why", "How to prove that it is this", "The repair", "A repair that does not help"];

/// The most pages of one kind that are named after the one that explains, and the most words of the glossary.
const MOST_OTHERS: usize = 3;
const MOST_WORDS: usize = 5;
/// The heading in the introduction below which a table says who answers with what.
const HOPS: &str = "Which hop gives which error";

/// What to explain.
#[derive(Debug, clap::Args)]
pub struct ExplainOptions {
    /// The message, in single quotation marks; standard input when left out, which is best if the message has such marks itself
    #[arg(allow_hyphen_values = true)]
    text: Vec<String>,
}

/// Prints what explains the text.
///
/// # Errors
///
/// A sentence, where nothing does.
pub fn run(root: &Path, options: ExplainOptions) -> Result<(), Error> {
    let text = if options.text.is_empty() { from_input()? } else { options.text.join(" ") };
    let text = without_colours(&text);
    if text.trim().is_empty() {
        let next = "Paste the message in single quotation marks: cargo workbook explain 'Missing Authentication Token'";
        return Err(Error::new("There is nothing to explain.", next));
    }
    let book = root.join("book").join("src");
    let register = Register::read(root).map_err(Error::of_file(Path::new("The register")))?;
    let glossary = Glossary::read(root).map_err(Error::of_file(&book.join("glossary.md")))?;
    let found = register.find(&text);
    let statuses = register.statuses_in(&text);
    let words = glossary.find(&text);
    if let Some(first) = found.first() {
        match first.confidence {
            Confidence::Perhaps => {
                say!(
                    "{}",
                    match found.len() {
                        1 => "This may be meant. Paste the whole message to be sure:",
                        _ => "Several causes have this in their message. Paste the whole message, or choose:",
                    }
                );
                list(&found, Confidence::Perhaps, usize::MAX);
            }
            _ => {
                print(first.entry, first.message);
                say_which(&found, "Also in what you pasted:", Confidence::Also);
                say_which(&found, "Or, less likely:", Confidence::LessLikely);
            }
        }
    } else if !statuses.is_empty() {
        let file = book.join("introduction.md");
        let page = std::fs::read_to_string(&file).map_err(Error::of_file(&file))?;
        say!("A status does not say who answered. From the table {HOPS:?} (book/src/introduction.md):\n");
        say!("{}", hops(&page, &text, &statuses));
    } else if words.is_empty() {
        let next = format!(
            "Paste the message itself, whole, without the program's own words around it. Or ask first who answered, with the table \
             {HOPS:?} in book/src/introduction.md. All {} messages: book/src/register.md",
            register.entries().len()
        );
        return Err(Error::new("The register has no message like this.", next));
    } else {
        say!("The register has no message like this.");
    }
    if !words.is_empty() {
        say!("\nIn the glossary (book/src/glossary.md):");
        for word in words.iter().take(MOST_WORDS) {
            let korean = if word.korean.is_empty() { String::new() } else { format!(" ({})", word.korean) };
            say!("  {}{korean}", word.english);
        }
    }
    Ok(())
}

/// Those of the pages that were found with this confidence, below a line of their own.
fn say_which(found: &[Found<'_>], line: &str, confidence: Confidence) {
    if found.iter().any(|found| found.confidence == confidence) {
        say!("\n{line}");
        list(found, confidence, MOST_OTHERS);
    }
}

fn list(found: &[Found<'_>], confidence: Confidence, most: usize) {
    for Found { entry, .. } in found.iter().filter(|found| found.confidence == confidence).take(most) {
        say!("  {}  (book/src/register/{}.md)", entry.title, entry.slug);
    }
}

/// The rows of the introduction's table that have one of these statuses, or the text itself; all of them where none has.
fn hops(page: &str, text: &str, statuses: &BTreeSet<String>) -> String {
    let section = page.split_once(&format!("\n## {HOPS}\n")).map_or("", |(_, after)| after);
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = |row: &str| row.split('|').map(|cell| plain(cell.trim()).trim().to_string()).collect::<Vec<_>>();
    // The first two lines are the table's head.
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with('|')).skip(2).map(cells).collect();
    let text = text.trim().to_lowercase();
    let says =
        |seen: &String| statuses.iter().any(|status| seen.contains(status)) || seen.to_lowercase().contains(&text);
    let has = |row: &&Vec<String>| row.get(1).is_some_and(says);
    let fitting: Vec<_> = rows.iter().filter(has).collect();
    let shown = if fitting.is_empty() { rows.iter().collect() } else { fitting };
    let texts = shown.into_iter().filter_map(|row| match &row[..] {
        [_, seen, hop, why, ..] => Some(format!("  {seen}\n      hop {hop}: {why}")),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn print(entry: &Entry, message: &str) {
    say!("{}\n", entry.title);
    say!("The message that the register has\n{}\n", indented(message));
    for part in PARTS {
        let text = plain(entry.part(part));
        if !text.is_empty() {
            say!("{part}\n{text}\n");
        }
    }
    let here = plain(entry.part("See it here"));
    say!("See it here\n{here}\n\nThe whole page: register/{0}.html in the book, book/src/register/{0}.md", entry.slug);
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn from_input() -> Result<String, Error> {
    let input = std::io::stdin().lock();
    if input.is_terminal() {
        note!("Paste the message, then press Ctrl-D (on Windows: Ctrl-Z and Enter).");
    }
    let bytes = tail(input).map_err(|why| {
        Error::new(format!("Standard input cannot be read: {why}."), "Give the message as an argument in its place")
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last [`MOST`] bytes, however much comes.
fn tail(mut input: impl Read) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    while input.by_ref().take(MOST as u64).read_to_end(&mut kept)? > 0 {
        kept.drain(..kept.len().saturating_sub(MOST));
    }
    Ok(kept)
}

/// A text without a terminal's colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_string();
    let rest =
        parts.map(|part| part.split_once(|letter: char| letter.is_ascii_alphabetic()).map_or("", |(_, rest)| rest));
    harmless(&(first + &rest.collect::<String>()).replace('\r', ""))
}

/// Markdown as somebody reads it in a terminal: links by their words, no comments, fences by their indent.
fn plain(markdown: &str) -> String {
    let mut lines = Vec::new();
    // Between fences, links may go on in the next line.
    for (index, part) in markdown.split("```").enumerate() {
        match index % 2 {
            1 => lines.extend(part.lines().skip(1).map(|line| format!("    {line}"))),
            _ => {
                let text = without_links(part);
                let shown = text.trim_matches('\n').lines().filter(|line| !line.trim_start().starts_with("<!--"));
                lines.push(String::new());
                lines.extend(shown.map(|line| format!("  {line}").trim_end().to_string()));
                lines.push(String::new());
            }
        }
    }
    while lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n")
}

fn without_links(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((words, target)) = after.split_once("](") else { break };
        let Some((_, end)) = target.split_once(')') else { break };
        text.push_str(before);
        text.push_str(&words.replace('\n', " "));
        rest = end;
    }
    (text + rest).replace("**", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_well_in_a_terminal() {
        let markdown = "\n<!-- literal: as seen -->\nSee [chapter 07](../07-permissions.md#x) and **all** of [a\nb](c).\n\n\n```text\nx [y](z)\n```\n\n";
        assert_eq!(plain(markdown), "  See chapter 07 and all of a b.\n\n    x [y](z)");
        assert_eq!(without_links("an [unfinished link"), "an [unfinished link");
    }

    #[test]
    fn the_rows_of_a_status_are_shown() {
        let page = "# I\n\n## Which hop gives which error\n\nProse.\n\n| You see | Hop | Who |\n|---|---|---|\n| 403 `a` | 3 | [one](b.md) |\n\
                    | 500 `b` | 4 | two |\n\n## Next\n\n| 500 | 9 | nine |\n";
        let shown = |status: &str| hops(page, "B", &BTreeSet::from([status.to_string()]));
        assert_eq!(shown("500"), "  500 `b`\n      hop 4: two");
        assert_eq!(hops(page, "x", &BTreeSet::from(["403".to_string()])), "  403 `a`\n      hop 3: one");
        assert_eq!(shown("403"), "  403 `a`\n      hop 3: one\n  500 `b`\n      hop 4: two");
        assert_eq!(
            hops(page, "x", &BTreeSet::from(["418".to_string()])),
            "  403 `a`\n      hop 3: one\n  500 `b`\n      hop 4: two"
        );
    }

    #[test]
    fn of_a_long_log_the_end_is_read() {
        let log = [vec![b'a'; 3 * MOST], b"Task timed out".to_vec()].concat();
        let kept = tail(log.as_slice()).unwrap();
        assert_eq!((kept.len(), &kept[MOST - 5..]), (MOST, b"d out".as_slice()));
        assert_eq!(tail(b"short".as_slice()).unwrap(), b"short");
    }

    #[test]
    fn what_a_terminal_obeys_is_taken_out() {
        assert_eq!(without_colours("\u{1b}[31mAccess\u{1b}[0m denied\r\n"), "Access denied\n");
    }
}
