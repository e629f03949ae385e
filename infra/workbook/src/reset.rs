//! `reset`: a lab as it was given, and a copy of what stood there.

use std::path::Path;

use course::generation::{self, Refusal, Written};

use crate::error::Error;
use crate::learner::{all, chosen};
use crate::output::say;

/// Brings a lab back to its starter.
///
/// # Errors
///
/// A lab that there is not, a file that cannot be written.
pub fn run(root: &Path, number: &str) -> Result<(), Error> {
    let lab = chosen(&all(root)?, Some(number))?;
    let folder = lab.folder();
    // What was borrowed is nobody's work, so no copy of it is kept.
    let borrowed = generation::is_borrowed(&lab);
    let written = generation::write(&lab, true).map_err(|refusal| match refusal {
        Refusal::Failed(why) => Error::of_file(&folder)(why),
        Refusal::Edited(files) => {
            Error::of_file(&folder)(std::io::Error::other(format!("edited meanwhile: {}", files.join(", "))))
        }
    })?;
    generation::give_back(&lab).map_err(Error::of_file(&folder))?;
    say!("{}", render(&lab.number, &lab.name(), &written, borrowed));
    Ok(())
}

fn render(number: &str, name: &str, written: &Written, borrowed: bool) -> String {
    if written.changed.is_empty() {
        return format!("Lab {number} is as it was given. Nothing was changed.");
    }
    let mut text = format!("Lab {number} is as it was given. Written:");
    for path in &written.changed {
        text.push_str(&format!("\n  labs/{name}/{path}"));
    }
    match &written.backup {
        Some(backup) if !borrowed => text.push_str(&format!("\nYour previous files are in {}", backup.display())),
        _ => {}
    }
    text.push_str(&format!("\nBegin again: cargo workbook watch {number}"));
    text
}
