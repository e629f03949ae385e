//! A lab's verdict: its check run by Cargo, or remembered.
//!
//! A verdict depends on the lab's files, on its check and answer key, on the kit and the local cloud, and on the versions of
//! everything else. Their digest is the verdict's name, so a remembered verdict is right or it is not found. Labs on
//! which nobody works cost `status` nothing.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use course::generation::digest_of;
use course::lab::{Files, Lab, read_tree};
use course::run::{Run, cargo};
use serde::{Deserialize, Serialize};

use super::progress::Progress;
use crate::error::Error;

/// What a check depends on beside the lab's own folder.
const DEPENDS_ON: [&str; 11] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "infra/cloudformation",
    "infra/dynamodb",
    "infra/kit",
    "infra/local",
    "infra/models",
    "infra/s3",
    "infra/stack",
    "solutions",
];

/// A verdict as it is remembered.
#[derive(Debug, Serialize, Deserialize)]
struct Remembered<'a> {
    digest: Cow<'a, str>,
    run: Cow<'a, Run>,
}

/// The verdict on the lab as it is now: remembered if nothing has changed, or else from a run, which shows its progress.
///
/// # Errors
///
/// When Cargo cannot be run, or a file cannot be read.
pub fn verdict(lab: &Lab) -> Result<Run, Error> {
    match remembered(lab, &digest(lab)?) {
        Some(run) => Ok(run),
        None => fresh(lab),
    }
}

/// The verdict of a new run, even if one is remembered. It will be remembered.
///
/// # Errors
///
/// When Cargo cannot be run, or a file cannot be read or written.
pub fn fresh(lab: &Lab) -> Result<Run, Error> {
    let before = digest(lab)?;
    let mut cargo = cargo();
    cargo.current_dir(&lab.root).args(["test", "--color", "never", "-p", &lab.name(), "--test", "check"]);
    let mut progress = Progress::new(&lab.name());
    let run = Run::of(&mut cargo, |line| progress.read_line(line)).map_err(Error::of_cargo)?;
    // What was saved in the middle of a run may or may not have been part of it.
    if is_final(lab, &run) && digest(lab)? == before {
        remember(lab, &before, &run)?;
    }
    Ok(run)
}

/// Whether the lab's own code does not compile: everything else that keeps a check from running is none of its faults.
pub fn does_not_compile(lab: &Lab, run: &Run) -> bool {
    !run.was_built() && run.build.contains(&format!("could not compile `{}`", lab.name()))
}

/// Whether the same files will give the same verdict. A failed download is not a verdict.
fn is_final(lab: &Lab, run: &Run) -> bool {
    run.was_built() || does_not_compile(lab, run)
}

/// A digest of everything that the verdict depends on.
fn digest(lab: &Lab) -> Result<String, Error> {
    let mut files = Files::new();
    let own = lab.folder();
    take(&mut files, "lab", &own).map_err(Error::of_file(&own))?;
    for name in DEPENDS_ON {
        let path = lab.root.join(name);
        take(&mut files, name, &path).map_err(Error::of_file(&path))?;
    }
    Ok(digest_of(&files))
}

/// Adds a file, or a folder with everything below it, to `files`; what is not there is left out.
fn take(files: &mut Files, name: &str, path: &Path) -> io::Result<()> {
    if path.is_dir() {
        let tree = read_tree(path)?;
        files.extend(tree.into_iter().map(|(inside, bytes)| (format!("{name}/{inside}"), bytes)));
    } else if path.is_file() {
        files.insert(name.to_string(), fs::read(path)?);
    }
    Ok(())
}

fn file_of(lab: &Lab) -> PathBuf {
    lab.root.join(".workbook").join("verdicts").join(format!("{}.json", lab.name()))
}

fn remembered(lab: &Lab, digest: &str) -> Option<Run> {
    let text = fs::read_to_string(file_of(lab)).ok()?;
    let kept: Remembered<'_> = serde_json::from_str(&text).ok()?;
    (kept.digest == digest).then(|| kept.run.into_owned())
}

fn remember(lab: &Lab, digest: &str, run: &Run) -> Result<(), Error> {
    let file = file_of(lab);
    let kept = Remembered { digest: Cow::Borrowed(digest), run: Cow::Borrowed(run) };
    let text = serde_json::to_string_pretty(&kept).map_err(io::Error::other);
    let written = text.and_then(|text| {
        fs::create_dir_all(file.parent().unwrap_or(&lab.root))?;
        fs::write(&file, text)
    });
    written.map_err(Error::of_file(&file))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const MANIFEST: &str = "[package]\nname = \"solution-07\"\ndescription = \"Permissions\"\n\n\
        [[test]]\nname = \"check\"\npath = \"../../labs/lab-07/tests/check.rs\"\n";

    #[test]
    fn a_verdict_is_remembered_until_something_changes() {
        let root = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        put("solutions/solution-07/Cargo.toml", MANIFEST);
        put("labs/lab-07/src/main.rs", "a");
        put("infra/kit/src/lib.rs", "kit");
        let lab = Lab::read(root.path(), "07").unwrap();
        let before = digest(&lab).unwrap();
        let red = [("a::b".to_string(), "lab-07.1: no\n\n  got       status 403".to_string())].into();
        let run = Run { green: vec!["c".to_string()], red, took: Duration::from_millis(1500), ..Run::default() };
        assert!(remembered(&lab, &before).is_none());
        remember(&lab, &before, &run).unwrap();
        let kept = remembered(&lab, &before).unwrap();
        assert_eq!((&kept.green, &kept.red, kept.took), (&run.green, &run.red, run.took));
        assert_eq!(digest(&lab).unwrap(), before, "what is remembered is not a part of the lab");
        for (path, text) in
            [("labs/lab-07/src/main.rs", "b"), ("labs/lab-07/tests/check.rs", "c"), ("infra/kit/src/lib.rs", "K")]
        {
            let old = digest(&lab).unwrap();
            put(path, text);
            assert_ne!(digest(&lab).unwrap(), old, "{path} plays no part");
        }
        assert!(remembered(&lab, &digest(&lab).unwrap()).is_none());
    }

    #[test]
    fn a_build_that_fails_for_another_reason_is_not_a_verdict() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("solutions/solution-07")).unwrap();
        fs::write(root.path().join("solutions/solution-07/Cargo.toml"), MANIFEST).unwrap();
        let lab = Lab::read(root.path(), "07").unwrap();
        let of = |build: &str| Run { build: build.to_string(), ..Run::default() };
        assert!(is_final(&lab, &of("error: mismatched\n\nerror: could not compile `lab-07` (bin \"lab-07\")")));
        assert!(!is_final(&lab, &of("error: failed to download `serde`")));
        assert!(!is_final(&lab, &of("error: could not compile `kit` (lib)")));
    }
}
