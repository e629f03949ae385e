//! The course linter: starters red, wrong answers red by name, solved labs green; the answer key sealed.
//!
//! Every lab is built and judged in a workspace of the linter's own (see `course::scratch`), from what `solutions/` yields
//! and never from what stands in `labs/`: a learner who is half-way through has a green `cargo test`.
//!
//! `COURSE_LABS=07 cargo test -p course-linter` judges lab 07 alone, for its author.

#![allow(clippy::unwrap_used, reason = "a linter that cannot read or run something has found its fault")]

#[path = "linter/cheats.rs"]
mod cheats;
#[path = "linter/memory.rs"]
mod memory;
#[path = "linter/messages.rs"]
mod messages;
#[path = "linter/mutants.rs"]
mod mutants;
#[path = "linter/proof.rs"]
mod proof;
#[path = "linter/red_and_green.rs"]
mod red_and_green;
#[path = "linter/text.rs"]
mod text;
#[path = "linter/together.rs"]
mod together;
#[path = "linter/variants.rs"]
mod variants;

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use course::lab::{Lab, chosen_labs, labs};
use course::scratch::Scratch;
use variants::{Solved, recording};

/// One build at a time: all labs share the scratch workspace.
static SCRATCH: LazyLock<Mutex<Scratch>> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("target/tmp is in target").to_path_buf();
    let scratch = Scratch::open(&root(), &target).unwrap();
    Mutex::new(recording(scratch))
});

fn scratch() -> MutexGuard<'static, Scratch> {
    SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The labs to be judged. The first to ask builds one; the rest of them is judged meanwhile.
static SOLVED: LazyLock<Vec<Solved>> = LazyLock::new(|| course().into_iter().map(Solved::of).collect());

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("this package is in tests/ of the workspace").to_path_buf()
}

/// The labs to be judged.
fn course() -> Vec<Lab> {
    chosen_labs(&root()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The lab on which the linter's tools are tried: the smallest.
fn first_lab() -> Lab {
    labs(&root()).unwrap_or_else(|fault| panic!("{fault}")).remove(0)
}

/// How the snapshots in `folder` are written and read, those of the kit's answer key among them.
fn snapshots_in(folder: &Path) -> insta::Settings {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
