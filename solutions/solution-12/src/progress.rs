//! How far a measurement is. It is said on standard error, because standard output is for the samples.

use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How often a terminal's line is written anew, and how often a line is added elsewhere.
const ON_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(1);

/// Requests that were sent, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    asked: AtomicUsize,
    ended: AtomicUsize,
    failed: AtomicUsize,
}

impl Progress {
    /// A request is sent.
    pub(crate) fn asks(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// A request has been answered, or has failed.
    pub(crate) fn ends(&self, succeeded: bool) {
        self.failed.fetch_add(usize::from(!succeeded), Ordering::Relaxed);
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    /// How far it is after `elapsed`.
    fn line(&self, count: usize, elapsed: Duration) -> String {
        let [ended, failed, asked] =
            [&self.ended, &self.failed, &self.asked].map(|number| number.load(Ordering::Relaxed));
        let under_way = asked.saturating_sub(ended);
        format!(
            "{:.1} s: {asked} of {count} requests sent, {under_way} under way, {failed} failed",
            elapsed.as_secs_f64()
        )
    }

    /// Says how far it is until it is dropped: on a terminal, and elsewhere where it is `wanted`.
    pub(crate) async fn shown(&self, count: usize, wanted: bool) -> Infallible {
        let is_terminal = std::io::stderr().is_terminal();
        if !is_terminal && !wanted {
            return std::future::pending().await;
        }
        let began = Instant::now();
        let mut ticks = tokio::time::interval(if is_terminal { ON_TERMINAL } else { ELSEWHERE });
        let _last = Last { progress: self, count, began, is_terminal };
        loop {
            ticks.tick().await;
            write(&self.line(count, began.elapsed()), is_terminal, "");
        }
    }
}

/// The last line, which stays when the measurement is over.
struct Last<'progress> {
    progress: &'progress Progress,
    count: usize,
    began: Instant,
    is_terminal: bool,
}

impl Drop for Last<'_> {
    fn drop(&mut self) {
        write(&self.progress.line(self.count, self.began.elapsed()), self.is_terminal, "\n");
    }
}

/// A terminal's line is written over the one before it.
fn write(line: &str, is_terminal: bool, end: &str) {
    let mut stderr = std::io::stderr().lock();
    // Nobody has to read it.
    drop(if is_terminal { write!(stderr, "\r\x1b[K{line}{end}") } else { writeln!(stderr, "{line}") });
    drop(stderr.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_sent_and_what_became_of_it() {
        let progress = Progress::default();
        (0..5).for_each(|_| progress.asks());
        [true, true, false].into_iter().for_each(|succeeded| progress.ends(succeeded));
        let line = progress.line(12, Duration::from_millis(1_260));
        assert_eq!(line, "1.3 s: 5 of 12 requests sent, 2 under way, 1 failed");
    }
}
