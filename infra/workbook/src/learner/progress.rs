//! What is going on while Cargo works: one line that changes, on a terminal, and a few lasting ones elsewhere.

use std::io::{IsTerminal, Write};

/// How wide the line is: the rest of an older, longer text is covered.
const WIDTH: usize = 78;

/// The line, for as long as Cargo works.
#[derive(Debug)]
pub(super) struct Progress {
    lab: String,
    is_terminal: bool,
    compiled: usize,
    shown: bool,
}

impl Progress {
    pub(super) fn new(lab: &str) -> Progress {
        let mut progress =
            Progress { lab: lab.to_string(), is_terminal: std::io::stderr().is_terminal(), compiled: 0, shown: false };
        let text = format!("checking {lab} …");
        progress.show(&text);
        progress
    }

    /// Reads a line of Cargo's.
    pub(super) fn read_line(&mut self, line: &str) {
        let line = line.trim_start();
        if let Some(package) = line.strip_prefix("Compiling ") {
            self.compiled += 1;
            let name = package.split(' ').next().unwrap_or_default();
            let text = if name == self.lab {
                format!("compiling {name} …")
            } else {
                format!("compiling the dependencies of {}, once: {}, {name} …", self.lab, self.compiled)
            };
            self.show(&text);
        } else if line.starts_with("Blocking") {
            self.show("waiting for another cargo to finish …");
        } else if line.starts_with("Running ") {
            let text = format!("running the check of {} …", self.lab);
            self.show(&text);
        } else if line.starts_with("Download") {
            self.show("downloading crates …");
        }
    }

    fn show(&mut self, text: &str) {
        if self.is_terminal {
            let text: String = text.chars().take(WIDTH).collect();
            // Nobody is told anything if the terminal is gone.
            let _ = write!(std::io::stderr(), "\r{text:<WIDTH$}");
            let _ = std::io::stderr().flush();
            self.shown = true;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{:<WIDTH$}\r", "");
        }
    }
}
