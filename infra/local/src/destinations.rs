//! Destinations: where Lambda sends what it gave up, and what came of asynchronous invocations.
//!
//! A queue gets a message; a bucket gets an object, whose key says when and from where. Topics are refused where they are
//! configured, because the local cloud has nobody who would read one. Facts: "Capturing records of Lambda asynchronous
//! invocations" and "Retaining discarded records for a stream source" in the Lambda developer guide.

use time::macros::format_description;

use crate::clock::Clock;
use crate::sqs::Queues;

/// The ways out. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Destinations {
    clock: Clock,
    queues: Queues,
    #[cfg(feature = "buckets")]
    buckets: crate::s3::Buckets,
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct DestinationRecord {
    /// The part of an object's key between `aws/lambda/` and the date.
    pub prefix: String,
    /// The message: JSON text.
    pub body: String,
}

/// What a destination's ARN names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `arn:aws:sqs:…`.
    Queue,
    /// `arn:aws:s3:::…`.
    Bucket,
    /// `arn:aws:lambda:…:function:…`, for asynchronous invocations only.
    Function,
}

impl Kind {
    /// What `arn` names; the error says why it cannot be a destination here.
    pub fn of(arn: &str) -> Result<Kind, String> {
        let service = arn.split(':').nth(2).unwrap_or_default();
        match service {
            "sqs" => Ok(Kind::Queue),
            "s3" => Ok(Kind::Bucket),
            "lambda" => Ok(Kind::Function),
            "sns" => Err(format!(
                "{arn} is an SNS topic. The local cloud has no topics; name an SQS queue or an S3 bucket as the destination."
            )),
            _ => Err(format!("{arn} is not a destination; name the ARN of an SQS queue or of an S3 bucket.")),
        }
    }
}

impl Destinations {
    /// The queues and buckets of one local cloud.
    pub fn new(clock: Clock, queues: Queues, #[cfg(feature = "buckets")] buckets: crate::s3::Buckets) -> Destinations {
        Destinations {
            clock,
            queues,
            #[cfg(feature = "buckets")]
            buckets,
        }
    }

    /// Sends to the queue or bucket `arn`; the error says why nothing arrived.
    pub async fn send(&self, arn: &str, record: DestinationRecord) -> Result<(), String> {
        match Kind::of(arn)? {
            Kind::Queue => match self.queues.send(arn, record.body) {
                true => Ok(()),
                false => Err(format!("there is no queue {arn}")),
            },
            Kind::Bucket => self.put(arn, record).await,
            Kind::Function => {
                Err(format!("{arn} is a function, which only asynchronous invocations can have as a destination"))
            }
        }
    }

    #[cfg(feature = "buckets")]
    async fn put(&self, arn: &str, record: DestinationRecord) -> Result<(), String> {
        let bucket = arn.rsplit(':').next().unwrap_or_default();
        let key = self.key(&record.prefix);
        let object = crate::s3::Object {
            content_type: "application/json",
            cache_control: "no-store",
            body: bytes::Bytes::from(record.body),
        };
        self.buckets.put_object(bucket, &key, object).await.map_err(|error| error.to_string())
    }

    #[cfg(not(feature = "buckets"))]
    async fn put(&self, arn: &str, record: DestinationRecord) -> Result<(), String> {
        Err(format!("{} for {arn} has no bucket: this local cloud was built without them", self.key(&record.prefix)))
    }

    /// `aws/lambda/{prefix}/2026/11/22/2026-11-22T09.41.00-{uuid}`.
    fn key(&self, prefix: &str) -> String {
        let form = format_description!("[year]/[month]/[day]/[year]-[month]-[day]T[hour].[minute].[second]");
        let moment = self.clock.now().format(&form).unwrap_or_default();
        format!("aws/lambda/{prefix}/{moment}-{}", self.clock.uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_what_it_is() {
        assert_eq!(Kind::of("arn:aws:sqs:r:1:q"), Ok(Kind::Queue));
        assert_eq!(Kind::of("arn:aws:s3:::b"), Ok(Kind::Bucket));
        assert!(Kind::of("arn:aws:sns:r:1:t").unwrap_err().contains("SNS topic"));
        assert!(Kind::of("queue").unwrap_err().contains("not a destination"));
    }
}
