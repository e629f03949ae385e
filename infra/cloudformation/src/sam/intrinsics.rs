//! CloudFormation's functions as far as SAM looks at them.
//!
//! SAM puts parameters' values in where it needs them (a name that becomes part of a logical id, a setting that decides
//! what is made) and leaves every other function to CloudFormation. It does so in place: what it looked at stays resolved
//! in the result.

use std::collections::BTreeMap;

use super::error::{Refusal, Sam};
use crate::tree::{Node, Value, list, map};

/// A resource's `Ref`.
pub(super) fn reference(id: &str) -> Node {
    map! { "Ref" => id }
}

/// A resource's attribute.
pub(super) fn get_att(id: &str, attribute: &str) -> Node {
    map! { "Fn::GetAtt" => list![id, attribute] }
}

/// A text with names in it.
pub(super) fn sub(text: impl Into<String>) -> Node {
    map! { "Fn::Sub" => text.into() }
}

/// A text with names in it, of which `variables` says more.
pub(super) fn sub_with(text: impl Into<String>, variables: Node) -> Node {
    map! { "Fn::Sub" => list![text.into(), variables] }
}

/// `yes` while the condition holds, else `no` or nothing.
pub(super) fn conditional(condition: impl Into<Node>, yes: Node, no: Option<Node>) -> Node {
    let no = no.unwrap_or_else(|| reference("AWS::NoValue"));
    map! { "Fn::If" => list![condition.into(), yes, no] }
}

/// The opposite of a condition.
pub(super) fn not(condition: &str) -> Node {
    map! { "Fn::Not" => list![map! { "Condition" => condition }] }
}

/// Whether one of the conditions holds.
pub(super) fn any_of<'c>(conditions: impl IntoIterator<Item = &'c str>) -> Node {
    let conditions: Vec<Node> = conditions.into_iter().map(|name| map! { "Condition" => name }).collect();
    map! { "Fn::Or" => conditions }
}

/// What `Fn::Or` takes.
const MOST_CONDITIONS: usize = 10;

/// Conditions that say together whether one of `conditions` holds; the one called `name` is the result.
pub(super) fn combined(mut conditions: Vec<String>, name: &str) -> Vec<(String, Node)> {
    let mut made = Vec::new();
    let mut left = conditions.len().saturating_sub(2) / (MOST_CONDITIONS - 1);
    while conditions.len() > 1 {
        let called = if left > 0 { format!("{name}{left}") } else { name.to_string() };
        left = left.saturating_sub(1);
        let rest = conditions.split_off(conditions.len().min(MOST_CONDITIONS));
        made.push((called.clone(), any_of(conditions.iter().map(String::as_str))));
        conditions = rest;
        conditions.push(called);
    }
    made
}

/// The function's name and its argument, if `value` is a function.
pub(super) fn function(value: &Node) -> Option<(&str, &Node)> {
    match value.entries() {
        [(key, argument)] if key.name == "Ref" || key.name == "Condition" || key.name.starts_with("Fn::") => {
            Some((&key.name, argument))
        }
        _ => None,
    }
}

/// Whether `value` is a function.
pub(super) fn is_function(value: &Node) -> bool {
    function(value).is_some()
}

/// The argument of `Fn::If`.
pub(super) fn if_argument(value: &Node) -> Option<&Node> {
    function(value).filter(|(name, _)| *name == "Fn::If").map(|(_, argument)| argument)
}

/// The three parts of `Fn::If`.
///
/// # Errors
///
/// SAM's sentence about their number.
pub(super) fn if_parts(argument: &Node) -> Result<[&Node; 3], &'static str> {
    match argument.items() {
        [condition, yes, no] => Ok([condition, yes, no]),
        _ => Err("Fn::If requires 3 arguments"),
    }
}

/// Whether `value` is `!Ref AWS::NoValue`.
pub(super) fn is_no_value(value: &Node) -> bool {
    matches!(function(value), Some(("Ref", argument)) if argument.str() == Some("AWS::NoValue"))
}

/// The resource that `Ref` or `Fn::GetAtt` names.
pub(super) fn logical_id(value: &Node) -> Option<&str> {
    let (name, argument) = function(value)?;
    match name {
        "Ref" => argument.str(),
        "Fn::GetAtt" => match argument.items() {
            [id, _] => id.str(),
            _ => argument
                .str()
                .and_then(|text| text.split_once('.'))
                .filter(|(_, rest)| !rest.contains('.'))
                .map(|p| p.0),
        },
        _ => None,
    }
}

/// The parameters' values as SAM knows them: what is given, the defaults, and the region's pseudo parameters.
#[derive(Debug, Default)]
pub(super) struct Parameters(pub(super) BTreeMap<String, Node>);

impl Parameters {
    fn value(&self, name: &str) -> Option<&Node> {
        let value = self.0.get(name)?;
        // What a parameter of a nested stack is set to cannot be known here.
        (!value.str().is_some_and(|text| text.starts_with("{{IntrinsicFunction:"))).then_some(value)
    }

    /// `value` with the parameters' values in it. What is inside `value` changes with it; a `Ref` as a whole does not.
    pub(super) fn resolve(&self, value: &mut Node) -> Sam<Node> {
        if let Some(("Ref", argument)) = function(value)
            && let Some(known) = argument.str().and_then(|name| self.value(name))
        {
            return Ok(known.clone());
        }
        if let Value::Mapping(entries) = &mut value.value
            && let [(key, argument)] = entries.as_mut_slice()
            && key.name == "Fn::Sub"
        {
            let text = match &mut argument.value {
                Value::Sequence(items) => items.first_mut(),
                _ => Some(argument),
            };
            if let Some(node) = text
                && let Some(text) = node.str()
            {
                let text = self.substitute(text)?;
                node.value = Value::Scalar { text, plain: false };
            }
        }
        for inner in value.children_mut() {
            *inner = self.resolve(inner)?;
        }
        Ok(value.clone())
    }

    /// The same for a value that SAM may look at and not change.
    pub(super) fn resolved(&self, value: &Node) -> Sam<Node> {
        self.resolve(&mut value.clone())
    }

    fn substitute(&self, text: &str) -> Sam<String> {
        let mut out = text.to_string();
        for name in names_in(text) {
            let Some(value) = self.value(name) else { continue };
            let Some(value) = value.str() else {
                return Refusal::document(format!(
                    "Invalid Fn::Sub variable value {}. Fn::Sub expects all variables to be strings.",
                    value.display()
                ));
            };
            out = out.replacen(&format!("${{{name}}}"), value, 1);
        }
        Ok(out)
    }
}

/// The names in the text of a `Fn::Sub`, in their order.
pub(super) fn names_in(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        rest = &rest[start + 2..];
        let Some(end) = rest.find('}') else { break };
        let name = &rest[..end];
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        let pseudo = name.strip_prefix("AWS::").is_some_and(|name| {
            name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphabetic())
        });
        if plain || pseudo {
            names.push(name);
        }
    }
    names
}

/// The value that `Fn::FindInMap` finds in `mappings`, wherever it stands in `value`.
pub(super) fn find_in_map(value: &Node, mappings: &Node) -> Sam<Node> {
    if let Some(("Fn::FindInMap", argument)) = function(value) {
        let [map, first, second] = argument.items() else {
            return Refusal::document(format!(
                "Invalid FindInMap value {}. FindInMap expects an array with 3 values.",
                argument.display()
            ));
        };
        let keys = (find_in_map(map, mappings)?, find_in_map(first, mappings)?, find_in_map(second, mappings)?);
        let (Some(map), Some(first), Some(second)) = (keys.0.str(), keys.1.str(), keys.2.str()) else {
            return Ok(value.clone());
        };
        let levels = |node: &Node| {
            if node.is_mapping() {
                Ok(())
            } else {
                Refusal::document(format!(
                    "Cannot use Fn::FindInMap on Mapping '{map}' which is not a a two-level map."
                ))
            }
        };
        let Some(found) = mappings.get(map) else { return Ok(value.clone()) };
        levels(found)?;
        let Some(found) = found.get(first) else { return Ok(value.clone()) };
        levels(found)?;
        return Ok(found.get(second).unwrap_or(value).clone());
    }
    let mut value = value.clone();
    for inner in value.children_mut() {
        *inner = find_in_map(inner, mappings)?;
    }
    Ok(value)
}
