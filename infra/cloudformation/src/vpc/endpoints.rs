//! `AWS::EC2::VPCEndpoint`: ways to single services.

use super::VpcParts;
use crate::fields::Fields;
use crate::policies;
use stack::Service;
use stack::policy::PolicyKind;
use stack::{REGION, VpcEndpoint, VpcEndpointType};

/// Every endpoint of the template.
pub(super) fn read(parts: &VpcParts<'_>) -> Vec<VpcEndpoint> {
    let mut endpoints = Vec::new();
    parts.each("AWS::EC2::VPCEndpoint", |_, fields| endpoints.extend(endpoint(parts, fields)));
    endpoints
}

fn endpoint(parts: &VpcParts<'_>, fields: &mut Fields<'_>) -> Option<VpcEndpoint> {
    fields.required(&["ServiceName", "VpcId"]);
    let vpc = parts.named(fields, "VpcId", "AWS::EC2::VPC");
    let place = fields.at("PolicyDocument");
    let policy = fields.node("PolicyDocument");
    let policy = policy.and_then(|node| policies::document(node, &place, PolicyKind::VpcEndpoint, parts.findings));
    let kind = fields.one_of("VpcEndpointType", &["Gateway", "Interface"]).unwrap_or_else(|| "Gateway".to_string());
    let gateway = kind == "Gateway";
    let route_tables = parts.all_named(fields, "RouteTableIds", "AWS::EC2::RouteTable");
    let subnets = parts.all_named(fields, "SubnetIds", "AWS::EC2::Subnet");
    let security_groups = parts.all_named(fields, "SecurityGroupIds", "AWS::EC2::SecurityGroup");
    let private_dns = fields.boolean("PrivateDnsEnabled").unwrap_or(false);
    let service = service(fields, gateway)?;
    let kind = if gateway {
        if !(subnets.is_empty() && security_groups.is_empty()) {
            fields.report(
                "VpcEndpointType",
                "a gateway endpoint stands in route tables; SubnetIds and SecurityGroupIds are for Interface",
            );
        }
        VpcEndpointType::Gateway { route_tables }
    } else {
        if !route_tables.is_empty() {
            fields.report("RouteTableIds", "an interface endpoint stands in subnets; RouteTableIds are for Gateway");
        }
        VpcEndpointType::Interface { security_groups, private_dns }
    };
    Some(VpcEndpoint { vpc, service, kind, policy })
}

/// The last part of the service's name.
fn service(fields: &mut Fields<'_>, gateway: bool) -> Option<String> {
    let name = fields.text("ServiceName")?;
    let service = name.strip_prefix(&format!("com.amazonaws.{REGION}."));
    let Some(service) = service.filter(|service| Service::of_vpc_endpoint(service).is_some()) else {
        fields.report(
            "ServiceName",
            format!("The Vpc Endpoint Service '{name}' does not exist: com.amazonaws.{REGION} and one of dynamodb, dynamodb-streams, s3, lambda, sqs, logs, sts"),
        );
        return None;
    };
    if gateway && !["dynamodb", "s3"].contains(&service) {
        fields.report(
            "VpcEndpointType",
            format!("there are gateway endpoints for dynamodb and s3 only; {service} needs Interface"),
        );
    }
    Some(service.to_string())
}
