//! `starters`: the labs, cut out of the solutions.

use std::io;
use std::path::PathBuf;

use course::generation::{self, Refusal, State};
use course::lab::Lab;

/// Why starters are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum StartersError {
    /// `--check` found differences; they have been printed.
    #[error("labs/ is not what solutions/ yields. Run: cargo xtask starters")]
    Differ,
    /// Files were edited by hand.
    #[error(
        "These files were edited by hand, so nothing was written to {}:\n  {}\nIf that is your work on the lab, leave it as it is: \
         learners never need this command.\nTo replace it (a copy is kept under .workbook/backups): \
         cargo xtask starters --overwrite",
        folder.display(), files.join("\n  ")
    )]
    Edited {
        /// The lab's folder.
        folder: PathBuf,
        /// The files in it.
        files: Vec<String>,
    },
    /// A file cannot be read or written.
    #[error("{}: {why}. Make sure that the folder can be written, then run the same command again.", folder.display())]
    Failed {
        /// The lab's folder.
        folder: PathBuf,
        /// The system's words.
        why: io::Error,
    },
}

/// Names every file that differs from what its solution yields.
pub(super) fn check(labs: &[Lab]) -> Result<(), StartersError> {
    let mut differ = false;
    for lab in labs {
        let folder = lab.folder();
        for finding in generation::compare(lab).map_err(|why| StartersError::Failed { folder: folder.clone(), why })? {
            let how = match finding.state {
                State::Stale => "is out of date",
                State::Edited => "was edited by hand",
                State::Leftover => "is no longer part of the lab",
                State::Foreign => "is in no solution",
            };
            println!("labs/{}/{} {how}", lab.name(), finding.path);
            differ = true;
        }
    }
    if differ { Err(StartersError::Differ) } else { Ok(()) }
}

/// Writes every lab, and says what changed.
pub(super) fn write(labs: &[Lab], overwrite: bool) -> Result<(), StartersError> {
    for lab in labs {
        let folder = lab.folder();
        let written = generation::write(lab, overwrite).map_err(|refusal| match refusal {
            Refusal::Edited(files) => StartersError::Edited { folder: folder.clone(), files },
            Refusal::Failed(why) => StartersError::Failed { folder: folder.clone(), why },
        })?;
        for path in &written.changed {
            println!("wrote labs/{}/{path}", lab.name());
        }
        if let Some(backup) = written.backup {
            println!("what stood there before is in {}", backup.display());
        }
        if written.changed.is_empty() {
            println!("labs/{} is up to date", lab.name());
        }
    }
    Ok(())
}
