//! The figures that the workbook promises, measured in one run on this machine and printed beside their bars.
//!
//! `cargo run --release -p bench -- all` measures everything, `-- startup gateway` these groups. `--write` puts the figures into
//! `tests/bench/results.json`, from which `cargo xtask performance` makes a page of the book. Nothing here fails because it is slow:
//! a busy machine makes every figure worse, and a test that fails on busy machines teaches nobody anything. Run it alone.

mod api_gateway;
mod board_api;
mod built;
mod cargo_lambda;
mod figure;
mod http;
mod learner;
mod list_page;
mod load;
mod machine;
mod ministack;
mod results;
mod startup;

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use figure::Measured;
use machine::Machine;

/// A group of figures.
type Group = (&'static str, fn(&Arguments) -> Measured);

/// The groups, in the order in which they are measured.
const GROUPS: [Group; 5] = [
    ("function", |_| board_api::measured()),
    ("gateway", |_| api_gateway::measured()),
    ("list", |arguments| list_page::measured(arguments.posts)),
    ("startup", |_| startup::measured()),
    ("learner", |_| learner::measured()),
];

/// Measure what the workbook promises, and print it beside the bars
#[derive(Debug, Parser)]
#[command(name = "bench", version)]
struct Arguments {
    /// What to measure: function, gateway, list, startup, learner, or all of them
    #[arg(value_parser = ["all", "function", "gateway", "list", "startup", "learner"], default_value = "all")]
    groups: Vec<String>,
    /// Put the figures of these groups into tests/bench/results.json
    #[arg(long)]
    write: bool,
    /// How many posts the large board of `list` has
    #[arg(long, default_value_t = 1_000_000)]
    posts: usize,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.write && profile() != "release" {
        eprintln!("Only a release build is worth keeping: cargo run --release -p bench -- all --write");
        return ExitCode::FAILURE;
    }
    let is_asked = |name: &str| arguments.groups.iter().any(|asked| asked == "all" || asked == name);
    for (name, measure) in GROUPS.into_iter().filter(|(name, _)| is_asked(name)) {
        let machine = Machine::here();
        if let Some(why) = machine.is_busy() {
            eprintln!("{name}: {why}");
        }
        let began = Instant::now();
        let measured = measure(&arguments);
        let took = began.elapsed();
        print(name, &measured);
        if arguments.write
            && let Err(why) = results::write(name, &measured, took, &machine)
        {
            eprintln!("{why}. Mend or remove the file, then run the same command again.");
            return ExitCode::FAILURE;
        }
    }
    if arguments.write {
        println!("{}: written. Now: cargo xtask performance", results::path().display());
    }
    ExitCode::SUCCESS
}

fn print(name: &str, measured: &Measured) {
    println!("{name}");
    for figure in measured.figures.iter().chain(&measured.ratios) {
        let bar = figure.bar.map_or_else(String::new, |bar| {
            format!("bar {}, {}", bar.words(), if bar.is_met(figure.value) { "met" } else { "MISSED" })
        });
        println!("  {:<44} {:<34} {:>14}   {bar}", figure.subject, figure.what, figure.shown());
    }
    for one in &measured.missing {
        println!("  {:<44} not measured: {}", one.subject, one.why);
    }
    for (name, value) in &measured.conditions {
        println!("  {name}: {value}");
    }
}

/// The profile that this program was built with: the folder that it is in.
fn profile() -> String {
    let own = std::env::current_exe().expect("a program knows its own path");
    let folder = own.parent().and_then(|folder| folder.file_name());
    folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime starts")
}
