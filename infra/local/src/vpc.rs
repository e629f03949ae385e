//! VPC: what a function in a VPC can reach, and what happens to a call that has no way out.
//!
//! A function without a `VpcConfig` reaches every service. One with it gets an address of the AWS endpoint of its own, where
//! only the services answer that its subnets can reach: through a NAT gateway, through a gateway endpoint in the subnet's
//! route table, or through an interface endpoint in the VPC. A route to an internet gateway does not help, because the
//! function's network interface has no public address.
//!
//! A call that has no way out hangs, as on AWS: no error, no missing permission to look for, until the function times out. Here the
//! endpoint takes the connection and the request, and never answers. On AWS not even the connection is made, so a client's connect
//! timeout fires there and its read timeout fires here. The reason is that a connection which nobody accepts behaves differently on
//! Linux, macOS and Windows, and one that nobody answers does not. With several subnets AWS picks one for each environment; here a
//! service is out of reach when one of them has no way to it, so that a mistake shows every time.
//!
//! A VPC endpoint has a policy of its own, which every call that goes through it is asked by, beside the caller's role. Where several
//! endpoints lead to a service, each of them has to let the call through, for the same reason.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;
use stack::Service;
use stack::{DbInstance, Function, RouteTarget, Subnet, VpcConfig, VpcEndpoint, VpcEndpointType, VpcResources};

/// What a caller can reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// These services only, and calls of all others hang; every service where there is no list.
    services: Option<BTreeSet<Service>>,
    /// The policies of the VPC endpoints that lead to a service.
    policies: BTreeMap<Service, Vec<EndpointPolicy>>,
}

/// The policy of a VPC endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPolicy {
    /// `PolicyDocument`.
    pub document: Value,
    /// Whether the account's number stands for all its roles in it. With a gateway endpoint it means the root user alone.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
    pub account_is_everybody: bool,
}

impl Reach {
    /// What `function` can reach with `vpc_resources`.
    pub fn of(function: &Function, vpc_resources: &VpcResources) -> Reach {
        match &function.vpc_config {
            None => Reach::default(),
            Some(vpc) => within(vpc, vpc_resources),
        }
    }

    /// Whether calls of `service` come through.
    pub fn includes(&self, service: Service) -> bool {
        self.services.as_ref().is_none_or(|services| services.contains(&service))
    }

    /// The policies that have to let a call of `service` through, beside those of the caller's role.
    pub fn policies(&self, service: Service) -> &[EndpointPolicy] {
        self.policies.get(&service).map_or(&[], Vec::as_slice)
    }
}

/// The AWS endpoints that functions in a VPC are given: an address for each function, and what it can reach there. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct FunctionEndpoints(Arc<RwLock<BTreeMap<String, FunctionEndpoint>>>);

/// One function's.
#[derive(Debug, Clone)]
struct FunctionEndpoint {
    address: SocketAddr,
    reach: Reach,
}

impl FunctionEndpoints {
    /// The address that `function` calls, where it is not the main one.
    pub fn of(&self, function: &str) -> Option<SocketAddr> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(function).map(|endpoint| endpoint.address)
    }

    /// What a call at the endpoint of `function` can reach. A function without one calls the main endpoint, and reaches everything.
    pub fn reach(&self, function: Option<&str>) -> Reach {
        let function_endpoints = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let endpoint = function.and_then(|function| function_endpoints.get(function));
        endpoint.map(|endpoint| endpoint.reach.clone()).unwrap_or_default()
    }

    /// Gives `function` an endpoint of its own.
    pub fn insert(&self, function: &str, address: SocketAddr, reach: Reach) {
        let mut function_endpoints = self.0.write().unwrap_or_else(PoisonError::into_inner);
        function_endpoints.insert(function.to_string(), FunctionEndpoint { address, reach });
    }

    /// Changes what `function` can reach, as a new route does at once. A function without an endpoint of its own reaches everything anyway.
    pub fn set_reach(&self, function: &str, reach: Reach) {
        let mut function_endpoints = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(endpoint) = function_endpoints.get_mut(function) {
            endpoint.reach = reach;
        }
    }
}

/// Whether `function` can connect to `database`: both are in one VPC, a security group of the function lets PostgreSQL out, and
/// one of the database lets it in from there. Inside a VPC every subnet has a route to every other.
pub fn reaches_database(function: &Function, database: &DbInstance, vpc_resources: &VpcResources) -> bool {
    // A database has a private address: nothing outside its VPC can reach it.
    let Some(vpc) = &function.vpc_config else { return false };
    let vpcs_of = |ids: &[String]| -> BTreeSet<&str> {
        let subnets = vpc_resources.subnets.iter().filter(|subnet| ids.contains(&subnet.id));
        subnets.map(|subnet| subnet.vpc.as_str()).collect()
    };
    let groups = |ids: &[String]| {
        vpc_resources.security_groups.iter().filter(|group| ids.contains(&group.id)).collect::<Vec<_>>()
    };
    let own = groups(&vpc.security_group_ids);
    let leaves = own.is_empty() || own.iter().any(|group| group.postgresql_out);
    let admits = |source: &String| vpc.security_group_ids.contains(source) || source.contains('/');
    let enters = groups(&database.security_groups).iter().any(|group| group.postgresql_in.iter().any(admits));
    let (from, to) = (vpcs_of(&vpc.subnet_ids), vpcs_of(&database.subnets));
    leaves && enters && !from.is_disjoint(&to)
}

const SERVICES: [Service; 7] = [
    Service::DynamoDb,
    Service::DynamoDbStreams,
    Service::S3,
    Service::Lambda,
    Service::Sqs,
    Service::Logs,
    Service::Sts,
];

fn within(vpc: &VpcConfig, vpc_resources: &VpcResources) -> Reach {
    let subnets: Vec<&Subnet> =
        vpc_resources.subnets.iter().filter(|subnet| vpc.subnet_ids.contains(&subnet.id)).collect();
    let groups = vpc_resources.security_groups.iter().filter(|group| vpc.security_group_ids.contains(&group.id));
    // Groups add up: one that lets HTTPS out is enough. A stack made without groups has the VPC's default one, which does.
    let mut groups = groups.peekable();
    let leaves = groups.peek().is_none() || groups.any(|group| group.https_out);
    if !leaves || subnets.is_empty() {
        return Reach { services: Some(BTreeSet::new()), policies: BTreeMap::new() };
    }
    let leading = |service: Service, subnet: &Subnet| {
        let endpoints = vpc_resources.endpoints.iter();
        endpoints.filter(|endpoint| leads_to(endpoint, service, subnet, vpc_resources)).collect::<Vec<_>>()
    };
    let reached = |service: &Service| {
        subnets.iter().all(|subnet| has_nat(subnet, vpc_resources) || !leading(*service, subnet).is_empty())
    };
    // The entry of a gateway endpoint says more than `0.0.0.0/0`, so its policy counts beside a NAT gateway, too.
    let policies = SERVICES.into_iter().map(|service| {
        let endpoints = subnets.iter().flat_map(|subnet| leading(service, subnet));
        let policy = |endpoint: &VpcEndpoint| {
            let account_is_everybody = matches!(endpoint.kind, VpcEndpointType::Interface { .. });
            Some(EndpointPolicy { document: endpoint.policy.clone()?, account_is_everybody })
        };
        (service, endpoints.filter_map(policy).collect())
    });
    let policies = policies.collect();
    let everywhere = subnets.iter().all(|subnet| has_nat(subnet, vpc_resources));
    let services = (!everywhere).then(|| SERVICES.into_iter().filter(reached).collect());
    Reach { services, policies }
}

fn has_nat(subnet: &Subnet, vpc_resources: &VpcResources) -> bool {
    let of_subnet = |table: &String| subnet.route_table.as_ref() == Some(table);
    let mut routes = vpc_resources.routes.iter().filter(|route| of_subnet(&route.route_table));
    routes.any(|route| route.destination == "0.0.0.0/0" && route.target == RouteTarget::NatGateway)
}

fn leads_to(endpoint: &VpcEndpoint, service: Service, subnet: &Subnet, vpc_resources: &VpcResources) -> bool {
    if endpoint.vpc != subnet.vpc || Service::of_vpc_endpoint(&endpoint.service) != Some(service) {
        return false;
    }
    match &endpoint.kind {
        VpcEndpointType::Gateway { route_tables } => {
            subnet.route_table.as_ref().is_some_and(|table| route_tables.contains(table))
        }
        VpcEndpointType::Interface { security_groups, private_dns } => {
            let mut groups = vpc_resources.security_groups.iter().filter(|group| security_groups.contains(&group.id));
            // Without the private name, a client that is not configured still asks the public address.
            *private_dns && (security_groups.is_empty() || groups.any(|group| group.https_in))
        }
    }
}

#[cfg(test)]
mod tests;
