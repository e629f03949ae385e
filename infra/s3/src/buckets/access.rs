//! Who may do what with a bucket: the caller's role and the bucket's policy, together.
//!
//! Within one account it is enough that either allows; a denial in one of them wins, also over the learner, who may do everything
//! else. A caller that signs nothing is anybody: only a bucket policy can let it in, and not even that while public access is blocked.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html>

use super::error::ErrorDocument;
use super::settings::Settings;
use local::iam::{Caller, Identities, Session, anonymous_context, learner_arn, learner_context};
use local::service::CallContext;
use stack::ACCOUNT;
use stack::policy::{AuthorizationRequest, Decision, Denial, decide};

/// What the root user of the account may do whatever a bucket's policy says, so that nobody locks a bucket for ever. The local cloud
/// has no root user, and lets the learner do it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
const OF_ROOT: [&str; 3] = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];

/// Who asks S3.
#[derive(Debug, Clone)]
pub(super) enum Asker {
    Anybody,
    Learner,
    Function(Session),
}

/// Why S3 refuses.
pub(super) enum AccessDenied {
    /// A caller who signs nothing learns nothing.
    Plain,
    /// A caller of the same account learns what is missing.
    Explained(Denial),
}

impl Asker {
    /// The holder of a key whose signature was verified; anybody without one.
    pub(super) fn of(identities: &Identities, access_key: Option<&str>) -> Asker {
        match access_key.map(|key| identities.caller(key)) {
            None | Some(Caller::Anonymous) => Asker::Anybody,
            // What a function presigned outlives its environment, as on AWS.
            Some(Caller::Function(session) | Caller::Expired(session)) => Asker::Function(session),
            Some(Caller::Learner) => Asker::Learner,
        }
    }

    /// The ARN of the caller, for refusals that name it.
    pub(super) fn arn(&self) -> String {
        match self {
            Asker::Function(session) => session.arn(),
            Asker::Anybody | Asker::Learner => learner_arn(),
        }
    }

    /// Whether it may do `action` with `key` of `bucket`, or with the bucket itself, in a call with `context`.
    pub(super) fn check(
        &self,
        settings: &Settings,
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
        let policy = settings.policy();
        let of_asker = match self {
            Asker::Function(session) => session.context(),
            Asker::Learner => learner_context(),
            Asker::Anybody => anonymous_context(),
        };
        let all: Vec<(&str, &str)> =
            context.keys.iter().chain(&of_asker).map(|(key, value)| (*key, value.as_str())).collect();
        let unknown_keys = &context.unknown_keys;
        let call = AuthorizationRequest { action, resource: &resource, principal: None, context: &all, unknown_keys };
        let decision = |name: &str| decide(&policy, &AuthorizationRequest { principal: Some(name), ..call });
        let denied = || Err(AccessDenied::Explained(Denial::of_resource(self.arn(), &call)));
        let root = format!("arn:aws:iam::{ACCOUNT}:root");
        match self {
            Asker::Learner if OF_ROOT.contains(&action) => Ok(()),
            Asker::Learner => {
                match [self.arn(), root].map(|name| decision(&name)).contains(&Decision::ExplicitlyDenied) {
                    true => denied(),
                    false => Ok(()),
                }
            }
            Asker::Anybody => {
                let allowed = decision("*") == Decision::Allowed;
                if allowed && !settings.restricts_public_access() { Ok(()) } else { Err(AccessDenied::Plain) }
            }
            Asker::Function(session) => {
                let of_bucket = [session.arn(), session.role.arn(), root].map(|name| decision(&name));
                if of_bucket.contains(&Decision::ExplicitlyDenied) {
                    return denied();
                }
                match session.check(&call) {
                    // Naming the account only hands the decision to the account's own policies.
                    Err(denial) if denial.is_explicit() => Err(AccessDenied::Explained(denial)),
                    Err(_) if of_bucket[..2].contains(&Decision::Allowed) => Ok(()),
                    Err(denial) => Err(AccessDenied::Explained(denial)),
                    Ok(()) => Ok(()),
                }
            }
        }
    }

    /// As [`Asker::check`] for reading an object that is there or not. Whether a key exists is a secret of those who may list: to all
    /// others a missing one looks forbidden. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    pub(super) fn check_read(
        &self,
        settings: &Settings,
        action: &str,
        (bucket, key): (&str, &str),
        is_there: bool,
        context: &CallContext,
    ) -> Result<(), AccessDenied> {
        self.check(settings, action, bucket, Some(key), context)?;
        if is_there { Ok(()) } else { self.check(settings, "s3:ListBucket", bucket, None, context) }
    }
}

impl From<AccessDenied> for ErrorDocument {
    fn from(refused: AccessDenied) -> ErrorDocument {
        match refused {
            AccessDenied::Plain => ErrorDocument::access_denied(),
            AccessDenied::Explained(denial) => {
                let Denial { principal, action, resource, .. } = &denial;
                let message = format!(
                    "User: {principal} is not authorized to perform: {action} on resource: \"{resource}\" {}",
                    denial.reason()
                );
                ErrorDocument::forbidden("AccessDenied", message)
            }
        }
    }
}
