//! Every dependency in the root manifest has a line above it that says why it is there, and somebody who has it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read something has found its fault")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

/// The dependency that a line of a manifest declares.
fn declared(line: &str) -> Option<&str> {
    let name = line.split([' ', '.', '=']).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    (is_name && line.contains('=')).then_some(name)
}

/// Why a comment is not the reason of the dependency below it; nothing where it is one.
fn fault(comment: Option<&str>) -> Option<&'static str> {
    match comment {
        None => Some("has no line above it that says why"),
        Some(text) if text.starts_with("--") => Some("has only a heading above it"),
        Some(text) if text.split_whitespace().count() < 3 => Some("has a line above it that says too little"),
        Some(_) => None,
    }
}

/// What is wrong with the dependencies of a manifest's `section`.
fn faults(manifest: &str, section: &str) -> (usize, Vec<String>) {
    let (_, rest) = manifest.split_once(&format!("\n[{section}]\n")).expect("the manifest has the section");
    let lines: Vec<&str> = rest.lines().take_while(|line| !line.starts_with('[')).collect();
    let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut count, mut found) = (0, Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = declared(line) else { continue };
        count += 1;
        let comment = at.checked_sub(1).and_then(|above| lines[above].strip_prefix('#')).map(str::trim);
        found.extend(fault(comment).map(|fault| format!("{name} {fault}")));
        if let Some(other) = comment.and_then(|comment| reasons.insert(comment, name)) {
            found.push(format!("{name} has the reason of {other}"));
        }
    }
    (count, found)
}

/// The manifests of all packages, which are two folders below the root, or three.
fn manifests() -> String {
    let mut text = String::new();
    let mut folders = vec![(root(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir()
                && depth < 3
                && !["target", "node_modules"].contains(&name.as_str())
                && !name.starts_with('.')
            {
                folders.push((path, depth + 1));
            } else if name == "Cargo.toml" && depth > 0 {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    text
}

#[test]
fn every_dependency_of_the_root_manifest_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (count, found) = faults(&manifest, "workspace.dependencies");
    assert!(count > 80, "only {count} dependencies are read");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_dependency_of_the_root_manifest_is_somebodys() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("\n[workspace.dependencies]\n").unwrap();
    let members = manifests();
    let has = |name: &str| members.lines().any(|line| line.contains("workspace") && declared(line) == Some(name));
    let unused: Vec<&str> = rest.lines().filter_map(declared).filter(|name| !has(name)).collect();
    assert!(unused.is_empty(), "no package has these: {unused:?}");
}

#[test]
fn a_reason_is_told_from_what_is_none() {
    let manifest = "\n[a]\n# -- a heading ---\nbare = \"1\"\n# why it is here\ngood = { version = \"1\" }\nsecond = \"1\"\n\
                    # why it is here\nsame.workspace = true\n# too short\nshort = \"1\"\n\n[b]\nother = \"1\"\n";
    let (count, found) = faults(manifest, "a");
    assert_eq!(count, 5);
    assert_eq!(
        found,
        [
            "bare has only a heading above it",
            "second has no line above it that says why",
            "same has the reason of good",
            "short has a line above it that says too little",
        ]
    );
}
