//! What it takes to deploy a template: CloudFormation's calls, the code's way through a bucket, handing roles over, and what the handlers
//! of each resource type call in the deployer's name.
//!
//! The handlers' permissions are those that AWS publishes with the schemas of its types. They are what a handler may need, whatever the
//! template asks of it, and nobody promises that they are complete. So this is where a policy begins, and not where it ends.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-iam.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::invocations::Callable;
use super::template::Foreseen;
use crate::Resolved;
use crate::expanded::UPLOADED;
use crate::schema;
use stack::ACCOUNT;
use stack::policy::many;

/// A policy for the deployer, and the types for which nothing is known.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployerPolicy {
    /// The policy's document.
    pub document: Json,
    /// Types whose handlers' permissions are not known.
    pub unknown: Vec<String>,
}

/// What a tool that deploys through change sets asks of the stack.
const STACK: &[&str] = &[
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DeleteStack",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate",
    "cloudformation:ListStackResources",
];

/// The bucket that SAM makes for what it uploads.
const ARTEFACTS: &str = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-*";

/// Services that a handler calls only where the template asks for it: the actions' prefix, and what must stand in the properties.
const OPTIONAL: &[(&str, &[&str])] = &[
    ("ec2", &["VpcConfig", "SubnetId", "SecurityGroup"]),
    ("elasticfilesystem", &["FileSystem"]),
    ("kinesis", &["Kinesis", ":kinesis:"]),
    ("kms", &["Kms", "KMS"]),
    ("logs", &["Log"]),
    ("s3", &["S3", "s3"]),
    ("secretsmanager", &["Secret", "secretsmanager"]),
];

/// The policy for the template.
pub(super) fn policy(template: &Foreseen<'_>) -> DeployerPolicy {
    let region = &template.options.region;
    let stack = &template.options.stack_name;
    let mut statements = vec![
        statement(
            "DeployTheStack",
            STACK.iter().copied(),
            [format!("arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{stack}/*")],
        ),
        statement(
            "TransformSam",
            ["cloudformation:CreateChangeSet"],
            [format!("arn:aws:cloudformation:{region}:aws:transform/Serverless-2016-10-31")],
        ),
        statement(
            "CheckTemplates",
            ["cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"],
            ["*".to_string()],
        ),
        statement(
            "UploadCode",
            ["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            [ARTEFACTS.to_string(), format!("{ARTEFACTS}/*")],
        ),
    ];
    statements.extend(pass_roles(template));
    let mut unknown = BTreeSet::new();
    let mut kinds: BTreeMap<&str, Vec<&Resolved<'_>>> = BTreeMap::new();
    for resource in template.resources {
        kinds.entry(resource.kind()).or_default().push(resource);
    }
    // What looks for something that has no name yet cannot be narrowed.
    let mut looking: BTreeSet<&str> = BTreeSet::new();
    let mut own_actions: Vec<OwnActions<'_>> = Vec::new();
    // Code that SAM uploads is in a bucket that `UploadCode` names; other code is where the template says.
    let mut buckets: BTreeSet<String> = BTreeSet::new();
    for (kind, resources) in kinds {
        let Some(permissions) = schema::permissions(kind) else {
            unknown.insert(kind.to_string());
            continue;
        };
        let own = own_service(kind, &permissions);
        let text: String = resources.iter().map(|resource| resource.properties.to_json().to_string()).collect();
        let (mut narrow, mut wide) = (BTreeSet::new(), BTreeSet::new());
        for action in permissions {
            let (service, verb) = action.split_once(':').unwrap_or((action, ""));
            if service == "s3" && service != own && verb.starts_with("GetObject") {
                buckets.extend(resources.iter().flat_map(|resource| buckets_of(&resource.properties.to_json())));
                continue;
            }
            let asked = OPTIONAL.iter().find(|(name, _)| *name == service && service != own);
            if action == "iam:PassRole" || asked.is_some_and(|(_, words)| !words.iter().any(|word| text.contains(word)))
            {
                continue;
            }
            // It lists what is in one bucket, and not the buckets.
            let looks = verb.starts_with("List") && action != "s3:ListBucket" || verb.starts_with("Describe");
            match service == own && !looks {
                true => narrow.insert(action),
                false => wide.insert(action),
            };
        }
        looking.extend(wide);
        if !narrow.is_empty() {
            let arns: BTreeSet<String> = resources.iter().flat_map(|resource| arns(resource, template)).collect();
            let arns = if arns.contains("*") { BTreeSet::from(["*".to_string()]) } else { arns };
            own_actions.push(OwnActions { kinds: vec![kind], actions: narrow, arns });
        }
    }
    for OwnActions { kinds, actions, arns } in without_repetition(own_actions, &looking) {
        let what = if kinds.len() > 1 && arns.contains("*") { plain(service(kinds[0])) } else { sid(kinds[0]) };
        statements.push(statement(&format!("Manage{what}"), actions, arns));
    }
    if !buckets.is_empty() {
        let objects = buckets.into_iter().map(|bucket| format!("arn:aws:s3:::{bucket}/*"));
        statements.push(statement("FetchCode", ["s3:GetObject", "s3:GetObjectVersion"], objects));
    }
    if !looking.is_empty() {
        statements.push(statement("LookAndConnect", looking, ["*".to_string()]));
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    DeployerPolicy { document, unknown: unknown.into_iter().collect() }
}

/// What the handlers of one type, or of several, do to the resources of those types.
struct OwnActions<'t> {
    kinds: Vec<&'t str>,
    actions: BTreeSet<&'t str>,
    arns: BTreeSet<String>,
}

/// The buckets that a resource names for something to be fetched from; `*` for one whose name nobody knows yet.
fn buckets_of(properties: &Json) -> Vec<String> {
    match properties {
        Json::Object(fields) => {
            let named = fields
                .iter()
                .filter(|(name, value)| ["Bucket", "S3Bucket"].contains(&name.as_str()) && *value != UPLOADED);
            let named = named.map(|(_, bucket)| bucket.as_str().unwrap_or("*").to_string());
            named.chain(fields.values().flat_map(buckets_of)).collect()
        }
        Json::Array(elements) => elements.iter().flat_map(buckets_of).collect(),
        _ => Vec::new(),
    }
}

/// One statement for the same resources, and in no statement what another one allows of them anyway: so each that is left is needed.
fn without_repetition<'t>(all: Vec<OwnActions<'t>>, allowed_of_all: &BTreeSet<&str>) -> Vec<OwnActions<'t>> {
    let mut left: Vec<OwnActions<'t>> = Vec::new();
    for mut one in all {
        one.actions.retain(|action| !allowed_of_all.contains(action));
        match left.iter_mut().find(|there| there.arns == one.arns && service(there.kinds[0]) == service(one.kinds[0])) {
            Some(there) => {
                there.kinds.append(&mut one.kinds);
                there.actions.append(&mut one.actions);
            }
            None => left.push(one),
        }
    }
    // Of what some statement allows of everything, the others need not speak.
    let of_all: Vec<&OwnActions<'_>> = left.iter().filter(|one| one.arns.contains("*")).collect();
    let of_all: BTreeSet<&str> = of_all.iter().flat_map(|one| one.actions.iter().copied()).collect();
    for one in left.iter_mut().filter(|one| !one.arns.contains("*")) {
        one.actions.retain(|action| !of_all.contains(action));
    }
    left.retain(|one| !one.actions.is_empty());
    left
}

/// The letters and digits of a name: a `Sid` has no others.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// `Lambda` of `AWS::Lambda::Function`.
fn service(kind: &str) -> &str {
    kind.split("::").nth(1).unwrap_or_default()
}

fn statement<'a>(
    sid: &str,
    actions: impl IntoIterator<Item = &'a str>,
    resources: impl IntoIterator<Item = String>,
) -> Json {
    let actions: Vec<&str> = actions.into_iter().collect();
    let resources: Vec<String> = resources.into_iter().collect();
    json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// `LambdaFunctions` of `AWS::Lambda::Function`.
fn sid(kind: &str) -> String {
    let plain: String = kind.split("::").skip(1).map(plain).collect();
    match plain.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        None if plain.ends_with('s') => plain.clone(),
        _ => format!("{plain}s"),
    }
}

/// The service that most of a type's actions are of: the type's own.
fn own_service<'a>(kind: &str, permissions: &BTreeSet<&'a str>) -> &'a str {
    let named = kind.split("::").nth(1).unwrap_or_default().to_lowercase();
    let services = permissions.iter().filter_map(|action| Some(action.split_once(':')?.0));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for service in services {
        *counts.entry(service).or_default() += if service == named { 1_000 } else { 1 };
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or("", |(service, _)| service)
}

/// The roles of the template may be handed to the services that they trust, and to no others.
fn pass_roles(template: &Foreseen<'_>) -> Option<Json> {
    let mut services = BTreeSet::new();
    for rights in template.roles {
        for statement in many(&rights.role.assume_role_policy["Statement"]) {
            services.extend(many(&statement["Principal"]["Service"]).filter_map(Json::as_str).map(str::to_string));
        }
    }
    let mut arns: BTreeSet<String> = BTreeSet::new();
    for role in template.of_kind("AWS::IAM::Role") {
        arns.insert(role_arn(role, template));
    }
    // A function may have a role from elsewhere.
    for function in template.of_kind("AWS::Lambda::Function") {
        let own = |arn: &str| template.roles.iter().any(|rights| rights.role.arn() == arn);
        if let Some(arn) = function.text("Role").filter(|arn| arn.starts_with("arn:") && !own(arn)) {
            arns.insert(arn.to_string());
            services.insert("lambda.amazonaws.com".to_string());
        }
    }
    if arns.is_empty() {
        return None;
    }
    let mut statement = statement("PassRoles", ["iam:PassRole"], arns);
    statement["Condition"] = json!({ "StringEquals": { "iam:PassedToService": services } });
    Some(statement)
}

fn role_arn(role: &Resolved<'_>, template: &Foreseen<'_>) -> String {
    let path = role.text("Path").unwrap_or("/");
    format!("arn:aws:iam::{ACCOUNT}:role{path}{}", name(role, "RoleName", template))
}

/// The resource's name: its own, or what the names begin with that CloudFormation draws.
fn name(resource: &Resolved<'_>, property: &str, template: &Foreseen<'_>) -> String {
    match resource.value(property) {
        Some(name) => name.text().unwrap_or("*").to_string(),
        None => format!("{}-*", template.options.stack_name),
    }
}

/// The ARNs that a resource's own actions are done to; `*` where they have none, or it is not known.
fn arns(resource: &Resolved<'_>, template: &Foreseen<'_>) -> Vec<String> {
    let region = &template.options.region;
    let named = |property: &str| name(resource, property, template);
    let arn = |service: &str, rest: String| format!("arn:aws:{service}:{region}:{ACCOUNT}:{rest}");
    match resource.kind() {
        "AWS::Lambda::Function" => vec![arn("lambda", format!("function:{}", named("FunctionName")))],
        "AWS::Lambda::Permission"
        | "AWS::Lambda::EventInvokeConfig"
        | "AWS::Lambda::Version"
        | "AWS::Lambda::Alias"
        | "AWS::Lambda::Url" => {
            let callable = resource.text("FunctionName").and_then(Callable::of);
            let function = callable.and_then(|callable| callable.function(template));
            let name = function.map_or_else(|| "*".to_string(), |function| name(function, "FunctionName", template));
            vec![arn("lambda", format!("function:{name}")), arn("lambda", format!("function:{name}:*"))]
        }
        "AWS::IAM::Role" => vec![role_arn(resource, template)],
        "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" => {
            let roles = template.of_kind("AWS::IAM::Role").map(|role| role_arn(role, template));
            let roles: Vec<String> = roles.collect();
            if roles.is_empty() { vec!["*".to_string()] } else { roles }
        }
        "AWS::IAM::ManagedPolicy" => vec![format!("arn:aws:iam::{ACCOUNT}:policy/{}", named("ManagedPolicyName"))],
        "AWS::DynamoDB::Table" => vec![arn("dynamodb", format!("table/{}", named("TableName")))],
        "AWS::SQS::Queue" => vec![arn("sqs", named("QueueName"))],
        "AWS::SNS::Topic" => vec![arn("sns", named("TopicName"))],
        "AWS::S3::Bucket" => vec![format!("arn:aws:s3:::{}", named("BucketName").to_lowercase())],
        "AWS::S3::BucketPolicy" => {
            let bucket = resource.text("Bucket");
            let own = template.of_kind("AWS::S3::Bucket").find(|own| Some(own.name.as_str()) == bucket);
            let name = match (own, bucket) {
                (Some(own), _) => name(own, "BucketName", template).to_lowercase(),
                (None, bucket) => bucket.unwrap_or("*").to_string(),
            };
            vec![format!("arn:aws:s3:::{name}")]
        }
        "AWS::Logs::LogGroup" => vec![arn("logs", format!("log-group:{}:*", named("LogGroupName")))],
        "AWS::Kinesis::Stream" => vec![arn("kinesis", format!("stream/{}", named("Name")))],
        "AWS::Events::Rule" => vec![arn("events", format!("rule/{}", named("Name")))],
        "AWS::StepFunctions::StateMachine" => {
            vec![arn("states", format!("stateMachine:{}", named("StateMachineName")))]
        }
        // Of no region, and the names that CloudFormation draws for them are not documented.
        "AWS::Budgets::Budget" => vec![format!("arn:aws:budgets::{ACCOUNT}:budget/*")],
        "AWS::CloudWatch::Alarm" => vec![arn("cloudwatch", format!("alarm:{}", named("AlarmName")))],
        kind if kind.starts_with("AWS::ApiGateway") => vec![format!("arn:aws:apigateway:{region}::/*")],
        _ => vec!["*".to_string()],
    }
}
