//! lab-10.4: the time that is left, where it is more than a second. Nobody waits for its end here: the archive answers before.

use std::time::Duration;

use kit::deployment;

use crate::time::{MARGIN, ROUNDED};
use crate::{ARCHIVE, FUNCTION, YEAR, has_tried_again, limits_of};

/// How often it is asked at most, where this machine was too busy to tell.
const LOOKS: usize = 3;

/// Expects an archive that takes `long` to be waited for, by a function whose Timeout is `timeout` seconds and whose caller waits `within`
/// milliseconds.
fn waits_for_the_archive(long: Duration, timeout: &str, within: u32) {
    let lab = limits_of(deployment!().parameter("Seconds", timeout));
    let about = format!(
        "ask an archive that takes {} ms, with {within} ms of patience and a Timeout of {timeout} s",
        long.as_millis()
    );
    let due = f64::from(within) - MARGIN;
    for _ in 0..LOOKS {
        lab.delay_next(ARCHIVE, long);
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
    // Whoever keeps two seconds back has 150 ms.
    waits_for_the_archive(Duration::from_millis(200), "3", 2_150);
}

#[test]
fn a_time_is_not_cut_to_whole_seconds() {
    // More than a whole second, and less than there is.
    waits_for_the_archive(Duration::from_millis(1_020), "2", 1_590);
}
