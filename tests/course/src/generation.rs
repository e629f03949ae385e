//! Writing starters into `labs/`, without ever losing what a learner wrote.
//!
//! Each lab's folder has a hidden file `.starter` with the digest of every file as it was last generated. So a file that
//! differs from what the solution yields now is either *stale* (still as it was generated: the solution has moved on) or
//! *edited* (somebody's work). Stale files are replaced; edited ones only when that is asked for, and then a copy is kept.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::lab::{Files, Lab, read_tree};

/// The record of what was generated, beside the lab's manifest.
const RECORD: &str = ".starter";

/// How a file in `labs/` stands to what its solution yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not there, or not written since its solution changed.
    Stale,
    /// Changed by hand.
    Edited,
    /// Generated once, and no longer part of the lab.
    Leftover,
    /// Put there by hand.
    Foreign,
}

/// A file that is not as its solution yields it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its path inside the lab, with `/` between folders.
    pub path: String,
    /// How it differs.
    pub state: State,
}

/// Compares the lab's folder with what its solution yields; nothing is found where they agree. `tests/` is not looked at.
///
/// # Errors
///
/// A file that cannot be read.
pub fn compare(lab: &Lab) -> io::Result<Vec<Finding>> {
    let folder = lab.folder();
    let wanted = lab.starter();
    let there = if folder.is_dir() { read_tree(&folder)? } else { Files::new() };
    let record = read_record(&folder);
    let mut findings = Vec::new();
    for (path, bytes) in &wanted {
        let state = match there.get(path).map(|found| digest(found)) {
            Some(found) if found == digest(bytes) => {
                if record.get(path) == Some(&found) {
                    continue;
                } else {
                    State::Stale
                }
            }
            Some(found) if record.get(path) != Some(&found) => State::Edited,
            _ => State::Stale,
        };
        findings.push(Finding { path: path.clone(), state });
    }
    for (path, bytes) in &there {
        if wanted.contains_key(path) || path.starts_with("tests/") {
            continue;
        }
        let generated = record.get(path) == Some(&digest(bytes));
        findings.push(Finding { path: path.clone(), state: if generated { State::Leftover } else { State::Foreign } });
    }
    Ok(findings)
}

/// Why a starter was not written.
#[derive(Debug)]
pub enum Refusal {
    /// These files were edited, and overwriting them was not asked for.
    Edited(Vec<String>),
    /// A file cannot be read or written.
    Failed(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(why: io::Error) -> Refusal {
        Refusal::Failed(why)
    }
}

/// What writing a starter did.
#[derive(Debug, Default)]
pub struct Written {
    /// Files written or removed, by their path inside the lab.
    pub changed: Vec<String>,
    /// The folder with copies of edited files, if there were any.
    pub backup: Option<PathBuf>,
}

/// Brings the lab's folder to what its solution yields. `tests/` and files put there by hand stay as they are.
///
/// # Errors
///
/// Edited files, unless `overwrite`; then they are copied to a folder under `target/` first.
pub fn write(lab: &Lab, overwrite: bool) -> Result<Written, Refusal> {
    let findings = compare(lab)?;
    let folder = lab.folder();
    let edited: Vec<String> = findings.iter().filter(|f| f.state == State::Edited).map(|f| f.path.clone()).collect();
    if !edited.is_empty() && !overwrite {
        return Err(Refusal::Edited(edited));
    }
    let backup = (!edited.is_empty()).then(|| backup_folder(lab));
    if let Some(backup) = &backup {
        for path in &edited {
            copy(&folder.join(path), &backup.join(path))?;
        }
    }
    let wanted = lab.starter();
    let mut changed = Vec::new();
    for finding in findings.into_iter().filter(|finding| finding.state != State::Foreign) {
        match wanted.get(&finding.path) {
            Some(bytes) => put(&folder.join(&finding.path), bytes)?,
            None => fs::remove_file(folder.join(&finding.path))?,
        }
        changed.push(finding.path);
    }
    if !changed.is_empty() {
        put(&folder.join(RECORD), record(&wanted).as_bytes())?;
    }
    Ok(Written { changed, backup })
}

/// Writes `files` into `folder`, touching only those that differ, so that a build sees what has really changed. Files that
/// are not among them, `tests/` aside, are removed.
///
/// # Errors
///
/// A file that cannot be read or written.
pub fn replace(folder: &Path, files: &Files) -> io::Result<()> {
    let there = if folder.is_dir() { read_tree(folder)? } else { Files::new() };
    for (path, bytes) in files {
        if there.get(path) != Some(bytes) {
            put(&folder.join(path), bytes)?;
        }
    }
    for path in there.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    Ok(())
}

fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    put(to, &fs::read(from)?)
}

fn backup_folder(lab: &Lab) -> PathBuf {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default();
    lab.root.join("target").join("starters-backup").join(format!("{}-{seconds}", lab.name()))
}

fn record(files: &Files) -> String {
    files.iter().map(|(path, bytes)| format!("{path} {}\n", digest(bytes))).collect()
}

fn read_record(folder: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder.join(RECORD)).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(path, digest)| (path.to_string(), digest.to_string()))
        .collect()
}

/// SHA-256 in hexadecimal. Line ends do not count: a checkout on Windows has others.
fn digest(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).map(|text| text.replace("\r\n", "\n").into_bytes());
    Sha256::digest(text.unwrap_or_else(|_| bytes.to_vec())).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"solution-07\"\ndescription = \"Permissions\"\n\n\
        [[test]]\nname = \"check\"\npath = \"../../labs/lab-07/tests/check.rs\"\n";

    fn workspace() -> (tempfile::TempDir, impl Fn(&str) -> Lab) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().to_path_buf();
        let lab = move |code: &str| {
            let text = format!(
                "{code}\n// lab-07.1 begin\nx\n// lab-07.1 starter\n// | // TODO(lab-07.1): x\n// lab-07.1 end\n"
            );
            put(&path.join("solutions/solution-07/Cargo.toml"), MANIFEST.as_bytes()).unwrap();
            put(&path.join("solutions/solution-07/src/main.rs"), text.as_bytes()).unwrap();
            Lab::read(&path, "07").unwrap()
        };
        (root, lab)
    }

    fn states(lab: &Lab) -> Vec<(String, State)> {
        compare(lab).unwrap().into_iter().map(|finding| (finding.path, finding.state)).collect()
    }

    #[test]
    fn writes_once_and_follows_its_solution() {
        let (_root, lab) = workspace();
        let first = lab("one");
        assert_eq!(write(&first, false).unwrap().changed, ["Cargo.toml", "src/main.rs"]);
        assert!(states(&first).is_empty());
        assert!(write(&first, false).unwrap().changed.is_empty());
        let second = lab("two");
        assert_eq!(states(&second), [("src/main.rs".to_string(), State::Stale)]);
        write(&second, false).unwrap();
        assert!(fs::read_to_string(second.folder().join("src/main.rs")).unwrap().starts_with("two\n// TODO"));
    }

    #[test]
    fn an_edit_is_somebodys_work() {
        let (_root, lab) = workspace();
        let lab = lab("one");
        write(&lab, false).unwrap();
        let file = lab.folder().join("src/main.rs");
        fs::write(&file, "solved").unwrap();
        put(&lab.folder().join("src/own.rs"), b"own").unwrap();
        put(&lab.folder().join("tests/check.rs"), b"check").unwrap();
        assert_eq!(
            states(&lab),
            [("src/main.rs".to_string(), State::Edited), ("src/own.rs".to_string(), State::Foreign)]
        );
        assert!(matches!(write(&lab, false), Err(Refusal::Edited(files)) if files == ["src/main.rs"]));
        assert_eq!(fs::read_to_string(&file).unwrap(), "solved");
        let written = write(&lab, true).unwrap();
        assert_eq!(fs::read_to_string(written.backup.unwrap().join("src/main.rs")).unwrap(), "solved");
        assert!(lab.folder().join("src/own.rs").exists() && lab.folder().join("tests/check.rs").exists());
        assert_eq!(states(&lab), [("src/own.rs".to_string(), State::Foreign)]);
    }

    #[test]
    fn windows_line_ends_are_no_edit() {
        let (_root, lab) = workspace();
        let lab = lab("one");
        write(&lab, false).unwrap();
        let file = lab.folder().join("src/main.rs");
        let text = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, text).unwrap();
        assert!(states(&lab).is_empty());
    }
}
