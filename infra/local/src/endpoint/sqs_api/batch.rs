//! Batches: what is refused of a batch as a whole, and one answer for each of its entries.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{MESSAGE_LIMIT, SqsError, SqsOperation};
use crate::service::OperationTable;

/// The most entries.
const ENTRIES: usize = 10;

/// One answer for each entry of a batch, those that failed apart.
pub(super) fn each(
    operation: SqsOperation,
    request: &Value,
    act: impl Fn(&Value) -> Result<Value, SqsError>,
) -> Result<Value, SqsError> {
    let entries = request["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    legal(operation, entries)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match act(entry) {
            Ok(mut answer) => {
                answer["Id"] = entry["Id"].clone();
                successful.push(answer);
            }
            Err(error) => failed
                .push(json!({ "Id": entry["Id"], "SenderFault": true, "Code": error.code, "Message": error.message })),
        }
    }
    // What there is none of, the service leaves out.
    let mut answer = json!({});
    for (name, list) in [("Successful", successful), ("Failed", failed)] {
        if !list.is_empty() {
            answer[name] = json!(list);
        }
    }
    Ok(answer)
}

fn legal(operation: SqsOperation, entries: &[Value]) -> Result<(), SqsError> {
    let refused =
        |error_type: &'static str, code: &'static str, message: String| Err(SqsError { error_type, code, message });
    if entries.is_empty() {
        let message = format!("There should be at least one {}RequestEntry in the request.", operation.name());
        return refused("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", message);
    }
    if entries.len() > ENTRIES {
        let message = format!("Maximum number of entries per request are {ENTRIES}. You have sent {}.", entries.len());
        let code = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest";
        return refused("TooManyEntriesInBatchRequest", code, message);
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut ids = BTreeSet::new();
    for entry in entries {
        let id = entry["Id"].as_str().unwrap_or_default();
        if !(1..=80).contains(&id.len()) || !id.chars().all(legal) {
            let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 \
                           letters long.";
            let code = "AWS.SimpleQueueService.InvalidBatchEntryId";
            return refused("InvalidBatchEntryId", code, message.to_string());
        }
        if !ids.insert(id) {
            let code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct";
            return refused("BatchEntryIdsNotDistinct", code, format!("Id {id} repeated."));
        }
    }
    let bytes: usize = entries.iter().map(size).sum();
    if matches!(operation, SqsOperation::SendMessageBatch) && bytes > MESSAGE_LIMIT {
        let message =
            format!("Batch requests cannot be longer than {MESSAGE_LIMIT} bytes. You have sent {bytes} bytes.");
        return refused("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", message);
    }
    Ok(())
}

/// The bytes of a message: its text, and the names, types and values of its attributes.
pub(super) fn size(message: &Value) -> usize {
    let attributes = message["MessageAttributes"].as_object().into_iter().flatten().map(|(name, attribute)| {
        let text = |field: &str| attribute[field].as_str().map_or(0, str::len);
        // Three bytes for every four letters of base64.
        let binary = attribute["BinaryValue"].as_str().map_or(0, |base64| base64.trim_end_matches('=').len() * 3 / 4);
        name.len() + text("DataType") + text("StringValue") + binary
    });
    message["MessageBody"].as_str().map_or(0, str::len) + attributes.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(operation: SqsOperation, entries: &Value) -> String {
        match each(operation, &json!({ "Entries": entries }), |_| Ok(json!({}))) {
            Ok(answer) => answer.to_string(),
            Err(error) => format!("{}: {}", error.error_type, error.message),
        }
    }

    #[test]
    fn a_batch_is_refused_as_a_whole() {
        use SqsOperation::{DeleteMessageBatch, SendMessageBatch};
        let entries = |ids: &[&str]| ids.iter().map(|id| json!({ "Id": id, "MessageBody": "m" })).collect::<Value>();
        let many: Vec<String> = (0..11).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let large = json!([{ "Id": "a", "MessageBody": "x".repeat(600 * 1024) }, { "Id": "b", "MessageBody": "x".repeat(600 * 1024) }]);
        for (operation, entries, expected) in [
            (
                SendMessageBatch,
                json!(null),
                "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.",
            ),
            (
                DeleteMessageBatch,
                entries(&many),
                "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 11.",
            ),
            (SendMessageBatch, entries(&["a", "b", "a"]), "BatchEntryIdsNotDistinct: Id a repeated."),
            (SendMessageBatch, entries(&["a:b"]), "InvalidBatchEntryId: A batch entry id can only contain"),
            (DeleteMessageBatch, entries(&[""]), "InvalidBatchEntryId: "),
            (
                SendMessageBatch,
                large.clone(),
                "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have sent 1228800 bytes.",
            ),
            (DeleteMessageBatch, large, r#"{"Successful":[{"Id":"a"},{"Id":"b"}]}"#),
            (SendMessageBatch, entries(&["a_-1"]), r#"{"Successful":[{"Id":"a_-1"}]}"#),
        ] {
            let got = refusal(operation, &entries);
            assert!(got.starts_with(expected), "{got}");
        }
    }

    #[test]
    fn attributes_count() {
        let message = json!({ "MessageBody": "abc", "MessageAttributes": {
            "n": { "DataType": "Number", "StringValue": "12" }, "bin": { "DataType": "Binary", "BinaryValue": "AQI=" } } });
        assert_eq!(size(&message), 3 + (1 + 6 + 2) + (3 + 6 + 2));
    }
}
