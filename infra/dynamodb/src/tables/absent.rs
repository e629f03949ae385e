//! Members of a request that are missing, and values that are of another type, in the service's words: of some of them the engine says
//! only what its own reader met.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use stack::constraint;

use super::stream::members::conversion;

/// What the engine's reader says of a member that is missing.
const OF_READER: [&str; 2] = ["missing field `", "invalid type: null"];
/// And of bytes that are none, or of text where a set belongs.
const NOT_BYTES: &str = "invalid base64";
const NOT_A_SET: &str = "expected array for";
/// And of a text or a number that is anything else.
const NOT_TEXT: &str = "TRUE_VALUE cannot be converted to String";

/// The members of an operation that must be there where what they stand in is. `*` is every entry of a list, `%` every value of a map.
fn required(operation: &str) -> &'static [&'static str] {
    match operation {
        "BatchExecuteStatement" => &["Statements", "Statements.*.Statement"],
        "BatchGetItem" => &["RequestItems", "RequestItems.%", "RequestItems.%.Keys"],
        "BatchWriteItem" => &[
            "RequestItems",
            "RequestItems.%",
            "RequestItems.%.*.PutRequest.Item",
            "RequestItems.%.*.DeleteRequest.Key",
        ],
        "CreateTable" => &["StreamSpecification.StreamEnabled", "Tags.*.Key", "Tags.*.Value"],
        "ExecuteStatement" => &["Statement"],
        "ExecuteTransaction" => &["TransactStatements", "TransactStatements.*.Statement"],
        "TagResource" => &["ResourceArn", "Tags", "Tags.*.Key", "Tags.*.Value"],
        "TransactGetItems" => {
            &["TransactItems", "TransactItems.*.Get", "TransactItems.*.Get.TableName", "TransactItems.*.Get.Key"]
        }
        "TransactWriteItems" => &[
            "TransactItems",
            "TransactItems.*.ConditionCheck.TableName",
            "TransactItems.*.ConditionCheck.Key",
            "TransactItems.*.ConditionCheck.ConditionExpression",
            "TransactItems.*.Delete.TableName",
            "TransactItems.*.Delete.Key",
            "TransactItems.*.Put.TableName",
            "TransactItems.*.Put.Item",
            "TransactItems.*.Update.TableName",
            "TransactItems.*.Update.Key",
            "TransactItems.*.Update.UpdateExpression",
        ],
        "UntagResource" => &["ResourceArn", "TagKeys"],
        "UpdateTable" => &[
            "StreamSpecification.StreamEnabled",
            "GlobalSecondaryIndexUpdates.*.Create.IndexName",
            "GlobalSecondaryIndexUpdates.*.Create.KeySchema",
            "GlobalSecondaryIndexUpdates.*.Create.Projection",
            "GlobalSecondaryIndexUpdates.*.Delete.IndexName",
            "GlobalSecondaryIndexUpdates.*.Update.IndexName",
        ],
        _ => &[],
    }
}

/// What the service says where the engine's reader says `message`; nothing where those words are the service's.
pub(super) fn in_the_services_words(operation: &str, request: &Value, message: &str) -> Option<String> {
    if OF_READER.iter().any(|words| message.starts_with(words)) {
        let missing = required(operation).iter().flat_map(|path| places(request, path));
        let violations: Vec<String> =
            missing.map(|place| constraint::violation("null", &place, "not be null")).collect();
        if !violations.is_empty() {
            return Some(constraint::message(&violations));
        }
    }
    if message.starts_with(NOT_BYTES) {
        return not_bytes(request);
    }
    if message == NOT_TEXT {
        return not_text(request);
    }
    message.starts_with(NOT_A_SET).then(|| "Unexpected field type".to_string())
}

/// The engine's words without the place in the text at which its reader stood.
pub(super) fn without_position(message: &str) -> Option<&str> {
    let (words, position) = message.rsplit_once(" at line ")?;
    let is_position = position.split(" column ").all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    is_position.then_some(words)
}

/// Where null stands at the end of `path`, as the service calls such places.
fn places(request: &Value, path: &str) -> Vec<String> {
    let mut found = vec![(String::new(), request)];
    let steps: Vec<&str> = path.split('.').collect();
    for (number, step) in steps.iter().enumerate() {
        let is_last = number + 1 == steps.len();
        found = found
            .into_iter()
            .flat_map(|(place, value)| entries(&place, value, step))
            // What is not there has no members that could be missing.
            .filter(|(_, value)| is_last || !value.is_null())
            .collect();
    }
    found.into_iter().filter(|(_, value)| value.is_null()).map(|(place, _)| place).collect()
}

fn entries<'r>(place: &str, value: &'r Value, step: &str) -> Vec<(String, &'r Value)> {
    match step {
        "*" => {
            let list = value.as_array().into_iter().flatten().enumerate();
            list.map(|(at, value)| (format!("{place}.{}.member", at + 1), value)).collect()
        }
        "%" => {
            let map = value.as_object().into_iter().flatten();
            map.map(|(name, value)| (format!("{place}.{name}.member"), value)).collect()
        }
        name => {
            let own = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
            vec![(if place.is_empty() { own } else { format!("{place}.{own}") }, &value[name])]
        }
    }
}

/// The first value of an attribute that should be text: what a string or a number holds.
fn not_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => list.iter().find_map(not_text),
        Value::Object(fields) => match fields.iter().next() {
            Some((kind, held)) if fields.len() == 1 && ["S", "N"].contains(&kind.as_str()) && !held.is_string() => {
                Some(conversion(held, "String"))
            }
            _ => fields.values().find_map(not_text),
        },
        _ => None,
    }
}

/// The first binary value that is not Base64.
fn not_bytes(value: &Value) -> Option<String> {
    let wrong = |text: &str| {
        let why = if !text.len().is_multiple_of(4) {
            format!("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.len())
        } else if let Some(c) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || "+/=".contains(*c))) {
            format!("Invalid Base64 character: '{c}'")
        } else if BASE64_STANDARD.decode(text).is_err() {
            "Invalid last non-pad Base64 character dectected".to_string()
        } else {
            return None;
        };
        Some(format!("'{text}' can not be converted to a Blob: {why}"))
    };
    match value {
        Value::Array(list) => list.iter().find_map(not_bytes),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match (name.as_str(), value) {
            ("B", Value::String(text)) => wrong(text),
            ("BS", Value::Array(list)) => list.iter().filter_map(Value::as_str).find_map(wrong),
            (_, value) => not_bytes(value),
        }),
        _ => None,
    }
}
