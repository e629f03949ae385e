//! What S3 checks when a bucket policy is put: whether it makes the bucket public while that is blocked.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>

use serde_json::Value;

use local::clock::Clock;
use local::deployment::{HandlerError, ResourceFailure};
use stack::policy::many;
use stack::{Bucket, Stack};

/// Condition keys that, with fixed values, narrow "anybody" down to somebody.
const NARROWING: [&str; 12] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointarn",
];

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

/// Whether a policy lets anybody in.
fn is_public(policy: &Value) -> bool {
    many(&policy["Statement"]).any(|statement| {
        let principal = &statement["Principal"];
        let anybody = is_star(principal) || is_star(&principal["AWS"]) || !statement["NotPrincipal"].is_null();
        statement["Effect"] == "Allow" && anybody && !is_narrowed(&statement["Condition"])
    })
}

fn is_star(value: &Value) -> bool {
    many(value).any(|value| value == "*")
}

fn is_narrowed(conditions: &Value) -> bool {
    conditions.as_object().into_iter().flatten().any(|(operator, keys)| {
        let positive = !operator.contains("Not") && !operator.ends_with("IfExists");
        let mut keys = keys.as_object().into_iter().flatten();
        positive
            && keys.any(|(key, wanted)| NARROWING.contains(&key.to_lowercase().as_str()) && !holds_wildcard(wanted))
    })
}

fn holds_wildcard(wanted: &Value) -> bool {
    many(wanted).any(|value| value == "*" || value == "0.0.0.0/0" || value == "::/0")
}
