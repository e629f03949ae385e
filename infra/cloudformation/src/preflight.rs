//! A look at a template before it is deployed: everything that AWS would refuse, what it would deploy and then fail at run time, and
//! what nobody can judge from here.
//!
//! The template goes through AWS's own stages, and any SAM or CloudFormation template does, also one with types that the local cloud
//! does not have: the transform (`sam`), parameters, conditions, the graph and functions, the schema of each type, and then what
//! services say to the values. Then it is read as for a deployment, whose refusals are those of AWS, or of the local cloud alone: the
//! latter are kept apart. Nothing is built, and nothing runs.
//!
//! Read `template` for the stages, `foreseen` for what names will stand for, and `rights` for what roles may do. `functions`,
//! `invocations`, `apis`, `services` and `warnings` are the judgements, each on resources whose values are foreseen. `deployer` says what it
//! takes to deploy.

mod apis;
mod deployer;
mod foreseen;
mod functions;
mod invocations;
mod rights;
mod services;
mod template;
#[cfg(test)]
mod tests;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::finding::{Finding, Position};
use crate::{StackOptions, TemplateError};
use stack::model::CompileModel;
use stack::policy::ServiceRefusal;
use stack::{CreationRefusal, Stack};

pub use deployer::DeployerPolicy;

/// What a template is looked at with.
#[derive(Debug, Clone)]
pub struct PreflightInput {
    /// The region of the stack.
    pub region: String,
    /// The stack's name.
    pub stack_name: String,
    /// Values of parameters; all others have their defaults.
    pub parameters: BTreeMap<String, String>,
    /// What tries models out.
    pub models: Option<CompileModel>,
}

impl Default for PreflightInput {
    fn default() -> PreflightInput {
        let StackOptions { region, stack_name, .. } = StackOptions::default();
        PreflightInput { region, stack_name, parameters: BTreeMap::new(), models: None }
    }
}

/// One thing that is said of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Judgement {
    /// The line, from 1; nothing where it is about the file as a whole.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// The resource, or the section, that it is about.
    pub resource: String,
    /// The property, or what else of the resource, where it is known: `Environment.Variables`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// What is said, in AWS's words where they are known.
    pub message: String,
    /// What to write.
    pub repair: Option<String>,
}

/// How the readers begin what they say of a value of another form.
const FORMS: [&str; 3] = ["must be a single value", "must be a list", "must be a mapping"];

/// What is said of a template.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PreflightReport {
    /// What AWS would refuse.
    pub refused: Vec<Judgement>,
    /// What would be deployed, and fail when it is used.
    pub failing: Vec<Judgement>,
    /// What works, and surprises later.
    pub warnings: Vec<Judgement>,
    /// What cannot be judged from the template alone.
    pub not_judged: Vec<Judgement>,
    /// What a deployment to the local cloud is refused, and one to AWS is not.
    pub lacking: Vec<Judgement>,
    /// What it takes to deploy it; nothing where it cannot be read.
    #[serde(skip)]
    pub deployer: Option<DeployerPolicy>,
    /// Where the resources stand.
    #[serde(skip)]
    places: BTreeMap<String, Position>,
    /// The stack, where the local cloud has everything that the template asks for and nothing is wrong.
    #[serde(skip)]
    pub stack: Option<Stack>,
}

/// Looks at the template `text`; `path` is its file.
pub fn preflight(text: &str, path: &Path, input: &PreflightInput) -> PreflightReport {
    let options = StackOptions {
        stack_name: input.stack_name.clone(),
        parameters: input.parameters.clone(),
        models: input.models,
        region: input.region.clone(),
        ..StackOptions::default()
    };
    let mut report = PreflightReport::default();
    if template::judge(text, &options, &mut report) {
        match crate::parse(text, path, &options) {
            Ok(stack) => report.stack = Some(stack).filter(|_| report.refused.is_empty()),
            Err(TemplateError { findings, .. }) => report.sort_local(findings),
        }
    }
    report.in_order();
    report
}

impl PreflightReport {
    /// Takes the refusals of the reading that a deployment here begins with: to one side what AWS would refuse as well, to the other what
    /// the local cloud alone does.
    fn sort_local(&mut self, findings: Vec<Finding>) {
        // AWS's stages have looked at the properties of all resources where they came that far. Here names are known besides, and one that
        // is wrong would be said once more of everything that it stands in.
        let is_judged = self.deployer.is_some();
        let is_new = |finding: &Finding| !is_judged || !matches!(finding.refusal, Some(CreationRefusal::Properties(_)));
        let judged = self.refused.clone();
        let lacks_something = findings.iter().any(|finding| finding.is_lack);
        for finding in findings.into_iter().filter(is_new) {
            // What names something that is lacking here is there on AWS, and of properties that are needed, and of their forms, the schema
            // knows more than a reader of what there is here.
            let is_of_form = FORMS.iter().any(|form| finding.message.starts_with(form));
            let may_follow = finding.refusal.is_none() || is_of_form || finding.message.contains(" needs ");
            let is_lack = finding.is_lack || is_judged && lacks_something && may_follow;
            let judgement = Judgement::from(finding);
            // What is missing is said by SAM of the whole resource.
            let missing = judgement.message.rsplit_once(" needs ").map(|(_, name)| name);
            let names = |one: &Judgement| missing.is_some_and(|missing| one.message.contains(missing));
            let mut said = if is_lack { self.not_judged.iter() } else { judged.iter() };
            let is_there = |one: &Judgement| (one.line, one.column) == (judgement.line, judgement.column);
            let is_said = said.any(|one| match is_lack {
                true => one.says_the_same_as(&judgement),
                false => {
                    is_there(one)
                        || one.resource == judgement.resource && (one.message == judgement.message || names(one))
                }
            });
            // What is refused by AWS for a reason of its own need not be lacking here as well.
            let is_refused = is_lack && judged.iter().any(is_there);
            match is_lack {
                _ if is_said || is_refused => {}
                true => self.lacking.push(judgement),
                false => self.refused.push(judgement),
            }
        }
    }

    /// Everything once, in the order of the file.
    fn in_order(&mut self) {
        for list in [&mut self.refused, &mut self.failing, &mut self.warnings, &mut self.not_judged, &mut self.lacking]
        {
            let mut said = BTreeSet::new();
            // The stages of AWS come first, and say it with AWS's repair.
            list.retain(|one| said.insert((one.line, one.column, one.message.clone())));
            list.sort();
        }
        // Two stages may say one thing of one place, one with more words than the other.
        let all = self.refused.clone();
        let says_more = |one: &Judgement, other: &Judgement| {
            (one.line, one.column) == (other.line, other.column)
                && other.message.len() > one.message.len()
                && other.message.contains(&one.message)
        };
        // One of the two may know the place better.
        let knows_more = |one: &Judgement, other: &Judgement| {
            one.repair.is_none()
                && other.repair.is_some()
                && other.resource == one.resource
                && other.message == one.message
        };
        self.refused.retain(|one| !all.iter().any(|other| says_more(one, other) || knows_more(one, other)));
    }

    /// Adds the refusal of a service to create something, unless it is there.
    pub fn add_refusal(&mut self, resource: &str, reason: &str) {
        let message = without_ids(reason);
        if !self.refused.iter().any(|known| known.resource == resource && known.message == message) {
            self.refused.push(Judgement::at(self.places.get(resource).copied(), resource, message, None));
        }
    }

    /// Adds what AWS refuses in some accounts only.
    pub fn add_warning(&mut self, resource: &str, message: String, repair: &str) {
        let at = self.places.get(resource).copied();
        self.warnings.push(Judgement::at(at, resource, message, Some(repair.to_string())));
    }

    /// Adds a refusal of something that `resource` names and the template does not have: it may be there all the same.
    pub fn add_elsewhere(&mut self, resource: &str, reason: &str) {
        let at = self.places.get(resource).copied();
        let message = format!(
            "whether there is what it names outside of the template; if not, AWS and the local cloud refuse it: {}",
            without_ids(reason)
        );
        self.not_judged.push(Judgement::at(at, resource, message, None));
    }

    /// Adds what the local cloud cannot make of `resource`, and AWS can.
    pub fn add_lack(&mut self, resource: &str, message: String) {
        let at = self.places.get(resource).copied();
        self.lacking.push(Judgement::at(at, resource, message, None));
    }

    /// The whole report on the template in the file `path`, for people.
    pub fn text(&self, path: &str) -> String {
        let mut text = String::new();
        for (title, list) in [
            ("AWS would refuse", &self.refused),
            ("It would be deployed, and fail when it is used", &self.failing),
            ("Warnings", &self.warnings),
            ("Not judged", &self.not_judged),
            ("The local cloud lacks this, so `cargo workbook deploy` refuses it", &self.lacking),
        ] {
            if !list.is_empty() {
                let lines: Vec<String> = list.iter().map(|judgement| judgement.line_of(path)).collect();
                text.push_str(&format!("{title}:\n{}\n\n", lines.join("\n")));
            }
        }
        let findings = self.refused.len() + self.failing.len();
        text.push_str(&format!(
            "{path}: {}, {}, {} not judged",
            counted(findings, "finding"),
            counted(self.warnings.len(), "warning"),
            self.not_judged.len()
        ));
        if !self.lacking.is_empty() {
            text.push_str(&format!(", {} not deployed locally", self.lacking.len()));
        }
        text.push('\n');
        text
    }

    /// Whether AWS takes the template and what it deploys works, as far as can be judged.
    pub fn is_clear(&self) -> bool {
        self.refused.is_empty() && self.failing.is_empty()
    }
}

impl Judgement {
    /// One about `resource`, at `position`.
    fn at(position: Option<Position>, resource: &str, message: String, repair: Option<String>) -> Judgement {
        // What SAM makes by itself stands nowhere in the file.
        let position = position.filter(|position| *position != Position::default());
        let (line, column) = position.map(|at| (at.line, at.column)).unzip();
        Judgement { line, column, resource: resource.to_string(), property: None, message, repair }
    }

    /// Whether `other` says this of the same place.
    fn says_the_same_as(&self, other: &Judgement) -> bool {
        (self.line, self.column, &self.message) == (other.line, other.column, &other.message)
    }

    /// Its line in the report on the file `path`, in the form that terminals make clickable.
    fn line_of(&self, path: &str) -> String {
        let Judgement { line, column, resource, property, message, repair } = self;
        let mut text = format!("  {path}");
        for place in [line, column].into_iter().flatten() {
            text.push_str(&format!(":{place}"));
        }
        if !resource.is_empty() {
            text.push_str(&format!(" {resource}"));
            if let Some(property) = property {
                text.push_str(&format!(".{property}"));
            }
        }
        text.push_str(&format!(": {message}"));
        if let Some(repair) = repair {
            text.push_str(&format!("\n    Repair: {repair}"));
        }
        text
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A reason as CloudFormation gives it, without the ids of one request.
fn without_ids(reason: &str) -> String {
    let mut text = reason.to_string();
    for (from, to) in [(", Request ID: ", ")\""), ("RequestToken: ", ", ")] {
        if let Some(start) = text.find(from)
            && let Some(length) = text[start..].find(to)
        {
            let end = if to == ", " { start + length + to.len() } else { start + length };
            text.replace_range(start..end, "");
        }
    }
    text
}

impl From<Finding> for Judgement {
    fn from(finding: Finding) -> Judgement {
        let Finding { position, place, message, is_lack, refusal } = finding;
        let mut parts = place.split(['.', '[']);
        let first = parts.next().unwrap_or_default();
        let is_section = ["Conditions", "Outputs", "Parameters"].contains(&first);
        let resource = match parts.next() {
            Some(name) if is_section => format!("{first}.{name}"),
            _ => first.to_string(),
        };
        let property = place.strip_prefix(&resource).and_then(|rest| rest.strip_prefix('.'));
        let property = property.map(|rest| rest.strip_prefix("Properties.").unwrap_or(rest).to_string());
        // The sentences of AWS name it themselves.
        let by_aws = message.strip_prefix("CREATE_FAILED: ").map(str::to_string);
        let is_ours = is_lack || by_aws.is_none() && matches!(refusal, Some(CreationRefusal::Ours(_)));
        let property = property.filter(|property| is_ours && !property.is_empty());
        let message = by_aws.unwrap_or(message);
        let (message, repair) = match message.split_once("; ") {
            Some((message, repair)) => (message.to_string(), Some(repair.to_string())),
            None => (message, None),
        };
        Judgement { property, ..Judgement::at(position, &resource, message, repair) }
    }
}

/// What is found on the way through a template.
struct Judgements<'r> {
    report: &'r mut PreflightReport,
}

/// Where something is found: the resource, and its place in the file.
#[derive(Clone, Copy)]
struct Place<'p> {
    resource: &'p str,
    position: Position,
}

impl Judgements<'_> {
    /// A service's refusal to create the resource, as CloudFormation passes it on.
    fn refused(&mut self, at: Place<'_>, service: &'static str, status: u16, message: String, repair: String) {
        let code = if service == "Lambda" { "InvalidParameterValueException" } else { "InvalidRequest" };
        let refusal = ServiceRefusal { service, status, code, message };
        let sentence = refusal.to_string();
        let sentence = sentence.strip_prefix("CREATE_FAILED: ").unwrap_or(&sentence).to_string();
        self.report.refused.push(judgement(at, sentence, Some(repair)));
    }

    fn failing(&mut self, at: Place<'_>, message: String, repair: String) {
        self.report.failing.push(judgement(at, message, Some(repair)));
    }

    fn warning(&mut self, at: Place<'_>, message: String, repair: String) {
        self.report.warnings.push(judgement(at, message, Some(repair)));
    }

    fn not_judged(&mut self, at: Place<'_>, message: String) {
        self.report.not_judged.push(judgement(at, message, None));
    }
}

fn judgement(at: Place<'_>, message: String, repair: Option<String>) -> Judgement {
    Judgement::at(Some(at.position), at.resource, message, repair)
}
