//! `book`: what the book shows as recorded is recorded here, so no chapter can show what the local cloud does not do.
//!
//! `declaration` reads what is wanted. `recorder` builds each lab for it, in a workspace of its own under `target/`; `run`
//! starts it and makes the steps, `render` turns the answers into text, `excerpt` makes the texts that need no run. Then
//! the book is built as readers get it, and `links` follows every link in it.

mod declaration;
mod excerpt;
mod json;
mod links;
mod recorder;
mod render;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use course::chapters::Completion;
use course_linter::chapters::included_files;
use mdbook_driver::MDBook;

use declaration::Transcript;
use recorder::Recorder;

/// Where chapters include transcripts from, below `book/src`.
const FOLDER: &str = "transcripts";

/// Why the book is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// A mistake in a declaration, or what happened when it was tried.
    #[error("{place}: {what}\nMend it there, then run the same command again.")]
    At {
        /// File and line.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The transcripts and the chapters do not fit together; what is wrong has been printed.
    #[error(
        "Transcripts and chapters that do not fit together, listed above: {0}. Mend them, then run the same command again."
    )]
    Loose(usize),
    /// `--check` found differences, which have been printed.
    #[error(
        "Transcripts that are not what a run gives, listed above: {0}. Run: cargo xtask book\nThen read the chapters that include them: their words must still be true."
    )]
    Differ(usize),
    /// Links lead nowhere; they have been printed.
    #[error("Links that lead nowhere, listed above: {0}. Mend them in book/src, then run the same command again.")]
    Links(usize),
    /// The book cannot be built.
    #[error("{0}")]
    Unbuilt(String),
    /// A source of the course has a fault.
    #[error("{0}\nMend it there, then run the same command again.")]
    Source(#[from] course::regions::Fault),
    /// A file cannot be read or written.
    #[error("{}: {why}. Make sure that the file is there and can be written, then run the same command again.", path.display())]
    Failed {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        why: io::Error,
    },
}

impl BookError {
    fn at(place: String, what: impl Into<String>) -> BookError {
        BookError::At { place, what: what.into() }
    }

    fn failed(path: &Path) -> impl FnOnce(io::Error) -> BookError {
        let path = path.to_path_buf();
        move |why| BookError::Failed { path, why }
    }
}

/// Makes every transcript, and writes those that differ; with `check` it only names them. Then follows the book's links.
/// With a `chapter`, as `05`, it makes the transcripts of that chapter and leaves it there.
pub(super) fn run(root: &Path, check: bool, chapter: Option<&str>) -> Result<(), BookError> {
    let begun = Instant::now();
    let _lock = lock(root)?;
    let mut transcripts = declaration::read(root)?;
    let folder = root.join("book").join("src").join(FOLDER);
    let mut loose = loose_ends(root, &folder, &transcripts)?;
    if let Some(chapter) = chapter {
        transcripts.retain(|transcript| transcript.place.contains(&format!("/{chapter}.toml:")));
        loose.retain(|what| what.contains(&format!("/{chapter}.toml")) || what.contains(&format!("/{chapter}-")));
    }
    if !loose.is_empty() {
        loose.iter().for_each(|what| println!("{what}"));
        return Err(BookError::Loose(loose.len()));
    }
    let texts = Recorder::open(root)?.record(&transcripts)?;
    let mut differing = 0;
    for (transcript, text) in transcripts.iter().zip(&texts) {
        let file = folder.join(transcript.file());
        let there = fs::read_to_string(&file).ok().map(|there| there.replace("\r\n", "\n"));
        let Some(difference) = difference(there.as_deref(), text) else { continue };
        differing += 1;
        let shown = format!("book/src/{FOLDER}/{}", transcript.file());
        if check {
            println!("{shown}{difference}");
        } else {
            fs::create_dir_all(&folder).and_then(|()| fs::write(&file, text)).map_err(BookError::failed(&file))?;
            println!("wrote {shown}{difference}");
        }
    }
    println!(
        "{} transcripts, {differing} of them {}; {:.1} s",
        texts.len(),
        if check { "different" } else { "written" },
        begun.elapsed().as_secs_f64()
    );
    if check && differing > 0 {
        return Err(BookError::Differ(differing));
    }
    if chapter.is_none() { follow_links(root) } else { Ok(()) }
}

/// Builds the book aside, where nobody reads it meanwhile, and follows its links.
fn follow_links(root: &Path) -> Result<(), BookError> {
    let pages = root.join("target").join("book-check");
    let unbuilt = |why| {
        BookError::Unbuilt(format!(
            "The book cannot be built: {why:#}\nMend the file that it names below book/, then run the same command again."
        ))
    };
    let mut book = MDBook::load(root.join("book")).map_err(unbuilt)?;
    let completion = Completion::read(root)?;
    book.book.for_each_chapter_mut(|chapter| {
        if let Some(path) = &chapter.path {
            completion.complete(&mut chapter.content, path);
        }
    });
    book.config.build.build_dir.clone_from(&pages);
    book.build().map_err(unbuilt)?;
    completion.write_scripts(&pages).map_err(BookError::failed(&pages))?;
    let report = links::check(&pages).map_err(BookError::failed(&pages))?;
    for dead in &report.dead {
        match links::source_of(&root.join("book"), dead) {
            Some(place) => println!("{place}: {dead}"),
            None => println!("{dead}"),
        }
    }
    println!("{} links on {} pages and style sheets, {} dead", report.links, report.pages, report.dead.len());
    if report.dead.is_empty() { Ok(()) } else { Err(BookError::Links(report.dead.len())) }
}

/// Two commands at once would build in each other's folders. The lock goes when the file is dropped.
fn lock(root: &Path) -> Result<File, BookError> {
    let file = root.join("target").join("transcripts.lock");
    let locked = || {
        fs::create_dir_all(root.join("target"))?;
        let file = File::create(&file)?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(BookError::failed(&file))
}

/// What is declared and shown nowhere, shown and not declared, or lies there for no reason.
fn loose_ends(root: &Path, folder: &Path, transcripts: &[Transcript]) -> Result<Vec<String>, BookError> {
    let declared: BTreeMap<String, &str> = transcripts.iter().map(|t| (t.file(), t.place.as_str())).collect();
    let mut loose = Vec::new();
    let mut shown = BTreeSet::new();
    for include in included_files(root).map_err(BookError::failed(&root.join("book")))? {
        let Some(file) = include.path.strip_prefix(&format!("{FOLDER}/")) else { continue };
        if !declared.contains_key(file) {
            let place = format!("{}:{}", include.page, include.line);
            loose.push(format!(
                "{place}: includes {FOLDER}/{file}, which nothing declares; declare it in book/transcripts/"
            ));
        }
        shown.insert(file.to_string());
    }
    for (file, place) in &declared {
        if !shown.contains(file) {
            loose.push(format!("{place}: no chapter includes {FOLDER}/{file}; include it, or remove the entry"));
        }
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        if !declared.contains_key(&file) {
            loose.push(format!(
                "book/src/{FOLDER}/{file}: nothing declares it; declare it in book/transcripts/, or remove it"
            ));
        }
    }
    Ok(loose)
}

/// How the file differs from the text: nothing if it does not.
fn difference(there: Option<&str>, text: &str) -> Option<String> {
    let Some(there) = there else { return Some(": is new".to_string()) };
    if there == text {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (there.lines().collect(), text.lines().collect());
    let at = (0..old.len().max(new.len())).find(|&at| old.get(at) != new.get(at)).unwrap_or_default();
    let line = |lines: &[&str]| lines.get(at).map_or("(the end)".to_string(), |line| (*line).to_string());
    Some(format!(":{}\n  it says       {}\n  the run says  {}", at + 1, line(&old), line(&new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told of a book with one transcript, after writing `text` to `path`.
    fn faults(path: &str, text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        let entry =
            "[[transcript]]\nname = \"a\"\nkind = \"code\"\nlab = \"01\"\ncode = \"solution\"\nregion = \"lab-01.1\"\n";
        for (path, text) in [
            ("book/transcripts.toml", "chapters = [\"transcripts/01.toml\"]"),
            ("book/transcripts/01.toml", entry),
            ("book/src/a.md", "# A\n\n```rust\n{{#include transcripts/a.rs}}\n```\n"),
            ("book/src/transcripts/a.rs", "a\n"),
            (path, text),
        ] {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let transcripts = declaration::read(root.path()).unwrap();
        loose_ends(root.path(), &root.path().join("book/src").join(FOLDER), &transcripts).unwrap()
    }

    #[test]
    fn what_is_declared_is_shown_and_what_is_shown_is_declared() {
        assert_eq!(faults("book/src/b.md", "# B\n"), Vec::<String>::new());
        assert_eq!(
            faults("book/src/b.md", "# B\n\n{{#include transcripts/b.http}}\n"),
            ["book/src/b.md:3: includes transcripts/b.http, which nothing declares; declare it in book/transcripts/"]
        );
        assert_eq!(
            faults("book/src/a.md", "# A\n"),
            ["book/transcripts/01.toml:2: no chapter includes transcripts/a.rs; include it, or remove the entry"]
        );
        assert_eq!(
            faults("book/src/transcripts/b.http", "GET /\n"),
            ["book/src/transcripts/b.http: nothing declares it; declare it in book/transcripts/, or remove it"]
        );
    }

    #[test]
    fn every_link_of_the_book_leads_somewhere() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
        // Another command may follow them now, in the same folder.
        let _lock = lock(&root).unwrap();
        follow_links(&root).unwrap();
    }

    #[test]
    fn a_difference_names_its_first_line() {
        assert_eq!(difference(Some("a\nb\n"), "a\nb\n"), None);
        assert_eq!(difference(None, "a\n").unwrap(), ": is new");
        assert_eq!(difference(Some("a\nb\n"), "a\nc\n").unwrap(), ":2\n  it says       b\n  the run says  c");
        assert_eq!(difference(Some("a\n"), "a\nc\n").unwrap(), ":2\n  it says       (the end)\n  the run says  c");
    }
}
