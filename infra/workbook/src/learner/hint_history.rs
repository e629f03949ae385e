//! Which hints were given: `.workbook/hints.toml`. Deleting it begins with the first rung again.

use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use crate::error::Error;
use crate::kept;

/// What is remembered of hints.
#[derive(Debug, Default)]
pub struct HintHistory {
    file: PathBuf,
    notes: Table,
}

impl HintHistory {
    /// Reads the history of the workspace in `root`. One that is not there, or cannot be understood, is an empty one.
    pub fn open(root: &Path) -> HintHistory {
        let file = root.join(".workbook").join("hints.toml");
        let notes = kept::read(&file).ok().flatten().and_then(|text| text.parse().ok()).unwrap_or_default();
        HintHistory { file, notes }
    }

    /// The rung that was last given for this `matter` of the lab (`lab-05`); nothing for another matter.
    pub fn rung(&self, lab: &str, matter: &str) -> Option<u8> {
        let note = self.notes.get(lab)?;
        let same = note.get("matter").and_then(Value::as_str) == Some(matter);
        let rung = note.get("rung").and_then(Value::as_integer).and_then(|rung| u8::try_from(rung).ok());
        rung.filter(|_| same)
    }

    /// The rung that was last given in the lab, for whatever matter.
    pub fn last_rung(&self, lab: &str) -> Option<u8> {
        let rung = self.notes.get(lab)?.get("rung").and_then(Value::as_integer);
        rung.and_then(|rung| u8::try_from(rung).ok())
    }

    /// The TODOs of the lab whose solution was shown.
    pub fn revealed(&self, lab: &str) -> Vec<String> {
        let todos = self.notes.get(lab).and_then(|note| note.get("revealed")).and_then(Value::as_array);
        todos.into_iter().flatten().filter_map(|todo| todo.as_str().map(str::to_string)).collect()
    }

    /// Notes the rung that was given for a matter, and the TODO whose solution was shown with it.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn note(&mut self, lab: &str, matter: &str, rung: u8, revealed: Option<&str>) -> Result<(), Error> {
        let mut todos = self.revealed(lab);
        todos.extend(revealed.map(str::to_string).filter(|todo| !todos.contains(todo)));
        let mut note = Table::new();
        note.insert("matter".to_string(), matter.into());
        note.insert("rung".to_string(), i64::from(rung).into());
        note.insert("revealed".to_string(), Value::Array(todos.into_iter().map(Value::from).collect()));
        self.notes.insert(lab.to_string(), Value::Table(note));
        let text = toml::to_string(&self.notes).map_err(io::Error::other).map_err(Error::of_file(&self.file))?;
        let head = "# Which hints were given. Delete this file to start again with the first.";
        kept::write(&self.file, &format!("{head}\n\n{text}"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_note_lasts_and_is_about_one_matter() {
        let root = tempfile::tempdir().unwrap();
        let mut hint_history = HintHistory::open(root.path());
        assert_eq!(hint_history.rung("lab-05", "a"), None);
        hint_history.note("lab-05", "a", 4, Some("lab-05.2")).unwrap();
        hint_history.note("lab-01", "b", 1, None).unwrap();
        let mut hint_history = HintHistory::open(root.path());
        assert_eq!((hint_history.rung("lab-05", "a"), hint_history.rung("lab-05", "other")), (Some(4), None));
        hint_history.note("lab-05", "other", 1, Some("lab-05.2")).unwrap();
        assert_eq!(HintHistory::open(root.path()).revealed("lab-05"), ["lab-05.2"]);
        fs::remove_file(root.path().join(".workbook").join("hints.toml")).unwrap();
        assert_eq!(HintHistory::open(root.path()).rung("lab-05", "other"), None);
    }
}
