//! The cursor: where a page of the list ended, as a text that callers keep and give back.
//!
//! It is opaque on purpose. DynamoDB's `LastEvaluatedKey` would do as it is, but then callers learn the table's keys,
//! come to rely on them, and may send any key they like. So it carries a version and the last post's id, and a
//! checksum, by which a text that was cut or edited on its way is a 400 instead of a page from somewhere else. It is no
//! signature: a caller who forges one reads a page that he could have paged to anyway.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Error;
use crate::post::PostId;

/// Layout of the bytes: this, the id's 16, the first [`CHECK`] of their hash.
const VERSION: u8 = 1;
const ID: usize = 16;
const CHECK: usize = 4;

/// Where the next page begins: after this post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub(crate) struct Cursor {
    /// The last post of the page before.
    pub(crate) after: PostId,
}

impl Cursor {
    /// Reads what [`Cursor::to_text`] wrote.
    ///
    /// # Errors
    /// 400 on the field `cursor` for anything else.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        Self::decode(text).ok_or_else(|| {
            Error::field(
                "cursor",
                "is not one that this API gave out: take it from \"next\", or leave it out for the first page",
            )
        })
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (signed, check) = bytes.split_at_checked(1 + ID)?;
        let (version, id) = signed.split_first()?;
        if *version != VERSION || check != checksum(signed) {
            return None;
        }
        Some(Self { after: PostId::from_uuid(Uuid::from_slice(id).ok()?)? })
    }

    /// 28 characters that need no escaping in a URL.
    pub(crate) fn to_text(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(self.after.as_uuid().as_bytes());
        let check = checksum(&bytes);
        bytes.extend_from_slice(&check);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_text()
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECK] {
    let hash = Sha256::digest(bytes);
    std::array::from_fn(|i| hash[i])
}
