//! What conditions can ask of a call, by its body.

use serde_json::json;

use super::*;

/// The table's partition key is `pk`, the index's `author`; no other table is there.
fn context(operation: &str, call: Value) -> CallContext {
    let keys = |table: &str, index: Option<&str>| match (table, index) {
        ("board", None) => Some("pk".to_string()),
        ("board", Some("byAuthor")) => Some("author".to_string()),
        _ => None,
    };
    let table = call["TableName"].as_str().unwrap_or("board").to_string();
    PartitionKeys(&keys).of(operation, &table, &call)
}

#[track_caller]
fn check(operation: &str, call: Value, key: &str, expected: &[&str]) {
    let context = context(operation, call.clone());
    let found: Vec<&str> = context.keys.iter().filter(|(name, _)| *name == key).map(|(_, value)| &**value).collect();
    assert_eq!(found, expected, "{key} of {operation} {call}");
    assert_eq!(context.unknown_keys, [] as [&str; 0], "{operation} {call}");
}

#[test]
fn a_call_has_the_partition_keys_that_it_is_about() {
    let keys = |operation, call, expected: &[&str]| check(operation, call, LEADING_KEYS, expected);
    let ada = json!({ "pk": { "S": "ada" }, "sk": { "S": "1" } });
    keys("GetItem", json!({ "Key": ada }), &["ada"]);
    keys("GetItem", json!({ "TableName": "arn:aws:dynamodb:r:1:table/board", "Key": ada }), &["ada"]);
    keys("PutItem", json!({ "Item": { "pk": { "N": "7" } } }), &["7"]);
    keys("UpdateItem", json!({ "Key": { "pk": { "B": "YQ==" } } }), &["YQ=="]);
    keys("ConditionCheckItem", json!({ "Key": ada }), &["ada"]);
    keys("BatchGetItem", json!({ "Keys": [ada, { "pk": { "S": "bob" } }] }), &["ada", "bob"]);
    let puts = json!([{ "PutRequest": { "Item": ada } }, { "DeleteRequest": { "Key": { "pk": { "S": "bob" } } } }]);
    keys("BatchWriteItem", puts, &["ada", "bob"]);
    keys("Scan", json!({}), &[]);
    // What the engine refuses is not asked about.
    keys("GetItem", json!({ "Key": { "PK": { "S": "ada" } } }), &[]);
    let values = json!({ ":a": { "S": "ada" }, ":b": { "S": "bob" } });
    for expression in
        ["pk = :a", "(#k=:a)", ":a = pk AND sk = :b", "sk = :b and #k = :a", "begins_with(sk, :b) AND pk = :a"]
    {
        let call = json!({ "KeyConditionExpression": expression, "ExpressionAttributeValues": values, "ExpressionAttributeNames": { "#k": "pk" } });
        keys("Query", call, &["ada"]);
    }
    let index = json!({ "IndexName": "byAuthor", "KeyConditionExpression": "author = :b", "ExpressionAttributeValues": values });
    keys("Query", index, &["bob"]);
    let legacy =
        json!({ "KeyConditions": { "pk": { "ComparisonOperator": "EQ", "AttributeValueList": [{ "S": "ada" }] } } });
    keys("Query", legacy, &["ada"]);
}

#[test]
fn what_cannot_be_read_is_an_unknown_key() {
    let values = json!({ ":a": { "S": "ada" }, ":b": { "S": "bob" } });
    let calls = [
        ("GetItem", json!({ "TableName": "nowhere", "Key": { "pk": { "S": "ada" } } })),
        ("Query", json!({ "KeyConditionExpression": "sk = :a", "ExpressionAttributeValues": values })),
        ("Query", json!({ "KeyConditionExpression": "pk = :a AND pk = :b", "ExpressionAttributeValues": values })),
        ("Query", json!({ "KeyConditionExpression": "pk = :c", "ExpressionAttributeValues": values })),
        ("Query", json!({ "KeyConditionExpression": "pk = sk", "ExpressionAttributeValues": values })),
        ("Query", json!({ "KeyConditionExpression": "pk.a = :a", "ExpressionAttributeValues": { ":a": { "M": {} } } })),
        (
            "Query",
            json!({ "IndexName": "none", "KeyConditionExpression": "pk = :a", "ExpressionAttributeValues": values }),
        ),
        (
            "Query",
            json!({ "KeyConditions": { "pk": { "ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{ "S": "a" }] } } }),
        ),
        ("Query", json!({})),
    ];
    for (operation, call) in calls {
        let context = context(operation, call.clone());
        // `pk.a` is a path below the key, and a part of a path is not a value of the key.
        let keys = context.keys.iter().filter(|(name, _)| *name == LEADING_KEYS).count();
        assert_eq!((context.unknown_keys, keys), (vec![LEADING_KEYS], 0), "{operation} {call}");
    }
}

#[test]
fn a_call_has_the_attributes_that_it_names() {
    let names = |operation, call, expected: &[&str]| check(operation, call, ATTRIBUTES, expected);
    let key = json!({ "pk": { "S": "a" } });
    names("GetItem", json!({ "Key": key }), &["pk"]);
    let projected = json!({ "Key": key, "ProjectionExpression": "title, #s.first, tags[0].name, seen",
        "ExpressionAttributeNames": { "#s": "stats" } });
    names("GetItem", projected, &["pk", "seen", "stats", "tags", "title"]);
    names("GetItem", json!({ "Key": key, "AttributesToGet": ["title"] }), &["pk", "title"]);
    names("PutItem", json!({ "Item": { "pk": { "S": "a" }, "title": { "S": "t" } } }), &["pk", "title"]);
    let update = json!({ "Key": key, "UpdateExpression": "SET seen = if_not_exists(seen, :zero) + :one, body = :b REMOVE draft ADD likes :one",
        "ConditionExpression": "attribute_exists(pk) AND size(title) > :n OR kind IN (:x, :y) and n BETWEEN :n AND :m" });
    names("UpdateItem", update, &["body", "draft", "kind", "likes", "n", "pk", "seen", "title"]);
    let query = json!({ "KeyConditionExpression": "pk = :a", "FilterExpression": "contains(tags, :t)", "ExpressionAttributeValues": { ":a": { "S": "x" } } });
    names("Query", query, &["pk", "tags"]);
    names("Scan", json!({ "ScanFilter": { "kind": {} } }), &["kind"]);
}

#[test]
fn a_call_has_what_is_returned_also_where_it_does_not_say_so() {
    let selects = |operation, call, expected: &str| check(operation, call, SELECT, &[expected]);
    let key = json!({ "pk": { "S": "a" } });
    selects("GetItem", json!({ "Key": key }), "ALL_ATTRIBUTES");
    selects("GetItem", json!({ "Key": key, "ProjectionExpression": "pk" }), "SPECIFIC_ATTRIBUTES");
    selects("Scan", json!({}), "ALL_ATTRIBUTES");
    selects("Scan", json!({ "IndexName": "byAuthor" }), "ALL_PROJECTED_ATTRIBUTES");
    selects("Scan", json!({ "Select": "COUNT" }), "COUNT");
    check("PutItem", json!({ "Item": key }), SELECT, &[]);
    check("PutItem", json!({ "Item": key }), RETURN_VALUES, &["NONE"]);
    check("PutItem", json!({ "Item": key, "ReturnValues": "ALL_OLD" }), RETURN_VALUES, &["ALL_OLD"]);
    check("GetItem", json!({ "Key": key, "ReturnConsumedCapacity": "TOTAL" }), RETURN_CONSUMED_CAPACITY, &["TOTAL"]);
}
