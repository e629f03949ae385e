//! From the command to an answering board, and what it holds while nobody asks.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use journeys::Board;

use crate::{Figure, median, millis, runtime};

/// How often each start is measured.
const RUNS: usize = 7;

pub(crate) fn figures() -> Vec<Figure> {
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
    let mut figures =
        vec![Figure::new("the command -> the board answers", millis(start(&by_itself)), "part of the next")];
    // On Unix, Cargo becomes the command; elsewhere it starts the command as its child, and ending Cargo would leave the
    // command running.
    if cfg!(unix) {
        let what = "cargo run, everything built -> the board answers";
        figures.push(Figure::new(what, millis(start(&by_cargo)), "500 ms"));
    }
    if let Some(memory) = idle_memory(data.path()) {
        figures.push(Figure::new("the command, idle after a request", format!("{:.1} MB", memory), "60 MB"));
    }
    figures
}

/// The median time from the start of a command to its ready-file.
fn start(command: &dyn Fn(&Path) -> Command) -> Duration {
    let files = tempfile::tempdir().expect("a folder");
    let times = (0..RUNS).map(|n| {
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
    });
    median(times.collect())
}

/// In MB; `None` where the system has no `/proc`.
fn idle_memory(data: &Path) -> Option<f64> {
    runtime().block_on(async {
        let board = Board::start(data).await;
        let status = std::fs::read_to_string(format!("/proc/{}/status", board.pid())).ok()?;
        board.kill().await;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
        Some(kilobytes / 1024.0)
    })
}
