//! Models: what a request's body must look like, as a JSON schema of draft 4.
//!
//! A model is compiled when it is declared, and refused then if it is no schema, as API Gateway refuses it. Read `model/in_place` for the
//! schemas that would never come to an end.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>

#[cfg(feature = "models")]
mod in_place;

use serde_json::Value;

/// A compiled model.
#[derive(Debug)]
pub(crate) struct Model(Compiled);

#[cfg(feature = "models")]
type Compiled = jsonschema::Validator;
#[cfg(not(feature = "models"))]
type Compiled = std::convert::Infallible;

/// What is wrong with a model, which API Gateway refuses when it is made.
pub(crate) fn error(schema: &Value) -> Option<String> {
    if cfg!(feature = "models") { Model::compile(schema).err() } else { None }
}

impl Model {
    /// The model that `schema` describes; the error says what is wrong with it.
    #[cfg(feature = "models")]
    pub(crate) fn compile(schema: &Value) -> Result<Model, String> {
        if let Some(why) = in_place::error(schema) {
            return Err(why);
        }
        let compiled = jsonschema::draft4::new(schema);
        compiled.map(Model).map_err(|error| format!("this is not a JSON schema of draft 4: {error}"))
    }

    #[cfg(not(feature = "models"))]
    pub(crate) fn compile(_: &Value) -> Result<Model, String> {
        Err("this local cloud was built without Cargo feature `models` of package `local`".to_string())
    }

    /// Whether a body is what the model says; the error says where it is not.
    #[cfg(feature = "models")]
    pub(crate) fn check(&self, body: &[u8]) -> Result<(), String> {
        let value = serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
        self.0.validate(&value).map_err(|error| format!("{error} (at {:?})", error.instance_path().to_string()))
    }

    #[cfg(not(feature = "models"))]
    pub(crate) fn check(&self, _: &[u8]) -> Result<(), String> {
        match self.0 {}
    }
}
