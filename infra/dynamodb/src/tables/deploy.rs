//! What a deployment changes about tables: indexes, the stream, the time to live, and the protection against deletion. Items stay.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{CallError, Tables};
use stack::Table;

impl Tables {
    /// Whether `new` is another table than `old`: DynamoDB changes no key, neither its attributes nor their types, and no
    /// local index.
    pub(crate) fn needs_replacement(old: &Table, new: &Table) -> bool {
        let differs = |key: &str| old.create.get(key) != new.create.get(key);
        ["KeySchema", "LocalSecondaryIndexes"].into_iter().any(differs) || key_types(old) != key_types(new)
    }

    /// CloudFormation's refusal of an update that changes a global index, or makes or deletes more than one.
    /// The sentence about a change: <https://github.com/aws-amplify/amplify-category-api/issues/3113>.
    pub(crate) fn refused_index_changes(old: &Table, new: &Table) -> Option<&'static str> {
        let (before, after) = (global_indexes(old), global_indexes(new));
        let is_other = |index: &Value| {
            let same = after.iter().find(|other| other["IndexName"] == index["IndexName"]);
            same.is_some_and(|other| ["KeySchema", "Projection"].iter().any(|part| other[part] != index[part]))
        };
        if before.iter().any(is_other) {
            return Some(
                "Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can \
                 create a new GSI with a different name.",
            );
        }
        let deleted = before.iter().filter(|index| !is_among(index, &after)).count();
        let made = after.iter().filter(|index| !is_among(index, &before)).count();
        let message = "Cannot perform more than one GSI creation or deletion in a single update";
        (deleted + made > 1).then_some(message)
    }

    /// Makes `new` of `old`, which has the same name and key.
    ///
    /// # Errors
    ///
    /// DynamoDB's refusal. What was changed before it stays changed.
    pub(crate) async fn change(&self, old: &Table, new: &Table) -> Result<(), CallError> {
        let (before, after) = (global_indexes(old), global_indexes(new));
        for gone in before.iter().filter(|index| !is_among(index, &after)) {
            let update = json!({ "Delete": { "IndexName": gone["IndexName"] } });
            self.update(new, json!({ "GlobalSecondaryIndexUpdates": [update] })).await?;
        }
        for made in after.iter().filter(|index| !is_among(index, &before)) {
            let definitions = &new.create["AttributeDefinitions"];
            let update =
                json!({ "GlobalSecondaryIndexUpdates": [{ "Create": made }], "AttributeDefinitions": definitions });
            self.update(new, update).await?;
        }
        let stream = |table: &Table| table.create.get("StreamSpecification").cloned();
        let (before, after) = (stream(old), stream(new));
        if before != after {
            if before.is_some() {
                self.update(new, json!({ "StreamSpecification": { "StreamEnabled": false } })).await?;
            }
            if let Some(specification) = after {
                self.update(new, json!({ "StreamSpecification": specification })).await?;
            }
        }
        if is_protected(&old.create) != is_protected(&new.create) {
            self.update(new, json!({ "DeletionProtectionEnabled": is_protected(&new.create) })).await?;
        }
        self.change_time_to_live(old, new).await
    }

    async fn change_time_to_live(&self, old: &Table, new: &Table) -> Result<(), CallError> {
        let (before, after) = (&old.time_to_live_attribute, &new.time_to_live_attribute);
        if before == after {
            return Ok(());
        }
        let steps = [(before, false), (after, true)];
        for (attribute, enabled) in steps.into_iter().filter_map(|(attribute, on)| Some((attribute.as_ref()?, on))) {
            self.set_time_to_live(&new.name, attribute, enabled).await?;
        }
        Ok(())
    }

    /// `UpdateTimeToLive`.
    pub(super) async fn set_time_to_live(&self, table: &str, attribute: &str, enabled: bool) -> Result<(), CallError> {
        let specification = json!({ "Enabled": enabled, "AttributeName": attribute });
        let request = json!({ "TableName": table, "TimeToLiveSpecification": specification });
        self.call("UpdateTimeToLive", &request).await.map(drop)
    }

    /// Makes `table` of the one that an earlier run left under its name, with the same key: the template may be another one now.
    /// `there` is what `DescribeTable` says of it.
    pub(super) async fn catch_up(&self, table: &Table, there: &Value) -> Result<(), CallError> {
        let answer = self.call("DescribeTimeToLive", &json!({ "TableName": table.name })).await?;
        self.change(&left(table, there, &answer["TimeToLiveDescription"]), table).await
    }

    async fn update(&self, table: &Table, mut request: Value) -> Result<(), CallError> {
        request["TableName"] = json!(table.name);
        self.call("UpdateTable", &request).await.map(drop)
    }

    /// Deletes a table with everything in it.
    ///
    /// # Errors
    ///
    /// DynamoDB's refusal.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), CallError> {
        self.call("DeleteTable", &json!({ "TableName": name })).await.map(drop)
    }
}

/// Whether DynamoDB refuses to delete a table, by its description or by what it is made with.
fn is_protected(table: &Value) -> bool {
    table["DeletionProtectionEnabled"] == true
}

/// Whether one of `others` has the index's name: a key or a projection that changes is refused before, and throughput is not kept here.
fn is_among(index: &Value, others: &[Value]) -> bool {
    others.iter().any(|other| other["IndexName"] == index["IndexName"])
}

fn global_indexes(table: &Table) -> Vec<Value> {
    table.create["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default()
}

/// The types of the attributes that are in the table's key or in those of its local indexes.
fn key_types(table: &Table) -> BTreeMap<&str, &Value> {
    let local = table.create["LocalSecondaryIndexes"].as_array().into_iter().flatten();
    let keys = local.map(|index| &index["KeySchema"]).chain([&table.create["KeySchema"]]);
    let names = keys.filter_map(Value::as_array).flatten().filter_map(|key| key["AttributeName"].as_str());
    let names: BTreeSet<&str> = names.collect();
    let definitions = table.create["AttributeDefinitions"].as_array().into_iter().flatten();
    let typed = definitions.filter_map(|one| Some((one["AttributeName"].as_str()?, &one["AttributeType"])));
    typed.filter(|(name, _)| names.contains(name)).collect()
}

/// What an earlier run left, put as `table` puts it where it is the same.
fn left(table: &Table, there: &Value, time_to_live: &Value) -> Table {
    let same = |one: &Value, other: &Value, keys: &[&str]| keys.iter().all(|key| one[*key] == other[*key]);
    let listed = |of: &Value| of["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
    let wanted = listed(&table.create);
    let index = |index: Value| {
        let found = wanted.iter().find(|wanted| same(wanted, &index, &["IndexName", "KeySchema", "Projection"]));
        found.cloned().unwrap_or(index)
    };
    let mut create = json!({ "GlobalSecondaryIndexes": listed(there).into_iter().map(index).collect::<Vec<_>>() });
    let stream = &there["StreamSpecification"];
    if stream["StreamEnabled"] == true {
        let wanted = &table.create["StreamSpecification"];
        create["StreamSpecification"] = if same(wanted, stream, &["StreamViewType"]) { wanted } else { stream }.clone();
    }
    if is_protected(there) {
        create["DeletionProtectionEnabled"] = json!(true);
    }
    let attribute = time_to_live["AttributeName"].as_str().filter(|_| time_to_live["TimeToLiveStatus"] == "ENABLED");
    Table { create, time_to_live_attribute: attribute.map(str::to_string), ..table.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(index: Option<&str>, view: Option<&str>, time_to_live: Option<&str>) -> Table {
        let key = |name: &str| json!([{ "AttributeName": name, "KeyType": "HASH" }]);
        let mut attributes = vec!["pk"];
        attributes.extend(index);
        let definitions = attributes.iter().map(|name| json!({ "AttributeName": name, "AttributeType": "S" }));
        let mut create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST", "KeySchema": key("pk"),
            "AttributeDefinitions": definitions.collect::<Vec<_>>() });
        if let Some(by) = index {
            let index = json!({ "IndexName": by, "KeySchema": key(by), "Projection": { "ProjectionType": "ALL" } });
            create["GlobalSecondaryIndexes"] = json!([index]);
        }
        if let Some(view) = view {
            create["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
        }
        let time_to_live_attribute = time_to_live.map(str::to_string);
        Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute }
    }

    #[tokio::test]
    async fn a_table_of_an_earlier_run_becomes_what_the_template_says_now() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tables.sqlite");
        let item = json!({ "TableName": "board", "Item": { "pk": { "S": "a" }, "author": { "S": "Ada" } } });
        let steps = [
            table(None, None, None),
            table(Some("author"), Some("NEW_IMAGE"), Some("until")),
            table(Some("author"), Some("NEW_IMAGE"), Some("until")),
            table(Some("topic"), Some("KEYS_ONLY"), Some("after")),
            table(None, None, None),
        ];
        for (step, table) in steps.iter().enumerate() {
            let tables = Tables::open(Some(&file), std::slice::from_ref(table)).await.unwrap();
            if step == 0 {
                tables.call("PutItem", &item).await.unwrap();
            }
            let name = json!({ "TableName": "board" });
            let there = tables.call("DescribeTable", &name).await.unwrap();
            let time_to_live = tables.call("DescribeTimeToLive", &name).await.unwrap();
            let left = left(table, &there["Table"], &time_to_live["TimeToLiveDescription"]);
            let none = json!([]);
            for (key, missing) in [("GlobalSecondaryIndexes", &none), ("StreamSpecification", &Value::Null)] {
                assert_eq!(&left.create[key], table.create.get(key).unwrap_or(missing), "step {step}: {key}");
            }
            assert_eq!(left.time_to_live_attribute, table.time_to_live_attribute, "step {step}");
            if step == 2 {
                let query = json!({ "TableName": "board", "IndexName": "author", "KeyConditionExpression": "#b = :b",
                    "ExpressionAttributeNames": { "#b": "author" }, "ExpressionAttributeValues": { ":b": { "S": "Ada" } } });
                assert_eq!(tables.call("Query", &query).await.unwrap()["Count"], 1, "what was there is in the index");
            }
        }
    }
}
