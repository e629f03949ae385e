//! The four rungs, in words.

use course::hints::Hints;
use course::lab::{Files, Lab};
use course::message::Message;
use course::todo::Todo;

use super::LAST;
use super::reveal::difference;
use crate::check::indented;
use crate::learner::lab_status::place_of;
use crate::running;
use crate::up::FIRST_PORT;

/// What a hint is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Matter {
    /// A TODO that nobody has begun.
    Untouched(String),
    /// A wrong answer that is known.
    Answer { name: String, todo: String },
    /// A TODO in which something was written, and the check sees no difference.
    Unchanged { todo: String, said: String },
    /// A failure that is not known; the TODO is the one that the check points at, if it does.
    Unknown { todo: Option<String>, said: String },
}

impl Matter {
    /// Tells one matter from another.
    pub(super) fn name(&self) -> String {
        match self {
            Matter::Untouched(todo) => format!("{todo} untouched"),
            Matter::Answer { name, .. } => name.clone(),
            Matter::Unchanged { todo, .. } => format!("{todo} unchanged"),
            Matter::Unknown { todo, .. } => format!("{} unknown", todo.as_deref().unwrap_or("nowhere")),
        }
    }

    /// The TODO that it is about.
    pub(super) fn todo(&self) -> Option<&str> {
        match self {
            Matter::Untouched(todo) | Matter::Answer { todo, .. } | Matter::Unchanged { todo, .. } => Some(todo),
            Matter::Unknown { todo, .. } => todo.as_deref(),
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
    /// What the compiler says about the lab beside.
    pub(super) warned: &'a str,
}

impl Ladder<'_> {
    /// How far the ladder reaches: without a TODO there is only what was observed.
    pub(super) fn highest(&self) -> u8 {
        if self.matter.todo().is_some() { LAST } else { 1 }
    }

    /// The text of a rung, from 1, with the command for the next.
    pub(super) fn rendered(&self, rung: u8) -> String {
        let todo = self.todo();
        let name = todo.as_ref().map(|todo| format!(", TODO {}", todo.id)).unwrap_or_default();
        let what = match rung {
            1 if matches!(self.matter, Matter::Untouched(_)) => "what to begin with",
            1 => "what was observed",
            2 => "the idea behind it",
            3 => "the same technique on another problem",
            _ => "the solution",
        };
        let head = format!("Lab {}{name}. Hint {rung} of {LAST}: {what}.", self.lab.number);
        let body = match (rung, &todo) {
            (1, _) | (_, None) => self.observed(),
            (2, Some(todo)) => self.concept(todo),
            (3, Some(todo)) => self.neighbour(todo),
            (_, Some(todo)) => self.solution(todo),
        };
        let next = match rung {
            _ if rung >= self.highest() => format!("Fix it, then: cargo workbook check {}", self.lab.number),
            3 => format!(
                "The next hint shows the solution's lines for this TODO: cargo workbook hint {}",
                self.lab.number
            ),
            _ => format!("Not enough? The next hint: cargo workbook hint {}", self.lab.number),
        };
        let warned = if rung == 1 { self.warned } else { "" };
        format!("{head}\n\n{}{warned}\n\n{next}", indented(&body))
    }

    fn todo(&self) -> Option<Todo> {
        let id = self.matter.todo()?;
        self.lab.todos().into_iter().find(|todo| todo.id == id)
    }

    /// What the check observed, or which TODO is next.
    fn observed(&self) -> String {
        let place = |todo: &str| place_of(self.lab, todo).unwrap_or_default();
        match self.matter {
            Matter::Untouched(id) => {
                let task = self.todo().map(|todo| todo.task()).unwrap_or_default();
                let task = folded(&task);
                format!(
                    "Nobody has begun this TODO yet. It is the next one, in {}. Its task:\n\n{}",
                    place(id),
                    indented(&task)
                )
            }
            Matter::Answer { name, todo } => {
                let observed = self.hints.observed(name).map(folded);
                let observed = observed
                    .unwrap_or_else(|| format!("This is the wrong answer {name}; its hint is not written yet."));
                format!("{observed}\n\nThe TODO is in {}.", place(todo))
            }
            Matter::Unchanged { todo, said } => format!(
                "{}\n\n{said}",
                folded(&format!(
                    "You have changed this TODO, in {}, but the check sees no difference. It still sees this:",
                    place(todo)
                ))
            ),
            Matter::Unknown { said, .. } if Message::parse(said).is_about_deploying() => {
                let text = "The template is refused, for a reason that the workbook does not know. It is not deployed, so no request \
                            was sent, and every test is red with the same message. This is the refusal:";
                format!("{}\n\n{said}", folded(text))
            }
            Matter::Unknown { said, todo } => {
                let doubt = todo
                    .as_ref()
                    .map(|todo| format!(" The check points at {todo}, but the fault may be elsewhere."))
                    .unwrap_or_default();
                let text = format!(
                    "This failure is not recognised: the workbook does not know it. Here is what the check observed, without \
                     a guess.{doubt}"
                );
                format!("{}\n\n{said}", folded(&text))
            }
        }
    }

    fn concept(&self, todo: &Todo) -> String {
        let Some(hint) = self.hints.todo(&todo.id) else { return unwritten(todo) };
        let book = running::book(&self.lab.root).unwrap_or_else(|| format!("http://127.0.0.1:{FIRST_PORT}"));
        let (page, heading) = hint.page.split_once('#').unwrap_or((&hint.page, ""));
        let html = page.replace(".md", ".html");
        format!(
            "{}\n\nThe book explains it, while `cargo run` serves it: {book}/{html}#{heading}\n\
             The page is in book/src/{page}.",
            folded(&hint.concept)
        )
    }

    fn neighbour(&self, todo: &Todo) -> String {
        self.hints.todo(&todo.id).map_or_else(|| unwritten(todo), |hint| hint.neighbour.clone())
    }

    /// The lines of this TODO only, compared with the learner's.
    fn solution(&self, todo: &Todo) -> String {
        let solved = self.lab.solved();
        let text =
            |files: &Files| files.get(&todo.path).map(|bytes| String::from_utf8_lossy(bytes).replace("\r\n", "\n"));
        let (mine, solved) = (text(self.files).unwrap_or_default(), text(&solved).unwrap_or_default());
        let lines = difference(&mine, &solved, &todo.lines);
        format!(
            "labs/{}/{}: lines with - are yours, lines with + are the solution's. `cargo workbook status` shows that you have seen them.\n\n{lines}",
            self.lab.name(),
            todo.path
        )
    }
}

fn unwritten(todo: &Todo) -> String {
    format!("No such hint is written for {} yet. Its TODO says: {}", todo.id, todo.task())
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
        Ladder { lab: &lab, files: &lab.starter(), hints: &hints, matter: &matter, warned: "\n\nThe compiler warns." }
            .rendered(rung)
    }

    #[test]
    fn each_rung_tells_more() {
        let matter = || Matter::Answer { name: "01.4-blank-is-a-name".to_string(), todo: "lab-01.4".to_string() };
        let rungs = [1, 2, 3, 4].map(|rung| rendered(matter(), rung));
        assert!(
            rungs[0].starts_with(
                "Lab 01, TODO lab-01.4. Hint 1 of 4: what was observed.\n\n  A name of nothing but spaces"
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
        assert!(!rungs[3].contains("serde_json::from_str"), "another TODO is given away: {}", rungs[3]);
        for rung in &rungs[..3] {
            assert!(!rung.contains("match name.as_deref()"), "{rung}");
        }
    }

    #[test]
    fn what_is_not_known_is_shown_and_not_explained() {
        let said = "lab-01.3: refuse it\n\n  got       status 418".to_string();
        let unknown = rendered(Matter::Unknown { todo: Some("lab-01.3".to_string()), said: said.clone() }, 1);
        assert!(unknown.contains("not recognised") && unknown.contains("status 418"), "{unknown}");
        let refused =
            "lab-01: nothing was asked yet\n\n  asked     deploy template.yaml\n  got       Hello: no such type";
        let refused = rendered(Matter::Unknown { todo: None, said: refused.to_string() }, 1);
        assert!(refused.contains("The template is refused") && refused.contains("Hello: no such type"), "{refused}");
        let nowhere = Matter::Unknown { todo: None, said };
        let root = course::root::workspace().unwrap();
        let lab = chosen(&all(&root).unwrap(), Some("01")).unwrap();
        let ladder =
            Ladder { lab: &lab, files: &lab.starter(), hints: &Hints::default(), matter: &nowhere, warned: "" };
        assert_eq!(ladder.highest(), 1);
    }

    #[test]
    fn a_todo_that_nobody_began_is_told_by_its_todo() {
        let next = rendered(Matter::Untouched("lab-01.1".to_string()), 1);
        assert!(
            next.contains("labs/lab-01/src/main.rs") && next.contains("make this a reply that API Gateway accepts"),
            "{next}"
        );
    }
}
