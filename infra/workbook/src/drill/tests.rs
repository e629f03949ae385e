//! Every drill on boards of its own: broken it is red, repaired it is green, and a repair that tempts is red with the sentence that
//! says what it leaves broken.

#![allow(clippy::unwrap_used, reason = "a test that cannot read or run something has found its fault")]
#![allow(clippy::print_stdout, reason = "every sentence that a learner may meet is there to be read, with --nocapture")]

use futures_util::{StreamExt, stream};

use super::*;

/// How many drills are judged at the same time: functions that hang make others wait for nothing.
const AT_ONCE: usize = 4;

/// Where the functions' programs are, seen from a test's program.
fn programs(root: &Path) -> Workspace {
    let mut workspace = Workspace::of_this_program(root.to_path_buf()).unwrap();
    if workspace.binaries.file_name().is_some_and(|name| name == "deps") {
        workspace.binaries.pop();
    }
    workspace.release = workspace.binaries.file_name().is_some_and(|name| name == "release");
    workspace
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_drill_is_red_until_it_is_repaired() {
    let root = course::root::workspace().unwrap();
    let only = std::env::var("DRILL").ok();
    let all = drills(&root).unwrap();
    let chosen =
        all.iter().filter(|drill| only.as_ref().is_none_or(|only| only.split(',').any(|only| only == drill.number)));
    let wrong: Vec<String> =
        stream::iter(chosen).map(|drill| wrong(&root, drill)).buffer_unordered(AT_ONCE).concat().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is wrong with a drill.
async fn wrong(root: &Path, drill: &Drill) -> Vec<String> {
    let number = &drill.number;
    let broken = drill.broken(root).unwrap();
    let judged = |files: DrillFiles| async move { judge::judged(root, drill, &files, programs(root)).await.unwrap() };
    let mut wrong = Vec::new();
    let fresh = judged(broken.clone()).await;
    match &fresh.broken {
        None => wrong.push(format!("{number}: nothing is broken")),
        Some(said) => println!("{number} fresh: {said}"),
    }
    if !fresh.seen.iter().any(|line| drill.evidence.is_in(line)) {
        wrong.push(format!(
            "{number}: no line of evidence with {:?} in:\n{}",
            drill.evidence.has,
            fresh.seen.join("\n")
        ));
    }
    for line in quoted_by_the_chapter(root, number) {
        if !fresh.seen.iter().any(|seen| seen.contains(&line)) {
            wrong.push(format!("{number}: book/src/drills.md quotes what nobody sees: {line}"));
        }
    }
    let repaired = judged(drill.edited(broken.clone(), &drill.repair).unwrap()).await;
    if let Some(said) = repaired.broken {
        wrong.push(format!("{number}: the repair does not hold: {said}"));
    }
    for right in &drill.alternatives {
        if let Some(said) = judged(drill.edited(broken.clone(), &right.edits).unwrap()).await.broken {
            wrong.push(format!("{number}: {}: this repair is right, and is refused: {said}", right.thought));
        }
    }
    for tempting in &drill.tempting {
        let said = judged(drill.edited(broken.clone(), &tempting.edits).unwrap()).await.broken;
        println!("{number} {}: {said:?}", tempting.thought);
        if !said.as_ref().is_some_and(|said| said.contains(&tempting.says)) {
            wrong.push(format!("{number}: {}: must say {:?}, and says {said:?}", tempting.thought, tempting.says));
        }
    }
    wrong
}

/// What the chapter shows of this drill's broken board: the lines between fences that say so.
fn quoted_by_the_chapter(root: &Path, number: &str) -> Vec<String> {
    let chapter = fs::read_to_string(root.join("book/src/drills.md")).unwrap().replace("\r\n", "\n");
    let begin = format!("<!-- literal: seen on the broken board of drill {number};");
    let fences = chapter.split(&begin).skip(1).filter_map(|after| after.split("```").nth(1));
    fences.flat_map(|fence| fence.lines().skip(1)).map(|line| line.trim_end().to_string()).collect()
}

#[test]
fn the_chapter_works_a_drill_out_with_what_is_seen() {
    let root = course::root::workspace().unwrap();
    assert_eq!(quoted_by_the_chapter(&root, "02").len(), 2);
}

#[test]
fn a_drill_is_named_by_its_number() {
    let root = course::root::workspace().unwrap();
    let all = drills(&root).unwrap();
    assert_eq!(chosen(&all, "1").unwrap().number, "01");
    for wrong in ["0", "99", "x", ""] {
        assert!(chosen(&all, wrong).unwrap_err().to_string().ends_with("cargo workbook drill"), "{wrong}");
    }
}
