//! `cargo workbook dev …`: what the makers of the course run. Learners need none of it.
//!
//! `starters` cuts the labs out of the solutions, `bless` makes the answer keys and seals them, `book` records what the book
//! shows. All show what they changed, and with `--check` `starters` and `book` change nothing, so that CI can ask whether what
//! was made still agrees with what it was made from.

mod bless;
mod book;
mod starters;

use std::path::Path;

use clap::Subcommand;
use course::lab::{Lab, labs};

pub use bless::BlessError;
pub use book::BookError;
pub use starters::StartersError;

/// The subcommands of `dev`.
#[derive(Debug, Clone, Subcommand)]
pub enum DevCommand {
    /// Write labs/ from solutions/; files that were edited by hand stay unless --overwrite is given
    Starters {
        /// Write nothing; name the files that differ, and fail if there are any
        #[arg(long)]
        check: bool,
        /// Replace edited files too; a copy of each is kept under .workbook/backups
        #[arg(long, conflicts_with = "check")]
        overwrite: bool,
    },
    /// Make the answer keys from the solutions' answers, and seal them
    Bless {
        /// The lab's number, such as 05; every lab when left out
        lab: Option<String>,
        /// Make the red messages that the course linter compares with, instead of the answer keys
        #[arg(long)]
        messages: bool,
    },
    /// Record what the book shows (book/transcripts.toml) from runs, and follow the links of the book
    Book {
        /// A chapter's number, such as 05: its transcripts only, and no links; everything when left out
        chapter: Option<String>,
        /// Write nothing; name the files that differ, and fail if there are any
        #[arg(long)]
        check: bool,
    },
}

/// Why a `dev` command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// A solution's source cannot be cut.
    #[error("{0}\nMend the marker there, then run the same command again.")]
    Source(#[from] course::regions::Fault),
    /// There is no such lab.
    #[error("There is no lab {asked}. There are: {known}.")]
    NoSuchLab {
        /// The number as it was given.
        asked: String,
        /// The numbers that there are.
        known: String,
    },
    /// From `starters`.
    #[error(transparent)]
    Starters(#[from] StartersError),
    /// From `bless`.
    #[error(transparent)]
    Bless(#[from] BlessError),
    /// From `book`.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// Runs a `dev` command on the workspace in `root`.
///
/// # Errors
///
/// What is wrong, where, and what to do next.
pub fn run(command: DevCommand, root: &Path) -> Result<(), DevError> {
    match command {
        DevCommand::Starters { check: true, .. } => Ok(starters::check(&labs(root)?)?),
        DevCommand::Starters { overwrite, .. } => Ok(starters::write(&labs(root)?, overwrite)?),
        DevCommand::Bless { messages: true, lab } => Ok(bless::messages(root, &chosen(labs(root)?, lab)?)?),
        DevCommand::Book { check, chapter } => Ok(book::run(root, check, chapter.as_deref())?),
        DevCommand::Bless { lab, .. } => Ok(bless::answer_keys(root, &chosen(labs(root)?, lab)?)?),
    }
}

/// The lab of this number, or all of them. `5` means `05`.
fn chosen(labs: Vec<Lab>, number: Option<String>) -> Result<Vec<Lab>, DevError> {
    let Some(asked) = number else { return Ok(labs) };
    let known: Vec<_> = labs.iter().map(|lab| lab.number.clone()).collect();
    let found: Vec<Lab> =
        labs.into_iter().filter(|lab| lab.number.trim_start_matches('0') == asked.trim_start_matches('0')).collect();
    if found.is_empty() {
        return Err(DevError::NoSuchLab { asked, known: known.join(", ") });
    }
    Ok(found)
}
