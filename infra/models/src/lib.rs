//! Models of request bodies, judged by a JSON schema library.
//!
//! A model is compiled when it is declared, and refused then if it is not a schema, as API Gateway refuses it. Read `in_place` for
//! the schemas that would never come to an end. This is a crate of its own because the library is: no template of a lab has models,
//! and nobody who does the labs waits for it.

mod in_place;

use serde_json::Value;
use stack::model::Model;

/// The model that `schema` describes: a [`CompileModel`](stack::model::CompileModel).
///
/// # Errors
///
/// What is wrong with the schema.
pub fn compile(schema: &Value) -> Result<Model, String> {
    if let Some(why) = in_place::error(schema) {
        return Err(why);
    }
    let compiled = jsonschema::draft4::new(schema);
    let compiled = compiled.map_err(|error| format!("this is not a JSON schema of draft 4: {error}"))?;
    Ok(Model::new(move |body| {
        let value = serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
        compiled.validate(&value).map_err(|error| format!("{error} (at {:?})", error.instance_path().to_string()))
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_model_that_is_itself_is_refused() {
        let cases = [
            json!({ "$ref": "#" }),
            json!({ "allOf": [{ "$ref": "#" }] }),
            json!({ "not": { "anyOf": [{ "type": "object" }, { "$ref": "#" }] } }),
            json!({ "properties": { "a": { "oneOf": [{ "$ref": "#/properties/a" }] } } }),
            json!({ "dependencies": { "a": { "$ref": "#" } } }),
            json!({ "definitions": { "a": { "$ref": "#/definitions/b" }, "b": { "$ref": "#/definitions/a" } },
                "properties": { "x": { "$ref": "#/definitions/a" } } }),
        ];
        for model in cases {
            assert!(compile(&model).is_err(), "{model}");
        }
    }

    #[test]
    fn a_model_that_leads_on_and_on_is_refused() {
        let chain = |length: usize, schema: fn(Value) -> Value| {
            let mut definitions = serde_json::Map::from_iter([("d0".to_string(), json!({ "type": "object" }))]);
            for number in 1..length {
                let next = json!({ "$ref": format!("#/definitions/d{}", number - 1) });
                definitions.insert(format!("d{number}"), schema(next));
            }
            json!({ "definitions": definitions, "$ref": format!("#/definitions/d{}", length - 1) })
        };
        let is_taken = |length: usize, schema: fn(Value) -> Value| compile(&chain(length, schema)).is_ok();
        assert!(is_taken(15, |next| next));
        assert!(!is_taken(5_000, |next| next));
        assert!(!is_taken(60, |next| json!({ "allOf": [next, next] })));
        assert!(is_taken(4, |next| json!({ "allOf": [next, next] })));
        assert!(!is_taken(4, |next| json!({ "anyOf": vec![next; 20] })));
    }
}
