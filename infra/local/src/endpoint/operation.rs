//! An operation as a value: what a call asks for, parsed once from its head.
//!
//! Everybody who wants to know something about a call asks this value: the activity log and CloudTrail for its name, IAM for the
//! permissions that it needs, and its service's handler gets it to carry out. Each service declares its operations once, in a file of
//! its own: [`dynamodb_api`], [`lambda_api`], [`logs_api`], [`sqs_api`], [`sts_api`]. S3's are parsed by its protocol's library,
//! further in.

use axum::http::request::Parts;
use serde_json::Value;

use super::dynamodb_api::{self, DynamoDbOperation};
use super::lambda_api::LambdaRequest;
use super::logs_api::{self, LogsOperation};
use super::service::target_operation;
use super::sqs_api::{self, SqsOperation};
use super::sts_api::StsRequest;
use stack::Service;

/// A service's operations, declared with [`operations!`].
pub(super) trait OperationTable: Copy + 'static {
    /// All that the service has here, in the order of their names.
    const ALL: &'static [Self];

    /// The operation's name in the service's API.
    fn name(self) -> &'static str;

    /// The operation of this name.
    fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

/// Declares the operations of a service, each once: a variant is called as the operation is.
macro_rules! operations {
    ($(#[$attribute:meta])* $visibility:vis enum $Table:ident { $($Operation:ident,)+ }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $Table { $($Operation,)+ }

        impl $crate::endpoint::operation::OperationTable for $Table {
            const ALL: &'static [$Table] = &[$($Table::$Operation,)+];

            fn name(self) -> &'static str {
                match self { $($Table::$Operation => stringify!($Operation),)+ }
            }
        }
    };
}
pub(super) use operations;

/// An operation of the JSON protocols, which name it in `X-Amz-Target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<O> {
    /// The name as it was sent.
    pub(super) name: String,
    /// What is called so; none where the service has nothing of that name here.
    pub(super) operation: Option<O>,
}

impl<O: OperationTable> Target<O> {
    /// The operation called `name`.
    pub(super) fn of(name: &str) -> Target<O> {
        Target { name: name.to_string(), operation: O::of(name) }
    }
}

/// One permission that a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequiredPermission {
    /// As policies name it: `dynamodb:PutItem`.
    pub(super) action: String,
    /// The ARN that it is done to; `*` where there is none.
    pub(super) resource: String,
}

impl RequiredPermission {
    pub(super) fn new(action: impl Into<String>, resource: impl Into<String>) -> RequiredPermission {
        RequiredPermission { action: action.into(), resource: resource.into() }
    }
}

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    /// Of DynamoDB or DynamoDB Streams.
    DynamoDb(Target<DynamoDbOperation>),
    Lambda(LambdaRequest),
    Logs(Target<LogsOperation>),
    Sqs(Target<SqsOperation>),
    Sts(StsRequest),
    /// Method and path: what they mean, S3 finds out itself.
    S3(String),
    /// Of a service that is not here: the name that it was given.
    Unknown(String),
}

impl Operation {
    /// The operation that a call of `service` names.
    pub(super) fn of(service: Service, parts: &Parts, body: &[u8]) -> Operation {
        let target = target_operation(parts);
        match service {
            Service::DynamoDb | Service::DynamoDbStreams => Operation::DynamoDb(Target::of(target)),
            Service::Lambda => Operation::Lambda(LambdaRequest::of(parts)),
            Service::Logs => Operation::Logs(Target::of(target)),
            Service::Sqs => Operation::Sqs(Target::of(target)),
            Service::Sts => Operation::Sts(StsRequest::of(body)),
            Service::S3 => Operation::S3(format!("{} {}", parts.method, parts.uri.path())),
            Service::Unknown => Operation::Unknown(target.to_string()),
        }
    }

    /// What CloudTrail and the activity log call it: the operation, or method and path where there is none of that name.
    pub(super) fn name(&self) -> &str {
        match self {
            Operation::DynamoDb(Target { name, .. })
            | Operation::Logs(Target { name, .. })
            | Operation::Sqs(Target { name, .. })
            | Operation::S3(name)
            | Operation::Unknown(name) => name,
            Operation::Lambda(request) => request.name(),
            Operation::Sts(request) => request.name(),
        }
    }

    /// The permissions that it needs, with the body `request`. Most operations need one; a transaction needs those of the writes in
    /// it, a batch one for each table. None for what every caller may do, and for what is asked further in or answered by nobody.
    pub(super) fn permissions(&self, request: &Value) -> Vec<RequiredPermission> {
        match self {
            Operation::DynamoDb(target) => dynamodb_api::permissions(target, request),
            Operation::Lambda(operation) => vec![RequiredPermission::new(operation.action(), operation.resource())],
            Operation::Logs(target) => {
                vec![RequiredPermission::new(logs_api::action(target), logs_api::resource(request))]
            }
            Operation::Sqs(target) => {
                vec![RequiredPermission::new(sqs_api::action(target), sqs_api::resource(request))]
            }
            // GetCallerIdentity needs no permission, and cannot be denied. S3 asks where the key and the bucket's policy are known.
            Operation::Sts(_) | Operation::S3(_) | Operation::Unknown(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
