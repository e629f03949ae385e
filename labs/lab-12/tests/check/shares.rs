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
    let study = Study::new().with(980, Warm, 10.0, 200).with(20, Warm, 1.0, 503);
    let about = "judge 1,000 warm requests, of which 20 failed within 1 ms";
    let run = study.judged(&lab, "lab-12.3", about, ("warm", 0.99, 100.0));
    says(&run, "does not hold, too many failed", "20 of 1,000 were never answered, and the claim forgives 10");
}
