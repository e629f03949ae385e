//! `AWS::CloudFront::Distribution` in front of buckets and of the template's API, with its origin access control and its headers policy.

use std::collections::{BTreeMap, BTreeSet};

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::response_headers;
use stack::{
    Bucket, CacheBehavior, CustomErrorResponse, Distribution, Origin, OriginRequestPolicy, REGION, RestApi,
    RestApiOrigin, api_domain_name,
};

const CONFIG: &str = "AWS::CloudFront::Distribution.DistributionConfig";

/// AWS's managed cache policy CachingDisabled.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// AWS's managed origin request policy AllViewer.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html>
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";
/// AWS's managed origin request policy AllViewerExceptHostHeader.
const ALL_VIEWER_EXCEPT_HOST_HEADER: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// What CloudFront says of a target that is not there, as CloudFormation passes it on.
const NO_SUCH_ORIGIN: &str = "Invalid request provided: AWS::CloudFront::Distribution: One or more of your cache \
                              behavior target origins or origin groups do not exist.";
/// And of an origin without its kind, or with two.
const ONE_KIND: &str =
    "Invalid request provided: Exactly one of CustomOriginConfig, VpcOriginConfig and S3OriginConfig must be specified";

/// What a distribution can refer to.
struct DistributionParts<'p> {
    /// Whether the control signs every request, by id.
    access_controls: BTreeMap<String, bool>,
    headers: BTreeMap<String, Vec<(String, String)>>,
    buckets: &'p [Bucket],
    /// The ids of the template's APIs.
    apis: BTreeSet<&'p str>,
    /// Where they answer.
    api_domain: Option<&'p str>,
}

/// Every distribution of the template, whose APIs answer at `api_domain`.
pub(super) fn read(
    resources: &[Resolved<'_>],
    (buckets, apis): (&[Bucket], &[RestApi]),
    api_domain: Option<&str>,
    findings: &Findings,
) -> Vec<Distribution> {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let controls = of_kind("AWS::CloudFront::OriginAccessControl");
    let policies = of_kind("AWS::CloudFront::ResponseHeadersPolicy");
    let parts = DistributionParts {
        access_controls: controls.map(|control| (control.name.clone(), signs(control, findings))).collect(),
        headers: policies.map(|policy| (policy.name.clone(), response_headers::read(policy, findings))).collect(),
        buckets,
        apis: apis.iter().map(|api| api.id.as_str()).collect(),
        api_domain,
    };
    let distributions = of_kind("AWS::CloudFront::Distribution");
    distributions.filter_map(|resource| distribution(resource, &parts, findings)).collect()
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

fn distribution(resource: &Resolved<'_>, parts: &DistributionParts<'_>, findings: &Findings) -> Option<Distribution> {
    let mut fields = resource.fields("AWS::CloudFront::Distribution", findings)?;
    fields.required(&["DistributionConfig"]);
    let config = fields.fields("DistributionConfig", CONFIG);
    fields.done();
    let mut config = config?;
    config.required(&["Enabled", "Origins", "DefaultCacheBehavior"]);
    if config.boolean("Enabled") == Some(false) {
        config.lack("Enabled", "a disabled distribution answers nobody; leave it out, or enable it");
    }
    let default_root_object = config.text("DefaultRootObject").filter(|object| !object.is_empty());
    if default_root_object.as_ref().is_some_and(|object| object.starts_with('/')) {
        config.report("DefaultRootObject", "must not start with a slash");
    }
    let origins = origins(&mut config, parts);
    let default = config.fields("DefaultCacheBehavior", "AWS::CloudFront::Distribution.DefaultCacheBehavior");
    let default = default.and_then(|fields| behavior(fields, None, &origins, parts));
    let others = other_behaviors(&mut config, &origins, parts);
    let custom_error_responses = error_responses(&mut config);
    config.done();
    Some(Distribution {
        logical_id: resource.resource.id.clone(),
        id: resource.name.clone(),
        default_root_object,
        custom_error_responses,
        default_cache_behavior: default?,
        cache_behaviors: others,
    })
}

/// An origin as far as the template can be read.
struct ReadOrigin {
    id: String,
    target: Option<OriginTarget>,
}

/// What an origin's domain names, with its `OriginPath`.
enum OriginTarget {
    Bucket { name: String, access_control: bool, path: String },
    RestApi { domain_name: String, path: String },
}

fn origins(config: &mut Fields<'_>, parts: &DistributionParts<'_>) -> Vec<ReadOrigin> {
    let mut origins: Vec<ReadOrigin> = Vec::new();
    for mut origin in config.list_of_fields("Origins", "AWS::CloudFront::Distribution.Origin") {
        origin.required(&["Id", "DomainName"]);
        let target = target(&mut origin, parts);
        if let Some(id) = origin.text("Id") {
            if origins.iter().any(|known| known.id == id) {
                origin.report("Id", format!("{id} is the id of another origin of this distribution"));
            }
            origins.push(ReadOrigin { id, target });
        }
        origin.done();
    }
    origins
}

fn target(origin: &mut Fields<'_>, parts: &DistributionParts<'_>) -> Option<OriginTarget> {
    let domain = origin.text("DomainName");
    let path = origin.text("OriginPath").unwrap_or_default();
    if !path.is_empty() && (!path.starts_with('/') || path.ends_with('/')) {
        origin.report("OriginPath", format!("must start with a slash and not end with one, and is {path:?}"));
    }
    let s3 = origin.fields("S3OriginConfig", "AWS::CloudFront::Distribution.S3OriginConfig");
    let custom = origin.fields("CustomOriginConfig", "AWS::CloudFront::Distribution.CustomOriginConfig");
    let kinds = (s3.is_some(), custom.is_some());
    if kinds.0 == kinds.1 {
        let help = "a bucket has S3OriginConfig: {OriginAccessIdentity: ''}, with OriginAccessControlId as well; an API has \
                    CustomOriginConfig";
        origin.findings.report(origin.position, &origin.place, refused(ONE_KIND, help));
    }
    if let Some(mut s3) = s3 {
        s3.one_of("OriginAccessIdentity", &[""]);
        s3.done();
    }
    if let Some(mut custom) = custom {
        custom.required(&["OriginProtocolPolicy"]);
        // An API answers https and nothing else.
        custom.one_of("OriginProtocolPolicy", &["https-only", "match-viewer"]);
        custom.done();
    }
    let control = origin.text("OriginAccessControlId").filter(|control| !control.is_empty());
    let access_control = control.as_ref().is_some_and(|control| match parts.access_controls.get(control) {
        Some(signs) => *signs,
        None => {
            origin.lack("OriginAccessControlId", format!("the template has no origin access control {control}"));
            false
        }
    });
    let domain = domain?;
    if let Some(name) = bucket_of(&domain, parts.buckets) {
        if kinds == (false, true) {
            origin.lack("CustomOriginConfig", "the local edge reads a bucket with S3OriginConfig only");
        }
        return Some(OriginTarget::Bucket { name, access_control, path });
    }
    if !parts.apis.iter().any(|id| api_domain_name(id) == domain) {
        let message = format!(
            "{domain} is not a bucket or an API of this template; the local edge asks these only \
             (!GetAtt Bucket.RegionalDomainName, !Sub '${{Api}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}')"
        );
        origin.lack("DomainName", message);
        return None;
    }
    if kinds == (true, false) {
        origin.report("S3OriginConfig", "The parameter Origin DomainName does not refer to a valid S3 bucket.");
    }
    if control.is_some() {
        origin.report("OriginAccessControlId", "an API does not ask who signed: no access control is for it");
    }
    Some(OriginTarget::RestApi { domain_name: domain, path })
}

fn bucket_of(domain: &str, buckets: &[Bucket]) -> Option<String> {
    let hosts = |name: &str| [format!("{name}.s3.{REGION}.amazonaws.com"), format!("{name}.s3.amazonaws.com")];
    let found = buckets.iter().find(|bucket| hosts(&bucket.name).iter().any(|host| host == domain));
    found.map(|bucket| bucket.name.clone())
}

/// `CacheBehaviors`, in their order.
fn other_behaviors(
    config: &mut Fields<'_>,
    origins: &[ReadOrigin],
    parts: &DistributionParts<'_>,
) -> Vec<CacheBehavior> {
    let mut patterns: Vec<String> = Vec::new();
    let mut behaviors = Vec::new();
    for mut fields in config.list_of_fields("CacheBehaviors", "AWS::CloudFront::Distribution.CacheBehavior") {
        fields.required(&["PathPattern"]);
        let Some(pattern) = fields.text("PathPattern") else { continue };
        if let Some(character) = pattern.chars().find(|one| !is_of_a_pattern(*one)) {
            fields.report("PathPattern", format!("{character:?} cannot stand in a path pattern"));
        }
        if patterns.iter().any(|known| known.trim_start_matches('/') == pattern.trim_start_matches('/')) {
            fields.report("PathPattern", format!("{pattern} is the pattern of another behavior, which comes first"));
        }
        patterns.push(pattern.clone());
        behaviors.extend(behavior(fields, Some(pattern), origins, parts));
    }
    behaviors
}

/// The characters of a pattern.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>
fn is_of_a_pattern(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_-.*$/~\"'@:+&?".contains(character)
}

/// One behaviour, for the paths of `path_pattern` or for all that are left.
fn behavior(
    mut behavior: Fields<'_>,
    path_pattern: Option<String>,
    origins: &[ReadOrigin],
    parts: &DistributionParts<'_>,
) -> Option<CacheBehavior> {
    behavior.required(&["TargetOriginId", "ViewerProtocolPolicy"]);
    behavior.one_of("ViewerProtocolPolicy", &["allow-all", "https-only", "redirect-to-https"]);
    let target = behavior.text("TargetOriginId");
    let found = target.as_ref().and_then(|target| origins.iter().find(|origin| origin.id == *target));
    if let (Some(target), None) = (&target, found)
        && !origins.is_empty()
    {
        let known = origins.iter().map(|origin| origin.id.as_str());
        let help =
            format!("TargetOriginId {target} is not an origin of this distribution; {}", suggestion(target, known));
        behavior.report("TargetOriginId", refused(NO_SUCH_ORIGIN, &help));
    }
    let allowed_methods = allowed_methods(&mut behavior);
    let mut response_headers = Vec::new();
    if let Some(id) = behavior.text("ResponseHeadersPolicyId") {
        match parts.headers.get(&id).cloned().or_else(|| response_headers::managed(&id)) {
            Some(known) => response_headers = known,
            None => {
                behavior.lack("ResponseHeadersPolicyId", format!("the template has no response headers policy {id}"))
            }
        }
    }
    let origin = match found.and_then(|origin| origin.target.as_ref()) {
        Some(OriginTarget::Bucket { name, access_control, path }) => {
            Some(Origin::Bucket { name: name.clone(), access_control: *access_control, path: path.clone() })
        }
        Some(OriginTarget::RestApi { domain_name, path }) => {
            let request_policy = policies_of_an_api(&mut behavior);
            request_policy.map(|request_policy| {
                let address = parts.api_domain.map(str::to_string);
                Origin::RestApi(RestApiOrigin {
                    domain_name: domain_name.clone(),
                    address,
                    path: path.clone(),
                    request_policy,
                })
            })
        }
        None => None,
    };
    behavior.done();
    Some(CacheBehavior { path_pattern, origin: origin?, allowed_methods, response_headers })
}

fn allowed_methods(behavior: &mut Fields<'_>) -> Vec<String> {
    let methods = behavior.texts("AllowedMethods").unwrap_or_else(|| vec!["GET".into(), "HEAD".into()]);
    let mut sorted: Vec<&str> = methods.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let sets: [&[&str]; 3] =
        [&["GET", "HEAD"], &["GET", "HEAD", "OPTIONS"], &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]];
    if !sets.contains(&sorted.as_slice()) {
        let message = "CloudFront allows three sets: GET, HEAD; these and OPTIONS; or all seven methods";
        behavior.report("AllowedMethods", message);
    }
    methods
}

/// What a behaviour passes on to an API. The local edge keeps no answers, and knows what two policies pass on; with others AWS would
/// do something else than is seen here.
fn policies_of_an_api(behavior: &mut Fields<'_>) -> Option<OriginRequestPolicy> {
    if behavior.text("CachePolicyId").as_deref() != Some(CACHING_DISABLED) {
        let message = format!(
            "the local edge keeps no answers, and with a policy other than CachingDisabled ({CACHING_DISABLED}) CloudFront answers \
             one reader with what another one was given"
        );
        behavior.lack("CachePolicyId", message);
    }
    match behavior.text("OriginRequestPolicyId").as_deref() {
        Some(ALL_VIEWER_EXCEPT_HOST_HEADER) => Some(OriginRequestPolicy::AllViewerExceptHostHeader),
        Some(ALL_VIEWER) => Some(OriginRequestPolicy::AllViewer),
        _ => {
            let message = format!(
                "the local edge asks an API with AllViewerExceptHostHeader ({ALL_VIEWER_EXCEPT_HOST_HEADER}) or AllViewer; without a \
                 policy CloudFront passes on no query string"
            );
            behavior.lack("OriginRequestPolicyId", message);
            None
        }
    }
}

/// What CloudFormation says when CloudFront refuses a distribution, and what to write.
fn refused(sentence: &str, help: &str) -> String {
    format!(
        "CREATE_FAILED: Resource handler returned message: \"{sentence}\" (HandlerErrorCode: InvalidRequest); {help}"
    )
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
