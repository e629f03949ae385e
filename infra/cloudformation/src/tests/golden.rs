//! The expected stacks and errors of the cases, written anew by `cargo xtask bless --templates`.
//!
//! An excerpt keeps its keys and their order, and gets today's values. A case without an excerpt gets the whole stack, and its
//! author deletes what the case is not about. The switch is the snapshot tool's own, and `.cargo/config.toml` forces it off for
//! everything that Cargo runs. So no test changes a file unless `cargo xtask` says so.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

/// Whether the answers are written and not compared.
pub(super) fn are_blessed() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

/// A JSON value with its keys in the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ordered {
    Scalar(Value),
    List(Vec<Ordered>),
    Object(Vec<(String, Ordered)>),
}

impl Ordered {
    pub(super) fn parse(text: &str) -> Ordered {
        serde_json::from_str(text).unwrap()
    }

    /// As a file has it.
    pub(super) fn text(&self) -> String {
        format!("{}\n", serde_json::to_string_pretty(self).unwrap())
    }

    /// This excerpt with the values of `found`. An item that is new in a list shows what the last one before it shows.
    pub(super) fn updated(&self, found: &Ordered) -> Ordered {
        match (self, found) {
            (Ordered::Object(kept), Ordered::Object(fields)) => {
                let of = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
                let absent = Ordered::Scalar(Value::Null);
                let field =
                    |(name, kept): &(String, Ordered)| (name.clone(), kept.updated(of(name).unwrap_or(&absent)));
                Ordered::Object(kept.iter().map(field).collect())
            }
            (Ordered::List(kept), Ordered::List(items)) => {
                let like = |at: usize| kept.get(at).or(kept.last());
                let item =
                    |(at, item): (usize, &Ordered)| like(at).map_or_else(|| item.clone(), |kept| kept.updated(item));
                Ordered::List(items.iter().enumerate().map(item).collect())
            }
            _ => found.clone(),
        }
    }
}

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Ordered::Scalar(value) => value.serialize(serializer),
            Ordered::List(items) => serializer.collect_seq(items),
            Ordered::Object(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
        }
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Ordered, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Ordered;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(Value::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Ordered, E> {
                Ok(Ordered::Scalar(value.into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ordered, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Ordered::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Ordered, A::Error> {
                let mut object = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    object.push(field);
                }
                Ok(Ordered::Object(object))
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}

#[test]
fn an_excerpt_keeps_its_keys_and_gets_the_values() {
    let excerpt = Ordered::parse(r#"{"b": 1, "a": [{"name": "x"}], "gone": null, "left": 1}"#);
    let stack = r#"{"a": [{"id": 7, "name": "X"}, {"id": 8, "name": "Y"}], "b": {"c": 1.5}, "other": true}"#;
    let updated = excerpt.updated(&Ordered::parse(stack));
    let expected = r#"{"b": {"c": 1.5}, "a": [{"name": "X"}, {"name": "Y"}], "gone": null, "left": null}"#;
    assert_eq!(updated, Ordered::parse(expected));
    assert!(updated.text().starts_with("{\n  \"b\": {"), "{}", updated.text());
}

#[test]
fn nothing_is_written_unless_the_makers_command_says_so() {
    let config = include_str!("../../../../.cargo/config.toml");
    assert!(config.contains("INSTA_UPDATE = { value = \"no\", force = true }"), "the switch is shut");
}
