//! A list that forgets its oldest entries: it is bounded in number and in bytes.
//!
//! Logs, the activity log, CloudTrail's calls and the records of invocations are kept in lists of this type. A number alone bounds nothing,
//! because one entry can be an event of 6 MB.

use std::collections::VecDeque;

use serde_json::Value;

/// What an entry costs besides its text, about.
const ENTRY: usize = 128;

/// The newest entries.
#[derive(Debug)]
pub(crate) struct Bounded<T> {
    /// Each with its bytes.
    entries: VecDeque<(usize, T)>,
    bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl<T> Bounded<T> {
    /// Holds `most` entries at most, and `most_bytes` bytes unless its only entry is larger.
    pub(crate) fn new(most: usize, most_bytes: usize) -> Bounded<T> {
        Bounded { entries: VecDeque::new(), bytes: 0, most, most_bytes }
    }

    /// Adds an entry with `text` bytes of text in it, and forgets the oldest that no longer fit.
    pub(crate) fn push(&mut self, entry: T, text: usize) {
        let bytes = text + ENTRY;
        self.entries.push_back((bytes, entry));
        self.bytes += bytes;
        while self.entries.len() > 1 && (self.entries.len() > self.most || self.bytes > self.most_bytes) {
            self.forget_oldest();
        }
    }

    /// Forgets one.
    pub(crate) fn forget_oldest(&mut self) {
        if let Some((bytes, _)) = self.entries.pop_front() {
            self.bytes -= bytes;
        }
    }

    /// The entry that will be forgotten next.
    pub(crate) fn oldest(&self) -> Option<&T> {
        self.entries.front().map(|(_, entry)| entry)
    }

    /// All entries, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// The entries that come after those for which `is_before` is true.
    pub(crate) fn after(&self, is_before: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
        let first = self.entries.partition_point(|(_, entry)| is_before(entry));
        self.entries.range(first..).map(|(_, entry)| entry)
    }

    /// The size of all entries, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What a JSON value takes up in memory, about.
pub(crate) fn json_bytes(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(json_bytes).sum(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| size_of::<String>() + name.len() + json_bytes(value)).sum()
        }
    };
    size_of::<Value>() + inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(list: &Bounded<u32>) -> Vec<u32> {
        list.iter().copied().collect()
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut list = Bounded::new(3, usize::MAX);
        (0..5).for_each(|n| list.push(n, 10));
        assert_eq!((of(&list), list.bytes()), (vec![2, 3, 4], 3 * (10 + ENTRY)));
        assert_eq!(list.after(|n| *n <= 3).copied().collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn the_oldest_go_when_they_are_too_large_and_the_newest_always_stays() {
        let mut list = Bounded::new(100, 1_000 + 2 * ENTRY);
        [400, 300, 300].into_iter().zip(0..).for_each(|(text, n)| list.push(n, text));
        assert_eq!(of(&list), [1, 2]);
        list.push(3, 5_000);
        assert_eq!(of(&list), [3], "larger than the list may be, and the newest");
        list.push(4, 1);
        assert_eq!((of(&list), list.bytes()), (vec![4], 1 + ENTRY));
        list.forget_oldest();
        assert_eq!((of(&list), list.bytes()), (vec![], 0));
    }

    #[test]
    fn json_costs_its_text_and_its_places() {
        let text = "x".repeat(1_000);
        let bytes = json_bytes(&json!({ "a": [text, text], "b": null }));
        assert!((2_000..2_600).contains(&bytes), "{bytes}");
    }
}
