//! `publish FOLDER BUCKET API`: puts the site's files into its bucket, and tells the page where its API is.
//!
//! Bucket and API are outputs of the stack. Region, credentials and endpoint are in the environment, as for any other AWS
//! tool. What it does with the files is told in the library, in `publish.rs`.

use std::path::Path;
use std::process::ExitCode;

use lab_06::{aws, publish};

const USAGE: &str = "usage: publish FOLDER BUCKET API\n  for example: publish web my-site https://….amazonaws.com/dev";

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
    let objects = publish::objects(folder, api).map_err(|why| why.to_string())?;
    publish::put_all(&aws::s3().await, bucket, objects).await
}
