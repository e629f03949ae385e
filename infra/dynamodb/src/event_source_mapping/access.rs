//! What is checked before a mapping exists: the function, the rights of its execution role, and that the stream is there.
//!
//! Lambda reads the stream in the function's role, not in the caller's, and tries whether that role may. The error in
//! note 1 is this check's answer. The same check is made before a whole stack is created (`permission`).

use super::MappingDeps;
use super::permission::can_be_mapped;
use super::refusal::MappingRefusal;
use local::deployment::HandlerError;
use stack::{ACCOUNT, EventSourceMapping, REGION, refused_source, stream_arn};

/// The table of a stream's ARN: of any ARN of the right form, whether or not that table exists.
pub(super) fn table_of(arn: &str) -> Result<&str, MappingRefusal> {
    if let Some(why) = refused_source(arn) {
        return Err(MappingRefusal::invalid(why));
    }
    let unrecognized = || MappingRefusal::invalid("Unrecognized event source.");
    let rest = arn.strip_prefix("arn:aws:dynamodb:").ok_or_else(unrecognized)?;
    let (_, named) = rest.split_once(":table/").ok_or_else(unrecognized)?;
    named.split_once("/stream/").map(|(table, _)| table).ok_or_else(unrecognized)
}

/// Everything that is checked, in Lambda's order. `stream` is the ARN that was asked for.
pub(super) fn check(deps: &MappingDeps, mapping: &EventSourceMapping, stream: &str) -> Result<(), MappingRefusal> {
    let function = deps.lambda.function(&mapping.function);
    let function = function.ok_or_else(|| MappingRefusal::invalid("Function does not exist"))?;
    let refused = |HandlerError { message, .. }: HandlerError| MappingRefusal::InvalidParameterValue(message);
    can_be_mapped(&function.role, stream, mapping.on_failure.as_deref()).map_err(refused)?;
    let not_found = || MappingRefusal::invalid(format!("Stream not found: {stream}"));
    if !stream.starts_with(&format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:")) || stream_arn(&mapping.table) != stream {
        return Err(not_found());
    }
    deps.tables.shard(&mapping.table).map(|_| ()).map_err(|_| not_found())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &str = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000";

    #[test]
    fn a_stream_has_a_table() {
        assert_eq!(table_of(STREAM), Ok("board"));
        for other in ["", "arn:aws:sns:r:1:t", "arn:aws:dynamodb:r:1:table/board"] {
            assert_eq!(table_of(other), Err(MappingRefusal::invalid("Unrecognized event source.")), "{other}");
        }
        let refused = table_of("arn:aws:sqs:r:1:q").unwrap_err().to_string();
        assert!(refused.contains("the local cloud maps streams of DynamoDB only"), "{refused}");
    }
}
