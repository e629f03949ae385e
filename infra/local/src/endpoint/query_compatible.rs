//! Services that had the query protocol before JSON: SQS and CloudWatch. Their JSON errors carry the older codes in a header, because
//! clients still know the services by those.
//!
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait>

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::protocol::Protocol;
use crate::service::json_protocol::{self, CORAL, JSON_1_0};
use crate::service::{Unauthenticated, query_protocol};
use stack::policy::Denial;

/// `AccessDeniedException`.
pub(super) fn denied(protocol: Protocol, denial: &Denial, request_id: &str) -> Response {
    if let Protocol::Query(namespace) = protocol {
        let (status, message) = (StatusCode::FORBIDDEN, denial.to_string());
        return query_protocol::error(status, namespace, "AccessDenied", &message, request_id);
    }
    let body = json!({ "__type": format!("{CORAL}AccessDeniedException"), "message": denial.to_string() });
    with_code(json_protocol::answer(StatusCode::FORBIDDEN, JSON_1_0, &body), "AccessDenied")
}

/// The refusal of a caller that cannot be authenticated.
pub(super) fn unauthenticated(protocol: Protocol, why: &Unauthenticated, request_id: &str) -> Response {
    if let Protocol::Query(namespace) = protocol {
        return query_protocol::error(StatusCode::FORBIDDEN, namespace, why.code(), &why.message(), request_id);
    }
    let body = json!({ "__type": format!("{CORAL}{}", why.exception()), "message": why.message() });
    let response = with_code(json_protocol::answer(StatusCode::FORBIDDEN, JSON_1_0, &body), why.code());
    json_protocol::unauthenticated(response, why, request_id)
}

/// An error for clients that still know the service by the codes of its older protocol.
pub(super) fn with_code(response: Response, code: &str) -> Response {
    json_protocol::with(response, "x-amzn-query-error", &format!("{code};Sender"))
}
