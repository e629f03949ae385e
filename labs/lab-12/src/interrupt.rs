//! Ctrl-C or `kill` while it measures: what has been measured is printed all the same.
//!
//! The first one sends no more requests, and waits for those that are under way: an answer that is still missing is a slow one, and
//! without it the times would look better than they are. The second one does not wait.

use crate::client::Client;
use crate::measure;
use crate::rate::Rate;
use crate::sample::Sample;

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) samples: Vec<Sample>,
    /// Where it was interrupted, how many requests were still under way at the end.
    pub(crate) interrupted: Option<usize>,
}

impl Measured {
    /// What has to be known of an interrupted measurement of `count` requests.
    pub(crate) fn remark(&self, count: usize) -> Option<String> {
        let measured =
            format!("{} of {count} requests were measured, and their samples are printed.", self.samples.len());
        Some(match self.interrupted? {
            0 => format!("{measured} Judge them as any others: fewer samples decide less."),
            under_way => format!(
                "{measured} {under_way} more had no answer yet and are missing. Those are the slow ones: measure again before you judge."
            ),
        })
    }
}

/// Measures, until it is `interrupted`.
pub(crate) async fn measured(
    client: &Client,
    rate: &Rate,
    count: usize,
    mut interrupted: impl AsyncFnMut(),
) -> Measured {
    tokio::select! {
        samples = measure::samples(client, rate, count) => return Measured { samples, interrupted: None },
        () = interrupted() => {}
    }
    let progress = client.progress();
    let under_way = progress.under_way();
    if under_way > 0 {
        eprintln!(
            "\nNo more requests are sent. {under_way} have no answer yet, and are waited for; Ctrl-C again ends without them."
        );
    }
    tokio::select! {
        () = progress.all_ended() => {}
        () = interrupted() => {}
    }
    Measured { samples: progress.samples(), interrupted: Some(progress.under_way()) }
}
