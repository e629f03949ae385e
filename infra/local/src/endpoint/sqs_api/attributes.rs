//! Attributes of messages: which are legal, which a receiver asked for, and the digest by which clients compare.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use super::{Sender, SqsError, md5};
use crate::sqs::SentAttributes;

/// The most attributes of a message.
const ATTRIBUTES: usize = 10;

/// What is said of text with other characters than those that SQS takes.
const ILLEGAL: &str = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";

/// Refuses a message with characters that SQS does not take.
pub(super) fn legal_text(text: &str) -> Result<(), SqsError> {
    match is_legal(text) {
        true => Ok(()),
        false => Err(SqsError {
            error_type: "InvalidMessageContents",
            code: "InvalidMessageContents",
            message: ILLEGAL.to_string(),
        }),
    }
}

fn is_legal(text: &str) -> bool {
    // The rest of the range below U+0020, and two characters that mean nothing.
    !text.contains(|c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
}

/// What a request sends beside the text of a message.
pub(super) fn sent(request: &Value, sender: &Sender<'_>) -> Result<SentAttributes, SqsError> {
    let message = request["MessageAttributes"].as_object().cloned().unwrap_or_default();
    if message.len() > ATTRIBUTES {
        let count = message.len();
        return Err(SqsError::invalid_value(format!(
            "Number of message attributes [{count}] exceeds the allowed maximum [{ATTRIBUTES}]."
        )));
    }
    message.iter().try_for_each(|(name, attribute)| legal(name, attribute))?;
    let mut system = BTreeMap::from([("SenderId".to_string(), sender.id.clone())]);
    // What the message itself says of its trace counts more.
    system.extend(sender.trace.map(|trace| ("AWSTraceHeader".to_string(), trace.to_string())));
    for (name, attribute) in request["MessageSystemAttributes"].as_object().into_iter().flatten() {
        if name != "AWSTraceHeader" {
            return Err(SqsError::invalid_value(format!(
                "Message system attribute name '{name}' is invalid. Only AWSTraceHeader is supported."
            )));
        }
        system.insert(name.clone(), attribute["StringValue"].as_str().unwrap_or_default().to_string());
    }
    if let Some(group) = word(request, "MessageGroupId")? {
        system.insert("MessageGroupId".to_string(), group.to_string());
    }
    is_of_fifo_queues(request, "MessageDeduplicationId")?;
    Ok(SentAttributes { message, system })
}

/// Refuses the parameter called `name`, which only FIFO queues have.
pub(super) fn is_of_fifo_queues(request: &Value, name: &str) -> Result<(), SqsError> {
    let Some(id) = word(request, name)? else { return Ok(()) };
    Err(SqsError::invalid_value(format!(
        "Value {id} for parameter {name} is invalid. Reason: The request includes a parameter that is not valid for this queue type."
    )))
}

/// The parameter called `name`, which is letters, digits and punctuation.
fn word<'r>(request: &'r Value, name: &str) -> Result<Option<&'r str>, SqsError> {
    let Some(word) = request[name].as_str() else { return Ok(None) };
    let legal = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
    if (1..=128).contains(&word.len()) && word.chars().all(legal) {
        return Ok(Some(word));
    }
    Err(SqsError::invalid_value(format!(
        "Value {word} for parameter {name} is invalid. Reason: {name} can only include alphanumeric and punctuation characters. 1 to 128 \
         in length."
    )))
}

fn legal(name: &str, attribute: &Value) -> Result<(), SqsError> {
    let refused = |message: String| Err(SqsError::invalid_value(message));
    // Letters of every alphabet are.
    let legal = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || name.chars().count() > 256 || !name.chars().all(legal) {
        return refused(
            "Message (user) attribute name can only contain alphanumeric characters, hyphens, underscores and periods. It can be at most \
             256 letters long."
                .to_string(),
        );
    }
    let lower = name.to_ascii_lowercase();
    let is_reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
    if is_reserved || name.starts_with('.') || name.ends_with('.') || name.contains("..") {
        return refused(format!("Message (user) attribute name '{name}' is invalid."));
    }
    let kind = attribute["DataType"].as_str().unwrap_or_default();
    let (base, custom) = kind.split_once('.').map_or((kind, None), |(base, custom)| (base, Some(custom)));
    if kind.is_empty() {
        return refused(format!("Message (user) attribute '{name}' must contain a non-empty attribute type."));
    }
    if !["String", "Number", "Binary"].contains(&base) || custom == Some("") || kind.len() > 256 {
        return refused(format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, \
             and String."
        ));
    }
    let value = attribute[if base == "Binary" { "BinaryValue" } else { "StringValue" }].as_str().unwrap_or_default();
    if value.is_empty() {
        return refused(format!("Message (user) attribute '{name}' must contain a non-empty value of type '{base}'."));
    }
    if base == "Number" && value.parse::<f64>().map_or(true, |number| !number.is_finite()) {
        return refused(format!("Can't cast the value of message (user) attribute '{name}' to a number."));
    }
    // An attribute is a parameter, and a message is none.
    if base == "Binary" || is_legal(value) { Ok(()) } else { refused(ILLEGAL.to_string()) }
}

/// Of a message's attributes, those that a receiver asked for: by name, by a prefix with `.*`, or all.
pub(super) fn chosen(attributes: &Map<String, Value>, asked: &Value) -> Map<String, Value> {
    let asked: Vec<&str> = asked.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let wanted = |name: &str| {
        asked.iter().any(|asked| match asked.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => ["All", "*"].contains(asked) || *asked == name,
        })
    };
    attributes.iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// `MD5OfMessageAttributes`; nothing of no attributes.
pub(super) fn digest(attributes: &Map<String, Value>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    // Attributes are bounded far below what four bytes can count.
    let counted =
        |bytes: &[u8]| [u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes().as_slice(), bytes].concat();
    let mut digested = Vec::new();
    // Sorted by name.
    for (name, attribute) in attributes.iter().collect::<BTreeMap<_, _>>() {
        let kind = attribute["DataType"].as_str().unwrap_or_default();
        let is_binary = kind.starts_with("Binary");
        let value = match is_binary {
            true => BASE64_STANDARD.decode(attribute["BinaryValue"].as_str().unwrap_or_default()).unwrap_or_default(),
            false => attribute["StringValue"].as_str().unwrap_or_default().as_bytes().to_vec(),
        };
        digested.extend(counted(name.as_bytes()));
        digested.extend(counted(kind.as_bytes()));
        // How the value is transported: as text or as bytes.
        digested.push(if is_binary { 2 } else { 1 });
        digested.extend(counted(&value));
    }
    Some(md5(digested))
}

/// `MD5OfMessageSystemAttributes`; nothing of none.
pub(super) fn system_digest(request: &Value) -> Option<String> {
    digest(request["MessageSystemAttributes"].as_object()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The digest that the SDK for Python computes of the same attributes.
    #[test]
    fn the_digest_is_that_of_the_clients() {
        let attributes = json!({ "timestamp": { "DataType": "Number", "StringValue": "1493147359900" } });
        assert_eq!(digest(attributes.as_object().unwrap()).unwrap(), "235c5c510d26fb653d073faed50ae77c");
        let attributes = json!({
            "id": { "DataType": "String", "StringValue": "x" },
            "b": { "DataType": "Binary.png", "BinaryValue": "AQI=" },
        });
        assert_eq!(digest(attributes.as_object().unwrap()).unwrap(), "5f16aff57fba64d454364d209dfda984");
        assert_eq!(digest(&Map::new()), None);
    }

    #[test]
    fn attributes_are_refused_by_name_type_and_value() {
        let check = |name: &str, attribute: Value, expected: Option<&str>| {
            let sender = Sender { id: "A".to_string(), trace: None };
            let got = sent(&json!({ "MessageAttributes": { name: attribute } }), &sender);
            match (got, expected) {
                (Ok(sent), None) => assert!(sent.message.contains_key(name)),
                (Err(error), Some(expected)) => assert!(error.message.contains(expected), "{name}: {}", error.message),
                (got, expected) => panic!("{name}: {got:?} instead of {expected:?}"),
            }
        };
        let text = |value: &str| json!({ "DataType": "String", "StringValue": value });
        check("a.b-c_d", text("x"), None);
        check("a.b", json!({ "DataType": "Number.int", "StringValue": "-1.5e3" }), None);
        check("a b", text("x"), Some("attribute name can only contain"));
        check("AWS.x", text("x"), Some("attribute name 'AWS.x' is invalid"));
        check("a..b", text("x"), Some("is invalid"));
        check("a", text(""), Some("Message (user) attribute 'a' must contain a non-empty value of type 'String'."));
        check("a", json!({ "DataType": "Text", "StringValue": "x" }), Some("has an invalid message attribute type"));
        check("a", json!({ "StringValue": "x" }), Some("must contain a non-empty attribute type"));
        check("a", json!({ "DataType": "Number", "StringValue": "one" }), Some("to a number"));
        check("a", text("\u{1}"), Some("Invalid characters found."));
    }

    #[test]
    fn a_message_belongs_to_its_own_trace_or_to_that_of_its_request() {
        let sender = Sender { id: "A".to_string(), trace: Some("Root=1") };
        let own = json!({ "MessageSystemAttributes": { "AWSTraceHeader": { "DataType": "String", "StringValue": "Root=2" } } });
        for (request, expected) in [(json!({}), "Root=1"), (own, "Root=2")] {
            assert_eq!(sent(&request, &sender).unwrap().system["AWSTraceHeader"], expected);
        }
    }

    #[test]
    fn a_receiver_gets_what_it_asks_for() {
        let all = json!({ "a.x": 1, "a.y": 2, "b": 3 });
        for (asked, expected) in [
            (json!(null), json!({})),
            (json!(["All"]), all.clone()),
            (json!([".*"]), all.clone()),
            (json!(["*"]), all.clone()),
            (json!(["b", "c"]), json!({ "b": 3 })),
            (json!(["a.*"]), json!({ "a.x": 1, "a.y": 2 })),
        ] {
            assert_eq!(Value::from(chosen(all.as_object().unwrap(), &asked)), expected, "{asked}");
        }
    }
}
