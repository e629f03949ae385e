//! The hints of a lab: `book/hints/NN.toml`, and the rules for them.
//!
//! A hint ladder has four rungs. What a check observed, against what AWS expects, is written for each wrong answer
//! (`observed`); the idea that is missing and the section that explains it for each hole (`concept`, `page`); then the same
//! technique on another problem (`neighbour`). The last rung, the solution's lines, needs no text. The first two give no
//! code away, which [`faults`] makes sure of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::chapters;
use crate::lab::Lab;
use crate::regions::Fault;
use crate::wrong_answer::wrong_answers;

/// The shortest line of code that counts as one: a brace gives nothing away.
const CODE: usize = 8;
/// How long a text for the first rung may be, in characters: it is read in one glance.
const OBSERVED: std::ops::RangeInclusive<usize> = 40..=400;

/// The hints of one lab.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// For each hole, what helps with it whatever is wrong.
    pub holes: Vec<HoleHint>,
    /// For each wrong answer, what the check observed.
    pub answers: Vec<AnswerHint>,
}

/// What helps with a hole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HoleHint {
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

    /// Reads the text of such a file.
    ///
    /// # Errors
    ///
    /// A sentence, when it is no TOML.
    pub fn parse(text: &str) -> Result<Hints, String> {
        let table: Table = text.replace("\r\n", "\n").parse().map_err(|why| format!("is not TOML: {why}"))?;
        let entries =
            |name: &str| -> Vec<Value> { table.get(name).and_then(Value::as_array).cloned().unwrap_or_default() };
        let field = |entry: &Value, name: &str| {
            entry.get(name).and_then(Value::as_str).map(|text| text.trim().to_string()).unwrap_or_default()
        };
        let hole = |entry: &Value| HoleHint {
            id: field(entry, "id"),
            concept: field(entry, "concept"),
            page: field(entry, "page"),
            neighbour: field(entry, "neighbour"),
        };
        let answer = |entry: &Value| AnswerHint { name: field(entry, "name"), observed: field(entry, "observed") };
        Ok(Hints {
            holes: entries("hole").iter().map(hole).collect(),
            answers: entries("answer").iter().map(answer).collect(),
        })
    }

    /// The hints for a hole.
    pub fn hole(&self, id: &str) -> Option<&HoleHint> {
        self.holes.iter().find(|hole| hole.id == id)
    }

    /// What is observed of a wrong answer.
    pub fn observed(&self, name: &str) -> Option<&str> {
        self.answers.iter().find(|answer| answer.name == name).map(|answer| answer.observed.as_str())
    }
}

/// The holes in the order in which the chapter's task takes them; those that it does not name come last.
pub fn task_order(root: &Path, lab: &Lab) -> Vec<String> {
    let chapter = chapters::of_lab(root, &lab.number).unwrap_or_default();
    let task = chapter.split_once("\n## The task").map_or("", |(_, rest)| rest);
    let task = task.split_once("\n## ").map_or(task, |(task, _)| task);
    let named = task.split("TODO(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(id, _)| id.to_string());
    let mut order: Vec<String> = Vec::new();
    for id in named.chain(lab.holes().into_iter().map(|hole| hole.id)) {
        if !order.contains(&id) {
            order.push(id);
        }
    }
    order
}

/// Every breach of the rules in the hints of `lab`.
///
/// # Errors
///
/// What cannot be read: the hints, a wrong answer, a chapter.
pub fn faults(root: &Path, lab: &Lab) -> Result<Vec<Fault>, Fault> {
    let (file, text) = (file_of(&lab.number), text(root, &lab.number)?);
    let hints = Hints::parse(&text).map_err(|what| fault(&file, 1, what))?;
    let line_of = |name: &str| {
        let quoted = format!("\"{name}\"");
        text.lines().position(|line| line.contains(&quoted)).map_or(1, |index| index + 1)
    };
    let holes: Vec<String> = lab.holes().into_iter().map(|hole| hole.id).collect();
    let answers: Vec<String> = wrong_answers(root, &lab.number)?.into_iter().map(|answer| answer.name).collect();
    let mut faults = Vec::new();
    let mut complain = |name: &str, what: String| faults.push(fault(&file, line_of(name), what));
    let told = hints.holes.iter().map(|hole| hole.id.as_str());
    compare(&holes, told, "hole", "[[hole]]", &mut complain);
    let told = hints.answers.iter().map(|answer| answer.name.as_str());
    compare(&answers, told, "wrong answer", "[[answer]]", &mut complain);
    for hole in &hints.holes {
        let texts = [("concept", &hole.concept), ("page", &hole.page), ("neighbour", &hole.neighbour)];
        for (field, _) in texts.iter().filter(|(_, text)| text.is_empty()) {
            complain(&hole.id, format!("the hole {} has no `{field}`; write it", hole.id));
        }
        let (page, anchor) = hole.page.split_once('#').unwrap_or((&hole.page, ""));
        if !hole.page.is_empty() && !chapters::anchors(root, page)?.contains(anchor) {
            complain(&hole.id, format!("the page {} has no heading of that anchor; mend `page`", hole.page));
        }
    }
    let mut seen = BTreeSet::new();
    for answer in &hints.answers {
        let length = answer.observed.chars().count();
        if !OBSERVED.contains(&length) {
            let (least, most) = (OBSERVED.start(), OBSERVED.end());
            complain(
                &answer.name,
                format!("`observed` has {length} characters; one or two sentences have {least} to {most}"),
            );
        }
        if !seen.insert(&answer.observed) {
            complain(&answer.name, "`observed` says what another answer's says; name this one's deviation".to_string());
        }
    }
    let concepts = hints.holes.iter().map(|hole| (&hole.id, "concept", &hole.concept));
    let observed = hints.answers.iter().map(|answer| (&answer.name, "observed", &answer.observed));
    for (name, field, text) in concepts.chain(observed) {
        if let Some(code) = shared_code(text, lab) {
            complain(name, format!("`{field}` gives away a line of the solution, `{code}`; say it in words"));
        }
    }
    Ok(faults)
}

/// Names what is there once too little, once too often, or for nothing.
fn compare<'a>(
    wanted: &[String],
    told: impl Iterator<Item = &'a str>,
    kind: &str,
    table: &str,
    complain: &mut impl FnMut(&str, String),
) {
    let told: Vec<&str> = told.collect();
    for name in wanted {
        match told.iter().filter(|told| *told == name).count() {
            1 => {}
            0 => complain(name, format!("the {kind} {name} has no {table}; add one")),
            many => complain(name, format!("the {kind} {name} has {many} {table}; keep one")),
        }
    }
    for name in told.iter().filter(|told| !wanted.iter().any(|name| name == *told)) {
        complain(name, format!("the lab has no {kind} {name:?}; mend the name, or remove it"));
    }
}

/// A line of any hole's solution that stands in `text`, whatever blanks are between its words.
fn shared_code(text: &str, lab: &Lab) -> Option<String> {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = flat(text);
    let is_code = |line: &String| line.len() >= CODE && !line.starts_with("//") && !line.starts_with('#');
    let holes = lab.holes();
    let mut lines = holes.iter().flat_map(|hole| hole.code.lines()).map(flat).filter(is_code);
    lines.find(|line| text.contains(line.as_str()))
}

fn text(root: &Path, number: &str) -> Result<String, Fault> {
    let file = file_of(number);
    fs::read_to_string(root.join(&file))
        .map_err(|why| fault(&file, 1, format!("cannot be read: {why}; write the hints of lab {number}")))
}

fn file_of(number: &str) -> String {
    format!("book/hints/{number}.toml")
}

fn fault(file: &str, line: usize, what: String) -> Fault {
    Fault { file: file.to_string(), line, what }
}
