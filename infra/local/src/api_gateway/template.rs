//! Variables in gateway responses: `$context.error.messageString`, `$stageVariables.name`, `$method.request.header.Origin`.
//!
//! Body templates of gateway responses know substitution and nothing else; the template language of mapping templates
//! does not run there.

use serde_json::Value;

use super::context;
use super::error::GatewayError;
use crate::proxy::RequestContext;
use crate::wire::Request;
use stack::RestApi;

/// What variables stand for in one answer.
pub(super) struct Variables<'a> {
    pub(super) error: &'a GatewayError,
    pub(super) api: &'a RestApi,
    pub(super) request: &'a Request,
    pub(super) context: &'a RequestContext,
}

impl Variables<'_> {
    /// `template` with every variable replaced. A variable without a value becomes nothing; a dollar sign before anything
    /// that is not a variable stays.
    pub(super) fn expand(&self, template: &str) -> String {
        expand(template, |name| Some(self.value(name).unwrap_or_default()))
    }

    /// The value of a header: a variable's name (without a dollar sign), or else a text that stands for itself.
    pub(super) fn header_value(&self, given: &str) -> Option<String> {
        if is_variable(given) { self.value(given) } else { Some(given.to_string()) }
    }

    fn value(&self, name: &str) -> Option<String> {
        match name {
            "context.error.message" => return Some(self.error.message.clone()),
            "context.error.messageString" => return Some(message_string(self.error)),
            "context.error.responseType" => return Some(self.error.response_type.to_string()),
            _ => {}
        }
        let (root, rest) = name.split_once('.')?;
        match root {
            "context" => context::value(self.context, rest),
            "stageVariables" => self.api.stage_variables.get(rest).cloned(),
            _ => match rest.strip_prefix("request.")?.split_once('.')? {
                ("header", header) => self.request.header(header).map(str::to_string),
                _ => None,
            },
        }
    }
}

/// `template` with every variable replaced by its `value`; what has none stays as it stands.
pub(super) fn expand(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at..];
        let replaced = reference(rest).and_then(|(name, length)| Some((value(name)?, length)));
        match replaced {
            Some((value, length)) => {
                expanded.push_str(&value);
                rest = &rest[length..];
            }
            None => {
                expanded.push('$');
                rest = &rest[1..];
            }
        }
    }
    expanded + rest
}

/// The message as a JSON string. Errors on the server's side, and 413, have a space in front: that is why a 502 is
/// `{"message": "Internal server error"}` while a 403 is `{"message":"Forbidden"}`.
pub(super) fn message_string(error: &GatewayError) -> String {
    let space = if error.status >= 500 || error.status == 413 { " " } else { "" };
    format!("{space}{}", Value::from(error.message.as_str()))
}

/// The variable at the start of `text`, which begins with a dollar sign, and how long the reference is.
fn reference(text: &str) -> Option<(&str, usize)> {
    let after = text.strip_prefix("$!").or_else(|| text.strip_prefix('$'))?;
    let (name, length) = match after.strip_prefix('{') {
        Some(inner) => {
            let name = inner.split_once('}')?.0;
            (name, name.len() + 2)
        }
        None => {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).unwrap_or(after.len());
            // A full stop at the end belongs to the sentence.
            let name = after[..end].trim_end_matches('.');
            (name, name.len())
        }
    };
    is_variable(name).then_some((name, text.len() - after.len() + length))
}

fn is_variable(name: &str) -> bool {
    ["context.", "stageVariables.", "method.request."].iter().any(|root| name.starts_with(root))
}
