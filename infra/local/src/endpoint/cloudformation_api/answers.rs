//! CloudFormation's answers, in its XML.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation::{Entity, ParameterDeclaration, RequiredCapability, TemplateSummary, summary};

use crate::deployment::{
    Action, ChangeDetail, ChangeSet, OnFailure, PlannedChange, RecordedEvent, StackEvent, StackRecord, StackResource,
};
use crate::service::query_protocol::element;

/// How many events an answer has at most.
const PAGE: usize = 100;
/// What is shown of a value that the template hides (`NoEcho`).
const HIDDEN: &str = "****";

/// `<name>…</name>` around elements.
fn around(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

/// A list, whose members are called `member`.
fn list<T>(name: &str, items: impl IntoIterator<Item = T>, item: impl Fn(T) -> String) -> String {
    around(name, &items.into_iter().map(|one| around("member", &item(one))).collect::<String>())
}

/// A list of texts.
fn texts<'t>(name: &str, items: impl IntoIterator<Item = &'t str>) -> String {
    around(name, &items.into_iter().map(|text| element("member", text)).collect::<String>())
}

fn optional(name: &str, text: Option<&str>) -> String {
    text.map(|text| element(name, text)).unwrap_or_default()
}

fn flag(name: &str, value: bool) -> String {
    element(name, if value { "true" } else { "false" })
}

/// That nobody has looked for what has drifted.
fn drift(name: &str) -> String {
    around("DriftInformation", &element(name, "NOT_CHECKED"))
}

/// `DescribeStacks`.
pub(super) fn stacks(records: &[StackRecord]) -> String {
    list("Stacks", records, stack)
}

fn stack(record: &StackRecord) -> String {
    let source = &record.source;
    // Deployed, so it can be read.
    let declared = summary(&source.template).unwrap_or_default();
    let output = |(key, value): (&String, &String)| {
        [
            element("OutputKey", key),
            element("OutputValue", value),
            optional("Description", declared.outputs.get(key).map(String::as_str)),
            optional("ExportName", record.export_names.get(key).map(String::as_str)),
        ]
        .concat()
    };
    [
        element("StackId", &record.id),
        element("StackName", &record.name),
        optional("Description", declared.description.as_deref()),
        parameters(&record.parameters, &declared),
        element("CreationTime", &record.created),
        optional("LastUpdatedTime", record.updated.as_deref()),
        optional("DeletionTime", record.deleted.as_deref()),
        element("StackStatus", &record.status),
        optional("StackStatusReason", record.status_reason.as_deref()),
        flag("DisableRollback", record.on_failure == OnFailure::DoNothing),
        "<NotificationARNs/><RollbackConfiguration/>".to_string(),
        texts("Capabilities", source.capabilities.iter().map(String::as_str)),
        if record.outputs.is_empty() { String::new() } else { list("Outputs", &record.outputs, output) },
        tags(&source.tags),
        flag("EnableTerminationProtection", record.termination_protection),
        drift("StackDriftStatus"),
    ]
    .concat()
}

/// Values of parameters, without those that the template hides.
fn parameters(values: &BTreeMap<String, String>, declared: &TemplateSummary) -> String {
    list("Parameters", values, |(key, value)| {
        let hidden = declared.parameters.iter().any(|parameter| parameter.no_echo && parameter.name == *key);
        let shown = if hidden { HIDDEN } else { value };
        [element("ParameterKey", key), element("ParameterValue", shown)].concat()
    })
}

fn tags(tags: &[(String, String)]) -> String {
    list("Tags", tags, |(key, value)| [element("Key", key), element("Value", value)].concat())
}

/// `ListStacks`.
pub(super) fn stack_summaries(records: &[StackRecord]) -> String {
    list("StackSummaries", records, |record| {
        [
            element("StackId", &record.id),
            element("StackName", &record.name),
            optional(
                "TemplateDescription",
                summary(&record.source.template).unwrap_or_default().description.as_deref(),
            ),
            element("CreationTime", &record.created),
            optional("LastUpdatedTime", record.updated.as_deref()),
            optional("DeletionTime", record.deleted.as_deref()),
            element("StackStatus", &record.status),
            optional("StackStatusReason", record.status_reason.as_deref()),
            drift("StackDriftStatus"),
        ]
        .concat()
    })
}

/// `DescribeStackEvents`: the newest first. `after` is the last event of the page before.
pub(super) fn events(record: &StackRecord, after: Option<&str>) -> String {
    let newest = record.events.iter().rev();
    let rest: Vec<&RecordedEvent> = match after.filter(|after| !after.is_empty()) {
        Some(after) => newest.skip_while(|event| event.id != after).skip(1).collect(),
        None => newest.collect(),
    };
    let page = &rest[..rest.len().min(PAGE)];
    let next = if rest.len() > PAGE { page.last().map(|event| event.id.as_str()) } else { None };
    [list("StackEvents", page, |recorded| event(record, recorded)), optional("NextToken", next)].concat()
}

fn event(record: &StackRecord, RecordedEvent { id, event }: &RecordedEvent) -> String {
    let StackEvent { timestamp, resource_status, resource_type, logical_id, physical_id, reason } = event;
    // CloudFormation names the events of resources by what they are about.
    let is_stack = *logical_id == record.name;
    let id = if is_stack { id.clone() } else { format!("{logical_id}-{id}") };
    [
        element("StackId", &record.id),
        element("EventId", &id),
        element("StackName", &record.name),
        element("LogicalResourceId", logical_id),
        element("PhysicalResourceId", physical_id),
        element("ResourceType", resource_type),
        element("Timestamp", timestamp),
        element("ResourceStatus", resource_status),
        optional("ResourceStatusReason", reason.as_deref()),
    ]
    .concat()
}

fn resource(resource: &StackResource, timestamp: &str) -> String {
    [
        element("LogicalResourceId", &resource.logical_id),
        element("PhysicalResourceId", &resource.physical_id),
        element("ResourceType", &resource.resource_type),
        element(timestamp, &resource.timestamp),
        element("ResourceStatus", &resource.status),
        optional("ResourceStatusReason", resource.reason.as_deref()),
        drift("StackResourceDriftStatus"),
    ]
    .concat()
}

fn owner(record: &StackRecord) -> String {
    [element("StackId", &record.id), element("StackName", &record.name)].concat()
}

/// `DescribeStackResource`.
pub(super) fn resource_detail(record: &StackRecord, one: &StackResource) -> String {
    around("StackResourceDetail", &[owner(record), resource(one, "LastUpdatedTimestamp")].concat())
}

/// `DescribeStackResources`: all, or the one with this logical id.
pub(super) fn resources(record: &StackRecord, logical_id: Option<&str>) -> String {
    let wanted = |resource: &&StackResource| logical_id.is_none_or(|id| id.is_empty() || resource.logical_id == id);
    list("StackResources", record.resources.iter().filter(wanted), |one| {
        [owner(record), resource(one, "Timestamp")].concat()
    })
}

/// `ListStackResources`.
pub(super) fn resource_summaries(record: &StackRecord) -> String {
    list("StackResourceSummaries", &record.resources, |one| resource(one, "LastUpdatedTimestamp"))
}

/// `ListExports`.
pub(super) fn exports(records: &[StackRecord]) -> String {
    let exports = records
        .iter()
        .filter(|record| record.deleted.is_none())
        .flat_map(|record| record.exports().into_iter().map(move |(name, value)| (record, name, value)));
    list("Exports", exports, |(record, name, value)| {
        [element("ExportingStackId", &record.id), element("Name", &name), element("Value", &value)].concat()
    })
}

/// `ListImports`.
pub(super) fn imports(importers: &BTreeSet<String>) -> String {
    texts("Imports", importers.iter().map(String::as_str))
}

/// `DescribeChangeSet`.
pub(super) fn change_set(record: &StackRecord, set: &ChangeSet) -> String {
    [
        element("ChangeSetName", &set.name),
        element("ChangeSetId", &set.id),
        owner(record),
        optional("Description", set.description.as_deref()),
        parameters(&set.parameters, &summary(&set.source.template).unwrap_or_default()),
        element("CreationTime", &set.created),
        element("ExecutionStatus", set.execution_status),
        element("Status", set.status),
        optional("StatusReason", set.status_reason.as_deref()),
        "<NotificationARNs/><RollbackConfiguration/>".to_string(),
        texts("Capabilities", set.source.capabilities.iter().map(String::as_str)),
        tags(&set.source.tags),
        list("Changes", &set.changes, change),
        optional("OnStackFailure", set.on_stack_failure.map(OnFailure::as_str)),
        flag("IncludeNestedStacks", false),
    ]
    .concat()
}

fn change(change: &PlannedChange) -> String {
    let action = match change.action {
        Some(Action::Create) => "Add",
        Some(Action::Modify | Action::Replace) => "Modify",
        None => "Remove",
    };
    let mut scope: BTreeSet<&str> = change.details.iter().map(|detail| detail.attribute).collect();
    // What CloudFormation's types have no name for is a property all the same: a function's code in a folder.
    if action == "Modify" && scope.is_empty() {
        scope.insert("Properties");
    }
    let inner = [
        optional("PolicyAction", change.policy_action),
        element("Action", action),
        element("LogicalResourceId", &change.logical_id),
        optional("PhysicalResourceId", change.physical_id.as_deref()),
        element("ResourceType", &change.resource_type),
        optional("Replacement", change.replacement()),
        texts("Scope", scope),
        list("Details", &change.details, detail),
    ]
    .concat();
    [element("Type", "Resource"), around("ResourceChange", &inner)].concat()
}

fn detail(detail: &ChangeDetail) -> String {
    let target = [
        element("Attribute", detail.attribute),
        optional("Name", detail.name.as_deref()),
        element("RequiresRecreation", detail.requires_recreation),
    ];
    let source = match &detail.causing_entity {
        None => "DirectModification",
        Some(Entity::Parameter(_)) => "ParameterReference",
        Some(Entity::Resource(_)) => "ResourceReference",
        Some(Entity::Attribute(_)) => "ResourceAttribute",
    };
    [
        around("Target", &target.concat()),
        element("Evaluation", detail.evaluation),
        element("ChangeSource", source),
        optional("CausingEntity", detail.causing_entity.as_ref().map(Entity::name)),
    ]
    .concat()
}

/// `ListChangeSets`.
pub(super) fn change_set_summaries(record: &StackRecord) -> String {
    list("Summaries", &record.change_sets, |set| {
        [
            owner(record),
            element("ChangeSetId", &set.id),
            element("ChangeSetName", &set.name),
            element("ExecutionStatus", set.execution_status),
            element("Status", set.status),
            optional("StatusReason", set.status_reason.as_deref()),
            element("CreationTime", &set.created),
            optional("Description", set.description.as_deref()),
        ]
        .concat()
    })
}

/// `GetTemplate`.
pub(super) fn template(body: &str) -> String {
    [element("TemplateBody", body), texts("StagesAvailable", ["Original", "Processed"])].concat()
}

/// `GetTemplateSummary`.
pub(super) fn template_summary(summary: &TemplateSummary, required: &RequiredCapability) -> String {
    let parameter = |declared: &ParameterDeclaration| {
        let values = declared.allowed_values.iter().map(String::as_str);
        let constraints = match declared.allowed_values.is_empty() {
            true => String::new(),
            false => texts("AllowedValues", values),
        };
        [declaration(declared), element("ParameterType", &declared.kind), around("ParameterConstraints", &constraints)]
            .concat()
    };
    [
        list("Parameters", &summary.parameters, parameter),
        of_template(summary, required),
        texts("ResourceTypes", summary.resource_types.iter().map(String::as_str)),
        optional("Version", summary.version.as_deref()),
    ]
    .concat()
}

/// `ValidateTemplate`.
pub(super) fn validated(summary: &TemplateSummary, required: &RequiredCapability) -> String {
    [list("Parameters", &summary.parameters, declaration), of_template(summary, required)].concat()
}

fn declaration(declared: &ParameterDeclaration) -> String {
    [
        element("ParameterKey", &declared.name),
        optional("DefaultValue", declared.default.as_deref()),
        flag("NoEcho", declared.no_echo),
        optional("Description", declared.description.as_deref()),
    ]
    .concat()
}

/// What both answers about a template have.
fn of_template(summary: &TemplateSummary, required: &RequiredCapability) -> String {
    let transforms = summary.transforms.iter().map(String::as_str);
    let expands = (!summary.transforms.is_empty()).then_some("CAPABILITY_AUTO_EXPAND");
    let capabilities: Vec<&str> = required.capability.into_iter().chain(expands).collect();
    let types = required.resource_types.join(", ");
    let reason = format!("The following resource(s) require capabilities: [{types}]");
    [
        optional("Description", summary.description.as_deref()),
        if capabilities.is_empty() { String::new() } else { texts("Capabilities", capabilities) },
        optional("CapabilitiesReason", (!types.is_empty()).then_some(reason.as_str())),
        if summary.transforms.is_empty() { String::new() } else { texts("DeclaredTransforms", transforms) },
    ]
    .concat()
}
