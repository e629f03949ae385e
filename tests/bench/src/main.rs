//! The figures that the workbook promises, measured in one run on this machine and printed beside their bars.
//!
//! `cargo run -p bench` measures everything, `-- startup` and the like one group. Nothing here fails because it is slow:
//! a busy machine makes every figure worse, and a test that fails on busy machines teaches nobody anything. Run it alone.

mod api_gateway;
mod learner;
mod ministack;
mod startup;

use std::time::Duration;

/// A group of figures.
type Group = (&'static str, fn() -> Vec<Figure>);

/// The groups, in the order in which they are measured.
const GROUPS: [Group; 3] =
    [("startup", startup::figures), ("gateway", api_gateway::figures), ("learner", learner::figures)];

/// One measured value beside what was promised.
struct Figure {
    what: String,
    value: String,
    bar: &'static str,
}

impl Figure {
    fn new(what: impl Into<String>, value: impl Into<String>, bar: &'static str) -> Figure {
        Figure { what: what.into(), value: value.into(), bar }
    }
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    for (name, figures) in GROUPS {
        if !asked.is_empty() && !asked.iter().any(|asked| asked == name) {
            continue;
        }
        println!("{name}");
        for Figure { what, value, bar } in figures() {
            println!("  {what:<62} {value:>14}   bar {bar}");
        }
    }
}

/// The middle of several measurements.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime starts")
}
