//! What a function's reply means for the batch it was given.

use serde_json::Value;

use super::record::Record;

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every record is done with.
    Succeeded,
    /// The record at this place, and everything after it, comes again.
    FailedFrom(usize),
    /// The whole batch comes again.
    Failed,
}

/// Reads a reply. Without `ReportBatchItemFailures`, anything that the function returns is a success.
///
/// An empty reply, `null`, `{}` and an empty or null list mean success; of several identifiers the lowest counts; an
/// identifier that names no record of the batch fails the whole of it.
pub(super) fn verdict(reply: &[u8], records: &[Record], report_batch_item_failures: bool) -> Verdict {
    if !report_batch_item_failures || reply.is_empty() {
        return Verdict::Succeeded;
    }
    let Ok(reply) = serde_json::from_slice::<Value>(reply) else { return Verdict::Failed };
    let failures = match &reply {
        Value::Null => return Verdict::Succeeded,
        Value::Array(none) if none.is_empty() => return Verdict::Succeeded,
        Value::String(text) if text.is_empty() => return Verdict::Succeeded,
        Value::Object(fields) if fields.is_empty() => return Verdict::Succeeded,
        Value::Object(fields) => match fields.get("batchItemFailures") {
            Some(Value::Null) => return Verdict::Succeeded,
            Some(Value::Array(failures)) => failures,
            // A success for the service: the field it looks for is not there.
            None => return Verdict::Succeeded,
            Some(_) => return Verdict::Failed,
        },
        _ => return Verdict::Failed,
    };
    let mut lowest: Option<usize> = None;
    for failure in failures {
        let named = failure.get("itemIdentifier").and_then(Value::as_str);
        let Some(at) = named.and_then(|named| records.iter().position(|record| record.sequence_number == named)) else {
            return Verdict::Failed;
        };
        lowest = Some(lowest.map_or(at, |lowest| lowest.min(at)));
    }
    lowest.map_or(Verdict::Succeeded, Verdict::FailedFrom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(reply: &str, expected: Verdict) {
        let record = |number: &&str| Record::new(0, &json!({ "dynamodb": { "SequenceNumber": number } }));
        let records: Vec<Record> = ["10", "20", "30"].iter().map(record).collect();
        assert_eq!(verdict(reply.as_bytes(), &records, true), expected, "{reply}");
    }

    #[test]
    fn reads_every_shape_of_reply() {
        for success in ["", "[]", "null", "{}", r#""""#, r#"{"batchItemFailures":[]}"#, r#"{"batchItemFailures":null}"#]
        {
            check(success, Verdict::Succeeded);
        }
        check(r#"{"batchItemFailures":[{"itemIdentifier":"20"}]}"#, Verdict::FailedFrom(1));
        check(r#"{"batchItemFailures":[{"itemIdentifier":"30"},{"itemIdentifier":"20"}]}"#, Verdict::FailedFrom(1));
        for failure in
            [r#"{"itemIdentifier":"40"}"#, r#"{"itemIdentifier":""}"#, r#"{"itemIdentifier":null}"#, r#"{"foo":123}"#]
        {
            check(&format!(r#"{{"batchItemFailures":[{failure}]}}"#), Verdict::Failed);
        }
        check("not json", Verdict::Failed);
    }

    #[test]
    fn without_the_response_type_identifiers_are_ignored() {
        assert_eq!(verdict(br#"{"batchItemFailures":[{"itemIdentifier":"x"}]}"#, &[], false), Verdict::Succeeded);
    }
}
