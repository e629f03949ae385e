//! Operations on buckets: create, delete, list, head, location.

use http::StatusCode;

use super::listing::{timestamp, token, untoken};
use super::tagging::{document_of, tags_of_bucket};
use super::{Answer, Exchange, empty, owner, xml};
use crate::buckets::error::{ErrorDocument, insert};
use crate::buckets::settings;
use crate::buckets::xml::Element;
use local::service::query_protocol::element;
use stack::REGION;

/// How many buckets a list has at most.
const MOST: usize = 10_000;
/// The region that is meant where none is said.
const DEFAULT_REGION: &str = "us-east-1";
/// What a bucket can be located in, besides this region.
const ELSEWHERE: [&str; 33] = [
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "EU",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-2",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

impl Exchange<'_> {
    /// A bucket is created in the region whose endpoint is asked, which has to be said.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
    pub(super) fn create_bucket(&self) -> Answer {
        let bucket = &self.call.bucket;
        let root = match self.call.body.is_empty() {
            true => Element::default(),
            false => Element::root(&self.call.body, "CreateBucketConfiguration")?,
        };
        let incompatible = |location: &str| {
            let message = format!(
                "The {location} location constraint is incompatible for the region specific endpoint this request was sent to."
            );
            Err(ErrorDocument::bad_request("IllegalLocationConstraintException", message))
        };
        match root.text_of("LocationConstraint") {
            Some(REGION) => {}
            None | Some("") => return incompatible("unspecified"),
            // Whether there is such a region, only the default region's endpoint says.
            Some(location) => return incompatible(location),
        }
        let ownership = self.call.header("x-amz-object-ownership");
        if let Some(ownership) = ownership
            && !settings::OWNERSHIPS.contains(&ownership)
        {
            let message = format!("Invalid x-amz-object-ownership header: {ownership}");
            return Err(ErrorDocument::invalid_argument(&message, "x-amz-object-ownership", None));
        }
        if self.call.header("x-amz-bucket-object-lock-enabled").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        {
            return Err(ErrorDocument::not_implemented("x-amz-bucket-object-lock-enabled"));
        }
        match self.acl_of_headers()? {
            (None | Some("private"), false) => {}
            _ => {
                let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
                return Err(ErrorDocument::bad_request("InvalidBucketAclWithObjectOwnership", message));
            }
        }
        let tags = root.child("Tags").map(tags_of_bucket).transpose()?.unwrap_or_default();
        self.buckets.store.write(|rows| {
            if !rows.create_bucket(bucket, self.buckets.clock.epoch_millis())? {
                let message = "Your previous request to create the named bucket succeeded and you already own it.";
                let error = ErrorDocument::new(StatusCode::CONFLICT, "BucketAlreadyOwnedByYou", message);
                return Err(error.with("BucketName", bucket));
            }
            settings::set_defaults(rows, bucket)?;
            if let Some(ownership) = ownership {
                rows.set(bucket, "ownershipControls", Some(&settings::ownership_controls(ownership)))?;
            }
            if !tags.is_empty() {
                rows.set(bucket, "tagging", Some(&document_of(&tags)))?;
            }
            Ok(())
        })?;
        let mut response = empty(StatusCode::OK);
        insert(response.headers_mut(), "location", &format!("http://{bucket}.s3.amazonaws.com/"));
        insert(response.headers_mut(), "x-amz-bucket-arn", &format!("arn:aws:s3:::{bucket}"));
        Ok(response)
    }

    pub(super) fn delete_bucket(&self) -> Answer {
        let bucket = &self.call.bucket;
        self.buckets.store.write(|rows| {
            let settings = self.settings(rows)?;
            if !rows.is_empty(bucket)? {
                let message = match settings.document("versioning") {
                    Some(_) => {
                        "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
                    }
                    None => "The bucket you tried to delete is not empty",
                };
                let error = ErrorDocument::new(StatusCode::CONFLICT, "BucketNotEmpty", message);
                return Err(error.with("BucketName", bucket));
            }
            Ok(rows.delete_bucket(bucket)?)
        })?;
        Ok(empty(StatusCode::NO_CONTENT))
    }

    pub(super) fn head_bucket(&self) -> Answer {
        let mut response = empty(StatusCode::OK);
        insert(response.headers_mut(), "content-type", "application/xml");
        insert(response.headers_mut(), "x-amz-bucket-arn", &format!("arn:aws:s3:::{}", self.call.bucket));
        insert(response.headers_mut(), "x-amz-bucket-region", REGION);
        insert(response.headers_mut(), "x-amz-access-point-alias", "false");
        Ok(response)
    }

    pub(super) fn get_bucket_location(&self) -> Answer {
        Ok(xml("LocationConstraint", REGION))
    }

    /// All buckets of the account, or a page of them.
    pub(super) fn list_buckets(&self) -> Answer {
        let call = &self.call;
        let paged = call.has("max-buckets")
            || call.has("prefix")
            || call.has("continuation-token")
            || call.has("bucket-region");
        let most = match call.parameter("max-buckets") {
            Some(text) => match text.parse::<usize>() {
                Ok(number @ 1..=MOST) => number,
                _ => {
                    let message = "Argument max-buckets must be an integer between 1 and 10000";
                    return Err(ErrorDocument::invalid_argument(message, "max-buckets", Some(text)));
                }
            },
            None => MOST,
        };
        if let Some(region) = call.parameter("bucket-region")
            && region != REGION
            && region != DEFAULT_REGION
            && !ELSEWHERE.contains(&region)
        {
            let message = format!("Argument value {region} is not a valid AWS Region");
            return Err(ErrorDocument::invalid_argument(&message, "bucket-region", None));
        }
        let elsewhere = call.parameter("bucket-region").is_some_and(|region| region != REGION);
        let prefix = call.parameter("prefix").unwrap_or_default();
        let after = match call.parameter("continuation-token").filter(|token| !token.is_empty()) {
            Some(token) => untoken(token)?,
            None => String::new(),
        };
        let all = self.buckets.store.read(|rows| Ok(rows.buckets()?))?;
        let mut wanted = all.iter().filter(|(name, _)| !elsewhere && name.starts_with(prefix) && *name > after);
        let page: Vec<_> = wanted.by_ref().take(most).collect();
        let mut content = owner("Owner") + "<Buckets>";
        for (name, created) in &page {
            let mut bucket = element("Name", name) + &element("CreationDate", &timestamp(*created));
            if paged {
                bucket += &element("BucketRegion", REGION);
            }
            bucket += &element("BucketArn", &format!("arn:aws:s3:::{name}"));
            content += &format!("<Bucket>{bucket}</Bucket>");
        }
        content += "</Buckets>";
        if let Some((last, _)) = page.last().filter(|_| wanted.next().is_some()) {
            content += &element("ContinuationToken", &token(last));
        }
        if let Some(prefix) = call.parameter("prefix") {
            content += &element("Prefix", prefix);
        }
        Ok(xml("ListAllMyBucketsResult", &content))
    }
}
