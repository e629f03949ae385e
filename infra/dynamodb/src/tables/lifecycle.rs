//! A table while it is made or changed: what is refused meanwhile, and when it was.
//!
//! The service takes seconds for either. Here a table is made at once, and is taken for one that is being made until somebody looks at
//! it or uses it, or those seconds are over: who deletes or changes it without waiting for it is refused, as on the service. The engine
//! keeps times in whole seconds, so those with milliseconds are kept beside it.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html>

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Error, OptionalExtension, params};
use serde_json::{Map, Value, json};

use super::storage::Storage;

/// How long the service takes at least to make a table.
const MADE_WITHIN: Duration = Duration::from_secs(5);
/// The first moment after a change that is not the one when it was asked for, in seconds.
const AT_LEAST: f64 = 0.001;

pub(super) const TIMES: &str = "CREATE TABLE IF NOT EXISTS local_table_times
    (table_name TEXT PRIMARY KEY, created REAL NOT NULL, increased REAL, decreased REAL)";

/// The tables that are being made, and since when.
#[derive(Default)]
pub(super) struct Creating(Mutex<BTreeMap<String, Instant>>);

impl Creating {
    /// The refusal of a call of `operation` that changes a table which is being made. Any other call shows that it is there.
    pub(super) fn refuse(&self, operation: &str, request: &Value, now: Instant) -> Option<Value> {
        let mut since = self.since();
        since.retain(|_, since| now.duration_since(*since) < MADE_WITHIN);
        if since.is_empty() {
            return None;
        }
        let table = request["TableName"].as_str();
        match (operation, table) {
            ("DeleteTable" | "UpdateTable", Some(table)) => since.contains_key(table).then(|| {
                let message =
                    format!("Attempt to change a resource which is still in use: Table is being created: {table}");
                json!({ "__type": "com.amazonaws.dynamodb.v20120810#ResourceInUseException", "message": message })
            }),
            ("CreateTable" | "ListTables" | "DescribeLimits", _) => None,
            (_, Some(table)) => {
                since.remove(table);
                None
            }
            // Of several tables, or of a stream.
            _ => {
                since.clear();
                None
            }
        }
    }

    pub(super) fn begin(&self, table: &str, now: Instant) {
        self.since().insert(table.to_string(), now);
    }

    pub(super) fn end(&self, table: &str) {
        self.since().remove(table);
    }

    fn since(&self) -> MutexGuard<'_, BTreeMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Now, in seconds since 1970 with milliseconds.
pub(super) fn now() -> f64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (since_1970.as_secs_f64() * 1000.0).floor() / 1000.0
}

/// The times of a table with milliseconds.
#[derive(Default)]
struct Times {
    created: f64,
    increased: Option<f64>,
    decreased: Option<f64>,
}

impl Storage {
    /// Puts the table's times into the answer to `operation`, which was asked for at this time, and keeps those that are new.
    ///
    /// # Errors
    ///
    /// A database that cannot be read or written.
    pub(super) fn time(&self, operation: &str, request: &Value, asked: f64, answer: &mut Value) -> Result<(), Error> {
        let name = if operation == "DescribeTable" { "Table" } else { "TableDescription" };
        let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) else { return Ok(()) };
        let Some(name) = table.get("TableName").and_then(Value::as_str).map(str::to_string) else { return Ok(()) };
        let created = table.get("CreationDateTime").and_then(Value::as_f64);
        let mut times = match operation {
            "CreateTable" => Times { created: asked.max(created.unwrap_or_default()), ..Times::default() },
            _ => self.times(&name)?.unwrap_or_default(),
        };
        // A table that somebody else made, or an earlier version, has the engine's time.
        if let Some(whole) = created {
            if !(whole..whole + 2.0).contains(&times.created) {
                times = Times { created: whole, ..Times::default() };
            }
            table.insert("CreationDateTime".into(), json!(times.created));
        }
        let mut done = Times { ..times };
        let throughput = table.get_mut("ProvisionedThroughput").and_then(Value::as_object_mut);
        if let Some(shown) = throughput {
            if operation == "UpdateTable" {
                let later = now().max(asked + AT_LEAST);
                let wanted = &request["ProvisionedThroughput"];
                if changes(wanted, shown, |wanted, had| wanted > had) {
                    (times.increased, done.increased) = (Some(asked), Some(later));
                }
                if changes(wanted, shown, |wanted, had| wanted < had) {
                    (times.decreased, done.decreased) = (Some(asked), Some(later));
                    // It counts when it is done.
                    let today = shown.get("NumberOfDecreasesToday").and_then(Value::as_u64).unwrap_or_default();
                    shown.insert("NumberOfDecreasesToday".into(), json!(today.saturating_sub(1)));
                }
            }
            for (name, time) in [("LastIncreaseDateTime", times.increased), ("LastDecreaseDateTime", times.decreased)] {
                if let Some(time) = time {
                    shown.insert(name.into(), json!(time));
                }
            }
        }
        match operation {
            "CreateTable" | "UpdateTable" => self.keep_times(&name, &done),
            "DeleteTable" => {
                self.connection().execute("DELETE FROM local_table_times WHERE table_name = ?1", [&name]).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn times(&self, table: &str) -> Result<Option<Times>, Error> {
        let connection = self.connection();
        let mut kept = connection
            .prepare_cached("SELECT created, increased, decreased FROM local_table_times WHERE table_name = ?1")?;
        let times = kept.query_row([table], |row| {
            Ok(Times { created: row.get(0)?, increased: row.get(1)?, decreased: row.get(2)? })
        });
        times.optional()
    }

    fn keep_times(&self, table: &str, times: &Times) -> Result<(), Error> {
        let connection = self.connection();
        let mut kept = connection.prepare_cached("INSERT OR REPLACE INTO local_table_times VALUES (?1, ?2, ?3, ?4)")?;
        kept.execute(params![table, times.created, times.increased, times.decreased]).map(drop)
    }
}

/// Whether one of the rates that are wanted is another than the one that the table had, in this direction.
fn changes(wanted: &Value, had: &Map<String, Value>, is_changed: impl Fn(u64, u64) -> bool) -> bool {
    ["ReadCapacityUnits", "WriteCapacityUnits"].iter().any(|name| {
        let had = had.get(*name).and_then(Value::as_u64).unwrap_or_default();
        wanted[*name].as_u64().is_some_and(|wanted| is_changed(wanted, had))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_being_made_until_somebody_looks() {
        let (creating, began) = (Creating::default(), Instant::now());
        let of = |name: &str| json!({ "TableName": name });
        for (looks, operation) in
            [(false, "ListTables"), (true, "DescribeTable"), (true, "PutItem"), (true, "BatchGetItem")]
        {
            creating.begin("notes", began);
            let refusal = creating.refuse("DeleteTable", &of("notes"), began).unwrap();
            assert!(refusal["message"].as_str().unwrap().ends_with("Table is being created: notes"), "{refusal}");
            assert_eq!(creating.refuse("DeleteTable", &of("others"), began), None);
            let request = if operation == "BatchGetItem" { json!({}) } else { of("notes") };
            assert_eq!(creating.refuse(operation, &request, began), None);
            assert_eq!(creating.refuse("UpdateTable", &of("notes"), began).is_none(), looks, "{operation}");
        }
        creating.begin("notes", began);
        assert_eq!(creating.refuse("DeleteTable", &of("notes"), began + MADE_WITHIN), None);
    }
}
