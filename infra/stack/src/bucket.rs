//! S3's part of a stack. Read `s3` to see what each of these does to a request.

use serde::Serialize;
use serde_json::Value;

/// An S3 bucket.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bucket {
    /// The template's name for it.
    pub logical_id: String,
    /// `BucketName`, or a name made from the logical id.
    pub name: String,
    /// `PublicAccessBlockConfiguration`; all four where the template has none, as for every new bucket.
    pub public_access_block: PublicAccessBlock,
    /// The bucket policy's document, if there is one.
    pub policy: Option<Value>,
    /// The template's name for the policy.
    pub policy_logical_id: Option<String>,
    /// `WebsiteConfiguration`.
    pub website: Option<WebsiteConfiguration>,
    /// `CorsConfiguration.CorsRules`, in their order: the first that fits is applied.
    pub cors_rules: Vec<CorsRule>,
    /// `VersioningConfiguration.Status`: `Enabled` or `Suspended`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub versioning: Option<String>,
}

/// Which kinds of public access are blocked.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`.
    pub block_public_acls: bool,
    /// `BlockPublicPolicy`: a policy that lets anybody in cannot be put.
    pub block_public_policy: bool,
    /// `IgnorePublicAcls`.
    pub ignore_public_acls: bool,
    /// `RestrictPublicBuckets`: a policy that lets anybody in is worth nothing.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All four.
    pub const ALL: PublicAccessBlock = PublicAccessBlock {
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
    };
}

/// What turns a bucket into a website.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct WebsiteConfiguration {
    /// `IndexDocument`, the page of every folder.
    pub index_document: String,
    /// `ErrorDocument`, shown instead of S3's own error page.
    pub error_document: Option<String>,
    /// `RedirectAllRequestsTo`.
    pub redirect_all_requests_to: Option<RedirectAllRequestsTo>,
    /// `RoutingRules`, in their order: the first that fits is applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routing_rules: Vec<RoutingRule>,
}

/// When a website's request is sent elsewhere, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RoutingRule {
    /// `RoutingRuleCondition.KeyPrefixEquals`.
    pub key_prefix_equals: Option<String>,
    /// `RoutingRuleCondition.HttpErrorCodeReturnedEquals`.
    pub http_error_code_returned_equals: Option<String>,
    /// `RedirectRule.HostName`; the request's own unless set.
    pub host_name: Option<String>,
    /// `RedirectRule.HttpRedirectCode`; 301 unless set.
    pub http_redirect_code: Option<String>,
    /// `RedirectRule.Protocol`; the request's own unless set.
    pub protocol: Option<String>,
    /// `RedirectRule.ReplaceKeyPrefixWith`: takes the place of the prefix in the condition.
    pub replace_key_prefix_with: Option<String>,
    /// `RedirectRule.ReplaceKeyWith`: takes the place of the key.
    pub replace_key_with: Option<String>,
}

/// Another host that has the website.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RedirectAllRequestsTo {
    /// `HostName`.
    pub host_name: String,
    /// `Protocol`; the request's own unless set.
    pub protocol: Option<String>,
}

/// What pages of some origins may do with a bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CorsRule {
    /// `AllowedOrigins`, each with at most one `*`.
    pub allowed_origins: Vec<String>,
    /// `AllowedMethods`.
    pub allowed_methods: Vec<String>,
    /// `AllowedHeaders`, of the preflight.
    pub allowed_headers: Vec<String>,
    /// `ExposedHeaders`.
    pub exposed_headers: Vec<String>,
    /// `MaxAge`, in seconds.
    pub max_age_seconds: Option<u32>,
}
