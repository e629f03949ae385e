//! `Condition`: its operators, the keys that are known, the form of values.

use serde_json::{Map, Value};

use super::actions::written_out;
use super::{Findings, PolicyKind};
use crate::policy::conditions::{Operator, date, network, number};
use crate::policy::decision::many;
use crate::policy::keys::{ConditionKey, condition_key, known_of};

impl Findings<'_> {
    pub(super) fn conditions(&mut self, statement: &Map<String, Value>) {
        let conditions = statement.get("Condition").and_then(Value::as_object);
        for (name, keys) in conditions.into_iter().flatten() {
            let Some(operator) = Operator::of(name) else {
                self.along(&["Condition", name], |all| match all.kind {
                    PolicyKind::Identity => {
                        all.refuse_with("Syntax errors in policy.", format!("there is no condition operator {name}"));
                    }
                    PolicyKind::Bucket(_) => all.refuse(format!("Invalid Condition type : {name}")),
                    PolicyKind::Trust | PolicyKind::Queue(_) | PolicyKind::VpcEndpoint => {
                        all.own(format!("there is no condition operator {name}"))
                    }
                });
                continue;
            };
            for (key, values) in keys.as_object().into_iter().flatten() {
                self.along(&["Condition", name, key], |all| {
                    all.key(key, statement);
                    for value in many(values).filter_map(Value::as_str) {
                        all.value(operator.comparison, key, value);
                    }
                });
            }
        }
    }

    fn key(&mut self, key: &str, statement: &Map<String, Value>) {
        match (condition_key(key), self.kind) {
            (ConditionKey::Known, PolicyKind::Bucket(_)) => {
                let applies = actions_with(key);
                let mut actions = written_out(statement).into_iter().filter_map(|action| action.split_once(':'));
                if applies.is_some_and(|applies| actions.any(|(_, action)| !names(applies, action))) {
                    let message = "Conditions do not apply to combination of actions and resources in statement";
                    self.refuse_with(message, format!("{key} is a key of {}", applies.unwrap_or_default().join(", ")));
                }
            }
            (ConditionKey::Known, _) => {}
            (_, PolicyKind::Identity) if !key.contains(':') => {
                self.refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
            }
            (ConditionKey::Nobodys, PolicyKind::Bucket(_)) => {
                self.refuse_with("Policy has an invalid condition key", format!("S3 has no condition key {key}"));
            }
            (ConditionKey::Nobodys | ConditionKey::NotHere, _) => self.lack(format!(
                "the local cloud cannot know the condition key {key}, so it cannot say which calls the statement is about; {}",
                known_beside(key)
            )),
        }
    }

    /// The form of a value under an operator with this comparison.
    fn value(&mut self, comparison: &str, key: &str, value: &str) {
        let of_a_bucket = matches!(self.kind, PolicyKind::Bucket(_));
        if of_a_bucket && key.eq_ignore_ascii_case("aws:SourceIp") && network(value).is_none() {
            return self
                .refuse_with("Invalid IP address in Conditions", format!("{value} is not an address or a network"));
        }
        let wanted = match comparison {
            "IpAddress" | "NotIpAddress" if network(value).is_none() => {
                "an address or a network, such as 203.0.113.0/24"
            }
            "Bool" | "Null" if !["true", "false"].contains(&value.to_ascii_lowercase().as_str()) => "true or false",
            numeric if numeric.starts_with("Numeric") && number(value).is_none() => "a number",
            dated if dated.starts_with("Date") && date(value).is_none() => {
                let help = format!("{value} is not a date, such as 2026-11-22T09:41:00Z");
                return match self.kind {
                    PolicyKind::Identity => self.refuse_with("The policy failed legacy parsing", help),
                    _ => self.own(help),
                };
            }
            _ => return,
        };
        self.own(format!("{comparison} compares with {wanted}, and {value} is not one"));
    }
}

/// The actions whose calls have `key`, where S3 asks for that.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
fn actions_with(key: &str) -> Option<&'static [&'static str]> {
    match key.to_ascii_lowercase().strip_prefix("s3:")? {
        "prefix" | "delimiter" | "max-keys" => Some(&["ListBucket", "ListBucketVersions"]),
        "x-amz-acl" => Some(&["PutObject", "PutObjectAcl", "PutObjectVersionAcl", "PutBucketAcl"]),
        "versionid" => Some(&[
            "DeleteObjectVersion",
            "DeleteObjectVersionTagging",
            "GetObjectVersion",
            "GetObjectVersionAcl",
            "GetObjectVersionAttributes",
            "GetObjectVersionTagging",
            "PutObjectVersionAcl",
            "PutObjectVersionTagging",
        ]),
        _ => None,
    }
}

fn names(actions: &[&str], action: &str) -> bool {
    actions.iter().any(|own| own.eq_ignore_ascii_case(action))
}

/// `known: …`, the keys of the same service that are known.
pub(super) fn known_beside(key: &str) -> String {
    let prefix = key.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match known_of(&prefix) {
        [] => format!("it knows none of {prefix}"),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("{prefix}:{name}")).collect();
            format!("known: {}", names.join(", "))
        }
    }
}
