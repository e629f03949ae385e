//! lab-12.1: callers do not wait for each other.

use std::time::{Duration, Instant};

use kit::{Lab, Run, lab};

use crate::study::{Study, verdict};
use crate::{PROGRAM, RANGE};

/// At most this many environments, where requests are not sent all at once.
const FEW: usize = 12;

/// How many environments Lambda has started.
fn cold_starts(lab: &Lab) -> usize {
    lab.reports(RANGE).iter().filter(|report| report.is_cold()).count()
}

/// Expects few environments, because answers are quick and requests were sent at their pace.
fn were_sent_one_by_one(run: &Run<'_>, lab: &Lab) {
    let expected = "a few environments: answers take a moment, and a request is sent every 16 ms";
    run.shows(cold_starts(lab) <= FEW, expected, "an environment for nearly every request: they were sent all at once");
}

#[test]
fn requests_that_are_due_do_not_wait_for_an_answer() {
    let lab = lab!();
    let url = format!("{}/range/slow", lab.api_url());
    let asks = lab.asks("lab-12.1", "ask 12 times, 20 times a second, for answers that take 400 ms");
    let began = Instant::now();
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "20", "--count", "12"]).run();
    let took = began.elapsed();
    run.succeeds();
    let count = run.stdout().lines().count();
    run.shows(count == 12, "12 samples", format!("{count} samples"));
    let expected = "about 8 requests under way at any moment, each in an environment of its own";
    run.shows(cold_starts(&lab) > 1, expected, "one environment: each request waited for the answer to the last one");
    let together = "the last answer too early for its request: they were sent all at once, and not 20 a second";
    // The twelfth is due after 550 ms, and its answer takes 400.
    run.shows(took >= Duration::from_millis(950), expected, together);
}

#[test]
fn a_range_that_fails_is_found_out() {
    let lab = lab!();
    let url = format!("{}/range/fails", lab.api_url());
    let asks = lab.asks("lab-12.1", "measure the range where every third request fails");
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "64", "--count", "64"]).run();
    run.succeeds();
    were_sent_one_by_one(&run, &lab);
    // A minute for each, so that no machine is too slow for this.
    let judged = Study::of(&run, &lab).judged(&lab, "lab-12.3", "judge the range that fails", ("warm", 0.8, 60_000.0));
    let verdict = verdict(&judged);
    let expected = "\"does not hold, too many failed\": one in three was never answered";
    let got = verdict.split(',').next().unwrap_or_default();
    judged.shows(
        verdict == "does not hold, too many failed",
        expected,
        format!("\"{got}\" without a word about failures"),
    );
}

#[test]
fn a_range_that_is_steady_holds() {
    let lab = lab!();
    let url = format!("{}/range/steady", lab.api_url());
    let asks = lab.asks("lab-12.1", "measure the steady range");
    // With FEW environments, more than thirty samples are warm: an answer that takes thirty for enough is not red here by
    // chance.
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "64", "--count", "48"]).run();
    run.succeeds();
    were_sent_one_by_one(&run, &lab);
    let judged = Study::of(&run, &lab).judged(&lab, "lab-12.2", "judge the steady range", ("warm", 0.5, 60_000.0));
    let colds = format!("cold: {} samples, 0 failed", cold_starts(&lab));
    let expected = "as many cold samples as Lambda has started environments, and no failed one";
    judged.shows(judged.stdout().contains(&colds), expected, "another number");
    let got = verdict(&judged);
    judged.shows(got.starts_with("holds"), "\"holds\": every request was answered", "another verdict");
}
