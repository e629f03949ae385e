//! What a role's policies say, for explanations: which statement allows something, and who is trusted.

use serde_json::Value;
use stack::Role;
use stack::policy::{AuthorizationRequest, Decision, decide, matches, without_conditions};

/// Who may assume the role: the services and principals that its trust policy names.
pub(crate) fn trusted(role: &Role) -> Vec<String> {
    trusting(role).flat_map(principals).filter_map(|principal| principal.as_str().map(str::to_string)).collect()
}

/// The statements of the trust policy that let somebody in.
fn trusting(role: &Role) -> impl Iterator<Item = &Value> {
    many(&role.assume_role_policy["Statement"]).into_iter().filter(|statement| statement["Effect"] == "Allow")
}

/// Whom a statement names, in whatever form.
fn principals(statement: &Value) -> Vec<&Value> {
    match &statement["Principal"] {
        Value::Object(kinds) => kinds.values().flat_map(many).collect(),
        other => many(other),
    }
}

/// Whether the role's policies allow `action` on `resource`.
pub(crate) fn allows(role: &Role, action: &str, resource: &str) -> bool {
    let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
    decide(&role.policies, &request) == Decision::Allowed
}

/// As [`allows`], by statements without a condition.
pub(crate) fn allows_always(role: &Role, action: &str, resource: &str) -> bool {
    let kept = |document: &Value| {
        let statements = many(&document["Statement"]).into_iter();
        let kept: Vec<&Value> = statements.filter(|one| one["Effect"] != "Allow" || condition(one).is_none()).collect();
        serde_json::json!({ "Version": document["Version"], "Statement": kept })
    };
    let policies = role.policies.iter().map(kept).collect();
    allows(&Role { policies, ..role.clone() }, action, resource)
}

/// The condition of a statement; an empty one is none.
fn condition(statement: &Value) -> Option<&Value> {
    statement.get("Condition").filter(|condition| condition.as_object().is_some_and(|tests| !tests.is_empty()))
}

/// The first condition under which the trust policy lets somebody in.
pub(crate) fn condition_of_trust(role: &Role) -> Option<&Value> {
    trusting(role).find_map(condition)
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

/// Why `action` on `resource` is not allowed, as far as a statement speaks of it: it denies it, allows it under a condition that does
/// not hold, or allows it on something else.
pub(crate) fn instead(role: &Role, action: &str, resource: &str) -> Option<String> {
    let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
    let says = |statement: &Value, decision: Decision| {
        decide([&serde_json::json!({ "Statement": [statement] })], &request) == decision
    };
    if let Some(denying) = statements(role).find(|statement| says(statement, Decision::ExplicitlyDenied)) {
        return Some(format!("{} denies it, and a Deny wins over every Allow.", named(denying)));
    }
    under_a_condition(role, action, resource).or_else(|| elsewhere(role, action))
}

/// The statement that would allow `action` on `resource` without its condition, as a sentence.
pub(crate) fn under_a_condition(role: &Role, action: &str, resource: &str) -> Option<String> {
    let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
    let statement = statements(role).filter(|statement| !statement["Condition"].is_null()).find(|statement| {
        let alone = serde_json::json!({ "Statement": [statement] });
        decide([&without_conditions(&alone)], &request) == Decision::Allowed
    })?;
    Some(format!("{} allows it only under its Condition, {}.", named(statement), statement["Condition"]))
}

/// As [`instead`], of the last call that a log says was denied, where it is a condition that denies it.
pub(crate) fn unmet_condition<'role>(roles: impl IntoIterator<Item = &'role Role>, log: &str) -> Option<String> {
    let (before, denial) = log.rsplit_once(" is not authorized to perform: ")?;
    let (action, rest) = denial.split_once(" on resource: ")?;
    let resource = rest.split_whitespace().next()?;
    let (_, session) = before.rsplit_once(":assumed-role/")?;
    let role = roles.into_iter().find(|role| session.split('/').next() == Some(role.name.as_str()))?;
    under_a_condition(role, action, resource)
}

/// Whether a statement names an action of `service`: `logs:PutLogEvents`, `logs:*`. A star for all services names none.
pub(crate) fn speaks_of(statement: &Value, service: &str) -> bool {
    let prefix = format!("{service}:");
    let actions = many(&statement["Action"]).into_iter().filter_map(Value::as_str);
    actions.map(str::to_lowercase).any(|action| action.starts_with(&prefix))
}

/// A condition under which the trust policy lets everybody in, where each statement that does so has one.
pub(crate) fn condition_of_everybody(role: &Role) -> Option<&Value> {
    let open = trusting(role).filter(|statement| principals(statement).into_iter().any(|principal| principal == "*"));
    let conditions: Option<Vec<&Value>> = open.map(condition).collect();
    conditions?.first().copied()
}

/// What the trust policy allows whom it trusts beside `action`, as a sentence.
pub(crate) fn trust_beyond(role: &Role, action: &str) -> Option<String> {
    trusting(role).find_map(|statement| {
        let actions = many(&statement["Action"]).into_iter().filter_map(Value::as_str);
        if let Some(other) = actions.map(str::to_string).find(|other| !other.eq_ignore_ascii_case(action)) {
            return Some(format!("{other}: every action that fits it, and the trust policy needs one"));
        }
        let others = &statement["NotAction"];
        (!others.is_null()).then(|| format!("NotAction {others}: every action but that"))
    })
}

/// What stands in the way of a trust policy's statements that do name `service`, as a sentence: a condition, or another action.
pub(crate) fn trust_obstacle(role: &Role, service: &str) -> Option<String> {
    let names = |statement: &Value| {
        let named = many(&statement["Principal"]["Service"]);
        named.into_iter().any(|named| named == service || named == "*") || statement["Principal"] == "*"
    };
    let statement = many(&role.assume_role_policy["Statement"]).into_iter().find(|statement| names(statement))?;
    if statement["Effect"] == "Deny" {
        return Some(format!("The statement with Effect: Deny keeps {service} out, and a Deny wins over every Allow."));
    }
    if !statement["Condition"].is_null() {
        return Some(format!(
            "The statement for {service} has a Condition, {}, which Lambda does not meet when it assumes the role.",
            statement["Condition"]
        ));
    }
    let actions: Vec<&str> = many(&statement["Action"]).into_iter().filter_map(Value::as_str).collect();
    let may = actions.iter().any(|action| fits(&Value::String((*action).to_string()), "sts:AssumeRole"));
    (!may)
        .then(|| format!("The statement for {service} allows {}, which is not sts:AssumeRole.", actions.join(" and ")))
}

/// The names of actions do not depend on case; for resources the difference says nothing here.
fn fits(pattern: &Value, name: &str) -> bool {
    pattern.as_str().is_some_and(|pattern| matches(&pattern.to_lowercase(), &name.to_lowercase()))
}

pub(crate) fn named(statement: &Value) -> String {
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
    fn a_trust_policy_allows_one_action_and_an_obstacle_in_it_is_named() {
        let trust = |action: Value, condition: Value| {
            let mut statement =
                json!({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": action});
            if !condition.is_null() {
                statement["Condition"] = condition;
            }
            role(json!({}), json!({ "Statement": [statement] }))
        };
        let beyond = |action: Value| trust_beyond(&trust(action, Value::Null), "sts:AssumeRole").unwrap_or_default();
        assert_eq!(beyond(json!("sts:AssumeRole")), "");
        assert_eq!(beyond(json!("sts:*")), "sts:*: every action that fits it, and the trust policy needs one");
        let obstacle =
            |action, condition| trust_obstacle(&trust(action, condition), "lambda.amazonaws.com").unwrap_or_default();
        assert_eq!(obstacle(json!("sts:AssumeRole"), Value::Null), "");
        assert!(obstacle(json!("sts:TagSession"), Value::Null).contains("allows sts:TagSession"));
        assert!(obstacle(json!("sts:AssumeRole"), json!({"Bool": {"a": "true"}})).contains("has a Condition"));
    }

    #[test]
    fn a_condition_that_every_call_meets_is_not_taken_for_a_permission() {
        let statement = |sid: &str, action: &str, condition: Value| json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition});
        let conditions = [
            json!({"StringEqualsIfExists": {"aws:Referer": "x"}}),
            json!({"Null": {"aws:Referer": "true"}}),
            json!({"ForAllValues:StringEquals": {"aws:Referer": ["x"]}}),
            json!({"StringNotEquals": {"aws:Referer": "x"}}),
        ];
        for condition in conditions {
            let policy = json!({"Statement": [
                statement("Posts", "dynamodb:Query", condition.clone()), statement("Rest", "dynamodb:GetItem", json!({}))
            ]});
            let role = role(policy, json!({"Statement": [statement("Trust", "sts:AssumeRole", condition.clone())]}));
            assert!(
                allows(&role, "dynamodb:Query", "t") && !allows_always(&role, "dynamodb:Query", "t"),
                "{condition}"
            );
            assert!(allows_always(&role, "dynamodb:GetItem", "t"));
            assert_eq!(condition_of_trust(&role), Some(&condition));
            assert!(
                under_a_condition(&role, "dynamodb:Query", "t")
                    .is_some_and(|said| said.starts_with("Its statement Posts"))
            );
        }
    }

    #[test]
    fn everybody_is_let_in_under_a_condition_only_where_every_open_statement_has_one() {
        let of = |principals: &[(Value, Value)]| {
            let statements = principals.iter().map(|(principal, condition)| {
                json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition})
            });
            let role = role(json!({}), json!({"Statement": statements.collect::<Vec<_>>()}));
            condition_of_everybody(&role).cloned()
        };
        let condition = json!({"Bool": {"a": "true"}});
        let (star, listed, service) = (json!("*"), json!({"AWS": ["*"]}), json!({"Service": "lambda.amazonaws.com"}));
        assert_eq!(of(&[(service.clone(), Value::Null), (star.clone(), condition.clone())]), Some(condition.clone()));
        assert_eq!(
            of(&[(listed.clone(), condition.clone()), (star.clone(), condition.clone())]),
            Some(condition.clone())
        );
        assert_eq!(of(&[(star.clone(), condition.clone()), (listed, Value::Null)]), None);
        assert_eq!(of(&[(star, json!({}))]), None);
        assert_eq!(of(&[(service, condition)]), None);
    }

    #[test]
    fn a_condition_is_named_where_it_lets_everybody_in_or_keeps_a_call_out() {
        let trust = json!({"Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": {"Bool": {"a": "true"}}},
        ]});
        let policy = json!({"Statement": [
            {"Sid": "Posts", "Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*", "Condition": {"Bool": {"b": "true"}}},
            {"Sid": "Rest", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"},
        ]});
        let role = role(policy, trust);
        assert_eq!(condition_of_everybody(&role), Some(&json!({"Bool": {"a": "true"}})));
        let why = |action: &str| {
            let log = format!(
                "first line\nUser: arn:aws:sts::123456789012:assumed-role/lab-07-role/board-api is not authorized to \
                 perform: dynamodb:{action} on resource: arn:aws:dynamodb:ap-northeast-2:123456789012:table/board because no \
                 identity-based policy allows the dynamodb:{action} action"
            );
            unmet_condition([&role], &log).unwrap_or_default()
        };
        let condition = r#"Its statement Posts allows it only under its Condition, {"Bool":{"b":"true"}}."#;
        assert_eq!(why("Query"), condition);
        assert_eq!(why("GetItem"), "", "it has no condition, so none kept the call out");
        assert_eq!(why("PutItem"), "", "no statement speaks of it");
        assert_eq!(unmet_condition([&role], "thread 'main' panicked"), None);
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
        let denied = json!([{"Sid": "Tables", "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
            {"Sid": "NoScans", "Effect": "Deny", "Action": "dynamodb:Scan", "Resource": "*"},
            {"Sid": "Someday", "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]);
        let denied = super::tests::role(json!({ "Statement": denied }), Value::Null);
        let why = |action| instead(&denied, action, table).unwrap_or_default();
        assert_eq!(why("dynamodb:Scan"), "Its statement NoScans denies it, and a Deny wins over every Allow.");
        let condition =
            r#"Its statement Someday allows it only under its Condition, {"Bool":{"aws:SecureTransport":"true"}}."#;
        assert_eq!(why("s3:GetObject"), condition);
        assert!(elsewhere(&role, "logs:PutLogEvents").unwrap().starts_with("One of its statements has"));
    }
}
