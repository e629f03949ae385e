//! What S3 checks when a bucket policy is put: whether it makes the bucket public while that is blocked.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use serde_json::Value;

use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use stack::creation::is_public;
use stack::policy::{PolicyKind, absent_principals, check};
use stack::{Bucket, Stack};

/// The bucket policies of `stack` that S3 would refuse to put.
pub(crate) fn failures(stack: &Stack, clock: &Clock) -> Vec<ResourceFailure> {
    let refused = |bucket: &Bucket| {
        let id = bucket.policy_logical_id.as_deref().unwrap_or(&bucket.logical_id);
        Some(ResourceFailure::new(id, "AWS::S3::BucketPolicy", &may_be_put(bucket).err()?, clock))
    };
    stack.buckets.iter().filter_map(refused).collect()
}

/// Whether the bucket takes its policy.
///
/// # Errors
///
/// S3's refusal of a public policy on a bucket that blocks them, in the short form that the book shows; the API's own is [`blocked`].
fn may_be_put(bucket: &Bucket) -> Result<(), HandlerError> {
    match &bucket.policy {
        Some(policy) if bucket.public_access_block.block_public_policy && is_public(policy) => Err(HandlerError {
            service: "S3",
            status: 403,
            error_type: "AccessDenied",
            message: "Access Denied".to_string(),
        }),
        _ => Ok(()),
    }
}

/// What S3 says to `user`, who puts a public policy where those are blocked.
pub(crate) fn blocked(user: &str, bucket: &str) -> String {
    format!(
        "User: {user} is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::{bucket}\" because public \
         policies are blocked by the BlockPublicPolicy block public access setting."
    )
}

/// What S3 says of a policy that is not one, or that names somebody of whom `is_absent` says that nobody is; none where it takes it.
pub(crate) fn refusal(policy: &Value, kind: PolicyKind<'_>, is_absent: impl Fn(&str) -> bool) -> Option<String> {
    if policy["Statement"].is_null() {
        return Some("Missing required field Statement".to_string());
    }
    let first = check(policy, kind).into_iter().chain(absent_principals(policy, kind, is_absent)).next()?;
    Some(first.of_service().map_or_else(|| first.to_string(), |refusal| refusal.message.clone()))
}
