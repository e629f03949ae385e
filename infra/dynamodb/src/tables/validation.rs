//! What the service refuses in a request and the engine does not: operands, places in lists, names, tags, limits.
//!
//! Only what a request says by itself is judged here; what also depends on the table is in `requirements`. A request that is wrong
//! in some other way, too, gets the engine's refusal where the engine cannot read it, and this one otherwise.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::expression::{self, Condition, Element, Operand, Path, Update};

/// The types that have an order.
const ORDERED: [&str; 3] = ["S", "N", "B"];
/// The types of attributes, in the order in which the service names them.
const TYPES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];
/// The view types of a stream.
pub(super) const VIEW_TYPES: [&str; 4] = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

/// The message of the `ValidationException` that the service answers to a request of `operation`; nothing where none of these is due.
pub(super) fn refusal(operation: &str, request: &Value) -> Option<String> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            // These three say how many errors there are, the others do not.
            let found = judged(request, &["ConditionExpression", "UpdateExpression"])?;
            Some(format!("1 validation error detected: {found}"))
        }
        "TransactWriteItems" => {
            let parts = request["TransactItems"].as_array()?.iter().filter_map(Value::as_object);
            parts
                .flat_map(|part| part.values())
                .find_map(|part| judged(part, &["ConditionExpression", "UpdateExpression"]))
        }
        "TransactGetItems" => {
            let parts = request["TransactItems"].as_array()?.iter();
            parts.map(|part| &part["Get"]).find_map(|part| judged(part, &["ProjectionExpression"]))
        }
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object()?.values();
            tables.into_iter().find_map(|table| judged(table, &["ProjectionExpression"]))
        }
        "Query" | "Scan" => judged(request, &["FilterExpression", "ProjectionExpression"]),
        "GetItem" => judged(request, &["ProjectionExpression"]),
        "CreateTable" => not_here(operation, request)
            .or_else(|| in_definition(request))
            .or_else(|| in_stream(request))
            .or_else(|| in_tags(request)),
        "UpdateTable" => not_here(operation, request).or_else(|| in_stream(request)),
        "TagResource" => in_tags(request),
        "GetRecords" => out_of(request, "Limit", "limit", 1..=1000),
        "DescribeStream" => out_of(request, "Limit", "limit", 1..=100),
        "ListStreams" => out_of(request, "Limit", "limit", 1..=100).or_else(|| in_start(request)),
        _ => None,
    }
}

/// What is wrong with the expressions of a request, or with its legacy conditions.
fn judged(request: &Value, kinds: &[&str]) -> Option<String> {
    let in_expressions = kinds.iter().find_map(|kind| {
        let text = request[*kind].as_str()?;
        let wrong = match *kind {
            "UpdateExpression" => in_update(&expression::update(text)?, request),
            "ProjectionExpression" => expression::projection(text)?.iter().find_map(in_path),
            _ => in_condition(&expression::condition(text)?, request),
        };
        Some(format!("Invalid {kind}: {}", wrong?))
    });
    in_expressions.or_else(|| in_expected(&request["Expected"]))
}

/// The type of the value that `operand` stands for, where that is written in the request.
fn type_of<'r>(operand: &Operand<'_>, request: &'r Value) -> Option<(&'r str, &'r Value)> {
    let Operand::Value(name) = operand else { return None };
    let value = request["ExpressionAttributeValues"][*name].as_object()?;
    value.iter().next().map(|(kind, value)| (kind.as_str(), value))
}

fn in_condition(condition: &Condition<'_>, request: &Value) -> Option<String> {
    match condition {
        Condition::And(left, right) | Condition::Or(left, right) => {
            in_condition(left, request).or_else(|| in_condition(right, request))
        }
        Condition::Not(inner) => in_condition(inner, request),
        Condition::Compare(left, operator, right) => {
            let ordering = !matches!(*operator, "=" | "<>");
            let unordered = || ordering.then(|| unordered(operator, [left, right], request)).flatten();
            in_operands(&[left, right], request).or_else(unordered)
        }
        Condition::Between(operand, low, high) => in_operands(&[operand, low, high], request)
            .or_else(|| unordered("BETWEEN", [low, high], request))
            .or_else(|| in_bounds(low, high, request)),
        Condition::In(operand, list) => {
            let mut all = vec![operand];
            all.extend(list);
            in_operands(&all, request)
        }
        Condition::Function(name, arguments) => in_function(name, arguments, request),
    }
}

fn in_operands(operands: &[&Operand<'_>], request: &Value) -> Option<String> {
    operands.iter().find_map(|operand| match operand {
        Operand::Path(path) => in_path(path),
        Operand::Function(name, arguments) => in_function(name, arguments, request),
        Operand::Sum(parts) => in_operands(&parts.iter().collect::<Vec<_>>(), request),
        Operand::Value(_) => None,
    })
}

fn in_function(name: &str, arguments: &[Operand<'_>], request: &Value) -> Option<String> {
    if let ("attribute_type", [_, named]) = (name, arguments)
        && let Some(("S", Value::String(named))) = type_of(named, request)
        && !TYPES.contains(&named.as_str())
    {
        let types = TYPES.join(",");
        return Some(format!("Invalid attribute type name found; type: {named}, valid types: {{{types}}}"));
    }
    in_operands(&arguments.iter().collect::<Vec<_>>(), request)
}

/// The refusal of a value that has no order where one is compared.
fn unordered(operator: &str, operands: [&Operand<'_>; 2], request: &Value) -> Option<String> {
    let mut types = operands.into_iter().filter_map(|operand| type_of(operand, request));
    let (wrong, _) = types.find(|(kind, _)| !ORDERED.contains(kind))?;
    Some(format!("Incorrect operand type for operator or function; operator: {operator}, operand type: {wrong}"))
}

fn in_bounds(low: &Operand<'_>, high: &Operand<'_>, request: &Value) -> Option<String> {
    let ((low_type, low), (high_type, high)) = (type_of(low, request)?, type_of(high, request)?);
    let (low, high) = (low.as_str()?, high.as_str()?);
    let bounds = || {
        format!(
            "lower bound operand: AttributeValue: {{{low_type}:{low}}}, upper bound operand: AttributeValue: {{{high_type}:{high}}}"
        )
    };
    if low_type != high_type {
        return Some(format!("The BETWEEN operator requires same data type for lower and upper bounds; {}", bounds()));
    }
    let is_wrong = match low_type {
        "N" => low.parse::<f64>().ok()? > high.parse::<f64>().ok()?,
        "S" => low > high,
        // Bytes as they are written: base64 keeps no order. The engine compares those of conditions.
        _ => false,
    };
    is_wrong.then(|| {
        format!("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {}", bounds())
    })
}

fn in_update(update: &Update<'_>, request: &Value) -> Option<String> {
    update.paths().find_map(in_path).or_else(|| {
        update.set.iter().find_map(|(_, value)| in_operands(&[value], request).or_else(|| in_list_append(value)))
    })
}

/// `list_append` takes lists, and no other `list_append`.
fn in_list_append(value: &Operand<'_>) -> Option<String> {
    let Operand::Function("list_append", arguments) = value else { return None };
    let nested = arguments.iter().any(|argument| matches!(argument, Operand::Function("list_append", _)));
    nested
        .then(|| "The function is not allowed to be used this way in an expression; function: list_append".to_string())
}

fn in_path(path: &Path<'_>) -> Option<String> {
    path.iter().find_map(|element| match element {
        // A name begins with a letter; others have a placeholder.
        Element::Name(name) if name.starts_with('_') => {
            Some(format!("Syntax error; token: \"_\", near: \"{}\"", expression::text_of(path)))
        }
        Element::Index(index) if index.parse::<i32>().is_err() => {
            Some(format!("List index is not within the allowable range; index: [{index}]"))
        }
        _ => None,
    })
}

/// What is wrong with the conditions in `Expected`, which are older than expressions; the engine judges those of filters itself.
fn in_expected(expected: &Value) -> Option<String> {
    expected.as_object()?.values().find_map(|condition| {
        let operator = condition["ComparisonOperator"].as_str()?;
        if !["LT", "LE", "GT", "GE", "BETWEEN"].contains(&operator) {
            return None;
        }
        let values = condition["AttributeValueList"].as_array()?.iter().filter_map(Value::as_object);
        let wrong = values.filter_map(|value| value.keys().next()).find(|kind| !ORDERED.contains(&kind.as_str()))?;
        Some(format!(
            "One or more parameter values were invalid: ComparisonOperator {operator} is not valid for {wrong} AttributeValue type"
        ))
    })
}

/// The refusal of settings that the local cloud would only forget: tables in other regions, and warm throughput.
fn not_here(operation: &str, request: &Value) -> Option<String> {
    let settings = ["ReplicaUpdates", "GlobalTableWitnessUpdates", "MultiRegionConsistency", "WarmThroughput"];
    let named = settings.iter().find(|name| !request[**name].is_null())?;
    Some(format!("The local cloud's DynamoDB does not know {named} of {operation}."))
}

/// Names of attributes that are too long for a key, and attributes that an index would hold twice.
fn in_definition(request: &Value) -> Option<String> {
    let definitions = request["AttributeDefinitions"].as_array().into_iter().flatten().enumerate();
    let mut names = definitions.filter_map(|(number, one)| Some((number + 1, one["AttributeName"].as_str()?)));
    if let Some((number, name)) = names.find(|(_, name)| name.len() > 255) {
        return Some(format!(
            "1 validation error detected: Value '{name}' at 'attributeDefinitions.{number}.member.attributeName' failed to satisfy \
             constraint: Member must have length less than or equal to 255"
        ));
    }
    let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let indexes = indexes.iter().filter_map(|kind| request[*kind].as_array()).flatten();
    indexes.into_iter().find_map(|index| {
        let mut seen = BTreeSet::new();
        let attributes = index["Projection"]["NonKeyAttributes"].as_array()?.iter().filter_map(Value::as_str);
        let twice = attributes.into_iter().find(|name| !seen.insert(*name))?;
        Some(format!("One or more parameter values were invalid: Duplicate element in NonKeyAttributes: {twice}"))
    })
}

fn in_stream(request: &Value) -> Option<String> {
    let view = request["StreamSpecification"]["StreamViewType"].as_str()?;
    (!VIEW_TYPES.contains(&view)).then(|| {
        format!(
            "1 validation error detected: Value '{view}' at 'streamSpecification.streamViewType' failed to satisfy constraint: \
             Member must satisfy enum value set: [{}]",
            VIEW_TYPES.join(", ")
        )
    })
}

/// Tags have letters of every script, blanks, numbers, and few signs.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>
fn in_tags(request: &Value) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    let tags = request["Tags"].as_array()?.iter();
    let mut keys = tags.filter_map(|tag| tag["Key"].as_str());
    let wrong = keys.find(|key| !key.chars().all(allowed) || key.chars().count() > 128)?;
    Some(format!("The Tag Key provided is invalid, Key: {wrong}"))
}

/// A list of streams goes on only after the ARN of a stream.
fn in_start(request: &Value) -> Option<String> {
    let start = request["ExclusiveStartStreamArn"].as_str()?;
    let is_arn = start.starts_with("arn:") && start.contains("/stream/");
    (!is_arn).then(|| format!("Invalid StreamArn: {start}"))
}

fn out_of(request: &Value, name: &str, called: &str, range: std::ops::RangeInclusive<i64>) -> Option<String> {
    let value = request[name].as_i64().filter(|value| !range.contains(value))?;
    let bound = match value < *range.start() {
        true => format!("greater than or equal to {}", range.start()),
        false => format!("less than or equal to {}", range.end()),
    };
    Some(format!(
        "1 validation error detected: Value '{value}' at '{called}' failed to satisfy constraint: Member must have value {bound}"
    ))
}
