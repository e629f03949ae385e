//! Includes: every `{{#include …}}` names a file that is there, and an anchor or lines that it has.

use std::path::Path;

use super::page::Page;
use course::regions::Fault;

/// One include of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The page: `book/src/05-the-board.md`.
    pub page: String,
    /// Its line, from 1.
    pub line: usize,
    /// The path as it is written, from the page's folder.
    pub path: String,
    /// What follows the path: an anchor, or lines.
    part: Option<String>,
    /// Where it stands in the page, in bytes.
    pub(super) at: usize,
}

/// The includes of a page, and what looks like one and is none.
pub(super) fn of(page: &Page) -> impl Iterator<Item = Result<Include, Fault>> {
    page.text.match_indices("{{#").filter(|(at, _)| !page.text[..*at].ends_with('\\')).filter_map(|(at, _)| {
        let line = page.line(at);
        let Some((directive, _)) = page.text[at + 3..].split_once("}}") else {
            return Some(Err(page.fault(line, "begins a directive that never ends; close it with }}")));
        };
        match directive.split_whitespace().collect::<Vec<_>>()[..] {
            ["include" | "rustdoc_include", target] => {
                let (path, part) =
                    target.split_once(':').map_or((target, None), |(path, part)| (path, Some(part.to_string())));
                Some(Ok(Include { page: page.file.clone(), line, path: path.to_string(), part, at }))
            }
            ["title", ..] => None,
            _ => Some(Err(page.fault(
                line,
                format!("{{{{#{directive}}}}} is not a directive of this book; write {{{{#include FILE}}}}"),
            ))),
        }
    })
}

pub(super) fn faults(root: &Path, page: &Page) -> Vec<Fault> {
    let faults = of(page).filter_map(|include| match include {
        Ok(include) => unresolved(root, &include).map(|what| page.fault(include.line, what)),
        Err(fault) => Some(fault),
    });
    faults.collect()
}

/// Why an include yields nothing, or not what it should.
fn unresolved(root: &Path, include: &Include) -> Option<String> {
    let path = &include.path;
    let Some(file) = resolved(&include.page, path) else {
        return Some(format!("includes {path}, which is outside of the workbook; a reader has only the workbook"));
    };
    if file.starts_with("labs/") && !file.contains("/tests/") {
        return Some(format!(
            "includes {path}, which a learner will change; include from solutions/, or declare a transcript"
        ));
    }
    let Ok(text) = std::fs::read_to_string(root.join(&file)) else {
        let next = if path.starts_with("transcripts/") {
            "declare it in book/transcripts/ and run: cargo xtask book"
        } else {
            "mend the path"
        };
        return Some(format!("includes {path}, and there is no such file; {next}"));
    };
    let part = include.part.as_deref()?;
    let lines = text.lines().count();
    if part.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
        let mut numbers = part.split(':').filter_map(|number| number.parse::<usize>().ok());
        let outside = numbers.any(|number| number == 0 || number > lines);
        return outside.then(|| {
            format!("includes lines {part} of {path}, which has {lines}; mend the numbers, or use an anchor")
        });
    }
    let has = |word: &str| text.lines().any(|line| line.split_once(word).is_some_and(|(_, name)| name.trim() == part));
    let missing = ["ANCHOR:", "ANCHOR_END:"].into_iter().find(|word| !has(word))?;
    Some(format!("includes the anchor {part} of {path}, which has no `{missing} {part}`; add it there"))
}

/// `book/src/a.md` and `../../solutions/x.rs` → `solutions/x.rs`; nothing where the path leads out of the workspace.
fn resolved(page: &str, path: &str) -> Option<String> {
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(folders.pop()?),
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}
