//! JSON with its keys in the order in which they were sent: a transcript shows an answer, and an answer has an order.

use std::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// A string, a number, true, false or null.
    Scalar(Value),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads `text`; nothing where it is not JSON.
    pub(super) fn parse(text: &[u8]) -> Option<Json> {
        serde_json::from_slice(text).ok()
    }

    /// The part that `path` leads to: `ConsumedCapacity.CapacityUnits`, `posts.0.id`.
    pub(super) fn at(&self, path: &str) -> Option<&Json> {
        path.split('.').try_fold(self, |value, step| match value {
            Json::Object(fields) => fields.iter().find(|(name, _)| name == step).map(|(_, value)| value),
            Json::List(items) => items.get(step.parse::<usize>().ok()?),
            Json::Scalar(_) => None,
        })
    }

    /// The object with only these of its keys, in its own order; with all of them when none are named.
    pub(super) fn keep(self, keys: &[String]) -> Json {
        match self {
            Json::Object(fields) if !keys.is_empty() => {
                Json::Object(fields.into_iter().filter(|(name, _)| keys.contains(name)).collect())
            }
            other => other,
        }
    }

    /// An object of the values that `paths` lead to, by their paths; all of it when there are none.
    ///
    /// # Errors
    ///
    /// The first path that leads nowhere.
    pub(super) fn chosen(self, paths: &[String]) -> Result<Json, &String> {
        if paths.is_empty() {
            return Ok(self);
        }
        let field = |path| Ok((String::clone(path), self.at(path).ok_or(path)?.clone()));
        Ok(Json::Object(paths.iter().map(field).collect::<Result<_, _>>()?))
    }

    /// Indented by two blanks a level.
    pub(super) fn pretty(&self) -> String {
        let mut text = String::new();
        self.write_pretty(&mut text, 0);
        text
    }

    fn write_pretty(&self, out: &mut String, level: usize) {
        let inside = "  ".repeat(level + 1);
        let mut separator = "\n";
        match self {
            Json::List(items) if !items.is_empty() => {
                out.push('[');
                for item in items {
                    let _ = write!(out, "{separator}{inside}");
                    item.write_pretty(out, level + 1);
                    separator = ",\n";
                }
                let _ = write!(out, "\n{}]", "  ".repeat(level));
            }
            Json::Object(fields) if !fields.is_empty() => {
                out.push('{');
                for (name, value) in fields {
                    let _ = write!(out, "{separator}{inside}{}: ", Value::from(name.as_str()));
                    value.write_pretty(out, level + 1);
                    separator = ",\n";
                }
                let _ = write!(out, "\n{}}}", "  ".repeat(level));
            }
            flat => {
                let _ = write!(out, "{flat}");
            }
        }
    }
}

/// On one line, with a blank after each colon and comma.
impl fmt::Display for Json {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Scalar(value) => write!(out, "{value}"),
            Json::List(items) => {
                let items: Vec<String> = items.iter().map(Json::to_string).collect();
                write!(out, "[{}]", items.join(", "))
            }
            Json::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{}: {value}", Value::from(name.as_str()))).collect();
                write!(out, "{{{}}}", fields.join(", "))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(InOrder)
    }
}

/// Takes keys as they come; `serde_json`'s own map would sort them.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Json::Object(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Scalar(text.into()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Scalar(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_the_text() {
        let json = Json::parse(br#"{"z":[1,{}],"a":{"y":3.0,"b":"x\"y"},"n":null}"#).unwrap();
        assert_eq!(json.to_string(), r#"{"z": [1, {}], "a": {"y": 3.0, "b": "x\"y"}, "n": null}"#);
        let pretty = "{\n  \"z\": [\n    1,\n    {}\n  ],\n  \"a\": {\n    \"y\": 3.0,\n    \"b\": \"x\\\"y\"\n  },\n  \"n\": null\n}";
        assert_eq!(json.pretty(), pretty);
        assert_eq!(json.at("a.y").unwrap().to_string(), "3.0");
        assert_eq!(json.at("z.0").unwrap().to_string(), "1");
        let paths = ["a.y".to_string(), "n".to_string(), "a.c".to_string()];
        assert_eq!(json.clone().chosen(&paths[..2]).unwrap().to_string(), r#"{"a.y": 3.0, "n": null}"#);
        assert_eq!(json.clone().chosen(&paths), Err(&paths[2]));
        assert_eq!(json.keep(&["n".to_string(), "z".to_string()]).to_string(), r#"{"z": [1, {}], "n": null}"#);
        assert_eq!(Json::parse(b"Kim"), None);
    }
}
