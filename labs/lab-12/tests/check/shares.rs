//! lab-12.3: a share of the requests, not their middle.

use kit::lab;

use crate::study::Start::Warm;
use crate::study::{Study, says};

#[test]
fn two_slow_ones_in_a_hundred_are_seen() {
    let lab = lab!();
    let study = Study::new().with(980, Warm, 10.0, 200).with(20, Warm, 400.0, 200);
    let about = "judge 1,000 warm requests, of which every 50th took 400 ms and the others 10 ms";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 100.0));
    says(&run, "does not hold, 400.0 ms", "within 100 ms there are 98 of 100 answers");
    run.exits_with(1);
}

#[test]
fn the_slowest_does_not_stand_for_the_share() {
    let lab = lab!();
    let study = Study::new().with(990, Warm, 10.0, 200).with(10, Warm, 400.0, 200);
    let about = "judge 1,000 warm requests, of which every 100th took 400 ms and the others 10 ms";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 100.0));
    says(&run, "holds, 10.0 ms", "990 of 1,000 were answered within 10 ms, and the claim is about 990");
    run.succeeds();
}

#[test]
fn failures_count_as_never_answered() {
    let lab = lab!();
    let study = Study::new().with(975, Warm, 10.0, 200).with(5, Warm, 20.0, 200).with(20, Warm, 1.0, 503);
    let about = "judge 1,000 warm requests, of which 20 failed within 1 ms";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 100.0));
    says(&run, "does not hold, too many failed", "20 of 1,000 were never answered, and the claim forgives 10");
}

#[test]
fn a_place_between_two_samples_is_the_later_one() {
    let lab = lab!();
    for (count, place, within) in
        [(1_010, "999.9 of 1,010", 999), (1_060, "1,049.4 of 1,060", 1_049), (1_099, "1,088.01 of 1,099", 1_088)]
    {
        let study = Study::new().with(within, Warm, 10.0, 200).with(count - within, Warm, 400.0, 200);
        let about = format!("judge {count} warm requests, of which 11 took 400 ms and the others 10 ms");
        let run = study.judged(&lab, "lab-12.3", &about, ("warm", 0.99, 100.0));
        let because = format!("99 of 100 are {place}, and {within} were answered within 10 ms");
        says(&run, "does not hold, 400.0 ms", &because);
    }
}

#[test]
fn the_share_is_the_claims() {
    let lab = lab!();
    let study = Study::new().with(50, Warm, 30.5, 200).with(450, Warm, 20.0, 200).with(500, Warm, 10.0, 200);
    for (share, took) in [(0.5, "10.0"), (0.9, "20.0"), (0.98, "30.5")] {
        let about =
            format!("judge a share of {share} of 1,000 warm requests: 50 took 30.5 ms, 450 took 20, and 500 took 10");
        let run = study.judged(&lab, "lab-12.3", &about, ("warm", share, 100.0));
        says(&run, &format!("holds, {took} ms"), "sorted by time, it is the sample up to which this share lies");
    }
    let study = Study::new().with(999, Warm, 10.0, 200).with(1, Warm, 5.0, 200);
    let about = "judge a share of 0.001 of 1,000 warm requests: 999 took 10 ms, and one took 5";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.001, 100.0));
    says(&run, "holds, 5.0 ms", "1 of 1,000 was answered within 5 ms, and the claim is about 1");
}

#[test]
fn each_place_has_a_time_of_its_own() {
    let lab = lab!();
    // From 20.0 ms down to 10.2, and one that took long. To a computer, 1 - 0.8 is a hair less than 0.2.
    let times = (0..99).map(|place| f64::from(200 - place) / 10.0);
    let study = times.fold(Study::new().with(1, Warm, 9_876.5, 200), |study, took| study.with(1, Warm, took, 200));
    for (share, took, place) in
        [(0.5, "15.1", "50th"), (0.8, "18.1", "80th"), (0.9, "19.1", "90th"), (0.6, "16.1", "60th")]
    {
        let about = format!(
            "judge a share of {share} of 100 warm requests: 99 took from 20.0 to 10.2 ms, each its own time, and one took 9,876.5"
        );
        let run = study.judged(&lab, "lab-12.3", &about, ("warm", share, 100.0));
        says(&run, &format!("holds, {took} ms"), &format!("it is the {place} of them, sorted by time"));
    }
}

#[test]
fn a_hair_more_is_not_the_next_place() {
    let lab = lab!();
    let study = Study::new().with(55, Warm, 10.0, 200).with(45, Warm, 400.0, 200);
    let about = "judge a share of 0.55 of 100 warm requests: 55 took 10 ms, and 45 took 400";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.55, 100.0));
    says(&run, "holds, 10.0 ms", "55 of 100 were answered within 10 ms, and the claim is about 55");
}

#[test]
fn as_many_failures_as_the_claim_forgives_are_forgiven() {
    let lab = lab!();
    let study = Study::new().with(990, Warm, 10.0, 200).with(10, Warm, 1.0, 503);
    let run = study.judged(&lab, "lab-12.3", "judge 1,000 warm requests, of which 10 failed", ("warm", 0.99, 100.0));
    says(&run, "holds, 10.0 ms", "990 of 1,000 were answered within 10 ms, and the claim is about 990");
}

#[test]
fn failures_leave_the_other_times_where_they_are() {
    let lab = lab!();
    let study = Study::new().with(985, Warm, 10.0, 200).with(5, Warm, 400.0, 200).with(10, Warm, 1.0, 503);
    let about = "judge 1,000 warm requests: 985 took 10 ms, 5 took 400, and 10 failed";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 500.0));
    says(&run, "holds, 400.0 ms", "the 990th of 1,000 took 400 ms, and the 10 that failed come after it");
    let study = Study::new().with(50, Warm, 10.0, 200).with(50, Warm, 1.0, 503);
    for (share, because) in [
        (0.3, "50 of 100 were answered within 10 ms, and the claim is about 30"),
        (0.5, "50 of 100 were answered within 10 ms, and the claim is about 50"),
    ] {
        let about = format!("judge a share of {share} of 100 warm requests: 50 took 10 ms, and 50 failed");
        let run = study.judged(&lab, "lab-12.3", &about, ("warm", share, 100.0));
        says(&run, "holds, 10.0 ms", because);
    }
}

#[test]
fn times_are_numbers_and_shares_are_no_whole_percents() {
    let lab = lab!();
    let study = Study::new().with(10, Warm, 9.0, 200).with(20, Warm, 1_000.0, 200).with(1_970, Warm, 80.0, 200);
    let about = "judge 2,000 warm requests: 10 took 9 ms, 1,970 took 80 and 20 took 1,000";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 100.0));
    says(&run, "holds, 80.0 ms", "1,980 of 2,000 were answered within 80 ms");
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.994, 100.0));
    says(&run, "does not hold, 1000.0 ms", "994 of 1,000 are 1,988 of 2,000, and 1,980 were answered within 80 ms");
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.9904, 100.0));
    let because = "9,904 of 10,000 are 1,980.8 of 2,000, and 1,980 were answered within 80 ms";
    says(&run, "does not hold, 1000.0 ms", because);
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.990_000_1, 100.0));
    let because = "9,900,001 of 10,000,000 are 1,980.0002 of 2,000, and 1,980 were answered within 80 ms";
    says(&run, "does not hold, 1000.0 ms", because);
}

#[test]
fn no_samples_are_no_reason_to_panic() {
    let lab = lab!();
    let study = Study::new().with(50, Warm, 10.0, 200);
    let about = "judge 9 of 10 cold starts, where there was none";
    let run = study.judged(&lab, "lab-12.3", about, ("cold", 0.9, 800.0));
    let expected = "a line with the verdict: where the place lies after all times, the answer is infinite";
    run.shows(run.stdout().contains("it: "), expected, "no such line, because the program has panicked");
    says(&run, "not decided, 0 samples of 100", "0 samples are fewer than 100");
}

#[test]
fn where_all_failed_nobody_was_answered() {
    let lab = lab!();
    let study = Study::new().with(1_000, Warm, 1.0, 500);
    let run = study.judged(&lab, "lab-12.3", "judge 1,000 warm requests that all failed", ("warm", 0.5, 100.0));
    let expected = "a line with the verdict: where the place lies after all times, the answer is infinite";
    run.shows(run.stdout().contains("it: "), expected, "no such line, because the program has panicked");
    says(&run, "does not hold, too many failed", "no share of them was ever answered");
}
