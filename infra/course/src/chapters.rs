//! The pages of the book: where they are, what their anchors are called, and what each gets when the book is built.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::glossary::Glossary;
use crate::minutes;

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

/// The id that mdBook gives to a heading, and to a word that is defined: `The cursor (TODO 05.3)` → `the-cursor-todo-053`.
pub fn anchor(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|character| match character {
        '-' | '_' => Some(character),
        _ if character.is_alphanumeric() => Some(character),
        _ if character.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// Completes a page whose path below `book/src` is `path`: its minutes, and the links from words to the glossary.
pub fn complete(page: &mut String, path: &Path, glossary: &Glossary) {
    glossary.link(path, page);
    minutes::tell(page);
}
