//! The digest: what was posted on each day, a line a post, for the mail that the board sends in the evening.
//!
//! The function `board-digest` (`main.rs`) keeps it from the table's stream. Some records fail: a few for ever, because of what
//! is in them, others for a while, because the day's digest is closed as long as it is being mailed. What the function gives
//! up ends in a queue, as a pointer into the stream, and `bin/replay.rs` makes up for it.
//!
//! `change` is a record, whichever way it was delivered; `digest` enters it into the table; `pointer` and `replay` are the way back.

pub mod change;
pub mod digest;
pub mod pointer;
pub mod replay;

/// What went wrong, in a sentence for a log or a terminal.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
