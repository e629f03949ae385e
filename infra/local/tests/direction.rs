//! The local cloud has one direction: a module names only modules that stand below it. So each can be read, and changed, without those above.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The modules from the ground up. Those of one floor do not know each other.
const FLOORS: [&[&str]; 7] = [
    // Tools that know nothing of AWS.
    &["bounded", "clock", "data_folder", "future", "listener", "process_group", "wire"],
    // What remembers, what is decided from one request or one stack, and services that call nobody.
    &[
        "activity",
        "cloudtrail",
        "deployment",
        "guard",
        "logs",
        "programs",
        "proxy",
        "signature",
        "sqs",
        "template",
        "vpc",
    ],
    // What counts what happens, knows who calls, and where results are sent.
    &["cloudwatch", "destinations", "iam"],
    &["lambda"],
    // What invokes functions, and what is plugged in.
    &["api_gateway", "service"],
    // What clients call.
    &["endpoint"],
    // The wiring.
    &["cloud"],
];

/// The floor on which a module stands.
fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All files below `folder` but those of tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the source is there").map(|entry| entry.expect("it is read").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let is_code = |file: &PathBuf| file.extension().is_some_and(|ending| ending == "rs") && !file.ends_with("tests.rs");
    let below = folders.iter().filter(|folder| !folder.ends_with("tests")).flat_map(|folder| self::files(folder));
    files.into_iter().filter(is_code).chain(below).collect()
}

/// The module of the package's root to which a file belongs.
fn module(file: &Path) -> String {
    let below = file.strip_prefix(source()).expect("it is a source file");
    let first = below.components().next().expect("it has a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_string()
}

/// The modules that a file names after `crate::`, its tests and comments left out.
fn named(text: &str) -> BTreeSet<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let after = lines.flat_map(|line| line.split("crate::").skip(1));
    after.map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()).collect()
}

#[test]
fn no_module_names_one_above_it() {
    let files = files(&source());
    assert!(files.len() > 80, "the source is read: {} files", files.len());
    let mut upward = Vec::new();
    for file in &files {
        let (from, text) = (module(file), fs::read_to_string(file).expect("it is text"));
        if from == "lib" {
            continue;
        }
        let own = floor(&from).unwrap_or_else(|| panic!("{from} stands on no floor: add it to FLOORS"));
        for to in named(&text).into_iter().filter(|to| *to != from) {
            assert!(!to.is_empty(), "{}: name one module in each `use crate::…`", file.display());
            match floor(to) {
                Some(below) if below < own => {}
                Some(_) => upward.push(format!("{} names {to}, which stands no lower than {from}", file.display())),
                // A macro or an item of the root.
                None => panic!("{} names {to}, which stands on no floor", file.display()),
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn every_module_stands_on_one_floor() {
    let root = fs::read_to_string(source().join("lib.rs")).expect("it is text");
    let declared =
        root.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'));
    let declared: BTreeSet<&str> = declared.collect();
    let listed: Vec<&str> = FLOORS.concat();
    assert_eq!(declared, listed.iter().copied().collect());
    assert_eq!(declared.len(), listed.len(), "one of them stands on two");
}
