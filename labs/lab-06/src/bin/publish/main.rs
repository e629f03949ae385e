//! `publish FOLDER BUCKET API`: puts the site's files into its bucket, and tells the page where its API is.
//!
//! Bucket and API are outputs of the stack. Region, credentials and endpoint are in the environment, as for any other AWS
//! tool.
//!
//! The files of a folder become the objects of a bucket. S3 stores what it is told about a file and works out nothing by itself:
//! see `headers.rs`. Between the first object and the last the site is in use: see `upload.rs`. What makes caching safe is a name
//! that changes with the content, and that is `folder.rs`.

// One client for both programs; a library for its sake would be linked into every one of them.
#[path = "../../aws.rs"]
mod aws;
mod folder;
mod headers;
mod upload;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: publish FOLDER BUCKET API\n  for example: publish web my-site https://….amazonaws.com/dev";

const NEXT: &str =
    "The bucket is an output of the stack; aws sts get-caller-identity says whose credentials these are.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, bucket, api] = args.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match published(Path::new(folder), bucket, api).await {
        Ok(count) => {
            println!("{count} objects are in {bucket}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn published(folder: &Path, bucket: &str, api: &str) -> Result<usize, String> {
    if !["/", "https://", "http://"].iter().any(|begin| api.starts_with(begin)) {
        return Err(format!("{api} is not where a page finds an API: give its address, or a path such as /dev"));
    }
    let unread = |why| format!("{} cannot be read: {why}. Give the folder with the site's files.", folder.display());
    let objects = folder::objects(folder, api).map_err(unread)?;
    upload::put_all(&aws::s3().await, bucket, objects).await.map_err(|why| format!("{why}\n{NEXT}"))
}
