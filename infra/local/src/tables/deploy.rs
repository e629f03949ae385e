//! What a deployment changes about tables: indexes, the stream, and the time to live. Items stay.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html>

use serde_json::{Value, json};

use super::{CallError, Tables};
use crate::stack::Table;

impl Tables {
    /// Whether `new` is another table than `old`: DynamoDB changes no key, and no local index.
    pub(crate) fn needs_replacement(old: &Table, new: &Table) -> bool {
        ["KeySchema", "LocalSecondaryIndexes"].iter().any(|key| old.create.get(*key) != new.create.get(*key))
    }

    /// Makes `new` of `old`, which has the same name and key.
    ///
    /// # Errors
    ///
    /// DynamoDB's refusal. What was changed before it stays changed.
    pub(crate) async fn change(&self, old: &Table, new: &Table) -> Result<(), CallError> {
        let indexes = |table: &Table| table.create["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
        let (before, after) = (indexes(old), indexes(new));
        let among = |index: &Value, others: &[Value]| others.contains(index);
        // An index whose definition changed is another index.
        for gone in before.iter().filter(|index| !among(index, &after)) {
            let update = json!({ "Delete": { "IndexName": gone["IndexName"] } });
            self.update(new, json!({ "GlobalSecondaryIndexUpdates": [update] })).await?;
        }
        for made in after.iter().filter(|index| !among(index, &before)) {
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
        self.change_time_to_live(old, new).await
    }

    async fn change_time_to_live(&self, old: &Table, new: &Table) -> Result<(), CallError> {
        let (before, after) = (&old.time_to_live_attribute, &new.time_to_live_attribute);
        if before == after {
            return Ok(());
        }
        let steps = [(before, false), (after, true)];
        for (attribute, enabled) in steps.into_iter().filter_map(|(attribute, on)| Some((attribute.as_ref()?, on))) {
            let specification = json!({ "Enabled": enabled, "AttributeName": attribute });
            let request = json!({ "TableName": new.name, "TimeToLiveSpecification": specification });
            self.call("UpdateTimeToLive", &request).await?;
        }
        Ok(())
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
