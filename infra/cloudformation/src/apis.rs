//! `AWS::Serverless::Api` and the API that SAM makes when an event names none: one REST API with its stage.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>

use std::collections::BTreeMap;

use super::account::stage_id;
use super::events::Route;
use super::fields::Fields;
use super::finding::Findings;
use super::requests::Models;
use super::rest_apis::RestApiDefinition;
use super::routes::RoutePlace;
use super::scope::Scope;
use super::{cors, gateway_responses, requests, routes};
use stack::{
    AccessLog, EndpointType, ExecutionLogging, Integration, LoggingLevel, Method, MethodRequest, RestApi, Throttle,
};

/// An API that SAM makes.
pub(super) struct ServerlessApi<'a> {
    pub(super) logical_id: &'a str,
    pub(super) id: &'a str,
    /// The events that are its routes.
    pub(super) served: &'a [&'a Route],
    /// What `DefinitionBody` and the events say together, where the template has one. SAM writes everything into it.
    pub(super) definition: Option<RestApiDefinition>,
}

/// The API with these properties.
pub(super) fn read(
    mut fields: Fields<'_>,
    api: ServerlessApi<'_>,
    log_groups: &[String],
    scope: &Scope<'_>,
) -> RestApi {
    let ServerlessApi { logical_id, id, served, definition } = api;
    let implicit = logical_id == super::references::IMPLICIT_API;
    let stage = if implicit { "Prod".to_string() } else { stage(&mut fields) };
    let name = fields.text("Name").unwrap_or_else(|| scope.options.stack_name.clone());
    let endpoint_type = endpoint(&mut fields);
    let places: Vec<RoutePlace<'_>> = served.iter().map(|route| route.in_template()).collect();
    routes::check(&places, fields.findings);
    let keys = ApiKeys::read(&mut fields);
    let models = requests::models(&mut fields, scope.options.models);
    let mut methods: Vec<Method> = served.iter().map(|route| method(route, &keys, &models, fields.findings)).collect();
    if let Some(cors) = cors::read(&mut fields) {
        methods.extend(cors.preflights(&methods, keys.required && keys.preflight));
    }
    // SAM takes `image~1png` for `image/png`, as API Gateway's own update calls do.
    let media_types = fields.texts("BinaryMediaTypes").unwrap_or_default();
    let mut binary_media_types: Vec<String> = media_types.iter().map(|kind| kind.replace("~1", "/")).collect();
    let mut gateway_responses = gateway_responses::read(&mut fields);
    fields.node("DefinitionBody");
    fields.boolean("MergeDefinitions");
    if let Some(RestApiDefinition { holds, .. }) = definition {
        methods = holds.methods;
        gateway_responses.extend(holds.gateway_responses);
        binary_media_types.extend(holds.binary_media_types);
    }
    let (throttle, execution_logging) =
        method_settings(&mut fields, "AWS::Serverless::Api.MethodSettings", &mut methods);
    let stage_logical_id = stage_id(logical_id, &stage, scope);
    let access_log = access_log(&mut fields, "AWS::Serverless::Api.AccessLogSetting", log_groups, &stage_logical_id);
    let api = RestApi {
        logical_id: logical_id.to_string(),
        stage_logical_id,
        id: id.to_string(),
        name,
        endpoint_type,
        stage,
        stage_variables: stage_variables(&mut fields),
        binary_media_types,
        methods,
        gateway_responses,
        throttle,
        execution_logging: execution_logging.unwrap_or_default(),
        access_log,
        usage_plans: Vec::new(),
    };
    fields.done();
    api
}

/// `StageName`.
pub(super) fn stage(fields: &mut Fields<'_>) -> String {
    fields.required(&["StageName"]);
    let name = fields.text("StageName").unwrap_or_default();
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if fields.node("StageName").is_some() && (name.is_empty() || name.len() > 128 || !name.chars().all(legal)) {
        let message = format!("{name:?} is not a stage name: 1 to 128 letters, digits, hyphens and underscores");
        fields.report("StageName", message);
    }
    name
}

/// `AccessLogSetting`: where the line about each request goes, and what it says. Whether the ARN is one is for API Gateway to say.
pub(super) fn access_log(
    fields: &mut Fields<'_>,
    of: &'static str,
    log_groups: &[String],
    stage_logical_id: &str,
) -> Option<AccessLog> {
    let mut setting = fields.fields("AccessLogSetting", of)?;
    let (arn, format) = (setting.text("DestinationArn"), setting.text("Format"));
    let is_whole = arn.is_some() && format.is_some();
    if !is_whole {
        let position = setting.position;
        let message = "DestinationArn and Format belong together; give both of them";
        setting.findings.lack(position, &setting.place, message);
    }
    if let Some(arn) = &arn {
        let log = AccessLog { stage: String::new(), destination_arn: arn.clone(), format: String::new() };
        if arn.split(':').nth(2) == Some("firehose") {
            setting
                .lack("DestinationArn", "Amazon Data Firehose is not supported; write to a log group of the template");
        } else if log.group().is_some_and(|group| !log_groups.iter().any(|known| known == group)) {
            setting.lack("DestinationArn", format!("the template has no log group with the ARN {arn}"));
        }
    }
    setting.done();
    let (destination_arn, format) = arn.zip(format)?;
    Some(AccessLog { stage: stage_logical_id.to_string(), destination_arn, format })
}

/// `EndpointConfiguration`, as a name or as a mapping with a `Type`. SAM makes an edge-optimised API where nothing is said.
fn endpoint(fields: &mut Fields<'_>) -> EndpointType {
    const KINDS: &[&str] = &["EDGE", "REGIONAL"];
    let kind = if fields.node("EndpointConfiguration").is_some_and(|node| node.text().is_some()) {
        fields.one_of("EndpointConfiguration", KINDS)
    } else {
        let endpoint = fields.fields("EndpointConfiguration", "AWS::Serverless::Api.EndpointConfiguration");
        endpoint.and_then(|mut endpoint| {
            let kind = endpoint.one_of("Type", KINDS);
            endpoint.done();
            kind
        })
    };
    if kind.as_deref() == Some("REGIONAL") { EndpointType::Regional } else { EndpointType::Edge }
}

/// `Variables` of a stage.
pub(super) fn stage_variables(fields: &mut Fields<'_>) -> BTreeMap<String, String> {
    let variables = fields.pairs("Variables");
    for (name, _) in &variables {
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            let message = format!("{name:?} is not a stage variable: letters, digits and underscores");
            fields.report("Variables", message);
        }
    }
    variables.into_iter().collect()
}

/// `Auth`, as far as it is about API keys.
struct ApiKeys {
    required: bool,
    /// Whether SAM asks for the key at the preflights that it makes, too. It does unless told not to, and no browser
    /// ever sends a key there.
    preflight: bool,
}

impl ApiKeys {
    fn read(fields: &mut Fields<'_>) -> ApiKeys {
        let mut keys = ApiKeys { required: false, preflight: true };
        if let Some(mut auth) = fields.fields("Auth", "AWS::Serverless::Api.Auth") {
            keys.required = auth.boolean("ApiKeyRequired").unwrap_or(false);
            keys.preflight = auth.boolean("AddApiKeyRequiredToCorsPreflight").unwrap_or(true);
            auth.done();
        }
        keys
    }
}

fn method(route: &Route, keys: &ApiKeys, models: &Models, findings: &Findings) -> Method {
    let integration = Integration::lambda_proxy(&route.function, route.timeout);
    let request = route.asked.of(models).unwrap_or_else(|message| {
        findings.report(route.position, &format!("{}.RequestModel.Model", route.place), message);
        MethodRequest::default()
    });
    Method {
        request,
        api_key_required: route.api_key_required.unwrap_or(keys.required),
        ..Method::new(&route.method, routes::normal(&route.path), integration)
    }
}

/// The values of `LoggingLevel`.
const LEVELS: &[&str] = &["OFF", "ERROR", "INFO"];

/// The throttle and the log level of a setting, as far as it has them.
pub(super) type MethodSetting = (Option<Throttle>, Option<ExecutionLogging>);

/// `MethodSettings`: those of the whole stage are returned, those of a method are set on it.
pub(super) fn method_settings(fields: &mut Fields<'_>, of: &'static str, methods: &mut [Method]) -> MethodSetting {
    let mut whole_stage = MethodSetting::default();
    for mut setting in fields.list_of_fields("MethodSettings", of) {
        setting.required(&["HttpMethod", "ResourcePath"]);
        let path = setting.text("ResourcePath").unwrap_or_default();
        let verb = setting.text("HttpMethod").unwrap_or_default();
        let rate = setting.number("ThrottlingRateLimit", 0.0..=f64::MAX);
        let burst = setting.number("ThrottlingBurstLimit", 0.0..=f64::MAX);
        let throttle = (rate.is_some() || burst.is_some()).then(|| Throttle {
            rate_limit: rate.unwrap_or(Throttle::ACCOUNT.rate_limit),
            burst_limit: burst.unwrap_or(Throttle::ACCOUNT.burst_limit),
        });
        let level = setting.one_of("LoggingLevel", LEVELS);
        let data_trace = setting.boolean("DataTraceEnabled");
        let logging = (level.is_some() || data_trace.is_some()).then(|| ExecutionLogging {
            level: match level.as_deref() {
                Some("INFO") => LoggingLevel::Info,
                Some("ERROR") => LoggingLevel::Error,
                _ => LoggingLevel::Off,
            },
            data_trace: data_trace.unwrap_or(false),
        });
        if path == "/*" && verb == "*" {
            whole_stage = (throttle, logging);
        } else {
            // A path is written as it is, or as API Gateway's own calls write it: `/~1board`.
            let plain = path.strip_prefix("/~1").map_or(path.clone(), |rest| format!("/{}", rest.replace("~1", "/")));
            let matching =
                methods.iter_mut().find(|method| method.resource_path == plain && method.http_method == verb);
            match matching {
                Some(method) => (method.throttle, method.execution_logging) = (throttle, logging),
                None => {
                    let message = format!(
                        "{verb} {path} is not a method of this API; for all of them write ResourcePath: /* and \
                         HttpMethod: '*'"
                    );
                    setting.findings.report(setting.position, &setting.place, message);
                }
            }
        }
        setting.done();
    }
    whole_stage
}
