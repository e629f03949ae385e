//! Endurance: the board's stream consumer under fire, with figures.
//!
//! `cargo run -p endurance` boots the board from its own template, writes posts straight into the table, and kills the consumer's
//! process again and again while it works. A stream delivers at least once and the consumer is idempotent, so the feed's
//! count must be exact at the end: one lost record or one that counted twice shows. Afterwards it measures how long a
//! record takes to its consumer. It fails if the count is wrong, never because it is slow.

mod board;
mod kills;
mod latency;

use std::process::ExitCode;

use board::Board;

/// How many posts are written, and how often the consumer is killed meanwhile.
const WRITES: usize = 5_000;
const KILLS: usize = 100;
/// How many records are measured.
const MEASURED: usize = 200;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<bool, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("There is no folder for the data: {error}"))?;
    let board = Board::boot(folder.path()).await?;
    let kills = kills::measure(&board, WRITES, KILLS).await?;
    println!("{kills}");
    let latency = latency::measure(&board, MEASURED).await?;
    println!("{latency}");
    board.shutdown().await;
    Ok(kills.is_exact())
}
