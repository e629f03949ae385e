//! Time to live: items that have expired are removed, now and then.
//!
//! The engine has a sweep, which also takes what expired long ago. The service leaves alone what expired more than five years ago, as
//! it leaves what was never meant for a time. So the sweep is our own, on the rows of `storage`: an item goes together with what
//! indexes have of it, and leaves the record by which a stream tells that the service removed it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html>

use std::io;
use std::sync::mpsc as signal;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use dynoxide::{AttributeValue, Item};
use rusqlite::{Connection, Error, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::Value;

use super::page::Keys;
use super::storage::{Storage, quoted};
use super::stream::engines_shard_id;

/// How often expired items are removed. The service takes up to days; a learner wants to see it.
const SWEEP: Duration = Duration::from_secs(30);
/// A sweep reads every item of its tables, so after one that took long the next one waits so many times as long.
const SWEEPS_REST: u32 = 20;
/// What expired longer ago than five years stays, in seconds.
const FIVE_YEARS: i64 = (5 * 365 + 1) * 24 * 60 * 60;
/// How many items are read at once; others read and write in between.
const AT_ONCE: usize = 500;
/// Who removes an item, in the stream's record.
const SERVICE: &str = r#"{"type":"Service","principalId":"dynamodb.amazonaws.com"}"#;

/// The running sweep. It ends soon after this is dropped.
pub(super) struct Sweep {
    /// Never used: its end is the signal.
    _stopped: signal::Sender<()>,
}

/// A table that has a time to live.
struct Expiring {
    name: String,
    attribute: String,
    keys: Keys,
    /// The tables of its indexes, with the columns of the table's key in them.
    indexes: Vec<(String, [&'static str; 2])>,
    has_stream: bool,
}

impl Sweep {
    /// Starts to remove expired items from the tables in `storage`.
    ///
    /// # Errors
    ///
    /// A machine that has no thread left.
    pub(super) fn start(storage: Storage) -> io::Result<Sweep> {
        let (stopped, until) = signal::channel();
        thread::Builder::new().name("dynamodb-ttl".to_string()).spawn(move || sweep(&storage, &until))?;
        Ok(Sweep { _stopped: stopped })
    }
}

/// How long to wait after a sweep that took so long.
fn until_next_sweep(took: Duration) -> Duration {
    SWEEP.max(took * SWEEPS_REST)
}

/// Removes expired items, now and then, until the other end of `stopped` is gone.
fn sweep(storage: &Storage, stopped: &signal::Receiver<()>) {
    loop {
        let began = Instant::now();
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let removed = remove_expired(storage, i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX));
        if let Err(error) = removed {
            tracing::warn!(%error, "expired items could not be removed");
        }
        match stopped.recv_timeout(until_next_sweep(began.elapsed())) {
            Err(signal::RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(signal::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Removes what has expired by `now`, in seconds since 1970, and gives how many items that were.
pub(super) fn remove_expired(storage: &Storage, now: i64) -> Result<usize, Error> {
    let tables = expiring(&storage.connection())?;
    let mut removed = 0;
    for table in tables {
        let mut after = -1;
        while let Some(last) = storage.removed_after(&table, after, now, &mut removed)? {
            after = last;
        }
    }
    Ok(removed)
}

/// The tables that have a time to live.
fn expiring(connection: &Connection) -> Result<Vec<Expiring>, Error> {
    let mut found = connection.prepare_cached(
        "SELECT table_name, ttl_attribute, key_schema, gsi_definitions, lsi_definitions, stream_enabled
         FROM _tables WHERE ttl_enabled = 1 AND ttl_attribute IS NOT NULL",
    )?;
    let rows = found.query_map([], |row| {
        let name: String = row.get(0)?;
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null);
        let Some(keys) = Keys::of_schema(&json(row.get(2)?)) else { return Ok(None) };
        let of_kind = |kind: &str, columns: [&'static str; 2], definitions: Value| {
            let names = definitions.as_array().cloned().unwrap_or_default().into_iter();
            let names = names.filter_map(|index| Some(format!("{name}::{kind}::{}", index["IndexName"].as_str()?)));
            names.map(|index| (index, columns)).collect::<Vec<_>>()
        };
        let mut indexes = of_kind("gsi", ["table_pk", "table_sk"], json(row.get(3)?));
        indexes.extend(of_kind("lsi", ["base_pk", "base_sk"], json(row.get(4)?)));
        let (attribute, has_stream) = (row.get(1)?, row.get(5)?);
        Ok(Some(Expiring { name, attribute, keys, indexes, has_stream }))
    })?;
    rows.filter_map(Result::transpose).collect()
}

impl Storage {
    /// Removes what has expired of the items after this row, as many as are read at once: the last row that was read, while there is
    /// one. A table that is gone meanwhile has none.
    fn removed_after(&self, table: &Expiring, after: i64, now: i64, removed: &mut usize) -> Result<Option<i64>, Error> {
        let mut connection = self.connection();
        let exists = connection.prepare_cached("SELECT 1 FROM _tables WHERE table_name = ?1 AND ttl_attribute = ?2")?;
        let mut exists = exists;
        if exists.query_row([&table.name, &table.attribute], |_| Ok(())).optional()?.is_none() {
            return Ok(None);
        }
        drop(exists);
        let mut found = connection.prepare_cached(&format!(
            "SELECT rowid, pk, sk, item_json FROM {} WHERE rowid > ?1 ORDER BY rowid LIMIT {AT_ONCE}",
            quoted(&table.name)
        ))?;
        let rows = found.query_map([after], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let rows = rows.collect::<Result<Vec<(i64, String, String, String)>, Error>>()?;
        drop(found);
        let last = rows.last().map(|(row, ..)| *row);
        let expired =
            |text: &str| serde_json::from_str(text).is_ok_and(|item| is_expired(&item, &table.attribute, now));
        let expired: Vec<_> = rows.into_iter().filter(|(.., text)| expired(text)).collect();
        if !expired.is_empty() {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (row, pk, sk, text) in &expired {
                *removed += usize::from(table.remove(&transaction, *row, [pk, sk], text, now)?);
            }
            transaction.commit()?;
        }
        Ok(last)
    }
}

impl Expiring {
    /// Removes the item in this row, if it is still `text`.
    fn remove(
        &self,
        transaction: &Transaction<'_>,
        row: i64,
        key: [&String; 2],
        text: &str,
        now: i64,
    ) -> Result<bool, Error> {
        let mut gone = transaction
            .prepare_cached(&format!("DELETE FROM {} WHERE rowid = ?1 AND item_json = ?2", quoted(&self.name)))?;
        if gone.execute(params![row, text])? == 0 {
            return Ok(false);
        }
        for (index, [partition, sort]) in &self.indexes {
            let mut gone = transaction
                .prepare_cached(&format!("DELETE FROM {} WHERE {partition} = ?1 AND {sort} = ?2", quoted(index)))?;
            gone.execute(key)?;
        }
        if self.has_stream {
            self.record(transaction, text, now)?;
        }
        Ok(true)
    }

    /// Writes the record of a removal into the table's stream.
    fn record(&self, transaction: &Transaction<'_>, text: &str, now: i64) -> Result<(), Error> {
        let item: Item = serde_json::from_str(text).unwrap_or_default();
        let keys: Item =
            self.keys.names().filter_map(|name| Some((name.to_string(), item.get(name)?.clone()))).collect();
        let greatest =
            "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) FROM _stream_records WHERE table_name = ?1";
        let greatest: i64 = transaction.prepare_cached(greatest)?.query_row([&self.name], |row| row.get(0))?;
        // The engine counts in microseconds, or from the last number on.
        let number = (greatest + 1).max(now.saturating_mul(1_000_000));
        let mut written = transaction.prepare_cached(
            "INSERT INTO _stream_records (table_name, event_name, keys_json, old_image, sequence_number, shard_id, created_at,
                user_identity, event_id)
             VALUES (?1, 'REMOVE', ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        written.execute(params![
            self.name,
            serde_json::to_string(&keys).unwrap_or_default(),
            text,
            number.to_string(),
            engines_shard_id(&self.name),
            now,
            SERVICE,
            uuid::Uuid::new_v4().simple().to_string(),
        ])?;
        Ok(())
    }
}

/// Whether the time in `attribute` is over, and was not so more than five years ago. Only a whole number is a time.
fn is_expired(item: &Item, attribute: &str, now: i64) -> bool {
    match item.get(attribute) {
        Some(AttributeValue::N(number)) => {
            number.parse::<i64>().is_ok_and(|time| (now.saturating_sub(FIVE_YEARS)..now).contains(&time) && time >= 0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn a_sweep_that_takes_long_is_seldom() {
        assert_eq!(until_next_sweep(Duration::from_millis(20)), SWEEP);
        assert_eq!(until_next_sweep(Duration::from_secs(15)), Duration::from_secs(300));
    }

    #[test]
    fn what_expired_within_five_years_goes() {
        for (value, goes) in [
            (AttributeValue::N((NOW - 1).to_string()), true),
            (AttributeValue::N(NOW.to_string()), false),
            (AttributeValue::N((NOW + 1).to_string()), false),
            (AttributeValue::N((NOW - FIVE_YEARS).to_string()), true),
            (AttributeValue::N((NOW - FIVE_YEARS - 1).to_string()), false),
            (AttributeValue::N("0".into()), false),
            (AttributeValue::N("-5".into()), false),
            (AttributeValue::N("1799999999.5".into()), false),
            (AttributeValue::S((NOW - 1).to_string()), false),
        ] {
            let item = Item::from([("t".to_string(), value.clone())]);
            assert_eq!(is_expired(&item, "t", NOW), goes, "{value:?}");
        }
        assert!(!is_expired(&Item::new(), "t", NOW));
    }
}
