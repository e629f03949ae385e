//! Transcripts that need no run: a region of a lab's code, what a red check says by the linter's record, and what is said of a
//! template before it is deployed.

use std::fs;
use std::path::Path;

use ::cost::{Assumptions, Billed, Estimate, LOADS, Prices, REGION};
use cloudformation::PreflightInput;
use course::lab::Lab;
use course::wrong_answer::WrongAnswer;

use super::declaration::Code;

/// The region's code without indentation and without its TODO, as a chapter shows it.
///
/// # Errors
///
/// A sentence, when that region does not exist.
pub(super) fn code(lab: &Lab, answers: &[WrongAnswer], code: &Code, region: Option<&str>) -> Result<String, String> {
    if let Code::Wrong(name) = code {
        return Ok(plain(&wrong_answer(answers, name)?.text));
    }
    let id = match (region, code) {
        (Some(id), _) => id,
        (None, Code::Todo(id)) => id,
        _ => return Err(format!("needs region = \"{}.K\"", lab.name())),
    };
    let region = lab.regions().find(|region| region.id == id).ok_or_else(|| no_region(lab, id))?;
    let is_open = match code {
        Code::Starter => true,
        Code::Todo(open) => open == id,
        Code::Solution | Code::Wrong(_) => false,
    };
    Ok(plain(if is_open { &region.starter } else { &region.code }))
}

/// The wrong answer of this name.
pub(super) fn wrong_answer<'a>(answers: &'a [WrongAnswer], name: &str) -> Result<&'a WrongAnswer, String> {
    answers.iter().find(|answer| answer.name == name).ok_or_else(|| {
        let known: Vec<&str> = answers.iter().map(|answer| answer.name.as_str()).collect();
        format!("there is no wrong answer {name}; there are: {}", known.join(", "))
    })
}

/// What is said when `lab` has no TODO `id`.
pub(super) fn no_region(lab: &Lab, id: &str) -> String {
    let known: Vec<&str> = lab.regions().map(|region| region.id.as_str()).collect();
    format!("{} has no TODO {id}; it has: {}", lab.name(), known.join(", "))
}

/// What test `test` says, out of the linter's record of the lab in one state.
///
/// # Errors
///
/// A sentence, when the record does not have that test.
pub(super) fn said(record: &str, test: &str) -> Result<String, String> {
    let record = record.replace("\r\n", "\n");
    let told = record.split("\n---\n").skip(1).collect::<Vec<_>>().join("\n---\n");
    let mut sections = told.split("---- ").skip(1);
    let own =
        sections.find_map(|section| section.split_once('\n').filter(|(name, _)| *name == test).map(|(_, said)| said));
    let tests = || told.lines().filter_map(|line| line.strip_prefix("---- ")).collect::<Vec<_>>().join(", ");
    own.map(|said| format!("{}\n", said.trim_end()))
        .ok_or_else(|| format!("no red test is called {test} there; there are: {}", tests()))
}

/// Lines without common indentation and without the comment that a TODO begins.
fn plain(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut in_todo = false;
    for line in text.lines() {
        let code = line.trim_start();
        in_todo = code.contains("TODO(lab-") || (in_todo && (code.starts_with("//") || code.starts_with("# ")));
        if !in_todo {
            lines.push(line);
        }
    }
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or_default();
    let text: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or_default().trim_end()).collect();
    format!("{}\n", text.join("\n").trim_matches('\n'))
}

/// What a look at a template says before it is deployed, after each of the `faults` was put into it.
pub(super) fn preflight(root: &Path, template: &str, faults: &[(String, String)]) -> Result<String, String> {
    let path = root.join(template);
    let mut text = fs::read_to_string(&path).map_err(|why| format!("{template}: {why}"))?;
    for (from, to) in faults {
        if !text.contains(from) {
            return Err(format!("{template} has no {from:?}"));
        }
        text = text.replacen(from, to, 1);
    }
    let input = PreflightInput { models: Some(models::compile), ..PreflightInput::default() };
    Ok(cloudformation::preflight(&text, &path, &input).text(template))
}

/// What a template costs a month, with the assumptions and prices that `cargo workbook cost` has by itself.
pub(super) fn cost(root: &Path, template: &str) -> Result<String, String> {
    let path = root.join(template);
    let text = fs::read_to_string(&path).map_err(|why| format!("{template}: {why}"))?;
    let input = PreflightInput { models: Some(models::compile), ..PreflightInput::default() };
    let billed = Billed::read(&text, &path, &input).map_err(|why| format!("{template}: {why}"))?;
    let (assumptions, prices) = (Assumptions::default(), Prices::with(None).map_err(|why| why.to_string())?);
    let estimate =
        Estimate::new(&billed, &assumptions, &prices, REGION, &LOADS, false).map_err(|why| why.to_string())?;
    Ok(estimate.text(template, REGION, &billed, &assumptions, &prices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_shown_without_what_only_its_file_needs() {
        let text = "    // TODO(lab-05.1): do\n    // more of it\n    let a = {\n        // kept\n        1\n    };\n";
        assert_eq!(plain(text), "let a = {\n    // kept\n    1\n};\n");
    }

    #[test]
    fn a_red_test_is_found_by_its_name() {
        let record = "---\nsource: x\n---\n---- a::b\nlab-01.1: x\n\n  asked  GET /\n\n---- c\nlab-01.2: y\n";
        assert_eq!(said(record, "a::b").unwrap(), "lab-01.1: x\n\n  asked  GET /\n");
        assert_eq!(said(record, "c").unwrap(), "lab-01.2: y\n");
        assert_eq!(said(record, "d").unwrap_err(), "no red test is called d there; there are: a::b, c");
    }
}
