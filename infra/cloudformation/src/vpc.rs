//! `AWS::EC2::*` and databases: VPCs, as far as they decide what a function can reach.
//!
//! Address ranges are not compared: what is in a VPC reaches everything else in it, and what is outside is named by the
//! routes. <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html>

mod db_instances;
mod endpoints;
mod security_groups;

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use stack::{Route, RouteTarget, Subnet, VpcResources};

/// The template's VPC resources, with every id that one part names of another checked.
pub(super) fn read(resources: &[Resolved<'_>], findings: &Findings) -> VpcResources {
    let parts = VpcParts { resources, findings };
    let mut vpc_resources = VpcResources::default();
    parts.each("AWS::EC2::VPC", |id, fields| {
        fields.required(&["CidrBlock"]);
        fields.text("CidrBlock");
        vpc_resources.vpcs.push(id.to_string());
    });
    parts.each("AWS::EC2::Subnet", |id, fields| {
        fields.required(&["VpcId"]);
        fields.text("CidrBlock");
        let vpc = parts.named(fields, "VpcId", "AWS::EC2::VPC");
        vpc_resources.subnets.push(Subnet { id: id.to_string(), vpc, route_table: None });
    });
    parts.each("AWS::EC2::RouteTable", |_, fields| {
        fields.required(&["VpcId"]);
        parts.named(fields, "VpcId", "AWS::EC2::VPC");
    });
    parts.each("AWS::EC2::SubnetRouteTableAssociation", |_, fields| {
        fields.required(&["RouteTableId", "SubnetId"]);
        let subnet = parts.named(fields, "SubnetId", "AWS::EC2::Subnet");
        let table = parts.named(fields, "RouteTableId", "AWS::EC2::RouteTable");
        if let Some(subnet) = vpc_resources.subnets.iter_mut().find(|known| known.id == subnet) {
            if subnet.route_table.is_some() {
                fields.report("SubnetId", "the subnet has a route table already; a subnet has one");
            }
            subnet.route_table = Some(table);
        }
    });
    parts.each("AWS::EC2::InternetGateway", |_, _| {});
    parts.each("AWS::EC2::EIP", |_, fields| {
        fields.one_of("Domain", &["vpc"]);
    });
    parts.each("AWS::EC2::VPCGatewayAttachment", |_, fields| {
        fields.required(&["InternetGatewayId", "VpcId"]);
        parts.named(fields, "VpcId", "AWS::EC2::VPC");
        parts.named(fields, "InternetGatewayId", "AWS::EC2::InternetGateway");
    });
    parts.each("AWS::EC2::NatGateway", |_, fields| {
        fields.required(&["SubnetId"]);
        fields.one_of("ConnectivityType", &["public"]);
        parts.named(fields, "SubnetId", "AWS::EC2::Subnet");
        if fields.text("AllocationId").is_some_and(|id| !id.starts_with("eipalloc-")) {
            fields.report(
                "AllocationId",
                "is not an allocation id; write !GetAtt Address.AllocationId: !Ref gives the address",
            );
        }
    });
    parts.each("AWS::EC2::Route", |_, fields| vpc_resources.routes.extend(parts.route(fields)));
    vpc_resources.security_groups = security_groups::read(&parts);
    vpc_resources.endpoints = endpoints::read(&parts);
    vpc_resources.db_instances = db_instances::read(&parts);
    vpc_resources
}

/// The resources to read, and where mistakes go.
struct VpcParts<'r> {
    resources: &'r [Resolved<'r>],
    findings: &'r Findings,
}

impl VpcParts<'_> {
    /// Reads every resource of the type `kind`, by its id, and reports what nobody asked for.
    fn each(&self, kind: &'static str, mut read: impl FnMut(&str, &mut Fields<'_>)) {
        for resource in self.resources.iter().filter(|resource| resource.kind() == kind) {
            if let Some(mut fields) = resource.fields(kind, self.findings) {
                read(&resource.name, &mut fields);
                fields.done();
            }
        }
    }

    /// The id in the field `name`, which must be that of a resource of the type `kind`; empty when it is not.
    fn named(&self, fields: &mut Fields<'_>, name: &'static str, kind: &'static str) -> String {
        let Some(id) = fields.text(name) else { return String::new() };
        if !self.is_known(&id, kind) {
            fields.report(name, self.unknown(&id, kind));
        }
        id
    }

    /// As [`VpcParts::named`], for a list.
    fn all_named(&self, fields: &mut Fields<'_>, name: &'static str, kind: &'static str) -> Vec<String> {
        let ids = fields.texts(name).unwrap_or_default();
        for id in ids.iter().filter(|id| !self.is_known(id, kind)) {
            fields.report(name, self.unknown(id, kind));
        }
        ids
    }

    fn is_known(&self, id: &str, kind: &str) -> bool {
        self.resources.iter().any(|resource| resource.kind() == kind && resource.name == id)
    }

    fn unknown(&self, id: &str, kind: &str) -> String {
        let known = self.resources.iter().filter(|resource| resource.kind() == kind);
        let known: Vec<String> = known.map(|resource| format!("!Ref {}", resource.resource.id)).collect();
        format!("the template has no {kind} {id}; {}", suggestion(id, known.iter().map(String::as_str)))
    }

    fn route(&self, fields: &mut Fields<'_>) -> Option<Route> {
        fields.required(&["DestinationCidrBlock", "RouteTableId"]);
        let route_table = self.named(fields, "RouteTableId", "AWS::EC2::RouteTable");
        let destination = fields.text("DestinationCidrBlock")?;
        let nat = fields.node("NatGatewayId").is_some();
        let internet = fields.node("GatewayId").is_some();
        let target = match (nat, internet) {
            (true, false) => {
                self.named(fields, "NatGatewayId", "AWS::EC2::NatGateway");
                RouteTarget::NatGateway
            }
            (false, true) => {
                self.named(fields, "GatewayId", "AWS::EC2::InternetGateway");
                RouteTarget::InternetGateway
            }
            _ => {
                let message = "a route leads to one place: NatGatewayId or GatewayId";
                fields.findings.report(fields.position, &fields.place, message);
                return None;
            }
        };
        Some(Route { route_table, destination, target })
    }
}
