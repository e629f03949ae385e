//! The services that the AWS endpoint answers for, and their names in calls, policies and VPC endpoints.

/// A service of the AWS endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// DynamoDB.
    DynamoDb,
    /// DynamoDB Streams, which has an address of its own on AWS.
    DynamoDbStreams,
    /// S3.
    S3,
    /// Lambda.
    Lambda,
    /// SQS.
    Sqs,
    /// CloudWatch Logs.
    Logs,
    /// STS.
    Sts,
    /// CloudFormation.
    CloudFormation,
    /// CloudWatch: metrics and alarms.
    CloudWatch,
    /// Anything else.
    Unknown,
}

impl Service {
    /// The prefix of the service's actions in policies, and its name in the trail.
    pub fn prefix(self) -> &'static str {
        match self {
            Service::DynamoDb | Service::DynamoDbStreams => "dynamodb",
            Service::S3 => "s3",
            Service::Lambda => "lambda",
            Service::Sqs => "sqs",
            Service::Logs => "logs",
            Service::Sts => "sts",
            Service::CloudFormation => "cloudformation",
            Service::CloudWatch => "cloudwatch",
            Service::Unknown => "unknown",
        }
    }

    /// The service's name in signatures, which is the prefix of its actions for most.
    pub fn signing_name(self) -> &'static str {
        match self {
            Service::CloudWatch => "monitoring",
            other => other.prefix(),
        }
    }

    /// The service whose VPC endpoint is called `com.amazonaws.{region}.{name}`.
    pub fn of_vpc_endpoint(name: &str) -> Option<Service> {
        match name {
            "dynamodb" => Some(Service::DynamoDb),
            "dynamodb-streams" => Some(Service::DynamoDbStreams),
            "s3" => Some(Service::S3),
            "lambda" => Some(Service::Lambda),
            "sqs" => Some(Service::Sqs),
            "logs" => Some(Service::Logs),
            "sts" => Some(Service::Sts),
            "cloudformation" => Some(Service::CloudFormation),
            "monitoring" => Some(Service::CloudWatch),
            _ => None,
        }
    }
}
