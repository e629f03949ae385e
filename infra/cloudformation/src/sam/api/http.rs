//! `AWS::Serverless::HttpApi`: an HTTP API with its stage, which deploys itself, and its own name.

use super::Api;
use crate::sam::Transform;
use crate::sam::definition::{DEFAULT_PATH, Definition};
use crate::sam::error::{Refusal, Sam};
use crate::sam::implicit_api::{HTTP_API, MANAGED};
use crate::sam::intrinsics::{is_function, is_no_value, reference, sub_with};
use crate::sam::logical_id::{alphanumeric, hashed};
use crate::sam::properties::{self, SamType, Shape, optional};
use crate::sam::resource::{Attributes, Made};
use crate::sam::value::Of;
use crate::tree::{Node, list, map};

const TYPE: SamType = SamType {
    name: HTTP_API,
    properties: &[
        optional(MANAGED, Shape::Boolean),
        optional("Name", Shape::Any),
        optional("StageName", Shape::TextOrMap),
        optional("Tags", Shape::Map),
        optional("PropagateTags", Shape::Boolean),
        optional("DefinitionBody", Shape::Map),
        optional("DefinitionUri", Shape::TextOrMap),
        optional("StageVariables", Shape::Map),
        optional("CorsConfiguration", Shape::BooleanOrMap),
        optional("AccessLogSettings", Shape::Map),
        optional("DefaultRouteSettings", Shape::Map),
        optional("Auth", Shape::Map),
        optional("RouteSettings", Shape::Map),
        optional("Domain", Shape::Map),
        optional("FailOnWarnings", Shape::Boolean),
        optional("Description", Shape::Text),
        optional("DisableExecuteApiEndpoint", Shape::Boolean),
    ],
    common: &[],
};

/// What `CorsConfiguration` can have, and what the definition calls it.
const CORS: &[(&str, &str)] = &[
    ("AllowOrigins", "allowOrigins"),
    ("AllowHeaders", "allowHeaders"),
    ("AllowMethods", "allowMethods"),
    ("ExposeHeaders", "exposeHeaders"),
    ("MaxAge", "maxAge"),
    ("AllowCredentials", "allowCredentials"),
];
const CORS_EXTENSION: &str = "x-amazon-apigateway-cors";
const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
/// The tag that everything gets.
const MADE_BY: &str = "httpapi:createdBy";

/// Everything that is made of the API `id`.
pub(crate) fn transform(id: &str, resource: &Node, transform: &mut Transform) -> Sam<Vec<Made>> {
    properties::check_id(id)?;
    let mut properties = properties::of(id, resource)?;
    TYPE.check(id, &properties)?;
    for name in ["CorsConfiguration", "Domain"] {
        if let Some(value) = properties.get_mut(name) {
            let resolved = transform.parameters.resolve(value)?;
            properties.set(name, resolved);
        }
    }
    let body = properties.truth("DefinitionBody").cloned();
    let partition = transform.partition;
    let api = Api { id, properties, attributes: Attributes::of(resource), partition, body };
    let mut api = HttpApi { api, tags: None };
    let itself = api.itself(resource)?;
    let mut made = api.domain(transform)?;
    made.extend(api.authorizer_permissions()?);
    made.push(api.stage());
    made.push(itself);
    Ok(made)
}

/// The API while it is worked on.
struct HttpApi<'a> {
    api: Api<'a>,
    /// The tags of its parts.
    tags: Option<Node>,
}

impl HttpApi<'_> {
    fn itself(&mut self, resource: &Node) -> Sam<Made> {
        let mut made = Made::new(self.api.id, "AWS::ApiGatewayV2::Api", self.api.attributes.clone());
        made.depends_on = resource.get("DependsOn").cloned();
        if self.api.truth("DefinitionUri").is_some() && self.api.body.is_some() {
            return self.api.refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
        }
        self.add_cors()?;
        self.add_auth()?;
        self.add_tags()?;
        made.set_some("FailOnWarnings", self.api.truth("FailOnWarnings"));
        self.add_endpoint()?;
        self.add_info("Name", "title")?;
        self.add_info("Description", "description")?;
        self.rename_default_path();
        match (self.api.truth("DefinitionUri"), &self.api.body) {
            (Some(uri), _) => made.set("BodyS3Location", self.api.definition_location(uri)?),
            (None, Some(body)) => made.set("Body", body),
            (None, None) => {
                return self.api.refuse(
                    "'DefinitionUri' or 'DefinitionBody' are required properties of an 'AWS::Serverless::HttpApi'. Add a value for \
                     one of these properties or add a 'HttpApi' event to an 'AWS::Serverless::Function'.",
                );
            }
        }
        Ok(made)
    }

    /// The definition, for which `refusal` is said if there is none.
    fn definition(&self, refusal: &str, what: &str) -> Sam<Definition> {
        let Some(body) = &self.api.body else { return self.api.refuse(refusal) };
        if !Definition::is_valid_http(body) {
            let message =
                format!("Unable to add {what} because 'DefinitionBody' does not contain a valid OpenApi definition.");
            return self.api.refuse(message);
        }
        Definition::of_http(body)
    }

    fn add_cors(&mut self) -> Sam<()> {
        let Some(cors) = self.api.truth("CorsConfiguration").cloned() else { return Ok(()) };
        let missing = "Cors works only with inline OpenApi specified in 'DefinitionBody' property.";
        if self.api.body.is_none() {
            return self.api.refuse(missing);
        }
        let any = list!["*"];
        let mut settings = map! {};
        if cors.boolean().is_some() {
            settings.set("AllowOrigins", &any);
        } else if is_function(&cors) {
            settings.set("AllowOrigins", &cors);
        } else if cors.is_mapping() {
            if let Some(name) = cors.names().find(|name| !CORS.iter().any(|(known, _)| known == name)) {
                return self.api.refuse(format!("Invalid key '{name}' for 'Cors' property."));
            }
            settings = cors.clone();
        } else {
            return self.api.refuse("Invalid value for 'Cors' property.");
        }
        let mut definition = self.definition(missing, "Cors configuration")?;
        let credentials = settings.get("AllowCredentials").and_then(Node::boolean) == Some(true);
        let origins = settings.truth("AllowOrigins");
        if credentials && origins.is_some_and(|origins| origins.same(&any)) {
            return self.api.refuse(
                "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or \
                 not set.",
            );
        }
        let document = definition.document_mut();
        let mut extension = document.get(CORS_EXTENSION).cloned().unwrap_or_else(|| map! {});
        if !extension.is_mapping() {
            return Refusal::document(format!(
                "Value of '{CORS_EXTENSION}' must be a dictionary according to Swagger spec."
            ));
        }
        match origins.filter(|origins| is_function(origins)) {
            Some(function) => {
                // The function stands for all settings, and whatever it chooses gets the definition's names.
                for (key, value) in renamed(function).entries() {
                    extension.set(&key.name, value);
                }
            }
            None => {
                for (name, called) in CORS {
                    let value = match *name {
                        "MaxAge" => settings.given(name),
                        "AllowCredentials" => settings.get(name).filter(|_| credentials),
                        name => settings.truth(name),
                    };
                    if let Some(value) = value {
                        extension.set(called, value);
                    }
                }
            }
        }
        document.set(CORS_EXTENSION, extension);
        self.api.body = Some(definition.into_node());
        Ok(())
    }

    fn add_auth(&mut self) -> Sam<()> {
        let Some(auth) = self.api.truth("Auth").cloned() else { return Ok(()) };
        let missing = "Auth works only with inline OpenApi specified in the 'DefinitionBody' property.";
        if self.api.body.is_none() {
            return self.api.refuse(missing);
        }
        let known = ["Authorizers", "DefaultAuthorizer", "EnableIamAuthorizer"];
        if !auth.names().all(|name| known.contains(&name)) {
            return self.api.refuse("Invalid value for 'Auth' property");
        }
        let mut definition = self.definition(missing, "Auth configuration")?;
        let authorizers = self.authorizers(&auth)?;
        for authorizer in &authorizers {
            definition.add_security_scheme(&authorizer.name, authorizer.scheme.clone())?;
        }
        if let Some(default) = auth.truth("DefaultAuthorizer").filter(|default| !is_no_value(default)) {
            let default = self.api.of().text(Some(default), "Auth.DefaultAuthorizer")?;
            let Some(authorizer) = authorizers.iter().find(|authorizer| authorizer.name == default) else {
                let message =
                    format!("Unable to set DefaultAuthorizer because '{default}' was not defined in 'Authorizers'.");
                return self.api.refuse(message);
            };
            for path in definition.paths() {
                definition.check_method_names(&path)?;
                definition.all_methods(&path, |name, method| {
                    if name != "options" && method.truth("security").is_none() {
                        method.set("security", list![map! { default => &authorizer.scopes }]);
                    }
                    Ok(())
                })?;
            }
        }
        self.api.body = Some(definition.into_node());
        Ok(())
    }

    fn authorizers(&self, auth: &Node) -> Sam<Vec<HttpAuthorizer>> {
        let mut all = Vec::new();
        if auth.get("EnableIamAuthorizer").and_then(Node::boolean) == Some(true) {
            all.push(HttpAuthorizer::iam());
        }
        let Some(given) = auth.truth("Authorizers") else { return Ok(all) };
        self.api.of().map(given, "Auth.Authorizers")?;
        for (key, authorizer) in given.entries() {
            let name = &key.name;
            self.api.of().map(authorizer, &format!("Auth.Authorizers.{name}"))?;
            if authorizer.has("OpenIdConnectUrl") {
                let message = format!(
                    "'OpenIdConnectUrl' is no longer a supported property for authorizer '{name}'. Please refer to the AWS SAM \
                     documentation."
                );
                return self.api.refuse(message);
            }
            all.push(HttpAuthorizer::of(self.api.id, name, authorizer, self.api.partition)?);
        }
        Ok(all)
    }

    fn add_tags(&mut self) -> Sam<()> {
        let own = self.api.truth("Tags").cloned();
        let Some(body) = self.api.body.clone() else {
            return match own {
                Some(_) => {
                    self.api.refuse("Tags works only with inline OpenApi specified in the 'DefinitionBody' property.")
                }
                None => Ok(()),
            };
        };
        if !Definition::is_valid_http(&body) {
            return match own {
                Some(_) => self.api.refuse(
                    "Unable to add `Tags` because 'DefinitionBody' does not contain a valid OpenApi definition.",
                ),
                None => Ok(()),
            };
        }
        let mut tags = own.unwrap_or_else(|| map! {});
        tags.set(MADE_BY, "SAM");
        let mut definition = Definition::of_http(&body)?;
        let document = definition.document_mut();
        if document.truth("tags").is_none() {
            document.set("tags", list![]);
        }
        if let Some(all) = document.get_mut("tags") {
            let crate::tree::Value::Sequence(known) = &mut all.value else {
                return Refusal::document(format!(
                    "Tags in OpenApi DefinitionBody needs to be a list. {} is a {} not a list.",
                    all.display(),
                    all.python_type()
                ));
            };
            for (key, value) in tags.entries() {
                const VALUE: &str = "x-amazon-apigateway-tag-value";
                let is = |tag: &&mut Node| tag.get("name").and_then(Node::text) == Some(&key.name);
                match known.iter_mut().find(is) {
                    Some(tag) => tag.set(VALUE, value),
                    None => known.push(map! { "name" => key.name.as_str(), VALUE => value }),
                }
            }
        }
        self.api.body = Some(definition.into_node());
        self.tags = Some(tags);
        Ok(())
    }

    fn add_endpoint(&mut self) -> Sam<()> {
        const EXTENSION: &str = "x-amazon-apigateway-endpoint-configuration";
        let Some(disabled) = self.api.given("DisableExecuteApiEndpoint").cloned() else { return Ok(()) };
        let Some(body) = &self.api.body else {
            return self.api.refuse("DisableExecuteApiEndpoint works only within 'DefinitionBody' property.");
        };
        let mut definition = Definition::of_http(body)?;
        let document = definition.document_mut();
        if let Some(servers) = document.entry("servers", || list![map! {}])
            && let crate::tree::Value::Sequence(servers) = &mut servers.value
        {
            for server in servers {
                if !server.is_mapping() {
                    return Refusal::document(
                        "Value of 'servers' item must be a dictionary according to Swagger spec.",
                    );
                }
                if let Some(configuration) = server.entry(EXTENSION, || map! {}) {
                    configuration.set("disableExecuteApiEndpoint", &disabled);
                }
            }
        }
        self.api.body = Some(definition.into_node());
        Ok(())
    }

    /// Puts a property of the API into what the definition says of itself, where that says nothing of its own.
    fn add_info(&mut self, property: &str, name: &str) -> Sam<()> {
        let Some(value) = self.api.truth(property).cloned() else { return Ok(()) };
        let Some(body) = self.api.body.as_mut() else {
            let message =
                format!("{property} works only with inline OpenApi specified in the 'DefinitionBody' property.");
            return self.api.refuse(message);
        };
        let end = if property == "Name" { "." } else { "'." };
        if body.given("info").is_some_and(|info| !info.is_mapping()) {
            return self.api.refuse(format!("Invalid 'DefinitionBody': The value of 'info' should be a map{end}"));
        }
        let own = body.get("info").and_then(|info| info.given(name));
        let taken = match property {
            "Name" => !own.is_some_and(|own| own.same(&reference("AWS::StackName"))),
            _ => own.is_some_and(Node::truthy),
        };
        if taken {
            let message = format!(
                "Unable to set {property} because it is already defined within inline OpenAPI specified in the 'DefinitionBody' \
                 property."
            );
            return self.api.refuse(message);
        }
        let mut definition = Definition::of_http(body)?;
        if let Some(info) = definition.document_mut().entry("info", || map! {}) {
            info.set(name, value);
        }
        self.api.body = Some(definition.into_node());
        Ok(())
    }

    /// API Gateway warns of a path without a slash, which fails where warnings do.
    fn rename_default_path(&mut self) {
        if self.api.truth("FailOnWarnings").is_none() {
            return;
        }
        let paths = self.api.body.as_mut().and_then(|body| body.get_mut("paths"));
        if let Some(paths) = paths
            && let Some(item) = paths.remove(DEFAULT_PATH)
        {
            paths.set(&format!("/{DEFAULT_PATH}"), item);
        }
    }

    fn authorizer_permissions(&self) -> Sam<Vec<Made>> {
        let Some(auth) = self.api.truth("Auth") else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for authorizer in self.authorizers(auth)? {
            let Some(function) = authorizer.may_invoke else { continue };
            let id = format!("{}{}AuthorizerPermission", self.api.id, authorizer.name);
            let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*";
            let mut permission = Made::new(id, "AWS::Lambda::Permission", self.api.passed_on());
            permission.set("Action", "lambda:InvokeFunction");
            permission.set("FunctionName", function);
            permission.set("Principal", "apigateway.amazonaws.com");
            permission.set("SourceArn", sub_with(arn, map! { "__ApiId__" => reference(self.api.id) }));
            all.push(permission);
        }
        Ok(all)
    }

    fn stage(&self) -> Made {
        let default = Node::from(DEFAULT_PATH);
        let name = self.api.truth("StageName").unwrap_or(&default);
        let text = name.str().unwrap_or_default();
        let id = match text {
            DEFAULT_PATH => format!("{}ApiGatewayDefaultStage", self.api.id),
            text if alphanumeric(text) => format!("{}{text}Stage", self.api.id),
            text => hashed(&format!("{}Stage", self.api.id), &text.into()),
        };
        let mut stage = Made::new(id, "AWS::ApiGatewayV2::Stage", self.api.passed_on());
        stage.set("ApiId", reference(self.api.id));
        stage.set("StageName", name);
        stage.copy(
            &self.api.properties,
            &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"],
        );
        stage.set_some("Tags", self.tags.as_ref());
        stage.set("AutoDeploy", true);
        stage
    }

    fn domain(&mut self, transform: &mut Transform) -> Sam<Vec<Made>> {
        let Some(domain) = self.api.given("Domain").cloned() else { return Ok(Vec::new()) };
        let (Some(name), Some(certificate)) = (domain.given("DomainName"), domain.given("CertificateArn")) else {
            return self.api.refuse("Custom Domains only works if both DomainName and CertificateArn are provided.");
        };
        let id = hashed("ApiGatewayDomainNameV2", name);
        let mut made = Made::new(id.as_str(), "AWS::ApiGatewayV2::DomainName", self.api.passed_on());
        made.set("DomainName", name);
        // The tags are those of the API, as long as it has a definition of its own.
        let of_api = self.tags.clone().filter(|_| self.api.truth("Tags").is_some());
        made.set("Tags", of_api.unwrap_or_else(|| map! { MADE_BY => "SAM" }));
        let endpoint = domain.given("EndpointConfiguration");
        if endpoint.is_some_and(|endpoint| endpoint.str() != Some("REGIONAL")) {
            return self.api.refuse("EndpointConfiguration for Custom Domains must be one of ['REGIONAL'].");
        }
        let mut configuration = map! { "CertificateArn" => certificate, "EndpointType" => "REGIONAL" };
        for name in ["OwnershipVerificationCertificateArn", "SecurityPolicy"] {
            if let Some(value) = domain.truth(name) {
                configuration.set(name, value);
            }
        }
        made.set("DomainNameConfigurations", list![configuration]);
        made.set_some("MutualTlsAuthentication", self.mutual_tls(&domain)?);
        let mut all = self.mappings(&domain, &id)?;
        if domain.given("Route53").is_some() {
            let mut settings = domain.clone();
            settings.set("EndpointConfiguration", "REGIONAL");
            all.push(self.api.records(&settings, &id.as_str().into(), transform)?);
        }
        all.push(made);
        Ok(all)
    }

    fn mutual_tls(&self, domain: &Node) -> Sam<Option<Node>> {
        const FIELDS: &[&str] = &["TruststoreUri", "TruststoreVersion"];
        let Some(given) = domain.truth("MutualTlsAuthentication") else { return Ok(None) };
        if !given.is_mapping() {
            return self.api.refuse(
                "MutualTlsAuthentication must be a map with at least one of the following fields ['TruststoreUri', \
                 'TruststoreVersion'].",
            );
        }
        let mut others: Vec<&str> = given.names().filter(|name| !FIELDS.contains(name)).collect();
        if !others.is_empty() {
            others.sort_unstable();
            let message = "Available MutualTlsAuthentication fields are ['TruststoreUri', 'TruststoreVersion'].";
            return Refusal::resource(&others.join(","), message);
        }
        let field = |name: &&'static str| given.truth(name).map(|value| (*name, value.clone()));
        Ok(Some(Node::mapping(FIELDS.iter().filter_map(field))))
    }

    fn mappings(&self, domain: &Node, domain_id: &str) -> Sam<Vec<Made>> {
        let mapping = |id: String, key: Option<&str>| {
            let mut mapping = Made::new(id, "AWS::ApiGatewayV2::ApiMapping", self.api.passed_on());
            mapping.set("DomainName", reference(domain_id));
            mapping.set("ApiId", reference(self.api.id));
            mapping.set("Stage", reference(&format!("{}.Stage", self.api.id)));
            mapping.set_some("ApiMappingKey", key);
            mapping
        };
        let paths = match domain.truth("BasePath") {
            Some(path) if path.str().is_some() => vec![path],
            Some(paths) if paths.is_list() => paths.items().iter().collect(),
            _ => return Ok(vec![mapping(format!("{}ApiMapping", self.api.id), None)]),
        };
        let mut all = Vec::new();
        for path in paths {
            let Some(path) = path.str() else { return self.api.refuse("Basepath must be a string.") };
            if !path.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c)) {
                return self.api.refuse("Invalid Basepath name provided.");
            }
            let words = path.replace(['-', '_', '/'], "");
            all.push(mapping(format!("{}{words}ApiMapping", self.api.id), Some(path.trim_matches('/'))));
        }
        Ok(all)
    }
}

/// Who tells who calls.
struct HttpAuthorizer {
    name: String,
    /// What the definition says of it.
    scheme: Node,
    /// What a caller must have been granted.
    scopes: Node,
    /// The function that gets the permission to be invoked by the API.
    may_invoke: Option<Node>,
}

impl HttpAuthorizer {
    fn iam() -> HttpAuthorizer {
        let scheme = map! {
            "type" => "apiKey",
            "name" => "Authorization",
            "in" => "header",
            "x-amazon-apigateway-authtype" => "awsSigv4",
        };
        HttpAuthorizer { name: "AWS_IAM".to_string(), scheme, scopes: list![], may_invoke: None }
    }

    fn of(api: &str, name: &str, given: &Node, partition: &str) -> Sam<HttpAuthorizer> {
        let refuse = |message: String| Refusal::resource(api, message);
        let jwt = given.truth("JwtConfiguration");
        if let Some(jwt) = jwt {
            Of::Resource(api).map(jwt, "JwtConfiguration")?;
        }
        if given.given("AuthorizationScopes").is_some_and(|scopes| !scopes.is_list()) {
            return refuse("AuthorizationScopes must be a list.".to_string());
        }
        let of_jwt = [
            ("AuthorizationScopes", "OAuth2 Authorizer"),
            ("JwtConfiguration", "OAuth2 Authorizer"),
            ("IdentitySource", "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"),
        ];
        let of_function = [
            "FunctionArn",
            "FunctionInvokeRole",
            "Identity",
            "AuthorizerPayloadFormatVersion",
            "EnableSimpleResponses",
            "EnableFunctionDefaultPermissions",
        ];
        let other = match jwt {
            Some(_) => of_function.iter().map(|name| (*name, "Lambda Authorizer")).collect(),
            None => of_jwt.to_vec(),
        };
        if let Some((name, of)) = other.iter().find(|(name, _)| given.given(name).is_some()) {
            return refuse(format!("{name} is only supported for {of}."));
        }
        let required = |property: &str, of: &str| match given.truth(property) {
            Some(_) => Ok(()),
            None => Refusal::resource(api, format!("{name} {of} Authorizer must define '{property}'.")),
        };
        let scheme = match jwt {
            Some(jwt) => {
                required("IdentitySource", "OAuth2")?;
                let jwt = jwt.entries().iter().map(|(key, value)| (key.name.to_lowercase(), value.clone()));
                map! {
                    "type" => "oauth2",
                    AUTHORIZER => map! {
                        "jwtConfiguration" => Node::mapping(jwt),
                        "identitySource" => given.get("IdentitySource").cloned().unwrap_or_else(Node::nothing),
                        "type" => "jwt",
                    },
                }
            }
            None => {
                required("FunctionArn", "Lambda")?;
                required("AuthorizerPayloadFormatVersion", "Lambda")?;
                HttpAuthorizer::request(api, name, given, partition)?
            }
        };
        let may = given.given("EnableFunctionDefaultPermissions");
        if let Some(may) = may {
            Of::Resource(api).flag(may, &format!("Authorizers.{name}.EnableFunctionDefaultPermissions"))?;
        }
        let may_invoke = given.truth("FunctionArn").filter(|_| may.is_some_and(Node::truthy)).cloned();
        let scopes = given.given("AuthorizationScopes").cloned().unwrap_or_else(|| list![]);
        Ok(HttpAuthorizer { name: name.to_string(), scheme, scopes, may_invoke })
    }

    /// The scheme of an authorizer that is a function.
    fn request(api: &str, name: &str, given: &Node, partition: &str) -> Sam<Node> {
        let nothing = Node::nothing();
        let function = given.get("FunctionArn").unwrap_or(&nothing);
        let uri = format!(
            "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}/invocations"
        );
        let mut authorizer = map! {
            "type" => "request",
            "authorizerUri" => sub_with(uri, map! { "__FunctionArn__" => function }),
        };
        if let Some(role) = given.truth("FunctionInvokeRole").filter(|role| role.str() != Some("NONE")) {
            authorizer.set("authorizerCredentials", role);
        }
        if let Some(identity) = given.truth("Identity") {
            Of::Resource(api).map(identity, &format!("Auth.Authorizers.{name}.Identity"))?;
            if let Some(seconds) = identity.given("ReauthorizeEvery") {
                authorizer.set("authorizerResultTtlInSeconds", seconds);
            }
            authorizer.set("identitySource", identity_source(api, name, identity)?);
        }
        authorizer
            .set("authorizerPayloadFormatVersion", given.get("AuthorizerPayloadFormatVersion").unwrap_or(&nothing));
        if let Some(simple) = given.truth("EnableSimpleResponses") {
            authorizer.set("enableSimpleResponses", simple);
        }
        Ok(map! { "type" => "apiKey", "name" => "Unused", "in" => "header", AUTHORIZER => authorizer })
    }
}

fn identity_source(api: &str, name: &str, identity: &Node) -> Sam<Node> {
    let mut all = list![];
    for (prefix, property) in [
        ("$request.header.", "Headers"),
        ("$request.querystring.", "QueryStrings"),
        ("$stageVariables.", "StageVariables"),
        ("$context.", "Context"),
    ] {
        let Some(values) = identity.truth(property) else { continue };
        let path = format!("Authorizers.{name}.Identity.{property}");
        for (at, value) in Of::Resource(api).list(values, &path)?.iter().enumerate() {
            let value = Of::Resource(api).text(Some(value), &format!("{path}[{at}]"))?;
            all.push(format!("{prefix}{value}").into());
        }
    }
    Ok(all)
}

/// The settings of CORS inside of a function under the names of a definition.
fn renamed(function: &Node) -> Node {
    let mut node = function.clone();
    for (key, _) in node.entries_mut() {
        if let Some((_, called)) = CORS.iter().find(|(name, _)| *name == key.name) {
            key.name = (*called).to_string();
        }
    }
    for inner in node.children_mut() {
        *inner = renamed(inner);
    }
    node
}
