//! The order in which SAM's transform walks the events of a function.
//!
//! It was written for Python 2.7, where a dictionary has the order of its keys' hashes, and has kept that order since. Of two wrong events, the
//! one that comes first in it is named. A template without a REST API is walked as it is written, but for the events of its APIs.
//! <https://github.com/aws/serverless-application-model/blob/develop/samtranslator/utils/py27hash_fix.py>,
//! <https://github.com/python/cpython/blob/v2.7.18/Objects/dictobject.c>

use std::collections::BTreeMap;

use super::implicit_api::{API, FUNCTION};
use crate::tree::{Key, Node};

/// The slots that a dictionary has at first.
const FIRST_SLOTS: usize = 8;
/// From so many keys on, a dictionary that is full grows by a factor of 2; before, by 4.
const LARGE: usize = 50_000;

/// A dictionary of which only the order is of interest.
struct Dictionary<'k> {
    slots: Vec<Option<&'k str>>,
    used: usize,
}

impl<'k> Dictionary<'k> {
    fn with_slots(slots: usize) -> Dictionary<'k> {
        Dictionary { slots: vec![None; slots], used: 0 }
    }

    fn insert(&mut self, key: &'k str) {
        let mask = self.slots.len() as u64 - 1;
        let (mut walker, mut perturb) = (hash(key) & mask, hash(key));
        let slot = loop {
            let at = (walker & mask) as usize;
            match self.slots[at] {
                Some(other) if other != key => {}
                Some(_) => return,
                None => break at,
            }
            walker = walker.wrapping_mul(5).wrapping_add(perturb).wrapping_add(1);
            perturb >>= 5;
        };
        self.slots[slot] = Some(key);
        self.used += 1;
        if self.used * 3 >= self.slots.len() * 2 {
            let wanted = self.used * if self.used > LARGE { 2 } else { 4 };
            let mut grown = Dictionary::with_slots((wanted + 1).next_power_of_two().max(FIRST_SLOTS));
            self.slots.iter().flatten().for_each(|key| grown.insert(key));
            *self = grown;
        }
    }
}

/// The hash of a text: that of its characters' numbers.
fn hash(text: &str) -> u64 {
    let first = text.chars().next().map_or(0, |first| u64::from(u32::from(first)) << 7);
    let all = text.chars().fold(first, |hash, c| hash.wrapping_mul(1_000_003) ^ u64::from(u32::from(c)));
    all ^ text.chars().count() as u64
}

/// `keys` as a dictionary has them into which they are put one after the other.
pub(super) fn ordered<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let mut dictionary = Dictionary::with_slots(FIRST_SLOTS);
    keys.into_iter().for_each(|key| dictionary.insert(key));
    dictionary.slots.into_iter().flatten().collect()
}

/// Puts `entries` into the order of their keys.
pub(super) fn order<T>(entries: &mut [(Key, T)]) {
    let names: Vec<String> = entries.iter().map(|(key, _)| key.name.clone()).collect();
    let ordered = ordered(names.iter().map(String::as_str)).into_iter().zip(0..);
    let places: BTreeMap<&str, usize> = ordered.collect();
    entries.sort_by_key(|(key, _)| places.get(key.name.as_str()));
}

/// Whether the transform walks `resources` in this order: they have a REST API, or a function adds to one.
pub(super) fn applies_to(resources: &Node) -> bool {
    resources.entries().iter().any(|(_, resource)| match resource.get("Type").and_then(Node::str) {
        Some(API) => true,
        Some(FUNCTION) => {
            let events = resource.get("Properties").and_then(|properties| properties.get("Events"));
            let mut events = events.map(Node::entries).unwrap_or_default().iter();
            events.any(|(_, event)| event.get("Type").and_then(Node::str) == Some("Api"))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SAM's own imitation of Python 2.7 gives.
    #[test]
    fn keys_are_in_pythons_order() {
        assert_eq!(hash(""), 0);
        assert_eq!(hash("a"), 12_416_037_344);
        assert_eq!(ordered(["a", "b", "c", "d"]), ["a", "c", "b", "d"]);
        let collide = ["GetHtml", "PostHtml", "PutHtml", "AnyHtml", "Ünïcode", "List"];
        assert_eq!(ordered(collide), ["GetHtml", "PostHtml", "AnyHtml", "List", "Ünïcode", "PutHtml"]);
        let many: Vec<String> = (0..20).map(|n| format!("{n}")).collect();
        let many = ordered(many.iter().map(String::as_str)).join(" ");
        assert_eq!(many, "11 10 13 12 15 14 17 16 19 18 1 0 3 2 5 4 7 6 9 8");
    }
}
