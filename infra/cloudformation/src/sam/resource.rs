//! A resource that the transform makes.

use super::intrinsics::{get_att, reference};
use crate::tree::{Node, map};

/// The attributes beside a SAM resource's properties that the resource made of it keeps.
pub(super) const KEPT: &[&str] = &["DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"];
/// Those of them that everything made of it gets.
const PASSED_ON: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/// The attributes of a resource beside its type and properties.
#[derive(Debug, Clone, Default)]
pub(super) struct Attributes(pub(super) Vec<(String, Node)>);

impl Attributes {
    /// Those of `resource`, as it stands in the template.
    pub(super) fn of(resource: &Node) -> Attributes {
        let kept = KEPT.iter().filter_map(|name| Some((name.to_string(), resource.get(name)?.clone())));
        Attributes(kept.collect())
    }

    /// What is passed on to everything that is made of the resource.
    pub(super) fn passed_on(&self) -> Attributes {
        let passed = PASSED_ON.iter().filter_map(|name| Some((name.to_string(), self.get(name)?.clone())));
        Attributes(passed.collect())
    }

    /// The attribute called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Sets an attribute.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Node>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_string(), value)),
        }
    }

    /// The name of the resource's condition.
    pub(super) fn condition(&self) -> Option<&str> {
        self.get("Condition").and_then(Node::text)
    }
}

/// A CloudFormation resource in the making.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) depends_on: Option<Node>,
    pub(super) attributes: Attributes,
    pub(super) properties: Node,
}

impl Made {
    /// One without properties.
    pub(super) fn new(id: impl Into<String>, kind: &'static str, attributes: Attributes) -> Made {
        Made { id: id.into(), kind, depends_on: None, attributes, properties: map! {} }
    }

    /// Sets a property, unless `value` is empty.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Node>) {
        let value = value.into();
        if !value.is_null() {
            self.properties.set(name, value);
        }
    }

    /// Sets a property if there is a value for it.
    pub(super) fn set_some(&mut self, name: &str, value: Option<impl Into<Node>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Copies the property from where a SAM resource has it under the same name.
    pub(super) fn copy(&mut self, from: &Node, names: &[&str]) {
        for name in names {
            self.set_some(name, from.get(name));
        }
    }

    /// Its `Ref`.
    pub(super) fn reference(&self) -> Node {
        reference(&self.id)
    }

    /// Its ARN, for those that have one as an attribute.
    pub(super) fn arn(&self) -> Node {
        get_att(&self.id, "Arn")
    }

    /// As it stands in the template.
    pub(super) fn into_node(self) -> Node {
        let mut node = map! { "Type" => self.kind };
        if let Some(depends_on) = self.depends_on.filter(Node::truthy) {
            node.set("DependsOn", depends_on);
        }
        for (name, value) in self.attributes.0 {
            node.set(&name, value);
        }
        node.set("Properties", self.properties);
        node
    }
}

/// Tags as CloudFormation has them, of tags as SAM has them.
pub(super) fn tag_list(tags: Option<&Node>) -> Vec<Node> {
    let tags = tags.map(Node::entries).unwrap_or_default().iter();
    let empty = Node::from("");
    let tag = |(key, value): &(crate::tree::Key, Node)| {
        let value = if value.is_null() { &empty } else { value };
        map! { "Key" => key.name.as_str(), "Value" => value }
    };
    tags.map(tag).collect()
}

/// The types that can have tags, of those that SAM makes.
const TAGGED: &[&str] = &[
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::IAM::Role",
    "AWS::IoT::TopicRule",
    "AWS::Lambda::Function",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
];

/// Gives the tags of the SAM resource to everything that was made of it, if it asks for that.
pub(super) fn propagate_tags(made: &mut [Made], tags: Option<&Node>, propagate: Option<&Node>) {
    if !propagate.is_some_and(Node::truthy) || !tags.is_some_and(Node::truthy) {
        return;
    }
    for resource in made.iter_mut().filter(|resource| TAGGED.contains(&resource.kind)) {
        resource.properties.set("Tags", tag_list(tags));
    }
}
