//! What is set of a bucket, by its parts: each is put, got and deleted as a document.
//!
//! Only what a caller can see a difference of is kept. What nobody can set here is said to be not set, which is true; setting it is
//! refused by name.

use http::{HeaderValue, StatusCode, header};

use super::tagging::{document_of, tags_of_tagging};
use super::{Answer, Exchange, as_xml, empty, xml};
use crate::bucket_policy;
use crate::buckets::error::ErrorDocument;
use crate::buckets::operation::Operation;
use crate::buckets::settings::{OWNERSHIPS, Settings, document, public_access_block, public_access_document};
use crate::buckets::xml::Element;
use local::service::OperationTable;
use local::service::query_protocol::element;
use stack::policy::PolicyKind;

impl Exchange<'_> {
    /// An operation on a setting.
    pub(super) fn configure(&self, operation: Operation) -> Answer {
        let bucket = &self.call.bucket;
        let absent = |code: &str, message: &str| ErrorDocument::not_found(code, message).with("BucketName", bucket);
        match operation {
            Operation::GetBucketPolicy => {
                let policy = self.get("policy", || ErrorDocument::no_such_policy(bucket))?;
                let mut response = http::Response::new(policy.into());
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Ok(response)
            }
            Operation::PutBucketPolicy => self.put_bucket_policy(),
            Operation::DeleteBucketPolicy => self.remove("policy"),
            Operation::GetBucketCors => {
                self.shown("cors", || absent("NoSuchCORSConfiguration", "The CORS configuration does not exist"))
            }
            Operation::PutBucketCors => self.put_bucket_cors(),
            Operation::DeleteBucketCors => self.remove("cors"),
            Operation::GetBucketWebsite => self.shown("website", || ErrorDocument::no_such_website(bucket)),
            Operation::PutBucketWebsite => self.put_bucket_website(),
            Operation::DeleteBucketWebsite => self.remove("website"),
            Operation::GetBucketTagging => {
                self.shown("tagging", || absent("NoSuchTagSet", "The TagSet does not exist"))
            }
            Operation::PutBucketTagging => {
                let tags = tags_of_tagging(&Element::root(&self.call.body, "Tagging")?)?;
                self.set("tagging", Some(&document_of(&tags)).filter(|_| !tags.is_empty()).map(String::as_str))?;
                Ok(empty(StatusCode::NO_CONTENT))
            }
            Operation::DeleteBucketTagging => self.remove("tagging"),
            Operation::GetBucketVersioning => match self.current_settings()?.document("versioning") {
                Some(document) => Ok(as_xml(document)),
                None => Ok(xml("VersioningConfiguration", "")),
            },
            Operation::PutBucketVersioning => self.put_bucket_versioning(),
            Operation::GetBucketEncryption => match self.current_settings()?.document("encryption") {
                Some(document) => Ok(as_xml(document)),
                None => Ok(as_xml(&encryption("false"))),
            },
            Operation::PutBucketEncryption => self.put_bucket_encryption(),
            // The keys of S3 itself are what is left.
            Operation::DeleteBucketEncryption => self.remove("encryption"),
            Operation::GetPublicAccessBlock => self.shown("publicAccessBlock", || {
                absent("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
            }),
            Operation::PutPublicAccessBlock => {
                let root = Element::root(&self.call.body, "PublicAccessBlockConfiguration")?;
                self.set("publicAccessBlock", Some(&public_access_document(public_access_block(&root))))?;
                Ok(empty(StatusCode::OK))
            }
            Operation::DeletePublicAccessBlock => self.remove("publicAccessBlock"),
            Operation::GetBucketOwnershipControls => self.shown("ownershipControls", || {
                absent("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
            }),
            Operation::PutBucketOwnershipControls => self.put_bucket_ownership_controls(),
            Operation::DeleteBucketOwnershipControls => self.remove("ownershipControls"),
            Operation::GetBucketRequestPayment => {
                Ok(xml("RequestPaymentConfiguration", &element("Payer", "BucketOwner")))
            }
            Operation::GetBucketAccelerateConfiguration => Ok(xml("AccelerateConfiguration", "")),
            Operation::GetBucketLogging => Ok(xml("BucketLoggingStatus", "")),
            Operation::GetBucketNotificationConfiguration => Ok(xml("NotificationConfiguration", "")),
            Operation::GetBucketLifecycleConfiguration => {
                Err(absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"))
            }
            Operation::GetBucketReplication => {
                Err(absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found"))
            }
            Operation::GetObjectLockConfiguration => Err(absent(
                "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket",
            )),
            other => Err(ErrorDocument::not_implemented(other.name())),
        }
    }

    /// The settings of the call's bucket, as they are now.
    fn current_settings(&self) -> Result<Settings, ErrorDocument> {
        self.buckets.settings(&self.call.bucket).ok_or_else(|| ErrorDocument::no_such_bucket(&self.call.bucket))
    }

    fn get(&self, name: &str, absent: impl FnOnce() -> ErrorDocument) -> Result<String, ErrorDocument> {
        self.current_settings()?.document(name).map(str::to_string).ok_or_else(absent)
    }

    fn shown(&self, name: &str, absent: impl FnOnce() -> ErrorDocument) -> Answer {
        Ok(as_xml(&self.get(name, absent)?))
    }

    fn set(&self, name: &str, document: Option<&str>) -> Result<(), ErrorDocument> {
        self.buckets.store.write(|rows| {
            self.settings(rows)?;
            Ok(rows.set(&self.call.bucket, name, document)?)
        })
    }

    fn remove(&self, name: &str) -> Answer {
        self.set(name, None)?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    fn put_bucket_policy(&self) -> Answer {
        let bucket = &self.call.bucket;
        let malformed = |message: &str| ErrorDocument::bad_request("MalformedPolicy", message);
        let document = std::str::from_utf8(&self.call.body).ok().filter(|text| text.starts_with('{'));
        let policy = document.and_then(|text| serde_json::from_str(text).ok());
        let (Some(document), Some(policy)) = (document, policy) else {
            return Err(malformed("Policies must be valid JSON and the first byte must be '{'"));
        };
        let is_absent = |arn: &str| self.buckets.identities.is_absent(arn);
        if let Some(refusal) = bucket_policy::refusal(&policy, PolicyKind::Bucket(bucket), is_absent) {
            return Err(malformed(&refusal));
        }
        let blocks = self.current_settings()?.public_access_block().block_public_policy;
        if blocks && stack::creation::is_public(&policy) {
            return Err(ErrorDocument::forbidden("AccessDenied", bucket_policy::blocked(&self.asker.arn(), bucket)));
        }
        self.set("policy", Some(document))?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn get_bucket_policy_status(&self) -> Answer {
        let policy = self.current_settings()?.policy();
        let policy = policy.ok_or_else(|| ErrorDocument::no_such_policy(&self.call.bucket))?;
        Ok(xml("PolicyStatus", &element("IsPublic", &stack::creation::is_public(&policy).to_string())))
    }

    fn put_bucket_cors(&self) -> Answer {
        let root = Element::root(&self.call.body, "CORSConfiguration")?;
        if root.child("CORSRule").is_none() {
            return Err(ErrorDocument::malformed_xml());
        }
        let invalid = |message: String| ErrorDocument::bad_request("InvalidRequest", message);
        for rule in root.all("CORSRule") {
            let (mut methods, mut origins) =
                (rule.all("AllowedMethod").peekable(), rule.all("AllowedOrigin").peekable());
            if methods.peek().is_none() || origins.peek().is_none() {
                return Err(ErrorDocument::malformed_xml());
            }
            for method in methods {
                if !["GET", "PUT", "HEAD", "POST", "DELETE"].contains(&method.text.as_str()) {
                    let method = &method.text;
                    return Err(invalid(format!(
                        "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
                    )));
                }
            }
            for (what, one) in origins
                .map(|origin| ("AllowedOrigin", origin))
                .chain(rule.all("AllowedHeader").map(|one| ("AllowedHeader", one)))
            {
                if one.text.matches('*').count() > 1 {
                    return Err(invalid(format!("{what} \"{}\" can not have more than one wildcard.", one.text)));
                }
            }
        }
        self.set("cors", Some(&rendered(&root)))?;
        Ok(empty(StatusCode::OK))
    }

    fn put_bucket_website(&self) -> Answer {
        let root = Element::root(&self.call.body, "WebsiteConfiguration")?;
        let invalid = |message: &str| ErrorDocument::bad_request("InvalidRequest", message);
        let suffix = root.child("IndexDocument").map(|index| index.text_of("Suffix").unwrap_or_default());
        if let Some(redirect) = root.child("RedirectAllRequestsTo") {
            if root.children.len() > 1 {
                let message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.";
                return Err(ErrorDocument::invalid_argument(message, "RedirectAllRequestsTo", Some("not null")));
            }
            redirect.required("HostName")?;
            has_a_protocol(redirect)?;
        } else {
            match suffix {
                None => {
                    let message = "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty";
                    return Err(ErrorDocument::invalid_argument(message, "IndexDocument", Some("null")));
                }
                Some(suffix) if suffix.is_empty() || suffix.contains('/') => {
                    let message = "The IndexDocument Suffix is not well formed";
                    return Err(ErrorDocument::invalid_argument(message, "IndexDocument", Some(suffix)));
                }
                Some(_) => {}
            }
        }
        if let Some(error) = root.child("ErrorDocument") {
            error.required("Key")?;
        }
        let rules = root.child("RoutingRules");
        if rules.is_some_and(|rules| rules.children.is_empty()) {
            return Err(ErrorDocument::malformed_xml());
        }
        for rule in rules.into_iter().flat_map(|rules| rules.all("RoutingRule")) {
            let redirect = rule.child("Redirect").filter(|redirect| !redirect.children.is_empty());
            let redirect = redirect.ok_or_else(ErrorDocument::malformed_xml)?;
            if rule.child("Condition").is_some_and(|condition| condition.children.is_empty()) {
                return Err(invalid(
                    "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be \
                     present.",
                ));
            }
            if redirect.child("ReplaceKeyWith").is_some() && redirect.child("ReplaceKeyPrefixWith").is_some() {
                return Err(invalid("You can only define ReplaceKeyPrefix or ReplaceKey but not both."));
            }
            has_a_protocol(redirect)?;
        }
        self.set("website", Some(&rendered(&root)))?;
        Ok(empty(StatusCode::OK))
    }

    fn put_bucket_versioning(&self) -> Answer {
        let root = Element::root(&self.call.body, "VersioningConfiguration")?;
        if root.text_of("MfaDelete") == Some("Enabled") {
            return Err(ErrorDocument::not_implemented("MfaDelete"));
        }
        match root.text_of("Status") {
            Some("Enabled" | "Suspended") => {
                let status = element("Status", root.required("Status")?);
                self.set("versioning", Some(&document("VersioningConfiguration", &status)))?;
                Ok(empty(StatusCode::OK))
            }
            Some(_) => Err(ErrorDocument::malformed_xml()),
            None => {
                let message = "The Versioning element must be specified";
                Err(ErrorDocument::bad_request("IllegalVersioningConfigurationException", message))
            }
        }
    }

    fn put_bucket_encryption(&self) -> Answer {
        let root = Element::root(&self.call.body, "ServerSideEncryptionConfiguration")?;
        let mut rules = root.all("Rule");
        let (Some(rule), None) = (rules.next(), rules.next()) else { return Err(ErrorDocument::malformed_xml()) };
        if let Some(default) = rule.child("ApplyServerSideEncryptionByDefault") {
            match default.required("SSEAlgorithm")? {
                "AES256" if default.child("KMSMasterKeyID").is_some() => {
                    let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
                    let name = "ApplyServerSideEncryptionByDefault";
                    return Err(ErrorDocument::invalid_argument(message, name, None));
                }
                "AES256" => {}
                kms @ ("aws:kms" | "aws:kms:dsse") => {
                    return Err(ErrorDocument::not_implemented(&format!("SSEAlgorithm {kms}")));
                }
                _ => return Err(ErrorDocument::malformed_xml()),
            }
        }
        self.set("encryption", Some(&encryption(rule.text_of("BucketKeyEnabled").unwrap_or("false"))))?;
        Ok(empty(StatusCode::OK))
    }

    fn put_bucket_ownership_controls(&self) -> Answer {
        let root = Element::root(&self.call.body, "OwnershipControls")?;
        let mut rules = root.all("Rule");
        let (Some(rule), None) = (rules.next(), rules.next()) else { return Err(ErrorDocument::malformed_xml()) };
        if !OWNERSHIPS.contains(&rule.required("ObjectOwnership")?) {
            return Err(ErrorDocument::malformed_xml());
        }
        self.set("ownershipControls", Some(&rendered(&root)))?;
        Ok(empty(StatusCode::OK))
    }
}

/// The document of the only encryption that there is here.
fn encryption(bucket_key_enabled: &str) -> String {
    let default = element("SSEAlgorithm", "AES256");
    let rule = format!("<ApplyServerSideEncryptionByDefault>{default}</ApplyServerSideEncryptionByDefault>");
    let rule = format!("<Rule>{rule}{}</Rule>", element("BucketKeyEnabled", bucket_key_enabled));
    document("ServerSideEncryptionConfiguration", &rule)
}

fn has_a_protocol(redirect: &Element) -> Result<(), ErrorDocument> {
    match redirect.text_of("Protocol") {
        None | Some("http" | "https") => Ok(()),
        Some(_) => Err(ErrorDocument::bad_request(
            "InvalidRequest",
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
        )),
    }
}

/// An element as a document of S3's.
fn rendered(root: &Element) -> String {
    fn content(parent: &Element) -> String {
        let child = |child: &Element| match child.children.is_empty() {
            true => element(&child.name, &child.text),
            false => format!("<{0}>{1}</{0}>", child.name, content(child)),
        };
        parent.children.iter().map(child).collect()
    }
    document(&root.name, &content(root))
}
