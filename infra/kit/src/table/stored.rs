//! Putting items into a table before a question is asked, so that a question about reading does not depend on whether
//! writing works.

use serde_json::{Map, Value, json};

use crate::lab::Lab;

impl Lab {
    /// Puts an item, given as plain JSON, into a table, by the table's logical id in the template: texts become `S`,
    /// numbers `N`, objects `M`, lists `L`. What was there under the same key is replaced, as PutItem does.
    ///
    /// Ends the test when the table refuses it: then the template's key is not the one that the check is about.
    pub fn stores(&self, logical_id: &str, item: &Value) {
        self.call("PutItem", &json!({ "TableName": self.table_name(logical_id), "Item": typed_fields(item) }));
    }
}

fn typed_fields(item: &Value) -> Map<String, Value> {
    item.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), typed(value))).collect()
}

/// `"x"` → `{"S": "x"}`.
fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(_) => json!({ "M": typed_fields(value) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::plain_item;

    #[test]
    fn what_is_stored_reads_as_it_was_given() {
        let item = json!({"type": "Western", "price": 15000, "in": {"egg": "1"}, "tags": ["a", true, null]});
        assert_eq!(typed_fields(&item)["price"], json!({"N": "15000"}));
        assert_eq!(plain_item(&Value::Object(typed_fields(&item))), item);
    }
}
