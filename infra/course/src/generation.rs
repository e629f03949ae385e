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
/// The mark of a lab that was filled from its solution: the digest of every file as it was then.
const BORROWED: &str = ".borrowed";

/// How a file in `labs/` compares with what its solution yields.
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
/// Edited files, unless `overwrite`; then they are copied to a folder under `.workbook/backups` first.
pub fn write(lab: &Lab, overwrite: bool) -> Result<Written, Refusal> {
    let findings = compare(lab)?;
    let folder = lab.folder();
    let edited: Vec<String> = findings.iter().filter(|f| f.state == State::Edited).map(|f| f.path.clone()).collect();
    if !edited.is_empty() && !overwrite {
        return Err(Refusal::Edited(edited));
    }
    let backup = kept_aside(lab, &edited)?;
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

/// Fills the lab as its solution fills it, and marks it as borrowed. Edited files are copied aside first; `tests/` and files
/// put there by hand stay as they are.
///
/// # Errors
///
/// A file that cannot be read or written.
pub fn borrow(lab: &Lab) -> io::Result<Written> {
    let folder = lab.folder();
    let findings = compare(lab)?;
    let edited: Vec<String> = match is_borrowed(lab) {
        true => Vec::new(),
        false => findings.into_iter().filter(|f| f.state == State::Edited).map(|f| f.path).collect(),
    };
    let backup = kept_aside(lab, &edited)?;
    let solved = lab.solved();
    let mut changed = Vec::new();
    for (path, bytes) in &solved {
        if fs::read(folder.join(path)).ok().as_ref() != Some(bytes) {
            put(&folder.join(path), bytes)?;
            changed.push(path.clone());
        }
    }
    put(&folder.join(BORROWED), record(&solved).as_bytes())?;
    Ok(Written { changed, backup })
}

/// Whether the lab was borrowed from its solution and is still as it was borrowed.
pub fn is_borrowed(lab: &Lab) -> bool {
    let folder = lab.folder();
    let borrowed = digests(&folder.join(BORROWED));
    let is_same =
        |(path, wanted): (&String, &String)| fs::read(folder.join(path)).is_ok_and(|bytes| digest(&bytes) == *wanted);
    !borrowed.is_empty() && borrowed.iter().all(is_same)
}

/// Takes the mark away that [`borrow`] left.
///
/// # Errors
///
/// A mark that cannot be removed.
pub fn give_back(lab: &Lab) -> io::Result<()> {
    match fs::remove_file(lab.folder().join(BORROWED)) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

/// Copies these files of the lab into a new folder and returns its name; nothing where there are none.
fn kept_aside(lab: &Lab, paths: &[String]) -> io::Result<Option<PathBuf>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let backups = lab.root.join(".workbook").join("backups");
    fs::create_dir_all(&backups)?;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default();
    // Two backups in one second are two backups.
    let backup = (0..)
        .map(|again| backups.join(format!("{}-{}", lab.name(), seconds + again)))
        .find(|backup| !matches!(fs::create_dir(backup), Err(why) if why.kind() == io::ErrorKind::AlreadyExists));
    let Some(backup) = backup else { return Ok(None) };
    for path in paths {
        copy(&lab.folder().join(path), &backup.join(path))?;
    }
    Ok(Some(backup))
}

fn record(files: &Files) -> String {
    files.iter().map(|(path, bytes)| format!("{path} {}\n", digest(bytes))).collect()
}

fn read_record(folder: &Path) -> BTreeMap<String, String> {
    digests(&folder.join(RECORD))
}

fn digests(file: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(path, digest)| (path.to_string(), digest.to_string()))
        .collect()
}

/// A digest of files by path and content.
pub fn digest_of(files: &Files) -> String {
    digest(record(files).as_bytes())
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
    fn a_borrowed_lab_is_the_solution_until_somebody_edits_it() {
        let (_root, lab) = workspace();
        let lab = lab("one");
        write(&lab, false).unwrap();
        let file = lab.folder().join("src/main.rs");
        fs::write(&file, "my work").unwrap();
        assert!(!is_borrowed(&lab));
        let backup = borrow(&lab).unwrap().backup.unwrap();
        assert_eq!(fs::read_to_string(backup.join("src/main.rs")).unwrap(), "my work");
        assert_eq!(fs::read_to_string(&file).unwrap(), "one\nx\n");
        assert!(is_borrowed(&lab));
        assert_eq!(borrow(&lab).unwrap().backup, None, "nobody's work was kept aside");
        fs::write(&file, "mine again").unwrap();
        assert!(!is_borrowed(&lab));
        let second = borrow(&lab).unwrap().backup.unwrap();
        assert_ne!(second, backup);
        assert_eq!(fs::read_to_string(backup.join("src/main.rs")).unwrap(), "my work");
        give_back(&lab).unwrap();
        give_back(&lab).unwrap();
        assert!(!is_borrowed(&lab));
    }

    #[test]
    fn windows_line_ends_are_not_an_edit() {
        let (_root, lab) = workspace();
        let lab = lab("one");
        write(&lab, false).unwrap();
        let file = lab.folder().join("src/main.rs");
        let text = fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
        fs::write(&file, text).unwrap();
        assert!(states(&lab).is_empty());
    }
}
