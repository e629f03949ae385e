//! What each property of a template's resources refers to. A change set says of a property which of these it changes for.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html>

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Findings;
use super::sam::{self, SamInput};
use super::scope::{call, names_of};
use super::tree::Node;
use super::yaml;

/// Something that a property refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// A parameter, by its name.
    Parameter(String),
    /// A resource, by its logical id.
    Resource(String),
    /// An attribute of a resource: `Table.Arn`.
    Attribute(String),
}

impl Entity {
    /// The logical id of the resource that it is, or belongs to.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        match self {
            Entity::Parameter(_) => None,
            Entity::Resource(id) => Some(id),
            Entity::Attribute(name) => name.split('.').next(),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        let (Entity::Parameter(name) | Entity::Resource(name) | Entity::Attribute(name)) = self;
        name
    }
}

/// What the properties of a template refer to, by logical id and property.
pub type PropertyEntities = BTreeMap<String, BTreeMap<String, BTreeSet<Entity>>>;

/// What the properties of the template `text` refer to when its transform is done. Nothing where it cannot be read, or SAM refuses it.
#[must_use]
pub fn property_entities(text: &str, input: &SamInput) -> PropertyEntities {
    let Some(root) = yaml::read(text, &Findings::default()) else { return PropertyEntities::new() };
    let expanded = match root.get("Transform") {
        Some(_) => sam::transform(&root, input).map(|made| made.template).unwrap_or(Node::nothing()),
        None => root,
    };
    let section = |name| expanded.get(name).map(Node::entries).unwrap_or_default();
    let names = |name| section(name).iter().map(|(key, _)| key.name.as_str()).collect::<BTreeSet<&str>>();
    let (parameters, resources) = (names("Parameters"), names("Resources"));
    let entity = |name: &str| match name.split_once('.') {
        Some((id, _)) => resources.contains(id).then(|| Entity::Attribute(name.to_string())),
        None if parameters.contains(name) => Some(Entity::Parameter(name.to_string())),
        None => resources.contains(name).then(|| Entity::Resource(name.to_string())),
    };
    let of_property = |node: &Node| {
        let mut names = BTreeSet::new();
        collect(node, &mut names);
        names.iter().filter_map(|name| entity(name)).collect::<BTreeSet<Entity>>()
    };
    let of_resource = |resource: &Node| {
        let properties = resource.get("Properties").map(Node::entries).unwrap_or_default();
        properties.iter().map(|(key, value)| (key.name.clone(), of_property(value))).collect()
    };
    section("Resources").iter().map(|(key, resource)| (key.name.clone(), of_resource(resource))).collect()
}

/// The names in `node`: `Table`, and `Table.Arn` for an attribute.
fn collect(node: &Node, names: &mut BTreeSet<String>) {
    let attribute =
        call(node).filter(|(function, _)| function.name == "Fn::GetAtt").map(|(_, argument)| argument.items());
    match attribute {
        Some(parts) if !parts.is_empty() => {
            names.insert(parts.iter().filter_map(Node::text).collect::<Vec<_>>().join("."));
        }
        _ => names.extend(names_of(node).into_iter().map(str::to_string)),
    }
    node.items().iter().for_each(|item| collect(item, names));
    node.entries().iter().for_each(|(_, value)| collect(value, names));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_names_parameters_resources_and_attributes() {
        let text = "Parameters: {P: {Type: String}}\nResources:\n  A: {Type: AWS::SQS::Queue}\n  B:\n    Type: AWS::SQS::Queue\n    \
                    Properties:\n      QueueName: !Sub ['${P}-${A.QueueName}-${own}-${!P}', {own: !Ref A}]\n      \
                    RedrivePolicy: {deadLetterTargetArn: !GetAtt A.Arn, maxReceiveCount: !Ref AWS::Region}\n      Tags: []\n";
        let found = property_entities(text, &SamInput::default());
        let (parameter, resource) = (Entity::Parameter("P".into()), Entity::Resource("A".into()));
        let attribute = |name: &str| Entity::Attribute(format!("A.{name}"));
        assert_eq!(found["B"]["QueueName"], BTreeSet::from([parameter, resource, attribute("QueueName")]));
        assert_eq!(found["B"]["RedrivePolicy"], BTreeSet::from([attribute("Arn")]));
        assert_eq!((found["B"]["Tags"].len(), found["A"].len()), (0, 0));
        assert!(property_entities("- no template", &SamInput::default()).is_empty());
    }
}
