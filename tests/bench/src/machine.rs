//! The machine on which a run was made, as far as it says so.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

/// What a reader must know to compare a figure with their own.
#[derive(Debug)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    /// In GB.
    memory: Option<u64>,
    system: String,
    rustc: String,
    /// How many processes wanted a core in the minute before, on average.
    load: Option<f64>,
}

impl Machine {
    /// This machine, now.
    pub(crate) fn here() -> Machine {
        Machine {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_string()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: field("/proc/meminfo", "MemTotal")
                .and_then(|kilobytes| Some(kilobytes.split(' ').next()?.parse::<u64>().ok()?.div_ceil(1024 * 1024))),
            system: match fs::read_to_string("/proc/sys/kernel/osrelease") {
                Ok(release) => format!("{} {}", std::env::consts::OS, release.trim()),
                Err(_) => std::env::consts::OS.to_string(),
            },
            rustc: version("rustc", &["--version"]).unwrap_or_else(|| "unknown".to_string()),
            load: load(),
        }
    }

    /// Why a run on it now would be worth little.
    pub(crate) fn is_busy(&self) -> Option<String> {
        let load = self.load.filter(|load| *load > 0.5)?;
        Some(format!(
            "{load:.1} processes were busy in the last minute, and every figure is worse for it: wait until the machine is idle"
        ))
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "processor": self.processor,
            "architecture": std::env::consts::ARCH,
            "cores": self.cores,
            "memory": { "value": self.memory, "unit": "GB" },
            "system": self.system,
            "rustc": self.rustc,
            "load": self.load,
        })
    }
}

/// The average number of processes that ran or could have run, over the last minute.
fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// A line of a file below `/proc`.
pub(crate) fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.split(':').next().is_some_and(|found| found.trim() == name))?;
    Some(line.split_once(':')?.1.trim().to_string())
}

/// The memory of a process, in MB; `None` where the system has no `/proc`.
pub(crate) fn resident(pid: u32) -> Option<f64> {
    let kilobytes: f64 = field(&format!("/proc/{pid}/status"), "VmRSS")?.trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// The first line that a program says of itself; nothing where there is no such program.
pub(crate) fn version(program: &str, arguments: &[&str]) -> Option<String> {
    let said = Command::new(program).args(arguments).output().ok().filter(|said| said.status.success())?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    text.lines().next().map(|line| line.trim().to_string()).filter(|line| !line.is_empty())
}
