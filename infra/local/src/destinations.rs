//! Destinations: where Lambda sends what it gave up, and what came of asynchronous invocations.
//!
//! A queue gets a message; a bucket gets an object, whose key says when and from where. Topics are refused where they are
//! configured, because the local cloud has nobody who would read one. Facts: "Capturing records of Lambda asynchronous
//! invocations" and "Retaining discarded records for a stream source" in the Lambda developer guide.

use time::macros::format_description;

use crate::clock::Clock;
use crate::sqs::Queues;
use stack::DestinationKind;

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
        match DestinationKind::of(arn)? {
            DestinationKind::Queue => match self.queues.send(arn, record.body) {
                true => Ok(()),
                false => Err(format!("there is no queue {arn}")),
            },
            DestinationKind::Bucket => self.put(arn, record).await,
            DestinationKind::Function => {
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
