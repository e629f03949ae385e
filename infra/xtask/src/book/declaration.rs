//! What the book declares: `book/transcripts.toml` and the chapters' files, read into entries that can be run.
//!
//! The file itself tells what each field means. Reading is strict: a field that its kind has no use for is a mistake, because
//! its author expected something to come of it.

mod entry;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::BookError;
use entry::Declared;

/// The index, below `book/`.
const INDEX: &str = "transcripts.toml";

/// One entry.
#[derive(Debug, Clone)]
pub(super) struct Transcript {
    /// Its file's name, without the ending.
    pub(super) name: String,
    /// `book/transcripts/01.toml:12`.
    pub(super) place: String,
    /// `01`.
    pub(super) lab: String,
    /// Which of the lab's codes answers.
    pub(super) code: Code,
    /// What is shown.
    pub(super) shown: Shown,
}

/// A state of a lab's code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Code {
    /// Every TODO filled as the solution fills it.
    Solution,
    /// As a learner gets it.
    Starter,
    /// Solved, with this TODO still open.
    Todo(String),
    /// Solved, with this wrong answer in its TODO.
    Wrong(String),
}

/// What an entry shows.
#[derive(Debug, Clone)]
pub(super) enum Shown {
    /// Requests and answers.
    Http { show: Vec<String>, pretty: bool, steps: Vec<Step> },
    /// What the last step left in a log.
    Logs { from: LogGroup, keep: Vec<String>, steps: Vec<Step> },
    /// What the function got for the last step.
    Event { keep: Vec<String>, pretty: bool, steps: Vec<Step> },
    /// What a red check says, out of the linter's record.
    Check { test: String },
    /// A region of the code.
    Code { region: Option<String>, ending: String },
    /// What the command `preflight` says of a template, in which each of the first texts is replaced by the second.
    Preflight { template: String, faults: Vec<(String, String)> },
    /// What the command `cost` says of a template.
    Cost { template: String },
}

/// Whose log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogGroup {
    /// The function's.
    Function,
    /// The API's execution log.
    Gateway,
}

/// One thing done to the running lab.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) what: Doing,
    pub(super) body: Option<String>,
    pub(super) note: Option<String>,
    pub(super) times: usize,
    pub(super) quiet: bool,
}

/// A request to the API, a call of the table, a moment of the table's stream, or a look into a queue.
#[derive(Debug, Clone)]
pub(super) enum Doing {
    Request {
        method: String,
        target: String,
        headers: Vec<(String, String)>,
    },
    Call {
        operation: String,
        fields: Vec<String>,
    },
    Stream(Moment),
    /// By the queue's logical id.
    Queue {
        logical_id: String,
        fields: Vec<String>,
    },
}

/// What the table's stream is waited for, or made, to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Moment {
    /// Until the stream's function has dealt with every record.
    Drain,
    /// The last batch is delivered once more.
    Again,
    /// Until one batch has failed so often that nobody expects more of it.
    Stuck,
}

/// Reads every declaration of the book in `root`, in the files' order.
pub(super) fn read(root: &Path) -> Result<Vec<Transcript>, BookError> {
    let book = root.join("book");
    let (mut transcripts, chapters) = read_file(&book, INDEX)?;
    for chapter in &chapters {
        let (more, nested) = read_file(&book, chapter)?;
        if !nested.is_empty() {
            let what = format!("only book/{INDEX} names chapters' files; move the entry there");
            return Err(BookError::at(format!("book/{chapter}"), what));
        }
        transcripts.extend(more);
    }
    check_all_are_listed(&book, &chapters)?;
    let mut names = BTreeSet::new();
    for transcript in &transcripts {
        if !names.insert(transcript.file()) {
            let what = format!("{} is declared a second time; give it another name", transcript.file());
            return Err(BookError::at(transcript.place.clone(), what));
        }
    }
    Ok(transcripts)
}

fn read_file(book: &Path, path: &str) -> Result<(Vec<Transcript>, Vec<String>), BookError> {
    let file = book.join(path);
    let text = fs::read_to_string(&file).map_err(BookError::failed(&file))?;
    let shown = format!("book/{path}");
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let declared: Declared = toml::from_str(&text).map_err(|why| {
        let at = why.span().map(|span| line(span.start)).unwrap_or(1);
        BookError::at(format!("{shown}:{at}"), format!("{}; book/{INDEX} lists the fields", why.message()))
    })?;
    let entries = declared.transcript.into_iter().map(|entry| {
        let place = format!("{shown}:{}", line(entry.name.span().start));
        let name = entry.name.get_ref().clone();
        entry.transcript(place.clone()).map_err(|what| BookError::at(place, format!("transcript {name}: {what}")))
    });
    Ok((entries.collect::<Result<_, _>>()?, declared.chapters))
}

/// A chapter's file that the index does not name would be forgotten without a word.
fn check_all_are_listed(book: &Path, chapters: &[String]) -> Result<(), BookError> {
    let folder = book.join("transcripts");
    for entry in fs::read_dir(&folder).map_err(BookError::failed(&folder))?.flatten() {
        let path = format!("transcripts/{}", entry.file_name().to_string_lossy());
        if !chapters.contains(&path) {
            return Err(BookError::at(
                format!("book/{path}"),
                format!("is not in `chapters` of book/{INDEX}; add it there"),
            ));
        }
    }
    Ok(())
}

impl Transcript {
    /// Its file in `book/src/transcripts/`.
    pub(super) fn file(&self) -> String {
        let ending = match &self.shown {
            Shown::Http { .. } => "http",
            Shown::Logs { .. } => "log",
            Shown::Event { .. } => "json",
            Shown::Check { .. } | Shown::Preflight { .. } | Shown::Cost { .. } => "txt",
            Shown::Code { ending, .. } => ending,
        };
        format!("{}.{ending}", self.name)
    }

    /// The steps of one that is a run.
    pub(super) fn steps(&self) -> Option<&[Step]> {
        match &self.shown {
            Shown::Http { steps, .. } | Shown::Logs { steps, .. } | Shown::Event { steps, .. } => Some(steps),
            Shown::Check { .. } | Shown::Code { .. } | Shown::Preflight { .. } | Shown::Cost { .. } => None,
        }
    }
}

impl TryFrom<String> for Code {
    type Error = String;

    fn try_from(text: String) -> Result<Code, String> {
        match text.split_once('/') {
            None if text == "solution" => Ok(Code::Solution),
            None if text == "starter" => Ok(Code::Starter),
            Some(("todo", id)) => Ok(Code::Todo(id.to_string())),
            Some(("wrong", name)) => Ok(Code::Wrong(name.to_string())),
            _ => Err(format!("code {text:?} must be solution, starter, todo/lab-NN.K or wrong/NAME")),
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Code::Solution => out.write_str("solution"),
            Code::Starter => out.write_str("starter"),
            Code::Todo(id) => write!(out, "todo/{id}"),
            Code::Wrong(name) => write!(out, "wrong/{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(index: &str, chapter: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("book").join("transcripts");
        fs::create_dir_all(&folder).unwrap();
        fs::write(root.path().join("book").join(INDEX), index).unwrap();
        fs::write(folder.join("01.toml"), chapter).unwrap();
        root
    }

    const INDEXED: &str = "chapters = [\"transcripts/01.toml\"]\n";
    const ENTRY: &str = "[[transcript]]\nname = \"a\"\nkind = \"http\"\nlab = \"01\"\ncode = \"todo/lab-01.1\"\nstep = [{ request = \"GET /a\" }]\n";

    #[test]
    fn an_entry_becomes_a_run() {
        let root = book(INDEXED, ENTRY);
        let read = read(root.path()).unwrap();
        assert_eq!(read[0].file(), "a.http");
        assert_eq!(read[0].place, "book/transcripts/01.toml:2");
        assert_eq!(read[0].code, Code::Todo("lab-01.1".to_string()));
        assert!(
            matches!(&read[0].steps().unwrap()[0].what, Doing::Request { method, target, .. } if method == "GET" && target == "/a")
        );
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        let faults =
            |edit: (&str, &str)| read(book(INDEXED, &ENTRY.replace(edit.0, edit.1)).path()).unwrap_err().to_string();
        let at = "book/transcripts/01.toml";
        for (edit, said) in [
            (("kind = \"http\"", "kind = \"film\""), format!("{at}:3: unknown variant `film`")),
            (("todo/lab-01.1", "TODOs"), format!("{at}:5: code \"TODOs\" must be solution")),
            (("lab = \"01\"", "lab = \"01\"\nlap = 1"), format!("{at}:5: unknown field `lap`")),
            (
                ("lab = \"01\"", "lab = \"01\"\ntest = \"x\""),
                format!("{at}:2: transcript a: a transcript of this kind has no use for `test`"),
            ),
            (("GET /a", "GET"), format!("{at}:2: transcript a: request \"GET\" is no")),
            (("request = \"GET /a\"", "note = \"x\""), "either `request` or `call`".to_string()),
            (("step", "show = []\n#"), "needs a [[transcript.step]]".to_string()),
            (("\"http\"", "\"logs\""), "needs from =".to_string()),
        ] {
            let faults = faults(edit);
            assert!(faults.contains(&said), "{edit:?} says: {faults}");
        }
    }

    #[test]
    fn a_name_stands_for_one_file_and_a_file_for_one_chapter() {
        let twice = book(INDEXED, &format!("{ENTRY}\n{ENTRY}"));
        assert!(read(twice.path()).unwrap_err().to_string().contains("01.toml:9: a.http is declared a second time"));
        let forgotten = book("", ENTRY);
        assert!(read(forgotten.path()).unwrap_err().to_string().contains("transcripts/01.toml: is not in `chapters`"));
    }
}
