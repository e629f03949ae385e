//! `conformance FILE [--only TOPIC]`: runs a case file against the local cloud.
//!
//! With the argument `function` it is the function of a case instead, and serves invocations of the environment that it was started
//! in.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use conformance::function::{self, FUNCTION_ARGUMENT};
use conformance::ground::Ground;
use conformance::{case, run};

/// Runs a case file against the local cloud. Prints a line for each case that fails, and ends with `N passed, N failed`.
#[derive(Debug, Parser)]
struct Arguments {
    /// The case file.
    file: PathBuf,
    /// Only the cases of this topic.
    #[arg(long, value_name = "TOPIC")]
    only: Option<String>,
    /// Only the cases whose id contains this.
    #[arg(long, value_name = "TEXT")]
    id: Option<String>,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(FUNCTION_ARGUMENT) {
        return function::serve();
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(report(Arguments::parse())),
        Err(error) => {
            eprintln!("The runner cannot start its threads: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn report(arguments: Arguments) -> ExitCode {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            eprintln!("The runner does not find its own program, which functions run: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut cases = match case::read(&arguments.file) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    cases.retain(|case| arguments.only.as_ref().is_none_or(|topic| case.topic == *topic));
    cases.retain(|case| arguments.id.as_ref().is_none_or(|text| case.id.contains(text)));
    if cases.is_empty() {
        eprintln!("No case of {} is asked for; look at --only and --id.", arguments.file.display());
    }
    let nothing_asked = cases.is_empty();
    let verdicts = run::verdicts(cases, &Ground::new(program)).await;
    for verdict in verdicts.iter().filter(|verdict| !verdict.differences.is_empty()) {
        match &verdict.excuse {
            None => println!("{verdict}"),
            Some(reason) => println!("{verdict} (differs on purpose: {reason})"),
        }
    }
    let passed = verdicts.iter().filter(|verdict| verdict.passed()).count();
    let failed = verdicts.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed == 0 && !nothing_asked { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
