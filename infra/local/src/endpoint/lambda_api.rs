//! Lambda's own API: paths and methods to operations, and the form of its answers.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::{Endpoint, unknown};
use crate::lambda::{Refusal, function_name};

/// An operation with what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operation {
    Invoke { function: String, qualifier: Option<String> },
    InvokeAsync { function: String },
    ListFunctions,
    GetFunction { function: String },
    GetFunctionConfiguration { function: String },
    GetFunctionConcurrency { function: String },
    PutFunctionConcurrency { function: String },
    DeleteFunctionConcurrency { function: String },
    GetFunctionEventInvokeConfig { function: String },
    PutFunctionEventInvokeConfig { function: String },
    UpdateFunctionEventInvokeConfig { function: String },
    DeleteFunctionEventInvokeConfig { function: String },
    GetAccountSettings,
    ListEventSourceMappings,
    CreateEventSourceMapping,
    GetEventSourceMapping { uuid: String },
    UpdateEventSourceMapping { uuid: String },
    DeleteEventSourceMapping { uuid: String },
}

impl Operation {
    fn of(parts: &Parts) -> Option<Operation> {
        // The date in front is the version in which an operation first came.
        let path = parts.uri.path().trim_start_matches('/').split_once('/').map_or("", |(_, path)| path);
        let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<String> = path.trim_end_matches('/').split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let named = |given: &str| function_name(given).0.to_string();
        let qualifier = |given: &str| {
            let query = query_value(parts, "Qualifier");
            query.or_else(|| function_name(given).1.map(str::to_string)).filter(|qualifier| qualifier != "$LATEST")
        };
        use Operation as Op;
        let operation = match (parts.method.as_str(), segments.as_slice()) {
            ("POST", ["functions", f, "invocations"]) => Op::Invoke { function: named(f), qualifier: qualifier(f) },
            ("POST", ["functions", f, "invoke-async"]) => Op::InvokeAsync { function: named(f) },
            ("GET", ["functions"]) => Op::ListFunctions,
            ("GET", ["functions", f]) => Op::GetFunction { function: named(f) },
            ("GET", ["functions", f, "configuration"]) => Op::GetFunctionConfiguration { function: named(f) },
            ("GET", ["functions", f, "concurrency"]) => Op::GetFunctionConcurrency { function: named(f) },
            ("PUT", ["functions", f, "concurrency"]) => Op::PutFunctionConcurrency { function: named(f) },
            ("DELETE", ["functions", f, "concurrency"]) => Op::DeleteFunctionConcurrency { function: named(f) },
            ("GET", ["functions", f, "event-invoke-config"]) => Op::GetFunctionEventInvokeConfig { function: named(f) },
            ("PUT", ["functions", f, "event-invoke-config"]) => Op::PutFunctionEventInvokeConfig { function: named(f) },
            ("POST", ["functions", f, "event-invoke-config"]) => {
                Op::UpdateFunctionEventInvokeConfig { function: named(f) }
            }
            ("DELETE", ["functions", f, "event-invoke-config"]) => {
                Op::DeleteFunctionEventInvokeConfig { function: named(f) }
            }
            ("GET", ["account-settings"]) => Op::GetAccountSettings,
            ("GET", ["event-source-mappings"]) => Op::ListEventSourceMappings,
            ("POST", ["event-source-mappings"]) => Op::CreateEventSourceMapping,
            ("GET", ["event-source-mappings", uuid]) => Op::GetEventSourceMapping { uuid: (*uuid).to_string() },
            ("PUT", ["event-source-mappings", uuid]) => Op::UpdateEventSourceMapping { uuid: (*uuid).to_string() },
            ("DELETE", ["event-source-mappings", uuid]) => Op::DeleteEventSourceMapping { uuid: (*uuid).to_string() },
            _ => return None,
        };
        Some(operation)
    }
}

/// What the trail calls a call: its operation, or method and path of one that there is not.
pub(super) fn operation(parts: &Parts) -> String {
    match Operation::of(parts) {
        Some(operation) => format!("{operation:?}").split([' ', '{']).next().unwrap_or_default().to_string(),
        None => format!("{} {}", parts.method, parts.uri.path()),
    }
}

/// An error in Lambda's form.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) error_type: &'static str,
    pub(super) message: String,
    /// `Reason`, of a throttled call.
    pub(super) reason: Option<&'static str>,
}

impl ApiError {
    /// 400 `InvalidParameterValueException`.
    pub(super) fn invalid_parameter(message: impl Into<String>) -> ApiError {
        let (status, error_type) = (StatusCode::BAD_REQUEST, "InvalidParameterValueException");
        ApiError { status, error_type, message: message.into(), reason: None }
    }

    /// 404 `ResourceNotFoundException`.
    pub(super) fn not_found(message: impl Into<String>) -> ApiError {
        let (status, error_type) = (StatusCode::NOT_FOUND, "ResourceNotFoundException");
        ApiError { status, error_type, message: message.into(), reason: None }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        let (status, error_type) = match &refusal {
            Refusal::FunctionNotFound(_) => (StatusCode::NOT_FOUND, "ResourceNotFoundException"),
            Refusal::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
            Refusal::InvalidParameterValue(_) => (StatusCode::BAD_REQUEST, "InvalidParameterValueException"),
            Refusal::RequestTooLarge { .. } | Refusal::EventTooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException")
            }
            Refusal::InvalidRequestContent(_) => (StatusCode::BAD_REQUEST, "InvalidRequestContentException"),
            Refusal::ServiceException(_) => (StatusCode::INTERNAL_SERVER_ERROR, "ServiceException"),
        };
        let reason = match &refusal {
            Refusal::TooManyRequests { reason } => Some(*reason),
            _ => None,
        };
        ApiError { status, error_type, message: refusal.to_string(), reason }
    }
}

impl Endpoint {
    /// Answers a call of Lambda's API.
    pub(super) async fn lambda(&self, parts: &Parts, body: Bytes) -> Response {
        let Some(operation) = Operation::of(parts) else { return unknown::rest(parts) };
        use Operation as Op;
        let answer = match operation {
            Op::Invoke { function, qualifier } => {
                return self.invoke(&function, qualifier.as_deref(), parts, body).await;
            }
            Op::InvokeAsync { function } => self.invoke_async(&function, body),
            Op::ListFunctions => Ok((StatusCode::OK, self.list_functions())),
            Op::GetFunction { function } => self.get_function(&function),
            Op::GetFunctionConfiguration { function } => self.get_function_configuration(&function),
            Op::GetFunctionConcurrency { function } => self.get_function_concurrency(&function),
            Op::PutFunctionConcurrency { function } => self.put_function_concurrency(&function, &body),
            Op::DeleteFunctionConcurrency { function } => self.delete_function_concurrency(&function),
            Op::GetFunctionEventInvokeConfig { function } => self.get_event_invoke_config(&function),
            Op::PutFunctionEventInvokeConfig { function } => self.put_event_invoke_config(&function, &body, false),
            Op::UpdateFunctionEventInvokeConfig { function } => self.put_event_invoke_config(&function, &body, true),
            Op::DeleteFunctionEventInvokeConfig { function } => self.delete_event_invoke_config(&function),
            Op::GetAccountSettings => Ok((StatusCode::OK, self.account_settings())),
            #[cfg(feature = "tables")]
            Op::ListEventSourceMappings => Ok((StatusCode::OK, self.list_event_source_mappings(parts))),
            #[cfg(feature = "tables")]
            Op::CreateEventSourceMapping => self.create_event_source_mapping(&body),
            #[cfg(feature = "tables")]
            Op::GetEventSourceMapping { uuid } => self.get_event_source_mapping(&uuid),
            #[cfg(feature = "tables")]
            Op::UpdateEventSourceMapping { uuid } => self.update_event_source_mapping(&uuid, &body),
            #[cfg(feature = "tables")]
            Op::DeleteEventSourceMapping { uuid } => self.delete_event_source_mapping(&uuid),
            #[cfg(not(feature = "tables"))]
            Op::ListEventSourceMappings
            | Op::CreateEventSourceMapping
            | Op::GetEventSourceMapping { .. }
            | Op::UpdateEventSourceMapping { .. }
            | Op::DeleteEventSourceMapping { .. } => return unknown::rest(parts),
        };
        match answer {
            Ok((status, Value::Null)) => self.with_request_id(status, Bytes::new()),
            Ok((status, answer)) => self.with_request_id(status, Bytes::from(answer.to_string())),
            Err(error) => self.refuse(error),
        }
    }

    pub(super) fn with_request_id(&self, status: StatusCode, body: Bytes) -> Response {
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Ok(id) = HeaderValue::from_str(&self.clock.uuid().to_string()) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }

    pub(super) fn refuse(&self, error: impl Into<ApiError>) -> Response {
        let ApiError { status, error_type, message, reason } = error.into();
        let who = if status.is_server_error() { "Service" } else { "User" };
        let mut body = json!({ "Type": who, "message": message });
        if let Some(reason) = reason {
            body["Reason"] = json!(reason);
        }
        let mut response = self.with_request_id(status, Bytes::from(body.to_string()));
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
        response
    }
}

/// The value of a query parameter, decoded.
pub(super) fn query_value(parts: &Parts, name: &str) -> Option<String> {
    let pairs = parts.uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// A request's body, which is a JSON object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(request)) => Ok(request),
        _ if body.is_empty() => Ok(Map::new()),
        _ => {
            let message = "Could not parse request body into json: the body must be a JSON object".to_string();
            Err(Refusal::InvalidRequestContent(message).into())
        }
    }
}
