//! TODOs, their chapters and the answer keys: what can be checked by reading.

use std::fs;
use std::path::Path;

use course::chapters;
use course::recognition::Known;
use course::wrong_answer::wrong_answers;

use crate::{course, root, snapshots_in};

#[test]
fn every_todo_stands_in_the_starter_and_in_its_chapter() {
    for lab in course() {
        let starter = lab.starter();
        let chapter = chapters::of_lab(&root(), &lab.number);
        for region in lab.regions() {
            let todo = format!("TODO({})", region.id);
            let found = starter.values().filter(|text| String::from_utf8_lossy(text).contains(&todo)).count();
            assert_eq!(found, 1, "{todo} stands in {found} files of the starter of {}", lab.name());
            let Some(chapter) = &chapter else { continue };
            assert!(chapter.contains(&region.id), "the chapter of {} does not speak of {}", lab.name(), region.id);
        }
    }
}

#[test]
fn every_todo_has_a_wrong_answer() {
    for lab in course() {
        let answers = wrong_answers(&root(), &lab.number).unwrap_or_else(|fault| panic!("{fault}"));
        for region in lab.regions() {
            assert!(answers.iter().any(|answer| answer.region == region.id), "nobody answers {} wrongly", region.id);
        }
    }
}

#[test]
fn no_two_wrong_answers_of_a_lab_are_told_the_same() {
    for lab in course() {
        let answers = wrong_answers(&root(), &lab.number).unwrap_or_else(|fault| panic!("{fault}"));
        let pairs = Known::read(&lab, answers).unwrap().indistinguishable();
        let pairs: Vec<String> = pairs.into_iter().map(|(one, other)| format!("{one} and {other}")).collect();
        assert!(
            pairs.is_empty(),
            "The messages of these are the same, so no hint can say which it is; let the check tell them apart:\n{}",
            pairs.join("\n")
        );
    }
}

#[test]
fn every_snapshot_is_one_that_insta_reads_and_agrees_with() {
    for lab in course() {
        let folder = lab.folder().join("tests").join("snapshots");
        let settings = snapshots_in(&folder);
        for file in files(&folder) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let name = name.strip_suffix(".snap").unwrap_or_else(|| panic!("{} is litter", file.display()));
            let text = fs::read_to_string(&file).unwrap().replace("\r\n", "\n");
            let content = text.split_once("\n---\n").unwrap().1.trim_end().to_string();
            settings.bind(|| insta::assert_snapshot!(name, content));
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}
