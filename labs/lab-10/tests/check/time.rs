//! lab-10.4: an answer while somebody is there to get it.

use kit::{Answer, Lab};

use crate::{FUNCTION, has_tried_again, limits};

/// The tape of 2010 takes 20 seconds to wind.
const SLOW: &str = "/on-this-day/2010";
/// The function's Timeout is 3 s; a caller with less patience is answered well before that. In milliseconds.
const SOON: f64 = 2_000.0;

/// Asks the slow archive. What is too slow is not worth another try, which is a matter of the hole before.
fn slow<'lab>(lab: &'lab Lab, about: &'lab str, within: u32) -> Answer<'lab> {
    let answer = lab.asks("lab-10.4", about).get(&format!("{SLOW}?within={within}"));
    match has_tried_again(lab) {
        true => answer.is_about("lab-10.3"),
        false => answer,
    }
}

/// Expects a function that knows when its caller goes.
pub(crate) fn knows_when_the_caller_goes(lab: &Lab) {
    let answer = slow(lab, "ask the slow archive, with 900 ms of patience", 900);
    answer.has_status(504);
    let took = lab.reports(FUNCTION).last().map_or(f64::INFINITY, |report| report.duration);
    answer.shows(took < SOON, "an answer within 900 ms", "an answer after more than 2 s, to a caller who has gone");
}

#[test]
fn answers_before_lambda_stops_it() {
    let lab = limits();
    let answer = slow(&lab, "ask the slow archive, with a minute's patience", 60_000);
    answer.has_status(504);
    answer.in_own_words("error.message").matches_snapshot("answers_before_lambda_stops_it");
}

#[test]
fn answers_before_the_caller_has_gone() {
    knows_when_the_caller_goes(&limits());
}
