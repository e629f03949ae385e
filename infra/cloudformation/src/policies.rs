//! Policy documents: the form that IAM requires, and the text of the managed ones that templates name.

use serde_json::{Value as Json, json};

use super::fields::Fields;
use super::finding::{Findings, nearest};
use super::tree::{Node, Value};
use stack::policy::{PolicyKind, PolicyRefusal, Step, check};

/// The document at `node`, as JSON with every single value as text, which is how IAM compares them. What its elements hold is read here,
/// and its words, with elements that do not exist, by the grammar of policies.
pub(super) fn document(node: &Node, place: &str, kind: PolicyKind<'_>, findings: &Findings) -> Option<Json> {
    let mut fields = Fields::of(node, place, "a policy document", findings)?;
    fields.text("Version");
    fields.text("Id");
    let statements = match fields.node("Statement") {
        Some(Node { value: Value::Mapping(_), .. }) => fields.fields("Statement", "a statement").into_iter().collect(),
        Some(_) => fields.list_of_fields("Statement", "a statement"),
        None => Vec::new(),
    };
    for statement in statements {
        elements(statement);
    }
    let document = texts(node);
    report(check(&document, kind), node, place, findings);
    Some(document)
}

/// Reports what is refused of the document at `node` because `is_absent` says of an ARN in it that nobody has it.
pub(super) fn absent_principals(
    node: &Node,
    place: &str,
    kind: PolicyKind<'_>,
    is_absent: impl Fn(&str) -> bool,
    findings: &Findings,
) {
    report(stack::policy::absent_principals(&texts(node), kind, is_absent), node, place, findings);
}

fn report(refusals: Vec<PolicyRefusal>, node: &Node, place: &str, findings: &Findings) {
    for refusal in refusals {
        let (at, node) = found(node, place, &refusal.path);
        match refusal.of_service() {
            Some(by) => findings.refuse(node.position, &at, by, refusal.to_string()),
            None => findings.add(node.position, &at, refusal.to_string(), refusal.is_lack()),
        }
    }
}

/// What a statement is made of: which elements it has, and of which type they are.
fn elements(mut statement: Fields<'_>) {
    for name in ["Sid", "Effect"] {
        statement.text(name);
    }
    for name in ["Action", "NotAction", "Resource", "NotResource"] {
        texts_of(&mut statement, name);
    }
    for name in ["Principal", "NotPrincipal"] {
        if statement.node(name).is_some_and(|node| node.is_mapping()) {
            each_named(&mut statement, name);
        } else {
            statement.text(name);
        }
    }
    let findings = statement.findings;
    let place = statement.at("Condition");
    for (operator, keys) in statement.mapping("Condition") {
        let place = format!("{place}.{}", operator.name);
        match &keys.value {
            Value::Mapping(keys) => keys.iter().for_each(|(key, values)| {
                single_values(values, &format!("{place}.{}", key.name), findings);
            }),
            Value::Unresolved => {}
            _ => findings.report(keys.position, &place, format!("must be a mapping, and is {}", keys.kind())),
        }
    }
}

/// One text or a list of them.
fn texts_of(statement: &mut Fields<'_>, name: &'static str) {
    let (place, findings) = (statement.at(name), statement.findings);
    if let Some(node) = statement.node(name) {
        single_values(node, &place, findings);
    }
}

/// Kinds of principals, each with one text or a list of them.
fn each_named(statement: &mut Fields<'_>, name: &'static str) {
    let (place, findings) = (statement.at(name), statement.findings);
    for (kind, named) in statement.mapping(name) {
        single_values(named, &format!("{place}.{}", kind.name), findings);
    }
}

fn single_values(node: &Node, place: &str, findings: &Findings) {
    match &node.value {
        Value::Sequence(items) => {
            for (at, item) in items.iter().enumerate() {
                super::fields::scalar(item, &format!("{place}[{at}]"), findings);
            }
        }
        _ => {
            super::fields::scalar(node, place, findings);
        }
    }
}

/// Where the end of `path` is in the template: its place, and the node there or the last one before it.
fn found<'n>(document: &'n Node, place: &str, path: &[Step]) -> (String, &'n Node) {
    let (mut place, mut at) = (place.to_string(), document);
    for step in path {
        let next = match step {
            Step::Element(name) => {
                place += &format!(".{name}");
                at.get(name)
            }
            Step::Item(index) => {
                place += &format!("[{index}]");
                at.items().get(*index)
            }
        };
        at = next.unwrap_or(at);
    }
    (place, at)
}

/// A value that is empty is not there; one that could not be worked out is there, and nobody knows what it is.
fn texts(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Unresolved => Json::Null,
        Value::Scalar { text, .. } => Json::String(text.clone()),
        Value::Sequence(items) => items.iter().map(texts).collect(),
        Value::Mapping(entries) => {
            let there = entries.iter().filter(|(_, value)| value.value != Value::Null);
            Json::Object(there.map(|(key, value)| (key.name.clone(), texts(value))).collect())
        }
    }
}

const LOGS: &[&str] = &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
/// What API Gateway looks at in a role for its logs, besides [`LOGS`].
const LOG_READING: &[&str] =
    &["logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"];
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
const KINESIS: &[&str] = &[
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
];
const QUEUES: &[&str] = &["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];
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
    ("AWSLambdaKinesisExecutionRole", "service-role/", &[KINESIS, LOGS]),
    ("AWSLambdaRole", "service-role/", &[&["lambda:InvokeFunction"]]),
    ("AWSLambdaSQSQueueExecutionRole", "service-role/", &[QUEUES, LOGS]),
    ("AWSLambdaVPCAccessExecutionRole", "service-role/", &[LOGS, INTERFACES]),
    ("AmazonAPIGatewayPushToCloudWatchLogs", "service-role/", &[LOGS, LOG_READING]),
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
