//! How far a measurement is. It is said on standard error, because standard output is for the samples.

use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::sample::Sample;

/// How often a terminal's line is written anew, and how often a line is added elsewhere.
const ON_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(1);

/// Requests that were sent, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    asked: AtomicUsize,
    under_way: AtomicUsize,
    ended: Mutex<Vec<Sample>>,
    all_ended: Notify,
}

/// A request that was sent and has not ended; dropped, it has, or nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct UnderWay<'progress>(&'progress Progress);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if self.0.under_way.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.all_ended.notify_waiters();
        }
    }
}

impl Progress {
    /// A request is sent.
    pub(crate) fn asks(&self) -> UnderWay<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::AcqRel);
        UnderWay(self)
    }

    /// A request has been answered, or has failed.
    pub(crate) fn ends(&self, sample: &Sample) {
        self.ended().push(sample.clone());
    }

    /// How many requests are under way.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// Waits until no request is under way.
    pub(crate) async fn all_ended(&self) {
        loop {
            let all_ended = self.all_ended.notified();
            if self.under_way() == 0 {
                return;
            }
            all_ended.await;
        }
    }

    /// The samples of those that have ended, in the order in which they were due.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        let mut samples = self.ended().clone();
        samples.sort_by_key(|sample| sample.due);
        samples
    }

    fn ended(&self) -> MutexGuard<'_, Vec<Sample>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far it is after `elapsed`.
    fn line(&self, count: usize, elapsed: Duration) -> String {
        let (asked, under_way) = (self.asked.load(Ordering::Relaxed), self.under_way());
        let failed = self.ended().iter().filter(|sample| !sample.succeeded()).count();
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
