//! Objects on their way into the bucket. Between the first and the last the site is in use.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;

use crate::aws::cause;
use crate::headers;

/// A file of the site, as it becomes an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key: the path of its URL.
    pub key: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Object {
    /// Whether this is a page, which names other files by their addresses.
    pub fn is_page(&self) -> bool {
        self.key.ends_with(".html")
    }
}

/// Puts `objects` into `bucket` in an order in which a page that is there finds everything it names; gives how many.
///
/// # Errors
/// The object that S3 did not take, and why. What was put into the bucket before it stays.
pub async fn put_all(client: &Client, bucket: &str, objects: Vec<Object>) -> Result<usize, String> {
    let count = objects.len();
    // lab-06.2 begin
    let mut objects = objects;
    // What is named goes before what names it: parts, pages, and the page that a site begins with.
    objects.sort_by_key(|object| (object.is_page(), object.key == "index.html"));
    for object in objects {
        put(client, bucket, object).await?;
    }
    // lab-06.2 starter
    // | // TODO(lab-06.2): somebody loads the page while this runs. When may it name a file? And who still needs the old ones?
    // | for object in objects {
    // |     put(client, bucket, object).await?;
    // | }
    // lab-06.2 end
    Ok(count)
}

async fn put(client: &Client, bucket: &str, object: Object) -> Result<(), String> {
    let headers = headers::of(&object.key);
    let asked = client
        .put_object()
        .bucket(bucket)
        .key(&object.key)
        .set_content_type(headers.content_type)
        .set_cache_control(headers.cache_control)
        .body(ByteStream::from(object.body));
    asked.send().await.map_err(|why| format!("{} was not taken. {}", object.key, cause(&why)))?;
    Ok(())
}
