//! The event source mapping operations. The service whose events are mapped carries them out.

use axum::http::request::Parts;

use serde_json::Value;

use super::Endpoint;
use super::functions::page;
use super::lambda_api::{LambdaOperation, object, query_value};
use crate::lambda::{ApiError, LambdaResult};
use crate::service::MappingRequest;

impl Endpoint {
    /// Answers an operation on mappings, on that with the UUID `uuid` if the path names one. Nothing where no service has any.
    pub(super) fn event_source_mapping(
        &self,
        operation: LambdaOperation,
        uuid: &str,
        parts: &Parts,
        body: &[u8],
    ) -> Option<LambdaResult> {
        use LambdaOperation as Op;
        let ask =
            |request: MappingRequest<'_>| self.services.iter().find_map(|hosted| hosted.event_source_mapping(&request));
        match operation {
            Op::CreateEventSourceMapping => match object(body) {
                Ok(request) => ask(MappingRequest::Create(&request)),
                Err(error) => Some(Err(error)),
            },
            Op::UpdateEventSourceMapping => match object(body) {
                Ok(request) => ask(MappingRequest::Update(uuid, &request)),
                Err(error) => Some(Err(error)),
            },
            Op::DeleteEventSourceMapping => ask(MappingRequest::Delete(uuid)),
            Op::GetEventSourceMapping => ask(MappingRequest::Get(uuid)),
            Op::ListEventSourceMappings => {
                let (function, source) = (query_value(parts, "FunctionName"), query_value(parts, "EventSourceArn"));
                let request =
                    MappingRequest::List { function: function.as_deref(), event_source_arn: source.as_deref() };
                ask(request).map(|listed| listed.and_then(|(status, all)| Ok((status, a_page(all, parts)?))))
            }
            _ => None,
        }
    }
}

/// How many mappings a page has at most.
const MAPPINGS: usize = 100;

/// A page of the list that a service has given, which is in the order of UUIDs.
fn a_page(mut all: Value, parts: &Parts) -> Result<Value, ApiError> {
    let Some(Value::Array(mappings)) = all.get_mut("EventSourceMappings").map(Value::take) else { return Ok(all) };
    let uuid = |mapping: &Value| mapping["UUID"].as_str().unwrap_or_default().to_string();
    let (mappings, next) = page("ListEventSourceMappings", mappings, parts, MAPPINGS, uuid)?;
    all["EventSourceMappings"] = mappings.into();
    if let Some(next) = next {
        all["NextMarker"] = next.into();
    }
    Ok(all)
}
