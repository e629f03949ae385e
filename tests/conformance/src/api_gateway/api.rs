//! `given.api` as a deployed REST API.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use stack::{ApiKey, EndpointType, ExecutionLogging, GatewayResponse, Period, Quota, RestApi, Throttle, UsagePlan};

use super::method;
use crate::case::{Inexpressible, typed};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenApi {
    #[serde(default = "default_stage")]
    stage: String,
    #[serde(default)]
    endpoint_type: GivenEndpointType,
    #[serde(default)]
    binary_media_types: Vec<String>,
    #[serde(default)]
    stage_variables: BTreeMap<String, String>,
    resources: Vec<Resource>,
    /// What the stage serves instead: the API was changed and not deployed again.
    #[serde(rename = "deployed_snapshot")]
    deployed_snapshot: Option<Snapshot>,
    #[serde(default)]
    gateway_responses: BTreeMap<String, Map<String, Value>>,
    throttle: Option<GivenThrottle>,
    usage_plan: Option<GivenPlan>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
enum GivenEndpointType {
    Edge,
    // A case that is about CloudFront says so.
    #[default]
    #[serde(alias = "PRIVATE")]
    Regional,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resource {
    path: String,
    #[serde(default)]
    methods: BTreeMap<String, method::GivenMethod>,
}

/// A token bucket, of the stage, of a method or of a usage plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenThrottle {
    rate: f64,
    burst: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct GivenPlan {
    #[serde(default)]
    keys: Vec<GivenKey>,
    quota: Option<GivenQuota>,
    throttle: Option<GivenThrottle>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenKey {
    value: String,
    #[serde(default = "enabled")]
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenQuota {
    limit: u64,
    #[serde(default)]
    period: GivenPeriod,
    #[serde(default)]
    used: u64,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
enum GivenPeriod {
    #[default]
    Day,
    Week,
    Month,
}

fn default_stage() -> String {
    "dev".to_string()
}

fn enabled() -> bool {
    true
}

/// The API as its stage serves it.
pub(crate) fn deployed(given: &Value) -> Result<RestApi, Inexpressible> {
    let given: GivenApi = typed("given.api", given)?;
    let resources = given.deployed_snapshot.map_or(given.resources, |snapshot| snapshot.resources);
    let mut methods = Vec::new();
    for resource in resources {
        for (verb, given) in resource.methods {
            methods.push(method::deployed(&resource.path, &verb, given)?);
        }
    }
    let mut gateway_responses = BTreeMap::new();
    for (response_type, given) in &given.gateway_responses {
        gateway_responses.insert(response_type.clone(), gateway_response(response_type, given)?);
    }
    Ok(RestApi {
        logical_id: "Api".to_string(),
        id: "abcdef1234".to_string(),
        name: "cases".to_string(),
        endpoint_type: match given.endpoint_type {
            GivenEndpointType::Edge => EndpointType::Edge,
            GivenEndpointType::Regional => EndpointType::Regional,
        },
        stage: given.stage,
        stage_variables: given.stage_variables,
        binary_media_types: given.binary_media_types,
        methods,
        gateway_responses,
        throttle: given.throttle.map(GivenThrottle::throttle),
        // Cases say what the log has to say of headers and bodies, too.
        execution_logging: ExecutionLogging::FULL,
        access_log: None,
        stage_logical_id: String::new(),
        usage_plans: given.usage_plan.map(usage_plan).into_iter().collect(),
    })
}

impl GivenThrottle {
    pub(super) fn throttle(self) -> Throttle {
        Throttle { rate_limit: self.rate, burst_limit: self.burst }
    }
}

fn usage_plan(given: GivenPlan) -> UsagePlan {
    let quota = given.quota.map(|quota| Quota {
        limit: quota.limit,
        offset: quota.used,
        period: match quota.period {
            GivenPeriod::Day => Period::Day,
            GivenPeriod::Week => Period::Week,
            GivenPeriod::Month => Period::Month,
        },
    });
    let keys = given.keys.into_iter().map(|key| ApiKey { value: key.value, enabled: key.enabled }).collect();
    UsagePlan { keys, quota, throttle: given.throttle.map(GivenThrottle::throttle) }
}

/// A customised gateway response, in API Gateway's own spelling or in CloudFormation's.
fn gateway_response(response_type: &str, given: &Map<String, Value>) -> Result<GatewayResponse, Inexpressible> {
    let mut response = GatewayResponse::default();
    for (key, value) in given {
        let place = format!("given.api.gatewayResponses.{response_type}.{key}");
        match key.as_str() {
            "statusCode" | "StatusCode" => {
                let digits = value.as_str().map_or_else(|| value.to_string(), str::to_string);
                response.status_code = Some(digits.parse().map_err(|_| Inexpressible::new(&place))?);
            }
            "headers" | "responseParameters" | "ResponseParameters" => {
                for (name, source) in typed::<BTreeMap<String, String>>(&place, value)? {
                    let name = name.strip_prefix("gatewayresponse.header.").unwrap_or(&name);
                    let fixed = source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                    response.headers.insert(name.to_string(), fixed.unwrap_or(&source).to_string());
                }
            }
            "templates" | "responseTemplates" | "ResponseTemplates" => response.templates = typed(&place, value)?,
            _ => return Err(Inexpressible::new(place)),
        }
    }
    Ok(response)
}
