//! The event source mapping operations. The service whose events are mapped carries them out.

use axum::http::request::Parts;

use super::Endpoint;
use super::lambda_api::{LambdaOperation, object, query_value};
use crate::lambda::LambdaResult;
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
                ask(MappingRequest::List { function: function.as_deref(), event_source_arn: source.as_deref() })
            }
            _ => None,
        }
    }
}
