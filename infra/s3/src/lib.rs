//! S3: buckets, and CloudFront in front of them.
//!
//! Plugged into the local cloud as [`SERVICE`]. [`S3::of`] finds it again in a cloud that runs.
//!
//! Read `buckets` first, then `cloudfront` (what stands in front of a bucket). `bucket_policy` is what S3 refuses at a deployment, and
//! `service` what a deployment does.

mod bucket_policy;
mod buckets;
mod cloudfront;
mod service;

pub use buckets::{Buckets, BucketsError, DEFAULT_CONTENT_TYPE, ErrorDocument, Object, RequestIds};
pub use cloudfront::CloudFront;
pub use service::{S3, SERVICE};

/// The names of the operations that S3 has here.
pub fn operations() -> Vec<&'static str> {
    buckets::operations()
}
