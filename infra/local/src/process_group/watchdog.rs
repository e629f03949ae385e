//! The watchdog: a shell that waits for the end of this program, and then ends what it left behind.
//!
//! `kill -9` runs no destructor, and `PR_SET_PDEATHSIG` needs a call between fork and exec that safe Rust does not have. A pipe needs
//! neither: the system closes its end when this program ends, however that happens, and the shell reads the end of its input. There
//! is one for the whole program, started with a local cloud or else with the first group. It is in a group of its own and deaf to the
//! terminal's signals.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{PROGRAM, VARIABLE, lead};

/// It reads `+ KILL:-123` and `- KILL:-123`, a signal with its group or process, and `.` when it may go. At the end of its input it
/// sends the signals; then, on Linux, it looks for marked processes as long as there are any.
const SCRIPT: &str = r#"
trap '' HUP INT TERM QUIT
held=' '
while read -r sign entry; do
  case $sign in
    +) held="$held$entry " ;;
    -) case $held in *" $entry "*) held="${held%%" $entry "*} ${held#*" $entry "}" ;; esac ;;
    .) exit 0 ;;
  esac
done
for entry in $held; do
  kill -s "${entry%%:*}" -- "${entry#*:}"
done
for round in 1 2 3 4 5; do
  found=$(grep -lF "$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || break
  for file in $found; do
    process=${file#/proc/}
    kill -s KILL "${process%/environ}"
  done
done
"#;

/// What is watched.
#[derive(Debug)]
struct Watch {
    shell: Option<Child>,
    held: BTreeSet<String>,
}

static WATCH: Mutex<Watch> = Mutex::new(Watch { shell: None, held: BTreeSet::new() });

/// Starts the shell, on a thread of its own: nothing has to wait for it.
pub(super) fn prepare() {
    let start = || {
        let mut watch = watch();
        if watch.shell.is_none() {
            watch.begin();
        }
    };
    // Without the thread, the first group starts it.
    let _ = std::thread::Builder::new().name("watchdog".to_string()).spawn(start);
}

/// Has `entry` ended with this program.
pub(super) fn register(entry: String) {
    let mut watch = watch();
    let is_known = watch.shell.is_some() && watch.tell(&format!("+ {entry}\n")).is_ok();
    watch.held.insert(entry);
    if !is_known {
        watch.begin();
    }
}

/// Leaves `entry` alone: it has ended.
pub(super) fn release(entry: &str) {
    let mut watch = watch();
    if watch.held.remove(entry) {
        // Without a shell the line goes nowhere.
        let _ = watch.tell(&format!("- {entry}\n"));
    }
}

/// Lets the shell go when it watches nothing; the next group starts another.
pub(super) fn dismiss() {
    let mut watch = watch();
    if watch.held.is_empty() && watch.tell(".\n").is_ok() {
        // It goes at once, and the error would be that it is gone.
        let _ = watch.shell.take().map(|mut shell| shell.wait());
    }
}

impl Watch {
    /// Starts the shell and names everything that is held.
    fn begin(&mut self) {
        let entries: String = self.held.iter().map(|entry| format!("+ {entry}\n")).collect();
        // What cannot be watched still ends in order; only `kill -9` of this program would leave it.
        let started = start().and_then(|shell| {
            self.shell = Some(shell);
            self.tell(&entries)
        });
        if let Err(error) = started {
            tracing::debug!(%error, "functions are not watched");
        }
    }

    fn tell(&mut self, line: &str) -> io::Result<()> {
        let input = self.shell.as_mut().and_then(|shell| shell.stdin.as_mut());
        input.ok_or(io::ErrorKind::NotConnected)?.write_all(line.as_bytes())
    }
}

fn start() -> io::Result<Child> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "sh"]).arg(format!("{VARIABLE}={}-", *PROGRAM));
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).current_dir("/");
    // A reader of this program's output must not wait until the shell closes it, too.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    lead(&mut command);
    command.spawn()
}

fn watch() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}
