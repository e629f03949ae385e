//! Which operation a request is: S3 says it with the method, the path and the names of query parameters.

use http::Method;
use local::service::OperationTable;

use super::request::S3Call;

local::service::operations! {
    /// What S3 has here.
    pub(super) enum Operation {
        AbortMultipartUpload, CompleteMultipartUpload, CopyObject, CreateBucket, CreateMultipartUpload, DeleteBucket,
        DeleteBucketCors, DeleteBucketEncryption, DeleteBucketOwnershipControls, DeleteBucketPolicy, DeleteBucketTagging,
        DeleteBucketWebsite, DeleteObject, DeleteObjectTagging, DeleteObjects, DeletePublicAccessBlock,
        GetBucketAccelerateConfiguration, GetBucketAcl, GetBucketCors, GetBucketEncryption,
        GetBucketLifecycleConfiguration, GetBucketLocation, GetBucketLogging, GetBucketNotificationConfiguration,
        GetBucketOwnershipControls, GetBucketPolicy, GetBucketPolicyStatus, GetBucketReplication,
        GetBucketRequestPayment, GetBucketTagging, GetBucketVersioning, GetBucketWebsite, GetObject, GetObjectAcl,
        GetObjectAttributes, GetObjectLockConfiguration, GetObjectTagging, GetPublicAccessBlock, HeadBucket, HeadObject,
        ListBuckets, ListMultipartUploads, ListObjectVersions, ListObjects, ListObjectsV2, ListParts, PostObject,
        PutBucketAcl, PutBucketCors, PutBucketEncryption, PutBucketOwnershipControls, PutBucketPolicy, PutBucketTagging,
        PutBucketVersioning, PutBucketWebsite, PutObject, PutObjectAcl, PutObjectTagging, PutPublicAccessBlock, UploadPart,
        UploadPartCopy,
    }
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Something that S3 has here.
    For(Operation),
    /// Something that S3 has, and the local cloud does not.
    LeftOut(String),
    /// A method that is not for this.
    NotAllowed(&'static str),
}

/// The parameters that name a part of a bucket, with the rest of its operations' names after `Get`, `Put` and `Delete`.
const OF_BUCKETS: [(&str, &str); 24] = [
    ("abac", "BucketAbac"),
    ("accelerate", "BucketAccelerateConfiguration"),
    ("acl", "BucketAcl"),
    ("analytics", "BucketAnalyticsConfiguration"),
    ("cors", "BucketCors"),
    ("encryption", "BucketEncryption"),
    ("intelligent-tiering", "BucketIntelligentTieringConfiguration"),
    ("inventory", "BucketInventoryConfiguration"),
    ("lifecycle", "BucketLifecycleConfiguration"),
    ("location", "BucketLocation"),
    ("logging", "BucketLogging"),
    ("metadataConfiguration", "BucketMetadataConfiguration"),
    ("metrics", "BucketMetricsConfiguration"),
    ("notification", "BucketNotificationConfiguration"),
    ("object-lock", "ObjectLockConfiguration"),
    ("ownershipControls", "BucketOwnershipControls"),
    ("policy", "BucketPolicy"),
    ("policyStatus", "BucketPolicyStatus"),
    ("publicAccessBlock", "PublicAccessBlock"),
    ("replication", "BucketReplication"),
    ("requestPayment", "BucketRequestPayment"),
    ("tagging", "BucketTagging"),
    ("versioning", "BucketVersioning"),
    ("website", "BucketWebsite"),
];
/// The same of objects.
const OF_OBJECTS: [(&str, &str); 6] = [
    ("acl", "ObjectAcl"),
    ("attributes", "ObjectAttributes"),
    ("legal-hold", "ObjectLegalHold"),
    ("retention", "ObjectRetention"),
    ("tagging", "ObjectTagging"),
    ("torrent", "ObjectTorrent"),
];

impl Asked {
    /// What `call` asks for.
    pub(super) fn of(call: &S3Call) -> Asked {
        match (call.bucket.as_str(), call.key.as_str()) {
            ("", "") => match call.method {
                Method::GET | Method::HEAD => Asked::For(Operation::ListBuckets),
                _ => Asked::NotAllowed("SERVICE"),
            },
            (_, "") => of_bucket(call),
            _ => of_object(call),
        }
    }
}

/// The operation called `name`, which is here or not.
fn named(name: String) -> Asked {
    Operation::of(&name).map_or(Asked::LeftOut(name), Asked::For)
}

fn of_part(call: &S3Call, parts: &[(&str, &str)]) -> Option<Asked> {
    let (_, name) = parts.iter().find(|(parameter, _)| call.has(parameter))?;
    let verb = match call.method {
        Method::GET | Method::HEAD => "Get",
        Method::PUT => "Put",
        Method::DELETE => "Delete",
        _ => return Some(Asked::NotAllowed("BUCKET")),
    };
    Some(named(format!("{verb}{name}")))
}

fn of_bucket(call: &S3Call) -> Asked {
    if let Some(asked) = of_part(call, &OF_BUCKETS) {
        return asked;
    }
    match call.method {
        Method::GET if call.has("versions") => Asked::For(Operation::ListObjectVersions),
        Method::GET if call.has("uploads") => Asked::For(Operation::ListMultipartUploads),
        Method::GET if call.has("session") => Asked::LeftOut("CreateSession".to_string()),
        Method::GET if call.parameter("list-type") == Some("2") => Asked::For(Operation::ListObjectsV2),
        Method::GET => Asked::For(Operation::ListObjects),
        Method::HEAD => Asked::For(Operation::HeadBucket),
        Method::PUT => Asked::For(Operation::CreateBucket),
        Method::DELETE => Asked::For(Operation::DeleteBucket),
        Method::POST if call.has("delete") => Asked::For(Operation::DeleteObjects),
        Method::POST => Asked::For(Operation::PostObject),
        _ => Asked::NotAllowed("BUCKET"),
    }
}

fn of_object(call: &S3Call) -> Asked {
    if let Some(asked) = of_part(call, &OF_OBJECTS) {
        return asked;
    }
    let (is_part, copies) = (call.has("uploadId"), call.headers.contains_key("x-amz-copy-source"));
    match call.method {
        Method::GET if is_part => Asked::For(Operation::ListParts),
        Method::GET => Asked::For(Operation::GetObject),
        Method::HEAD => Asked::For(Operation::HeadObject),
        Method::PUT if is_part && copies => Asked::For(Operation::UploadPartCopy),
        Method::PUT if is_part => Asked::For(Operation::UploadPart),
        Method::PUT if call.has("renameObject") => Asked::LeftOut("RenameObject".to_string()),
        Method::PUT if copies => Asked::For(Operation::CopyObject),
        Method::PUT => Asked::For(Operation::PutObject),
        Method::DELETE if is_part => Asked::For(Operation::AbortMultipartUpload),
        Method::DELETE => Asked::For(Operation::DeleteObject),
        Method::POST if call.has("uploads") => Asked::For(Operation::CreateMultipartUpload),
        Method::POST if is_part => Asked::For(Operation::CompleteMultipartUpload),
        Method::POST if call.has("select") => Asked::LeftOut("SelectObjectContent".to_string()),
        Method::POST if call.has("restore") => Asked::LeftOut("RestoreObject".to_string()),
        _ => Asked::NotAllowed("OBJECT"),
    }
}

impl Operation {
    /// The action that policies name for it; `of_version` where it is about a version by name.
    pub(super) fn action(self, of_version: bool) -> String {
        let action = match self {
            Operation::ListObjects | Operation::ListObjectsV2 | Operation::HeadBucket => "ListBucket",
            Operation::ListBuckets => "ListAllMyBuckets",
            Operation::ListObjectVersions => "ListBucketVersions",
            Operation::ListMultipartUploads => "ListBucketMultipartUploads",
            Operation::ListParts => "ListMultipartUploadParts",
            Operation::CopyObject
            | Operation::CreateMultipartUpload
            | Operation::UploadPart
            | Operation::UploadPartCopy
            | Operation::PostObject
            | Operation::CompleteMultipartUpload => "PutObject",
            Operation::GetObject | Operation::HeadObject if of_version => "GetObjectVersion",
            Operation::HeadObject => "GetObject",
            Operation::GetObjectAttributes if of_version => "GetObjectVersionAttributes",
            Operation::DeleteObject if of_version => "DeleteObjectVersion",
            Operation::DeleteObjects => "DeleteObject",
            Operation::GetObjectTagging if of_version => "GetObjectVersionTagging",
            Operation::PutObjectTagging if of_version => "PutObjectVersionTagging",
            Operation::DeleteObjectTagging if of_version => "DeleteObjectVersionTagging",
            Operation::GetBucketCors => "GetBucketCORS",
            Operation::PutBucketCors | Operation::DeleteBucketCors => "PutBucketCORS",
            Operation::GetBucketEncryption => "GetEncryptionConfiguration",
            Operation::PutBucketEncryption | Operation::DeleteBucketEncryption => "PutEncryptionConfiguration",
            Operation::DeleteBucketTagging => "PutBucketTagging",
            Operation::DeleteBucketOwnershipControls => "PutBucketOwnershipControls",
            Operation::GetPublicAccessBlock => "GetBucketPublicAccessBlock",
            Operation::PutPublicAccessBlock | Operation::DeletePublicAccessBlock => "PutBucketPublicAccessBlock",
            Operation::GetBucketNotificationConfiguration => "GetBucketNotification",
            Operation::GetBucketAccelerateConfiguration => "GetAccelerateConfiguration",
            Operation::GetBucketLifecycleConfiguration => "GetLifecycleConfiguration",
            Operation::GetBucketReplication => "GetReplicationConfiguration",
            Operation::GetObjectLockConfiguration => "GetBucketObjectLockConfiguration",
            same => same.name(),
        };
        format!("s3:{action}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn method_path_and_parameters_say_what_is_asked_for() {
        for (method, target, name) in [
            ("GET", "/", "ListBuckets"),
            ("GET", "/b", "ListObjects"),
            ("GET", "/b?list-type=2&prefix=x", "ListObjectsV2"),
            ("GET", "/b?versions", "ListObjectVersions"),
            ("GET", "/b?uploads=", "ListMultipartUploads"),
            ("GET", "/b?location", "GetBucketLocation"),
            ("PUT", "/b/", "CreateBucket"),
            ("PUT", "/b?lifecycle", "PutBucketLifecycleConfiguration"),
            ("POST", "/b?delete", "DeleteObjects"),
            ("POST", "/b", "PostObject"),
            ("HEAD", "/b", "HeadBucket"),
            ("PUT", "/b/k", "PutObject"),
            ("PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"),
            ("POST", "/b/k?uploads", "CreateMultipartUpload"),
            ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
            ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
            ("DELETE", "/b/k?versionId=v", "DeleteObject"),
            ("GET", "/b//", "GetObject"),
            ("PUT", "/b/k?retention", "PutObjectRetention"),
            ("PATCH", "/b/k", ""),
        ] {
            let request = http::Request::builder().method(method).uri(target).body(()).unwrap();
            let call = S3Call::of(&request.into_parts().0).unwrap();
            let found = match Asked::of(&call) {
                Asked::For(operation) => operation.name().to_string(),
                Asked::LeftOut(name) => name,
                Asked::NotAllowed(_) => String::new(),
            };
            assert_eq!(found, name, "{method} {target}");
        }
    }
}
