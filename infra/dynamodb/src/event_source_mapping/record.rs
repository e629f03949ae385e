//! A stream's record on its way: its text, ready for an event, and what decides when and in which queue it is
//! delivered.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use time::OffsetDateTime;

use local::lambda::REQUEST_LIMIT;

/// The text around the records of an event.
const ENVELOPE: [&str; 2] = ["{\"Records\":[", "]}"];

/// One record.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its place in the reader's order.
    pub(super) place: u64,
    /// `dynamodb.SequenceNumber`.
    pub(super) sequence_number: String,
    /// `dynamodb.ApproximateCreationDateTime`.
    pub(super) arrival: OffsetDateTime,
    text: String,
}

impl Record {
    /// The record as the stream gives it.
    pub(super) fn new(place: u64, record: &Value) -> Record {
        let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap_or_default();
        let arrival = OffsetDateTime::UNIX_EPOCH + time::Duration::seconds_f64(seconds);
        Record { place, sequence_number: sequence_number(record).to_string(), arrival, text: record.to_string() }
    }
}

/// A record's sequence number.
pub(super) fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

/// Which of `queues` queues a record goes through: records of one item always take the same.
pub(super) fn queue(record: &Value, queues: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    record["dynamodb"]["Keys"].to_string().hash(&mut hasher);
    let queues = u64::try_from(queues.max(1)).unwrap_or(1);
    usize::try_from(hasher.finish() % queues).unwrap_or_default()
}

/// The event that delivers `records`.
pub(super) fn event(records: &[Record]) -> String {
    let texts: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
    format!("{}{}{}", ENVELOPE[0], texts.join(","), ENVELOPE[1])
}

/// How many of the first `records` make the next batch: at most `size`, and at most what an invocation takes (6 MB). At least one, as no record is larger.
pub(super) fn batch_length<'a>(records: impl IntoIterator<Item = &'a Record>, size: usize) -> usize {
    let mut bytes = ENVELOPE[0].len() + ENVELOPE[1].len();
    let fits = |record: &&Record| {
        bytes += record.text.len() + 1;
        bytes <= REQUEST_LIMIT
    };
    records.into_iter().take(size).take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(place: u64, bytes: usize) -> Record {
        let image = json!({ "pad": { "S": "x".repeat(bytes) } });
        Record::new(place, &json!({ "dynamodb": { "SequenceNumber": place.to_string(), "NewImage": image } }))
    }

    #[test]
    fn a_batch_ends_at_its_size_or_at_6_mb() {
        let small: Vec<Record> = (0..10).map(|place| record(place, 10)).collect();
        assert_eq!(batch_length(&small, 4), 4);
        assert_eq!(batch_length(&small, 100), 10);
        let large: Vec<Record> = (0..20).map(|place| record(place, 400 * 1024)).collect();
        let length = batch_length(&large, 100);
        assert_eq!(length, 15);
        assert!(event(&large[..length]).len() <= REQUEST_LIMIT && event(&large[..=length]).len() > REQUEST_LIMIT);
        let parsed: Value = serde_json::from_str(&event(&small)).unwrap();
        assert_eq!(parsed["Records"].as_array().map(Vec::len), Some(10));
    }

    #[test]
    fn an_item_keeps_to_its_lane() {
        let of = |id: &str, n: u32| json!({ "dynamodb": { "Keys": { "id": { "S": id } }, "SequenceNumber": n.to_string() } });
        for id in ["a", "b", "c", "d"] {
            let queues: Vec<usize> = (0..5).map(|n| queue(&of(id, n), 7)).collect();
            assert!(queues.iter().all(|queue| *queue == queues[0] && *queue < 7), "{queues:?}");
        }
        assert_eq!(queue(&of("a", 1), 1), 0);
    }
}
