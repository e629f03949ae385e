//! Lab 06, the site: how a page gets into a private bucket, and how a reader's file gets into another.
//!
//! Two programs share this library. `publish` (`src/bin/publish.rs`) is typed by a developer and puts a folder of files into
//! the site's bucket; [`publish`] is its matter. `attachments` (`src/main.rs`) is a function: it never sees a file, but hands
//! out addresses to which a reader's browser may put one; `invitation`, `listing` and `routes` are its matter. The page
//! itself is in `web/`.

pub mod aws;
mod error;
mod invitation;
mod listing;
pub mod publish;
mod routes;
mod wanted;

use aws_lambda_events::apigw::ApiGatewayProxyRequest;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::routes::Attachments;

/// Answers the requests for attachments until Lambda ends the process. Its settings are the function's environment
/// variables `UPLOADS_BUCKET` and `SITE_ORIGIN`.
///
/// # Errors
/// When a setting is missing: Lambda then reports that the function could not be started.
pub async fn serve() -> Result<(), Error> {
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
