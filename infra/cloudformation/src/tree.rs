//! A template as a tree of values, each with its place in the file.
//!
//! Scalars keep the text that was typed; what CloudFormation takes a plain one for (a number, a boolean) is worked out
//! where it matters, by [`Node::scalar_kind`]. Mappings keep the order of the file, because SAM's results depend on it.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::finding::Position;

/// A value with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) position: Position,
}

/// What a YAML value can be in a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    /// The text as typed; `plain` when it stood without quotes and may therefore be a number or a boolean.
    Scalar {
        text: String,
        plain: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<(Key, Node)>),
    /// A value that could not be worked out; the reason is reported, and readers of it stay quiet.
    Unresolved,
}

/// A key with its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) position: Position,
    /// Whether it is a number to YAML: `200` and not `"200"`.
    pub(crate) number: bool,
}

impl Key {
    /// A key that is text.
    pub(crate) fn text(name: impl Into<String>, position: Position) -> Key {
        Key { name: name.into(), position, number: false }
    }
}

impl Node {
    /// A scalar at `position`, as if it had been typed in quotes.
    pub(crate) fn string(text: impl Into<String>, position: Position) -> Node {
        Node { value: Value::Scalar { text: text.into(), plain: false }, position }
    }

    /// The mapping's value under `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The mapping's entries; none if it is something else.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The scalar's text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What it is, for a message that wanted something else.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "empty",
            Value::Scalar { .. } => "a single value",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Unresolved => "unknown",
        }
    }

    /// No value, at no place of the file.
    pub(crate) fn nothing() -> Node {
        Node { value: Value::Null, position: Position::default() }
    }

    /// The same tree as `json` has, at no place of the file.
    pub(crate) fn from_json(json: &serde_json::Value) -> Node {
        use serde_json::Value as Json;
        match json {
            Json::Null => Node::nothing(),
            Json::Bool(value) => (*value).into(),
            Json::Number(number) => {
                let value = Value::Scalar { text: number.to_string(), plain: true };
                Node { value, position: Position::default() }
            }
            Json::String(text) => text.as_str().into(),
            Json::Array(items) => Node::from(items.iter().map(Node::from_json).collect::<Vec<_>>()),
            Json::Object(entries) => {
                Node::mapping(entries.iter().map(|(name, value)| (name.as_str(), Node::from_json(value))))
            }
        }
    }

    /// A mapping at no place of the file: it is made, not read.
    pub(crate) fn mapping<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
        let position = Position::default();
        let entries = entries.into_iter().map(|(name, value)| (Key::text(name, position), value));
        Node { value: Value::Mapping(entries.collect()), position }
    }

    /// The mapping's value under `name`, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries_mut().iter_mut().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The mapping's entries, to be changed; none if it is something else.
    pub(crate) fn entries_mut(&mut self) -> &mut [(Key, Node)] {
        match &mut self.value {
            Value::Mapping(entries) => entries,
            _ => &mut [],
        }
    }

    /// The list's items; none if it is something else.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Puts `value` under `name`, in the place of what is there or at the end. Nothing happens to a value that is no mapping.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Node>) {
        let value = value.into();
        let Value::Mapping(entries) = &mut self.value else { return };
        match entries.iter_mut().find(|(key, _)| key.name == name) {
            Some((_, old)) => *old = value,
            None => entries.push((Key::text(name, value.position), value)),
        }
    }

    /// Takes the value under `name` out of the mapping.
    pub(crate) fn remove(&mut self, name: &str) -> Option<Node> {
        let Value::Mapping(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(key, _)| key.name == name)?;
        Some(entries.remove(at).1)
    }

    /// Adds `item` to the end of the list. Nothing happens to a value that is no list.
    pub(crate) fn push(&mut self, item: Node) {
        if let Value::Sequence(items) = &mut self.value {
            items.push(item);
        }
    }

    /// Whether there is nothing: `Name:` and the end of the line.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The values that stand directly in it, a mapping's or a list's.
    pub(crate) fn children_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        let (entries, items): (&mut [(Key, Node)], &mut [Node]) = match &mut self.value {
            Value::Mapping(entries) => (entries, &mut []),
            Value::Sequence(items) => (&mut [], items),
            _ => (&mut [], &mut []),
        };
        entries.iter_mut().map(|(_, value)| value).chain(items)
    }

    /// Whether it is a mapping.
    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.value, Value::Mapping(_))
    }

    /// Whether it is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, Value::Sequence(_))
    }

    /// Whether both say the same, wherever they stand and in whatever order their keys come.
    pub(crate) fn same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Sequence(ours), Value::Sequence(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(one, other)| one.same(other))
            }
            (Value::Mapping(ours), Value::Mapping(theirs)) => {
                ours.len() == theirs.len()
                    && ours.iter().all(|(key, one)| other.get(&key.name).is_some_and(|other| one.same(other)))
            }
            (Value::Scalar { text: one, .. }, Value::Scalar { text: other_text, .. }) => {
                one == other_text && self.scalar_kind() == other.scalar_kind()
            }
            (one, other) => one == other,
        }
    }

    /// What the scalar is to CloudFormation, which reads YAML 1.1; `None` for a list or a mapping.
    pub(crate) fn scalar_kind(&self) -> Option<ScalarKind> {
        match &self.value {
            Value::Null => Some(ScalarKind::Null),
            Value::Scalar { plain: false, .. } => Some(ScalarKind::String),
            Value::Scalar { text, plain: true } => Some(match text.as_str() {
                "true" | "false" => ScalarKind::Boolean,
                text if is_integer(text) => ScalarKind::Integer,
                text if is_float(text) => ScalarKind::Float,
                _ => ScalarKind::String,
            }),
            _ => None,
        }
    }

    /// The same as JSON: plain numbers and booleans typed, everything else a string.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null | Value::Unresolved => Json::Null,
            Value::Scalar { text, plain: false } => Json::String(text.clone()),
            Value::Scalar { text, plain: true } => match text.as_str() {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                _ => typed_number(text).unwrap_or_else(|| Json::String(text.clone())),
            },
            Value::Sequence(items) => items.iter().map(Node::to_json).collect(),
            Value::Mapping(entries) => {
                Json::Object(entries.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect())
            }
        }
    }

    /// Gives `position` to everything in it that was made and not read.
    pub(crate) fn place_at(&mut self, position: Position) {
        let made = Position::default();
        if self.position == made {
            self.position = position;
        }
        for (key, _) in self.entries_mut() {
            if key.position == made {
                key.position = position;
            }
        }
        self.children_mut().for_each(|value| value.place_at(position));
    }
}

/// What a scalar is to CloudFormation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScalarKind {
    Null,
    Boolean,
    Integer,
    Float,
    String,
}

/// `12`, `-3`; not `007`, which is text here.
pub(crate) fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

/// `2.0`, `-.5`, `1.5e+3`: in YAML 1.1 a number with a fraction has a point.
fn is_float(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (number, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(number, e)| (number, Some(e)));
    let well = |exponent: &str| {
        exponent.strip_prefix(['-', '+']).is_some_and(|e| !e.is_empty() && e.bytes().all(|b| b.is_ascii_digit()))
    };
    let Some((whole, fraction)) = number.split_once('.') else { return false };
    (whole.len() + fraction.len() > 0)
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
        && exponent.is_none_or(well)
}

/// A number that comes out as it was typed; `007` and `1e400` stay text.
fn typed_number(text: &str) -> Option<serde_json::Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return (whole.to_string() == text).then(|| whole.into());
    }
    let fraction = text.parse::<f64>().ok().filter(|number| number.is_finite())?;
    (fraction.to_string() == text).then(|| fraction.into())
}

impl Serialize for Node {
    /// As JSON in the order of the file, with the types that CloudFormation sees.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null | Value::Unresolved => serializer.serialize_unit(),
            Value::Scalar { text, .. } => match self.scalar_kind() {
                Some(ScalarKind::Boolean) => serializer.serialize_bool(text == "true"),
                Some(ScalarKind::Integer) => match text.parse::<i128>() {
                    Ok(whole) => serializer.serialize_i128(whole),
                    Err(_) => serializer.serialize_str(text),
                },
                Some(ScalarKind::Float) => match text.parse::<f64>() {
                    Ok(fraction) if fraction.is_finite() => serializer.serialize_f64(fraction),
                    _ => serializer.serialize_str(text),
                },
                _ => serializer.serialize_str(text),
            },
            Value::Sequence(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Mapping(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&key.name, value)?;
                }
                map.end()
            }
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::string(text, Position::default())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::string(text, Position::default())
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Node {
        let text = if value { "true" } else { "false" };
        Node { value: Value::Scalar { text: text.to_string(), plain: true }, position: Position::default() }
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Node {
        Node { value: Value::Scalar { text: value.to_string(), plain: true }, position: Position::default() }
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Node {
        Node { value: Value::Sequence(items), position: Position::default() }
    }
}

impl From<&Node> for Node {
    fn from(node: &Node) -> Node {
        node.clone()
    }
}

/// A mapping that is made and not read: `map! { "Ref" => id }`.
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::tree::Node::mapping::<String>([$(($key.into(), $crate::tree::Node::from($value))),*])
    };
}

/// A list that is made and not read: `list!["/", id]`.
macro_rules! list {
    ($($item:expr),* $(,)?) => { $crate::tree::Node::from(vec![$($crate::tree::Node::from($item)),*]) };
}

pub(crate) use {list, map};
