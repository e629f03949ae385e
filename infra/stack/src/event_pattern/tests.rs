//! Patterns against the kinds of record that AWS's documentation and recordings show.

use super::*;
use serde_json::json;

fn admits(pattern: &Value, record: &Value) -> bool {
    Filters::parse(&[pattern.to_string()]).unwrap().admit(record)
}

fn image(new_image: &Value) -> Value {
    json!({ "eventName": "INSERT", "eventSource": "aws:dynamodb",
        "dynamodb": { "NewImage": new_image, "ApproximateCreationDateTime": 1_700_000_000 } })
}

fn on_image(pattern: &Value) -> Value {
    json!({ "dynamodb": { "NewImage": pattern } })
}

#[test]
fn every_field_and_any_entry() {
    let record = image(&json!({ "id": { "S": "1" } }));
    assert!(admits(&json!({ "eventName": ["INSERT", "MODIFY"], "eventSource": ["aws:dynamodb"] }), &record));
    assert!(!admits(&json!({ "eventName": ["REMOVE"], "eventSource": ["aws:dynamodb"] }), &record));
    assert!(!admits(&json!({ "userIdentity": { "type": ["Service"] } }), &record));
    let any = json!({ "$or": [{ "eventName": ["REMOVE"] }, on_image(&json!({ "id": { "S": ["1"] } }))] });
    assert!(admits(&any, &record));
}

#[test]
fn a_value_is_named_with_its_type() {
    let record = image(&json!({ "presentKey": { "S": "presentValue" }, "tags": { "SS": ["a", "b"] } }));
    assert!(admits(&on_image(&json!({ "presentKey": { "S": ["presentValue"] } })), &record));
    assert!(!admits(&on_image(&json!({ "presentKey": ["presentValue"] })), &record), "the type is left out");
    assert!(admits(&on_image(&json!({ "tags": { "SS": ["b"] } })), &record));
}

#[test]
fn exists_asks_for_leaves() {
    let with = image(&json!({ "presentKey": { "S": "x" } }));
    let without = image(&json!({ "id": { "S": "x" } }));
    let exists = |exists: bool| on_image(&json!({ "presentKey": { "S": [{ "exists": exists }] } }));
    assert!(admits(&exists(true), &with) && !admits(&exists(true), &without));
    assert!(!admits(&exists(false), &with) && admits(&exists(false), &without));
    let above_the_type = on_image(&json!({ "presentKey": [{ "exists": false }] }));
    assert!(admits(&above_the_type, &with) && admits(&above_the_type, &without));
}

#[test]
fn numbers_of_items_are_text() {
    let record = image(&json!({ "n": { "N": "42" } }));
    assert!(!admits(&on_image(&json!({ "n": { "N": [{ "numeric": [">", 40] }] } })), &record));
    assert!(!admits(&on_image(&json!({ "n": { "N": [42] } })), &record));
    assert!(admits(&on_image(&json!({ "n": { "N": ["42"] } })), &record));
    let since =
        |bound: u64| json!({ "dynamodb": { "ApproximateCreationDateTime": [{ "numeric": [">", 0, "<=", bound] }] } });
    assert!(admits(&since(1_700_000_000), &record) && !admits(&since(1_600_000_000), &record));
    assert!(admits(&json!({ "dynamodb": { "ApproximateCreationDateTime": [{ "numeric": ["=", 1.7e9] }] } }), &record));
}

#[test]
fn operators_on_text() {
    let record = image(&json!({ "k": { "S": "us-1-Other" } }));
    let matches = |entry: Value| admits(&on_image(&json!({ "k": { "S": [entry] } })), &record);
    assert!(matches(json!({ "prefix": "us-1" })) && !matches(json!({ "prefix": "US-1" })));
    assert!(matches(json!({ "prefix": { "equals-ignore-case": "US-1" } })));
    assert!(matches(json!({ "suffix": "Other" })) && !matches(json!({ "suffix": "other" })));
    assert!(matches(json!({ "equals-ignore-case": "US-1-OTHER" })));
    assert!(matches(json!({ "anything-but": "x" })) && !matches(json!({ "anything-but": ["x", "us-1-Other"] })));
    assert!(
        !matches(json!({ "anything-but": { "prefix": "us" } }))
            && matches(json!({ "anything-but": { "prefix": ["a", "b"] } }))
    );
    assert!(!matches(json!(null)) && !matches(json!("")));
    let missing = admits(&on_image(&json!({ "other": { "S": [{ "anything-but": "x" }] } })), &record);
    assert!(!missing, "anything but x is still something");
}

#[test]
fn what_is_not_a_pattern() {
    let bad = [
        "single-string",
        "\"text\"",
        "[]",
        "{}",
        r#"{"a":"b"}"#,
        r#"{"a":[]}"#,
        r#"{"a":{}}"#,
        r#"{"a":[["b"]]}"#,
        r#"{"a":[{"unknown":1}]}"#,
        r#"{"a":[{"prefix":1}]}"#,
        r#"{"a":[{"exists":"true"}]}"#,
        r#"{"a":[{"numeric":[">"]}]}"#,
        r#"{"a":[{"numeric":["<",5,">",1]}]}"#,
        r#"{"a":[{"numeric":[">",5,"<",1]}]}"#,
        r#"{"a":[{"anything-but":[]}]}"#,
        r#"{"a":[{"prefix":"x","suffix":"y"}]}"#,
        r#"[{"eventName": ["INSERT"=123}]"#,
    ];
    for text in bad {
        assert_eq!(Filters::parse(&[text.to_string()]).err(), Some(InvalidPattern), "{text}");
    }
    assert!(Filters::parse(&[]).unwrap().admit(&json!({})));
}

/// JSON ends at 128 levels, so a pattern and a record do; a pattern that deep still matches its record.
#[test]
fn patterns_and_records_are_as_deep_as_json() {
    let nested = |levels: usize, leaf: &str| format!("{}{leaf}{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    let deep = Filters::parse(&[nested(120, "[1]")]).unwrap();
    assert!(deep.admit(&serde_json::from_str(&nested(120, "1")).unwrap()));
    assert!(!deep.admit(&serde_json::from_str(&nested(119, "1")).unwrap()));
    let lists = format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120));
    assert!(!deep.admit(&serde_json::from_str(&lists).unwrap()));
    for pattern in [nested(100_000, "[1]"), "{\"$or\":[{\"a\":[1]},".repeat(100_000), "[".repeat(100_000)] {
        assert!(Filters::parse(&[pattern]).is_err());
    }
}
