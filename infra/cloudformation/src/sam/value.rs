//! Values as SAM sees them.
//!
//! AWS's transform is a Python program, and its behaviour with unusual values (an empty text, a `0`, a text where a boolean
//! should be) is that of Python's truth and types. These are its rules, and the way it prints a value in a message.

use super::error::{Refusal, Sam};
use crate::tree::{Node, ScalarKind, Value};

impl Node {
    /// Whether SAM takes it for true: nothing, `false`, zero and what is empty are not.
    pub(super) fn truthy(&self) -> bool {
        match &self.value {
            Value::Null | Value::Unresolved => false,
            Value::Scalar { text, .. } => match self.scalar_kind() {
                Some(ScalarKind::Boolean) => text == "true",
                Some(ScalarKind::Integer | ScalarKind::Float) => text.parse::<f64>().is_ok_and(|number| number != 0.0),
                _ => !text.is_empty(),
            },
            Value::Sequence(items) => !items.is_empty(),
            Value::Mapping(entries) => !entries.is_empty(),
        }
    }

    /// The text, if SAM takes it for text: `Prod` and `"1"`, not `1` or `true`.
    pub(super) fn str(&self) -> Option<&str> {
        self.text().filter(|_| self.scalar_kind() == Some(ScalarKind::String))
    }

    /// The boolean.
    pub(super) fn boolean(&self) -> Option<bool> {
        (self.scalar_kind() == Some(ScalarKind::Boolean)).then(|| self.text() == Some("true"))
    }

    /// The value under `name`, if there is one and it is not empty (`Name:` with nothing after it counts as left out).
    pub(super) fn given(&self, name: &str) -> Option<&Node> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// The value under `name`, if SAM takes it for true.
    pub(super) fn truth(&self, name: &str) -> Option<&Node> {
        self.get(name).filter(|value| value.truthy())
    }

    /// The mapping's keys.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries().iter().map(|(key, _)| key.name.as_str())
    }

    /// Whether the mapping has `name`, with whatever value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value under `name`; `new` is put there first if there is none.
    pub(super) fn entry(&mut self, name: &str, new: impl FnOnce() -> Node) -> Option<&mut Node> {
        if !self.has(name) {
            self.set(name, new());
        }
        self.get_mut(name)
    }

    /// The value inside of text, as Python's `str` prints it.
    pub(super) fn display(&self) -> String {
        match self.str() {
            Some(text) => text.to_string(),
            None => self.repr(),
        }
    }

    /// The value as Python prints it inside a list.
    pub(super) fn repr(&self) -> String {
        match &self.value {
            Value::Null | Value::Unresolved => "None".to_string(),
            Value::Scalar { text, .. } => match self.scalar_kind() {
                Some(ScalarKind::Boolean) => if text == "true" { "True" } else { "False" }.to_string(),
                Some(ScalarKind::Integer | ScalarKind::Float) => text.clone(),
                _ => quoted(text),
            },
            Value::Sequence(items) => {
                format!("[{}]", items.iter().map(Node::repr).collect::<Vec<_>>().join(", "))
            }
            Value::Mapping(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{}: {}", quoted(&key.name), value.repr()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The name of its Python type, for the messages that have it.
    pub(super) fn python_type(&self) -> &'static str {
        match (&self.value, self.scalar_kind()) {
            (Value::Sequence(_), _) => "list",
            (Value::Mapping(_), _) => "dict",
            (_, Some(ScalarKind::Boolean)) => "bool",
            (_, Some(ScalarKind::Integer)) => "int",
            (_, Some(ScalarKind::Float)) => "float",
            (_, Some(ScalarKind::String)) => "str",
            _ => "NoneType",
        }
    }
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `['a', 'b']`, as Python prints a list of texts.
pub(super) fn python_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    format!("[{}]", texts.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// Whose value is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'n> {
    /// A property of the resource.
    Resource(&'n str),
    /// An attribute of the resource, beside its properties.
    Attribute(&'n str),
    /// A property of the event.
    Event(&'n str),
}

impl Of<'_> {
    /// The refusal of one of its values.
    pub(super) fn refuse<T>(self, message: impl AsRef<str>) -> Sam<T> {
        match self {
            Of::Resource(id) | Of::Attribute(id) => Refusal::resource(id, message),
            Of::Event(id) => Refusal::event(id, message),
        }
    }

    fn should_be<T>(self, path: &str, what: &str) -> Sam<T> {
        match self {
            Of::Attribute(_) => self.refuse(format!("Attribute '{path}' should be a {what}.")),
            _ => self.refuse(format!("Property '{path}' should be a {what}.")),
        }
    }

    /// `value`, if it is a mapping.
    pub(super) fn map<'v>(self, value: &'v Node, path: &str) -> Sam<&'v Node> {
        if value.is_mapping() { Ok(value) } else { self.should_be(path, "map") }
    }

    /// `value`, if it is a list.
    pub(super) fn list<'v>(self, value: &'v Node, path: &str) -> Sam<&'v [Node]> {
        if value.is_list() { Ok(value.items()) } else { self.should_be(path, "list") }
    }

    /// `value`, if it is text.
    pub(super) fn text<'v>(self, value: Option<&'v Node>, path: &str) -> Sam<&'v str> {
        match value.and_then(Node::str) {
            Some(text) => Ok(text),
            None => self.should_be(path, "string"),
        }
    }

    /// `value`, if it is a boolean.
    pub(super) fn flag(self, value: &Node, path: &str) -> Sam<bool> {
        match value.boolean() {
            Some(flag) => Ok(flag),
            None => self.should_be(path, "boolean"),
        }
    }

    /// The value under `name`, which must be given.
    pub(super) fn required<'v>(self, values: &'v Node, name: &str, path: &str) -> Sam<&'v Node> {
        match values.given(name) {
            Some(value) => Ok(value),
            None => self.refuse(format!("Property '{path}' is required.")),
        }
    }
}
