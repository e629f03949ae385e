//! What an `Api` event requires of its requests (`RequestModel`, `RequestParameters`), and the models of an API that it
//! names.
//!
//! SAM makes a request validator only where `RequestModel` says `ValidateBody` or `ValidateParameters`. Without one, a parameter that
//! is `Required` is a remark in the documentation and nothing else.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-requestmodel.html>

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::tree::Node;
use stack::model::CompileModel;
use stack::{MethodRequest, RequestParameter};

/// The media type that SAM declares a model for.
const JSON: &str = "application/json";

/// The models of an API, by their names.
pub(super) type Models = BTreeMap<String, Json>;

/// What one event asks of its requests.
#[derive(Debug, Default)]
pub(super) struct Asked {
    model: Option<String>,
    validate_body: bool,
    validate_parameters: bool,
    required: Vec<RequestParameter>,
}

impl Asked {
    /// Reads the event's own properties.
    pub(super) fn read(fields: &mut Fields<'_>) -> Asked {
        let mut asked = Asked { required: parameters(fields), ..Asked::default() };
        if let Some(mut model) = fields.fields("RequestModel", "AWS::Serverless::Function.Event.Api.RequestModel") {
            model.required(&["Model"]);
            asked.model = model.text("Model");
            // API Gateway takes a missing body for one that does not match, no matter what this says.
            model.boolean("Required");
            asked.validate_body = model.boolean("ValidateBody").unwrap_or(false);
            asked.validate_parameters = model.boolean("ValidateParameters").unwrap_or(false);
            model.done();
        }
        asked
    }

    /// What the method checks; the error names a model that the API does not have.
    pub(super) fn of(&self, models: &Models) -> Result<MethodRequest, String> {
        let mut schemas = BTreeMap::new();
        if let Some(name) = &self.model {
            let Some(schema) = models.get(name) else {
                let known = models.keys().map(String::as_str);
                return Err(format!("the API has no model {name}; {}", suggestion(name, known)));
            };
            schemas.insert(JSON.to_string(), schema.clone());
        }
        Ok(MethodRequest {
            required_parameters: self.required.clone(),
            models: schemas,
            validate_parameters: self.validate_parameters,
            validate_body: self.validate_body,
        })
    }
}

/// `Models` of an API: JSON schemas as they stand, each tried out where they can be.
pub(super) fn models(fields: &mut Fields<'_>, compile: Option<CompileModel>) -> Models {
    let place = fields.at("Models");
    let findings = fields.findings;
    let mut models = Models::new();
    for (key, node) in fields.mapping("Models") {
        let schema = schema(node, &format!("{place}.{}", key.name), compile, findings);
        models.extend(schema.map(|schema| (key.name.clone(), schema)));
    }
    models
}

/// A model's JSON schema, tried out where it can be.
pub(super) fn schema(node: &Node, place: &str, compile: Option<CompileModel>, findings: &Findings) -> Option<Json> {
    if !node.is_mapping() {
        let message = format!("a model is a JSON schema, which is a mapping, and this is {}", node.kind());
        findings.report(node.position, place, message);
        return None;
    }
    let schema = node.to_json();
    if let Some(Err(why)) = compile.map(|compile| compile(&schema)) {
        findings.report(node.position, place, format!("Invalid model schema specified: {why}"));
    }
    Some(schema)
}

/// `RequestParameters`: names alone, or each with `Required` and `Caching`. Those that are required.
fn parameters(fields: &mut Fields<'_>) -> Vec<RequestParameter> {
    let findings = fields.findings;
    let mut required = Vec::new();
    for (place, node) in fields.list("RequestParameters") {
        let report = |name: &str| {
            let places = "method.request.header, method.request.path or method.request.querystring";
            findings.report(
                node.position,
                &place,
                format!("{name} is not a request parameter: {places}, a dot and a name"),
            );
        };
        if let Some(name) = node.text() {
            if RequestParameter::of(name).is_none() {
                report(name);
            }
            continue;
        }
        for (key, value) in node.entries() {
            let place = format!("{place}.{}", key.name);
            let Some(parameter) = RequestParameter::of(&key.name) else {
                report(&key.name);
                continue;
            };
            let setting = Fields::of(value, place, "AWS::Serverless::Function.Event.Api.RequestParameter", findings);
            let Some(mut setting) = setting else { continue };
            if setting.boolean("Required") == Some(true) {
                required.push(parameter);
            }
            if setting.boolean("Caching") == Some(true) {
                setting.lack("Caching", "is not supported: the local API has no cache");
            }
            setting.done();
        }
    }
    required
}
