//! What a resource is called once it exists, and what `Ref` and `GetAtt` give for it.
//!
//! A name that the template leaves out is `{stack}-{logical id}`. CloudFormation adds a random suffix; here it is left
//! out, so that a table is still the same table after a restart. Ids that AWS draws at random are derived from the same
//! two names for the same reason.

use uuid::Uuid;

use super::Addresses;
use stack::{ACCOUNT, REGION, function_arn, log_group_arn, queue_arn, role_arn, role_id, stream_arn, table_arn};

/// A supported resource type.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// The property that holds its name, if it has a name and not an id.
    pub(super) name_property: Option<&'static str>,
    /// The longest name that AWS takes.
    longest: usize,
    /// What `GetAtt` can ask for.
    pub(super) attributes: &'static [&'static str],
}

const fn named(
    name: &'static str,
    name_property: &'static str,
    longest: usize,
    attributes: &'static [&'static str],
) -> Kind {
    Kind { name, name_property: Some(name_property), longest, attributes }
}

const fn numbered(name: &'static str, attributes: &'static [&'static str]) -> Kind {
    Kind { name, name_property: None, longest: usize::MAX, attributes }
}

const KINDS: &[Kind] = &[
    named("AWS::Serverless::Function", "FunctionName", 64, &["Arn"]),
    numbered("AWS::Serverless::Api", &["RestApiId", "RootResourceId"]),
    numbered("AWS::ApiGateway::Account", &["Id"]),
    numbered("AWS::ApiGateway::Deployment", &["DeploymentId"]),
    numbered("AWS::ApiGateway::GatewayResponse", &["Id"]),
    numbered("AWS::ApiGateway::Method", &[]),
    named("AWS::ApiGateway::Model", "Name", 128, &[]),
    numbered("AWS::ApiGateway::RequestValidator", &["RequestValidatorId"]),
    numbered("AWS::ApiGateway::Resource", &["ResourceId"]),
    numbered("AWS::ApiGateway::RestApi", &["RestApiId", "RootResourceId"]),
    named("AWS::ApiGateway::Stage", "StageName", 128, &[]),
    named("AWS::ApiGateway::ApiKey", "Name", 128, &["APIKeyId"]),
    named("AWS::ApiGateway::UsagePlan", "UsagePlanName", 128, &["Id"]),
    numbered("AWS::ApiGateway::UsagePlanKey", &["Id"]),
    named("AWS::Lambda::Function", "FunctionName", 64, &["Arn"]),
    numbered("AWS::Lambda::EventSourceMapping", &["EventSourceMappingArn", "Id"]),
    numbered("AWS::Lambda::Permission", &["Id"]),
    named("AWS::IAM::Role", "RoleName", 64, &["Arn", "RoleId"]),
    named("AWS::IAM::Policy", "PolicyName", 128, &["Id"]),
    named("AWS::DynamoDB::Table", "TableName", 255, &["Arn", "StreamArn"]),
    named(
        "AWS::S3::Bucket",
        "BucketName",
        63,
        &["Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"],
    ),
    numbered("AWS::S3::BucketPolicy", &[]),
    numbered("AWS::CloudFront::Distribution", &["DomainName", "Id"]),
    numbered("AWS::CloudFront::OriginAccessControl", &["Id"]),
    numbered("AWS::CloudFront::ResponseHeadersPolicy", &["Id"]),
    named("AWS::SQS::Queue", "QueueName", 80, &["Arn", "QueueName", "QueueUrl"]),
    named("AWS::Logs::LogGroup", "LogGroupName", 512, &["Arn"]),
    named("AWS::CloudWatch::Alarm", "AlarmName", 255, &["Arn"]),
    named("AWS::CloudWatch::Dashboard", "DashboardName", 255, &[]),
    numbered("AWS::EC2::EIP", &["AllocationId", "PublicIp"]),
    numbered("AWS::EC2::InternetGateway", &["InternetGatewayId"]),
    numbered("AWS::EC2::NatGateway", &["NatGatewayId"]),
    numbered("AWS::EC2::Route", &[]),
    numbered("AWS::EC2::RouteTable", &["RouteTableId"]),
    numbered("AWS::EC2::SecurityGroup", &["GroupId", "Id"]),
    numbered("AWS::EC2::SecurityGroupEgress", &["Id"]),
    numbered("AWS::EC2::SecurityGroupIngress", &["Id"]),
    numbered("AWS::EC2::Subnet", &["SubnetId"]),
    numbered("AWS::EC2::SubnetRouteTableAssociation", &["Id"]),
    numbered("AWS::EC2::VPC", &["DefaultNetworkAcl", "DefaultSecurityGroup", "VpcId"]),
    numbered("AWS::EC2::VPCEndpoint", &["Id"]),
    numbered("AWS::EC2::VPCGatewayAttachment", &[]),
    named("AWS::RDS::DBInstance", "DBInstanceIdentifier", 63, &["DBInstanceArn", "Endpoint.Address", "Endpoint.Port"]),
    named("AWS::RDS::DBParameterGroup", "DBParameterGroupName", 255, &["DBParameterGroupArn"]),
    named("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName", 255, &["DBSubnetGroupArn"]),
    named("AWS::SNS::Topic", "TopicName", 256, &["TopicArn", "TopicName"]),
];

/// A deployment-only type that has neither name nor attributes.
pub(super) const OVERLOOKED: Kind = numbered("a resource that only AWS acts on", &[]);

/// The supported resource type called `name`.
pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The type that SAM makes of one of its own, under the same logical id.
pub(super) fn made_of(kind: &str) -> &str {
    match kind {
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        other => other,
    }
}

/// The names of all supported resource types.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.name)
}

impl Kind {
    /// The name of a resource whose template gives none.
    pub(super) fn default_name(&self, stack: &str, id: &str) -> String {
        let name = format!("{stack}-{id}");
        let name = if self.name == "AWS::S3::Bucket" { name.to_lowercase() } else { name };
        name.chars().take(self.longest).collect()
    }

    /// What `Ref` gives for the resource that is called `name`, or has the id `name`.
    pub(super) fn reference(&self, name: &str) -> String {
        match self.name {
            "AWS::SQS::Queue" => format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"),
            "AWS::SNS::Topic" => format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}"),
            "AWS::EC2::EIP" => public_address(name),
            _ => name.to_string(),
        }
    }

    /// What `GetAtt` gives for `attribute`; `None` when the attribute does not exist.
    pub(super) fn attribute(&self, name: &str, attribute: &str, addresses: &Addresses) -> Option<String> {
        if !self.attributes.contains(&attribute) {
            return None;
        }
        let value = match (self.name, attribute) {
            ("AWS::Serverless::Function" | "AWS::Lambda::Function", _) => function_arn(name),
            ("AWS::Serverless::Api" | "AWS::ApiGateway::RestApi", "RootResourceId") => root_resource_id(name),
            ("AWS::IAM::Role", "RoleId") => role_id(name),
            ("AWS::IAM::Role", _) => role_arn(name),
            ("AWS::Lambda::EventSourceMapping", "EventSourceMappingArn") => {
                format!("arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{name}")
            }
            ("AWS::DynamoDB::Table", "StreamArn") => stream_arn(name),
            ("AWS::DynamoDB::Table", _) => table_arn(name),
            ("AWS::S3::Bucket", "Arn") => format!("arn:aws:s3:::{name}"),
            ("AWS::S3::Bucket", "DomainName") => format!("{name}.s3.amazonaws.com"),
            ("AWS::S3::Bucket", "DualStackDomainName") => format!("{name}.s3.dualstack.{REGION}.amazonaws.com"),
            ("AWS::S3::Bucket", "RegionalDomainName") => format!("{name}.s3.{REGION}.amazonaws.com"),
            ("AWS::S3::Bucket", _) => format!("http://{name}.s3-website.{REGION}.amazonaws.com"),
            ("AWS::CloudFront::Distribution", "DomainName") => addresses.site_domain(name),
            ("AWS::SQS::Queue", "Arn") => queue_arn(name),
            ("AWS::SQS::Queue", "QueueUrl") | ("AWS::SNS::Topic", "TopicArn") | ("AWS::EC2::EIP", "PublicIp") => {
                self.reference(name)
            }
            ("AWS::Logs::LogGroup", _) => format!("{}:*", log_group_arn(name)),
            ("AWS::EC2::VPC", "DefaultNetworkAcl") => format!("acl-{}", hex(&format!("default list of {name}"))),
            ("AWS::EC2::VPC", "DefaultSecurityGroup") => format!("sg-{}", hex(&format!("default group of {name}"))),
            ("AWS::RDS::DBInstance", "DBInstanceArn") => format!("arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}"),
            ("AWS::RDS::DBParameterGroup", _) => format!("arn:aws:rds:{REGION}:{ACCOUNT}:pg:{}", name.to_lowercase()),
            ("AWS::RDS::DBSubnetGroup", _) => format!("arn:aws:rds:{REGION}:{ACCOUNT}:subgrp:{}", name.to_lowercase()),
            ("AWS::RDS::DBInstance", "Endpoint.Port") => "5432".to_string(),
            ("AWS::RDS::DBInstance", _) => {
                format!(
                    "{}.{}.{REGION}.rds.amazonaws.com",
                    name.to_lowercase(),
                    letters(&format!("host of {name}"), 12)
                )
            }
            ("AWS::CloudWatch::Alarm", _) => format!("arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"),
            _ => name.to_string(),
        };
        Some(value)
    }
}

/// The id of a resource that AWS would draw one for.
pub(super) fn id(kind: &str, stack: &str, id: &str) -> String {
    let source = format!("{stack}/{id}");
    match kind {
        "AWS::Serverless::Api" | "AWS::ApiGateway::RestApi" => letters(&source, 10),
        "AWS::ApiGateway::Deployment" | "AWS::ApiGateway::Resource" | "AWS::ApiGateway::RequestValidator" => {
            letters(&source, 6)
        }
        "AWS::CloudFront::Distribution" | "AWS::CloudFront::OriginAccessControl" => {
            format!("E{}", letters(&source, 13).to_uppercase())
        }
        "AWS::CloudFront::ResponseHeadersPolicy" => uuid(&source),
        "AWS::EC2::EIP" => format!("eipalloc-{}", hex(&source)),
        "AWS::EC2::InternetGateway" => format!("igw-{}", hex(&source)),
        "AWS::EC2::NatGateway" => format!("nat-{}", hex(&source)),
        "AWS::EC2::RouteTable" => format!("rtb-{}", hex(&source)),
        "AWS::EC2::SecurityGroup" => format!("sg-{}", hex(&source)),
        "AWS::EC2::Subnet" => format!("subnet-{}", hex(&source)),
        "AWS::EC2::VPC" => format!("vpc-{}", hex(&source)),
        "AWS::EC2::VPCEndpoint" => format!("vpce-{}", hex(&source)),
        _ => format!("{stack}-{id}"),
    }
}

/// The UUID of the mapping that reads the stream of `table` for `function`.
pub(super) fn mapping_uuid(table: &str, function: &str) -> String {
    uuid(&format!("{table} {function}"))
}

/// An address for documentation, which nobody has (RFC 5737), for the Elastic IP address with the id `id`.
fn public_address(id: &str) -> String {
    let last = digest(id).as_u128() % 254 + 1;
    format!("203.0.113.{last}")
}

fn digest(source: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, source.as_bytes())
}

/// A UUID that the same `source` always gives.
pub(super) fn uuid(source: &str) -> String {
    digest(source).to_string()
}

/// The 17 digits of EC2's ids, which the same `source` always gives.
fn hex(source: &str) -> String {
    digest(source).simple().to_string().chars().take(17).collect()
}

/// `count` lower-case letters and digits that the same `source` always gives.
pub(super) fn letters(source: &str, count: usize) -> String {
    const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut rest = digest(source).as_u128();
    let mut text = String::with_capacity(count);
    for _ in 0..count {
        text.push(char::from(ALPHABET[(rest % 36) as usize]));
        rest /= 36;
    }
    text
}

/// The id of the resource `/` of the API with the id `api`.
pub(super) fn root_resource_id(api: &str) -> String {
    letters(&format!("root of {api}"), 10)
}

/// The id of the deployment of an API with the logical id `logical`: API Gateway draws six letters and digits.
pub(super) fn deployment_id(logical: &str) -> String {
    letters(&format!("deployment {logical}"), 6)
}
