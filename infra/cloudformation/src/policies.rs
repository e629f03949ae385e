//! Policy documents: the form that IAM requires, and the text of the managed ones that templates name.

use serde_json::{Value as Json, json};

use super::fields::Fields;
use super::finding::{Findings, nearest};
use super::tree::{Node, Value};

/// Who a policy speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyKind {
    /// What a role may do: statements name resources, and no principal.
    Identity,
    /// Who may assume a role: statements name a principal, and no resource.
    Trust,
    /// Who may use a bucket: statements name both.
    Resource,
}

/// The document at `node`, as JSON with every single value as text, which is how IAM compares them.
pub(super) fn document(node: &Node, place: &str, kind: PolicyKind, findings: &Findings) -> Option<Json> {
    let mut fields = Fields::of(node, place, "a policy document", findings)?;
    fields.one_of("Version", &["2012-10-17", "2008-10-17"]);
    fields.text("Id");
    fields.required(&["Statement"]);
    let statements = match fields.node("Statement") {
        Some(Node { value: Value::Mapping(_), .. }) => fields.fields("Statement", "a statement").into_iter().collect(),
        Some(_) => fields.list_of_fields("Statement", "a statement"),
        None => Vec::new(),
    };
    for statement in statements {
        check(statement, kind);
    }
    fields.done();
    Some(texts(node))
}

fn check(mut statement: Fields<'_>, kind: PolicyKind) {
    statement.text("Sid");
    statement.required(&["Effect"]);
    statement.one_of("Effect", &["Allow", "Deny"]);
    statement.mapping("Condition");
    one_of_two(&mut statement, "Action", "NotAction");
    if kind != PolicyKind::Trust {
        one_of_two(&mut statement, "Resource", "NotResource");
    }
    if kind != PolicyKind::Identity {
        one_of_two(&mut statement, "Principal", "NotPrincipal");
    }
    statement.done();
}

fn one_of_two(statement: &mut Fields<'_>, one: &'static str, other: &'static str) {
    match (statement.node(one), statement.node(other)) {
        (Some(_), Some(_)) => statement.report(other, format!("cannot stand beside {one}")),
        (None, None) => {
            statement.findings.report(
                statement.position,
                &statement.place,
                format!("a statement needs {one} (or {other})"),
            );
        }
        _ => {}
    }
}

fn texts(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Unresolved => Json::Null,
        Value::Scalar { text, .. } => Json::String(text.clone()),
        Value::Sequence(items) => items.iter().map(texts).collect(),
        Value::Mapping(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.name.clone(), texts(value))).collect())
        }
    }
}

const LOGS: &[&str] = &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
const STREAMS: &[&str] =
    &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
const INTERFACES: &[&str] = &[
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
];
const TRACES: &[&str] = &[
    "xray:GetSamplingRules",
    "xray:GetSamplingStatisticSummaries",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// The managed policies that the local cloud knows: name, path in front of the name, actions on every resource.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const MANAGED: &[(&str, &str, &[&[&str]])] = &[
    ("AWSLambdaBasicExecutionRole", "service-role/", &[LOGS]),
    ("AWSLambdaDynamoDBExecutionRole", "service-role/", &[STREAMS, LOGS]),
    ("AWSLambdaVPCAccessExecutionRole", "service-role/", &[LOGS, INTERFACES]),
    ("AWSXRayDaemonWriteAccess", "", &[TRACES]),
    ("AWSXrayWriteOnlyAccess", "", &[TRACES]),
];

/// The document of a managed policy, by its name or its ARN; the error says which there are.
pub(super) fn managed(policy: &str) -> Result<Json, String> {
    let found = MANAGED.iter().find(|(name, path, _)| {
        policy == *name || policy.strip_prefix("arn:aws:iam::aws:policy/") == Some(&format!("{path}{name}"))
    });
    if let Some((_, _, groups)) = found {
        let actions: Vec<&str> = groups.concat();
        let statement = json!([{ "Effect": "Allow", "Action": actions, "Resource": "*" }]);
        return Ok(json!({ "Version": "2012-10-17", "Statement": statement }));
    }
    let names: Vec<&str> = MANAGED.iter().map(|(name, ..)| *name).collect();
    let last = policy.rsplit('/').next().unwrap_or(policy);
    Err(match nearest(last, &names) {
        Some(near) => format!("there is no managed policy {policy}; did you mean {near}?"),
        None => format!(
            "the local cloud does not know the managed policy {policy}; write its statements, or use {}",
            names.join(", ")
        ),
    })
}
