//! An invitation: the address to which a browser may put one file, and the headers that must go with it.
//!
//! The address is presigned. It carries a signature over method, key, headers and time, made with the function's own
//! credentials and without asking S3 (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/PresignedUrlUploadObject.html>).
//! What is signed, S3 insists on; what is not, the sender chooses.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::wanted::Wanted;

/// Where attachments lie in their bucket.
pub(crate) const FOLDER: &str = "attachments/";
/// The metadata that keeps a file's name.
pub(crate) const NAME: &str = "name";
/// What stands as it is in a header's value.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');

/// Invites the sender of `wanted` to put that one file into `bucket`.
///
/// # Errors
/// When the function has no credentials to sign with.
pub(crate) async fn invite(client: &Client, bucket: &str, wanted: &Wanted) -> Result<Value, Error> {
    // TODO(lab-06.3): a key that no caller chooses: FOLDER, and a UUID as the file's id. Sign what the file was said to be: its
    // type, its size, its name as metadata (NAME, header_text). Minutes, not days.
    let key = wanted.name.clone();
    let upload = client.put_object().bucket(bucket).key(&key);
    let good_for = Duration::from_secs(7 * 24 * 60 * 60);
    let signing = PresigningConfig::expires_in(good_for).map_err(|why| Error::Storage(why.to_string()))?;
    let signed = upload.presigned(signing).await.map_err(|why| Error::Storage(crate::aws::cause(&why)))?;
    Ok(json!({
        "key": key,
        "url": signed.uri(),
        "headers": to_be_sent(&signed),
        "expiresIn": good_for.as_secs(),
    }))
}

/// `name` as a header can carry it; [`name_of`] reads it again.
pub(crate) fn header_text(name: &str) -> String {
    utf8_percent_encode(name, PLAIN).to_string()
}

/// The name that `header` carries.
pub(crate) fn name_of(header: &str) -> String {
    percent_encoding::percent_decode_str(header).decode_utf8_lossy().into_owned()
}

/// The signed headers that the page has to set: what the file was said to be. The length a browser sets by itself, and lets
/// no page do it; what else the client put there, such as a trace id, is unsigned and between it and S3.
fn to_be_sent(signed: &PresignedRequest) -> Map<String, Value> {
    let own = signed.headers().filter(|(name, _)| *name == "content-type" || name.starts_with("x-amz-meta-"));
    own.map(|(name, value)| (name.to_owned(), json!(value))).collect()
}
