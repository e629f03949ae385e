//! `status`: the status of every lab, and the next step.

use std::path::Path;

use course::hints::task_order;
use course::lab::Lab;
use course::run::Run;

use crate::error::Error;
use crate::learner::all;
use crate::learner::hint_history::HintHistory;
use crate::learner::lab_status::{LabStatus, first_red, place_of, status_of};
use crate::output::say;
use crate::running;

/// Prints the status of every lab. Labs that somebody works on are checked, unless that was done since the last change.
///
/// # Errors
///
/// Cargo that cannot be run, a file that cannot be read.
pub async fn run(root: &Path) -> Result<(), Error> {
    for origin in running::origins(root).await {
        say!("{origin}, on the board that is running.");
    }
    let labs = all(root)?;
    let hint_history = HintHistory::open(root);
    let widest = labs.iter().map(|lab| lab.title.chars().count()).max().unwrap_or_default();
    let mut next = None;
    for lab in &labs {
        let (status, run) = status_of(lab)?;
        let revealed = hint_history.revealed(&lab.name()).join(", ");
        let revealed = if revealed.is_empty() { revealed } else { format!("; solution shown of {revealed}") };
        say!("  {}  {:<widest$}  {status}{revealed}", lab.number, lab.title);
        if next.is_none() && !status.is_complete() {
            next = Some(next_step(lab, &status, run.as_ref()));
        }
    }
    say!("\n{}", next.unwrap_or_else(|| "Every lab is done.".to_string()));
    Ok(())
}

/// What to do in the first lab that is not complete.
fn next_step(lab: &Lab, status: &LabStatus, run: Option<&Run>) -> String {
    let order = task_order(&lab.root, lab);
    let number = &lab.number;
    let todo = match (status, run) {
        (LabStatus::NotBegun, _) => order.first().cloned(),
        (_, Some(run)) => first_red(run, &order).map(|(_, _, said)| said.todo),
        _ => None,
    };
    let place =
        todo.as_ref().and_then(|todo| Some(format!(", {todo} in {}", place_of(lab, todo)?))).unwrap_or_default();
    let then = match status {
        LabStatus::NotBegun => format!("Read chapter {number}, then: cargo workbook watch {number}"),
        _ => format!("See what is wrong: cargo workbook check {number}"),
    };
    format!("Next: lab {number}, {}{place}.\n{then}", lab.title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_names_todo_and_file() {
        let labs = all(&course::root::workspace().unwrap()).unwrap();
        let lab = labs.iter().find(|lab| lab.number == "05").unwrap();
        let begin = next_step(lab, &LabStatus::NotBegun, None);
        assert!(begin.starts_with("Next: lab 05, The board, lab-05.2 in labs/lab-05/src/table/read.rs"), "{begin}");
        assert!(begin.ends_with("cargo workbook watch 05"), "{begin}");
        let red = [("a".to_string(), "lab-05.4: x\n\n  got       y".to_string())];
        let run = Run { red: red.into(), ..Run::default() };
        let go_on = next_step(lab, &LabStatus::Begun { green: 3, tests: 4 }, Some(&run));
        assert!(
            go_on.contains("lab-05.4 in labs/lab-05/src/table/update.rs") && go_on.ends_with("check 05"),
            "{go_on}"
        );
    }
}
