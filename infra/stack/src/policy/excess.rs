//! What policies allow beyond what is needed: statements are compared with the needs as patterns, so no request has to be guessed.
//!
//! A request that is made up in advance finds only what its author thought of. So every `Allow` is taken apart into pairs of a
//! pattern of actions and a pattern of resources. A pair that lies in what is needed is fine; of any other a name is made that it
//! fits and that nothing needs, and the policies decide on that name, so that a `Deny` counts. A condition takes nothing away: who
//! writes `Allow` under a condition expects that it is met one day.

use serde_json::Value;

use super::decision::{AuthorizationRequest, Decision, decide, many, text};
use super::pattern::{covers, matches};

/// An action and the resources that it is done to, as patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededPermission {
    /// `dynamodb:GetItem`
    pub action: String,
    /// An ARN, or a pattern of ARNs.
    pub resource: String,
}

/// A pair of patterns that lets in something which nothing needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Excess<'p> {
    /// The statement that has it.
    pub statement: &'p Value,
    /// Its pattern of actions; a star where the statement has `NotAction`.
    pub action: String,
    /// Its pattern of resources; a star where the statement has `NotResource`.
    pub resource: String,
}

/// What stands for a star in a name that is made up: nothing, and words that nobody uses.
const RUNS: [&str; 3] = ["", "-somebody-elses", "1"];
/// What stands for a question mark.
const ONES: [&str; 2] = ["x", "1"];
/// Names for a statement that says only what it is *not* about.
const ACTIONS: [&str; 3] = ["iam:PassRole", "s3:GetObject", "dynamodb:DeleteTable"];
const RESOURCES: [&str; 3] = [
    "arn:aws:s3:::somebody-elses-bucket/letter.txt",
    "arn:aws:dynamodb:eu-west-1:210987654321:table/somebody-elses-table",
    "arn:aws:iam::123456789012:role/administrator",
];

/// The pairs of `documents` that allow more than `needed`, in the order of the statements.
pub fn excess<'p>(documents: &'p [Value], needed: &[NeededPermission]) -> Vec<Excess<'p>> {
    let unconditional: Vec<Value> = documents.iter().map(without_conditions).collect();
    let is_needed = |action: &str, resource: &str| {
        needed.iter().any(|need| need.action.eq_ignore_ascii_case(action) && matches(&need.resource, resource))
    };
    let is_allowed = |action: &str, resource: &str| {
        let request = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
        decide(&unconditional, &request) == Decision::Allowed
    };
    let lets_in_more = |action: &str, resource: &str| {
        let lies_within =
            |need: &NeededPermission| need.action.eq_ignore_ascii_case(action) && covers(&need.resource, resource);
        !needed.iter().any(lies_within)
            && names(action, &ACTIONS).iter().any(|action| {
                let resources = names(resource, &RESOURCES);
                resources.iter().any(|resource| !is_needed(action, resource) && is_allowed(action, resource))
            })
    };
    let statements = documents.iter().flat_map(|document| many(&document["Statement"]));
    let allowing = statements.filter(|statement| statement["Effect"] == "Allow");
    allowing
        .flat_map(|statement| {
            let resources = patterns(statement, "Resource");
            let pairs = patterns(statement, "Action")
                .into_iter()
                .flat_map(move |action| resources.clone().into_iter().map(move |resource| (action.clone(), resource)));
            pairs.map(move |(action, resource)| Excess { statement, action, resource })
        })
        .filter(|pair| lets_in_more(&pair.action, &pair.resource))
        .collect()
}

/// A document as if each condition of an `Allow` were met, and none of a `Deny`.
pub fn without_conditions(document: &Value) -> Value {
    let statements = many(&document["Statement"]).filter_map(|statement| {
        let mut statement = statement.clone();
        let condition = statement.as_object_mut().and_then(|fields| fields.remove("Condition"));
        (condition.is_none() || statement["Effect"] == "Allow").then_some(statement)
    });
    serde_json::json!({ "Version": document["Version"], "Statement": statements.collect::<Vec<_>>() })
}

fn patterns(statement: &Value, key: &str) -> Vec<String> {
    if statement[key].is_null() { vec!["*".to_string()] } else { many(&statement[key]).map(text).collect() }
}

/// Names that `pattern` fits; of a pattern that fits everything, `of_all`.
fn names(pattern: &str, of_all: &[&str]) -> Vec<String> {
    if pattern == "*" {
        return of_all.iter().map(|name| (*name).to_string()).collect();
    }
    let filled = RUNS.iter().flat_map(|run| ONES.iter().map(|one| pattern.replace('*', run).replace('?', one)));
    let mut names: Vec<String> = filled.collect();
    names.dedup();
    names
}
