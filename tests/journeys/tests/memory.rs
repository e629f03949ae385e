//! What a function prints does not fill the memory of the local cloud.
#![cfg(target_os = "linux")]

use local::cloud::{Boot, Cloud};
use local::lambda::InvokeRequest;
use local::logs::EVENT_LIMIT;
use local::programs::{Program, Programs};

/// The most memory that this process has ever had, in MB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is there");
    peak.trim().trim_end_matches("kB").trim().parse::<u64>().expect("a number") / 1024
}

// Alone in its file, because the figure is that of the whole process.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_prints_600_mb_without_a_newline_costs_less_than_120_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("template.yaml");
    let guest = journeys::guest_resource("Guest", 120, "      FunctionName: guest\n");
    let template = format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{guest}");
    std::fs::write(&file, template).expect("a file");
    let program = Programs::Given(Program::at(journeys::guest().await));
    let cloud = Cloud::boot(Boot::new(file, program)).await.expect("it boots");
    let outcome = cloud.lambda().invoke("guest", InvokeRequest::with("\"flood\"")).await.expect("it is run");
    assert_eq!(outcome.function_error, None, "it was not held up");
    assert!(outcome.log_tail.contains("\nEND RequestId: ") && outcome.log_tail.len() <= 4 * 1024);
    let events = cloud.logs().read("/aws/lambda/guest");
    assert!(events.iter().any(|event| event.message.len() == EVENT_LIMIT), "whole events of it are there");
    assert!(events.last().expect("there are").message.starts_with("REPORT"), "and the newest");
    drop(events);
    cloud.shutdown().await;
    assert!(most_memory() < 120, "{} MB", most_memory());
}
