//! What is remembered of drills: `.workbook/drills.toml`. Deleting it begins all of them again.
//!
//! A table for each drill that was begun, by its number:
//!
//! ```toml
//! [04]
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
    drills: Table,
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
        let drills = fs::read_to_string(&file).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
        DrillRecord { file, drills }
    }

    /// `open`, `failed` or `solved`; nothing for a drill that nobody began.
    pub(super) fn state(&self, number: &str) -> Option<&str> {
        self.drills.get(number)?.get("state")?.as_str()
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
        match self.drills.remove(number) {
            Some(_) => self.write(),
            None => Ok(()),
        }
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

    fn entry(&mut self, number: &str) -> &mut Table {
        let entry = self.drills.entry(number).or_insert_with(|| Value::Table(Table::new()));
        if !entry.is_table() {
            *entry = Value::Table(Table::new());
        }
        entry.as_table_mut().expect("it was just made one")
    }

    fn count(&self, number: &str, name: &str) -> usize {
        let count = self.drills.get(number).and_then(|entry| entry.get(name)).and_then(Value::as_integer);
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default()
    }

    fn write(&self) -> Result<(), Error> {
        let text = toml::to_string(&self.drills).map_err(io::Error::other);
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
        assert!(text.contains("[04]") && text.contains("missed = [\"cause\"]"), "{text}");
        record.judged("04", DrillState::Solved, &[]).unwrap();
        assert_eq!(DrillRecord::read(root.path()).state("04"), Some("solved"));
        record.forget("04").unwrap();
        assert_eq!(DrillRecord::read(root.path()).state("04"), None);
    }
}
