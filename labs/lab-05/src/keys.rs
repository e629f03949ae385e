//! The keys of the board's one table, as far as both functions use them: `board-api` reads what `board-feed` writes.
//! The whole design, with its reasons, is told in `table.rs`.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// Partition of all posts. The stream's filter in the template names it too.
pub const BOARD: &str = "BOARD";

/// Sort key of a post is this and its id.
pub const POST: &str = "POST#";

/// Partition of the feed: one item per event, and [`TOTAL`].
pub const FEED: &str = "FEED";

/// Sort key of the item that holds the count. It sorts after every event (`EVENT#…`), so a query that reads the
/// partition backwards meets the count first and then the newest events.
pub const TOTAL: &str = "TOTAL";

/// The primary key of one item.
pub fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    HashMap::from([("pk".to_owned(), AttributeValue::S(pk.into())), ("sk".to_owned(), AttributeValue::S(sk.into()))])
}
