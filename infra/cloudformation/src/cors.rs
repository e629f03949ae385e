//! SAM's `Cors`: an `OPTIONS` method with a MOCK integration for every resource that has none of its own.
//!
//! It answers preflights only. The answers of the function itself carry no CORS headers unless the function sets them,
//! which is the surprise that chapter 3 starts from.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Fields;
use stack::{Integration, Method};

/// What `ANY` stands for in `Access-Control-Allow-Methods`.
const ALL_METHODS: &str = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";

/// The `Cors` property, without the inner quotes of its values.
pub(super) struct Cors {
    headers: BTreeMap<String, String>,
}

/// Reads `Cors`: an origin, or a mapping.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Cors> {
    const ORIGIN: &str = "Access-Control-Allow-Origin";
    let node = fields.node("Cors")?;
    let mut headers = BTreeMap::new();
    if node.text().is_some() {
        headers.extend(static_value(fields, "Cors").map(|origin| (ORIGIN.to_string(), origin)));
        return Some(Cors { headers });
    }
    let mut cors = fields.fields("Cors", "AWS::Serverless::Api.Cors")?;
    if cors.node("AllowOrigin").is_none() {
        headers.insert(ORIGIN.to_string(), "*".to_string());
    }
    let parts = [
        ("AllowHeaders", "Access-Control-Allow-Headers"),
        ("AllowMethods", "Access-Control-Allow-Methods"),
        ("AllowOrigin", ORIGIN),
        ("MaxAge", "Access-Control-Max-Age"),
    ];
    for (property, header) in parts {
        headers.extend(static_value(&mut cors, property).map(|value| (header.to_string(), value)));
    }
    if cors.boolean("AllowCredentials") == Some(true) {
        if headers.get(ORIGIN).is_some_and(|origin| origin == "*") {
            cors.report("AllowCredentials", "cannot be true while AllowOrigin is '*': browsers refuse the pair");
        }
        headers.insert("Access-Control-Allow-Credentials".to_string(), "true".to_string());
    }
    cors.done();
    Some(Cors { headers })
}

impl Cors {
    /// One `OPTIONS` for every path of `methods` that has none.
    pub(super) fn preflights(&self, methods: &[Method], api_key_required: bool) -> Vec<Method> {
        let mut seen = BTreeSet::new();
        let paths = methods.iter().map(|method| &method.resource_path).filter(|path| seen.insert(path.as_str()));
        let preflight = |path: &String| {
            let at_path = methods.iter().filter(|method| method.resource_path == *path);
            let mut verbs: BTreeSet<&str> = at_path.map(|method| method.http_method.as_str()).collect();
            if !verbs.insert("OPTIONS") {
                return None;
            }
            let allowed = if verbs.contains("ANY") {
                ALL_METHODS.to_string()
            } else {
                verbs.into_iter().collect::<Vec<_>>().join(",")
            };
            let mut headers = self.headers.clone();
            headers.entry("Access-Control-Allow-Methods".to_string()).or_insert(allowed);
            let integration = Integration::mock(
                200, headers, "{}
",
            );
            Some(Method { api_key_required, ..Method::new("OPTIONS", path, integration) })
        };
        paths.filter_map(preflight).collect()
    }
}

/// A header value of the kind that API Gateway takes as it is: text in single quotes, inside the YAML string.
pub(super) fn static_value(fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let text = fields.text(name)?;
    match unquoted(&text) {
        Some(value) => Some(value.to_string()),
        None => {
            fields.report(name, needs_quotes(&text));
            None
        }
    }
}

/// The text between single quotes.
pub(super) fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'')
}

/// Why a value without quotes is refused.
pub(super) fn needs_quotes(text: &str) -> String {
    format!("Invalid mapping expression: {text}. A fixed value stands in single quotes inside the string: \"'{text}'\"")
}
