//! The command of the workbook.
//!
//! `cargo run` serves the book, the board's site, its API and the AWS endpoint, all on this machine, until Ctrl-C: that is `up`.
//! Start reading at `up`, which wires the rest: `book` builds and serves the pages, `site` publishes the board's page, `ready`
//! finds out that everything answers. `logs`, `events` and `invoke` look at a board that runs, and `deploy` changes it: `running`
//! finds it, `client` asks it. `cargo workbook dev …` is for the makers of the course.

mod book;
mod client;
mod deploy;
mod dev;
mod events;
mod invoke;
mod logs;
mod ready;
mod root;
mod running;
mod since;
mod site;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Learn and prove event-driven serverless on AWS, on your own machine
#[derive(Debug, Parser)]
#[command(name = "workbook", bin_name = "cargo workbook", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve book, site, API and AWS endpoint until Ctrl-C (what plain `cargo run` does)
    Up(up::Options),
    /// Show what functions printed and what the API wrote about each request
    Logs(logs::Options),
    /// Show what went through: requests, invocations, stream batches, calls of AWS
    Events(events::Options),
    /// Run a function with an event and show its reply
    Invoke(invoke::Options),
    /// Put another template in the place of the one that runs, with CloudFormation's events
    Deploy(deploy::Options),
    /// For the makers of the course
    #[command(subcommand)]
    Dev(dev::DevCommand),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = match root::workspace() {
        Ok(root) => root,
        Err(why) => return failed(&why),
    };
    let outcome = match arguments.command.unwrap_or_else(|| Command::Up(up::Options::default())) {
        Command::Up(options) => finished(up::run(&root, options)),
        Command::Logs(options) => finished(logs::run(&root, options)),
        Command::Events(options) => finished(events::run(&root, options)),
        Command::Invoke(options) => finished(invoke::run(&root, options)),
        Command::Deploy(options) => finished(deploy::run(&root, options)),
        Command::Dev(command) => dev::run(command, &root).map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// Runs a command to its end.
fn finished(command: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    runtime()?.block_on(command)
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    // Two threads serve a board on a laptop; more only hold memory.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| format!("The runtime cannot start: {error}"))
}

fn failed(why: &str) -> ExitCode {
    eprintln!("\n{why}");
    ExitCode::FAILURE
}
