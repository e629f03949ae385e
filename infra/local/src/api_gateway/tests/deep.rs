//! Bodies, answers and models that are deep or circular: all are answered, on a thread with an ordinary stack.

use serde_json::{Value, json};

use super::*;
use stack::MethodRequest;

/// `a` of `a` of `a` …
fn nested(levels: usize) -> String {
    format!("{}{{}}{}", "{\"a\":".repeat(levels), "}".repeat(levels))
}

/// The status of a POST with this body to a method with this model.
async fn status(schema: &Value, body: &str) -> u16 {
    let mut posted = method("POST /a");
    posted.request = MethodRequest {
        models: BTreeMap::from([("application/json".into(), schema.clone())]),
        validate_body: true,
        ..MethodRequest::default()
    };
    let mut request = request("POST /dev/a", &[("content-type".into(), "application/json".into())]);
    request.body = Bytes::copy_from_slice(body.as_bytes());
    gateway(api(vec![posted]), None, None).0.answer(request).await.status
}

#[tokio::test]
async fn a_model_of_a_tree_takes_every_tree_that_is_json() {
    let tree = json!({ "type": "object", "properties": { "a": { "$ref": "#" } }, "additionalProperties": false });
    let wrapped = json!({
        "definitions": { "t": { "allOf": [{ "anyOf": [{ "oneOf": [{ "$ref": "#/definitions/n" }] }] }] },
            "n": { "type": "object", "properties": { "a": { "$ref": "#/definitions/t" } }, "additionalProperties": false } },
        "$ref": "#/definitions/t",
    });
    for model in [tree, wrapped] {
        for levels in [1, 20, 120] {
            assert_eq!(status(&model, &nested(levels)).await, 200, "{levels}");
            assert_eq!(status(&model, &nested(levels).replace("{}", "{\"b\":1}")).await, 400, "{levels}");
        }
        for levels in [128, 100_000] {
            assert_eq!(status(&model, &nested(levels)).await, 400, "{levels}");
        }
    }
}

/// As many schemas on each level of the body as the bounds let through.
#[tokio::test]
async fn the_worst_model_that_the_bounds_let_through_fits_any_stack() {
    let mut model = json!({ "$ref": "#/definitions/tree" });
    for _ in 0..14 {
        model = json!({ "allOf": [model] });
    }
    model["definitions"]["tree"] = json!({ "properties": { "a": { "$ref": "#" } } });
    assert!(models::compile(&model).is_ok());
    assert_eq!(status(&model, &nested(120)).await, 200);
}

/// Everything that reads what a client, a function or a template sends as JSON stops at the library's 128 levels.
#[test]
fn no_reader_of_json_follows_100_000_levels() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(serde_json::from_str::<Value>(&deep).is_err());
        let reply = format!("{{\"statusCode\":200,\"body\":\"\",\"x\":{deep}}}");
        assert!(proxy::reply(reply.as_bytes(), None, &[]).is_err());
        // Lambda hands an event on as bytes, however deep.
        assert_eq!(crate::lambda::json_error(deep.as_bytes()), None);
        assert!(crate::lambda::json_error(open.repeat(100_000).as_bytes()).is_some());
        assert_eq!(crate::api_gateway::mapping::at_path(&json!({}), &format!("${}", ".a".repeat(100_000))), None);
    }
}
