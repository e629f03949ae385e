//! VPCs: subnets, routes and endpoints, as far as they decide what a function can reach. Read `local::vpc` for the decision.

use serde::Serialize;
use serde_json::Value;

/// The resources of a stack's VPCs, and the databases in them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VpcResources {
    /// `AWS::EC2::VPC`, by id.
    pub vpcs: Vec<String>,
    /// `AWS::EC2::Subnet`.
    pub subnets: Vec<Subnet>,
    /// `AWS::EC2::SecurityGroup`.
    pub security_groups: Vec<SecurityGroup>,
    /// `AWS::EC2::Route`.
    pub routes: Vec<Route>,
    /// `AWS::EC2::VPCEndpoint`.
    pub endpoints: Vec<VpcEndpoint>,
    /// `AWS::RDS::DBInstance`.
    pub db_instances: Vec<DbInstance>,
}

impl VpcResources {
    /// Adds what `other` has.
    pub(crate) fn extend(&mut self, other: &VpcResources) {
        self.vpcs.extend_from_slice(&other.vpcs);
        self.subnets.extend_from_slice(&other.subnets);
        self.security_groups.extend_from_slice(&other.security_groups);
        self.routes.extend_from_slice(&other.routes);
        self.endpoints.extend_from_slice(&other.endpoints);
        self.db_instances.extend_from_slice(&other.db_instances);
    }
}

/// A PostgreSQL server in a VPC. The local cloud runs none: a program that starts one beside it asks `vpc` who reaches it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DbInstance {
    /// The template's name for it.
    pub logical_id: String,
    /// The subnets of its `DBSubnetGroupName`.
    pub subnets: Vec<String>,
    /// `VPCSecurityGroups`.
    pub security_groups: Vec<String>,
}

/// A subnet with its route table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Subnet {
    /// `subnet-…`.
    pub id: String,
    /// The VPC that it is in.
    pub vpc: String,
    /// Its route table, if one is associated; otherwise the VPC's main one, which has local routes only.
    pub route_table: Option<String>,
}

/// A security group: what may come in, and what may go out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SecurityGroup {
    /// `sg-…`.
    pub id: String,
    /// The VPC that it is in.
    pub vpc: String,
    /// Whether HTTPS may leave: a group that declares no egress rules lets everything out.
    pub https_out: bool,
    /// Whether HTTPS may come in from other members of the VPC.
    pub https_in: bool,
    /// Whether connections to PostgreSQL may leave.
    pub postgresql_out: bool,
    /// From whom they may come in: ids of security groups, and ranges of addresses.
    pub postgresql_in: Vec<String>,
    /// Every rule for what may come in, as it is written. Nothing here decides by it.
    #[serde(skip)]
    pub ingress: Vec<IngressRule>,
}

/// One rule of a security group for what may come in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IngressRule {
    /// `IpProtocol`: `tcp`, `-1` for every protocol.
    pub protocol: String,
    /// `FromPort`; 0 where the rule has none.
    pub from_port: i64,
    /// `ToPort`; 65535 where the rule has none.
    pub to_port: i64,
    /// Whom it names: the id of a security group or of a prefix list, or a range of addresses.
    pub source: String,
}

/// A way out of a subnet.
#[derive(Debug, Clone, Serialize)]
pub struct Route {
    /// The table that it is in.
    pub route_table: String,
    /// `DestinationCidrBlock`.
    pub destination: String,
    /// Where it leads.
    pub target: RouteTarget,
}

/// Where a route leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum RouteTarget {
    /// A NAT gateway, which gives a function an address that the world answers to.
    NatGateway,
    /// An internet gateway: no use to a function, whose network interface has no public address.
    InternetGateway,
}

/// A VPC endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct VpcEndpoint {
    /// The VPC that it is in.
    pub vpc: String,
    /// The last part of `com.amazonaws.ap-northeast-2.dynamodb`.
    pub service: String,
    /// How it is reached.
    pub kind: VpcEndpointType,
    /// `PolicyDocument`; everything is allowed without one.
    pub policy: Option<Value>,
}

/// The two kinds of VPC endpoint.
#[derive(Debug, Clone, Serialize)]
pub enum VpcEndpointType {
    /// An entry in route tables; DynamoDB and S3 only, free of charge.
    Gateway {
        /// `RouteTableIds`.
        route_tables: Vec<String>,
    },
    /// A network interface with an address in the VPC.
    Interface {
        /// `SecurityGroupIds`.
        security_groups: Vec<String>,
        /// Whether the service's usual name leads there.
        private_dns: bool,
    },
}
