//! The lines that Lambda itself writes around an invocation, and the tail that `LogType: Tail` returns.

use std::fmt::Write;
use std::time::Duration;

use super::outcome::Ending;

/// How much of the log Invoke returns.
const TAIL_LIMIT: usize = 4 * 1024;

/// The figures of one invocation's REPORT line.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) request_id: &'a str,
    pub(super) duration: Duration,
    /// Set on a cold start.
    pub(super) init_duration: Option<Duration>,
    pub(super) memory_size: u32,
    /// In MB; zero where the operating system does not tell.
    pub(super) max_memory_used: u64,
    pub(super) ending: &'a Ending,
}

impl Report<'_> {
    /// The REPORT line. Since August 2025 the init phase is billed, so a cold start's billed duration includes it.
    pub(super) fn line(&self) -> String {
        let Report { request_id, memory_size, max_memory_used, .. } = self;
        let billed = (millis(self.duration) + self.init_duration.map(millis).unwrap_or_default()).ceil();
        let mut line = format!(
            "REPORT RequestId: {request_id}\tDuration: {:.2} ms\tBilled Duration: {billed:.0} ms\t\
             Memory Size: {memory_size} MB\tMax Memory Used: {max_memory_used} MB\t",
            millis(self.duration)
        );
        if let Some(init) = self.init_duration {
            let _ = write!(line, "Init Duration: {:.2} ms\t", millis(init));
        }
        let status = self.ending.report_status();
        if !status.is_empty() {
            line.truncate(line.trim_end().len());
            line.push_str(status);
        }
        line
    }
}

/// The line of an init phase that failed.
pub(super) fn init_report(took: Duration, phase: &str, status: &str) -> String {
    format!("INIT_REPORT Init Duration: {:.2} ms\tPhase: {phase}\t{status}", millis(took))
}

/// The last 4 KB of an invocation's lines.
pub(super) fn tail(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    let mut from = text.len().saturating_sub(TAIL_LIMIT);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.split_off(from)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
