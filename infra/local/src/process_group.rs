//! Processes that end with the program that started them, and with all that they started themselves.
//!
//! On AWS nothing outlives an execution environment, because its virtual machine ends. Here a function is a process, and may start
//! others. So every program that the local cloud starts leads a process group of its own, and three things see to its end:
//!
//! * A [`Group`] ends as a whole when its owner ends or drops it.
//! * A process that called `setsid` has left the group. On Linux it is found by the mark that functions carry in their environment
//!   (`process_group/strays`). One that also drops its environment is not found.
//! * When this program itself is killed and can end nothing any more, a watchdog does (`process_group/watchdog`).
//!
//! Windows has neither process groups nor `/bin/sh`: there only the program itself is ended, by `kill_on_drop` of the command
//! that started it. What it started stays; when the local cloud itself is killed, everything stays.

#[cfg(target_os = "linux")]
mod strays;
#[cfg(unix)]
mod watchdog;

use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use uuid::Uuid;

/// The variable by which a process is known to belong to an environment of this program. No shell of the user's has it.
const VARIABLE: &str = "LOCAL_CLOUD_ENVIRONMENT";
/// How long a search for strays is waited for.
const SEARCH: Duration = Duration::from_secs(2);

/// What the marks of this program's environments begin with. Not from the clock, which tests freeze: marks of two programs must
/// differ.
static PROGRAM: LazyLock<String> = LazyLock::new(|| Uuid::new_v4().to_string());

/// The process group that a program leads. Dropped, it ends.
#[derive(Debug)]
pub struct Group {
    /// None once it has ended.
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
    mark: Option<String>,
}

/// Has the watchdog stand ready before the first program starts.
pub(crate) fn prepare() {
    #[cfg(unix)]
    watchdog::prepare();
}

/// Makes the program that `command` will start the leader of a process group. It no longer hears the terminal's Ctrl-C.
pub fn lead(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Marks the program that `command` will start, so that what it starts is found even outside of its group.
pub(crate) fn mark(command: &mut Command) -> String {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    // With an end, so that no mark is the beginning of another.
    let mark = format!("{}-{}.", *PROGRAM, DRAWN.fetch_add(1, Ordering::Relaxed));
    command.env(VARIABLE, &mark);
    mark
}

impl Group {
    /// The group of the process `id`, which was started as [`lead`] says and has not been waited for.
    pub fn led_by(id: Option<u32>, mark: Option<String>) -> Group {
        #[cfg(unix)]
        {
            let leader = id.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
            if let Some(leader) = leader {
                watchdog::register(entry(leader));
            }
            Group { leader, mark }
        }
        #[cfg(not(unix))]
        {
            let _ = id;
            Group { mark }
        }
    }

    /// Ends every process of the group, and begins to look for those that have left it.
    ///
    /// An id stands for the same group as long as one process of it is there, its leader not waited for among them. So this
    /// is called before the leader is waited for, or at once after it.
    pub fn end(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader.take() {
            // The only error is that the group is empty.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
            watchdog::release(&entry(leader));
        }
        if let Some(mark) = self.mark.take() {
            #[cfg(target_os = "linux")]
            strays::end(mark);
            #[cfg(not(target_os = "linux"))]
            drop(mark);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// A process that the watchdog takes care of, for as long as this lives: it gets `SIGQUIT` when this program was killed.
#[derive(Debug)]
pub struct Guarded(#[cfg(unix)] String);

impl Guarded {
    /// Guards the process `id`.
    pub fn process(id: u32) -> Guarded {
        #[cfg(unix)]
        {
            let entry = format!("QUIT:{id}");
            watchdog::register(entry.clone());
            Guarded(entry)
        }
        #[cfg(not(unix))]
        {
            let _ = id;
            Guarded()
        }
    }
}

#[cfg(unix)]
impl Drop for Guarded {
    fn drop(&mut self) {
        watchdog::release(&self.0);
    }
}

/// The watchdog's name for a group: the signal, and what it goes to.
#[cfg(unix)]
fn entry(leader: rustix::process::Pid) -> String {
    format!("KILL:-{}", leader.as_raw_nonzero())
}

/// Waits until what has left an ended group is gone too, and lets the watchdog go if it watches nothing more.
pub(crate) async fn settled() {
    #[cfg(target_os = "linux")]
    let _ = tokio::time::timeout(SEARCH, strays::ended()).await;
    #[cfg(not(target_os = "linux"))]
    let _ = SEARCH;
    #[cfg(unix)]
    watchdog::dismiss();
}
