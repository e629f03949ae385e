//! The hints of a lab: `book/hints/NN.toml`.
//!
//! A hint ladder has four rungs:
//!
//! 1. what a check observed, against what AWS expects: written for each wrong answer (`observed`),
//! 2. the idea that is missing and the section that explains it: for each TODO (`concept`, `page`),
//! 3. the same technique on another problem (`neighbour`),
//! 4. the solution's lines, which need no text.
//!
//! The first two give no code away; the course linter makes sure of that.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::chapters;
use crate::lab::Lab;
use crate::regions::Fault;

/// The hints of one lab.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// For each TODO, what helps with it no matter what is wrong.
    pub todos: Vec<TodoHint>,
    /// For each wrong answer, what the check observed.
    pub answers: Vec<AnswerHint>,
}

/// What helps with a TODO.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TodoHint {
    /// `lab-05.1`.
    pub id: String,
    /// The idea that is missing.
    pub concept: String,
    /// The section that explains it: `05-the-board.md#conditions`.
    pub page: String,
    /// The same technique on another problem.
    pub neighbour: String,
}

/// What was observed of a wrong answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AnswerHint {
    /// The wrong answer's name: `05.3-scans-the-table`.
    pub name: String,
    /// What was observed, against what AWS expects.
    pub observed: String,
}

impl Hints {
    /// Reads `book/hints/NN.toml`.
    ///
    /// # Errors
    ///
    /// A file that is missing or no TOML.
    pub fn read(root: &Path, number: &str) -> Result<Hints, Fault> {
        Hints::parse(&text(root, number)?).map_err(|what| fault(&file_of(number), 1, what))
    }

    /// Reads the text of a file of hints.
    ///
    /// # Errors
    ///
    /// A sentence, when it is not TOML.
    pub fn parse(text: &str) -> Result<Hints, String> {
        let table: Table = text.replace("\r\n", "\n").parse().map_err(|why| format!("is not TOML: {why}"))?;
        let entries =
            |name: &str| -> Vec<Value> { table.get(name).and_then(Value::as_array).cloned().unwrap_or_default() };
        let field = |entry: &Value, name: &str| {
            entry.get(name).and_then(Value::as_str).map(|text| text.trim().to_string()).unwrap_or_default()
        };
        let todo = |entry: &Value| TodoHint {
            id: field(entry, "id"),
            concept: field(entry, "concept"),
            page: field(entry, "page"),
            neighbour: field(entry, "neighbour"),
        };
        let answer = |entry: &Value| AnswerHint { name: field(entry, "name"), observed: field(entry, "observed") };
        Ok(Hints {
            todos: entries("todo").iter().map(todo).collect(),
            answers: entries("answer").iter().map(answer).collect(),
        })
    }

    /// The hints for a TODO.
    pub fn todo(&self, id: &str) -> Option<&TodoHint> {
        self.todos.iter().find(|todo| todo.id == id)
    }

    /// What is observed of a wrong answer.
    pub fn observed(&self, name: &str) -> Option<&str> {
        self.answers.iter().find(|answer| answer.name == name).map(|answer| answer.observed.as_str())
    }
}

/// The TODOs in the order in which the chapter's task takes them; those that it does not name come last.
pub fn task_order(root: &Path, lab: &Lab) -> Vec<String> {
    let chapter = chapters::of_lab(root, &lab.number).unwrap_or_default();
    let task = chapter.split_once("\n## The task").map_or("", |(_, rest)| rest);
    let task = task.split_once("\n## ").map_or(task, |(task, _)| task);
    let named = task.split("TODO(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(id, _)| id.to_string());
    let mut order: Vec<String> = Vec::new();
    for id in named.chain(lab.todos().into_iter().map(|todo| todo.id)) {
        if !order.contains(&id) {
            order.push(id);
        }
    }
    order
}

/// The text of lab `number`'s hints.
///
/// # Errors
///
/// A file that cannot be read.
pub fn text(root: &Path, number: &str) -> Result<String, Fault> {
    let file = file_of(number);
    fs::read_to_string(root.join(&file))
        .map_err(|why| fault(&file, 1, format!("cannot be read: {why}; write the hints of lab {number}")))
}

/// Where the hints of lab `number` are, below the workspace's folder.
pub fn file_of(number: &str) -> String {
    format!("book/hints/{number}.toml")
}

fn fault(file: &str, line: usize, what: String) -> Fault {
    Fault { file: file.to_string(), line, what }
}
