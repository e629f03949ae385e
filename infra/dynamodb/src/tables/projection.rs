//! What a query asks of an index that does not carry it.
//!
//! A global index is refused, and so is a filter. A local index is completed from the table; the engine does that for
//! `ALL_ATTRIBUTES` of a query alone. So a query for some attributes is asked for all of them, of which the projection is taken here,
//! and a scan is refused by name.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections>

use std::collections::BTreeMap;

use bytes::Bytes;
use dynoxide::TableMetadata;
use http::Response;
use serde_json::{Map, Value, json};

use super::expression::{self, Element, Path};
use super::{Tables, changed};

impl Tables {
    /// The answer to a query of a local index for attributes that the table has and the index does not; none where the index
    /// carries them, and where there is something to refuse.
    pub(super) async fn fetched(&self, request: &Value) -> Option<Response<Bytes>> {
        request["IndexName"].as_str()?;
        let table = self.metadata(request["TableName"].as_str()?)?;
        let index = Index::asked(request, &table).filter(|index| index.is_local)?;
        index.lacks(asked_for(request))?;
        // What is wrong with the projection is the engine's to refuse.
        if !self.engine_answer("Query", request).await.status().is_success() {
            return None;
        }
        let (mut parts, body) = self.engine_answer("Query", &for_all_attributes(request)).await.into_parts();
        let mut answer: Value = serde_json::from_slice(&body).ok()?;
        let wanted = Wanted::of(request);
        for item in answer["Items"].as_array_mut().into_iter().flatten() {
            *item = item.as_object().map_or(Value::Null, |item| wanted.fields(item).into());
        }
        let body = changed(&answer, &mut parts.headers);
        Some(Response::from_parts(parts, body))
    }
}

/// An index that does not carry all of its items' attributes.
struct Index {
    is_local: bool,
    /// The attributes that it carries: its key, the table's, and what is projected besides.
    carried: Vec<String>,
}

impl Index {
    /// The index that `request` is about; none where it carries everything.
    fn asked(request: &Value, table: &TableMetadata) -> Option<Index> {
        let name = request["IndexName"].as_str()?;
        let named = |definitions: &Option<String>| {
            let all: Vec<Value> = serde_json::from_str(definitions.as_deref()?).ok()?;
            all.into_iter().find(|index| index["IndexName"] == name)
        };
        let local = named(&table.lsi_definitions);
        let is_local = local.is_some();
        let index = local.or_else(|| named(&table.gsi_definitions))?;
        (index["Projection"]["ProjectionType"] != "ALL").then(|| Index { is_local, carried: carried(&index, table) })
    }

    /// Those of `names` that the index does not carry; nothing where it carries them all.
    fn lacks(&self, names: Vec<String>) -> Option<String> {
        let mut lacking: Vec<String> = names.into_iter().filter(|name| !self.carried.contains(name)).collect();
        lacking.sort();
        lacking.dedup();
        (!lacking.is_empty()).then(|| lacking.join(", "))
    }
}

/// The refusal of the `Query` or `Scan` that `request` is, of an index of `table`.
pub(super) fn refusal(operation: &str, request: &Value, table: &TableMetadata) -> Option<String> {
    let name = request["IndexName"].as_str()?;
    let index = Index::asked(request, table)?;
    let is_local = index.is_local;
    let invalid = "One or more parameter values were invalid:";
    let wants_all = request["Select"] == "ALL_ATTRIBUTES";
    let unprojected = index.lacks(asked_for(request));
    if let Some(lacking) = unprojected.as_ref().filter(|_| !is_local) {
        return Some(format!("{invalid} Global secondary index {name} does not project [{lacking}]"));
    }
    // A scan's filter matches nothing.
    let filtered = index.lacks(filtered_by(request)).filter(|_| operation == "Query" && !(is_local && wants_all));
    if let Some(lacking) = filtered {
        return Some(format!(
            "{invalid} Secondary index {name} does not project one or more filter attributes: [{lacking}]"
        ));
    }
    if operation == "Query" {
        return None;
    }
    let from_table = match unprojected {
        Some(lacking) => Some(format!("[{lacking}]")),
        None => (is_local && wants_all).then(|| "all attributes".to_string()),
    }?;
    let fetches = format!("The local cloud's DynamoDB does not fetch {from_table} from the table");
    Some(format!("{fetches}, which local secondary index {name} does not project; query it, or scan the table."))
}

/// A query for some attributes as one for all of them.
fn for_all_attributes(request: &Value) -> Value {
    let mut fields = request.as_object().cloned().unwrap_or_default();
    fields.remove("ProjectionExpression");
    fields.remove("AttributesToGet");
    fields.insert("Select".into(), "ALL_ATTRIBUTES".into());
    let texts = ["KeyConditionExpression", "FilterExpression"].map(|kind| request[kind].as_str().unwrap_or_default());
    let used: Vec<&str> = texts.into_iter().flat_map(expression::tokens).collect();
    if let Some(names) = fields.get_mut("ExpressionAttributeNames").and_then(Value::as_object_mut) {
        // The engine refuses names that nothing needs.
        names.retain(|name, _| used.contains(&name.as_str()));
        if names.is_empty() {
            fields.remove("ExpressionAttributeNames");
        }
    }
    fields.into()
}

/// What a projection wants of a value: all of it, or some of its fields or elements.
#[derive(Default)]
struct Wanted {
    fields: BTreeMap<String, Wanted>,
    elements: BTreeMap<usize, Wanted>,
}

impl Wanted {
    fn of(request: &Value) -> Wanted {
        let mut wanted = Wanted::default();
        for path in request["ProjectionExpression"].as_str().and_then(expression::projection).unwrap_or_default() {
            let mut place = &mut wanted;
            for element in path {
                place = match element {
                    Element::Name(name) => {
                        let name = request["ExpressionAttributeNames"][name].as_str().unwrap_or(name);
                        place.fields.entry(name.to_string()).or_default()
                    }
                    Element::Index(index) => place.elements.entry(index.parse().unwrap_or(usize::MAX)).or_default(),
                };
            }
        }
        for name in request["AttributesToGet"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            wanted.fields.entry(name.to_string()).or_default();
        }
        wanted
    }

    /// What there is of a value; nothing where there is nothing of what is wanted.
    fn part(&self, value: &Value) -> Option<Value> {
        if self.fields.is_empty() && self.elements.is_empty() {
            return Some(value.clone());
        }
        if let Some(map) = value["M"].as_object() {
            let fields = self.fields(map);
            return (!fields.is_empty()).then(|| json!({ "M": fields }));
        }
        let list = value["L"].as_array()?;
        // What is left out of a list leaves no gap.
        let elements = self.elements.iter().filter_map(|(place, wanted)| wanted.part(list.get(*place)?));
        let elements: Vec<Value> = elements.collect();
        (!elements.is_empty()).then(|| json!({ "L": elements }))
    }

    fn fields(&self, map: &Map<String, Value>) -> Map<String, Value> {
        let parts = self.fields.iter().filter_map(|(name, wanted)| Some((name.clone(), wanted.part(map.get(name)?)?)));
        parts.collect()
    }
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
