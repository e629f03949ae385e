//! From the command to an answering board, and what it holds while nobody asks. The command is built as its readers build it, in the
//! profile that plain `cargo run` has.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::figure::{Bar, Figure, Measured, Times};
use crate::load::{self, Target};
use crate::{built, machine, runtime};

/// What is measured.
const COMMAND: &str = "the command";
/// How often each start is measured.
const RUNS: usize = 7;
/// How long one start may take, with everything that it builds.
const PATIENCE: Duration = Duration::from_secs(600);

/// A board that is starting or running. Dropping it ends it.
struct Starting(Child);

impl Drop for Starting {
    fn drop(&mut self) {
        // The only error is that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn measured() -> Measured {
    let mut measured = Measured::default();
    if let Err(why) = measure(&mut measured) {
        measured.lacks(COMMAND, why);
    }
    measured
}

fn measure(measured: &mut Measured) -> Result<(), String> {
    let data = tempfile::tempdir().map_err(|why| why.to_string())?;
    let executable = built::program("workbook", &[])?;
    let up = |mut command: Command, file: &Path| {
        command.args(["up", "--port", "0", "--data"]).arg(data.path()).arg("--ready-file").arg(file);
        command
    };
    let by_itself = |file: &Path| up(Command::new(&executable), file);
    let by_cargo = |file: &Path| {
        let mut cargo = course::run::cargo();
        cargo.args(["run", "-q", "--"]);
        up(cargo, file)
    };
    // Its functions are built, and its book is fresh, before the first measurement.
    let memory = idle_memory(&by_itself)?;
    measured.condition("profile", "dev, as by cargo run");
    let figure = |what: &str, times: &Times| Figure::new(COMMAND, what, times.median(), "ms").from(times.count());
    measured.figures.push(figure("started", &starts(&by_itself)?));
    // On Unix, Cargo becomes the command; elsewhere it starts the command as its child, and ending Cargo would leave the
    // command running.
    if cfg!(unix) {
        measured.figures.push(figure("by cargo run", &starts(&by_cargo)?).held_to(Bar::AtMost(500.0)));
    }
    if let Some(memory) = memory {
        measured.figures.push(Figure::new(COMMAND, "resident memory, idle", memory, "MB").held_to(Bar::AtMost(60.0)));
    }
    Ok(())
}

/// The times from the start of a command to its ready-file.
fn starts(command: &dyn Fn(&Path) -> Command) -> Result<Times, String> {
    let files = tempfile::tempdir().map_err(|why| why.to_string())?;
    let start = |n| start(command(&files.path().join(format!("{n}.json"))), &files.path().join(format!("{n}.json")));
    (0..RUNS).map(|n| start(n).map(|(_, took)| took)).collect()
}

/// Starts the command, and says how long it took until its ready-file was there.
fn start(mut command: Command, file: &Path) -> Result<(Starting, Duration), String> {
    command.current_dir(journeys::root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    let mut starting = Starting(command.spawn().map_err(|why| format!("{command:?}: {why}"))?);
    while !file.exists() {
        if !starting.0.try_wait().is_ok_and(|ended| ended.is_none()) {
            return Err(format!("{command:?} ended before the board answered: run it by hand to see why"));
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{command:?}: no answer within {} s", PATIENCE.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok((starting, began.elapsed()))
}

/// The memory of a board that has answered one request, in MB; `None` where the system does not say it.
fn idle_memory(command: &dyn Fn(&Path) -> Command) -> Result<Option<f64>, String> {
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    let file = folder.path().join("ready.json");
    let (board, _) = start(command(&file), &file)?;
    let addresses = fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    let addresses: serde_json::Value = serde_json::from_str(&addresses).map_err(|why| why.to_string())?;
    let api = addresses["api"].as_str().ok_or("the ready-file has no API")?.trim_end_matches('/');
    runtime().block_on(load::first(&Target::get(api, "/board")))?;
    Ok(machine::resident(board.0.id()))
}
