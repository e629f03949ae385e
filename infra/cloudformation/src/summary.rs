//! What a template says of itself, without working anything out: `GetTemplateSummary` and `ValidateTemplate`.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html>

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::fields::Fields;
use super::finding::{Findings, TemplateError};
use super::format;
use super::graph;
use super::parameters::ParameterRules;
use super::sam::{self, SamInput};
use super::sections::names;
use super::tree::Node;
use super::yaml;
use stack::REGION;

/// A template's own words about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TemplateSummary {
    /// `AWSTemplateFormatVersion`.
    pub version: Option<String>,
    /// `Description`.
    pub description: Option<String>,
    /// `Parameters`, in the order of the template.
    pub parameters: Vec<ParameterDeclaration>,
    /// `Transform`.
    pub transforms: Vec<String>,
    /// The types of its resources, each once.
    pub resource_types: Vec<String>,
    /// `Description` of the outputs that have one, by name.
    pub outputs: BTreeMap<String, String>,
}

/// What somebody must acknowledge before the resources of a template are made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequiredCapability {
    /// `CAPABILITY_IAM` or `CAPABILITY_NAMED_IAM`; none where no resource asks for it.
    pub capability: Option<&'static str>,
    /// The types that ask for it.
    pub resource_types: Vec<String>,
}

/// A parameter as it is declared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: String,
    /// `Type`.
    pub kind: String,
    /// `Default`.
    pub default: Option<String>,
    /// `NoEcho`.
    pub no_echo: bool,
    /// `Description`.
    pub description: Option<String>,
    /// `AllowedValues`.
    pub allowed_values: Vec<String>,
    /// What its value must look like.
    pub rules: ParameterRules,
}

/// Types that give rights to somebody, with the property that names them.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities>
const IAM_TYPES: &[(&str, &str)] = &[
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];

/// What the template `text` says of itself.
///
/// # Errors
///
/// The text is not a template.
pub fn summary(text: &str) -> Result<TemplateSummary, TemplateError> {
    let root = read(text)?;
    let types = root.get("Resources").map(Node::entries).unwrap_or_default().iter();
    let types: BTreeSet<String> =
        types.filter_map(|(_, resource)| Some(resource.get("Type")?.text()?.to_string())).collect();
    Ok(TemplateSummary {
        version: root.get("AWSTemplateFormatVersion").and_then(Node::text).map(str::to_string),
        description: text_of(&root, "Description"),
        parameters: root.get("Parameters").map(Node::entries).unwrap_or_default().iter().map(parameter).collect(),
        transforms: texts_of(&root, "Transform"),
        resource_types: types.into_iter().collect(),
        outputs: root.get("Outputs").map(Node::entries).unwrap_or_default().iter().filter_map(output).collect(),
    })
}

/// What `ValidateTemplate` says of the template `text` besides: names that nothing has. A template with a transform is looked at when the
/// transform is done, and conditions are not looked at: <https://github.com/ownstats/ownstats/issues/3>,
/// <https://github.com/aws/aws-cli/issues/2409>.
///
/// # Errors
///
/// The text is not a template, or something in it refers to nothing.
pub fn check_references(text: &str) -> Result<(), TemplateError> {
    let root = read(text)?;
    let unresolved = if root.get("Transform").is_some() { None } else { graph::unresolved(&root) };
    unresolved.map_or(Ok(()), |sentence| Err(TemplateError::of_file(Path::new("template"), sentence)))
}

/// What has to be acknowledged for the template `text`, also because of what a transform makes. One that SAM refuses asks for nothing:
/// the stage that carries the transform out says why.
///
/// # Errors
///
/// The text is not a template.
pub fn required_capability(text: &str) -> Result<RequiredCapability, TemplateError> {
    let root = read(text)?;
    let input = SamInput { region: REGION.to_string(), ..SamInput::default() };
    let expanded = root.get("Transform").and_then(|_| sam::transform(&root, &input).ok()).map(|made| made.template);
    let resources = expanded.as_ref().unwrap_or(&root).get("Resources").map(Node::entries);
    Ok(asked_for(resources.unwrap_or_default()))
}

fn read(text: &str) -> Result<Node, TemplateError> {
    let path = Path::new("template");
    let findings = Findings::default();
    let root = yaml::read(text, &findings);
    let root = match root {
        Some(root) if findings.is_empty() => root,
        _ => return Err(findings.into_error(path)),
    };
    // Tools that package a template write aliases out; what is sent as it is must not have any.
    // <https://github.com/seeebiii/aws-cloudformation-templates/issues/1>
    if yaml::has_alias(text) {
        let sentence = "Template error: YAML aliases are not allowed in CloudFormation templates.";
        return Err(TemplateError::of_file(path, sentence));
    }
    if let Some((_, sentence)) = yaml::json_fault(text) {
        return Err(TemplateError::of_file(path, sentence));
    }
    if !root.is_mapping() {
        return Err(TemplateError::of_file(path, "Template format error: unsupported structure."));
    }
    // What a transform is still to work on is looked at when it has.
    let malformed = match root.get("Transform").and(root.get("Resources")) {
        Some(resources) if !resources.entries().is_empty() => None,
        _ => format::malformed(&root).into_iter().next(),
    };
    match malformed {
        Some(malformed) => Err(TemplateError::of_file(path, malformed.sentence)),
        None => Ok(root),
    }
}

fn text_of(node: &Node, name: &str) -> Option<String> {
    node.get(name)?.text().map(str::to_string)
}

fn texts_of(node: &Node, name: &str) -> Vec<String> {
    node.get(name).into_iter().flat_map(names).map(str::to_string).collect()
}

fn parameter((key, node): &(super::tree::Key, Node)) -> ParameterDeclaration {
    let kind = text_of(node, "Type").unwrap_or_else(|| "String".to_string());
    // What is wrong with the declaration itself is said when the template is read for a deployment.
    let unsaid = Findings::default();
    let fields = Fields::of(node, key.name.clone(), "a parameter", &unsaid);
    let rules = fields.map(|mut fields| ParameterRules::read(&mut fields, &key.name, Some(&kind)));
    ParameterDeclaration {
        name: key.name.clone(),
        kind,
        rules: rules.unwrap_or_default(),
        default: text_of(node, "Default"),
        no_echo: text_of(node, "NoEcho").is_some_and(|value| value.eq_ignore_ascii_case("true")),
        description: text_of(node, "Description"),
        allowed_values: texts_of(node, "AllowedValues"),
    }
}

fn output((key, node): &(super::tree::Key, Node)) -> Option<(String, String)> {
    Some((key.name.clone(), text_of(node, "Description")?))
}

fn asked_for(resources: &[(super::tree::Key, Node)]) -> RequiredCapability {
    let mut types = BTreeSet::new();
    let mut named = false;
    for (_, resource) in resources {
        let Some(kind) = resource.get("Type").and_then(Node::text) else { continue };
        let Some((_, property)) = IAM_TYPES.iter().find(|(known, _)| *known == kind) else { continue };
        types.insert(kind.to_string());
        named |= resource.get("Properties").is_some_and(|properties| properties.get(property).is_some());
    }
    let capability = match (types.is_empty(), named) {
        (true, _) => None,
        (false, false) => Some("CAPABILITY_IAM"),
        (false, true) => Some("CAPABILITY_NAMED_IAM"),
    };
    RequiredCapability { capability, resource_types: types.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_that_a_transform_makes_ask_for_acknowledgement() {
        let template = "Transform: AWS::Serverless-2016-10-31\nDescription: A board\nParameters:\n  Stage: {Type: String, Default: dev, \
            AllowedValues: [dev, prod]}\n  Secret: {Type: String, NoEcho: true}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
            Properties: {CodeUri: s3://code/f.zip, Handler: bootstrap, Runtime: provided.al2023}\nOutputs:\n  \
            Name: {Description: The name, Value: !Ref F, Export: {Name: function}}\n";
        let found = summary(template).unwrap();
        let required = required_capability(template).unwrap();
        assert_eq!(required.capability, Some("CAPABILITY_IAM"));
        assert_eq!(required.resource_types, ["AWS::IAM::Role"]);
        assert_eq!(found.transforms, ["AWS::Serverless-2016-10-31"]);
        assert_eq!(found.resource_types, ["AWS::Serverless::Function"]);
        let parameter = |at: usize| (found.parameters[at].name.as_str(), found.parameters[at].no_echo);
        assert_eq!((parameter(0), parameter(1)), (("Stage", false), ("Secret", true)));
        assert_eq!(found.parameters[0].allowed_values, ["dev", "prod"]);
        assert_eq!(found.outputs["Name"], "The name");
    }

    #[test]
    fn a_value_is_refused_in_cloudformations_words() {
        let refused = |declared: &str, value: &str| {
            let template = format!("Parameters:\n  P: {{{declared}}}\nResources:\n  Q: {{Type: AWS::SQS::Queue}}\n");
            summary(&template).unwrap().parameters[0].rules.refusal(value)
        };
        let must = |rule: &str| Some(format!("Parameter 'P' must {rule}"));
        assert_eq!(refused("Type: String, AllowedValues: [a, b]", "c"), must("be one of AllowedValues"));
        assert_eq!(refused("Type: String, AllowedPattern: '[a-z]+'", "a1"), must("match pattern [a-z]+"));
        assert_eq!(refused("Type: String, MinLength: 2", "a"), must("contain at least 2 characters"));
        assert_eq!(
            refused("Type: String, MaxLength: 15", "a greeting far too long"),
            must("contain at most 15 characters")
        );
        assert_eq!(refused("Type: Number", "one"), must("be a number."));
        assert_eq!(refused("Type: Number, MinValue: 1", "0"), must("be a number not less than 1"));
        assert_eq!(refused("Type: Number, MaxValue: 4", "4.5"), must("be a number not greater than 4"));
        assert_eq!(refused("Type: List<Number>, MaxValue: 4", "1, 9"), must("be a number not greater than 4"));
        let explained =
            refused("Type: CommaDelimitedList, AllowedPattern: '[a-z]+', ConstraintDescription: words only", "a,1");
        assert_eq!(explained.as_deref(), Some("Parameter P failed to satisfy constraint: words only"));
        assert_eq!(refused("Type: Number, MinValue: 1, MaxValue: 4, AllowedValues: [1, 4]", "4"), None);
    }

    #[test]
    fn a_role_with_a_name_asks_for_more() {
        let asked = |resource: &str| required_capability(&format!("Resources:\n  R: {resource}\n")).unwrap().capability;
        assert_eq!(asked("{Type: AWS::IAM::Role, Properties: {}}"), Some("CAPABILITY_IAM"));
        assert_eq!(asked("{Type: AWS::IAM::Role, Properties: {RoleName: board}}"), Some("CAPABILITY_NAMED_IAM"));
        assert_eq!(asked("{Type: AWS::SQS::Queue}"), None);
    }

    #[test]
    fn a_text_that_is_not_a_template_is_refused_in_cloudformations_words() {
        let said = |text: &str| summary(text).unwrap_err().findings[0].message.clone();
        assert_eq!(said("[]"), "Template format error: unsupported structure.");
        for (text, sentence) in [
            ("Resources:\n  Q: {Type: a: b}", "Template format error: YAML not well-formed. (line 2, column "),
            ("{\"Resources\":", "Template format error: JSON not well-formed. (line 2, column "),
        ] {
            assert!(said(text).starts_with(sentence), "{}", said(text));
        }
        assert_eq!(said("Resources: {}"), "Template format error: At least one Resources member must be defined.");
        // YAML would take the comma.
        let trailing = "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\",}}}";
        assert_eq!(said(trailing), "Template format error: JSON not well-formed. (line 1, column 48)");
        let queue = "Resources: {Q: {Type: AWS::SQS::Queue, name: x}}";
        assert_eq!(said(queue), "Invalid template resource property 'name'");
        assert_eq!(said(&format!("Outputs:\n{queue}")), "[/Outputs] 'null' values are not allowed in templates");
    }

    #[test]
    fn json_writes_a_character_in_two_halves() {
        let text =
            r#"{"Description": "\ud83d\ude00 and \\ud83d \u00e9\/", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}"#;
        assert_eq!(summary(text).unwrap().description.as_deref(), Some("\u{1f600} and \\ud83d \u{e9}/"));
    }
}
