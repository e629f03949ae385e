//! What a role's policies say, for explanations: which statement allows something, and who is trusted.

use serde_json::Value;
use stack::Role;
use stack::policy::{AuthorizationRequest, Decision, decide, matches};

/// Who may assume the role: the services and principals that its trust policy names.
pub(crate) fn trusted(role: &Role) -> Vec<String> {
    let statements = many(&role.assume_role_policy["Statement"]);
    let allowing = statements.into_iter().filter(|statement| statement["Effect"] == "Allow");
    let principals = allowing.flat_map(|statement| match &statement["Principal"] {
        Value::Object(kinds) => kinds.values().flat_map(many).collect(),
        other => many(other),
    });
    principals.filter_map(|principal| principal.as_str().map(str::to_string)).collect()
}

/// Whether the role's policies allow `action` on `resource`.
pub(crate) fn allows(role: &Role, action: &str, resource: &str) -> bool {
    let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
    decide(&role.policies, &request) == Decision::Allowed
}

/// The statement that allows `action` on `resource`, and by which words, as a sentence.
pub(crate) fn allowing(role: &Role, action: &str, resource: &str) -> Option<String> {
    let statement = statements(role).find(|statement| {
        let alone = serde_json::json!({ "Statement": [statement] });
        let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
        decide([&alone], &request) == Decision::Allowed
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
pub(crate) fn elsewhere(role: &Role, action: &str) -> Option<String> {
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

fn statements(role: &Role) -> impl Iterator<Item = &Value> {
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

    fn role(policy: Value, trust: Value) -> Role {
        Role { name: "lab-07-role".into(), policies: vec![policy], assume_role_policy: trust }
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
