//! Reading an item into a struct. `serde_dynamo::from_item` does this too, and first moves each item into a map of its own:
//! with twenty posts on a page, that was a tenth of what the function computes for it.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::value::{Error, MapDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::keys::Item;

/// The struct in an item; attributes that it does not have are passed over, as the keys are.
///
/// # Errors
/// When an attribute is missing, or is not what the struct says.
pub(super) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    T::deserialize(MapDeserializer::new(item.into_iter().map(|(name, value)| (name, Value(value)))))
}

/// The value of one attribute.
struct Value(AttributeValue);

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    // The board writes texts and whole numbers only.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            AttributeValue::S(text) => visitor.visit_string(text),
            AttributeValue::N(number) => visitor.visit_i64(number.parse().map_err(Error::custom)?),
            _ => Err(Error::custom("neither a text nor a number")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl IntoDeserializer<'_> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::key;
    use crate::post::Post;

    fn stored() -> Item {
        let mut item = key("BOARD", "POST#019ac000-0000-7000-8000-000000000000");
        for (name, text) in [
            ("id", "019ac000-0000-7000-8000-000000000000"),
            ("title", "한글 \"and\" 👩‍💻"),
            ("body", "a\nb"),
            ("author", "Ada"),
            ("createdAt", "2025-11-26T11:50:16.832Z"),
            ("updatedAt", "2025-11-26T11:50:16.832Z"),
        ] {
            item.insert(name.to_owned(), AttributeValue::S(text.to_owned()));
        }
        item.insert("version".to_owned(), AttributeValue::N("7".to_owned()));
        item
    }

    #[test]
    fn a_post_is_what_serde_dynamo_reads_and_more_attributes_do_no_harm() {
        let mut item = stored();
        item.insert("tags".to_owned(), AttributeValue::L(vec![AttributeValue::Null(true)]));
        let post: Post = from_item(item.clone()).unwrap();
        assert_eq!(post, serde_dynamo::from_item(item).unwrap());
        assert_eq!(post.version, 7);
    }

    #[test]
    fn what_the_board_did_not_write_is_an_error() {
        let read = |name: &str, value: Option<AttributeValue>| {
            let mut item = stored();
            match value {
                Some(value) => item.insert(name.to_owned(), value),
                None => item.remove(name),
            };
            from_item::<Post>(item).map(drop).unwrap_err().to_string()
        };
        assert_eq!(read("title", None), "missing field `title`");
        for (name, value) in [
            ("title", AttributeValue::N("1".to_owned())),
            ("title", AttributeValue::Null(true)),
            ("id", AttributeValue::S("no id".to_owned())),
            ("version", AttributeValue::S("1".to_owned())),
            ("version", AttributeValue::N("-1".to_owned())),
            ("version", AttributeValue::N("1.5".to_owned())),
        ] {
            let why = read(name, Some(value.clone()));
            assert!(!why.is_empty(), "{name} as {value:?} was read");
        }
    }
}
