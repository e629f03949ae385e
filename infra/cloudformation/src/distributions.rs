//! `AWS::CloudFront::Distribution` in front of one bucket, with its origin access control and its headers policy.

use std::collections::BTreeMap;

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::response_headers;
use stack::{Bucket, CustomErrorResponse, Distribution, REGION};

const CONFIG: &str = "AWS::CloudFront::Distribution.DistributionConfig";

/// What a distribution can refer to, by id.
struct DistributionParts {
    /// Whether the control signs every request.
    access_controls: BTreeMap<String, bool>,
    headers: BTreeMap<String, Vec<(String, String)>>,
}

/// Every distribution of the template.
pub(super) fn read(resources: &[Resolved<'_>], buckets: &[Bucket], findings: &Findings) -> Vec<Distribution> {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let controls = of_kind("AWS::CloudFront::OriginAccessControl");
    let policies = of_kind("AWS::CloudFront::ResponseHeadersPolicy");
    let parts = DistributionParts {
        access_controls: controls.map(|control| (control.name.clone(), signs(control, findings))).collect(),
        headers: policies.map(|policy| (policy.name.clone(), response_headers::read(policy, findings))).collect(),
    };
    let distributions = of_kind("AWS::CloudFront::Distribution");
    distributions.filter_map(|resource| distribution(resource, buckets, &parts, findings)).collect()
}

fn signs(resource: &Resolved<'_>, findings: &Findings) -> bool {
    let Some(mut fields) = resource.fields("AWS::CloudFront::OriginAccessControl", findings) else { return false };
    fields.required(&["OriginAccessControlConfig"]);
    let of = "AWS::CloudFront::OriginAccessControl.OriginAccessControlConfig";
    let mut signs = false;
    if let Some(mut config) = fields.fields("OriginAccessControlConfig", of) {
        config.required(&["Name", "OriginAccessControlOriginType", "SigningBehavior", "SigningProtocol"]);
        config.one_of("OriginAccessControlOriginType", &["s3"]);
        config.one_of("SigningProtocol", &["sigv4"]);
        let behavior = config.one_of("SigningBehavior", &["always", "never", "no-override"]);
        signs = behavior.is_some_and(|behavior| behavior != "never");
        config.done();
    }
    fields.done();
    signs
}

fn distribution(
    resource: &Resolved<'_>,
    buckets: &[Bucket],
    parts: &DistributionParts,
    findings: &Findings,
) -> Option<Distribution> {
    let mut fields = resource.fields("AWS::CloudFront::Distribution", findings)?;
    fields.required(&["DistributionConfig"]);
    let config = fields.fields("DistributionConfig", CONFIG);
    fields.done();
    let mut config = config?;
    config.required(&["Enabled", "Origins", "DefaultCacheBehavior"]);
    if config.boolean("Enabled") == Some(false) {
        config.report("Enabled", "a disabled distribution answers nobody; leave it out, or enable it");
    }
    let default_root_object = config.text("DefaultRootObject").filter(|object| !object.is_empty());
    if default_root_object.as_ref().is_some_and(|object| object.starts_with('/')) {
        config.report("DefaultRootObject", "must not start with a slash");
    }
    let origins = origins(&mut config, buckets, parts);
    let behavior = default_behavior(&mut config, parts);
    let custom_error_responses = error_responses(&mut config);
    let (target, allowed_methods, response_headers) = behavior?;
    let found = origins.iter().find(|origin| origin.id == target);
    if found.is_none() && !origins.is_empty() {
        let known = origins.iter().map(|origin| origin.id.as_str());
        let message =
            format!("TargetOriginId {target} is not an origin of this distribution; {}", suggestion(&target, known));
        config.report("DefaultCacheBehavior", message);
    }
    config.done();
    let origin = found?;
    Some(Distribution {
        logical_id: resource.resource.id.clone(),
        id: resource.name.clone(),
        bucket: origin.bucket.clone()?,
        origin_access_control: origin.access_control,
        default_root_object,
        custom_error_responses,
        response_headers,
        allowed_methods,
    })
}

struct Origin {
    id: String,
    bucket: Option<String>,
    access_control: bool,
}

fn origins(config: &mut Fields<'_>, buckets: &[Bucket], parts: &DistributionParts) -> Vec<Origin> {
    let mut origins = Vec::new();
    for mut origin in config.list_of_fields("Origins", "AWS::CloudFront::Distribution.Origin") {
        origin.required(&["Id", "DomainName"]);
        let domain = origin.text("DomainName");
        let bucket = domain.as_ref().and_then(|domain| bucket_of(domain, buckets));
        if let Some(domain) = domain
            && bucket.is_none()
        {
            let message = format!(
                "{domain} is not a bucket of this template; the local edge reads from buckets only \
                 (!GetAtt Bucket.RegionalDomainName)"
            );
            origin.report("DomainName", message);
        }
        if let Some(mut s3) = origin.fields("S3OriginConfig", "AWS::CloudFront::Distribution.S3OriginConfig") {
            s3.one_of("OriginAccessIdentity", &[""]);
            s3.done();
        }
        let control = origin.text("OriginAccessControlId");
        let access_control = control.is_some_and(|control| match parts.access_controls.get(&control) {
            Some(signs) => *signs,
            None => {
                origin.report("OriginAccessControlId", format!("the template has no origin access control {control}"));
                false
            }
        });
        if let Some(id) = origin.text("Id") {
            origins.push(Origin { id, bucket, access_control });
        }
        origin.done();
    }
    origins
}

fn bucket_of(domain: &str, buckets: &[Bucket]) -> Option<String> {
    let hosts = |name: &str| [format!("{name}.s3.{REGION}.amazonaws.com"), format!("{name}.s3.amazonaws.com")];
    let found = buckets.iter().find(|bucket| hosts(&bucket.name).iter().any(|host| host == domain));
    found.map(|bucket| bucket.name.clone())
}

type Behavior = (String, Vec<String>, Vec<(String, String)>);

fn default_behavior(config: &mut Fields<'_>, parts: &DistributionParts) -> Option<Behavior> {
    let of = "AWS::CloudFront::Distribution.DefaultCacheBehavior";
    let mut behavior = config.fields("DefaultCacheBehavior", of)?;
    behavior.required(&["TargetOriginId", "ViewerProtocolPolicy"]);
    behavior.one_of("ViewerProtocolPolicy", &["allow-all", "https-only", "redirect-to-https"]);
    let target = behavior.text("TargetOriginId");
    let methods = behavior.texts("AllowedMethods").unwrap_or_else(|| vec!["GET".into(), "HEAD".into()]);
    let mut sorted: Vec<&str> = methods.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let sets: [&[&str]; 3] =
        [&["GET", "HEAD"], &["GET", "HEAD", "OPTIONS"], &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]];
    if !sets.contains(&sorted.as_slice()) {
        let message = "CloudFront allows three sets: GET, HEAD; these and OPTIONS; or all seven methods";
        behavior.report("AllowedMethods", message);
    }
    let mut headers = Vec::new();
    if let Some(id) = behavior.text("ResponseHeadersPolicyId") {
        match parts.headers.get(&id).cloned().or_else(|| response_headers::managed(&id)) {
            Some(known) => headers = known,
            None => {
                behavior.report("ResponseHeadersPolicyId", format!("the template has no response headers policy {id}"))
            }
        }
    }
    behavior.done();
    Some((target?, methods, headers))
}

fn error_responses(config: &mut Fields<'_>) -> Vec<CustomErrorResponse> {
    let mut responses = Vec::new();
    for mut response in
        config.list_of_fields("CustomErrorResponses", "AWS::CloudFront::Distribution.CustomErrorResponse")
    {
        response.required(&["ErrorCode"]);
        let error_code = response.number("ErrorCode", 400..=599);
        let response_code = response.number("ResponseCode", 200..=599);
        let response_page_path = response.text("ResponsePagePath");
        if response_code.is_some() != response_page_path.is_some() {
            response.findings.report(
                response.position,
                &response.place,
                "ResponseCode and ResponsePagePath go together",
            );
        }
        if response_page_path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            response.report("ResponsePagePath", "must start with a slash");
        }
        response.done();
        // Without a page only the caching time is set, which the local edge does not need.
        if let (Some(error_code), Some(response_code), Some(response_page_path)) =
            (error_code, response_code, response_page_path)
        {
            responses.push(CustomErrorResponse { error_code, response_code, response_page_path });
        }
    }
    responses
}
