//! `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`.

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::policies;
use super::tree::Node;
use stack::policy::{PolicyKind, ServiceRefusal};
use stack::{Bucket, CorsRule, PublicAccessBlock, RedirectAllRequestsTo, RoutingRule, WebsiteConfiguration};

/// The methods that a CORS rule can allow.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

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
    if !is_bucket_name(&name) {
        let characters = "3 to 63 lower-case letters, digits, hyphens and dots";
        let form = "that begin and end with a letter or digit, without two dots in a row, and are not an IP address";
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        let all = (3..=63).contains(&name.len()) && name.chars().all(legal);
        let wanted = if all { format!("{characters} {form}") } else { characters.to_string() };
        let message = format!("{name:?} is not a bucket name: {wanted}");
        fields.report("BucketName", message);
    }
    let public_access_block = public_access_block(&mut fields);
    access_control(&mut fields);
    encryption(&mut fields);
    lifecycle(&fields, resource.properties.get(LIFECYCLE));
    let website = website(&mut fields);
    let cors_rules = cors_rules(&mut fields);
    let versioning = versioning(&mut fields);
    fields.done();
    Some(Bucket {
        logical_id: resource.resource.id.clone(),
        name,
        public_access_block,
        policy: None,
        policy_logical_id: None,
        website,
        cors_rules,
        versioning,
    })
}

/// What S3 refuses of the field `name` when it is to make the bucket.
fn refuse(fields: &Fields<'_>, name: &str, code: &'static str, message: &str) {
    let refusal = ServiceRefusal { service: "S3", status: 400, code, message: message.to_string() };
    fields.refuse_creation(name, &refusal, None);
}

/// ACLs are off unless the bucket's owner gives up being the owner of every object, and off locally in any case. Two of them are for
/// objects, and S3 ignores them at buckets.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
fn access_control(fields: &mut Fields<'_>) {
    const LISTS: [&str; 8] = [
        "AuthenticatedRead",
        "AwsExecRead",
        "BucketOwnerFullControl",
        "BucketOwnerRead",
        "LogDeliveryWrite",
        "Private",
        "PublicRead",
        "PublicReadWrite",
    ];
    let mut enforced = true;
    if let Some(mut controls) = fields.fields("OwnershipControls", "AWS::S3::Bucket.OwnershipControls") {
        controls.required(&["Rules"]);
        for mut rule in controls.list_of_fields("Rules", "AWS::S3::Bucket.OwnershipControlsRule") {
            let kinds = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];
            enforced = rule.one_of("ObjectOwnership", &kinds).is_none_or(|kind| kind == "BucketOwnerEnforced");
            rule.done();
        }
        controls.done();
    }
    match fields.one_of("AccessControl", &LISTS).as_deref() {
        None | Some("Private" | "BucketOwnerRead" | "BucketOwnerFullControl") => {}
        Some(_) if enforced => {
            let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
            refuse(fields, "AccessControl", "InvalidBucketAclWithObjectOwnership", message);
        }
        Some(list) => {
            let message = format!("the local cloud has no ACLs: grant what {list} would with a bucket policy");
            fields.lack("AccessControl", message);
        }
    }
}

/// New buckets have all four blocks; a template that names some of them turns the others off.
fn public_access_block(fields: &mut Fields<'_>) -> PublicAccessBlock {
    const NAME: &str = "PublicAccessBlockConfiguration";
    let Some(mut blocks) = fields.fields(NAME, "AWS::S3::Bucket.PublicAccessBlockConfiguration") else {
        return PublicAccessBlock::ALL;
    };
    let mut is_on = |name| blocks.boolean(name).unwrap_or(false);
    let block = PublicAccessBlock {
        block_public_acls: is_on("BlockPublicAcls"),
        block_public_policy: is_on("BlockPublicPolicy"),
        ignore_public_acls: is_on("IgnorePublicAcls"),
        restrict_public_buckets: is_on("RestrictPublicBuckets"),
    };
    blocks.done();
    block
}

const LIFECYCLE: &str = "LifecycleConfiguration";

/// A rule that does nothing is refused. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
fn lifecycle(fields: &Fields<'_>, configuration: Option<&Node>) {
    const ACTIONS: [&str; 10] = [
        "AbortIncompleteMultipartUpload",
        "ExpirationDate",
        "ExpirationInDays",
        "ExpiredObjectDeleteMarker",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionExpirationInDays",
        "NoncurrentVersionTransition",
        "NoncurrentVersionTransitions",
        "Transition",
        "Transitions",
    ];
    let rules = configuration.and_then(|configuration| configuration.get("Rules")).map(Node::items).unwrap_or_default();
    let is_idle = |rule: &&Node| rule.is_mapping() && !ACTIONS.iter().any(|action| rule.get(action).is_some());
    if rules.iter().any(|rule| is_idle(&rule)) {
        refuse(fields, LIFECYCLE, "InvalidRequest", "At least one action needs to be specified in a rule");
    }
}

/// Every object is answered as encrypted with AES256, also where the template asks for the key of KMS that S3 has in each account, as that
/// of SAM's own bucket does: whoever may read there may use it. A key of one's own is refused to those whom its policy does not name.
fn encryption(fields: &mut Fields<'_>) {
    const RULE: &str = "AWS::S3::Bucket.ServerSideEncryptionRule";
    const DEFAULT: &str = "AWS::S3::Bucket.ServerSideEncryptionByDefault";
    let Some(mut encryption) = fields.fields("BucketEncryption", "AWS::S3::Bucket.BucketEncryption") else { return };
    encryption.required(&["ServerSideEncryptionConfiguration"]);
    for mut rule in encryption.list_of_fields("ServerSideEncryptionConfiguration", RULE) {
        rule.boolean("BucketKeyEnabled");
        if let Some(mut default) = rule.fields("ServerSideEncryptionByDefault", DEFAULT) {
            default.required(&["SSEAlgorithm"]);
            default.one_of("SSEAlgorithm", &["AES256", "aws:kms", "aws:kms:dsse"]);
            if default.text("KMSMasterKeyID").is_some() {
                default.lack("KMSMasterKeyID", "the local cloud has no keys of KMS: leave it out");
            }
            default.done();
        }
        rule.done();
    }
    encryption.done();
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_bucket_name(name: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| alphanumeric(c) || c == '-' || c == '.')
        && name.starts_with(alphanumeric)
        && name.ends_with(alphanumeric)
        && !name.contains("..")
        && !name.starts_with("xn--")
        && name.parse::<std::net::IpAddr>().is_err()
}

fn website(fields: &mut Fields<'_>) -> Option<WebsiteConfiguration> {
    let mut site = fields.fields("WebsiteConfiguration", "AWS::S3::Bucket.WebsiteConfiguration")?;
    let mut configuration = WebsiteConfiguration {
        index_document: site.text("IndexDocument").unwrap_or_default(),
        error_document: site.text("ErrorDocument"),
        redirect_all_requests_to: None,
        routing_rules: routing_rules(&mut site),
    };
    if let Some(mut redirect) = site.fields("RedirectAllRequestsTo", "AWS::S3::Bucket.RedirectAllRequestsTo") {
        redirect.required(&["HostName"]);
        let protocol = redirect.one_of("Protocol", &["http", "https"]);
        let host_name = redirect.text("HostName").unwrap_or_default();
        configuration.redirect_all_requests_to = Some(RedirectAllRequestsTo { host_name, protocol });
        redirect.done();
        // Our words: AWS's guide says that no other property may stand beside it, and not what S3 says then.
        for other in ["ErrorDocument", "IndexDocument", "RoutingRules"] {
            if site.node(other).is_some() {
                let message = "cannot stand beside RedirectAllRequestsTo; leave it out: a bucket that redirects every request shows no page";
                site.report(other, message);
            }
        }
    } else if site.node("IndexDocument").is_none() {
        // <https://github.com/awsdocs/aws-cloudformation-user-guide/pull/896>
        site.report("IndexDocument", "CREATE_FAILED: Property IndexDocument cannot be empty; name the page of a folder, such as index.html, or write RedirectAllRequestsTo");
    }
    site.done();
    Some(configuration)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html#advanced-conditional-redirects>
fn routing_rules(site: &mut Fields<'_>) -> Vec<RoutingRule> {
    let mut rules = Vec::new();
    for mut rule in site.list_of_fields("RoutingRules", "AWS::S3::Bucket.RoutingRule") {
        rule.required(&["RedirectRule"]);
        let mut read = RoutingRule::default();
        if let Some(mut condition) = rule.fields("RoutingRuleCondition", "AWS::S3::Bucket.RoutingRuleCondition") {
            read.key_prefix_equals = condition.text("KeyPrefixEquals");
            read.http_error_code_returned_equals = condition.text("HttpErrorCodeReturnedEquals");
            condition.done();
        }
        if let Some(mut redirect) = rule.fields("RedirectRule", "AWS::S3::Bucket.RedirectRule") {
            read.host_name = redirect.text("HostName");
            read.http_redirect_code = redirect.text("HttpRedirectCode");
            read.protocol = redirect.one_of("Protocol", &["http", "https"]);
            read.replace_key_prefix_with = redirect.text("ReplaceKeyPrefixWith");
            read.replace_key_with = redirect.text("ReplaceKeyWith");
            if read.replace_key_prefix_with.is_some() && read.replace_key_with.is_some() {
                let message = "You can only define ReplaceKeyPrefix or ReplaceKey but not both.";
                refuse(&redirect, "ReplaceKeyWith", "InvalidRequest", message);
            }
            redirect.done();
        }
        rule.done();
        rules.push(read);
    }
    rules
}

fn versioning(fields: &mut Fields<'_>) -> Option<String> {
    let mut versioning = fields.fields("VersioningConfiguration", "AWS::S3::Bucket.VersioningConfiguration")?;
    versioning.required(&["Status"]);
    let status = versioning.one_of("Status", &["Enabled", "Suspended"]);
    versioning.done();
    status
}

fn cors_rules(fields: &mut Fields<'_>) -> Vec<CorsRule> {
    let Some(mut cors) = fields.fields("CorsConfiguration", "AWS::S3::Bucket.CorsConfiguration") else {
        return Vec::new();
    };
    cors.required(&["CorsRules"]);
    let mut rules = Vec::new();
    for mut rule in cors.list_of_fields("CorsRules", "AWS::S3::Bucket.CorsRule") {
        rule.required(&["AllowedMethods", "AllowedOrigins"]);
        rule.text("Id");
        let methods = rule.texts("AllowedMethods").unwrap_or_default();
        for method in methods.iter().filter(|method| !METHODS.contains(&method.as_str())) {
            // S3 answers preflights by itself, so OPTIONS is none of them.
            let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
            refuse(&rule, "AllowedMethods", "InvalidRequest", &message);
        }
        let origins = rule.texts("AllowedOrigins").unwrap_or_default();
        for origin in origins.iter().filter(|origin| origin.matches('*').count() > 1) {
            let message = format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.");
            refuse(&rule, "AllowedOrigins", "InvalidRequest", &message);
        }
        rules.push(CorsRule {
            allowed_origins: origins,
            allowed_methods: methods,
            allowed_headers: rule.texts("AllowedHeaders").unwrap_or_default(),
            exposed_headers: rule.texts("ExposedHeaders").unwrap_or_default(),
            max_age_seconds: rule.number("MaxAge", 0..=u32::MAX),
        });
        rule.done();
    }
    cors.done();
    rules
}

fn policy(resource: &Resolved<'_>, buckets: &mut [Bucket], findings: &Findings) {
    let Some(mut fields) = resource.fields("AWS::S3::BucketPolicy", findings) else { return };
    fields.required(&["Bucket", "PolicyDocument"]);
    let place = fields.at("PolicyDocument");
    let document = fields.node("PolicyDocument");
    if let Some(name) = fields.text("Bucket") {
        let document = document.and_then(|node| policies::document(node, &place, PolicyKind::Bucket(&name), findings));
        match buckets.iter_mut().find(|bucket| bucket.name == name) {
            Some(bucket) if bucket.policy.is_some() => {
                fields.report(
                    "Bucket",
                    format!("The bucket policy already exists on bucket {name}; a bucket has one, so put the statements together"),
                );
            }
            Some(bucket) => {
                bucket.policy = document;
                bucket.policy_logical_id = Some(resource.resource.id.clone());
            }
            None => {
                let known = buckets.iter().map(|bucket| bucket.name.as_str());
                fields.lack("Bucket", format!("the template has no bucket {name}; {}", suggestion(&name, known)));
            }
        }
    }
    fields.done();
}
