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

/// The end of an invocation's lines. It holds little more than it will give, however much is printed.
#[derive(Debug, Default)]
pub(super) struct Tail(String);

impl Tail {
    /// Adds a line, without a newline at its end.
    pub(super) fn push(&mut self, line: &str) {
        self.0.push_str(last(line, TAIL_LIMIT));
        self.0.push('\n');
        if self.0.len() > 8 * TAIL_LIMIT {
            self.0 = last(&self.0, TAIL_LIMIT).to_string();
        }
    }

    /// The last 4 KB.
    pub(super) fn text(&self) -> String {
        last(&self.0, TAIL_LIMIT).to_string()
    }
}

/// The last `limit` bytes of `text`, or fewer where those would begin inside of a character.
fn last(text: &str, limit: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(limit))..]
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_4_kb_and_little_more_is_held() {
        let (mut tail, mut all) = (Tail::default(), String::new());
        for (n, length) in [10, 5_000, 3, 100_000, 2_000, 1_500, 700].into_iter().cycle().take(70).enumerate() {
            let line = format!("{n} {}", "é".repeat(length));
            tail.push(&line);
            all += &format!("{line}\n");
            assert!(tail.0.len() <= 9 * TAIL_LIMIT, "{} bytes are held", tail.0.len());
            assert_eq!(tail.text(), last(&all, TAIL_LIMIT), "after line {n}");
        }
        assert!((TAIL_LIMIT - 1..=TAIL_LIMIT).contains(&tail.text().len()));
    }
}
