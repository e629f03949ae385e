//! Creating a post, once. A browser that got no answer, or a finger that clicked twice, sends the same request again;
//! with an `Idempotency-Key` the second one finds the post of the first.

use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::item::from_item;
use super::transaction::Transaction;
use super::{Table, post_key};
use crate::clock;
use crate::draft::Draft;
use crate::error::Error;
use crate::keys::{Item, key};
use crate::post::{Post, PostId};

/// How long a key is remembered, in seconds. Repeats come within minutes; keys kept for ever would be paid for ever.
const REMEMBERED: i64 = 24 * 60 * 60;

/// The caller's name for one act of posting. Only its hash is kept: keys are the callers' and may be anything.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(String);

impl IdempotencyKey {
    /// # Errors
    /// 400 on the field `Idempotency-Key` unless it is 1 to 255 printable ASCII characters.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.is_empty() || bytes.len() > 255 || !bytes.iter().all(u8::is_ascii_graphic) {
            return Err(Error::field("Idempotency-Key", "must be 1 to 255 printable ASCII characters without spaces"));
        }
        Ok(Self(hash(bytes)))
    }

    fn item_key(&self) -> Item {
        key(format!("ONCE#{}", self.0), "ONCE")
    }
}

/// What is remembered of a request that had a key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Once {
    /// The post that it made.
    post_id: PostId,
    /// Hash of what it asked for.
    asked: String,
    /// Epoch seconds. DynamoDB deletes the item some time after this, within days, so whether it still counts is
    /// decided here.
    expires_at: i64,
}

impl Table {
    /// A new post; or the one that a request with the same key and the same content made before, as it is now.
    ///
    /// # Errors
    /// `KeyReused` when the key was used with other content, or its post has been deleted.
    pub(crate) async fn create(&self, draft: Draft, given: Option<IdempotencyKey>) -> Result<Post, Error> {
        let asked = hash(&serde_json::to_vec(&draft).map_err(|error| Error::Internal(error.to_string()))?);
        let post = Post::new(draft);
        let once = Once { post_id: post.id, asked, expires_at: clock::now() / 1000 + REMEMBERED };

        let mut writes = vec![TransactWriteItem::builder().put(self.put_new(post_key(post.id), &post)?).build()];
        if let Some(given) = given {
            writes.push(TransactWriteItem::builder().put(self.remember(&given, &once)?).build());
        }
        let refused = match self.transact(&writes).await? {
            Transaction::Written => return Ok(post),
            Transaction::Refused(reasons) => reasons,
        };

        let record = refused.into_iter().nth(1).and_then(|reason| reason.item);
        let record = record.ok_or_else(|| Error::Internal(format!("the new id {} was taken", post.id)))?;
        let earlier: Once = from_item(record)?;
        if earlier.asked != once.asked {
            return Err(Error::KeyReused("was used for another post before"));
        }
        self.read(earlier.post_id).await.map_err(|error| match error {
            Error::NoSuchPost(_) => Error::KeyReused("made a post that has been deleted since"),
            other => other,
        })
    }

    /// The write that remembers a key. It is refused, and brings along what is remembered, if the key was seen before.
    fn remember(&self, given: &IdempotencyKey, once: &Once) -> Result<Put, Error> {
        // TODO(lab-05.1): refuse this write when the key was seen before, and have the earlier record sent along.
        let mut put = self.put_new(given.item_key(), once)?;
        put.condition_expression = None;
        Ok(put)
    }
}

/// SHA-256, in hexadecimal.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
