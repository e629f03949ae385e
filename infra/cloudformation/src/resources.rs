//! The `Resources` section before anything in it is resolved: which resources there are, and of what type.

use std::collections::BTreeMap;

use super::conditions;
use super::deployment_only;
use super::fields::Fields;
use super::finding::{Findings, Position, suggestion};
use super::kinds;
use super::schema;
use super::tree::{Key, Node, Value};
use stack::Retention;

/// One resource as the template writes it, with `Globals` already in its properties.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// Its logical id.
    pub(super) id: String,
    /// `AWS::DynamoDB::Table`; one of [`kinds`] or of [`mod@deployment_only`].
    pub(super) kind: String,
    /// Where its logical id stands.
    pub(super) position: Position,
    /// `Properties`, unresolved.
    pub(super) properties: Node,
    /// `Metadata`, unresolved.
    pub(super) metadata: Option<Node>,
    /// `DependsOn`.
    pub(super) depends_on: Vec<(String, Position)>,
    /// `DeletionPolicy` and `UpdateReplacePolicy`, as far as they keep it.
    pub(super) retained: Retention,
}

impl Resource {
    /// `BoardTable.Properties`.
    pub(super) fn place(&self) -> String {
        format!("{}.Properties", self.id)
    }

    /// Whether it is a SAM resource of which the transform makes nothing here. A deployment reads what its author wrote.
    pub(super) fn is_left_by_transform(&self, naming: Naming) -> bool {
        naming != Naming::Local && self.kind.starts_with("AWS::Serverless::")
    }

    /// The events of a function, which SAM turns into resources of their own.
    pub(super) fn events(&self) -> &[(Key, Node)] {
        match self.kind.as_str() {
            "AWS::Serverless::Function" => self.properties.get("Events").map_or(&[], Node::entries),
            _ => &[],
        }
    }

    /// Whether SAM makes an API for this function: one of its `Api` events names none.
    pub(super) fn needs_implicit_api(&self) -> bool {
        self.events().iter().any(|(_, event)| {
            let api = event.get("Type").and_then(Node::text) == Some("Api");
            api && event.get("Properties").is_none_or(|properties| properties.get("RestApiId").is_none())
        })
    }
}

/// The resources whose condition holds, in the template's order, and the names of those whose condition does not.
#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) present: Vec<Resource>,
    pub(super) absent: Vec<String>,
    /// The names of those that could not be read, which is said once: of them, and not where others name them.
    pub(super) unread: Vec<String>,
    /// What a name of one of them stands for.
    pub(super) naming: Naming,
}

/// What the name of a resource stands for, in `Ref` and in `Fn::GetAtt`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// The resource that the local cloud makes. Others are refused.
    #[default]
    Local,
    /// Nothing yet, whatever the type: the template is looked at before anything of it is made.
    Unknown,
    /// What AWS will give, whatever the type, as far as that can be foreseen.
    Foreseen,
}

impl Resources {
    /// The resource called `id`.
    pub(super) fn get(&self, id: &str) -> Option<&Resource> {
        self.present.iter().find(|resource| resource.id == id)
    }
}

const DELETION_POLICIES: &[&str] = &["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"];
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html>
const REPLACEMENT_POLICIES: &[&str] = &["Delete", "Retain", "Snapshot"];
/// What there are snapshots of:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
const WITH_SNAPSHOTS: &[&str] = &[
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// Reads the section. `conditions` tells which resources there are.
pub(super) fn read(section: &Node, conditions: &BTreeMap<String, bool>, findings: &Findings) -> Resources {
    read_as(section, conditions, Naming::Local, findings)
}

/// Reads the section, whose resources may have any type if `naming` says so.
pub(super) fn read_as(
    section: &Node,
    conditions: &BTreeMap<String, bool>,
    naming: Naming,
    findings: &Findings,
) -> Resources {
    let mut resources = Resources { naming, ..Resources::default() };
    for (key, node) in section.entries() {
        let Some(fields) = Fields::of(node, key.name.as_str(), "a resource", findings) else { continue };
        match resource(key, fields, conditions, naming) {
            Some((resource, true)) => resources.present.push(resource),
            Some((resource, false)) => resources.absent.push(resource.id),
            None => resources.unread.push(key.name.clone()),
        }
    }
    resources
}

fn resource(
    key: &Key,
    mut fields: Fields<'_>,
    conditions: &BTreeMap<String, bool>,
    naming: Naming,
) -> Option<(Resource, bool)> {
    fields.required(&["Type"]);
    let kind = fields.text("Type");
    let properties = fields.node("Properties").cloned();
    let metadata = fields.node("Metadata").cloned();
    let depends_on = depends_on(&mut fields);
    if naming != Naming::Local {
        // They say how AWS goes about it, and not what is made.
        fields.node("CreationPolicy");
        fields.node("UpdatePolicy");
    }
    let mut policy = |name, policies: &[&'static str]| {
        let policy = fields.text(name)?;
        if !policies.contains(&policy.as_str()) {
            let known = suggestion(&policy, policies.iter().copied());
            fields.report(name, format!("AWS has no {name} called {policy:?}; {known}"));
        }
        Some(policy)
    };
    let deletion = policy("DeletionPolicy", DELETION_POLICIES);
    let replacement = policy("UpdateReplacePolicy", REPLACEMENT_POLICIES);
    if let (Some("Snapshot"), Some(kind)) = (deletion.as_deref(), kind.as_deref())
        && kinds::kind(kind).is_some()
        && !WITH_SNAPSHOTS.contains(&kind)
    {
        let message = format!("Template error: resource type {kind} does not support deletion policy Snapshot");
        fields.report("DeletionPolicy", message);
    }
    let retains = |policy: &Option<String>| matches!(policy.as_deref(), Some("Retain" | "RetainExceptOnCreate"));
    let retained = Retention {
        left_out: retains(&deletion),
        replaced: retains(&replacement),
        rolled_back: deletion.as_deref() == Some("Retain"),
    };
    let mut holds = true;
    if let Some(name) = fields.text("Condition") {
        match conditions.get(&name) {
            Some(value) => holds = *value,
            None => {
                let known = conditions.keys().map(String::as_str);
                fields.report(
                    "Condition",
                    format!("{}; {}", conditions::unresolved(&name, "Resources"), suggestion(&name, known)),
                );
            }
        }
    }
    let findings = fields.findings;
    fields.done();
    let kind = kind?;
    let is_missing = match naming {
        Naming::Local => kinds::kind(&kind).is_none() && deployment_only::resource_type(&kind).is_none(),
        Naming::Unknown | Naming::Foreseen => !exists(&kind),
    };
    if is_missing {
        let (message, is_lack) = unsupported(&kind);
        findings.add(key.position, &key.name, message, is_lack);
        if naming == Naming::Local {
            return None;
        }
    }
    let position = key.position;
    let properties = properties.unwrap_or(Node { value: Value::Mapping(Vec::new()), position });
    Some((Resource { id: key.name.clone(), kind, position, properties, metadata, depends_on, retained }, holds))
}

fn depends_on(fields: &mut Fields<'_>) -> Vec<(String, Position)> {
    match fields.node("DependsOn") {
        Some(Node { value: Value::Scalar { text, .. }, position }) => vec![(text.clone(), *position)],
        Some(_) => {
            let names = fields.list("DependsOn").into_iter();
            names.filter_map(|(_, node)| Some((node.text()?.to_string(), node.position))).collect()
        }
        None => Vec::new(),
    }
}

/// Why there can be no resource of the type `kind`, and whether it is the local cloud alone that has none.
fn unsupported(kind: &str) -> (String, bool) {
    let known = suggestion(kind, kinds::names().chain(deployment_only::resource_types()));
    if exists(kind) {
        return (format!("the local cloud has no resources of type {kind}; {known}"), true);
    }
    (format!("Template format error: Unrecognized resource types: [{kind}]; {known}"), false)
}

/// Whether AWS has the type `kind`, or an account could: types of other publishers are registered there.
pub(super) fn exists(kind: &str) -> bool {
    let own = ["AWS::CloudFormation::", "AWS::Serverless::", "Custom::"].iter().any(|start| kind.starts_with(start));
    let publisher = kind.split("::").next().unwrap_or_default();
    let registered = kind.split("::").count() >= 3 && !["", "AWS"].contains(&publisher);
    own || registered || schema::exists(kind)
}
