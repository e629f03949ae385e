//! The view types of streams: what of an item a record holds.
//!
//! The service writes no record of a write that changes nothing. That can only be seen where both images are there, so the engine
//! keeps both of every stream, and what the view type leaves out is left out when the stream is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Error, params};
use serde_json::{Value, json};

/// The view type that the engine keeps.
pub(in crate::tables) const BOTH_IMAGES: &str = "NEW_AND_OLD_IMAGES";

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS local_stream_views (table_name TEXT PRIMARY KEY, view_type TEXT NOT NULL)";

/// The view types of the streams that a database holds, by table.
#[derive(Debug, Default)]
pub(in crate::tables) struct ViewTypes {
    /// Where they are kept; a database in memory belongs to one process, and needs no more than that.
    file: Option<PathBuf>,
    by_table: Mutex<BTreeMap<String, String>>,
}

impl ViewTypes {
    /// Those that the database in `file` holds, which the engine has opened before.
    ///
    /// # Errors
    ///
    /// A file that somebody else has locked, or that is not a database.
    pub(in crate::tables) fn open(file: &Path) -> Result<ViewTypes, Error> {
        let database = Connection::open(file)?;
        database.execute_batch(TABLE)?;
        let mut kept = database.prepare("SELECT table_name, view_type FROM local_stream_views")?;
        let rows = kept.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let by_table = rows.collect::<Result<BTreeMap<String, String>, Error>>()?;
        Ok(ViewTypes { file: Some(file.to_path_buf()), by_table: Mutex::new(by_table) })
    }

    /// The view type of the stream of `table`; nothing where it is what the engine says.
    pub(in crate::tables) fn of(&self, table: &str) -> Option<String> {
        self.by_table().get(table).cloned()
    }

    /// Gives the stream of `table` a view type, or takes that of an earlier one away.
    pub(in crate::tables) fn set(&self, table: &str, view_type: Option<&str>) {
        let before = match view_type {
            Some(view_type) => self.by_table().insert(table.to_string(), view_type.to_string()),
            None => self.by_table().remove(table),
        };
        if before.as_deref() == view_type {
            return;
        }
        if let Err(error) = self.keep(table, view_type) {
            tracing::warn!(%error, table, "after a restart the stream has another view type");
        }
    }

    fn keep(&self, table: &str, view_type: Option<&str>) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let database = Connection::open(file)?;
        match view_type {
            Some(view_type) => database
                .execute("INSERT OR REPLACE INTO local_stream_views VALUES (?1, ?2)", params![table, view_type])?,
            None => database.execute("DELETE FROM local_stream_views WHERE table_name = ?1", params![table])?,
        };
        Ok(())
    }

    fn by_table(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.by_table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves in a record what its stream's view type shows.
pub(in crate::tables) fn show(record: &mut Value, view_type: &str) {
    let Some(images) = record["dynamodb"].as_object_mut() else { return };
    if !["NEW_IMAGE", BOTH_IMAGES].contains(&view_type) {
        images.remove("NewImage");
    }
    if !["OLD_IMAGE", BOTH_IMAGES].contains(&view_type) {
        images.remove("OldImage");
    }
    images.insert("StreamViewType".into(), json!(view_type));
}
