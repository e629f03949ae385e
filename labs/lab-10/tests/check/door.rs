//! lab-10.6: who comes too many is told so at the door, and not by a function that cannot run.

use crate::{YEAR, limits};

#[test]
fn who_comes_too_many_is_told_at_the_door() {
    let lab = limits();
    let answers = lab.asks("lab-10.6", "ask 16 times at once").get_at_once(16, YEAR);
    let with = |status: u16| answers.iter().find(|answer| answer.status() == status);
    let Some(run) = answers.iter().find(|answer| answer.status() != 500 && answer.status() != 429) else {
        answers.first().map(|answer| answer.has_status(200));
        return;
    };
    run.shows(
        with(500).is_none(),
        "429 from the stage for those who come too many",
        "500 for some of 16: the stage let them in, and Lambda refused to run the function for them",
    );
    let Some(refused) = with(429) else {
        run.fails("429 from the stage for some of 16 requests", "no 429: the stage lets in whoever comes")
    };
    refused.matches_snapshot("who_comes_too_many_is_told_at_the_door");
}

#[test]
fn a_burst_of_six_is_let_in() {
    let lab = limits();
    for answer in lab.asks("lab-10.6", "ask 6 times at once").get_at_once(6, YEAR) {
        answer.shows(
            answer.status() != 429 && answer.status() != 500,
            "an answer of the function to each of a burst of 6",
            format!("status {} for one of them", answer.status()),
        );
    }
}
