//! Properties that a template may have although they change nothing on a laptop, each with its reason.
//!
//! Everything else that the local cloud does not understand is an error, so this list is all that it overlooks. A
//! property belongs here only if no request, record, log line or refusal that the book shows depends on it. Values
//! below one of these properties are seldom read: `cfn-lint` and AWS check them.

/// A property that only AWS acts on.
struct Property {
    /// The resource type, or the part of one, that has it.
    of: &'static str,
    name: &'static str,
    reason: &'static str,
}

/// A resource type that only AWS acts on.
pub(super) struct ResourceType {
    pub(super) name: &'static str,
    /// Its properties: a slip in a name is found even where the value does not matter.
    properties: &'static [&'static str],
    reason: &'static str,
}

macro_rules! properties {
    ($($of:literal { $($name:literal: $reason:literal,)* })*) => {
        &[$($(Property { of: $of, name: $name, reason: $reason },)*)*]
    };
}

const PROPERTIES: &[Property] = properties! {
    "AWS::Serverless::Api" {
        "AlwaysDeploy": "every start deploys the template as it stands",
        "Description": "shown in the console only",
        "OpenApiVersion": "the form in which SAM hands the routes to AWS",
        "PropagateTags": "tags are for bills and access by tag",
        "Tags": "tags are for bills and access by tag",
        "TracingEnabled": "nobody collects traces locally; the trace header is handed on all the same",
    }
    "AWS::Serverless::Api.MethodSettings" {
        "MetricsEnabled": "the local cloud counts by API and stage only",
    }
    "AWS::ApiGateway::RestApi" {
        "Description": "shown in the console only",
        "FailOnWarnings": "an import of a document has no warnings here",
        "Mode": "resources beside a document are added to it, as with merge",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::ApiGateway::Deployment" {
        "Description": "shown in the console only",
    }
    "AWS::ApiGateway::Stage" {
        "Description": "shown in the console only",
        "DocumentationVersion": "is for people who read the API",
        "Tags": "tags are for bills and access by tag",
        "TracingEnabled": "nobody collects traces locally; the trace header is handed on all the same",
    }
    "AWS::ApiGateway::Stage.MethodSetting" {
        "MetricsEnabled": "the local cloud counts by API and stage only",
    }
    "AWS::Serverless::Function" {
        "Description": "shown in the console only",
        "EphemeralStorage": "/tmp is the machine's own",
        "PropagateTags": "tags are for bills and access by tag",
        "RuntimeManagementConfig": "there is no managed runtime to update",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::Lambda::Function" {
        "Description": "shown in the console only",
        "EphemeralStorage": "/tmp is the machine's own",
        "RuntimeManagementConfig": "there is no managed runtime to update",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::Serverless::Function.BuildProperties" {
        "Flags": "the local cloud builds with the workspace's own profile",
    }
    "AWS::Serverless::Function.LoggingConfig" {
        "ApplicationLogLevel": "filters what a JSON logger writes; local lines are all kept",
        "SystemLogLevel": "filters what Lambda writes; local lines are all kept",
    }
    "AWS::Lambda::EventSourceMapping" {
        "Tags": "tags are for bills and access by tag",
    }
    "VpcConfig" {
        "Ipv6AllowedForDualStack": "the local network has no IPv6",
    }
    "AWS::IAM::Role" {
        "Description": "shown in the console only",
        "MaxSessionDuration": "local credentials end with their execution environment",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::DynamoDB::Table" {
        "ContributorInsightsSpecification": "the local cloud counts calls, and not by key",
        "PointInTimeRecoverySpecification": "backups are for data that matters; the local file can be copied",
        "SSESpecification": "there are no keys of KMS",
        "TableClass": "a price, not a behaviour",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::CloudWatch::Alarm" {
        "EvaluateLowSampleCountPercentile": "is for percentiles, which no alarm has here",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::EIP" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::InternetGateway" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::NatGateway" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::RouteTable" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::SecurityGroup" {
        "GroupDescription": "shown in the console only",
        "GroupName": "a name for people; on AWS no second one of the network may have it",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::Subnet" {
        "AvailabilityZone": "the machine is one place",
        "MapPublicIpOnLaunch": "is for instances: the network interface of a function never gets a public address",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::VPC" {
        "EnableDnsHostnames": "the local network has no names of its own",
        "EnableDnsSupport": "the local network has no names of its own",
        "InstanceTenancy": "there are no instances",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::EC2::VPCEndpoint" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::RDS::DBInstance" {
        "AllocatedStorage": "a size; the server that stands in for it is started beside the local cloud",
        "BackupRetentionPeriod": "backups are for data that matters",
        "DBInstanceClass": "a size; the server that stands in for it is started beside the local cloud",
        "DBName": "the database is made where the server is started",
        "DBParameterGroupName": "settings of the server, which is started beside the local cloud",
        "DeletionProtection": "guards against a deletion on AWS",
        "EnableIAMDatabaseAuthentication": "the local server trusts everybody that reaches it",
        "EngineVersion": "the local server has a version of its own",
        "ManageMasterUserPassword": "the local server trusts everybody that reaches it",
        "MasterUsername": "the local server trusts everybody that reaches it",
        "PubliclyAccessible": "a database is reached from inside its VPC",
        "StorageEncrypted": "encryption at rest is not visible to a caller",
        "StorageType": "a price, not a behaviour",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::RDS::DBSubnetGroup" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::S3::Bucket" {
        "LifecycleConfiguration": "acts after days",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::CloudFront::Distribution" {
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::CloudFront::Distribution.DistributionConfig" {
        "Comment": "shown in the console only",
        "HttpVersion": "locally it is HTTP/1.1",
        "IPV6Enabled": "the local edge listens on 127.0.0.1",
        "Logging": "access logs are for operators",
        "PriceClass": "a price, not a behaviour",
        "ViewerCertificate": "the local edge speaks http; AWS's default certificate is AWS's own",
    }
    "AWS::CloudFront::Distribution.DefaultCacheBehavior" {
        "CachePolicyId": "the local edge asks its origin every time; of an API it takes no policy but CachingDisabled",
        "CachedMethods": "the local edge asks its origin every time, so an upload shows at once",
        "Compress": "a size, not a content",
        "OriginRequestPolicyId": "a bucket reads none of the headers that it would add; for an API it decides what is passed on",
        "ViewerProtocolPolicy": "the local edge speaks http, so there is nothing to redirect to",
    }
    "AWS::CloudFront::Distribution.CacheBehavior" {
        "CachePolicyId": "the local edge asks its origin every time; of an API it takes no policy but CachingDisabled",
        "CachedMethods": "the local edge asks its origin every time, so an upload shows at once",
        "Compress": "a size, not a content",
        "OriginRequestPolicyId": "a bucket reads none of the headers that it would add; for an API it decides what is passed on",
        "ViewerProtocolPolicy": "the local edge speaks http, so there is nothing to redirect to",
    }
    "AWS::CloudFront::Distribution.CustomOriginConfig" {
        "HTTPPort": "an API answers https only",
        "HTTPSPort": "the local origin has a port of its own",
        "OriginKeepaliveTimeout": "the local origin is in the same process",
        "OriginReadTimeout": "an API answers within its own time",
        "OriginSSLProtocols": "the local edge speaks http",
    }
    "AWS::CloudFront::Distribution.Origin" {
        "ConnectionAttempts": "the local origin is in the same process",
        "ConnectionTimeout": "the local origin is in the same process",
    }
    "AWS::CloudFront::Distribution.CustomErrorResponse" {
        "ErrorCachingMinTTL": "the local edge asks its origin every time",
    }
    "AWS::CloudFront::OriginAccessControl.OriginAccessControlConfig" {
        "Description": "shown in the console only",
        "Name": "a name for people; on AWS no second one may have it",
    }
    "AWS::CloudFront::ResponseHeadersPolicy.ResponseHeadersPolicyConfig" {
        "Comment": "shown in the console only",
        "Name": "a name for people; on AWS no second one may have it",
    }
    "AWS::SQS::Queue" {
        "KmsDataKeyReusePeriodSeconds": "there are no keys of KMS",
        "KmsMasterKeyId": "there are no keys of KMS",
        "SqsManagedSseEnabled": "encryption at rest is not visible to a caller",
        "Tags": "tags are for bills and access by tag",
    }
    "AWS::Logs::LogGroup" {
        "KmsKeyId": "there are no keys of KMS",
        "LogGroupClass": "a price, not a behaviour",
        "RetentionInDays": "local lines are gone when the local cloud ends",
        "Tags": "tags are for bills and access by tag",
    }
    "Output" {
        "Description": "for people who read the template",
    }
};

/// The types whose resources do nothing locally. Their references are still resolved, so a wrong name is still found.
const TYPES: &[ResourceType] = &[
    ResourceType {
        name: "AWS::Budgets::Budget",
        properties: &["Budget", "NotificationsWithSubscribers", "ResourceTags"],
        reason: "nothing costs anything here, so a budget is kept with its stack and never compared with a bill",
    },
    ResourceType {
        name: "AWS::CloudWatch::Dashboard",
        properties: &["DashboardBody", "DashboardName"],
        reason: "nobody draws metrics here; the API gives them",
    },
    ResourceType {
        name: "AWS::RDS::DBParameterGroup",
        properties: &["DBParameterGroupName", "Description", "Family", "Parameters", "Tags"],
        reason: "settings of a server, and the server is started beside the local cloud",
    },
    ResourceType {
        name: "AWS::SNS::Subscription",
        properties: &[
            "DeliveryPolicy",
            "Endpoint",
            "FilterPolicy",
            "FilterPolicyScope",
            "Protocol",
            "RawMessageDelivery",
            "RedrivePolicy",
            "Region",
            "SubscriptionRoleArn",
            "TopicArn",
        ],
        reason: "there is no SNS here: what an alarm would tell somebody is in the activity log",
    },
    ResourceType {
        name: "AWS::SNS::Topic",
        properties: &[
            "ContentBasedDeduplication",
            "DisplayName",
            "FifoTopic",
            "KmsMasterKeyId",
            "SignatureVersion",
            "Subscription",
            "Tags",
            "TopicName",
            "TracingConfig",
        ],
        reason: "there is no SNS here: what an alarm would tell somebody is in the activity log",
    },
    ResourceType {
        name: "AWS::SQS::QueuePolicy",
        properties: &["PolicyDocument", "Queues"],
        reason: "within one account the sender's own role decides",
    },
];

/// All that a template may say and the local cloud does not act on, each with the reason: resource types, and
/// properties as `AWS::DynamoDB::Table.SSESpecification`.
pub fn deployment_only() -> impl Iterator<Item = (String, &'static str)> {
    let types = TYPES.iter().map(|kind| (kind.name.to_string(), kind.reason));
    types.chain(PROPERTIES.iter().map(|entry| (format!("{}.{}", entry.of, entry.name), entry.reason)))
}

/// Why `property` of `of` may stand in a template although it does nothing here.
pub(super) fn reason(of: &str, property: &str) -> Option<&'static str> {
    PROPERTIES.iter().find(|entry| entry.of == of && entry.name == property).map(|entry| entry.reason)
}

/// The deployment-only properties of `of`.
pub(super) fn properties(of: &str) -> impl Iterator<Item = &'static str> {
    PROPERTIES.iter().filter(move |entry| entry.of == of).map(|entry| entry.name)
}

/// The deployment-only resource type called `name`.
pub(super) fn resource_type(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|entry| entry.name == name)
}

/// The names of all deployment-only resource types.
pub(super) fn resource_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|entry| entry.name)
}

impl ResourceType {
    /// Its properties' names.
    pub(super) fn properties(&self) -> &'static [&'static str] {
        self.properties
    }
}
