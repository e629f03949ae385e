//! What Lambda checks when it creates an event source mapping: the filters, and whether the function's role may read the stream
//! and send to the destination. It does not matter who creates the mapping.

use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use stack::event_pattern::Filters;
use stack::{EventSourceMapping, Role, Stack, stream_arn};

const STREAM_ACTIONS: [&str; 4] = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];

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
    can_read_stream(role, stream)?;
    on_failure.map_or(Ok(()), |destination| can_send_to(role, destination))
}

fn filters(mapping: &EventSourceMapping) -> Result<(), HandlerError> {
    Filters::parse(&mapping.filters).map(drop).map_err(|invalid| HandlerError::invalid_parameter(invalid.to_string()))
}

/// Whether `role` has the four permissions that reading a stream needs. Lambda's refusal names all four, whichever is missing.
fn can_read_stream(role: &Role, stream: &str) -> Result<(), HandlerError> {
    if STREAM_ACTIONS.iter().all(|action| role.allows(&format!("dynamodb:{action}"), stream)) {
        return Ok(());
    }
    Err(HandlerError::invalid_parameter(format!(
        "Cannot access stream {stream}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, \
         and ListStreams Actions on your stream in IAM."
    )))
}

/// Whether `role` may send to an on-failure destination, by its ARN.
fn can_send_to(role: &Role, destination: &str) -> Result<(), HandlerError> {
    let (action, service) = match destination.split(':').nth(2) {
        Some("sqs") => ("SendMessage", "SQS"),
        Some("sns") => ("Publish", "SNS"),
        Some("s3") => ("PutObject", "S3"),
        Some("lambda") => ("InvokeFunction", "Lambda"),
        _ => return Ok(()),
    };
    let resource = if service == "S3" { format!("{destination}/aws/lambda/*") } else { destination.to_string() };
    if role.allows(&format!("{}:{action}", service.to_lowercase()), &resource) {
        return Ok(());
    }
    Err(HandlerError::invalid_parameter(format!(
        "The provided execution role does not have permissions to call {action} on {service}"
    )))
}
