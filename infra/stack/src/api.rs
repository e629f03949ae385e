//! The REST API's part of a stack. Read `api_gateway` to see what each of these does to a request.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{REGION, Role, log_group_arn};

/// The host name on AWS of the API with the id `id`.
pub fn api_domain_name(id: &str) -> String {
    format!("{id}.execute-api.{REGION}.amazonaws.com")
}

/// A REST API together with one of its stages, as deployed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestApi {
    /// The template's name for it.
    pub logical_id: String,
    /// The template's name for the stage, or the one that SAM makes.
    #[serde(skip)]
    pub stage_logical_id: String,
    /// Ten lower-case letters and digits, as API Gateway gives; derived from the logical id, so it survives a restart.
    pub id: String,
    /// `Name`: what its metrics are about. SAM calls it as the stack where it is left out.
    #[serde(skip)]
    pub name: String,
    /// What stands in front of it.
    pub endpoint_type: EndpointType,
    /// The stage's name, the first segment of every path.
    pub stage: String,
    /// `StageVariables`; in the event they are `null` when there are none.
    pub stage_variables: BTreeMap<String, String>,
    /// Media types that the gateway treats as binary.
    pub binary_media_types: Vec<String>,
    /// Every method of every resource.
    pub methods: Vec<Method>,
    /// `GatewayResponses`, by response type (`DEFAULT_4XX`, `THROTTLED`, …).
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
    /// The stage's throttle for all methods (`MethodSettings` with `/*` and `*`), if the template sets one.
    pub throttle: Option<Throttle>,
    /// What the stage writes into its execution log about methods that say nothing else (`MethodSettings` with `/*` and `*`).
    pub execution_logging: ExecutionLogging,
    /// The line that the stage writes about each request (`AccessLogSetting`), if it writes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_log: Option<AccessLog>,
    /// The usage plans that the stage belongs to, with their API keys.
    pub usage_plans: Vec<UsagePlan>,
}

/// What a deployment of an API holds: the API as it was when the deployment was made. What a stage sets for itself is not in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiSnapshot {
    /// Media types that the gateway treats as binary.
    pub binary_media_types: Vec<String>,
    /// Every method of every resource.
    pub methods: Vec<Method>,
    /// Gateway responses, by type.
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
}

/// `AccessLogSetting`: a line of the stage's own choosing about each request, in a log group of its own choosing. Nothing is written
/// while the account has no role for it ([`Stack::api_gateway_account`](crate::Stack::api_gateway_account)).
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessLog {
    /// The template's name for the stage, as SAM makes it.
    #[serde(skip)]
    pub stage: String,
    /// `DestinationArn`.
    pub destination_arn: String,
    /// `Format`: text with `$context` variables.
    pub format: String,
}

impl AccessLog {
    /// The log group of the destination; nothing where it is not a log group of this account.
    pub fn group(&self) -> Option<&str> {
        let name = self.destination_arn.strip_prefix(log_group_arn("").as_str())?;
        // An ARN that `!GetAtt` gives ends so.
        let name = name.strip_suffix(":*").unwrap_or(name);
        let legal = |c: char| c.is_ascii_alphanumeric() || "_-.#/".contains(c);
        ((1..=512).contains(&name.len()) && name.chars().all(legal)).then_some(name)
    }
}

/// What a stage writes into its execution log about a method's requests. Nothing is written while the account has no role for it
/// ([`Stack::api_gateway_account`](crate::Stack::api_gateway_account)).
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionLogging {
    /// `LoggingLevel`.
    pub level: LoggingLevel,
    /// `DataTraceEnabled`: headers and bodies, too.
    pub data_trace: bool,
}

impl ExecutionLogging {
    /// Everything.
    pub const FULL: ExecutionLogging = ExecutionLogging { level: LoggingLevel::Info, data_trace: true };
}

/// `LoggingLevel`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoggingLevel {
    /// Nothing.
    #[default]
    Off,
    /// What went wrong.
    Error,
    /// Each request.
    Info,
}

/// `AWS::ApiGateway::Account`: with which role API Gateway writes logs. An account has one in each region.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html>
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApiGatewayAccount {
    /// The template's name for it.
    pub logical_id: String,
    /// The role that `CloudWatchRoleArn` names; none where the property is left out.
    pub role: Option<Role>,
}

impl ApiGatewayAccount {
    /// An account that somebody has given a role with which API Gateway may write logs.
    pub fn with_log_role() -> ApiGatewayAccount {
        let statement = |what: Value| json!({ "Version": "2012-10-17", "Statement": [what] });
        let role = Role {
            name: "api-log".to_string(),
            policies: vec![statement(json!({ "Effect": "Allow", "Action": "logs:*", "Resource": "*" }))],
            assume_role_policy: statement(json!({
                "Effect": "Allow", "Principal": { "Service": "apigateway.amazonaws.com" }, "Action": "sts:AssumeRole"
            })),
        };
        ApiGatewayAccount { logical_id: "Account".to_string(), role: Some(role) }
    }
}

/// An API with a log level that does not wait for the account's role. CloudFormation makes its stage when it likes, and without the role
/// there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrematureLogging {
    /// The template's name for the stage, as SAM makes it.
    pub stage: String,
}

/// `EndpointConfiguration.Type`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum EndpointType {
    /// Reached directly.
    #[default]
    Regional,
    /// Reached through a CloudFront distribution of API Gateway's own, which adds headers in both directions.
    Edge,
}

/// One method of one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// The resource's path template: `/board/{postId}`, `/{proxy+}`.
    pub resource_path: String,
    /// `GET`, … or `ANY`.
    pub http_method: String,
    /// What answers.
    pub integration: Integration,
    /// What a request must have before the integration is asked.
    pub request: MethodRequest,
    /// The throttle of this method alone, if set.
    pub throttle: Option<Throttle>,
    /// What is logged of this method alone, if set.
    pub execution_logging: Option<ExecutionLogging>,
    /// Whether the method asks for an API key.
    pub api_key_required: bool,
}

impl Method {
    /// A method that asks for nothing.
    pub fn new(http_method: impl Into<String>, resource_path: impl Into<String>, integration: Integration) -> Method {
        Method {
            resource_path: resource_path.into(),
            http_method: http_method.into(),
            integration,
            request: MethodRequest::default(),
            throttle: None,
            execution_logging: None,
            api_key_required: false,
        }
    }
}

/// What a method's request validator checks, and whether it does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodRequest {
    /// Parameters that must be there, in the order in which an error lists them.
    pub required_parameters: Vec<RequestParameter>,
    /// JSON schemas (draft 4) by media type; `$default` is for all others.
    pub models: BTreeMap<String, Value>,
    /// `ValidateRequestParameters`.
    pub validate_parameters: bool,
    /// `ValidateRequestBody`.
    pub validate_body: bool,
}

/// Where a request has a parameter, and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestParameter {
    /// `method.request.header.{name}`.
    Header(String),
    /// `method.request.path.{name}`.
    Path(String),
    /// `method.request.querystring.{name}`.
    QueryString(String),
}

impl RequestParameter {
    /// The parameter that `method.request.querystring.limit` names.
    pub fn of(source: &str) -> Option<RequestParameter> {
        let (place, name) = source.strip_prefix("method.request.")?.split_once('.')?;
        match place {
            "header" => Some(RequestParameter::Header(name.to_string())),
            "path" => Some(RequestParameter::Path(name.to_string())),
            "querystring" => Some(RequestParameter::QueryString(name.to_string())),
            _ => None,
        }
    }

    /// The order in which API Gateway lists what is missing: headers, then the path, then the query.
    pub fn place(&self) -> u8 {
        match self {
            RequestParameter::Header(_) => 0,
            RequestParameter::Path(_) => 1,
            RequestParameter::QueryString(_) => 2,
        }
    }

    /// Its name alone.
    pub fn name(&self) -> &str {
        match self {
            RequestParameter::Header(name) | RequestParameter::Path(name) | RequestParameter::QueryString(name) => name,
        }
    }
}

/// The integration of a method. Only a non-proxy kind looks at `request_templates`, `passthrough_behavior` and `responses`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Integration {
    /// What is asked.
    pub kind: IntegrationType,
    /// `IntegrationHttpMethod`. Lambda takes `POST` and nothing else.
    pub http_method: String,
    /// How long the gateway waits; 29 s unless the template says less.
    pub timeout: Duration,
    /// `RequestParameters`: `integration.request.header.X` and where its value comes from.
    pub request_parameters: BTreeMap<String, String>,
    /// Mapping templates by the request's media type.
    pub request_templates: BTreeMap<String, String>,
    /// What becomes of a body for which there is no template.
    pub passthrough_behavior: PassthroughBehavior,
    /// What becomes of an answer; the first whose pattern matches, or else the one without a pattern.
    pub responses: Vec<IntegrationResponse>,
}

/// The kinds of integrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IntegrationType {
    /// `AWS_PROXY`: the whole request goes to a function, whose reply is the whole answer.
    AwsProxy {
        /// The function's name.
        function: String,
    },
    /// `AWS`: a function gets what the request template makes, and its reply becomes what the response template makes.
    Aws {
        /// The function's name.
        function: String,
    },
    /// `HTTP_PROXY`: the request goes to another server, whose answer is the answer.
    HttpProxy {
        /// The server's address, with `{placeholders}`.
        uri: String,
    },
    /// `HTTP`: another server, with templates in both directions.
    Http {
        /// The server's address, with `{placeholders}`.
        uri: String,
    },
    /// `MOCK`: the gateway answers by itself. SAM's `Cors` makes one per resource.
    Mock,
}

/// The media type of templates that nobody gave another one.
const JSON: &str = "application/json";
/// What an integration may take unless a method says less.
const LONGEST: Duration = Duration::from_secs(29);

impl Integration {
    /// An integration of this kind with API Gateway's defaults.
    pub fn new(kind: IntegrationType) -> Integration {
        Integration {
            kind,
            http_method: "POST".to_string(),
            timeout: LONGEST,
            request_parameters: BTreeMap::new(),
            request_templates: BTreeMap::new(),
            passthrough_behavior: PassthroughBehavior::default(),
            responses: Vec::new(),
        }
    }

    /// `AWS_PROXY` to `function`, for which the gateway waits as long as `timeout`.
    pub fn lambda_proxy(function: impl Into<String>, timeout: Duration) -> Integration {
        Integration { timeout, ..Integration::new(IntegrationType::AwsProxy { function: function.into() }) }
    }

    /// `MOCK` that always answers with this status, these headers and this body.
    pub fn mock(status_code: u16, headers: BTreeMap<String, String>, body: impl Into<String>) -> Integration {
        let quoted = headers.into_iter().map(|(name, value)| (name, format!("'{value}'"))).collect();
        let response = IntegrationResponse {
            status_code,
            selection_pattern: None,
            headers: quoted,
            templates: [(JSON.to_string(), body.into())].into(),
            undeclared: false,
        };
        Integration {
            request_templates: [(JSON.to_string(), format!("{{\"statusCode\": {status_code}}}"))].into(),
            responses: vec![response],
            ..Integration::new(IntegrationType::Mock)
        }
    }

    /// The function behind a proxy integration.
    pub fn proxied_function(&self) -> Option<&str> {
        match &self.kind {
            IntegrationType::AwsProxy { function } => Some(function),
            _ => None,
        }
    }
}

/// `PassthroughBehavior`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassthroughBehavior {
    /// The body passes as it is when no template is for its media type.
    #[default]
    WhenNoMatch,
    /// The body passes as it is when there are no templates at all.
    WhenNoTemplates,
    /// The body never passes as it is.
    Never,
}

/// What becomes of an integration's answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntegrationResponse {
    /// The status that goes out.
    pub status_code: u16,
    /// A regular expression for a function's `errorMessage`, or for a server's status; `None` or empty for the default.
    pub selection_pattern: Option<String>,
    /// Headers and where their values come from: `'text'`, `integration.response.header.X`, `context.requestId`.
    pub headers: BTreeMap<String, String>,
    /// Mapping templates by media type; without one the body passes as it is.
    pub templates: BTreeMap<String, String>,
    /// Whether the method declares no response with this status: then there is no answer, and that is known only at a request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undeclared: bool,
}

/// A customised gateway response.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayResponse {
    /// The status instead of the default one.
    pub status_code: Option<u16>,
    /// Headers by name; the value as the template gives it, static values without their inner quotes.
    pub headers: BTreeMap<String, String>,
    /// Body templates by media type.
    pub templates: BTreeMap<String, String>,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Throttle {
    /// Requests per second.
    pub rate_limit: f64,
    /// The bucket's size.
    pub burst_limit: f64,
}

impl Throttle {
    /// What an account may ask of all its APIs in a region, which holds where a template says nothing.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html>
    pub const ACCOUNT: Throttle = Throttle { rate_limit: 10_000.0, burst_limit: 5_000.0 };
}

/// A usage plan: who may call how often.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UsagePlan {
    /// The keys that belong to it.
    pub keys: Vec<ApiKey>,
    /// How often each key may call in a period.
    pub quota: Option<Quota>,
    /// How fast each key may call.
    pub throttle: Option<Throttle>,
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// What a request says in `x-api-key`.
    pub value: String,
    /// Whether it counts.
    pub enabled: bool,
}

/// A usage plan's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// Requests in a period.
    pub limit: u64,
    /// How many of the first period's are gone already.
    pub offset: u64,
    /// When counting starts again.
    pub period: Period,
}

/// `Period` of a quota, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Period {
    /// Every midnight.
    Day,
    /// Every Sunday.
    Week,
    /// Every first of a month.
    Month,
}
