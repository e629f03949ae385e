//! What the learner's commands share: the labs, the lab at hand, a verdict on it, and what is remembered of earlier ones.
//!
//! Progress is not kept anywhere: it is what the checks say of the files as they are (`verdict`, remembered by content). The
//! folder `.workbook/` can be deleted at any time, except for the backups in it.

pub mod hint_history;
pub mod lab_status;
mod progress;
pub mod verdict;

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use course::generation::{self, Finding, State};
use course::lab::{Lab, labs};

use crate::error::Error;

/// All labs of the workspace in `root`, in their order.
///
/// # Errors
///
/// A fault in a solution.
pub fn all(root: &Path) -> Result<Vec<Lab>, Error> {
    Ok(labs(root)?)
}

/// The lab of this number (`5` means `05`), or else the one at hand: whose files were edited last, or the first.
///
/// # Errors
///
/// A number that no lab has.
pub fn chosen(labs: &[Lab], number: Option<&str>) -> Result<Lab, Error> {
    let Some(asked) = number else {
        let latest = labs.iter().filter_map(|lab| Some((last_edit(lab)?, lab))).max_by_key(|(when, _)| *when);
        let first = labs.first().ok_or_else(|| no_such("01", labs))?;
        return Ok(latest.map_or(first, |(_, lab)| lab).clone());
    };
    let bare = |number: &str| number.trim_start_matches("lab-").trim_start_matches('0').to_string();
    let found = labs.iter().find(|lab| bare(&lab.number) == bare(asked));
    found.cloned().ok_or_else(|| no_such(asked, labs))
}

fn no_such(asked: &str, labs: &[Lab]) -> Error {
    let known: Vec<&str> = labs.iter().map(|lab| lab.number.as_str()).collect();
    let what = format!("There is no lab {asked}. There are: {}.", known.join(", "));
    Error::new(what, "See all of them: cargo workbook status")
}

/// The files of the lab that are somebody's work.
///
/// # Errors
///
/// A file that cannot be read.
pub fn edited(lab: &Lab) -> Result<Vec<Finding>, Error> {
    let findings = generation::compare(lab).map_err(Error::of_file(&lab.folder()))?;
    Ok(findings.into_iter().filter(|finding| matches!(finding.state, State::Edited | State::Foreign)).collect())
}

/// When the learner last saved something in the lab; nothing while it is as it was given, or as it was borrowed.
fn last_edit(lab: &Lab) -> Option<SystemTime> {
    if generation::is_borrowed(lab) {
        return None;
    }
    let times = edited(lab).ok()?.into_iter().filter_map(|finding| {
        let file = lab.folder().join(&finding.path);
        fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
    });
    times.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_is_found_by_its_number_in_any_form() {
        let root = course::root::workspace().unwrap();
        let labs = all(&root).unwrap();
        for form in ["1", "01", "lab-01"] {
            assert_eq!(chosen(&labs, Some(form)).unwrap().number, "01");
        }
        let told = chosen(&labs, Some("99")).unwrap_err().to_string();
        assert!(told.starts_with("There is no lab 99. There are: 01, "), "{told}");
    }
}
