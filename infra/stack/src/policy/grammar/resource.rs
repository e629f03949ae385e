//! `Resource` and `NotResource`: the form of an ARN, and for a bucket or a queue that the policy speaks of it.

use serde_json::{Map, Value};

use super::actions::{DoneTo, fitting};
use super::{Findings, PolicyKind};
use crate::policy::decision::many;
use crate::policy::pattern::matches;

impl Findings<'_> {
    pub(super) fn resources(&mut self, statement: &Map<String, Value>) {
        for name in ["Resource", "NotResource"] {
            self.each(statement, name, |all, resource| {
                let Some(resource) = resource.as_str() else { return };
                match all.kind {
                    PolicyKind::Identity | PolicyKind::VpcEndpoint => all.resource_of_any_service(resource),
                    PolicyKind::Bucket(bucket) => {
                        if done_to(resource, bucket).is_none() {
                            let own = format!("write arn:aws:s3:::{bucket} or arn:aws:s3:::{bucket}/*: the policy is of this bucket alone");
                            all.refuse_with("Policy has invalid resource", own);
                        }
                    }
                    PolicyKind::Queue(queue) => {
                        if !matches(resource, queue) {
                            all.own(format!("{resource} is not the queue that the policy stands on, {queue}"));
                        }
                    }
                    // Refused as a whole.
                    PolicyKind::Trust => {}
                }
            });
        }
        if let PolicyKind::Bucket(bucket) = self.kind {
            self.actions_apply(statement, bucket);
        }
    }

    fn resource_of_any_service(&mut self, resource: &str) {
        if resource == "*" {
            return;
        }
        let Some((_, rest)) = resource.split_once(':') else {
            return self.refuse_with(
                format!("Resource {resource} must be in ARN format or \"*\"."),
                "write its ARN, such as !GetAtt Table.Arn: !Ref gives a name",
            );
        };
        // Parts that are not there stand for anything.
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or("*");
        let (partition, vendor, region, account, own) = (part(0), part(1), part(2), part(3), part(4));
        if !["aws", "aws-cn", "aws-us-gov"].contains(&partition) && !partition.contains('*') {
            let arn = format!("arn:{partition}:{vendor}:{region}:{account}:{own}");
            return self.refuse(format!("Partition \"{partition}\" is not valid for resource \"{arn}\"."));
        }
        // Of S3, only access points and the like are in a region.
        let in_region = ["accesspoint", "storage-lens", "job/", "async-request", "access-grants"];
        let legacy = "The policy failed legacy parsing";
        if parts.len() < 2 || vendor.contains(['*', '?']) {
            self.refuse("Resource vendor must be fully qualified and cannot contain regexes.");
        } else if vendor.is_empty() {
            self.refuse_with(legacy, "the third part of an ARN is a service");
        } else if parts.len() < 5 && resource.contains("::") {
            self.refuse_with(legacy, "an ARN has six parts");
        } else if vendor == "s3" && !region.is_empty() && !in_region.iter().any(|kind| own.starts_with(kind)) {
            self.refuse(format!("Resource {resource} can not contain region information."));
        } else if vendor == "iam" && !region.is_empty() {
            self.refuse(format!("IAM resource {resource} cannot contain region information."));
        } else if vendor == "iam" && !is_path_of_iam(own) {
            let kinds = IAM_PATHS.join(", ");
            self.refuse(format!("IAM resource path must either be \"*\" or start with {kinds}."));
        } else if !is_account(account) {
            let help = match [vendor, region, account].iter().any(|part| part.contains("${")) {
                true => "a policy variable can stand only after the fifth colon of an ARN".to_string(),
                false => format!("the fifth part of an ARN is an account, and {account:?} is none"),
            };
            self.refuse_with(legacy, help);
        }
    }

    /// Every action must apply to one of the statement's resources at least.
    fn actions_apply(&mut self, statement: &Map<String, Value>, bucket: &str) {
        let Some(resources) = statement.get("Resource") else { return };
        let named: Vec<Option<DoneTo>> =
            many(resources).map(|resource| done_to(resource.as_str().unwrap_or_default(), bucket)).collect();
        // What is not of this bucket, or not known, is refused for that, or by nobody.
        if named.is_empty() || named.iter().any(Option::is_none) {
            return;
        }
        self.each(statement, "Action", |all, action| {
            let Some(action) = action.as_str() else { return };
            let mut can = fitting(action).peekable();
            if can.peek().is_some() && !can.any(|(_, to)| named.contains(&Some(to))) {
                let help = match fitting(action).next() {
                    Some((_, DoneTo::Object)) => format!("{action} is for objects: arn:aws:s3:::{bucket}/*"),
                    _ => format!("{action} is for the bucket itself: arn:aws:s3:::{bucket}"),
                };
                all.refuse_with("Action does not apply to any resource(s) in statement", help);
            }
        });
    }
}

/// What the last part of an ARN of IAM begins with.
const IAM_PATHS: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// Whether the last part of an ARN can mean something of IAM.
fn is_path_of_iam(own: &str) -> bool {
    let kind = own.split('/').next().unwrap_or_default();
    kind.contains(['*', '?', '$']) || IAM_PATHS.iter().any(|path| own.starts_with(path))
}

/// Whether the account of an ARN is a number, the owner of AWS's own, a pattern, or left out.
fn is_account(account: &str) -> bool {
    crate::is_account_id(account) || account.is_empty() || account == "aws" || account.contains(['*', '?'])
}

/// What of `bucket` an ARN means; nothing where it means something else.
fn done_to(resource: &str, bucket: &str) -> Option<DoneTo> {
    match resource.strip_prefix("arn:aws:s3:::")?.strip_prefix(bucket)? {
        "" => Some(DoneTo::Bucket),
        rest if rest.starts_with('/') => Some(DoneTo::Object),
        // A star at the end of the name means the bucket and everything in it.
        rest if rest.starts_with('*') => Some(DoneTo::Object),
        _ => None,
    }
}
