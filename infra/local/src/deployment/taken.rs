//! What CloudFormation says when a resource is to be made and another one is what it would be.
//!
//! A resource under another logical id is a new resource, and what is new is made before what is gone is deleted. So the old one
//! is still there. Who refuses depends on the type. Where the template chose the name, CloudFormation itself looks who has it:
//! <https://github.com/serverless/serverless/issues/11117> (a log group), <https://github.com/aws/aws-cdk/issues/30627> (a function).
//! Otherwise the service is asked and refuses: Lambda a second mapping, S3's handler a second policy of a bucket
//! (<https://github.com/awslabs/cdk-serverless-clamscan/issues/1382>).

use crate::clock::Clock;
use stack::{Resource, Stack, stream_arn};

use super::HandlerError;

/// The types that CloudFormation knows by the name that the template gives.
const KNOWN_BY_NAME: &[&str] =
    &["AWS::DynamoDB::Table", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::S3::Bucket"];

/// `ResourceStatusReason` of `resource`, which is one that `owner` has. `owner_id` is that stack's id.
pub fn reason(resource: &Resource, owner: &Stack, owner_id: &str, clock: &Clock) -> String {
    let Resource { resource_type, physical_id, custom_named, .. } = resource;
    match resource_type.as_str() {
        "AWS::Lambda::EventSourceMapping" => {
            let twin = owner.event_source_mappings.iter().find(|mapping| mapping.uuid == *physical_id);
            twin.map(|twin| HandlerError::conflict(twin.already_exists(&stream_arn(&twin.table))).reason(clock))
        }
        "AWS::S3::BucketPolicy" => Some(format!("The bucket policy already exists on bucket {physical_id}.")),
        kind if *custom_named && KNOWN_BY_NAME.contains(&kind) => {
            Some(format!("{physical_id} already exists in stack {owner_id}"))
        }
        _ => None,
    }
    .unwrap_or_else(|| of_handler(resource_type, physical_id, clock))
}

/// `ResourceStatusReason` of `resource`, which is there and no stack's own.
/// <https://github.com/aws-samples/iam-identity-center-team/issues/157> (a bucket),
/// <https://github.com/serverless/serverless/issues/12312> (a log group).
pub fn outside(resource: &Resource, clock: &Clock) -> String {
    let Resource { resource_type, physical_id, .. } = resource;
    match resource_type.as_str() {
        "AWS::S3::Bucket" => format!(
            "Resource handler returned message: \"{physical_id} already exists (Service: S3, Status Code: 0, Request ID: null)\" \
             (RequestToken: {}, HandlerErrorCode: AlreadyExists)",
            clock.uuid()
        ),
        "AWS::Logs::LogGroup" => {
            of_handler(resource_type, &format!("{{\"/properties/LogGroupName\":\"{physical_id}\"}}"), clock)
        }
        _ => of_handler(resource_type, physical_id, clock),
    }
}

/// What handlers say that have no words of their service.
fn of_handler(resource_type: &str, identifier: &str, clock: &Clock) -> String {
    format!(
        "Resource handler returned message: \"Resource of type '{resource_type}' with identifier '{identifier}' already \
         exists.\" (RequestToken: {}, HandlerErrorCode: AlreadyExists)",
        clock.uuid()
    )
}
