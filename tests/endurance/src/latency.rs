//! How long a record takes from the write to its consumer, and how long `drain` takes after a write.

use std::fmt;
use std::time::{Duration, Instant};

use dynamodb::DynamoDb;

use crate::board::Board;

/// Longer than any record that arrives at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// The figures.
#[derive(Debug)]
pub(crate) struct Latency {
    to_consumer: Vec<Duration>,
    drained: Vec<Duration>,
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |times: &[Duration]| {
            format!("p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", at(times, 50), at(times, 99), at(times, 100))
        };
        writeln!(
            f,
            "write to the consumer's START ({} records): {} (bar: p50 250 ms)",
            self.to_consumer.len(),
            line(&self.to_consumer)
        )?;
        write!(f, "write to the end of drain ({} records): {} (bar: 20 ms)", self.drained.len(), line(&self.drained))
    }
}

/// Writes one post after the other, `count` times for each figure.
pub(crate) async fn measure(board: &Board, count: usize) -> Result<Latency, String> {
    let (mut to_consumer, mut drained) = (Vec::new(), Vec::new());
    for n in 0..count {
        let (seen, began) = (board.newest_event(), Instant::now());
        board.write(1_000_000 + n).await?;
        let started = tokio::time::timeout(PATIENCE, board.logged(seen, "START RequestId:")).await;
        started.map_err(|_| "A record does not arrive.".to_string())?;
        to_consumer.push(began.elapsed());
        DynamoDb::of(&board.cloud).drain(PATIENCE).await.map_err(|error| error.to_string())?;
    }
    for n in 0..count {
        let began = Instant::now();
        board.write(2_000_000 + n).await?;
        DynamoDb::of(&board.cloud).drain(PATIENCE).await.map_err(|error| error.to_string())?;
        drained.push(began.elapsed());
    }
    to_consumer.sort();
    drained.sort();
    Ok(Latency { to_consumer, drained })
}

/// The percentile in milliseconds of times that are sorted.
fn at(times: &[Duration], percent: usize) -> f64 {
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
