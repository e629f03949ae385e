//! No two types of a package share a name: a reader of `Request` need not look up where it comes from.

#![allow(clippy::unwrap_used, reason = "a test that cannot read something has found its fault")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a declaration of a type begins with.
const KINDS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

/// The Rust files below a folder, without those of tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The type that a line declares. What is indented is an associated type, or stands in a test.
fn declared(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub").map_or(line, |rest| {
        let rest = rest.strip_prefix('(').and_then(|scope| scope.split_once(')')).map_or(rest, |(_, rest)| rest);
        rest.trim_start()
    });
    let named = KINDS.iter().find_map(|kind| line.strip_prefix(kind))?;
    named.split(|letter: char| !letter.is_alphanumeric()).next()
}

#[test]
fn no_two_types_of_a_package_have_one_name() {
    let infra = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut twice = Vec::new();
    let mut types = 0;
    for package in fs::read_dir(&infra).unwrap().flatten() {
        let mut files = Vec::new();
        sources(&package.path().join("src"), &mut files);
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let place = file.strip_prefix(&infra).unwrap_or(&file).display().to_string();
            for name in text.lines().filter_map(declared) {
                places.entry(name.to_string()).or_default().push(place.clone());
            }
        }
        types += places.len();
        twice.extend(places.into_iter().filter(|(_, places)| places.len() > 1));
    }
    assert!(types > 300, "only {types} types are read");
    assert!(twice.is_empty(), "give each a name of its own: {twice:#?}");
}

#[test]
fn a_declaration_is_told_from_what_looks_like_one() {
    assert_eq!(declared("pub(in crate::a) struct Thing<'a> {"), Some("Thing"));
    assert_eq!(declared("enum Kind {"), Some("Kind"));
    assert_eq!(declared("pub type Other = Thing;"), Some("Other"));
    assert_eq!(declared("    type Error = String;"), None);
    assert_eq!(declared("structure()"), None);
}
