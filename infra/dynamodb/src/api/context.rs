//! The condition keys of a call that is about items: which partition keys, which attributes, what is returned.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html>
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use std::collections::BTreeSet;

use serde_json::Value;

use local::service::CallContext;

const LEADING_KEYS: &str = "dynamodb:LeadingKeys";
const ATTRIBUTES: &str = "dynamodb:Attributes";
const SELECT: &str = "dynamodb:Select";
const RETURN_VALUES: &str = "dynamodb:ReturnValues";
pub(super) const RETURN_CONSUMED_CAPACITY: &str = "dynamodb:ReturnConsumedCapacity";
pub(super) const ENCLOSING_OPERATION: &str = "dynamodb:EnclosingOperation";
/// What a PartiQL statement could be about.
pub(super) const OF_ITEMS: [&str; 5] = [LEADING_KEYS, ATTRIBUTES, SELECT, RETURN_VALUES, RETURN_CONSUMED_CAPACITY];

/// The words of expressions that are not names of attributes.
const WORDS: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];

/// Tells the name of the partition key of a table, or of one of its indexes; nothing where there is no such table.
pub(super) struct PartitionKeys<'k>(pub(super) &'k dyn Fn(&str, Option<&str>) -> Option<String>);

impl PartitionKeys<'_> {
    /// The keys of `operation` on `table`, where `call` says what is done with the table: a body, an item of a transaction, or the
    /// entries of a batch for one table.
    pub(super) fn of(&self, operation: &str, table: &str, call: &Value) -> CallContext {
        let mut context = CallContext::default();
        self.leading_keys(operation, table, call, &mut context);
        context.keys.extend(attributes(call).into_iter().map(|name| (ATTRIBUTES, name)));
        context.keys.extend(select(operation, call).map(|select| (SELECT, select.to_string())));
        if ["PutItem", "UpdateItem", "DeleteItem"].contains(&operation) {
            let returned = call["ReturnValues"].as_str().unwrap_or("NONE");
            context.keys.push((RETURN_VALUES, returned.to_string()));
        }
        if !operation.starts_with("Batch") {
            context.keys.push((RETURN_CONSUMED_CAPACITY, return_consumed_capacity(call)));
        }
        context
    }

    /// The values of the partition key that a call is about. A Scan is about all of them, and has none.
    fn leading_keys(&self, operation: &str, table: &str, call: &Value, context: &mut CallContext) {
        if operation == "Scan" {
            return;
        }
        // A table that is not there has no keys either, and DynamoDB does not say so to everybody.
        let Some(key) = (self.0)(table_name(table), call["IndexName"].as_str()) else {
            return context.unknown_keys.push(LEADING_KEYS);
        };
        if operation == "Query" {
            match queried(call, &key) {
                Some(value) => context.keys.push((LEADING_KEYS, value)),
                None => context.unknown_keys.push(LEADING_KEYS),
            }
            return;
        }
        // An item without its key is the engine's to refuse.
        let values = items(call).into_iter().filter_map(|item| text(&item[&key]));
        context.keys.extend(values.map(|value| (LEADING_KEYS, value)));
    }
}

/// `ReturnConsumedCapacity`, which is `NONE` unless set.
pub(super) fn return_consumed_capacity(call: &Value) -> String {
    call["ReturnConsumedCapacity"].as_str().unwrap_or("NONE").to_string()
}

/// The name of a table that is named by its ARN.
fn table_name(table: &str) -> &str {
    table.split_once(":table/").map_or(table, |(_, rest)| rest.split('/').next().unwrap_or(rest))
}

/// The items and keys of items in a call.
fn items(call: &Value) -> Vec<&Value> {
    let mut items: Vec<&Value> = vec![&call["Key"], &call["Item"]];
    items.extend(call["Keys"].as_array().into_iter().flatten());
    for entry in call.as_array().into_iter().flatten() {
        items.extend([&entry["PutRequest"]["Item"], &entry["DeleteRequest"]["Key"]]);
    }
    items
}

/// A key's value as policies write it.
fn text(value: &Value) -> Option<String> {
    ["S", "N", "B"].iter().find_map(|kind| value[*kind].as_str()).map(str::to_string)
}

/// The value that a Query asks the partition key to have. Nothing where it cannot be read, or is there twice.
fn queried(call: &Value, key: &str) -> Option<String> {
    let legacy = &call["KeyConditions"][key];
    if !legacy.is_null() {
        return (legacy["ComparisonOperator"] == "EQ").then(|| text(&legacy["AttributeValueList"][0])).flatten();
    }
    let tokens = tokens(call["KeyConditionExpression"].as_str()?);
    let is_key = |token: &str| attribute(token, call).is_some_and(|name| name == key);
    let mut found = tokens.windows(3).filter_map(|window| match window {
        [name, "=", value] if is_key(name) => Some(*value),
        [value, "=", name] if is_key(name) => Some(*value),
        _ => None,
    });
    let value = found.next()?;
    if found.next().is_some() || !value.starts_with(':') {
        return None;
    }
    text(&call["ExpressionAttributeValues"][value])
}

/// `Select`: what is given back of each item, also where the call does not say it.
fn select<'c>(operation: &str, call: &'c Value) -> Option<&'c str> {
    let named = !call["ProjectionExpression"].is_null() || !call["AttributesToGet"].is_null();
    let all = match (operation, named) {
        ("Query" | "Scan" | "GetItem" | "BatchGetItem", true) => "SPECIFIC_ATTRIBUTES",
        ("Query" | "Scan", false) if !call["IndexName"].is_null() => "ALL_PROJECTED_ATTRIBUTES",
        ("Query" | "Scan" | "GetItem" | "BatchGetItem", false) => "ALL_ATTRIBUTES",
        _ => return None,
    };
    Some(call["Select"].as_str().unwrap_or(all))
}

/// The names of the attributes that a call names, those of nested ones left out.
fn attributes(call: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let fields = ["KeyConditions", "QueryFilter", "ScanFilter", "Expected", "AttributeUpdates"];
    for fields in fields.iter().map(|name| &call[*name]).chain(items(call)) {
        names.extend(fields.as_object().into_iter().flatten().map(|(name, _)| name.clone()));
    }
    names
        .extend(call["AttributesToGet"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string));
    let expressions = [
        "ProjectionExpression",
        "ConditionExpression",
        "FilterExpression",
        "KeyConditionExpression",
        "UpdateExpression",
    ];
    for expression in expressions.iter().filter_map(|name| call[*name].as_str()) {
        let tokens = tokens(expression);
        for (at, token) in tokens.iter().enumerate() {
            let is_function = tokens.get(at + 1) == Some(&"(");
            let is_word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(token));
            if !is_function && !is_word {
                names.extend(attribute(token, call));
            }
        }
    }
    names
}

/// The attribute that a path begins with; nothing for what is no path.
fn attribute(token: &str, call: &Value) -> Option<String> {
    let first = token.split('.').next().unwrap_or_default();
    match first.chars().next()? {
        '#' => call["ExpressionAttributeNames"][first].as_str().map(str::to_string),
        c if c.is_alphabetic() || c == '_' => Some(first.to_string()),
        _ => None,
    }
}

/// The words and signs of an expression; a path keeps its dots, and an index in it stands alone.
fn tokens(expression: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_alphanumeric() || "_#:.-".contains(c);
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match is_part(first) {
            true => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests;
