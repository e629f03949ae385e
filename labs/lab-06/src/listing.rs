//! What has been attached, with an address under which each file can be fetched for a while.
//!
//! S3 lists keys and sizes; a name is metadata, and costs a request of its own for each file. That is bearable for a short
//! list and for no other: a list that grows belongs into a table, as in lab 05.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::presigning::PresigningConfig;
use serde_json::{Value, json};

use crate::aws::cause;
use crate::error::Error;
use crate::invitation::{FOLDER, NAME, header_text, name_of};

/// The most files that are listed.
const MOST: i32 = 20;
/// How long an address is good.
const GOOD_FOR: Duration = Duration::from_secs(5 * 60);

/// The first attachments of `bucket`, oldest first.
///
/// # Errors
/// When S3 refuses or cannot be reached.
pub(crate) async fn list(client: &Client, bucket: &str) -> Result<Value, Error> {
    let asked = client.list_objects_v2().bucket(bucket).prefix(FOLDER).max_keys(MOST);
    let page = asked.send().await.map_err(|why| Error::Storage(cause(&why)))?;
    let mut attachments = Vec::new();
    for key in page.contents().iter().filter_map(|object| object.key()) {
        attachments.push(attachment(client, bucket, key).await?);
    }
    Ok(json!({ "attachments": attachments }))
}

/// The attachment with this id, which is its key without the folder. The lab's page needs the list only; the board's notes name
/// one file each.
///
/// # Errors
/// When there is none, and when S3 refuses or cannot be reached.
pub(crate) async fn one(client: &Client, bucket: &str, id: &str) -> Result<Value, Error> {
    let id = uuid::Uuid::parse_str(id).map_err(|_| Error::NoSuchAttachment)?;
    attachment(client, bucket, &format!("{FOLDER}{id}")).await
}

async fn attachment(client: &Client, bucket: &str, key: &str) -> Result<Value, Error> {
    let head = client.head_object().bucket(bucket).key(key).send().await;
    let head = head.map_err(|why| match why.as_service_error().is_some_and(HeadObjectError::is_not_found) {
        true => Error::NoSuchAttachment,
        false => Error::Storage(cause(&why)),
    })?;
    let name = head.metadata().and_then(|metadata| metadata.get(NAME)).map(|name| name_of(name)).unwrap_or_default();
    // To be saved, never to be shown as a page: the name goes with it, and no browser runs what it saves.
    let saved_as = format!("attachment; filename*=UTF-8''{}", header_text(&name));
    let signing = PresigningConfig::expires_in(GOOD_FOR).map_err(|why| Error::Storage(why.to_string()))?;
    let asked = client.get_object().bucket(bucket).key(key).response_content_disposition(saved_as);
    let url = asked.presigned(signing).await.map_err(|why| Error::Storage(cause(&why)))?;
    Ok(json!({
        "key": key,
        "name": name,
        "type": head.content_type(),
        "size": head.content_length(),
        "url": url.uri(),
    }))
}
