//! What AWS knows of the resource types: their properties, which must be there, and of what form.
//!
//! CloudFormation checks the properties of a resource against its type's schema before it asks the service. The facts of the
//! types that templates like the board's have are in `schemas/`, where `cargo xtask schemas` writes them. They are a part of the
//! program, as text, and a type's text is parsed when a template first has a resource of it. The sentences are those that
//! CloudFormation's public validator makes: values stand in none of them, because a value may be a secret.
//! <https://github.com/aws-cloudformation/aws-cloudformation-resource-schema>

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value as Json;

use super::finding::Position;
use super::scope::call;
use super::tree::{Node, ScalarKind, Value};

/// The types with their facts. The local cloud runs fewer of them; preflight judges all.
macro_rules! facts {
    ($($name:literal => $file:literal,)*) => {
        /// The types whose facts are known.
        pub const TYPES: &[&str] = &[$($name,)*];
        const FACTS: &[&str] = &[$(include_str!(concat!("schemas/", $file, ".json")),)*];
    };
}

facts! {
    "AWS::ApiGateway::Account" => "AWS-ApiGateway-Account",
    "AWS::ApiGateway::ApiKey" => "AWS-ApiGateway-ApiKey",
    "AWS::ApiGateway::Authorizer" => "AWS-ApiGateway-Authorizer",
    "AWS::ApiGateway::BasePathMapping" => "AWS-ApiGateway-BasePathMapping",
    "AWS::ApiGateway::BasePathMappingV2" => "AWS-ApiGateway-BasePathMappingV2",
    "AWS::ApiGateway::Deployment" => "AWS-ApiGateway-Deployment",
    "AWS::ApiGateway::DomainName" => "AWS-ApiGateway-DomainName",
    "AWS::ApiGateway::DomainNameAccessAssociation" => "AWS-ApiGateway-DomainNameAccessAssociation",
    "AWS::ApiGateway::DomainNameV2" => "AWS-ApiGateway-DomainNameV2",
    "AWS::ApiGateway::GatewayResponse" => "AWS-ApiGateway-GatewayResponse",
    "AWS::ApiGateway::Method" => "AWS-ApiGateway-Method",
    "AWS::ApiGateway::Model" => "AWS-ApiGateway-Model",
    "AWS::ApiGateway::RequestValidator" => "AWS-ApiGateway-RequestValidator",
    "AWS::ApiGateway::Resource" => "AWS-ApiGateway-Resource",
    "AWS::ApiGateway::RestApi" => "AWS-ApiGateway-RestApi",
    "AWS::ApiGateway::Stage" => "AWS-ApiGateway-Stage",
    "AWS::ApiGateway::UsagePlan" => "AWS-ApiGateway-UsagePlan",
    "AWS::ApiGateway::UsagePlanKey" => "AWS-ApiGateway-UsagePlanKey",
    "AWS::ApiGatewayV2::Api" => "AWS-ApiGatewayV2-Api",
    "AWS::ApiGatewayV2::Authorizer" => "AWS-ApiGatewayV2-Authorizer",
    "AWS::ApiGatewayV2::Integration" => "AWS-ApiGatewayV2-Integration",
    "AWS::ApiGatewayV2::Route" => "AWS-ApiGatewayV2-Route",
    "AWS::ApiGatewayV2::Stage" => "AWS-ApiGatewayV2-Stage",
    "AWS::Budgets::Budget" => "AWS-Budgets-Budget",
    "AWS::CertificateManager::Certificate" => "AWS-CertificateManager-Certificate",
    "AWS::CloudFormation::Stack" => "AWS-CloudFormation-Stack",
    "AWS::CloudFront::CachePolicy" => "AWS-CloudFront-CachePolicy",
    "AWS::CloudFront::Distribution" => "AWS-CloudFront-Distribution",
    "AWS::CloudFront::Function" => "AWS-CloudFront-Function",
    "AWS::CloudFront::OriginAccessControl" => "AWS-CloudFront-OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy" => "AWS-CloudFront-ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm" => "AWS-CloudWatch-Alarm",
    "AWS::CloudWatch::Dashboard" => "AWS-CloudWatch-Dashboard",
    "AWS::CodeDeploy::Application" => "AWS-CodeDeploy-Application",
    "AWS::CodeDeploy::DeploymentGroup" => "AWS-CodeDeploy-DeploymentGroup",
    "AWS::Cognito::UserPool" => "AWS-Cognito-UserPool",
    "AWS::Cognito::UserPoolClient" => "AWS-Cognito-UserPoolClient",
    "AWS::DynamoDB::Table" => "AWS-DynamoDB-Table",
    "AWS::EC2::EIP" => "AWS-EC2-EIP",
    "AWS::EC2::Instance" => "AWS-EC2-Instance",
    "AWS::EC2::InternetGateway" => "AWS-EC2-InternetGateway",
    "AWS::EC2::NatGateway" => "AWS-EC2-NatGateway",
    "AWS::EC2::Route" => "AWS-EC2-Route",
    "AWS::EC2::RouteTable" => "AWS-EC2-RouteTable",
    "AWS::EC2::SecurityGroup" => "AWS-EC2-SecurityGroup",
    "AWS::EC2::SecurityGroupEgress" => "AWS-EC2-SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress" => "AWS-EC2-SecurityGroupIngress",
    "AWS::EC2::Subnet" => "AWS-EC2-Subnet",
    "AWS::EC2::SubnetRouteTableAssociation" => "AWS-EC2-SubnetRouteTableAssociation",
    "AWS::EC2::VPC" => "AWS-EC2-VPC",
    "AWS::EC2::VPCEndpoint" => "AWS-EC2-VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment" => "AWS-EC2-VPCGatewayAttachment",
    "AWS::ECS::Cluster" => "AWS-ECS-Cluster",
    "AWS::EFS::AccessPoint" => "AWS-EFS-AccessPoint",
    "AWS::EFS::FileSystem" => "AWS-EFS-FileSystem",
    "AWS::EFS::MountTarget" => "AWS-EFS-MountTarget",
    "AWS::Events::EventBus" => "AWS-Events-EventBus",
    "AWS::Events::Rule" => "AWS-Events-Rule",
    "AWS::IAM::InstanceProfile" => "AWS-IAM-InstanceProfile",
    "AWS::IAM::ManagedPolicy" => "AWS-IAM-ManagedPolicy",
    "AWS::IAM::Policy" => "AWS-IAM-Policy",
    "AWS::IAM::Role" => "AWS-IAM-Role",
    "AWS::IAM::RolePolicy" => "AWS-IAM-RolePolicy",
    "AWS::KMS::Alias" => "AWS-KMS-Alias",
    "AWS::KMS::Key" => "AWS-KMS-Key",
    "AWS::Kinesis::Stream" => "AWS-Kinesis-Stream",
    "AWS::Lambda::Alias" => "AWS-Lambda-Alias",
    "AWS::Lambda::CodeSigningConfig" => "AWS-Lambda-CodeSigningConfig",
    "AWS::Lambda::EventInvokeConfig" => "AWS-Lambda-EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping" => "AWS-Lambda-EventSourceMapping",
    "AWS::Lambda::Function" => "AWS-Lambda-Function",
    "AWS::Lambda::LayerVersion" => "AWS-Lambda-LayerVersion",
    "AWS::Lambda::LayerVersionPermission" => "AWS-Lambda-LayerVersionPermission",
    "AWS::Lambda::Permission" => "AWS-Lambda-Permission",
    "AWS::Lambda::Url" => "AWS-Lambda-Url",
    "AWS::Lambda::Version" => "AWS-Lambda-Version",
    "AWS::Logs::LogGroup" => "AWS-Logs-LogGroup",
    "AWS::Logs::SubscriptionFilter" => "AWS-Logs-SubscriptionFilter",
    "AWS::RDS::DBInstance" => "AWS-RDS-DBInstance",
    "AWS::RDS::DBParameterGroup" => "AWS-RDS-DBParameterGroup",
    "AWS::RDS::DBSubnetGroup" => "AWS-RDS-DBSubnetGroup",
    "AWS::Route53::RecordSet" => "AWS-Route53-RecordSet",
    "AWS::Route53::RecordSetGroup" => "AWS-Route53-RecordSetGroup",
    "AWS::S3::Bucket" => "AWS-S3-Bucket",
    "AWS::S3::BucketPolicy" => "AWS-S3-BucketPolicy",
    "AWS::SNS::Subscription" => "AWS-SNS-Subscription",
    "AWS::SNS::Topic" => "AWS-SNS-Topic",
    "AWS::SNS::TopicPolicy" => "AWS-SNS-TopicPolicy",
    "AWS::SQS::Queue" => "AWS-SQS-Queue",
    "AWS::SQS::QueuePolicy" => "AWS-SQS-QueuePolicy",
    "AWS::SSM::Parameter" => "AWS-SSM-Parameter",
    "AWS::Scheduler::Schedule" => "AWS-Scheduler-Schedule",
    "AWS::SecretsManager::Secret" => "AWS-SecretsManager-Secret",
    "AWS::StepFunctions::StateMachine" => "AWS-StepFunctions-StateMachine",
}

/// Whether AWS has a resource type of this name.
pub(super) fn exists(name: &str) -> bool {
    static NAMES: &str = include_str!("schemas/types.txt");
    NAMES.lines().any(|known| known == name) || is_elsewhere(name)
}

/// Whether AWS has a resource type of this name, and not in every region: the local cloud's lacks it.
pub(super) fn is_elsewhere(name: &str) -> bool {
    static NAMES: &str = include_str!("schemas/types-elsewhere.txt");
    NAMES.lines().any(|known| known == name)
}

/// The attributes that `GetAtt` can ask a resource of the type `kind` for; nothing where that is not known.
pub(super) fn attributes(kind: &str) -> Option<TypeAttributes> {
    // Of these `GetAtt` gives every property.
    const OPEN: [&str; 12] = [
        "AWS::CloudFormation::Stack",
        "AWS::EC2::Instance",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EFS::MountTarget",
        "AWS::Events::EventBus",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBParameterGroup",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
    ];
    let schema = schema(kind)?;
    let read_only = schema["readOnlyProperties"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let names = read_only.filter_map(|path| path.strip_prefix("/properties/")).map(|path| path.replace('/', "."));
    Some(TypeAttributes { schema, names: names.collect(), is_open: OPEN.contains(&kind) })
}

/// What `GetAtt` can ask for.
pub(super) struct TypeAttributes {
    schema: &'static Json,
    /// `Endpoint.Address`
    pub(super) names: Vec<String>,
    is_open: bool,
}

impl TypeAttributes {
    /// Whether there is an attribute of this name. Outputs of a nested stack are its own, and what `GetAtt` gives as a property is
    /// not distinguished from a slip.
    pub(super) fn has(&self, name: &str) -> bool {
        let within =
            |known: &String| known == name || name.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
        let first = name.split('.').next().unwrap_or(name);
        self.is_open && first == "Outputs" || self.is_property(first) || self.names.iter().any(within)
    }

    /// Whether it is a property that the template may give.
    pub(super) fn is_property(&self, name: &str) -> bool {
        self.is_open && !self.schema["properties"][name].is_null()
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self, name: &str) -> bool {
        let mut schema = self.schema;
        for part in name.split('.') {
            let property = &schema["properties"][part];
            schema = referred(self.schema, property).unwrap_or(property);
        }
        schema["type"] == "array"
    }
}

/// What a change of the property `name` does to a resource of the type `kind`, in the words of a change set (`RequiresRecreation`);
/// nothing where the type has no such property.
pub fn requires_recreation(kind: &str, name: &str) -> Option<&'static str> {
    let schema = schema(kind)?;
    schema["properties"].get(name)?;
    // A part of a property that cannot change does not make the whole of it so.
    let is_in = |list: &str| {
        let mut paths = schema[list].as_array().into_iter().flatten().filter_map(Json::as_str);
        paths.any(|path| path.strip_prefix("/properties/") == Some(name))
    };
    Some(match (is_in("createOnlyProperties"), is_in("conditionalCreateOnlyProperties")) {
        (true, _) => "Always",
        (false, true) => "Conditionally",
        (false, false) => "Never",
    })
}

/// The permissions that the handlers of the type `kind` need to create, read, update and delete one. Nothing where they are not known.
pub(super) fn permissions(kind: &str) -> Option<BTreeSet<&'static str>> {
    let handlers = schema(kind)?["handlers"].as_object()?;
    let all: BTreeSet<&str> = handlers.values().filter_map(Json::as_array).flatten().filter_map(Json::as_str).collect();
    (!all.is_empty()).then_some(all)
}

/// One thing that the schema does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Violation {
    /// The value, or the mapping that lacks a key.
    pub(super) position: Position,
    /// CloudFormation's sentence: `#/KeySchema/0: required key [KeyType] not found`.
    pub(super) message: String,
}

/// What the schema of the type `kind` does not allow in `properties`. Nothing is said of types without facts, and of values that
/// a function gives.
pub(super) fn check(kind: &str, properties: &Node) -> Vec<Violation> {
    let Some(root) = schema(kind) else { return Vec::new() };
    let mut checker = Checker { root, violations: Vec::new() };
    checker.value(root, properties, "#", 0);
    checker.violations
}

/// The facts of one type, read at the first use: a template has a few of the types, and a board starts with reading one.
fn schema(kind: &str) -> Option<&'static Json> {
    static READ: [OnceLock<Option<Json>>; FACTS.len()] = [const { OnceLock::new() }; FACTS.len()];
    let at = TYPES.iter().position(|name| *name == kind)?;
    READ[at].get_or_init(|| serde_json::from_str(FACTS[at]).ok()).as_ref()
}

/// The part of the type's schema `root` that `schema` stands for, if it is a reference.
fn referred(root: &'static Json, schema: &Json) -> Option<&'static Json> {
    let path = schema["$ref"].as_str()?.strip_prefix("#/")?;
    path.split('/').try_fold(root, |schema, part| schema.get(part))
}

/// Deeper than any schema refers to itself in a template that anybody writes.
const DEEPEST: usize = 64;

struct Checker {
    root: &'static Json,
    violations: Vec<Violation>,
}

impl Checker {
    fn report(&mut self, node: &Node, at: &str, message: impl AsRef<str>) {
        let message = format!("{at}: {}", message.as_ref());
        self.violations.push(Violation { position: node.position, message });
    }

    fn value(&mut self, schema: &'static Json, node: &Node, at: &str, depth: usize) {
        if depth > DEEPEST || is_open(node) {
            return;
        }
        if let Some(target) = referred(self.root, schema) {
            return self.value(target, node, at, depth + 1);
        }
        if !self.is_of_type(schema, node, at) {
            return;
        }
        match &node.value {
            Value::Mapping(_) => self.mapping(schema, node, at, depth),
            Value::Sequence(items) => self.list(schema, node, items, at, depth),
            Value::Scalar { text, .. } => self.scalar(schema, node, text, at),
            _ => {}
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.value(part, node, at, depth + 1);
        }
        for (keyword, exactly_one) in [("anyOf", false), ("oneOf", true)] {
            let Some(parts) = schema[keyword].as_array() else { continue };
            let fitting = parts.iter().filter(|part| self.fits(part, node, depth)).count();
            if fitting == 0 && exactly_one {
                self.report(node, at, "#: 0 subschemas matched instead of one");
            } else if fitting == 0 {
                let message = format!("#: no subschema matched out of the total {} subschemas", parts.len());
                self.report(node, at, message);
            } else if fitting > 1 && exactly_one {
                self.report(node, at, format!("#: {fitting} subschemas matched instead of one"));
            }
        }
    }

    fn fits(&self, schema: &'static Json, node: &Node, depth: usize) -> bool {
        let mut alone = Checker { root: self.root, violations: Vec::new() };
        alone.value(schema, node, "#", depth + 1);
        alone.violations.is_empty()
    }

    fn is_of_type(&mut self, schema: &'static Json, node: &Node, at: &str) -> bool {
        let kinds: Vec<&str> = match &schema["type"] {
            Json::String(kind) => vec![kind],
            Json::Array(kinds) => kinds.iter().filter_map(Json::as_str).collect(),
            _ => return true,
        };
        if kinds.iter().any(|kind| is_of(kind, node)) {
            return true;
        }
        let found = match &node.value {
            Value::Mapping(_) => "JSONObject",
            Value::Sequence(_) => "JSONArray",
            _ => match node.scalar_kind() {
                Some(ScalarKind::Boolean) => "Boolean",
                Some(ScalarKind::Integer) => "Integer",
                Some(ScalarKind::Float) => "BigDecimal",
                Some(ScalarKind::Null) => "Null",
                _ => "String",
            },
        };
        let expected = match kinds.first().copied().unwrap_or_default() {
            "object" => "JSONObject",
            "array" => "JSONArray",
            "integer" => "Integer",
            "number" => "Number",
            "boolean" => "Boolean",
            _ => "String",
        };
        self.report(node, at, format!("expected type: {expected}, found: {found}"));
        false
    }

    fn mapping(&mut self, schema: &'static Json, node: &Node, at: &str, depth: usize) {
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            if node.get(key).is_none() {
                self.report(node, at, format!("required key [{key}] not found"));
            }
        }
        let patterns = schema["patternProperties"].as_object();
        for (key, value) in node.entries() {
            let inner = format!("{at}/{}", key.name);
            if let Some(property) = schema["properties"].get(&key.name) {
                self.value(property, value, &inner, depth + 1);
                continue;
            }
            let by_pattern = patterns.into_iter().flatten().find(|(pattern, _)| matches(pattern, &key.name));
            match by_pattern {
                Some((_, property)) => self.value(property, value, &inner, depth + 1),
                None if schema["additionalProperties"] == false => {
                    let message = format!("{at}: extraneous key [{}] is not permitted", key.name);
                    self.violations.push(Violation { position: key.position, message });
                }
                None => {}
            }
        }
    }

    fn list(&mut self, schema: &'static Json, node: &Node, items: &[Node], at: &str, depth: usize) {
        let count = items.len() as u64;
        // What an `Fn::If` may leave out is not counted.
        let all_there = items.iter().all(|item| !is_open(item));
        if let Some(least) = schema["minItems"].as_u64().filter(|least| all_there && count < *least) {
            self.report(node, at, format!("expected minimum item count: {least}, found: {count}"));
        }
        if let Some(most) = schema["maxItems"].as_u64().filter(|most| all_there && count > *most) {
            self.report(node, at, format!("expected maximum item count: {most}, found: {count}"));
        }
        let twice =
            |(index, item): (usize, &Node)| items[..index].iter().any(|other| !holds_open(item) && other.same(item));
        if schema["uniqueItems"] == true && items.iter().enumerate().any(twice) {
            self.report(node, at, "array items are not unique");
        }
        for (index, item) in items.iter().enumerate() {
            self.value(&schema["items"], item, &format!("{at}/{index}"), depth + 1);
        }
    }

    fn scalar(&mut self, schema: &'static Json, node: &Node, text: &str, at: &str) {
        let length = text.chars().count() as u64;
        if let Some(least) = schema["minLength"].as_u64().filter(|least| length < *least) {
            self.report(node, at, format!("expected minLength: {least}, actual: {length}"));
        }
        if let Some(most) = schema["maxLength"].as_u64().filter(|most| length > *most) {
            self.report(node, at, format!("expected maxLength: {most}, actual: {length}"));
        }
        let hidden = |keyword: &str| format!("failed validation constraint for keyword [{keyword}]");
        if schema["pattern"].as_str().is_some_and(|pattern| !matches(pattern, text)) {
            self.report(node, at, hidden("pattern"));
        }
        let plain = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        if schema["enum"].as_array().is_some_and(|values| !values.iter().any(|value| plain(value) == text)) {
            self.report(node, at, hidden("enum"));
        }
        if schema.get("const").is_some_and(|value| plain(value) != text) {
            self.report(node, at, hidden("const"));
        }
        let Ok(number) = text.parse::<f64>() else { return };
        if schema["minimum"].as_f64().is_some_and(|least| number < least) {
            self.report(node, at, hidden("minimum"));
        }
        if schema["maximum"].as_f64().is_some_and(|most| number > most) {
            self.report(node, at, hidden("maximum"));
        }
    }
}

/// Whether the value is not known yet: a function gives it.
fn is_open(node: &Node) -> bool {
    let function = call(node).is_some();
    let dynamic = node.text().is_some_and(|text| text.contains("{{resolve:"));
    function || dynamic || node.value == Value::Unresolved
}

/// Whether a part of the value is not known yet.
fn holds_open(node: &Node) -> bool {
    let inner = node.entries().iter().map(|(_, value)| value).chain(node.items());
    is_open(node) || inner.into_iter().any(holds_open)
}

/// Whether the value is of the JSON type. CloudFormation turns a text into a number or a boolean where one is wanted, and the
/// other way round.
fn is_of(kind: &str, node: &Node) -> bool {
    let text = node.text();
    match kind {
        "object" => node.is_mapping(),
        "array" => node.is_list(),
        "string" => text.is_some(),
        "boolean" => text.is_some_and(|text| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")),
        "integer" => text.is_some_and(|text| text.parse::<i64>().is_ok()),
        "number" => text.is_some_and(|text| text.parse::<f64>().is_ok()),
        "null" => node.value == Value::Null,
        _ => true,
    }
}

/// Whether the pattern is found in `text`. One that cannot be read here (it looks around itself, or asks for classes of letters)
/// counts as found.
fn matches(pattern: &str, text: &str) -> bool {
    // The end of the text is written in Python's way in some of them.
    let pattern = pattern.replace("\\Z", "\\z");
    regex_lite::Regex::new(&pattern).map_or(true, |pattern| pattern.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Findings;
    use crate::yaml;

    fn messages(kind: &str, properties: &str) -> Vec<String> {
        let findings = Findings::default();
        let node = yaml::read(properties, &findings).unwrap();
        check(kind, &node).into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn every_type_has_facts_that_can_be_read() {
        for kind in TYPES {
            assert!(schema(kind).is_some_and(|schema| schema["properties"].is_object()), "{kind}");
            assert!(exists(kind), "{kind}");
        }
        assert!(!exists("AWS::SQS::Queu"));
    }

    #[test]
    fn each_kind_of_mistake_has_cloudformations_sentence() {
        let table = "{AttributeDefinitions: [{AttributeName: pk, AttributeType: S}], KeySchema: [{AttributeName: pk, KeyType: HASH}]";
        for (kind, properties, expected) in [
            ("AWS::DynamoDB::Table", "{}", &["#: required key [KeySchema] not found"][..]),
            ("AWS::DynamoDB::Table", &format!("{table}, Foo: 1}}"), &["#: extraneous key [Foo] is not permitted"]),
            (
                "AWS::DynamoDB::Table",
                &format!("{table}, StreamSpecification: {{}}}}"),
                &["#/StreamSpecification: required key [StreamViewType] not found"],
            ),
            (
                "AWS::SQS::Queue",
                "{VisibilityTimeout: soon}",
                &["#/VisibilityTimeout: expected type: Integer, found: String"],
            ),
            ("AWS::SQS::Queue", "{VisibilityTimeout: '30', FifoQueue: 'true'}", &[]),
            ("AWS::SQS::Queue", "{QueueName: [a]}", &["#/QueueName: expected type: String, found: JSONArray"]),
            ("AWS::SQS::Queue", "{Tags: {a: b}}", &["#/Tags: expected type: JSONArray, found: JSONObject"]),
            ("AWS::SQS::Queue", "{Tags: [{Key: a}]}", &["#/Tags/0: required key [Value] not found"]),
            (
                "AWS::Lambda::Function",
                "{Code: {}, Role: nobody}",
                &["#/Role: failed validation constraint for keyword [pattern]"],
            ),
            ("AWS::Lambda::Function", "{Code: {}, Role: !GetAtt Role.Arn, Timeout: !Ref Wait}", &[]),
            (
                "AWS::Logs::LogGroup",
                "{RetentionInDays: 15}",
                &["#/RetentionInDays: failed validation constraint for keyword [enum]"],
            ),
            ("AWS::Custom::Thing", "{Any: thing}", &[]),
        ] {
            assert_eq!(messages(kind, properties), expected, "{kind} {properties}");
        }
    }
}
