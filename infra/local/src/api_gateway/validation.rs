//! Request validation: required parameters, and the body against the method's model.
//!
//! Parameters come first, and a body that is missing is a body that does not match, for `GET` as well.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html>

use std::collections::BTreeMap;

use super::error::GatewayError;
use crate::proxy::{MatchedRequest, media_type, parameter};
use serde_json::Value;
use stack::model::{CompileModel, Model};
use stack::{Method, MethodRequest};

/// The models of an API, compiled once.
#[derive(Debug, Default)]
pub(super) struct Models(BTreeMap<(usize, String), Result<Model, String>>);

impl Models {
    /// Without `compile` no request passes: but an API that needs it is refused before it is deployed.
    pub(super) fn new(methods: &[Method], compile: Option<CompileModel>) -> Models {
        let compiled = move |schema: &Value| match compile {
            Some(compile) => compile(schema),
            None => Err("nobody here compiles models".to_string()),
        };
        let of_method = |(place, method): (usize, &Method)| {
            let models = method.request.models.clone().into_iter();
            models.map(move |(kind, schema)| ((place, kind.to_ascii_lowercase()), compiled(&schema)))
        };
        Models(methods.iter().enumerate().flat_map(of_method).collect())
    }

    /// Refuses a request that lacks what the method at `place` asks for.
    pub(super) fn check(
        &self,
        place: usize,
        request: &MethodRequest,
        incoming: &MatchedRequest<'_>,
    ) -> Result<(), GatewayError> {
        if request.validate_parameters {
            parameters(request, incoming)?;
        }
        if request.validate_body { self.body(place, incoming) } else { Ok(()) }
    }

    fn body(&self, place: usize, incoming: &MatchedRequest<'_>) -> Result<(), GatewayError> {
        let given = incoming.request.header("content-type").unwrap_or("application/json");
        let kind = media_type::essence(given).to_ascii_lowercase();
        let of_kind = |kind: &str| self.0.get(&(place, kind.to_string()));
        // A media type without a model of its own is not validated, unless there is a model for all of them.
        match of_kind(&kind).or_else(|| of_kind("$default")) {
            None => Ok(()),
            Some(Err(why)) => Err(GatewayError::invalid_body(why)),
            Some(Ok(model)) => model.check(&incoming.request.body).map_err(|why| GatewayError::invalid_body(&why)),
        }
    }
}

/// A parameter counts as missing when it is blank, too.
fn parameters(request: &MethodRequest, incoming: &MatchedRequest<'_>) -> Result<(), GatewayError> {
    let is_missing = |value: Option<String>| value.is_none_or(|value| value.trim().is_empty());
    let mut missing: Vec<_> =
        request.required_parameters.iter().filter(|wanted| is_missing(parameter::value(incoming, wanted))).collect();
    // Stable, so that parameters of one place keep the order in which the method declares them.
    missing.sort_by_key(|wanted| wanted.place());
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|wanted| wanted.name()).collect();
    Err(GatewayError::missing_parameters(&names))
}
