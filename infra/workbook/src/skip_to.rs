//! `skip-to`: the fast lane. Earlier labs are filled from their solutions and marked as borrowed.

use std::path::Path;

use course::generation::borrow;
use course::lab::Lab;

use crate::error::Error;
use crate::learner::lab_status::{LabStatus, place_of, status_of};
use crate::learner::{all, chosen};
use crate::output::say;

/// Fills every lab before this one that is not done. Nobody's work is lost: what was edited is copied aside.
///
/// # Errors
///
/// A lab that there is not, Cargo that cannot be run, a file that cannot be written.
pub fn run(root: &Path, number: &str) -> Result<(), Error> {
    let labs = all(root)?;
    let wanted = chosen(&labs, Some(number))?;
    for lab in labs.iter().take_while(|lab| lab.number != wanted.number) {
        say!("  {}  {}", lab.number, passed(lab)?);
    }
    let order = course::hints::task_order(root, &wanted);
    let place =
        order.first().and_then(|todo| place_of(&wanted, todo)).map(|place| format!(" Its first TODO is in {place}."));
    say!("\nNext: lab {}, {}.{}\n", wanted.number, wanted.title, place.unwrap_or_default());
    say!("Read its chapter, then: cargo workbook watch {}", wanted.number);
    Ok(())
}

/// Makes sure that the lab is behind the learner, and says what that took.
fn passed(lab: &Lab) -> Result<String, Error> {
    match status_of(lab)?.0 {
        LabStatus::Done { .. } => return Ok(format!("{}: done, and left as it is", lab.title)),
        LabStatus::Borrowed => return Ok(format!("{}: already borrowed from the solution", lab.title)),
        _ => {}
    }
    let written = borrow(lab).map_err(Error::of_file(&lab.folder()))?;
    let mine = written.backup.map(|backup| format!("; your work is in {}", backup.display())).unwrap_or_default();
    Ok(format!("{}: borrowed from the solution{mine}", lab.title))
}
