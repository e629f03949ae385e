//! The types of a request's members, as AWS's models have them, and what a service says of a value of another type: before anything else
//! about the request, because it cannot be read.
//!
//! The words are those of AWS's own framework, as SQS, Lambda and CloudWatch Logs have them. DynamoDB, whose reader is older, has its own.
//! <https://github.com/async-aws/aws/issues/1667>

use serde_json::Value;

/// What a member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// Bytes, in Base64.
    Blob,
    Boolean,
    Integer,
    Long,
    Double,
    Timestamp,
    List(&'static Shape),
    Map(&'static Shape),
    /// A structure; members that it does not have are not looked at.
    Structure(&'static [(&'static str, Shape)]),
}

impl Shape {
    pub(super) const TEXTS: Shape = Shape::List(&Shape::Text);

    /// What is wrong with the type of `value`, or of what is in it; nothing where it can be read. Null stands for nothing.
    pub(super) fn mistyped(&self, value: &Value) -> Option<String> {
        match (self, value) {
            (_, Value::Null) => None,
            (Shape::List(entry), Value::Array(entries)) => entries.iter().find_map(|value| entry.mistyped(value)),
            (Shape::Map(entry), Value::Object(entries)) => entries.values().find_map(|value| entry.mistyped(value)),
            (Shape::Structure(members), Value::Object(given)) => given.iter().find_map(|(name, value)| {
                let (_, shape) = members.iter().find(|(known, _)| known == name)?;
                shape.mistyped(value)
            }),
            (Shape::List(_) | Shape::Text | Shape::Blob | Shape::Boolean, Value::Object(_))
            | (Shape::Integer | Shape::Long | Shape::Double | Shape::Timestamp, Value::Object(_)) => {
                Some("Start of structure or map found where not expected.".to_string())
            }
            (_, Value::Array(_)) => Some("Start of list found where not expected".to_string()),
            (Shape::List(_), _) => Some("Expected list or null".to_string()),
            (Shape::Map(_), _) => Some("Expected map or null".to_string()),
            (Shape::Structure(_), _) => Some("Expected null".to_string()),
            (Shape::Text | Shape::Blob, Value::String(_)) | (Shape::Boolean, Value::Bool(_)) => None,
            (Shape::Integer | Shape::Long | Shape::Double | Shape::Timestamp, Value::Number(_)) => None,
            (scalar, value) => {
                let token = match value {
                    Value::Bool(true) => "TRUE_VALUE",
                    Value::Bool(false) => "FALSE_VALUE",
                    Value::Number(_) => "NUMBER_VALUE",
                    _ => "STRING_VALUE",
                };
                Some(format!("{token} can not be converted to {}", scalar.called()))
            }
        }
    }

    /// What is wrong with a text in `value`, which is a request in the query protocol, where every value is one. The words for a boolean are
    /// those of AWS's framework (<https://github.com/boto/boto/issues/309>, <https://github.com/floci-io/floci/pull/3075>); no source has
    /// those for a number, which are ours.
    pub(super) fn misspelt(&self, value: &Value) -> Option<String> {
        match (self, value) {
            (Shape::List(entry), Value::Array(entries)) => entries.iter().find_map(|value| entry.misspelt(value)),
            (Shape::Structure(members), Value::Object(given)) => {
                members.iter().find_map(|(name, shape)| shape.misspelt(given.get(*name)?))
            }
            (Shape::Boolean, Value::String(text)) if text.is_empty() => {
                Some("missing value for boolean type".to_string())
            }
            (Shape::Boolean, Value::String(text)) if !["true", "false", "1", "0"].contains(&text.as_str()) => {
                Some("boolean must follow xsd1.1 definition".to_string())
            }
            (Shape::Integer | Shape::Long, Value::String(text)) if text.parse::<i64>().is_err() => {
                Some(format!("'{text}' is not a whole number"))
            }
            _ => None,
        }
    }

    fn called(&self) -> &'static str {
        match self {
            Shape::Blob => "a Blob",
            Shape::Boolean => "a Boolean",
            Shape::Integer => "an Integer",
            Shape::Long => "a Long",
            Shape::Double => "a Double",
            Shape::Timestamp => "milliseconds since epoch",
            Shape::Text | Shape::List(_) | Shape::Map(_) | Shape::Structure(_) => "a String",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_of_another_type_is_named_in_the_frameworks_words() {
        const INNER: Shape = Shape::Structure(&[("x", Shape::Text)]);
        const SHAPE: Shape = Shape::Structure(&[
            ("text", Shape::Text),
            ("integer", Shape::Integer),
            ("long", Shape::Long),
            ("boolean", Shape::Boolean),
            ("texts", Shape::TEXTS),
            ("map", Shape::Map(&INNER)),
            ("structure", INNER),
        ]);
        let (list, structure) =
            ("Start of list found where not expected", "Start of structure or map found where not expected.");
        for (request, expected) in [
            (
                json!({ "text": "a", "integer": 1, "boolean": false, "texts": ["a", null], "map": { "k": { "x": "" } } }),
                None,
            ),
            (json!({ "text": null, "structure": { "y": 1 }, "other": 5 }), None),
            (json!({ "text": 1 }), Some("NUMBER_VALUE can not be converted to a String")),
            (json!({ "text": 1.5 }), Some("NUMBER_VALUE can not be converted to a String")),
            (json!({ "text": true }), Some("TRUE_VALUE can not be converted to a String")),
            (json!({ "text": [] }), Some(list)),
            (json!({ "text": {} }), Some(structure)),
            (json!({ "integer": "1" }), Some("STRING_VALUE can not be converted to an Integer")),
            (json!({ "integer": false }), Some("FALSE_VALUE can not be converted to an Integer")),
            (json!({ "long": "1" }), Some("STRING_VALUE can not be converted to a Long")),
            (json!({ "boolean": "true" }), Some("STRING_VALUE can not be converted to a Boolean")),
            (json!({ "texts": "a" }), Some("Expected list or null")),
            (json!({ "texts": {} }), Some(structure)),
            (json!({ "texts": ["a", 1] }), Some("NUMBER_VALUE can not be converted to a String")),
            (json!({ "map": 1 }), Some("Expected map or null")),
            (json!({ "map": [] }), Some(list)),
            (json!({ "map": { "k": "v" } }), Some("Expected null")),
            (json!({ "map": { "k": { "x": 1 } } }), Some("NUMBER_VALUE can not be converted to a String")),
            (json!({ "structure": "s" }), Some("Expected null")),
            (json!({ "structure": [] }), Some(list)),
        ] {
            assert_eq!(SHAPE.mistyped(&request).as_deref(), expected, "{request}");
        }
    }

    #[test]
    fn a_text_that_stands_for_something_else_is_read_as_xml_schema_has_it() {
        const SHAPE: Shape = Shape::Structure(&[
            ("on", Shape::Boolean),
            ("list", Shape::List(&Shape::Structure(&[("off", Shape::Boolean)]))),
            ("count", Shape::Integer),
        ]);
        let boolean = Some("boolean must follow xsd1.1 definition");
        for (request, expected) in [
            (json!({ "on": "true", "list": [{ "off": "0" }, {}], "count": "-1", "other": "maybe" }), None),
            (json!({ "on": "1", "list": "" }), None),
            (json!({ "on": "" }), Some("missing value for boolean type")),
            (json!({ "on": "TRUE" }), boolean),
            (json!({ "on": "maybe" }), boolean),
            (json!({ "list": [{ "off": "false" }, { "off": "no" }] }), boolean),
            (json!({ "count": "1.5" }), Some("'1.5' is not a whole number")),
            (json!({ "count": "" }), Some("'' is not a whole number")),
        ] {
            assert_eq!(SHAPE.misspelt(&request).as_deref(), expected, "{request}");
        }
    }
}
