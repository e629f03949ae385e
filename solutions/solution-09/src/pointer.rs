//! What Lambda leaves of a batch that it gave up: a message that says where the records are. They themselves are not in it.

use serde::Deserialize;

use crate::Error;

/// A stretch of a shard, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pointer {
    /// The stream, which goes with its table.
    pub stream_arn: String,
    /// The shard in it.
    pub shard_id: String,
    /// The first record's sequence number.
    #[serde(rename = "startSequenceNumber")]
    pub start: String,
    /// The last record's sequence number.
    #[serde(rename = "endSequenceNumber")]
    pub end: String,
    /// How many records there are, from the first to the last.
    pub batch_size: usize,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "DDBStreamBatchInfo")]
    batch: Pointer,
}

impl Pointer {
    /// Reads the body of a message.
    ///
    /// # Errors
    /// When somebody else has written it.
    pub fn parse(body: &str) -> Result<Pointer, Error> {
        let message: Message =
            serde_json::from_str(body).map_err(|error| format!("the message points at no batch: {error}"))?;
        Ok(message.batch)
    }

    /// Whether the record with this sequence number comes after the last one. As text alone, `9` would come after `10`.
    pub fn ends_before(&self, sequence_number: &str) -> bool {
        (self.end.len(), self.end.as_str()) < (sequence_number.len(), sequence_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_where_and_how_many() {
        let body = r#"{"requestContext":{"condition":"RetryAttemptsExhausted"},"version":"1.0","DDBStreamBatchInfo":{
            "shardId":"shardId-1","startSequenceNumber":"8","endSequenceNumber":"10","batchSize":2,"streamArn":"arn",
            "approximateArrivalOfFirstRecord":"2026-11-22T09:41:00Z"}}"#;
        let pointer = Pointer::parse(body).unwrap();
        assert_eq!((pointer.start.as_str(), pointer.end.as_str(), pointer.batch_size), ("8", "10", 2));
        assert!(pointer.ends_before("11") && pointer.ends_before("100"));
        assert!(!pointer.ends_before("10") && !pointer.ends_before("9"));
        assert!(Pointer::parse("{}").unwrap_err().to_string().contains("no batch"));
    }
}
