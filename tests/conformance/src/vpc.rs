//! The harness for functions in a VPC: what Lambda says when it attaches one, and what one reaches from inside.

use local::deployment::{HandlerError, can_be_assumed, can_make_network_interfaces, network_exists};
use serde_json::{Map, Value, json};
use stack::{
    Role, Route, RouteTarget, SecurityGroup, Stack, Subnet, VpcConfig, VpcEndpoint, VpcEndpointType, VpcResources,
};

use crate::api_gateway;
use crate::case::{Case, Inexpressible, only_known, typed};
use crate::ground::{self, FUNCTION, Ground};
use crate::observed::{Answer, Observed};

const VPC: &str = "vpc-1";
const ROUTE_TABLE: &str = "rtb-1";

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    let known = [
        "vpc_config",
        "role_allows",
        "role_trusts",
        "subnets_exist",
        "security_groups_exist",
        "routes",
        "endpoints",
        "lambda",
    ];
    only_known("given", &case.given, &known)?;
    match case.request.get("operation").and_then(Value::as_str) {
        Some("UpdateFunctionConfiguration" | "CreateFunction") => attach(case),
        Some(other) => Err(Inexpressible::new(format_args!("request.operation {other}"))),
        None => call(case, ground).await,
    }
}

/// Asks what a deployment asks before it attaches a function to the VPC.
fn attach(case: &Case) -> Result<Observed, Inexpressible> {
    let (vpc, vpc_resources) = network(&case.given)?;
    let mut role = role(&case.given)?;
    if let Some(service) = case.given.get("role_trusts").and_then(Value::as_str) {
        let statement = json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" });
        role.assume_role_policy = json!({ "Statement": statement });
    }
    let checked = can_be_assumed(&role)
        .and_then(|()| can_make_network_interfaces(&role))
        .and_then(|()| network_exists(&vpc, &vpc_resources));
    Ok(match checked {
        Ok(()) => {
            let config = json!({ "SubnetIds": vpc.subnet_ids, "SecurityGroupIds": vpc.security_group_ids, "VpcId": VPC,
                "Ipv6AllowedForDualStack": false });
            let body = json!({ "FunctionName": FUNCTION, "VpcConfig": config }).to_string();
            Observed::of_answer(Answer { status: 200, headers: Vec::new(), body: body.into() })
        }
        Err(HandlerError { status, error_type, message, .. }) => {
            let body = json!({ "Type": "User", "message": message }).to_string();
            let answer =
                Answer { status, headers: vec![("x-amzn-ErrorType".into(), error_type.into())], body: body.into() };
            Observed::of_answer(answer).with("error", error_type).with("message", message)
        }
    })
}

/// Puts the function behind an API and into the VPC, and sends the request.
async fn call(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    let ask = api_gateway::request(case)?;
    let stage = ask.path.split('/').nth(1).unwrap_or_default().to_string();
    let integration = json!({ "integration": "AWS_PROXY", "integrationHttpMethod": "POST" });
    let resources = json!([{ "path": "/{proxy+}", "methods": { "ANY": integration } }]);
    let api = api_gateway::api::deployed(&json!({ "stage": stage, "resources": resources }))?;
    let mut setup = ground::function(FUNCTION, case.given.get("lambda"), true)?;
    let (vpc, vpc_resources) = network(&case.given)?;
    let interfaces = json!({ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" });
    setup.function.role = role(&case.given)?;
    setup.function.role.policies.push(json!({ "Statement": interfaces }));
    setup.function.vpc_config = Some(vpc);
    let group = setup.function.log_group.clone();
    let stack = Stack {
        name: "case".to_string(),
        permissions: api_gateway::permissions(&setup, &api.id),
        functions: vec![setup.function],
        apis: vec![api],
        vpc_resources,
        ..Stack::default()
    };
    let cloud = ground.boot(stack).await?;
    let url = cloud.api_url().ok_or_else(|| Inexpressible::new("a cloud without an API"))?;
    let answer = ask.send(ground::socket_of(&url)?).await.map_err(Inexpressible::new);
    let function_log = ground::lines(&cloud, &group);
    cloud.shutdown().await;
    let lambda_invoked = Some(function_log.iter().any(|line| line.starts_with("START RequestId:")));
    Ok(Observed { answer: Some(answer?), function_log, lambda_invoked, ..Observed::default() })
}

/// A role with the actions in `role_allows`; where the case does not speak of it, everything.
fn role(given: &Map<String, Value>) -> Result<Role, Inexpressible> {
    let actions = match given.get("role_allows") {
        None => vec!["*".to_string()],
        Some(actions) => typed("given.role_allows", actions)?,
    };
    let policies = match actions.is_empty() {
        true => Vec::new(),
        false => vec![json!({ "Statement": { "Effect": "Allow", "Action": actions, "Resource": "*" } })],
    };
    Ok(Role { name: format!("{FUNCTION}-role"), policies, assume_role_policy: Value::Null })
}

/// The VPC around `vpc_config`: one route table for all subnets, with the routes and endpoints of the case.
fn network(given: &Map<String, Value>) -> Result<(VpcConfig, VpcResources), Inexpressible> {
    let ids = |name: &str| -> Result<Vec<String>, Inexpressible> {
        let config = given.get("vpc_config").ok_or_else(|| Inexpressible::new("a case without given.vpc_config"))?;
        config.get(name).map_or(Ok(Vec::new()), |ids| typed(&format!("given.vpc_config.{name}"), ids))
    };
    let there = |name: &str| given.get(name) != Some(&Value::Bool(false));
    let vpc = VpcConfig { subnet_ids: ids("SubnetIds")?, security_group_ids: ids("SecurityGroupIds")? };
    let mut vpc_resources = VpcResources { vpcs: vec![VPC.into()], ..VpcResources::default() };
    if there("subnets_exist") {
        let subnet = |id: &String| Subnet { id: id.clone(), vpc: VPC.into(), route_table: Some(ROUTE_TABLE.into()) };
        vpc_resources.subnets = vpc.subnet_ids.iter().map(subnet).collect();
    }
    if there("security_groups_exist") {
        let group = |id: &String| SecurityGroup {
            id: id.clone(),
            vpc: VPC.into(),
            https_out: true,
            https_in: true,
            ..SecurityGroup::default()
        };
        vpc_resources.security_groups = vpc.security_group_ids.iter().map(group).collect();
    }
    for route in list(given, "routes")? {
        let text = route.to_string().to_lowercase();
        let target = match (text.contains("nat"), text.contains("igw") || text.contains("internet")) {
            (true, false) => RouteTarget::NatGateway,
            (false, true) => RouteTarget::InternetGateway,
            _ => return Err(Inexpressible::new(format_args!("given.routes: {route}"))),
        };
        vpc_resources.routes.push(Route { route_table: ROUTE_TABLE.into(), destination: "0.0.0.0/0".into(), target });
    }
    for endpoint in list(given, "endpoints")? {
        let text = endpoint.as_str().or(endpoint["service"].as_str()).or(endpoint["ServiceName"].as_str());
        let text = text.ok_or_else(|| Inexpressible::new(format_args!("given.endpoints: {endpoint}")))?;
        let service = text.rsplit('.').next().unwrap_or_default().to_lowercase();
        let interface = endpoint.to_string().to_lowercase().contains("interface");
        let kind = match interface {
            true => VpcEndpointType::Interface { security_groups: Vec::new(), private_dns: true },
            false => VpcEndpointType::Gateway { route_tables: vec![ROUTE_TABLE.into()] },
        };
        vpc_resources.endpoints.push(VpcEndpoint { vpc: VPC.into(), service, kind, policy: None });
    }
    Ok((vpc, vpc_resources))
}

fn list(given: &Map<String, Value>, name: &str) -> Result<Vec<Value>, Inexpressible> {
    given.get(name).map_or(Ok(Vec::new()), |list| typed(&format!("given.{name}"), list))
}
