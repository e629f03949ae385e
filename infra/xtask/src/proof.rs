//! `proof`: the page that shows, for each sentence of each lab, the wrong answers for which its check is red.
//!
//! The linter holds that every sentence has one, and that each is red with the right message. The page only lists them.

use std::path::Path;

use course::lab::{Lab, labs};
use course_linter::proof::{MutantOutcome, Proof, Sentence};

use crate::made::{MadeError, bring, put};

/// The page.
const PAGE: &str = "book/src/checks.md";

/// Why the page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// A file cannot be read or written, or is old.
    #[error(transparent)]
    Made(#[from] MadeError),
    /// A solution's source cannot be cut.
    #[error("{0}\nMend it there, then run the same command again.")]
    Source(#[from] course::regions::Fault),
    /// A table of the proof cannot be read.
    #[error("{0}\nMend it there, then run the same command again.")]
    Table(String),
}

/// Makes the page, or with `check` compares it with what it would be.
///
/// # Errors
///
/// See [`ProofError`].
pub fn run(root: &Path, check: bool) -> Result<(), ProofError> {
    let mut list = String::new();
    for lab in labs(root)? {
        let proof = Proof::read(root, &lab.number).map_err(ProofError::Table)?;
        let mutants = MutantOutcome::read(root, &lab.number).map_err(ProofError::Table)?;
        list.push_str(&part(&lab, &proof, &mutants));
    }
    bring(root, PAGE, "proof", check, |page| Ok(put(PAGE, page, "labs", &list)?))
}

/// What the page says of one lab.
fn part(lab: &Lab, proof: &Proof, mutants: &MutantOutcome) -> String {
    let (promised, asked): (Vec<&Sentence>, Vec<&Sentence>) =
        proof.sentence.iter().partition(|sentence| sentence.todo.is_none());
    let rows = |sentences: &[&Sentence]| sentences.iter().map(|sentence| row(sentence)).collect::<String>();
    format!(
        "## Lab {}\n\n{}| What the chapter promises | Red for |\n|---|---|\n{}\n| What its task asks | Red for |\n|---|---|\n{}\n",
        lab.number,
        changed(mutants),
        rows(&promised),
        rows(&asked),
    )
}

/// What became of the solutions with a small change.
fn changed(mutants: &MutantOutcome) -> String {
    let (compiled, killed) = (mutants.sum(|todo| todo.compiled), mutants.sum(|todo| todo.killed));
    let excused = match mutants.survivor.len() {
        0 => String::new(),
        some => format!("; {some} may pass, because they change nothing that can be seen"),
    };
    format!("Of {compiled} solutions with one small change, the check is red for {killed}{excused}.\n\n")
}

/// A sentence, and what breaks it, folded: the names give answers away.
fn row(sentence: &Sentence) -> String {
    let red_for = match (&sentence.fact, sentence.broken_by.as_slice()) {
        (Some(fact), _) => format!("none. {fact}"),
        (None, names) => {
            let shown = names.iter().map(|name| in_words(name)).collect::<Vec<_>>().join("; ");
            let count = match names.len() {
                1 => "1&nbsp;answer".to_string(),
                some => format!("{some}&nbsp;answers"),
            };
            format!("<details><summary>{count}</summary>{shown}</details>")
        }
    };
    format!("| {} | {red_for} |\n", sentence.says.replace('|', "\\|"))
}

/// `05.1-ignores-the-key`, as one reads it.
fn in_words(name: &str) -> String {
    name.split_once('-').map_or(name, |(_, what)| what).replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_as_it_would_be_made() {
        run(&course::root::workspace().expect("the tests run in the workbook"), true).unwrap();
    }

    #[test]
    fn a_row_counts_what_breaks_the_sentence_or_says_why_nothing_does() {
        let sentence = |broken_by: &[&str], fact: Option<&str>| Sentence {
            says: "One | two.".to_string(),
            todo: None,
            broken_by: broken_by.iter().map(ToString::to_string).collect(),
            fact: fact.map(str::to_string),
        };
        assert_eq!(
            row(&sentence(&["05.1-is-one", "05.2-is-not"], None)),
            "| One \\| two. | <details><summary>2&nbsp;answers</summary>is one; is not</details> |\n"
        );
        assert_eq!(row(&sentence(&[], Some("IAM says it."))), "| One \\| two. | none. IAM says it. |\n");
    }
}
