//! The comparer against answers that are right, nearly right and wrong.

use bytes::Bytes;
use serde_json::json;

use super::*;

fn observed() -> Observed {
    let headers = [("X-Many", "a"), ("x-many", "b"), ("Content-Type", "application/json")];
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string())).to_vec();
    let body = Bytes::from_static(b"{\"message\":\"Forbidden\",\"id\":\"12\"}");
    let mut observed = Observed::of_answer(Answer { status: 403, headers, body }).with("invocations", 3);
    observed.event = Some(json!({ "path": "/a", "body": null, "list": ["x"], "deep": { "n": 1, "m": 2 } }));
    observed.lambda_invoked = Some(false);
    observed.execution_log = vec!["(id) Method completed with status: 403".to_string()];
    observed.with("invocation_batches", json!([["s1", "s2"], ["s1"], ["s2"]]))
}

fn found(expect: Value) -> Vec<String> {
    let Value::Object(expect) = expect else { panic!("an object") };
    differences(&expect, &observed()).into_iter().map(|difference| difference.0).collect()
}

#[test]
fn accepts_what_is_as_expected() {
    let expectations = [
        json!({ "status": 403, "lambda_invoked": false, "invocations": 3 }),
        json!({ "headers": { "content-type": "application/json", "Via": { "absent": true }, "x-MANY": "a, b" } }),
        json!({ "headers": { "x-many": { "values": ["a", "b"] }, "Content-Type": { "regex": "^application/" } } }),
        json!({ "header_case": "X-Many" }),
        json!({ "body": "{\"message\":\"Forbidden\",\"id\":\"12\"}" }),
        json!({ "body": { "json": { "id": "12", "message": "Forbidden" } } }),
        json!({ "body": { "regex": "\"id\":\\s*\"\\d+\"" }, "body_fields": { "id": "12" } }),
        json!({ "body": { "template": "{\"message\":\"Forbidden\",\"id\":\"{RequestId}\"}" } }),
        json!({ "body": { "base64": "eyJtZXNzYWdlIjoiRm9yYmlkZGVuIiwiaWQiOiIxMiJ9" } }),
        json!({ "event": { "path": "/a", "body": null, "deep": { "m": 2.0 }, "version": { "absent": true } } }),
        json!({ "log_contains": ["completed with status: 403"], "on_failure": { "absent": true } }),
        json!({ "first_batches": [["s1", "s2"], ["s1"]], "message": "Forbidden" }),
    ];
    for expect in expectations {
        assert_eq!(found(expect.clone()), Vec::<String>::new(), "{expect}");
    }
}

#[test]
fn names_what_differs() {
    let expectations = [
        (json!({ "status": 404 }), "status: expected 404, got 403"),
        (json!({ "headers": { "x-many": { "values": ["b", "a"] } } }), "header x-many"),
        (json!({ "headers": { "Content-Type": { "absent": true } } }), "header Content-Type"),
        (json!({ "header_case": "x-Many" }), "spelling of a header: expected x-Many"),
        (json!({ "body": "{\"message\": \"Forbidden\"}" }), "body: expected"),
        (json!({ "body": { "json": { "message": "Forbidden" } } }), "body: expected"),
        (json!({ "body": { "template": "{\"message\":\"{RequestId}\"}" } }), "body: expected"),
        (json!({ "event": { "deep": { "n": 2 } } }), "event.deep.n: expected 2, got 1"),
        (json!({ "event": { "body": { "absent": true } } }), "event.body"),
        (json!({ "event": { "body": { "present": true } } }), "event.body"),
        (json!({ "event": { "list": ["x", "y"] } }), "event.list"),
        (json!({ "lambda_invoked": true }), "lambda_invoked: expected true, got false"),
        (json!({ "log_contains": ["502"] }), "execution log"),
        (json!({ "first_batches": [["s2"]] }), "first_batches"),
        (json!({ "never_heard_of": 1 }), "cannot be expressed: expect.never_heard_of"),
        (json!({ "function_log_contains": ["START"] }), "got an empty log"),
    ];
    for (expect, message) in expectations {
        let found = found(expect.clone());
        assert!(found.len() == 1 && found[0].contains(message), "{expect}: {found:?}");
    }
}
