//! Publishing the board's page: every file of `site/` becomes an object, and `config.json` tells it where the API is.
//!
//! This is what a deployment script does on AWS, with the same content types, because S3 believes what it is told and a page
//! without a type downloads instead of showing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt, TryStreamExt, stream};
use s3::{Buckets, BucketsError, Object};
use serde_json::json;

use crate::error::Error;
use crate::mine::Origin;

/// How many files are on their way at once, as with the AWS CLI, whose `max_concurrent_requests` is 10.
const AT_ONCE: usize = 10;

/// Puts the files of `folder` into `bucket`, and last a `config.json` that names `api`, and whose code its functions run where some of
/// it is the reader's.
pub async fn publish(
    folder: &Path,
    buckets: &Buckets,
    bucket: &str,
    api: &str,
    origins: &BTreeMap<String, Origin>,
) -> Result<(), Error> {
    let files = files_below(folder).map_err(Error::of_file(folder))?;
    let puts = files.iter().map(|file| put(folder, file, buckets, bucket));
    stream::iter(puts).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    let mut config = json!({ "api": api });
    if !origins.is_empty() {
        config["functions"] = json!(origins);
    }
    let config = config.to_string();
    let object = Object { content_type: "application/json", cache_control: "no-store", body: config.into() };
    buckets.put_object(bucket, "config.json", object).await.map_err(not_published)
}

async fn put(folder: &Path, file: &Path, buckets: &Buckets, bucket: &str) -> Result<(), Error> {
    let body = std::fs::read(file).map_err(Error::of_file(file))?;
    let content_type = content_type(file);
    // Pages are asked for anew each time, so that an edit shows with the next reload.
    let object = Object { content_type: &content_type, cache_control: "no-cache", body: body.into() };
    buckets.put_object(bucket, &key_of(folder, file), object).await.map_err(not_published)
}

fn not_published(why: BucketsError) -> Error {
    Error::again(why, "Look at the site's bucket in the template")
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The path below `folder`, with the slashes of a URL.
fn key_of(folder: &Path, file: &Path) -> String {
    let below = file.strip_prefix(folder).unwrap_or(file);
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn content_type(file: &Path) -> String {
    let guessed = mime_guess::from_path(file).first_or_octet_stream();
    if guessed.type_() == "text" { format!("{guessed}; charset=utf-8") } else { guessed.to_string() }
}
