//! Lambda's own API: its operations with their routes and permissions, and the form of its answers.
//!
//! What the operations do is in `endpoint/invoke`, `endpoint/functions` and `endpoint/event_source_mappings`.
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>

use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::constraint::{self, Constraint, Member};
use super::shape::Shape;
use super::{Endpoint, unknown};
use crate::lambda::{ApiError, FunctionName, Refusal, json_error};
use crate::service::{CallContext, OperationTable, RequiredPermission, Unauthenticated, json_protocol, operations};
use stack::ACCOUNT;
use stack::policy::Denial;

const MEDIA_TYPE: &str = "application/json";
/// The condition key for the function of an event source mapping.
const FUNCTION_ARN: &str = "lambda:FunctionArn";

operations! {
    /// What Lambda answers here.
    pub(super) enum LambdaOperation {
        CreateEventSourceMapping,
        DeleteEventSourceMapping,
        DeleteFunctionConcurrency,
        DeleteFunctionEventInvokeConfig,
        GetAccountSettings,
        GetEventSourceMapping,
        GetFunction,
        GetFunctionConcurrency,
        GetFunctionConfiguration,
        GetFunctionEventInvokeConfig,
        Invoke,
        InvokeAsync,
        ListEventSourceMappings,
        ListFunctions,
        PutFunctionConcurrency,
        PutFunctionEventInvokeConfig,
        UpdateEventSourceMapping,
        UpdateFunctionCode,
        UpdateFunctionEventInvokeConfig,
    }
}

/// The path of a function's code.
const CODE: &str = "functions/{function}/code";
/// The largest request that brings a function's code, in bytes: a package of 50 MB in Base64.
pub(super) const PACKAGE_LIMIT: usize = 69_905_067;

/// Whether a call brings a function's code.
pub(super) fn is_package(parts: &Parts) -> bool {
    LambdaRequest::of(parts).operation == Some(LambdaOperation::UpdateFunctionCode)
}

/// Lambda's refusal of a package that it does not read.
pub(super) fn package_too_large() -> ApiError {
    ApiError {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        error_type: "RequestEntityTooLargeException",
        message: format!(
            "Request must be smaller than {PACKAGE_LIMIT} bytes for the {} operation",
            LambdaOperation::UpdateFunctionCode.name()
        ),
        reason: None,
    }
}

/// Takes the code out of what is written down of a call, as CloudTrail does.
pub(super) fn without_package(request: &mut Value) {
    if let Some(request) = request.as_object_mut() {
        request.remove("ZipFile");
    }
}

/// A method and a path after the version's date, with what is meant by them. `*` is any method.
struct LambdaRoute {
    method: &'static str,
    path: &'static str,
    meaning: Meaning,
}

/// What a route stands for.
#[derive(Clone, Copy)]
enum Meaning {
    /// An operation, whose action is called as it is.
    Operation(LambdaOperation),
    /// An operation whose action is called after what it lets one do.
    Action(LambdaOperation, &'static str),
    /// An action that policies know, of an operation that is not here: the role is asked before it is told so.
    NotHere(&'static str),
}

/// All routes. The first that fits counts.
const ROUTES: [LambdaRoute; 25] = {
    use LambdaOperation as Op;
    const INVOKE: &str = "InvokeFunction";
    const fn route(method: &'static str, path: &'static str, meaning: Meaning) -> LambdaRoute {
        LambdaRoute { method, path, meaning }
    }
    const fn to(method: &'static str, path: &'static str, operation: LambdaOperation) -> LambdaRoute {
        route(method, path, Meaning::Operation(operation))
    }
    [
        to("GET", "account-settings", Op::GetAccountSettings),
        to("GET", "event-source-mappings", Op::ListEventSourceMappings),
        to("POST", "event-source-mappings", Op::CreateEventSourceMapping),
        to("GET", "event-source-mappings/{uuid}", Op::GetEventSourceMapping),
        to("PUT", "event-source-mappings/{uuid}", Op::UpdateEventSourceMapping),
        to("DELETE", "event-source-mappings/{uuid}", Op::DeleteEventSourceMapping),
        to("GET", "functions", Op::ListFunctions),
        to("GET", "functions/{function}", Op::GetFunction),
        route("DELETE", "functions/{function}", Meaning::NotHere("DeleteFunction")),
        to("PUT", CODE, Op::UpdateFunctionCode),
        to("GET", "functions/{function}/configuration", Op::GetFunctionConfiguration),
        route("PUT", "functions/{function}/configuration", Meaning::NotHere("UpdateFunctionConfiguration")),
        to("GET", "functions/{function}/concurrency", Op::GetFunctionConcurrency),
        to("PUT", "functions/{function}/concurrency", Op::PutFunctionConcurrency),
        to("DELETE", "functions/{function}/concurrency", Op::DeleteFunctionConcurrency),
        to("GET", "functions/{function}/event-invoke-config", Op::GetFunctionEventInvokeConfig),
        to("PUT", "functions/{function}/event-invoke-config", Op::PutFunctionEventInvokeConfig),
        to("POST", "functions/{function}/event-invoke-config", Op::UpdateFunctionEventInvokeConfig),
        to("DELETE", "functions/{function}/event-invoke-config", Op::DeleteFunctionEventInvokeConfig),
        route("GET", "functions/{function}/policy", Meaning::NotHere("GetPolicy")),
        route("POST", "functions/{function}/invocations", Meaning::Action(Op::Invoke, INVOKE)),
        route("POST", "functions/{function}/invoke-async", Meaning::Action(Op::InvokeAsync, INVOKE)),
        route("*", "functions/{function}/invocations", Meaning::NotHere(INVOKE)),
        route("*", "functions/{function}/invoke-async", Meaning::NotHere(INVOKE)),
        route("*", "functions/{function}/response-streaming-invocations", Meaning::NotHere(INVOKE)),
    ]
};

impl LambdaRoute {
    /// What stands in the path's placeholder, empty where it has none; nothing where the route does not fit.
    fn named<'a>(&self, method: &str, segments: &[&'a str]) -> Option<&'a str> {
        let own = || self.path.split('/');
        let is_method = self.method == "*" || self.method == method;
        let fits = |(own, given): (&str, &&str)| own.starts_with('{') || own == *given;
        if !is_method || own().count() != segments.len() || !own().zip(segments).all(fits) {
            return None;
        }
        let placeholder = own().position(|own| own.starts_with('{'));
        Some(placeholder.map_or("", |at| segments[at]))
    }
}

/// A call of Lambda's API: its operation, and what its path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LambdaRequest {
    /// None where Lambda does not have the operation here.
    operation: Option<LambdaOperation>,
    /// What the call is called in logs.
    name: String,
    /// The action without its prefix.
    action: &'static str,
    /// The name of the function that the path names, if it names one.
    function: Option<String>,
    /// What the path names: the function as it was named, or a mapping.
    named: String,
    /// The version or the alias that is asked for, unless it is `$LATEST`.
    qualifier: Option<String>,
}

impl LambdaRequest {
    /// What a call asks for.
    pub(super) fn of(parts: &Parts) -> LambdaRequest {
        let (method, path) = (parts.method.as_str(), parts.uri.path());
        // The date in front is the version of the API in which an operation first appeared.
        let path = path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path);
        let decoded = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<String> = path.trim_end_matches('/').split('/').map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let found = ROUTES.iter().find_map(|route| Some((route, route.named(method, &segments)?)));
        let (operation, action) = match found.map(|(route, _)| route.meaning) {
            Some(Meaning::Operation(operation)) => (Some(operation), operation.name()),
            Some(Meaning::Action(operation, action)) => (Some(operation), action),
            Some(Meaning::NotHere(action)) => (None, action),
            // Only a role that may do everything with Lambda may do what nobody here knows.
            None => (None, "*"),
        };
        let (route, named) = found.map_or(("", ""), |(route, named)| (route.path, named));
        // By the name under which the call will find it, or IAM could be asked about another function.
        let FunctionName { name: function, qualifier, .. } = FunctionName::of(named);
        let qualifier = query_value(parts, "Qualifier").or(qualifier.map(str::to_string));
        LambdaRequest {
            operation,
            name: operation.map_or_else(|| format!("{method} {}", parts.uri.path()), |it| it.name().to_string()),
            action,
            function: route.contains("{function}").then(|| function.to_string()),
            named: named.to_string(),
            qualifier: qualifier.filter(|qualifier| qualifier != "$LATEST"),
        }
    }

    /// What CloudTrail and the activity log call it: the operation, or method and path of one that there is not.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The types of the members of its body, where it has any that are read.
    pub(super) fn shape(&self) -> Option<Shape> {
        use LambdaOperation as Op;
        use Shape::{Blob, Boolean, Integer, List, Structure, Text};
        const DESTINATION: Shape = Structure(&[("Destination", Text)]);
        const DESTINATIONS: (&str, Shape) =
            ("DestinationConfig", Structure(&[("OnSuccess", DESTINATION), ("OnFailure", DESTINATION)]));
        const FILTER: Shape = Structure(&[("Pattern", Text)]);
        Some(match self.operation? {
            Op::CreateEventSourceMapping | Op::UpdateEventSourceMapping => Structure(&[
                ("EventSourceArn", Text),
                ("FunctionName", Text),
                ("Enabled", Boolean),
                ("BatchSize", Integer),
                ("FilterCriteria", Structure(&[("Filters", List(&FILTER))])),
                ("MaximumBatchingWindowInSeconds", Integer),
                ("ParallelizationFactor", Integer),
                ("StartingPosition", Text),
                DESTINATIONS,
                ("MaximumRecordAgeInSeconds", Integer),
                ("BisectBatchOnFunctionError", Boolean),
                ("MaximumRetryAttempts", Integer),
                ("TumblingWindowInSeconds", Integer),
                ("FunctionResponseTypes", Shape::TEXTS),
                ("MetricsConfig", Structure(&[("Metrics", Shape::TEXTS)])),
            ]),
            Op::PutFunctionConcurrency => Structure(&[("ReservedConcurrentExecutions", Integer)]),
            Op::PutFunctionEventInvokeConfig | Op::UpdateFunctionEventInvokeConfig => {
                Structure(&[("MaximumRetryAttempts", Integer), ("MaximumEventAgeInSeconds", Integer), DESTINATIONS])
            }
            Op::UpdateFunctionCode => Structure(&[
                ("ZipFile", Blob),
                ("S3Bucket", Text),
                ("S3Key", Text),
                ("S3ObjectVersion", Text),
                ("ImageUri", Text),
                ("Publish", Boolean),
                ("DryRun", Boolean),
                ("RevisionId", Text),
                ("Architectures", Shape::TEXTS),
            ]),
            // Others have no body, or one that is the function's.
            _ => return None,
        })
    }

    /// The permission that it needs with the body `request`: for the function that the path names, or for `*`.
    pub(super) fn permission(&self, request: &Value) -> RequiredPermission {
        use LambdaOperation as Op;
        let mut resource = match self.function {
            Some(_) => FunctionName::of(&self.named).arn(),
            None => "*".to_string(),
        };
        let mut context = CallContext::default();
        // The operations on mappings name their function in a condition key.
        match (self.operation, request["FunctionName"].as_str()) {
            (Some(Op::CreateEventSourceMapping | Op::UpdateEventSourceMapping), Some(function)) => {
                let function = FunctionName::of(function);
                context.keys.push((FUNCTION_ARN, function.arn()));
                // A mapping is asked about without its ARN, but a function of another account by its own.
                if function.account.is_some_and(|account| account != ACCOUNT) {
                    resource = function.arn();
                }
            }
            (Some(Op::UpdateEventSourceMapping | Op::GetEventSourceMapping | Op::DeleteEventSourceMapping), _) => {
                context.unknown_keys.push(FUNCTION_ARN)
            }
            _ => {}
        }
        RequiredPermission::new(format!("lambda:{}", self.action), resource).in_context(context)
    }
}

/// `AccessDeniedException`.
pub(super) fn denied(denial: &Denial) -> Response {
    let body = json!({ "Message": denial.to_string() });
    let response = json_protocol::answer(StatusCode::FORBIDDEN, MEDIA_TYPE, &body);
    json_protocol::with(response, "x-amzn-errortype", "AccessDeniedException")
}

/// The refusal of a caller that cannot be authenticated.
pub(super) fn unauthenticated(why: &Unauthenticated, request_id: &str) -> Response {
    let body = json!({ "message": why.short_message() });
    let response = json_protocol::answer(StatusCode::FORBIDDEN, MEDIA_TYPE, &body);
    json_protocol::unauthenticated(response, why, request_id)
}

impl Endpoint {
    /// Answers a call of Lambda's API.
    pub(super) async fn lambda(&self, request: &LambdaRequest, parts: &Parts, body: Bytes) -> Response {
        use LambdaOperation as Op;
        let function = request.function.as_deref().unwrap_or_default();
        if let Some(refusal) = request.operation.and_then(|operation| violation(operation, request, parts, &body)) {
            return self.refuse(ApiError::validation(refusal));
        }
        if let Some(Err(refusal)) = request.operation.map(|operation| reached(operation, request, parts, &body)) {
            return self.refuse(refusal);
        }
        let answer = match request.operation {
            None => return unknown::rest(parts),
            Some(Op::Invoke) => return self.invoke(function, request.qualifier.as_deref(), parts, body).await,
            Some(Op::InvokeAsync) => self.invoke_async(function, body),
            Some(Op::ListFunctions) => self.list_functions(parts),
            Some(Op::GetFunction) => self.get_function(function),
            Some(Op::UpdateFunctionCode) => self.update_function_code(function, &body).await,
            Some(Op::GetFunctionConfiguration) => self.get_function_configuration(function),
            Some(Op::GetFunctionConcurrency) => self.get_function_concurrency(function),
            Some(Op::PutFunctionConcurrency) => self.put_function_concurrency(function, &body),
            Some(Op::DeleteFunctionConcurrency) => self.delete_function_concurrency(function),
            Some(Op::GetFunctionEventInvokeConfig) => self.get_event_invoke_config(function),
            Some(Op::PutFunctionEventInvokeConfig) => self.put_event_invoke_config(function, &body, false),
            Some(Op::UpdateFunctionEventInvokeConfig) => self.put_event_invoke_config(function, &body, true),
            Some(Op::DeleteFunctionEventInvokeConfig) => self.delete_event_invoke_config(function),
            Some(Op::GetAccountSettings) => Ok((StatusCode::OK, self.account_settings())),
            Some(
                operation @ (Op::CreateEventSourceMapping
                | Op::DeleteEventSourceMapping
                | Op::GetEventSourceMapping
                | Op::ListEventSourceMappings
                | Op::UpdateEventSourceMapping),
            ) => match self.event_source_mapping(operation, &request.named, parts, &body) {
                Some(answer) => answer,
                None => return unknown::rest(parts),
            },
        };
        match answer {
            Ok((status, Value::Null)) => self.with_request_id(status, Bytes::new()),
            Ok((status, answer)) => self.with_request_id(status, Bytes::from(answer.to_string())),
            Err(error) => self.refuse(error),
        }
    }

    pub(super) fn with_request_id(&self, status: StatusCode, body: Bytes) -> Response {
        let response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        json_protocol::with(response, "x-amzn-requestid", &self.clock.uuid().to_string())
    }

    pub(super) fn refuse(&self, error: impl Into<ApiError>) -> Response {
        let ApiError { status, error_type, message, reason } = error.into();
        let who = if status.is_server_error() { "Service" } else { "User" };
        let mut body = json!({ "Type": who, "message": message });
        if let Some(reason) = reason {
            body["Reason"] = json!(reason);
        }
        let response = self.with_request_id(status, Bytes::from(body.to_string()));
        json_protocol::with(response, "x-amzn-errortype", error_type)
    }
}

/// Refuses a function that this endpoint does not reach, or a version of one where there is only the function itself.
fn reached(operation: LambdaOperation, request: &LambdaRequest, parts: &Parts, body: &[u8]) -> Result<(), ApiError> {
    use LambdaOperation as Op;
    let named = match operation {
        Op::CreateEventSourceMapping | Op::UpdateEventSourceMapping => {
            object(body)?.get("FunctionName").and_then(Value::as_str).map(str::to_string)
        }
        Op::ListEventSourceMappings => query_value(parts, "FunctionName"),
        _ => request.function.as_ref().map(|_| request.named.clone()),
    };
    let Some(named) = named else { return Ok(()) };
    let named = FunctionName::of(&named);
    named.within_reach()?;
    let given = query_value(parts, "Qualifier");
    if request.function.is_some() && given.is_some() && named.qualifier.is_some_and(|own| given.as_deref() != Some(own))
    {
        let message = "The derived qualifier from the function name does not match the specified qualifier.";
        return Err(ApiError::invalid_parameter(message));
    }
    let Some(qualifier) = request.qualifier.as_deref() else { return Ok(()) };
    match operation {
        Op::GetFunctionConcurrency | Op::PutFunctionConcurrency | Op::DeleteFunctionConcurrency => {
            Err(ApiError::invalid_parameter(
                "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please \
                 specify either a function name or an unqualified function ARN.",
            ))
        }
        // There are no versions or aliases here besides `$LATEST`.
        Op::GetFunction | Op::GetFunctionConfiguration | Op::InvokeAsync | Op::UpdateFunctionCode => {
            Err(ApiError::not_found(format!("Function not found: {}:{qualifier}", named.arn())))
        }
        Op::GetFunctionEventInvokeConfig | Op::DeleteFunctionEventInvokeConfig => Err(ApiError::not_found(format!(
            "The function {}:{qualifier} doesn't have an EventInvokeConfig",
            named.arn()
        ))),
        Op::PutFunctionEventInvokeConfig | Op::UpdateFunctionEventInvokeConfig => {
            Err(ApiError::not_found("The function doesn't exist."))
        }
        _ => Ok(()),
    }
}

/// What path, headers, parameters and body of a call must not say, whichever function it is about.
fn violation(operation: LambdaOperation, request: &LambdaRequest, parts: &Parts, body: &[u8]) -> Option<String> {
    use Constraint::{Length, OneOf, Pattern, Range};
    use LambdaOperation as Op;
    const NAME: Constraint = Pattern(
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    );
    const QUALIFIER: Member = ("qualifier", Pattern(r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"));
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let most = query_value(parts, "MaxItems").and_then(|most| most.parse::<i64>().ok());
    let mut asked = json!({
        "functionName": request.function.as_ref().map(|_| &request.named),
        "qualifier": query_value(parts, "Qualifier"),
        "invocationType": header("x-amz-invocation-type"),
        "logType": header("x-amz-log-type"),
        "maxItems": most,
        "functionVersion": query_value(parts, "FunctionVersion"),
    });
    let members: &'static [Member] = match operation {
        Op::Invoke => &[
            ("functionName", NAME),
            ("functionName", Length(1, 170)),
            QUALIFIER,
            ("invocationType", OneOf(&["Event", "RequestResponse", "DryRun"])),
            ("logType", OneOf(&["None", "Tail"])),
        ],
        Op::GetFunction | Op::GetFunctionConfiguration => {
            &[("functionName", NAME), ("functionName", Length(1, 170)), QUALIFIER]
        }
        Op::ListFunctions => &[("maxItems", Range(1, 10_000)), ("functionVersion", OneOf(&["ALL"]))],
        Op::ListEventSourceMappings => &[("maxItems", Range(1, 10_000))],
        Op::PutFunctionEventInvokeConfig | Op::UpdateFunctionEventInvokeConfig => {
            let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
            asked["maximumRetryAttempts"] = body["MaximumRetryAttempts"].clone();
            asked["maximumEventAgeInSeconds"] = body["MaximumEventAgeInSeconds"].clone();
            &[
                ("functionName", NAME),
                ("functionName", Length(1, 140)),
                ("maximumRetryAttempts", Range(0, 2)),
                ("maximumEventAgeInSeconds", Range(60, 21_600)),
            ]
        }
        Op::CreateEventSourceMapping
        | Op::DeleteEventSourceMapping
        | Op::GetEventSourceMapping
        | Op::UpdateEventSourceMapping
        | Op::GetAccountSettings => &[],
        _ => &[("functionName", NAME), ("functionName", Length(1, 140)), QUALIFIER],
    };
    constraint::refusal(members, &asked)
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
            let why = json_error(body).unwrap_or_else(|| "the body must be a JSON object".to_string());
            Err(Refusal::InvalidRequestContent(why).into())
        }
    }
}

/// A method and a path for every operation, with `f` for the function and `u` for a UUID.
#[cfg(test)]
pub(super) fn samples() -> Vec<(LambdaOperation, &'static str, String)> {
    let sample = |route: &LambdaRoute| match route.meaning {
        Meaning::Operation(operation) | Meaning::Action(operation, _) => {
            let path = route.path.replace("{function}", "f").replace("{uuid}", "u");
            Some((operation, route.method, format!("/2019-09-25/{path}")))
        }
        Meaning::NotHere(_) => None,
    };
    ROUTES.iter().filter_map(sample).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use stack::function_arn;

    fn asked(method: &str, path: &str) -> LambdaRequest {
        let uri = format!("/2019-09-25/{path}");
        LambdaRequest::of(&http::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts().0)
    }

    #[test]
    fn every_operation_has_one_route_which_leads_to_it() {
        let mut reached = BTreeSet::new();
        for route in &ROUTES {
            let path = route.path.replace("{function}", "f").replace("{uuid}", "u");
            let method = if route.method == "*" { "PATCH" } else { route.method };
            let request = asked(method, &path);
            let operation = match route.meaning {
                Meaning::Operation(operation) | Meaning::Action(operation, _) => Some(operation),
                Meaning::NotHere(_) => None,
            };
            assert_eq!(request.operation, operation, "{method} {path} means something else earlier in the table");
            if let Some(operation) = operation {
                assert_eq!(request.name(), operation.name());
                assert!(reached.insert(operation.name()), "{operation:?} has two routes");
            }
            assert_eq!(request.function.as_deref(), route.path.contains("{function}").then_some("f"), "{path}");
        }
        let all: BTreeSet<&str> = LambdaOperation::ALL.iter().map(|operation| operation.name()).collect();
        assert_eq!(reached, all);
    }

    /// The actions that IAM knows.
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>
    const ACTIONS: [&str; 21] = [
        "CreateEventSourceMapping",
        "DeleteEventSourceMapping",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "DeleteFunctionEventInvokeConfig",
        "GetAccountSettings",
        "GetEventSourceMapping",
        "GetFunction",
        "GetFunctionConcurrency",
        "GetFunctionConfiguration",
        "GetFunctionEventInvokeConfig",
        "GetPolicy",
        "InvokeFunction",
        "ListEventSourceMappings",
        "ListFunctions",
        "PutFunctionConcurrency",
        "PutFunctionEventInvokeConfig",
        "UpdateEventSourceMapping",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "UpdateFunctionEventInvokeConfig",
    ];

    #[test]
    fn every_route_needs_an_action_that_iam_knows() {
        for route in &ROUTES {
            let action = match route.meaning {
                Meaning::Operation(operation) => operation.name(),
                Meaning::Action(_, action) | Meaning::NotHere(action) => action,
            };
            assert!(ACTIONS.contains(&action), "{} {} needs {action}", route.method, route.path);
        }
    }

    #[test]
    fn a_call_that_has_no_route_is_called_by_method_and_path() {
        let request = asked("PATCH", "functions/f");
        assert_eq!((request.operation, request.name()), (None, "PATCH /2019-09-25/functions/f"));
        let request = asked("DELETE", "functions/f");
        assert_eq!((request.operation, request.name()), (None, "DELETE /2019-09-25/functions/f"));
        assert_eq!(asked("GET", "functions/f/configuration/more").operation, None);
    }

    #[test]
    fn a_qualifier_stands_in_the_query_or_after_the_name() {
        let qualifier = |path: &str| asked("POST", path).qualifier;
        assert_eq!(qualifier("functions/f/invocations"), None);
        assert_eq!(qualifier("functions/f:2/invocations").as_deref(), Some("2"));
        assert_eq!(qualifier("functions/f:2/invocations?Qualifier=3").as_deref(), Some("3"));
        assert_eq!(qualifier("functions/f:$LATEST/invocations"), None);
    }

    #[test]
    fn a_call_needs_the_action_that_is_called_like_it_on_the_function_that_it_will_find() {
        let ask = |method: &str, path: &str| {
            let request = asked(method, path);
            {
                let needed = request.permission(&Value::Null);
                format!("{} {}", needed.action, needed.resource)
            }
        };
        let config = "functions/f/event-invoke-config";
        let on = |action: &str, resource: &str| format!("lambda:{action} {resource}");
        let f = function_arn("f");
        for (method, action) in [("GET", "Get"), ("PUT", "Put"), ("POST", "Update"), ("DELETE", "Delete")] {
            assert_eq!(ask(method, config), on(&format!("{action}FunctionEventInvokeConfig"), &f));
        }
        for name in ["f", "f:1", "function:f", "123456789012:function:f", &f, &f.replace(':', "%3A")] {
            assert_eq!(ask("POST", &format!("functions/{name}/invocations")), on("InvokeFunction", &f), "{name}");
        }
        assert_eq!(ask("PATCH", "functions/f"), on("*", "*"));
    }
}
