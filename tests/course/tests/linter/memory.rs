//! What checks said of wrong answers, remembered in the target folder until something of it is another.
//!
//! A check is a function of what it is given: the check as it was built, with the kit and the local cloud in it, the solved lab's programs,
//! the compiler and its calls, the files of the answer. Where all of that is the same as before, byte by byte, so is what the check
//! says, and the answer is not compiled and asked again. Only what was as expected is remembered, so a run that was disturbed is never
//! repeated from here; and what is expected is compared with it anew each time. Starters and solved labs are always judged.
//!
//! A clean clone remembers nothing. With `COURSE_ANEW=1`, as `.ci/run` has it, all answers are judged.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use course::generation::digest_of;
use course::lab::Files;
use course::run::Run;

use crate::red_and_green::is_blessed;

/// Set, every wrong answer is judged, whatever is remembered.
const ANEW: &str = "COURSE_ANEW";

/// The compiler, as it names itself.
static COMPILER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    Command::new(rustc).arg("-vV").output().map(|output| output.stdout).unwrap_or_default()
});

/// What is remembered of one lab, as it is built now.
#[derive(Debug)]
pub(crate) struct Memory {
    folder: PathBuf,
}

impl Memory {
    /// Of the lab whose memories are in `lab`, while `built` is what it was made of. Those of the lab as it was built before are dropped.
    ///
    /// # Errors
    ///
    /// A folder that cannot be made, read or removed.
    pub(crate) fn of(lab: &Path, mut built: Files) -> io::Result<Memory> {
        built.insert("rustc -vV".to_string(), COMPILER.clone());
        let folder = lab.join(digest_of(&built));
        fs::create_dir_all(&folder)?;
        for other in fs::read_dir(lab)?.flatten().map(|entry| entry.path()).filter(|other| *other != folder) {
            fs::remove_dir_all(other)?;
        }
        Ok(Memory { folder })
    }

    /// What the check said of the lab with `files`.
    pub(crate) fn run(&self, files: &Files) -> Option<Run> {
        // What is to be kept is taken from a run of its own.
        if std::env::var_os(ANEW).is_some() || is_blessed() {
            return None;
        }
        self.kept(files)
    }

    /// What is kept of the run. One that cannot be read, or was cut off in the middle, is as good as none.
    fn kept(&self, files: &Files) -> Option<Run> {
        serde_json::from_slice(&fs::read(self.file(files)).ok()?).ok()
    }

    /// Remembers what the check said. A test that this machine could not run may run on it tomorrow.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub(crate) fn remember(&self, files: &Files, run: &Run) -> io::Result<()> {
        if !run.skipped.is_empty() {
            return Ok(());
        }
        fs::write(self.file(files), serde_json::to_vec(run)?)
    }

    fn file(&self, files: &Files) -> PathBuf {
        self.folder.join(format!("{}.json", digest_of(files)))
    }
}

#[test]
fn a_run_is_remembered_until_the_answer_or_the_lab_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let files = |text: &str| Files::from([("src/main.rs".to_string(), text.as_bytes().to_vec())]);
    let run = Run { red: [("a".to_string(), "lab-01.1: said".to_string())].into(), ..Run::default() };
    let red = |run: Option<Run>| run.map(|run| run.red);

    let memory = Memory::of(folder.path(), files("the check")).unwrap();
    assert_eq!(red(memory.kept(&files("an answer"))), None);
    memory.remember(&files("an answer"), &run).unwrap();
    assert_eq!(red(memory.kept(&files("an answer"))), Some(run.red.clone()));
    assert_eq!(red(memory.kept(&files("another answer"))), None);

    let again = Memory::of(folder.path(), files("the check")).unwrap();
    assert_eq!(red(again.kept(&files("an answer"))), Some(run.red.clone()));
    let other = Memory::of(folder.path(), files("another check")).unwrap();
    assert_eq!(red(other.kept(&files("an answer"))), None);
    let back = Memory::of(folder.path(), files("the check")).unwrap();
    assert_eq!(red(back.kept(&files("an answer"))), None, "what another build left is still here");

    let skipped = Run { skipped: [("a".to_string(), "no PostgreSQL".to_string())].into(), ..run };
    back.remember(&files("an answer"), &skipped).unwrap();
    assert_eq!(red(back.kept(&files("an answer"))), None);
}
