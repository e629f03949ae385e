//! `schemas`: the facts about CloudFormation's resource types that the local cloud checks templates with.
//!
//! AWS publishes a schema for every type, and the package `cfn-lint` ships them (`cfnlint/data/schemas`). Of those that
//! templates like the board's have, only the facts are kept: properties, what is required, values, patterns, lengths, what can be
//! changed, and the permissions that their handlers need. No descriptions. The names of all types are kept, those that the
//! region does not have apart, so that a type that AWS has and the local cloud does not is told from one that nobody has.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Map, Value};

/// Where the facts go, under the workspace's root.
const FACTS: &str = "infra/cloudformation/src/schemas";
/// The region whose types are listed.
const REGION: &str = "ap-northeast-2";

/// What of a schema is kept as it is.
const KEPT: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "conditionalCreateOnlyProperties",
    "const",
    "createOnlyProperties",
    "definitions",
    "enum",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "pattern",
    "patternProperties",
    "primaryIdentifier",
    "properties",
    "readOnlyProperties",
    "required",
    "type",
    "uniqueItems",
    "writeOnlyProperties",
];

/// Why the facts could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SchemasError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(String, io::Error),
    /// A file is not what it should be.
    #[error("{0}: {1}\nGive the folder data/schemas of an installed cfn-lint.")]
    Form(String, String),
}

/// Writes the facts of the `types` from the schemas in `folder`; gives the number of bytes.
///
/// # Errors
///
/// Files that are not there, or are something else.
pub fn write(root: &Path, folder: &Path, types: &[&str]) -> Result<usize, SchemasError> {
    let listed = read(&folder.join("providers").join(format!("{REGION}.json")))?;
    let listed =
        listed.as_object().ok_or_else(|| SchemasError::Form(REGION.into(), "is not a list of types".into()))?;
    let facts = root.join(FACTS);
    fs::create_dir_all(&facts).map_err(|why| SchemasError::File(facts.display().to_string(), why))?;
    let mut bytes = 0;
    for name in types {
        let file = listed.get(*name).and_then(Value::as_str);
        let file = file.ok_or_else(|| SchemasError::Form((*name).into(), "AWS has no such type".into()))?;
        let schema = read(&folder.join("resources").join(format!("{file}.json")))?;
        let mut kept = condensed(&schema, false);
        kept["handlers"] = permissions(&schema);
        bytes += put(&facts.join(format!("{}.json", name.replace("::", "-"))), &format!("{kept}\n"))?;
    }
    let names: BTreeSet<String> = listed.keys().cloned().collect();
    let mut elsewhere = BTreeSet::new();
    let providers = folder.join("providers");
    let regions = fs::read_dir(&providers).map_err(|why| SchemasError::File(providers.display().to_string(), why))?;
    for region in regions.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some()) {
        elsewhere.extend(read(&region)?.as_object().into_iter().flat_map(Map::keys).cloned());
    }
    let lines = |names: &mut dyn Iterator<Item = &String>| names.map(|name| format!("{name}\n")).collect::<String>();
    bytes += put(&facts.join("types.txt"), &lines(&mut names.iter()))?;
    bytes += put(&facts.join("types-elsewhere.txt"), &lines(&mut elsewhere.difference(&names)))?;
    Ok(bytes)
}

fn read(path: &Path) -> Result<Value, SchemasError> {
    let text = fs::read_to_string(path).map_err(|why| SchemasError::File(path.display().to_string(), why))?;
    serde_json::from_str(&text).map_err(|why| SchemasError::Form(path.display().to_string(), why.to_string()))
}

fn put(path: &Path, text: &str) -> Result<usize, SchemasError> {
    fs::write(path, text).map_err(|why| SchemasError::File(path.display().to_string(), why))?;
    Ok(text.len())
}

/// `value` without what is not a fact; `names` when its keys are names and not keywords.
fn condensed(value: &Value, names: bool) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.iter().filter(|(key, _)| names || KEPT.contains(&key.as_str()));
            let inner = |key: &str| !names && ["properties", "definitions", "patternProperties"].contains(&key);
            Value::Object(entries.map(|(key, value)| (key.clone(), condensed(value, inner(key)))).collect())
        }
        Value::Array(items) => items.iter().map(|item| condensed(item, false)).collect(),
        other => other.clone(),
    }
}

/// What creating, reading, updating and deleting one asks of the deployer.
fn permissions(schema: &Value) -> Value {
    let of = |action: &str| {
        let permissions = &schema["handlers"][action]["permissions"];
        permissions.is_array().then(|| (action.to_string(), permissions.clone()))
    };
    Value::Object(["create", "read", "update", "delete"].into_iter().filter_map(of).collect::<Map<_, _>>())
}
