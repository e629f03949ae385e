//! `Action` and `NotAction`, and which of S3's actions are for a bucket and which for what lies in it.

use serde_json::{Map, Value};

use super::{Findings, PolicyKind};
use crate::policy::decision::many;
use crate::policy::pattern::matches;

impl Findings<'_> {
    pub(super) fn actions(&mut self, statement: &Map<String, Value>) {
        for name in ["Action", "NotAction"] {
            self.each(statement, name, |all, action| {
                let Some(action) = action.as_str() else { return };
                match all.kind {
                    PolicyKind::Identity | PolicyKind::VpcEndpoint => all.action_of_any_service(action),
                    PolicyKind::Trust => {
                        if !starts_with_vendor(action, "sts") {
                            all.refuse_with(
                                "AssumeRole policy may only specify STS AssumeRole actions.",
                                "write sts:AssumeRole",
                            );
                        }
                    }
                    PolicyKind::Bucket(_) => {
                        if action != "*" && fitting(action).next().is_none() {
                            all.refuse_with(
                                "Policy has invalid action",
                                format!("S3 has no action {action} for a bucket policy"),
                            );
                        }
                    }
                    PolicyKind::Queue(_) => {
                        if action != "*" && !starts_with_vendor(action, "sqs") {
                            all.own(format!("{action} is not an action of SQS; a queue policy has no others"));
                        }
                    }
                }
            });
        }
    }

    fn action_of_any_service(&mut self, action: &str) {
        if action == "*" {
            return;
        }
        match action.split(':').collect::<Vec<_>>()[..] {
            [_] => self.refuse("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
            [vendor, name] => {
                if vendor.contains(['*', '?']) {
                    self.refuse("Action vendors must not contain wildcards.");
                } else if vendor.is_empty()
                    || !vendor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
                {
                    self.refuse(format!("Vendor {vendor} is not valid"));
                } else if name.is_empty() {
                    self.own(format!("{action} names no action of {vendor}"));
                }
            }
            _ => self.refuse("Actions/Condition can contain only one colon."),
        }
    }
}

fn starts_with_vendor(action: &str, vendor: &str) -> bool {
    action.split_once(':').is_some_and(|(own, name)| own.eq_ignore_ascii_case(vendor) && !name.is_empty())
}

/// What an action of S3 is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DoneTo {
    Bucket,
    Object,
}

/// S3's actions that a bucket policy may name, without their prefix.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const BUCKET_ACTIONS: &[&str] = &[
    "DeleteBucket",
    "DeleteBucketPolicy",
    "DeleteBucketWebsite",
    "GetAccelerateConfiguration",
    "GetAnalyticsConfiguration",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketMetadataTableConfiguration",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetIntelligentTieringConfiguration",
    "GetInventoryConfiguration",
    "GetLifecycleConfiguration",
    "GetMetricsConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "PutAccelerateConfiguration",
    "PutAnalyticsConfiguration",
    "PutBucketAcl",
    "PutBucketCORS",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutIntelligentTieringConfiguration",
    "PutInventoryConfiguration",
    "PutLifecycleConfiguration",
    "PutMetricsConfiguration",
    "PutReplicationConfiguration",
];
const OBJECT_ACTIONS: &[&str] = &[
    "AbortMultipartUpload",
    "BypassGovernanceRetention",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionTagging",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "GetObjectVersionAcl",
    "GetObjectVersionAttributes",
    "GetObjectVersionForReplication",
    "GetObjectVersionTagging",
    "GetObjectVersionTorrent",
    "InitiateReplication",
    "ListMultipartUploadParts",
    "ObjectOwnerOverrideToBucketOwner",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionTagging",
    "ReplicateDelete",
    "ReplicateObject",
    "ReplicateTags",
    "RestoreObject",
    "UpdateObjectEncryption",
];

/// S3's actions that the pattern `action` means.
pub(super) fn fitting(action: &str) -> impl Iterator<Item = (&'static str, DoneTo)> {
    let pattern = action.split_once(':').filter(|(vendor, _)| vendor.eq_ignore_ascii_case("s3"));
    let pattern =
        pattern.map(|(_, name)| name.to_ascii_lowercase()).or_else(|| (action == "*").then(|| "*".to_string()));
    let of_buckets = BUCKET_ACTIONS.iter().map(|name| (*name, DoneTo::Bucket));
    let all = of_buckets.chain(OBJECT_ACTIONS.iter().map(|name| (*name, DoneTo::Object)));
    all.filter(move |(name, _)| pattern.as_ref().is_some_and(|pattern| matches(pattern, &name.to_ascii_lowercase())))
}

/// The actions of a statement as they are written, those with a wildcard left out.
pub(super) fn written_out(statement: &Map<String, Value>) -> Vec<&str> {
    let actions = statement.get("Action").into_iter().flat_map(many).filter_map(Value::as_str);
    actions.filter(|action| !action.contains(['*', '?'])).collect()
}
