//! The book, held to the course: what a chapter must have, and that it shows nothing that was not run or quoted.
//!
//! [`faults`] reads `book/src` and names every line that breaks a rule, with what to do. Nothing is built or run here:
//! `cargo xtask book --check` compares transcripts with runs, and follows the links of the built pages.
//!
//! `page` reads Markdown, the others are rules: `fences` and `includes` hold every page, `contents` the table of contents, `lesson` the
//! chapter of a lab, `parts` the pages of concepts and of the register, `sources` other pages that speak of AWS and the glossary, `template` the
//! page on the board's template, `trainer` the trainer's guide.

mod contents;
mod fences;
mod includes;
mod lesson;
mod page;
mod parts;
mod sources;
mod template;
mod trainer;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

pub use includes::Include;

use course::chapters::{SOURCE, anchor, number_of};
use course::lab::{Lab, labs, read_tree};
use course::regions::Fault;
use page::Page;

/// The table of contents, which is not a page.
const SUMMARY: &str = "book/src/SUMMARY.md";

/// Every breach of a rule in the book of the workspace in `root`, in the order of files and lines.
///
/// # Errors
///
/// What cannot be read: a page, a solution, a wrong answer.
pub fn faults(root: &Path) -> Result<Vec<Fault>, Fault> {
    let pages = pages(root).map_err(|why| unreadable(SOURCE, &why))?;
    let labs = labs(root)?;
    let quoted = lesson::quoted_answers(root)?;
    let mut faults = contents::faults(root, &pages)?;
    for page in &pages {
        faults.extend(fences::faults(root, page));
        faults.extend(includes::faults(root, page));
        faults.extend(parts::faults(page));
        faults.extend(sources::faults(page, &pages));
        faults.extend(template::faults(root, page));
        faults.extend(trainer::faults(root, page)?);
    }
    faults.extend(parts::doubles(&pages));
    for lab in &labs {
        match pages.iter().find(|page| number_of(&page.file) == Some(&lab.number)) {
            Some(page) => faults.extend(lesson::faults(root, page, lab, &quoted)?),
            None => faults.push(missing_chapter(lab)),
        }
    }
    for page in &pages {
        let Some(number) = number_of(&page.file) else { continue };
        if !labs.iter().any(|lab| lab.number == number) {
            let what = format!(
                "is the chapter of lab {number}, and there is no solutions/solution-{number}; add it, or take the number away"
            );
            faults.push(page.fault(1, what));
        }
    }
    faults.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
    Ok(faults)
}

/// Every file that a page of the book includes.
///
/// # Errors
///
/// A page that cannot be read.
pub fn included_files(root: &Path) -> io::Result<Vec<Include>> {
    Ok(pages(root)?.iter().flat_map(|page| includes::of(page).filter_map(Result::ok)).collect())
}

/// The anchors of a page's headings, as mdBook makes them: `05-the-board.md` has `conditions`.
///
/// # Errors
///
/// A page that is not there.
pub fn anchors(root: &Path, page: &str) -> Result<BTreeSet<String>, Fault> {
    let file = format!("{SOURCE}/{page}");
    let page = Page::parse(&file, &read(root, &file)?);
    let mut anchors = BTreeSet::new();
    for heading in &page.headings {
        let anchor = anchor(&heading.title);
        let mut unique = anchor.clone();
        let mut count = 0;
        while !anchors.insert(unique.clone()) {
            count += 1;
            unique = format!("{anchor}-{count}");
        }
    }
    Ok(anchors)
}

/// The pages, by their path.
fn pages(root: &Path) -> io::Result<Vec<Page>> {
    let files = read_tree(&root.join(SOURCE))?;
    let pages = files.into_iter().filter(|(path, _)| path.ends_with(".md") && path != "SUMMARY.md");
    Ok(pages.map(|(path, bytes)| Page::parse(&format!("{SOURCE}/{path}"), &String::from_utf8_lossy(&bytes))).collect())
}

fn missing_chapter(lab: &Lab) -> Fault {
    let what =
        format!("{} \"{}\" has no chapter; write {SOURCE}/{}-….md and list it here", lab.name(), lab.title, lab.number);
    Fault { file: SUMMARY.to_string(), line: 1, what }
}

fn unreadable(file: &str, why: &io::Error) -> Fault {
    Fault { file: file.to_string(), line: 1, what: format!("cannot be read: {why}") }
}

/// The text of a file below `root`, by its path with `/` between folders.
fn read(root: &Path, path: &str) -> Result<String, Fault> {
    fs::read_to_string(root.join(path)).map_err(|why| unreadable(path, &why))
}
