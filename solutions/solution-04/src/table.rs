//! The table of foods. Its key has two parts: the partition key `type` and the sort key `name`. Together they name one
//! item; the first alone names all foods of a type, in the order of their names.
//!
//! Both attribute names are words that DynamoDB keeps for itself in expressions, as `create.rs` shows.

mod create;
mod delete;
mod item;
mod list;
mod read;
mod update;

use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;

/// The table of this name.
#[derive(Debug)]
pub(crate) struct Table {
    client: Client,
    name: String,
}

impl Table {
    /// The table of this name, with a client for the region, the credentials and the endpoint that the environment names.
    /// Made once, before the first event: every invocation after that finds it ready. Whether the table exists is found
    /// out by the first request.
    pub(crate) async fn open(name: String) -> Self {
        let config = aws_config::load_defaults(BehaviorVersion::v2026_01_12()).await;
        Self { client: Client::new(&config), name }
    }
}
