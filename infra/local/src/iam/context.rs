//! The condition keys of every call, whatever its service; a service adds its own.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>

use axum::http::{HeaderMap, header};
use time::format_description::well_known::Rfc3339;

use super::Session;
use crate::clock::Clock;
use stack::{ACCOUNT, REGION, function_arn, role_id};

/// The learner's name as a user.
const LEARNER: &str = "learner";
/// The learner's unique id.
pub(crate) const LEARNER_ID: &str = "AIDALOCAL";

/// What holds of every call that arrives now with `headers`. The local cloud speaks http on the machine itself, where AWS would see
/// TLS: a policy that asks for it means the call on AWS.
pub fn request_context(clock: &Clock, headers: &HeaderMap) -> Vec<(&'static str, String)> {
    let now = clock.now();
    let mut context = vec![
        ("aws:CurrentTime", now.format(&Rfc3339).unwrap_or_default()),
        ("aws:EpochTime", now.unix_timestamp().to_string()),
        ("aws:RequestedRegion", REGION.to_string()),
        ("aws:ResourceAccount", ACCOUNT.to_string()),
        ("aws:SecureTransport", "true".to_string()),
        ("aws:SourceIp", "127.0.0.1".to_string()),
        ("aws:ViaAWSService", "false".to_string()),
    ];
    for (key, name) in [("aws:UserAgent", header::USER_AGENT), ("aws:Referer", header::REFERER)] {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        context.extend(value.map(|value| (key, value.to_string())));
    }
    context
}

/// What holds of a caller that signs nothing.
pub fn anonymous_context() -> Vec<(&'static str, String)> {
    let keys =
        [("aws:PrincipalType", "Anonymous"), ("aws:PrincipalIsAWSService", "false"), ("aws:userid", "anonymous")];
    keys.map(|(key, value)| (key, value.to_string())).into()
}

/// What holds of every call of the learner, who is a user of the account.
pub fn learner_context() -> Vec<(&'static str, String)> {
    vec![
        ("aws:PrincipalAccount", ACCOUNT.to_string()),
        ("aws:PrincipalArn", learner_arn()),
        ("aws:PrincipalIsAWSService", "false".to_string()),
        ("aws:PrincipalType", "User".to_string()),
        ("aws:userid", LEARNER_ID.to_string()),
        ("aws:username", LEARNER.to_string()),
    ]
}

/// The learner's ARN.
pub fn learner_arn() -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{LEARNER}")
}

impl Session {
    /// What holds of every call that the function makes. It has no `aws:username`: that is for users.
    pub fn context(&self) -> Vec<(&'static str, String)> {
        vec![
            ("aws:PrincipalAccount", ACCOUNT.to_string()),
            // The role's, not the session's.
            ("aws:PrincipalArn", self.role.arn()),
            ("aws:PrincipalIsAWSService", "false".to_string()),
            ("aws:PrincipalType", "AssumedRole".to_string()),
            ("aws:userid", self.user_id()),
            ("lambda:SourceFunctionArn", function_arn(&self.function)),
        ]
    }

    /// The session's unique id: the role's, and the session's name.
    pub fn user_id(&self) -> String {
        format!("{}:{}", role_id(&self.role.name), self.function)
    }
}
