//! lab-12.1: callers do not wait for each other.

use std::net::TcpListener;

use kit::{Lab, lab};
use serde_json::Value;

use crate::range::{Pace, Range, measured};
use crate::study::{Study, begins};
use crate::{PROGRAM, RANGE};

/// How many environments Lambda has started.
fn cold_starts(lab: &Lab) -> usize {
    lab.reports(RANGE).iter().filter(|report| report.is_cold()).count()
}

#[test]
fn every_request_is_sent_when_it_is_due() {
    let lab = lab!();
    let about = "ask 12 times, 16 times a second, where no answer comes before the last request";
    let measurement = measured(&lab, about, Pace { count: 12, rate: 16.0 }, Range::Holds);
    measurement.waited_for_no_answer().came_at_their_pace();
    measurement.counted_from_when_it_was_due("each time to count from when its request was due");
    measurement.are_in_the_order_of_asking();
    // Half of the time until the next one is more than any machine takes to send the first.
    let about = "ask once, where the next request would be due after 4 seconds";
    measured(&lab, about, Pace { count: 1, rate: 0.25 }, Range::Holds).began_at_once();
    let about = "ask 60 times, 300 times a second, where each request fails at once";
    measured(&lab, about, Pace { count: 60, rate: 300.0 }, Range::Fails).went_on_all_the_same(&lab, about);
}

#[test]
fn a_rate_that_rises_has_shorter_and_shorter_pauses() {
    let lab = lab!();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let url = format!("http://{}", listener.local_addr().expect("it listens"));
    drop(listener);
    let about = "ask 20 times at an address where nobody answers, from 10 times a second to 90 times";
    let command = lab.asks("lab-12.1", about).command(PROGRAM).whose_output_is_judged();
    let command = command.arg("measure").arg_shown_as(url, "$NOBODYS_URL");
    let run = command.args(["--rate", "10..90", "--count", "20"]).run();
    run.succeeds();
    let samples = run.stdout();
    let due = |line: &str| serde_json::from_str::<Value>(line).ok()?["due"].as_u64();
    let mut due: Vec<u64> = samples.lines().filter_map(due).collect();
    due.sort_unstable();
    let is_whole = due.len() == 20;
    run.shows(is_whole, "20 samples, each with the moment at which its request was due", "fewer");
    let (first, last) = (due[9] - due[0], due[19] - due[10]);
    run.shows(
        first >= 200 && last * 3 < first * 2,
        "10 requests that are due within 254 ms, and then 10 within 118",
        format!("10 within measured {first} ms, and then 10 within measured {last}"),
    );
}

#[test]
fn a_crowd_is_as_large_as_it_is() {
    let lab = lab!();
    let about = "ask 1,100 times, 1,300 times a second, where no answer comes before the last request";
    let measurement = measured(&lab, about, Pace { count: 1_100, rate: 1_300.0 }, Range::Holds);
    measurement.waited_for_no_answer().came_at_their_pace();
}

/// Windows has no signal that stops a program.
#[cfg(unix)]
#[test]
fn a_program_that_is_late_says_so() {
    let lab = lab!();
    let about =
        "ask 6 times, 10 times a second, on a machine that stands still for 0.7 seconds after the first request";
    let measurement = measured(&lab, about, Pace { count: 6, rate: 10.0 }, Range::StandsStill);
    measurement.waited_for_no_answer().made_up_for_lost_time();
    measurement
        .counted_from_when_it_was_due("the time since each request was due: callers have waited, whoever was late");
}

#[test]
fn requests_that_are_due_do_not_wait_for_an_answer() {
    let lab = lab!();
    let url = format!("{}/range/slow", lab.api_url());
    let asks = lab.asks("lab-12.1", "ask 12 times, 20 times a second, for answers that take 400 ms");
    let run =
        asks.command(PROGRAM).whose_output_is_judged().args(["measure", &url, "--rate", "20", "--count", "12"]).run();
    run.succeeds();
    let count = run.stdout().lines().count();
    run.shows(count == 12, "12 samples", format!("{count} samples"));
    let expected = "about 8 requests under way at any moment, each in an environment of its own";
    run.shows(cold_starts(&lab) > 1, expected, "one environment: each request waited for the answer to the last one");
}

#[test]
fn a_range_that_fails_is_found_out() {
    let lab = lab!();
    let about = "measure the range where every third request fails";
    // Enough are judged, and too few would be if only those that were answered counted.
    let study = studied(&lab, about, ("fails", 56), (0.8, "does not hold, too many failed"));
    // A minute for each, so that no machine is too slow for this.
    let judged = study.judged(&lab, "lab-12.3", "judge the range that fails", ("warm", 0.8, 60_000.0));
    begins(&judged, study.verdict_of_warm(0.8), "one in three was never answered");
}

#[test]
fn a_range_that_is_steady_holds() {
    let lab = lab!();
    let study = studied(&lab, "measure the steady range", ("steady", 40), (0.5, "holds"));
    let judged = study.judged(&lab, "lab-12.2", "judge the steady range", ("warm", 0.5, 60_000.0));
    let colds = format!("cold: {} samples, 0 failed", cold_starts(&lab));
    let expected = "as many cold samples as Lambda has started environments, and no failed one";
    judged.shows(judged.stdout().contains(&colds), expected, "another number");
    begins(&judged, study.verdict_of_warm(0.5), "every request was answered");
}

/// How often a range is measured at most.
const ROUNDS: usize = 5;

/// Has a path of the range asked some more times than `warm`, and again until so many samples are warm and the verdict on `share` of
/// them is the one that is `wanted`. A busy machine has most of the first answers from new environments; those are warm the next time.
fn studied(lab: &Lab, about: &str, (path, warm): (&str, usize), (share, wanted): (f64, &str)) -> Study {
    let (url, count) = (format!("{}/range/{path}", lab.api_url()), (warm + 8).to_string());
    let mut samples = String::new();
    for _ in 1..=ROUNDS {
        let measure = lab.asks("lab-12.1", about).command(PROGRAM).whose_output_is_judged();
        let run = measure.args(["measure", &url, "--rate", "64", "--count", &count]).run();
        run.succeeds();
        samples.push_str(&run.stdout());
        let study = Study::of(&samples, lab, warm);
        if study.warm() == warm && study.verdict_of_warm(share) == wanted {
            break;
        }
    }
    Study::of(&samples, lab, warm)
}
