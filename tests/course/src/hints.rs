//! The rules for the hints of a lab: every TODO and every wrong answer has one, and the first two rungs give no code away.
//!
//! `course::hints` reads them; what they are for stands there.

use std::collections::BTreeSet;
use std::path::Path;

use course::hints::{Hints, file_of, text};
use course::lab::Lab;
use course::regions::Fault;
use course::wrong_answer::wrong_answers;

use crate::chapters;

/// The shortest line of code that counts as one: a brace gives nothing away.
const CODE: usize = 8;
/// How long a text for the first rung may be, in characters: it is read in one glance.
const OBSERVED: std::ops::RangeInclusive<usize> = 40..=400;

/// Every breach of the rules in the hints of `lab`.
///
/// # Errors
///
/// What cannot be read: the hints, a wrong answer, a chapter.
pub fn faults(root: &Path, lab: &Lab) -> Result<Vec<Fault>, Fault> {
    let (file, text) = (file_of(&lab.number), text(root, &lab.number)?);
    let hints = Hints::parse(&text).map_err(|what| fault(&file, 1, what))?;
    let line_of = |name: &str| {
        let quoted = format!("\"{name}\"");
        text.lines().position(|line| line.contains(&quoted)).map_or(1, |index| index + 1)
    };
    let todos: Vec<String> = lab.todos().into_iter().map(|todo| todo.id).collect();
    let answers: Vec<String> = wrong_answers(root, &lab.number)?.into_iter().map(|answer| answer.name).collect();
    let mut faults = Vec::new();
    let mut complain = |name: &str, what: String| faults.push(fault(&file, line_of(name), what));
    let told = hints.todos.iter().map(|todo| todo.id.as_str());
    compare(&todos, told, "TODO", "[[todo]]", &mut complain);
    let told = hints.answers.iter().map(|answer| answer.name.as_str());
    compare(&answers, told, "wrong answer", "[[answer]]", &mut complain);
    for todo in &hints.todos {
        let texts = [("concept", &todo.concept), ("page", &todo.page), ("neighbour", &todo.neighbour)];
        for (field, _) in texts.iter().filter(|(_, text)| text.is_empty()) {
            complain(&todo.id, format!("the TODO {} has no `{field}`; write it", todo.id));
        }
        let (page, anchor) = todo.page.split_once('#').unwrap_or((&todo.page, ""));
        if !todo.page.is_empty() && !chapters::anchors(root, page)?.contains(anchor) {
            complain(&todo.id, format!("the page {} has no heading of that anchor; mend `page`", todo.page));
        }
    }
    let mut seen = BTreeSet::new();
    for answer in &hints.answers {
        let length = answer.observed.chars().count();
        if !OBSERVED.contains(&length) {
            let (least, most) = (OBSERVED.start(), OBSERVED.end());
            complain(
                &answer.name,
                format!("`observed` has {length} characters; one or two sentences have {least} to {most}"),
            );
        }
        if !seen.insert(&answer.observed) {
            complain(&answer.name, "`observed` says what another answer's says; name this one's deviation".to_string());
        }
    }
    let concepts = hints.todos.iter().map(|todo| (&todo.id, "concept", &todo.concept));
    let observed = hints.answers.iter().map(|answer| (&answer.name, "observed", &answer.observed));
    for (name, field, text) in concepts.chain(observed) {
        if let Some(code) = shared_code(text, lab) {
            complain(name, format!("`{field}` gives away a line of the solution, `{code}`; say it in words"));
        }
    }
    Ok(faults)
}

/// Names what is there once too little, once too often, or for nothing.
fn compare<'a>(
    wanted: &[String],
    told: impl Iterator<Item = &'a str>,
    kind: &str,
    table: &str,
    complain: &mut impl FnMut(&str, String),
) {
    let told: Vec<&str> = told.collect();
    for name in wanted {
        match told.iter().filter(|told| *told == name).count() {
            1 => {}
            0 => complain(name, format!("the {kind} {name} has no {table}; add one")),
            many => complain(name, format!("the {kind} {name} has {many} {table}; keep one")),
        }
    }
    for name in told.iter().filter(|told| !wanted.iter().any(|name| name == *told)) {
        complain(name, format!("the lab has no {kind} {name:?}; mend the name, or remove it"));
    }
}

/// A line of any TODO's solution that is in `text`, with any blanks between its words.
fn shared_code(text: &str, lab: &Lab) -> Option<String> {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = flat(text);
    let is_code = |line: &String| line.len() >= CODE && !line.starts_with("//") && !line.starts_with('#');
    let todos = lab.todos();
    let mut lines = todos.iter().flat_map(|todo| todo.code.lines()).map(flat).filter(is_code);
    lines.find(|line| text.contains(line.as_str()))
}

fn fault(file: &str, line: usize, what: String) -> Fault {
    Fault { file: file.to_string(), line, what }
}
