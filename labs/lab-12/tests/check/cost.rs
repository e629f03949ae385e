//! lab-12.5: what is billed, not what was measured.

use kit::lab;

use crate::study::Start::{Cold, Warm};
use crate::study::Study;

#[test]
fn billed_time_is_counted_in_gigabyte_seconds() {
    let lab = lab!();
    let study = Study::new().with(100, Warm, 10.0, 200);
    let run = study.cost(&lab, "lab-12.5", "count the cost of requests of 3.10 ms in 512 MB, billed as 4 ms");
    run.succeeds();
    // 4 ms of half a gigabyte, a million times.
    told(&run, "2000 GB-seconds", "0.20 USD", "3.70 USD");
}

#[test]
fn each_millisecond_is_billed() {
    let lab = lab!();
    let study = Study::new().billed_as(3).with(50, Warm, 10.0, 200).billed_as(5).with(30, Warm, 10.0, 200);
    let study = study.billed_as(47).with(20, Warm, 60.0, 200);
    let about = "count the cost when 50 requests in 100 are billed as 3 ms, 30 as 5 ms and 20 as 47 ms, in 512 MB";
    let run = study.cost(&lab, "lab-12.5", about);
    run.succeeds();
    // 1,240 ms of half a gigabyte for 100 of them.
    told(&run, "6200 GB-seconds", "0.62 USD", "4.12 USD");
}

#[test]
fn the_init_phase_is_paid_for() {
    let lab = lab!();
    let study = Study::new().with(90, Warm, 10.0, 200).with(10, Cold, 200.0, 200);
    let run = study.cost(&lab, "lab-12.5", "count the cost when one request in ten is cold, billed as 44 ms");
    run.succeeds();
    told(&run, "4000 GB-seconds", "0.40 USD", "3.90 USD");
}

#[test]
fn memory_is_what_each_function_has() {
    let lab = lab!();
    let study = Study::new().in_memory(128).with(75, Warm, 10.0, 200).in_memory(2_048).with(25, Warm, 10.0, 200);
    let about =
        "count the cost when 75 requests in 100 were dealt with in 128 MB and 25 in 2,048 MB, each billed as 4 ms";
    let run = study.cost(&lab, "lab-12.5", about);
    run.succeeds();
    told(&run, "2375 GB-seconds", "0.24 USD", "3.74 USD");
}

#[test]
fn each_request_is_billed_in_the_memory_that_it_had() {
    let lab = lab!();
    let study = Study::new().in_memory(128).with(75, Warm, 10.0, 200).in_memory(1_024).with(25, Cold, 200.0, 200);
    let about = "count the cost when 75 requests in 100 were dealt with in 128 MB, billed as 4 ms, and 25 in 1,024 MB, billed as 44 ms";
    let run = study.cost(&lab, "lab-12.5", about);
    run.succeeds();
    told(&run, "11375 GB-seconds", "1.14 USD", "4.64 USD");
}

#[test]
fn no_memory_and_no_time_is_rounded_or_cut_off() {
    let lab = lab!();
    let study = Study::new().in_memory(1_769).billed_as(3).with(50, Warm, 10.0, 200);
    let study = study.in_memory(10_240).billed_as(61_000).with(50, Warm, 61_010.0, 200);
    let about = "count the cost when 50 requests in 100 were dealt with in 1,769 MB, billed as 3 ms, and 50 in 10,240 MB, billed as 61,000 ms";
    let run = study.cost(&lab, "lab-12.5", about);
    run.succeeds();
    told(&run, "305002591 GB-seconds", "30500.26 USD", "30503.76 USD");
}

fn told(run: &kit::Run<'_>, gigabyte_seconds: &str, time: &str, together: &str) {
    let stdout = run.stdout();
    let line =
        |begins: &str| stdout.lines().find(|line| line.trim().starts_with(begins)).unwrap_or_default().to_string();
    let got = line("Lambda's time").split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = format!("Lambda's time, {gigabyte_seconds} {time}");
    run.shows(got == wanted, format!("\"{wanted}\""), format!("\"{got}\""));
    run.shows(line("together").ends_with(together), format!("together {together}"), line("together"));
}
