//! lab-10.6: callers over the limit are throttled by the stage, and not by a function that cannot run.

use std::time::Instant;

use kit::{Answer, deployment};

use crate::{THROTTLE, YEAR, limits_of};

/// The first answer with this status.
fn with_status<'answers, 'lab>(answers: &'answers [Answer<'lab>], status: u16) -> Option<&'answers Answer<'lab>> {
    answers.iter().find(|answer| answer.status() == status)
}

#[test]
fn callers_over_the_limit_are_told_at_the_door() {
    let lab = limits_of(deployment!());
    let began = Instant::now();
    let answers = lab.asks("lab-10.6", "ask 16 times at once").get_at_once(16, YEAR);
    // A machine that takes seconds to ask gives the stage the time to let in as many more.
    let (rate, burst) = (f64::from(THROTTLE.0), f64::from(THROTTLE.1));
    let let_in = answers.iter().filter(|answer| answer.status() != 429).count();
    let is_kept = let_in as f64 <= burst + rate * began.elapsed().as_secs_f64();
    let Some(run) = answers.iter().find(|answer| answer.status() != 500 && answer.status() != 429) else {
        answers[0].has_status(200);
        return;
    };
    run.shows(
        is_kept || with_status(&answers, 500).is_none(),
        "429 from the stage for requests over its limit",
        "500 for some of 16: the stage let them in, and Lambda refused to run the function for them",
    );
    let refused = with_status(&answers, 429);
    let got = "no 429: the stage lets every request in";
    run.shows(is_kept || refused.is_some(), "429 from the stage for some of 16 requests", got);
    let Some(refused) = refused else { return };
    refused.matches_snapshot("callers_over_the_limit_are_told_at_the_door");
}

#[test]
fn a_burst_of_six_is_let_in() {
    let lab = limits_of(deployment!());
    for answer in lab.asks("lab-10.6", "ask 6 times at once").get_at_once(6, YEAR) {
        answer.shows(
            answer.status() != 429 && answer.status() != 500,
            "an answer of the function to each of a burst of 6",
            format!("status {} for one of them", answer.status()),
        );
    }
    lab.asks("lab-10.6", "let in bursts of 6, and 4 a second after that").has_throttle(THROTTLE.0, THROTTLE.1);
}
