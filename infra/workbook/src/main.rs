//! The command of the workbook.
//!
//! `cargo run` serves the book, the board's site, its API and the AWS endpoint, all on this machine, until Ctrl-C: that is `up`.
//! Start reading at `up`, which wires the rest: `book` builds and serves the pages, `site` publishes the board's page, `ready`
//! finds out that everything answers. `logs`, `events` and `invoke` look at a board that runs, `env` lets other programs do so,
//! and `deploy` changes it: `running` finds it, `client` asks it. `expand`, `preflight`, `cost` and `explain` need no board. `up --mine` and
//! `template` put the learner's labs into it: `mine`. `whiteboard` makes what a speaker takes along, and `review` asks the cards that are
//! due.
//! Learners check their labs with `status`, `check`, `watch` and `hint`, and move with `reset` and `skip-to`; `class` says to a trainer how
//! far they are. All of these stand on `learner`. `drill` puts a broken board before them. All print through `output`, and fail with the
//! one type in `error`. How labs are made and answers recognised is in `infra/course`; what the makers of the course run is `cargo xtask`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod advice;
mod book;
mod check;
mod class;
mod client;
mod cost;
mod deploy;
mod drill;
mod env;
mod error;
mod events;
mod expand;
mod explain;
mod exported;
mod hint;
mod invoke;
mod kept;
mod learner;
mod live;
mod logs;
mod mine;
mod output;
mod package;
mod preflight;
mod ready;
mod reset;
mod review;
mod running;
mod signals;
mod since;
mod site;
mod skip_to;
mod status;
mod template;
mod up;
mod watch;
mod whiteboard;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use error::Error;
use output::note;

/// Learn and prove event-driven serverless on AWS, on your own machine
#[derive(Debug, Parser)]
#[command(name = "workbook", bin_name = "cargo workbook", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve book, site, API and AWS endpoint until Ctrl-C (what plain `cargo run` does)
    Up(up::UpOptions),
    /// Show the state of every lab, and the next step
    Status,
    /// Check a lab and show what to look at first; fails while it is red
    Check {
        /// The lab's number, such as 05 [default: the lab that was edited last]
        lab: Option<String>,
        /// Show every red test in full
        #[arg(long)]
        all: bool,
    },
    /// Check a lab at every save, until Ctrl-C
    Watch {
        /// The lab's number, such as 05 [default: the lab that was edited last]
        lab: Option<String>,
    },
    /// Say what is wrong with a lab, a little more each time
    Hint {
        /// The lab's number, such as 05 [default: the lab that was edited last]
        lab: Option<String>,
        /// 1: what was observed, 2: the idea, 3: an example on another problem, 4: the solution's lines
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
        level: Option<u8>,
    },
    /// Print one line that says how far you are, for a trainer to collect; no server
    Class(class::ClassOptions),
    /// Answer the cards that are due; they come back before you forget them
    Review(review::ReviewOptions),
    /// Restore a lab to its starter; a copy of your work is kept
    Reset {
        /// The lab's number, such as 05
        lab: String,
    },
    /// Fill all labs before this one from their solutions; a copy of your work is kept
    SkipTo {
        /// The lab's number, such as 05
        lab: String,
    },
    /// Show what functions printed and what the API wrote about each request
    Logs(logs::LogsOptions),
    /// Show the board's activity: requests, invocations, stream batches, calls to AWS
    Events(events::EventsOptions),
    /// Run a function with an event and show its reply
    Invoke(invoke::InvokeOptions),
    /// Print the environment variables that point AWS clients to the running board
    Env(env::EnvOptions),
    /// Replace the running board's stack with that of another template, and show CloudFormation's events
    Deploy(deploy::DeployOptions),
    /// Print what SAM makes of a template, as CloudFormation gets it
    Expand(expand::ExpandOptions),
    /// Print the board's template for this folder, with your own labs in it if you like
    Template(template::TemplateOptions),
    /// Say what AWS would refuse of a template, and what would fail at run time; needs no board
    Preflight(preflight::PreflightOptions),
    /// Say what a template costs a month, at rest and under load; needs no board
    Cost(cost::CostOptions),
    /// Find what a message means, by pasting it
    Explain(explain::ExplainOptions),
    /// Practise: a board that is broken, and what a caller says about it
    Drill(drill::DrillOptions),
    /// Take the whiteboard talk along: cue sheet, finished board, speaker notes
    Whiteboard {
        #[command(subcommand)]
        command: whiteboard::WhiteboardCommand,
    },
    /// Build the book, and end: a board does this in a process of its own
    #[command(name = book::BUILD, hide = true)]
    BuildBook,
    /// Moved to `cargo xtask`
    #[command(hide = true, disable_help_flag = true)]
    Dev {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let Some(root) = course::root::workspace() else {
        return failed(&Error::again(
            "This command belongs to the serverless workbook.",
            "Go to the workbook's folder",
        ));
    };
    let command = arguments.command.unwrap_or_else(|| Command::Up(up::UpOptions::default()));
    if matches!(
        command,
        Command::Class(_)
            | Command::Cost(_)
            | Command::Events(_)
            | Command::Expand(_)
            | Command::Explain(_)
            | Command::Logs(_)
            | Command::Preflight(_)
            | Command::Status
            | Command::Template(_)
            | Command::Watch { .. }
    ) {
        output::end_with_reader();
    }
    let outcome: Result<(), Error> = match command {
        Command::Up(options) => finished(up::run(&root, options)),
        Command::Logs(options) => finished(logs::run(&root, options)),
        Command::Events(options) => finished(events::run(&root, options)),
        Command::Invoke(options) => finished(invoke::run(&root, options)),
        Command::Env(options) => finished(env::run(&root, options)),
        Command::Deploy(options) => finished(deploy::run(&root, options)),
        Command::Expand(options) => expand::run(options),
        Command::Preflight(options) => match preflight::run(&options) {
            // What was found has been printed already.
            Ok(false) => return ExitCode::FAILURE,
            other => other.map(drop),
        },
        Command::Cost(options) => cost::run(&root, &options),
        Command::Explain(options) => explain::run(&root, options),
        Command::Drill(options) => match finished(drill::run(&root, options)) {
            // What is still broken has been said already.
            Ok(false) => return ExitCode::FAILURE,
            other => other.map(drop),
        },
        Command::Status => finished(status::run(&root)),
        Command::Template(options) => template::run(&root, &options),
        Command::Check { lab, all } => match check::run(&root, lab.as_deref(), all) {
            // Red tests have been reported already.
            Ok(false) => return ExitCode::FAILURE,
            other => other.map(drop),
        },
        Command::Watch { lab } => finished(watch::run(&root, lab.as_deref())),
        Command::Class(options) => class::run(&root, options),
        Command::Hint { lab, level } => hint::run(&root, lab.as_deref(), level),
        Command::Reset { lab } => reset::run(&root, &lab),
        Command::SkipTo { lab } => skip_to::run(&root, &lab),
        Command::Review(options) => review::run(&root, options),
        Command::Whiteboard { command } => whiteboard::run(&root, command),
        Command::BuildBook => book::build(&root).map(drop),
        Command::Dev { arguments } => {
            Err(Error::new("This command has moved.", format!("Type: cargo xtask {}", arguments.join(" "))))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

/// Runs a command to its end. What still runs on a thread of its own, such as a check that is no longer wanted, ends with
/// this process.
fn finished<T: Default>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            biased;
            outcome = command => outcome,
            () = output::reader_is_gone() => Ok(T::default()),
        }
    });
    runtime.shutdown_background();
    outcome
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    // Two threads serve a board on a laptop; more only hold memory.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|why| Error::again(format!("The runtime cannot start: {why}."), "Close other programs"))
}

fn failed(why: &Error) -> ExitCode {
    note!("\n{why}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// What a reader is told to type there is.
    #[test]
    fn the_page_for_assistants_and_the_trainers_guide_name_commands_that_there_are() {
        let root = course::root::workspace().expect("the tests run inside the workbook");
        let command = Arguments::command();
        for (page, least) in [("AGENTS.md", 5), ("book/src/trainers-guide.md", 3)] {
            let text = std::fs::read_to_string(root.join(page)).expect("the page is there");
            let named: Vec<&str> = text
                .match_indices("cargo workbook ")
                .filter_map(|(at, found)| text[at + found.len()..].split([' ', '`', '\n']).next())
                .collect();
            for name in &named {
                assert!(command.find_subcommand(name).is_some(), "{page} speaks of `cargo workbook {name}`");
            }
            assert!(named.len() >= least, "{page} is read: {named:?}");
        }
    }

    #[test]
    fn the_page_for_assistants_has_the_ladder_the_four_verbs_and_folders_that_there_are() {
        let root = course::root::workspace().expect("the tests run inside the workbook");
        let text = std::fs::read_to_string(root.join("AGENTS.md")).expect("the page is there");
        for part in ["| 1 |", "| 2 |", "| 3 |", "| 4 |", "**simpler**", "**example**", "**hint**", "**choose for me**"]
        {
            assert!(text.contains(part), "AGENTS.md lacks {part}");
        }
        let (_, kept) = text.split_once("## Keep to yourself").expect("it says what not to reveal");
        let (kept, _) = kept.split_once("\n## ").expect("and then goes on");
        let folders: Vec<&str> = kept.split('`').skip(1).step_by(2).filter(|name| name.ends_with('/')).collect();
        for folder in ["solutions/", "tests/wrong-answers/", "tests/course/tests/messages/", "book/hints/"] {
            assert!(folders.contains(&folder) && root.join(folder).is_dir(), "{folder}: {folders:?}");
        }
    }
}
