//! The answer key: what the finished lab answered, kept as snapshots under `labs/lab-NN/tests/snapshots`.
//!
//! The files are insta's, and its tools read them; but while a lab is judged, insta is not even asked: the kit compares
//! by itself, so no switch of insta's (`INSTA_UPDATE`, `INSTA_FORCE_PASS`) and no accepted `.snap.new` reaches a verdict,
//! whether Cargo runs the check or a debugger does. insta writes the files when a maintainer blesses them.

use std::fs;

use serde_json::Value;

use crate::ask::Question;
use crate::difference::{Difference, differences};
use crate::place::Place;
use crate::seal::{self, Seal};

/// A key that is not what it was when it was sealed.
#[derive(Debug)]
struct Unusable {
    /// A sentence about what is wrong with it.
    what: String,
    /// The way back.
    restore: String,
}

impl Question<'_> {
    /// The fields in which the masked `record` differs from the snapshot `name`. Where a maintainer blesses, it is kept as the
    /// new snapshot and differs in nothing.
    ///
    /// Ends the test when the key itself is not what it was when it was sealed.
    pub(crate) fn differences(&self, name: &str, record: &Value) -> Vec<Difference> {
        let place = self.lab.place();
        #[cfg(feature = "bless")]
        if let Some(folder) = blessing(place) {
            bless(&folder, name, &format!("{}: {}", self.todo, self.about), record);
            return Vec::new();
        }
        judge(place, name, record).unwrap_or_else(|unusable| {
            let mut explanation = Question::explained(place, self.todo, self.about);
            explanation.got = vec![unusable.what];
            explanation.next = vec![unusable.restore];
            explanation.fail()
        })
    }
}

/// Compares `record` with the snapshot `name`.
fn judge(place: &Place, name: &str, record: &Value) -> Result<Vec<Difference>, Unusable> {
    let full_name = format!("{}/{name}", place.lab());
    let file = place.snapshots().join(format!("{name}.snap"));
    let unusable = |what: String| {
        let bless = format!("cargo workbook dev bless {}", place.number);
        let restore = match place.is_solution {
            true => format!("make it with: {bless}"),
            false => format!("restore it from a fresh copy of the workbook, or from the solution with: {bless}"),
        };
        Err(Unusable { what, restore })
    };
    let shown = format!("labs/{}/tests/snapshots/{name}.snap", place.lab());
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(_) if seal::knows(&full_name) => {
            return unusable(format!("The answer key of lab {} lacks {shown}.", place.number));
        }
        Err(_) => return unusable(format!("This check asks for {shown}, which has never been made.")),
    };
    match seal::check(&full_name, &text) {
        Seal::Whole => {}
        Seal::Broken => {
            return unusable(format!(
                "The answer key of lab {} was changed: {shown} is not as it was sealed.",
                place.number
            ));
        }
        Seal::Unknown => {
            return unusable(format!("{shown} is not part of the sealed answer key of lab {}.", place.number));
        }
    }
    match expected(&text) {
        Some(expected) => Ok(differences(&expected, record)),
        None => unusable(format!("{shown} cannot be read.")),
    }
}

/// A snapshot's content: what follows its head.
fn expected(snapshot: &str) -> Option<Value> {
    let snapshot = snapshot.replace("\r\n", "\n");
    let (_head, content) = snapshot.strip_prefix("---\n")?.split_once("\n---\n")?;
    serde_json::from_str(content).ok()
}

/// The folder for new snapshots, when `cargo workbook dev bless` runs the check of a solution.
#[cfg(feature = "bless")]
fn blessing(place: &Place) -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("KIT_BLESS").filter(|folder| !folder.is_empty())?;
    place.is_solution.then(|| std::path::PathBuf::from(folder))
}

#[cfg(feature = "bless")]
fn bless(folder: &std::path::Path, name: &str, about: &str, record: &Value) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(about);
    let text = serde_json::to_string_pretty(record).expect("a JSON value always serialises");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_insta_wrote() {
        let snapshot = "---\nsource: infra/kit/src/key.rs\ndescription: greets\n---\n{\n  \"a\": \"---\"\n}\n";
        assert_eq!(expected(snapshot), Some(json!({"a": "---"})));
        assert_eq!(expected(&snapshot.replace('\n', "\r\n")), Some(json!({"a": "---"})));
        assert_eq!(expected("{}"), None);
    }

    #[test]
    fn a_key_that_nobody_sealed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("labs").join("lab-99"), "No lab").unwrap();
        let said = || judge(&place, "a", &json!({})).unwrap_err().what;
        assert!(said().contains("never been made"));
        fs::create_dir_all(place.snapshots()).unwrap();
        fs::write(place.snapshots().join("a.snap"), "---\nsource: x\n---\n{}\n").unwrap();
        assert!(said().contains("not part of the sealed answer key"));
    }
}
