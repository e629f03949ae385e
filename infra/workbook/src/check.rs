//! `check`: runs a lab's check, and of all that is red shows the one thing to look at first.

use std::path::Path;

use course::hints::task_order;
use course::lab::Lab;
use course::message::Message;
use course::run::Run;

use crate::error::Error;
use crate::learner::lab_status::{LabStatus, first_red, of_run};
use crate::learner::{all, chosen, verdict};
use crate::output::say;

/// How many lines of a compiler's error or warning are shown.
const ERROR_LINES: usize = 20;

/// Checks a lab, says how it went, and whether it is green.
///
/// # Errors
///
/// A lab that there is not, Cargo that cannot be run.
pub fn run(root: &Path, number: Option<&str>, every: bool) -> Result<bool, Error> {
    let labs = all(root)?;
    let lab = chosen(&labs, number)?;
    let run = verdict::fresh(&lab)?;
    say!("{}", render(&labs, &lab, &run, every));
    Ok(matches!(of_run(&lab, &run), LabStatus::Done { .. }))
}

/// The verdict in words: how many tests are green, the first thing that is wrong or everything, and what to do next.
pub(crate) fn render(labs: &[Lab], lab: &Lab, run: &Run, every: bool) -> String {
    let status = of_run(lab, run);
    let head = format!("Lab {}, {}: {status}.", lab.number, lab.title);
    let number = &lab.number;
    match status {
        LabStatus::Done { .. } => {
            let skipped = run.skipped.iter().map(|(test, why)| format!("\n  skipped: {test}: {why}"));
            format!("{head}{}\n{}", skipped.collect::<String>(), after(labs, lab))
        }
        LabStatus::DoesNotCompile | LabStatus::Unknown => {
            let next = match status {
                LabStatus::DoesNotCompile => format!("Fix this, then run it again: cargo workbook check {number}"),
                _ => format!("This is not your lab's fault. Run it again: cargo test -p {}", lab.name()),
            };
            format!("{head}\n\n{}\n\n{next}", indented(&error_of(run)))
        }
        _ => format!("{head}\n\n{}", red(lab, run, every)),
    }
}

/// What is red, in the order of the chapter.
fn red(lab: &Lab, run: &Run, every: bool) -> String {
    let order = task_order(&lab.root, lab);
    let mut rest = run.clone();
    let mut shown = Vec::new();
    while let Some((test, said, _)) =
        first_red(&rest, &order).map(|(test, said, todo)| (test.to_string(), said.to_string(), todo))
    {
        rest.red.remove(&test);
        shown.push(indented(&said));
        if !every {
            break;
        }
    }
    let is_refused = |said: &String| Message::parse(said).is_about_deploying();
    let more = match rest.red.len() {
        0 => String::new(),
        many if many > 1 && run.red.values().all(is_refused) => {
            format!("\n\nThe other {many} tests are red for the same reason: the template is not deployed.")
        }
        1 => format!("\n\nAnother test is red: {}", names(&rest)),
        many => format!("\n\n{many} more tests are red: {}", names(&rest)),
    };
    let number = &lab.number;
    let warned = warned(run);
    format!(
        "{}{more}{warned}\n\nNext: fix it and save. If you are stuck: cargo workbook hint {number}",
        shown.join("\n\n")
    )
}

/// What the compiler says about a lab that it compiles: an arm that nothing reaches may be all that is wrong. Nothing where it
/// says nothing.
pub(crate) fn warned(run: &Run) -> String {
    let warnings = run.warnings();
    let Some(first) = warnings.first() else { return String::new() };
    let first = first.lines().take(ERROR_LINES).collect::<Vec<_>>().join("\n");
    let head = match warnings.len() {
        1 => "The compiler has a warning about your code:".to_string(),
        many => format!("The compiler has {many} warnings about your code, and this is the first:"),
    };
    format!("\n\n{head}\n\n{}", indented(&first))
}

fn names(run: &Run) -> String {
    run.red.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What to do after a lab that is done.
pub(crate) fn after(labs: &[Lab], lab: &Lab) -> String {
    let next = labs.iter().skip_while(|other| other.number != lab.number).nth(1);
    match next {
        Some(next) => format!(
            "Next: lab {}, {}. Read its chapter, then: cargo workbook watch {}",
            next.number, next.title, next.number
        ),
        None => "That was the last lab. See all of them: cargo workbook status".to_string(),
    }
}

/// The compiler's first error, or else the end of what Cargo said.
pub(crate) fn error_of(run: &Run) -> String {
    let lines: Vec<&str> = match run.first_error() {
        Some(error) => error.lines().take(ERROR_LINES).collect(),
        None => {
            let lines: Vec<&str> = run.build.lines().filter(|line| !line.trim().is_empty()).collect();
            lines[lines.len().saturating_sub(ERROR_LINES)..].to_vec()
        }
    };
    lines.join("\n")
}

/// Two blanks before each line that is not empty.
pub(crate) fn indented(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { String::new() } else { format!("  {line}") };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab() -> (Vec<Lab>, Lab) {
        let labs = all(&course::root::workspace().unwrap()).unwrap();
        let lab = chosen(&labs, Some("01")).unwrap();
        (labs, lab)
    }

    #[test]
    fn the_first_red_test_is_shown_and_the_others_are_named() {
        let (labs, lab) = lab();
        let said = |todo: u8| format!("lab-01.{todo}: greet\n\n  got       status 502");
        let red = [("b".to_string(), said(2)), ("a".to_string(), said(4)), ("c".to_string(), said(3))];
        let run = Run { green: vec!["g".to_string()], red: red.into(), ..Run::default() };
        let first = render(&labs, &lab, &run, false);
        let wanted = "Lab 01, The reply contract: 1 of 4 tests are green.\n\n  lab-01.2: greet\n\n    got       status 502\n\n\
                      2 more tests are red: a, c\n\nNext: fix it and save. If you are stuck: cargo workbook hint 01";
        assert_eq!(first, wanted);
        let everything = render(&labs, &lab, &run, true);
        assert!(
            everything.contains("lab-01.3") && everything.contains("lab-01.4") && !everything.contains("more tests"),
            "{everything}"
        );
    }

    #[test]
    fn a_lab_that_is_red_shows_what_the_compiler_warns_of() {
        let (labs, lab) = lab();
        let warning = "warning: unreachable pattern\n --> labs/lab-01/src/main.rs:3:5\n  |";
        let red = [("a".to_string(), "lab-01.2: greet\n\n  got       status 405".to_string())];
        let run = Run { red: red.into(), build: warning.to_string(), ..Run::default() };
        let text = render(&labs, &lab, &run, false);
        let wanted = "The compiler has a warning about your code:\n\n  warning: unreachable pattern\n   --> labs/lab-01/src/main.rs:3:5\n    |\n\nNext: fix";
        assert!(text.contains(wanted), "{text}");
        let twice = format!("{warning}\n\n{}", warning.replace("3:5", "9:5"));
        let text = render(&labs, &lab, &Run { build: twice, ..run.clone() }, false);
        assert!(
            text.contains("has 2 warnings about your code, and this is the first:") && !text.contains("9:5"),
            "{text}"
        );
        let green = Run { red: std::collections::BTreeMap::new(), green: vec!["a".to_string()], success: true, ..run };
        assert!(!render(&labs, &lab, &green, false).contains("warning"));
    }

    #[test]
    fn a_refused_template_is_told_once() {
        let (labs, lab) = lab();
        let said = "lab-01: nothing was asked yet\n\n  asked     deploy template.yaml\n  got       Hello: no such type";
        let red = ["a", "b", "c"].map(|test| (test.to_string(), said.to_string()));
        let text = render(&labs, &lab, &Run { red: red.into(), ..Run::default() }, false);
        assert_eq!(text.matches("no such type").count(), 1, "{text}");
        assert!(text.contains("The other 2 tests are red for the same reason"), "{text}");
    }

    #[test]
    fn a_lab_that_does_not_compile_shows_the_first_error() {
        let (labs, lab) = lab();
        let build = "error[E0425]: no `x`\n --> labs/lab-01/src/main.rs:3:5\n\nerror: could not compile `lab-01` (bin)";
        let text = render(&labs, &lab, &Run { build: build.to_string(), ..Run::default() }, false);
        assert!(text.starts_with("Lab 01, The reply contract: does not compile.\n\n  error[E0425]: no `x`\n   --> labs/lab-01/src/main.rs:3:5\n"), "{text}");
    }

    #[test]
    fn a_lab_that_is_done_leads_to_the_next() {
        let (labs, lab) = lab();
        let run = Run { green: vec!["a".to_string()], success: true, ..Run::default() };
        let text = render(&labs, &lab, &run, false);
        assert!(text.starts_with("Lab 01, The reply contract: done.\nNext: lab 0"), "{text}");
        let skipped = [("sql::reads".to_string(), "PostgreSQL is not installed here.".to_string())].into();
        let text = super::render(&labs, &lab, &Run { skipped, ..run }, false);
        let wanted = "done, except for 1 test that was skipped on this machine.\n  skipped: sql::reads: PostgreSQL is not installed here.\nNext:";
        assert!(text.contains(wanted), "{text}");
        assert!(after(&labs, labs.last().unwrap()).contains("the last lab"));
    }
}
