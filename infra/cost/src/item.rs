//! What AWS counts, one by one.

use serde::Deserialize;

/// One thing that has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// Calls of a REST API.
    RestRequests,
    /// Gigabytes that an API sends out.
    DataOut,
    /// Invocations.
    LambdaRequests,
    /// Gigabyte-seconds on arm64.
    LambdaArm64,
    /// Gigabyte-seconds on x86_64.
    LambdaX86,
    /// Read request units.
    TableReads,
    /// Write request units.
    TableWrites,
    /// Gigabytes kept for a month.
    TableStorage,
    /// Gigabytes with point-in-time recovery, for a month.
    TableRecovery,
    /// Gigabytes kept for a month.
    BucketStorage,
    /// Objects written.
    BucketPuts,
    /// Objects read.
    BucketGets,
    /// HTTPS requests to a distribution.
    SiteRequests,
    /// Gigabytes that a distribution sends out.
    SiteDataOut,
    /// Requests to a standard queue.
    QueueRequests,
    /// Gigabytes written.
    LogIngestion,
    /// Gigabytes kept for a month.
    LogStorage,
    /// Standard alarms, for a month.
    Alarms,
    /// Hours of NAT gateways.
    NatHours,
    /// Gigabytes through them.
    NatData,
    /// Hours of public IPv4 addresses.
    AddressHours,
    /// Hours of interface endpoints, in each zone.
    EndpointHours,
    /// Gigabytes through them.
    EndpointData,
}

impl Item {
    /// The service that sends the bill.
    pub fn service(self) -> &'static str {
        match self {
            Item::RestRequests | Item::DataOut => "API Gateway",
            Item::LambdaRequests | Item::LambdaArm64 | Item::LambdaX86 => "Lambda",
            Item::TableReads | Item::TableWrites | Item::TableStorage | Item::TableRecovery => "DynamoDB",
            Item::BucketStorage | Item::BucketPuts | Item::BucketGets => "S3",
            Item::SiteRequests | Item::SiteDataOut => "CloudFront",
            Item::QueueRequests => "SQS",
            Item::LogIngestion | Item::LogStorage | Item::Alarms => "CloudWatch",
            Item::NatHours | Item::NatData | Item::AddressHours | Item::EndpointHours | Item::EndpointData => "VPC",
        }
    }

    /// What is counted, with its unit.
    pub fn label(self) -> &'static str {
        match self {
            Item::RestRequests => "REST API calls",
            Item::DataOut => "answers, GB",
            Item::LambdaRequests => "invocations",
            Item::LambdaArm64 => "GB-seconds, arm64",
            Item::LambdaX86 => "GB-seconds, x86_64",
            Item::TableReads => "read units",
            Item::TableWrites => "write units",
            Item::TableStorage | Item::BucketStorage => "stored, GB",
            Item::TableRecovery => "recoverable, GB",
            Item::BucketPuts => "objects written",
            Item::BucketGets => "objects read",
            Item::SiteRequests => "HTTPS requests",
            Item::SiteDataOut => "files sent, GB",
            Item::QueueRequests => "requests",
            Item::LogIngestion => "logs written, GB",
            Item::LogStorage => "logs kept, GB",
            Item::Alarms => "alarms",
            Item::NatHours => "NAT gateway, hours",
            Item::NatData => "NAT gateway, GB",
            Item::AddressHours => "IPv4 address, hours",
            Item::EndpointHours => "endpoint, hours",
            Item::EndpointData => "endpoint, GB",
        }
    }
}
