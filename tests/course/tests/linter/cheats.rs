//! The sealed answer key: every known way of making a wrong lab green, tried on a wrong lab.
//!
//! The snapshot tool has switches that rewrite a snapshot, or pass everything, and a tool that accepts new snapshots; and
//! a snapshot is a text file. After each attempt the lab is still red and no file has come, gone or changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::lab::{Lab, read_tree};
use course::run::Run;
use course::scratch::Scratch;
use course::wrong_answer::wrong_answers;

use crate::{first_lab, root, scratch};

/// The switches, as somebody who has read the tool's manual sets them.
const SWITCHES: [&[(&str, &str)]; 4] = [
    &[("INSTA_UPDATE", "always")],
    &[("INSTA_UPDATE", "force"), ("INSTA_FORCE_UPDATE_SNAPSHOTS", "1")],
    &[("INSTA_FORCE_PASS", "1")],
    &[("KIT_BLESS", "bless-me")],
];

/// The first lab, with an answer whose status is right and whose text is wrong: only the answer key can tell.
fn wrong_lab(scratch: &Scratch) -> Lab {
    let lab = first_lab();
    let wrong = wrong_answers(&root(), &lab.number).unwrap();
    let wrong = wrong
        .iter()
        .find(|answer| answer.name.contains("debug-instead-of-json"))
        .expect("lab 01 has this wrong answer");
    scratch.put(&lab, lab.answered(&[wrong])).unwrap();
    lab
}

fn solved_lab(scratch: &Scratch) -> Lab {
    let lab = first_lab();
    scratch.put(&lab, lab.solved()).unwrap();
    lab
}

fn snapshots(scratch: &Scratch, lab: &Lab) -> PathBuf {
    scratch.package(lab).join("tests").join("snapshots")
}

/// Every file of the lab, to see that nothing was added, removed or changed.
fn files(scratch: &Scratch, lab: &Lab) -> BTreeMap<String, Vec<u8>> {
    read_tree(&scratch.package(lab)).unwrap()
}

fn said(run: &Run) -> String {
    assert!(run.was_built(), "{}", run.build);
    run.red.values().cloned().collect::<Vec<_>>().join("\n\n")
}

#[test]
fn switches_of_the_snapshot_tool_do_not_turn_a_wrong_lab_green() {
    let scratch = scratch();
    let lab = wrong_lab(&scratch);
    let honest = scratch.check(&lab, &[]).unwrap();
    assert!(!honest.red.is_empty());
    let before = files(&scratch, &lab);
    for switches in SWITCHES {
        let run = scratch.check(&lab, switches).unwrap();
        assert_eq!(run.red.keys().collect::<Vec<_>>(), honest.red.keys().collect::<Vec<_>>(), "{switches:?}");
        assert_eq!(files(&scratch, &lab), before, "{switches:?} left something behind");
    }
}

#[test]
fn nor_do_they_when_the_check_is_run_without_cargo() {
    let scratch = scratch();
    let lab = wrong_lab(&scratch);
    let honest = scratch.check(&lab, &[]).unwrap();
    let check = executable(&scratch, &lab);
    let before = files(&scratch, &lab);
    for switches in SWITCHES {
        let mut command = Command::new(&check);
        command.current_dir(scratch.package(&lab)).envs(switches.iter().copied());
        for forced in ["INSTA_UPDATE", "INSTA_FORCE_PASS", "INSTA_WORKSPACE_ROOT", "INSTA_OUTPUT"] {
            if !switches.iter().any(|(name, _)| *name == forced) {
                command.env_remove(forced);
            }
        }
        let run = Run::read(&command.output().unwrap(), std::time::Duration::ZERO);
        assert!(run.was_built(), "{} says nothing: {}", check.display(), run.build);
        assert_eq!(run.red.keys().collect::<Vec<_>>(), honest.red.keys().collect::<Vec<_>>(), "{switches:?}");
        assert_eq!(files(&scratch, &lab), before, "{switches:?} left something behind");
    }
}

#[test]
fn an_answer_key_edited_by_hand_is_noticed() {
    let scratch = scratch();
    let lab = wrong_lab(&scratch);
    edit_every(&snapshots(&scratch, &lab), |text| text.replace("Hello", "Hullo"));
    let said = said(&scratch.check(&lab, &[]).unwrap());
    assert!(said.contains("The answer key of lab 01 was changed"), "{said}");
    assert!(said.contains("restore it"), "{said}");
}

#[test]
fn even_when_the_lab_is_right() {
    let scratch = scratch();
    let lab = solved_lab(&scratch);
    edit_every(&snapshots(&scratch, &lab), |text| format!("{text}\n"));
    let said = said(&scratch.check(&lab, &[]).unwrap());
    assert!(said.contains("The answer key of lab 01 was changed"), "{said}");
}

#[test]
fn a_new_snapshot_that_is_accepted_is_an_edit_too() {
    let scratch = scratch();
    let lab = wrong_lab(&scratch);
    let folder = snapshots(&scratch, &lab);
    for (name, text) in texts(&folder) {
        // What the tool's "accept" does: the new file takes the old one's place.
        let new = folder.join(format!("{name}.new"));
        fs::write(&new, text.replace("\"status\": 200", "\"status\": 201")).unwrap();
        fs::rename(&new, folder.join(&name)).unwrap();
    }
    let said = said(&scratch.check(&lab, &[]).unwrap());
    assert!(said.contains("The answer key of lab 01 was changed"), "{said}");
}

#[test]
fn a_missing_answer_key_is_noticed() {
    let scratch = scratch();
    let lab = solved_lab(&scratch);
    fs::remove_dir_all(snapshots(&scratch, &lab)).unwrap();
    let run = scratch.check(&lab, &[]).unwrap();
    let said = said(&run);
    assert!(said.contains("The answer key of lab 01 lacks"), "{said}");
    assert!(!snapshots(&scratch, &lab).exists(), "a missing answer key was made up");
}

/// The check's executable, as Cargo names it.
fn executable(scratch: &Scratch, lab: &Lab) -> PathBuf {
    let mut cargo = scratch.cargo();
    cargo.args(["test", "--offline", "--no-run", "--message-format", "json", "-p", &lab.name(), "--test", "check"]);
    let output = cargo.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let checks = text.lines().filter(|line| line.contains("\"kind\":[\"test\"]"));
    let path =
        checks.filter_map(|line| line.split_once("\"executable\":\"")).find_map(|(_, rest)| rest.split('"').next());
    PathBuf::from(path.expect("cargo names what it built").replace("\\\\", "\\"))
}

fn edit_every(folder: &Path, edit: impl Fn(&str) -> String) {
    for (name, text) in texts(folder) {
        fs::write(folder.join(name), edit(&text)).unwrap();
    }
}

fn texts(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let texts: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    assert!(!texts.is_empty());
    texts
}
