//! `AWS::ApiGateway::Method`: what a method requires of its requests, and its integration.
//!
//! The same properties come from an OpenAPI document, which `open_api` brings into this form.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html>

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::bad_request;
use crate::events;
use crate::fields::Fields;
use crate::finding::suggestion;
use crate::requests::Models;
use crate::routes;
use stack::{
    Function, Integration, IntegrationResponse, IntegrationType, Method, MethodRequest, PassthroughBehavior, REGION,
    RequestParameter,
};

/// What a method may refer to.
pub(super) struct MethodDeps<'d> {
    pub(super) functions: &'d [Function],
    pub(super) models: &'d Models,
    /// By their ids.
    pub(super) validators: &'d BTreeMap<String, RequestValidator>,
}

/// A request validator: what it looks at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RequestValidator {
    pub(super) body: bool,
    pub(super) parameters: bool,
}

impl RequestValidator {
    /// The validator with these properties of `AWS::ApiGateway::RequestValidator`.
    pub(super) fn read(fields: &mut Fields<'_>) -> RequestValidator {
        RequestValidator {
            body: fields.boolean("ValidateRequestBody").unwrap_or(false),
            parameters: fields.boolean("ValidateRequestParameters").unwrap_or(false),
        }
    }
}

/// The headers that a method declares for each status.
type Declared = BTreeMap<String, BTreeSet<String>>;

const VERBS: &[&str] = &["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];
const KINDS: &[&str] = &["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"];
/// The bounds of `TimeoutInMillis`:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html>
const TIMEOUTS: std::ops::RangeInclusive<u64> = 50..=29_000;

/// The models that API Gateway puts into every API.
pub(super) fn built_in_models() -> Models {
    let error = json!({ "type": "object", "properties": { "message": { "type": "string" } } });
    Models::from([("Empty".to_string(), json!({})), ("Error".to_string(), error)])
}

/// The method of the resource with this path; the error is API Gateway's refusal to deploy it as it is.
pub(super) fn read(mut fields: Fields<'_>, path: &str, deps: &MethodDeps<'_>) -> Option<Result<Method, &'static str>> {
    fields.required(&["HttpMethod"]);
    let verb = fields.text("HttpMethod");
    if verb.as_deref().is_some_and(|verb| !VERBS.contains(&verb)) {
        fields.refuse_creation("HttpMethod", &bad_request(events::no_method()), None);
    }
    fields.text("OperationName");
    if let Some(kind) = fields.text("AuthorizationType").filter(|kind| kind != "NONE") {
        let message = format!("{kind} is not supported: the local API has no authorizers; write NONE");
        fields.lack("AuthorizationType", message);
    }
    fields.refuse("AuthorizerId", "the local API has no authorizers; leave it out");
    fields.refuse("AuthorizationScopes", "the local API has no authorizers; leave them out");
    let api_key_required = fields.boolean("ApiKeyRequired").unwrap_or(false);
    let request = request(&mut fields, deps);
    let declared = method_responses(&mut fields);
    let parameters: BTreeSet<String> = fields.pairs("RequestParameters").into_iter().map(|(name, _)| name).collect();
    let has_integration = fields.node("Integration").is_some();
    let integration = fields
        .fields("Integration", "AWS::ApiGateway::Method.Integration")
        .and_then(|fields| integration(fields, &parameters, &declared, deps.functions));
    fields.done();
    if !has_integration {
        return Some(Err("No integration defined for method"));
    }
    Some(Ok(Method { request, api_key_required, ..Method::new(verb?, routes::normal(path), integration?) }))
}

/// `RequestParameters`, `RequestModels`, and the validator that looks at them.
fn request(fields: &mut Fields<'_>, deps: &MethodDeps<'_>) -> MethodRequest {
    let mut request = MethodRequest::default();
    for (name, required) in fields.pairs("RequestParameters") {
        match RequestParameter::of(&name) {
            Some(parameter) if required == "true" => request.required_parameters.push(parameter),
            Some(_) => {}
            None => fields.refuse_creation("RequestParameters", &bad_request(unknown_parameter(&name)), None),
        }
    }
    for (media_type, name) in fields.pairs("RequestModels") {
        if let Some(schema) = deps.models.get(&name) {
            request.models.insert(media_type, schema.clone());
        } else {
            let known = deps.models.keys().map(String::as_str);
            fields.report("RequestModels", format!("the API has no model {name}; {}", suggestion(&name, known)));
        }
    }
    if let Some(id) = fields.text("RequestValidatorId") {
        match deps.validators.get(&id) {
            Some(validator) => {
                (request.validate_body, request.validate_parameters) = (validator.body, validator.parameters);
            }
            None => fields
                .report("RequestValidatorId", "names no validator of this API; write !Ref and the validator's name"),
        }
    }
    request
}

fn method_responses(fields: &mut Fields<'_>) -> Declared {
    let mut declared = Declared::new();
    for mut response in fields.list_of_fields("MethodResponses", "AWS::ApiGateway::Method.MethodResponse") {
        response.required(&["StatusCode"]);
        let status = response.text("StatusCode");
        let headers = response.pairs("ResponseParameters").into_iter().map(|(name, _)| name).collect();
        response.pairs("ResponseModels");
        response.done();
        declared.extend(status.map(|status| (status, headers)));
    }
    declared
}

/// API Gateway's words for a parameter that nothing declares, or that has no such form.
fn unknown_parameter(name: &str) -> String {
    format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : \
         [Invalid mapping expression parameter specified: {name}]"
    )
}

fn integration(
    mut fields: Fields<'_>,
    parameters: &BTreeSet<String>,
    declared: &Declared,
    functions: &[Function],
) -> Option<Integration> {
    fields.required(&["Type"]);
    let kind = fields.one_of("Type", KINDS);
    let uri = fields.text("Uri");
    let http_method = fields.text("IntegrationHttpMethod");
    let timeout = fields.number("TimeoutInMillis", TIMEOUTS);
    let passthrough = fields.one_of("PassthroughBehavior", &["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]);
    fields.refuse("Credentials", "the local API invokes by permission alone; write an AWS::Lambda::Permission");
    fields.refuse("ContentHandling", "is not supported: the local API converts by BinaryMediaTypes alone");
    fields.refuse("CacheKeyParameters", "is not supported: the local API has no cache");
    fields.refuse("CacheNamespace", "is not supported: the local API has no cache");
    if fields.text("ConnectionType").is_some_and(|kind| kind != "INTERNET") {
        fields.lack("ConnectionType", "the local API has no VPC links; write INTERNET");
    }
    fields.refuse("ConnectionId", "the local API has no VPC links; leave it out");
    let request_parameters: BTreeMap<String, String> = fields.pairs("RequestParameters").into_iter().collect();
    for source in request_parameters.values() {
        // What a path has is there without being declared.
        let declares = ["method.request.header.", "method.request.querystring."];
        if declares.iter().any(|start| source.starts_with(start)) && !parameters.contains(source) {
            let help = "declare it in RequestParameters of the method";
            fields.refuse_creation("RequestParameters", &bad_request(unknown_parameter(source)), Some(help));
        }
    }
    let request_templates = fields.pairs("RequestTemplates").into_iter().collect();
    let responses = responses(&mut fields, declared);
    let kind = match kind.as_deref() {
        Some("MOCK") => Some(IntegrationType::Mock),
        Some(kind) => {
            if http_method.is_none() {
                let refused = bad_request("Enumeration value for HttpMethod must be non-empty".to_string());
                let help = "IntegrationHttpMethod is missing; Lambda takes POST";
                fields.refuse_creation("IntegrationHttpMethod", &refused, Some(help));
            }
            target(&fields, kind, uri, functions)
        }
        None => None,
    };
    fields.done();
    let mut integration = Integration { request_parameters, request_templates, responses, ..Integration::new(kind?) };
    if let Some(http_method) = http_method {
        integration.http_method = http_method;
    }
    if let Some(millis) = timeout {
        integration.timeout = Duration::from_millis(millis);
    }
    integration.passthrough_behavior = match passthrough.as_deref() {
        Some("NEVER") => PassthroughBehavior::Never,
        Some("WHEN_NO_TEMPLATES") => PassthroughBehavior::WhenNoTemplates,
        _ => PassthroughBehavior::WhenNoMatch,
    };
    Some(integration)
}

/// What is asked, by the kind and the address.
fn target(fields: &Fields<'_>, kind: &str, uri: Option<String>, functions: &[Function]) -> Option<IntegrationType> {
    let Some(uri) = uri else {
        fields.report("Uri", format!("an integration of type {kind} needs a Uri"));
        return None;
    };
    if kind.starts_with("HTTP") {
        if !(uri.starts_with("http://") || uri.starts_with("https://")) {
            let refused = bad_request("Invalid HTTP endpoint specified for URI".to_string());
            fields.refuse_creation("Uri", &refused, None);
        }
        return Some(match kind {
            "HTTP_PROXY" => IntegrationType::HttpProxy { uri },
            _ => IntegrationType::Http { uri },
        });
    }
    let form = "for a function write !Sub \
         arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations";
    let Some(service) = uri.strip_prefix(&format!("arn:aws:apigateway:{REGION}:")) else {
        let message = format!("is not the address of an integration in {REGION}; {form}");
        // A look ahead may be at another region.
        match uri.starts_with("arn:aws:apigateway:") {
            true => fields.lack("Uri", message),
            false => fields.report("Uri", message),
        }
        return None;
    };
    let Some(invoked) = service.strip_prefix("lambda:path/2015-03-31/functions/") else {
        let service = service.split(':').next().unwrap_or_default();
        fields.lack("Uri", format!("the local API integrates functions and servers, and not {service}"));
        return None;
    };
    let Some(arn) = invoked.strip_suffix("/invocations") else {
        fields.report("Uri", format!("must end with /invocations; {form}"));
        return None;
    };
    if arn.contains("${stageVariables.") {
        fields.lack("Uri", "a function that a stage variable names is not supported; name the function");
        return None;
    }
    let Some(function) = functions.iter().find(|function| function.name == arn || function.arn() == arn) else {
        let known = functions.iter().map(|function| function.logical_id.as_str());
        fields.lack("Uri", format!("the template has no function {arn}; {}", suggestion(arn, known)));
        return None;
    };
    let function = function.name.clone();
    Some(if kind == "AWS" { IntegrationType::Aws { function } } else { IntegrationType::AwsProxy { function } })
}

fn responses(fields: &mut Fields<'_>, declared: &Declared) -> Vec<IntegrationResponse> {
    let mut responses = Vec::new();
    for mut response in fields.list_of_fields("IntegrationResponses", "AWS::ApiGateway::Method.IntegrationResponse") {
        response.required(&["StatusCode"]);
        let status = response.text("StatusCode");
        let status_code = response.number("StatusCode", 100..=599).unwrap_or(200);
        let selection_pattern = response.text("SelectionPattern");
        response.refuse("ContentHandling", "is not supported: the local API converts by BinaryMediaTypes alone");
        let of_status = status.as_ref().and_then(|status| declared.get(status));
        let mut headers = BTreeMap::new();
        for (name, source) in response.pairs("ResponseParameters") {
            if !of_status.is_some_and(|declared| declared.contains(&name)) {
                let help = "declare it in ResponseParameters of the method's response with this status";
                response.refuse_creation("ResponseParameters", &bad_request(unknown_parameter(&name)), Some(help));
            }
            if let Some(header) = name.strip_prefix("method.response.header.") {
                headers.insert(header.to_string(), source);
            }
        }
        let templates = response.pairs("ResponseTemplates").into_iter().collect();
        response.done();
        let undeclared = of_status.is_none();
        responses.push(IntegrationResponse { status_code, selection_pattern, headers, templates, undeclared });
    }
    responses
}
