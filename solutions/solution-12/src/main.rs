//! Lab 12, the PoC: a program that measures an API, judges hypotheses about it, counts what a million requests cost, and
//! says what a deployment has left behind. It knows nothing of the board; an address and four files are all that it is told.
//!
//! `measure` → samples → `judge`, with Lambda's log beside them; `cost` reads the same log; `leftovers` comes last. Start
//! with `measure.rs`, then `group.rs`, `percentile.rs` and `verdict.rs`, which are the way of a number to a verdict.

mod arguments;
mod client;
mod cost;
mod group;
mod hypothesis;
mod leftovers;
mod measure;
mod percentile;
mod report;
mod sample;
mod verdict;

use std::process::ExitCode;

use crate::arguments::{Arguments, USAGE};
use crate::verdict::Verdict;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::of(std::env::args().skip(1));
    match run(&arguments).await {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(64)
        }
    }
}

/// Does what the first argument names.
async fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    match arguments.command() {
        "measure" => measure(arguments).await,
        "judge" => judge(arguments),
        "cost" => cost(arguments),
        "leftovers" => leftovers(arguments),
        _ => Err(USAGE.to_string()),
    }
}

/// Prints a sample a line.
async fn measure(arguments: &Arguments) -> Result<ExitCode, String> {
    let (rate, count) = (arguments.number("rate")?, arguments.number("count")? as usize);
    let client = client::Client::of(arguments.operand(0, "the address to measure")?)?;
    for sample in measure::samples(&client, rate, count).await {
        println!("{}", sample.line());
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a verdict a line. Exit code 0: all hold; 1: one does not; 2: none fails, but one is not decided.
fn judge(arguments: &Arguments) -> Result<ExitCode, String> {
    let hypotheses = hypothesis::read(&arguments.file("hypotheses")?)?;
    let samples = sample::read(&arguments.file("samples")?)?;
    let reports = report::read(&arguments.file("log")?);
    let groups = group::sorted(&samples, &reports);
    println!("{groups}");
    let mut code = 0;
    for hypothesis in &hypotheses {
        let verdict = verdict::of(hypothesis, groups.of(hypothesis.group));
        println!("{}: {verdict}. {}", hypothesis.name, hypothesis.claim);
        code = match verdict {
            Verdict::DoesNotHold { .. } => 1,
            Verdict::NotDecided { .. } if code == 0 => 2,
            _ => code,
        };
    }
    Ok(ExitCode::from(code))
}

/// Prints what a million requests like those of the log cost.
fn cost(arguments: &Arguments) -> Result<ExitCode, String> {
    let prices = cost::Prices::read(&arguments.file("prices")?)?;
    let reports = report::read(&arguments.file("log")?);
    if reports.is_empty() {
        return Err(
            "The log has no REPORT line. Give the function's log group: aws logs tail /aws/lambda/board-api".into()
        );
    }
    println!("{}", cost::Bill::of(&reports, &prices));
    Ok(ExitCode::SUCCESS)
}

/// Prints what is left, a line each. Exit code 1 when anything is.
fn leftovers(arguments: &Arguments) -> Result<ExitCode, String> {
    let inventory = leftovers::Inventory::read(arguments.operand(0, "the folder with the lists")?)?;
    let left = leftovers::remaining(&inventory, arguments.text("name")?, arguments.text("api-id")?);
    for one in &left {
        println!("left: {one}");
    }
    if left.is_empty() {
        println!("nothing is left");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}
