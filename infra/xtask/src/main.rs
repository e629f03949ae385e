//! `cargo xtask …`: what the makers of the course run. Learners need none of it, so it is a program of its own.
//!
//! `starters` cuts the labs out of the solutions, `bless` makes the answer keys and seals them, `mutants` asks whether the checks see
//! small faults, `book` records what the book shows, `fidelity` lists what the local cloud has, `proof` what the checks are red for,
//! `performance` what was measured, `deployer` says what it takes to deploy the board, and `schemas` writes what CloudFormation knows of
//! resource types. All show what they changed. With `--check`, `starters`, `book`, `fidelity`, `proof`, `performance` and `deployer` change
//! nothing, and fail where something would change. That is how CI asks whether what was made still agrees with what it was made from.

mod bless;
mod book;
mod deployer;
mod fidelity;
mod made;
mod performance;
mod proof;
mod schemas;
mod starters;

use std::path::Path;
use std::process::ExitCode;

use bless::BlessError;
use book::BookError;
use clap::{Parser, Subcommand};
use course::lab::{Lab, labs};
use deployer::DeployerError;
use fidelity::FidelityError;
use performance::PerformanceError;
use starters::StartersError;

/// Make the labs, their answer keys and the book's transcripts out of the solutions
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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
        #[arg(conflicts_with = "templates")]
        lab: Option<String>,
        /// Make the red messages that the course linter compares with, instead of the answer keys
        #[arg(long)]
        messages: bool,
        /// Make the expected results of the cases of templates: stacks, and the errors of bad ones
        #[arg(long, conflicts_with = "messages")]
        templates: bool,
    },
    /// Have the checks judge mutants of the solutions: a solution with one small thing changed must be red
    Mutants {
        /// The lab's number, such as 05; every lab when left out, which takes long
        lab: Option<String>,
    },
    /// Write the facts about resource types that templates are checked with, from the schemas that cfn-lint ships
    Schemas {
        /// The folder data/schemas of an installed cfn-lint
        folder: std::path::PathBuf,
    },
    /// Make the lists on the page that says what the local cloud has, on which evidence, and what it does otherwise than AWS
    Fidelity {
        /// Write nothing; fail if the page would be another
        #[arg(long)]
        check: bool,
    },
    /// Make the page that lists, for each sentence of each lab, the wrong answers for which its check is red
    Proof {
        /// Write nothing; fail if the page would be another
        #[arg(long)]
        check: bool,
    },
    /// Make the page with what was measured (tests/bench/results.json), and whether it is what the workbook promises
    Performance {
        /// Write nothing; fail if the page would be another
        #[arg(long)]
        check: bool,
    },
    /// Write what it takes to deploy infra/template.yaml into infra/production/deployer.yaml
    Deployer {
        /// Write nothing; fail if the template would be another
        #[arg(long)]
        check: bool,
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

/// Why a command failed, and what to do.
#[derive(Debug, thiserror::Error)]
enum Error {
    /// Started outside of the workbook.
    #[error("The workbook is not here. Go to its folder, then run the same command again.")]
    Elsewhere,
    /// A solution's source cannot be cut.
    #[error("{0}\nMend the marker there, then run the same command again.")]
    Source(#[from] course::regions::Fault),
    /// That lab does not exist.
    #[error("There is no lab {asked}. There are: {known}.")]
    NoSuchLab {
        /// The number as it was given.
        asked: String,
        /// The numbers that there are.
        known: String,
    },
    /// From `schemas`.
    #[error(transparent)]
    Schemas(#[from] schemas::SchemasError),
    /// From `fidelity`.
    #[error(transparent)]
    Fidelity(#[from] FidelityError),
    /// From `proof`.
    #[error(transparent)]
    Proof(#[from] proof::ProofError),
    /// From `performance`.
    #[error(transparent)]
    Performance(#[from] PerformanceError),
    /// From `deployer`.
    #[error(transparent)]
    Deployer(#[from] DeployerError),
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

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = course::root::workspace().ok_or(Error::Elsewhere).and_then(|root| run(arguments.command, &root));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\n{why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command on the workspace in `root`.
fn run(command: Command, root: &Path) -> Result<(), Error> {
    match command {
        Command::Starters { check: true, .. } => Ok(starters::check(&labs(root)?)?),
        Command::Starters { overwrite, .. } => Ok(starters::write(&labs(root)?, overwrite)?),
        Command::Bless { templates: true, .. } => Ok(bless::templates(root)?),
        Command::Bless { messages: true, lab, .. } => Ok(bless::messages(root, &chosen(labs(root)?, lab)?)?),
        Command::Mutants { lab } => Ok(bless::mutants(root, &chosen(labs(root)?, lab)?)?),
        Command::Schemas { folder } => {
            let bytes = schemas::write(root, &folder, cloudformation::TYPES)?;
            println!("{} types, {bytes} bytes", cloudformation::TYPES.len());
            Ok(())
        }
        Command::Fidelity { check } => Ok(fidelity::run(root, check)?),
        Command::Proof { check } => Ok(proof::run(root, check)?),
        Command::Performance { check } => Ok(performance::run(root, check)?),
        Command::Deployer { check } => Ok(deployer::run(root, check)?),
        Command::Book { check, chapter } => Ok(book::run(root, check, chapter.as_deref())?),
        Command::Bless { lab, .. } => Ok(bless::answer_keys(root, &chosen(labs(root)?, lab)?)?),
    }
}

/// The lab of this number, or all of them. `5` means `05`.
fn chosen(labs: Vec<Lab>, number: Option<String>) -> Result<Vec<Lab>, Error> {
    let Some(asked) = number else { return Ok(labs) };
    let known: Vec<_> = labs.iter().map(|lab| lab.number.clone()).collect();
    let found: Vec<Lab> =
        labs.into_iter().filter(|lab| lab.number.trim_start_matches('0') == asked.trim_start_matches('0')).collect();
    if found.is_empty() {
        return Err(Error::NoSuchLab { asked, known: known.join(", ") });
    }
    Ok(found)
}
