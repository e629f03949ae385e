//! What services refuse although the schema allows it: keys of tables, access lists and policies of buckets, policies of queues, where a bucket's events go.
//!
//! Tables, queues and buckets are read by the readers of a deployment. What the local cloud lacks of them is passed over here.

use super::invocations::{self, Callable};
use super::template::Foreseen;
use super::{Judgements, Place};
use crate::finding::{Finding, Findings};
use crate::tree::Node;
use crate::{buckets, queues, tables};
use stack::creation::is_public;

pub(super) fn judge(template: &Foreseen<'_>, findings: &Findings, judgements: &mut Judgements<'_>) {
    let own = Findings::default();
    for table in template.of_kind("AWS::DynamoDB::Table") {
        tables::read(table, &own);
    }
    for queue in template.of_kind("AWS::SQS::Queue") {
        queues::queue(queue, &own);
    }
    for policy in template.of_kind("AWS::SQS::QueuePolicy") {
        queues::policy(policy, &mut [], &own);
    }
    let read = buckets::read(template.resources, &own);
    // What the schema refuses is said already.
    let is_new = |finding: &Finding| !finding.is_lack && !findings.has_at(finding.position.unwrap_or_default());
    let found: Vec<Finding> = own.into_list().into_iter().filter(is_new).collect();
    for finding in found {
        findings.report(finding.position.unwrap_or_default(), &finding.place, finding.message);
    }
    for bucket in read.iter().filter(|bucket| bucket.public_access_block.block_public_policy) {
        if bucket.policy.as_ref().is_some_and(is_public) {
            let id = bucket.policy_logical_id.as_deref().unwrap_or(&bucket.logical_id);
            let found = template.of_kind("AWS::S3::BucketPolicy").find(|policy| policy.resource.id == id);
            let at = found.map(|policy| policy.at_value("PolicyDocument"));
            let at = at.unwrap_or(Place { resource: id, position: Default::default() });
            let repair = "the policy lets anybody in, which the bucket's BlockPublicPolicy forbids. Name who may read, such as a distribution with AWS:SourceArn; or turn BlockPublicPolicy and \
                          RestrictPublicBuckets off in the bucket's PublicAccessBlockConfiguration";
            judgements.refused(at, "S3", 403, "Access Denied".to_string(), repair.to_string());
        }
    }
    notifications(template, judgements);
}

/// S3 asks everything that it is told to send to whether it may, when the bucket is made.
fn notifications(template: &Foreseen<'_>, judgements: &mut Judgements<'_>) {
    for bucket in template.of_kind("AWS::S3::Bucket") {
        let path = "NotificationConfiguration.LambdaConfigurations";
        for configuration in bucket.value(path).map(Node::items).unwrap_or_default() {
            let Some(function) = configuration.get("Function").and_then(Node::text) else { continue };
            let Some(callable) = Callable::of(function) else { continue };
            let arn = format!("arn:aws:s3:::{}", bucket.name);
            if invocations::refusal(template, &callable, "s3.amazonaws.com", Some(&arn)).is_some() {
                let at = Place { resource: &bucket.resource.id, position: configuration.position };
                let repair = format!(
                    "add an AWS::Lambda::Permission of {} with Principal s3.amazonaws.com and SourceArn {arn}, and let the bucket \
                     wait for it with DependsOn",
                    callable.label(template)
                );
                let message = "Unable to validate the following destination configurations".to_string();
                judgements.refused(at, "S3", 400, message, repair);
            }
        }
    }
}
