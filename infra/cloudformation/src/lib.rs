//! CloudFormation and SAM: from a template's text to a [`Stack`].
//!
//! The local cloud boots from the file that is deployed to AWS. It understands the part of CloudFormation and SAM that
//! the course teaches, and refuses the rest by name and line: a property that it overlooked in silence would be a
//! property that works here and breaks on AWS, or the other way round. Properties that do nothing locally and are
//! allowed all the same are in the list that [`deployment_only()`] gives, each with its reason.
//!
//! A template is read in the order in which CloudFormation works it out, which `sections` keeps: `yaml` (text to `tree`),
//! `expanded` (what SAM makes of it; `sam` is the transform), `parameters`, `conditions`, `globals`, `resources` (which there are),
//! `graph` (in which order), `scope` and `references` (functions and names), then a reader per resource type, each ending in a type
//! of [`stack`], then `schema` (what AWS knows of each type's properties) and `inventory` (the resources as CloudFormation lists
//! them). All of them report into one list (`finding`), so one run shows everything that is wrong. `kinds` has the supported types,
//! with what `Ref` and `GetAtt` give. `summary` and `preflight` judge templates that need not run here.

mod account;
mod alarms;
mod allowed_folders;
mod apis;
mod buckets;
mod cidr;
mod conditions;
mod cors;
mod deployment_only;
mod distributions;
mod event_invoke;
mod events;
mod expanded;
mod fields;
mod finding;
mod format;
mod functions;
mod gateway_responses;
mod globals;
mod graph;
mod inventory;
mod kinds;
mod mappings;
mod parameters;
mod permissions;
mod policies;
mod preflight;
mod queues;
mod references;
mod requests;
mod resources;
mod response_headers;
mod rest_apis;
mod roles;
mod routes;
mod sam;
mod schema;
mod scope;
mod sections;
mod stack_options;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod tree;
mod usage_plans;
mod vpc;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use allowed_folders::AllowedFolders;
pub use deployment_only::deployment_only;
use fields::Fields;
use finding::Findings;
pub use finding::{Finding, Position, TemplateError};
pub use parameters::ParameterRules;
pub use preflight::{DeployerPolicy, Judgement, PreflightInput, PreflightReport, preflight};
use resources::Resource;
pub use sam::{SamError, SamInput};
pub use schema::TYPES;
pub use stack_options::{Addresses, StackOptions};
pub use summary::{
    ParameterDeclaration, RequiredCapability, TemplateSummary, check_references, required_capability, summary,
};
use tree::Node;

use stack::policy::ServiceRefusal;
use stack::{RefusedCreation, Stack};

/// The largest template that CloudFormation takes, in bytes: its quotas say 1 MB, and its refusal this number.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const MOST_BYTES: u64 = 1_000_000;
/// What a template can have at its top. A file with none of these is something else, and nothing of it is repeated.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// The stack that the template `text` describes; `path` is its file, and `CodeUri` is relative to that file's folder.
///
/// # Errors
///
/// Everything that AWS would refuse or the local cloud does not support, all at once.
pub fn parse(text: &str, path: &Path, options: &StackOptions) -> Result<Stack, TemplateError> {
    if text.len() as u64 > MOST_BYTES {
        return Err(TemplateError::too_large(path));
    }
    let findings = Findings::default();
    let root = yaml::read(text, &findings);
    let entries = root.as_ref().map(Node::entries).unwrap_or_default();
    if !entries.is_empty() && !entries.iter().any(|(key, _)| SECTIONS.contains(&key.name.as_str())) {
        return Err(TemplateError::of_file(path, "is not a template: it has no Resources"));
    }
    let stack = root.and_then(|root| sections::read(&root, path, options, &findings));
    match stack {
        Some(stack) if findings.is_empty() => Ok(stack),
        Some(mut stack) if options.creates && findings.of_creation().is_some() => {
            stack.refused_creations = refused_creations(&stack, findings.of_creation().unwrap_or_default());
            Ok(stack)
        }
        _ => Err(findings.into_error(path)),
    }
}

/// Which resources the refusals are of, each given with its place. The policies of a function are its role's.
fn refused_creations(stack: &Stack, refusals: Vec<(String, ServiceRefusal)>) -> Vec<RefusedCreation> {
    let find = |(place, refusal): (String, ServiceRefusal)| {
        let id = place.split('.').next().unwrap_or_default();
        let of = |id: &str| stack.resources.iter().find(|resource| resource.logical_id == id);
        let is_function = of(id).is_some_and(|resource| resource.resource_type == "AWS::Lambda::Function");
        let role = if is_function { of(&format!("{id}Role")) } else { None };
        let resource = role.or_else(|| of(id));
        let name =
            |of: &str| kinds::kind(of).map(|kind| kind.name).or_else(|| Some(deployment_only::resource_type(of)?.name));
        RefusedCreation {
            logical_id: resource.map_or(id, |resource| &resource.logical_id).to_string(),
            resource_type: resource.and_then(|resource| name(&resource.resource_type)).unwrap_or_default(),
            refusal,
        }
    };
    refusals.into_iter().map(find).collect()
}

/// The properties that the local cloud acts on, of every resource type that the template `text` has: `AWS::SQS::Queue` and what it
/// understands of it, and parts such as `AWS::S3::Bucket.CorsRule` of their own. What is not there at all and not in
/// [`deployment_only()`] is refused by name.
pub fn understood(text: &str, path: &Path, options: &StackOptions) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let findings = Findings::default();
    if let Some(root) = yaml::read(text, &findings) {
        let _ = sections::read(&root, path, options, &findings);
    }
    findings.understood()
}

/// The names of all resource types that have a name or an address here.
pub fn supported_types() -> impl Iterator<Item = &'static str> {
    kinds::names()
}

/// The template that CloudFormation gets for the SAM template `text`, as JSON in the order of the file; `path` is its file.
///
/// # Errors
///
/// The text is not a template, or SAM refuses it: then the message is AWS's.
pub fn expand(text: &str, path: &Path, input: &SamInput) -> Result<String, ExpandError> {
    if text.len() as u64 > MOST_BYTES {
        return Err(TemplateError::too_large(path).into());
    }
    let findings = Findings::default();
    let root = yaml::read(text, &findings);
    let root = match root {
        Some(root) if findings.is_empty() => root,
        _ => return Err(findings.into_error(path).into()),
    };
    let expanded = sam::transform(&root, input)?.whole()?;
    serde_json::to_string_pretty(&expanded).map_err(|error| TemplateError::of_file(path, error.to_string()).into())
}

/// Why a template has no expansion.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ExpandError {
    /// It cannot be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// SAM refuses it.
    #[error(transparent)]
    Sam(#[from] SamError),
}

/// A resource whose properties hold no functions any more, under the name that AWS knows it by.
struct Resolved<'t> {
    resource: &'t Resource,
    name: String,
    properties: Node,
    metadata: Option<Node>,
}

impl Resolved<'_> {
    fn kind(&self) -> &str {
        &self.resource.kind
    }

    /// Its properties, to be read as those of the type `of`.
    fn fields<'n>(&'n self, of: &'static str, findings: &'n Findings) -> Option<Fields<'n>> {
        Fields::of(&self.properties, self.resource.place(), of, findings)
    }
}
