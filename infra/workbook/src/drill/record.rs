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

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml::{Table, Value};

use crate::error::Error;
use crate::kept;

/// What is remembered of all drills.
#[derive(Debug)]
pub struct DrillRecord {
    file: PathBuf,
    drills: Vec<Table>,
}

/// The file.
#[derive(Deserialize)]
struct DrillTables {
    #[serde(default, rename = "drill")]
    drills: Vec<Table>,
}

/// How far somebody came with a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrillState {
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
    /// Reads the record in the folder `kept`. One that is not there is an empty one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or understood: what it remembers is not to be written over.
    pub fn read(kept: &Path) -> Result<DrillRecord, Error> {
        let file = kept.join("drills.toml");
        let Some(text) = kept::read(&file)? else { return Ok(DrillRecord { file, drills: Vec::new() }) };
        let unclear = |why: String| {
            let what = format!("{} is not what is remembered of drills: {why}.", file.display());
            Error::again(what, "Mend it, or give it another name, to begin anew and keep it")
        };
        let DrillTables { drills } = toml::from_str(&text).map_err(|why| {
            let at = why.span().map_or(1, |span| text[..span.start].lines().count().max(1));
            unclear(format!("line {at}: {}", why.message().trim_end()))
        })?;
        match drills.iter().find(|drill| !is_understood(drill)) {
            Some(drill) => Err(unclear(format!("this is not a drill:\n{drill}"))),
            None => Ok(DrillRecord { file, drills }),
        }
    }

    /// The drills that were judged and not done.
    pub fn failed(&self) -> impl Iterator<Item = &str> {
        let failed = self.drills.iter().filter(|drill| text_in(drill, "state") == Some(DrillState::Failed.name()));
        failed.filter_map(|drill| text_in(drill, "number"))
    }

    /// `open`, `failed` or `solved`; nothing for a drill that nobody began.
    pub fn state(&self, number: &str) -> Option<&str> {
        text_in(self.found(number)?, "state")
    }

    /// How many hints were given.
    pub fn hints(&self, number: &str) -> usize {
        self.count(number, "hints")
    }

    /// How often the drill was judged.
    pub fn tries(&self, number: &str) -> usize {
        self.count(number, "tries")
    }

    /// Notes that a drill is worked on, unless something is noted of it.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn begun(&mut self, number: &str) -> Result<(), Error> {
        if self.state(number).is_some() {
            return Ok(());
        }
        self.set(number, DrillState::Open, &[], 0)
    }

    /// Notes that a drill was judged, and what was missed. One that was solved stays so until it is begun again.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn judged(&mut self, number: &str, state: DrillState, missed: &[&str]) -> Result<(), Error> {
        if self.state(number) != Some(DrillState::Solved.name()) {
            return self.set(number, state, missed, 1);
        }
        let tries = self.tries(number) + 1;
        self.entry(number).insert("tries".to_string(), whole(tries));
        self.write()
    }

    /// Notes that a hint was given.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn hinted(&mut self, number: &str) -> Result<(), Error> {
        let hints = self.hints(number) + 1;
        self.entry(number).insert("hints".to_string(), whole(hints));
        self.write()
    }

    /// Forgets a drill.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn forget(&mut self, number: &str) -> Result<(), Error> {
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
        let text = toml::to_string(&table).map_err(io::Error::other).map_err(Error::of_file(&self.file))?;
        let head = "# How the drills went. Delete this file to begin all of them again.";
        kept::write(&self.file, &format!("{head}\n\n{text}"))
    }
}

fn is_of(drill: &Table, number: &str) -> bool {
    text_in(drill, "number") == Some(number)
}

/// Whether it has a number, and one of the states.
fn is_understood(drill: &Table) -> bool {
    let states = [DrillState::Open, DrillState::Failed, DrillState::Solved].map(DrillState::name);
    text_in(drill, "number").is_some() && text_in(drill, "state").is_none_or(|state| states.contains(&state))
}

fn text_in<'d>(drill: &'d Table, name: &str) -> Option<&'d str> {
    drill.get(name).and_then(Value::as_str)
}

fn whole(number: usize) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_noted_is_read_again_and_can_be_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let mut record = DrillRecord::read(root.path()).unwrap();
        assert_eq!(record.state("04"), None);
        record.begun("04").unwrap();
        record.judged("04", DrillState::Failed, &["cause"]).unwrap();
        record.begun("04").unwrap();
        record.hinted("04").unwrap();
        let mut record = DrillRecord::read(root.path()).unwrap();
        assert_eq!((record.state("04"), record.tries("04"), record.hints("04")), (Some("failed"), 1, 1));
        let text = fs::read_to_string(root.path().join("drills.toml")).unwrap();
        assert!(
            text.contains("[[drill]]") && text.contains("number = \"04\"") && text.contains("missed = [\"cause\"]"),
            "{text}"
        );
        record.judged("04", DrillState::Solved, &[]).unwrap();
        assert_eq!(DrillRecord::read(root.path()).unwrap().state("04"), Some("solved"));
        record.forget("04").unwrap();
        assert_eq!(DrillRecord::read(root.path()).unwrap().state("04"), None);
    }

    #[test]
    fn what_was_solved_stays_solved_until_it_is_begun_again() {
        let root = tempfile::tempdir().unwrap();
        let mut record = DrillRecord::read(root.path()).unwrap();
        record.judged("04", DrillState::Failed, &["hop"]).unwrap();
        record.judged("04", DrillState::Solved, &[]).unwrap();
        record.judged("04", DrillState::Failed, &["cause"]).unwrap();
        let mut record = DrillRecord::read(root.path()).unwrap();
        assert_eq!((record.state("04"), record.tries("04"), record.failed().count()), (Some("solved"), 3, 0));
        assert!(!fs::read_to_string(root.path().join("drills.toml")).unwrap().contains("cause"));
        record.forget("04").unwrap();
        record.judged("04", DrillState::Failed, &["cause"]).unwrap();
        assert_eq!(record.failed().collect::<Vec<_>>(), ["04"]);
    }

    #[test]
    fn a_record_that_is_not_one_is_named_and_left_as_it_is() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("drills.toml");
        for (text, why) in [
            ("[[drill]]\nnumber = \"04\"\nstate = \n", "line 3: "),
            ("[[drill]]\nnumber = \"04\"\nstate = \"done\"\n", "this is not a drill:\nnumber = \"04\""),
            ("[[drill]]\nstate = \"solved\"\n", "this is not a drill:"),
            ("drill = 4\n", "line 1: "),
        ] {
            fs::write(&file, text).unwrap();
            let said = DrillRecord::read(root.path()).unwrap_err().to_string();
            assert!(said.contains("drills.toml is not what is remembered of drills: ") && said.contains(why), "{said}");
            assert!(
                said.contains("\nMend it, or give it another name, to begin anew and keep it, then: cargo "),
                "{said}"
            );
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        let said = DrillRecord::read(root.path()).unwrap_err().to_string();
        assert!(said.contains("drills.toml: it is a folder, not a file.\nMove it away, then: cargo "), "{said}");
    }
}
