//! Processes as Linux shows them: which are there, and which of them belong to a test.

use std::fs;
use std::time::{Duration, Instant};

/// The processes with `NAME=value` in their environment.
pub fn carrying(variable: &str) -> Vec<u32> {
    let carries = |id: &u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|carried| carried == variable.as_bytes())
    };
    all().into_iter().filter(carries).collect()
}

/// The processes that `parent` started and that are still there.
pub fn children_of(parent: u32) -> Vec<u32> {
    let parent_of = |id: u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(1)?.parse::<u32>().ok()
    };
    all().into_iter().filter(|id| parent_of(*id) == Some(parent)).collect()
}

/// Whether the process is there and has not ended.
pub fn runs(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with(['Z', 'X']))
}

/// Waits until `holds`, and says how long that took; after `limit` it fails with what `state` is.
pub async fn until<S: std::fmt::Debug>(
    limit: Duration,
    what: &str,
    state: impl Fn() -> S,
    holds: impl Fn(&S) -> bool,
) -> Duration {
    let began = Instant::now();
    loop {
        let now = state();
        if holds(&now) {
            return began.elapsed();
        }
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}; it is {now:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn all() -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}
