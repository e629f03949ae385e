//! lab-12.2: cold, warm, failed, and not known.
//!
//! Only the sorting is looked at: what is made of it belongs to the TODOs that follow. Where all samples took the same time, every share
//! of them did.

use kit::{Run, lab};

use crate::study::Start::{Cold, Unreported, Warm};
use crate::study::{Study, verdict};

/// Expects the samples to be sorted like this.
fn sorts(run: &Run<'_>, wanted: &str, because: &str) {
    let stdout = run.stdout();
    let line = stdout.lines().next().unwrap_or_default();
    run.shows(line == wanted, format!("\"{wanted}\": {because}"), format!("\"{line}\""));
}

#[test]
fn cold_starts_are_not_among_the_warm() {
    let lab = lab!();
    let study = Study::new().with(1_000, Warm, 20.4, 200).with(40, Cold, 600.0, 200);
    let about = "sort 1,000 warm requests that took 20.4 ms each, and 40 cold ones";
    let run = study.judged(&lab, "lab-12.2", about, ("warm", 0.99, 100.0));
    let wanted = "warm: 1000 samples, 0 failed; cold: 40 samples, 0 failed";
    sorts(&run, wanted, "40 have an Init Duration in Lambda's REPORT line");
    let verdict = verdict(&run);
    let is_rounded = ["20.0", "20.5", "21.0"].iter().any(|time| verdict.ends_with(&format!(", {time} ms")));
    let got = format!("\"{verdict}\": it was rounded");
    run.shows(!is_rounded, "\"holds, 20.4 ms\": each time as it was measured", got);
}

#[test]
fn a_failure_is_not_an_answer_however_fast() {
    let lab = lab!();
    let study = Study::new().with(960, Warm, 20.0, 200).with(30, Warm, 1.0, 500).with(20, Unreported, 0.5, 429);
    let about = "sort 960 answers, 30 errors after 1 ms, and 20 refusals that never reached the function";
    let run = study.judged(&lab, "lab-12.2", about, ("warm", 0.99, 100.0));
    let wanted = "warm: 1010 samples, 50 failed; cold: 0 samples, 0 failed";
    sorts(&run, wanted, "an error is not a fast answer, it is none");
}

#[test]
fn a_cold_start_can_fail_too() {
    let lab = lab!();
    let study = Study::new()
        .with(100, Warm, 20.0, 200)
        .with(9, Cold, 600.0, 200)
        .with(1, Cold, 0.9, 200)
        .with(2, Cold, 1_900.0, 502);
    let run = study.judged(&lab, "lab-12.2", "sort 12 cold starts, of which 2 failed", ("cold", 0.5, 800.0));
    let wanted = "warm: 100 samples, 0 failed; cold: 12 samples, 2 failed";
    sorts(&run, wanted, "the 2 have an Init Duration and the status 502");
}

#[test]
fn only_some_statuses_are_answers() {
    let lab = lab!();
    let answered = Study::new().with(39, Warm, 20.0, 200).with(1, Warm, 61_000.0, 200);
    let answered = (200..400).fold(answered, |study, status| study.with(1, Warm, 5.0, status));
    let failed = (400..600).fold(answered, |study, status| study.with(1, Warm, 5.0, status));
    let study = failed.with(1, Unreported, 900.0, 0);
    let about = "sort 240 answers with the statuses 200 to 399, one of them after 61 s, 200 with 400 to 599, and a request that nobody answered";
    let run = study.judged(&lab, "lab-12.2", about, ("warm", 0.5, 100.0));
    let wanted = "warm: 441 samples, 201 failed; cold: 0 samples, 0 failed";
    sorts(&run, wanted, "a caller has got what they asked for with 2xx and 3xx, and with nothing else");
}

#[test]
fn what_nobody_knows_counts_for_nothing() {
    let lab = lab!();
    let study = Study::new().with(1_000, Warm, 20.0, 200).with(50, Unreported, 700.0, 200);
    let study = study.with(10, Unreported, 9_000.0, 200).with(5, Unreported, 2.0, 204);
    let about = "sort 1,000 warm requests, and 65 answers of which the log has no REPORT line, 5 of them without an id";
    let run = study.judged(&lab, "lab-12.2", about, ("warm", 0.99, 100.0));
    let wanted =
        "warm: 1000 samples, 0 failed; cold: 0 samples, 0 failed; 65 without a REPORT line, which count for nothing";
    sorts(&run, wanted, "they may have been cold or warm");
}

#[test]
fn a_failure_without_a_report_has_failed_all_the_same() {
    let lab = lab!();
    let statuses = [403, 500, 502, 503, 504];
    let answered = Study::new().with(45, Warm, 20.0, 200);
    let study = statuses.into_iter().fold(answered, |study, status| study.with(1, Unreported, 900.0, status));
    let about = "sort 45 answers, and 403, 500, 502, 503 and 504 once each, of which the log has no REPORT line";
    let run = study.judged(&lab, "lab-12.2", about, ("warm", 0.5, 100.0));
    let wanted = "warm: 50 samples, 5 failed; cold: 0 samples, 0 failed";
    sorts(&run, wanted, "whoever got one of these has not got what they asked for, and the log need not tell it");
}

#[test]
fn a_time_is_what_the_caller_waited() {
    let lab = lab!();
    // A number that an `f32` cannot hold: it would be a tenth more.
    let took = 1_000_000.04;
    let study = Study::new().with(20, Cold, took, 200).with(20, Warm, took, 200);
    for group in ["cold", "warm"] {
        let about = format!("sort 20 cold and 20 warm requests that took {took:?} ms each, and judge the {group} ones");
        let run = study.judged(&lab, "lab-12.2", &about, (group, 0.5, 2_000_000.0));
        sorts(&run, "warm: 20 samples, 0 failed; cold: 20 samples, 0 failed", "20 have an Init Duration");
        let verdict = verdict(&run);
        let is_time = verdict.ends_with(", 1000000.0 ms");
        let expected = "a verdict with 1000000.0 ms: each time as it was measured, to its last digit";
        run.shows(is_time || verdict.starts_with("not decided"), expected, format!("\"{verdict}\": another time"));
    }
}
