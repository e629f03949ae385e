//! What Lambda checks when it creates an event source mapping: the filters, and whether the function's role may read the stream
//! and send to the destination. It does not matter who creates the mapping.

use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use stack::creation::{destination_refusal, stream_refusal};
use stack::event_pattern::Filters;
use stack::{EventSourceMapping, Role, Stack, stream_arn};

/// The mappings of `stack` that Lambda would refuse to create.
pub(crate) fn failures(stack: &Stack, clock: &Clock) -> Vec<ResourceFailure> {
    let refused = |mapping: &EventSourceMapping| {
        let function = stack.functions.iter().find(|function| function.name == mapping.function)?;
        let refused = check(mapping, &function.role).err()?;
        Some(ResourceFailure::new(&mapping.logical_id, "AWS::Lambda::EventSourceMapping", &refused, clock))
    };
    stack.event_source_mappings.iter().filter_map(refused).collect()
}

fn check(mapping: &EventSourceMapping, role: &Role) -> Result<(), HandlerError> {
    filters(mapping)?;
    can_be_mapped(role, &stream_arn(&mapping.table), mapping.on_failure.as_deref())
}

/// Whether a function in `role` may be mapped to a stream: read it, and send what fails to the destination, by its ARN. Asked by
/// everybody who makes a mapping, a deployment or the API.
///
/// # Errors
///
/// Lambda's refusal.
pub(super) fn can_be_mapped(role: &Role, stream: &str, on_failure: Option<&str>) -> Result<(), HandlerError> {
    let may = |action: &str, resource: &str| role.allows(action, resource);
    let refusal = stream_refusal(stream, may).or_else(|| destination_refusal(on_failure?, may));
    refusal.map_or(Ok(()), |message| Err(HandlerError::invalid_parameter(message)))
}

fn filters(mapping: &EventSourceMapping) -> Result<(), HandlerError> {
    Filters::parse(&mapping.filters).map(drop).map_err(|invalid| HandlerError::invalid_parameter(invalid.to_string()))
}
