//! Who may do what with a bucket: the caller's role and the bucket's policy, together.
//!
//! Within one account it is enough that either allows; a denial in one of them wins. A caller that signs nothing is anybody:
//! only a bucket policy can let it in, and not even that while public access is blocked.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html>

use std::path::PathBuf;

use s3s::access::{S3Access, S3AccessContext};
use s3s::dto::{CopyObjectInput, CopySource, DeleteObjectsInput, PostObjectInput, UploadPartCopyInput};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Result, s3_error};

use super::authentication::Presented;
use super::context;
use super::declared::Declared;
use super::key;
use local::clock::Clock;
use local::iam::{Caller, Identities, Session, anonymous_context};
use local::service::CallContext;
use stack::ACCOUNT;
use stack::policy::{AuthorizationRequest, Decision, Denial, decide};

/// Asks before `s3s` does what a request says, and after it has verified the signature.
#[derive(Debug, Clone)]
pub(super) struct Access {
    pub(super) identities: Identities,
    pub(super) declared: Declared,
    pub(super) folder: PathBuf,
    pub(super) clock: Clock,
}

/// Who asks S3.
pub(super) enum Asker {
    Anybody,
    Learner,
    Function(Session),
}

/// Why S3 refuses.
pub(super) enum AccessDenied {
    /// Anybody is told nothing.
    Plain,
    /// A caller of the same account is told what is missing.
    Explained(Denial),
}

impl Access {
    fn asker(&self, access_key: Option<&str>) -> Asker {
        match access_key.map(|key| self.identities.caller(key)) {
            None | Some(Caller::Anonymous) => Asker::Anybody,
            // What a function presigned outlives its environment, as on AWS.
            Some(Caller::Function(session) | Caller::Expired(session)) => Asker::Function(session),
            Some(Caller::Learner) => Asker::Learner,
        }
    }

    /// Whether `asker` may do `action` with `key` of `bucket`, or with the bucket itself, in a call with `context`.
    pub(super) fn check(
        &self,
        asker: &Asker,
        action: &str,
        bucket: &str,
        key: Option<&str>,
        context: &CallContext,
    ) -> Result<(), AccessDenied> {
        let resource = match (bucket, key) {
            ("", _) => "*".to_string(),
            (bucket, None) => format!("arn:aws:s3:::{bucket}"),
            (bucket, Some(key)) => format!("arn:aws:s3:::{bucket}/{key}"),
        };
        let declared = self.declared.get(bucket);
        let policy = declared.as_ref().and_then(|bucket| bucket.policy.as_ref());
        let of_asker = match asker {
            Asker::Function(session) => session.context(),
            Asker::Anybody | Asker::Learner => anonymous_context(),
        };
        let all: Vec<(&str, &str)> =
            context.keys.iter().chain(&of_asker).map(|(key, value)| (*key, value.as_str())).collect();
        let unknown_keys = &context.unknown_keys;
        let request =
            |principal| AuthorizationRequest { action, resource: &resource, principal, context: &all, unknown_keys };
        match asker {
            Asker::Learner => Ok(()),
            Asker::Anybody => {
                let blocked = declared.as_ref().is_none_or(|bucket| bucket.public_access_blocked);
                let allowed = decide(policy, &request(Some("*"))) == Decision::Allowed;
                if allowed && !blocked { Ok(()) } else { Err(AccessDenied::Plain) }
            }
            Asker::Function(session) => {
                let names = [session.arn(), session.role.arn(), format!("arn:aws:iam::{ACCOUNT}:root")];
                let of_bucket: Vec<Decision> = names.iter().map(|name| decide(policy, &request(Some(name)))).collect();
                if of_bucket.contains(&Decision::ExplicitlyDenied) {
                    return Err(AccessDenied::Explained(Denial::of_resource(session.arn(), &request(None))));
                }
                match session.check(&request(None)) {
                    // Naming the account only hands the decision to the account's own policies.
                    Err(denial) if denial.is_explicit() => Err(AccessDenied::Explained(denial)),
                    Err(_) if of_bucket[..2].contains(&Decision::Allowed) => Ok(()),
                    Err(denial) => Err(AccessDenied::Explained(denial)),
                    Ok(()) => Ok(()),
                }
            }
        }
    }

    /// As [`Access::check`] for reading an object. Whether a key exists is a secret of those who may list: to all others a missing
    /// one looks forbidden. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    fn check_read(&self, asker: &Asker, bucket: &str, key: &str, context: &CallContext) -> Result<(), AccessDenied> {
        self.check(asker, "s3:GetObject", bucket, Some(key), context)?;
        if key::file(&self.folder, bucket, key).is_some() {
            Ok(())
        } else {
            self.check(asker, "s3:ListBucket", bucket, None, context)
        }
    }

    /// As [`Access::check_read`] for what is copied.
    fn check_source<T>(&self, request: &S3Request<T>, source: &CopySource) -> S3Result<()> {
        let asker = self.asker(request.credentials.as_ref().map(|credentials| credentials.access_key.as_str()));
        let context = context::of_call(&self.clock, &request.headers, &request.uri);
        match source {
            CopySource::Bucket { bucket, key, .. } => self.check_read(&asker, bucket, key, &context).map_err(refusal),
            CopySource::AccessPoint { .. } => Err(s3_error!(NotImplemented, "The local cloud has no access points.")),
            _ => Err(s3_error!(NotImplemented, "The local cloud copies from buckets only.")),
        }
    }
}

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let key = context.credentials().map(|credentials| credentials.access_key.clone());
        if let (Some(key), Some(presented)) = (&key, context.extensions_mut().get::<Presented>()) {
            presented.verified(key, self.identities.credentials(key).as_ref())?;
        }
        let asker = self.asker(key.as_deref());
        let path = context.s3_path();
        let (bucket, key) = (path.get_bucket_name().unwrap_or_default(), path.get_object_key());
        let operation = context.s3_op().name();
        let called = match operation {
            "ListObjects" | "ListObjectsV2" | "ListObjectVersions" => {
                context::of_list(&self.clock, context.headers(), context.uri())
            }
            _ => context::of_call(&self.clock, context.headers(), context.uri()),
        };
        let checked = match (operation, key) {
            ("GetObject" | "HeadObject" | "GetObjectAttributes", Some(key)) => {
                self.check_read(&asker, bucket, key, &called)
            }
            // Their keys are in the body: see `delete_objects` and `post_object`.
            ("DeleteObjects" | "PostObject", _) => Ok(()),
            _ => Access::check(self, &asker, &action(operation), bucket, key, &called),
        };
        checked.map_err(refusal)
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        self.check_source(request, &request.input.copy_source)
    }

    async fn upload_part_copy(&self, request: &mut S3Request<UploadPartCopyInput>) -> S3Result<()> {
        self.check_source(request, &request.input.copy_source)
    }

    /// A form names its key in a field, which stands in no path.
    async fn post_object(&self, request: &mut S3Request<PostObjectInput>) -> S3Result<()> {
        let asker = self.asker(request.credentials.as_ref().map(|credentials| credentials.access_key.as_str()));
        let PostObjectInput { bucket, key, .. } = &request.input;
        let context = context::of_form(&self.clock, &request.headers, &request.uri);
        Access::check(self, &asker, "s3:PutObject", bucket, Some(key), &context).map_err(refusal)
    }

    /// The service refuses the keys one by one; here all of them, when one is not allowed.
    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        let asker = self.asker(request.credentials.as_ref().map(|credentials| credentials.access_key.as_str()));
        let DeleteObjectsInput { bucket, delete, .. } = &request.input;
        let mut keys = delete.objects.iter().map(|object| object.key.as_str());
        let context = context::of_call(&self.clock, &request.headers, &request.uri);
        keys.try_for_each(|key| Access::check(self, &asker, "s3:DeleteObject", bucket, Some(key), &context))
            .map_err(refusal)
    }
}

/// The action that an operation needs. Most have the same name.
fn action(operation: &str) -> String {
    let action = match operation {
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => "ListBucket",
        "ListBuckets" => "ListAllMyBuckets",
        "CopyObject" | "CreateMultipartUpload" | "UploadPart" | "UploadPartCopy" | "CompleteMultipartUpload" => {
            "PutObject"
        }
        "ListObjectVersions" => "ListBucketVersions",
        "ListMultipartUploads" => "ListBucketMultipartUploads",
        "ListParts" => "ListMultipartUploadParts",
        same => same,
    };
    format!("s3:{action}")
}

fn refusal(refused: AccessDenied) -> S3Error {
    match refused {
        AccessDenied::Plain => S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied"),
        AccessDenied::Explained(denial) => {
            let Denial { principal, action, resource, .. } = &denial;
            let message = format!(
                "User: {principal} is not authorized to perform: {action} on resource: \"{resource}\" {}",
                denial.reason()
            );
            S3Error::with_message(S3ErrorCode::AccessDenied, message)
        }
    }
}
