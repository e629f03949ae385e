//! lab-10.4: the time that is left, where it is more than a second. Nobody waits for its end here: the archive answers before.

use std::time::Duration;

use kit::deployment;
use serde_json::Value;

use crate::time::{MARGIN, ROUNDED};
use crate::{ARCHIVE, FUNCTION, YEAR, limits, limits_of, of_the_first_try, took};

/// How often it is asked at most, where this machine was too busy to tell.
const LOOKS: usize = 3;

/// Expects an archive that takes `long` to be waited for, by a function whose Timeout is `timeout` seconds and whose caller waits `within`
/// milliseconds, or does not say how long.
fn waits_for_the_archive(long: Duration, timeout: u32, within: Option<u32>) {
    let lab = limits_of(deployment!().parameter("Seconds", &timeout.to_string()));
    let patience = within.map_or("no limit".to_string(), |within| format!("{within} ms of patience"));
    let about =
        format!("ask an archive that takes {} ms, with {patience} and a Timeout of {timeout} s", long.as_millis());
    let limit = within.unwrap_or(timeout * 1_000);
    let due = f64::from(limit) - MARGIN;
    let target = within.map_or(YEAR.to_string(), |within| format!("{YEAR}?within={within}"));
    for _ in 0..LOOKS {
        lab.delay_next(ARCHIVE, long);
        let answer = of_the_first_try(&lab, lab.asks("lab-10.4", &about).get(&target));
        let took = took(&lab);
        // A machine that takes so long for all the rest has left no time for the archive.
        if answer.status() == 504 && took >= due - ROUNDED {
            continue;
        }
        answer.shows(
            answer.status() != 504,
            format!("the archive's answer: it may take {due} ms, {limit} less the margin of {MARGIN}"),
            format!("status 504 after measured {took:.0} ms: more than the margin is kept back"),
        );
        answer.has_status(200);
        let line = lab.printed(FUNCTION).pop();
        let duration = line.and_then(|line| line.field("Duration").and_then(Value::as_f64));
        let expected = format!("a Duration in the line of no less than {} ms", long.as_millis());
        let got = format!("measured {:.0}", duration.unwrap_or_default());
        // A line without one is told of where the line is asked for.
        let is_whole = duration.is_none_or(|duration| duration >= long.as_millis() as f64);
        answer.with_todo("lab-10.5").shows(is_whole, expected, got);
        return;
    }
}

#[test]
fn no_more_than_the_margin_is_kept_back_of_a_long_time() {
    // Whoever keeps two seconds back has 150 ms.
    waits_for_the_archive(Duration::from_millis(200), 3, Some(2_150));
}

#[test]
fn a_time_is_not_cut_to_whole_seconds() {
    // More than a whole second, and less than there is. A caller who names no limit has none of their own.
    waits_for_the_archive(Duration::from_millis(1_020), 2, None);
}

#[test]
fn a_long_patience_is_not_cut_to_a_second() {
    waits_for_the_archive(Duration::from_millis(1_050), 3, Some(2_000));
}

#[test]
fn whoever_waits_for_ever_gets_an_answer() {
    let lab = limits();
    for within in ["4294967300", "18446744073709551615"] {
        let about = format!("ask with {within} ms of patience, which is longer than the function may run");
        let answer = of_the_first_try(&lab, lab.asks("lab-10.4", &about).get(&format!("{YEAR}?within={within}")));
        answer.has_status(200);
    }
}
