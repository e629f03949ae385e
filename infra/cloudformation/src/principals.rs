//! Whether whom policies name exists when they are made: roles and users of the account, by their ARNs.
//!
//! The grammar of policies (`stack::policy`) judges how a principal is written. IAM, S3, SQS and Lambda also look for it. A role of the same
//! template is there if the policy waits for it, and one that an account has is there before. The template's own text tells of the first
//! alone, so a look at a file leaves open what only an account can say.

use super::finding::Findings;
use super::policies;
use super::roles;
use super::tree::Node;
use super::usage_plans::waits_for;
use super::{Resolved, StackOptions};
use stack::policy::{PolicyKind, absent_principal_of_permission, invalid_principal_of_permission, is_role_or_user};
use stack::role_arn;

/// Reports every principal that is not there.
pub(super) fn check(resources: &[Resolved<'_>], options: &StackOptions, findings: &Findings) {
    for resource in resources {
        let is_absent = |arn: &str| is_role_or_user(arn) && is_absent(arn, resource, resources, options);
        let report = |property: &str, kind: PolicyKind<'_>| {
            let Some(document) = resource.properties.get(property) else { return };
            let place = format!("{}.Properties.{property}", resource.resource.id);
            policies::absent_principals(document, &place, kind, is_absent, findings);
        };
        match resource.kind() {
            "AWS::IAM::Role" | "AWS::Serverless::Function" => report("AssumeRolePolicyDocument", PolicyKind::Trust),
            "AWS::S3::BucketPolicy" => report("PolicyDocument", PolicyKind::Bucket("")),
            "AWS::SQS::QueuePolicy" => report("PolicyDocument", PolicyKind::Queue("")),
            "AWS::Lambda::Permission" => {
                let Some(node) = resource.properties.get("Principal") else { continue };
                let Some(named) = node.text() else { continue };
                let refused = match is_absent(named) {
                    true => Some(absent_principal_of_permission(named)),
                    false => invalid_principal_of_permission(named),
                };
                if let Some((refusal, help)) = refused {
                    let place = format!("{}.Properties.Principal", resource.resource.id);
                    findings.refuse(node.position, &place, &refusal, format!("{refusal}; {help}"));
                }
            }
            _ => {}
        }
    }
}

fn is_absent(arn: &str, resource: &Resolved<'_>, resources: &[Resolved<'_>], options: &StackOptions) -> bool {
    let account = options.principals.as_ref();
    if account.is_some_and(|account| account.contains(arn)) {
        return false;
    }
    let makes_it = |other: &&Resolved<'_>| match other.kind() {
        "AWS::IAM::Role" => {
            let path = other.properties.get("Path").and_then(Node::text).unwrap_or("/");
            arn == role_arn(&format!("{}{}", path.trim_start_matches('/'), other.name))
        }
        "AWS::Serverless::Function" if other.properties.get("Role").is_none() => {
            arn == role_arn(&roles::generated_name(&options.stack_name, &other.resource.id))
        }
        _ => false,
    };
    let Some(maker) = resources.iter().find(makes_it) else { return account.is_some() };
    let id = maker.resource.id.as_str();
    let find = |id: &str| resources.iter().find(|other| other.resource.id == id).map(|other| other.resource);
    let is_maker = |name: &str| {
        let name = name.split('.').next().unwrap_or_default();
        name == id || name.strip_suffix("Role") == Some(id)
    };
    !waits_for(resource.resource, &find, &is_maker)
}
