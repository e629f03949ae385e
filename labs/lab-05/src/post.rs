//! A post, and the texts that it is made of. A value of these types has been checked: what takes a [`Title`] need not
//! ask how long it is. Requests become these types in `draft.rs`; `table.rs` tells how they are stored.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::clock;
use crate::draft::Draft;
use crate::error::Error;

/// A post, as it is stored and as callers see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Post {
    pub(crate) id: PostId,
    pub(crate) title: Title,
    pub(crate) body: Words,
    pub(crate) author: Author,
    /// RFC 3339, UTC, milliseconds.
    pub(crate) created_at: String,
    pub(crate) updated_at: String,
    /// 1 when created; every change adds 1.
    pub(crate) version: u64,
}

impl Post {
    /// A new post. Its id and its `createdAt` are the same moment, so sorting by either gives the same order.
    pub(crate) fn new(draft: Draft) -> Self {
        let id = PostId::new();
        let created_at = id.created_at();
        Self {
            id,
            title: draft.title,
            body: draft.body,
            author: draft.author,
            updated_at: created_at.clone(),
            created_at,
            version: 1,
        }
    }
}

/// A post's id: a UUID of version 7, which begins with the time, so ids sort as posts were created. Those of one
/// execution environment are strictly increasing; those of two, within the same millisecond, have some order that never
/// changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PostId(Uuid);

impl PostId {
    /// The next one.
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// The id in a path, or nothing if no post can have it. One spelling only: were `0A…` and `0a…` the same post, one
    /// post would have many addresses, and caches and logs would count it as many.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let id = Self::from_uuid(Uuid::try_parse(text).ok()?)?;
        (id.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text).then_some(id)
    }

    /// The id of these bytes, if it is one that [`PostId::new`] could have made.
    pub(crate) fn from_uuid(uuid: Uuid) -> Option<Self> {
        (uuid.get_version_num() == 7).then_some(Self(uuid))
    }

    /// Its bytes.
    pub(crate) fn as_uuid(&self) -> &Uuid {
        &self.0
    }

    fn created_at(self) -> String {
        let (seconds, nanos) = self.0.get_timestamp().map_or((0, 0), |stamp| stamp.to_unix());
        let seconds = i64::try_from(seconds).unwrap_or_default();
        clock::rfc3339(seconds * 1000 + i64::from(nanos / 1_000_000))
    }
}

impl Serialize for PostId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

impl TryFrom<String> for PostId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text} is not a post id"))
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// 1 to 120 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Title(String);

impl From<Title> for String {
    fn from(text: Title) -> Self {
        text.0
    }
}

impl Title {
    /// # Errors
    /// 400 on the field `title`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        one_line("title", text, 120).map(Self)
    }
}

/// 1 to 4,000 characters; new lines and tabs are among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Words(String);

impl From<Words> for String {
    fn from(text: Words) -> Self {
        text.0
    }
}

impl Words {
    /// # Errors
    /// 400 on the field `body`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        // Some systems end a line with two characters. They mean what the others mean by one.
        let text = text.replace("\r\n", "\n");
        checked("body", &text, 4000, |c| c != '\n' && c != '\t').map(Self)
    }
}

/// 1 to 40 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Author(String);

impl Author {
    /// # Errors
    /// 400 on the field `author`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        one_line("author", text, 40).map(Self)
    }
}

fn one_line(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    checked(field, text, most, |_| true)
}

/// The text without the space around it. `refused` says which control characters have no place in it: they are
/// invisible, and some of them steer a terminal that prints the log.
fn checked(field: &'static str, text: &str, most: usize, refused: fn(char) -> bool) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field(field, "must not be empty"));
    }
    let length = text.chars().count();
    if length > most {
        return Err(Error::field(field, format!("must have at most {most} characters, and has {length}")));
    }
    if let Some(control) = text.chars().find(|c| c.is_control() && refused(*c)) {
        return Err(Error::field(
            field,
            format!("must not contain the control character U+{:04X}", u32::from(control)),
        ));
    }
    Ok(text.to_owned())
}
