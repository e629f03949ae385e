//! The condition keys whose values are known here, for every call that has them on AWS.
//!
//! A condition on another key could neither be held nor be denied, so a template that has one is refused. What a call is asked about is
//! put together where the call is read: `local::endpoint`, `dynamodb`, `s3`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

/// What is known of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionKey {
    /// The local cloud gives it to every call that has it on AWS.
    Known,
    /// AWS has it, or may have it, and the local cloud cannot tell its values.
    NotHere,
    /// AWS's service has no such key.
    Nobodys,
}

/// Keys that the local cloud knows, by the prefix of their service.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "aws",
        &[
            "CurrentTime",
            "EpochTime",
            "PrincipalAccount",
            "PrincipalArn",
            "PrincipalIsAWSService",
            "PrincipalServiceName",
            "PrincipalType",
            "Referer",
            "RequestedRegion",
            "ResourceAccount",
            "SecureTransport",
            "SourceAccount",
            "SourceArn",
            "SourceIp",
            "UserAgent",
            "ViaAWSService",
            "userid",
            // Users have one, and a function is never a user.
            "username",
        ],
    ),
    (
        "dynamodb",
        &["Attributes", "EnclosingOperation", "LeadingKeys", "ReturnConsumedCapacity", "ReturnValues", "Select"],
    ),
    ("lambda", &["FunctionArn", "SourceFunctionArn"]),
    (
        "s3",
        &[
            "ResourceAccount",
            "authType",
            "delimiter",
            "if-match",
            "if-none-match",
            "max-keys",
            "prefix",
            "signatureversion",
            "versionid",
            "x-amz-acl",
            "x-amz-content-sha256",
            "x-amz-copy-source",
            "x-amz-grant-full-control",
            "x-amz-grant-read",
            "x-amz-grant-read-acp",
            "x-amz-grant-write",
            "x-amz-grant-write-acp",
            "x-amz-metadata-directive",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id",
            "x-amz-server-side-encryption-customer-algorithm",
            "x-amz-storage-class",
            "x-amz-website-redirect-location",
        ],
    ),
];

/// S3's other keys; a `/` at the end stands before a tag's name.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const S3_NOT_HERE: &[&str] = &[
    "AccessGrantsInstanceArn",
    "AccessPointNetworkOrigin",
    "AccessPointTag/",
    "BucketTag/",
    "DataAccessPointAccount",
    "DataAccessPointArn",
    "ExistingJobOperation",
    "ExistingJobPriority",
    "ExistingObjectTag/",
    "InventoryAccessibleOptionalFields",
    "JobSuspendedCause",
    "LocationConstraint",
    "ObjectCreationOperation",
    "RequestJobOperation",
    "RequestJobPriority",
    "RequestObjectTag/",
    "RequestObjectTagKeys",
    "TlsVersion",
    "destinationRegion",
    "isReplicationPauseRequest",
    "object-lock-legal-hold",
    "object-lock-mode",
    "object-lock-remaining-retention-days",
    "object-lock-retain-until-date",
    "signatureAge",
    "x-amz-object-ownership",
];

/// What is known of `key`; its spelling does not depend on case.
pub fn condition_key(key: &str) -> ConditionKey {
    let (prefix, name) = key.split_once(':').unwrap_or(("", key));
    if known_of(prefix).iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return ConditionKey::Known;
    }
    let lower = name.to_ascii_lowercase();
    let is_named = |known: &&str| match known.strip_suffix('/') {
        Some(tag) => lower.split_once('/').is_some_and(|(kind, _)| kind.eq_ignore_ascii_case(tag)),
        None => known.eq_ignore_ascii_case(name),
    };
    match prefix.eq_ignore_ascii_case("s3") && !S3_NOT_HERE.iter().any(is_named) {
        true => ConditionKey::Nobodys,
        false => ConditionKey::NotHere,
    }
}

/// The names of the keys with this prefix that are known here.
pub(super) fn known_of(prefix: &str) -> &'static [&'static str] {
    KNOWN.iter().find(|(own, _)| own.eq_ignore_ascii_case(prefix)).map_or(&[], |(_, names)| names)
}
