//! What is remembered of drills: `.workbook/drills.toml`. Deleting it begins all of them again.
//!
//! A table for each drill that was begun:
//!
//! ```toml
//! [[drill]]
//! number = "04"
//! state = "failed"              # open: begun; failed: judged and not done; solved
//! when = "2026-11-29T20:41:07Z" # of the last change of state
//! tries = 2                     # how often it was judged
//! hints = 1                     # how many hints were given
//! missed = ["cause"]            # what was answered wrongly the last time: symptom, hop, cause, evidence; or "repair"
//! ```
//!
//! Others read it too: a drill that was `failed` is one to come back to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml::{Table, Value};

use crate::error::Error;

/// What is remembered of all drills.
#[derive(Debug, Default)]
pub(super) struct DrillRecord {
    file: PathBuf,
    drills: Vec<Table>,
}

/// How far somebody came with a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DrillState {
    /// Begun.
    Open,
    /// Judged, and not done.
    Failed,
    /// Repaired, and explained.
    Solved,
}

impl DrillState {
    fn name(self) -> &'static str {
        match self {
            DrillState::Open => "open",
            DrillState::Failed => "failed",
            DrillState::Solved => "solved",
        }
    }
}

impl DrillRecord {
    /// Reads the record in the folder `kept`. One that is not there, or cannot be understood, is an empty one.
    pub(super) fn read(kept: &Path) -> DrillRecord {
        let file = kept.join("drills.toml");
        let table = fs::read_to_string(&file).ok().and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
        let drills = table.get("drill").and_then(Value::as_array).into_iter().flatten();
        DrillRecord { drills: drills.filter_map(Value::as_table).cloned().collect(), file }
    }

    /// `open`, `failed` or `solved`; nothing for a drill that nobody began.
    pub(super) fn state(&self, number: &str) -> Option<&str> {
        self.found(number)?.get("state")?.as_str()
    }

    /// How many hints were given.
    pub(super) fn hints(&self, number: &str) -> usize {
        self.count(number, "hints")
    }

    /// How often the drill was judged.
    pub(super) fn tries(&self, number: &str) -> usize {
        self.count(number, "tries")
    }

    /// Notes that a drill is worked on, unless something is noted of it.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(super) fn begun(&mut self, number: &str) -> Result<(), Error> {
        if self.state(number).is_some() {
            return Ok(());
        }
        self.set(number, DrillState::Open, &[], 0)
    }

    /// Notes that a drill was judged, and what was missed.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(super) fn judged(&mut self, number: &str, state: DrillState, missed: &[&str]) -> Result<(), Error> {
        self.set(number, state, missed, 1)
    }

    /// Notes that a hint was given.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(super) fn hinted(&mut self, number: &str) -> Result<(), Error> {
        let hints = self.hints(number) + 1;
        self.entry(number).insert("hints".to_string(), whole(hints));
        self.write()
    }

    /// Forgets a drill.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(super) fn forget(&mut self, number: &str) -> Result<(), Error> {
        let before = self.drills.len();
        self.drills.retain(|drill| !is_of(drill, number));
        if self.drills.len() == before { Ok(()) } else { self.write() }
    }

    fn set(&mut self, number: &str, state: DrillState, missed: &[&str], tries: usize) -> Result<(), Error> {
        let tries = self.tries(number) + tries;
        let when = OffsetDateTime::now_utc().replace_nanosecond(0).ok().and_then(|now| now.format(&Rfc3339).ok());
        let entry = self.entry(number);
        entry.insert("state".to_string(), state.name().into());
        entry.insert("when".to_string(), when.unwrap_or_default().into());
        entry.insert("tries".to_string(), whole(tries));
        entry.insert("missed".to_string(), Value::Array(missed.iter().map(|one| (*one).into()).collect()));
        self.write()
    }

    fn found(&self, number: &str) -> Option<&Table> {
        self.drills.iter().find(|drill| is_of(drill, number))
    }

    fn entry(&mut self, number: &str) -> &mut Table {
        let at = self.drills.iter().position(|drill| is_of(drill, number)).unwrap_or_else(|| {
            self.drills.push(Table::from_iter([("number".to_string(), number.into())]));
            self.drills.len() - 1
        });
        &mut self.drills[at]
    }

    fn count(&self, number: &str, name: &str) -> usize {
        let count = self.found(number).and_then(|entry| entry.get(name)).and_then(Value::as_integer);
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
    }

    fn write(&self) -> Result<(), Error> {
        let drills = self.drills.iter().cloned().map(Value::Table).collect();
        let table = Table::from_iter([("drill".to_string(), Value::Array(drills))]);
        let text = toml::to_string(&table).map_err(io::Error::other);
        let written = text.and_then(|text| {
            fs::create_dir_all(self.file.parent().unwrap_or(&self.file))?;
            fs::write(
                &self.file,
                format!("# How the drills went. Delete this file to begin all of them again.\n\n{text}"),
            )
        });
        written.map_err(Error::of_file(&self.file))
    }
}

fn is_of(drill: &Table, number: &str) -> bool {
    drill.get("number").and_then(Value::as_str) == Some(number)
}

fn whole(number: usize) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_again_and_can_be_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let mut record = DrillRecord::read(root.path());
        assert_eq!(record.state("04"), None);
        record.begun("04").unwrap();
        record.judged("04", DrillState::Failed, &["cause"]).unwrap();
        record.begun("04").unwrap();
        record.hinted("04").unwrap();
        let mut record = DrillRecord::read(root.path());
        assert_eq!((record.state("04"), record.tries("04"), record.hints("04")), (Some("failed"), 1, 1));
        let text = fs::read_to_string(root.path().join("drills.toml")).unwrap();
        assert!(
            text.contains("[[drill]]") && text.contains("number = \"04\"") && text.contains("missed = [\"cause\"]"),
            "{text}"
        );
        record.judged("04", DrillState::Solved, &[]).unwrap();
        assert_eq!(DrillRecord::read(root.path()).state("04"), Some("solved"));
        record.forget("04").unwrap();
        assert_eq!(DrillRecord::read(root.path()).state("04"), None);
    }
}
