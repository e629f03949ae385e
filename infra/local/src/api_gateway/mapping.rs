//! Mapping templates: the part of the Velocity Template Language that API Gateway's integrations are written in.
//!
//! Read `syntax` for what a template is made of, `evaluate` for how it is rendered, `methods` for what values can do, `path` for the JSON
//! paths of `$input`, `budget` for what a template may cost. Variables are `$input`, `$context`, `$stageVariables`, `$util` and what `#set`
//! makes.
//!
//! Limits admitted: `#set`, `#if`, `#foreach`, `#stop` and comments; no macros, no `#parse`. JSON paths have names, indices and `*`.
//! Everything that is not known is a 500 with a line in the execution log that names it, never an empty text.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::proxy::{MatchedRequest, query};
use evaluate::Evaluation;
use syntax::Node;

mod budget;
mod evaluate;
mod methods;
mod path;
mod syntax;

pub(super) use path::at_path;

/// What a template can see.
pub(super) struct TemplateScope {
    /// The body as it was sent: the request's in a request template, the integration's in a response template.
    body: String,
    /// The body as JSON; `null` when it is none.
    json: Value,
    parameters: Parameters,
    context: Value,
    stage_variables: BTreeMap<String, String>,
}

/// `$input.params()`.
#[derive(Default)]
struct Parameters {
    path: Map<String, Value>,
    querystring: Map<String, Value>,
    header: Map<String, Value>,
}

impl TemplateScope {
    /// For a request template.
    pub(super) fn of_request(incoming: &MatchedRequest<'_>) -> TemplateScope {
        TemplateScope::new(incoming, &incoming.request.body)
    }

    /// For a response template: the body is the integration's, the parameters are still the request's.
    pub(super) fn of_response(incoming: &MatchedRequest<'_>, body: &[u8]) -> TemplateScope {
        TemplateScope::new(incoming, body)
    }

    fn new(incoming: &MatchedRequest<'_>, body: &[u8]) -> TemplateScope {
        let text = |(name, value): (&str, &str)| (name.to_string(), Value::from(value));
        let query = incoming.request.target.split_once('?').map_or("", |(_, query)| query);
        let borrowed = |(name, value): &(String, String)| (name.clone(), Value::from(value.as_str()));
        TemplateScope {
            body: String::from_utf8_lossy(body).into_owned(),
            json: serde_json::from_slice(body).unwrap_or(Value::Null),
            parameters: Parameters {
                path: incoming.path_parameters.iter().map(borrowed).collect(),
                querystring: query::parameters(query).lasts().map(text).collect(),
                header: incoming.request.headers.iter().map(borrowed).collect(),
            },
            context: serde_json::to_value(incoming.context).unwrap_or(Value::Null),
            stage_variables: incoming.api.stage_variables.clone(),
        }
    }

    /// `$input.params()` as one value.
    fn all_parameters(&self) -> Value {
        let Parameters { path, querystring, header } = &self.parameters;
        json!({ "path": path, "querystring": querystring, "header": header })
    }

    /// `$input.params('name')`: looked for in the path, the query and the headers, in this order.
    fn parameter(&self, name: &str) -> Option<&Value> {
        let Parameters { path, querystring, header } = &self.parameters;
        let in_header = || header.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        path.get(name).or_else(|| querystring.get(name)).or_else(in_header)
    }
}

/// A template's text, and what it set beside.
#[derive(Debug)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) overrides: Overrides,
}

/// `$context.responseOverride`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Overrides {
    pub(super) status: Option<u16>,
    pub(super) headers: Vec<(String, String)>,
}

impl Overrides {
    /// These, and over them `later`.
    pub(super) fn and_then(mut self, later: Overrides) -> Overrides {
        self.headers.extend(later.headers);
        Overrides { status: later.status.or(self.status), headers: self.headers }
    }
}

/// Why a template cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum MappingError {
    /// The template is not well formed.
    #[error("Unable to transform the request or the response: line {line} of the mapping template: {what}")]
    Syntax { line: usize, what: String },
    /// The template asks for something that is not there.
    #[error("Unable to transform the request or the response: {0}")]
    Evaluation(String),
}

/// A template as it was read, which happens once, however often it is rendered.
#[derive(Debug)]
pub(super) struct Template(Result<Vec<Node>, MappingError>);

impl Template {
    /// What `text` says. That it says nothing sensible shows when it is rendered, as on AWS.
    pub(super) fn read(text: &str) -> Template {
        Template(syntax::parse(text))
    }

    /// What it renders to in `scope`.
    pub(super) fn render(&self, scope: &TemplateScope) -> Result<Rendered, MappingError> {
        let nodes = self.0.as_ref().map_err(Clone::clone)?;
        let mut evaluation = Evaluation::new(scope);
        evaluation.run(nodes)?;
        Ok(evaluation.done())
    }
}

/// The status that a `MOCK`'s request template says: `{"statusCode": 200}`, also with the key unquoted.
pub(super) fn mock_status(text: &str) -> Option<u16> {
    let given = serde_json::from_str::<Value>(text).ok().and_then(|value| match value.get("statusCode")? {
        Value::String(digits) => digits.parse().ok(),
        number => number.as_u64(),
    });
    let number = given.or_else(|| {
        let rest = text.trim_start().strip_prefix('{')?.split_once("statusCode")?.1;
        let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
        let rest = rest.trim_start().trim_start_matches(['"', '\'']);
        rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
    });
    number.and_then(|number| u16::try_from(number).ok()).filter(|status| (100..=599).contains(status))
}

#[cfg(test)]
mod tests;
