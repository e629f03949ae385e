//! Reading a mapping field by field, which finds the fields that no reader asked for.
//!
//! A reader asks [`Fields`] for each property that it understands and ends with [`Fields::done`], which reports every
//! property that was neither asked for nor is on the list of [`deployment_only`](mod@super::deployment_only) ones. That is
//! how "never silently ignored" holds without a second description of every resource.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::deployment_only;
use super::finding::{Findings, Position, nearest, suggestion};
use super::tree::{Key, Node, Value};
use stack::policy::ServiceRefusal;

/// The fields of one mapping of the template.
pub(super) struct Fields<'n> {
    entries: &'n [(Key, Node)],
    /// Where the mapping starts.
    pub(super) position: Position,
    /// `BoardTable.Properties`.
    pub(super) place: String,
    /// What has these fields, in CloudFormation's words: `AWS::DynamoDB::Table`.
    of: &'static str,
    asked: Vec<&'static str>,
    /// Fields that were refused by name.
    refused: Vec<&'static str>,
    pub(super) findings: &'n Findings,
}

impl<'n> Fields<'n> {
    /// The fields of `node`; an empty value has none, anything but a mapping is reported.
    pub(super) fn of(
        node: &'n Node,
        place: impl Into<String>,
        of: &'static str,
        findings: &'n Findings,
    ) -> Option<Self> {
        let place = place.into();
        let entries: &[(Key, Node)] = match &node.value {
            Value::Mapping(entries) => entries,
            Value::Null => &[],
            Value::Unresolved => return None,
            _ => {
                findings.report(node.position, &place, format!("must be a mapping, and is {}", node.kind()));
                return None;
            }
        };
        Some(Fields { entries, position: node.position, place, of, asked: Vec::new(), refused: Vec::new(), findings })
    }

    /// The field's value as it stands.
    pub(super) fn node(&mut self, name: &'static str) -> Option<&'n Node> {
        self.asked.push(name);
        let (_, node) = self.entries.iter().find(|(key, _)| key.name == name)?;
        (node.value != Value::Null).then_some(node)
    }

    /// `BoardTable.Properties.BillingMode`.
    pub(super) fn at(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_string() } else { format!("{}.{name}", self.place) }
    }

    /// The line of the field `name` if it is there.
    fn position_of(&self, name: &str) -> Position {
        self.entries.iter().find(|(key, _)| key.name == name).map_or(self.position, |(_, node)| node.position)
    }

    /// Reports about the field `name`, at its line if it is there.
    pub(super) fn report(&self, name: &str, message: impl Into<String>) {
        self.findings.report(self.position_of(name), &self.at(name), message);
    }

    /// Reports what AWS has and the local cloud lacks, at the line of the field `name` if it is there.
    pub(super) fn lack(&self, name: &str, message: impl Into<String>) {
        self.findings.lack(self.position_of(name), &self.at(name), message);
    }

    /// Reports what a service refuses of the field `name` when it is to make the resource, with what to write where that is not clear.
    pub(super) fn refuse_creation(&self, name: &str, refusal: &ServiceRefusal, help: Option<&str>) {
        let message = match help {
            Some(help) => format!("{refusal}; {help}"),
            None => refusal.to_string(),
        };
        self.findings.refuse(self.position_of(name), &self.at(name), refusal, message);
    }

    /// Refuses the field `name`, which AWS has, where it is there: `why` says what the local cloud does not do. Says whether it is there.
    pub(super) fn refuse(&mut self, name: &'static str, why: &str) -> bool {
        let is_there = self.entries.iter().any(|(key, _)| key.name == name);
        if is_there {
            self.lack(name, why);
            self.refused.push(name);
        }
        is_there
    }

    /// Says nothing more of the field `name`, of which something was said, and makes nothing of it.
    pub(super) fn set_aside(&mut self, name: &'static str) {
        self.refused.push(name);
    }

    /// A single value as text; numbers and booleans as they were typed.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        scalar(node, &self.at(name), self.findings)
    }

    /// A single value that must be one of `allowed`.
    pub(super) fn one_of(&mut self, name: &'static str, allowed: &[&str]) -> Option<String> {
        let text = self.text(name)?;
        if allowed.contains(&text.as_str()) {
            return Some(text);
        }
        self.lack(name, format!("{text:?} is not supported; {}", suggestion(&text, allowed.iter().copied())));
        None
    }

    /// A number within `range`.
    pub(super) fn number<N>(&mut self, name: &'static str, range: RangeInclusive<N>) -> Option<N>
    where
        N: std::str::FromStr + PartialOrd + Display,
    {
        let text = self.text(name)?;
        match text.parse::<N>() {
            Ok(number) if range.contains(&number) => Some(number),
            _ => {
                let (least, most) = (range.start().to_string(), range.end().to_string());
                // The largest number that a type can hold says nothing to a reader.
                let allowed = match (least.len() < 10, most.len() < 10) {
                    (true, true) => format!("a number from {least} to {most}"),
                    (true, false) => format!("a number of at least {least}"),
                    _ => "a number".to_string(),
                };
                self.report(name, format!("must be {allowed}, and is {text:?}"));
                None
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            other => {
                self.report(name, format!("must be true or false, and is {other:?}"));
                None
            }
        }
    }

    /// The field's own fields.
    pub(super) fn fields(&mut self, name: &'static str, of: &'static str) -> Option<Fields<'n>> {
        let node = self.node(name)?;
        Fields::of(node, self.at(name), of, self.findings)
    }

    /// The items of a list, each with its place.
    pub(super) fn list(&mut self, name: &'static str) -> Vec<(String, &'n Node)> {
        let Some(node) = self.node(name) else { return Vec::new() };
        match &node.value {
            Value::Sequence(items) => {
                items.iter().enumerate().map(|(at, item)| (format!("{}[{at}]", self.at(name)), item)).collect()
            }
            Value::Unresolved => Vec::new(),
            _ => {
                self.report(name, format!("must be a list, and is {}", node.kind()));
                Vec::new()
            }
        }
    }

    /// The items of a list of mappings.
    pub(super) fn list_of_fields(&mut self, name: &'static str, of: &'static str) -> Vec<Fields<'n>> {
        let findings = self.findings;
        self.list(name).into_iter().filter_map(|(place, item)| Fields::of(item, place, of, findings)).collect()
    }

    /// The items of a list of single values.
    pub(super) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.node(name)?;
        let findings = self.findings;
        Some(self.list(name).into_iter().filter_map(|(place, item)| scalar(item, &place, findings)).collect())
    }

    /// A mapping from names to single values, such as environment variables.
    pub(super) fn pairs(&mut self, name: &'static str) -> Vec<(String, String)> {
        let place = self.at(name);
        let findings = self.findings;
        let value = |(key, node): &(Key, Node)| {
            let text = scalar(node, &format!("{place}.{}", key.name), findings)?;
            Some((key.name.clone(), text))
        };
        self.mapping(name).iter().filter_map(value).collect()
    }

    /// A mapping with names of the template's own choosing.
    pub(super) fn mapping(&mut self, name: &'static str) -> &'n [(Key, Node)] {
        match self.node(name) {
            None => &[],
            Some(node) => match &node.value {
                Value::Mapping(entries) => entries,
                Value::Unresolved => &[],
                _ => {
                    self.report(name, format!("must be a mapping, and is {}", node.kind()));
                    &[]
                }
            },
        }
    }

    /// Reports each of `names` that is missing.
    pub(super) fn required(&mut self, names: &[&'static str]) {
        for name in names {
            if self.node(name).is_none() {
                self.findings.report(self.position, &self.place, format!("{} needs {name}", self.of));
            }
        }
    }

    /// Reports what nobody asked for.
    pub(super) fn done(self) {
        self.done_or(|_| None);
    }

    /// As [`Fields::done`], where it is known what AWS has here: `refusal` gives AWS's own words for a property that AWS does
    /// not have either.
    pub(super) fn done_or(self, refusal: impl Fn(&str) -> Option<String>) {
        self.findings.understands(self.of, &self.asked);
        for (key, _) in self.entries {
            let name = key.name.as_str();
            if self.asked.contains(&name)
                || self.refused.contains(&name)
                || deployment_only::reason(self.of, name).is_some()
            {
                continue;
            }
            let known: Vec<&str> = self.asked.iter().copied().chain(deployment_only::properties(self.of)).collect();
            let message = match nearest(name, &known) {
                Some(near) => format!("not a property of {}; did you mean {near}?", self.of),
                None => match refusal(name) {
                    Some(message) => {
                        self.findings.report(key.position, &self.at(name), message);
                        continue;
                    }
                    None => format!(
                        "the local cloud does not know this property of {}; {}",
                        self.of,
                        suggestion(name, known)
                    ),
                },
            };
            // Whether AWS has it is for the type's schema to say.
            self.findings.lack(key.position, &self.at(name), message);
        }
    }
}

/// The text of a single value; a list or a mapping in its place is reported.
pub(super) fn scalar(node: &Node, place: &str, findings: &Findings) -> Option<String> {
    match &node.value {
        Value::Scalar { text, .. } => Some(text.clone()),
        Value::Unresolved => None,
        _ => {
            findings.report(node.position, place, format!("must be a single value, and is {}", node.kind()));
            None
        }
    }
}
