//! What a query asks of an index that does not carry it.
//!
//! A global index is refused, and so is a filter. A local index is completed from the table on AWS; the engine does that for
//! `ALL_ATTRIBUTES` of a query alone, so the rest is refused by name.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections>

use dynoxide::TableMetadata;
use serde_json::Value;

use super::expression::{self, Element, Path};

/// The refusal of the `Query` or `Scan` that `request` is, of an index of `table`.
pub(super) fn refusal(operation: &str, request: &Value, table: &TableMetadata) -> Option<String> {
    let name = request["IndexName"].as_str()?;
    let named = |definitions: &Option<String>| {
        let all: Vec<Value> = serde_json::from_str(definitions.as_deref()?).ok()?;
        all.into_iter().find(|index| index["IndexName"] == name)
    };
    let local = named(&table.lsi_definitions);
    let is_local = local.is_some();
    let index = local.or_else(|| named(&table.gsi_definitions))?;
    if index["Projection"]["ProjectionType"] == "ALL" {
        return None;
    }
    let carried = carried(&index, table);
    let lacks = |names: Vec<String>| {
        let mut lacking: Vec<String> = names.into_iter().filter(|name| !carried.contains(name)).collect();
        lacking.sort();
        lacking.dedup();
        (!lacking.is_empty()).then(|| lacking.join(", "))
    };
    let invalid = "One or more parameter values were invalid:";
    let wants_all = request["Select"] == "ALL_ATTRIBUTES";
    let unprojected = lacks(asked_for(request));
    if let Some(lacking) = unprojected.as_ref().filter(|_| !is_local) {
        return Some(format!("{invalid} Global secondary index {name} does not project [{lacking}]"));
    }
    // A scan's filter matches nothing.
    let filtered = lacks(filtered_by(request)).filter(|_| operation == "Query" && !(is_local && wants_all));
    if let Some(lacking) = filtered {
        return Some(format!(
            "{invalid} Secondary index {name} does not project one or more filter attributes: [{lacking}]"
        ));
    }
    let from_table = match unprojected {
        Some(lacking) => Some(format!("[{lacking}]")),
        None => (is_local && wants_all && operation == "Scan").then(|| "all attributes".to_string()),
    }?;
    let fetches = format!("The local cloud's DynamoDB does not fetch {from_table} from the table");
    Some(format!("{fetches}, which local secondary index {name} does not project; query it for ALL_ATTRIBUTES."))
}

/// The attributes that an index carries: its key, the table's, and what is projected besides.
fn carried(index: &Value, table: &TableMetadata) -> Vec<String> {
    let of_table: Value = serde_json::from_str(&table.key_schema).unwrap_or_default();
    let keys = [&index["KeySchema"], &of_table].into_iter().filter_map(Value::as_array).flatten();
    let keys = keys.map(|key| &key["AttributeName"]);
    let included = index["Projection"]["NonKeyAttributes"].as_array().into_iter().flatten();
    keys.chain(included).filter_map(Value::as_str).map(str::to_string).collect()
}

/// The attributes that a projection names.
fn asked_for(request: &Value) -> Vec<String> {
    let paths = request["ProjectionExpression"].as_str().and_then(expression::projection).unwrap_or_default();
    let legacy = request["AttributesToGet"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let named = paths.iter().filter_map(|path| attribute(path, request));
    named.chain(legacy.map(str::to_string)).collect()
}

/// The attributes that a filter names.
fn filtered_by(request: &Value) -> Vec<String> {
    let condition = request["FilterExpression"].as_str().and_then(expression::condition);
    let paths = condition.as_ref().map(expression::Condition::paths).unwrap_or_default();
    let legacy = request["QueryFilter"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    paths.into_iter().filter_map(|path| attribute(path, request)).chain(legacy).collect()
}

/// The attribute at the beginning of a path.
fn attribute(path: &Path<'_>, request: &Value) -> Option<String> {
    let Element::Name(name) = path.first()? else { return None };
    Some(request["ExpressionAttributeNames"][*name].as_str().unwrap_or(name).to_string())
}
