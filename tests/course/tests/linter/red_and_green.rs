//! Each lab in its three states: as learners get it, answered wrongly, solved.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use course::lab::Lab;
use course::run::Run;
use course::wrong_answer::{WrongAnswer, wrong_answers};

use crate::messages::{assert_kept, assert_well_said};
use crate::together::{Group, Kept, groups, keep, kept_groups, own_runs, part};
use crate::variants::{Solved, judged};
use crate::{SOLVED, course, first_lab, root, scratch};

/// How many wrong answers a lab needs before it may be published.
const WRONG_ANSWERS: usize = 3;

/// One in how many wrong answers may need a second judgement.
const RARE: usize = 100;

/// Says what took how long: the linter is the slowest test here.
fn timed(what: &str, run: &Run) {
    println!("{:6.1} s  {what}: {} red, {} green", run.took.as_secs_f64(), run.red.len(), run.green.len());
    for (test, why) in &run.skipped {
        println!("{:9} skipped {test}: {why}", "");
    }
}

/// The tests that were run and passed.
fn passed(run: &Run) -> Vec<&str> {
    run.green.iter().map(String::as_str).filter(|test| !run.skipped.contains_key(*test)).collect()
}

fn assert_built(what: &str, run: &Run) {
    assert!(run.was_built(), "{what} was not built or run:\n{}", run.build);
}

#[test]
fn starters_compile_without_a_warning_and_are_red_on_every_test() {
    let workspace = scratch().folder().join("starters");
    for solved in &*SOLVED {
        let lab = &solved.lab;
        let run = solved.judge(&workspace, lab.starter()).unwrap();
        let what = format!("the starter of {}", lab.name());
        timed(&what, &run);
        assert_built(&what, &run);
        assert_eq!(run.warnings(), Vec::<&str>::new(), "{what} does not compile without warnings");
        let passed = passed(&run);
        assert!(passed.is_empty(), "{what} passes {}: a check that nothing needs to be done for", passed.join(", "));
        for (test, said) in &run.red {
            assert_well_said(lab, &format!("{what}, {test}"), said);
        }
        if run.skipped.is_empty() {
            assert_kept(lab, "starter", &run);
        }
    }
}

#[test]
fn wrong_answers_are_red_and_the_message_names_what_is_wrong() {
    let solved = &*SOLVED;
    let mut answers = Vec::new();
    for (index, lab) in solved.iter().map(|solved| &solved.lab).enumerate() {
        let of_lab = wrong_answers(&root(), &lab.number).unwrap_or_else(|fault| panic!("{fault}"));
        let count = of_lab.len();
        assert!(count >= WRONG_ANSWERS, "{} has {count} wrong answers and needs {WRONG_ANSWERS}", lab.name());
        for answer in of_lab.into_iter().filter(|answer| is_chosen(&answer.name)) {
            let is_todo = lab.regions().any(|region| region.id == answer.region);
            assert!(is_todo, "{} of {} fills {}, which is not a TODO", answer.name, lab.name(), answer.region);
            answers.push((index, answer));
        }
    }
    let folder = scratch().folder().to_path_buf();
    let runs_of = |answers: &[&(usize, WrongAnswer)]| {
        let filled = answers.iter().map(|(lab, answer)| (*lab, solved[*lab].lab.answered(&[answer])));
        judged(&folder, solved, filled.collect())
    };
    // One that is judged wrongly must not hide the others.
    let is_red = |(lab, answer): &(usize, WrongAnswer), run| {
        panic::catch_unwind(AssertUnwindSafe(|| assert_red(&solved[*lab].lab, answer, run))).is_ok()
    };
    let mut runs = match are_judged_alone() {
        true => BTreeMap::new(),
        false => judged_together(&folder, solved, &answers),
    };
    let left: Vec<_> = answers.iter().filter(|(_, answer)| !runs.contains_key(&answer.name)).collect();
    println!("\n{} judged together, {} alone", runs.len(), left.len());
    let mut alone = runs_of(&left).into_iter();
    let own = |(_, answer): &(usize, WrongAnswer)| runs.remove(&answer.name).map(Ok).or_else(|| alone.next());
    let runs: Vec<_> = answers.iter().filter_map(own).collect();
    let mut doubtful = Vec::new();
    for (answer, run) in answers.iter().zip(runs) {
        let said = run.as_ref().ok().filter(|_| left.contains(&answer)).cloned();
        if !is_red(answer, run) {
            doubtful.push(answer);
        } else if let (Some(said), (lab, wrong)) = (said, answer) {
            solved[*lab].remember(&solved[*lab].lab.answered(&[wrong]), &said).unwrap();
        }
    }
    let name = |(lab, answer): &(usize, WrongAnswer)| format!("{} of {}", answer.name, solved[*lab].lab.name());
    println!("\njudged once more, each alone: {:?}", doubtful.iter().copied().map(name).collect::<Vec<_>>());
    // A check that waits says something else where others take the machine from it. That is rare, or it is a fault of the check.
    let is_rare = doubtful.len() <= answers.len().div_ceil(RARE);
    let alone = |answer| runs_of(&[answer]).remove(0);
    let faults: Vec<String> = doubtful
        .iter()
        .filter(|answer| !is_rare || !is_red(answer, alone(answer)))
        .map(|answer| name(answer))
        .collect();
    assert!(
        faults.is_empty(),
        "these wrong answers are not told what is wrong with them (see above):\n{}",
        faults.join("\n")
    );
}

/// Those of `answers` whose own words a run with others has shown, by name.
fn judged_together(folder: &Path, solved: &[Solved], answers: &[(usize, WrongAnswer)]) -> BTreeMap<String, Run> {
    let mut kept: Vec<_> = answers.iter().map(|(lab, answer)| Kept::read(*lab, &solved[*lab].lab, answer)).collect();
    let labs = || solved.iter().map(|solved| &solved.lab).enumerate();
    let (alone, mut begun): (Vec<Group>, Vec<Group>) =
        labs().flat_map(|(index, lab)| kept_groups(&kept, index, lab)).partition(|group| group.len() == 1);
    let known = begun.iter().chain(alone.iter().filter(|_| !is_blessed())).flatten().copied().collect();
    let every: BTreeSet<usize> = (0..kept.len()).collect();
    let mut free: BTreeSet<usize> = every.difference(&known).copied().collect();
    let mut held: Vec<Group> = Vec::new();
    let mut good = begun.clone();
    let mut shown = BTreeMap::new();
    for round in 1..=rounds() {
        let groups = groups(&kept, &begun, &free, is_blessed());
        let tried: Vec<_> = groups.into_iter().filter(|group| group.len() > 1 && !held.contains(group)).collect();
        let filled = |kept: &[Kept<'_>], group: &Group| {
            let wrong: Vec<&WrongAnswer> = group.iter().map(|place| kept[*place].answer).collect();
            let lab = kept[group[0]].lab;
            (lab, solved[lab].lab.answered(&wrong))
        };
        let runs = judged(folder, solved, tried.iter().map(|group| filled(&kept, group)).collect());
        println!("\nround {round}: {} groups of {} answers", tried.len(), tried.iter().map(Vec::len).sum::<usize>());
        for (index, lab) in labs() {
            let of_lab = tried.iter().zip(&runs).filter(|(group, _)| kept[group[0]].lab == index);
            let took: Vec<_> = of_lab.filter_map(|(_, run)| Some(run.as_ref().ok()?.took.as_secs_f64())).collect();
            if !took.is_empty() {
                println!("{:6.1} s  {} groups of {}", took.iter().sum::<f64>(), took.len(), lab.name());
            }
        }
        for (group, run) in tried.into_iter().zip(runs) {
            let of_group: Vec<_> = group.iter().map(|place| &kept[*place]).collect();
            let names: Vec<_> = of_group.iter().map(|kept| kept.answer.name.clone()).collect();
            let own = run.map_err(|why| why.to_string()).and_then(|run| Ok((own_runs(&of_group, &run)?, run)));
            match own {
                Ok((runs, run)) => {
                    let (lab, files) = filled(&kept, &group);
                    solved[lab].remember(&files, &run).unwrap();
                    shown.extend(names.into_iter().zip(runs));
                    held.retain(|other| !other.iter().all(|place| group.contains(place)));
                    held.push(group.clone());
                    good.push(group);
                }
                Err(why) => {
                    println!("{}: {why}", names.join(" with "));
                    good.retain(|other| *other != group);
                    part(&mut kept, &group, &good);
                }
            }
        }
        free = every.iter().copied().filter(|place| !shown.contains_key(&kept[*place].answer.name)).collect();
        free.retain(|place| is_blessed() || !alone.contains(&vec![*place]));
        begun = if is_blessed() { held.clone() } else { Vec::new() };
    }
    if is_blessed() {
        for (index, lab) in labs() {
            keep(&kept, index, lab, &held).unwrap();
        }
    }
    shown
}

/// How often answers whose run did not say what was kept of each are tried with others: oftener where the groups are kept.
fn rounds() -> usize {
    if is_blessed() { 6 } else { 2 }
}

/// Whether messages are written, and not compared.
pub(crate) fn is_blessed() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

/// The wrong answers to judge, by the beginnings of their names (`05.3,05.4-no`), while they are being written; all, where it is not set.
const CHOSEN: &str = "COURSE_ANSWERS";

/// Set, it has every wrong answer judged alone, as those are that [`CHOSEN`] names.
const ALONE: &str = "COURSE_ALONE";

fn is_chosen(name: &str) -> bool {
    std::env::var(CHOSEN).map_or(true, |chosen| chosen.split(',').any(|start| name.starts_with(start.trim())))
}

fn are_judged_alone() -> bool {
    [CHOSEN, ALONE].iter().any(|name| std::env::var_os(name).is_some())
}

/// Holds one wrong answer to be red, and its messages to say what is wrong.
fn assert_red(lab: &Lab, answer: &WrongAnswer, run: io::Result<Run>) {
    let what = format!("the wrong answer {} of {}", answer.name, lab.name());
    let run = run.unwrap_or_else(|why| panic!("{what} was not built or run:\n{why}"));
    assert_built(&what, &run);
    assert!(!run.red.is_empty() || !run.skipped.is_empty(), "{what} is green");
    for (test, said) in &run.red {
        assert_well_said(lab, &format!("{what}, {test}"), said);
    }
    if !run.skipped.is_empty() {
        return;
    }
    assert_kept(lab, &answer.name, &run);
    let told = |words: &str| run.red.values().any(|said| flat(said).contains(words));
    let untold: Vec<&String> = answer.says.iter().filter(|words| !told(words)).collect();
    assert!(untold.is_empty(), "{what} is not told {untold:?}");
}

#[test]
fn solved_labs_are_green() {
    let workspace = scratch().folder().join("judged");
    for solved in &*SOLVED {
        let what = format!("{} with every TODO filled as the solution fills it", solved.lab.name());
        let run = solved.run(&workspace).unwrap();
        timed(&what, &run);
        assert_built(&what, &run);
        assert_eq!(run.red.values().map(String::as_str).collect::<Vec<_>>(), Vec::<&str>::new(), "{what}");
        assert_eq!(run.warnings(), Vec::<&str>::new(), "{what} does not compile without warnings");
    }
}

/// `KIT_FUNCTION` puts any program under a check: here the finished function, while the lab itself is untouched.
#[test]
fn another_program_is_judged_in_the_labs_place() {
    let scratch = scratch();
    let lab = first_lab();
    scratch.put(&lab, lab.solved()).unwrap();
    assert!(scratch.check(&lab, &[]).unwrap().success);
    let folder = tempfile::tempdir().unwrap();
    let finished = folder.path().join(format!("finished{}", std::env::consts::EXE_SUFFIX));
    std::fs::copy(scratch.binary(&lab), &finished).unwrap();
    scratch.put(&lab, lab.starter()).unwrap();
    assert!(!scratch.check(&lab, &[]).unwrap().success);
    let named = format!("'{}'", finished.display());
    let run = scratch.check(&lab, &[("KIT_FUNCTION", &named)]).unwrap();
    assert_eq!(run.red.values().map(String::as_str).collect::<Vec<_>>(), Vec::<&str>::new());
    let run = scratch.check(&lab, &[("KIT_FUNCTION", "'no closing quote")]).unwrap();
    assert!(run.red.values().all(|said| flat(said).contains("never closed")) && !run.red.is_empty());
}

#[test]
fn labs_without_a_table_compile_no_sdk_and_no_database() {
    for lab in course() {
        if uses_a_table(&lab) {
            continue;
        }
        let scratch = scratch();
        scratch.put(&lab, lab.starter()).unwrap();
        let output =
            scratch.cargo().args(["tree", "--offline", "--prefix", "none", "-p", &lab.name()]).output().unwrap();
        let tree = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // Buckets are kept in SQLite, too, but without the engine of the tables.
        let database: &[&str] =
            if uses_a_bucket(&lab) { &["dynoxide"] } else { &["rusqlite", "libsqlite3", "dynoxide"] };
        let sdk: &[&str] = if calls_a_service(&lab) { &[] } else { &["aws-sdk", "aws-config"] };
        let heavy = tree.lines().filter(|line| database.iter().chain(sdk).any(|name| line.starts_with(name)));
        assert_eq!(heavy.collect::<Vec<_>>(), Vec::<&str>::new(), "{} compiles what it does not need", lab.name());
    }
}

fn uses_a_table(lab: &Lab) -> bool {
    has_in_its_template(lab, "AWS::DynamoDB::Table")
}

fn uses_a_bucket(lab: &Lab) -> bool {
    has_in_its_template(lab, "AWS::S3::Bucket")
}

/// Whether the lab's own code calls an AWS service, for which it needs a client.
fn calls_a_service(lab: &Lab) -> bool {
    ["AWS::S3::Bucket", "lambda:InvokeFunction"].iter().any(|words| has_in_its_template(lab, words))
}

fn has_in_its_template(lab: &Lab, words: &str) -> bool {
    let starter = lab.starter();
    starter.get("template.yaml").is_some_and(|text| String::from_utf8_lossy(text).contains(words))
}

/// One line of text: a message may break its lines anywhere.
fn flat(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
