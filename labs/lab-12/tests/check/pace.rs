//! lab-12.1: callers do not wait for each other.

use std::time::{Duration, Instant};

use kit::{Lab, Run, lab};

use crate::study::{Study, verdict};
use crate::{PROGRAM, RANGE};

/// How many environments Lambda has started.
fn cold_starts(lab: &Lab) -> usize {
    lab.reports(RANGE).iter().filter(|report| report.is_cold()).count()
}

/// Expects few environments, because answers are quick and requests came at their pace.
fn came_one_by_one(run: &Run<'_>, lab: &Lab) {
    let expected = "a few environments: answers take a moment, and a request comes every 25 ms";
    run.shows(cold_starts(lab) <= 30, expected, "an environment for nearly every request: they came all at once");
}

#[test]
fn requests_that_are_due_do_not_wait_for_an_answer() {
    let lab = lab!();
    let url = format!("{}/range/slow", lab.api_url());
    let asks = lab.asks("lab-12.1", "ask 20 times, 10 times a second, for answers that take 400 ms");
    let began = Instant::now();
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "10", "--count", "20"]).run();
    let took = began.elapsed();
    run.succeeds();
    let count = run.stdout().lines().count();
    run.shows(count == 20, "20 samples", format!("{count} samples"));
    let expected = "about 4 requests under way at any moment, each in an environment of its own";
    run.shows(cold_starts(&lab) > 1, expected, "one environment: each request waited for the answer to the last one");
    let together = "an environment for nearly every request: they came all at once, and not 10 a second";
    run.shows(cold_starts(&lab) <= 14 && took >= Duration::from_millis(1_850), expected, together);
}

#[test]
fn a_range_that_fails_is_found_out() {
    let lab = lab!();
    let url = format!("{}/range/fails", lab.api_url());
    let asks = lab.asks("lab-12.1", "measure the range where every fifth request fails");
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "40", "--count", "130"]).run();
    run.succeeds();
    came_one_by_one(&run, &lab);
    // A minute for each, so that no machine is too slow for this.
    let judged = Study::of(&run, &lab).judged(&lab, "lab-12.3", "judge the range that fails", ("warm", 0.9, 60_000.0));
    let verdict = verdict(&judged);
    let expected = "\"does not hold, too many failed\": one in five was never answered";
    let came = verdict.split(',').next().unwrap_or_default();
    judged.shows(
        verdict == "does not hold, too many failed",
        expected,
        format!("\"{came}\" without a word about failures"),
    );
}

#[test]
fn a_range_that_is_steady_holds() {
    let lab = lab!();
    let url = format!("{}/range/steady", lab.api_url());
    let asks = lab.asks("lab-12.1", "measure the steady range");
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "40", "--count", "130"]).run();
    run.succeeds();
    came_one_by_one(&run, &lab);
    let judged = Study::of(&run, &lab).judged(&lab, "lab-12.2", "judge the steady range", ("warm", 0.9, 60_000.0));
    let colds = format!("cold: {} samples, 0 failed", cold_starts(&lab));
    let expected = "as many cold samples as Lambda has started environments, and no failed one";
    judged.shows(judged.stdout().contains(&colds), expected, "another number");
    let came = verdict(&judged);
    judged.shows(came.starts_with("holds"), "\"holds\": every request was answered", "another verdict");
}
