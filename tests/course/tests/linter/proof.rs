//! The proof: each sentence that a chapter promises, and the wrong answers that break it.
//!
//! `tests/wrong-answers/lab-NN.toml` has a row for every sentence of a chapter's invariants and for every TODO of its task. A row
//! names wrong answers, and that these are red is held by `red_and_green`. So a sentence that no check defends has no row, and that
//! is an error here.

use std::collections::BTreeSet;
use std::fs;

use course::lab::Lab;
use course::wrong_answer::wrong_answers;
use course_linter::proof::Proof;

use crate::{course, root};

#[test]
fn every_sentence_of_invariants_and_task_is_broken_by_a_wrong_answer() {
    let mut faults = Vec::new();
    for lab in &course() {
        let found = faults_of(lab).into_iter();
        faults.extend(found.map(|fault| format!("tests/wrong-answers/lab-{}.toml: {fault}", lab.number)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn faults_of(lab: &Lab) -> Vec<String> {
    let proof = match Proof::read(&root(), &lab.number) {
        Ok(proof) => proof,
        Err(why) => return vec![why],
    };
    let (chapter, answers) = (chapter(lab), wrong_answers(&root(), &lab.number).unwrap_or_default());
    let known: BTreeSet<&str> = answers.iter().map(|answer| answer.name.as_str()).collect();
    let mut faults = Vec::new();
    for row in &proof.sentence {
        let says = &row.says;
        if !chapter.contains(&flat(says)) {
            faults.push(format!("the chapter does not say {says:?}"));
        }
        match (row.broken_by.as_slice(), &row.fact) {
            ([], None) => {
                faults.push(format!("no wrong answer breaks {says:?}; add one, or a fact that says why none can"))
            }
            ([_, ..], Some(_)) => faults.push(format!("{says:?} has wrong answers and a fact")),
            _ => {}
        }
        let unknown = row.broken_by.iter().filter(|name| !known.contains(name.as_str()));
        faults.extend(unknown.map(|name| format!("{says:?} is broken by {name}, and there is no such wrong answer")));
        if let Some(todo) = &row.todo {
            let region = |name: &str| format!("lab-{}", name.split('-').next().unwrap_or_default());
            let others = row.broken_by.iter().filter(|name| region(name) != *todo);
            faults.extend(others.map(|name| format!("{says:?} is about {todo}, and {name} answers another TODO")));
        }
    }
    let proven = |sentence: &str| proof.sentence.iter().any(|row| flat(&row.says) == sentence);
    let unproven = invariants(&chapter).into_iter().filter(|sentence| !proven(sentence));
    faults.extend(unproven.map(|sentence| format!("no row for the invariant {sentence:?}")));
    let todos: BTreeSet<&str> = proof.sentence.iter().filter_map(|row| row.todo.as_deref()).collect();
    let untold = lab.regions().filter(|region| !todos.contains(region.id.as_str()));
    faults.extend(untold.map(|region| format!("no row for a sentence of the task about {}", region.id)));
    let named: BTreeSet<&str> = proof.sentence.iter().flat_map(|row| &row.broken_by).map(String::as_str).collect();
    faults.extend(known.difference(&named).map(|name| format!("{name} breaks no sentence; say which")));
    faults
}

/// The lab's chapter, with one blank for every run of blanks.
fn chapter(lab: &Lab) -> String {
    let pages = fs::read_dir(root().join("book").join("src")).unwrap().flatten();
    let is_of_lab = |name: &str| name.starts_with(&format!("{}-", lab.number)) && name.ends_with(".md");
    let page = pages.map(|page| page.path()).find(|path| is_of_lab(&path.file_name().unwrap().to_string_lossy()));
    flat(&fs::read_to_string(page.expect("every lab has a chapter")).unwrap())
}

/// The sentences of the numbered invariants.
fn invariants(chapter: &str) -> Vec<String> {
    let part = chapter.split("## Invariants ").nth(1).unwrap_or_default();
    let part = part.split(" ## ").next().unwrap_or_default();
    let mut items = Vec::new();
    let mut rest = part;
    for number in 1.. {
        let Some((_, after)) = rest.split_once(&format!("{number}. ")) else { break };
        let end = after.find(&format!(" {}. ", number + 1)).unwrap_or(after.len());
        items.push(&after[..end]);
        rest = &after[end..];
    }
    items.iter().flat_map(|item| sentences(item)).collect()
}

/// A paragraph, cut after each full stop that a capital letter or code follows.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut begun = 0;
    for (at, _) in text.match_indices(". ") {
        if text[at + 2..].starts_with(|next: char| next.is_uppercase() || next == '`') {
            sentences.push(text[begun..=at].to_string());
            begun = at + 2;
        }
    }
    sentences.push(text[begun..].trim().to_string());
    sentences
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_chapters_invariants_are_read_sentence_by_sentence() {
    let chapter = "# A ## Invariants Four sentences stay true. 1. One is one. `two` is not. 2. In v2. of it nothing. ## Next 3. No.";
    assert_eq!(invariants(chapter), ["One is one.", "`two` is not.", "In v2. of it nothing."]);
}
