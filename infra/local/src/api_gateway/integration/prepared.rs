//! The templates and parameter mappings of an API's non-proxy integrations, parsed when the API is deployed instead of
//! at every request.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::api_gateway::error::GatewayError;
use crate::api_gateway::mapping::{Rendered, Template, TemplateScope};
use stack::Method;

/// The templates and selection patterns of an API, by their texts.
#[derive(Debug)]
pub(in crate::api_gateway) struct PreparedTemplates {
    templates: BTreeMap<String, Template>,
    patterns: BTreeMap<String, Result<Regex, regex_lite::Error>>,
}

impl PreparedTemplates {
    /// Reads all of them. One that is wrong fails the requests that meet it.
    pub(in crate::api_gateway) fn of(methods: &[Method]) -> PreparedTemplates {
        let integrations = || methods.iter().map(|method| &method.integration);
        let responses = || integrations().flat_map(|integration| &integration.responses);
        let templates = integrations().flat_map(|integration| integration.request_templates.values());
        let templates = templates.chain(responses().flat_map(|response| response.templates.values()));
        let patterns = responses().filter_map(|response| response.selection_pattern.as_ref());
        PreparedTemplates {
            templates: templates.map(|text| (text.clone(), Template::read(text))).collect(),
            patterns: patterns.map(|text| (text.clone(), whole(text))).collect(),
        }
    }

    /// What the template `text` renders to in `scope`.
    pub(super) fn render(&self, text: &str, scope: &TemplateScope) -> Result<Rendered, GatewayError> {
        let rendered = match self.templates.get(text) {
            Some(template) => template.render(scope),
            None => Template::read(text).render(scope),
        };
        rendered.map_err(GatewayError::mapping)
    }

    /// Whether the selection pattern `text` is all of `told_by`.
    pub(super) fn matches(&self, text: &str, told_by: &str) -> Result<bool, GatewayError> {
        let wrong = |error: &regex_lite::Error| GatewayError::pattern(text, error);
        match self.patterns.get(text) {
            Some(pattern) => pattern.as_ref().map(|regex| regex.is_match(told_by)).map_err(wrong),
            None => whole(text).map(|regex| regex.is_match(told_by)).map_err(|error| wrong(&error)),
        }
    }
}

fn whole(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}
