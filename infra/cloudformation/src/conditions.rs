//! The `Conditions` section: which resources there are, decided from parameters alone.
//!
//! Conditions are worked out before any resource, so a condition cannot depend on one.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html>

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::finding::suggestion;
use super::scope::Scope;
use super::tree::{Key, Node, Value};

/// What CloudFormation says of the `Condition` of a resource or an output that the template does not have.
pub(super) fn unresolved(name: &str, block: &str) -> String {
    format!("Template format error: Unresolved condition dependency {name} in the {block} block of the template")
}

/// How deep conditions and functions may be nested, names followed: deeper than in any template.
const DEEPEST: usize = 128;

const FUNCTIONS: &[&str] = &["Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or", "Condition"];

/// The value of every condition. `scope` knows parameters and mappings, and no resources yet.
pub(super) fn read(section: Option<&Node>, scope: &Scope<'_>) -> BTreeMap<String, bool> {
    let Some(section) = section else { return BTreeMap::new() };
    let mut evaluation = Evaluation { section, scope, open: Vec::new(), depth: 0, values: BTreeMap::new() };
    for (key, _) in section.entries() {
        let name = Node::string(key.name.as_str(), key.position);
        evaluation.named(&name, &format!("Conditions.{}", key.name));
    }
    evaluation.values.into_iter().map(|(name, value)| (name, value.unwrap_or(false))).collect()
}

struct Evaluation<'s> {
    section: &'s Node,
    scope: &'s Scope<'s>,
    /// The conditions that are being worked out, for those that end up at themselves.
    open: Vec<String>,
    depth: usize,
    /// What is known already; `None` when a mistake was reported.
    values: BTreeMap<String, Option<bool>>,
}

impl Evaluation<'_> {
    fn holds(&mut self, node: &Node, place: &str) -> Option<bool> {
        if self.depth == DEEPEST {
            let message = format!("conditions are nested more than {DEEPEST} deep");
            self.scope.findings.report(node.position, place, message);
            return None;
        }
        self.depth += 1;
        let holds = self.function(node, place);
        self.depth -= 1;
        holds
    }

    fn function(&mut self, node: &Node, place: &str) -> Option<bool> {
        let findings = self.scope.findings;
        let [(key, argument)] = node.entries() else {
            findings.report(node.position, place, format!("must be one of {}", FUNCTIONS.join(", ")));
            return None;
        };
        match key.name.as_str() {
            // SAM writes one around the other where it joins a condition of its own to the template's.
            "Condition" if argument.get("Condition").is_some() => self.holds(argument, place),
            "Condition" => self.named(argument, place),
            "Fn::Equals" => match self.arguments("Fn::Equals", argument, place, 2..=2)? {
                [left, right] => Some(self.text(left, place)? == self.text(right, place)?),
                _ => None,
            },
            "Fn::Not" => self.all("Fn::Not", argument, place, 1..=1)?.first().map(|holds| !holds),
            "Fn::And" => Some(self.all("Fn::And", argument, place, 2..=10)?.into_iter().all(|holds| holds)),
            "Fn::Or" => Some(self.all("Fn::Or", argument, place, 2..=10)?.into_iter().any(|holds| holds)),
            other => {
                let message =
                    format!("{other} is not a condition function; {}", suggestion(other, FUNCTIONS.iter().copied()));
                findings.report(key.position, place, message);
                None
            }
        }
    }

    fn all(&mut self, function: &str, node: &Node, place: &str, count: RangeInclusive<usize>) -> Option<Vec<bool>> {
        let items = self.arguments(function, node, place, count)?;
        items.iter().map(|item| self.holds(item, place)).collect()
    }

    fn arguments<'n>(
        &self,
        function: &str,
        node: &'n Node,
        place: &str,
        count: RangeInclusive<usize>,
    ) -> Option<&'n [Node]> {
        match &node.value {
            Value::Sequence(items) if count.contains(&items.len()) => Some(items),
            _ => {
                let message = match (count.start(), count.end()) {
                    _ if function == "Fn::Equals" => {
                        "Template error: every Fn::Equals object requires a list of 2 string parameters.".to_string()
                    }
                    (least, most) if least == most => format!("{function} takes a list of {least}"),
                    (least, most) => format!("{function} takes a list of {least} to {most} conditions"),
                };
                self.scope.findings.report(node.position, place, message);
                None
            }
        }
    }

    fn text(&self, node: &Node, place: &str) -> Option<String> {
        // <https://github.com/aws/aws-cdk/issues/32238>
        if imports(node) {
            let message = "Template error: Cannot use Fn::ImportValue in Conditions.";
            self.scope.findings.report(node.position, place, message);
            return None;
        }
        let resolved = self.scope.resolve(node, place)?;
        super::fields::scalar(&resolved, place, self.scope.findings)
    }

    fn named(&mut self, node: &Node, place: &str) -> Option<bool> {
        let name = node.text().unwrap_or_default().to_string();
        let findings = self.scope.findings;
        if let Some(value) = self.values.get(&name) {
            return *value;
        }
        if self.open.contains(&name) {
            findings.report(node.position, place, format!("the condition {name} depends on itself"));
            return None;
        }
        let Some(condition) = self.section.get(&name) else {
            let known = self.section.entries().iter().map(|(key, _)| key.name.as_str());
            findings.report(
                node.position,
                place,
                format!("there is no condition called {name}; {}", suggestion(&name, known)),
            );
            return None;
        };
        self.open.push(name.clone());
        let value = self.holds(condition, &format!("Conditions.{name}"));
        self.open.pop();
        self.values.insert(name, value);
        value
    }
}

/// Whether a value of another stack stands in `node`.
fn imports(node: &Node) -> bool {
    let inside = |(key, value): &(Key, Node)| key.name == "Fn::ImportValue" || imports(value);
    node.items().iter().any(imports) || node.entries().iter().any(inside)
}
