//! Lab 12, the PoC: a program that measures an API, judges hypotheses about it, shows what it has seen, counts what a million
//! requests cost, and says what a deployment has left behind. It knows nothing of the board; an address and some files are all
//! that it gets.
//!
//! `measure` → samples → `judge` and `report`, with Lambda's log beside them; `cost` reads the same log; `leftovers` comes last.
//! Start with `measure.rs`, then `group.rs`, `percentile.rs` and `verdict.rs`, which are the way of a number to a verdict.

mod arguments;
mod capacity;
mod client;
mod cost;
mod group;
mod hypothesis;
mod interrupt;
mod leftovers;
mod measure;
mod page;
mod percentile;
mod progress;
mod rate;
mod report;
mod sample;
mod verdict;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Command, CostOptions, JudgeOptions, LeftoversOptions, MeasureOptions, ReportOptions, text};
use crate::hypothesis::Hypothesis;
use crate::sample::Sample;
use crate::verdict::Verdict;

/// What the program ends with where it was not asked for something that it can do.
const USAGE: u8 = 64;

/// What `measure` ends with after Ctrl-C or `kill`.
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Command::try_parse() {
        Ok(Command::Measure(options)) => measure(&options).await,
        Ok(Command::Judge(options)) => judge(&options),
        Ok(Command::Report(options)) => report(&options),
        Ok(Command::Cost(options)) => cost(&options),
        Ok(Command::Leftovers(options)) => leftovers(&options),
        Err(why) => {
            // Help is printed, too, and was asked for.
            drop(why.print());
            return ExitCode::from(if why.use_stderr() { USAGE } else { 0 });
        }
    };
    done.unwrap_or_else(|why| {
        eprintln!("{why}");
        ExitCode::from(USAGE)
    })
}

/// Prints a sample a line. Exit code 130 where it was interrupted, as of whatever is ended by Ctrl-C.
async fn measure(options: &MeasureOptions) -> Result<ExitCode, String> {
    let client = client::Client::of(options.asked()?)?;
    let measured = tokio::select! {
        measured = interrupt::measured(&client, &options.rate, options.count, interrupted) => measured,
        never = client.progress().shown(options.count, options.progress) => match never {},
    };
    let lines: String = measured.samples.iter().map(|sample| sample.line() + "\n").collect();
    let written = std::io::stdout().write_all(lines.as_bytes());
    written.map_err(|why| {
        format!("The samples cannot be written: {why}. Send them into a file, as with > samples.jsonl")
    })?;
    Ok(match measured.remark(options.count) {
        None => ExitCode::SUCCESS,
        Some(remark) => {
            eprintln!("{remark}");
            ExitCode::from(INTERRUPTED)
        }
    })
}

/// Waits for Ctrl-C or for `kill`, for ever where the system cannot tell of them.
async fn interrupted() {
    tokio::select! {
        () = ctrl_c() => {}
        () = killed() => {}
    }
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// What `kill` and `timeout` send.
#[cfg(unix)]
async fn killed() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn killed() {
    std::future::pending().await
}

/// Prints a verdict a line. Exit code 0: all hold; 1: one does not; 2: none fails, but one is not decided.
fn judge(options: &JudgeOptions) -> Result<ExitCode, String> {
    let hypotheses = hypotheses(&options.hypotheses)?;
    let samples = samples(&options.samples)?;
    let reports = report::read(&text(&options.log)?);
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

/// The samples in a file.
fn samples(path: &Path) -> Result<Vec<Sample>, String> {
    let wrong = |why| format!("{}: {why}. Give the file that `measure` printed.", path.display());
    sample::read(&text(path)?).map_err(wrong)
}

/// The hypotheses in a file.
fn hypotheses(path: &Path) -> Result<Vec<Hypothesis>, String> {
    let wrong = |why| format!("{}: {why}\nCorrect it; labs/lab-12/hypotheses.toml has the form.", path.display());
    hypothesis::read(&text(path)?).map_err(wrong)
}

/// Prints a page about the samples.
fn report(options: &ReportOptions) -> Result<ExitCode, String> {
    let mut all = Vec::new();
    for path in &options.samples {
        all.extend(samples(path)?);
    }
    if all.is_empty() {
        return Err("There is no sample in it. Give the file that `measure` printed.".into());
    }
    let hypotheses = options.hypotheses.as_deref().map(hypotheses).transpose()?.unwrap_or_default();
    let log = options.log.as_deref().map(text).transpose()?;
    let reports = log.as_deref().map(report::read).unwrap_or_default();
    let mut capacity = Vec::new();
    for path in &options.capacity {
        capacity.push(capacity::read(&text(path)?).map_err(|why| format!("{}: {why}", path.display()))?);
    }
    print!("{}", page::html(all, &reports, &hypotheses, &capacity));
    Ok(ExitCode::SUCCESS)
}

/// Prints what a million requests like those of the log cost.
fn cost(options: &CostOptions) -> Result<ExitCode, String> {
    let wrong = |why| format!("{}: {why}\nCorrect it; labs/lab-12/prices.toml has the form.", options.prices.display());
    let prices = cost::Prices::read(&text(&options.prices)?).map_err(wrong)?;
    let reports = report::read(&text(&options.log)?);
    if reports.is_empty() {
        return Err(
            "The log has no REPORT line. Give the function's log group: aws logs tail /aws/lambda/board-api".into()
        );
    }
    println!("{}", cost::Bill::of(&reports, &prices));
    Ok(ExitCode::SUCCESS)
}

/// Prints what is left, a line each. Exit code 1 when anything is.
fn leftovers(options: &LeftoversOptions) -> Result<ExitCode, String> {
    let inventory = leftovers::Inventory::read(&options.folder)?;
    let left = leftovers::remaining(&inventory, &options.name, &options.api_id);
    for one in &left {
        println!("left: {one}");
    }
    if left.is_empty() {
        println!("nothing is left");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}
