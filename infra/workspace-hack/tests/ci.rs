//! `.ci/run` takes the names of stages. One that it does not know is refused before anything runs, and CONTRIBUTING.md names them all.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot read something has found its fault")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

/// What `.ci/run` says of stages that it is to run, one of which there is not.
fn refusal(stages: &[&str]) -> String {
    let output = Command::new("bash").arg(root().join(".ci/run")).args(stages).output().expect("bash runs");
    assert_eq!(output.status.code(), Some(2), "{stages:?}");
    assert!(output.stdout.is_empty(), "nothing has run: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_unknown_stage_is_refused_with_the_list_of_all() {
    let script = fs::read_to_string(root().join(".ci/run")).unwrap();
    let all: Vec<&str> = script
        .lines()
        .find_map(|line| line.strip_prefix("all=\"")?.strip_suffix('"'))
        .expect("the script lists its stages")
        .split(' ')
        .collect();
    assert!(all.contains(&"tests") && all.len() > 8, "{all:?}");
    let said = refusal(&["fmt", "nonsense"]);
    assert!(said.contains("no stage \"nonsense\"") && said.contains(&all.join(" ")), "{said}");
    assert!(refusal(&["fmtlint"]).contains("no stage \"fmtlint\""));

    let contributing = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let (_, listed) = contributing.split_once("The stages are ").expect("CONTRIBUTING.md lists the stages");
    let (listed, _) = listed.split_once(';').unwrap();
    let listed: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
    assert_eq!(listed, all);
    for stage in all.iter().filter(|stage| **stage != "tools") {
        assert!(script.contains(&format!("\nrun_{stage}() {{")), "nothing runs {stage}");
    }
}
