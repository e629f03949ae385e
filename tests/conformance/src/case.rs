//! What stands in a case file.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

/// One thing that AWS was asked, and what it answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// What it is about, which decides who observes it: `routing`, `esm-retry`, ….
    pub topic: String,
    /// How AWS's answer is known.
    pub evidence: Evidence,
    /// What is set up beforehand.
    #[serde(default)]
    pub given: Map<String, Value>,
    /// What is asked.
    #[serde(default)]
    pub request: Map<String, Value>,
    /// What AWS answered.
    pub expect: Map<String, Value>,
    /// Where that was found.
    #[serde(default)]
    pub source: Value,
    /// What is surprising about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Why the local cloud answers otherwise on purpose. It counts only where the case is [`Evidence::is_optional`].
    #[serde(default)]
    pub difference: Option<String>,
}

/// How AWS's answer is known, from the strongest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The whole answer was recorded.
    Recorded,
    /// An assertion held against AWS.
    Validated,
    /// AWS's documentation says so.
    Docs,
    /// Somebody pasted it from a real account.
    Transcript,
    /// The source of AWS's own client or server says so.
    Source,
    /// Another implementation does it so.
    Impl,
    /// It follows from something that is known.
    Derived,
}

impl Evidence {
    /// Whether a difference can have a reason: nobody saw AWS do it.
    pub fn is_optional(self) -> bool {
        matches!(self, Evidence::Impl | Evidence::Derived)
    }
}

/// Why a case file cannot be run.
#[derive(Debug, Error)]
pub enum CaseFileError {
    /// It is not there, or cannot be read.
    #[error("The case file {} cannot be read: {why}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
    /// It is not a list of cases.
    #[error("The case file {} is not a list of cases: {why}", .file.display())]
    NoCases {
        /// The file.
        file: PathBuf,
        /// What the parser says, with the line.
        why: serde_json::Error,
    },
}

/// The cases in `file`.
pub fn read(file: &Path) -> Result<Vec<Case>, CaseFileError> {
    let text = std::fs::read(file).map_err(|why| CaseFileError::Unreadable { file: file.to_path_buf(), why })?;
    serde_json::from_slice(&text).map_err(|why| CaseFileError::NoCases { file: file.to_path_buf(), why })
}

/// Something that a case asks for and no harness can do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Inexpressible(String);

impl Inexpressible {
    /// With what is missing: `given.website.RoutingRules`.
    pub fn new(what: impl fmt::Display) -> Inexpressible {
        Inexpressible(what.to_string())
    }
}

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot be expressed: {}", self.0)
    }
}

/// Refuses the keys of `object` that are not `known`; `place` says where it stands.
pub fn only_known(place: &str, object: &Map<String, Value>, known: &[&str]) -> Result<(), Inexpressible> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(Inexpressible::new(format_args!("{place}.{key}"))),
    }
}

/// `value` as `T`, or what about it cannot be expressed; `place` says where it stands.
pub fn typed<T: for<'a> Deserialize<'a>>(place: &str, value: &Value) -> Result<T, Inexpressible> {
    T::deserialize(value).map_err(|error| Inexpressible::new(format_args!("{place}: {error}")))
}
