//! `AWS::Serverless::Api`: a REST API with its deployment and stage, and what its settings make beside it.

mod authorizer;
mod domain;
mod http;
mod usage_plan;

use super::definition::{Definition, Preflight, finished, is_version};
use super::error::{Refusal, Sam};
use super::function::s3_uri;
use super::implicit_api::MANAGED;
use super::intrinsics::{is_function, reference};
use super::logical_id::{alphanumeric, canonical, digits, hashed};
use super::properties::{SamType, Shape, optional, required};
use super::resource::{Attributes, Made, propagate_tags, tag_list};
use super::value::Of;
use super::{Transform, properties, resource_policy};
use crate::tree::{Node, list, map};
use authorizer::Authorizers;
pub(super) use http::transform as transform_http;
pub(super) use usage_plan::SharedPlan;

const TYPE: SamType = SamType {
    name: "AWS::Serverless::Api",
    properties: &[
        optional(MANAGED, Shape::Boolean),
        optional("Name", Shape::TextOrMap),
        required("StageName", Shape::TextOrMap),
        optional("Tags", Shape::Map),
        optional("PropagateTags", Shape::Boolean),
        optional("DefinitionBody", Shape::Map),
        optional("DefinitionUri", Shape::TextOrMap),
        optional("MergeDefinitions", Shape::Boolean).literal(),
        optional("CacheClusterEnabled", Shape::Boolean),
        optional("CacheClusterSize", Shape::Text),
        optional("Variables", Shape::Map),
        optional("EndpointConfiguration", Shape::TextOrMap),
        optional("MethodSettings", Shape::List),
        optional("BinaryMediaTypes", Shape::List),
        optional("MinimumCompressionSize", Shape::Integer),
        optional("Cors", Shape::TextOrMap),
        optional("Auth", Shape::Map),
        optional("GatewayResponses", Shape::Map),
        optional("AccessLogSetting", Shape::Map),
        optional("CanarySetting", Shape::Map),
        optional("TracingEnabled", Shape::Boolean),
        optional("OpenApiVersion", Shape::Text),
        optional("Models", Shape::Map),
        optional("Domain", Shape::Map),
        optional("FailOnWarnings", Shape::Boolean),
        optional("Description", Shape::Text),
        optional("Mode", Shape::Text),
        optional("DisableExecuteApiEndpoint", Shape::Boolean),
        optional("ApiKeySourceType", Shape::Text),
        optional("AlwaysDeploy", Shape::Boolean).literal(),
        optional("Policy", Shape::TextOrMap),
        optional("SecurityPolicy", Shape::Text),
        optional("EndpointAccessMode", Shape::Text),
    ],
    common: &[],
};

/// What `Auth` can have.
const AUTH: &[&str] = &[
    "Authorizers",
    "DefaultAuthorizer",
    "InvokeRole",
    "AddDefaultAuthorizerToCorsPreflight",
    "AddApiKeyRequiredToCorsPreflight",
    "ApiKeyRequired",
    "ResourcePolicy",
    "UsagePlan",
];
const CORS: &[&str] = &["AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"];

/// The API `id` while it is worked on.
struct Api<'a> {
    id: &'a str,
    properties: Node,
    attributes: Attributes,
    partition: &'static str,
    /// The definition so far.
    body: Option<Node>,
}

/// Everything that is made of the API `id`.
pub(super) fn transform(id: &str, resource: &Node, transform: &mut Transform) -> Sam<Vec<Made>> {
    properties::check_id(id)?;
    let mut properties = properties::of(id, resource)?;
    TYPE.check(id, &properties)?;
    for name in ["BinaryMediaTypes", "Domain", "Auth"] {
        if let Some(value) = properties.get_mut(name) {
            let resolved = transform.parameters.resolve(value)?;
            properties.set(name, resolved);
        }
    }
    let body = properties.truth("DefinitionBody").cloned();
    let partition = transform.partition;
    let mut api = Api { id, properties, attributes: Attributes::of(resource), partition, body };
    let mut made = api.make(resource, transform)?;
    propagate_tags(&mut made, api.given("Tags"), api.given("PropagateTags"));
    Ok(made)
}

impl Api<'_> {
    fn given(&self, name: &str) -> Option<&Node> {
        self.properties.given(name)
    }

    fn truth(&self, name: &str) -> Option<&Node> {
        self.properties.truth(name)
    }

    fn of(&self) -> Of<'_> {
        Of::Resource(self.id)
    }

    fn refuse<T>(&self, message: impl AsRef<str>) -> Sam<T> {
        Refusal::resource(self.id, message)
    }

    fn passed_on(&self) -> Attributes {
        self.attributes.passed_on()
    }

    fn make(&mut self, resource: &Node, transform: &mut Transform) -> Sam<Vec<Made>> {
        let rest_api = self.rest_api(resource)?;
        let mut made = self.domain(transform)?;
        let deployment = self.deployment(&rest_api, transform);
        let stage = self.stage(&deployment);
        made.extend(self.authorizer_permissions()?);
        made.extend(self.usage_plan(&stage, transform)?);
        made.extend([rest_api, deployment, stage]);
        Ok(made)
    }

    fn rest_api(&mut self, resource: &Node) -> Sam<Made> {
        self.check()?;
        let mut api = Made::new(self.id, "AWS::ApiGateway::RestApi", self.attributes.clone());
        api.depends_on = resource.get("DependsOn").cloned();
        api.copy(&self.properties, &["BinaryMediaTypes", "MinimumCompressionSize"]);
        match self.truth("EndpointConfiguration") {
            Some(endpoint) => self.endpoint(&mut api, endpoint)?,
            None if self.partition != "aws" => self.endpoint(&mut api, &"REGIONAL".into())?,
            None => {}
        }
        self.add_cors()?;
        self.add_auth()?;
        self.add_gateway_responses()?;
        if let (Some(types), Some(body)) = (self.truth("BinaryMediaTypes"), &self.body) {
            let mut definition = Definition::of(body)?;
            definition.set_binary_media_types(types);
            self.body = Some(definition.into_node());
        }
        self.add_models()?;
        api.set_some("FailOnWarnings", self.truth("FailOnWarnings"));
        if let Some(disabled) = self.given("DisableExecuteApiEndpoint") {
            let Some(body) = &self.body else {
                return self.refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
            };
            let mut definition = Definition::of(body)?;
            definition.set_execute_endpoint(disabled)?;
            self.body = Some(definition.into_node());
        }
        if let Some(uri) = self.truth("DefinitionUri") {
            api.set("BodyS3Location", self.definition_location(uri)?);
        } else if let Some(body) = self.body.take() {
            let body = finished(body, self.truth("OpenApiVersion"))?;
            api.set("Body", &body);
            self.body = Some(body);
        }
        for name in
            ["Name", "Description", "Mode", "ApiKeySourceType", "Policy", "SecurityPolicy", "EndpointAccessMode"]
        {
            api.set_some(name, self.truth(name));
        }
        Ok(api)
    }

    fn check(&self) -> Sam<()> {
        if let Some(uri) = self.truth("DefinitionUri") {
            if self.body.is_some() {
                return self.refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
            }
            if self.truth("MergeDefinitions").is_some() && uri.truthy() {
                return self.refuse("Cannot set 'MergeDefinitions' to True when using `DefinitionUri`.");
            }
        }
        match self.truth("OpenApiVersion") {
            Some(version) if !is_version(&version.display()) => {
                self.refuse("The OpenApiVersion value must be of the format '3.0.0'.")
            }
            _ => Ok(()),
        }
    }

    fn endpoint(&self, api: &mut Made, value: &Node) -> Sam<()> {
        let Some(kind) = value.truth("Type").filter(|_| value.is_mapping()) else {
            api.set("EndpointConfiguration", map! { "Types" => list![value] });
            api.set("Parameters", map! { "endpointConfigurationTypes" => value });
            return Ok(());
        };
        let mut configuration = map! { "Types" => list![kind] };
        if value.has("VPCEndpointIds") && value.has("VpcEndpointIds") {
            return self
                .refuse("'VPCEndpointIds' and 'VpcEndpointIds' cannot be used together in EndpointConfiguration.");
        }
        if value.has("VPCEndpointIds") || value.has("VpcEndpointIds") {
            let ids = value.truth("VPCEndpointIds").or_else(|| value.get("VpcEndpointIds"));
            configuration.set("VpcEndpointIds", ids.cloned().unwrap_or_else(Node::nothing));
        }
        if let Some(kind) = value.get("IpAddressType") {
            configuration.set("IpAddressType", kind);
        }
        api.set("EndpointConfiguration", configuration);
        api.set("Parameters", map! { "endpointConfigurationTypes" => kind });
        Ok(())
    }

    fn definition_location(&self, uri: &Node) -> Sam<Node> {
        let pointer = if uri.is_mapping() {
            if uri.truth("Bucket").is_none() || uri.truth("Key").is_none() {
                return self.refuse("'DefinitionUri' requires Bucket and Key properties to be specified.");
            }
            uri.clone()
        } else {
            match uri.str().and_then(s3_uri) {
                Some(pointer) => pointer,
                None => {
                    return self.refuse(
                        "'DefinitionUri' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.",
                    );
                }
            }
        };
        let part = |name| pointer.get(name).map(|value| (name, value.clone()));
        Ok(Node::mapping(["Bucket", "Key", "Version"].into_iter().filter_map(part)))
    }

    /// A deployment is never changed; its id is drawn from the definition, so a change of that makes a new one.
    fn deployment(&self, rest_api: &Made, transform: &Transform) -> Made {
        let mut deployment =
            Made::new(format!("{}Deployment", self.id), "AWS::ApiGateway::Deployment", self.passed_on());
        deployment.set("RestApiId", rest_api.reference());
        let version = self.truth("OpenApiVersion");
        if version.is_none() {
            deployment.set("StageName", "Stage");
        }
        let definition = rest_api.properties.get("Body").or_else(|| rest_api.properties.get("BodyS3Location"));
        if let Some(definition) = definition.filter(|definition| definition.truthy()) {
            let mut parts = vec![canonical(definition)];
            parts.extend(version.map(Node::display));
            parts.extend(self.truth("Domain").map(canonical));
            parts.extend(transform.names_of_callers(self.id));
            let hash = digits(&parts.join("||"), 40);
            deployment.id.push_str(&hash[..10]);
            deployment.set("Description", format!("RestApi deployment id: {hash}"));
        }
        deployment
    }

    fn stage(&self, deployment: &Made) -> Made {
        let name = self.given("StageName");
        let word = name.and_then(Node::str).unwrap_or_default();
        let id = match alphanumeric(word) {
            true => format!("{}{word}Stage", self.id),
            false => hashed(&format!("{}Stage", self.id), &word.into()),
        };
        let mut stage = Made::new(id, "AWS::ApiGateway::Stage", self.passed_on());
        stage.set("RestApiId", reference(self.id));
        stage.set("DeploymentId", deployment.reference());
        stage.copy(
            &self.properties,
            &[
                "StageName",
                "CacheClusterEnabled",
                "CacheClusterSize",
                "Variables",
                "MethodSettings",
                "AccessLogSetting",
                "CanarySetting",
                "TracingEnabled",
            ],
        );
        if let Some(tags) = self.given("Tags") {
            stage.set("Tags", tag_list(Some(tags)));
        }
        stage
    }

    /// The definition in the template, which `setting` needs.
    fn inline(&self, setting: &str) -> Sam<&Node> {
        match &self.body {
            Some(body) => Ok(body),
            None => {
                self.refuse(format!("{setting} works only with inline Swagger specified in 'DefinitionBody' property."))
            }
        }
    }

    /// Refuses a definition to which `what` cannot be added.
    fn check_definition(&self, body: &Node, what: &str) -> Sam<()> {
        if Definition::is_valid(body) {
            return Ok(());
        }
        self.refuse(format!(
            "Unable to add {what} because 'DefinitionBody' does not contain a valid Swagger definition."
        ))
    }

    fn add_cors(&mut self) -> Sam<()> {
        let Some(cors) = self.truth("Cors") else { return Ok(()) };
        let body = self.inline("Cors")?;
        let everybody = Node::from("'*'");
        let alone = cors.str().is_some() || is_function(cors);
        let unknown = cors.names().find(|name| !alone && !CORS.contains(name));
        if let Some(name) = unknown {
            return self.refuse(format!("Invalid key '{name}' for 'Cors' property."));
        }
        if !alone && !cors.is_mapping() {
            return self.refuse("Invalid value for 'Cors' property");
        }
        self.check_definition(body, "Cors configuration")?;
        let setting = |name| cors.given(name).filter(|_| !alone);
        let preflight = Preflight {
            origin: if alone { Some(cors) } else { cors.get("AllowOrigin").or(Some(&everybody)) },
            headers: setting("AllowHeaders"),
            methods: setting("AllowMethods"),
            max_age: setting("MaxAge"),
            credentials: setting("AllowCredentials").and_then(Node::boolean) == Some(true),
        };
        if preflight.credentials && preflight.origin.and_then(Node::str) == Some("'*'") {
            return self.refuse(
                "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not \
                 set",
            );
        }
        let mut definition = Definition::of(body)?;
        let mut done: Vec<String> = Vec::new();
        for path in definition.paths() {
            let normal = if path == "/" { path.as_str() } else { path.trim_end_matches('/') };
            if done.iter().any(|known| known == normal) {
                continue;
            }
            done.push(normal.to_string());
            definition.add_cors(&path, &preflight).map_err(|refusal| refusal.of_template(self.id))?;
        }
        self.body = Some(definition.into_node());
        Ok(())
    }

    fn add_auth(&mut self) -> Sam<()> {
        let Some(auth) = self.truth("Auth") else { return Ok(()) };
        let body = self.inline("Auth")?;
        // A parameter's text has no keys: SAM takes its letters for them.
        if auth.str().is_some() || auth.names().any(|name| !AUTH.contains(&name)) {
            return self.refuse("Invalid value for 'Auth' property");
        }
        self.check_definition(body, "Auth configuration")?;
        let mut definition = Definition::of(body)?;
        let preflight = |name| auth.get(name).is_none_or(Node::truthy);
        let authorizers = Authorizers::of(self.id, auth, auth.given("DefaultAuthorizer"))?;
        if !authorizers.is_empty() {
            authorizers.add_to(&mut definition, self.partition)?;
            if let Some(default) = auth.truth("DefaultAuthorizer") {
                let to_preflight = preflight("AddDefaultAuthorizerToCorsPreflight");
                authorizers.set_default(&mut definition, default, to_preflight)?;
            }
        }
        if auth.truth("ApiKeyRequired").is_some() {
            definition.add_api_key()?;
            let to_preflight = preflight("AddApiKeyRequiredToCorsPreflight");
            for path in definition.paths() {
                authorizer::require_key(&mut definition, &path, to_preflight)?;
            }
        }
        if let Some(policy) = auth.truth("ResourcePolicy") {
            if !policy.is_mapping() {
                return Refusal::document("ResourcePolicy must be a map (ResourcePolicyStatement).");
            }
            let nothing = Node::from("");
            let stage = self.given("StageName").unwrap_or(&nothing);
            for path in definition.paths() {
                resource_policy::add(&mut definition, policy, &path, stage)?;
            }
            if let Some(statements) = policy.truth("CustomStatements") {
                resource_policy::add_statements(&mut definition, statements);
            }
        }
        self.body = Some(finished(definition.into_node(), self.truth("OpenApiVersion"))?);
        Ok(())
    }

    fn add_gateway_responses(&mut self) -> Sam<()> {
        let Some(responses) = self.truth("GatewayResponses") else { return Ok(()) };
        let body = self.inline("GatewayResponses")?;
        for (kind, response) in responses.entries() {
            if is_function(response) {
                return self.refuse(
                    "Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.",
                );
            }
            if !response.is_mapping() {
                let message = format!(
                    "Invalid property type '{}' for GatewayResponses. Expected an object of type 'GatewayResponse'.",
                    response.python_type()
                );
                return self.refuse(message);
            }
            let known = ["ResponseParameters", "ResponseTemplates", "StatusCode"];
            if let Some(name) = response.names().find(|name| !known.contains(name)) {
                return self
                    .refuse(format!("Invalid property '{name}' in 'GatewayResponses' property '{}'.", kind.name));
            }
        }
        // SAM speaks of Auth here, too.
        self.check_definition(body, "Auth configuration")?;
        let mut definition = Definition::of(body)?;
        for (kind, response) in responses.entries() {
            definition.add_gateway_response(&kind.name, self.gateway_response(&kind.name, response)?)?;
        }
        self.body = Some(definition.into_node());
        Ok(())
    }

    fn gateway_response(&self, kind: &str, response: &Node) -> Sam<Node> {
        const PLACES: &[(&str, &str)] = &[("Headers", "header"), ("Paths", "path"), ("QueryStrings", "querystring")];
        let empty = map! {};
        let parameters = response.truth("ResponseParameters").unwrap_or(&empty);
        self.of().map(parameters, &format!("GatewayResponses.{kind}.ResponseParameters"))?;
        if let Some(name) = parameters.names().find(|name| !PLACES.iter().any(|(place, _)| place == name)) {
            return self.refuse(format!("Invalid gateway response parameter '{name}'"));
        }
        let status = response.given("StatusCode").map(Node::display);
        let well = |status: &str| (1..=3).contains(&status.len()) && status.bytes().all(|byte| byte.is_ascii_digit());
        if response.truth("StatusCode").is_some() && !status.as_deref().is_some_and(well) {
            return self.refuse("Property 'StatusCode' must be numeric");
        }
        let mut prefixed = map! {};
        for (name, prefix) in PLACES {
            let Some(values) = parameters.get(name) else { continue };
            self.of().map(values, &format!("ResponseParameters.{name}"))?;
            for (key, value) in values.entries() {
                prefixed.set(&format!("gatewayresponse.{prefix}.{}", key.name), value);
            }
        }
        let templates = response.truth("ResponseTemplates").unwrap_or(&empty);
        let mut made = map! { "responseParameters" => prefixed, "responseTemplates" => templates };
        if let Some(status) = status.filter(|status| !status.is_empty()) {
            made.set("statusCode", status);
        }
        Ok(made)
    }

    fn add_models(&mut self) -> Sam<()> {
        let Some(models) = self.truth("Models") else { return Ok(()) };
        let body = self.inline("Models")?;
        self.check_definition(body, "Models definitions")?;
        if models.entries().iter().any(|(_, model)| !model.is_mapping()) {
            return self.refuse("Invalid value for 'Models' property");
        }
        let mut definition = Definition::of(body)?;
        for (name, schema) in models.entries() {
            definition.add_model(&name.name, schema)?;
        }
        self.body = Some(finished(definition.into_node(), self.truth("OpenApiVersion"))?);
        Ok(())
    }
}
