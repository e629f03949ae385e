//! Every drill on boards of its own: broken it is red, repaired it is green, and a repair that tempts is red with the sentence that
//! says what it leaves broken.

#![allow(clippy::unwrap_used, reason = "a test that cannot read or run something has found its fault")]
#![allow(clippy::print_stdout, reason = "every sentence that a learner may meet is there to be read, with --nocapture")]

use course::drills::{Alternative, Edit, Tempting};
use futures_util::{StreamExt, stream};

use super::*;

/// How many boards are judged at the same time: functions that hang make others wait for nothing.
const AT_ONCE: usize = 6;

/// Where the functions' programs are, seen from a test's program.
fn programs(root: &Path) -> Workspace {
    let mut workspace = Workspace::of_this_program(root.to_path_buf()).unwrap();
    if workspace.binaries.file_name().is_some_and(|name| name == "deps") {
        workspace.binaries.pop();
    }
    workspace.release = workspace.binaries.file_name().is_some_and(|name| name == "release");
    workspace
}

/// A drill's board in one of its states.
struct State<'drill> {
    drill: &'drill Drill,
    what: What<'drill>,
    files: DrillFiles,
}

#[derive(Clone, Copy)]
enum What<'drill> {
    Broken,
    Repaired,
    Alternative(&'drill Alternative),
    Tempting(&'drill Tempting),
}

impl<'drill> State<'drill> {
    fn all_of(root: &Path, drill: &'drill Drill) -> Vec<State<'drill>> {
        let broken = drill.broken(root).unwrap();
        let edited = |edits: &[Edit]| drill.edited(broken.clone(), edits).unwrap();
        let state = |what, files| State { drill, what, files };
        let mut all = vec![state(What::Broken, broken.clone()), state(What::Repaired, edited(&drill.repair))];
        all.extend(drill.alternatives.iter().map(|right| state(What::Alternative(right), edited(&right.edits))));
        all.extend(drill.tempting.iter().map(|tempting| state(What::Tempting(tempting), edited(&tempting.edits))));
        all
    }

    /// What is wrong with what is said of it.
    async fn wrong(self, root: &Path) -> Vec<String> {
        let State { drill, what, files } = self;
        let number = &drill.number;
        let said = judge::judged(root, drill, &files, programs(root)).await.unwrap();
        match (what, said.broken) {
            (What::Broken, None) => vec![format!("{number}: nothing is broken")],
            (What::Broken, Some(broken)) => {
                println!("{number} fresh: {broken}");
                not_seen(root, drill, &said.seen)
            }
            (What::Repaired, Some(broken)) => vec![format!("{number}: the repair does not hold: {broken}")],
            (What::Alternative(right), Some(broken)) => {
                vec![format!("{number}: {}: this repair is right, and is refused: {broken}", right.thought)]
            }
            (What::Repaired | What::Alternative(_), None) => Vec::new(),
            (What::Tempting(tempting), broken) => {
                println!("{number} {}: {broken:?}", tempting.thought);
                let is_told = broken.as_ref().is_some_and(|broken| broken.contains(&tempting.says));
                let wrong =
                    || format!("{number}: {}: must say {:?}, and says {broken:?}", tempting.thought, tempting.says);
                if is_told { Vec::new() } else { vec![wrong()] }
            }
        }
    }
}

/// What a learner is to find on the broken board, and is not among the lines `seen` there.
fn not_seen(root: &Path, drill: &Drill, seen: &[String]) -> Vec<String> {
    let Drill { number, evidence, .. } = drill;
    let mut wrong = Vec::new();
    if !seen.iter().any(|line| evidence.is_in(line)) {
        wrong.push(format!("{number}: no line of evidence with {:?} in:\n{}", evidence.has, seen.join("\n")));
    }
    let quoted = quoted_by_the_chapter(root, number);
    let unseen = quoted.iter().filter(|line| !seen.iter().any(|seen| seen.contains(line.as_str())));
    wrong.extend(unseen.map(|line| format!("{number}: book/src/drills.md quotes what nobody sees: {line}")));
    wrong
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_drill_is_red_until_it_is_repaired() {
    let root = course::root::workspace().unwrap();
    let only = std::env::var("DRILL").ok();
    let all = drills(&root).unwrap();
    let chosen =
        all.iter().filter(|drill| only.as_ref().is_none_or(|only| only.split(',').any(|only| only == drill.number)));
    // One after the other where there is code to build, for which a drill has one folder.
    let turns = chosen.flat_map(|drill| match (drill.code, State::all_of(&root, drill)) {
        (true, states) => vec![states],
        (false, states) => states.into_iter().map(|state| vec![state]).collect(),
    });
    // What takes longest begins.
    let mut turns: Vec<Vec<State<'_>>> = turns.collect();
    turns.sort_by_key(|states| std::cmp::Reverse(states.len()));
    let wrong = |states: Vec<_>| stream::iter(states).then(|state: State<'_>| state.wrong(&root)).concat();
    let wrong: Vec<String> = stream::iter(turns).map(wrong).buffer_unordered(AT_ONCE).concat().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
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
