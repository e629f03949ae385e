//! The OpenAPI document of a REST API, which is `Body` of `AWS::ApiGateway::RestApi`: what API Gateway takes of it, brought into the form of
//! `AWS::ApiGateway::Method`. The rest of a document is for people who read it.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

use std::cell::Cell;
use std::collections::BTreeMap;

use super::methods::{self, MethodDeps, RequestValidator};
use super::{RestApiDefinition, checked_routes};
use crate::fields::{Fields, scalar};
use crate::finding::{Findings, Position};
use crate::gateway_responses;
use crate::requests::{self, Models};
use crate::tree::{Key, Node, Value};
use stack::Function;
use stack::model::CompileModel;

const ANY: &str = "x-amazon-apigateway-any-method";
const INTEGRATION: &str = "x-amazon-apigateway-integration";
const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
const VALIDATORS: &str = "x-amazon-apigateway-request-validators";
const GATEWAY_RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
const VERBS: &[&str] = &["get", "put", "post", "delete", "patch", "options", "head", ANY];
/// What API Gateway takes of a document and the local API does not.
const LACKING: &[(&str, &str)] = &[
    ("x-amazon-apigateway-policy", "the local cloud has no resource policies of APIs; leave it out"),
    ("x-amazon-apigateway-minimum-compression-size", "the local API compresses nothing; leave it out"),
];

/// A document, as it stands in a template.
pub(crate) struct ApiDocument<'n> {
    body: &'n Node,
    /// `Api.Properties.Body`.
    place: String,
    findings: &'n Findings,
    /// How much has been copied for schemas that refer to others, in bytes.
    copied: Cell<usize>,
}

/// The most of it: a document of schemas that all refer to each other would be as many times as large as it has schemas.
const MOST_COPIED: usize = 10_000_000;

impl<'n> ApiDocument<'n> {
    /// The document that `body` is; what is none is reported.
    pub(crate) fn of(body: &'n Node, place: String, findings: &'n Findings) -> Option<ApiDocument<'n>> {
        if matches!(body.value, Value::Unresolved) {
            return None;
        }
        let version = body.get("swagger").or_else(|| body.get("openapi")).and_then(Node::text);
        if version.is_some_and(|version| version.starts_with("2.0") || version.starts_with("3.0")) {
            return Some(ApiDocument { body, place, findings, copied: Cell::default() });
        }
        let message = "is not an OpenAPI document: it needs swagger: '2.0' or openapi: 3.0.1";
        findings.report(body.position, &place, message);
        None
    }

    /// What the document calls the API.
    pub(crate) fn title(&self) -> Option<String> {
        self.body.get("info")?.get("title")?.text().map(str::to_string)
    }

    /// What it says of the API.
    pub(crate) fn read(&self, functions: &[Function], compile: Option<CompileModel>) -> RestApiDefinition {
        let findings = self.findings;
        let mut models = self.models(compile);
        let validators = self.validators();
        let mut definition = RestApiDefinition::default();
        let mut places = Vec::new();
        for (path, item) in self.entries("paths") {
            for (verb, operation) in item.entries().iter().filter(|(key, _)| VERBS.contains(&key.name.as_str())) {
                let place = format!("{}.paths.{}.{}", self.place, path.name, verb.name);
                let node = self.method(&verb.name, operation, item, &mut models);
                let deps = MethodDeps { functions, models: &models, validators: &validators };
                let fields = Fields::of(&node, place.as_str(), "AWS::ApiGateway::Method", findings);
                let method = fields.and_then(|fields| methods::read(fields, &path.name, &deps));
                definition.add(method, place, verb.position, &mut places);
            }
        }
        checked_routes(&places, findings);
        for (kind, response) in self.entries(GATEWAY_RESPONSES) {
            let mut response = capitalised(response);
            response.set("ResponseType", Node::string(kind.name.as_str(), kind.position));
            let place = format!("{}.{GATEWAY_RESPONSES}.{}", self.place, kind.name);
            let fields = Fields::of(&response, place, "AWS::ApiGateway::GatewayResponse", findings);
            definition.holds.gateway_responses.extend(fields.and_then(gateway_responses::of_resource));
        }
        for node in self.body.get("x-amazon-apigateway-binary-media-types").map(Node::items).unwrap_or_default() {
            definition.holds.binary_media_types.extend(scalar(node, &self.place, findings));
        }
        for (name, why) in LACKING {
            if let Some(node) = self.body.get(name) {
                findings.lack(node.position, &format!("{}.{name}", self.place), *why);
            }
        }
        definition
    }

    /// The entries of a section of the document.
    fn entries(&self, section: &str) -> &'n [(Key, Node)] {
        self.body.get(section).map(Node::entries).unwrap_or_default()
    }

    /// `definitions` or `components.schemas`, by what refers to them.
    fn models(&self, compile: Option<CompileModel>) -> Models {
        let mut models = methods::built_in_models();
        let components = self.body.get("components").and_then(|components| components.get("schemas"));
        for (start, section) in
            [("#/definitions/", self.body.get("definitions")), ("#/components/schemas/", components)]
        {
            for (key, node) in section.map(Node::entries).unwrap_or_default() {
                let reference = format!("{start}{}", key.name);
                let place = format!("{}{}", self.place, reference.replace("#/", ".").replace('/', "."));
                let schema = requests::schema(&self.whole(node), &place, compile, self.findings);
                models.extend(schema.map(|schema| (reference, schema)));
            }
        }
        models
    }

    /// The schema with those that it may refer to.
    fn whole(&self, schema: &Node) -> Node {
        let mut whole = schema.clone();
        if !schema.to_json().to_string().contains("\"$ref\"") || self.copied.get() > MOST_COPIED {
            return whole;
        }
        for name in ["definitions", "components"] {
            let Some(section) = self.body.get(name) else { continue };
            self.copied.set(self.copied.get() + section.to_json().to_string().len());
            whole.set(name, section.clone());
        }
        if self.copied.get() > MOST_COPIED {
            let message = format!("its schemas refer to each other too much: {MOST_COPIED} bytes, each written out");
            self.findings.lack(schema.position, &self.place, message);
        }
        whole
    }

    fn validators(&self) -> BTreeMap<String, RequestValidator> {
        let mut validators = BTreeMap::new();
        for (key, node) in self.entries(VALIDATORS) {
            let (node, place) = (capitalised(node), format!("{}.{VALIDATORS}.{}", self.place, key.name));
            let fields = Fields::of(&node, place, "AWS::ApiGateway::RequestValidator", self.findings);
            validators.extend(fields.map(|mut fields| (key.name.clone(), RequestValidator::read(&mut fields))));
        }
        validators
    }

    /// An operation with the properties of `AWS::ApiGateway::Method`. A schema that stands in the operation itself becomes a model.
    fn method(&self, verb: &str, operation: &Node, item: &Node, models: &mut Models) -> Node {
        let at = operation.position;
        let verb = if verb == ANY { "ANY".to_string() } else { verb.to_uppercase() };
        let mut method = keyed(vec![("HttpMethod".to_string(), Node::string(verb, at))], at);
        self.add_security(&mut method, operation);
        let mut parameters = Vec::new();
        let mut bodies = Vec::new();
        let of_both = [item, operation].into_iter().filter_map(|node| node.get("parameters")).flat_map(Node::items);
        for parameter in of_both.map(|parameter| self.referred(parameter)) {
            let place = match parameter.get("in").and_then(Node::text) {
                Some("query") => "querystring",
                Some(place @ ("header" | "path")) => place,
                Some("body") => {
                    bodies.extend(parameter.get("schema").map(|schema| ("application/json".to_string(), schema)));
                    continue;
                }
                _ => continue,
            };
            let is_required = parameter.get("required").and_then(Node::text) == Some("true");
            let required = Node::string(is_required.to_string(), parameter.position);
            let name = parameter.get("name").and_then(Node::text);
            parameters.extend(name.map(|name| (format!("method.request.{place}.{name}"), required)));
        }
        let content = operation.get("requestBody").map(|body| self.referred(body)).and_then(|body| body.get("content"));
        for (media_type, content) in content.map(Node::entries).unwrap_or_default() {
            bodies.extend(content.get("schema").map(|schema| (media_type.name.clone(), schema)));
        }
        let mut named = Vec::new();
        for (media_type, schema) in bodies {
            let name = schema.get("$ref").and_then(Node::text).map(str::to_string).unwrap_or_else(|| {
                let Position { line, column } = schema.position;
                let name = format!("schema at {line}:{column}");
                models.insert(name.clone(), self.whole(schema).to_json());
                name
            });
            named.push((media_type, Node::string(name, schema.position)));
        }
        method.set("RequestParameters", keyed(parameters, at));
        method.set("RequestModels", keyed(named, at));
        if let Some(validator) = operation.get(VALIDATOR).or_else(|| self.body.get(VALIDATOR)) {
            method.set("RequestValidatorId", validator.clone());
        }
        method.set("MethodResponses", self.responses(operation));
        if let Some(node) = operation.get(INTEGRATION) {
            method.set("Integration", integration(node));
        }
        method
    }

    /// What `security` of the operation, or of the whole document, asks for.
    fn add_security(&self, method: &mut Node, operation: &Node) {
        let components = self.body.get("components").and_then(|components| components.get("securitySchemes"));
        let schemes = [self.body.get("securityDefinitions"), components];
        let security = operation.get("security").or_else(|| self.body.get("security"));
        for (key, _) in security.map(Node::items).unwrap_or_default().iter().flat_map(Node::entries) {
            let scheme = schemes.into_iter().flatten().find_map(|section| section.get(&key.name));
            let text = |name: &str| scheme.and_then(|scheme| scheme.get(name)).and_then(Node::text).unwrap_or_default();
            match text("x-amazon-apigateway-authtype") {
                "" if text("name").eq_ignore_ascii_case("x-api-key") => {
                    method.set("ApiKeyRequired", Node::string("true", key.position));
                }
                "" => {}
                "awsSigv4" => method.set("AuthorizationType", Node::string("AWS_IAM", key.position)),
                kind => method.set("AuthorizationType", Node::string(kind, key.position)),
            }
        }
        if let Some(kind) = operation.get("x-amazon-apigateway-auth").and_then(|auth| auth.get("type")) {
            method.set("AuthorizationType", kind.clone());
        }
    }

    /// `responses` of the operation, with the headers that each declares.
    fn responses(&self, operation: &Node) -> Node {
        let mut responses = Vec::new();
        for (status, response) in operation.get("responses").map(Node::entries).unwrap_or_default() {
            let headers = self.referred(response).get("headers").map(Node::entries).unwrap_or_default().iter();
            let declared = headers
                .map(|(key, _)| (format!("method.response.header.{}", key.name), Node::string("true", key.position)));
            let entries = vec![
                ("StatusCode".to_string(), Node::string(status.name.as_str(), status.position)),
                ("ResponseParameters".to_string(), keyed(declared.collect(), status.position)),
            ];
            responses.push(keyed(entries, status.position));
        }
        Node { value: Value::Sequence(responses), position: operation.position }
    }

    /// What `$ref` of the node leads to in the document; otherwise the node itself.
    fn referred<'a>(&'a self, node: &'a Node) -> &'a Node {
        let reference = node.get("$ref").and_then(Node::text).and_then(|path| path.strip_prefix("#/"));
        let found = reference.and_then(|path| path.split('/').try_fold(self.body, |node, step| node.get(step)));
        found.unwrap_or(node)
    }
}

/// `x-amazon-apigateway-integration` with the names of `AWS::ApiGateway::Method.Integration`.
fn integration(node: &Node) -> Node {
    if !node.is_mapping() {
        return node.clone();
    }
    let mut integration = capitalised(node);
    for name in ["Type", "PassthroughBehavior", "ConnectionType"] {
        if let Some(Node { value: Value::Scalar { text, .. }, .. }) = integration.get_mut(name) {
            *text = text.to_uppercase();
        }
    }
    if let Some(method) = integration.remove("HttpMethod") {
        integration.set("IntegrationHttpMethod", method);
    }
    let responses = integration.remove("Responses");
    let responses = responses.as_ref().map(Node::entries).unwrap_or_default().iter().map(|(pattern, response)| {
        let mut response = capitalised(response);
        if pattern.name != "default" {
            response.set("SelectionPattern", Node::string(pattern.name.as_str(), pattern.position));
        }
        response
    });
    let list = Value::Sequence(responses.collect());
    integration.set("IntegrationResponses", Node { value: list, position: node.position });
    integration
}

/// The mapping with upper-case first letters in its own keys.
fn capitalised(node: &Node) -> Node {
    let mut node = node.clone();
    if let Value::Mapping(entries) = &mut node.value {
        for (key, _) in entries {
            let mut letters = key.name.chars();
            key.name = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        }
    }
    node
}

/// A mapping whose keys stand where their values do.
fn keyed(entries: Vec<(String, Node)>, position: Position) -> Node {
    let entries = entries.into_iter().map(|(name, node)| (Key::text(name, node.position), node));
    Node { value: Value::Mapping(entries.collect()), position }
}
