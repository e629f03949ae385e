//! What callers send: a new post, or a change to one. Parsed field by field, so that the answer to a bad request names
//! the field. Fields that the board does not know are left alone: a client may send back the whole post that it read.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::post::{Author, Title, Words};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Above this, programs that keep numbers as JavaScript does would confuse one version with the next.
const LARGEST_VERSION: u64 = 1 << 53;

/// A post that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Draft {
    pub(crate) title: Title,
    pub(crate) body: Words,
    pub(crate) author: Author,
}

impl Draft {
    /// # Errors
    /// 400 naming the first field that is missing or wrong.
    pub(crate) fn parse(object: &Object) -> Result<Self, Error> {
        Ok(Self {
            title: Title::parse(text(object, "title")?)?,
            body: Words::parse(text(object, "body")?)?,
            author: Author::parse(text(object, "author")?)?,
        })
    }
}

/// A change to a post that the caller has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) title: Title,
    pub(crate) body: Words,
    /// The version that the caller saw. The change is refused if there has been another since.
    pub(crate) version: u64,
}

impl Edit {
    /// # Errors
    /// 400 naming the first field that is missing or wrong.
    pub(crate) fn parse(object: &Object) -> Result<Self, Error> {
        let version = field(object, "version")?
            .as_u64()
            .filter(|version| (1..LARGEST_VERSION).contains(version))
            .ok_or_else(|| Error::field("version", "must be the whole number that the post was read with"))?;
        Ok(Self { title: Title::parse(text(object, "title")?)?, body: Words::parse(text(object, "body")?)?, version })
    }
}

fn field<'a>(object: &'a Object, name: &'static str) -> Result<&'a Value, Error> {
    object.get(name).filter(|value| !value.is_null()).ok_or_else(|| Error::field(name, "is missing"))
}

fn text<'a>(object: &'a Object, name: &'static str) -> Result<&'a str, Error> {
    field(object, name)?.as_str().ok_or_else(|| Error::field(name, "must be a text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Object {
        serde_json::from_str(json).unwrap()
    }

    fn bad_field<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
        match result.unwrap_err() {
            Error::BadField { field, .. } => field,
            other => panic!("not about a field: {other:?}"),
        }
    }

    #[test]
    fn the_first_bad_field_is_named() {
        for (json, field) in [
            ("{}", "title"),
            (r#"{"title":null,"body":"b","author":"a"}"#, "title"),
            (r#"{"title":7,"body":"b","author":"a"}"#, "title"),
            (r#"{"title":"t","author":"a"}"#, "body"),
            (r#"{"title":"t","body":["b"],"author":"a"}"#, "body"),
            (r#"{"title":"t","body":"b","author":" "}"#, "author"),
        ] {
            assert_eq!(bad_field(Draft::parse(&object(json))), field, "{json}");
        }
    }

    #[test]
    fn a_version_is_a_whole_number_from_one() {
        for version in ["0", "-1", "1.5", "\"1\"", "null", "true", "1e30", "9007199254740992", "18446744073709551615"] {
            let json = format!(r#"{{"title":"t","body":"b","version":{version}}}"#);
            assert_eq!(bad_field(Edit::parse(&object(&json))), "version", "{json}");
        }
        assert_eq!(Edit::parse(&object(r#"{"title":"t","body":"b","version":3}"#)).unwrap().version, 3);
    }

    #[test]
    fn unknown_fields_are_left_alone() {
        let whole = r#"{"id":"x","title":"t","body":"b","author":"a","createdAt":"y","version":1,"colour":"red"}"#;
        assert!(Draft::parse(&object(whole)).is_ok() && Edit::parse(&object(whole)).is_ok());
    }
}
