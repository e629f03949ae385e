//! In which of AWS's protocols a call is made, and how an error is said in each.
//!
//! A client parses what it gets as its own protocol, whatever the answer says of itself. An error in another one is therefore not a
//! message but a parser's trace. A service that is here writes its errors itself; this is for those that the endpoint gives: for a call
//! that comes too large or broken, or is for a service that is not here.
//! <https://smithy.io/2.0/aws/protocols/index.html>

use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use stack::Service;

use super::service::{is_cbor, is_query, scope_service, target};
use super::unknown;
use crate::service::json_protocol::{self, CORAL, JSON_1_0, JSON_1_1};
use crate::service::query_protocol::{self, QueryParameters, element};
use crate::service::{OperationTable, Unauthenticated};

/// What a call is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// JSON, with the operation in `X-Amz-Target`: the media type says which version.
    Json(&'static str),
    /// A form, answered in XML; in the namespace of the service, if that is known.
    Query(&'static str),
    /// EC2's variant of it, which has errors of another form.
    Ec2,
    /// JSON, with the operation in method and path, and the error's type in a header.
    RestJson,
    /// XML, with the operation in method and path; errors as S3 writes them.
    S3,
    /// The same, with errors as in the query protocol, in a namespace.
    RestXml(&'static str),
    /// RPC v2 CBOR: binary, with the operation in the path. Nothing here speaks it, but its errors can be said.
    Cbor,
}

impl Protocol {
    /// The protocol of a call for `service`, by its head alone, because it is needed before there is a body. Where the head does not
    /// tell, it is the service's first one.
    pub(super) fn of(parts: &Parts, service: Service) -> Protocol {
        let scope = scope_service(parts).unwrap_or_default();
        let namespace = || unknown::namespace(&scope);
        match service {
            // These have one, and bodies that may be called anything.
            Service::S3 => Protocol::S3,
            Service::Lambda => Protocol::RestJson,
            _ if is_cbor(parts) => Protocol::Cbor,
            _ if !target(parts).is_empty() => Protocol::Json(json_version(parts)),
            Service::Sqs if is_query(parts) => Protocol::Query(super::sqs_api::NAMESPACE),
            Service::CloudWatch if is_query(parts) => Protocol::Query(super::cloudwatch_api::NAMESPACE),
            Service::Sts => Protocol::Query(super::sts_api::NAMESPACE),
            Service::CloudFormation => Protocol::Query(super::cloudformation_api::NAMESPACE),
            _ if is_query(parts) && scope == "ec2" => Protocol::Ec2,
            _ if is_query(parts) => Protocol::Query(namespace()),
            Service::CloudWatch | Service::DynamoDb | Service::DynamoDbStreams | Service::Sqs => {
                Protocol::Json(JSON_1_0)
            }
            Service::Logs => Protocol::Json(JSON_1_1),
            Service::Unknown if unknown::is_rest_xml(&scope) => Protocol::RestXml(namespace()),
            // S3's relatives, such as directory buckets, are signed for under names of their own.
            Service::Unknown if scope.starts_with("s3") => Protocol::S3,
            Service::Unknown => Protocol::RestJson,
        }
    }

    /// Whether a call names its operation in parameters.
    pub(super) fn is_query(self) -> bool {
        matches!(self, Protocol::Query(_) | Protocol::Ec2)
    }

    /// Whether `service` understands it here.
    pub(super) fn is_spoken_by(self, service: Service) -> bool {
        match service {
            Service::DynamoDb | Service::DynamoDbStreams | Service::Logs => matches!(self, Protocol::Json(_)),
            Service::CloudWatch | Service::Sqs => matches!(self, Protocol::Json(_) | Protocol::Query(_)),
            Service::Sts | Service::CloudFormation => matches!(self, Protocol::Query(_)),
            Service::Lambda => self == Protocol::RestJson,
            Service::S3 => self == Protocol::S3,
            Service::Unknown => false,
        }
    }

    /// The name of the operation that a call asks for, as far as its head and its parameters tell; method and path where there is none.
    pub(super) fn operation(self, parts: &Parts, parameters: &QueryParameters) -> String {
        let path = parts.uri.path();
        match self {
            Protocol::Json(_) => super::service::target_operation(parts).to_string(),
            Protocol::Query(_) | Protocol::Ec2 => parameters.action().to_string(),
            Protocol::Cbor => path.rsplit('/').next().unwrap_or_default().to_string(),
            Protocol::RestJson | Protocol::RestXml(_) | Protocol::S3 => format!("{} {path}", parts.method),
        }
    }

    /// The answer that says `error`.
    pub(super) fn error(self, error: &EndpointError, request_id: &str) -> Response {
        let EndpointError { status, code, message } = error;
        let name = code.in_protocol(self);
        match self {
            Protocol::Json(media_type) => {
                let body = json!({ "__type": format!("{CORAL}{name}"), "message": message });
                with_id(json_protocol::answer(*status, media_type, &body), request_id)
            }
            Protocol::RestJson => {
                let body = json!({ "message": message });
                let response = json_protocol::answer(*status, "application/json", &body);
                with_id(json_protocol::with(response, "x-amzn-errortype", name), request_id)
            }
            Protocol::Query(namespace) | Protocol::RestXml(namespace) => {
                query_protocol::error(*status, namespace, name, message, request_id)
            }
            Protocol::Ec2 => {
                let error = [element("Code", name), element("Message", message)].concat();
                let id = element("RequestID", request_id);
                xml(*status, "text/xml", format!("<Response><Errors><Error>{error}</Error></Errors>{id}</Response>"))
            }
            Protocol::S3 => {
                let parts = [("Code", name), ("Message", message), ("RequestId", request_id)];
                let error: String = parts.iter().map(|(name, text)| element(name, text)).collect();
                let response = xml(*status, "application/xml", format!("<Error>{error}</Error>"));
                json_protocol::with(response, "x-amz-request-id", request_id)
            }
            Protocol::Cbor => {
                let headers = [(header::CONTENT_TYPE.as_str(), "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")];
                let body = cbor_map(&[("__type", &format!("{CORAL}{name}")), ("message", message)]);
                with_id((*status, headers, body).into_response(), request_id)
            }
        }
    }
}

/// Version 1.0 of the JSON protocol, unless it is the other.
fn json_version(parts: &Parts) -> &'static str {
    let media_type = parts.headers.get(header::CONTENT_TYPE);
    if media_type.is_some_and(|own| own.as_bytes().starts_with(JSON_1_1.as_bytes())) { JSON_1_1 } else { JSON_1_0 }
}

fn with_id(response: Response, request_id: &str) -> Response {
    json_protocol::with(response, "x-amzn-requestid", request_id)
}

fn xml(status: StatusCode, media_type: &'static str, root: String) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root}");
    (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
}

/// A map of a few texts in CBOR. <https://www.rfc-editor.org/rfc/rfc8949#section-3.1>
fn cbor_map(entries: &[(&str, &str)]) -> Vec<u8> {
    const TEXT: u8 = 3;
    const MAP: u8 = 5;
    let mut bytes = cbor_head(MAP, entries.len());
    for text in entries.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend(cbor_head(TEXT, text.len()));
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// What stands before an item: its major type, and its length in as few bytes as hold it.
fn cbor_head(major: u8, length: usize) -> Vec<u8> {
    let major = major << 5;
    let [.., b3, b2, b1, b0] = length.to_be_bytes();
    match length {
        ..24 => vec![major | b0],
        24..0x100 => vec![major | 24, b0],
        0x100..0x1_0000 => vec![major | 25, b1, b0],
        // Nobody is told more than four gigabytes of what is wrong.
        _ => vec![major | 26, b3, b2, b1, b0],
    }
}

/// An error of the endpoint's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EndpointError {
    status: StatusCode,
    code: ErrorCode,
    message: String,
}

/// What an error is called, which depends on the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ErrorCode {
    /// In JSON and CBOR.
    exception: &'static str,
    /// In the query protocol, and in XML of any other kind.
    code: &'static str,
    /// In S3.
    s3: &'static str,
}

impl ErrorCode {
    fn in_protocol(self, protocol: Protocol) -> &'static str {
        match protocol {
            Protocol::Json(_) | Protocol::RestJson | Protocol::Cbor => self.exception,
            Protocol::Query(_) | Protocol::Ec2 | Protocol::RestXml(_) => self.code,
            Protocol::S3 => self.s3,
        }
    }
}

/// Nobody here answers that.
const UNKNOWN_OPERATION: ErrorCode =
    ErrorCode { exception: "UnknownOperationException", code: "InvalidAction", s3: "NotImplemented" };
/// AWS documents a code for this of Lambda and of S3 only.
const TOO_LARGE: ErrorCode =
    ErrorCode { exception: "RequestTooLargeException", code: "RequestTooLarge", s3: "EntityTooLarge" };
const TOO_SLOW: ErrorCode =
    ErrorCode { exception: "RequestTimeoutException", code: "RequestTimeout", s3: "RequestTimeout" };
const BROKEN_OFF: ErrorCode =
    ErrorCode { exception: "SerializationException", code: "IncompleteBody", s3: "IncompleteBody" };
const MALFORMED_JSON: ErrorCode =
    ErrorCode { exception: "SerializationException", code: "MalformedInput", s3: "InvalidRequest" };
const MALFORMED_QUERY: ErrorCode =
    ErrorCode { exception: "SerializationException", code: "MalformedQueryString", s3: "InvalidRequest" };
const ACCESS_DENIED: ErrorCode =
    ErrorCode { exception: "AccessDeniedException", code: "AccessDenied", s3: "AccessDenied" };
const NOT_DECODED: ErrorCode =
    ErrorCode { exception: "InternalServerError", code: "InternalFailure", s3: "InternalError" };
const INTERNAL: ErrorCode = ErrorCode { exception: "InternalFailure", code: "InternalFailure", s3: "InternalError" };

impl EndpointError {
    /// The status of the answer.
    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> EndpointError {
        EndpointError { status, code, message: message.into() }
    }

    /// As text, for a caller without a protocol.
    pub(super) fn plain(&self) -> Response {
        (self.status, format!("{}\n", self.message)).into_response()
    }

    /// For an operation that nobody here answers.
    pub(super) fn unknown_operation(message: impl Into<String>) -> EndpointError {
        EndpointError::new(StatusCode::BAD_REQUEST, UNKNOWN_OPERATION, message)
    }

    /// For an operation that `service` does not have here.
    pub(super) fn not_in<O: OperationTable>(service: &str, operation: &str) -> EndpointError {
        let known = O::ALL.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ");
        EndpointError::unknown_operation(match operation {
            "" => format!("The request names no operation; the local cloud's {service} answers {known}."),
            named => format!("The local cloud's {service} does not know {named}; it answers {known}."),
        })
    }

    /// For a service that this local cloud was booted without.
    pub(super) fn left_out(service: Service) -> EndpointError {
        let message = format!("This local cloud was booted without `{}`.", service.prefix());
        EndpointError::new(StatusCode::NOT_IMPLEMENTED, UNKNOWN_OPERATION, message)
    }

    /// For a call of more bytes than are read.
    pub(super) fn too_large() -> EndpointError {
        let message = "The request is larger than 16 MB, which is all that the local cloud reads.";
        EndpointError::new(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE, message)
    }

    /// For a body that has no end.
    pub(super) fn broken_off() -> EndpointError {
        EndpointError::new(StatusCode::BAD_REQUEST, BROKEN_OFF, "The request's body broke off.")
    }

    /// For a body that does not arrive.
    pub(super) fn too_slow() -> EndpointError {
        EndpointError::new(StatusCode::REQUEST_TIMEOUT, TOO_SLOW, "The request's body took too long.")
    }

    /// For a body that should be JSON.
    pub(super) fn malformed_json() -> EndpointError {
        EndpointError::new(StatusCode::BAD_REQUEST, MALFORMED_JSON, "The request's body is not a JSON object.")
    }

    /// For a member of another type than its own.
    pub(super) fn mistyped(why: String) -> EndpointError {
        EndpointError::new(StatusCode::BAD_REQUEST, MALFORMED_JSON, why)
    }

    /// For a body that is not in the coding that it says, or in one that nobody reads: AWS fails at it, too.
    pub(super) fn not_decoded(coding: &str) -> EndpointError {
        let message = format!("The body cannot be read as Content-Encoding {coding}, which AWS fails at, too.");
        EndpointError::new(StatusCode::INTERNAL_SERVER_ERROR, NOT_DECODED, message)
    }

    /// For a form that is not one.
    pub(super) fn malformed_query() -> EndpointError {
        let message = "The request's parameters are not text in UTF-8, percent-encoded.";
        EndpointError::new(StatusCode::NOT_FOUND, MALFORMED_QUERY, message)
    }

    /// For a call that the guard turns away, with its status and its sentence.
    pub(super) fn turned_away(status: StatusCode, message: &str) -> EndpointError {
        EndpointError::new(status, ACCESS_DENIED, message.trim_end())
    }

    /// For a caller whom nobody knows.
    pub(super) fn unauthenticated(why: &Unauthenticated) -> EndpointError {
        let code = ErrorCode { exception: why.exception(), code: why.code(), s3: why.code() };
        EndpointError::new(StatusCode::FORBIDDEN, code, why.message())
    }

    /// For a fault of the local cloud's own, which its terminal says more about.
    pub(super) fn internal() -> EndpointError {
        let message =
            "The local cloud failed at this request, and not because of the request. Its terminal says where.";
        EndpointError::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, message)
    }
}

#[cfg(test)]
mod tests;
