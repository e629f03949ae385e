//! Looking at a role: who may take it on, what it may do, and what it may do although nothing needs it.
//!
//! An answer shows what a role is allowed as long as somebody asks for it; what it is allowed *besides* shows in no answer. So
//! a role is also judged by itself, as IAM's policy simulator does it: each question is an action on a resource, put to the
//! policies as they were deployed. [`Role::may_nothing_else`] asks for every action of `role/universe` on every table,
//! index, stream and log group of the template and on some that belong to others, and names the statement that allows too much.

mod universe;

use local::iam::{self, Decision, matches};
use local::stack;
use serde_json::Value;

use crate::ask::{Ask, Question};
use crate::words::first;

/// How many of the permissions that nothing needs an explanation shows.
const SHOWN: usize = 3;

/// The execution role of one function, under test.
#[derive(Debug, Clone)]
#[must_use = "a role that is asked nothing says nothing"]
pub struct Role<'lab> {
    question: Question<'lab>,
    /// The function's name.
    function: String,
    role: stack::Role,
    /// What was asked for so far: action and resource.
    needed: Vec<(String, String)>,
}

impl<'lab> Ask<'lab> {
    /// Asks about the role of a function, by the function's logical id.
    pub fn role_of(self, function: &str) -> Role<'lab> {
        let deployed = self.function(function);
        let (function, role) = (deployed.name.clone(), deployed.role.clone());
        Role { question: self.question(), function, role, needed: Vec::new() }
    }
}

impl Role<'_> {
    /// Expects the role to trust `service`, such as `lambda.amazonaws.com`, and nobody else.
    pub fn trusts_only(self, service: &str) {
        let trusted = trusted(&self.role);
        if trusted != [service] {
            let came = if trusted.is_empty() { "nobody".to_string() } else { trusted.join(" and ") };
            self.fails("may be taken on by", &format!("{service} and nobody else"), &[came]);
        }
    }

    /// Expects the role to be allowed `action` on `resource`, an ARN.
    pub fn may(mut self, action: &str, resource: &str) -> Self {
        if !allows(&self.role, action, resource) {
            let mut came = vec!["no".to_string()];
            came.extend(elsewhere(&self.role, action));
            self.fails(&format!("may it {action}?"), &format!("yes, on {resource}"), &came);
        }
        self.needed.push((action.to_string(), resource.to_string()));
        self
    }

    /// Does not ask for `action` on `resource`, and does not mind either.
    pub fn could(mut self, action: &str, resource: &str) -> Self {
        self.needed.push((action.to_string(), resource.to_string()));
        self
    }

    /// Expects nothing to be allowed beyond what was asked so far. Writing its log is left to another question.
    pub fn may_nothing_else(self) {
        self.has_no_more_than_needed(|action| !action.starts_with("logs:"));
    }

    /// Expects the role to be allowed no action of `service` beyond what was asked so far.
    pub fn may_nothing_else_in(self, service: &str) {
        let prefix = format!("{service}:");
        self.has_no_more_than_needed(|action| action.starts_with(&prefix));
    }

    fn has_no_more_than_needed(self, in_question: impl Fn(&str) -> bool) {
        let is_needed = |action: &str, resource: &str| {
            self.needed.iter().any(|(known, pattern)| known == action && matches(pattern, resource))
        };
        let stack = self.question.lab.local().stack();
        let spare: Vec<(String, String)> = universe::of(stack)
            .into_iter()
            .filter(|(action, resource)| in_question(action) && !is_needed(action, resource))
            .filter(|(action, resource)| allows(&self.role, action, resource))
            .collect();
        let Some((action, resource)) = spare.first() else { return };
        let lines = spare.iter().map(|(action, resource)| format!("{action} on {resource}"));
        let mut came = first(lines.collect(), SHOWN);
        came.extend(allowing(&self.role, action, resource));
        self.fails("what is it allowed that nothing needs?", "nothing", &came)
    }

    fn fails(&self, asked: &str, expected: &str, came: &[String]) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked = vec![format!("the role of {}, {}: {asked}", self.function, self.role.name)];
        explanation.expected = vec![expected.to_string()];
        explanation.came = came.to_vec();
        explanation.fail()
    }
}

/// Who may take the role on: the services and principals that its trust policy names.
pub(crate) fn trusted(role: &stack::Role) -> Vec<String> {
    let statements = many(&role.assume_role_policy["Statement"]);
    let allowing = statements.into_iter().filter(|statement| statement["Effect"] == "Allow");
    let principals = allowing.flat_map(|statement| match &statement["Principal"] {
        Value::Object(kinds) => kinds.values().flat_map(many).collect(),
        other => many(other),
    });
    principals.filter_map(|principal| principal.as_str().map(str::to_string)).collect()
}

/// Whether the role's policies allow `action` on `resource`.
pub(crate) fn allows(role: &stack::Role, action: &str, resource: &str) -> bool {
    let question = iam::Question { action, resource, ..iam::Question::default() };
    iam::decide(&role.policies, &question) == Decision::Allowed
}

/// The statement that allows `action` on `resource`, and by which words, as a sentence.
fn allowing(role: &stack::Role, action: &str, resource: &str) -> Option<String> {
    let statement = statements(role).find(|statement| {
        let alone = serde_json::json!({ "Statement": [statement] });
        let question = iam::Question { action, resource, ..iam::Question::default() };
        iam::decide([&alone], &question) == Decision::Allowed
    })?;
    let words = |key: &str, name: &str| {
        let pattern = many(&statement[key]).into_iter().find(|pattern| fits(pattern, name));
        // A statement with NotAction or NotResource allows by what it leaves out.
        pattern.and_then(Value::as_str).map_or_else(|| format!("its Not{key}"), str::to_string)
    };
    let (by, on) = (words("Action", action), words("Resource", resource));
    Some(format!("{} allows that, by {by} on {on}.", named(statement)))
}

/// The statement that allows `action` on something else than what was asked for, as a sentence.
pub(crate) fn elsewhere(role: &stack::Role, action: &str) -> Option<String> {
    let allows = |statement: &&Value| statement["Effect"] == "Allow";
    let found = statements(role).filter(allows).find_map(|statement| {
        let pattern = many(&statement["Action"]).into_iter().find(|pattern| fits(pattern, action))?;
        Some((statement, pattern.as_str()?))
    });
    let (statement, pattern) = found?;
    let resources: Vec<&str> = many(&statement["Resource"]).into_iter().filter_map(Value::as_str).collect();
    Some(format!("{} has {pattern}, but on {}.", named(statement), resources.join(" and ")))
}

/// The names of actions do not depend on case; for resources the difference says nothing here.
fn fits(pattern: &Value, name: &str) -> bool {
    pattern.as_str().is_some_and(|pattern| matches(&pattern.to_lowercase(), &name.to_lowercase()))
}

fn named(statement: &Value) -> String {
    statement["Sid"].as_str().map_or_else(|| "One of its statements".to_string(), |sid| format!("Its statement {sid}"))
}

fn statements(role: &stack::Role) -> impl Iterator<Item = &Value> {
    role.policies.iter().flat_map(|document| many(&document["Statement"]))
}

/// One value, or each of a list.
fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn role(policy: Value, trust: Value) -> stack::Role {
        stack::Role { name: "lab-07-role".into(), policies: vec![policy], assume_role_policy: trust }
    }

    #[test]
    fn who_is_trusted_is_read_from_every_form_of_a_principal() {
        let trust = json!({"Statement": [
            {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}, "Action": "sts:AssumeRole"},
            {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole"},
        ]});
        let expected = ["lambda.amazonaws.com", "ec2.amazonaws.com", "arn:aws:iam::123456789012:root"];
        assert_eq!(trusted(&role(json!({}), trust)), expected);
        assert!(trusted(&role(json!({}), Value::Null)).is_empty());
    }

    #[test]
    fn the_statement_that_allows_is_named_with_its_own_words() {
        let policy = json!({"Statement": [
            {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"},
            {"Sid": "Tables", "Effect": "Allow", "Action": ["dynamodb:Query", "dynamodb:Get*"], "Resource": "arn:aws:dynamodb:*:*:table/*"},
            {"Sid": "Rest", "Effect": "Allow", "NotAction": "dynamodb:*", "Resource": "*"},
        ]});
        let role = role(policy, Value::Null);
        let table = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";
        let said = |action, resource| allowing(&role, action, resource).unwrap_or_default();
        let by_star = "Its statement Tables allows that, by dynamodb:Get* on arn:aws:dynamodb:*:*:table/*.";
        assert_eq!(said("dynamodb:GetItem", table), by_star);
        assert_eq!(said("dynamodb:Scan", table), "");
        assert_eq!(said("s3:GetObject", "arn:aws:s3:::site"), "Its statement Rest allows that, by its NotAction on *.");
        let on_tables = "Its statement Tables has dynamodb:Get*, but on arn:aws:dynamodb:*:*:table/*.";
        assert_eq!(elsewhere(&role, "dynamodb:getitem").unwrap(), on_tables);
        assert!(elsewhere(&role, "logs:PutLogEvents").unwrap().starts_with("One of its statements has"));
    }
}
