//! What is wrong with a template, in words that help to mend it: where, what, and what to write instead.
//!
//! Reading a template never stops at the first mistake. Every reader reports into one [`Findings`], goes on
//! with what it can still read, and the whole list becomes one [`TemplateError`].

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use super::SECTIONS;
use stack::CreationRefusal;
use stack::edit_distance;
use stack::policy::ServiceRefusal;

/// A place in the file; lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where in the file; `None` when it is about the file as a whole.
    pub position: Option<Position>,
    /// Where in the template: `BoardTable.Properties.BillingMode`; empty for the file's own syntax.
    pub place: String,
    /// What is wrong, and what to do about it.
    pub message: String,
    /// Whether AWS would take it, and only the local cloud lacks something.
    pub is_lack: bool,
    /// What the event of the resource says, where it is refused when the resource is to be made, and not with the template.
    pub refusal: Option<CreationRefusal>,
}

/// A template that cannot be loaded, with everything that is wrong with it.
#[derive(Debug, Clone, thiserror::Error)]
pub struct TemplateError {
    /// The template's file.
    pub path: PathBuf,
    /// All mistakes, in the order of their lines; never empty.
    pub findings: Vec<Finding>,
}

impl TemplateError {
    /// An error about the file as a whole.
    pub fn of_file(path: &Path, message: impl Into<String>) -> TemplateError {
        let finding =
            Finding { position: None, place: String::new(), message: message.into(), is_lack: false, refusal: None };
        TemplateError { path: path.to_path_buf(), findings: vec![finding] }
    }

    /// What CloudFormation says of the template where it refuses it: the first of its own sentences, without a place and without what to
    /// write. Nothing where none of the mistakes has one.
    pub fn sentence(&self) -> Option<&str> {
        const BEGIN: [&str; 8] = [
            "Circular dependency",
            "Invalid template",
            "No export named",
            "Parameter",
            "Template",
            "Transform",
            "Unresolved",
            "[/",
        ];
        let said = self.findings.iter().filter(|finding| !finding.is_lack).map(|finding| &finding.message);
        let sentences = said.map(|message| message.split("; ").next().unwrap_or(message));
        sentences.into_iter().find(|sentence| BEGIN.iter().any(|begin| sentence.starts_with(begin)))
    }

    /// The refusal of a template that has more than [`MOST_BYTES`](crate::MOST_BYTES).
    pub fn too_large(path: &Path) -> TemplateError {
        TemplateError::of_file(path, format!("Template may not exceed {} bytes in size.", crate::MOST_BYTES))
    }
}

impl fmt::Display for TemplateError {
    /// One line per finding, in the form that editors and terminals make clickable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, finding) in self.findings.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:", self.path.display())?;
            if let Some(Position { line, column }) = finding.position {
                write!(f, "{line}:{column}:")?;
            }
            if !finding.place.is_empty() {
                write!(f, " {}:", finding.place)?;
            }
            write!(f, " {}", finding.message)?;
        }
        Ok(())
    }
}

/// More than anybody reads; a file that is not a template at all must not take long to say so.
const MOST: usize = 1_000;

/// The longest place and the longest message, in characters: the words of a file that is something else may be long.
const LONGEST: (usize, usize) = (400, 2_000);

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_string(),
    }
}

/// Where mistakes are collected. Shared by reference, because nearly everything that reads also reports.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: RefCell<Vec<Finding>>,
    /// The properties that a reader asked for, by what has them.
    read: RefCell<BTreeMap<&'static str, BTreeSet<&'static str>>>,
}

impl Findings {
    /// Adds one. The same mistake reached on two ways (a name that two resources use) is kept once. What is wrong with a property is
    /// found when its resource is to be made; everything else with the template.
    pub(super) fn report(&self, position: Position, place: &str, message: impl Into<String>) {
        let message = message.into();
        let said = || message.split("; ").next().unwrap_or(&message);
        // What AWS says names the property itself.
        let by_aws = said().strip_prefix("CREATE_FAILED: ");
        let refusal = property(place).map(|property| match (by_aws, property) {
            (Some(said), _) => CreationRefusal::Ours(said.to_string()),
            (None, "") => CreationRefusal::Ours(said().to_string()),
            (None, property) => CreationRefusal::Ours(format!("{property}: {}", said())),
        });
        self.push(Finding { position: Some(position), place: place.to_string(), message, is_lack: false, refusal });
    }

    /// Adds one that is found with the template, also where it stands in a property: a function that cannot be worked out, for one.
    pub(super) fn report_malformed(&self, position: Position, place: &str, message: impl Into<String>) {
        self.add(position, place, message, false);
    }

    /// Remembers that a reader understands the properties `names` of `of`.
    pub(super) fn understands(&self, of: &'static str, names: &[&'static str]) {
        self.read.borrow_mut().entry(of).or_default().extend(names);
    }

    /// The properties that the readers understand, as far as what they have read has any.
    pub(super) fn understood(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        self.read.borrow().clone()
    }

    /// Adds something that AWS has and the local cloud lacks. A deployment here refuses it all the same.
    pub(super) fn lack(&self, position: Position, place: &str, message: impl Into<String>) {
        self.add(position, place, message, true);
    }

    /// Adds one that AWS finds as well, or one that only the local cloud does (`is_lack`).
    pub(super) fn add(&self, position: Position, place: &str, message: impl Into<String>, is_lack: bool) {
        self.push(Finding {
            position: Some(position),
            place: place.to_string(),
            message: message.into(),
            is_lack,
            refusal: None,
        });
    }

    /// Adds what a service refuses of a resource when it is to make it, with what to write.
    pub(super) fn refuse(&self, position: Position, place: &str, refusal: &ServiceRefusal, message: impl Into<String>) {
        let (place, message) = (place.to_string(), message.into());
        let refusal = Some(CreationRefusal::Service(refusal.clone()));
        self.push(Finding { position: Some(position), place, message, is_lack: false, refusal });
    }

    fn push(&self, mut finding: Finding) {
        finding.place = cut(&finding.place, LONGEST.0);
        // There may have been nothing to suggest.
        finding.message = cut(finding.message.trim_end_matches("; "), LONGEST.1);
        let mut all = self.found.borrow_mut();
        let known = |other: &Finding| other.position == finding.position && other.message == finding.message;
        if all.len() < MOST && !all.iter().any(known) {
            all.push(finding);
        }
    }

    /// Puts CloudFormation's sentence about properties in front of what was reported at `position`; if nothing was, it is reported by
    /// itself. `violations` are its parts.
    pub(super) fn prepend(&self, position: Position, place: &str, sentence: &str, violations: Vec<String>) {
        // One value may be that of several resources: SAM gives what stands in Globals to each.
        let of = |place: &str| place.split('.').next().map(str::to_string);
        let is_there = |finding: &Finding| finding.position == Some(position) && of(&finding.place) == of(place);
        let refusal = Some(CreationRefusal::Properties(violations));
        if !self.put_before(is_there, sentence, refusal.clone()) {
            let (place, message) = (place.to_string(), sentence.to_string());
            self.push(Finding { position: Some(position), place, message, is_lack: false, refusal });
        }
    }

    /// Puts AWS's sentence in front of the first one that `is_it`; false where there is none. `refusal` is what it is then, if not one
    /// of the template.
    pub(super) fn put_before(
        &self,
        is_it: impl Fn(&Finding) -> bool,
        sentence: &str,
        refusal: Option<CreationRefusal>,
    ) -> bool {
        let mut all = self.found.borrow_mut();
        let Some(finding) = all.iter_mut().find(|finding| is_it(finding)) else { return false };
        if !finding.message.contains(sentence) {
            finding.message = cut(&format!("{sentence}; {}", finding.message), LONGEST.1);
            finding.is_lack = false;
            finding.refusal = refusal;
        }
        true
    }

    /// Puts AWS's sentence in the place of what was reported at `position`, of which the advice stays.
    pub(super) fn replace(&self, position: Position, place: &str, sentence: &str) {
        let mut advice = None;
        self.found.borrow_mut().retain(|finding| {
            let is_there = finding.position == Some(position) && !finding.place.is_empty();
            if is_there && advice.is_none() {
                advice = finding.message.split_once("; ").map(|(_, advice)| advice.to_string());
            }
            !is_there
        });
        let message = advice.map_or_else(|| sentence.to_string(), |advice| format!("{sentence}; {advice}"));
        self.report_malformed(position, place, message);
    }

    /// Whether one of them is at `position`.
    pub(super) fn has_at(&self, position: Position) -> bool {
        self.found.borrow().iter().any(|finding| finding.position == Some(position))
    }

    /// Whether one of them says `words`, capitals aside.
    pub(super) fn mention(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        self.found.borrow().iter().any(|finding| finding.message.to_lowercase().contains(&words))
    }

    /// Whether nothing was reported.
    pub(super) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// What is left for the creation of resources, with its places, if there is nothing else.
    pub(super) fn of_creation(&self) -> Option<Vec<(String, CreationRefusal)>> {
        let refused = |finding: &Finding| Some((finding.place.clone(), finding.refusal.clone()?));
        self.found.borrow().iter().map(refused).collect()
    }

    /// Lets go of what is left for the creation of resources: nothing is created while there is something else.
    pub(super) fn without_those_of_creation(self) -> Findings {
        self.found.borrow_mut().retain(|finding| finding.refusal.is_none());
        self
    }

    /// All of them, in the order of the file.
    pub(super) fn into_list(self) -> Vec<Finding> {
        let mut findings = self.found.into_inner();
        findings.sort();
        findings
    }

    /// The error that they make, in the order of the file.
    pub(super) fn into_error(self, path: &Path) -> TemplateError {
        TemplateError { path: path.to_path_buf(), findings: self.into_list() }
    }
}

/// The property that `place` (`BoardTable.Properties.BillingMode`) names; nothing where it is not in the properties of a resource.
fn property(place: &str) -> Option<&str> {
    let (id, rest) = place.split_once('.')?;
    let rest = rest.strip_prefix("Properties").filter(|_| !SECTIONS.contains(&id))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

/// `did you mean X?` when one of `known` is close to `name`, otherwise all of them; nothing where there are none.
pub(super) fn suggestion<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    match nearest(name, &known) {
        Some(near) => format!("did you mean {near}?"),
        None if known.is_empty() => "none is declared; declare one, or leave this out".to_string(),
        None => format!("known: {}", known.join(", ")),
    }
}

/// The closest of `known`, if slips of the finger could have made `name` of it: one, or up to three in a long name.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let allowed = (name.chars().count() / 4).clamp(1, 3);
    let distances = known.iter().map(|candidate| (edit_distance(name, candidate), *candidate));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, candidate)| candidate)
}
