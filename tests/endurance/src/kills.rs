//! The consumer is killed while it works, and the feed's count says whether any record was lost or counted twice.

use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

use dynamodb::DynamoDb;

use crate::board::{Board, CONSUMER};

/// How long the stream may take until nothing of it is left.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long the consumer may take to begin with a batch.
const START: Duration = Duration::from_secs(30);

/// The result.
#[derive(Debug)]
pub(crate) struct Kills {
    writes: usize,
    kills: usize,
    /// Kills that ended an invocation; the others fell between two.
    in_the_middle: usize,
    counted: u64,
    given_up: usize,
    took: Duration,
}

impl Kills {
    /// Whether every record counted once.
    pub(crate) fn is_exact(&self) -> bool {
        self.given_up == 0 && usize::try_from(self.counted) == Ok(self.writes)
    }
}

impl fmt::Display for Kills {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kills { writes, kills, in_the_middle, counted, given_up, took } = self;
        let verdict = if self.is_exact() { "every record exactly once" } else { "WRONG" };
        write!(
            f,
            "{writes} writes, {kills} kills ({in_the_middle} in the middle of a batch), {:.1} s: counted {counted}, given up \
             {given_up}: {verdict}",
            took.as_secs_f64()
        )
    }
}

/// Writes `writes` posts and kills the consumer `kills` times meanwhile, each time after it has begun with a batch.
pub(crate) async fn measure(board: &Board, writes: usize, kills: usize) -> Result<Kills, String> {
    let began = Instant::now();
    let mut in_the_middle = 0;
    let mut killed = 0;
    for n in 0..writes {
        let seen = board.newest_event();
        board.write(n).await?;
        if (n + 1) * kills / writes > killed {
            let started = tokio::time::timeout(START, board.logged(seen, "START RequestId:")).await;
            let started = started.map_err(|_| "The consumer does not begin with its next batch.".to_string())?;
            // Not always at the same place of a batch.
            tokio::time::sleep(Duration::from_micros(u64::try_from(killed % 10).unwrap_or_default() * 700)).await;
            kill(&board.cloud.lambda().process_ids(CONSUMER))?;
            killed += 1;
            let ended = tokio::time::timeout(START, board.logged(started, "REPORT RequestId:")).await;
            let ended = ended.map_err(|_| "A killed invocation does not end.".to_string())?;
            in_the_middle += usize::from(was_killed(board, started, ended));
        }
    }
    DynamoDb::of(&board.cloud).drain(PATIENCE).await.map_err(|error| error.to_string())?;
    let (counted, given_up, took) = (board.count().await?, board.given_up(), began.elapsed());
    Ok(Kills { writes, kills: killed, in_the_middle, counted, given_up, took })
}

/// Whether the log between two events speaks of a process that was killed.
fn was_killed(board: &Board, from: u64, to: u64) -> bool {
    let events = board.cloud.logs().since(from);
    events.iter().take_while(|(_, event)| event.sequence <= to).any(|(_, event)| event.message == "Runtime.ExitError")
}

/// Ends processes without letting them say anything.
fn kill(ids: &[u32]) -> Result<(), String> {
    for id in ids {
        let id = id.to_string();
        let command = if cfg!(windows) { ("taskkill", vec!["/F", "/PID", &id]) } else { ("kill", vec!["-9", &id]) };
        // It may have ended by itself between being listed and being killed.
        let run = Command::new(command.0).args(command.1).output();
        run.map_err(|error| format!("{} cannot be run: {error}", command.0))?;
    }
    Ok(())
}
