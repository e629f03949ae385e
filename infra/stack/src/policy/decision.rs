//! What policy documents say of one request.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use serde_json::Value;

use super::conditions;

/// What policies say of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement speaks of it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
}

/// What is asked of policies.
#[derive(Debug, Clone, Default)]
pub struct Question<'a> {
    /// The action: `s3:GetObject`.
    pub action: &'a str,
    /// The ARN it is done to.
    pub resource: &'a str,
    /// For resource policies: who asks, as the policy's `Principal` would name it.
    pub principal: Option<&'a str>,
    /// Condition keys with their values.
    pub context: &'a [(&'a str, &'a str)],
}

/// Evaluates `documents` together.
pub fn decide<'a>(documents: impl IntoIterator<Item = &'a Value>, question: &Question<'_>) -> Decision {
    let mut decision = Decision::ImplicitlyDenied;
    for statement in documents.into_iter().flat_map(|document| many(&document["Statement"])) {
        if !speaks_of(statement, question) {
            continue;
        }
        match statement["Effect"].as_str() {
            Some("Deny") => return Decision::ExplicitlyDenied,
            Some("Allow") => decision = Decision::Allowed,
            _ => {}
        }
    }
    decision
}

fn speaks_of(statement: &Value, question: &Question<'_>) -> bool {
    // The names of actions do not depend on case, those of resources do.
    let action = question.action.to_ascii_lowercase();
    let names_action =
        |key: &str| many(&statement[key]).any(|pattern| matches(&text(pattern).to_ascii_lowercase(), &action));
    let names_resource = |key: &str| many(&statement[key]).any(|pattern| matches(&text(pattern), question.resource));
    let action = if statement["NotAction"].is_null() { names_action("Action") } else { !names_action("NotAction") };
    // A trust policy names no resource: it belongs to the role that it stands on.
    let of_itself =
        statement["Resource"].is_null() && statement["NotResource"].is_null() && question.resource.is_empty();
    let resource =
        if statement["NotResource"].is_null() { names_resource("Resource") } else { !names_resource("NotResource") };
    action
        && (of_itself || resource)
        && names_principal(statement, question)
        && conditions::hold(&statement["Condition"], question.context)
}

fn names_principal(statement: &Value, question: &Question<'_>) -> bool {
    let named = |principal: &Value, asker: &str| match principal {
        Value::String(anybody) => anybody == "*",
        Value::Object(kinds) => kinds.values().flat_map(many).any(|named| matches(&text(named), asker)),
        _ => false,
    };
    match (question.principal, &statement["Principal"], &statement["NotPrincipal"]) {
        (None, Value::Null, Value::Null) => true,
        (Some(asker), principal, Value::Null) => named(principal, asker),
        (Some(asker), Value::Null, others) => !named(others, asker),
        _ => false,
    }
}

/// `*` stands for any run of characters, `?` for one.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            // Let the last star take one character more.
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// One value, or each of a list.
pub fn many(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Null => Box::new(std::iter::empty()),
        Value::Array(values) => Box::new(values.iter()),
        one => Box::new(std::iter::once(one)),
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
