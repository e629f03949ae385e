//! What a mapping template is made of: text, references and directives, read by recursive descent.

use serde_json::Value;

use super::MappingError;

mod expression;

/// A piece of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(String),
    Reference(Reference),
    Set(Reference, Expression),
    /// Conditions with what belongs to them; the last condition may be missing.
    If(Vec<(Option<Expression>, Vec<Node>)>),
    ForEach(String, Expression, Vec<Node>),
    Stop,
}

/// `$name.field.method(argument)[0]`.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) root: String,
    pub(super) steps: Vec<Step>,
    /// As it stands in the template, for what has no value.
    pub(super) source: String,
    /// `$!name`: nothing instead of the source.
    pub(super) quiet: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Field(String),
    Method(String, Vec<Expression>),
    Index(Expression),
}

#[derive(Debug, Clone)]
pub(super) enum Expression {
    Literal(Value),
    /// A text in double quotes, with references in it.
    Template(Vec<Node>),
    Reference(Reference),
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Not(Box<Expression>),
    /// Operators of one strength, from the left to the right.
    Chain(Box<Expression>, Vec<(&'static str, Expression)>),
}

/// How deep expressions and blocks may be nested.
pub(super) const DEEPEST: usize = 64;

/// The pieces of `template`.
pub(super) fn parse(template: &str) -> Result<Vec<Node>, MappingError> {
    let mut parser = Parser { text: template, at: 0, depth: 0 };
    let (nodes, end) = parser.nodes()?;
    match end {
        None => Ok(nodes),
        Some(directive) => Err(parser.error(format!("#{directive} without its beginning"))),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, what: impl Into<String>) -> MappingError {
        let line = self.text[..self.at].matches('\n').count() + 1;
        MappingError::Syntax { line, what: what.into() }
    }

    fn deeper(&mut self) -> Result<(), MappingError> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.error("expressions or blocks are nested too deep")) } else { Ok(()) }
    }

    /// Pieces up to the end, or up to `#end`, `#else` or `#elseif`, whose name is returned.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<&'a str>), MappingError> {
        self.deeper()?;
        let mut nodes = Vec::new();
        loop {
            let plain = self.rest().find(['$', '#']).unwrap_or(self.rest().len());
            if plain > 0 {
                nodes.push(Node::Text(self.rest()[..plain].to_string()));
                self.at += plain;
            }
            let Some(mark) = self.rest().chars().next() else {
                self.depth -= 1;
                return Ok((nodes, None));
            };
            if mark == '$' {
                match self.reference()? {
                    Some(reference) => nodes.push(Node::Reference(reference)),
                    None => nodes.push(self.literal_mark()),
                }
            } else if self.comment() {
                // Comments leave nothing behind.
            } else {
                match self.directive()? {
                    Directive::None => nodes.push(self.literal_mark()),
                    Directive::Node(node) => nodes.push(node),
                    Directive::End(name) => {
                        self.depth -= 1;
                        return Ok((nodes, Some(name)));
                    }
                }
            }
        }
    }

    /// A dollar or number sign that begins nothing.
    fn literal_mark(&mut self) -> Node {
        let mark = self.rest()[..1].to_string();
        self.at += 1;
        Node::Text(mark)
    }

    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let length = if rest.starts_with("##") {
            rest.find('\n').map_or(rest.len(), |end| end + 1)
        } else if rest.starts_with("#*") {
            rest.find("*#").map_or(rest.len(), |end| end + 2)
        } else {
            return false;
        };
        self.at += length;
        true
    }

    fn directive(&mut self) -> Result<Directive<'a>, MappingError> {
        let rest = self.rest();
        let (name, length) = match rest.strip_prefix("#{") {
            Some(inner) => match inner.split_once('}') {
                Some((name, _)) => (name, name.len() + 3),
                None => return Ok(Directive::None),
            },
            None => {
                let end = rest[1..].find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |end| end + 1);
                (&rest[1..end], end)
            }
        };
        match name {
            "set" | "if" | "foreach" | "stop" | "end" | "else" | "elseif" => self.at += length,
            "macro" | "parse" | "include" | "evaluate" | "define" | "break" => {
                return Err(self.error(format!("#{name} is not supported")));
            }
            _ => return Ok(Directive::None),
        }
        Ok(match name {
            "set" => Directive::Node(self.set()?),
            "if" => Directive::Node(self.conditional()?),
            "foreach" => Directive::Node(self.for_each()?),
            "stop" => Directive::Node(Node::Stop),
            "elseif" => Directive::End("elseif"),
            end => {
                self.line_end();
                Directive::End(end)
            }
        })
    }

    fn set(&mut self) -> Result<Node, MappingError> {
        self.expect("(")?;
        self.space();
        let target = self.reference()?.ok_or_else(|| self.error("#set needs a variable"))?;
        self.expect("=")?;
        let value = self.expression(0)?;
        self.expect(")")?;
        self.line_end();
        Ok(Node::Set(target, value))
    }

    fn conditional(&mut self) -> Result<Node, MappingError> {
        let mut branches = Vec::new();
        let mut condition = Some(self.condition()?);
        loop {
            let (nodes, end) = self.nodes()?;
            let is_last = condition.is_none();
            branches.push((condition, nodes));
            condition = match end {
                Some("end") => return Ok(Node::If(branches)),
                Some("elseif") if !is_last => Some(self.condition()?),
                Some("else") if !is_last => None,
                _ => return Err(self.error("#if without #end")),
            };
        }
    }

    fn condition(&mut self) -> Result<Expression, MappingError> {
        self.expect("(")?;
        let condition = self.expression(0)?;
        self.expect(")")?;
        self.line_end();
        Ok(condition)
    }

    fn for_each(&mut self) -> Result<Node, MappingError> {
        self.expect("(")?;
        self.space();
        let item = self.reference()?.ok_or_else(|| self.error("#foreach needs a variable"))?;
        self.expect("in")?;
        let list = self.expression(0)?;
        self.expect(")")?;
        self.line_end();
        match self.nodes()? {
            (nodes, Some("end")) => Ok(Node::ForEach(item.root, list, nodes)),
            _ => Err(self.error("#foreach without #end")),
        }
    }

    /// The reference that begins here, if the dollar sign begins one.
    fn reference(&mut self) -> Result<Option<Reference>, MappingError> {
        let start = self.at;
        let Some(rest) = self.rest().strip_prefix('$') else { return Ok(None) };
        let quiet = rest.starts_with('!');
        let rest = rest.strip_prefix('!').unwrap_or(rest);
        let braced = rest.starts_with('{');
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        self.at = self.text.len() - rest.len();
        let Some(root) = self.name() else {
            self.at = start;
            return Ok(None);
        };
        let mut steps = Vec::new();
        loop {
            let rest = self.rest();
            if let Some(behind) = rest.strip_prefix('.')
                && behind.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                self.at += 1;
                let name = self.name().unwrap_or_default();
                if self.rest().starts_with('(') {
                    steps.push(Step::Method(name, self.list('(', ")")?));
                } else {
                    steps.push(Step::Field(name));
                }
            } else if rest.starts_with('[') {
                self.at += 1;
                let index = self.expression(0)?;
                self.expect("]")?;
                steps.push(Step::Index(index));
            } else {
                break;
            }
        }
        if braced {
            self.expect("}")?;
        }
        let source = self.text[start..self.at].to_string();
        Ok(Some(Reference { root, steps, source, quiet }))
    }

    fn name(&mut self) -> Option<String> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c)).unwrap_or(rest.len());
        self.at += end;
        Some(rest[..end].to_string())
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn expect(&mut self, text: &str) -> Result<(), MappingError> {
        self.space();
        if !self.rest().starts_with(text) {
            return Err(self.error(format!("{text:?} is missing")));
        }
        self.at += text.len();
        Ok(())
    }

    /// A directive takes the rest of its line with it, if nothing stands there.
    fn line_end(&mut self) {
        let rest = self.rest();
        let behind = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(behind) = behind.strip_prefix('\n') {
            self.at += rest.len() - behind.len();
        }
    }
}

enum Directive<'a> {
    /// A number sign that is only that.
    None,
    Node(Node),
    End(&'a str),
}
