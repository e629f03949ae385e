//! The chapter of a lab: its parts, in their order, and what each of them must hold.
//!
//! A reader predicts before looking, builds, compares with what went wrong for others, and is asked again a week later. A
//! chapter that lacks one of these still reads well, which is why a rule has to miss it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::HeadingLevel;
use toml::{Table, Value};

use super::page::{HtmlBox, Page};
use super::{includes, read, unreadable};
use course::lab::Lab;
use course::regions::Fault;
use course::review::cards::FILE;
use course::review::chapter::MARKER;
use course::wrong_answer::wrong_answers;

/// The parts in their order, and what they are for.
const PARTS: [(&str, &str); 9] = [
    ("What you will be able to do", "what a reader can do afterwards, as a list"),
    ("Invariants", "sentences that stay true whatever a reader writes, as a list"),
    ("Predict", "a question, and a <details class=\"predict\"> whose answer is an included transcript"),
    ("The task", "the TODOs, each by its TODO(lab-NN.K)"),
    (
        "Wrong answers, compared",
        "a <div class=\"wrong\"> for at least three of tests/wrong-answers, and the names of the others",
    ),
    ("Checkpoint", "questions, each a <details class=\"answer\"> with the criteria of a good answer"),
    ("Cards", "`<!-- cards -->`, where those of book/review/cards.toml are put, for the week after"),
    ("What it costs", "what AWS counts, and as of when"),
    ("Sources", "a link to each page that says what the chapter says of AWS"),
];

/// The fewest wrong answers that are shown with their code.
const SHOWN_WRONG: usize = 3;

/// Each class of boxes, and how their ids begin.
const BOXES: [(&str, &str); 2] = [("predict", "predict"), ("answer", "checkpoint")];

/// `quoted` is what [`quoted_answers`] tells.
pub(super) fn faults(
    root: &Path,
    page: &Page,
    lab: &Lab,
    quoted: &BTreeMap<String, String>,
) -> Result<Vec<Fault>, Fault> {
    let mut faults = Vec::new();
    let chapter = Chapter { page, lab, parts: parts(page, &mut faults) };
    faults.extend(chapter.title());
    faults.extend(chapter.lists());
    faults.extend(chapter.predictions());
    faults.extend(chapter.todos());
    faults.extend(chapter.wrong_answers(root, quoted)?);
    faults.extend(chapter.checkpoint());
    faults.extend(chapter.cards());
    faults.extend(chapter.costs());
    faults.extend(chapter.sources());
    faults.extend(chapter.ids());
    Ok(faults)
}

/// Finds the parts, and notes those that are missing or out of order.
fn parts(page: &Page, faults: &mut Vec<Fault>) -> BTreeMap<&'static str, Range<usize>> {
    let second: Vec<_> = page.headings.iter().filter(|heading| heading.level <= HeadingLevel::H2).collect();
    let mut found = BTreeMap::new();
    let mut last: Option<(usize, &str)> = None;
    for (title, purpose) in PARTS {
        let Some(index) = second.iter().position(|heading| heading.title == title) else {
            faults.push(page.fault(1, format!("has no section `## {title}`; add it: {purpose}")));
            continue;
        };
        let start = second[index].at.start;
        if let Some((_, before)) = last.filter(|(at, _)| *at > start) {
            let what = format!(
                "`## {title}` stands before `## {before}`; chapters have their parts in one order, so move it after"
            );
            faults.push(page.fault(page.line(start), what));
        }
        last = Some((start, title));
        let end = second.get(index + 1).map_or(page.text.len(), |next| next.at.start);
        found.insert(title, start..end);
    }
    found
}

struct Chapter<'a> {
    page: &'a Page,
    lab: &'a Lab,
    parts: BTreeMap<&'static str, Range<usize>>,
}

impl Chapter<'_> {
    fn title(&self) -> Option<Fault> {
        let wanted = format!("{} {}", self.lab.number, self.lab.title);
        let title = self.page.headings.first().map_or("", |heading| heading.title.as_str());
        (title != wanted).then(|| {
            self.page.fault(
                1,
                format!("begins with the title {title:?}; the lab's number and description make it `# {wanted}`"),
            )
        })
    }

    fn lists(&self) -> Vec<Fault> {
        let short = |title: &&str| self.body(title).is_some_and(|body| list_items(body) == 0);
        let titles = ["What you will be able to do", "Invariants"].into_iter().filter(short);
        titles
            .map(|title| self.at(title, format!("`## {title}` has no list; give each sentence a line of its own")))
            .collect()
    }

    fn predictions(&self) -> Vec<Fault> {
        let Some(boxes) = self.boxes("Predict", "predict") else { return Vec::new() };
        if boxes.is_empty() {
            return vec![self.at("Predict", "`## Predict` has no <details class=\"predict\">; put the answer into one, so that nobody reads it first")];
        }
        let unrecorded = boxes.iter().filter(|found| self.transcripts(&found.at).next().is_none());
        let what = "the answer to the prediction is not from a run; include a transcript of what happens ({{#include transcripts/…}})";
        let asks = boxes.iter().filter(|found| !found.summary(self.page).contains('?'));
        let unrecorded: Vec<Fault> = unrecorded.map(|found| self.on(found, what)).collect();
        unrecorded
            .into_iter()
            .chain(asks.map(|found| self.on(found, "the prediction asks nothing; end its <summary> with a question")))
            .collect()
    }

    /// The TODOs of the task are those of the starter.
    fn todos(&self) -> Vec<Fault> {
        let known: BTreeSet<&str> = self.lab.regions().map(|region| region.id.as_str()).collect();
        let mut faults = Vec::new();
        for (at, _) in self.page.text.match_indices("TODO(") {
            let id = self.page.text[at + 5..].split(')').next().unwrap_or_default();
            if !known.contains(id) {
                let what = format!(
                    "speaks of TODO({id}), which the starter of {} does not have; it has: {}",
                    self.lab.name(),
                    listed(&known)
                );
                faults.push(self.page.fault(self.page.line(at), what));
            }
        }
        let Some(task) = self.body("The task") else { return faults };
        for id in known.iter().filter(|id| !task.contains(&format!("TODO({id})"))) {
            faults.push(self.at("The task", format!("the task does not tell what to do at TODO({id}); add it")));
        }
        faults
    }

    fn wrong_answers(&self, root: &Path, quoted: &BTreeMap<String, String>) -> Result<Vec<Fault>, Fault> {
        const PART: &str = "Wrong answers, compared";
        let (Some(part), Some(boxes)) = (self.parts.get(PART), self.boxes(PART, "wrong")) else {
            return Ok(Vec::new());
        };
        let mut faults = Vec::new();
        if boxes.len() < SHOWN_WRONG {
            let what = format!(
                "{} wrong answers are compared; show at least {SHOWN_WRONG}, each in a <div class=\"wrong\">",
                boxes.len()
            );
            faults.push(self.at(PART, what));
        }
        for found in &boxes {
            if !self.transcripts(&found.at).any(|name| quoted.contains_key(&name)) {
                faults.push(self.on(found, "shows no wrong answer; include the code of one of tests/wrong-answers (a transcript of kind \"code\")"));
            }
        }
        let shown: BTreeSet<String> = self.transcripts(part).filter_map(|name| quoted.get(&name).cloned()).collect();
        for answer in wrong_answers(root, &self.lab.number)? {
            let named = self.page.text[part.clone()].contains(&format!("`{}`", answer.name));
            if !named && !shown.contains(&answer.name) {
                let what = format!(
                    "the wrong answer {} is not compared; show its code, or name it as `{}`",
                    answer.name, answer.name
                );
                faults.push(self.at(PART, what));
            }
        }
        Ok(faults)
    }

    fn checkpoint(&self) -> Vec<Fault> {
        let Some(boxes) = self.boxes("Checkpoint", "answer") else { return Vec::new() };
        let mut faults: Vec<Fault> = Vec::new();
        if boxes.is_empty() {
            faults.push(self.at("Checkpoint", "the checkpoint has no <details class=\"answer\">; put the criteria of a good answer into one a question"));
        }
        for found in &boxes {
            if list_items(found.content(self.page)) == 0 {
                faults.push(self.on(found, "the question has no criteria; list what a good answer says"));
            }
        }
        let asks_for_one = |found: &&HtmlBox| found.summary(self.page).to_lowercase().contains("counterexample");
        if !boxes.iter().any(asks_for_one) {
            faults.push(
                self.at(
                    "Checkpoint",
                    "no question asks for a smallest counterexample; add one whose <summary> says so",
                ),
            );
        }
        faults
    }

    /// They are kept in one place, from which the review has them too: `tests/course/src/review.rs` holds them to their rules.
    fn cards(&self) -> Option<Fault> {
        let body = self.body("Cards")?;
        (!body.lines().any(|line| line == MARKER)).then(|| {
            self.at(
                "Cards",
                format!("the cards have no place; write {MARKER} on a line of its own, and the cards into {FILE}"),
            )
        })
    }

    fn costs(&self) -> Option<Fault> {
        let body = self.body("What it costs")?;
        let dated =
            body.as_bytes().windows(4).any(|four| four.starts_with(b"20") && four.iter().all(u8::is_ascii_digit));
        (!dated).then(|| self.at("What it costs", "what is counted has no date; say as of which month and year"))
    }

    fn sources(&self) -> Option<Fault> {
        let part = self.parts.get("Sources")?;
        (!self.page.cites(part)).then(|| self.at("Sources", "`## Sources` cites nothing; link the page that says so"))
    }

    /// Boxes are closed, shut at first, and can be linked to.
    fn ids(&self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self
            .page
            .open
            .iter()
            .map(|open| self.on(open, &format!("<{} class={:?}> is never closed", open.tag, open.class)))
            .collect();
        let mut seen = BTreeSet::new();
        for found in &self.page.boxes {
            let Some((_, prefix)) = BOXES.iter().find(|(class, _)| *class == found.class) else { continue };
            let wanted = format!("{prefix}-{}", self.lab.number);
            if found.is_open {
                faults.push(self.on(found, "stands open, so its answer is read before the question; take `open` away"));
            }
            if !found.id.starts_with(&wanted) {
                faults.push(self.on(found, &format!("has the id {:?}; begin it with {wanted}", found.id)));
            } else if !seen.insert(&found.id) {
                faults.push(self.on(found, &format!("has the id {:?} a second time; count on", found.id)));
            }
        }
        faults
    }

    fn body(&self, part: &str) -> Option<&str> {
        self.parts.get(part).map(|at| &self.page.text[at.clone()])
    }

    fn boxes(&self, part: &str, class: &str) -> Option<Vec<&HtmlBox>> {
        self.parts.get(part).map(|at| self.page.boxes(class, at))
    }

    /// The names of the transcripts that are included inside `range`.
    fn transcripts(&self, range: &Range<usize>) -> impl Iterator<Item = String> {
        let inside = includes::of(self.page).filter_map(Result::ok).filter(|include| range.contains(&include.at));
        let names = inside.filter_map(|include| {
            let file = include.path.strip_prefix("transcripts/")?;
            Some(file.rsplit_once('.').map_or(file, |(name, _)| name).to_string())
        });
        names.collect::<Vec<_>>().into_iter()
    }

    fn at(&self, part: &str, what: impl Into<String>) -> Fault {
        let start = self.parts.get(part).map_or(0, |at| at.start);
        self.page.fault(self.page.line(start), what)
    }

    fn on(&self, found: &HtmlBox, what: &str) -> Fault {
        self.page.fault(self.page.line(found.at.start), what)
    }
}

/// Which transcript quotes which wrong answer's code.
pub(super) fn quoted_answers(root: &Path) -> Result<BTreeMap<String, String>, Fault> {
    let mut files = vec!["book/transcripts.toml".to_string()];
    let folder = "book/transcripts";
    for entry in std::fs::read_dir(root.join(folder)).map_err(|why| unreadable(folder, &why))?.flatten() {
        files.push(format!("{folder}/{}", entry.file_name().to_string_lossy()));
    }
    let mut quoted = BTreeMap::new();
    for file in files {
        let table: Table = read(root, &file)?.parse().map_err(|why| Fault {
            file: file.clone(),
            line: 1,
            what: format!("is not TOML: {why}"),
        })?;
        let entries = table.get("transcript").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for entry in entries {
            let field = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
            if let ("code", Some(answer)) = (field("kind"), field("code").strip_prefix("wrong/")) {
                quoted.insert(field("name").to_string(), answer.to_string());
            }
        }
    }
    Ok(quoted)
}

/// How many lines begin an item of a list.
fn list_items(text: &str) -> usize {
    let is_item = |line: &&str| {
        let numbered = line
            .split_once(". ")
            .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
        numbered || line.starts_with("- ") || line.starts_with("* ")
    };
    text.lines().filter(is_item).count()
}

fn listed(ids: &BTreeSet<&str>) -> String {
    ids.iter().copied().collect::<Vec<_>>().join(", ")
}
