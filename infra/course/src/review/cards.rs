//! The cards, and the checkpoints that become cards.
//!
//! Reading says what has a wrong form. What cards must be to the book is held by the course linter: `tests/course/src/review.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::chapters::{SOURCE, number_of};
use crate::lab::read_tree;
use crate::regions::Fault;
pub use crate::whiteboard::storyboard::{Language, Text};

/// The file, below the workspace's folder.
pub const FILE: &str = "book/review/cards.toml";

/// A question that asks why, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Card {
    /// What progress is kept by: `05-1`.
    pub id: String,
    /// The number of the chapter after which it is asked for the first time.
    pub chapter: String,
    /// The section that answers it: `05-the-board.md#conditions`.
    pub source: String,
    /// The numbers of the chapters that begin with it.
    #[serde(default)]
    pub warms_up: Vec<String>,
    /// The question.
    pub question: Text,
    /// The answer.
    pub answer: Text,
}

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardsFile {
    card: Vec<Card>,
}

/// All cards.
#[derive(Debug, Clone, Default)]
pub struct Deck {
    /// In the order of the file, which is the order in which new ones are asked.
    pub cards: Vec<Card>,
}

impl Deck {
    /// Reads the cards of the workspace in `root`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or whose form is wrong.
    pub fn read(root: &Path) -> Result<Deck, Fault> {
        let unread = |why: io::Error| Fault { file: FILE.to_string(), line: 1, what: format!("cannot be read: {why}") };
        Deck::parse(&fs::read_to_string(root.join(FILE)).map_err(unread)?)
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// What has a wrong form, with its line.
    pub fn parse(text: &str) -> Result<Deck, Fault> {
        let file: CardsFile = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Fault { file: FILE.to_string(), line, what: why.message().to_string() }
        })?;
        Ok(Deck { cards: file.card })
    }

    /// The card of this id.
    pub fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }
}

impl Card {
    /// The page that its answer is on, and the section: `05-the-board.md`, `conditions`.
    pub fn place(&self) -> (&str, &str) {
        self.source.split_once('#').unwrap_or((&self.source, ""))
    }

    /// Whether it stands on the page of its chapter, at its end.
    pub fn is_of_lesson(&self) -> bool {
        number_of(self.place().0) == Some(self.chapter.as_str())
    }
}

/// A question at the end of a page, with the criteria of a good answer. It becomes a card for those who have missed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// `checkpoint-05-1`.
    pub id: String,
    /// `05-the-board.md`.
    pub page: String,
    /// The question, as text.
    pub question: String,
    /// The criteria, as text, with a `- ` before each.
    pub answer: String,
}

/// The checkpoints of all pages of the book, by their ids.
///
/// # Errors
///
/// Pages that cannot be read.
pub fn checkpoints(root: &Path) -> io::Result<BTreeMap<String, Checkpoint>> {
    let mut found = BTreeMap::new();
    for (page, bytes) in read_tree(&root.join(SOURCE))? {
        if page.ends_with(".md") {
            let of_page = checkpoints_of(&page, &String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
            found.extend(of_page.into_iter().map(|checkpoint| (checkpoint.id.clone(), checkpoint)));
        }
    }
    Ok(found)
}

fn checkpoints_of(page: &str, text: &str) -> Vec<Checkpoint> {
    const BOX: &str = "<details class=\"answer\" id=\"checkpoint-";
    let boxes = text.match_indices(BOX).filter_map(|(at, _)| {
        let inside = &text[at + BOX.len()..];
        let (number, rest) = inside.split_once("\">")?;
        let (content, _) = rest.split_once("</details>")?;
        let (question, answer) = content.split_once("</summary>")?;
        let question = question.trim_start().strip_prefix("<summary>")?;
        Some(Checkpoint {
            id: format!("checkpoint-{number}"),
            page: page.to_string(),
            question: plain(question),
            answer: plain_lines(answer),
        })
    });
    boxes.collect()
}

/// How the id of a card begins that was made of a drill; its number follows.
pub const DRILL: &str = "drill-";

/// An incident drill as a card, for those who did not solve it: its complaint, and how an expert went about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillCard {
    /// `04`.
    pub number: String,
    /// The question.
    pub question: Text,
    /// The answer, which the drills have in English only.
    pub answer: String,
}

/// The drills of the workspace in `root`, by the ids of their cards. One that cannot be understood is left out: what drills are is held by
/// their own rules.
pub fn drills(root: &Path) -> BTreeMap<String, DrillCard> {
    let folders = fs::read_dir(root.join("book").join("drills")).into_iter().flatten().flatten();
    let drills = folders.filter_map(|folder| {
        let name = folder.file_name().to_string_lossy().into_owned();
        let (number, _) = name.split_once('-')?;
        let drill: toml::Table = fs::read_to_string(folder.path().join("drill.toml")).ok()?.parse().ok()?;
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let complaint = |language: &str| Some(line(drill.get("complaint")?.get(language)?.as_str()?));
        let (en, ko) = (complaint("en")?, complaint("ko")?);
        let question = Text {
            en: format!("{en} Why? Name the symptom, the cause and the line that proves it, or do the drill again first: the answer tells all."),
            ko: format!("{ko} 왜 그런가? 증상, 원인, 증거가 되는 줄을 말하거나, 먼저 훈련을 다시 해 보라. 답에는 모든 것이 나온다."),
        };
        let answer = plain_lines(drill.get("debrief")?.as_str()?);
        Some((format!("{DRILL}{number}"), DrillCard { number: number.to_string(), question, answer }))
    });
    drills.collect()
}

/// A paragraph of a page as text: code between backticks, links by their words, nothing else of its markup.
fn plain(markup: &str) -> String {
    let mut text = String::new();
    let mut rest = markup;
    while let Some(at) = rest.find(['<', '[', '*']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = match rest.as_bytes()[0] {
            b'<' => rest.find('>').map(|end| {
                if matches!(&rest[..=end], "<code>" | "</code>") {
                    text.push('`');
                }
                end + 1
            }),
            b'[' => link(rest).map(|(words, end)| {
                text.push_str(&plain(words));
                end
            }),
            _ => Some(1),
        };
        let skipped = skipped.unwrap_or_else(|| {
            text.push_str(&rest[..1]);
            1
        });
        rest = &rest[skipped..];
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of the link that a text begins with, and where it ends.
fn link(text: &str) -> Option<(&str, usize)> {
    let close = text.find("](")?;
    let end = close + text[close..].find(')')?;
    Some((&text[1..close], end + 1))
}

/// Paragraphs and lists as text, each item on a line of its own.
fn plain_lines(markup: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in markup.lines() {
        let line = line.trim();
        let begins = line.starts_with("- ") || !goes_on;
        match lines.last_mut() {
            _ if line.is_empty() => {}
            Some(last) if !begins => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push(line.to_string()),
        }
        goes_on = !line.is_empty();
    }
    let told = lines.iter().map(|line| match line.strip_prefix("- ") {
        Some(item) => format!("- {}", plain(item)),
        None => plain(line),
    });
    told.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const SMALL: &str = r#"
[[card]]
id = "01-1"
chapter = "01"
source = "01-first.md#two-doors"
warms-up = ["03"]
question.en = "Why `a < b` & not <c>?"
question.ko = "왜 `a < b`인가?"
answer.en = "Because."
answer.ko = "그래서."

[[card]]
id = "walls-1"
chapter = "03"
source = "concepts/walls.md#the-wall"
question.en = "Why a wall?"
question.ko = "왜 벽인가?"
answer.en = "Because of\ttabs."
answer.ko = "탭 때문."
"#;

    #[test]
    fn a_card_knows_its_page() {
        let deck = Deck::parse(SMALL).unwrap();
        let [first, second] = &deck.cards[..] else { panic!("{deck:?}") };
        assert_eq!(first.place(), ("01-first.md", "two-doors"));
        assert_eq!((first.is_of_lesson(), second.is_of_lesson()), (true, false));
        assert_eq!(first.warms_up, ["03"]);
        assert_eq!(deck.card("walls-1"), Some(second));
    }

    #[test]
    fn what_is_wrong_with_the_file_is_told_by_its_line() {
        let fault = Deck::parse("[[card]]\nid = \"a\"\nwhat = 1\n").unwrap_err();
        assert_eq!((fault.file.as_str(), fault.line), (FILE, 3), "{fault}");
    }

    #[test]
    fn a_drill_is_asked_by_its_complaint() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("book/drills/04-all");
        fs::create_dir_all(&folder).unwrap();
        let text = "debrief = \"\"\"\nLook at the\n*stage*.\n\"\"\"\n[complaint]\nen = \"Nothing\nworks.\"\nko = \"안 된다.\"\n";
        fs::write(folder.join("drill.toml"), text.replace("Nothing\nworks", "Nothing works")).unwrap();
        fs::create_dir_all(root.path().join("book/drills/05-none")).unwrap();
        let found = drills(root.path());
        let drill = &found["drill-04"];
        assert!(drill.question.en.starts_with("Nothing works. Why?") && drill.question.ko.contains('왜'), "{drill:?}");
        assert_eq!((drill.answer.as_str(), found.len()), ("Look at the stage.", 1));
        assert_eq!(drills(Path::new("nowhere")), BTreeMap::new());
    }

    #[test]
    fn a_checkpoint_is_its_question_and_its_criteria_as_text() {
        let page = "## Checkpoint\n\n<details class=\"answer\" id=\"checkpoint-05-1\">\n<summary>Why <code>a</code> &amp; not\n*b*?</summary>\n\n\
                    A good answer:\n\n- It says `x`, and\n  more.\n- See [the *cursor*](#the-cursor) [sic].\n\n</details>\n";
        let found = checkpoints_of("05-the-board.md", page);
        let wanted = Checkpoint {
            id: "checkpoint-05-1".to_string(),
            page: "05-the-board.md".to_string(),
            question: "Why `a` & not b?".to_string(),
            answer: "A good answer:\n- It says `x`, and more.\n- See the cursor [sic].".to_string(),
        };
        assert_eq!(found, [wanted]);
        assert_eq!(checkpoints_of("a.md", "<details class=\"answer\" id=\"checkpoint-1"), []);
    }
}
