//! The signals that end the command: Ctrl-C, what a supervisor sends, and what a terminal sends when it is closed.
//!
//! All of them ask for the same: functions end, data is whole, nothing stays. Ctrl-C once more asks for it at once.

use tokio::sync::mpsc;

use crate::error::Error;

/// Signals as they come in. Received from the moment this is made, so that none is lost while something starts.
#[derive(Debug)]
pub(crate) struct Signals(mpsc::Receiver<Signal>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    CtrlC,
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is only Ctrl-C"))]
    Other,
}

impl Signals {
    /// Begins to receive them.
    pub(crate) fn received() -> Result<Signals, Error> {
        let (sender, receiver) = mpsc::channel(8);
        #[cfg(unix)]
        forward_all(&sender)
            .map_err(|why| Error::again(format!("Signals cannot be received: {why}."), "Close other programs"))?;
        #[cfg(not(unix))]
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && sender.send(Signal::CtrlC).await.is_ok() {}
        });
        Ok(Signals(receiver))
    }

    /// Ends with the next signal.
    pub(crate) async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending().await
        }
    }

    /// Ends with the next Ctrl-C.
    pub(crate) async fn ctrl_c(&mut self) {
        loop {
            match self.0.recv().await {
                Some(Signal::CtrlC) => return,
                // A supervisor may say it twice, to the process and to its group.
                Some(Signal::Other) => {}
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(unix)]
fn forward_all(sender: &mpsc::Sender<Signal>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (ctrl_c, hangup) = (SignalKind::interrupt(), SignalKind::hangup());
    for kind in [ctrl_c, SignalKind::terminate(), SignalKind::quit(), hangup] {
        // Under `nohup` the command stays when its terminal goes.
        if kind == hangup && is_ignored(hangup.as_raw_value()) {
            continue;
        }
        let (mut signal, sender) = (signal(kind)?, sender.clone());
        let kind = if kind == ctrl_c { Signal::CtrlC } else { Signal::Other };
        tokio::spawn(async move { while signal.recv().await.is_some() && sender.send(kind).await.is_ok() {} });
    }
    Ok(())
}

/// Whether this program was started with `signal` ignored; where the system does not tell (it is Linux that does), it was not.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}
