//! What AWS's models ask of the members of a request, and the words in which a service refuses a request that does not keep to it:
//! before it looks for what the request names, all that is wrong at once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use regex_lite::Regex;
use serde_json::Value;
use stack::constraint::{message, violation};

/// What a member must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Constraint {
    /// There.
    Required,
    /// Of at least and at most so many characters, or entries of a list.
    Length(usize, usize),
    /// A number in a range.
    Range(i64, i64),
    /// One of these texts, or of these numbers.
    OneOf(&'static [&'static str]),
    /// A list, each entry of which is one of these texts.
    EachOneOf(&'static [&'static str]),
    /// A text that matches a regular expression, all of it.
    Pattern(&'static str),
}

/// A member, by the names on the way to it; `*` stands for every entry of a list.
pub(super) type Member = (&'static str, Constraint);

/// The way to a member: names, and the numbers of entries, which begin at 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlaceStep {
    Member(&'static str),
    Entry(usize),
}

/// A value that is not what its member must be.
pub(super) struct Violated<'r> {
    pub(super) place: Vec<PlaceStep>,
    pub(super) value: &'r Value,
    pub(super) constraint: Constraint,
}

/// The refusal of a request whose members do not keep to this; nothing where they do.
pub(super) fn refusal(members: &[Member], request: &Value) -> Option<String> {
    refusal_of(violated(members, request), str::to_string)
}

/// The refusal for what is violated, in the words of AWS's framework, whose members are called what `name` makes of their names.
pub(super) fn refusal_of<'r>(
    violated: impl IntoIterator<Item = Violated<'r>>,
    name: impl Fn(&str) -> String,
) -> Option<String> {
    let said: Vec<String> = violated.into_iter().filter_map(|violated| violated.said(&name)).collect();
    (!said.is_empty()).then(|| message(&said))
}

/// A member's name with a small letter, as the framework begins those of the query protocol's services.
pub(super) fn small_letter(member: &str) -> String {
    let mut name = member.to_string();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// What does not keep to `members`, in their order.
pub(super) fn violated<'r>(members: &[Member], request: &'r Value) -> impl Iterator<Item = Violated<'r>> {
    members.iter().flat_map(move |&(path, constraint)| {
        let wrong = move |(place, value): (Vec<PlaceStep>, &'r Value)| {
            constraint.violated(value).map(|_| Violated { place, value, constraint })
        };
        values(request, path).into_iter().filter_map(wrong)
    })
}

impl Violated<'_> {
    fn said(&self, name: impl Fn(&str) -> String) -> Option<String> {
        let place: Vec<String> = self
            .place
            .iter()
            .map(|step| match step {
                PlaceStep::Member(member) => name(member),
                PlaceStep::Entry(number) => format!("{number}.member"),
            })
            .collect();
        let given = if self.value.is_null() { "null".to_string() } else { format!("'{}'", shown(self.value)) };
        Some(violation(&given, &place.join("."), &self.constraint.violated(self.value)?))
    }
}

impl Constraint {
    /// What `value` must be and is not. Only a constraint that asks for it is about a value that is not there.
    fn violated(&self, value: &Value) -> Option<String> {
        match self {
            Constraint::Required => value.is_null().then(|| "not be null".to_string()),
            _ if value.is_null() => None,
            Constraint::Length(least, most) => {
                let length = match value {
                    Value::String(text) => text.chars().count(),
                    Value::Array(list) => list.len(),
                    _ => return None,
                };
                bound(length < *least, length > *most, "length", least, most)
            }
            Constraint::Range(least, most) => {
                // What is larger than an i64 is above every range. In the query protocol a number is a text.
                let large = || value.is_u64().then_some(i64::MAX);
                let number = value.as_i64().or_else(large).or_else(|| value.as_str()?.parse().ok())?;
                bound(number < *least, number > *most, "value", least, most)
            }
            Constraint::OneOf(texts) => not_one_of(texts, &shown(value)),
            Constraint::EachOneOf(texts) => {
                let mut entries = value.as_array()?.iter().map(|entry| entry.as_str().unwrap_or_default());
                let bound = entries.find_map(|entry| not_one_of(texts, entry))?;
                Some(format!("satisfy constraint: [Member must {bound}]"))
            }
            Constraint::Pattern(pattern) => {
                (!matches(pattern, value.as_str()?)?).then(|| format!("satisfy regular expression pattern: {pattern}"))
            }
        }
    }
}

fn not_one_of(texts: &[&str], given: &str) -> Option<String> {
    (!texts.contains(&given)).then(|| format!("satisfy enum value set: [{}]", texts.join(", ")))
}

/// Whether `text` as a whole matches; each pattern is compiled once: every call of Lambda is held against one.
fn matches(pattern: &'static str, text: &str) -> Option<bool> {
    static COMPILED: Mutex<BTreeMap<&'static str, Regex>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = match compiled.entry(pattern) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(free) => free.insert(Regex::new(&format!("^(?:{pattern})$")).ok()?),
    };
    Some(regex.is_match(text))
}

fn bound<T: std::fmt::Display>(below: bool, above: bool, what: &str, least: T, most: T) -> Option<String> {
    match (below, above) {
        (true, _) => Some(format!("have {what} greater than or equal to {least}")),
        (_, true) => Some(format!("have {what} less than or equal to {most}")),
        _ => None,
    }
}

/// A value as these refusals show it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// What `path` leads to, each with its place.
fn values<'r>(request: &'r Value, path: &'static str) -> Vec<(Vec<PlaceStep>, &'r Value)> {
    let mut found = vec![(Vec::new(), request)];
    for part in path.split('.') {
        let further = |place: &[PlaceStep], step: PlaceStep| [place, &[step]].concat();
        found = found
            .into_iter()
            .flat_map(|(place, value)| match part {
                "*" => {
                    let entries = value.as_array().into_iter().flatten().enumerate();
                    entries.map(|(at, entry)| (further(&place, PlaceStep::Entry(at + 1)), entry)).collect()
                }
                // What is not there has no members that could be missing.
                _ if !place.is_empty() && value.is_null() => Vec::new(),
                name => vec![(further(&place, PlaceStep::Member(name)), &value[name])],
            })
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MEMBERS: &[Member] = &[
        ("name", Constraint::Required),
        ("name", Constraint::Pattern("[a-z]*")),
        ("name", Constraint::Length(2, 3)),
        ("limit", Constraint::Range(1, 50)),
        ("order", Constraint::OneOf(&["UP", "DOWN"])),
        ("list", Constraint::Length(1, 2)),
        ("ways", Constraint::EachOneOf(&["UP", "DOWN"])),
        ("list.*.text", Constraint::Required),
    ];

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let one = |wrong: &str| Some(format!("1 validation error detected: {wrong}"));
        for (request, expected) in [
            (json!({ "name": "abc", "limit": 50, "order": "UP", "list": [{ "text": "" }] }), None),
            (json!({}), one("Value null at 'name' failed to satisfy constraint: Member must not be null")),
            (
                json!({ "name": "aB" }),
                one("Value 'aB' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]*"),
            ),
            (
                json!({ "name": "abcd" }),
                one("Value 'abcd' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3"),
            ),
            (
                json!({ "name": "ab", "limit": u64::MAX }),
                one("Value '18446744073709551615' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"),
            ),
            (
                json!({ "name": "ab", "limit": 0 }),
                one("Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"),
            ),
            (
                json!({ "name": "ab", "order": "LEFT" }),
                one("Value 'LEFT' at 'order' failed to satisfy constraint: Member must satisfy enum value set: [UP, DOWN]"),
            ),
            (json!({ "name": "ab", "ways": ["DOWN", "UP"] }), None),
            (
                json!({ "name": "ab", "ways": ["UP", " DOWN"] }),
                one("Value '[UP,  DOWN]' at 'ways' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy \
                     enum value set: [UP, DOWN]]"),
            ),
            (
                json!({ "name": "ab", "limit": "51" }),
                one("Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"),
            ),
            (
                json!({ "name": "ab", "list": [] }),
                one("Value '[]' at 'list' failed to satisfy constraint: Member must have length greater than or equal to 1"),
            ),
            (
                json!({ "name": "ab", "list": [{ "text": "a" }, {}] }),
                one("Value null at 'list.2.member.text' failed to satisfy constraint: Member must not be null"),
            ),
            (
                json!({ "name": "A", "limit": 51 }),
                Some(
                    "3 validation errors detected: Value 'A' at 'name' failed to satisfy constraint: Member must satisfy regular \
                     expression pattern: [a-z]*; Value 'A' at 'name' failed to satisfy constraint: Member must have length greater than \
                     or equal to 2; Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"
                        .to_string(),
                ),
            ),
        ] {
            assert_eq!(refusal(MEMBERS, &request), expected, "{request}");
        }
    }
}
