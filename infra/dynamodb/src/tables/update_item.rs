//! `UpdateItem` where the engine's own differs: it makes an item in order to remove something from it, says what a new item was
//! before, and gives a whole list back where one element of it was updated.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html>

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::Tables;
use super::expression::{self, Condition, Element, Path};

/// The placeholder of the partition key in conditions that are added here.
const KEY: &str = "#localPartitionKey";

/// How often it is asked again because the item came or went meanwhile.
const TRIES: usize = 5;

impl Tables {
    /// The answer to an update that only takes away, when its item is not there: nothing happens. None where it is for the engine,
    /// because there is something to do or something to refuse.
    pub(super) async fn nothing_to_take_away(&self, request: &Value) -> Option<Response<Bytes>> {
        if !only_takes_away(request) {
            return None;
        }
        let partition_key = self.partition_key(request["TableName"].as_str()?, None)?;
        for _ in 0..TRIES {
            if self.is_there(request).await? {
                return None;
            }
            let with_item = with_condition(request, &partition_key, "attribute_exists")?;
            // Everything else that is wrong with it is the engine's to refuse.
            let refused = self.engine_answer("UpdateItem", &with_item).await;
            if !String::from_utf8_lossy(refused.body()).contains("#ConditionalCheckFailedException") {
                return None;
            }
            // To delete an item that is not there does nothing either, and is answered the same; it takes the update's condition.
            let mut without = with_condition(request, &partition_key, "attribute_not_exists")?;
            let fields = without.as_object_mut()?;
            for name in ["UpdateExpression", "AttributeUpdates", "ReturnValues"] {
                fields.remove(name);
            }
            keep_used(fields);
            let answer = self.engine_answer("DeleteItem", &without).await;
            if answer.status().is_success() {
                return Some(answer);
            }
            if !(request["ConditionExpression"].is_null() && request["Expected"].is_null()) {
                // The condition is not met: the engine says so of the update as well.
                return None;
            }
        }
        None
    }

    /// Whether a legacy update takes elements away from an attribute that is not a set of their type, which the engine overlooks.
    pub(super) async fn takes_away_another_type(&self, request: &Value) -> bool {
        let updates = request["AttributeUpdates"].as_object().into_iter().flatten();
        let taken = updates.filter(|(_, update)| update["Action"] == "DELETE");
        let taken: Vec<(&String, &String)> =
            taken.filter_map(|(name, update)| Some((name, update["Value"].as_object()?.keys().next()?))).collect();
        if taken.is_empty() {
            return false;
        }
        let there = self.item(request).await.unwrap_or_default();
        taken.iter().any(|(name, kind)| !there[*name].is_null() && there[*name].get(kind.as_str()).is_none())
    }

    /// Whether a legacy condition asks that an attribute does not contain something, and the attribute is not there: then it is not
    /// met either, which the engine overlooks.
    pub(super) async fn misses_what_must_not_contain(&self, request: &Value) -> bool {
        let expected = request["Expected"].as_object().into_iter().flatten();
        let named = expected.filter(|(_, condition)| condition["ComparisonOperator"] == "NOT_CONTAINS");
        let names: Vec<&String> = named.map(|(name, _)| name).collect();
        if names.is_empty() || request["ConditionalOperator"] == "OR" {
            return false;
        }
        let there = self.item_of(request).await;
        there.is_some_and(|there| names.iter().any(|name| there[name.as_str()].is_null()))
    }

    /// The item that a write is about, by its key or by that of the item that it puts; null where there is none, nothing where the table
    /// or the key is wrong.
    pub(super) async fn item_of(&self, request: &Value) -> Option<Value> {
        let mut get = request.clone();
        if let (Some(item), Some(table)) = (request["Item"].as_object(), request["TableName"].as_str()) {
            let key = self.metadata(table).map(|table| super::requirements::attributes_of_key(&table));
            let names = key.unwrap_or_default().into_iter().map(|(name, _)| name);
            get["Key"] =
                names.filter_map(|name| Some((name.clone(), item.get(&name)?.clone()))).collect::<Map<_, _>>().into();
        }
        self.item(&get).await
    }

    /// The item of `request`; null where there is none, nothing where the table or the key is wrong.
    async fn item(&self, request: &Value) -> Option<Value> {
        let get = json!({ "TableName": request["TableName"], "Key": request["Key"], "ConsistentRead": true });
        let found = self.engine_answer("GetItem", &get).await;
        let body: Value = serde_json::from_slice(found.body()).ok()?;
        found.status().is_success().then(|| body["Item"].clone())
    }

    /// Whether the item of `request` is there; nothing where the table or the key is wrong.
    pub(super) async fn is_there(&self, request: &Value) -> Option<bool> {
        self.item(request).await.map(|item| !item.is_null())
    }
}

/// Puts the answer to an update in order. `was_there` says whether its item was, where that was asked for.
pub(super) fn complete(request: &Value, was_there: Option<bool>, answer: &mut Value) -> bool {
    let Some(attributes) = answer.get("Attributes") else { return false };
    let given = match request["ReturnValues"].as_str().unwrap_or_default() {
        "ALL_OLD" if was_there == Some(false) && *attributes == request["Key"] => json!({}),
        "UPDATED_OLD" | "UPDATED_NEW" => match updated(request, attributes) {
            Some(updated) => updated,
            None => return false,
        },
        _ => return false,
    };
    if given == *attributes {
        return false;
    }
    match given.as_object().is_some_and(Map::is_empty) {
        true => drop(answer.as_object_mut().map(|answer| answer.remove("Attributes"))),
        false => answer["Attributes"] = given,
    }
    true
}

/// Of `attributes`, what the update is about.
fn updated(request: &Value, attributes: &Value) -> Option<Value> {
    let update = expression::update(request["UpdateExpression"].as_str()?)?;
    let paths: Vec<Path<'_>> = update.paths().cloned().collect();
    // Without an index in a path the engine is right.
    paths.iter().flatten().any(|element| matches!(element, Element::Index(_))).then(|| {
        let names = &request["ExpressionAttributeNames"];
        let paths: Vec<Vec<Step>> =
            paths.iter().map(|path| path.iter().map(|element| step(*element, names)).collect()).collect();
        let paths: Vec<&[Step]> = paths.iter().map(Vec::as_slice).collect();
        let chosen = attributes.as_object().into_iter().flatten().filter_map(|(name, value)| {
            let under = under(&paths, &Step::Name(name.clone()));
            Some((name.clone(), chosen(value, &under?)?))
        });
        chosen.collect::<Map<_, _>>().into()
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

fn step(element: Element<'_>, names: &Value) -> Step {
    match element {
        Element::Name(name) => Step::Name(names[name].as_str().unwrap_or(name).to_string()),
        Element::Index(index) => Step::Index(index.parse().unwrap_or(usize::MAX)),
    }
}

/// The rest of the paths that begin with `first`; nothing where none does.
fn under<'p>(paths: &[&'p [Step]], first: &Step) -> Option<Vec<&'p [Step]>> {
    let rest: Vec<&[Step]> = paths
        .iter()
        .filter_map(|path| path.split_first())
        .filter(|(step, _)| *step == first)
        .map(|(_, rest)| rest)
        .collect();
    (!rest.is_empty()).then_some(rest)
}

/// What the paths choose of a value.
fn chosen(value: &Value, paths: &[&[Step]]) -> Option<Value> {
    if paths.iter().any(|path| path.is_empty()) {
        return Some(value.clone());
    }
    if let Some(fields) = value["M"].as_object() {
        let fields = fields.iter().filter_map(|(name, value)| {
            Some((name.clone(), chosen(value, &under(paths, &Step::Name(name.clone()))?)?))
        });
        let fields: Map<String, Value> = fields.collect();
        return (!fields.is_empty()).then(|| json!({ "M": fields }));
    }
    let list = value["L"].as_array()?.iter().enumerate();
    let list: Vec<Value> =
        list.filter_map(|(place, value)| chosen(value, &under(paths, &Step::Index(place))?)).collect();
    (!list.is_empty()).then(|| json!({ "L": list }))
}

fn only_takes_away(request: &Value) -> bool {
    if let Some(update) = request["UpdateExpression"].as_str() {
        return expression::update(update)
            .is_some_and(|update| update.set.is_empty() && update.add.is_empty() && update.paths().next().is_some());
    }
    let updates = request["AttributeUpdates"].as_object().filter(|updates| !updates.is_empty());
    updates.is_some_and(|updates| updates.values().all(|update| update["Action"] == "DELETE"))
}

/// The request with one condition more: that its item is there, or that it is not.
fn with_condition(request: &Value, partition_key: &str, function: &str) -> Option<Value> {
    let mut request = request.clone();
    let fields = request.as_object_mut()?;
    let is_legacy = fields.contains_key("AttributeUpdates") || fields.contains_key("Expected");
    if is_legacy {
        let operator = if function == "attribute_exists" { "NOT_NULL" } else { "NULL" };
        if fields.get("ConditionalOperator").is_some_and(|operator| operator == "OR") {
            return None;
        }
        let expected = fields.entry("Expected").or_insert_with(|| json!({})).as_object_mut()?;
        if expected.contains_key(partition_key) {
            return None;
        }
        expected.insert(partition_key.to_string(), json!({ "ComparisonOperator": operator }));
        return Some(request);
    }
    let own = format!("{function}({KEY})");
    let condition = match fields.get("ConditionExpression").and_then(Value::as_str) {
        Some(condition) => format!("{own} AND {}", grouped(condition)),
        None => own,
    };
    fields.insert("ConditionExpression".into(), condition.into());
    let names = fields.entry("ExpressionAttributeNames").or_insert_with(|| json!({}));
    names[KEY] = json!(partition_key);
    Some(request)
}

/// A condition as a part of another one. The service refuses parentheses around parentheses.
fn grouped(condition: &str) -> String {
    let tokens = expression::tokens(condition);
    let is_whole = tokens.first() == Some(&"(") && expression::closing(&tokens) == Some(tokens.len() - 1);
    match expression::condition(condition) {
        Some(Condition::Or(..)) if !is_whole => format!("({condition})"),
        _ => condition.to_string(),
    }
}

/// Leaves the placeholders that the condition needs: the engine refuses others.
fn keep_used(fields: &mut Map<String, Value>) {
    let condition = fields.get("ConditionExpression").and_then(Value::as_str).unwrap_or_default().to_string();
    let tokens = expression::tokens(&condition);
    for name in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let Some(given) = fields.get_mut(name).and_then(Value::as_object_mut) else { continue };
        given.retain(|placeholder, _| tokens.contains(&placeholder.as_str()));
        if given.is_empty() {
            fields.remove(name);
        }
    }
}
