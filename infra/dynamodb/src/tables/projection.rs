//! What a query asks of an index that does not carry it.
//!
//! A global index is refused, and so is a filter. A local index is completed from the table; the engine does that for
//! `ALL_ATTRIBUTES` of a query alone. So a query for some attributes is asked for all of them, of which the projection is taken here,
//! and what a scan finds is read from the table.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.Projections>

use std::collections::BTreeMap;

use bytes::Bytes;
use dynoxide::TableMetadata;
use http::Response;
use serde_json::{Map, Value, json};

use super::expression::{self, Element, Path};
use super::{Tables, changed, index_page, items};

/// The most items of one `BatchGetItem`.
const MOST_OF_A_BATCH: usize = 100;

impl Tables {
    /// The answer to a query or a scan of a local index for attributes that the table has and the index does not; none where the
    /// index carries them, and where there is something to refuse.
    pub(super) async fn fetched(&self, operation: &str, request: &Value) -> Option<Response<Bytes>> {
        if !["Query", "Scan"].contains(&operation) {
            return None;
        }
        request["IndexName"].as_str()?;
        let table = self.metadata(request["TableName"].as_str()?)?;
        let index = Index::asked(request, &table).filter(|index| index.is_local)?;
        let scans_for_all = operation == "Scan" && request["Select"] == "ALL_ATTRIBUTES";
        if !scans_for_all {
            index.lacks(asked_for(request))?;
        }
        // What is wrong with the projection is the engine's to refuse.
        let mut one = request.clone();
        index_page::ask_one(&mut one);
        if !self.engine_answer(operation, &one).await.status().is_success() {
            return None;
        }
        let select = if operation == "Query" { "ALL_ATTRIBUTES" } else { "ALL_PROJECTED_ATTRIBUTES" };
        let asked = without_projection(request, select);
        let mut one = asked.clone();
        index_page::ask_one(&mut one);
        let (mut parts, body) = self.engine_answer(operation, &one).await.into_parts();
        let mut answer = self.index_page(operation, &asked, serde_json::from_slice(&body).ok()?).await?;
        if operation == "Scan" {
            self.read_from_table(request, &table, &mut answer).await?;
        }
        if !scans_for_all {
            let wanted = Wanted::of(request);
            for item in answer["Items"].as_array_mut().into_iter().flatten() {
                *item = item.as_object().map_or(Value::Null, |item| wanted.fields(item).into());
            }
        }
        let body = changed(&answer, &mut parts.headers);
        Some(Response::from_parts(parts, body))
    }

    /// Puts the items of the table in the place of what an index has of them, and adds what reading them costs.
    async fn read_from_table(&self, request: &Value, table: &TableMetadata, answer: &mut Value) -> Option<()> {
        let schema: Value = serde_json::from_str(&table.key_schema).ok()?;
        let key_of = |item: &Value| -> Value {
            let names = schema.as_array().into_iter().flatten().filter_map(|key| key["AttributeName"].as_str());
            names.map(|name| (name.to_string(), item[name].clone())).collect::<Map<_, _>>().into()
        };
        let mut read = BTreeMap::new();
        let mut cost = 0.0;
        for found in answer["Items"].as_array()?.chunks(MOST_OF_A_BATCH) {
            let name = &table.table_name;
            let keys: Vec<Value> = found.iter().map(key_of).collect();
            let mut asked = json!({ name: { "Keys": keys, "ConsistentRead": request["ConsistentRead"] == true } });
            while asked.as_object().is_some_and(|asked| !asked.is_empty()) {
                let batch = json!({ "RequestItems": asked, "ReturnConsumedCapacity": "TOTAL" });
                let page = self.engine_answer("BatchGetItem", &batch).await;
                let mut page: Value = serde_json::from_slice(page.body()).ok()?;
                cost += page["ConsumedCapacity"][0]["CapacityUnits"].as_f64().unwrap_or_default();
                for item in page["Responses"][name].as_array()? {
                    read.insert(key_of(item).to_string(), item.clone());
                }
                asked = page["UnprocessedKeys"].take();
            }
        }
        for item in answer["Items"].as_array_mut()? {
            // One that was deleted meanwhile is what the index had of it.
            if let Some(whole) = read.remove(&key_of(item).to_string()) {
                *item = whole;
            }
        }
        items::charged_to_index(request, answer, table);
        for units in ["/ConsumedCapacity/CapacityUnits", "/ConsumedCapacity/Table/CapacityUnits"] {
            if let Some(units) = answer.pointer_mut(units) {
                *units = json!(units.as_f64().unwrap_or_default() + cost);
            }
        }
        Some(())
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
    if let Some(lacking) = index.lacks(asked_for(request)).filter(|_| !is_local) {
        return Some(format!("{invalid} Global secondary index {name} does not project [{lacking}]"));
    }
    // A scan's filter matches nothing.
    let wants_all = request["Select"] == "ALL_ATTRIBUTES";
    let filtered = index.lacks(filtered_by(request)).filter(|_| operation == "Query" && !(is_local && wants_all));
    let lacking = filtered?;
    Some(format!("{invalid} Secondary index {name} does not project one or more filter attributes: [{lacking}]"))
}

/// A query or scan for some attributes as one for all that `select` stands for.
fn without_projection(request: &Value, select: &str) -> Value {
    let mut fields = request.as_object().cloned().unwrap_or_default();
    fields.remove("ProjectionExpression");
    fields.remove("AttributesToGet");
    fields.insert("Select".into(), select.into());
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
