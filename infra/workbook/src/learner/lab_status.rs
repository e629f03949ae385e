//! The status of a lab: read from its files where they suffice, from its check where they do not.

use std::fmt;

use course::generation::is_borrowed;
use course::lab::Lab;
use course::message::Message;
use course::run::Run;

use super::edited;
use super::verdict::{does_not_compile, verdict};
use crate::error::Error;

/// The status of a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabStatus {
    /// As it was given.
    NotBegun,
    /// So many of so many tests are green.
    Begun {
        /// Green tests.
        green: usize,
        /// All tests.
        tests: usize,
    },
    /// Its own code does not compile.
    DoesNotCompile,
    /// Its check could not be run, for a reason that is not the lab's.
    Unknown,
    /// Every test is green.
    Done {
        /// Tests among them that did not run, because this machine lacks something.
        skipped: usize,
    },
    /// Filled from its solution, and not changed since.
    Borrowed,
}

impl LabStatus {
    /// Whether the next lab can be begun.
    pub fn is_complete(&self) -> bool {
        matches!(self, LabStatus::Done { .. } | LabStatus::Borrowed)
    }
}

impl fmt::Display for LabStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LabStatus::NotBegun => out.write_str("not begun"),
            LabStatus::Begun { green, tests } => write!(out, "{green} of {tests} tests are green"),
            LabStatus::DoesNotCompile => out.write_str("does not compile"),
            LabStatus::Unknown => out.write_str("its check could not be run"),
            LabStatus::Done { skipped: 0 } => out.write_str("done"),
            LabStatus::Done { skipped: 1 } => out.write_str("done, except for 1 test that was skipped on this machine"),
            LabStatus::Done { skipped } => {
                write!(out, "done, except for {skipped} tests that were skipped on this machine")
            }
            LabStatus::Borrowed => out.write_str("borrowed from the solution"),
        }
    }
}

/// The status of the lab, and what its check said where it had to be asked.
///
/// # Errors
///
/// When Cargo cannot be run, or a file cannot be read.
pub fn status_of(lab: &Lab) -> Result<(LabStatus, Option<Run>), Error> {
    if is_borrowed(lab) {
        return Ok((LabStatus::Borrowed, None));
    }
    if edited(lab)?.is_empty() {
        return Ok((LabStatus::NotBegun, None));
    }
    let run = verdict(lab)?;
    Ok((of_run(lab, &run), Some(run)))
}

/// The status of the lab by a run of its check.
pub fn of_run(lab: &Lab, run: &Run) -> LabStatus {
    match (run.green.len(), run.red.len()) {
        (0, 0) if does_not_compile(lab, run) => LabStatus::DoesNotCompile,
        (0, 0) => LabStatus::Unknown,
        (_, 0) if run.success => LabStatus::Done { skipped: run.skipped.len() },
        (_, 0) => LabStatus::Unknown,
        (green, red) => LabStatus::Begun { green, tests: green + red },
    }
}

/// The red test to look at first, with its words: the first TODO in the chapter's order, then the name.
pub fn first_red<'run>(run: &'run Run, order: &[String]) -> Option<(&'run str, &'run str, Message)> {
    let red = run.red.iter().map(|(test, said)| (test.as_str(), said.as_str(), Message::parse(said)));
    let place = |said: &Message| order.iter().position(|todo| *todo == said.todo).unwrap_or(order.len());
    // A test that is about the TODO itself says more than one that waits for it.
    red.min_by_key(|(test, _, said)| (place(said), said.waiting.is_some(), test.to_string()))
}

/// The TODO's place in the learner's file: `labs/lab-05/src/table/read.rs:15`, without a line where it is not to be found.
pub fn place_of(lab: &Lab, id: &str) -> Option<String> {
    let todo = lab.todos().into_iter().find(|todo| todo.id == id)?;
    let text = std::fs::read_to_string(lab.folder().join(&todo.path)).unwrap_or_default();
    let line = todo.line(&text).map(|line| format!(":{line}")).unwrap_or_default();
    Some(format!("labs/{}/{}{line}", lab.name(), todo.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_red_test_to_look_at_is_that_of_the_chapters_first_todo() {
        let said = |todo: &str| format!("lab-05.{todo}: x\n\n  got       y");
        let red = [
            ("c".to_string(), said("1")),
            ("b".to_string(), said("3")),
            ("a".to_string(), said("2, before lab-05.3 can be judged")),
        ];
        let run = Run { red: red.into_iter().chain([("z".to_string(), said("2"))]).collect(), ..Run::default() };
        let order: Vec<String> = ["2", "3", "1"].map(|number| format!("lab-05.{number}")).into();
        let (test, _, message) = first_red(&run, &order).unwrap();
        assert_eq!((test, message.todo.as_str()), ("z", "lab-05.2"));
        assert!(first_red(&Run::default(), &order).is_none());
    }
}
