//! The storyboard of the talk, held to the clock, to the notes, to the book and to the template that the picture is of.
//!
//! [`faults`] names every line that breaks a rule, with what to do. `words` looks at what is said and in which language, `time` at the
//! versions, `criteria` at what an examiner wants to hear, `names` at what refers to what, `lists` at what is counted, `notes` at what the notes
//! ask for, `picture` and `figures` at `infra/template.yaml`.

mod criteria;
mod figures;
mod lists;
mod names;
mod notes;
mod picture;
mod time;
mod words;

use std::path::Path;

use course::regions::Fault;
use course::whiteboard::storyboard::{FILE, Storyboard};
use stack::Stack;

/// The template that the picture is of, below the workspace's folder.
pub const TEMPLATE: &str = "infra/template.yaml";

/// Every breach of a rule in the storyboard of the workspace in `root`, in the order of its lines.
///
/// # Errors
///
/// A storyboard or template that cannot be read.
pub fn faults(root: &Path) -> Result<Vec<Fault>, Fault> {
    let storyboard = Storyboard::read(root)?;
    let template = std::fs::read_to_string(root.join(TEMPLATE));
    let unread = |what: String| Fault { file: TEMPLATE.to_string(), line: 1, what };
    let template = template.map_err(|why| unread(format!("cannot be read: {why}")))?;
    let stack = cloudformation::parse(&template, &root.join(TEMPLATE), &cloudformation::StackOptions::default());
    Ok(of(root, &storyboard, &stack.map_err(|why| unread(why.to_string()))?))
}

/// Every breach of a rule in `storyboard`, whose picture is of `stack` and whose links lead into the book of `root`.
pub fn of(root: &Path, storyboard: &Storyboard, stack: &Stack) -> Vec<Fault> {
    let report = Report { source: &storyboard.source };
    let mut faults = words::faults(storyboard, &report);
    faults.extend(time::faults(storyboard, &report));
    faults.extend(criteria::faults(storyboard, &report));
    faults.extend(names::faults(root, storyboard, &report));
    faults.extend(notes::faults(storyboard, &report));
    faults.extend(picture::faults(storyboard, stack, &report));
    faults.extend(figures::faults(storyboard, stack, &report));
    faults.extend(lists::faults(root, storyboard, &report));
    faults.sort_by(|a, b| (a.line, &a.what).cmp(&(b.line, &b.what)));
    faults
}

/// Finds the line of the entry that a fault is about.
struct Report<'a> {
    source: &'a str,
}

impl Report<'_> {
    /// A fault of the entry of `kind` called `id`, as `[[step]]` with `id = "site"`.
    fn at(&self, kind: &str, id: &str, what: impl Into<String>) -> Fault {
        let (head, name) = (format!("[[{kind}]]"), format!("id = {id:?}"));
        let mut inside = false;
        let line = self.source.lines().position(|line| {
            inside = if line.starts_with("[[") { line == head } else { inside };
            inside && line == name
        });
        self.line(line, format!("the {kind} {id} {}", what.into()))
    }

    /// A fault of a version, which has a number in the place of a name.
    fn of_version(&self, minutes: u32, what: impl Into<String>) -> Fault {
        let line = self.source.lines().position(|line| line == format!("minutes = {minutes}"));
        self.line(line, format!("the version of {minutes} minutes {}", what.into()))
    }

    /// A fault of the file as a whole.
    fn of_file(&self, what: impl Into<String>) -> Fault {
        self.line(None, what.into())
    }

    fn line(&self, line: Option<usize>, what: String) -> Fault {
        Fault { file: FILE.to_string(), line: line.map_or(1, |line| line + 1), what }
    }
}
