//! A lab under test: its template deployed to a local cloud of its own, its function waiting to be asked.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::ask::{Ask, Question};
use crate::cloud::Cloud;
use crate::explanation::Explanation;
use crate::mask::is_volatile;
use crate::place::Place;
use crate::program::Program;

/// How many earlier requests an explanation recalls.
const RECALLED: usize = 3;
/// How many of the function's last log lines an explanation shows.
const LOG_LINES: usize = 6;

/// A deployed lab. It goes away, processes and all, when the test ends.
#[derive(Debug)]
pub struct Lab {
    place: Place,
    cloud: Cloud,
    asked: Mutex<Vec<String>>,
    holes: Holes,
}

/// Holes that are to blame for a kind of failure, whatever was asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Holes {
    /// For a reply that API Gateway cannot use.
    pub(crate) malformed: Option<&'static str>,
    /// For a function that ends in an error.
    pub(crate) error: Option<&'static str>,
}

impl Lab {
    /// Deploys the package in `folder`, whose `description` is `title` and whose functions' binaries stand beside
    /// `binary`. Checks say [`lab!`](crate::lab!) instead.
    ///
    /// Ends the test with an explanation when the template cannot be deployed.
    pub fn open(binary: &str, folder: &str, title: &str) -> Lab {
        match Lab::deployed(binary, folder, title) {
            Ok(lab) => lab,
            Err(explanation) => explanation.fail(),
        }
    }

    fn deployed(binary: &str, folder: &str, title: &str) -> Result<Lab, Box<Explanation>> {
        let place = Place::of(Path::new(folder), title).map_err(|why| explained("this check", why, "its folder"))?;
        let lab = place.lab();
        let program = std::env::var("KIT_FUNCTION").ok().map(|line| Program::from_line(&line)).transpose();
        let program = program.map_err(|why| explained(&lab, why, "the environment variable KIT_FUNCTION"))?;
        let template = place.template();
        let cloud = Cloud::deploy(&template, &lab, Path::new(binary), program).map_err(|why| {
            let workspace = place.workspace().join("").display().to_string();
            explained(&lab, why.replace(&workspace, ""), &place.shown(&template))
        })?;
        Ok(Lab { place, cloud, asked: Mutex::default(), holes: Holes::default() })
    }

    /// Begins a question. `todo` is the hole that it is about (`lab-05.2`), `about` what is asked for, in a few words.
    pub fn asks<'lab>(&'lab self, todo: &'lab str, about: &'lab str) -> Ask<'lab> {
        Ask::new(Question { lab: self, todo, about })
    }

    /// Sends whoever's reply API Gateway cannot use, or whose JSON is none, to the hole `todo`, not to the one that the
    /// question was about.
    #[must_use]
    pub fn malformed_replies_are(mut self, todo: &'static str) -> Lab {
        self.holes.malformed = Some(todo);
        self
    }

    /// Sends whoever's function ends in an error to the hole `todo`, not to the one that the question was about.
    #[must_use]
    pub fn errors_are(mut self, todo: &'static str) -> Lab {
        self.holes.error = Some(todo);
        self
    }

    /// Everything the functions have printed so far, a line each, oldest first.
    pub fn log(&self) -> Vec<String> {
        self.cloud.log()
    }

    pub(crate) fn holes(&self) -> Holes {
        self.holes
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Ends the test because the check itself cannot go on.
    #[cfg(feature = "tables")]
    pub(crate) fn stop(&self, why: &str) -> ! {
        let mut explanation = *explained(&self.place.lab(), why.to_string(), "template.yaml, and the function's log");
        explanation.about = "the check cannot go on".to_string();
        explanation.log = self.last_log_lines();
        explanation.fail()
    }

    pub(crate) fn remember(&self, asked: String) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    }

    /// The requests before the newest one, the last few of them; the same one several times is said once.
    pub(crate) fn asked_before(&self) -> String {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = asked.split_last().map(|(_, before)| before).unwrap_or_default();
        let runs = before.chunk_by(|one, next| one == next).map(|run| match run {
            [once] => once.clone(),
            [first, ..] => format!("{} × {first}", run.len()),
            [] => String::new(),
        });
        let runs: Vec<String> = runs.collect();
        runs[runs.len().saturating_sub(RECALLED)..].join(", ")
    }

    /// What the functions themselves said last.
    pub(crate) fn last_log_lines(&self) -> Vec<String> {
        last_words(&self.cloud.log().join("\n"))
    }
}

/// The end of a log: a panic, an error line. Lambda's own lines are left out.
pub(crate) fn last_words(log: &str) -> Vec<String> {
    let lines: Vec<&str> = log.lines().filter(|line| !is_lambdas_own(line)).collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].iter().map(|line| readable(line)).collect()
}

/// A line of JSON as `name: value` pairs, without the ids and dates that only a machine looks for.
fn readable(line: &str) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
        return line.to_string();
    };
    let mut fields: Vec<(String, Value)> =
        fields.into_iter().filter(|(name, value)| !is_volatile(name, value)).collect();
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    let pair = |(name, value): &(String, Value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    };
    fields.iter().map(pair).collect::<Vec<_>>().join(", ")
}

fn is_lambdas_own(line: &str) -> bool {
    let own = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START", "INIT_REPORT"];
    line.trim().is_empty() || own.iter().any(|prefix| line.starts_with(prefix)) || line.contains("RUST_BACKTRACE")
}

fn explained(todo: &str, why: String, place: &str) -> Box<Explanation> {
    Box::new(Explanation {
        todo: todo.to_string(),
        about: "the lab cannot be deployed, so nothing was asked yet".to_string(),
        came: why.lines().map(str::to_string).collect(),
        next: vec![place.to_string()],
        ..Explanation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_of_json_reads_like_prose() {
        let line = r#"{"level":"ERROR","requestId":"6f1c2d3e-0000-4000-8000-00000000000a","cause":"no item","at":"2026-11-22T09:41:00Z"}"#;
        assert_eq!(readable(line), "cause: no item, level: ERROR");
        assert_eq!(readable("plain {text}"), "plain {text}");
    }
}
