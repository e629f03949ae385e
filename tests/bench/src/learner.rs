//! The learner's loop: save the function, run the check, read the verdict.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Figure, median};

/// How often each loop is measured, after a first one that is not.
const RUNS: usize = 5;

pub(crate) fn figures() -> Vec<Figure> {
    let bars = [("01", "1.0 s"), ("05", "1.5 s")];
    let labs = bars.map(|(lab, bar)| {
        let verdict = verdict(lab);
        Figure::new(format!("edit -> verdict of lab {lab}, warm"), format!("{:.2} s", verdict.as_secs_f64()), bar)
    });
    labs.into()
}

/// The median time of `cargo test -p lab-NN` after a save. The verdict may be red: that takes as long.
fn verdict(lab: &str) -> Duration {
    let source = journeys::root().join(format!("labs/lab-{lab}/src/main.rs"));
    let text = std::fs::read_to_string(&source).expect("the lab has a main.rs");
    let once = || {
        // The same text again is what an editor's save without a change is, and Cargo compiles it anew.
        std::fs::write(&source, &text).expect("the lab can be written");
        let mut command = Command::new("cargo");
        command.args(["test", "-q", "-p", &format!("lab-{lab}")]).current_dir(journeys::root());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let began = Instant::now();
        command.status().expect("cargo runs");
        began.elapsed()
    };
    once();
    median((0..RUNS).map(|_| once()).collect())
}
