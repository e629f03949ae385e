//! `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`.

use super::Resolved;
use super::finding::{Findings, suggestion};
use super::policies::{self, PolicyKind};
use crate::stack::Bucket;

const BLOCKS: [&str; 4] = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Every bucket of the template, with its policy.
pub(super) fn read(resources: &[Resolved<'_>], findings: &Findings) -> Vec<Bucket> {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let mut buckets: Vec<Bucket> =
        of_kind("AWS::S3::Bucket").filter_map(|resource| bucket(resource, findings)).collect();
    for resource in of_kind("AWS::S3::BucketPolicy") {
        policy(resource, &mut buckets, findings);
    }
    buckets
}

fn bucket(resource: &Resolved<'_>, findings: &Findings) -> Option<Bucket> {
    let mut fields = resource.fields("AWS::S3::Bucket", findings)?;
    fields.text("BucketName");
    let name = resource.name.clone();
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if name.len() < 3 || name.len() > 63 || !name.chars().all(legal) {
        let message = format!("{name:?} is no bucket name: 3 to 63 lower-case letters, digits, hyphens and dots");
        fields.report("BucketName", message);
    }
    // New buckets have all four blocks; a template that names some of them turns the others off.
    let mut public_access_blocked = true;
    if let Some(mut blocks) =
        fields.fields("PublicAccessBlockConfiguration", "AWS::S3::Bucket.PublicAccessBlockConfiguration")
    {
        for block in BLOCKS {
            public_access_blocked &= blocks.boolean(block).unwrap_or(false);
        }
        blocks.done();
    }
    let website = fields.node("WebsiteConfiguration").map(|node| node.to_json());
    if let Some(mut site) = fields.fields("WebsiteConfiguration", "AWS::S3::Bucket.WebsiteConfiguration") {
        site.text("IndexDocument");
        site.text("ErrorDocument");
        site.done();
    }
    fields.done();
    Some(Bucket { logical_id: resource.resource.id.clone(), name, public_access_blocked, policy: None, website })
}

fn policy(resource: &Resolved<'_>, buckets: &mut [Bucket], findings: &Findings) {
    let Some(mut fields) = resource.fields("AWS::S3::BucketPolicy", findings) else { return };
    fields.required(&["Bucket", "PolicyDocument"]);
    let place = fields.at("PolicyDocument");
    let document = fields.node("PolicyDocument");
    let document = document.and_then(|node| policies::document(node, &place, PolicyKind::Resource, findings));
    if let Some(name) = fields.text("Bucket") {
        match buckets.iter_mut().find(|bucket| bucket.name == name) {
            Some(bucket) if bucket.policy.is_some() => {
                fields.report(
                    "Bucket",
                    format!("{name} has a policy already; a bucket has one, so put the statements together"),
                );
            }
            Some(bucket) => bucket.policy = document,
            None => {
                let known = buckets.iter().map(|bucket| bucket.name.as_str());
                fields.report("Bucket", format!("the template has no bucket {name}; {}", suggestion(&name, known)));
            }
        }
    }
    fields.done();
}
