//! Access control lists: read, they say that the owner may do everything; written, they are refused, as S3 refuses them in a bucket
//! whose owner owns every object. What is not a list is refused before that.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>

use super::{Answer, Exchange, OWNER, owner, xml};
use crate::buckets::error::ErrorDocument;
use crate::buckets::xml::Element;
use local::service::query_protocol::element;

/// Canned ACLs by their names. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
const CANNED_ACLS: [&str; 7] = [
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
];
/// The groups that S3 knows.
const GROUPS: [&str; 3] = ["global/AuthenticatedUsers", "global/AllUsers", "s3/LogDelivery"];
/// What can be granted.
const PERMISSIONS: [&str; 5] = ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"];

impl Exchange<'_> {
    /// The one list that there is.
    pub(super) fn get_acl(&self) -> Answer {
        if !self.call.key.is_empty() {
            self.buckets.store.read(|rows| self.named_object(rows))?;
        }
        let grantee = format!(
            "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">{}</Grantee>",
            element("ID", OWNER)
        );
        let grant = format!("<Grant>{grantee}{}</Grant>", element("Permission", "FULL_CONTROL"));
        Ok(xml("AccessControlPolicy", &format!("{}<AccessControlList>{grant}</AccessControlList>", owner("Owner"))))
    }

    pub(super) fn put_acl(&self) -> Answer {
        let (canned, grants) = self.acl_of_headers()?;
        match (canned.is_some() || grants, self.call.body.is_empty()) {
            (true, false) => {
                let message = "This request does not support content";
                return Err(ErrorDocument::bad_request("UnexpectedContent", message));
            }
            (false, true) => {
                let message = "Your request was missing a required header";
                let error = ErrorDocument::bad_request("MissingSecurityHeader", message);
                return Err(error.with("MissingHeaderName", "x-amz-acl"));
            }
            (false, false) => is_policy(&self.call.body)?,
            (true, true) => {}
        }
        Err(self.refuse_acl())
    }

    /// A bucket whose owner owns every object has no ACLs; a caller may only name the one that says so.
    pub(super) fn takes_no_acl(&self) -> Result<(), ErrorDocument> {
        match self.acl_of_headers()? {
            (None | Some("bucket-owner-full-control"), false) => Ok(()),
            _ => Err(self.refuse_acl()),
        }
    }

    /// The canned ACL that the headers name, and whether they grant something.
    pub(super) fn acl_of_headers(&self) -> Result<(Option<&str>, bool), ErrorDocument> {
        let canned = self.call.header("x-amz-acl");
        if let Some(name) = canned.filter(|name| !CANNED_ACLS.contains(name)) {
            return Err(ErrorDocument::invalid_argument("", "x-amz-acl", Some(name)));
        }
        let headers = self.call.headers.iter();
        let grants: Vec<_> = headers.filter(|(name, _)| name.as_str().starts_with("x-amz-grant-")).collect();
        if canned.is_some() && !grants.is_empty() {
            let message = "Specifying both Canned ACLs and Header Grants is not allowed";
            return Err(ErrorDocument::bad_request("InvalidRequest", message));
        }
        for (name, value) in &grants {
            let value = String::from_utf8_lossy(value.as_bytes());
            for grantee in value.split(',') {
                let (kind, who) = grantee.trim().split_once('=').unwrap_or_default();
                let who = who.trim_matches('"');
                match kind {
                    "uri" => is_group(who, "uri")?,
                    "id" => is_user(who, "id")?,
                    "emailAddress" => {}
                    _ => {
                        let message = "Argument format not recognized";
                        return Err(ErrorDocument::invalid_argument(message, name.as_str(), Some(&value)));
                    }
                }
            }
        }
        Ok((canned, !grants.is_empty()))
    }

    /// Why there are no ACLs: S3 would refuse, or the local cloud has none.
    fn refuse_acl(&self) -> ErrorDocument {
        let settings = self.buckets.settings(&self.call.bucket).unwrap_or_default();
        match settings.ownership().as_deref() {
            Some("BucketOwnerEnforced") => {
                ErrorDocument::bad_request("AccessControlListNotSupported", "The bucket does not allow ACLs")
            }
            _ => ErrorDocument::not_implemented("access control lists"),
        }
    }
}

/// Whether `body` is an `AccessControlPolicy`.
fn is_policy(body: &[u8]) -> Result<(), ErrorDocument> {
    let malformed = || ErrorDocument { code: "MalformedACLError".to_string(), ..ErrorDocument::malformed_xml() };
    let root = Element::root(body, "AccessControlPolicy").map_err(|_| malformed())?;
    let owner = root.child("Owner").and_then(|owner| owner.text_of("ID")).ok_or_else(malformed)?;
    let grants: Vec<&Element> =
        root.child("AccessControlList").into_iter().flat_map(|list| list.all("Grant")).collect();
    let permitted = |grant: &&Element| grant.text_of("Permission").is_some_and(|own| PERMISSIONS.contains(&own));
    if !grants.iter().all(permitted) {
        return Err(malformed());
    }
    is_user(owner, "CanonicalUser/ID")?;
    for grant in grants {
        let grantee = grant.child("Grantee").ok_or_else(malformed)?;
        let text = |name: &str| grantee.text_of(name).ok_or_else(malformed);
        match grantee.kind.as_deref() {
            Some("Group") => is_group(text("URI")?, "Group/URI")?,
            Some("CanonicalUser") => is_user(text("ID")?, "CanonicalUser/ID")?,
            Some("AmazonCustomerByEmail") => {
                text("EmailAddress")?;
            }
            _ => return Err(malformed()),
        }
    }
    Ok(())
}

fn is_group(uri: &str, argument: &str) -> Result<(), ErrorDocument> {
    let known = uri.strip_prefix("http://acs.amazonaws.com/groups/").is_some_and(|group| GROUPS.contains(&group));
    if known { Ok(()) } else { Err(ErrorDocument::invalid_argument("Invalid group uri", argument, Some(uri))) }
}

/// Accounts have ids of 64 digits.
fn is_user(id: &str, argument: &str) -> Result<(), ErrorDocument> {
    let known = id.len() == OWNER.len() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if known { Ok(()) } else { Err(ErrorDocument::invalid_argument("Invalid id", argument, Some(id))) }
}
