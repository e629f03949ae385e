//! From the command to an answering board, and what it holds while nobody asks.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use journeys::Board;

use crate::figure::{Bar, Figure, Measured, Times};
use crate::{machine, runtime};

/// What is measured.
const COMMAND: &str = "the command";
/// How often each start is measured.
const RUNS: usize = 7;

pub(crate) fn measured() -> Measured {
    let data = tempfile::tempdir().expect("a folder");
    let executable = runtime().block_on(async {
        // Everything is built and the book is fresh before the first measurement.
        let board = Board::start(data.path()).await;
        board.write("one").await;
        board.kill().await;
        journeys::executable().await
    });
    let by_itself = |file: &Path| {
        let mut command = Command::new(&executable);
        command.args(["up", "--port", "0", "--data"]).arg(data.path()).arg("--ready-file").arg(file);
        command
    };
    let by_cargo = |file: &Path| {
        let mut command = Command::new("cargo");
        command.args(["run", "-q", "--", "up", "--port", "0", "--data"]).arg(data.path()).arg("--ready-file").arg(file);
        command
    };
    let mut measured = Measured::default();
    let figure = |what: &str, times: &Times| Figure::new(COMMAND, what, times.median(), "ms").from(times.count());
    measured.figures.push(figure("started -> the board answers", &starts(&by_itself)));
    // On Unix, Cargo becomes the command; elsewhere it starts the command as its child, and ending Cargo would leave the
    // command running.
    if cfg!(unix) {
        let times = starts(&by_cargo);
        measured.figures.push(figure("by cargo run, built -> the board answers", &times).held_to(Bar::AtMost(500.0)));
    }
    if let Some(memory) = idle_memory(data.path()) {
        let figure = Figure::new(COMMAND, "resident memory, idle after a request", memory, "MB");
        measured.figures.push(figure.held_to(Bar::AtMost(60.0)));
    }
    measured
}

/// The times from the start of a command to its ready-file.
fn starts(command: &dyn Fn(&Path) -> Command) -> Times {
    let files = tempfile::tempdir().expect("a folder");
    (0..RUNS)
        .map(|n| {
            let file = files.path().join(format!("{n}.json"));
            let mut command = command(&file);
            command.current_dir(journeys::root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let began = Instant::now();
            let mut child = command.spawn().expect("the command starts");
            while !file.exists() {
                let ended = child.try_wait().expect("it can be asked");
                assert!(ended.is_none(), "{command:?} ended before the board answered: run it by hand to see why");
                std::thread::sleep(Duration::from_millis(1));
            }
            let took = began.elapsed();
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            took
        })
        .collect()
}

/// In MB; `None` where the system has no `/proc`.
fn idle_memory(data: &Path) -> Option<f64> {
    runtime().block_on(async {
        let board = Board::start(data).await;
        let memory = machine::resident(board.pid());
        board.kill().await;
        memory
    })
}
