//! The `Parameters` section: what a deployment may choose, and what a choice must look like.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>

use std::collections::BTreeMap;

use super::StackOptions;
use super::fields::Fields;
use super::finding::{Findings, Position, suggestion};
use super::tree::{Node, Value};

/// A parameter's value, as `Ref` gives it.
#[derive(Debug, Clone)]
pub(super) enum Parameter {
    Text(String),
    List(Vec<String>),
    /// It has no value that fits; that is reported once, and not again at every `Ref`.
    Invalid,
}

impl Parameter {
    /// The value for a reader at `position`.
    pub(super) fn at(&self, position: Position) -> Node {
        let value = match self {
            Parameter::Text(text) => {
                return Node { value: Value::Scalar { text: text.clone(), plain: false }, position };
            }
            Parameter::List(items) => Value::Sequence(items.iter().map(|item| Node::string(item, position)).collect()),
            Parameter::Invalid => Value::Unresolved,
        };
        Node { value, position }
    }
}

/// The values as text, as a deployment gives them.
pub(super) fn values(parameters: &BTreeMap<String, Parameter>) -> BTreeMap<String, String> {
    let text = |(name, parameter): (&String, &Parameter)| match parameter {
        Parameter::Text(text) => Some((name.clone(), text.clone())),
        Parameter::List(items) => Some((name.clone(), items.join(","))),
        Parameter::Invalid => None,
    };
    parameters.iter().filter_map(text).collect()
}

/// Types whose value is a single text. AWS looks up those of EC2 in the account; here they are names.
const TEXT_TYPES: &[&str] = &[
    "String",
    "Number",
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
];
/// Types whose value is a comma-separated list.
const LIST_TYPES: &[&str] = &[
    "CommaDelimitedList",
    "List<Number>",
    "List<String>",
    "List<AWS::EC2::AvailabilityZone::Name>",
    "List<AWS::EC2::Image::Id>",
    "List<AWS::EC2::Instance::Id>",
    "List<AWS::EC2::SecurityGroup::GroupName>",
    "List<AWS::EC2::SecurityGroup::Id>",
    "List<AWS::EC2::Subnet::Id>",
    "List<AWS::EC2::VPC::Id>",
    "List<AWS::EC2::Volume::Id>",
    "List<AWS::Route53::HostedZone::Id>",
];
/// Of these the value is the name of a parameter in Systems Manager, and `Ref` gives what stands there.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
const LOOKED_UP: &str = "AWS::SSM::Parameter::Value<";

/// Every parameter of the template with its value: the one that it is given, that of the last deployment, or the default.
pub(super) fn read(section: Option<&Node>, options: &StackOptions, findings: &Findings) -> BTreeMap<String, Parameter> {
    let given = &options.parameters;
    let entries = section.map_or(&[][..], Node::entries);
    for name in given.keys() {
        if !entries.iter().any(|(key, _)| key.name == *name) {
            let position = section.map_or(Position { line: 1, column: 1 }, |section| section.position);
            let known = entries.iter().map(|(key, _)| key.name.as_str());
            let message = format!("Parameters: [{name}] do not exist in the template; {}", suggestion(name, known));
            findings.report(position, "Parameters", message);
        }
    }
    let value = |(key, node): &(super::tree::Key, Node)| {
        let fields = Fields::of(node, format!("Parameters.{}", key.name), "a parameter", findings)?;
        let value = given.get(&key.name).or_else(|| options.previous.get(&key.name));
        Some((key.name.clone(), parameter(&key.name, fields, value)))
    };
    entries.iter().filter_map(value).collect()
}

/// What YAML and JSON write for a boolean.
const BOOLEANS: &[&str] = &["true", "false", "yes", "no", "on", "off"];

fn parameter(name: &str, mut fields: Fields<'_>, given: Option<&String>) -> Parameter {
    fields.required(&["Type"]);
    let types: Vec<&str> = TEXT_TYPES.iter().chain(LIST_TYPES).copied().collect();
    let kind = match fields.text("Type") {
        Some(kind) if kind.starts_with(LOOKED_UP) => {
            let message = format!(
                "{kind} is looked up in Systems Manager's Parameter Store, which the local cloud does not have; write \
                 Type: String and give the value itself"
            );
            fields.lack("Type", message);
            None
        }
        // What AWS has beside these are ids and names of its own resources.
        // The sentence: https://github.com/aws-samples/ecs-refarch-cloudformation/pull/63
        Some(kind) if !types.contains(&kind.as_str()) && !kind.contains("AWS::") => {
            let message =
                format!("Template format error: Unrecognized parameter type: {kind}; {}", suggestion(&kind, types));
            fields.report("Type", message);
            None
        }
        Some(_) => fields.one_of("Type", &types),
        None => None,
    };
    let default = fields.text("Default");
    let rules = ParameterRules::read(&mut fields, name, kind.as_deref());
    fields.text("Description");
    // Our words: that AWS takes these values alone is in its guide, and what it says of others is not known. YAML has more names for them.
    let no_echo = fields.text("NoEcho").filter(|given| !BOOLEANS.iter().any(|known| given.eq_ignore_ascii_case(known)));
    if let Some(given) = no_echo {
        fields.report("NoEcho", format!("NoEcho is {given}; write true, or false to let the value be shown"));
    }
    let Some(value) = given.cloned().or(default) else {
        // A deployment without it is refused; until then it is not the template that lacks something.
        if fields.node("Default").is_none() {
            fields.findings.lack(fields.position, &fields.place, "has no value: give it one, or a Default");
        }
        fields.done();
        return Parameter::Invalid;
    };
    let mut result = match kind.as_deref() {
        None => Parameter::Invalid,
        Some(kind) if LIST_TYPES.contains(&kind) => {
            let items = if value.is_empty() {
                Vec::new()
            } else {
                value.split(',').map(|item| item.trim().to_string()).collect()
            };
            Parameter::List(items)
        }
        Some(_) => Parameter::Text(value.clone()),
    };
    if let Some(refusal) = rules.refusal(&value) {
        let known = rules.allowed.as_ref().map(|allowed| suggestion(&value, allowed.iter().map(String::as_str)));
        let known = known.map(|known| format!("; {known}")).unwrap_or_default();
        let refusal = refusal.trim_end_matches('.');
        fields.findings.report(fields.position, &fields.place, format!("{refusal}; its value is {value:?}{known}"));
        result = Parameter::Invalid;
    }
    fields.done();
    result
}

/// What a parameter's value must look like.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterRules {
    parameter: String,
    is_list: bool,
    is_number: bool,
    allowed: Option<Vec<String>>,
    pattern: Option<String>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    min_value: Option<f64>,
    max_value: Option<f64>,
    /// `ConstraintDescription`, which is said in the place of the rule that a value breaks.
    explained: Option<String>,
}

impl ParameterRules {
    /// Those of `parameter`, whose type is `kind`.
    pub(super) fn read(fields: &mut Fields<'_>, parameter: &str, kind: Option<&str>) -> ParameterRules {
        let pattern = fields.text("AllowedPattern");
        if pattern.as_ref().is_some_and(|pattern| whole(pattern).is_none()) {
            fields.lack("AllowedPattern", "not a regular expression that the local cloud can read");
        }
        ParameterRules {
            parameter: parameter.to_string(),
            is_list: kind.is_some_and(|kind| LIST_TYPES.contains(&kind)),
            is_number: kind.is_some_and(|kind| kind.contains("Number")),
            allowed: fields.texts("AllowedValues"),
            pattern,
            min_length: fields.number("MinLength", 0..=usize::MAX),
            max_length: fields.number("MaxLength", 0..=usize::MAX),
            min_value: fields.number("MinValue", f64::MIN..=f64::MAX),
            max_value: fields.number("MaxValue", f64::MIN..=f64::MAX),
            explained: fields.text("ConstraintDescription"),
        }
    }

    /// What CloudFormation says of `value`, if it breaks a rule. The sentences: <https://github.com/aws/aws-cli/issues/7750>,
    /// <https://github.com/aws/aws-connected-device-framework/issues/183>, <https://github.com/zalando-stups/senza>.
    pub fn refusal(&self, value: &str) -> Option<String> {
        let parameter = &self.parameter;
        // A list's rules hold for each of its members, a text's for the whole.
        let broken = match self.is_list {
            true => value.split(',').find_map(|member| self.broken_by(member.trim())),
            false => self.broken_by(value),
        }?;
        Some(match &self.explained {
            Some(explained) => format!("Parameter {parameter} failed to satisfy constraint: {explained}"),
            None => format!("Parameter '{parameter}' must {broken}"),
        })
    }

    fn broken_by(&self, value: &str) -> Option<String> {
        if self.allowed.as_ref().is_some_and(|allowed| !allowed.iter().any(|one| one == value)) {
            return Some("be one of AllowedValues".to_string());
        }
        if let Some(pattern) = &self.pattern
            && whole(pattern).is_some_and(|regex| !regex.is_match(value))
        {
            return Some(format!("match pattern {pattern}"));
        }
        let length = value.chars().count();
        match (self.min_length, self.max_length) {
            (Some(min), _) if length < min => return Some(format!("contain at least {min} characters")),
            (_, Some(max)) if length > max => return Some(format!("contain at most {max} characters")),
            _ => {}
        }
        if !self.is_number {
            return None;
        }
        let Ok(number) = value.parse::<f64>() else { return Some("be a number.".to_string()) };
        match (self.min_value, self.max_value) {
            (Some(min), _) if number < min => Some(format!("be a number not less than {min}")),
            (_, Some(max)) if number > max => Some(format!("be a number not greater than {max}")),
            _ => None,
        }
    }
}

/// CloudFormation compares the whole value, as Java's `matches` does.
fn whole(pattern: &str) -> Option<regex_lite::Regex> {
    regex_lite::Regex::new(&format!("^(?:{pattern})$")).ok()
}
