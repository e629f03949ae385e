//! IAM: who calls, and what their policies say.
//!
//! Every execution environment signs with an access key of its own, so the endpoint knows from the key which function calls
//! and in which role. The learner's own clients use [`ACCESS_KEY_ID`] and may do everything, as an administrator may.
//! [`decide`] evaluates policy documents as the IAM user guide describes: denied unless allowed, and an explicit deny wins.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::clock::Clock;

/// The access key of whoever is no function: the learner at the keyboard.
pub const ACCESS_KEY_ID: &str = "local";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "local";

/// Access keys that this cloud has given out. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Identities(Arc<Mutex<BTreeMap<String, Identity>>>);

/// An access key with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// The function whose environment holds the key.
    pub function: String,
}

impl Identities {
    /// A new key for an environment of `function`.
    pub fn issue(&self, function: &str, clock: &Clock) -> Identity {
        let access_key_id = format!("ASIA{}", clock.hex(16).to_uppercase());
        let identity =
            Identity { access_key_id: access_key_id.clone(), secret_access_key: clock.hex(32), function: function.to_string() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(access_key_id, identity.clone());
        identity
    }

    /// Whose key this is.
    pub fn of(&self, access_key_id: &str) -> Option<Identity> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(access_key_id).cloned()
    }

    /// Forgets a key when its environment is gone.
    pub fn revoke(&self, access_key_id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(access_key_id);
    }
}

/// The access key id in a request's `Authorization` header, of a signature of version 4.
pub fn access_key_id(authorization: &str) -> Option<&str> {
    let credential = authorization.split_once("Credential=")?.1;
    credential.split(['/', ',', ' ']).next().filter(|key| !key.is_empty())
}

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
    let names_action = |key: &str| many(&statement[key]).any(|pattern| matches(&text(pattern).to_ascii_lowercase(), &action));
    let names_resource = |key: &str| many(&statement[key]).any(|pattern| matches(&text(pattern), question.resource));
    let action = if statement["NotAction"].is_null() { names_action("Action") } else { !names_action("NotAction") };
    let resource = if statement["NotResource"].is_null() { names_resource("Resource") } else { !names_resource("NotResource") };
    let principal = match (&statement["Principal"], question.principal) {
        (Value::Null, _) => question.principal.is_none(),
        (Value::String(anybody), _) => anybody == "*",
        (Value::Object(kinds), Some(asker)) => kinds.values().flat_map(many).any(|named| matches(&text(named), asker)),
        _ => false,
    };
    action && resource && principal && conditions_hold(&statement["Condition"], question)
}

fn conditions_hold(conditions: &Value, question: &Question<'_>) -> bool {
    let operators = conditions.as_object().into_iter().flatten();
    operators.into_iter().all(|(operator, keys)| {
        keys.as_object().into_iter().flatten().all(|(key, wanted)| {
            let had = question.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| *value);
            let (operator, if_exists) = match operator.strip_suffix("IfExists") {
                Some(operator) => (operator, true),
                None => (operator.as_str(), false),
            };
            let any = |holds: &dyn Fn(&str, &str) -> bool| had.is_some_and(|had| many(wanted).any(|wanted| holds(&text(wanted), had)));
            let equal = |wanted: &str, had: &str| wanted == had;
            let holds = match operator {
                "StringEquals" | "Bool" | "NumericEquals" => any(&equal),
                "StringNotEquals" => !any(&equal),
                "StringLike" | "ArnLike" | "ArnEquals" => any(&|wanted, had| matches(wanted, had)),
                "StringNotLike" | "ArnNotLike" | "ArnNotEquals" => !any(&|wanted, had| matches(wanted, had)),
                "Null" => many(wanted).any(|wanted| (text(wanted) == "true") == had.is_none()),
                // An operator that is not known here must not open a door.
                _ => false,
            };
            holds || (if_exists && had.is_none())
        })
    })
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
fn many(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Null => Box::new(std::iter::empty()),
        Value::Array(values) => Box::new(values.iter()),
        one => Box::new(std::iter::once(one)),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_explicit_deny_wins_and_silence_denies() {
        let policy = json!({ "Statement": [
            { "Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/board" },
            { "Effect": "Deny", "Action": ["dynamodb:Scan"], "Resource": "*" },
        ]});
        let ask = |action, resource| decide([&policy], &Question { action, resource, ..Question::default() });
        let board = "arn:aws:dynamodb:r:1:table/board";
        assert_eq!(ask("dynamodb:PutItem", board), Decision::Allowed);
        assert_eq!(ask("DynamoDB:putitem", board), Decision::Allowed);
        assert_eq!(ask("dynamodb:Scan", board), Decision::ExplicitlyDenied);
        assert_eq!(ask("dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/board2"), Decision::ImplicitlyDenied);
        assert_eq!(ask("s3:GetObject", board), Decision::ImplicitlyDenied);
    }

    #[test]
    fn a_bucket_policy_asks_who_and_from_where() {
        let policy = json!({ "Statement": { "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" },
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*", "Condition": { "StringEquals": { "AWS:SourceArn": "d" } } } });
        let ask = |principal, source: &str| {
            let context = [("aws:SourceArn", source)];
            decide([&policy], &Question { action: "s3:GetObject", resource: "arn:aws:s3:::site/a", principal, context: &context })
        };
        assert_eq!(ask(Some("cloudfront.amazonaws.com"), "d"), Decision::Allowed);
        assert_eq!(ask(Some("cloudfront.amazonaws.com"), "other"), Decision::ImplicitlyDenied);
        assert_eq!(ask(None, "d"), Decision::ImplicitlyDenied);
    }

    #[test]
    fn wildcards() {
        assert!(matches("table/*/stream/*", "table/a/stream/b"));
        assert!(matches("a?c*", "abc"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("*b", "abc"));
    }
}
