//! The event source mapping operations, which [`event_source_mapping`](crate::event_source_mapping) carries out.

use axum::http::{StatusCode, request::Parts};
use serde_json::{Value, json};

use super::Endpoint;
use super::lambda_api::{ApiError, LambdaResult, object, query_value};
use crate::event_source_mapping::MappingRefusal;

impl From<MappingRefusal> for ApiError {
    fn from(refusal: MappingRefusal) -> ApiError {
        let (status, error_type) = match &refusal {
            MappingRefusal::Validation(_) => (StatusCode::BAD_REQUEST, "ValidationException"),
            MappingRefusal::InvalidParameterValue(_) => (StatusCode::BAD_REQUEST, "InvalidParameterValueException"),
            MappingRefusal::ResourceConflict(_) => (StatusCode::CONFLICT, "ResourceConflictException"),
            MappingRefusal::ResourceInUse => (StatusCode::BAD_REQUEST, "ResourceInUseException"),
            MappingRefusal::ResourceNotFound => (StatusCode::NOT_FOUND, "ResourceNotFoundException"),
        };
        ApiError { status, error_type, message: refusal.to_string(), reason: None }
    }
}

impl Endpoint {
    pub(super) fn create_event_source_mapping(&self, body: &[u8]) -> LambdaResult {
        Ok((StatusCode::ACCEPTED, self.streams.create(&object(body)?)?))
    }

    pub(super) fn get_event_source_mapping(&self, uuid: &str) -> LambdaResult {
        Ok((StatusCode::OK, self.streams.get(uuid)?))
    }

    pub(super) fn list_event_source_mappings(&self, parts: &Parts) -> Value {
        let (function, source) = (query_value(parts, "FunctionName"), query_value(parts, "EventSourceArn"));
        json!({ "EventSourceMappings": self.streams.list(function.as_deref(), source.as_deref()) })
    }

    pub(super) fn update_event_source_mapping(&self, uuid: &str, body: &[u8]) -> LambdaResult {
        Ok((StatusCode::ACCEPTED, self.streams.update(uuid, &object(body)?)?))
    }

    pub(super) fn delete_event_source_mapping(&self, uuid: &str) -> LambdaResult {
        Ok((StatusCode::ACCEPTED, self.streams.delete(uuid)?))
    }
}
