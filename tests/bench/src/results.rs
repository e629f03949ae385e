//! `tests/bench/results.json`: the last run of each group that was told to write, with the machine that it ran on.
//!
//! `cargo xtask performance` makes the page of the book from it. A group is replaced as a whole, so every comparison in the file is of
//! one run.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::figure::Measured;
use crate::machine::Machine;

/// Where the results are.
pub(crate) fn path() -> PathBuf {
    journeys::root().join("tests/bench/results.json")
}

/// Puts what `group` gave into the file, in the place of what it gave before.
pub(crate) fn write(group: &str, measured: &Measured, took: Duration, machine: &Machine) -> Result<(), String> {
    let path = path();
    let told = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => "{}".to_string(),
        Err(why) => return Err(told(&why)),
    };
    let mut results: Map<String, Value> = serde_json::from_str(&text).map_err(|why| told(&why))?;
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let mut entry = measured.to_json();
    entry["measured"] = now.format(&Rfc3339).unwrap_or_default().into();
    entry["took"] = json!({ "value": took.as_secs(), "unit": "s" });
    entry["machine"] = machine.to_json();
    results.insert(group.to_string(), entry);
    let mut text = serde_json::to_string_pretty(&results).map_err(|why| told(&why))?;
    text.push('\n');
    fs::write(&path, text).map_err(|why| told(&why))
}
