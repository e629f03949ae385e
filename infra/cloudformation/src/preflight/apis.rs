//! APIs and the functions behind them: a method whose API may not invoke its function answers every request with 500.
//!
//! A REST API has its methods in a definition (`Body`) or as resources, an HTTP API likewise. What counts is what the function's
//! permissions say of the ARN that a request has.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html>

use super::foreseen::drawn;
use super::functions::permission_of;
use super::invocations::{self, Callable, NoPermission};
use super::template::Foreseen;
use super::{Judgements, Place};
use crate::finding::Position;
use crate::tree::Node;
use crate::usage_plans::waits_for;
use crate::{Resolved, kinds};
use stack::ACCOUNT;

const SERVICE: &str = "apigateway.amazonaws.com";
/// The method that stands for all in a definition.
const ANY: &str = "x-amazon-apigateway-any-method";
/// Stands for the stages of an API of which the template says nothing.
const SOME_STAGE: &str = "stage";
const INTEGRATION: &str = "x-amazon-apigateway-integration";

/// A method of an API that a function answers.
struct AnsweredMethod<'t> {
    api: &'t Resolved<'t>,
    position: Position,
    http_method: String,
    path: String,
    callable: Callable,
}

pub(super) fn judge(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    let mut methods = Vec::new();
    for kind in ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"] {
        for api in template.of_kind(kind) {
            of_definition(api, &mut methods);
        }
    }
    of_resources(template, &mut methods);
    of_routes(template, &mut methods);
    deployments(template, judgements);
    usage_plans(template, judgements);
    for method in &methods {
        may_invoke(template, method, judgements);
    }
}

/// A deployment that does not wait for its methods is made before them.
fn deployments(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    const METHOD: &str = "AWS::ApiGateway::Method";
    for deployment in template.of_kind("AWS::ApiGateway::Deployment") {
        let Some(api) = api_of(template, "AWS::ApiGateway::RestApi", deployment, "RestApiId") else { continue };
        let has_definition = ["Body", "BodyS3Location", "CloneFrom"].iter().any(|name| api.value(name).is_some());
        let is_method = |id: &str| template.resource(id).is_some_and(|resource| resource.kind == METHOD);
        let waits = waits_for(deployment.resource, &|id| template.resource(id), &is_method);
        if !has_definition
            && !waits
            && template.of_kind(METHOD).any(|method| method.text("RestApiId") == Some(&api.name))
        {
            let message = "The REST API doesn't contain any methods".to_string();
            let repair =
                "let the deployment depend on the API's methods (DependsOn), or it is made before them".to_string();
            judgements.refused(deployment.at(), "ApiGateway", 400, message, repair);
        }
    }
}

/// A usage plan that does not wait for the stage that it names is made before it.
fn usage_plans(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    let is_stage = |id: &str| {
        let makes_stage = |kind: &str| ["AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"].contains(&kind);
        template.resource(id).is_some_and(|resource| makes_stage(&resource.kind))
    };
    for plan in template.of_kind("AWS::ApiGateway::UsagePlan") {
        if waits_for(plan.resource, &|id| template.resource(id), &is_stage) {
            continue;
        }
        for named in plan.value("ApiStages").map(Node::items).unwrap_or_default() {
            let text = |name: &str| named.get(name).and_then(Node::text);
            let (Some(api), Some(stage)) = (text("ApiId"), text("Stage")) else { continue };
            let is_it = |own: &Resolved<'_>| own.text("RestApiId") == Some(api) && own.text("StageName") == Some(stage);
            if template.of_kind("AWS::ApiGateway::Stage").any(is_it) {
                let message = format!("API Stage not found: {api}:{stage}");
                let repair = "let the plan depend on the stage (DependsOn), or it is made before it".to_string();
                judgements.refused(plan.at(), "ApiGateway", 404, message, repair);
            }
        }
    }
}

fn of_definition<'t>(api: &'t Resolved<'t>, methods: &mut Vec<AnsweredMethod<'t>>) {
    for (path, item) in api.value("Body.paths").map(Node::entries).unwrap_or_default() {
        for (key, method) in item.entries() {
            let Some(callable) =
                method.get(INTEGRATION).and_then(|integration| asked(integration, "uri", "credentials"))
            else {
                continue;
            };
            let http_method = if key.name == ANY { "ANY".to_string() } else { key.name.to_uppercase() };
            let position = if method.position == Position::default() { key.position } else { method.position };
            methods.push(AnsweredMethod { api, position, http_method, path: path.name.clone(), callable });
        }
    }
}

/// The function that an integration asks, unless a role of its own decides whether it may.
fn asked(integration: &Node, uri: &str, credentials: &str) -> Option<Callable> {
    let uri = integration.get(uri)?.text()?;
    let is_function = uri.contains(":lambda:") && uri.contains(":function:");
    (is_function && integration.get(credentials).is_none()).then(|| Callable::of(uri))?
}

fn of_resources<'t>(template: &Foreseen<'t>, methods: &mut Vec<AnsweredMethod<'t>>) {
    for method in template.of_kind("AWS::ApiGateway::Method") {
        let callable = method.value("Integration").and_then(|integration| asked(integration, "Uri", "Credentials"));
        let (Some(callable), Some(http_method)) = (callable, method.text("HttpMethod")) else { continue };
        let Some(api) = api_of(template, "AWS::ApiGateway::RestApi", method, "RestApiId") else { continue };
        let Some(path) = path_of(template, api, method) else { continue };
        let http_method = http_method.to_uppercase();
        methods.push(AnsweredMethod { api, position: method.resource.position, http_method, path, callable });
    }
}

/// The API that the property `name` of `resource` refers to.
fn api_of<'t>(
    template: &Foreseen<'t>,
    kind: &'static str,
    resource: &Resolved<'_>,
    name: &str,
) -> Option<&'t Resolved<'t>> {
    let id = resource.text(name)?;
    template.of_kind(kind).find(|api| id_of(api, template) == id)
}

/// The id that `Ref` gives for an API.
fn id_of(api: &Resolved<'_>, template: &Foreseen<'_>) -> String {
    drawn(&template.options.stack_name, &api.resource.id, 10)
}

/// The path of the resource that a method stands on; nothing where a part of it is not known.
fn path_of(template: &Foreseen<'_>, api: &Resolved<'_>, method: &Resolved<'_>) -> Option<String> {
    let root = kinds::root_resource_id(&api.name);
    let mut at = method.text("ResourceId")?.to_string();
    let mut path = String::new();
    // A tree is not deeper than it has resources.
    for _ in 0..=template.resources.len() {
        if at == root {
            return Some(if path.is_empty() { "/".to_string() } else { path });
        }
        let is_it = |resource: &&Resolved<'_>| resource.name == at;
        let resource = template.of_kind("AWS::ApiGateway::Resource").find(is_it)?;
        path = format!("/{}{path}", resource.text("PathPart")?);
        at = resource.text("ParentId")?.to_string();
    }
    None
}

/// The routes of HTTP and WebSocket APIs that are resources of their own.
fn of_routes<'t>(template: &Foreseen<'t>, methods: &mut Vec<AnsweredMethod<'t>>) {
    let stack = &template.options.stack_name;
    for route in template.of_kind("AWS::ApiGatewayV2::Route") {
        let Some(target) = route.text("Target").and_then(|target| target.strip_prefix("integrations/")) else {
            continue;
        };
        let is_it = |integration: &&Resolved<'_>| drawn(stack, &integration.resource.id, 7) == target;
        let integration = template.of_kind("AWS::ApiGatewayV2::Integration").find(is_it);
        let callable =
            integration.and_then(|integration| asked(&integration.properties, "IntegrationUri", "CredentialsArn"));
        let (Some(callable), Some(key)) = (callable, route.text("RouteKey")) else { continue };
        let Some(api) = api_of(template, "AWS::ApiGatewayV2::Api", route, "ApiId") else { continue };
        let (http_method, path) = match key.split_once(' ') {
            Some((method, path)) => (method.to_string(), path.to_string()),
            None => (String::new(), format!("/{key}")),
        };
        methods.push(AnsweredMethod { api, position: route.resource.position, http_method, path, callable });
    }
}

fn may_invoke(template: &Foreseen<'_>, method: &AnsweredMethod<'_>, judgements: &mut Judgements<'_>) {
    let AnsweredMethod { api, position, http_method, path, callable } = method;
    let id = id_of(api, template);
    let stages = stages(template, &id);
    let is_http = api.kind() == "AWS::ApiGatewayV2::Api";
    // A method for all verbs needs a permission for all of them.
    let verbs: &[&str] = if http_method == "ANY" { &["GET", "POST"] } else { &[http_method.as_str()] };
    let sources = stages.iter().flat_map(|stage| verbs.iter().map(move |verb| (stage, verb))).map(|(stage, verb)| {
        format!("arn:aws:execute-api:{}:{ACCOUNT}:{id}/{stage}/{verb}{path}", template.options.region)
    });
    // API Gateway reads `/hello/` as `/hello`, and SAM's permissions name either.
    let may = |source: &str| {
        let refusal = invocations::refusal(template, callable, SERVICE, Some(source))?;
        let shorter = source.strip_suffix('/').filter(|_| path != "/");
        match shorter.map(|source| invocations::refusal(template, callable, SERVICE, Some(source))) {
            Some(None) => None,
            _ => Some(refusal),
        }
    };
    let Some((source, why)) = sources.into_iter().find_map(|source| may(&source).map(|why| (source, why))) else {
        return;
    };
    // How the ARN of an HTTP API's route ends depends on its key, and a stage may be made elsewhere. Then it is judged only whether the
    // permission is of this API.
    if (is_http || stages == [SOME_STAGE]) && is_of_api(&why, &id) {
        return;
    }
    let what = format!("{http_method} {path}");
    let answer = "every request is answered with 500 {\"message\": \"Internal server error\"}";
    let message = match why {
        NoPermission::Missing => {
            format!("{}: the API has no permission to invoke {}, so {answer}", what.trim(), callable.label(template))
        }
        NoPermission::OtherSource(permission, pattern) => format!(
            "{}: the SourceArn of {permission}, {pattern}, does not fit the request's, {source}, so {answer}",
            what.trim()
        ),
    };
    let any = format!("!Sub arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}}}/*", api.resource.id);
    let at = Place { resource: &api.resource.id, position: *position };
    judgements.failing(at, message, permission_of(&callable.label(template), SERVICE, Some(&any)));
}

fn is_of_api(why: &NoPermission, id: &str) -> bool {
    match why {
        NoPermission::OtherSource(_, pattern) => pattern.split(':').nth(5).is_some_and(|rest| rest.starts_with(id)),
        NoPermission::Missing => false,
    }
}

/// The stages of the API `id`; one that stands for all where the template has none, or does not say its name.
fn stages(template: &Foreseen<'_>, id: &str) -> Vec<String> {
    let of_rest = template.of_kind("AWS::ApiGateway::Stage").filter(|stage| stage.text("RestApiId") == Some(id));
    let of_http = template.of_kind("AWS::ApiGatewayV2::Stage").filter(|stage| stage.text("ApiId") == Some(id));
    let deployments =
        template.of_kind("AWS::ApiGateway::Deployment").filter(|deployment| deployment.text("RestApiId") == Some(id));
    let stages = of_rest.chain(of_http).chain(deployments);
    let names: Vec<String> = stages.filter_map(|stage| stage.text("StageName")).map(str::to_string).collect();
    if names.is_empty() { vec![SOME_STAGE.to_string()] } else { names }
}
