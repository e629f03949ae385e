//! What the checks say of mutants of the solutions, and whether what is kept of that is current.
//!
//! `tests/wrong-answers/lab-NN.mutants.toml` has, for each TODO, how many mutants there are, how many of them compile, and how many
//! the check is red for; then every survivor, with the reason for which it may survive. The figures are written by `cargo xtask
//! mutants`, the reasons by hand. Every run of the linter asks whether the mutants are still those of the solution as it stands; that
//! the check is red for them is asked only when they are judged, because that takes minutes.

use std::collections::BTreeMap;
use std::fs;

use course::generation::digest_of;
use course::lab::{Files, Lab};
use course::wrong_answer::WrongAnswer;
use course_linter::mutants::{self, Mutant};
use course_linter::proof::{MutantFigures, MutantOutcome, Survivor};

use crate::variants::judged;
use crate::{SOLVED, course, root, scratch};

/// How many of a hundred mutants that compile and are faults a check must be red for.
const KILLED: usize = 95;

/// The mutants of each TODO, by its name.
fn mutants_of(lab: &Lab) -> BTreeMap<String, Vec<Mutant>> {
    lab.todos().into_iter().map(|todo| (todo.id.clone(), mutants::of(&todo.path, &todo.code))).collect()
}

fn digest(mutants: &[Mutant]) -> String {
    let texts = mutants.iter().enumerate().map(|(index, mutant)| (index.to_string(), mutant.text.clone().into_bytes()));
    digest_of(&texts.collect::<Files>())[..16].to_string()
}

#[test]
fn what_is_kept_of_the_mutants_is_current_and_every_survivor_is_excused() {
    let mut faults = Vec::new();
    for lab in &course() {
        let kept = MutantOutcome::read(&root(), &lab.number);
        let found = kept.map_or_else(|why| vec![why], |kept| faults_of(&kept, &mutants_of(lab))).into_iter();
        let again = format!("cargo xtask mutants {} judges them again", lab.number);
        faults.extend(found.map(|fault| format!("{}.mutants.toml: {fault} ({again})", lab.name())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn faults_of(kept: &MutantOutcome, mutants: &BTreeMap<String, Vec<Mutant>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (todo, mutants) in mutants {
        if kept.todo.get(todo).is_none_or(|known| known.digest != digest(mutants)) {
            faults.push(format!("{todo} has other mutants than those that were judged"));
        }
    }
    let (compiled, killed) = (kept.sum(|todo| todo.compiled), kept.sum(|todo| todo.killed));
    if compiled != killed + kept.survivor.len() {
        faults.push(format!(
            "{compiled} compiled and {killed} were killed, but {} survivors are named",
            kept.survivor.len()
        ));
    }
    for Survivor { todo, line, change, excuse } in &kept.survivor {
        if excuse.split_whitespace().count() < 3 {
            faults.push(format!(
                "{todo} survives `{change}` in `{line}` without a reason: mend the check, or say why it may"
            ));
        }
    }
    faults
}

/// Judges the mutants of the chosen labs, and keeps the outcome. `cargo xtask mutants` runs this.
#[test]
#[ignore = "takes minutes a lab"]
fn mutants_are_judged() {
    let solved = &*SOLVED;
    let mut made = Vec::new();
    for (index, judged_lab) in solved.iter().map(|solved| &solved.lab).enumerate() {
        for (todo, mutants) in mutants_of(judged_lab) {
            made.extend(mutants.into_iter().map(|mutant| (index, todo.clone(), mutant)));
        }
    }
    let answers = made.iter().map(|(lab, todo, mutant)| {
        let answer = WrongAnswer { region: todo.clone(), text: mutant.text.clone(), ..WrongAnswer::default() };
        (*lab, solved[*lab].lab.answered(&[&answer]))
    });
    let folder = scratch().folder().to_path_buf();
    let runs = judged(&folder, solved, answers.collect());
    let mut unexcused = 0;
    for (index, judged_lab) in solved.iter().map(|solved| &solved.lab).enumerate() {
        let known = MutantOutcome::read(&root(), &judged_lab.number).unwrap_or_default().survivor;
        let excuse = |survivor: &Survivor| {
            let is_it = |other: &&Survivor| {
                (&other.todo, &other.line, &other.change) == (&survivor.todo, &survivor.line, &survivor.change)
            };
            known.iter().find(is_it).map(|other| other.excuse.clone()).unwrap_or_default()
        };
        let mut outcome = MutantOutcome::default();
        for (todo, mutants) in mutants_of(judged_lab) {
            let figures =
                MutantFigures { mutants: mutants.len(), digest: digest(&mutants), ..MutantFigures::default() };
            outcome.todo.insert(todo, figures);
        }
        for ((lab, todo, mutant), run) in made.iter().zip(&runs).filter(|((lab, ..), _)| *lab == index) {
            let figures = outcome.todo.entry(todo.clone()).or_default();
            match run {
                // A check that does not end sees that something is wrong.
                Err(why) if why.kind() == std::io::ErrorKind::TimedOut => {
                    figures.compiled += 1;
                    figures.killed += 1;
                }
                Err(_) => {}
                Ok(run) => {
                    assert!(run.was_built(), "a mutant of {} was not run:\n{}", solved[*lab].lab.name(), run.build);
                    figures.compiled += 1;
                    if run.red.is_empty() {
                        let (line, change) = (mutant.line.clone(), mutant.change.clone());
                        let mut survivor = Survivor { todo: todo.clone(), line, change, excuse: String::new() };
                        survivor.excuse = excuse(&survivor);
                        outcome.survivor.push(survivor);
                    } else {
                        figures.killed += 1;
                    }
                }
            }
        }
        unexcused += reported(judged_lab, &outcome);
        let text = toml::to_string_pretty(&outcome).unwrap();
        let head = "# What the lab's check says of mutants of the solution. Made by `cargo xtask mutants`; the excuses are written by hand.\n\n";
        fs::write(MutantOutcome::file(&root(), &judged_lab.number), format!("{head}{text}")).unwrap();
    }
    assert!(unexcused == 0, "{unexcused} survivors have no excuse yet; they are listed above and in the files");
}

/// Prints what became of a lab's mutants, and counts the survivors without an excuse.
fn reported(lab: &Lab, outcome: &MutantOutcome) -> usize {
    let made = outcome.sum(|todo| todo.mutants);
    let (compiled, killed) = (outcome.sum(|todo| todo.compiled), outcome.sum(|todo| todo.killed));
    let excused = outcome.survivor.iter().filter(|survivor| !survivor.excuse.is_empty()).count();
    println!("{}: {made} mutants, {compiled} compile, {killed} killed, {excused} excused", lab.name());
    let open: Vec<_> = outcome.survivor.iter().filter(|survivor| survivor.excuse.is_empty()).collect();
    for survivor in &open {
        println!("  {} survives {} in: {}", survivor.todo, survivor.change, survivor.line);
    }
    let faults = compiled - excused;
    if killed * 100 < faults * KILLED {
        println!("  fewer than {KILLED} of 100 are killed");
    }
    open.len()
}

#[test]
fn an_outcome_that_is_old_or_says_nothing_of_a_survivor_is_refused() {
    let of = |text: &str| BTreeMap::from([("lab-01.1".to_string(), mutants::of("a.rs", text))]);
    let mutants = of("a < 1");
    let todo = |killed| MutantFigures { mutants: 4, compiled: 4, killed, digest: digest(&mutants["lab-01.1"]) };
    let survivor = |excuse: &str| Survivor {
        todo: "lab-01.1".to_string(),
        line: "a < 1".to_string(),
        change: "< → <=".to_string(),
        excuse: excuse.to_string(),
    };
    let outcome =
        |killed, survivor| MutantOutcome { todo: BTreeMap::from([("lab-01.1".to_string(), todo(killed))]), survivor };
    assert_eq!(faults_of(&outcome(4, vec![]), &mutants), Vec::<String>::new());
    assert_eq!(faults_of(&outcome(3, vec![survivor("`a` is never 1 here")]), &mutants), Vec::<String>::new());
    let fault =
        |outcome: &MutantOutcome, mutants: &BTreeMap<String, Vec<Mutant>>| faults_of(outcome, mutants).remove(0);
    assert!(fault(&outcome(4, vec![]), &of("a < 2")).contains("other mutants"));
    assert!(fault(&outcome(3, vec![]), &mutants).contains("0 survivors are named"));
    assert!(fault(&outcome(3, vec![survivor("")]), &mutants).contains("without a reason"));
}
