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
