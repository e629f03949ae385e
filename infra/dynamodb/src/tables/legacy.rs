//! Lists of `IN` in conditions that are older than expressions, where they are too long for the engine.
//!
//! The engine makes an expression of such conditions, and has an expression's limit of 4 KB for them; the service has none but that of the
//! request. So a long list of a filter is held back, and what the engine finds without it is held against it here. Of a write the list is
//! cut to the value that the item has, if it is in there. Conditions that are joined by `OR` stay as they are.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.ScanFilter.html>

use bytes::Bytes;
use dynoxide::types::normalize_dynamo_number;
use http::{HeaderMap, Response};
use serde_json::{Value, json};

use super::{Tables, changed};

/// How many values the lists of a request have together at most that the engine gets: eleven letters stand for each in its expression.
const MOST_VALUES: usize = 250;
/// The parameter of an operation that has such conditions.
fn parameter(operation: &str) -> Option<&'static str> {
    match operation {
        "Query" => Some("QueryFilter"),
        "Scan" => Some("ScanFilter"),
        "DeleteItem" | "PutItem" | "UpdateItem" => Some("Expected"),
        _ => None,
    }
}

/// Whether the request of `operation` has more values in lists than the engine takes.
pub(super) fn is_long(operation: &str, request: &Value) -> bool {
    let Some(kind) = parameter(operation) else { return false };
    // A list of one value is not made shorter.
    let more: usize = lists(&request[kind]).map(|(_, list)| list.len() - 1).sum();
    more > MOST_VALUES && request["ConditionalOperator"] != "OR"
}

/// The lists of `IN` among conditions, by the attributes that they are about.
fn lists(conditions: &Value) -> impl Iterator<Item = (&String, &Vec<Value>)> {
    let conditions = conditions.as_object().into_iter().flatten();
    conditions.filter_map(|(name, condition)| {
        let is_in = condition["ComparisonOperator"] == "IN";
        Some((name, condition["AttributeValueList"].as_array().filter(|list| is_in && !list.is_empty())?))
    })
}

impl Tables {
    /// The answer to a request with long lists, as if the engine took them.
    pub(super) async fn answer_to_long_lists(
        &self,
        headers: &HeaderMap,
        operation: &str,
        request: &Value,
    ) -> Response<Bytes> {
        let kind = parameter(operation).unwrap_or_default();
        let ask = async |request: &Value| Box::pin(self.answer(headers, Bytes::from(request.to_string()))).await;
        if !matches!(operation, "Query" | "Scan") {
            return ask(&self.cut(kind, request).await).await;
        }
        // What else is wrong with the request is said of one with short lists.
        let mut short = with_lists(kind, request, |_, list| list[..1].to_vec());
        short["Limit"] = if request["Limit"].is_null() { json!(1) } else { request["Limit"].clone() };
        let judged = ask(&short).await;
        if !judged.status().is_success() {
            return judged;
        }
        let (mut parts, body) = ask(&without_lists(kind, request)).await.into_parts();
        let body = match serde_json::from_slice::<Value>(&body) {
            Ok(mut answer) if parts.status.is_success() => {
                keep_listed(kind, request, &mut answer);
                changed(&answer, &mut parts.headers)
            }
            _ => body,
        };
        Response::from_parts(parts, body)
    }

    /// A write whose lists have one value each: the one that the item has now, or, where that is not in the list, the first.
    async fn cut(&self, kind: &str, request: &Value) -> Value {
        let item = self.item_of(request).await.unwrap_or_default();
        with_lists(kind, request, |name, list| {
            let value = list.iter().find(|value| is_same(value, &item[name])).unwrap_or(&list[0]);
            vec![value.clone()]
        })
    }
}

/// `request` with other lists among the conditions of `kind`.
fn with_lists(kind: &str, request: &Value, other: impl Fn(&str, &[Value]) -> Vec<Value>) -> Value {
    let mut changed = request.clone();
    for (name, list) in lists(&request[kind]) {
        changed[kind][name.as_str()]["AttributeValueList"] = other(name, list).into();
    }
    changed
}

/// `request` without the conditions that have lists, and for all that is needed to judge the items by them.
fn without_lists(kind: &str, request: &Value) -> Value {
    let mut fields = request.as_object().cloned().unwrap_or_default();
    let names: Vec<&String> = lists(&request[kind]).map(|(name, _)| name).collect();
    if let Some(conditions) = fields.get_mut(kind).and_then(Value::as_object_mut) {
        conditions.retain(|name, _| !names.contains(&name));
        let left = conditions.len();
        if left < 2 {
            fields.remove("ConditionalOperator");
        }
        if left == 0 {
            fields.remove(kind);
        }
    }
    if let Some(wanted) = fields.get_mut("AttributesToGet").and_then(Value::as_array_mut) {
        wanted.extend(names.iter().filter(|name| !is_wanted(request, name)).map(|name| json!(name)));
    }
    if request["Select"] == "COUNT" {
        fields.remove("Select");
    }
    fields.into()
}

fn is_wanted(request: &Value, name: &str) -> bool {
    request["AttributesToGet"].as_array().is_none_or(|wanted| wanted.iter().any(|wanted| wanted == name))
}

/// Takes the items out of `answer` that the lists of `request` leave out, and what nobody asked for.
fn keep_listed(kind: &str, request: &Value, answer: &mut Value) {
    let all: Vec<(&String, &Vec<Value>)> = lists(&request[kind]).collect();
    let Some(items) = answer.get_mut("Items").and_then(Value::as_array_mut) else { return };
    let is_listed = |item: &Value, (name, list): &(&String, &Vec<Value>)| {
        list.iter().any(|value| is_same(value, &item[name.as_str()]))
    };
    items.retain(|item| all.iter().all(|listed| is_listed(item, listed)));
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.retain(|name, _| is_wanted(request, name));
    }
    let count = items.len();
    answer["Count"] = json!(count);
    if request["Select"] == "COUNT"
        && let Some(fields) = answer.as_object_mut()
    {
        fields.remove("Items");
    }
}

/// Whether two values are one; numbers are, however they are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one["N"].as_str(), other["N"].as_str()) {
        (Some(one), Some(other)) => normalize_dynamo_number(one) == normalize_dynamo_number(other),
        _ => one == other,
    }
}
