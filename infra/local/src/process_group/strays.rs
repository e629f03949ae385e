//! Processes that have left the group of their environment, found by the mark that they inherited.
//!
//! Reading the environment of every process takes some milliseconds, so it happens on a thread of its own, and only when an
//! environment has ended. However many end meanwhile, one more search covers them all.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::sync::watch;

use super::VARIABLE;

/// How often processes are looked through again while some are found: one that is ended may just have started another.
const ROUNDS: usize = 8;
/// How many rounds in a row must find nothing: a process that replaces its program has no environment for a moment.
const EMPTY: usize = 2;
/// How long the processes found in one round have to end. Killed ones need as long as the system takes to let them run once more.
const DYING: Duration = Duration::from_secs(1);

/// The environments that have ended and not been searched for.
#[derive(Debug, Default)]
struct Unsearched {
    marks: BTreeSet<String>,
    searching: bool,
}

static WAITING: Mutex<Unsearched> = Mutex::new(Unsearched { marks: BTreeSet::new(), searching: false });
static SEARCHING: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

/// Ends every process that carries `mark`, soon.
pub(super) fn end(mark: String) {
    let mut waiting = waiting();
    waiting.marks.insert(mark);
    if !waiting.searching {
        // Without a thread, the next environment that ends tries again, and in the end the watchdog.
        waiting.searching = thread::Builder::new().name("strays".to_string()).spawn(search).is_ok();
        SEARCHING.send_replace(waiting.searching);
    }
}

/// Waits until nothing is being searched for.
pub(super) async fn ended() {
    let mut searching = SEARCHING.subscribe();
    // The sender is never dropped.
    let _ = searching.wait_for(|searching| !searching).await;
}

fn search() {
    loop {
        let marks = {
            let mut waiting = waiting();
            if waiting.marks.is_empty() {
                waiting.searching = false;
                SEARCHING.send_replace(false);
                return;
            }
            std::mem::take(&mut waiting.marks)
        };
        let mut empty = 0;
        for _ in 0..ROUNDS {
            let found = carrying(&marks);
            empty = if found.is_empty() { empty + 1 } else { 0 };
            if empty == EMPTY {
                break;
            }
            kill(&found);
        }
    }
}

/// Ends these processes, and returns once they have ended.
fn kill(found: &[Pid]) {
    // A handle stands for the same process even when its id is given to another meanwhile. One that cannot be opened has ended.
    let handles: Vec<_> = found.iter().filter_map(|id| pidfd_open(*id, PidfdFlags::empty()).ok()).collect();
    for handle in &handles {
        // It may have ended by itself.
        let _ = pidfd_send_signal(handle, Signal::KILL);
    }
    let deadline = Instant::now() + DYING;
    for handle in &handles {
        let left = Timespec::try_from(deadline.saturating_duration_since(Instant::now())).ok();
        // A handle is readable when its process has ended. Whatever goes wrong, the next round looks again.
        let _ = poll(&mut [PollFd::new(handle, PollFlags::IN)], left.as_ref());
    }
}

/// The processes with one of `marks` in their environment. Those of other users cannot be read, and are none of ours.
fn carrying(marks: &BTreeSet<String>) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let carries = |id: &i32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        // Text is searched by the standard library's optimised code, bytes would be by ours.
        let environment = String::from_utf8_lossy(&environment);
        let mark = environment.split('\0').find_map(|variable| variable.strip_prefix(VARIABLE)?.strip_prefix('='));
        mark.is_some_and(|mark| marks.contains(mark))
    };
    ids.filter(carries).filter_map(Pid::from_raw).collect()
}

fn waiting() -> MutexGuard<'static, Unsearched> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}
