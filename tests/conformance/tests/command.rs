//! The runner as a program: what it prints, and how it ends.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// Runs the runner on `file`.
fn run(file: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_conformance")).arg(file).args(arguments).output().expect("the runner starts")
}

/// Runs the runner on a file that holds `text`.
fn run_text(text: &str, arguments: &[&str]) -> Output {
    let mut file = NamedTempFile::new().expect("a temporary file can be made");
    file.write_all(text.as_bytes()).expect("a temporary file can be written");
    run(file.path(), arguments)
}

/// An API whose `GET /x` answers `{"ok":true}`, and what is expected of it.
fn case(id: &str, evidence: &str, expect: &Value) -> Value {
    let method = json!({ "integration": "MOCK", "requestTemplate": "{statusCode: 200}", "response": { "json": { "ok": true } } });
    let api = json!({ "stage": "dev", "resources": [{ "path": "/x", "methods": { "GET": method } }] });
    json!({
        "id": id, "topic": "routing", "evidence": evidence, "source": "a test",
        "given": { "api": api }, "request": { "method": "GET", "path": "/dev/x" }, "expect": expect,
    })
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_string).collect()
}

#[test]
fn one_line_for_each_failure_and_the_sum_alone_at_the_end() {
    let mut inexpressible = case("unknown-setting", "recorded", &json!({ "status": 200 }));
    inexpressible["given"]["api"]["colour"] = json!("blue");
    let cases = json!([
        case("right", "recorded", &json!({ "status": 200, "body": "{\"ok\":true}" })),
        case("wrong", "recorded", &json!({ "status": 201, "log_contains": ["never said"] })),
        inexpressible,
    ]);
    let output = run_text(&cases.to_string(), &[]);
    let lines = lines(&output.stdout);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("wrong ") && lines[0].contains("status: expected 201, got 200"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("unknown-setting  cannot be expressed: given.api: unknown field `colour`"),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], "1 passed, 2 failed");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_difference_needs_a_reason_and_weak_evidence() {
    let excused = |id: &str, evidence: &str| {
        let mut case = case(id, evidence, &json!({ "status": 201 }));
        case["difference"] = json!("the reason");
        case
    };
    let cases = json!([excused("may-differ", "derived"), excused("must-not-differ", "recorded")]);
    let output = run_text(&cases.to_string(), &[]);
    let lines = lines(&output.stdout);
    assert!(
        lines[0].starts_with("may-differ") && lines[0].ends_with("(differs on purpose: the reason)"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("must-not-differ") && lines[1].ends_with("got 200"), "{}", lines[1]);
    assert_eq!(lines[2], "1 passed, 1 failed");
}

#[test]
fn only_one_topic() {
    let cases = json!([case("right", "recorded", &json!({ "status": 200 }))]).to_string();
    let output = run_text(&cases, &["--only", "routing"]);
    assert_eq!((lines(&output.stdout), output.status.code()), (vec!["1 passed, 0 failed".to_string()], Some(0)));
    let output = run_text(&cases, &["--only", "ruting"]);
    assert_eq!((lines(&output.stdout), output.status.code()), (vec!["0 passed, 0 failed".to_string()], Some(1)));
}

#[test]
fn a_file_that_is_not_a_case_file_is_named() {
    let nowhere = run(Path::new("nowhere/cases.json"), &[]);
    let broken = run_text("[{\"id\": 1}]", &[]);
    for (output, words) in [(nowhere, "cannot be read"), (broken, "is not a list of cases")] {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(message.starts_with("The case file ") && message.contains(words), "{message}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    }
}
