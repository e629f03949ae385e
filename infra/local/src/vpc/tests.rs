//! Networks in small, and what can be reached in them.

use super::*;
use serde_json::json;
use stack::{Route, SecurityGroup};

/// One VPC with subnet `s` in table `t` and a group that lets everything out.
fn network() -> VpcResources {
    VpcResources {
        vpcs: vec!["vpc".into()],
        subnets: vec![Subnet { id: "s".into(), vpc: "vpc".into(), route_table: Some("t".into()) }],
        security_groups: vec![SecurityGroup {
            id: "g".into(),
            vpc: "vpc".into(),
            https_out: true,
            ..SecurityGroup::default()
        }],
        ..VpcResources::default()
    }
}

#[track_caller]
fn check(vpc_resources: &VpcResources, subnets: &[&str], expected: &[Service]) {
    let vpc = VpcConfig {
        subnet_ids: subnets.iter().map(|id| (*id).to_string()).collect(),
        security_group_ids: vec!["g".into()],
    };
    let reach = within(&vpc, vpc_resources);
    let reached: Vec<Service> = SERVICES.into_iter().filter(|service| reach.includes(*service)).collect();
    assert_eq!(reached, expected);
}

fn route(target: RouteTarget) -> Route {
    Route { route_table: "t".into(), destination: "0.0.0.0/0".into(), target }
}

fn gateway(service: &str, table: &str) -> VpcEndpoint {
    let kind = VpcEndpointType::Gateway { route_tables: vec![table.into()] };
    VpcEndpoint { vpc: "vpc".into(), service: service.into(), kind, policy: None }
}

#[test]
fn nothing_is_reached_without_a_way_out_and_everything_through_nat() {
    check(&network(), &["s"], &[]);
    check(&VpcResources { routes: vec![route(RouteTarget::InternetGateway)], ..network() }, &["s"], &[]);
    check(&VpcResources { routes: vec![route(RouteTarget::NatGateway)], ..network() }, &["s"], &SERVICES);
}

#[test]
fn a_gateway_endpoint_serves_the_route_tables_that_it_is_in() {
    check(&VpcResources { endpoints: vec![gateway("dynamodb", "t")], ..network() }, &["s"], &[Service::DynamoDb]);
    check(&VpcResources { endpoints: vec![gateway("dynamodb", "other")], ..network() }, &["s"], &[]);
    let mut two = VpcResources { endpoints: vec![gateway("s3", "t")], ..network() };
    check(&two, &["s"], &[Service::S3]);
    two.subnets.push(Subnet { id: "s2".into(), vpc: "vpc".into(), route_table: None });
    check(&two, &["s", "s2"], &[]);
}

#[test]
fn the_policy_of_an_endpoint_counts_for_what_goes_through_it() {
    let policies = |routes: Vec<Route>, table: &str| {
        let policy = Some(json!({ "Statement": [] }));
        let endpoints = vec![VpcEndpoint { policy, ..gateway("dynamodb", table) }];
        let vpc = VpcConfig { subnet_ids: vec!["s".into()], security_group_ids: vec!["g".into()] };
        let reach = within(&vpc, &VpcResources { endpoints, routes, ..network() });
        assert_eq!(reach.policies(Service::S3), []);
        reach.policies(Service::DynamoDb).to_vec()
    };
    let asked = [EndpointPolicy { document: json!({ "Statement": [] }), account_is_everybody: false }];
    assert_eq!(policies(Vec::new(), "t"), asked);
    assert_eq!(policies(vec![route(RouteTarget::NatGateway)], "t"), asked, "an endpoint's entry goes before 0.0.0.0/0");
    assert_eq!(policies(vec![route(RouteTarget::NatGateway)], "other"), []);
}

#[test]
fn an_interface_endpoint_needs_its_name_and_its_group() {
    let endpoint = |private_dns, groups: &[&str]| {
        let security_groups = groups.iter().map(|id| (*id).to_string()).collect();
        let kind = VpcEndpointType::Interface { security_groups, private_dns };
        VpcResources {
            endpoints: vec![VpcEndpoint { vpc: "vpc".into(), service: "sqs".into(), kind, policy: None }],
            ..network()
        }
    };
    check(&endpoint(true, &[]), &["s"], &[Service::Sqs]);
    check(&endpoint(false, &[]), &["s"], &[]);
    check(&endpoint(true, &["g"]), &["s"], &[]);
    let mut open = endpoint(true, &["g"]);
    open.security_groups[0].https_in = true;
    check(&open, &["s"], &[Service::Sqs]);
    open.security_groups[0].https_out = false;
    check(&open, &["s"], &[]);
}

#[test]
fn a_database_is_reached_from_its_vpc_by_groups_that_agree() {
    let group = |id: &str, out: bool, from: &[&str]| SecurityGroup {
        id: id.into(),
        vpc: "vpc".into(),
        postgresql_out: out,
        postgresql_in: from.iter().map(|source| (*source).to_string()).collect(),
        ..SecurityGroup::default()
    };
    let with = |function: SecurityGroup, database: SecurityGroup| VpcResources {
        security_groups: vec![function, database],
        ..network()
    };
    let database = DbInstance { logical_id: "Db".into(), subnets: vec!["s".into()], security_groups: vec!["d".into()] };
    let function = |subnets: &[&str]| {
        let subnet_ids = subnets.iter().map(|id| (*id).to_string()).collect();
        let vpc = VpcConfig { subnet_ids, security_group_ids: vec!["g".into()] };
        function(Some(vpc))
    };
    let reaches =
        |function: &Function, vpc_resources: &VpcResources| reaches_database(function, &database, vpc_resources);
    let agreed = with(group("g", true, &[]), group("d", false, &["g"]));
    assert!(reaches(&function(&["s"]), &agreed));
    assert!(reaches(&function(&["s"]), &with(group("g", true, &[]), group("d", false, &["10.0.0.0/16"]))));
    assert!(!reaches(&function(&["elsewhere"]), &agreed), "another VPC");
    assert!(!reaches(&self::function(None), &agreed), "no VPC at all");
    assert!(!reaches(&function(&["s"]), &with(group("g", false, &[]), group("d", false, &["g"]))), "nothing leaves");
    assert!(!reaches(&function(&["s"]), &with(group("g", true, &[]), group("d", false, &["d"]))), "from itself only");
}

fn function(vpc_config: Option<VpcConfig>) -> Function {
    Function { vpc_config, ..Function::named("f") }
}
