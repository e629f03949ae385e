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
mod entities;
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
mod principals;
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
pub use entities::{Entity, PropertyEntities, property_entities};
use fields::Fields;
use finding::Findings;
pub use finding::{Finding, Position, TemplateError};
pub use parameters::ParameterRules;
pub use preflight::{DeployerPolicy, Judgement, PreflightInput, PreflightReport, preflight};
use resources::Resource;
pub use sam::{SamError, SamInput};
pub use schema::{TYPES, requires_recreation};
pub use stack_options::{Addresses, StackOptions};
pub use summary::{
    ParameterDeclaration, RequiredCapability, TemplateSummary, check_references, required_capability, summary,
};
use tree::Node;

use stack::{CreationRefusal, RefusedCreation, Stack};

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
    let stack = root.as_ref().and_then(|root| sections::read(root, path, options, &findings));
    match stack {
        Some(stack) if findings.is_empty() => Ok(stack),
        Some(mut stack) if options.creates && findings.of_creation().is_some() => {
            refuse_creations(&mut stack, findings.of_creation().unwrap_or_default(), entries);
            Ok(stack)
        }
        // What is left for later is not said with what comes first.
        _ if options.creates && findings.of_creation().is_none() => {
            Err(findings.without_those_of_creation().into_error(path))
        }
        _ => Err(findings.into_error(path)),
    }
}

/// Puts into `stack` which resources will be refused, each given with its place. The policies of a function are its role's, and
/// its events what SAM makes of them. A resource of
/// which too little could be read to be listed is listed all the same, after all others. `template` is the template.
fn refuse_creations(stack: &mut Stack, refusals: Vec<(String, CreationRefusal)>, template: &[(tree::Key, Node)]) {
    let section = template.iter().find(|(key, _)| key.name == "Resources").map(|(_, node)| node);
    for (place, refusal) in refusals {
        let parts: Vec<&str> = place.split(['.', '[']).collect();
        let id = parts[0];
        let of = |id: &str| stack.resources.iter().find(|resource| resource.logical_id == id);
        let is_function = of(id).is_some_and(|resource| resource.resource_type == "AWS::Lambda::Function");
        let part = match parts.get(2..).filter(|_| is_function) {
            Some(["Policies" | "AssumeRolePolicyDocument", ..]) => of(&format!("{id}Role")),
            Some(["Events", event, ..]) => of(&format!("{id}{event}")),
            _ => None,
        };
        let listed =
            part.or_else(|| of(id)).map(|resource| (resource.logical_id.clone(), resource.resource_type.clone()));
        let (logical_id, kind) = listed.unwrap_or_else(|| {
            let written = section.and_then(|section| section.get(id)?.get("Type")?.text()).unwrap_or_default();
            let resource_type = kinds::made_of(written).to_string();
            stack.resources.push(stack::Resource {
                logical_id: id.to_string(),
                resource_type: resource_type.clone(),
                physical_id: String::new(),
                custom_named: false,
                properties: Default::default(),
                metadata: None,
                retained: Default::default(),
            });
            (id.to_string(), resource_type)
        });
        let known = kinds::kind(&kind).map(|kind| kind.name);
        let resource_type = known.or_else(|| Some(deployment_only::resource_type(&kind)?.name)).unwrap_or_default();
        let mut known = stack.refused_creations.iter_mut().filter(|other| other.logical_id == logical_id);
        // The schema is looked at as a whole, and all that it refuses is said at once.
        match (known.find(|other| matches!(other.refusal, CreationRefusal::Properties(_))), refusal) {
            (
                Some(RefusedCreation { refusal: CreationRefusal::Properties(said), .. }),
                CreationRefusal::Properties(more),
            ) => {
                said.extend(more);
            }
            (_, refusal) => stack.refused_creations.push(RefusedCreation { logical_id, resource_type, refusal }),
        }
    }
    stack.refused_creations.sort_by_key(|refused| !matches!(refused.refusal, CreationRefusal::Properties(_)));
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
