//! An entry as it stands in the file, and what it means: only a kind's own fields, and all that it needs.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Code, Doing, LogGroup, Moment, Shown, Step, Transcript};

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    #[serde(default)]
    pub(super) chapters: Vec<String>,
    #[serde(default)]
    pub(super) transcript: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: Spanned<String>,
    kind: Kind,
    lab: String,
    code: Code,
    show: Option<Vec<String>>,
    pretty: Option<bool>,
    from: Option<LogGroup>,
    keep: Option<Vec<String>>,
    test: Option<String>,
    region: Option<String>,
    ending: Option<String>,
    template: Option<String>,
    faults: Option<Vec<(String, String)>>,
    #[serde(default)]
    step: Vec<StepEntry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Http,
    Logs,
    Event,
    Check,
    Code,
    Preflight,
    Cost,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    request: Option<String>,
    call: Option<String>,
    stream: Option<Moment>,
    queue: Option<String>,
    fields: Option<Vec<String>>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    note: Option<String>,
    times: Option<usize>,
    #[serde(default)]
    quiet: bool,
}

impl Entry {
    pub(super) fn transcript(mut self, place: String) -> Result<Transcript, String> {
        let shown = self.take_shown()?;
        let unused = [
            ("show", self.show.is_some()),
            ("pretty", self.pretty.is_some()),
            ("from", self.from.is_some()),
            ("keep", self.keep.is_some()),
            ("test", self.test.is_some()),
            ("region", self.region.is_some()),
            ("ending", self.ending.is_some()),
            ("template", self.template.is_some()),
            ("faults", self.faults.is_some()),
            ("step", !self.step.is_empty()),
        ];
        if let Some((field, _)) = unused.iter().find(|(_, given)| *given) {
            return Err(format!("a transcript of this kind has no use for `{field}`; remove it"));
        }
        Ok(Transcript { name: self.name.into_inner(), place, lab: self.lab, code: self.code, shown })
    }

    fn take_shown(&mut self) -> Result<Shown, String> {
        let content_type = || vec!["content-type".to_string()];
        Ok(match self.kind {
            Kind::Http => Shown::Http {
                show: self.show.take().unwrap_or_else(content_type),
                pretty: self.pretty.take().unwrap_or_default(),
                steps: self.take_steps()?,
            },
            Kind::Logs => Shown::Logs {
                from: self.from.take().ok_or("needs from = \"function\" or \"gateway\"")?,
                keep: self.keep.take().unwrap_or_default(),
                steps: self.take_steps()?,
            },
            Kind::Event => Shown::Event {
                keep: self.keep.take().unwrap_or_default(),
                pretty: self.pretty.take().unwrap_or_default(),
                steps: self.take_steps()?,
            },
            Kind::Check => Shown::Check { test: self.test.take().ok_or("needs `test`, the test's name")? },
            Kind::Code => Shown::Code {
                region: self.region.take(),
                ending: self.ending.take().unwrap_or_else(|| "rs".to_string()),
            },
            Kind::Preflight => Shown::Preflight {
                template: self.template.take().ok_or("needs `template`, a path in the repository")?,
                faults: self.faults.take().unwrap_or_default(),
            },
            Kind::Cost => {
                Shown::Cost { template: self.template.take().ok_or("needs `template`, a path in the repository")? }
            }
        })
    }

    fn take_steps(&mut self) -> Result<Vec<Step>, String> {
        let steps: Vec<Step> =
            std::mem::take(&mut self.step).into_iter().map(StepEntry::step).collect::<Result<_, _>>()?;
        match steps.last() {
            None => Err("needs a [[transcript.step]]".to_string()),
            Some(last) if self.kind != Kind::Http && matches!(last.what, Doing::Call { .. } | Doing::Queue { .. }) => {
                Err("ends with a call; only a request or a stream reaches the function".to_string())
            }
            Some(_) => Ok(steps),
        }
    }
}

impl StepEntry {
    fn step(self) -> Result<Step, String> {
        if let Some(moment) = self.stream {
            let others = [&self.request, &self.call, &self.queue, &self.body];
            if others.iter().any(|other| other.is_some()) || self.fields.is_some() {
                return Err("a stream's step has nothing beside it but a note; remove the rest".to_string());
            }
            let quiet = self.note.is_none();
            return Ok(Step { what: Doing::Stream(moment), body: None, note: self.note, times: 1, quiet });
        }
        if let Some(logical_id) = self.queue {
            if self.request.is_some() || self.call.is_some() || self.body.is_some() {
                return Err(
                    "a look into a queue has nothing beside it but fields and a note; remove the rest".to_string()
                );
            }
            let what = Doing::Queue { logical_id, fields: self.fields.unwrap_or_default() };
            return Ok(Step { what, body: None, note: self.note, times: 1, quiet: self.quiet });
        }
        let what = match (self.request, self.call) {
            (Some(request), None) if self.fields.is_none() => {
                let (method, target) =
                    request.split_once(' ').ok_or(format!("request {request:?} is not \"METHOD /path\""))?;
                let headers = self.headers.into_iter().collect();
                Doing::Request { method: method.to_string(), target: target.to_string(), headers }
            }
            (None, Some(operation)) if self.headers.is_empty() => {
                Doing::Call { operation, fields: self.fields.unwrap_or_default() }
            }
            (Some(_), None) => return Err("a request has no use for `fields`; remove it".to_string()),
            (None, Some(_)) => return Err("a call has no use for `headers`; remove them".to_string()),
            _ => return Err("a step has either `request` or `call`, or `stream`, or `queue`".to_string()),
        };
        Ok(Step { what, body: self.body, note: self.note, times: self.times.unwrap_or(1), quiet: self.quiet })
    }
}
