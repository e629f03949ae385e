//! lab-10.4: the time that is left, where it is more than a second. Nobody waits for its end here: the archive answers before.

use std::time::Duration;

use kit::{Answer, Lab, deployment};
use serde_json::Value;

use crate::time::{MARGIN, ROUNDED};
use crate::{ARCHIVE, FUNCTION, YEAR, at_once, limits, limits_of, of_the_first_try, took};

/// How often it is asked at most, where this machine was too busy to tell.
const LOOKS: usize = 3;

/// An archive that takes `long`, for a function whose Timeout is `timeout` seconds and whose caller waits `within` milliseconds, or does
/// not say how long.
struct Wait {
    long: Duration,
    timeout: u32,
    within: Option<u32>,
    lab: Lab,
    about: String,
}

impl Wait {
    fn of(long: u64, timeout: u32, within: Option<u32>) -> Wait {
        let patience = within.map_or("no limit".to_string(), |within| format!("{within} ms of patience"));
        let about = format!("ask an archive that takes {long} ms, with {patience} and a Timeout of {timeout} s");
        let lab = limits_of(deployment!().parameter("Seconds", &timeout.to_string()));
        Wait { long: Duration::from_millis(long), timeout, within, lab, about }
    }

    fn answer(&self) -> Answer<'_> {
        self.lab.delay_next(ARCHIVE, self.long);
        let target = self.within.map_or(YEAR.to_string(), |within| format!("{YEAR}?within={within}"));
        of_the_first_try(&self.lab, self.lab.asks("lab-10.4", &self.about).get(&target))
    }

    /// Expects the answer to be the archive's. Whether this machine was too busy to tell.
    fn is_undecided(&self, answer: Answer<'_>) -> bool {
        let limit = self.within.unwrap_or(self.timeout * 1_000);
        let due = f64::from(limit) - MARGIN;
        let took = took(&self.lab);
        // A machine that takes so long for all the rest has left no time for the archive.
        if answer.status() == 504 && took >= due - ROUNDED {
            return true;
        }
        answer.shows(
            answer.status() != 504,
            format!("the archive's answer: it may take {due} ms, {limit} less the margin of {MARGIN}"),
            format!("status 504 after measured {took:.0} ms: more than the margin is kept back"),
        );
        answer.has_status(200);
        let line = self.lab.printed(FUNCTION).pop();
        let duration = line.and_then(|line| line.field("Duration").and_then(Value::as_f64));
        let long = self.long.as_millis();
        let expected = format!("a Duration in the line of no less than {long} ms");
        let got = format!("measured {:.0}", duration.unwrap_or_default());
        // A line without one is told of where the line is asked for.
        let is_whole = duration.is_none_or(|duration| duration >= long as f64);
        answer.with_todo("lab-10.5").shows(is_whole, expected, got);
        false
    }
}

#[test]
fn the_archive_is_waited_for_as_long_as_there_is_time() {
    let mut waits = vec![
        // Whoever keeps two seconds back has 150 ms.
        Wait::of(200, 3, Some(2_150)),
        // More than a whole second, and less than there is. A caller who names no limit has none of their own.
        Wait::of(1_020, 2, None),
        // More than a second of patience, and a Timeout that is longer.
        Wait::of(1_050, 3, Some(2_000)),
    ];
    for _ in 0..LOOKS {
        let answers = at_once(&waits, Wait::answer);
        let undecided: Vec<bool> = waits.iter().zip(answers).map(|(wait, answer)| wait.is_undecided(answer)).collect();
        let mut undecided = undecided.into_iter();
        waits.retain(|_| undecided.next().unwrap_or_default());
    }
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
