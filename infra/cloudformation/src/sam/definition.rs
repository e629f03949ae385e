//! The OpenAPI definition of an API, as SAM edits it.
//!
//! A path or a method may stand in an `Fn::If`; what is done to it is then done to both sides.

use super::error::{Refusal, Sam};
use super::intrinsics::{conditional, is_no_value};
use crate::tree::{Node, Value, list, map};

pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// Every method that has none of its own.
pub(super) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// The route of an HTTP API for what has none of its own.
pub(super) const DEFAULT_PATH: &str = "$default";
const BINARY_MEDIA_TYPES: &str = "x-amazon-apigateway-binary-media-types";
const GATEWAY_RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
const POLICY: &str = "x-amazon-apigateway-policy";
const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
const ENDPOINT_CONFIGURATION: &str = "x-amazon-apigateway-endpoint-configuration";
/// What a path item can have beside its methods.
const NOT_METHODS: &[&str] = &["summary", "description", "parameters"];

/// A valid definition.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    document: Node,
}

/// The definition that SAM starts from where there is none.
pub(super) fn skeleton() -> Node {
    map! {
        "swagger" => "2.0",
        "info" => map! { "version" => "1.0", "title" => map! { "Ref" => "AWS::StackName" } },
        "paths" => map! {},
    }
}

/// The definition of an HTTP API that SAM starts from.
pub(super) fn http_skeleton() -> Node {
    map! {
        "openapi" => "3.0.1",
        "info" => map! { "version" => "1.0", "title" => map! { "Ref" => "AWS::StackName" } },
        "paths" => map! {},
    }
}

/// Whether `version` is one of OpenAPI 3, in SAM's pattern: `3`, `3.0`, `3.0.1` with one digit each.
pub(super) fn is_version_3(version: &str) -> bool {
    version.starts_with('3') && is_version(version)
}

/// Whether SAM takes `version` for one of Swagger 2 or OpenAPI 3.
pub(super) fn is_version(version: &str) -> bool {
    let mut parts = version.split('.');
    let digit = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    let major = parts.next().is_some_and(|major| matches!(major, "2" | "3"));
    let minor: Vec<&str> = parts.collect();
    major && (1..=2).contains(&minor.len()) && minor.iter().all(|part| digit(part))
}

/// The method as a definition names it.
pub(super) fn method_name(method: &str) -> String {
    match method.to_lowercase().as_str() {
        "any" => ANY_METHOD.to_string(),
        method => method.to_string(),
    }
}

/// The path with a star for each of its parameters, as ARNs have it.
pub(super) fn starred(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some(start) = rest.find('{') {
        let inside = &rest[start + 1..];
        let named =
            |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let parameter = inside.find('}').filter(|end| {
            let name = &inside[..*end];
            named(name.strip_suffix('+').unwrap_or(name))
        });
        out.push_str(&rest[..start]);
        match parameter {
            Some(end) => {
                out.push('*');
                rest = &inside[end + 1..];
            }
            None => {
                out.push('{');
                rest = inside;
            }
        }
    }
    out + rest
}

/// `value`, or the sides of the `Fn::If` that it is.
pub(super) fn sides(value: &mut Node) -> Sam<Vec<&mut Node>> {
    if value.get("Fn::If").is_none() {
        return Ok(vec![value]);
    }
    match value.get_mut("Fn::If").map(|argument| &mut argument.value) {
        Some(Value::Sequence(items)) => Ok(items.iter_mut().skip(1).filter(|side| !is_no_value(side)).collect()),
        _ => Refusal::document("Value of Fn::If must be a list."),
    }
}

fn must_be_map(value: &Node, message: impl FnOnce() -> String) -> Sam<()> {
    if value.is_mapping() { Ok(()) } else { Refusal::document(message()) }
}

fn path_must_be_map(item: &Node, path: &str) -> Sam<()> {
    must_be_map(item, || format!("Value of '{path}' path must be a dictionary according to Swagger spec."))
}

fn method_must_be_map(method: &Node, path: &str, name: &str) -> Sam<()> {
    must_be_map(method, || format!("Definition of method '{name}' for path '{path}' should be a map."))
}

fn has_integration(method: &Node) -> bool {
    method.truth(INTEGRATION).is_some()
}

/// The method's `security`, which must be a list.
pub(super) fn security(method: &Node, path: &str, name: &str) -> Sam<Vec<Node>> {
    match method.get("security") {
        None => Ok(Vec::new()),
        Some(security) if security.is_list() => Ok(security.items().to_vec()),
        Some(_) => Refusal::document(format!("Type of security for path {path} method {name} must be a list")),
    }
}

impl Definition {
    /// Whether `body` is a definition that SAM can edit.
    pub(super) fn is_valid(body: &Node) -> bool {
        body.get("paths").is_some_and(Node::is_mapping)
            && (body.truth("swagger").is_some()
                || body.truth("openapi").is_some_and(|version| is_version_3(&version.display())))
    }

    /// Whether `body` is the definition of an HTTP API.
    pub(super) fn is_valid_http(body: &Node) -> bool {
        body.get("paths").is_some_and(Node::is_mapping)
            && body.truth("openapi").is_some_and(|version| is_version_3(&version.display()))
    }

    /// The definition of an HTTP API in `body`.
    pub(super) fn of_http(body: &Node) -> Sam<Definition> {
        if !Definition::is_valid_http(body) {
            return Refusal::document(
                "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.",
            );
        }
        let not_map =
            |what: &str| Refusal::document(format!("Invalid OpenApi document: The value of '{what}' should be a map"));
        if body.given("components").is_some_and(|components| !components.is_mapping()) {
            return not_map("components");
        }
        Ok(Definition { document: body.clone() })
    }

    /// Lets the method of an HTTP API invoke a function by `integration`, unless it has one; under a condition if the function has one.
    pub(super) fn add_http_integration(
        &mut self,
        path: &str,
        method: &str,
        integration: &Node,
        condition: Option<&str>,
    ) -> Sam<()> {
        let method = method_name(method);
        if self.has_integration(path, &method)? {
            return Ok(());
        }
        self.add_path(path, &method)?;
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            let Some(definition) = item.get_mut(&method) else { continue };
            if definition.is_null() {
                *definition = map! {};
            }
            definition.set(INTEGRATION, integration);
            if path == DEFAULT_PATH && method == ANY_METHOD {
                definition.set("isDefaultRoute", true);
            }
            definition.entry("responses", || map! {});
            if let Some(condition) = condition {
                let bare = definition.clone();
                *definition = conditional(condition, bare, None);
            }
        }
        Ok(())
    }

    /// Whether the route for everything else invokes the function `id`, as far as SAM can tell.
    pub(super) fn default_invokes(&mut self, id: &str) -> Sam<bool> {
        if !self.has_integration(DEFAULT_PATH, ANY_METHOD)? {
            return Ok(false);
        }
        let names = |text: &str| {
            let (before, _) = text.split_once(".Arn")?;
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
            Some(before[start..].to_string())
        };
        for item in self.items(DEFAULT_PATH)? {
            let Some(definition) = item.get_mut(ANY_METHOD) else { continue };
            for side in sides(definition)? {
                let Some(integration) = side.get_mut(INTEGRATION) else { continue };
                must_be_map(integration, || {
                    format!("Value of '{INTEGRATION}' must be a dictionary according to Swagger spec.")
                })?;
                let Some(uri) = integration.get_mut("uri").filter(|uri| uri.is_mapping()) else { return Ok(false) };
                for uri in sides(uri)? {
                    let text = uri.get("Fn::Sub").and_then(Node::str).unwrap_or_default();
                    if names(text).as_deref() != Some(id) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Holds that every method of the path has the name that API Gateway knows it by.
    pub(super) fn check_method_names(&mut self, path: &str) -> Sam<()> {
        for item in self.items(path)? {
            let normal = item.names().filter(|name| *name != "parameters").map(method_name);
            if let Some(name) = normal.into_iter().find(|name| name != "options" && !item.has(name)) {
                return Refusal::document(format!("Could not find {name} in {path} within DefinitionBody."));
            }
        }
        Ok(())
    }

    /// The document, to be changed as a whole.
    pub(super) fn document_mut(&mut self) -> &mut Node {
        &mut self.document
    }

    /// Adds a way to tell who calls an HTTP API.
    pub(super) fn add_security_scheme(&mut self, name: &str, scheme: Node) -> Sam<()> {
        if self.document.truth("components").is_none() {
            self.document.set("components", map! {});
        }
        let Some(components) = self.document.get_mut("components") else { return Ok(()) };
        if components.truth("securitySchemes").is_none() {
            components.set("securitySchemes", map! {});
        }
        if let Some(schemes) = components.get_mut("securitySchemes") {
            schemes.set(name, scheme);
        }
        Ok(())
    }

    /// The definition in `body`.
    pub(super) fn of(body: &Node) -> Sam<Definition> {
        if !Definition::is_valid(body) {
            return Refusal::document(
                "Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.",
            );
        }
        let mut definition = Definition { document: body.clone() };
        for path in definition.paths() {
            for item in definition.items(&path)? {
                path_must_be_map(item, &path)?;
            }
        }
        Ok(definition)
    }

    /// The edited document.
    pub(super) fn into_node(self) -> Node {
        self.document
    }

    /// Its paths, in their order.
    pub(super) fn paths(&self) -> Vec<String> {
        self.document.get("paths").map(|paths| paths.names().map(str::to_string).collect()).unwrap_or_default()
    }

    fn items(&mut self, path: &str) -> Sam<Vec<&mut Node>> {
        match self.document.get_mut("paths").and_then(|paths| paths.get_mut(path)) {
            Some(item) => sides(item),
            None => Ok(Vec::new()),
        }
    }

    /// Whether the document is of OpenAPI 3.
    fn version_3(&self) -> bool {
        self.document.truth("openapi").is_some_and(|version| is_version_3(&version.display()))
    }

    /// Puts the method there, empty unless it is there already.
    pub(super) fn add_path(&mut self, path: &str, method: &str) -> Sam<()> {
        let method = method_name(method);
        let paths = self.document.get_mut("paths");
        if let Some(item) = paths.and_then(|paths| paths.entry(path, || map! {})) {
            path_must_be_map(item, path)?;
        }
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            item.entry(&method, || map! {});
        }
        Ok(())
    }

    /// Whether every side of the method has an integration.
    pub(super) fn has_integration(&mut self, path: &str, method: &str) -> Sam<bool> {
        let method = method_name(method);
        if self.document.get("paths").and_then(|paths| paths.get(path)).is_none() {
            return Ok(false);
        }
        for item in self.items(path)? {
            let Some(definition) = item.get_mut(&method) else { return Ok(false) };
            if !definition.is_mapping() {
                return Ok(false);
            }
            let mut any = false;
            for side in sides(definition)? {
                method_must_be_map(side, path, &method)?;
                any = any || has_integration(side);
            }
            if !any {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Every side of the method that has an integration, to be changed by `change`.
    pub(super) fn each_method(
        &mut self,
        path: &str,
        method: &str,
        mut change: impl FnMut(&mut Node) -> Sam<()>,
    ) -> Sam<()> {
        let normal = method_name(method);
        if self.document.get("paths").and_then(|paths| paths.get(path)).is_none() {
            return path_must_be_map(&Node::from(""), path);
        }
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            let Some(definition) = item.get_mut(&normal) else {
                return method_must_be_map(&Node::from(""), path, method);
            };
            for side in sides(definition)? {
                method_must_be_map(side, path, method)?;
                if has_integration(side) {
                    change(side)?;
                }
            }
        }
        Ok(())
    }

    /// Every side of every method of the path that has an integration, to be changed by `change`.
    pub(super) fn all_methods(&mut self, path: &str, mut change: impl FnMut(&str, &mut Node) -> Sam<()>) -> Sam<()> {
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            for (key, definition) in item.entries_mut() {
                if NOT_METHODS.contains(&key.name.as_str()) {
                    continue;
                }
                for side in sides(definition)? {
                    method_must_be_map(side, path, &key.name)?;
                    if has_integration(side) {
                        change(&method_name(&key.name), side)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Lets the method invoke a function by `integration`; under a condition if the function has one.
    pub(super) fn add_lambda_integration(
        &mut self,
        path: &str,
        method: &str,
        integration: &Node,
        condition: Option<&str>,
    ) -> Sam<()> {
        let method = method_name(method);
        if self.has_integration(path, &method)? {
            return Refusal::document(format!("Lambda integration already exists on Path={path}, Method={method}"));
        }
        self.add_path(path, &method)?;
        for item in self.items(path)? {
            let Some(definition) = item.get_mut(&method) else { continue };
            method_must_be_map(definition, path, &method)?;
            definition.set(INTEGRATION, integration);
            definition.entry("responses", || map! {});
            if let Some(condition) = condition {
                let bare = definition.clone();
                *definition = conditional(condition, bare, None);
            }
        }
        Ok(())
    }

    /// Answers preflight requests for the path, unless its `options` are there already.
    pub(super) fn add_cors(&mut self, path: &str, cors: &Preflight<'_>) -> Sam<()> {
        let mut methods = cors.methods.filter(|methods| methods.truthy()).cloned();
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            if item.has("options") {
                continue;
            }
            if !cors.origin.is_some_and(Node::truthy) {
                return Refusal::template("Invalid input. Value for AllowedOrigins is required");
            }
            let methods = methods.get_or_insert_with(|| format!("'{}'", allowed_methods(item)).into());
            item.set("options", cors.method(methods));
        }
        Ok(())
    }

    /// Sets the media types that are binary; `~1` in them is a slash.
    pub(super) fn set_binary_media_types(&mut self, types: &Node) {
        self.document.set(BINARY_MEDIA_TYPES, with_slashes(types.clone()));
    }

    /// Switches the API's own address off or on.
    pub(super) fn set_execute_endpoint(&mut self, disabled: &Node) -> Sam<()> {
        const NAME: &str = "disableExecuteApiEndpoint";
        let set = |document: &mut Node, what: &str| {
            if !document.is_mapping() {
                return Refusal::document(format!("Invalid OpenAPI definition{what}: It should be a map."));
            }
            match document.entry(ENDPOINT_CONFIGURATION, || map! {}) {
                Some(configuration) if configuration.is_mapping() => {
                    configuration.set(NAME, disabled);
                    Ok(())
                }
                _ => Refusal::document(format!(
                    "Invalid OpenAPI definition{what}: The value of '{ENDPOINT_CONFIGURATION}' should be a map."
                )),
            }
        };
        if !self.version_3() {
            return set(&mut self.document, "");
        }
        let Some(servers) = self.document.entry("servers", || list![map! {}]) else { return Ok(()) };
        if let Value::Sequence(servers) = &mut servers.value {
            for (at, server) in servers.iter_mut().enumerate() {
                set(server, &format!(" of 'servers[{at}]'"))?;
            }
            return Ok(());
        }
        if servers.truthy() {
            return Refusal::document("Invalid OpenAPI definition of 'servers[0]': It should be a map.");
        }
        Ok(())
    }

    /// Adds to the section `name` of the document what is not empty.
    fn section(&mut self, name: &str) -> Sam<&mut Node> {
        if self.document.truth(name).is_none() {
            self.document.set(name, map! {});
        }
        match self.document.get_mut(name) {
            Some(section) if section.is_mapping() => Ok(section),
            _ => Refusal::template(format!("{name} must be a dictionary.")),
        }
    }

    /// Adds a way to tell who calls; one that is there stays if `keep`.
    pub(super) fn add_security(&mut self, name: &str, scheme: Node, keep: bool) -> Sam<()> {
        let schemes = self.section("securityDefinitions")?;
        if !(keep && schemes.has(name)) {
            schemes.set(name, scheme);
        }
        Ok(())
    }

    /// Adds the API key in the header `x-api-key`.
    pub(super) fn add_api_key(&mut self) -> Sam<()> {
        self.add_security("api_key", map! { "type" => "apiKey", "name" => "x-api-key", "in" => "header" }, true)
    }

    /// Adds requests signed by an IAM identity.
    pub(super) fn add_iam(&mut self) -> Sam<()> {
        let scheme = map! {
            "x-amazon-apigateway-authtype" => "awsSigv4",
            "type" => "apiKey",
            "name" => "Authorization",
            "in" => "header",
        };
        self.add_security("AWS_IAM", scheme, true)
    }

    /// Adds what the gateway answers by itself in a case.
    pub(super) fn add_gateway_response(&mut self, name: &str, response: Node) -> Sam<()> {
        self.section(GATEWAY_RESPONSES)?.set(name, response);
        Ok(())
    }

    /// Adds a model.
    pub(super) fn add_model(&mut self, name: &str, schema: &Node) -> Sam<()> {
        if schema.truth("type").is_none() {
            return Refusal::document("'Models' schema is missing 'type'.");
        }
        self.section("definitions")?.set(&name.to_lowercase(), schema);
        Ok(())
    }

    /// Lets the method's requests be checked.
    pub(super) fn add_validator(&mut self, path: &str, method: &str, body: bool, parameters: bool) -> Sam<()> {
        let name = match (body, parameters) {
            (true, true) => "body-and-params",
            (true, false) => "body-only",
            (false, true) => "params-only",
            (false, false) => "no-validation",
        };
        let validators = self.section(VALIDATORS)?;
        if validators.truth(name).is_none() {
            validators.set(name, map! { "validateRequestBody" => body, "validateRequestParameters" => parameters });
        }
        self.each_method(path, method, |method| {
            method.set(VALIDATOR, name);
            Ok(())
        })
    }

    /// Says which model the method's bodies have.
    pub(super) fn add_request_model(
        &mut self,
        path: &str,
        method: &str,
        model: &str,
        required: Option<&Node>,
    ) -> Sam<()> {
        let model = model.to_lowercase();
        let swagger = self.document.given("swagger").is_some();
        let version_3 = self.version_3();
        self.each_method(path, method, |method| {
            if swagger {
                let mut parameter = map! {
                    "in" => "body",
                    "name" => model.as_str(),
                    "schema" => map! { "$ref" => format!("#/definitions/{model}") },
                };
                if let Some(required) = required {
                    parameter.set("required", required);
                }
                if let Some(parameters) = method.entry("parameters", || list![]) {
                    parameters.push(parameter);
                }
            } else if version_3 {
                let schema = map! { "$ref" => format!("#/components/schemas/{model}") };
                let mut body = map! { "content" => map! { "application/json" => map! { "schema" => schema } } };
                if let Some(required) = required {
                    body.set("required", required);
                }
                method.set("requestBody", body);
            }
            Ok(())
        })
    }

    /// Says which parameters the method has: the name as the gateway maps it, whether it is required, whether it is a key of the cache.
    pub(super) fn add_parameters(&mut self, path: &str, method: &str, parameters: &[(String, Node, Node)]) -> Sam<()> {
        self.each_method(path, method, |method| {
            for (full, required, caching) in parameters {
                let name = full.replace("method.request.", "");
                let (location, name) = name.split_once('.').unwrap_or((&name, ""));
                let location = if location == "querystring" { "query" } else { location };
                let parameter = map! { "in" => location, "name" => name, "required" => required, "type" => "string" };
                if let Some(all) = method.entry("parameters", || list![]) {
                    all.push(parameter);
                }
                let cached = method.get_mut(INTEGRATION).filter(|_| caching.truthy());
                if let Some(keys) = cached.and_then(|integration| integration.entry("cacheKeyParameters", || list![])) {
                    keys.push(full.as_str().into());
                }
            }
            Ok(())
        })
    }

    /// The methods of the path as the resource policy names them.
    pub(super) fn invoke_arns(&mut self, path: &str, stage: &Node) -> Sam<Vec<Node>> {
        let starred = starred(path);
        let mut arns = Vec::new();
        for item in self.items(path)? {
            path_must_be_map(item, path)?;
            for name in item.names() {
                let any = name.to_lowercase() == ANY_METHOD || name.to_lowercase() == "any";
                let method = if any { "*".to_string() } else { name.to_uppercase() };
                let text = format!("execute-api:/${{__Stage__}}/{method}{starred}");
                arns.push(map! { "Fn::Sub" => list![text, map! { "__Stage__" => stage }] });
            }
        }
        Ok(arns)
    }

    /// The resource policy, to be added to.
    pub(super) fn policy(&mut self) -> Option<&mut Node> {
        if self.document.truth(POLICY).is_none() {
            self.document.set(POLICY, map! {});
        }
        self.document.get_mut(POLICY)
    }
}

/// The settings of `Cors`.
pub(super) struct Preflight<'n> {
    pub(super) origin: Option<&'n Node>,
    pub(super) headers: Option<&'n Node>,
    pub(super) methods: Option<&'n Node>,
    pub(super) max_age: Option<&'n Node>,
    pub(super) credentials: bool,
}

impl Preflight<'_> {
    /// The method that answers preflight requests.
    fn method(&self, methods: &Node) -> Node {
        let mut parameters = map! {};
        let mut headers = map! {};
        let credentials = Node::from("'true'");
        for (header, value, kind) in [
            ("Access-Control-Allow-Origin", self.origin, "string"),
            ("Access-Control-Allow-Headers", self.headers.filter(|headers| headers.truthy()), "string"),
            ("Access-Control-Allow-Methods", Some(methods), "string"),
            ("Access-Control-Max-Age", self.max_age, "integer"),
            ("Access-Control-Allow-Credentials", self.credentials.then_some(&credentials), "string"),
        ] {
            if let Some(value) = value {
                parameters.set(&format!("method.response.header.{header}"), value);
                headers.set(header, map! { "type" => kind });
            }
        }
        let answer = map! {
            "statusCode" => "200",
            "responseParameters" => parameters,
            "responseTemplates" => map! { "application/json" => "{}\n" },
        };
        map! {
            "summary" => "CORS support",
            "consumes" => list!["application/json"],
            "produces" => list!["application/json"],
            INTEGRATION => map! {
                "type" => "mock",
                "requestTemplates" => map! { "application/json" => "{\n  \"statusCode\" : 200\n}\n" },
                "responses" => map! { "default" => answer },
            },
            "responses" => map! {
                "200" => map! { "description" => "Default response for CORS method", "headers" => headers },
            },
        }
    }
}

/// The methods of a path as a preflight request is told of them.
fn allowed_methods(item: &Node) -> String {
    let mut methods: Vec<String> = if item.has(ANY_METHOD) {
        ["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"].map(str::to_string).to_vec()
    } else {
        item.names().chain(["options"]).map(str::to_uppercase).collect()
    };
    methods.sort();
    methods.dedup();
    methods.join(",")
}

fn with_slashes(mut value: Node) -> Node {
    if let Some(text) = value.str().map(|text| text.replace("~1", "/")) {
        return Node::string(text, value.position);
    }
    for (key, _) in value.entries_mut() {
        key.name = key.name.replace("~1", "/");
    }
    for inner in value.children_mut() {
        *inner = with_slashes(std::mem::replace(inner, Node::nothing()));
    }
    value
}

/// The definition as it goes to API Gateway: in OpenAPI 3 some parts have another place.
pub(super) fn finished(mut body: Node, version: Option<&Node>) -> Sam<Node> {
    if body.given("swagger").is_some() {
        return Ok(body);
    }
    let version = match (body.given("openapi"), version) {
        (Some(own), None) => own.display(),
        (_, Some(version)) => version.display(),
        (None, None) => return Ok(body),
    };
    if !is_version_3(&version) {
        return Ok(body);
    }
    for (from, to) in [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")] {
        if body.truth(from).is_none() {
            continue;
        }
        let Some(part) = body.remove(from) else { continue };
        if body.truth("components").is_none() {
            body.set("components", map! {});
        }
        if let Some(components) = body.get_mut("components") {
            components.set(to, part);
        }
    }
    let Some(paths) = body.get_mut("paths").filter(|paths| paths.truthy()) else { return Ok(body) };
    must_be_map(paths, || "Value of paths must be a dictionary according to Swagger spec.".to_string())?;
    for (path, item) in paths.entries_mut() {
        path_must_be_map(item, &path.name)?;
        let Some(options) = item.get_mut("options").filter(|options| options.truthy()) else { continue };
        must_be_map(options, || {
            format!("Value of options method for path {} must be a dictionary according to Swagger spec.", path.name)
        })?;
        options.remove("produces");
        options.remove("consumes");
        let Some(responses) = options.get_mut("responses") else { continue };
        let refuse = |problem: &str| {
            Refusal::document(format!("Invalid responses in options method for path {}: {problem}.", path.name))
        };
        if responses.is_null() {
            continue;
        }
        if !responses.is_mapping() {
            return refuse("It should be a map");
        }
        let Some(ok) = responses.get_mut("200").filter(|ok| !ok.is_null()) else { continue };
        if !ok.is_mapping() {
            return refuse("The value of '200' should be a map");
        }
        let Some(headers) = ok.get_mut("headers").filter(|headers| headers.truthy()) else { continue };
        must_be_map(headers, || {
            format!(
                "Value of response's headers in options method for path {} must be a dictionary according to Swagger spec.",
                path.name
            )
        })?;
        for (_, header) in headers.entries_mut() {
            let bare = header.clone();
            *header = map! { "schema" => bare };
        }
    }
    Ok(body)
}
