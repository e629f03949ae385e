//! Envelopes: proxy replies as lab 01 has them.

use serde_json::{Value, json};

use crate::encoding::to_base64;

/// The board's picture, 32 pixels wide and high.
const ICON: &[u8] = include_bytes!("icon.png");

/// A reply with a JSON body.
pub(crate) fn json(status: u16, body: &Value) -> Value {
    json!({
        "statusCode": status,
        "headers": { "Content-Type": "application/json" },
        "body": body.to_string(),
    })
}

/// The icon. A reply is JSON and has no place for bytes, so they travel as base64, and API Gateway turns them back.
pub(crate) fn icon() -> Value {
    json!({
        "statusCode": 200,
        "headers": { "Content-Type": "image/png", "Cache-Control": "public, max-age=3600" },
        "body": to_base64(ICON),
        "isBase64Encoded": true,
    })
}
