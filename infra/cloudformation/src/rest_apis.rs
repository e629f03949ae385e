//! `AWS::ApiGateway::RestApi` and what belongs to it, as templates write it without SAM: resources and methods or an OpenAPI document,
//! deployments, and stages.
//!
//! A deployment is a copy of the API as it is when the deployment is made, and a stage serves the deployment that it names. What is
//! changed in the API afterwards is served by no stage before the template has another `AWS::ApiGateway::Deployment`, with another
//! logical id. What was deployed earlier comes with [`StackOptions::deployed`](super::StackOptions::deployed).
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html>

mod methods;
mod open_api;

use std::collections::{BTreeMap, BTreeSet};

use super::apis;
use super::fields::{Fields, scalar};
use super::finding::{Findings, Position, suggestion};
use super::requests::{self, Models};
use super::routes::{self, RoutePlace};
use super::scope::Scope;
use super::usage_plans::waits_for;
use super::{Resolved, gateway_responses};
use methods::{MethodDeps, RequestValidator};
pub(super) use open_api::ApiDocument;
use stack::policy::ServiceRefusal;
use stack::{ApiSnapshot, EndpointType, Function, Method, RestApi};

const NO_METHODS: &str = "The REST API doesn't contain any methods";

const API: &str = "AWS::ApiGateway::RestApi";
const RESOURCE: &str = "AWS::ApiGateway::Resource";
const METHOD: &str = "AWS::ApiGateway::Method";
const MODEL: &str = "AWS::ApiGateway::Model";
const VALIDATOR: &str = "AWS::ApiGateway::RequestValidator";
const GATEWAY_RESPONSE: &str = "AWS::ApiGateway::GatewayResponse";
pub(super) const DEPLOYMENT: &str = "AWS::ApiGateway::Deployment";
pub(super) const STAGE: &str = "AWS::ApiGateway::Stage";

/// What the template says of the APIs that it writes itself.
#[derive(Default)]
pub(super) struct RestApis {
    /// Each API once for each of its stages.
    pub(super) staged: Vec<RestApi>,
    /// What each deployment holds, by its id.
    pub(super) deployments: BTreeMap<String, ApiSnapshot>,
}

/// What the parts of an API have of the template.
struct ApiDeps<'d> {
    resources: &'d [Resolved<'d>],
    functions: &'d [Function],
    log_groups: &'d [String],
    scope: &'d Scope<'d>,
}

/// What an API is now, for a deployment that is made now.
#[derive(Default)]
pub(super) struct RestApiDefinition {
    pub(super) holds: ApiSnapshot,
    /// Why API Gateway would not deploy it.
    undeployable: Option<&'static str>,
    /// Whether it has methods that could not be read.
    is_partial: bool,
}

/// Where a method stands: method, path, place and position.
type MethodPlace = (String, String, String, Position);

impl RestApiDefinition {
    /// Adds a method that could be read, and remembers one that cannot be deployed.
    fn add(
        &mut self,
        method: Option<Result<Method, &'static str>>,
        place: String,
        position: Position,
        places: &mut Vec<MethodPlace>,
    ) {
        match method {
            Some(Ok(method)) => {
                places.push((method.http_method.clone(), method.resource_path.clone(), place, position));
                self.holds.methods.push(method);
            }
            Some(Err(why)) => self.undeployable = Some(why),
            None => self.is_partial = true,
        }
    }
}

/// Reports what the methods of an API cannot be together.
fn checked_routes(places: &[MethodPlace], findings: &Findings) {
    let places: Vec<RoutePlace<'_>> = places
        .iter()
        .map(|(method, path, place, position)| RoutePlace { method, path, place, position: *position })
        .collect();
    routes::check(&places, findings);
}

/// An API without its stages.
struct RestApiResource<'r> {
    resource: &'r Resolved<'r>,
    name: String,
    endpoint_type: EndpointType,
    /// As it would be deployed now.
    now: RestApiDefinition,
    /// Whether methods are in resources of their own, which a deployment has to wait for.
    has_method_resources: bool,
}

/// A deployment of the template.
struct ApiDeployment {
    api: String,
    holds: ApiSnapshot,
}

/// The APIs of the template, their deployments and stages.
pub(super) fn read(
    resources: &[Resolved<'_>],
    functions: &[Function],
    log_groups: &[String],
    scope: &Scope<'_>,
) -> RestApis {
    let deps = ApiDeps { resources, functions, log_groups, scope };
    let apis: Vec<RestApiResource<'_>> = deps.of_kind(API).filter_map(|resource| deps.api(resource)).collect();
    for kind in [RESOURCE, METHOD, MODEL, VALIDATOR, GATEWAY_RESPONSE, DEPLOYMENT, STAGE] {
        deps.of_kind(kind).for_each(|resource| deps.check_api(resource, kind));
    }
    let mut read = RestApis::default();
    let mut deployments = BTreeMap::new();
    for resource in deps.of_kind(DEPLOYMENT) {
        let Some((deployment, stage)) = deps.deployment(resource, &apis) else { continue };
        read.staged.extend(stage);
        read.deployments.insert(resource.name.clone(), deployment.holds.clone());
        deployments.insert(resource.name.clone(), deployment);
    }
    for resource in deps.of_kind(STAGE) {
        let Some(stage) = deps.stage(resource, &apis, &deployments) else { continue };
        if read.staged.iter().any(|other| other.id == stage.id && other.stage == stage.stage) {
            let refusal = conflict("Stage already exists".to_string());
            let place = format!("{}.StageName", resource.resource.place());
            let position =
                resource.properties.get("StageName").map_or(resource.resource.position, |node| node.position);
            scope.findings.refuse(position, &place, &refusal, refusal.to_string());
        }
        read.staged.push(stage);
    }
    read
}

/// API Gateway's refusal of what is malformed.
fn bad_request(message: String) -> ServiceRefusal {
    ServiceRefusal { service: "ApiGateway", status: 400, code: "BadRequestException", message }
}

/// API Gateway's refusal of what is there already.
fn conflict(message: String) -> ServiceRefusal {
    ServiceRefusal { service: "ApiGateway", status: 409, code: "ConflictException", message }
}

/// The parent's id and the path part of an `AWS::ApiGateway::Resource`, and where it stands.
type PathPart = (String, String, Position, String);

/// Below a resource there is one path variable at most. Of two, the one is refused that stands later.
fn check_variables(parts: &BTreeMap<String, PathPart>, findings: &Findings) {
    let mut variables: Vec<&PathPart> = parts.values().filter(|(_, part, ..)| part.starts_with('{')).collect();
    variables.sort_by_key(|(_, _, position, _)| *position);
    for (at, (parent, part, position, place)) in variables.iter().enumerate() {
        let mut before = variables[..at].iter();
        if let Some((_, sibling, ..)) = before.find(|(of, other, ..)| of == parent && other != part) {
            let message = format!(
                "A sibling ({sibling}) of this resource already has a variable path part -- only one is allowed"
            );
            let refused = bad_request(message);
            findings.refuse(*position, place, &refused, refused.to_string());
        }
    }
}

impl ApiDeps<'_> {
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Resolved<'_>> {
        self.resources.iter().filter(move |resource| resource.kind() == kind)
    }

    /// The resources of a type that belong to the API with the id `api`.
    fn of_api(&self, kind: &'static str, api: &str) -> impl Iterator<Item = &Resolved<'_>> {
        let api = api.to_string();
        let of = move |resource: &&Resolved<'_>| {
            resource.properties.get("RestApiId").and_then(|id| id.text()) == Some(api.as_str())
        };
        self.of_kind(kind).filter(of)
    }

    /// Reports a part of an API that is not in the template.
    fn check_api(&self, resource: &Resolved<'_>, kind: &'static str) {
        let Some(mut fields) = resource.fields(kind, self.scope.findings) else { return };
        fields.required(&["RestApiId"]);
        let known: Vec<&Resolved<'_>> = self.of_kind(API).collect();
        if let Some(id) = fields.text("RestApiId").filter(|id| !known.iter().any(|api| api.name == *id)) {
            let names: Vec<String> = known.iter().map(|api| format!("!Ref {}", api.resource.id)).collect();
            let known = suggestion(&id, names.iter().map(String::as_str));
            fields.lack("RestApiId", format!("{id} is not an AWS::ApiGateway::RestApi of this template; {known}"));
        }
    }

    fn api<'r>(&'r self, resource: &'r Resolved<'r>) -> Option<RestApiResource<'r>> {
        let findings = self.scope.findings;
        let mut fields = resource.fields(API, findings)?;
        let name = fields.text("Name");
        let document = fields.node("Body").and_then(|body| ApiDocument::of(body, fields.at("Body"), findings));
        fields.refuse("BodyS3Location", "the local cloud reads no definition from a bucket; write it as Body");
        fields.refuse("CloneFrom", "the local cloud copies no API; write the API out");
        fields.refuse("Policy", "the local cloud has no resource policies of APIs; leave it out");
        fields.refuse("MinimumCompressionSize", "the local API compresses nothing; leave it out");
        if fields.text("ApiKeySourceType").is_some_and(|source| source == "AUTHORIZER") {
            fields.lack("ApiKeySourceType", "there are no authorizers here that could give a key; write HEADER");
        }
        if fields.boolean("DisableExecuteApiEndpoint") == Some(true) {
            fields.lack("DisableExecuteApiEndpoint", "there are no domains of one's own here; leave it out");
        }
        let endpoint_type = endpoint(&mut fields);
        let media_types = fields.texts("BinaryMediaTypes").unwrap_or_default();
        if name.is_none() && document.is_none() {
            fields.report("Name", "an API needs a Name, or a Body with a title");
        }
        fields.done();
        let title = document.as_ref().and_then(|document| document.title());
        let name = name.or(title).unwrap_or_else(|| resource.resource.id.clone());
        let mut api = RestApiResource {
            resource,
            name,
            endpoint_type,
            now: document.map(|document| document.read(self.functions, self.scope.options.models)).unwrap_or_default(),
            has_method_resources: self.of_api(METHOD, &resource.name).next().is_some(),
        };
        api.now.holds.binary_media_types.extend(media_types.iter().map(|kind| kind.replace("~1", "/")));
        self.add_parts(&mut api);
        if api.now.holds.methods.is_empty() && !api.now.is_partial {
            api.now.undeployable.get_or_insert(NO_METHODS);
        }
        Some(api)
    }

    /// Adds what is in resources of their own: methods, gateway responses.
    fn add_parts(&self, api: &mut RestApiResource<'_>) {
        let (id, findings) = (api.resource.name.as_str(), self.scope.findings);
        let paths = self.paths(id);
        let models = self.models(id);
        let validators = self.validators(id);
        let deps = MethodDeps { functions: self.functions, models: &models, validators: &validators };
        let mut places = Vec::new();
        for resource in self.of_api(METHOD, id) {
            let Some(mut fields) = resource.fields(METHOD, findings) else { continue };
            fields.required(&["RestApiId", "ResourceId"]);
            fields.text("RestApiId");
            let path = fields.text("ResourceId").and_then(|id| match paths.get(&id) {
                Some(path) => Some(path.clone()),
                None => {
                    let message = format!("{id} is not a resource of this API; write !Ref and the resource's name");
                    fields
                        .report("ResourceId", format!("{message}, or !GetAtt and the API's name with .RootResourceId"));
                    None
                }
            });
            let (place, position) = (resource.resource.id.clone(), resource.resource.position);
            let method = methods::read(fields, path.as_deref().unwrap_or("/"), &deps);
            let is_taken = |method: &Method| {
                let mut others = api.now.holds.methods.iter();
                others
                    .any(|other| other.http_method == method.http_method && other.resource_path == method.resource_path)
            };
            if matches!(&method, Some(Ok(method)) if is_taken(method)) {
                let refused = conflict("Method already exists for this resource".to_string());
                findings.refuse(position, &place, &refused, refused.to_string());
            } else {
                api.now.add(method.filter(|_| path.is_some()), place, position, &mut places);
            }
        }
        checked_routes(&places, findings);
        for resource in self.of_api(GATEWAY_RESPONSE, id) {
            let fields = resource.fields(GATEWAY_RESPONSE, findings);
            api.now.holds.gateway_responses.extend(fields.and_then(gateway_responses::of_resource));
        }
    }

    /// The paths of an API's resources, by their ids.
    fn paths(&self, api: &str) -> BTreeMap<String, String> {
        let findings = self.scope.findings;
        let mut parts: BTreeMap<String, PathPart> = BTreeMap::new();
        for resource in self.of_api(RESOURCE, api) {
            let Some(mut fields) = resource.fields(RESOURCE, findings) else { continue };
            fields.required(&["ParentId", "PathPart", "RestApiId"]);
            fields.text("RestApiId");
            let (parent, part) = (fields.text("ParentId"), fields.text("PathPart"));
            if part.as_deref().is_some_and(|part| part.contains('/')) {
                fields.report("PathPart", "is one part of a path, without slashes; write a resource for each part");
            }
            fields.done();
            if let (Some(parent), Some(part)) = (parent, part) {
                parts.insert(
                    resource.name.clone(),
                    (parent, part, resource.resource.position, resource.resource.id.clone()),
                );
            }
        }
        let mut paths = BTreeMap::from([(super::kinds::root_resource_id(api), "/".to_string())]);
        // Each round adds those whose parent has a path by now.
        while let Some((id, path)) =
            parts.iter().filter(|(id, _)| !paths.contains_key(*id)).find_map(|(id, (parent, part, ..))| {
                let parent = paths.get(parent)?;
                Some((id.clone(), format!("{}/{part}", parent.trim_end_matches('/'))))
            })
        {
            paths.insert(id, path);
        }
        for (_, (parent, _, position, place)) in parts.iter().filter(|(id, _)| !paths.contains_key(*id)) {
            let message =
                format!("ParentId {parent} is not a resource of this API; write !Ref, or !GetAtt with .RootResourceId");
            findings.report(*position, place, message);
        }
        check_variables(&parts, findings);
        let mut taken = BTreeSet::new();
        for (id, path) in &paths {
            if !taken.insert(path)
                && let Some((_, part, position, place)) = parts.get(id)
            {
                let message = format!("Another resource with the same parent already has this name: {part}");
                let refused = conflict(message);
                findings.refuse(*position, place, &refused, refused.to_string());
            }
        }
        paths
    }

    /// The models of an API, with the two that every API has.
    fn models(&self, api: &str) -> Models {
        let findings = self.scope.findings;
        let mut models = methods::built_in_models();
        for resource in self.of_api(MODEL, api) {
            let Some(mut fields) = resource.fields(MODEL, findings) else { continue };
            fields.text("RestApiId");
            fields.text("Name");
            fields.text("ContentType");
            fields.text("Description");
            let place = fields.at("Schema");
            if let Some(node) = fields.node("Schema") {
                let schema = requests::schema(node, &place, self.scope.options.models, findings);
                models.extend(schema.map(|schema| (resource.name.clone(), schema)));
            }
            fields.done();
        }
        models
    }

    fn validators(&self, api: &str) -> BTreeMap<String, RequestValidator> {
        let findings = self.scope.findings;
        let mut validators = BTreeMap::new();
        for resource in self.of_api(VALIDATOR, api) {
            let Some(mut fields) = resource.fields(VALIDATOR, findings) else { continue };
            fields.text("RestApiId");
            fields.text("Name");
            let validator = RequestValidator::read(&mut fields);
            fields.done();
            validators.insert(resource.name.clone(), validator);
        }
        validators
    }

    /// A deployment, with the stage that it makes itself.
    fn deployment(
        &self,
        resource: &Resolved<'_>,
        apis: &[RestApiResource<'_>],
    ) -> Option<(ApiDeployment, Option<RestApi>)> {
        let findings = self.scope.findings;
        let mut fields = resource.fields(DEPLOYMENT, findings)?;
        let id = fields.text("RestApiId");
        let stage = fields.text("StageName");
        let position = fields.position;
        fields.refuse(
            "StageDescription",
            "is not supported; write an AWS::ApiGateway::Stage, which has the same settings",
        );
        fields.refuse("DeploymentCanarySettings", "the local cloud has no canaries; leave them out");
        fields.done();
        let api = apis.iter().find(|api| Some(&api.resource.name) == id.as_ref())?;
        let deployed = self.scope.options.deployed.get(&resource.name).cloned();
        if deployed.is_none() {
            let is_method = |id: &str| self.scope.resources.get(id).is_some_and(|method| method.kind == METHOD);
            let find = |id: &str| self.scope.resources.get(id);
            let waits = !api.has_method_resources || waits_for(resource.resource, &find, &is_method);
            let why = if waits { api.now.undeployable } else { Some(NO_METHODS) };
            if let Some(why) = why {
                let refused = bad_request(why.to_string());
                let help = "; write DependsOn with the API's methods, because CloudFormation may make the deployment before them";
                let message = format!("{refused}{}", if waits { "" } else { help });
                findings.refuse(position, &resource.resource.place(), &refused, message);
            }
        }
        let deployment =
            ApiDeployment { api: api.resource.name.clone(), holds: deployed.unwrap_or_else(|| api.now.holds.clone()) };
        let stage = stage.map(|stage| api.staged(&deployment, stage, resource.resource.id.clone()));
        Some((deployment, stage))
    }

    fn stage(
        &self,
        resource: &Resolved<'_>,
        apis: &[RestApiResource<'_>],
        deployments: &BTreeMap<String, ApiDeployment>,
    ) -> Option<RestApi> {
        let mut fields = resource.fields(STAGE, self.scope.findings)?;
        fields.required(&["DeploymentId"]);
        let (id, deployment) = (fields.text("RestApiId"), fields.text("DeploymentId"));
        let name = apis::stage(&mut fields);
        let api = apis.iter().find(|api| Some(&api.resource.name) == id.as_ref())?;
        let found =
            deployment.as_ref().and_then(|id| deployments.get(id)).filter(|found| found.api == api.resource.name);
        if deployment.is_some() && found.is_none() {
            fields.report("DeploymentId", "names no deployment of this API; write !Ref and the deployment's name");
        }
        let mut staged = api.staged(found?, name, resource.resource.id.clone());
        let settings = apis::method_settings(&mut fields, "AWS::ApiGateway::Stage.MethodSetting", &mut staged.methods);
        staged.throttle = settings.0;
        staged.execution_logging = settings.1.unwrap_or_default();
        staged.stage_variables = apis::stage_variables(&mut fields);
        let kind = "AWS::ApiGateway::Stage.AccessLogSetting";
        staged.access_log = apis::access_log(&mut fields, kind, self.log_groups, &resource.resource.id);
        if fields.boolean("CacheClusterEnabled") == Some(true) {
            fields.lack("CacheClusterEnabled", "is not supported: the local API has no cache");
        }
        fields.refuse("CacheClusterSize", "is not supported: the local API has no cache");
        fields.refuse("CanarySetting", "the local cloud has no canaries; leave it out");
        fields.refuse("ClientCertificateId", "the local API has no certificate to show; leave it out");
        fields.done();
        Some(staged)
    }
}

impl RestApiResource<'_> {
    /// The API as its stage `stage` serves it.
    fn staged(&self, deployment: &ApiDeployment, stage: String, stage_logical_id: String) -> RestApi {
        let ApiSnapshot { binary_media_types, methods, gateway_responses } = deployment.holds.clone();
        RestApi {
            logical_id: self.resource.resource.id.clone(),
            stage_logical_id,
            id: self.resource.name.clone(),
            name: self.name.clone(),
            endpoint_type: self.endpoint_type,
            stage,
            stage_variables: BTreeMap::new(),
            binary_media_types,
            methods,
            gateway_responses,
            throttle: None,
            execution_logging: Default::default(),
            access_log: None,
            usage_plans: Vec::new(),
        }
    }
}

/// `EndpointConfiguration`, or SAM's way to write it into `Parameters`.
fn endpoint(fields: &mut Fields<'_>) -> EndpointType {
    let mut kind = None;
    if let Some(mut configuration) =
        fields.fields("EndpointConfiguration", "AWS::ApiGateway::RestApi.EndpointConfiguration")
    {
        let findings = configuration.findings;
        for (place, node) in configuration.list("Types") {
            let given = scalar(node, &place, findings);
            if given.as_deref() == Some("PRIVATE") {
                findings.lack(node.position, &place, "the local cloud has no private APIs; write REGIONAL");
            }
            kind = given.or(kind);
        }
        configuration.refuse("VpcEndpointIds", "the local cloud has no private APIs; leave it out");
        configuration.text("IpAddressType");
        configuration.done();
    }
    let parameters = fields.pairs("Parameters");
    let of_parameters = parameters.into_iter().find(|(name, _)| name == "endpointConfigurationTypes");
    match kind.or(of_parameters.map(|(_, kind)| kind)).as_deref() {
        Some("REGIONAL") => EndpointType::Regional,
        _ => EndpointType::Edge,
    }
}
