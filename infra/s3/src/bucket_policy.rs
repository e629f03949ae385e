//! What S3 checks when a bucket policy is put: whether it makes the bucket public while that is blocked.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use stack::creation::is_public;
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
/// S3's refusal: all that it says of a public policy on a blocked bucket is that access is denied.
fn may_be_put(bucket: &Bucket) -> Result<(), HandlerError> {
    match &bucket.policy {
        Some(policy) if bucket.public_access_blocked && is_public(policy) => Err(HandlerError {
            service: "S3",
            status: 403,
            error_type: "AccessDenied",
            message: "Access Denied".to_string(),
        }),
        _ => Ok(()),
    }
}
