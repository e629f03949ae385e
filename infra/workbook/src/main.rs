//! The command of the workbook.
//!
//! `cargo run` serves the book, the board's site, its API and the AWS endpoint, all on this machine, until Ctrl-C: that is `up`.
//! `cargo workbook dev …` is for the makers of the course. Start reading at `up`, which wires the rest: `book` builds and
//! serves the pages, `site` publishes the board's page, `ready` finds out that everything answers.

mod book;
mod dev;
mod ready;
mod root;
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
    match arguments.command.unwrap_or_else(|| Command::Up(up::Options::default())) {
        Command::Up(options) => match runtime().and_then(|runtime| runtime.block_on(up::run(&root, options))) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => failed(&why),
        },
        Command::Dev(command) => match dev::run(command, &root) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => failed(&why.to_string()),
        },
    }
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
