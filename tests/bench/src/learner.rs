//! The learner's loop, for every lab: save a file, run the check, read the verdict; and all solutions' checks in a row.
//!
//! Labs are measured solved, in a workspace of the benchmark's own, so that every test runs to its end and nobody's `labs/` is
//! touched. *Warm* is what a learner waits for at each save: one line of the first TODO's file is new. *Cold* is the first
//! verdict on a lab whose dependencies are there: the lab's own package is built from nothing. `COURSE_LABS=05` measures lab 05
//! alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use course::hints::task_order;
use course::lab::{Lab, chosen_labs};
use course::scratch::Scratch;

use crate::figure::{Bar, Figure, Measured, Times};

/// How often each warm loop is measured, after a first one that is not.
const RUNS: usize = 5;
/// The bars of a lab without the AWS SDK, of a lab with it, and of all solutions together, in seconds.
const WITHOUT_SDK: Bar = Bar::AtMost(1.0);
const WITH_SDK: Bar = Bar::AtMost(1.5);
const ALL: Bar = Bar::AtMost(60.0);

pub(crate) fn measured() -> Measured {
    let root = journeys::root();
    let labs = chosen_labs(&root).unwrap_or_else(|fault| panic!("{fault}"));
    let target = std::env::current_exe().ok();
    let target =
        target.as_deref().and_then(Path::parent).and_then(Path::parent).expect("this program is in target/PROFILE");
    let mut measured = Measured::default();
    {
        let scratch = Scratch::called("bench", &root, target).expect("the target folder can be written");
        for lab in &labs {
            of_lab(&mut measured, &scratch, lab);
        }
    }
    all_solutions(&mut measured, &root, &labs);
    measured
}

/// A lab's cold and warm loop.
fn of_lab(measured: &mut Measured, scratch: &Scratch, lab: &Lab) {
    scratch.put(lab, lab.solved()).expect("the lab can be written");
    let manifest = fs::read_to_string(scratch.package(lab).join("Cargo.toml")).expect("the lab has a manifest");
    let bar = if manifest.contains("aws-sdk") { WITH_SDK } else { WITHOUT_SDK };
    let subject = format!("lab {} {}", lab.number, lab.title);
    // What the lab depends on is built before anything is measured.
    let first = check(scratch, lab);
    let cleaned = scratch
        .cargo()
        .args(["clean", "-q", "--offline", "-p", &lab.name()])
        .status()
        .is_ok_and(|status| status.success());
    let cold = if cleaned { first.and_then(|_| check(scratch, lab)) } else { Err("not cleaned".to_string()) };
    match cold {
        Ok(took) => measured.figures.push(Figure::new(&subject, "first verdict", took.as_secs_f64(), "s")),
        Err(why) => measured.lacks(format!("{subject}, first verdict"), why),
    }
    match warm(scratch, lab) {
        Ok(times) => {
            let figure = Figure::new(&subject, "edit -> verdict", times.median() / 1000.0, "s");
            measured.figures.push(figure.from(times.count()).held_to(bar));
        }
        Err(why) => measured.lacks(format!("{subject}, edit -> verdict"), why),
    }
}

/// The times of a check after one new line in the file that the chapter has edited first.
fn warm(scratch: &Scratch, lab: &Lab) -> Result<Times, String> {
    let todos = lab.todos();
    let first = task_order(&lab.root, lab).into_iter().find_map(|id| todos.iter().find(|todo| todo.id == id));
    let file = scratch.package(lab).join(&first.ok_or("has no TODO")?.path);
    let text = fs::read_to_string(&file).map_err(|why| why.to_string())?;
    let comment = if file.extension().is_some_and(|ending| ending == "rs") { "//" } else { "#" };
    let mut times = Vec::new();
    for run in 0..=RUNS {
        fs::write(&file, format!("{text}{comment} save {run}\n")).map_err(|why| why.to_string())?;
        times.push(check(scratch, lab)?);
    }
    Ok(times.into_iter().skip(1).collect())
}

/// How long the learner's own command takes; the lab is solved, so it must be green.
fn check(scratch: &Scratch, lab: &Lab) -> Result<Duration, String> {
    let mut cargo = scratch.cargo();
    cargo.args(["test", "-q", "--offline", "-p", &lab.name()]);
    timed(&mut cargo).ok_or_else(|| "red".to_string())
}

/// All solutions' checks, built beforehand, one after the other as Cargo runs them.
fn all_solutions(measured: &mut Measured, root: &Path, labs: &[Lab]) {
    let cargo = |last: &[&str]| {
        let mut cargo = course::run::cargo();
        cargo.current_dir(root).args(["test", "-q", "--offline", "--test", "check"]);
        for lab in labs {
            cargo.args(["-p", &format!("solution-{}", lab.number)]);
        }
        cargo.args(last);
        cargo
    };
    let took = timed(&mut cargo(&["--no-run"])).and_then(|_| timed(&mut cargo(&[])));
    let subject = format!("all {} solutions", labs.len());
    match took {
        Some(took) => {
            measured.figures.push(Figure::new(subject, "all checks", took.as_secs_f64(), "s").held_to(ALL));
        }
        None => measured.lacks(subject, "red"),
    }
}

/// How long a command took; nothing if it failed.
fn timed(command: &mut Command) -> Option<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let succeeded = command.status().is_ok_and(|status| status.success());
    succeeded.then(|| began.elapsed())
}
