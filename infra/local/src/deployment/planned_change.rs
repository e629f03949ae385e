//! What a change set says of a deployment: which resources it changes, which of their properties, and for what.
//!
//! A property changes because the template has another value for it, because a parameter has, or because of a resource that it refers to.
//! A change for a parameter is listed twice, as that and as one of the template; a reference to a resource that is replaced changes for
//! certain, and one to an attribute of a resource that is only modified may change, so CloudFormation lists its resource also where in the end
//! nothing differs. <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-samples.html>;
//! the recordings of AWS in <https://github.com/localstack/localstack/tree/main/tests/aws/services/cloudformation> say the same.

use std::collections::BTreeSet;

use cloudformation::{Entity, PropertyEntities, requires_recreation};
use stack::Resource;

use super::{Action, Change, ChangedProperty, Removal, Update, changed_properties};

/// What a deployment would do to one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedChange {
    /// What would be done; nothing where it would be removed.
    pub action: Option<Action>,
    /// The template's name for it.
    pub logical_id: String,
    /// Its name or id, where it is there already.
    pub physical_id: Option<String>,
    /// `AWS::Lambda::Function`.
    pub resource_type: String,
    /// What becomes of the resource that is removed or replaced: `Delete`, `ReplaceAndRetain`.
    pub policy_action: Option<&'static str>,
    /// What differs, where it stays or another one takes its place.
    pub details: Vec<ChangeDetail>,
}

/// One reason for which a part of a resource changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeDetail {
    /// `Properties`, `Tags` or `Metadata`.
    pub attribute: &'static str,
    /// The property, of `Properties`.
    pub name: Option<String>,
    /// What that does to the resource: `Never`, `Conditionally`, `Always`.
    pub requires_recreation: &'static str,
    /// Whether the new value is known before it is deployed: `Static`, or `Dynamic`.
    pub evaluation: &'static str,
    /// The parameter, resource or attribute for which it changes; nothing where the template itself is another one.
    pub causing_entity: Option<Entity>,
}

/// For what properties may change.
#[derive(Debug, Default)]
pub struct Causes {
    /// What the properties of the new template refer to.
    pub entities: PropertyEntities,
    /// The parameters that have another value.
    pub parameters: BTreeSet<String>,
}

/// What `update` would do to the resources `running`.
pub fn planned(update: &Update, running: &[Resource], causes: &Causes) -> Vec<PlannedChange> {
    let replaced: BTreeSet<&str> = update
        .changes
        .iter()
        .filter(|change| change.action == Action::Replace)
        .map(|change| change.resource.logical_id.as_str())
        .collect();
    let mut planned: Vec<PlannedChange> =
        update.changes.iter().map(|change| of_change(change, update, causes, &replaced)).collect();
    let mut modified: BTreeSet<String> = planned
        .iter()
        .filter(|change| change.action == Some(Action::Modify))
        .map(|change| change.logical_id.clone())
        .collect();
    // Who refers to what may change may change, too, and so may who refers to that.
    loop {
        let mut found = false;
        for resource in running {
            let gone = update.removed.iter().any(|removal| removal.resource.logical_id == resource.logical_id);
            if gone || replaced.contains(resource.logical_id.as_str()) {
                continue;
            }
            let details = perhaps(resource, causes, &modified);
            if details.is_empty() {
                continue;
            }
            let at = planned.iter().position(|change| change.logical_id == resource.logical_id);
            let change = match at {
                Some(at) => &mut planned[at],
                None => {
                    planned.push(PlannedChange { action: Some(Action::Modify), ..PlannedChange::of(resource) });
                    found |= modified.insert(resource.logical_id.clone());
                    let last = planned.len() - 1;
                    &mut planned[last]
                }
            };
            let is_known = |detail: &ChangeDetail, known: &ChangeDetail| {
                detail.name == known.name
                    && (known.causing_entity.is_none() || known.causing_entity == detail.causing_entity)
            };
            for detail in details {
                if !change.details.iter().any(|known| is_known(&detail, known)) {
                    change.details.push(detail);
                }
            }
        }
        if !found {
            break;
        }
    }
    let is_replaced = |removal: &&Removal| replaced.contains(removal.resource.logical_id.as_str());
    let gone = update.removed.iter().filter(|removal| !is_replaced(removal));
    planned.extend(gone.map(|Removal { resource, retained }| PlannedChange {
        policy_action: Some(if *retained { "Retain" } else { "Delete" }),
        ..PlannedChange::of(resource)
    }));
    planned
}

fn of_change(change: &Change, update: &Update, causes: &Causes, replaced: &BTreeSet<&str>) -> PlannedChange {
    let Change { before, resource, action } = change;
    let Some(before) = before.as_ref().filter(|_| *action != Action::Create) else {
        return PlannedChange { action: Some(*action), physical_id: None, ..PlannedChange::of(resource) };
    };
    let old = update.removed.iter().find(|removal| removal.resource.logical_id == resource.logical_id);
    let changed = changed_properties(before, resource);
    let mut details: Vec<ChangeDetail> =
        changed.iter().flat_map(|property| of_property(property, resource, causes, replaced)).collect();
    if before.metadata != resource.metadata {
        let (attribute, name) = ("Metadata", None);
        details.push(ChangeDetail {
            attribute,
            name,
            requires_recreation: "Never",
            evaluation: "Static",
            causing_entity: None,
        });
    }
    PlannedChange {
        action: Some(*action),
        physical_id: Some(before.physical_id.clone()),
        policy_action: old.map(|old| if old.retained { "ReplaceAndRetain" } else { "ReplaceAndDelete" }),
        details,
        ..PlannedChange::of(resource)
    }
}

/// Why a property differs.
fn of_property(
    property: &ChangedProperty,
    resource: &Resource,
    causes: &Causes,
    replaced: &BTreeSet<&str>,
) -> Vec<ChangeDetail> {
    let entities = causes.entities.get(&resource.logical_id).and_then(|entities| entities.get(&property.name));
    let entities = || entities.into_iter().flatten();
    let detail = |evaluation, causing_entity: Option<&Entity>| ChangeDetail {
        evaluation,
        causing_entity: causing_entity.cloned(),
        ..ChangeDetail::of(&property.name, property.requires_recreation)
    };
    let is_changed = |entity: &&Entity| matches!(entity, Entity::Parameter(name) if causes.parameters.contains(name));
    let is_replaced = |entity: &&Entity| entity.resource().is_some_and(|id| replaced.contains(id));
    let for_parameters: Vec<ChangeDetail> =
        entities().filter(is_changed).map(|entity| detail("Static", Some(entity))).collect();
    let for_resources = entities().filter(is_replaced).map(|entity| detail("Static", Some(entity)));
    let mut details: Vec<ChangeDetail> = for_resources.collect();
    if !for_parameters.is_empty() {
        details.extend(for_parameters);
        details.push(detail("Dynamic", None));
    }
    if details.is_empty() {
        details.push(detail("Static", None));
    }
    details
}

/// What of `resource` refers to attributes of the resources `modified`.
fn perhaps(resource: &Resource, causes: &Causes, modified: &BTreeSet<String>) -> Vec<ChangeDetail> {
    let properties = causes.entities.get(&resource.logical_id).into_iter().flatten();
    let of_property = |(name, entities): (&String, &BTreeSet<Entity>)| {
        let recreation = requires_recreation(&resource.resource_type, name);
        let is_of_modified = |entity: &&Entity| {
            matches!(entity, Entity::Attribute(_)) && entity.resource().is_some_and(|id| modified.contains(id))
        };
        let detail = |entity: &Entity, recreation: &'static str| ChangeDetail {
            evaluation: "Dynamic",
            causing_entity: Some(entity.clone()),
            ..ChangeDetail::of(name, recreation)
        };
        let found = entities.iter().filter(is_of_modified);
        found.filter_map(|entity| Some(detail(entity, recreation?))).collect::<Vec<_>>()
    };
    properties.flat_map(of_property).collect()
}

impl ChangeDetail {
    /// A change of the property called `name`, which CloudFormation takes for an attribute of its own where that is `Tags`.
    fn of(name: &str, requires_recreation: &'static str) -> ChangeDetail {
        let (attribute, name) = if name == "Tags" { ("Tags", None) } else { ("Properties", Some(name.to_string())) };
        ChangeDetail { attribute, name, requires_recreation, evaluation: "Static", causing_entity: None }
    }
}

impl PlannedChange {
    /// The removal of `resource`.
    fn of(resource: &Resource) -> PlannedChange {
        PlannedChange {
            action: None,
            logical_id: resource.logical_id.clone(),
            physical_id: Some(resource.physical_id.clone()),
            resource_type: resource.resource_type.clone(),
            policy_action: None,
            details: Vec::new(),
        }
    }

    /// Whether another resource would take its place, in CloudFormation's word; nothing where it is new, or goes.
    pub fn replacement(&self) -> Option<&'static str> {
        let perhaps = |detail: &ChangeDetail| detail.evaluation == "Dynamic" && detail.requires_recreation != "Never";
        match self.action? {
            Action::Create => None,
            Action::Replace => Some("True"),
            Action::Modify if self.details.iter().any(perhaps) => Some("Conditional"),
            Action::Modify => Some("False"),
        }
    }
}
