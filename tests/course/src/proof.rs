//! What is kept of the proof that checks see: for each sentence that a chapter promises the wrong answers that break it, and what
//! became of the mutants of the solution.
//!
//! `tests/wrong-answers/lab-NN.toml` has the sentences, `lab-NN.mutants.toml` beside it the mutants. The linter holds both to the course;
//! `cargo xtask proof` makes the book's page from them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The sentences of one lab.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// In the order of the file.
    pub sentence: Vec<Sentence>,
}

/// A sentence of a chapter's invariants or of its task.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sentence {
    /// As it stands in the chapter.
    pub says: String,
    /// For a sentence of the task: the TODO that it is about, as `lab-05.1`.
    pub todo: Option<String>,
    /// The names of the wrong answers that break it.
    #[serde(default)]
    pub broken_by: Vec<String>,
    /// Why no answer can break it.
    pub fact: Option<String>,
}

impl Proof {
    /// What is kept of lab `number`.
    ///
    /// # Errors
    ///
    /// The file, and why it cannot be read or is of another form.
    pub fn read(root: &Path, number: &str) -> Result<Proof, String> {
        read(&folder(root).join(format!("lab-{number}.toml")))
    }
}

/// What a check says of the mutants of one lab.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MutantOutcome {
    /// The figures of each TODO, by its name.
    #[serde(default)]
    pub todo: BTreeMap<String, MutantFigures>,
    /// The mutants that the check is green for.
    #[serde(default)]
    pub survivor: Vec<Survivor>,
}

/// The figures of one TODO.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MutantFigures {
    /// How many there are.
    pub mutants: usize,
    /// How many of them compile.
    pub compiled: usize,
    /// How many of those the check is red for.
    pub killed: usize,
    /// Of all mutants' texts: another solution, or another way to make mutants, has another.
    pub digest: String,
}

/// A mutant that the check is green for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// The TODO, as `lab-05.1`.
    pub todo: String,
    /// The line where the change begins.
    pub line: String,
    /// As `from → to`.
    pub change: String,
    /// Why it is no fault that a check could see.
    pub excuse: String,
}

impl MutantOutcome {
    /// Where it is kept for lab `number`.
    pub fn file(root: &Path, number: &str) -> PathBuf {
        folder(root).join(format!("lab-{number}.mutants.toml"))
    }

    /// What is kept of lab `number`.
    ///
    /// # Errors
    ///
    /// The file, and why it cannot be read or is of another form.
    pub fn read(root: &Path, number: &str) -> Result<MutantOutcome, String> {
        read(&MutantOutcome::file(root, number))
    }

    /// One figure, over all TODOs.
    pub fn sum(&self, figure: fn(&MutantFigures) -> usize) -> usize {
        self.todo.values().map(figure).sum()
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join("tests").join("wrong-answers")
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T, String> {
    let failed = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|why| failed(&why))?;
    toml::from_str(&text).map_err(|why| failed(&why))
}
