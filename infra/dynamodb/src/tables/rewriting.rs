//! Requests that the service takes and the engine does not, put into a form that the engine takes: tables by their ARN, legacy key
//! conditions beside expressions, operands that the engine cannot read, numbers that are one number.

use dynoxide::types::normalize_dynamo_number;
use serde_json::{Map, Value, json};

use super::{expression, stream};
use stack::table_arn;

/// Rewrites the request of `operation`; false where it is as the engine takes it.
pub(super) fn rewrite(operation: &str, request: &mut Value) -> bool {
    let mut changed = table_names(request);
    match operation {
        "PutItem" | "DeleteItem" => changed |= operands(request, "ConditionExpression"),
        "UpdateItem" => changed |= number_sets(request) | operands(request, "ConditionExpression"),
        "Query" => changed |= key_conditions(request) | operands(request, "FilterExpression"),
        "Scan" => changed |= operands(request, "FilterExpression"),
        "TransactGetItems" | "TransactWriteItems" => {
            for part in request.get_mut("TransactItems").and_then(Value::as_array_mut).into_iter().flatten() {
                for part in part.as_object_mut().into_iter().flat_map(Map::values_mut) {
                    changed |= table_names(part) | operands(part, "ConditionExpression");
                }
            }
        }
        _ => {}
    }
    changed
}

/// The name of a table of this account where its ARN stands. <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html>
fn table_names(request: &mut Value) -> bool {
    let own = table_arn("");
    let name = request["TableName"].as_str().and_then(|name| name.strip_prefix(&own)).map(str::to_string);
    let Some(name) = name.filter(|name| !name.contains('/')) else { return false };
    request["TableName"] = Value::from(name);
    true
}

/// `KeyConditions` as an expression, where the request has other expressions: the service joins the two, the engine does not.
fn key_conditions(request: &mut Value) -> bool {
    let legacy = ["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditionExpression"];
    let expressions = ["ProjectionExpression", "FilterExpression"];
    let has = |names: &[&str]| names.iter().any(|name| !request[*name].is_null());
    if has(&legacy) || !has(&expressions) {
        return false;
    }
    let Some(written) = request["KeyConditions"].as_object().and_then(as_expression) else { return false };
    let KeyCondition { text, names, values } = written;
    let Some(fields) = request.as_object_mut() else { return false };
    fields.remove("KeyConditions");
    fields.insert("KeyConditionExpression".into(), text.into());
    for (field, more) in [("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)] {
        let entry = fields.entry(field).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.extend(more);
        }
    }
    true
}

struct KeyCondition {
    text: String,
    names: Map<String, Value>,
    values: Map<String, Value>,
}

/// Nothing where the engine has something to refuse.
fn as_expression(conditions: &Map<String, Value>) -> Option<KeyCondition> {
    let (mut texts, mut names, mut values) = (Vec::new(), Map::new(), Map::new());
    for (number, (attribute, condition)) in conditions.iter().enumerate() {
        let name = format!("#localKey{number}");
        let given = condition["AttributeValueList"].as_array()?;
        let placeholders: Vec<String> = (0..given.len()).map(|place| format!(":localKey{number}of{place}")).collect();
        texts.push(match (condition["ComparisonOperator"].as_str()?, placeholders.as_slice()) {
            ("EQ", [value]) => format!("{name} = {value}"),
            ("LE", [value]) => format!("{name} <= {value}"),
            ("LT", [value]) => format!("{name} < {value}"),
            ("GE", [value]) => format!("{name} >= {value}"),
            ("GT", [value]) => format!("{name} > {value}"),
            ("BEGINS_WITH", [value]) => format!("begins_with({name}, {value})"),
            ("BETWEEN", [low, high]) => format!("{name} BETWEEN {low} AND {high}"),
            _ => return None,
        });
        names.insert(name, attribute.clone().into());
        values.extend(placeholders.into_iter().zip(given.iter().cloned()));
    }
    Some(KeyCondition { text: texts.join(" AND "), names, values })
}

/// A condition whose operands the engine cannot read: `attribute_type` or `size` of a value of the request, an operand in parentheses.
fn operands(request: &mut Value, kind: &str) -> bool {
    let Some(text) = request[kind].as_str().map(str::to_string) else { return false };
    let before = expression::tokens(&text);
    // Most conditions have none of these, and are not read here.
    let may_have_one = before.iter().enumerate().any(|(at, token)| {
        let holds_a_value = || before.get(at + 1).is_some_and(|inner| inner.starts_with(':'));
        *token == "(" && (!is_called(&before, at) || holds_a_value())
    });
    // What is wrong with a condition that cannot be read is the engine's to say.
    if !may_have_one || expression::condition(&text).is_none() {
        return false;
    }
    let (after, more) = solved(&before, &request["ExpressionAttributeValues"]);
    if after == before {
        return false;
    }
    request[kind] = joined(&after).into();
    let kinds = ["ConditionExpression", "UpdateExpression", "FilterExpression", "KeyConditionExpression"];
    let texts: Vec<String> = kinds.iter().filter_map(|kind| request[*kind].as_str().map(str::to_string)).collect();
    let used: Vec<&str> = texts.iter().flat_map(|text| expression::tokens(text)).collect();
    if let Some(values) = request.get_mut("ExpressionAttributeValues").and_then(Value::as_object_mut) {
        // What is solved no longer needs its values, and the engine refuses values that nothing needs.
        values.retain(|name, _| used.contains(&name.as_str()) || !before.contains(&name.as_str()));
        values.extend(more);
    }
    true
}

/// The tokens with what depends on the request alone solved, and the values that this adds.
fn solved(tokens: &[&str], values: &Value) -> (Vec<String>, Map<String, Value>) {
    let (mut after, mut more): (Vec<String>, Map<String, Value>) = (Vec::new(), Map::new());
    let mut dropped = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        let number = more.len();
        match rest {
            [name, "(", value, ")", ..] if *name == "size" && size(&values[*value]).is_some() => {
                let placeholder = format!(":localSize{number}");
                let size = size(&values[*value]).unwrap_or_default();
                more.insert(placeholder.clone(), json!({ "N": size.to_string() }));
                after.push(placeholder);
                at += 4;
            }
            [name, "(", value, ",", kind, ")", ..]
                if *name == "attribute_type" && type_of(&values[*value]).is_some() =>
            {
                let is_so = type_of(&values[*value]) == values[*kind]["S"].as_str();
                let (left, right) = (format!(":localType{number}"), format!(":localAsked{number}"));
                more.insert(left.clone(), json!({ "BOOL": true }));
                more.insert(right.clone(), json!({ "BOOL": is_so }));
                after.extend([left, "=".to_string(), right]);
                at += 6;
            }
            ["(", ..] if !is_called(tokens, at) && is_operand_in_parentheses(rest) => {
                dropped.push(at + expression::closing(rest).unwrap_or_default());
                at += 1;
            }
            _ => {
                if !dropped.contains(&at) {
                    after.push((*token).to_string());
                }
                at += 1;
            }
        }
    }
    (after, more)
}

fn type_of(value: &Value) -> Option<&str> {
    value.as_object()?.keys().next().map(String::as_str)
}

/// What `size` counts. Numbers, booleans and nulls have no size.
fn size(value: &Value) -> Option<usize> {
    let (kind, value) = value.as_object()?.iter().next()?;
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => Some(text.len()),
        ("B", Value::String(base64)) => Some(stream::binary_size(base64)),
        ("SS" | "NS" | "BS" | "L", Value::Array(list)) => Some(list.len()),
        ("M", Value::Object(fields)) => Some(fields.len()),
        _ => None,
    }
}

/// Whether the parenthesis at this place is that of a function.
fn is_called(tokens: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| tokens[before].to_ascii_uppercase());
    before.is_some_and(|before| {
        let is_word = ["AND", "OR", "NOT", "BETWEEN", "IN"].contains(&before.as_str());
        !is_word && before.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Whether the parenthesis that opens here holds one operand, which an operator follows.
fn is_operand_in_parentheses(tokens: &[&str]) -> bool {
    let Some(closing) = expression::closing(tokens) else { return false };
    let is_compared = tokens.get(closing + 1).is_some_and(|token| ["=", "<>", "<", "<=", ">", ">="].contains(token));
    is_compared && expression::is_operand(&tokens[1..closing].join(" "))
}

/// An expression of these tokens.
fn joined(tokens: &[String]) -> String {
    let mut text = String::new();
    for token in tokens {
        let glued = [".", "[", "]"].contains(&token.as_str()) || text.ends_with(['.', '[']) || text.is_empty();
        text.push_str(if glued { "" } else { " " });
        text.push_str(token);
    }
    text
}

/// Numbers that differ only in how they are written are one number in a set. The engine compares an update's with those of an item as
/// they are written, and has those of an item in one form.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>
fn number_sets(request: &mut Value) -> bool {
    let mut changed = false;
    let values = request.get_mut("ExpressionAttributeValues").and_then(Value::as_object_mut);
    for value in values.into_iter().flat_map(Map::values_mut) {
        let Some(numbers) = value.get_mut("NS").and_then(Value::as_array_mut) else { continue };
        let before = numbers.clone();
        let mut seen: Vec<String> = Vec::new();
        numbers.retain_mut(|number| {
            let Some(text) = number.as_str().map(str::to_string) else { return true };
            let plain = normalize_dynamo_number(&text);
            // The same text twice is refused; two texts that are the same number are not.
            let same = seen.iter().any(|earlier| *earlier != text && normalize_dynamo_number(earlier) == plain);
            seen.push(text);
            *number = plain.into();
            !same
        });
        changed |= *numbers != before;
    }
    changed
}

/// The names of this account's tables whose ARNs stand in a batch instead of them, which they are rewritten to. The answer has the ARNs.
pub(super) fn batched_names(request: &mut Value) -> Vec<String> {
    let own = table_arn("");
    let name_of = |arn: &str| arn.strip_prefix(&own).filter(|name| !name.contains('/')).map(str::to_string);
    let Some(tables) = request.get_mut("RequestItems").and_then(Value::as_object_mut) else { return Vec::new() };
    let names: Vec<(String, String)> = tables.keys().filter_map(|arn| Some((arn.clone(), name_of(arn)?))).collect();
    let mut rewritten = Vec::new();
    for (arn, name) in names {
        if !tables.contains_key(&name)
            && let Some(entry) = tables.remove(&arn)
        {
            tables.insert(name.clone(), entry);
            rewritten.push(name);
        }
    }
    rewritten
}

/// Puts the ARNs of `names` back into the answer to a batch.
pub(super) fn with_arns(names: &[String], answer: &mut Value) {
    for field in ["Responses", "UnprocessedKeys", "UnprocessedItems"] {
        let Some(tables) = answer.get_mut(field).and_then(Value::as_object_mut) else { continue };
        for name in names {
            if let Some(entry) = tables.remove(name) {
                tables.insert(table_arn(name), entry);
            }
        }
    }
}
