//! Expressions: what is inside the brackets of a directive, a method call or an index.

use serde_json::Value;

use super::{Expression, Parser, parse};
use crate::api_gateway::mapping::MappingError;

/// Operators from the weakest to the strongest.
const OPERATORS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Parser<'_> {
    /// Operators of this strength and all stronger ones.
    pub(super) fn expression(&mut self, strength: usize) -> Result<Expression, MappingError> {
        let Some(operators) = OPERATORS.get(strength) else { return self.operand() };
        let first = self.expression(strength + 1)?;
        let mut rest = Vec::new();
        loop {
            self.space();
            let Some(operator) = operators.iter().find(|operator| self.rest().starts_with(**operator)) else {
                return Ok(if rest.is_empty() { first } else { Expression::Chain(Box::new(first), rest) });
            };
            self.at += operator.len();
            rest.push((*operator, self.expression(strength + 1)?));
        }
    }

    fn operand(&mut self) -> Result<Expression, MappingError> {
        self.deeper()?;
        self.space();
        let rest = self.rest();
        let expression = match rest.chars().next() {
            Some('$') => match self.reference()? {
                Some(reference) => Expression::Reference(reference),
                None => return Err(self.error("a dollar sign without a name")),
            },
            Some('!') => {
                self.at += 1;
                Expression::Not(Box::new(self.operand()?))
            }
            Some('(') => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.expect(")")?;
                inner
            }
            Some('[') => Expression::List(self.list('[', "]")?),
            Some('{') => self.map()?,
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            Some(c) if c.is_ascii_digit() || c == '-' => self.number()?,
            _ => {
                let word = self.name().ok_or_else(|| self.error("an expression is missing"))?;
                match word.as_str() {
                    "true" => Expression::Literal(Value::Bool(true)),
                    "false" => Expression::Literal(Value::Bool(false)),
                    "null" => Expression::Literal(Value::Null),
                    _ => return Err(self.error(format!("{word} is not an expression"))),
                }
            }
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn quoted(&mut self, quote: char) -> Result<Expression, MappingError> {
        self.at += 1;
        let Some(end) = self.rest().find(quote) else { return Err(self.error("a quote without its end")) };
        let text = &self.rest()[..end];
        self.at += end + 1;
        if quote == '\'' { Ok(Expression::Literal(Value::from(text))) } else { Ok(Expression::Template(parse(text)?)) }
    }

    fn number(&mut self) -> Result<Expression, MappingError> {
        let rest = self.rest();
        let end = rest[1..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(rest.len(), |end| end + 1);
        let digits = rest[..end].trim_end_matches('.');
        let number = serde_json::from_str(digits).map_err(|_| self.error(format!("{digits} is not a number")))?;
        self.at += digits.len();
        Ok(Expression::Literal(number))
    }

    /// Expressions with commas between them, brackets included.
    pub(super) fn list(&mut self, open: char, close: &str) -> Result<Vec<Expression>, MappingError> {
        self.at += open.len_utf8();
        let mut values = Vec::new();
        loop {
            self.space();
            if self.rest().starts_with(close) {
                self.at += close.len();
                return Ok(values);
            }
            if !values.is_empty() {
                self.expect(",")?;
            }
            values.push(self.expression(0)?);
        }
    }

    fn map(&mut self) -> Result<Expression, MappingError> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.rest().starts_with('}') {
                self.at += 1;
                return Ok(Expression::Map(entries));
            }
            if !entries.is_empty() {
                self.expect(",")?;
            }
            let key = self.expression(0)?;
            self.expect(":")?;
            entries.push((key, self.expression(0)?));
        }
    }
}
