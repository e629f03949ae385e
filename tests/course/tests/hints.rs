//! The hint ladder: every wrong answer of every lab is recognised as itself and as nothing else, what is unknown stays
//! unknown, and the first two rungs give no code away.
//!
//! Nothing is built here: a wrong answer's kept messages (`tests/messages`) stand for the check's run, and the linter sees to
//! it that they are what the check says.

#![allow(clippy::unwrap_used, reason = "a test that cannot read something has found its fault")]

#[path = "hints/rules.rs"]
mod rules;
#[path = "hints/unknown.rs"]
mod unknown;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use course::hints::{Hints, task_order};
use course::lab::{Files, Lab, chosen_labs};
use course::message::{self, Message, STARTER};
use course::recognition::{Known, Recognised};
use course::run::Run;
use course::wrong_answer::{WrongAnswer, wrong_answers};
use course_linter::hints;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

fn course() -> Vec<Lab> {
    chosen_labs(&root()).unwrap_or_else(|fault| panic!("{fault}"))
}

fn answers(lab: &Lab) -> Vec<WrongAnswer> {
    wrong_answers(&root(), &lab.number).unwrap_or_else(|fault| panic!("{fault}"))
}

fn known(lab: &Lab) -> Known {
    Known::read(lab, answers(lab)).unwrap()
}

fn kept(lab: &Lab, name: &str) -> BTreeMap<String, String> {
    message::kept(&root(), &lab.number, name)
        .unwrap_or_else(|why| panic!("{why}; run: cargo xtask bless {} --messages", lab.number))
}

fn recognised(lab: &Lab, known: &Known, files: &Files, red: BTreeMap<String, String>) -> Recognised {
    known.recognise(lab, files, &Run { red, ..Run::default() }, &task_order(&root(), lab))
}

/// The name of the recognised wrong answer, or what else it was.
fn name(recognised: Recognised) -> String {
    match recognised {
        Recognised::Answer(answer) => answer.name,
        other => format!("{other:?}"),
    }
}

#[test]
fn every_wrong_answer_is_recognised_as_itself() {
    let mut wrong = Vec::new();
    for lab in course() {
        let known = known(&lab);
        let hints = Hints::read(&root(), &lab.number).unwrap_or_else(|fault| panic!("{fault}"));
        for answer in answers(&lab) {
            let got = name(recognised(&lab, &known, &lab.answered(&[&answer]), kept(&lab, &answer.name)));
            if got != answer.name {
                wrong.push(format!("{} was taken for {got}", answer.name));
            }
            println!("{}\n    {}", answer.name, hints.observed(&answer.name).unwrap_or("(no hint)"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Learners fill one TODO after the other: the others are as they were, and red as they were.
#[test]
fn a_wrong_answer_is_recognised_while_other_todos_are_untouched() {
    let mut wrong = Vec::new();
    for lab in course() {
        let known = known(&lab);
        let starter = kept(&lab, STARTER);
        for answer in answers(&lab) {
            let kept = kept(&lab, &answer.name);
            let blamed: Vec<String> =
                kept.values().map(|said| Message::parse(said).todo).chain([answer.region.clone()]).collect();
            // TODOs that this answer's tests go through must be filled, or nobody could see it.
            let waits = |said: &Message| {
                [Some(&said.todo), said.waiting.as_ref()].into_iter().flatten().any(|todo| blamed.contains(todo))
            };
            let first: Vec<(&String, &String)> = starter
                .iter()
                .filter(|(test, said)| !kept.contains_key(*test) && !waits(&Message::parse(said)))
                .collect();
            let untouched: Vec<String> = first.iter().map(|(_, said)| Message::parse(said).todo).collect();
            let files = lab.filled(|todo| match &todo.id {
                id if *id == answer.region => answer.text.clone(),
                id if untouched.contains(id) => todo.starter.clone(),
                _ => todo.code.clone(),
            });
            let red = kept.iter().chain(first).map(|(test, said)| (test.clone(), said.clone())).collect();
            let got = name(recognised(&lab, &known, &files, red));
            if got != answer.name {
                wrong.push(format!("{} was taken for {got} with {} untouched", answer.name, untouched.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_lab_as_it_was_given_is_told_the_chapters_first_todo() {
    for lab in course() {
        let got = recognised(&lab, &known(&lab), &lab.starter(), kept(&lab, STARTER));
        assert_eq!(got, Recognised::Untouched(task_order(&root(), &lab)[0].clone()), "{}", lab.name());
    }
}

#[test]
fn a_todo_without_its_todo_but_with_the_starters_code_is_unchanged() {
    let lab = Lab::read(&root(), "01").unwrap();
    // Every TODO line is gone, and nothing else has changed.
    let files = lab.filled(|todo| {
        todo.starter.lines().filter(|line| !line.contains("TODO(")).map(|line| format!("{line}\n")).collect()
    });
    let got = recognised(&lab, &known(&lab), &files, kept(&lab, STARTER));
    assert_eq!(got, Recognised::Unchanged("lab-01.1".to_string()));
    // Where a test of it is green, the check does see a difference.
    let mut fewer = kept(&lab, STARTER);
    let first = fewer.iter().find(|(_, said)| Message::parse(said).todo == "lab-01.1").map(|(test, _)| test.clone());
    fewer.remove(&first.unwrap());
    let got = recognised(&lab, &known(&lab), &files, fewer);
    assert_eq!(got, Recognised::Unknown(Some("lab-01.1".to_string())));
    assert_eq!(recognised(&lab, &known(&lab), &lab.solved(), BTreeMap::new()), Recognised::Green);
}

#[test]
fn hints_keep_to_their_rules() {
    let faults: Vec<String> = course()
        .iter()
        .flat_map(|lab| hints::faults(&root(), lab).unwrap_or_else(|fault| vec![fault]))
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
