//! `explain`: from a message, pasted as it was seen, to the page of the register that explains it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use course::glossary::Glossary;
use course::register::{Confidence, Entry, Found, Register, readable};

use crate::error::Error;
use crate::output::{note, say};

/// What is kept of a text, in bytes from its end, because that is where the message of a log stands.
const KEPT: usize = 2 * 1024 * 1024;
/// What is read at most, in bytes: a program that never stops writing is not waited for.
const READ: usize = 64 * KEPT;
/// What is searched at once, in letters, and how many of them are searched with the piece before, too.
const PIECE: usize = 64 * 1024;
const OVERLAP: usize = 4 * 1024;
/// After this time a line says why nothing happens.
const PATIENCE: Duration = Duration::from_secs(5);
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
    text: Vec<OsString>,
}

/// Prints what explains the text.
///
/// # Errors
///
/// A sentence, where nothing does.
pub fn run(root: &Path, options: ExplainOptions) -> Result<(), Error> {
    let text = match &options.text[..] {
        [] => from_input()?,
        given => given.join(" ".as_ref()).to_string_lossy().into_owned(),
    };
    let text = readable(&text);
    if text.trim().is_empty() {
        let next = "Paste the message in single quotation marks: cargo workbook explain 'Missing Authentication Token'";
        return Err(Error::new("There is nothing to explain.", next));
    }
    let book = root.join("book").join("src");
    let register = Register::read(root).map_err(Error::of_file(Path::new("The register")))?;
    let glossary = Glossary::read(root).map_err(Error::of_file(&book.join("glossary.md")))?;
    let (piece, found) = last_found(&register, &text, PATIENCE, |done, all| {
        note!("Still searching, from the end of the text: {done} of {all} parts had no message.");
    });
    let statuses = register.statuses_in(piece);
    let words = glossary.find(piece);
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

/// The last piece of a text that has a message, and the pages that explain it; the last piece where none has. After
/// `patience` one call of `tell` says how many pieces are done, and of how many.
fn last_found<'a, 'register>(
    register: &'register Register,
    text: &'a str,
    patience: Duration,
    tell: impl FnOnce(usize, usize),
) -> (&'a str, Vec<Found<'register>>) {
    let pieces = pieces(text);
    let (last, all) = (*pieces.first().expect("a text has a piece"), pieces.len());
    let (begun, mut tell) = (Instant::now(), Some(tell));
    for (done, piece) in pieces.into_iter().enumerate() {
        if done > 0
            && begun.elapsed() >= patience
            && let Some(tell) = tell.take()
        {
            tell(done, all);
        }
        let found = register.find(piece);
        if !found.is_empty() {
            return (piece, found);
        }
    }
    (last, Vec::new())
}

/// A text in pieces, the last one first.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut end = text.len();
    loop {
        let start = text.floor_char_boundary(end.saturating_sub(PIECE));
        pieces.push(&text[start..end]);
        if start == 0 {
            return pieces;
        }
        end = text.floor_char_boundary(start + OVERLAP);
    }
}

fn from_input() -> Result<String, Error> {
    let input = std::io::stdin().lock();
    let is_typed = input.is_terminal();
    if is_typed {
        note!("Paste the message, then press Ctrl-D (on Windows: Ctrl-Z and Enter).");
    }
    let (end, ended) = mpsc::channel::<()>();
    let waiting = thread::spawn(move || {
        if !is_typed && ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            note!("Still reading: the text is explained when the program that writes it has ended.");
        }
    });
    let read = Input::read(input);
    drop(end);
    let _ = waiting.join();
    let read = read.map_err(|why| {
        Error::new(format!("Standard input cannot be read: {why}."), "Give the message as an argument in its place")
    })?;
    if read.is_endless {
        note!("The input goes on after {} MB; it is not read any further.", READ / 1024 / 1024);
    }
    if read.left_out > 0 {
        note!("Of the text only the last {} MB are searched.", KEPT / 1024 / 1024);
    }
    Ok(read.text())
}

/// What was read of an input.
#[derive(Debug, Default)]
struct Input {
    /// The last [`KEPT`] bytes, however many there were.
    kept: Vec<u8>,
    /// How many stood before them.
    left_out: usize,
    /// The first two, which may say how all are written.
    first: Vec<u8>,
    /// Whether there were more than are read.
    is_endless: bool,
}

impl Input {
    fn read(mut input: impl Read) -> io::Result<Input> {
        let mut read = Input::default();
        while input.by_ref().take(KEPT as u64).read_to_end(&mut read.kept)? > 0 {
            if read.first.is_empty() {
                read.first.extend(read.kept.iter().take(2));
            }
            let left_out = read.kept.len().saturating_sub(KEPT);
            read.kept.drain(..left_out);
            read.left_out += left_out;
            if read.left_out + read.kept.len() >= READ {
                read.is_endless = true;
                break;
            }
        }
        Ok(read)
    }

    /// The text, in UTF-8, or in UTF-16 as Windows' PowerShell writes it into files.
    fn text(&self) -> String {
        let from_bytes: fn([u8; 2]) -> u16 = match self.first[..] {
            [0xff, 0xfe] => u16::from_le_bytes,
            [0xfe, 0xff] => u16::from_be_bytes,
            _ => return String::from_utf8_lossy(&self.kept).into_owned(),
        };
        let (pairs, _) = self.kept[self.left_out % 2..].as_chunks::<2>();
        String::from_utf16_lossy(&pairs.iter().map(|pair| from_bytes(*pair)).collect::<Vec<_>>())
    }
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
    use course::register::RegisterLines;

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
    fn of_a_long_log_the_end_is_kept() {
        let log = [vec![b'a'; KEPT + 3], b"Task timed out".to_vec()].concat();
        let read = Input::read(log.as_slice()).unwrap();
        assert_eq!((read.kept.len(), &read.kept[KEPT - 5..]), (KEPT, b"d out".as_slice()));
        assert_eq!((read.left_out, read.is_endless), (log.len() - KEPT, false));
        assert_eq!(Input::read(b"short".as_slice()).unwrap().text(), "short");
    }

    #[test]
    fn an_endless_text_is_not_read_to_its_end() {
        let read = Input::read(io::repeat(b'y')).unwrap();
        assert!(read.is_endless && read.left_out + read.kept.len() == READ);
    }

    #[test]
    fn a_text_that_windows_wrote_is_read() {
        for (mark, to_bytes) in
            [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)]
        {
            let written = |text: &str| [mark.to_vec(), text.encode_utf16().flat_map(to_bytes).collect()].concat();
            assert_eq!(Input::read(written("람다 Forbidden").as_slice()).unwrap().text(), "\u{feff}람다 Forbidden");
            // The mark is not in the part that is kept, which begins in the middle of a letter.
            let long = Input::read([written(&"a".repeat(KEPT)), vec![0]].concat().as_slice()).unwrap();
            assert!(long.text().chars().rev().skip(1).all(|letter| letter == 'a'), "{:?}", mark);
        }
    }

    #[test]
    fn a_message_is_found_wherever_it_stands() {
        let page = "# Timed out\n\n## The message\n\nIn the log:\n\n```text\nTask timed out after 3.00 seconds\n```\n";
        let register = Register::of(vec![Entry::parse("timed-out", page)], RegisterLines::default());
        let message = "Task timed out after 3.00 seconds";
        for (before, after) in [(0, 0), (3 * PIECE, 0), (0, 3 * PIECE), (PIECE, PIECE - 7), (PIECE, 2 * PIECE - 20)] {
            let text = format!("{}{message}\n{}", "람\n".repeat(before / 4), ".\n".repeat(after / 2));
            let (piece, found) = last_found(&register, &text, PATIENCE, |_, _| {});
            assert_eq!(found.len(), 1, "{before} {after}");
            assert!(piece.contains(message) && piece.len() <= PIECE + 3, "{before} {after}");
        }
    }

    #[test]
    fn after_a_while_one_line_says_that_the_search_goes_on() {
        let register = Register::of(Vec::new(), RegisterLines::default());
        let mut calls = Vec::new();
        last_found(&register, &".\n".repeat(2 * PIECE), Duration::ZERO, |done, all| calls.push((done, all)));
        assert_eq!(calls, [(1, 5)]);
        last_found(&register, "short", Duration::ZERO, |_, _| panic!("there is one piece"));
    }
}
