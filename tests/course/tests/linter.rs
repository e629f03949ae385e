//! The course linter: starters red, wrong answers red by name, solved labs green; the answer key sealed.
//!
//! Every lab is built and judged in a workspace of the linter's own (see `course::scratch`), from what `solutions/` yields
//! and never from what stands in `labs/`: a learner who is half-way through has a green `cargo test`.
//!
//! `COURSE_LABS=07 cargo test -p course` judges lab 07 alone, for whoever is writing it.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

#[path = "linter/cheats.rs"]
mod cheats;
#[path = "linter/messages.rs"]
mod messages;
#[path = "linter/red_and_green.rs"]
mod red_and_green;
#[path = "linter/text.rs"]
mod text;

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use course::lab::{Lab, labs};
use course::scratch::Scratch;

/// One build at a time: all labs share the scratch workspace.
static SCRATCH: LazyLock<Mutex<Scratch>> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp is in target").to_path_buf();
    Mutex::new(Scratch::open(&root(), &target).unwrap())
});

fn scratch() -> MutexGuard<'static, Scratch> {
    SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("this package is in tests/ of the workspace").to_path_buf()
}

/// The labs to be judged: all of them, or those that `COURSE_LABS` names.
fn course() -> Vec<Lab> {
    let mut labs = all_labs();
    if let Ok(wanted) = std::env::var("COURSE_LABS") {
        labs.retain(|lab| wanted.split(',').any(|number| number.trim() == lab.number));
    }
    assert!(!labs.is_empty(), "COURSE_LABS names no lab that there is");
    labs
}

/// The lab on which the linter's tools are tried: the smallest.
fn first_lab() -> Lab {
    all_labs().remove(0)
}

fn all_labs() -> Vec<Lab> {
    let labs = labs(&root()).unwrap_or_else(|fault| panic!("{fault}"));
    assert!(!labs.is_empty());
    labs
}
