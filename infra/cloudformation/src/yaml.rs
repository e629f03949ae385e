//! From the template's text to a tree in which every value knows its line.
//!
//! CloudFormation's short forms become the long ones here (`!Ref x` is `{Ref: x}`), so no other module meets a tag.
//! Scalars keep the text that was typed: `Version: 2012-10-17` is not a date, and an account id with a leading zero is
//! not an octal number, as they would be in a typed YAML value.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};

use super::finding::{Findings, Position, suggestion};
use super::tree::{Key, Node, Value, is_integer};

/// The short forms, each with its long one: of functions that every template has, of those of rules, and of those that
/// `AWS::LanguageExtensions` brings.
const TAGS: &[(&str, &str)] = &[
    ("And", "Fn::And"),
    ("Base64", "Fn::Base64"),
    ("Cidr", "Fn::Cidr"),
    ("Condition", "Condition"),
    ("Contains", "Fn::Contains"),
    ("EachMemberEquals", "Fn::EachMemberEquals"),
    ("EachMemberIn", "Fn::EachMemberIn"),
    ("Equals", "Fn::Equals"),
    ("FindInMap", "Fn::FindInMap"),
    ("GetAtt", "Fn::GetAtt"),
    ("GetAZs", "Fn::GetAZs"),
    ("If", "Fn::If"),
    ("ImportValue", "Fn::ImportValue"),
    ("Join", "Fn::Join"),
    ("Length", "Fn::Length"),
    ("Not", "Fn::Not"),
    ("Or", "Fn::Or"),
    ("Ref", "Ref"),
    ("RefAll", "Fn::RefAll"),
    ("Select", "Fn::Select"),
    ("Split", "Fn::Split"),
    ("Sub", "Fn::Sub"),
    ("ToJsonString", "Fn::ToJsonString"),
    ("Transform", "Fn::Transform"),
    ("ValueOf", "Fn::ValueOf"),
    ("ValueOfAll", "Fn::ValueOfAll"),
];

/// Deeper than any template, and shallow enough for the stack of every thread.
const MAX_DEPTH: usize = 64;
/// Aliases can make a small file enormous; CloudFormation takes templates of 1 MB, which is well below this.
const MAX_NODES: usize = 200_000;

/// Reads `text`, which holds one YAML (or JSON) document. `None` when its syntax is broken, which is then reported.
///
/// A key that stands twice is reported, although the clients of AWS take it.
pub(super) fn read(text: &str, findings: &Findings) -> Option<Node> {
    let (node, repeated) = read_as_clients(text, findings)?;
    for RepeatedKey { position, name, first } in repeated {
        let message = format!("the key {name} stands here a second time; the first is in line {first}");
        findings.lack(position, "", message);
    }
    Some(node)
}

/// A key that stands a second time in one mapping.
pub(super) struct RepeatedKey {
    pub(super) position: Position,
    pub(super) name: String,
    /// The line of the first one.
    pub(super) first: usize,
}

/// The same as the clients of AWS read it, which upload what they have read: of a key that stands twice the last one counts.
pub(super) fn read_as_clients(text: &str, findings: &Findings) -> Option<(Node, Vec<RepeatedKey>)> {
    // An editor on Windows may put a byte-order mark in front, which is not a part of the YAML.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let joined = is_json(text).then(|| join_surrogates(text));
    let text = joined.as_deref().unwrap_or(text);
    let strict = Builder::of(text, &[], findings);
    let outcome = match strict.read() {
        // YAML 1.2 asks that what stands in brackets is indented, down to the closing one. AWS's parsers do not.
        Err(broken) => {
            let (indented, moved) = indent_brackets(text);
            Builder::of(&indented, &moved, findings).read().map_err(|_| broken)
        }
        outcome => outcome,
    };
    match outcome {
        Ok(read) => Some(read),
        Err((position, message)) => {
            findings.report(position, "", message);
            None
        }
    }
}

/// Whether a value stands only as the alias of another one in the text.
pub(super) fn has_alias(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.contains('*')
        && Parser::new_from_str(text).map_while(Result::ok).any(|(event, _)| matches!(event, Event::Alias(_)))
}

/// What CloudFormation refuses of a text that begins as JSON and is not JSON all through, although it is YAML.
pub(super) fn json_fault(text: &str) -> Option<(Position, String)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let broken = serde_json::from_str::<serde::de::IgnoredAny>(text).err().filter(|_| is_json(text))?;
    let (line, column) = (broken.line(), broken.column());
    let sentence = format!("Template format error: JSON not well-formed. (line {line}, column {column})");
    Some((Position { line, column }, sentence))
}

/// Whether CloudFormation takes the text for JSON.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// JSON writes a character outside of the first 65,536 as two halves (`\ud83d\ude00`), which YAML does not know.
fn join_surrogates(text: &str) -> String {
    let half = |at: &str| u32::from_str_radix(at.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _)) = rest.split_once('\\') {
        joined.push_str(before);
        rest = &rest[before.len()..];
        let halves = half(rest).zip(rest.get(6..).and_then(half));
        let length = match halves {
            Some((high @ 0xD800..0xDC00, low @ 0xDC00..0xE000)) => {
                joined.push_str(&format!("\\U{:08X}", 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
                12
            }
            // The character after a backslash belongs to it: another backslash, or a quote.
            _ => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                joined.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[length..];
    }
    joined.push_str(rest);
    joined
}

type Broken = (Position, String);

struct Builder<'t> {
    /// What CloudFormation takes the text for.
    language: &'static str,
    events: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    /// How far each line was moved to the right before it was read.
    moved: &'t [usize],
    repeated: Vec<RepeatedKey>,
    findings: &'t Findings,
}

impl<'t> Builder<'t> {
    fn of(text: &'t str, moved: &'t [usize], findings: &'t Findings) -> Builder<'t> {
        let language = if is_json(text) { "JSON" } else { "YAML" };
        let events = Parser::new_from_str(text);
        Builder { language, events, anchors: BTreeMap::new(), nodes: 0, moved, repeated: Vec::new(), findings }
    }

    fn read(mut self) -> Result<(Node, Vec<RepeatedKey>), Broken> {
        let root = self.document()?;
        Ok((root, self.repeated))
    }

    /// The place in the file, of one in the text that is read.
    fn position(&self, line: usize, column: usize) -> Position {
        let moved = line.checked_sub(1).and_then(|line| self.moved.get(line)).copied().unwrap_or_default();
        Position { line, column: (column + 1).saturating_sub(moved).max(1) }
    }

    fn not_well_formed(&self, position: Position, why: &str) -> Broken {
        let Position { line, column } = position;
        let at = format!("(line {line}, column {column})");
        (position, format!("Template format error: {} not well-formed. {at}; {why}", self.language))
    }

    fn next(&mut self) -> Result<(Event<'t>, Position), Broken> {
        match self.events.next_event() {
            Some(Ok((event, Span { start, .. }))) => Ok((event, self.position(start.line(), start.col()))),
            Some(Err(error)) => {
                let at = error.marker();
                Err(self.not_well_formed(self.position(at.line(), at.col()), error.info()))
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
            _ => Err(self.not_well_formed(position, "a value is missing here")),
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
                if let Some((key, known)) = entries.iter_mut().find(|(key, _)| key.name == name) {
                    (key.position, *known) = (position, value);
                }
                self.repeated.push(RepeatedKey { position, name, first });
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

/// How far a line inside of brackets is moved: farther than any template is indented.
const MOVED: usize = 100;

/// The text with every line that begins inside of brackets moved to the right, and how far each was. Only for a text that is not YAML
/// otherwise: a bracket in a block of text would be taken for one of YAML.
fn indent_brackets(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut moved = Vec::new();
    let mut brackets = 0usize;
    let mut quote = None;
    // The indentation of the line that begins a block of text (`|` or `>`), while lines belong to it.
    let mut block: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indented = line.len() - line.trim_start_matches(' ').len();
        if block.is_some_and(|block| line.trim().is_empty() || indented > block) {
            moved.push(0);
            out.push_str(line);
            continue;
        }
        block = None;
        let by = if brackets > 0 && quote.is_none() { MOVED } else { 0 };
        moved.push(by);
        out.extend(std::iter::repeat_n(' ', by));
        out.push_str(line);
        let mut before = ' ';
        for c in line.chars() {
            match (quote, c) {
                (Some('"'), '"') if before == '\\' => {}
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if " [{,:(".contains(before) => quote = Some(c),
                (None, '#') if before == ' ' => break,
                (None, '[' | '{') if brackets > 0 || " [{".contains(before) => brackets += 1,
                (None, ']' | '}') => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            before = c;
        }
        let end = line.trim_end();
        if brackets == 0
            && quote.is_none()
            && [" |", " >", " |-", " >-", " |+", " >+"].iter().any(|mark| end.ends_with(mark))
        {
            block = Some(indented);
        }
    }
    (out, moved)
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
