//! What of a template is paid for.

use std::collections::BTreeSet;
use std::path::Path;

use cloudformation::{PreflightInput, preflight};
use serde_json::Value;
use stack::{Architecture, Distribution, Origin, Resource, Stack};

/// A function, and who invokes it.
#[derive(Debug, Clone, PartialEq)]
pub struct BilledFunction {
    /// Its name.
    pub name: String,
    /// Megabytes of memory.
    pub memory_size: u32,
    /// What it runs on.
    pub architecture: Architecture,
    /// Whether an API invokes it.
    pub of_api: bool,
    /// Whether a table's stream invokes it.
    pub of_stream: bool,
}

/// What of a template is paid for, in a stack whose parameters have values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Billed {
    /// Functions.
    pub functions: Vec<BilledFunction>,
    /// Whether there is a REST API.
    pub has_api: bool,
    /// Tables that are paid by request.
    pub tables: usize,
    /// How many of these can be recovered to a point in time.
    pub recoverable_tables: usize,
    /// Buckets.
    pub buckets: usize,
    /// Distributions.
    pub distributions: usize,
    /// Whether requests of the API come through one of them.
    pub api_on_site: bool,
    /// Standard queues.
    pub queues: usize,
    /// Alarms.
    pub alarms: usize,
    /// The longest time that a log is kept, in days, where the template says so.
    pub log_days: Option<f64>,
    /// NAT gateways.
    pub nat_gateways: usize,
    /// Gateway endpoints. They are free, and what takes their way is not counted at a NAT gateway.
    pub gateway_endpoints: usize,
    /// Interface endpoints, counted in each zone.
    pub endpoints: usize,
    /// What else there is, and is not counted: why.
    pub not_counted: Vec<String>,
}

/// A template that does not come as far as its resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the template cannot be read as far as its resources, so it is not known what is paid for")]
pub struct UnreadableTemplate;

/// Types for which AWS charges nothing by themselves, or whose use is counted with another one.
const FREE: &[&str] = &[
    "AWS::ApiGateway::",
    // One that notifies; one that acts would be paid for, and is another type.
    "AWS::Budgets::Budget",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::IAM::",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
];

impl Billed {
    /// What is paid for of the template `text`; `path` is its file.
    ///
    /// # Errors
    ///
    /// AWS or the local cloud would refuse it.
    pub fn read(text: &str, path: &Path, input: &PreflightInput) -> Result<Billed, UnreadableTemplate> {
        let stack = preflight(text, path, input).stack.ok_or(UnreadableTemplate)?;
        let mut behaviors = stack.distributions.iter().flat_map(Distribution::behaviors);
        let api_on_site = behaviors.any(|behavior| matches!(behavior.origin, Origin::RestApi(_)));
        let mut billed = Billed { has_api: !stack.apis.is_empty(), api_on_site, ..Billed::default() };
        billed.add_functions(&stack);
        for resource in &stack.resources {
            billed.add(resource);
        }
        Ok(billed)
    }

    fn add_functions(&mut self, stack: &Stack) {
        let of_api = stack.permissions.iter().filter(|permission| permission.principal == "apigateway.amazonaws.com");
        let of_api: BTreeSet<&str> = of_api.map(|permission| permission.function.as_str()).collect();
        let of_stream = |name: &str| stack.event_source_mappings.iter().any(|mapping| mapping.function == name);
        for function in &stack.functions {
            let name = function.name.clone();
            let (of_api, of_stream) = (of_api.contains(name.as_str()), of_stream(&name));
            if !of_api && !of_stream {
                self.not_counted.push(format!("{name}: neither an API nor a stream invokes it"));
            }
            self.functions.push(BilledFunction {
                name,
                memory_size: function.memory_size,
                architecture: function.architecture,
                of_api,
                of_stream,
            });
        }
    }

    fn add(&mut self, resource: &Resource) {
        let Resource { logical_id, resource_type, properties, .. } = resource;
        match resource_type.as_str() {
            "AWS::DynamoDB::Table" if properties["BillingMode"] == "PAY_PER_REQUEST" => {
                self.tables += 1;
                let recovery = &properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"];
                self.recoverable_tables += usize::from(is_true(recovery));
            }
            "AWS::DynamoDB::Table" => {
                self.not_counted.push(format!("{logical_id}: its capacity is provisioned, and paid by the hour"));
            }
            "AWS::SQS::Queue" if is_true(&properties["FifoQueue"]) => {
                self.not_counted.push(format!("{logical_id}: FIFO queues have a price of their own"));
            }
            "AWS::SQS::Queue" => self.queues += 1,
            "AWS::S3::Bucket" => self.buckets += 1,
            "AWS::CloudFront::Distribution" => self.distributions += 1,
            "AWS::CloudWatch::Alarm" => self.alarms += 1,
            "AWS::EC2::NatGateway" => self.nat_gateways += 1,
            "AWS::EC2::VPCEndpoint" if properties["VpcEndpointType"] == "Interface" => {
                self.endpoints += properties["SubnetIds"].as_array().map_or(1, |subnets| subnets.len().max(1));
            }
            "AWS::EC2::VPCEndpoint" => self.gateway_endpoints += 1,
            "AWS::Lambda::Function" => {}
            "AWS::Logs::LogGroup" => {
                let days = &properties["RetentionInDays"];
                let days = days.as_f64().or_else(|| days.as_str().and_then(|days| days.parse().ok()));
                self.log_days = self.log_days.into_iter().chain(days).reduce(f64::max);
            }
            kind if FREE.iter().any(|free| kind == *free || (free.ends_with("::") && kind.starts_with(free))) => {}
            kind => self.not_counted.push(format!("{logical_id}: no price of {kind} here")),
        }
    }
}

/// A truth as templates write it.
fn is_true(value: &Value) -> bool {
    value == true || value == "true"
}
