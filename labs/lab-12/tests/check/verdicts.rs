//! lab-12.4: three verdicts.

use kit::lab;

use crate::study::Start::{Cold, Warm};
use crate::study::{Study, says};

#[test]
fn three_samples_decide_nothing() {
    let lab = lab!();
    let study = Study::new().with(3, Warm, 10.0, 200);
    let run = study.judged(&lab, "lab-12.4", "judge 99 of 100 by 3 fast samples", ("warm", 0.99, 100.0));
    says(&run, "not decided, 3 samples of 1000", "with 3 samples, one in a hundred has most likely not been met");
    run.exits_with(2);
}

#[test]
fn slow_samples_decide_nothing_either_when_they_are_few() {
    let lab = lab!();
    let study = Study::new().with(99, Warm, 900.0, 200);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 99 slow samples", ("warm", 0.9, 500.0));
    says(&run, "not decided, 99 samples of 100", "the rule is made before the measurement, and holds both ways");
}

#[test]
fn failures_decide_nothing_either_when_they_are_few() {
    let lab = lab!();
    let study = Study::new().with(19, Warm, 10.0, 200).with(80, Warm, 1.0, 503);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 19 answers and 80 failures", ("warm", 0.9, 100.0));
    says(&run, "not decided, 99 samples of 100", "a failure is a sample like the others, and 99 are one too few");
    let study = Study::new().with(3, Warm, 1.0, 503);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 3 failures alone", ("warm", 0.9, 100.0));
    says(&run, "not decided, 3 samples of 100", "3 failures are 3 samples");
}

#[test]
fn what_is_needed_depends_on_the_share() {
    let lab = lab!();
    for (share, need) in
        [(0.25, 13), (0.3, 14), (0.5, 20), (0.7, 33), (0.85, 67), (0.9, 100), (0.95, 200), (0.99, 1_000)]
    {
        let one_short = Study::new().with(need - 1, Warm, 10.0, 200);
        let about = format!("judge a share of {share} by {} samples", need - 1);
        let run = one_short.judged(&lab, "lab-12.4", &about, ("warm", share, 100.0));
        says(&run, &format!("not decided, {} samples of {need}", need - 1), "10 samples must lie beyond the share");
        let enough = one_short.with(1, Warm, 10.0, 200);
        let about = format!("judge a share of {share} by {need} samples");
        says(&enough.judged(&lab, "lab-12.4", &about, ("warm", share, 100.0)), "holds, 10.0 ms", "there are enough");
    }
    let some = Study::new().with(1_001, Warm, 10.0, 200).with(300, Cold, 10.0, 200);
    for (share, need) in [(0.999, 10_000), (0.9995, 20_000), (0.9999, 100_000)] {
        let about = format!("judge a share of {share} by 1,001 samples");
        let run = some.judged(&lab, "lab-12.4", &about, ("warm", share, 100.0));
        says(&run, &format!("not decided, 1001 samples of {need}"), "10 samples must lie beyond the share");
    }
    let run = some.judged(&lab, "lab-12.4", "judge 99 of 100 by 300 cold starts", ("cold", 0.99, 100.0));
    says(&run, "not decided, 300 samples of 1000", "10 samples must lie beyond the share of cold starts, too");
}

#[test]
fn failed_samples_are_samples() {
    let lab = lab!();
    let study = Study::new().with(94, Warm, 10.0, 200).with(5, Warm, 1.0, 500);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 94 answers and 5 failures", ("warm", 0.9, 100.0));
    says(&run, "not decided, 99 samples of 100", "99 samples are one too few");
    let study = study.with(1, Warm, 10.0, 200);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 95 answers and 5 failures", ("warm", 0.9, 100.0));
    says(&run, "holds, 10.0 ms", "100 samples are needed, and there are 100 with those that failed");
}

#[test]
fn within_a_time_means_that_time_too() {
    let lab = lab!();
    let study = Study::new().with(99, Warm, 100.0, 200);
    let run = study.judged(&lab, "lab-12.4", "judge 9 of 10 by 99 answers after 100.0 ms", ("warm", 0.9, 100.0));
    says(&run, "not decided, 99 samples of 100", "99 samples are one too few");
    for (took, wanted) in [
        (100.0, "holds, 100.0 ms"),
        (100.1, "does not hold, 100.1 ms"),
        (100.04, "does not hold, 100.0 ms"),
        (100.005, "does not hold, 100.0 ms"),
    ] {
        let study = Study::new().with(100, Warm, took, 200);
        let about = format!("judge whether 9 of 10 were answered within 100 ms, by 100 answers after {took:?} ms");
        says(&study.judged(&lab, "lab-12.4", &about, ("warm", 0.9, 100.0)), wanted, "the claim is \"within 100 ms\"");
    }
}
