//! From the template's text to a tree in which every value knows its line.
//!
//! CloudFormation's short forms become the long ones here (`!Ref x` is `{Ref: x}`), so no other module meets a tag.
//! Scalars keep the text that was typed: `Version: 2012-10-17` is not a date, and an account id with a leading zero is
//! not an octal number, as they would be in a typed YAML value.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::finding::{Findings, Position, suggestion};
use super::tree::{Key, Node, Value, is_integer};

/// The short forms, each with its long one.
const TAGS: &[(&str, &str)] = &[
    ("And", "Fn::And"),
    ("Base64", "Fn::Base64"),
    ("Cidr", "Fn::Cidr"),
    ("Condition", "Condition"),
    ("Equals", "Fn::Equals"),
    ("FindInMap", "Fn::FindInMap"),
    ("GetAtt", "Fn::GetAtt"),
    ("GetAZs", "Fn::GetAZs"),
    ("If", "Fn::If"),
    ("ImportValue", "Fn::ImportValue"),
    ("Join", "Fn::Join"),
    ("Not", "Fn::Not"),
    ("Or", "Fn::Or"),
    ("Ref", "Ref"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
    ("Sub", "Fn::Sub"),
    ("Transform", "Fn::Transform"),
];

/// Deeper than any template, and shallow enough for the stack of every thread.
const MAX_DEPTH: usize = 64;
/// Aliases can make a small file enormous; CloudFormation takes templates of 1 MB, which is well below this.
const MAX_NODES: usize = 200_000;

/// Reads `text`, which holds one YAML (or JSON) document. `None` when its syntax is broken, which is then reported.
pub(super) fn read(text: &str, findings: &Findings) -> Option<Node> {
    // An editor on Windows may put a byte-order mark in front, which is not a part of the YAML.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder { events: Parser::new_from_str(text), anchors: BTreeMap::new(), nodes: 0, findings };
    match builder.document() {
        Ok(node) => Some(node),
        Err((position, message)) => {
            findings.report(position, "", message);
            None
        }
    }
}

type Broken = (Position, String);

struct Builder<'t> {
    events: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    findings: &'t Findings,
}

impl<'t> Builder<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Position), Broken> {
        match self.events.next_event() {
            Some(Ok((event, Span { start, .. }))) => {
                Ok((event, Position { line: start.line(), column: start.col() + 1 }))
            }
            Some(Err(error)) => {
                let at = error.marker();
                Err((Position { line: at.line(), column: at.col() + 1 }, format!("not YAML: {}", error.info())))
            }
            None => Err((Position { line: 1, column: 1 }, "the template is empty".to_string())),
        }
    }

    fn document(&mut self) -> Result<Node, Broken> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => {
                    return Err((Position { line: 1, column: 1 }, "the template is empty".to_string()));
                }
                (event, position) => {
                    let root = self.node(event, position, 0)?;
                    return self.end(root);
                }
            }
        }
    }

    fn end(&mut self, root: Node) -> Result<Node, Broken> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(root),
                (Event::DocumentStart(_), position) => {
                    return Err((position, "a template is one YAML document; remove this `---`".to_string()));
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'t>, position: Position, depth: usize) -> Result<Node, Broken> {
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return Err((position, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if self.nodes > MAX_NODES {
            return Err((position, format!("more than {MAX_NODES} values; do aliases repeat each other?")));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.as_deref().is_none_or(|tag| !tag.is_yaml_core_schema());
                if plain && is_another_number(&text) {
                    let message =
                        format!("{text} without quotes is another number in YAML 1.1, which CloudFormation reads");
                    self.findings.report(
                        position,
                        "",
                        format!("{message}; quote it, or write the number that you mean"),
                    );
                }
                let value = scalar(text.into_owned(), plain);
                Ok(self.finish(Node { value, position }, anchor, tag.as_deref()))
            }
            Event::SequenceStart(anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break,
                        (event, at) => items.push(self.node(event, at, depth + 1)?),
                    }
                }
                Ok(self.finish(Node { value: Value::Sequence(items), position }, anchor, tag.as_deref()))
            }
            Event::MappingStart(anchor, tag) => {
                let value = Value::Mapping(self.entries(depth)?);
                Ok(self.finish(Node { value, position }, anchor, tag.as_deref()))
            }
            Event::Alias(anchor) => {
                let copy = self.anchors.get(&anchor).cloned();
                let copy = copy.ok_or((position, "this alias stands inside the value that it repeats".to_string()))?;
                let (nodes, levels) = extent(&copy);
                if depth + levels > MAX_DEPTH {
                    return Err((position, format!("nested deeper than {MAX_DEPTH} levels")));
                }
                self.nodes += nodes;
                Ok(copy)
            }
            _ => Err((position, "not YAML: a value is missing here".to_string())),
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<(Key, Node)>, Broken> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let (event, position) = self.next()?;
            let (name, plain) = match event {
                Event::MappingEnd => return Ok(entries),
                Event::Scalar(text, style, ..) => (text.into_owned(), style == ScalarStyle::Plain),
                _ => return Err((position, "a key must be a single word".to_string())),
            };
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            if name == "<<" {
                let message = "CloudFormation has no merge keys (`<<`); write the keys out, or use Globals";
                self.findings.report(position, "", message);
            } else if let Some(first) = lines.insert(name.clone(), position.line) {
                let message = format!("the key {name} stands here a second time; the first is in line {first}");
                self.findings.report(position, "", message);
            } else {
                let number = plain && is_integer(&name);
                entries.push((Key { name, position, number }, value));
            }
        }
    }

    /// Wraps a tagged value into its long form, and remembers an anchored one.
    fn finish(&mut self, node: Node, anchor: usize, tag: Option<&Tag>) -> Node {
        let node = match tag {
            Some(tag) if tag.handle == "!" => self.long_form(node, &tag.suffix),
            _ => node,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn long_form(&self, node: Node, tag: &str) -> Node {
        let position = node.position;
        let Some((_, long)) = TAGS.iter().find(|(short, _)| *short == tag) else {
            let message =
                format!("!{tag} is not a function of CloudFormation; {}", suggestion(tag, TAGS.iter().map(|t| t.0)));
            self.findings.report(position, "", message);
            return Node { value: Value::Unresolved, position };
        };
        let key = Key::text(*long, position);
        // `!GetAtt Table.Arn` is a list in the long form; what has no dot is refused where the name is looked up.
        let parts = node.text().filter(|_| *long == "Fn::GetAtt").and_then(|text| text.split_once('.'));
        let node = match parts {
            Some((id, attribute)) => {
                let parts = [id, attribute].map(|part| Node::string(part, position));
                Node { value: Value::Sequence(parts.to_vec()), position }
            }
            None => node,
        };
        Node { value: Value::Mapping(vec![(key, node)]), position }
    }
}

/// CloudFormation reads YAML 1.1, in which `yes`, `no`, `on` and `off` are booleans too.
fn scalar(text: String, plain: bool) -> Value {
    if !plain {
        return Value::Scalar { text, plain };
    }
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            Value::Scalar { text: "true".to_string(), plain }
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Value::Scalar { text: "false".to_string(), plain }
        }
        _ => Value::Scalar { text, plain },
    }
}

/// Whether YAML 1.1 reads digits here as something else than they say: `010` as octal, `22:30` in base 60, `1_000`.
fn is_another_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let octal = text.len() > 1 && text.starts_with('0') && text.chars().all(|c| ('0'..='7').contains(&c));
    let mut parts = text.split(':');
    let base_60 = parts.next().is_some_and(|first| digits(first) && !first.starts_with('0'))
        && text.contains(':')
        && parts.all(|part| digits(part) && part.len() <= 2 && part < "60");
    let grouped =
        text.contains('_') && text.starts_with(|c: char| c.is_ascii_digit()) && digits(&text.replace('_', ""));
    octal || base_60 || grouped
}

/// How many values `node` holds, itself included, and in how many levels.
fn extent(node: &Node) -> (usize, usize) {
    let inside = |parts: &mut dyn Iterator<Item = &Node>| {
        parts.map(extent).fold((1, 1), |(nodes, levels), part| (nodes + part.0, levels.max(part.1 + 1)))
    };
    match &node.value {
        Value::Sequence(items) => inside(&mut items.iter()),
        Value::Mapping(entries) => inside(&mut entries.iter().map(|(_, value)| value)),
        _ => (1, 1),
    }
}
