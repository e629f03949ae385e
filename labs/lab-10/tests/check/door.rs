//! lab-10.6: callers over the limit are throttled by the stage, and not by a function that cannot run.

use kit::{Answer, deployment};

use crate::{THROTTLE, YEAR, limits_of};

/// The first answer with this status.
fn with_status<'answers, 'lab>(answers: &'answers [Answer<'lab>], status: u16) -> Option<&'answers Answer<'lab>> {
    answers.iter().find(|answer| answer.status() == status)
}

#[test]
fn callers_over_the_limit_are_told_at_the_door() {
    let lab = limits_of(deployment!());
    let answers = lab.asks("lab-10.6", "ask 16 times at once").get_at_once(16, YEAR);
    let Some(run) = answers.iter().find(|answer| answer.status() != 500 && answer.status() != 429) else {
        answers[0].has_status(200);
        return;
    };
    run.shows(
        with_status(&answers, 500).is_none(),
        "429 from the stage for requests over its limit",
        "500 for some of 16: the stage let them in, and Lambda refused to run the function for them",
    );
    let Some(refused) = with_status(&answers, 429) else {
        run.fails("429 from the stage for some of 16 requests", "no 429: the stage lets every request in")
    };
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
