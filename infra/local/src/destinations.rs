//! Destinations: where Lambda sends the records and events that it gave up, and the results of asynchronous
//! invocations.
//!
//! The destination's ARN says which service gets it. Queues are always there; a plugged-in service that can be a destination adds
//! itself when it is opened. Facts: "Capturing records of Lambda asynchronous invocations" and "Retaining discarded records for a
//! stream source" in the Lambda developer guide.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, PoisonError, RwLock};

use crate::future::BoxFuture;
use crate::sqs::Queues;
use stack::DestinationKind;

/// A kind of destination.
pub trait Destination: Debug + Send + Sync {
    /// Sends to the one called `arn`; the error says why nothing arrived.
    fn send<'a>(&'a self, arn: &'a str, record: DestinationRecord) -> BoxFuture<'a, Result<(), String>>;
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct DestinationRecord {
    /// The part of an object's key between `aws/lambda/` and the date, where objects are made of records.
    pub prefix: String,
    /// The message: JSON text.
    pub body: String,
}

/// The destinations of one local cloud. Cheap to clone; clones share what was added.
#[derive(Debug, Clone)]
pub struct Destinations(Arc<RwLock<BTreeMap<DestinationKind, Arc<dyn Destination>>>>);

impl Destinations {
    /// The queues of one local cloud, until more is added.
    pub fn new(queues: Queues) -> Destinations {
        let queues: Arc<dyn Destination> = Arc::new(queues);
        Destinations(Arc::new(RwLock::new(BTreeMap::from([(DestinationKind::Queue, queues)]))))
    }

    /// Sends to `destination` what is for its kind, from now on.
    pub fn add(&self, kind: DestinationKind, destination: impl Destination + 'static) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(kind, Arc::new(destination));
    }

    /// Sends to the destination `arn`; the error says why nothing arrived.
    pub async fn send(&self, arn: &str, record: DestinationRecord) -> Result<(), String> {
        let kind = DestinationKind::of(arn)?;
        if kind == DestinationKind::Function {
            return Err(format!("{arn} is a function, which only asynchronous invocations can have as a destination"));
        }
        let destination = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        match destination {
            Some(destination) => destination.send(arn, record).await,
            None => Err(format!("nothing in this local cloud takes what is sent to {arn}")),
        }
    }
}

impl Destination for Queues {
    fn send<'a>(&'a self, arn: &'a str, record: DestinationRecord) -> BoxFuture<'a, Result<(), String>> {
        let sent = Queues::send(self, arn, record.body);
        Box::pin(async move { if sent { Ok(()) } else { Err(format!("there is no queue {arn}")) } })
    }
}
