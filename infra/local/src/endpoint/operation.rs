//! What a call asks for, of any service: parsed once from its head, or from its parameters in the query protocol.
//!
//! Each service declares its operations once, in a file of its own: [`cloudformation_api`], [`cloudwatch_api`],
//! [`lambda_api`](super::lambda_api), [`logs_api`], [`sqs_api`], [`sts_api`](super::sts_api), and a plugged-in service in its own crate.

use serde_json::Value;

use super::EndpointCall;
use super::cloudformation_api::{self, CloudFormationOperation};
use super::cloudwatch_api::{self, CloudWatchOperation};
use super::lambda_api::LambdaRequest;
use super::logs_api::{self, LogsOperation};
use super::service::target_operation;
use super::shape::Shape;
use super::sqs_api::{self, SqsOperation};
use super::sts_api::StsRequest;
use crate::service::{HostedService, RequiredPermission, ServiceOperation, Target};
use stack::Service;

/// What a call asks for.
#[derive(Debug)]
pub(super) enum Operation<'s> {
    /// Of a service that is plugged in.
    Hosted(&'s dyn HostedService, Box<dyn ServiceOperation>),
    /// Of a service that could be and is not: the name that it was given.
    LeftOut(String),
    Lambda(LambdaRequest),
    Logs(Target<LogsOperation>),
    Sqs(Target<SqsOperation>),
    Sts(StsRequest),
    CloudFormation(Target<CloudFormationOperation>),
    CloudWatch(Target<CloudWatchOperation>),
    /// Of a service that is not here, or in a protocol that the service does not have here: the name that it was given.
    Unknown(String),
}

impl<'s> Operation<'s> {
    /// The operation that `call` names; `hosted` is the service that is plugged in for it, if one is.
    pub(super) fn of(hosted: Option<&'s dyn HostedService>, call: &EndpointCall<'_>) -> Operation<'s> {
        let EndpointCall { service, protocol, parts, .. } = call;
        let named = || protocol.operation(parts, &call.parameters);
        match service {
            _ if hosted.is_none() && call.is_left_out() => Operation::LeftOut(target_operation(parts).to_string()),
            // Nobody understands it, whoever it is for.
            _ if !protocol.is_spoken_by(*service) => Operation::Unknown(named()),
            _ if let Some(hosted) = hosted => Operation::Hosted(hosted, hosted.operation(parts)),
            Service::Lambda => Operation::Lambda(LambdaRequest::of(parts)),
            Service::Logs => Operation::Logs(Target::of(&named())),
            Service::Sqs => Operation::Sqs(Target::of(&named())),
            Service::Sts => Operation::Sts(StsRequest::of(&named())),
            Service::CloudFormation => Operation::CloudFormation(Target::of(&named())),
            Service::CloudWatch => Operation::CloudWatch(Target::of(&named())),
            Service::DynamoDb | Service::DynamoDbStreams | Service::S3 | Service::Unknown => {
                Operation::Unknown(named())
            }
        }
    }

    /// What CloudTrail and the activity log call it: the operation, or method and path where there is none of that name.
    pub(super) fn name(&self) -> &str {
        match self {
            Operation::Hosted(_, operation) => operation.name(),
            Operation::Logs(Target { name, .. })
            | Operation::Sqs(Target { name, .. })
            | Operation::CloudFormation(Target { name, .. })
            | Operation::CloudWatch(Target { name, .. })
            | Operation::LeftOut(name)
            | Operation::Unknown(name) => name,
            Operation::Lambda(request) => request.name(),
            Operation::Sts(request) => request.name(),
        }
    }

    /// The types of its members, where it is asked in JSON and read here; a service that is plugged in reads its own.
    pub(super) fn shape(&self) -> Option<Shape> {
        match self {
            Operation::Lambda(request) => request.shape(),
            Operation::Logs(Target { operation, .. }) => operation.map(logs_api::shape),
            Operation::Sqs(Target { operation, .. }) => operation.map(sqs_api::shape),
            Operation::CloudWatch(Target { operation, .. }) => operation.map(cloudwatch_api::shape),
            Operation::CloudFormation(Target { operation, .. }) => operation.map(cloudformation_api::shape),
            Operation::Hosted(..) | Operation::Sts(_) | Operation::LeftOut(_) | Operation::Unknown(_) => None,
        }
    }

    /// The permissions that it needs, with the body `request`. Most operations need one; a transaction needs those of the writes in
    /// it, a batch one for each table. None for what every caller may do, and for what is asked further in or answered by nobody.
    pub(super) fn permissions(&self, request: &Value) -> Vec<RequiredPermission> {
        match self {
            Operation::Hosted(_, operation) => operation.permissions(request),
            Operation::Lambda(operation) => vec![operation.permission(request)],
            Operation::Logs(target) => {
                vec![RequiredPermission::new(logs_api::action(target), logs_api::resource(request))]
            }
            Operation::Sqs(target) => {
                vec![RequiredPermission::new(sqs_api::action(target), sqs_api::resource(request))]
            }
            Operation::CloudWatch(target) => cloudwatch_api::permissions(target, request),
            Operation::CloudFormation(target) => vec![cloudformation_api::permission(target, request)],
            // GetCallerIdentity needs no permission, and cannot be denied.
            Operation::Sts(_) | Operation::LeftOut(_) | Operation::Unknown(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
