//! Models: what a request's body must look like, as a JSON schema of draft 4.
//!
//! The library that judges them is plugged in, because building it takes as long as building a third of the local cloud: see
//! `models`.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html>

use std::fmt;

use serde_json::Value;

/// Compiles a schema. The error says what is wrong with it: API Gateway refuses an invalid model when it is made.
pub type CompileModel = fn(&Value) -> Result<Model, String>;

/// A compiled model.
pub struct Model(Box<Check>);

type Check = dyn Fn(&[u8]) -> Result<(), String> + Send + Sync;

impl Model {
    /// The model that takes the bodies for which `check` finds nothing wrong.
    pub fn new(check: impl Fn(&[u8]) -> Result<(), String> + Send + Sync + 'static) -> Model {
        Model(Box::new(check))
    }

    /// Whether a body is what the model says.
    ///
    /// # Errors
    ///
    /// Where it is not.
    pub fn check(&self, body: &[u8]) -> Result<(), String> {
        (self.0)(body)
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Model")
    }
}
