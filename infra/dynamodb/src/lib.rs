//! DynamoDB: tables, their streams, and the event source mappings that carry a stream to a function.
//!
//! Plugged into the local cloud as [`SERVICE`]; the only crate that compiles the table engine, so a lab without a table does not wait for
//! it. [`DynamoDb::of`] finds it again in a cloud that runs.
//!
//! Read `tables` first (calls in, answers out), then `event_source_mapping` (the way of a record). `api` has the operations with the
//! permissions that they need, and `service` what a deployment does.

mod api;
mod event_source_mapping;
mod metrics;
mod service;
mod tables;

pub use event_source_mapping::{EventSourceMappings, EventSourceMappingsError, MappingRefusal, NotDrained};
pub use service::{DynamoDb, SERVICE};
pub use tables::{
    CallError, DYNAMODB_TARGET, DeniedOperation, OngoingTransaction, STREAMS_TARGET, ShortAnswers, Tables, TablesError,
    operation, stream,
};

/// The names of the operations that DynamoDB and its streams have here.
pub fn operations() -> Vec<&'static str> {
    <api::DynamoDbOperation as local::service::OperationTable>::names()
}
