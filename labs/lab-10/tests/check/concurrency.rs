//! lab-10.1: a function that may run.

use crate::{FUNCTION, YEAR, in_time, limits};

#[test]
fn answers_a_year() {
    let lab = limits();
    let answer = in_time(lab.asks("lab-10.1", "ask for a year").get(YEAR));
    answer.has_status(200);
    answer.matches_snapshot("answers_a_year");
}

#[test]
fn runs_as_often_at_once_as_the_door_lets_in() {
    let lab = limits();
    for answer in lab.asks("lab-10.1", "ask 6 times at once").get_at_once(6, YEAR) {
        let answer = in_time(answer);
        // The archive takes two at a time, so 503 is an honest answer here; 500 is not.
        let status = answer.status();
        answer.shows(
            status != 500,
            "an answer of the function to each of 6 requests at once",
            "status 500 for one of them: fewer than 6 may run at once",
        );
    }
    let because = "8 requests run at once, and the rest of the account's concurrency is left to others";
    lab.asks("lab-10.1", "let 8 requests run at once").has_reserved_concurrency(FUNCTION, 8, because);
}
