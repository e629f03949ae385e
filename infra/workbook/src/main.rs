//! The command of the workbook.
//!
//! `cargo run` serves the book, the board's site, its API and the AWS endpoint, all on this machine, until Ctrl-C: that is `up`.
//! Learners check their labs with `status`, `check`, `watch` and `hint`, and move with `reset` and `skip-to`.
//! `cargo workbook dev …` is for the makers of the course. Start reading at `up`, which wires the rest: `book` builds and
//! serves the pages, `site` publishes the board's page, `ready` finds out that everything answers; or at `learner`, on which
//! the learner's commands stand.

mod book;
mod check;
mod dev;
mod hint;
mod learner;
mod ready;
mod reset;
mod root;
mod site;
mod skip_to;
mod status;
mod up;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use learner::LearnerError;

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
    /// Show how every lab stands, and the next step
    Status,
    /// Check a lab and show what to look at first; fails while it is red
    Check {
        /// The lab's number, such as 05; the lab that was edited last when left out
        lab: Option<String>,
        /// Show every red test in full
        #[arg(long)]
        all: bool,
    },
    /// Check a lab at every save, until Ctrl-C
    Watch {
        /// The lab's number, such as 05; the lab that was edited last when left out
        lab: Option<String>,
    },
    /// Say what is wrong with a lab, a little more each time
    Hint {
        /// The lab's number, such as 05; the lab that was edited last when left out
        lab: Option<String>,
        /// 1: what was observed, 2: the idea, 3: an example on another problem, 4: the solution's lines
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
        level: Option<u8>,
    },
    /// Bring a lab back to how it was given; a copy of your work is kept
    Reset {
        /// The lab's number, such as 05
        lab: String,
    },
    /// Fill all labs before this one from their solutions; a copy of your work is kept
    SkipTo {
        /// The lab's number, such as 05
        lab: String,
    },
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
    let told = |outcome: Result<(), LearnerError>| match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why.to_string()),
    };
    match arguments.command.unwrap_or_else(|| Command::Up(up::Options::default())) {
        Command::Up(options) => match runtime().and_then(|runtime| runtime.block_on(up::run(&root, options))) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => failed(&why),
        },
        Command::Status => told(status::run(&root)),
        Command::Check { lab, all } => match check::run(&root, lab.as_deref(), all) {
            Ok(true) => ExitCode::SUCCESS,
            // What is red has been told.
            Ok(false) => ExitCode::FAILURE,
            Err(why) => failed(&why.to_string()),
        },
        Command::Watch { lab } => match runtime() {
            Ok(runtime) => {
                let watched = runtime.block_on(watch::run(&root, lab.as_deref()));
                // A check that is still running ends with this process.
                runtime.shutdown_background();
                told(watched)
            }
            Err(why) => failed(&why),
        },
        Command::Hint { lab, level } => told(hint::run(&root, lab.as_deref(), level)),
        Command::Reset { lab } => told(reset::run(&root, &lab)),
        Command::SkipTo { lab } => told(skip_to::run(&root, &lab)),
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
