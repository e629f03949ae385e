//! What is set of a bucket: its policy, who is kept out, CORS, website, versioning, tags, encryption.
//!
//! Each setting is a document, as S3's API takes it and gives it back. A template's bucket gets the documents that CloudFormation would
//! put for it. <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::ErrorDocument;
use super::store::{Rows, Versioning};
use super::xml::Element;
use local::service::query_protocol::element;
use stack::{Bucket, CorsRule, PublicAccessBlock, RedirectAllRequestsTo, RoutingRule, WebsiteConfiguration};

/// The namespace of S3's documents.
pub(super) const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Who can own the objects of a bucket, as `ObjectOwnership` says it.
pub(super) const OWNERSHIPS: [&str; 3] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

/// The settings of one bucket, by the names of their subresources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(BTreeMap<String, String>);

impl Settings {
    pub(super) fn read(rows: &Rows<'_>, bucket: &str) -> Result<Settings, ErrorDocument> {
        Ok(Settings(rows.settings(bucket)?))
    }

    /// The document called `name`.
    pub(super) fn document(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn root(&self, name: &str, root: &str) -> Option<Element> {
        Element::root(self.document(name)?.as_bytes(), root).ok()
    }

    /// The bucket's policy.
    pub(crate) fn policy(&self) -> Option<Value> {
        serde_json::from_str(self.document("policy")?).ok()
    }

    /// What is blocked; nothing where nothing is set.
    pub(super) fn public_access_block(&self) -> PublicAccessBlock {
        let Some(root) = self.root("publicAccessBlock", "PublicAccessBlockConfiguration") else {
            return PublicAccessBlock::default();
        };
        public_access_block(&root)
    }

    /// Whether a policy that lets anybody in is worth nothing.
    pub(crate) fn restricts_public_access(&self) -> bool {
        self.public_access_block().restrict_public_buckets
    }

    /// The rules for pages of other origins, in their order.
    pub(super) fn cors_rules(&self) -> Vec<CorsRule> {
        let root = self.root("cors", "CORSConfiguration").unwrap_or_default();
        root.all("CORSRule").map(cors_rule).collect()
    }

    pub(super) fn website(&self) -> Option<WebsiteConfiguration> {
        Some(website(&self.root("website", "WebsiteConfiguration")?))
    }

    pub(super) fn versioning(&self) -> Versioning {
        let root = self.root("versioning", "VersioningConfiguration").unwrap_or_default();
        match root.text_of("Status") {
            Some("Enabled") => Versioning::Enabled,
            Some(_) => Versioning::Suspended,
            None => Versioning::Off,
        }
    }

    /// `ObjectOwnership`. Of all but `BucketOwnerEnforced` there would be ACLs, which the local cloud does not have.
    pub(super) fn ownership(&self) -> Option<String> {
        let root = self.root("ownershipControls", "OwnershipControls")?;
        Some(root.child("Rule")?.text_of("ObjectOwnership")?.to_string())
    }
}

/// What a document says is blocked; what it leaves out is not.
pub(super) fn public_access_block(root: &Element) -> PublicAccessBlock {
    let set = |name| root.text_of(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    PublicAccessBlock {
        block_public_acls: set("BlockPublicAcls"),
        ignore_public_acls: set("IgnorePublicAcls"),
        block_public_policy: set("BlockPublicPolicy"),
        restrict_public_buckets: set("RestrictPublicBuckets"),
    }
}

/// The document that says what is blocked.
pub(super) fn public_access_document(block: PublicAccessBlock) -> String {
    let set = [
        ("BlockPublicAcls", block.block_public_acls),
        ("IgnorePublicAcls", block.ignore_public_acls),
        ("BlockPublicPolicy", block.block_public_policy),
        ("RestrictPublicBuckets", block.restrict_public_buckets),
    ];
    let set = set.map(|(name, set)| element(name, &set.to_string())).concat();
    document("PublicAccessBlockConfiguration", &set)
}

/// What a bucket is set to that somebody creates: nobody but the account is let in, and there are no ACLs.
pub(super) fn set_defaults(rows: &Rows<'_>, bucket: &str) -> Result<(), ErrorDocument> {
    rows.set(bucket, "publicAccessBlock", Some(&public_access_document(PublicAccessBlock::ALL)))?;
    rows.set(bucket, "ownershipControls", Some(&ownership_controls("BucketOwnerEnforced")))?;
    Ok(())
}

/// The document that says whose objects are.
pub(super) fn ownership_controls(ownership: &str) -> String {
    let rule = format!("<Rule>{}</Rule>", element("ObjectOwnership", ownership));
    document("OwnershipControls", &rule)
}

/// Sets what a template says of a bucket, and removes what it no longer says.
pub(super) fn set_declared(rows: &Rows<'_>, bucket: &Bucket) -> Result<(), ErrorDocument> {
    let name = bucket.name.as_str();
    let block = public_access_document(bucket.public_access_block);
    let policy = bucket.policy.as_ref().map(Value::to_string);
    let cors = (!bucket.cors_rules.is_empty()).then(|| cors_document(&bucket.cors_rules));
    let website = bucket.website.as_ref().map(website_document);
    rows.set(name, "publicAccessBlock", Some(&block))?;
    rows.set(name, "policy", policy.as_deref())?;
    rows.set(name, "cors", cors.as_deref())?;
    rows.set(name, "website", website.as_deref())?;
    let status = match &bucket.versioning {
        Some(status) => Some(status.as_str()),
        // What was once versioned can only be suspended.
        None => rows.settings(name)?.contains_key("versioning").then_some("Suspended"),
    };
    if let Some(status) = status {
        let versioning = document("VersioningConfiguration", &element("Status", status));
        rows.set(name, "versioning", Some(&versioning))?;
    }
    Ok(())
}

/// A document with `root` in S3's namespace.
pub(super) fn document(root: &str, content: &str) -> String {
    format!("<{root} xmlns=\"{NAMESPACE}\">{content}</{root}>")
}

fn texts(parent: &Element, name: &str) -> Vec<String> {
    parent.all(name).map(|child| child.text.clone()).collect()
}

fn cors_rule(rule: &Element) -> CorsRule {
    CorsRule {
        allowed_origins: texts(rule, "AllowedOrigin"),
        allowed_methods: texts(rule, "AllowedMethod"),
        allowed_headers: texts(rule, "AllowedHeader"),
        exposed_headers: texts(rule, "ExposeHeader"),
        max_age_seconds: rule.text_of("MaxAgeSeconds").and_then(|seconds| seconds.parse().ok()),
    }
}

fn cors_document(rules: &[CorsRule]) -> String {
    let rule = |rule: &CorsRule| {
        let lists = [
            ("AllowedOrigin", &rule.allowed_origins),
            ("AllowedMethod", &rule.allowed_methods),
            ("AllowedHeader", &rule.allowed_headers),
            ("ExposeHeader", &rule.exposed_headers),
        ];
        let lists = lists.iter().flat_map(|(name, values)| values.iter().map(|value| element(name, value)));
        let age = rule.max_age_seconds.map(|seconds| element("MaxAgeSeconds", &seconds.to_string()));
        format!("<CORSRule>{}</CORSRule>", lists.chain(age).collect::<String>())
    };
    document("CORSConfiguration", &rules.iter().map(rule).collect::<String>())
}

fn website(root: &Element) -> WebsiteConfiguration {
    let text =
        |parent: Option<&Element>, name: &str| parent.and_then(|parent| parent.text_of(name)).map(str::to_string);
    let redirect = root.child("RedirectAllRequestsTo").map(|redirect| RedirectAllRequestsTo {
        host_name: redirect.text_of("HostName").unwrap_or_default().to_string(),
        protocol: redirect.text_of("Protocol").map(str::to_string),
    });
    let rules = root.child("RoutingRules").into_iter().flat_map(|rules| rules.all("RoutingRule"));
    let rule = |rule: &Element| {
        let (condition, redirect) = (rule.child("Condition"), rule.child("Redirect"));
        RoutingRule {
            key_prefix_equals: text(condition, "KeyPrefixEquals"),
            http_error_code_returned_equals: text(condition, "HttpErrorCodeReturnedEquals"),
            host_name: text(redirect, "HostName"),
            http_redirect_code: text(redirect, "HttpRedirectCode"),
            protocol: text(redirect, "Protocol"),
            replace_key_prefix_with: text(redirect, "ReplaceKeyPrefixWith"),
            replace_key_with: text(redirect, "ReplaceKeyWith"),
        }
    };
    WebsiteConfiguration {
        index_document: text(root.child("IndexDocument"), "Suffix").unwrap_or_default(),
        error_document: text(root.child("ErrorDocument"), "Key"),
        redirect_all_requests_to: redirect,
        routing_rules: rules.map(rule).collect(),
    }
}

fn website_document(website: &WebsiteConfiguration) -> String {
    let optional =
        |name: &str, value: &Option<String>| value.as_ref().map(|value| element(name, value)).unwrap_or_default();
    let mut content = String::new();
    if let Some(redirect) = &website.redirect_all_requests_to {
        let own = element("HostName", &redirect.host_name) + &optional("Protocol", &redirect.protocol);
        content += &format!("<RedirectAllRequestsTo>{own}</RedirectAllRequestsTo>");
    } else {
        content += &format!("<IndexDocument>{}</IndexDocument>", element("Suffix", &website.index_document));
    }
    if let Some(key) = &website.error_document {
        content += &format!("<ErrorDocument>{}</ErrorDocument>", element("Key", key));
    }
    let rule = |rule: &RoutingRule| {
        let condition = optional("KeyPrefixEquals", &rule.key_prefix_equals)
            + &optional("HttpErrorCodeReturnedEquals", &rule.http_error_code_returned_equals);
        let condition = if condition.is_empty() { condition } else { format!("<Condition>{condition}</Condition>") };
        let redirect = [
            optional("HostName", &rule.host_name),
            optional("HttpRedirectCode", &rule.http_redirect_code),
            optional("Protocol", &rule.protocol),
            optional("ReplaceKeyPrefixWith", &rule.replace_key_prefix_with),
            optional("ReplaceKeyWith", &rule.replace_key_with),
        ];
        format!("<RoutingRule>{condition}<Redirect>{}</Redirect></RoutingRule>", redirect.concat())
    };
    if !website.routing_rules.is_empty() {
        let rules: String = website.routing_rules.iter().map(rule).collect();
        content += &format!("<RoutingRules>{rules}</RoutingRules>");
    }
    document("WebsiteConfiguration", &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_says_of_a_website_and_of_origins_comes_back() {
        let site = WebsiteConfiguration {
            index_document: "index.html".into(),
            error_document: Some("a & b.html".into()),
            redirect_all_requests_to: None,
            routing_rules: vec![RoutingRule {
                key_prefix_equals: Some("docs/".into()),
                http_redirect_code: Some("302".into()),
                replace_key_prefix_with: Some("documents/".into()),
                ..RoutingRule::default()
            }],
        };
        let rules = vec![CorsRule {
            allowed_origins: vec!["*".into(), "https://a.example".into()],
            allowed_methods: vec!["GET".into()],
            max_age_seconds: Some(5),
            ..CorsRule::default()
        }];
        let documents = [("website", website_document(&site)), ("cors", cors_document(&rules))];
        let settings = Settings(documents.map(|(name, document)| (name.to_string(), document)).into());
        assert_eq!((settings.website(), settings.cors_rules()), (Some(site), rules));
        let moved = WebsiteConfiguration {
            redirect_all_requests_to: Some(RedirectAllRequestsTo {
                host_name: "b".into(),
                protocol: Some("https".into()),
            }),
            ..WebsiteConfiguration::default()
        };
        let root = Element::root(website_document(&moved).as_bytes(), "WebsiteConfiguration").unwrap();
        assert_eq!(website(&root), moved);
    }

    #[test]
    fn what_is_not_set_is_off() {
        let settings = Settings::default();
        assert!(!settings.restricts_public_access() && settings.policy().is_none() && settings.website().is_none());
        assert_eq!((settings.versioning(), settings.ownership()), (Versioning::Off, None));
        let set = |status: &str| {
            let document = document("VersioningConfiguration", &element("Status", status));
            Settings([("versioning".to_string(), document)].into()).versioning()
        };
        assert_eq!((set("Enabled"), set("Suspended")), (Versioning::Enabled, Versioning::Suspended));
    }
}
