//! The chapter of a lab: `book/src/NN-*.md`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the pages are, below the workspace's folder.
pub const SOURCE: &str = "book/src";

/// The text of the chapter of lab `number`, if there is one.
pub fn of_lab(root: &Path, number: &str) -> Option<String> {
    let files = fs::read_dir(root.join(SOURCE)).ok()?.flatten().map(|entry| entry.path());
    let is_it = |file: &PathBuf| file.file_name().and_then(OsStr::to_str).and_then(number_of) == Some(number);
    let chapter = files.filter(is_it).find(|file| file.extension() == Some(OsStr::new("md")))?;
    Some(fs::read_to_string(chapter).ok()?.replace("\r\n", "\n"))
}

/// `05` for `book/src/05-the-board.md`.
pub fn number_of(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    let (number, _) = name.split_once('-')?;
    (number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}
