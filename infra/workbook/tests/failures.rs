//! When a command fails, the last line says what to type next.

#![allow(clippy::unwrap_used, reason = "a test that cannot run something has found its fault")]

use std::net::TcpListener;
use std::process::Command;

/// What the command says on standard error when it fails.
fn refusal(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
    said
}

fn workbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbook"));
    command.args(arguments);
    command
}

#[test]
fn every_failure_ends_with_the_next_command() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_string_lossy().into_owned();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let theirs = folder.path().to_string_lossy().into_owned();
    std::fs::write(folder.path().join("thesis.txt"), "three years").unwrap();
    let check = |arguments: &[&str], what: &str, next: &str| {
        let said = refusal(&mut workbook(arguments));
        assert!(said.contains(what), "{arguments:?}: no `{what}` in\n{said}");
        assert!(
            said.trim_end().lines().last().unwrap().ends_with(next),
            "{arguments:?} does not end with `{next}`:\n{said}"
        );
    };
    check(&["check", "99"], "There is no lab 99. There are: 01, ", ": cargo workbook status");
    check(&["logs", "--data", &data], "No board is running on ", &format!(": cargo run -- up --data {data}"));
    check(&["invoke", "f", "--endpoint", "localhost"], "is not the address", ": --endpoint http://127.0.0.1:4003");
    check(
        &["up", "--port", &port, "--data", &data],
        "for the book is in use",
        &format!(": cargo run -- up --port 0 --data {data}"),
    );
    check(
        &["up", "--fresh", "--data", &theirs],
        "is not a data folder of the board",
        ": cargo run -- up --data FOLDER",
    );
    check(
        &["whiteboard", "export", &theirs, "--minutes", "7"],
        "There is no version of 7 minutes. There are: 5, 15, 30.",
        ": cargo workbook whiteboard export --minutes 15",
    );
    std::fs::write(folder.path().join("board-5-en.svg"), "mine").unwrap();
    check(&["whiteboard", "export", &theirs], "this command did not write", " --replace");
    check(&["explain", "the cat sat on the mat"], "The register has no message like this.", "book/src/register.md");
    check(&["explain", " "], "There is nothing to explain.", "cargo workbook explain 'Missing Authentication Token'");
    check(&["drill", "99"], "There is no drill 99.", ": cargo workbook drill");
    check(&["drill", "check"], "Which drill?", ": cargo workbook drill 04 check");
    let kept = folder.path().join("kept").to_string_lossy().into_owned();
    let start = format!("Start it in another terminal: cargo workbook drill 08 --folder {kept}");
    check(&["drill", "08", "--folder", &kept, "send"], "The board of drill 08 does not run.", &start);
    check(&["drill", "04", "--folder", &kept, "send"], "Drill 04 has no client.http", "that the drill prints");
    check(&["dev", "bless", "--messages"], "has moved", ": cargo xtask bless --messages");
}

#[test]
fn outside_of_the_workbook_it_says_where_to_go_and_what_was_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = workbook(&["check", "05"]);
    command.env_remove("CARGO_MANIFEST_DIR").current_dir(folder.path());
    let said = refusal(&mut command);
    assert!(said.ends_with("Go to the workbook's folder, then: cargo workbook check 05\n"), "{said}");
}
