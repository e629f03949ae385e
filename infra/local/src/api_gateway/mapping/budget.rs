//! How much memory and time rendering a template may take. A text that is appended to itself doubles with every line, and three
//! nested `#foreach` run a thousand million times.
//!
//! The service's own bounds are a text of 10 MB and 1,000 rounds of one `#foreach`
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>); what it does beyond that is not documented, so
//! all other bounds, and their messages, are this file's own.

use serde_json::Value;

use super::MappingError;

/// The longest text, and the most parts of one.
pub(super) const MOST_BYTES: usize = 10 << 20;
pub(super) const MOST_PARTS: usize = 1 << 20;
/// A body has 128 levels at most, and a template adds as many as its own nesting may have.
const DEEPEST: usize = 192;
/// What a template may spend, and what one piece of it and one value cost beside their bytes.
const MOST: usize = 64 << 20;
const PIECE: usize = 64;
const VALUE: usize = 16;
/// What a byte costs that a pattern is looked for in.
const SEARCH: usize = 16;

/// What is left to spend.
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn full() -> Budget {
        Budget(MOST)
    }

    /// Pays for one piece of the template.
    pub(super) fn piece(&mut self) -> Result<(), MappingError> {
        self.spend(PIECE)
    }

    /// Pays for a value that the template made or looked at.
    pub(super) fn value(&mut self, value: &Value) -> Result<(), MappingError> {
        let cost = cost(value, DEEPEST).ok_or_else(|| too_much("its values are nested deeper than any body's"))?;
        self.spend(cost)
    }

    /// Pays for text that grows to `length` bytes by `added` more.
    pub(super) fn text(&mut self, length: usize, added: usize) -> Result<(), MappingError> {
        fits(length)?;
        self.spend(added)
    }

    /// Pays for a pattern that is looked for in `text`.
    pub(super) fn search(&mut self, text: &str) -> Result<(), MappingError> {
        self.spend(text.len().saturating_mul(SEARCH))
    }

    fn spend(&mut self, cost: usize) -> Result<(), MappingError> {
        self.0 = self.0.checked_sub(cost).ok_or_else(|| too_much("it runs too long"))?;
        Ok(())
    }
}

/// Whether a text may have so many bytes.
pub(super) fn fits(length: usize) -> Result<(), MappingError> {
    if length > MOST_BYTES { Err(too_much("a text is longer than 10 MB")) } else { Ok(()) }
}

pub(super) fn too_much(what: &str) -> MappingError {
    MappingError::Evaluation(format!("the template does too much: {what}"))
}

/// `None` when the value has more than `levels` levels.
fn cost(value: &Value, levels: usize) -> Option<usize> {
    let levels = levels.checked_sub(1)?;
    Some(match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => VALUE,
        Value::String(text) => VALUE + text.len(),
        Value::Array(values) => {
            values.iter().try_fold(VALUE, |sum, value| Some(sum.saturating_add(cost(value, levels)?)))?
        }
        Value::Object(map) => map
            .iter()
            .try_fold(VALUE, |sum, (key, value)| Some(sum.saturating_add(VALUE + key.len() + cost(value, levels)?)))?,
    })
}
