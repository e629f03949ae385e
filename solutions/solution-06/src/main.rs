//! Lab 06, the site: how a reader's file gets into a bucket, and, in the other program, how a page gets into another.
//!
//! This is the function `attachments`. It never sees a file, but hands out addresses to which a reader's browser may put one:
//! `invitation`, `listing` and `routes` are its matter. Its settings are the environment variables `UPLOADS_BUCKET` and
//! `SITE_ORIGIN`. `publish` (`src/bin/publish`) is typed by a developer and puts a folder of files into the site's bucket. The
//! page itself is in `web/`.

mod aws;
mod error;
mod invitation;
mod listing;
mod routes;
mod wanted;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::routes::Attachments;

/// Answers the requests for attachments until Lambda ends the process. A setting that is missing is reported by Lambda as a
/// function that could not be started.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let attachments = &Attachments {
        client: aws::s3().await,
        bucket: variable("UPLOADS_BUCKET")?,
        site_origin: variable("SITE_ORIGIN")?.parse()?,
    };
    run(service_fn(|event: LambdaEvent<ApiGatewayProxyRequest>| async move {
        Ok::<_, Error>(attachments.answer(&event.payload, &event.context.request_id).await)
    }))
    .await
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name)
        .map_err(|_| format!("{name} is not set: give it to the function in the template, under Environment"))
}
