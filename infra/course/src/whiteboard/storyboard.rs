//! The storyboard as data: boxes and arrows, the steps of the talk, its versions, the questions, and the sentences of the notes that
//! must not be repeated.
//!
//! Reading says what has a wrong form, by its line. What the parts must be to each other, and to the template, is held by the course
//! linter: `tests/course/src/whiteboard.rs`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::regions::Fault;

/// The file, below the workspace's folder.
pub const FILE: &str = "book/whiteboard/storyboard.toml";

/// A language of the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, the book's own.
    English,
    /// Korean, in which the talk is given as well.
    Korean,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

/// Lines in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// English.
    pub en: Vec<String>,
    /// Korean.
    pub ko: Vec<String>,
}

impl Text {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }
}

impl Lines {
    /// The lines in a language.
    pub fn of(&self, language: Language) -> &[String] {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }
}

/// The paper that boxes and arrows are placed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Board {
    /// In the paper's own units.
    pub width: u32,
    /// In the paper's own units.
    pub height: u32,
    /// How fast the talk is read aloud.
    pub words_per_minute: u32,
}

/// What a box looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Glyph {
    /// Somebody.
    Person,
    /// A rectangle.
    Box,
    /// A bucket of S3.
    Bucket,
    /// A table, with a head and a first column.
    Table,
    /// A queue or stream.
    Queue,
    /// A sheet with a folded corner.
    Log,
    /// A dashed rectangle around others: a tier.
    Frame,
    /// A heading with lines below it, which are ticked in the course of the talk.
    List,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Node {
    /// Its name in this file: `site-bucket`.
    pub id: String,
    /// Its logical id in `infra/template.yaml`.
    pub resource: Option<String>,
    /// Whether it is nothing that the template has: the browser, a tier.
    #[serde(default)]
    pub outside: bool,
    /// What it looks like.
    pub glyph: Glyph,
    /// Whether it says who may: a role, a policy. Such a mark has a colour of its own.
    #[serde(default)]
    pub mark: bool,
    /// What is written on it.
    pub label: Text,
    /// The one word by which it is recalled.
    pub prompt: Text,
    /// Other names by which somebody who draws from memory may call it, in either language.
    #[serde(default)]
    pub also: Vec<String>,
    /// The lines of a list.
    #[serde(default)]
    pub lines: Lines,
    /// Its left edge.
    pub x: u32,
    /// Its upper edge.
    pub y: u32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// An arrow between two boxes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Arrow {
    /// Its name in this file: `cloudfront-to-api`.
    pub id: String,
    /// The box where it begins.
    pub from: String,
    /// The box to which it points.
    pub to: String,
    /// What goes over it.
    pub label: Text,
    /// What in the template makes it true: `Events.Board`; `outside` for what the template cannot say.
    pub edge: String,
}

/// Resources that the template has and the picture leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NotDrawn {
    /// Their logical ids in `infra/template.yaml`.
    pub resources: Vec<String>,
    /// Why the picture is true without them.
    pub because: String,
}

/// A step of the talk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Its name in this file.
    pub id: String,
    /// How long it takes.
    pub seconds: u32,
    /// What it is about.
    pub title: Text,
    /// Boxes and arrows, in the order of the strokes.
    pub draw: Vec<String>,
    /// Lines of the list that are ticked once all of this is drawn, in English.
    #[serde(default)]
    pub ticks: Vec<String>,
    /// Cues, which are no sentences.
    pub say: Lines,
    /// The step's words, written out as a model.
    pub talk: Text,
    /// The depth behind it.
    pub know: Lines,
    /// The questions that it invites.
    pub asks: Vec<String>,
    /// What to ask the running board to show this hop: `GET /board`, `site`, `log board-api`.
    pub live: Option<String>,
}

/// A selection of steps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Version {
    /// How long it takes.
    pub minutes: u32,
    /// Its steps, in their order.
    pub steps: Vec<String>,
}

/// What is asked next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FollowUp {
    /// The question.
    pub question: Text,
    /// Its answer.
    pub answer: Text,
    /// What an examiner wants to hear in it.
    #[serde(default)]
    pub criteria: Lines,
    /// The words of the answer that meet each criterion, or `not: ` and words that it must not have.
    #[serde(default)]
    pub met_by: Lines,
}

/// A question that is expected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Question {
    /// Its name in this file.
    pub id: String,
    /// Whether the notes expect it.
    #[serde(default)]
    pub from_notes: bool,
    /// The question.
    pub question: Text,
    /// The first answer, of two sentences.
    pub answer: Text,
    /// The question that comes next.
    pub follow_up: FollowUp,
    /// What an examiner wants to hear in the first answer.
    pub criteria: Lines,
    /// The words of the first answer that meet each criterion, or `not: ` and words that it must not have.
    pub met_by: Lines,
    /// Where the book treats it: `05-the-board.md#conditions`.
    pub links: Vec<String>,
}

/// A sentence of the notes that is wrong or half true.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Draft {
    /// `D1` to `D22`.
    pub id: String,
    /// The sentence's sense.
    pub says: Text,
    /// What is true.
    pub truth: Text,
    /// How to say it in one breath.
    pub breath: Text,
    /// Pages that say so: addresses, or sections of the book.
    pub source: Vec<String>,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Storyboard {
    /// The paper.
    pub board: Board,
    /// The boxes.
    #[serde(rename = "node")]
    pub nodes: Vec<Node>,
    /// The arrows.
    #[serde(rename = "arrow")]
    pub arrows: Vec<Arrow>,
    /// What the picture leaves out.
    #[serde(default)]
    pub not_drawn: Vec<NotDrawn>,
    /// The steps, in the order of the longest version.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The versions, the shortest first.
    #[serde(rename = "version")]
    pub versions: Vec<Version>,
    /// The questions.
    #[serde(rename = "question")]
    pub questions: Vec<Question>,
    /// The notes' sentences.
    #[serde(rename = "draft")]
    pub drafts: Vec<Draft>,
    /// The file, as it was read.
    #[serde(skip)]
    pub source: String,
}

impl Storyboard {
    /// Reads the storyboard of the workspace in `root`.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or whose form is not a storyboard's.
    pub fn read(root: &Path) -> Result<Storyboard, Fault> {
        let text = fs::read_to_string(root.join(FILE)).map_err(|why| fault(1, format!("cannot be read: {why}")))?;
        Storyboard::parse(&text)
    }

    /// Reads the text of a storyboard.
    ///
    /// # Errors
    ///
    /// The first line whose form is not a storyboard's.
    pub fn parse(text: &str) -> Result<Storyboard, Fault> {
        let source = text.replace("\r\n", "\n");
        let read: Result<Storyboard, toml::de::Error> = toml::from_str(&source);
        read.map(|storyboard| Storyboard { source: source.clone(), ..storyboard }).map_err(|why| {
            let line = why.span().map_or(1, |span| source[..span.start].matches('\n').count() + 1);
            let what = why.message().replace('\n', ", ");
            fault(line, format!("{what}; write it as the other entries of its kind are written"))
        })
    }

    /// The steps of a version, in their order.
    pub fn steps_of<'a>(&'a self, version: &'a Version) -> impl Iterator<Item = &'a Step> {
        version.steps.iter().filter_map(|id| self.step(id))
    }

    /// The version of so many minutes.
    pub fn version(&self, minutes: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.minutes == minutes)
    }

    /// The lines that a version ticks, in English.
    pub fn ticked<'a>(&'a self, version: &'a Version) -> Vec<&'a str> {
        self.steps_of(version).flat_map(|step| &step.ticks).map(String::as_str).collect()
    }

    /// The step of this id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The box of this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The arrow of this id.
    pub fn arrow(&self, id: &str) -> Option<&Arrow> {
        self.arrows.iter().find(|arrow| arrow.id == id)
    }

    /// The question of this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }
}

fn fault(line: usize, what: String) -> Fault {
    Fault { file: FILE.to_string(), line, what }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A small storyboard in which everything is once.
    pub(in super::super) const SMALL: &str = include_str!("small.toml");

    #[test]
    fn a_storyboard_is_read() {
        let storyboard = Storyboard::parse(SMALL).unwrap();
        assert_eq!(storyboard.node("api").unwrap().glyph, Glyph::Box);
        assert_eq!(storyboard.steps_of(storyboard.version(1).unwrap()).count(), 2);
        assert_eq!(storyboard.question("why").unwrap().follow_up.answer.of(Language::Korean), "네.");
    }

    #[test]
    fn a_wrong_form_is_told_by_its_line() {
        for (from, to, says) in [
            ("glyph = \"person\"", "glyph = \"face\"", ":9: unknown variant `face`"),
            (
                "label = { en = \"Browser\", ko = \"브라우저\" }",
                "label = { en = \"Browser\" }",
                ":10: missing field `ko`",
            ),
            ("seconds = 30\n", "", "missing field `seconds`"),
            ("edge = \"outside\"", "edges = \"outside\"", "unknown field `edges`"),
        ] {
            assert!(SMALL.contains(from), "{from}");
            let told = Storyboard::parse(&SMALL.replace(from, to)).unwrap_err().to_string();
            assert!(told.starts_with("book/whiteboard/storyboard.toml:") && told.contains(says), "{told}");
        }
    }
}
