//! The engine's database, opened a second time: indexes that the engine lacks, and the order of the service.
//!
//! The engine looks up the next number of a stream, and the records after one, by number, but has no index on it: each write and each
//! read would walk through all records that the table ever had. A scan in the order of the service would sort the whole table for
//! each page. Of a table's secondary index the engine does not know that order at all. So two columns are added to it, which the engine
//! leaves empty when it writes a row, and which are filled here before it is read. Whoever opens the file without them loses nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynoxide::{AttributeValue, Item};
use rusqlite::{Connection, Error, OptionalExtension, TransactionBehavior, params, params_from_iter};

use super::{hash, lifecycle};

/// The two questions that the engine asks: the greatest number of a table, and a shard's records after a number.
const STREAM_INDEXES: &str = "
    CREATE INDEX IF NOT EXISTS local_stream_numbers ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS local_stream_places
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
";
/// How many rows get their places at once; the engine may write in between.
const AT_ONCE: usize = 5000;

/// A second connection to the engine's database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Storage(Arc<Mutex<Connection>>);

/// The rows of a secondary index, as the engine keeps them.
pub(super) struct IndexRows {
    /// The name of their table.
    name: String,
    /// The name of the table that the index is of.
    table: String,
    /// The columns of the index's key and the table's, as texts that sort as they do.
    columns: [&'static str; 4],
    /// The names of the index's partition key, and of the table's keys.
    partition_key: String,
    table_keys: Vec<String>,
}

/// A row's place in the order of the service.
pub(super) struct Place {
    hash: String,
    partition: String,
    sort: String,
    tie: String,
    table_partition: String,
    table_sort: String,
}

/// Which rows are read.
pub(super) enum Reach {
    /// Those of one partition whose sort keys are between these two.
    Partition { hash: String, partition: String, first: String, last: String },
    /// Those of a segment: between two hashes.
    Segment { first: String, last: String },
}

impl Storage {
    /// Opens the database at `location`, which the engine has opened before, and adds the indexes on streams, and a place for tables'
    /// times.
    ///
    /// # Errors
    ///
    /// A file that somebody else has locked, or that is not a database of the engine.
    pub(super) fn open(location: &str) -> Result<Storage, Error> {
        let connection = Connection::open(location)?;
        // What is written here can be worked out anew.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(STREAM_INDEXES)?;
        connection.execute_batch(lifecycle::TIMES)?;
        Ok(Storage(Arc::new(Mutex::new(connection))))
    }

    /// Whether `table` has the index on its order already.
    pub(super) fn is_ordered(&self, table: &str) -> Result<bool, Error> {
        has_index(&self.connection(), &order_of(table))
    }

    /// Gives `table` the index on its order. An item that an early version wrote has no hash yet.
    pub(super) fn order(&self, table: &str, partition_key: &str) -> Result<(), Error> {
        let mut connection = self.connection();
        let (index, name) = (quoted(&order_of(table)), quoted(table));
        connection.execute_batch(&format!("CREATE INDEX IF NOT EXISTS {index} ON {name} (hash_prefix, pk, sk)"))?;
        let (empty, fill) = (
            format!("SELECT rowid, item_json FROM {name} WHERE hash_prefix = '' LIMIT {AT_ONCE}"),
            format!("UPDATE {name} SET hash_prefix = ?2 WHERE rowid = ?1"),
        );
        fill_in(&mut connection, &empty, &fill, |item| [hash::of(item.get(partition_key)), String::new()], 1)
    }

    /// Shows the rows of an index in the order of the service, from `after` on, until `take` has enough: what the index has of an item,
    /// and what the table has of it where that is asked for.
    pub(super) fn read(
        &self,
        index: &IndexRows,
        reach: &Reach,
        after: Option<&Place>,
        is_backward: bool,
        reads_table: bool,
        mut take: impl FnMut(&str, Option<String>) -> bool,
    ) -> Result<(), Error> {
        let mut connection = self.connection();
        index.place(&mut connection)?;
        let (text, values) = index.question(reach, after, is_backward, reads_table);
        let mut statement = connection.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let of_index = row.get_ref(0)?.as_str()?;
            if take(of_index, row.get(1)?) {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IndexRows {
    /// The rows of `index` of `table`. The first of `table_keys` is the partition key.
    pub(super) fn new(
        table: &str,
        index: &str,
        is_local: bool,
        partition_key: &str,
        table_keys: Vec<String>,
    ) -> IndexRows {
        let (kind, columns) = match is_local {
            true => ("lsi", ["pk", "sk", "base_pk", "base_sk"]),
            false => ("gsi", ["gsi_pk", "gsi_sk", "table_pk", "table_sk"]),
        };
        let name = format!("{table}::{kind}::{index}");
        IndexRows { name, table: table.to_string(), columns, partition_key: partition_key.to_string(), table_keys }
    }

    /// The place of a key, which has the keys of the index and of the table; none where it lacks one of them.
    pub(super) fn place_of(&self, key: &Item, sort_key: Option<&str>) -> Option<Place> {
        let text = |name: Option<&str>| match name {
            Some(name) => key.get(name)?.to_key_string(),
            None => Some(String::new()),
        };
        let [hash, tie] = self.hashes(key);
        Some(Place {
            hash,
            partition: text(Some(&self.partition_key))?,
            sort: text(sort_key)?,
            tie,
            table_partition: text(self.table_keys.first().map(String::as_str))?,
            table_sort: text(self.table_keys.get(1).map(String::as_str))?,
        })
    }

    /// The two hashes that an item is sorted by: of the index's partition key, and of the table's key.
    fn hashes(&self, item: &Item) -> [String; 2] {
        let of_table: Vec<&AttributeValue> = self.table_keys.iter().filter_map(|name| item.get(name)).collect();
        [hash::of(item.get(&self.partition_key)), hash::of(of_table)]
    }

    /// Gives every row its place.
    fn place(&self, connection: &mut Connection) -> Result<(), Error> {
        let (index, name) = (order_of(&self.name), quoted(&self.name));
        if !has_index(connection, &index)? {
            let [partition, sort, table_partition, table_sort] = self.columns;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(&format!(
                "ALTER TABLE {name} ADD COLUMN local_hash TEXT;
                 ALTER TABLE {name} ADD COLUMN local_tie TEXT;
                 CREATE INDEX {index}
                    ON {name} (local_hash, {partition}, {sort}, local_tie, {table_partition}, {table_sort});",
                index = quoted(&index)
            ))?;
            transaction.commit()?;
        }
        let (empty, fill) = (
            format!("SELECT rowid, item_json FROM {name} WHERE local_hash IS NULL LIMIT {AT_ONCE}"),
            format!("UPDATE {name} SET local_hash = ?2, local_tie = ?3 WHERE rowid = ?1"),
        );
        fill_in(connection, &empty, &fill, |item| self.hashes(item), 2)
    }

    /// The question for the rows that `reach` covers, and what it is asked with.
    fn question(
        &self,
        reach: &Reach,
        after: Option<&Place>,
        is_backward: bool,
        reads_table: bool,
    ) -> (String, Vec<String>) {
        let [partition, sort, table_partition, table_sort] = self.columns;
        let (name, table) = (quoted(&self.name), quoted(&self.table));
        let of_table = match reads_table {
            true => format!(
                "(SELECT item_json FROM {table} AS t WHERE t.pk = i.{table_partition} AND t.sk = i.{table_sort})"
            ),
            false => "NULL".to_string(),
        };
        let mut text = format!("SELECT i.item_json, {of_table} FROM {name} AS i WHERE ");
        let (mut order, mut values);
        match reach {
            Reach::Partition { hash, partition: key, first, last } => {
                text.push_str(&format!(
                    "i.local_hash = ?1 AND i.{partition} = ?2 AND i.{sort} >= ?3 AND i.{sort} <= ?4"
                ));
                values = [hash, key, first, last].map(String::clone).to_vec();
                order = Vec::new();
            }
            Reach::Segment { first, last } => {
                text.push_str("i.local_hash >= ?1 AND i.local_hash <= ?2");
                values = [first, last].map(String::clone).to_vec();
                order = vec![
                    ("local_hash", after.map(|place| &place.hash)),
                    (partition, after.map(|place| &place.partition)),
                ];
            }
        }
        order.extend([
            (sort, after.map(|place| &place.sort)),
            ("local_tie", after.map(|place| &place.tie)),
            (table_partition, after.map(|place| &place.table_partition)),
            (table_sort, after.map(|place| &place.table_sort)),
        ]);
        let columns: Vec<String> = order.iter().map(|(column, _)| format!("i.{column}")).collect();
        if after.is_some() {
            let asked: Vec<String> = (1..=order.len()).map(|number| format!("?{}", values.len() + number)).collect();
            let than = if is_backward { "<" } else { ">" };
            text.push_str(&format!(" AND ({}) {than} ({})", columns.join(", "), asked.join(", ")));
            values.extend(order.iter().filter_map(|(_, value)| value.cloned()));
        }
        let direction = if is_backward { " DESC" } else { "" };
        let sorted: Vec<String> = columns.iter().map(|column| format!("{column}{direction}")).collect();
        text.push_str(&format!(" ORDER BY {}", sorted.join(", ")));
        (text, values)
    }
}

/// Fills the columns of the rows that `empty` finds with what `hashes` gives for their items.
fn fill_in(
    connection: &mut Connection,
    empty: &str,
    fill: &str,
    hashes: impl Fn(&Item) -> [String; 2],
    columns: usize,
) -> Result<(), Error> {
    loop {
        let mut found = connection.prepare_cached(empty)?;
        let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows = rows.collect::<Result<Vec<(i64, String)>, Error>>()?;
        drop(found);
        if rows.is_empty() {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut filled = transaction.prepare_cached(fill)?;
            for (row, text) in &rows {
                // What is not an item is nowhere in the order of items.
                let item: Item = serde_json::from_str(text).unwrap_or_default();
                let [first, second] = hashes(&item);
                match columns {
                    1 => filled.execute(params![row, first])?,
                    _ => filled.execute(params![row, first, second])?,
                };
            }
        }
        transaction.commit()?;
    }
}

fn has_index(connection: &Connection, name: &str) -> Result<bool, Error> {
    let question = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?1";
    let mut statement = connection.prepare_cached(question)?;
    Ok(statement.query_row([name], |_| Ok(())).optional()?.is_some())
}

fn order_of(table: &str) -> String {
    format!("local_order::{table}")
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
