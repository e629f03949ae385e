//! lab-10.4: the time that is left, where it is more than a second. Nobody waits for its end here: the archive answers before.

use std::time::Duration;

use kit::deployment;

use crate::time::{MARGIN, ROUNDED};
use crate::{ARCHIVE, FUNCTION, YEAR, has_tried_again, limits_of};

/// How long the archive takes: more than a whole second, and less than there is.
const LONG: Duration = Duration::from_millis(1_020);
/// How often it is asked at most, where this machine was too busy to tell.
const LOOKS: usize = 3;

/// Expects the archive to be waited for, by a function whose Timeout is `timeout` seconds and whose caller waits `within` milliseconds.
fn waits_for_the_archive(timeout: &str, within: u32) {
    let lab = limits_of(deployment!().parameter("Seconds", timeout));
    let about = format!(
        "ask an archive that takes {} ms, with {within} ms of patience and a Timeout of {timeout} s",
        LONG.as_millis()
    );
    let due = f64::from(within) - MARGIN;
    for _ in 0..LOOKS {
        lab.delay_next(ARCHIVE, LONG);
        let answer = lab.asks("lab-10.4", &about).get(&format!("{YEAR}?within={within}"));
        let answer = if has_tried_again(&lab) { answer.with_todo("lab-10.3") } else { answer };
        let took = lab.reports(FUNCTION).last().map_or(f64::INFINITY, |report| report.duration);
        // A machine that takes so long for all the rest has left no time for the archive.
        if answer.status() == 504 && took >= due - ROUNDED {
            continue;
        }
        answer.shows(
            answer.status() != 504,
            format!("the archive's answer: it may take {due} ms, {within} less the margin of {MARGIN}"),
            format!("status 504 after measured {took:.0} ms: more than the margin is kept back"),
        );
        answer.has_status(200);
        return;
    }
}

#[test]
fn no_more_than_the_margin_is_kept_back_of_a_long_time() {
    waits_for_the_archive("3", 2_900);
}

#[test]
fn a_time_is_not_cut_to_whole_seconds() {
    waits_for_the_archive("2", 1_590);
}
