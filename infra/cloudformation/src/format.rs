//! The form of a template: what CloudFormation refuses before it works anything out, in its own sentences.
//!
//! These come first on AWS, whatever the types of the resources are: sections and attributes that do not exist, names with
//! characters that a name cannot have, values that are missing or of the wrong kind. A reader may have found the same and knows what to write; its words then
//! stand after AWS's. Sentences without a source of their own here are in the snapshots that LocalStack's tests have recorded of AWS:
//! <https://github.com/localstack/localstack/tree/main/tests/aws/services/cloudformation>.

use super::finding::{Findings, Position};
use super::scope::call;
use super::tree::{Key, Node, Value};
use super::{SECTIONS, sections};

/// The longest `Description`, in bytes.
const LONGEST_DESCRIPTION: usize = 1_024;

/// What a resource can have beside its type.
const ATTRIBUTES: &[&str] = &[
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// What a parameter can have.
const OF_PARAMETERS: &[&str] = &[
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// A sentence of CloudFormation, with what it is about.
#[derive(Debug)]
pub(super) struct Malformed {
    position: Position,
    place: String,
    pub(super) sentence: String,
}

/// Puts CloudFormation's sentences in the place of what the readers have said of the same values, and before their advice.
pub(super) fn report(malformed: Vec<Malformed>, findings: &Findings) {
    for Malformed { position, place, sentence } in malformed {
        findings.replace(position, &place, &sentence);
    }
}

/// All that is wrong with the form of the template `root`, in the order of its sections.
pub(super) fn malformed(root: &Node) -> Vec<Malformed> {
    if !root.is_mapping() {
        return Vec::new();
    }
    let transforms: Vec<&str> = root.get("Transform").into_iter().flat_map(sections::names).collect();
    let mut form = Form { found: Vec::new(), extends: transforms.contains(&"AWS::LanguageExtensions") };
    // A macro may take sections and attributes of its own out of the template.
    if transforms.iter().all(|name| *name == sections::SAM) {
        form.sections(root, !transforms.is_empty());
    }
    if transforms.is_empty() {
        form.nulls(root);
    }
    form.description(root);
    form.resources(root);
    form.mappings(root);
    form.parameters(root);
    form.common_names(root);
    form.outputs(root);
    form.found
}

struct Form {
    found: Vec<Malformed>,
    /// Whether `AWS::LanguageExtensions` is carried out first, which takes functions where otherwise only text may stand.
    extends: bool,
}

impl Form {
    fn refuse(&mut self, position: Position, place: impl Into<String>, sentence: impl Into<String>) {
        self.found.push(Malformed { position, place: place.into(), sentence: sentence.into() });
    }

    /// `Globals` is SAM's alone: <https://github.com/aws/serverless-application-model/issues/2166>.
    fn sections(&mut self, root: &Node, is_sam: bool) {
        let is_known = |name: &str| SECTIONS.contains(&name) && (is_sam || name != "Globals");
        let unknown: Vec<&Key> = root.entries().iter().map(|(key, _)| key).filter(|key| !is_known(&key.name)).collect();
        if let Some(first) = unknown.first() {
            let names: Vec<&str> = unknown.iter().map(|key| key.name.as_str()).collect();
            let sentence = format!("Invalid template property or properties [{}]", names.join(", "));
            self.refuse(first.position, first.name.as_str(), sentence);
        }
    }

    /// <https://github.com/getmoto/moto/pull/4221>, <https://github.com/aws-cloudformation/cfn-lint/issues/38>. What stands below a
    /// resource's properties, CloudFormation says to be below its type.
    fn nulls(&mut self, root: &Node) {
        for (section, node) in root.entries().iter().filter(|(key, _)| key.name != "Metadata") {
            self.null(node, &format!("/{}", section.name), &section.name, 1);
        }
    }

    fn null(&mut self, node: &Node, path: &str, place: &str, depth: usize) {
        if node.is_null() {
            return self.refuse(node.position, place, format!("[{path}] 'null' values are not allowed in templates"));
        }
        for (at, item) in node.items().iter().enumerate() {
            self.null(item, &format!("{path}/{at}"), &format!("{place}[{at}]"), depth + 1);
        }
        for (key, value) in node.entries() {
            let is_attribute = depth == 2 && path.starts_with("/Resources/");
            if is_attribute && key.name == "Metadata" {
                continue;
            }
            let step = if is_attribute && key.name == "Properties" && !value.is_null() { "Type" } else { &key.name };
            let place = if path == "/Resources" { key.name.clone() } else { format!("{place}.{}", key.name) };
            self.null(value, &format!("{path}/{step}"), &place, depth + 1);
        }
    }

    fn description(&mut self, root: &Node) {
        let Some(node) = root.get("Description") else { return };
        if node.text().is_some_and(|text| text.len() > LONGEST_DESCRIPTION) {
            let sentence =
                format!("Template format error: 'Description' length is greater than {LONGEST_DESCRIPTION}.");
            self.refuse(node.position, "Description", sentence);
        }
    }

    fn resources(&mut self, root: &Node) {
        let section = root.get("Resources");
        if section.is_none_or(|section| section.entries().is_empty()) {
            let position = section.map_or(root.position, |section| section.position);
            let sentence = "Template format error: At least one Resources member must be defined.";
            return self.refuse(position, "Resources", sentence);
        }
        for (key, node) in section.map(Node::entries).unwrap_or_default() {
            let id = key.name.as_str();
            if id.starts_with("Fn::") && self.extends {
                continue;
            }
            self.name(key, id, format!("Resource name {id}"));
            match &node.value {
                Value::Mapping(entries) => self.resource(id, node, entries),
                Value::Null => {}
                _ => self.refuse(node.position, id, "Template format error: Any Resources member must be an object."),
            }
        }
    }

    fn resource(&mut self, id: &str, node: &Node, entries: &[(Key, Node)]) {
        if node.get("Type").is_none() {
            let sentence =
                format!("Template format error: [/Resources/{id}] Every Resources object must contain a Type member.");
            self.refuse(node.position, id, sentence);
        }
        for (key, value) in entries {
            let place = format!("{id}.{}", key.name);
            match key.name.as_str() {
                // What SAM has more of it takes out.
                "Connectors" | "IgnoreGlobals" => {}
                // <https://repost.aws/questions/QUrXeKqmlYSf2Q2e40xzFMVQ>
                "DependsOn" if !depends_on(value) => {
                    let sentence = "Template format error: DependsOn must be a string or list of strings.";
                    self.refuse(value.position, place, sentence);
                }
                // <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/269>
                "DeletionPolicy"
                    if value.text().is_none() && !value.is_null() && !(self.extends && call(value).is_some()) =>
                {
                    let sentence = "Template format error: Every DeletionPolicy member must be a string.";
                    self.refuse(value.position, place, sentence);
                }
                name if !ATTRIBUTES.contains(&name) => {
                    self.refuse(key.position, place, format!("Invalid template resource property '{name}'"));
                }
                _ => {}
            }
        }
    }

    /// The sentences: <https://github.com/aws-cloudformation/cfn-lint/pull/160>,
    /// <https://github.com/awslabs/aws-api-gateway-developer-portal/pull/213>.
    fn name(&mut self, key: &Key, place: &str, what: String) {
        if !is_alphanumeric(&key.name) {
            self.refuse(key.position, place, format!("Template format error: {what} is non alphanumeric."));
        }
    }

    fn mappings(&mut self, root: &Node) {
        for (name, map) in root.get("Mappings").map(Node::entries).unwrap_or_default() {
            let member = format!("Template format error: Every Mappings member {} must be a map", name.name);
            let place = format!("Mappings.{}", name.name);
            if !is_alphanumeric(&name.name) && !name.name.starts_with("Fn::") {
                self.refuse(name.position, place.as_str(), "the name of a mapping has letters and digits only");
            }
            if !map.is_mapping() && !map.is_null() {
                self.refuse(map.position, place, member);
                continue;
            }
            for (key, row) in map.entries().iter().filter(|(key, _)| key.name != "Fn::Transform") {
                let place = format!("{place}.{}", key.name);
                // <https://github.com/aws-cloudformation/cfn-lint/issues/2004>
                let is_element = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
                if key.name.is_empty() || !key.name.chars().all(is_element) {
                    let sentence = format!(
                        "Template format error: Mappings element name '{}' must be non-empty and can contain only alphanumerics, '-' or '.'",
                        key.name
                    );
                    self.refuse(key.position, place.as_str(), sentence);
                }
                if !row.is_mapping() && !row.is_null() {
                    self.refuse(row.position, place, member.clone());
                    continue;
                }
                for (key, value) in row.entries() {
                    // <https://github.com/aws/serverless-application-model/issues/1608>
                    if !is_alphanumeric(&key.name) && !key.name.starts_with("Fn::") {
                        let sentence = format!(
                            "Template format error: Mappings attribute name '{}' must contain only alphanumeric characters.",
                            key.name
                        );
                        self.refuse(key.position, format!("{place}.{}", key.name), sentence);
                    }
                    if value.is_mapping() && !self.extends {
                        let sentence = "Template format error: Every Mappings attribute must be a String or a List.";
                        self.refuse(value.position, format!("{place}.{}", key.name), sentence);
                    }
                }
            }
        }
    }

    fn parameters(&mut self, root: &Node) {
        for (key, node) in root.get("Parameters").map(Node::entries).unwrap_or_default() {
            let place = format!("Parameters.{}", key.name);
            self.name(key, &place, format!("Parameter name {}", key.name));
            // <https://github.com/zalando-stups/senza/pull/94>
            for (property, _) in node.entries().iter().filter(|(key, _)| !OF_PARAMETERS.contains(&key.name.as_str())) {
                let sentence = format!("Invalid template parameter property '{}'", property.name);
                self.refuse(property.position, format!("{place}.{}", property.name), sentence);
            }
            // <https://github.com/aws-cloudformation/cfn-lint/pull/624>
            if let Some(default) = node.get("Default").filter(|default| default.is_mapping() || default.is_list()) {
                let sentence = "Template format error: Every Default member must be a string.";
                self.refuse(default.position, format!("{place}.Default"), sentence);
            }
        }
    }

    /// <https://github.com/aws-cloudformation/cfn-lint/issues/1689>
    fn common_names(&mut self, root: &Node) {
        let Some(resources) = root.get("Resources") else { return };
        let parameters = root.get("Parameters").map(Node::entries).unwrap_or_default().iter();
        let common: Vec<&Key> =
            parameters.map(|(key, _)| key).filter(|key| resources.get(&key.name).is_some()).collect();
        if let Some(first) = common.first() {
            let names: Vec<&str> = common.iter().map(|key| key.name.as_str()).collect();
            let sentence = format!(
                "Template error: all resources and parameters must have unique names. Common name(s):[{}]",
                names.join(", ")
            );
            self.refuse(first.position, format!("Parameters.{}", first.name), sentence);
        }
    }

    fn outputs(&mut self, root: &Node) {
        for (key, node) in root.get("Outputs").map(Node::entries).unwrap_or_default() {
            let place = format!("Outputs.{}", key.name);
            if key.name.starts_with("Fn::") && self.extends {
                continue;
            }
            self.name(key, &place, format!("Outputs name '{}'", key.name));
            match node.get("Value") {
                None if node.is_mapping() => {
                    let sentence = "Template format error: Every Outputs member must contain a Value object";
                    self.refuse(node.position, place.as_str(), sentence);
                }
                // <https://github.com/aws-cloudformation/cfn-lint/issues/485>, <https://github.com/org-formation/org-formation-cli/issues/15>
                Some(value) if value.is_list() || value.entries().len() > 1 => {
                    let kind = if value.is_list() { "List" } else { "Map" };
                    let sentence = format!(
                        "Template format error: The Value field of every Outputs member must evaluate to a String and not a {kind}."
                    );
                    self.refuse(value.position, place.as_str(), sentence);
                }
                _ => {}
            }
            self.export(&key.name, &place, node, root);
        }
    }

    /// The sentences: <https://github.com/kubernetes-retired/kube-aws/issues/308>,
    /// <https://github.com/aws-cloudformation/cfn-lint/issues/1632>.
    fn export(&mut self, output: &str, place: &str, node: &Node, root: &Node) {
        let Some(export) = node.get("Export") else { return };
        let name = export.get("Name");
        let is_name =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == ':' || c == '-');
        let malformed = format!("Template format error: Output {output} is malformed.");
        if name.is_none_or(|name| name.text().is_some_and(|name| !is_name(name))) {
            let sentence = format!(
                "{malformed} The Name field of every Export member must be specified and consist only of alphanumeric characters, colons, \
                 or hyphens."
            );
            return self.refuse(name.unwrap_or(export).position, format!("{place}.Export"), sentence);
        }
        let is_resource = |id: &str| root.get("Resources").is_some_and(|resources| resources.get(id).is_some());
        if name.is_some_and(|name| depends_on_a_resource(name, &is_resource)) {
            let sentence = format!(
                "{malformed}  The Name field of Export must not depend on any resources, imported values, or Fn::GetAZs."
            );
            self.refuse(name.unwrap_or(export).position, format!("{place}.Export"), sentence);
        }
    }
}

fn is_alphanumeric(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric())
}

fn depends_on(node: &Node) -> bool {
    node.is_null()
        || node.text().is_some()
        || node.is_list() && node.items().iter().all(|item| item.text().is_some() || item.is_null())
}

/// Whether working `node` out takes something that exists only after a deployment has begun.
pub(super) fn depends_on_a_resource(node: &Node, is_resource: &dyn Fn(&str) -> bool) -> bool {
    let is_named = |name: &str| is_resource(name.split('.').next().unwrap_or_default());
    let of_text =
        |text: &str| text.split("${").skip(1).any(|piece| is_named(piece.split('}').next().unwrap_or_default()));
    let inside = |(key, value): &(Key, Node)| match key.name.as_str() {
        "Fn::GetAtt" | "Fn::GetAZs" | "Fn::ImportValue" => true,
        "Ref" => value.text().is_some_and(is_named),
        "Fn::Sub" => {
            value.text().or_else(|| value.items().first()?.text()).is_some_and(of_text)
                || value.items().iter().skip(1).any(|own| depends_on_a_resource(own, is_resource))
        }
        _ => depends_on_a_resource(value, is_resource),
    };
    node.items().iter().any(|item| depends_on_a_resource(item, is_resource)) || node.entries().iter().any(inside)
}
