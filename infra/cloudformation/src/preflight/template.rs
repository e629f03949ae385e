//! The stages that a template goes through before anything of it is made: SAM's transform, parameters, conditions, the graph, functions
//! and names, and the schema of each type.
//!
//! Each is the stage that a deployment has. Two things differ. Types that the local cloud does not have are looked at, too, by the facts
//! that AWS publishes. And what needs AWS to be worked out is not a fault: it is listed as not judged.

use std::collections::{BTreeMap, BTreeSet};

use super::rights::RoleRights;
use super::{Judgement, Judgements, Place, PreflightReport, apis, deployer, functions, rights, services, warnings};
use crate::conditions;
use crate::expanded::{self, Expanded};
use crate::fields::Fields;
use crate::finding::{Findings, Position};
use crate::format;
use crate::graph;
use crate::kinds;
use crate::parameters;
use crate::principals;
use crate::resources::{self, Naming, Resource, Resources};
use crate::sam::{Transformed, Unmade};
use crate::schema;
use crate::scope::Scope;
use crate::sections::{self, SAM};
use crate::tree::{Key, Node};
use crate::yaml::{self, RepeatedKey};
use crate::{MOST_BYTES, Resolved, StackOptions};

/// The resources of a template with their values as far as they can be foreseen.
pub(super) struct Foreseen<'t> {
    pub(super) resources: &'t [Resolved<'t>],
    pub(super) roles: &'t [RoleRights],
    pub(super) options: &'t StackOptions,
}

impl<'t> Foreseen<'t> {
    /// The resource with this logical id, as it is written.
    pub(super) fn resource(&self, id: &str) -> Option<&'t Resource> {
        self.resources.iter().map(|resource| resource.resource).find(|resource| resource.id == id)
    }

    /// Whether the ARN is that of a resource of the template.
    pub(super) fn has(&self, arn: &str) -> bool {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (Some(service), Some(rest)) = (parts.next(), parts.nth(2)) else { return false };
        let is_named = |name: &str| rest.split([':', '/']).any(|part| part == name);
        self.resources.iter().any(|resource| {
            let of = resource.kind().split("::").nth(1).unwrap_or_default();
            // Of types that the local cloud does not have, the name that is given is in their properties alone.
            let given = resource.properties.entries().iter().filter(|(key, _)| key.name.ends_with("Name"));
            let mut given = given.filter_map(|(_, value)| value.text());
            of.eq_ignore_ascii_case(service) && (is_named(&resource.name) || given.any(is_named))
        })
    }

    /// The resources of the type `kind`.
    pub(super) fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'t Resolved<'t>> + use<'t> {
        self.resources.iter().filter(move |resource| resource.kind() == kind)
    }
}

impl<'t> Resolved<'t> {
    /// Where a finding about it stands.
    pub(super) fn at(&self) -> Place<'_> {
        Place { resource: &self.resource.id, position: self.resource.position }
    }

    /// Where a finding about the value at `path` stands.
    pub(super) fn at_value(&self, path: &str) -> Place<'_> {
        let position = self.value(path).map_or(self.resource.position, |node| node.position);
        Place { resource: &self.resource.id, position }
    }

    /// The value at `path` (`Code.S3Bucket`) of its properties.
    pub(super) fn value(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(&self.properties, |node, name| node.get(name))
    }

    /// The text at `path` of its properties; nothing where it is not known.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.value(path)?.text()
    }
}

/// Judges the template `text`.
///
/// True where a deployment to the local cloud would get as far as its resources.
pub(super) fn judge(text: &str, options: &StackOptions, report: &mut PreflightReport) -> bool {
    let whole = |message: String| Judgement::at(None, "", message, None);
    if text.len() as u64 > MOST_BYTES {
        report.refused.push(whole(format!("Template may not exceed {MOST_BYTES} bytes in size.")));
        return false;
    }
    let findings = Findings::default();
    let parsed = yaml::read_as_clients(text, &findings);
    let Some((root, repeated)) = parsed.filter(|_| findings.is_empty()) else {
        sort(findings, report);
        return false;
    };
    for RepeatedKey { position, name, first } in repeated {
        let message = format!("the key {name} stands here a second time; the AWS and the SAM CLI take the last one");
        let repair = format!("remove one of the two; the first is in line {first}");
        report.warnings.push(Judgement::at(Some(position), "", message, Some(repair)));
    }
    if let Some((position, sentence)) = yaml::json_fault(text) {
        let message =
            format!("the SAM CLI sends this as YAML; what is sent as it stands, CloudFormation refuses: {sentence}");
        let repair = "write JSON, which has no comments and no comma after the last value".to_string();
        report.warnings.push(Judgement::at(Some(position), "", message, Some(repair)));
    }
    let transforms: Vec<&str> = root.get("Transform").into_iter().flat_map(sections::names).collect();
    if let Some(other) = transforms.iter().find(|name| **name != SAM) {
        report.not_judged.push(whole(format!("what the transform {other} makes of the template, so nothing in it")));
        return false;
    }
    let fragment = fragment(&root);
    if let Some((resource, position)) = &fragment {
        let message = format!(
            "AWS refuses {resource} in a template without the line `Transform: {SAM}`. This file has neither that line nor \
             AWSTemplateFormatVersion, so it counts as a part of a template and is judged as if the line were there"
        );
        let at = Place { resource, position: *position };
        Judgements { report }.warning(at, message, format!("write `Transform: {SAM}` at the top of the template"));
    }
    let is_transformed = !transforms.is_empty() || fragment.is_some();
    let malformed = if fragment.is_none() { format::malformed(&root) } else { Vec::new() };
    let expanded = match is_transformed {
        false => root,
        true => match transformed(&root, options, report) {
            Some(Transformed { template, unmade }) => {
                for Unmade { id, position, what } in unmade {
                    let message =
                        format!("what AWS's transform makes of {what} is not made here, so nothing of it is judged");
                    report.not_judged.push(Judgement::at(position, &id, message, None));
                }
                template
            }
            None => return fragment.is_none(),
        },
    };
    read(&expanded, is_transformed, options, &findings, report);
    format::report(malformed, &findings);
    sort(findings, report);
    fragment.is_none()
}

/// The first SAM resource of a file that is a part of a template: it has none of the lines that stand at the top of one.
pub(super) fn fragment(root: &Node) -> Option<(String, Position)> {
    if root.get("Transform").is_some() || root.get("AWSTemplateFormatVersion").is_some() {
        return None;
    }
    let is_sam = |resource: &Node| {
        let kind = resource.get("Type").and_then(Node::text);
        kind.is_some_and(|kind| kind.starts_with("AWS::Serverless::"))
    };
    let (key, _) = root.get("Resources")?.entries().iter().find(|(_, resource)| is_sam(resource))?;
    Some((key.name.clone(), key.position))
}

/// What SAM makes of the template `root`; nothing where it refuses, which is then reported.
///
/// AWS puts in what `Fn::Transform` brings before SAM looks. Where SAM stumbles over a definition that has one, it gets none.
fn transformed(root: &Node, options: &StackOptions, report: &mut PreflightReport) -> Option<Transformed> {
    let refusal = match expanded::transform(root, options) {
        Ok(transformed) => return Some(transformed),
        Err(refusal) => refusal,
    };
    let section = root.get("Resources").map(Node::entries).unwrap_or_default();
    let about = |position: Option<Position>| section.iter().find(|(key, _)| Some(key.position) == position);
    let (mut without, mut is_included) = (root.clone(), true);
    for (position, message) in refusal.causes {
        let resource = about(position);
        let id = resource.map(|(key, _)| key.name.as_str()).unwrap_or_default();
        if !resource.is_some_and(|(_, resource)| has_transform(resource)) {
            report.refused.push(Judgement::at(position, id, message, None));
            is_included = false;
            continue;
        }
        let message = "what Fn::Transform brings into it, so nothing that SAM makes of that".to_string();
        report.not_judged.push(Judgement::at(position, id, message, None));
        let properties = without.get_mut("Resources").and_then(|section| section.get_mut(id)?.get_mut("Properties"));
        if let Some(properties) = properties {
            properties.remove("DefinitionBody");
        }
    }
    expanded::transform(&without, options).ok().filter(|_| is_included)
}

fn has_transform(node: &Node) -> bool {
    let inside = |entry: &(Key, Node)| entry.0.name == "Fn::Transform" || has_transform(&entry.1);
    node.items().iter().any(has_transform) || node.entries().iter().any(inside)
}

/// What AWS refuses to one side, what the local cloud lacks to the other.
fn sort(findings: Findings, report: &mut PreflightReport) {
    for finding in findings.into_list() {
        match finding.is_lack {
            // What would help the local cloud is nothing that AWS asks for.
            true => report.not_judged.push(Judgement { repair: None, ..Judgement::from(finding) }),
            false => report.refused.push(Judgement::from(finding)),
        }
    }
}

/// Reads the expanded template `root` from its first section to its last.
fn read(root: &Node, is_transformed: bool, options: &StackOptions, findings: &Findings, report: &mut PreflightReport) {
    let Some(mut template) = Fields::of(root, "", "a template", findings) else { return };
    sections::check_version(&mut template);
    template.text("Description");
    for section in ["Hooks", "Metadata", "Rules"] {
        template.node(section);
    }
    template.required(&["Resources"]);
    let parameters = parameters::read(template.node("Parameters"), options, findings);
    let mappings = template.node("Mappings");
    let (none, expanded) = ((BTreeMap::new(), Resources::default()), Expanded::default());
    let scope = |findings, conditions, resources| Scope {
        findings,
        options,
        parameters: &parameters,
        mappings,
        conditions,
        resources,
        expanded: &expanded,
        names: Default::default(),
        imports: Default::default(),
        depth: Default::default(),
    };
    let conditions = conditions::read(template.node("Conditions"), &scope(findings, &none.0, &none.1));
    let (section, outputs) = (template.node("Resources"), template.node("Outputs"));
    template.done();
    let Some(section) = section else { return };
    let before = resources::read_as(section, &conditions, Naming::Unknown, findings);
    if before.present.len() > sections::MOST_RESOURCES {
        let message = format!(
            "Template format error: Number of resources, {}, is greater than maximum allowed, {}",
            before.present.len(),
            sections::MOST_RESOURCES
        );
        return findings.report(section.position, "Resources", message);
    }
    let first = scope(findings, &conditions, &before);
    // Where names run in a circle, following them would not end.
    if graph::order(&first).is_none() {
        return;
    }
    for resource in &before.present {
        report.places.insert(resource.id.clone(), resource.position);
        check_types(resource, is_transformed, &first);
        let resolved = sections::resolved(resource, &first);
        sections::check_schema(&resolved, findings);
    }
    if let Some(outputs) = outputs {
        sections::read_outputs(outputs, &first);
    }
    let foreseen = resources::read_as(section, &conditions, Naming::Foreseen, &Findings::default());
    // What is said of values was said; now they only stand in for what nobody knows yet.
    let silent = Findings::default();
    let second = scope(&silent, &conditions, &foreseen);
    let resources: Vec<Resolved<'_>> =
        foreseen.present.iter().map(|resource| sections::resolved(resource, &second)).collect();
    resources.iter().for_each(|resource| check_references(resource, &foreseen, findings));
    sections::check_names(&resources, false, findings);
    let own = Findings::default();
    let roles = rights::read(&resources, &own);
    for finding in own.into_list() {
        // A property that only the local cloud does not have changes nothing of what a role may do.
        let says_nothing =
            ["is not supported", "does not know this property"].iter().any(|words| finding.message.contains(words));
        if !(finding.is_lack && says_nothing) {
            findings.add(finding.position.unwrap_or_default(), &finding.place, finding.message, finding.is_lack);
        }
    }
    principals::check(&resources, options, findings);
    let foreseen = Foreseen { resources: &resources, roles: &roles, options };
    services::judge(&foreseen, findings, &mut Judgements { report });
    functions::judge(&foreseen, &mut Judgements { report });
    apis::judge(&foreseen, &mut Judgements { report });
    warnings::judge(&foreseen, section, &mut Judgements { report });
    report.deployer = Some(deployer::policy(&foreseen));
}

/// Reports a name that stands where the schema wants something else, such as an ARN: `Role: !Ref Role`. Which name it will be is not known,
/// but that `Ref` gives a name is.
fn check_references(resource: &Resolved<'_>, resources: &Resources, findings: &Findings) {
    let mut named = BTreeSet::new();
    references(&resource.resource.properties, resources, &mut named);
    let mut violations = schema::check(resource.kind(), &resource.properties);
    violations.retain(|violation| named.contains(&violation.position) && violation.message.ends_with("[pattern]"));
    sections::report_violations(&resource.resource.id, &resource.resource.place(), violations, findings);
}

/// Where in `node` names of resources stand, and addresses of queues.
fn references(node: &Node, resources: &Resources, named: &mut BTreeSet<Position>) {
    let is_named = |id: &str| {
        let kind = resources.get(id).map(|resource| resource.kind.as_str()).filter(|kind| *kind != "AWS::SNS::Topic");
        kind.and_then(kinds::kind).is_some_and(|kind| kind.name_property.is_some())
    };
    if node.get("Ref").and_then(Node::text).is_some_and(is_named) {
        named.insert(node.position);
    }
    node.items().iter().for_each(|item| references(item, resources, named));
    node.entries().iter().for_each(|(_, value)| references(value, resources, named));
}

/// Lists a type of which nothing is known.
fn check_types(resource: &Resource, is_transformed: bool, scope: &Scope<'_>) {
    let kind = resource.kind.as_str();
    if kind.starts_with("AWS::Serverless::") {
        // What the transform has left is not made here, which is said already.
        if is_transformed {
            return;
        }
        scope.findings.report(resource.position, &resource.id, sections::needs_transform(kind));
    } else if schema::is_elsewhere(kind) {
        let message = format!("AWS does not have the type {kind} in every region, so whether it is in this one");
        scope.findings.lack(resource.position, &resource.id, message);
    } else if resources::exists(kind) && !schema::TYPES.contains(&kind) && kinds::kind(kind).is_none() {
        let message = format!("no facts about the type {kind} are known here, so its properties are not judged");
        scope.findings.lack(resource.position, &resource.id, message);
    }
}
