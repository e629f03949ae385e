//! Names with several values each, in the order in which they were sent: headers and query parameters.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// An ordered list of names, each with its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values(Vec<(String, Vec<String>)>);

impl Values {
    /// Appends `value` to those of `name`; `same` says whether a name already listed is that one.
    pub(crate) fn push(&mut self, name: String, value: String, same: fn(&str, &str) -> bool) {
        match self.0.iter_mut().find(|(given, _)| same(given, &name)) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name, vec![value])),
        }
    }

    /// The last value of `name`.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        let (_, values) = self.0.iter().find(|(given, _)| given == name)?;
        values.last().map(String::as_str)
    }

    /// Each name with its last value.
    pub(crate) fn lasts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.last().map_or("", String::as_str)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Serialises as `{"name": "last value"}`: the maps without `multiValue` in their names.
#[derive(Debug)]
pub(crate) struct Last<'a>(pub(crate) &'a Values);

/// Serialises as `{"name": ["every", "value"]}`: the `multiValue…` maps.
#[derive(Debug)]
pub(crate) struct All<'a>(pub(crate) &'a Values);

impl Serialize for Last<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.0.len()))?;
        for (name, values) in &self.0.0 {
            map.serialize_entry(name, values.last().map_or("", String::as_str))?;
        }
        map.end()
    }
}

impl Serialize for All<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.0.iter().map(|(name, values)| (name, values)))
    }
}
