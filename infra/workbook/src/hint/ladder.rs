//! The four rungs, in words.

use course::hints::Hints;
use course::hole::Hole;
use course::lab::{Files, Lab};
use course::message::Message;

use super::LAST;
use super::reveal::difference;
use crate::check::indented;
use crate::learner::state::place_of;
use crate::running;
use crate::up::FIRST_PORT;

/// What a hint is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Matter {
    /// A hole that nobody has begun.
    Untouched(String),
    /// A wrong answer that is known.
    Answer { name: String, hole: String },
    /// A hole in which something was written, and the check sees no difference.
    Unchanged { hole: String, said: String },
    /// A failure that is not known; the hole is the one that the check points at, if it does.
    Unknown { hole: Option<String>, said: String },
}

impl Matter {
    /// Tells one matter from another.
    pub(super) fn name(&self) -> String {
        match self {
            Matter::Untouched(hole) => format!("{hole} untouched"),
            Matter::Answer { name, .. } => name.clone(),
            Matter::Unchanged { hole, .. } => format!("{hole} unchanged"),
            Matter::Unknown { hole, .. } => format!("{} unknown", hole.as_deref().unwrap_or("nowhere")),
        }
    }

    /// The hole that it is about.
    pub(super) fn hole(&self) -> Option<&str> {
        match self {
            Matter::Untouched(hole) | Matter::Answer { hole, .. } | Matter::Unchanged { hole, .. } => Some(hole),
            Matter::Unknown { hole, .. } => hole.as_deref(),
        }
    }
}

/// The ladder for one matter of one lab.
pub(super) struct Ladder<'a> {
    pub(super) lab: &'a Lab,
    /// The learner's files.
    pub(super) files: &'a Files,
    pub(super) hints: &'a Hints,
    pub(super) matter: &'a Matter,
}

impl Ladder<'_> {
    /// How far the ladder reaches: without a hole there is only what was observed.
    pub(super) fn highest(&self) -> u8 {
        if self.matter.hole().is_some() { LAST } else { 1 }
    }

    /// The text of a rung, from 1, with the command for the next.
    pub(super) fn rendered(&self, rung: u8) -> String {
        let hole = self.hole();
        let name = hole.as_ref().map(|hole| format!(", hole {}", hole.id)).unwrap_or_default();
        let what = match rung {
            1 if matches!(self.matter, Matter::Untouched(_)) => "what to begin with",
            1 => "what was observed",
            2 => "the idea behind it",
            3 => "the same technique on another problem",
            _ => "the solution",
        };
        let head = format!("Lab {}{name}. Hint {rung} of {LAST}: {what}.", self.lab.number);
        let body = match (rung, &hole) {
            (1, _) | (_, None) => self.observed(),
            (2, Some(hole)) => self.concept(hole),
            (3, Some(hole)) => self.neighbour(hole),
            (_, Some(hole)) => self.solution(hole),
        };
        let next = match rung {
            _ if rung >= self.highest() => format!("Fix it, then: cargo workbook check {}", self.lab.number),
            3 => format!(
                "The next hint shows the solution's lines for this hole: cargo workbook hint {}",
                self.lab.number
            ),
            _ => format!("Not enough? The next hint: cargo workbook hint {}", self.lab.number),
        };
        format!("{head}\n\n{}\n\n{next}", indented(&body))
    }

    fn hole(&self) -> Option<Hole> {
        let id = self.matter.hole()?;
        self.lab.holes().into_iter().find(|hole| hole.id == id)
    }

    /// What the check observed, or which hole is next.
    fn observed(&self) -> String {
        let place = |hole: &str| place_of(self.lab, hole).unwrap_or_default();
        match self.matter {
            Matter::Untouched(id) => {
                let task = self.hole().map(|hole| hole.task()).unwrap_or_default();
                let task = folded(&task);
                format!(
                    "Nobody has begun this hole yet. It is the next one, in {}. Its task:\n\n{}",
                    place(id),
                    indented(&task)
                )
            }
            Matter::Answer { name, hole } => {
                let observed = self.hints.observed(name).map(folded);
                let observed = observed
                    .unwrap_or_else(|| format!("This is the wrong answer {name}; its hint is not written yet."));
                format!("{observed}\n\nThe hole is in {}.", place(hole))
            }
            Matter::Unchanged { hole, said } => format!(
                "{}\n\n{said}",
                folded(&format!(
                    "You have changed this hole, in {}, but the check sees no difference. It still sees this:",
                    place(hole)
                ))
            ),
            Matter::Unknown { said, .. } if Message::parse(said).is_about_deploying() => {
                let text = "The template is refused, for a reason that the workbook does not know. It is not deployed, so no request \
                            was sent, and every test is red with the same message. This is the refusal:";
                format!("{}\n\n{said}", folded(text))
            }
            Matter::Unknown { said, hole } => {
                let doubt = hole
                    .as_ref()
                    .map(|hole| format!(" The check points at {hole}, but the fault may be elsewhere."))
                    .unwrap_or_default();
                let text = format!(
                    "This failure is not recognised: the workbook does not know it. Here is what the check observed, without \
                     a guess.{doubt}"
                );
                format!("{}\n\n{said}", folded(&text))
            }
        }
    }

    fn concept(&self, hole: &Hole) -> String {
        let Some(hint) = self.hints.hole(&hole.id) else { return unwritten(hole) };
        let book = running::book(&self.lab.root).unwrap_or_else(|| format!("http://127.0.0.1:{FIRST_PORT}"));
        let (page, heading) = hint.page.split_once('#').unwrap_or((&hint.page, ""));
        let html = page.replace(".md", ".html");
        format!(
            "{}\n\nThe book explains it, while `cargo run` serves it: {book}/{html}#{heading}\n\
             The page is in book/src/{page}.",
            folded(&hint.concept)
        )
    }

    fn neighbour(&self, hole: &Hole) -> String {
        self.hints.hole(&hole.id).map_or_else(|| unwritten(hole), |hint| hint.neighbour.clone())
    }

    /// The lines of this hole only, compared with the learner's.
    fn solution(&self, hole: &Hole) -> String {
        let solved = self.lab.solved();
        let text =
            |files: &Files| files.get(&hole.path).map(|bytes| String::from_utf8_lossy(bytes).replace("\r\n", "\n"));
        let (mine, solved) = (text(self.files).unwrap_or_default(), text(&solved).unwrap_or_default());
        let lines = difference(&mine, &solved, &hole.lines);
        format!(
            "labs/{}/{}: lines with - are yours, lines with + are the solution's. `cargo workbook status` shows that you have seen them.\n\n{lines}",
            self.lab.name(),
            hole.path
        )
    }
}

fn unwritten(hole: &Hole) -> String {
    format!("No such hint is written for {} yet. Its TODO says: {}", hole.id, hole.task())
}

/// Broken at blanks, as wide as the check's own words.
fn folded(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("starts with one line and only grows");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.to_string());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::{all, chosen};

    fn rendered(matter: Matter, rung: u8) -> String {
        let root = course::root::workspace().unwrap();
        let lab = chosen(&all(&root).unwrap(), Some("01")).unwrap();
        let hints = Hints::read(&root, "01").unwrap();
        Ladder { lab: &lab, files: &lab.starter(), hints: &hints, matter: &matter }.rendered(rung)
    }

    #[test]
    fn each_rung_tells_more() {
        let matter = || Matter::Answer { name: "01.4-blank-is-a-name".to_string(), hole: "lab-01.4".to_string() };
        let rungs = [1, 2, 3, 4].map(|rung| rendered(matter(), rung));
        assert!(
            rungs[0].starts_with(
                "Lab 01, hole lab-01.4. Hint 1 of 4: what was observed.\n\n  A name of nothing but spaces"
            ),
            "{}",
            rungs[0]
        );
        for place in ["/01-the-reply-contract.html#what-comes-in", "book/src/01-the-reply-contract.md"] {
            assert!(rungs[1].contains(place), "{}", rungs[1]);
        }
        assert!(rungs[2].contains("search") && rungs[2].contains("The next hint shows the solution"), "{}", rungs[2]);
        let (minus, plus) = ("  -    Ok(name.unwrap_or_default())", "  +    match name.as_deref().map(str::trim) {");
        assert!(rungs[3].contains(minus) && rungs[3].contains(plus), "{}", rungs[3]);
        assert!(!rungs[3].contains("serde_json::from_str"), "another hole is given away: {}", rungs[3]);
        for rung in &rungs[..3] {
            assert!(!rung.contains("match name.as_deref()"), "{rung}");
        }
    }

    #[test]
    fn what_is_not_known_is_shown_and_not_explained() {
        let said = "lab-01.3: refuse it\n\n  came      status 418".to_string();
        let unknown = rendered(Matter::Unknown { hole: Some("lab-01.3".to_string()), said: said.clone() }, 1);
        assert!(unknown.contains("not recognised") && unknown.contains("status 418"), "{unknown}");
        let refused =
            "lab-01: nothing was asked yet\n\n  asked     deploy template.yaml\n  came      Hello: no such type";
        let refused = rendered(Matter::Unknown { hole: None, said: refused.to_string() }, 1);
        assert!(refused.contains("The template is refused") && refused.contains("Hello: no such type"), "{refused}");
        let nowhere = Matter::Unknown { hole: None, said };
        let root = course::root::workspace().unwrap();
        let lab = chosen(&all(&root).unwrap(), Some("01")).unwrap();
        let ladder = Ladder { lab: &lab, files: &lab.starter(), hints: &Hints::default(), matter: &nowhere };
        assert_eq!(ladder.highest(), 1);
    }

    #[test]
    fn a_hole_that_nobody_began_is_told_by_its_todo() {
        let next = rendered(Matter::Untouched("lab-01.1".to_string()), 1);
        assert!(
            next.contains("labs/lab-01/src/main.rs") && next.contains("make this a reply that API Gateway accepts"),
            "{next}"
        );
    }
}
