//! `FilterCriteria`: which records a function is invoked for at all.
//!
//! A pattern has the shape of a record with a list at every leaf; the record matches when each leaf's value is matched by one
//! entry of its list. An item's attributes are typed, so the pattern names the type too: `{"dynamodb": {"NewImage": {"kind":
//! {"S": ["post"]}}}}`, and an item keeps numbers as text, so `numeric` does not see them as numbers. Facts: "Control which
//! events Lambda sends to your function" in the Lambda developer guide.

use serde_json::{Map, Value};
use thiserror::Error;

/// The patterns of one mapping: a record passes that matches any; every record passes where there are none.
#[derive(Debug, Clone, Default)]
pub struct Filters(Vec<Pattern>);

/// Says no more than AWS does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Invalid filter pattern definition.")]
pub struct InvalidPattern;

/// All fields must match, and one of the alternatives of each `$or`.
#[derive(Debug, Clone, Default)]
struct Pattern {
    fields: Vec<(String, PatternNode)>,
    alternatives: Vec<Vec<Pattern>>,
}

#[derive(Debug, Clone)]
enum PatternNode {
    Nested(Pattern),
    Leaf(Vec<Matcher>),
}

#[derive(Debug, Clone)]
enum Matcher {
    Exact(Value),
    Prefix(Text),
    Suffix(Text),
    EqualsIgnoreCase(String),
    AnythingBut(Vec<Matcher>),
    Numeric(Vec<(Comparison, f64)>),
    Exists(bool),
}

/// A piece of text, and whether case counts.
#[derive(Debug, Clone)]
struct Text {
    text: String,
    any_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Filters {
    /// Reads the patterns, each JSON as text.
    pub fn parse(patterns: &[String]) -> Result<Filters, InvalidPattern> {
        let parse = |text: &String| match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => Pattern::parse(&fields),
            _ => Err(InvalidPattern),
        };
        patterns.iter().map(parse).collect::<Result<_, _>>().map(Filters)
    }

    /// Whether the function is invoked for `record`.
    pub fn admit(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(Some(record)))
    }
}

impl Pattern {
    fn parse(fields: &Map<String, Value>) -> Result<Pattern, InvalidPattern> {
        if fields.is_empty() {
            return Err(InvalidPattern);
        }
        let mut pattern = Pattern::default();
        for (name, value) in fields {
            match value {
                Value::Array(alternatives) if name == "$or" && alternatives.len() > 1 => {
                    let parse = |alternative: &Value| Pattern::parse(alternative.as_object().ok_or(InvalidPattern)?);
                    pattern.alternatives.push(alternatives.iter().map(parse).collect::<Result<_, _>>()?);
                }
                Value::Array(entries) if !entries.is_empty() => {
                    let matchers = entries.iter().map(Matcher::parse).collect::<Result<_, _>>()?;
                    pattern.fields.push((name.clone(), PatternNode::Leaf(matchers)));
                }
                Value::Object(nested) => {
                    pattern.fields.push((name.clone(), PatternNode::Nested(Pattern::parse(nested)?)))
                }
                _ => return Err(InvalidPattern),
            }
        }
        Ok(pattern)
    }

    /// A field that is not there can still match: `exists: false` asks for just that. Of a list, one element is enough.
    fn matches(&self, value: Option<&Value>) -> bool {
        if let Some(Value::Array(elements)) = value {
            return elements.iter().any(|element| self.matches(Some(element)));
        }
        let field = |name: &str| value.and_then(|value| value.get(name));
        let fields = self.fields.iter().all(|(name, node)| match node {
            PatternNode::Nested(pattern) => pattern.matches(field(name)),
            PatternNode::Leaf(matchers) => leaf_matches(matchers, field(name)),
        });
        fields && self.alternatives.iter().all(|any| any.iter().any(|pattern| pattern.matches(value)))
    }
}

/// An object is not a leaf, so for a leaf's matchers it is not there. That surprises: `exists: false` on an attribute is
/// true for every item, because below the attribute's name comes its type.
fn leaf_matches(matchers: &[Matcher], value: Option<&Value>) -> bool {
    let values: Vec<&Value> = match value {
        None | Some(Value::Object(_)) => Vec::new(),
        Some(Value::Array(elements)) => {
            elements.iter().filter(|element| !element.is_object() && !element.is_array()).collect()
        }
        Some(value) => vec![value],
    };
    matchers.iter().any(|matcher| match matcher {
        Matcher::Exists(exists) => *exists != values.is_empty(),
        matcher => values.iter().any(|value| matcher.matches(value)),
    })
}

impl Matcher {
    fn parse(entry: &Value) -> Result<Matcher, InvalidPattern> {
        let fields = match entry {
            Value::Object(fields) => fields,
            Value::Array(_) => return Err(InvalidPattern),
            scalar => return Ok(Matcher::Exact(scalar.clone())),
        };
        let mut entries = fields.iter();
        let (Some((name, value)), None) = (entries.next(), entries.next()) else { return Err(InvalidPattern) };
        match (name.as_str(), value) {
            ("prefix", value) => Text::parse(value).map(Matcher::Prefix),
            ("suffix", value) => Text::parse(value).map(Matcher::Suffix),
            ("equals-ignore-case", Value::String(text)) => Ok(Matcher::EqualsIgnoreCase(text.to_lowercase())),
            ("exists", Value::Bool(exists)) => Ok(Matcher::Exists(*exists)),
            ("anything-but", value) => Matcher::parse_anything_but(value).map(Matcher::AnythingBut),
            ("numeric", Value::Array(parts)) => parse_numeric(parts).map(Matcher::Numeric),
            _ => Err(InvalidPattern),
        }
    }

    /// One value, a list of them, or one of the other operators on text, with one text or a list.
    fn parse_anything_but(value: &Value) -> Result<Vec<Matcher>, InvalidPattern> {
        let exact = |value: &Value| match value {
            Value::String(_) | Value::Number(_) => Ok(Matcher::Exact(value.clone())),
            _ => Err(InvalidPattern),
        };
        match value {
            Value::Array(values) if !values.is_empty() => values.iter().map(exact).collect(),
            Value::Object(fields) => {
                let mut entries = fields.iter();
                let (Some((name, value)), None) = (entries.next(), entries.next()) else { return Err(InvalidPattern) };
                if !["prefix", "suffix", "equals-ignore-case"].contains(&name.as_str()) {
                    return Err(InvalidPattern);
                }
                let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                let of = |text: &Value| Matcher::parse(&Value::Object(Map::from_iter([(name.clone(), text.clone())])));
                texts.iter().map(of).collect()
            }
            value => exact(value).map(|matcher| vec![matcher]),
        }
    }

    fn matches(&self, value: &Value) -> bool {
        match self {
            Matcher::Exact(Value::Number(number)) => value.as_f64().is_some() && value.as_f64() == number.as_f64(),
            Matcher::Exact(exact) => value == exact,
            Matcher::Prefix(prefix) => {
                value.as_str().is_some_and(|value| prefix.folded(value).starts_with(&prefix.text))
            }
            Matcher::Suffix(suffix) => value.as_str().is_some_and(|value| suffix.folded(value).ends_with(&suffix.text)),
            Matcher::EqualsIgnoreCase(text) => value.as_str().is_some_and(|value| value.to_lowercase() == *text),
            Matcher::AnythingBut(matchers) => !matchers.iter().any(|matcher| matcher.matches(value)),
            Matcher::Numeric(bounds) => value
                .as_f64()
                .is_some_and(|value| bounds.iter().all(|(comparison, bound)| comparison.holds(value, *bound))),
            Matcher::Exists(exists) => *exists,
        }
    }
}

impl Text {
    fn parse(value: &Value) -> Result<Text, InvalidPattern> {
        match value {
            Value::String(text) => Ok(Text { text: text.clone(), any_case: false }),
            value => {
                let text = value.get("equals-ignore-case").and_then(Value::as_str).ok_or(InvalidPattern)?;
                Ok(Text { text: text.to_lowercase(), any_case: true })
            }
        }
    }

    fn folded(&self, value: &str) -> String {
        if self.any_case { value.to_lowercase() } else { value.to_string() }
    }
}

impl Comparison {
    fn parse(value: &Value) -> Result<Comparison, InvalidPattern> {
        match value.as_str() {
            Some("=") => Ok(Comparison::Equal),
            Some("<") => Ok(Comparison::Less),
            Some("<=") => Ok(Comparison::LessOrEqual),
            Some(">") => Ok(Comparison::Greater),
            Some(">=") => Ok(Comparison::GreaterOrEqual),
            _ => Err(InvalidPattern),
        }
    }

    #[expect(clippy::float_cmp, reason = "a pattern's `=` means equality")]
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::Equal => value == bound,
            Comparison::Less => value < bound,
            Comparison::LessOrEqual => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::GreaterOrEqual => value >= bound,
        }
    }
}

/// One comparison, or a range: its lower bound first.
fn parse_numeric(parts: &[Value]) -> Result<Vec<(Comparison, f64)>, InvalidPattern> {
    let bound = |pair: &[Value]| Ok((Comparison::parse(&pair[0])?, pair[1].as_f64().ok_or(InvalidPattern)?));
    let bounds: Vec<(Comparison, f64)> = match parts.len() {
        2 | 4 => parts.chunks_exact(2).map(bound).collect::<Result<_, _>>()?,
        _ => return Err(InvalidPattern),
    };
    let lower = |comparison| matches!(comparison, Comparison::Greater | Comparison::GreaterOrEqual);
    let upper = |comparison| matches!(comparison, Comparison::Less | Comparison::LessOrEqual);
    match bounds.as_slice() {
        [(first, low), (second, high)] if !(lower(*first) && upper(*second) && low < high) => Err(InvalidPattern),
        _ => Ok(bounds),
    }
}

#[cfg(test)]
mod tests;
