//! What a red check says, held to the rules for it and to the words that were agreed on.

use std::path::Path;

use course::lab::Lab;
use course::message::masked;
use course::run::Run;

use crate::{root, snapshots_in};

/// The most lines of an explanation.
const LINES: usize = 25;

/// Words of tools and machines that say nothing to a learner.
const NOT_FOR_LEARNERS: [&str; 6] =
    ["insta", "INSTA_", "panicked at", "RUST_BACKTRACE", "stack backtrace", ".snap.new"];

/// Holds one message to the rules: short, plain, and about a TODO that exists.
pub(crate) fn assert_well_said(lab: &Lab, what: &str, said: &str) {
    assert!(said.lines().count() <= LINES, "{what} takes {} lines:\n{said}", said.lines().count());
    // A function's own log is quoted as it is: a panic in it is the very thing to be shown.
    let ours: Vec<&str> = said.lines().filter(|line| !is_quoted_log(said, line)).collect();
    for word in NOT_FOR_LEARNERS {
        assert!(!ours.iter().any(|line| line.contains(word)), "{what} speaks of {word:?}:\n{said}");
    }
    let first = said.lines().next().unwrap_or_default();
    let todo = first.split([':', ',']).next().unwrap_or_default();
    assert!(lab.regions().any(|region| region.id == todo), "{what} begins with no TODO of {}:\n{said}", lab.name());
}

/// Whether `line` is part of the section `its log`.
fn is_quoted_log(said: &str, line: &str) -> bool {
    let Some(log) = said.split("\n  its log ").nth(1) else { return false };
    let log = log.split("\n  look at").next().unwrap_or_default();
    !line.trim().is_empty() && log.contains(line.trim().trim_start_matches("its log").trim())
}

/// Compares everything that a run said with what was kept as `name`.
pub(crate) fn assert_kept(lab: &Lab, name: &str, run: &Run) {
    let text = run
        .red
        .iter()
        .map(|(test, said)| format!("---- {test}\n{}\n", masked(said, &root())))
        .collect::<Vec<_>>()
        .join("\n");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join("messages").join(lab.name());
    snapshots_in(&folder).bind(|| insta::assert_snapshot!(name, text));
}
