//! `hint`: the next rung of the ladder, for what is wrong with the lab as it is now.
//!
//! The check runs, and what it says is compared with what it says of every known wrong answer (`course::recognition`). Rung 1
//! tells what was observed, 2 the idea behind it and its page, 3 shows the same technique on another problem, 4 the solution's
//! lines for that TODO. A failure that is not known is shown as it is; no rung is ever guessed.

mod ladder;
mod reveal;

use std::path::Path;

use course::hints::{Hints, task_order};
use course::lab::{Lab, read_tree};
use course::message::Message;
use course::recognition::{Known, Recognised};
use course::run::Run;
use course::wrong_answer::wrong_answers;

use crate::check::{after, error_of, indented, warned};
use crate::error::Error;
use crate::learner::hint_history::HintHistory;
use crate::learner::lab_status::{first_red, of_run};
use crate::learner::verdict::{does_not_compile, verdict};
use crate::learner::{all, chosen, edited};
use crate::output::say;
use ladder::{Ladder, Matter};

/// The last rung: the solution's lines.
const LAST: u8 = 4;

/// Prints a hint for the lab: the rung that is asked for, or the one after the last that was given for the same state.
///
/// # Errors
///
/// A lab that there is not, Cargo that cannot be run, a file that cannot be read.
pub fn run(root: &Path, number: Option<&str>, rung: Option<u8>) -> Result<(), Error> {
    let labs = all(root)?;
    let lab = chosen(&labs, number)?;
    let order = task_order(root, &lab);
    let files = read_tree(&lab.folder()).map_err(Error::of_file(&lab.folder()))?;
    // What nobody has begun needs no check.
    let run = if edited(&lab)?.is_empty() { None } else { Some(verdict(&lab)?) };
    let matter = match &run {
        None => order.first().cloned().map(Matter::Untouched),
        Some(run) if !run.was_built() => {
            say!("{}", unbuilt(&lab, run));
            return Ok(());
        }
        Some(run) => {
            let known = Known::read(&lab, wrong_answers(root, &lab.number)?).map_err(Error::of_file(root))?;
            matter(known.recognise(&lab, &files, run, &order), run, &order)
        }
    };
    let Some(matter) = matter else {
        say!(
            "Lab {}, {}: every test is green, so there is nothing to hint at.\n{}",
            lab.number,
            lab.title,
            after(&labs, &lab)
        );
        return Ok(());
    };
    // A lab whose hints are not written yet still shows what was observed.
    let hints = Hints::read(root, &lab.number).unwrap_or_default();
    let warned = run.as_ref().map(warned).unwrap_or_default();
    let ladder = Ladder { lab: &lab, files: &files, hints: &hints, matter: &matter, warned: &warned };
    let mut hint_history = HintHistory::open(root);
    let state = format!("{} of {}", matter.name(), course::generation::digest_of(&files));
    let next = hint_history.rung(&lab.name(), &state).map_or(1, |last| (last + 1).min(LAST));
    let rung = rung.unwrap_or(next).min(ladder.highest());
    say!("{}", ladder.rendered(rung));
    let revealed = (rung == LAST).then(|| matter.todo()).flatten();
    hint_history.note(&lab.name(), &state, rung, revealed)
}

/// What the ladder is about; nothing where all is green.
fn matter(recognised: Recognised, run: &Run, order: &[String]) -> Option<Matter> {
    let said = |todo: Option<&str>| {
        let of_todo = |(_, said): &(&String, &String)| todo.is_some_and(|todo| Message::parse(said).todo == todo);
        let said = run.red.iter().find(of_todo).map(|(_, said)| said.clone());
        said.or_else(|| first_red(run, order).map(|(_, said, _)| said.to_string())).unwrap_or_default()
    };
    match recognised {
        Recognised::Green => None,
        Recognised::Untouched(todo) => Some(Matter::Untouched(todo)),
        Recognised::Answer(answer) => Some(Matter::Answer { name: answer.name, todo: answer.region }),
        Recognised::Unchanged(todo) => Some(Matter::Unchanged { said: said(Some(&todo)), todo }),
        Recognised::Unknown(todo) => Some(Matter::Unknown { said: said(todo.as_deref()), todo }),
    }
}

/// What is said of a lab that could not be built.
fn unbuilt(lab: &Lab, run: &Run) -> String {
    let status = of_run(lab, run);
    let head = format!("Lab {}, {}: {status}, so nothing can be judged yet.", lab.number, lab.title);
    let next = if does_not_compile(lab, run) {
        match place_of_error(run) {
            Some(place) => {
                format!("The first error is in {place}. Fix it, then ask again: cargo workbook hint {}", lab.number)
            }
            None => format!("Fix it, then ask again: cargo workbook hint {}", lab.number),
        }
    } else {
        format!("This is not your lab's fault. Run it again: cargo test -p {}", lab.name())
    };
    format!("{head}\n\n{}\n\n{next}", indented(&error_of(run)))
}

/// `labs/lab-05/src/table/read.rs:15` of the compiler's first error.
fn place_of_error(run: &Run) -> Option<String> {
    let arrow = run.first_error()?.lines().find_map(|line| line.trim().strip_prefix("--> "))?;
    let place = arrow.rsplit_once(':').map_or(arrow, |(place, _)| place);
    Some(place.replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_compiler_is_placed() {
        let labs = all(&course::root::workspace().unwrap()).unwrap();
        let lab = chosen(&labs, Some("01")).unwrap();
        let build =
            "error[E0425]: no `x`\n --> labs/lab-01/src/main.rs:3:5\n  |\n\nerror: could not compile `lab-01` (bin)";
        let told = unbuilt(&lab, &Run { build: build.to_string(), ..Run::default() });
        assert!(
            told.starts_with("Lab 01, The reply contract: does not compile, so nothing can be judged yet."),
            "{told}"
        );
        assert!(told.contains("The first error is in labs/lab-01/src/main.rs:3."), "{told}");
        let told = unbuilt(&lab, &Run { build: "error: no network".to_string(), ..Run::default() });
        assert!(told.contains("This is not your lab's fault"), "{told}");
    }
}
