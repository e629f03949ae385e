//! Indexes over the engine's stream records, so that a long stream is read as fast as a short one.
//!
//! The engine looks up the next sequence number, and the records after one, by number, but has no index on it: each write and each
//! read would walk through all records that the table ever had. A database in memory gets no index, because it has no file to open
//! a second time; it belongs to a check, and is small.

use std::path::Path;

use rusqlite::{Connection, Error};

/// The two questions that the engine asks: the greatest number of a table, and a shard's records after a number.
const INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS local_stream_numbers ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS local_stream_places
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
";

/// Adds the indexes to the database in `file`, which the engine has opened before.
///
/// # Errors
///
/// A file that somebody else has locked, or that is not a database of the engine.
pub(super) fn add(file: &Path) -> Result<(), Error> {
    Connection::open(file)?.execute_batch(INDEXES)
}
