//! What the service refuses in a request and the engine does not: operands, places in lists, names, tags, limits.
//!
//! Only what a request says by itself is judged here; what also depends on the table is in `requirements`. A request that is wrong
//! in some other way, too, gets the engine's refusal where the engine cannot read it, and this one otherwise.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use stack::{constraint, table_arn};

use super::expression::{self, Condition, Element, Operand, Path, Update};

/// The types that have an order.
const ORDERED: [&str; 3] = ["S", "N", "B"];
/// The types of attributes, in the order in which the service names them.
const TYPES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];
/// The functions of conditions and filters, with the number of their operands.
const CONDITION_FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];
/// Those of updates.
const UPDATE_FUNCTIONS: [(&str, usize); 2] = [("if_not_exists", 2), ("list_append", 2)];
/// The longest name of an attribute, in bytes.
const LONGEST_NAME: usize = 65_535;
/// The longest one of a key, of what an index carries by name, and of a time to live.
const LONGEST_KEY_NAME: usize = 255;
/// What an index may carry.
const PROJECTIONS: [&str; 3] = ["ALL", "INCLUDE", "KEYS_ONLY"];
/// How many tags a table has at most.
const MOST_TAGS: usize = 50;
/// How deep a document path may go.
const MOST_LEVELS: usize = 32;
/// How a table is paid for.
const BILLING_MODES: [&str; 2] = ["PROVISIONED", "PAY_PER_REQUEST"];
/// The view types of a stream.
pub(super) const VIEW_TYPES: [&str; 4] = ["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

/// The message of the `ValidationException` that the service answers to a request of `operation`; nothing where none of these is due.
pub(super) fn refusal(operation: &str, request: &Value) -> Option<String> {
    elsewhere(request).or_else(|| in_operation(operation, request))
}

/// A table that is named by the ARN of another region. Those of this one stand there by their names.
fn elsewhere(request: &Value) -> Option<String> {
    let parts = request["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
    let parts = parts.flat_map(Map::values).filter_map(|part| part["TableName"].as_str());
    let batched = request["RequestItems"].as_object().into_iter().flat_map(Map::keys).map(String::as_str);
    let mut named = request["TableName"].as_str().into_iter().chain(parts).chain(batched);
    named.find(|name| is_elsewhere(name)).map(not_our_table)
}

fn is_elsewhere(arn: &str) -> bool {
    arn.starts_with("arn:") && !arn.starts_with(&table_arn(""))
}

fn not_our_table(arn: &str) -> String {
    format!("The local cloud's DynamoDB has no {arn}; its tables are {}.", table_arn("*"))
}

fn in_operation(operation: &str, request: &Value) -> Option<String> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            // These three say how many errors there are, the others do not.
            let found = judged(request, &["ConditionExpression", "UpdateExpression"])
                .or_else(|| long_name(request))
                .or_else(|| empty_set(request))?;
            Some(constraint::message(&[found]))
        }
        "TransactWriteItems" => empty_token(request).or_else(|| {
            let parts = request["TransactItems"].as_array()?.iter().filter_map(Value::as_object);
            parts
                .flat_map(|part| part.values())
                .find_map(|part| empty_map(part).or_else(|| judged(part, &["ConditionExpression", "UpdateExpression"])))
        }),
        "TransactGetItems" => {
            let parts = request["TransactItems"].as_array()?.iter();
            parts
                .map(|part| &part["Get"])
                .find_map(|part| empty_map(part).or_else(|| judged(part, &["ProjectionExpression"])))
        }
        "BatchGetItem" => {
            let tables = request["RequestItems"].as_object()?.values();
            tables.into_iter().find_map(|table| judged(table, &["ProjectionExpression"]).or_else(|| unused_name(table)))
        }
        "BatchWriteItem" => in_writes(request),
        "Query" => empty_list(request)
            .or_else(|| judged(request, &["FilterExpression", "ProjectionExpression"]))
            .or_else(|| in_key_condition(request)),
        "Scan" => empty_list(request)
            .or_else(|| judged(request, &["FilterExpression", "ProjectionExpression"]))
            .or_else(|| last_segment(request)),
        "GetItem" => {
            empty_list(request).or_else(|| judged(request, &["ProjectionExpression"])).or_else(|| long_name(request))
        }
        "CreateTable" => not_here(operation, request)
            .or_else(|| in_definition(request, true))
            .or_else(|| in_encryption(request))
            .or_else(|| in_stream(operation, request))
            .or_else(|| in_tags(request)),
        "UpdateTable" => not_here(operation, request)
            .or_else(|| in_index_updates(request))
            .or_else(|| in_definition(request, false))
            .or_else(|| in_encryption(request))
            .or_else(|| in_stream(operation, request)),
        "UpdateTimeToLive" => in_time_to_live(&request["TimeToLiveSpecification"]),
        "TagResource" => in_tagged(request).or_else(|| in_tags(request)),
        "UntagResource" | "ListTagsOfResource" => in_tagged(request),
        _ => None,
    }
}

/// A `ClientRequestToken` without a letter. One that is too long is the engine's to refuse.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
fn empty_token(request: &Value) -> Option<String> {
    (request["ClientRequestToken"] == "")
        .then(|| constraint::refusal("''", "clientRequestToken", "have length greater than or equal to 1"))
}

/// What is wrong with the expressions of a request, or with its legacy conditions.
fn judged(request: &Value, kinds: &[&str]) -> Option<String> {
    let in_expressions = kinds.iter().find_map(|kind| {
        let text = request[*kind].as_str()?;
        let wrong = match *kind {
            _ if text.len() > expression::MOST_BYTES => too_long(text),
            _ if in_brackets(text).is_some() => in_brackets(text),
            "UpdateExpression" => in_update(&expression::update(text)?, request),
            "ProjectionExpression" => match expression::projection(text) {
                Some(paths) => paths.iter().find_map(in_path).or_else(|| in_paths(paths.iter(), request)),
                None => expression::error_in_projection(text),
            },
            _ => in_condition(&expression::condition(text)?, request),
        };
        Some(format!("Invalid {kind}: {}", wrong?))
    });
    let legacy = ["Expected", "QueryFilter", "ScanFilter"];
    in_expressions.or_else(|| legacy.iter().find_map(|kind| in_legacy_conditions(&request[*kind])))
}

/// What stands in brackets instead of a number.
fn in_brackets(text: &str) -> Option<String> {
    let is_number = |token: &str| token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens = expression::tokens(text);
    let at = tokens.windows(2).position(|pair| pair[0] == "[" && !is_number(pair[1]))?;
    let (wrong, after) = (tokens[at + 1], tokens.get(at + 2).copied().unwrap_or_default());
    Some(format!("Syntax error; token: \"{wrong}\", near: \"[{wrong}{after}\""))
}

fn too_long(text: &str) -> Option<String> {
    Some(format!("Expression size has exceeded the maximum allowed size; expression size: {}", text.len()))
}

/// A set without elements among the values of an update.
fn empty_set(request: &Value) -> Option<String> {
    let kinds = [("SS", "string"), ("NS", "number"), ("BS", "binary")];
    let legacy =
        request["AttributeUpdates"].as_object().into_iter().flat_map(Map::values).map(|update| &update["Value"]);
    let is_update = !request["UpdateExpression"].is_null();
    let named = request["ExpressionAttributeValues"].as_object().filter(|_| is_update);
    legacy.chain(named.into_iter().flat_map(Map::values)).find_map(|value| {
        let empty = |(kind, _): &&(&str, &str)| value[*kind].as_array().is_some_and(Vec::is_empty);
        let (_, name) = kinds.iter().find(empty)?;
        Some(format!("One or more parameter values were invalid: An {name} set  may not be empty"))
    })
}

/// Placeholders of a part of a transaction that are none.
fn empty_map(part: &Value) -> Option<String> {
    let maps = ["ExpressionAttributeNames", "ExpressionAttributeValues"];
    let empty = maps.iter().find(|name| part[**name].as_object().is_some_and(Map::is_empty))?;
    Some(format!("{empty} must not be empty"))
}

/// A name of a projection's placeholders that it does not use. The engine looks at the table first.
fn unused_name(table: &Value) -> Option<String> {
    let used = expression::tokens(table["ProjectionExpression"].as_str()?);
    let name = table["ExpressionAttributeNames"].as_object()?.keys().find(|name| !used.contains(&name.as_str()))?;
    Some(format!("Value provided in ExpressionAttributeNames unused in expressions: keys: {{{name}}}"))
}

/// An entry of a batch that puts and deletes.
fn in_writes(request: &Value) -> Option<String> {
    let mut entries = request["RequestItems"].as_object()?.values().filter_map(Value::as_array).flatten();
    let is_both = |entry: &Value| !(entry["PutRequest"].is_null() || entry["DeleteRequest"].is_null());
    entries.any(is_both).then(|| {
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes".to_string()
    })
}

/// A segment of a scan that is not one of them.
fn last_segment(request: &Value) -> Option<String> {
    let (segment, all) = (request["Segment"].as_u64()?, request["TotalSegments"].as_u64().filter(|all| *all > 0)?);
    (segment >= all).then(|| {
        format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than \
             TotalSegments: {all}"
        )
    })
}

/// The name of an attribute that is too long for any, in an item, in its updates, or behind a placeholder.
fn long_name(request: &Value) -> Option<String> {
    let maps = ["Item", "AttributeUpdates"].map(|field| request[field].as_object());
    let names = maps.into_iter().flatten().flat_map(Map::keys).map(String::as_str);
    let placeholders = request["ExpressionAttributeNames"].as_object().into_iter().flat_map(Map::values);
    let listed = request["AttributesToGet"].as_array().into_iter().flatten();
    let mut all = names.chain(placeholders.chain(listed).filter_map(Value::as_str));
    all.find(|name| name.len() > LONGEST_NAME)
        .map(|_| format!("Attribute name is too large, must be less than {} bytes", LONGEST_NAME + 1))
}

/// The legacy list of attributes, where it names none.
fn empty_list(request: &Value) -> Option<String> {
    request["AttributesToGet"]
        .as_array()
        .filter(|list| list.is_empty())
        .map(|_| constraint::refusal("'[]'", "attributesToGet", "have length greater than or equal to 1"))
}

/// What a key condition has that only other conditions may have; the rest is the engine's to refuse.
fn in_key_condition(request: &Value) -> Option<String> {
    let text = request["KeyConditionExpression"].as_str()?;
    if text.len() > expression::MOST_BYTES {
        return too_long(text).map(|wrong| format!("Invalid KeyConditionExpression: {wrong}"));
    }
    let condition = expression::condition(text)?;
    let wrong = in_condition(&condition, request).map(|wrong| format!("Invalid KeyConditionExpression: {wrong}"));
    wrong.or_else(|| {
        let operator = foreign_operator(&condition)?;
        Some(format!("Invalid operator used in KeyConditionExpression: {operator}"))
    })
}

/// The first operator that no key condition has.
fn foreign_operator<'e>(condition: &Condition<'e>) -> Option<&'e str> {
    match condition {
        Condition::Or(..) => Some("OR"),
        Condition::Not(_) => Some("NOT"),
        Condition::In(..) => Some("IN"),
        Condition::Compare(_, "<>", _) => Some("<>"),
        Condition::And(left, right) => foreign_operator(left).or_else(|| foreign_operator(right)),
        Condition::Function(name, _) if *name != "begins_with" => Some(name),
        _ => None,
    }
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
            in_sides(&[left, right], request).or_else(unordered)
        }
        Condition::Between(operand, low, high) => in_sides(&[operand, low, high], request)
            .or_else(|| unordered("BETWEEN", [low, high], request))
            .or_else(|| in_bounds(low, high, request)),
        Condition::In(operand, list) => {
            let mut all = vec![operand];
            all.extend(list);
            in_sides(&all, request)
        }
        // It gives a number, not a condition.
        Condition::Function("size", _) => Some(misused("size")),
        Condition::Function(name, arguments) => in_function(name, arguments, request),
    }
}

/// What is wrong with what stands at the sides of an operator: of the functions of a condition only a size can.
fn in_sides(sides: &[&Operand<'_>], request: &Value) -> Option<String> {
    let is_condition = |name: &str| name != "size" && CONDITION_FUNCTIONS.iter().any(|(known, _)| *known == name);
    let condition = sides.iter().find_map(|side| match side {
        Operand::Function(name, _) => Some(*name).filter(|name| is_condition(name)),
        _ => None,
    });
    condition.map(misused).or_else(|| in_operands(sides, request))
}

fn in_operands(operands: &[&Operand<'_>], request: &Value) -> Option<String> {
    operands.iter().find_map(|operand| match operand {
        Operand::Path(path) => in_path(path),
        Operand::Function(name, arguments) => in_function(name, arguments, request),
        Operand::Sum(parts) => in_operands(&parts.iter().collect::<Vec<_>>(), request),
        Operand::Value(_) => None,
    })
}

/// What is wrong with a call of a function of a condition.
fn in_function(name: &str, arguments: &[Operand<'_>], request: &Value) -> Option<String> {
    // Of all functions, only a size can stand in another one.
    let inner = || {
        arguments.iter().find_map(|argument| match argument {
            Operand::Function(inner, _) if *inner != "size" => Some(misused(inner)),
            _ => None,
        })
    };
    in_call(name, arguments.len(), &CONDITION_FUNCTIONS, "a condition")
        .or_else(|| in_arguments(name, arguments, request))
        .or_else(|| in_operands(&arguments.iter().collect::<Vec<_>>(), request))
        .or_else(inner)
}

fn misused(name: &str) -> String {
    format!("The function is not allowed to be used this way in an expression; function: {name}")
}

/// Whether `name` is one of `own` functions, with so many operands; functions are written in small letters.
fn in_call(name: &str, operands: usize, own: &[(&str, usize)], place: &str) -> Option<String> {
    if name.starts_with('_') {
        return Some(format!("Syntax error; token: \"_\", near: \"{name}\""));
    }
    match own.iter().find(|(known, _)| *known == name) {
        Some((_, needed)) if *needed == operands => None,
        Some(_) => Some(format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {operands}"
        )),
        None if CONDITION_FUNCTIONS.iter().chain(&UPDATE_FUNCTIONS).any(|(known, _)| *known == name) => {
            Some(format!("The function is not allowed in {place} expression; function: {name}"))
        }
        None => Some(format!("Invalid function name; function: {name}")),
    }
}

/// What the functions of conditions take.
fn in_arguments(name: &str, arguments: &[Operand<'_>], request: &Value) -> Option<String> {
    let of_type = |kind: &str| {
        let function = "Incorrect operand type for operator or function; operator or function:";
        Some(format!("{function} {name}, operand type: {kind}"))
    };
    match (name, arguments) {
        ("attribute_exists" | "attribute_not_exists", [operand]) if !matches!(operand, Operand::Path(_)) => {
            Some(format!("Operator or function requires a document path; operator or function: {name}"))
        }
        ("attribute_type", [_, Operand::Path(_)]) => of_type("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
        ("attribute_type", [_, named]) => match type_of(named, request)? {
            ("S", Value::String(named)) if !TYPES.contains(&named.as_str()) => {
                let types = TYPES.join(",");
                Some(format!("Invalid attribute type name found; type: {named}, valid types: {{{types}}}"))
            }
            ("S", _) => None,
            (kind, _) => of_type(kind),
        },
        ("begins_with", operands) => {
            let mut types = operands.iter().filter_map(|operand| type_of(operand, request));
            types.find(|(kind, _)| !["S", "B"].contains(kind)).and_then(|(kind, _)| of_type(kind))
        }
        ("size", [operand]) => type_of(operand, request)
            .filter(|(kind, _)| ["N", "BOOL", "NULL"].contains(kind))
            .and_then(|(kind, _)| of_type(kind)),
        _ => None,
    }
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
    is_above(low_type, low, high)?.then(|| {
        format!("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; {}", bounds())
    })
}

/// Whether `low` lies above `high`.
fn is_above(kind: &str, low: &str, high: &str) -> Option<bool> {
    Some(match kind {
        "N" => low.parse::<f64>().ok()? > high.parse::<f64>().ok()?,
        "S" => low > high,
        // Bytes as they are written: base64 keeps no order. The engine compares those of conditions.
        _ => false,
    })
}

fn in_update(update: &Update<'_>, request: &Value) -> Option<String> {
    let in_values = || update.set.iter().find_map(|(_, value)| in_value(value, true));
    update.paths().find_map(in_path).or_else(in_values).or_else(|| in_paths(update.paths(), request))
}

/// What is wrong with a value that is set. `list_append` takes lists, and no other `list_append`.
fn in_value(value: &Operand<'_>, is_outermost: bool) -> Option<String> {
    match value {
        Operand::Path(path) => in_path(path),
        Operand::Value(_) => None,
        Operand::Sum(parts) => parts.iter().find_map(|part| in_value(part, is_outermost)),
        Operand::Function(name, arguments) => in_call(name, arguments.len(), &UPDATE_FUNCTIONS, "an update")
            .or_else(|| (*name == "list_append" && !is_outermost).then(|| misused(name)))
            .or_else(|| arguments.iter().find_map(|argument| in_value(argument, false))),
    }
}

/// Two paths of one expression that are about the same place, or about a map and a list in the same place.
fn in_paths<'p, 'e: 'p>(paths: impl Iterator<Item = &'p Path<'e>>, request: &Value) -> Option<String> {
    let paths: Vec<Vec<String>> =
        paths.map(|path| path.iter().map(|element| shown(element, request)).collect()).collect();
    let is_index = |element: &String| element.starts_with('[');
    paths.iter().enumerate().find_map(|(number, second)| {
        paths[..number].iter().find_map(|first| {
            let differing = first.iter().zip(second).find(|(one, other)| one != other);
            let how = match differing {
                Some((one, other)) if is_index(one) != is_index(other) => "conflict",
                Some(_) => return None,
                None => "overlap",
            };
            Some(format!(
                "Two document paths {how} with each other; must remove or rewrite one of these paths; path one: [{}], path two: [{}]",
                first.join(", "),
                second.join(", ")
            ))
        })
    })
}

/// A part of a path as the service shows it: with the name that a placeholder stands for.
fn shown(element: &Element<'_>, request: &Value) -> String {
    match element {
        Element::Name(name) => request["ExpressionAttributeNames"][*name].as_str().unwrap_or(name).to_string(),
        Element::Index(index) => format!("[{index}]"),
    }
}

fn in_path(path: &Path<'_>) -> Option<String> {
    if path.len() > MOST_LEVELS {
        let levels = path.len();
        return Some(format!("The document path has too many nesting levels; nesting levels: {levels}"));
    }
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

/// What is wrong with conditions that are older than expressions: those of `Expected`, `QueryFilter` and `ScanFilter`.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Condition.html>
fn in_legacy_conditions(conditions: &Value) -> Option<String> {
    let invalid = "One or more parameter values were invalid:";
    conditions.as_object()?.values().find_map(|condition| {
        let operator = condition["ComparisonOperator"].as_str()?;
        let values = condition["AttributeValueList"].as_array()?.iter();
        let values: Vec<(&String, &Value)> =
            values.filter_map(Value::as_object).filter_map(|value| value.iter().next()).collect();
        let (first, _) = values.first()?;
        if values.iter().any(|(kind, _)| kind != first) {
            return Some(format!("{invalid} AttributeValues inside AttributeValueList must be of same type"));
        }
        let takes: &[&str] = match operator {
            "LT" | "LE" | "GT" | "GE" | "BETWEEN" | "IN" | "CONTAINS" | "NOT_CONTAINS" => &ORDERED,
            "BEGINS_WITH" => &["S", "B"],
            _ => return None,
        };
        if !takes.contains(&first.as_str()) {
            let what = format!("ComparisonOperator {operator} is not valid for {first} AttributeValue type");
            return Some(format!("{invalid} {what}"));
        }
        let is_reversed = match values.as_slice() {
            [(_, low), (_, high)] if operator == "BETWEEN" => is_above(first, low.as_str()?, high.as_str()?)?,
            _ => false,
        };
        is_reversed.then(|| {
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
                .to_string()
        })
    })
}

/// The refusal of settings that the local cloud would only forget: tables in other regions, and warm throughput.
fn not_here(operation: &str, request: &Value) -> Option<String> {
    let settings = [
        "GlobalTableSettingsReplicationMode",
        "GlobalTableSourceArn",
        "GlobalTableWitnessUpdates",
        "MultiRegionConsistency",
        "ReplicaUpdates",
        "ResourcePolicy",
        "WarmThroughput",
    ];
    let named = settings.iter().find(|name| !request[**name].is_null())?;
    Some(format!("The local cloud's DynamoDB does not know {named} of {operation}."))
}

/// Names of attributes that are too long for a key, definitions that say a thing twice, and a billing mode that there is not.
fn in_definition(request: &Value, is_new: bool) -> Option<String> {
    let invalid = "One or more parameter values were invalid:";
    // What is wrong with a member by itself comes first, and the engine says it.
    if is_new && !has_its_members(request) {
        return None;
    }
    let mode = request["BillingMode"].as_str().filter(|mode| !BILLING_MODES.contains(mode));
    if let Some(mode) = mode {
        return Some(not_one_of(mode, "billingMode", &BILLING_MODES));
    }
    let is_provisioned = request["BillingMode"].as_str().is_none_or(|mode| mode == "PROVISIONED");
    if is_new && is_provisioned && request["ProvisionedThroughput"].is_null() {
        let what = "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
        return Some(format!("{invalid} {what}"));
    }
    if is_new && !is_provisioned {
        if !request["ProvisionedThroughput"].is_null() {
            let what =
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
            return Some(format!("{invalid} {what}"));
        }
        let indexes = request["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
        if let Some(index) = indexes.into_iter().find(|index| !index["ProvisionedThroughput"].is_null()) {
            let name = index["IndexName"].as_str().unwrap_or_default();
            let what = "ProvisionedThroughput should not be specified for index:";
            return Some(format!("{invalid} {what} {name} when BillingMode is PAY_PER_REQUEST"));
        }
    }
    let unknown = elements(request).find_map(|(place, element)| {
        let kinds: [(&str, &str, &[&str]); 2] =
            [("AttributeType", "attributeType", &["B", "N", "S"]), ("KeyType", "keyType", &["HASH", "RANGE"])];
        let (kind, called, known) = kinds.into_iter().find(|(kind, ..)| !element[*kind].is_null())?;
        let value = element[kind].as_str().filter(|value| !known.contains(value))?;
        Some(not_one_of(value, &format!("{place}.{called}"), known))
    });
    let unknown = unknown.or_else(|| {
        new_indexes(request).find_map(|(place, index)| {
            let value = index["Projection"]["ProjectionType"].as_str().filter(|value| !PROJECTIONS.contains(value))?;
            Some(not_one_of(value, &format!("{place}.projection.projectionType"), &PROJECTIONS))
        })
    });
    if unknown.is_some() {
        return unknown;
    }
    let mut named = elements(request).filter_map(|(place, element)| Some((place, element["AttributeName"].as_str()?)));
    if let Some((place, name)) = named.find(|(_, name)| name.len() > LONGEST_KEY_NAME) {
        return Some(too_long_name(name, &format!("{place}.attributeName")));
    }
    let carried = new_indexes(request).find_map(|(place, index)| {
        let mut names = index["Projection"]["NonKeyAttributes"].as_array()?.iter().filter_map(Value::as_str);
        let name = names.find(|name| name.len() > LONGEST_KEY_NAME)?;
        let bound = format!(
            "satisfy constraint: [Member must have length less than or equal to {LONGEST_KEY_NAME}, Member must have length greater \
             than or equal to 1]"
        );
        Some(constraint::refusal(&format!("'[{name}]'"), &format!("{place}.projection.nonKeyAttributes"), &bound))
    });
    if carried.is_some() {
        return carried;
    }
    let defined = request["AttributeDefinitions"].as_array().into_iter().flatten();
    if let Some(twice) = repeated(defined.filter_map(|one| one["AttributeName"].as_str())) {
        return Some(format!("{invalid} Duplicate AttributeName in AttributeDefinitions: {twice}"));
    }
    let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let indexes = indexes.iter().filter_map(|kind| request[*kind].as_array()).flatten();
    indexes.into_iter().find_map(|index| {
        let attributes = index["Projection"]["NonKeyAttributes"].as_array()?.iter().filter_map(Value::as_str);
        Some(format!("{invalid} Duplicate element in NonKeyAttributes: {}", repeated(attributes)?))
    })
}

/// Whether a new table has a name, definitions and a key, as far as each of them can be judged alone.
fn has_its_members(request: &Value) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_name = |name: &str| (3..=255).contains(&name.len()) && name.bytes().all(is_of_a_name);
    let elements = request["KeySchema"].as_array().map_or(0, Vec::len);
    request["TableName"].as_str().is_some_and(is_name)
        && request["AttributeDefinitions"].is_array()
        && (1..=2).contains(&elements)
}

/// Definitions of attributes and elements of keys, each with its place in the request.
fn elements(request: &Value) -> impl Iterator<Item = (String, &Value)> {
    let of_indexes = new_indexes(request).map(|(place, index)| (format!("{place}.keySchema"), &index["KeySchema"]));
    let own = ["attributeDefinitions", "keySchema"].map(|place| {
        let field = format!("{}{}", place[..1].to_uppercase(), &place[1..]);
        (place.to_string(), &request[field.as_str()])
    });
    own.into_iter().chain(of_indexes).flat_map(|(place, list)| {
        let elements = list.as_array().into_iter().flatten().enumerate();
        elements.map(move |(number, one)| (format!("{place}.{}.member", number + 1), one))
    })
}

/// New indexes, each with its place in the request.
fn new_indexes(request: &Value) -> impl Iterator<Item = (String, &Value)> {
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes", "GlobalSecondaryIndexUpdates"];
    lists.into_iter().flat_map(|list| {
        request[list].as_array().into_iter().flatten().enumerate().map(move |(number, index)| {
            let place = format!("{}{}.{}.member", list[..1].to_lowercase(), &list[1..], number + 1);
            match &index["Create"] {
                Value::Null => (place, index),
                create => (format!("{place}.create"), create),
            }
        })
    })
}

fn repeated<'n>(mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = BTreeSet::new();
    names.find(|name| !seen.insert(*name))
}

fn not_one_of(value: &str, place: &str, values: &[&str]) -> String {
    constraint::refusal(&format!("'{value}'"), place, &one_of(values))
}

/// What a value that is not one of `values` must do.
pub(super) fn one_of(values: &[&str]) -> String {
    format!("satisfy enum value set: [{}]", values.join(", "))
}

fn too_long_name(name: &str, place: &str) -> String {
    let bound = format!("have length less than or equal to {LONGEST_KEY_NAME}");
    constraint::refusal(&format!("'{name}'"), place, &bound)
}

/// An entry that does nothing, or more than one thing at once, of which the engine does the last; a new index with keys that are not
/// defined beside it.
fn in_index_updates(request: &Value) -> Option<String> {
    let definitions = request["AttributeDefinitions"].as_array();
    let wrong = |update: &Value| {
        let kinds = ["Update", "Create", "Delete"].map(|kind| &update[kind]);
        let mut given = kinds.into_iter().filter(|kind| !kind.is_null());
        let Some(first) = given.next() else {
            let kinds = "GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete";
            return Some(format!("One of {kinds} must not be null"));
        };
        if given.next().is_some() {
            let name = first["IndexName"].as_str().unwrap_or_default();
            let what = "Only one global secondary index update per index is allowed simultaneously.";
            return Some(format!("{what} Index: {name}"));
        }
        // The table's own definitions do not count.
        let keys = update["Create"]["KeySchema"].as_array().filter(|_| definitions.is_none_or(Vec::is_empty))?;
        let names = keys.iter().filter_map(|key| key["AttributeName"].as_str()).collect::<Vec<_>>().join(", ");
        let what = "Some index key attributes are not defined in AttributeDefinitions.";
        Some(format!("{what} Keys: [{names}], AttributeDefinitions: []"))
    };
    let wrong = request["GlobalSecondaryIndexUpdates"].as_array()?.iter().find_map(wrong)?;
    Some(format!("One or more parameter values were invalid: {wrong}"))
}

/// A time to live without its attribute, or without what is to become of it.
fn in_time_to_live(specification: &Value) -> Option<String> {
    let place = "timeToLiveSpecification";
    let null = |place: &str| Some(constraint::refusal("null", place, "not be null"));
    if specification.is_null() {
        return null(place);
    }
    if specification["AttributeName"].is_null() {
        return null(&format!("{place}.attributeName"));
    }
    if specification["Enabled"].is_null() {
        return null(&format!("{place}.enabled"));
    }
    match specification["AttributeName"].as_str()? {
        "" => {
            let place = format!("{place}.attributeName");
            Some(constraint::refusal("''", &place, "have length greater than or equal to 1"))
        }
        name if name.len() > LONGEST_KEY_NAME => Some(too_long_name(name, &format!("{place}.attributeName"))),
        _ => None,
    }
}

/// A kind of encryption that there is not. One of the two that the service names is not offered any more.
/// <https://github.com/hashicorp/terraform-provider-aws/pull/5666>
fn in_encryption(request: &Value) -> Option<String> {
    match request["SSESpecification"]["SSEType"].as_str()? {
        "KMS" => None,
        "AES256" => Some("One or more parameter values were invalid: SSEType AES256 is not supported".to_string()),
        other => Some(not_one_of(other, "sSESpecification.sSEType", &["AES256", "KMS"])),
    }
}

/// A stream whose records hold nothing, or one that is off and has records; or a kind of records that there is not. Of the words, those
/// about a table that is created with a stream that is off are the service's, and the others are made after them.
/// <https://github.com/nubo-db/dynoxide/issues/115>
fn in_stream(operation: &str, request: &Value) -> Option<String> {
    let stream = &request["StreamSpecification"];
    let view = stream["StreamViewType"].as_str();
    if let Some(view) = view.filter(|view| !VIEW_TYPES.contains(view)) {
        return Some(not_one_of(view, "streamSpecification.streamViewType", &VIEW_TYPES));
    }
    let wrong = match (stream["StreamEnabled"].as_bool()?, view) {
        (true, None) => "enabled, UpdateViewType should be specified",
        (false, Some(_)) => "disabled, UpdateViewType should not be specified",
        _ => return None,
    };
    let done = if operation == "CreateTable" { "created" } else { "updated" };
    Some(format!("One or more parameter values were invalid: Table is being {done} with a stream {wrong}"))
}

/// An index has an ARN, and no tags; and so have tables that are elsewhere.
fn in_tagged(request: &Value) -> Option<String> {
    // Of the sentence, the beginning is the service's. <https://github.com/scylladb/scylladb/blob/master/test/alternator/test_tag.py>
    if let Some(other) = request["ResourceArn"].as_str().filter(|arn| !arn.is_empty() && !arn.starts_with("arn:")) {
        return Some(format!("ARNs must start with 'arn:': {other}"));
    }
    if let Some(arn) = request["ResourceArn"].as_str().filter(|arn| is_elsewhere(arn)) {
        return Some(not_our_table(arn));
    }
    let arn = request["ResourceArn"].as_str().filter(|arn| arn.starts_with("arn:") && arn.contains("/index/"))?;
    Some(format!(
        "One or more parameter values were invalid: Invalid resource arn provided, only table or stream is accepted. Provided \
         resource arn: {arn}"
    ))
}

/// Tags have letters of every script, blanks, numbers, and few signs.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>
fn in_tags(request: &Value) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    let fits = |text: &str, most: usize| text.chars().all(allowed) && text.chars().count() <= most;
    let tags = request["Tags"].as_array()?;
    if tags.len() > MOST_TAGS {
        return Some(format!(
            "One or more parameter values were invalid: {} tags, where a table has at most {MOST_TAGS}",
            tags.len()
        ));
    }
    tags.iter().find_map(|tag| {
        let (key, value) = (tag["Key"].as_str()?, tag["Value"].as_str().unwrap_or_default());
        if !fits(key, 128) {
            return Some(format!("The Tag Key provided is invalid, Key: {key}"));
        }
        (!fits(value, 256)).then(|| format!("The Tag Value provided is invalid, Value: {value}"))
    })
}
