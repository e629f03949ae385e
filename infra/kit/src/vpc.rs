//! Looking at a VPC: what a function in it can reach, and who can reach a database.
//!
//! A call that has no way out of a VPC gets no error: it hangs until the function times out, and that is all the log says. The
//! cause is in route tables and security groups, so an explanation lists what the template has there.

use local::vpc::{Reach, reaches_database};
use stack::Service;
use stack::{DbInstance, Function, IngressRule, RouteTarget, Stack, Subnet, VpcEndpointType, VpcResources};

use crate::ask::Ask;
use crate::written_out::written_out;

/// Parts of a network that are charged by the hour, whatever leads to them.
const CHARGED: [&str; 4] =
    ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::TransitGateway", "AWS::EC2::VPNConnection"];

impl<'lab> Ask<'lab> {
    /// Expects the network to have a way from a function, by its logical id, to a service: `dynamodb`.
    pub fn function_reaches(self, function: &str, service: &str) {
        let stack = self.stack();
        let deployed = self.function(function);
        let wanted = Service::of_vpc_endpoint(service);
        let reach = Reach::of(deployed, &stack.vpc_resources);
        let asked = vec![format!("the network of {}: is there a way to {service}?", deployed.name)];
        if wanted.is_some_and(|wanted| reach.includes(wanted)) {
            let works = |stack: &Stack| {
                let found = stack.functions.iter().find(|known| known.logical_id == function);
                let reach = found.map(|found| Reach::of(found, &stack.vpc_resources));
                reach.is_some_and(|reach| wanted.is_some_and(|wanted| reach.includes(wanted)))
            };
            let Some((word, elsewhere)) = written_out(&self.question().lab.place().template(), works) else { return };
            let mut explanation = self.question().explanation();
            explanation.asked = asked;
            explanation.expected = vec!["yes, wherever the template is deployed".to_string()];
            explanation.got = vec![format!("written out, {word}: {elsewhere} there is no such way")];
            explanation.fail()
        }
        let mut explanation = self.question().explanation();
        explanation.asked = asked;
        explanation.expected = vec!["yes, from each of its subnets".to_string()];
        explanation.got = ways(deployed, &stack.vpc_resources, service);
        explanation.why =
            vec!["A call that has no way out is not refused: it hangs until the function times out.".to_string()];
        explanation.fail()
    }

    /// Expects nothing in the network to be charged by the hour: no NAT gateway, and no endpoint that is a network interface.
    pub fn network_costs_nothing(self) {
        let vpc_resources = &self.stack().vpc_resources;
        let to_nat = |route: &&stack::Route| route.target == RouteTarget::NatGateway;
        let gateways = vpc_resources.routes.iter().filter(to_nat);
        let gateways = gateways.map(|route| format!("a route for {} to a NAT gateway", route.destination));
        let interfaces =
            vpc_resources.endpoints.iter().filter(|one| matches!(one.kind, VpcEndpointType::Interface { .. }));
        let interfaces = interfaces.map(|one| format!("an endpoint for {} that is a network interface", one.service));
        // One that no route leads to is charged as well, and is in no network that the local cloud knows.
        let template = std::fs::read_to_string(self.question().lab.place().template()).unwrap_or_default();
        let lines = template.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let resources = lines.flat_map(|line| CHARGED.into_iter().filter(move |kind| line.contains(kind)));
        let resources = resources.map(|kind| format!("a resource of type {kind}"));
        let charged: Vec<String> = gateways.chain(interfaces).chain(resources).collect();
        if charged.is_empty() {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec!["the network: what in it is charged for?".to_string()];
        explanation.expected = vec!["nothing: a gateway endpoint is an entry in a route table, and free".to_string()];
        explanation.got = charged;
        explanation.why =
            vec!["That is charged by the hour, whether anybody uses it or not, and by the gigabyte.".to_string()];
        explanation.fail()
    }

    /// Expects the subnets of a function to be private: no route of theirs leads to an internet gateway.
    pub fn subnets_are_private(self, function: &str) {
        let vpc_resources = &self.stack().vpc_resources;
        let deployed = self.function(function);
        let own = deployed.vpc_config.iter().flat_map(|vpc| &vpc.subnet_ids);
        let subnets = own.filter_map(|id| vpc_resources.subnets.iter().find(|subnet| subnet.id == *id));
        let tables: Vec<&String> = subnets.filter_map(|subnet| subnet.route_table.as_ref()).collect();
        let is_public = |route: &&stack::Route| {
            route.target == RouteTarget::InternetGateway && tables.contains(&&route.route_table)
        };
        let Some(public) = vpc_resources.routes.iter().find(is_public) else { return };
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("the route table of the subnets of {}", deployed.name)];
        explanation.expected =
            vec!["no route out of the VPC: the subnets are private, and the database is in them".to_string()];
        explanation.got = vec![format!("a route for {} to an internet gateway", public.destination)];
        explanation.why = vec![
            "It is of no use to a function, whose network interface has no public address. What is put into the subnets later, \
             with one, can be reached from everywhere."
                .to_string(),
        ];
        explanation.fail()
    }

    /// Expects the security groups of a function to let nobody in: nothing connects to a function.
    pub fn function_admits_nobody(self, function: &str) {
        let deployed = self.function(function);
        let groups = deployed.vpc_config.iter().flat_map(|vpc| &vpc.security_group_ids);
        let all = &self.stack().vpc_resources.security_groups;
        let groups: Vec<&stack::SecurityGroup> =
            groups.filter_map(|id| all.iter().find(|group| group.id == *id)).collect();
        let Some(rule) = groups.iter().flat_map(|group| &group.ingress).next() else { return };
        let own: Vec<&String> = groups.iter().map(|group| &group.id).collect();
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("the security group of {}: what does it let in?", deployed.name)];
        explanation.expected = vec!["nothing: a function is called through Lambda, and has no port".to_string()];
        explanation.got = vec![widely(rule, &own, &[])];
        explanation.fail()
    }

    /// Expects a function to have this reserved concurrency; `because` says where the number comes from.
    pub fn has_reserved_concurrency(self, function: &str, wanted: u32, because: &str) {
        let deployed = self.function(function);
        let got = deployed.reserved_concurrent_executions;
        if got == Some(wanted) {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("ReservedConcurrentExecutions of {}", deployed.name)];
        explanation.expected = vec![format!("{wanted}: {because}")];
        explanation.got = vec![match got {
            Some(number) => number.to_string(),
            None => "none: it may use all the concurrency that the account has".to_string(),
        }];
        explanation.fail()
    }

    /// Expects the network to have a way from a function to a database, both by their logical ids.
    pub fn function_reaches_database(self, function: &str, database: &str) {
        let stack = self.stack();
        let deployed = self.function(function);
        let found = self.database(database);
        if reaches_database(deployed, found, &stack.vpc_resources) {
            return;
        }
        let groups =
            stack.vpc_resources.security_groups.iter().filter(|group| found.security_groups.contains(&group.id));
        let admitted = groups.flat_map(|group| &group.postgresql_in).map(|one| described(one, &found.security_groups));
        let admitted: Vec<String> = admitted.collect();
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("the network of {}: is there a way to {database}, port 5432?", deployed.name)];
        explanation.expected = vec!["yes, from its subnets, through both security groups".to_string()];
        explanation.got = match (deployed.vpc_config.is_some(), admitted.as_slice()) {
            (false, _) => vec!["no: the function is in no VPC, and the database has a private address".to_string()],
            (true, []) => {
                vec!["no: no rule of the database's security group lets anything in at that port".to_string()]
            }
            (true, others) => vec![format!("no: the database's security group lets in {}", others.join(" and "))],
        };
        explanation.why =
            vec!["A security group drops what it does not let in: the function waits until it times out.".to_string()];
        explanation.fail()
    }

    /// Expects the security groups of a database, by its logical id, to let in the functions' security groups and nobody else.
    pub fn database_admits_only_functions(self, database: &str) {
        let stack = self.stack();
        let vpc_resources = &stack.vpc_resources;
        let found = self.database(database);
        let groups = vpc_resources.security_groups.iter().filter(|group| found.security_groups.contains(&group.id));
        let sources: Vec<&String> = groups.flat_map(|group| &group.postgresql_in).collect();
        let functions: Vec<&String> = stack
            .functions
            .iter()
            .filter_map(|function| function.vpc_config.as_ref())
            .flat_map(|vpc| &vpc.security_group_ids)
            .collect();
        let strangers: Vec<&String> = sources.iter().copied().filter(|source| !functions.contains(source)).collect();
        let groups = vpc_resources.security_groups.iter().filter(|group| found.security_groups.contains(&group.id));
        let wide = groups
            .flat_map(|group| &group.ingress)
            .find(|rule| !is_postgresql(rule) || !functions.contains(&&rule.source));
        if !sources.is_empty() && strangers.is_empty() && wide.is_none() {
            return;
        }
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("the security group of {database}: who may connect to port 5432?")];
        explanation.expected = vec!["the security group of the functions, and nobody else".to_string()];
        if strangers.is_empty() && wide.is_some() {
            explanation.asked = vec![format!("the security group of {database}: what does it let in?")];
            explanation.expected =
                vec!["TCP at port 5432 from the security group of the functions, and nothing else".to_string()];
        }
        explanation.got = match (sources.as_slice(), strangers.as_slice()) {
            ([], _) => vec!["nobody: no rule lets anything in at that port".to_string()],
            (_, []) => wide.into_iter().map(|rule| widely(rule, &functions, &found.security_groups)).collect(),
            (_, strangers) => strangers.iter().map(|stranger| described(stranger, &found.security_groups)).collect(),
        };
        explanation.fail()
    }

    fn stack(&self) -> &'lab Stack {
        self.question().lab.local().stack()
    }

    /// A function of the template, by its logical id. Ends the test when there is none.
    pub(crate) fn function(&self, logical_id: &str) -> &'lab Function {
        match self.stack().functions.iter().find(|known| known.logical_id == logical_id) {
            Some(found) => found,
            None => self.absent("function", logical_id),
        }
    }

    /// A database of the template, by its logical id. Ends the test when there is none.
    fn database(&self, logical_id: &str) -> &'lab DbInstance {
        match self.stack().vpc_resources.db_instances.iter().find(|known| known.logical_id == logical_id) {
            Some(found) => found,
            None => self.absent("database", logical_id),
        }
    }

    fn absent(&self, what: &str, logical_id: &str) -> ! {
        let mut explanation = self.question().explanation();
        explanation.got = vec![format!("template.yaml has no {what} {logical_id}")];
        explanation.fail()
    }
}

/// Whether a rule is about PostgreSQL's port and nothing else.
fn is_postgresql(rule: &IngressRule) -> bool {
    matches!(rule.protocol.as_str(), "tcp" | "6") && (rule.from_port, rule.to_port) == (5432, 5432)
}

/// A rule that lets in too much, in words.
fn widely(rule: &IngressRule, functions: &[&String], own: &[String]) -> String {
    let what = match (rule.protocol.as_str(), rule.from_port, rule.to_port) {
        ("-1", ..) => "everything, in every protocol at every port".to_string(),
        ("tcp" | "6", from, to) if from == to => format!("TCP at port {from}"),
        ("tcp" | "6", from, to) => format!("TCP at the ports {from} to {to}"),
        ("udp" | "17", from, to) if from == to => format!("UDP at port {from}"),
        ("udp" | "17", from, to) => format!("UDP at the ports {from} to {to}"),
        ("icmp" | "1" | "icmpv6" | "58", ..) => "ICMP, which is a ping and the like".to_string(),
        (protocol, ..) => format!("protocol {protocol}"),
    };
    let who = if functions.contains(&&rule.source) {
        "the security group of the functions".to_string()
    } else {
        described(&rule.source, own)
    };
    format!("{what}, from {who}")
}

fn described(source: &str, own: &[String]) -> String {
    if own.iter().any(|group| group == source) {
        return "the database's own security group, in which no function is".to_string();
    }
    match source {
        "0.0.0.0/0" => "every address there is, 0.0.0.0/0".to_string(),
        list if list.starts_with("pl-") => format!("everybody in the prefix list {list}, whatever they are"),
        range if range.contains('/') => format!("everybody in {range}, whatever they are"),
        other => format!("the security group {other}, in which no function is"),
    }
}

/// What stands on the way from a function's subnets, in sentences.
fn ways(function: &Function, vpc_resources: &VpcResources, service: &str) -> Vec<String> {
    let Some(vpc) = &function.vpc_config else { return vec!["the function is in no VPC".to_string()] };
    let subnets: Vec<&Subnet> =
        vpc_resources.subnets.iter().filter(|subnet| vpc.subnet_ids.contains(&subnet.id)).collect();
    let groups = || vpc_resources.security_groups.iter().filter(|group| vpc.security_group_ids.contains(&group.id));
    let mut got = vec![format!("no way to {service}")];
    if groups().next().is_some() && !groups().any(|group| group.https_out) {
        got.push("its security group lets no HTTPS out".to_string());
    }
    let lets_in = |id: &String| vpc_resources.security_groups.iter().any(|group| group.id == *id && group.https_in);
    let of_function = |table: &String| subnets.iter().any(|subnet| subnet.route_table.as_ref() == Some(table));
    let routes = vpc_resources.routes.iter().filter(|route| of_function(&route.route_table));
    got.extend(routes.map(|route| match route.target {
        RouteTarget::InternetGateway => format!(
            "a route for {} to an internet gateway: no use to a function, whose network interface has no public address",
            route.destination
        ),
        RouteTarget::NatGateway => format!("a route for {} to a NAT gateway", route.destination),
    }));
    got.extend(vpc_resources.endpoints.iter().map(|endpoint| {
        let place = match &endpoint.kind {
            VpcEndpointType::Gateway { route_tables } if route_tables.is_empty() => "in no route table",
            VpcEndpointType::Gateway { route_tables } if route_tables.iter().any(of_function) => {
                "in the route table of its subnets"
            }
            VpcEndpointType::Gateway { .. } => "in a route table that its subnets do not use",
            VpcEndpointType::Interface { private_dns: false, .. } => "without the service's usual name",
            VpcEndpointType::Interface { security_groups, .. } if !security_groups.iter().any(lets_in) => {
                "as a network interface whose security group lets no HTTPS in"
            }
            VpcEndpointType::Interface { .. } => "as a network interface",
        };
        format!("an endpoint for {}, {place}", endpoint.service)
    }));
    if got.len() == 1 {
        got.push("the route table of its subnets has no route out of the VPC, and no endpoint".to_string());
    }
    got
}
