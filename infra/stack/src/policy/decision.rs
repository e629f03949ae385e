//! What policy documents say of one request.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

use serde_json::Value;

use super::conditions;
use super::pattern::{ValuePattern, matches};

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

/// A request as policies see it: IAM calls this the request context.
#[derive(Debug, Clone, Default)]
pub struct AuthorizationRequest<'a> {
    /// The action: `s3:GetObject`.
    pub action: &'a str,
    /// The ARN it is done to.
    pub resource: &'a str,
    /// For resource policies: who asks, as the policy's `Principal` would name it.
    pub principal: Option<&'a str>,
    /// Condition keys with their values; a key with several values stands there several times.
    pub context: &'a [(&'a str, &'a str)],
    /// Condition keys that the request has with values that nobody here can tell. A condition on one of them never lets an Allow apply,
    /// and never keeps a Deny from applying.
    pub unknown_keys: &'a [&'a str],
}

/// Evaluates `documents` together.
pub fn decide<'a>(documents: impl IntoIterator<Item = &'a Value>, request: &AuthorizationRequest<'_>) -> Decision {
    let mut decision = Decision::ImplicitlyDenied;
    for document in documents {
        // Before this version of the language there were no variables, and `${…}` is text.
        let variables = document["Version"] == "2012-10-17";
        for statement in many(&document["Statement"]) {
            let holds = holds(statement, request, variables);
            match statement["Effect"].as_str() {
                Some("Deny") if holds != Some(false) => return Decision::ExplicitlyDenied,
                Some("Allow") if holds == Some(true) => decision = Decision::Allowed,
                _ => {}
            }
        }
    }
    decision
}

/// Whether `statement` speaks of what is asked; nothing where that depends on a value that nobody here can tell.
fn holds(statement: &Value, request: &AuthorizationRequest<'_>, variables: bool) -> Option<bool> {
    // The names of actions do not depend on case, those of resources do.
    let asked = request.action.to_ascii_lowercase();
    let names_action =
        |key: &str| many(&statement[key]).any(|pattern| matches(&text(pattern).to_ascii_lowercase(), &asked));
    let action = if statement["NotAction"].is_null() { names_action("Action") } else { !names_action("NotAction") };
    if !action || !names_resource(statement, request, variables) || !names_principal(statement, request) {
        return Some(false);
    }
    conditions::hold(&statement["Condition"], request, variables)
}

fn names_resource(statement: &Value, request: &AuthorizationRequest<'_>, variables: bool) -> bool {
    let AuthorizationRequest { resource, context, .. } = request;
    if statement["Resource"].is_null() && statement["NotResource"].is_null() {
        // A trust policy names no resource: it belongs to the role that it stands on.
        return resource.is_empty();
    }
    let pattern = |value: &Value| pattern(&text(value), context, variables);
    match &statement["NotResource"] {
        Value::Null => many(&statement["Resource"]).filter_map(pattern).any(|pattern| pattern.matches(resource)),
        others => {
            let others: Option<Vec<ValuePattern>> = many(others).map(pattern).collect();
            // A variable without a value makes the statement void, or it would speak of everything.
            others.is_some_and(|others| !others.iter().any(|pattern| pattern.matches(resource)))
        }
    }
}

/// A text of a policy as a pattern; none where a variable in it has no value.
pub(super) fn pattern(text: &str, context: &[(&str, &str)], variables: bool) -> Option<ValuePattern> {
    if variables { ValuePattern::resolved(text, context) } else { Some(ValuePattern::of(text)) }
}

fn names_principal(statement: &Value, request: &AuthorizationRequest<'_>) -> bool {
    let named = |principal: &Value, asker: &str| match principal {
        Value::String(anybody) => anybody == "*",
        Value::Object(kinds) => {
            let mut named = kinds.iter().flat_map(|(kind, named)| many(named).map(move |named| (kind, named)));
            named.any(|(kind, named)| is_named(kind, &text(named), asker))
        }
        _ => false,
    };
    match (request.principal, &statement["Principal"], &statement["NotPrincipal"]) {
        (None, Value::Null, Value::Null) => true,
        (Some(asker), principal, Value::Null) => named(principal, asker),
        (Some(asker), Value::Null, others) => !named(others, asker),
        _ => false,
    }
}

/// Whether a policy that names `named` means `asker`. There are no wildcards inside of a principal, and an account's number is its root.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn is_named(kind: &str, named: &str, asker: &str) -> bool {
    let root = || asker.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root"));
    match (kind, named) {
        ("Service", "*") => asker.ends_with(".amazonaws.com"),
        (_, "*") => true,
        ("AWS", account) if crate::is_account_id(account) => root() == Some(account),
        _ => named == asker,
    }
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
