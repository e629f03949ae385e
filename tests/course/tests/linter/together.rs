//! Wrong answers to different TODOs of one lab, judged in one run.
//!
//! A lab's check takes as long for one wrong answer as for six, and compiling them does, too. What each of them makes red is kept
//! beside it, so those that have no red test in common can fill one lab. The run must then say, test by test, what was kept of each,
//! and nothing besides; where it says anything else, every one of them is judged alone, and only that counts.
//!
//! Which of them go together is tried when messages are blessed, and kept in `tests/wrong-answers/lab-NN.together`, a group a line.
//! That saves runs and decides nothing: a group that no longer holds is tried otherwise, and then each of it alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{fs, io};

use course::lab::Lab;
use course::message::{kept, masked};
use course::run::Run;
use course::wrong_answer::WrongAnswer;

use crate::root;

/// How many answers share a lab: with more of them, more runs are for nothing.
const MOST: usize = 6;

/// A wrong answer, and what each test that it makes red is kept to say.
pub(crate) struct Kept<'answer> {
    /// The place of its lab in the course.
    pub(crate) lab: usize,
    pub(crate) answer: &'answer WrongAnswer,
    /// Empty where nothing is kept yet: it is judged alone.
    red: BTreeMap<String, String>,
    /// The names of those with which a run did not say what was kept of each.
    apart: BTreeSet<String>,
}

impl<'answer> Kept<'answer> {
    pub(crate) fn read(index: usize, lab: &Lab, answer: &'answer WrongAnswer) -> Kept<'answer> {
        let red = kept(&root(), &lab.number, &answer.name).unwrap_or_default();
        Kept { lab: index, answer, red, apart: BTreeSet::new() }
    }

    /// Whether one lab can show this answer and the other.
    fn goes_with(&self, other: &Kept<'_>) -> bool {
        other.lab == self.lab
            && other.answer.region != self.answer.region
            && !other.apart.contains(&self.answer.name)
            && other.red.keys().all(|test| !self.red.contains_key(test))
    }
}

/// Answers that fill one lab: their places.
pub(crate) type Group = Vec<usize>;

/// The answers in groups: `begun`, and the `free` ones, which found groups of their own, or are added to those of `begun` where that is
/// `open`. The one that fits into fewest groups chooses next, of these the one that makes most tests red, and takes the fullest that it fits
/// into: so fewest groups are founded.
pub(crate) fn groups(answers: &[Kept<'_>], begun: &[Group], free: &BTreeSet<usize>, open: bool) -> Vec<Group> {
    let mut groups = begun.to_vec();
    let closed = if open { 0 } else { begun.len() };
    let mut free: BTreeSet<usize> = free.iter().copied().filter(|place| !answers[*place].red.is_empty()).collect();
    let fits = |place: usize, group: &Group| {
        group.len() < MOST && group.iter().all(|other| answers[place].goes_with(&answers[*other]))
    };
    let refused = |groups: &[Group], place: usize| {
        let lab = answers[place].lab;
        groups[closed..].iter().filter(|group| answers[group[0]].lab == lab && !fits(place, group)).count()
    };
    let next = |groups: &[Group], free: &BTreeSet<usize>| {
        // One lab after the other: only of one lab can any go together.
        let lab = answers[*free.first()?].lab;
        let urgency = |place: &usize| (refused(groups, *place), answers[*place].red.len(), std::cmp::Reverse(*place));
        free.iter().copied().filter(|place| answers[*place].lab == lab).max_by_key(urgency)
    };
    while let Some(place) = next(&groups, &free) {
        free.remove(&place);
        let fitting = groups[closed..].iter_mut().rev().filter(|group| fits(place, group));
        match fitting.max_by_key(|group| group.len()) {
            Some(group) => group.push(place),
            None => groups.push(vec![place]),
        }
    }
    groups
}

/// Remembers that these do not go together, except for those of them that have been seen to.
pub(crate) fn part(answers: &mut [Kept<'_>], group: &[usize], good: &[Group]) {
    let have_held = |one: usize, other: usize| good.iter().any(|group| group.contains(&one) && group.contains(&other));
    for one in group {
        for other in group.iter().filter(|other| *other != one && !have_held(*one, **other)) {
            let name = answers[*other].answer.name.clone();
            answers[*one].apart.insert(name);
        }
    }
}

/// The groups of a lab as they are kept, and as far as they still can be tried.
pub(crate) fn kept_groups(answers: &[Kept<'_>], index: usize, lab: &Lab) -> Vec<Group> {
    let text = fs::read_to_string(file(lab)).unwrap_or_default();
    let place = |name: &str| answers.iter().position(|kept| kept.lab == index && kept.answer.name == name);
    let groups = text.lines().map(|line| line.split(' ').filter_map(place).collect::<Group>());
    let can_be = |group: &Group| {
        let goes_with_all =
            |one: &usize| group.iter().all(|other| other == one || answers[*one].goes_with(&answers[*other]));
        !group.is_empty() && group.iter().all(goes_with_all)
    };
    groups.filter(can_be).collect()
}

/// Keeps the groups of a lab, and those of its answers that go with no other.
///
/// # Errors
///
/// A file that cannot be written.
pub(crate) fn keep(answers: &[Kept<'_>], index: usize, lab: &Lab, held: &[Group]) -> io::Result<()> {
    let alone =
        (0..answers.len()).filter(|place| !held.iter().any(|group| group.contains(place))).map(|place| vec![place]);
    let groups = held.iter().cloned().chain(alone).filter(|group| answers[group[0]].lab == index);
    let mut lines: Vec<String> = groups
        .map(|group| {
            let mut names: Vec<&str> = group.iter().map(|place| answers[*place].answer.name.as_str()).collect();
            names.sort_unstable();
            names.join(" ") + "\n"
        })
        .collect();
    lines.sort_unstable();
    fs::write(file(lab), lines.concat())
}

fn file(lab: &Lab) -> PathBuf {
    root().join("tests").join("wrong-answers").join(format!("{}.together", lab.name()))
}

/// The part of `run` that is each answer's own, in the group's order.
///
/// # Errors
///
/// The tests of which the run does not say exactly what was kept of the answers.
pub(crate) fn own_runs(group: &[&Kept<'_>], run: &Run) -> Result<Vec<Run>, String> {
    let expected: BTreeMap<&String, &String> = group.iter().flat_map(|answer| &answer.red).collect();
    let said = |test: &String| run.red.get(test).map(|said| masked(said, &root()).trim_end().to_string());
    let tests: BTreeSet<&String> = expected.keys().copied().chain(run.red.keys()).collect();
    let is_other = |test: &&String| said(test).as_ref() != expected.get(test).copied();
    let others: Vec<&str> = tests.into_iter().filter(is_other).chain(run.skipped.keys()).map(String::as_str).collect();
    if !others.is_empty() {
        return Err(format!("together, another message of {}", others.join(", ")));
    }
    let own = |answer: &&Kept<'_>| {
        let is_own = |test: &String| answer.red.contains_key(test);
        Run { red: run.red.clone().into_iter().filter(|(test, _)| is_own(test)).collect(), ..run.clone() }
    };
    Ok(group.iter().map(own).collect())
}

#[test]
fn a_run_with_others_counts_only_where_it_says_what_was_kept_of_each() {
    let answer = |name: &str, region: &str| WrongAnswer {
        name: name.to_string(),
        region: region.to_string(),
        ..WrongAnswer::default()
    };
    let answers = [answer("a", "lab-01.1"), answer("b", "lab-01.2"), answer("c", "lab-01.2"), answer("d", "lab-01.3")];
    let kept = |place: usize, red: &[&str]| Kept {
        lab: 0,
        answer: &answers[place],
        red: red.iter().map(|test| (test.to_string(), format!("{test} is red"))).collect(),
        apart: BTreeSet::new(),
    };
    let mut all = [kept(0, &["one", "two"]), kept(1, &["three"]), kept(2, &["four"]), kept(3, &["two"])];
    let every = BTreeSet::from([0, 1, 2, 3]);
    // `c` fills the TODO of `b`, and `d` makes red what `a` does.
    assert_eq!(groups(&all, &[], &every, true), [vec![0, 1], vec![3, 2]]);
    assert_eq!(groups(&all, &[vec![1, 3]], &BTreeSet::from([0, 2]), false), [vec![1, 3], vec![0, 2]]);
    assert_eq!(groups(&all, &[vec![1]], &BTreeSet::from([0, 2]), true), [vec![1, 0], vec![2]]);
    // Those of a group that have held before are not parted by it.
    part(&mut all, &[0, 1, 3], &[vec![1, 3]]);
    assert_eq!(groups(&all, &[], &every, true), [vec![0, 2], vec![1, 3]]);

    let run = |red: &[(&str, &str)]| Run {
        red: red.iter().map(|(test, said)| (test.to_string(), said.to_string())).collect(),
        ..Run::default()
    };
    let group = [&all[1], &all[3]];
    let both = run(&[("three", "three is red\n"), ("two", "two is red")]);
    let red = |run: &Run| run.red.keys().cloned().collect::<Vec<_>>();
    assert_eq!(own_runs(&group, &both).unwrap().iter().map(red).collect::<Vec<_>>(), [["three"], ["two"]]);
    let why = |run: &Run| own_runs(&group, run).unwrap_err();
    assert!(why(&run(&[("three", "three is red")])).ends_with("of two"));
    assert!(why(&run(&[("three", "three is late"), ("two", "two is red")])).ends_with("of three"));
    assert!(why(&run(&[("three", "three is red"), ("two", "two is red"), ("one", "")])).ends_with("of one"));
    let skipped = Run { skipped: BTreeMap::from([("five".to_string(), "no PostgreSQL".to_string())]), ..both };
    assert!(why(&skipped).ends_with("of five"));
}
