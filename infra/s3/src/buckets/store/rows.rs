//! The statements: buckets with their settings, objects with their versions, uploads with their parts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::buckets::checksum::{Algorithm, Checksum, Kind};

/// What this version's database is marked with.
const VERSION: i64 = 1;
/// A key is a blob: it is compared byte by byte, and may hold any character.
const SCHEMA: &str = "
    CREATE TABLE bucket (name TEXT PRIMARY KEY, created INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE setting (bucket TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, name)) WITHOUT ROWID;
    CREATE TABLE object (
        id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key BLOB NOT NULL, version TEXT NOT NULL, is_latest INTEGER NOT NULL,
        is_marker INTEGER NOT NULL, modified INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, about TEXT NOT NULL);
    CREATE UNIQUE INDEX object_version ON object (bucket, key, version);
    CREATE UNIQUE INDEX object_latest ON object (bucket, key) WHERE is_latest;
    CREATE INDEX object_age ON object (bucket, key, id DESC);
    CREATE TABLE segment (object INTEGER NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, checksum TEXT,
        PRIMARY KEY (object, number)) WITHOUT ROWID;
    CREATE TABLE upload (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL, key BLOB NOT NULL,
        initiated INTEGER NOT NULL, about TEXT NOT NULL, algorithm TEXT NOT NULL);
    CREATE INDEX upload_key ON upload (bucket, key, id);
    CREATE TABLE part (upload INTEGER NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
        checksum TEXT NOT NULL, modified INTEGER NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
";
/// Uploads whose key was written or deleted after they began: made in every database, since an earlier version made none.
const OVERTAKEN: &str = "CREATE TABLE IF NOT EXISTS overtaken (upload INTEGER PRIMARY KEY);";
const OBJECT: &str = "id, key, version, is_latest, is_marker, modified, size, etag, about";
const UPLOAD: &str = "id, name, bucket, key, initiated, about, algorithm";

type Result<T> = rusqlite::Result<T>;

/// What becomes of an object that is put over another one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::buckets) enum Versioning {
    /// It takes its place.
    #[default]
    Off,
    /// Both are kept.
    Enabled,
    /// It takes the place of the version called `null`.
    Suspended,
}

/// What was said of an object when it was put.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::buckets) struct About {
    /// Headers that come back with it.
    pub(in crate::buckets) headers: BTreeMap<String, String>,
    pub(in crate::buckets) tags: Vec<(String, String)>,
    pub(in crate::buckets) checksum: Option<Checksum>,
    /// How many parts it was uploaded in; none if it was put whole.
    pub(in crate::buckets) parts: Option<u32>,
    /// The upload that it came from, so that its completion can be asked for again.
    pub(in crate::buckets) upload: Option<String>,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::buckets) struct StoredObject {
    pub(in crate::buckets) id: i64,
    pub(in crate::buckets) key: String,
    pub(in crate::buckets) version: String,
    pub(in crate::buckets) is_latest: bool,
    pub(in crate::buckets) is_marker: bool,
    /// Milliseconds since 1970.
    pub(in crate::buckets) modified: i64,
    pub(in crate::buckets) size: u64,
    /// Without quotes.
    pub(in crate::buckets) etag: String,
    pub(in crate::buckets) about: About,
}

/// An object that is put now.
#[derive(Debug, Clone)]
pub(in crate::buckets) struct NewObject<'o> {
    pub(in crate::buckets) bucket: &'o str,
    pub(in crate::buckets) key: &'o str,
    /// The name of the version, where versioning is enabled.
    pub(in crate::buckets) version: String,
    pub(in crate::buckets) is_marker: bool,
    pub(in crate::buckets) modified: i64,
    pub(in crate::buckets) etag: String,
    pub(in crate::buckets) about: About,
    pub(in crate::buckets) segments: Vec<Segment>,
}

/// A file with some of an object's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::buckets) struct Segment {
    /// The number of the part that it was.
    pub(in crate::buckets) number: u32,
    pub(in crate::buckets) file: String,
    pub(in crate::buckets) size: u64,
    /// The checksum of the part, in Base64.
    pub(in crate::buckets) checksum: Option<String>,
}

/// An upload in parts that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::buckets) struct Upload {
    pub(in crate::buckets) id: i64,
    /// `UploadId`.
    pub(in crate::buckets) name: String,
    pub(in crate::buckets) bucket: String,
    pub(in crate::buckets) key: String,
    pub(in crate::buckets) initiated: i64,
    pub(in crate::buckets) about: About,
    /// The checksum that its caller asked for.
    pub(in crate::buckets) checksum: Option<(Algorithm, Kind)>,
}

/// A part of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::buckets) struct Part {
    pub(in crate::buckets) number: u32,
    pub(in crate::buckets) file: String,
    pub(in crate::buckets) size: u64,
    pub(in crate::buckets) etag: String,
    pub(in crate::buckets) checksum: Checksum,
    pub(in crate::buckets) modified: i64,
}

/// Makes the tables of a new database; of one that is there, makes sure that it is of this version. Otherwise says why not.
pub(super) fn prepare(connection: &Connection) -> std::result::Result<(), String> {
    match version(connection).map_err(|error| error.to_string())? {
        VERSION => connection.execute_batch(OVERTAKEN).map_err(|error| error.to_string()),
        other => Err(format!("it is of version {other}, made by another version of the workbook")),
    }
}

/// The version of a database, which is this one's where it was new.
fn version(connection: &Connection) -> Result<i64> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found != 0 {
        return Ok(found);
    }
    connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;"))?;
    Ok(VERSION)
}

/// The names of all files that hold something.
pub(super) fn files(connection: &Connection) -> Result<BTreeSet<String>> {
    let mut statement = connection.prepare("SELECT file FROM segment UNION ALL SELECT file FROM part")?;
    let files = statement.query_map([], |row| row.get(0))?;
    files.collect()
}

/// The rows as they are in one transaction.
#[derive(Debug)]
pub(in crate::buckets) struct Rows<'t> {
    transaction: &'t Transaction<'t>,
    removed: RefCell<Vec<String>>,
}

impl<'t> Rows<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Rows<'t> {
        Rows { transaction, removed: RefCell::default() }
    }

    /// The files of what was removed.
    pub(super) fn into_removed(self) -> Vec<String> {
        self.removed.into_inner()
    }

    fn execute(&self, statement: &str, values: impl rusqlite::Params) -> Result<usize> {
        self.transaction.prepare_cached(statement)?.execute(values)
    }

    fn one<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        of: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.transaction.prepare_cached(statement)?.query_row(values, of).optional()
    }

    fn all<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        of: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.transaction.prepare_cached(statement)?.query_map(values, of)?.collect()
    }

    // -- buckets ---------------------------------------------------------------------------------------------------------

    /// When `bucket` was created.
    pub(in crate::buckets) fn bucket(&self, bucket: &str) -> Result<Option<i64>> {
        self.one("SELECT created FROM bucket WHERE name = ?", [bucket], |row| row.get(0))
    }

    /// All buckets in the order of their names, with the time of their creation.
    pub(in crate::buckets) fn buckets(&self) -> Result<Vec<(String, i64)>> {
        self.all("SELECT name, created FROM bucket ORDER BY name", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Creates a bucket; false where it is there.
    pub(in crate::buckets) fn create_bucket(&self, bucket: &str, now: i64) -> Result<bool> {
        Ok(self.execute("INSERT OR IGNORE INTO bucket (name, created) VALUES (?, ?)", params![bucket, now])? == 1)
    }

    /// Whether `bucket` has no objects, no other versions and no delete markers.
    pub(in crate::buckets) fn is_empty(&self, bucket: &str) -> Result<bool> {
        Ok(self.one("SELECT 1 FROM object WHERE bucket = ? LIMIT 1", [bucket], |_| Ok(()))?.is_none())
    }

    /// Deletes a bucket with its settings and its unfinished uploads.
    pub(in crate::buckets) fn delete_bucket(&self, bucket: &str) -> Result<()> {
        for upload in self.uploads(bucket)? {
            self.delete_upload(&upload)?;
        }
        self.execute("DELETE FROM setting WHERE bucket = ?", [bucket])?;
        self.execute("DELETE FROM bucket WHERE name = ?", [bucket])?;
        Ok(())
    }

    /// The settings of a bucket, by the names of their subresources.
    pub(in crate::buckets) fn settings(&self, bucket: &str) -> Result<BTreeMap<String, String>> {
        let pairs = self.all("SELECT name, document FROM setting WHERE bucket = ?", [bucket], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// Puts a setting in the place of what was there, or removes it.
    pub(in crate::buckets) fn set(&self, bucket: &str, name: &str, document: Option<&str>) -> Result<()> {
        match document {
            Some(document) => {
                let insert = "INSERT OR REPLACE INTO setting (bucket, name, document) VALUES (?, ?, ?)";
                self.execute(insert, [bucket, name, document])?
            }
            None => self.execute("DELETE FROM setting WHERE bucket = ? AND name = ?", [bucket, name])?,
        };
        Ok(())
    }

    // -- objects ---------------------------------------------------------------------------------------------------------

    /// The latest version of an object, which may be a delete marker.
    pub(in crate::buckets) fn latest(&self, bucket: &str, key: &str) -> Result<Option<StoredObject>> {
        let select = format!("SELECT {OBJECT} FROM object WHERE bucket = ? AND key = ? AND is_latest");
        self.one(&select, params![bucket, key.as_bytes()], object)
    }

    /// A version of an object by its name.
    pub(in crate::buckets) fn version(&self, bucket: &str, key: &str, version: &str) -> Result<Option<StoredObject>> {
        let select = format!("SELECT {OBJECT} FROM object WHERE bucket = ? AND key = ? AND version = ?");
        self.one(&select, params![bucket, key.as_bytes(), version], object)
    }

    /// The files of an object, in the order of its bytes.
    pub(in crate::buckets) fn segments(&self, object: i64) -> Result<Vec<Segment>> {
        let select = "SELECT number, file, size, checksum FROM segment WHERE object = ? ORDER BY number";
        self.all(select, [object], |row| {
            Ok(Segment { number: row.get(0)?, file: row.get(1)?, size: unsigned(row.get(2)?), checksum: row.get(3)? })
        })
    }

    /// The id of the object that is put next. No id is given twice.
    pub(in crate::buckets) fn next_id(&self) -> Result<i64> {
        let last: Option<i64> =
            self.one("SELECT seq FROM sqlite_sequence WHERE name = 'object'", [], |row| row.get(0))?;
        Ok(last.unwrap_or_default() + 1)
    }

    /// Puts an object in the place of what `versioning` says; the name of its version.
    pub(in crate::buckets) fn put(&self, new: NewObject<'_>, versioning: Versioning) -> Result<String> {
        let key = new.key.as_bytes();
        self.overtake_uploads(new.bucket, key)?;
        let version = if versioning == Versioning::Enabled { new.version } else { "null".to_string() };
        if versioning != Versioning::Enabled
            && let Some(replaced) = self.version(new.bucket, new.key, &version)?
        {
            self.remove_row(&replaced)?;
        }
        let no_longer = "UPDATE object SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest";
        self.execute(no_longer, params![new.bucket, key])?;
        let size = new.segments.iter().map(|segment| segment.size).sum::<u64>();
        let insert = "INSERT INTO object (bucket, key, version, is_latest, is_marker, modified, size, etag, about) \
                      VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?)";
        let values =
            params![new.bucket, key, version, new.is_marker, new.modified, signed(size), new.etag, json(&new.about)];
        self.execute(insert, values)?;
        let id = self.transaction.last_insert_rowid();
        for Segment { number, file, size, checksum } in new.segments {
            let insert = "INSERT INTO segment (object, number, file, size, checksum) VALUES (?, ?, ?, ?, ?)";
            self.execute(insert, params![id, number, file, signed(size), checksum])?;
        }
        Ok(version)
    }

    /// Removes a version for good. The newest of those that are left becomes the latest.
    pub(in crate::buckets) fn remove(&self, bucket: &str, object: &StoredObject) -> Result<()> {
        self.remove_row(object)?;
        self.overtake_uploads(bucket, object.key.as_bytes())?;
        if object.is_latest {
            let next = "UPDATE object SET is_latest = 1 WHERE id = \
                        (SELECT max(id) FROM object WHERE bucket = ? AND key = ?)";
            self.execute(next, params![bucket, object.key.as_bytes()])?;
        }
        Ok(())
    }

    fn remove_row(&self, object: &StoredObject) -> Result<()> {
        self.removed.borrow_mut().extend(self.segments(object.id)?.into_iter().map(|segment| segment.file));
        self.execute("DELETE FROM segment WHERE object = ?", [object.id])?;
        self.execute("DELETE FROM object WHERE id = ?", [object.id])?;
        Ok(())
    }

    /// Says something else of an object.
    pub(in crate::buckets) fn describe(&self, object: i64, about: &About) -> Result<()> {
        self.execute("UPDATE object SET about = ? WHERE id = ?", params![json(about), object])?;
        Ok(())
    }

    /// The first object after or at `from` in the order of keys.
    pub(in crate::buckets) fn next(&self, bucket: &str, from: &Bound<Vec<u8>>) -> Result<Option<StoredObject>> {
        let (compared, key) = compared(from);
        let select = format!(
            "SELECT {OBJECT} FROM object WHERE bucket = ? AND key {compared} ? AND is_latest AND NOT is_marker \
             ORDER BY key LIMIT 1"
        );
        self.one(&select, params![bucket, key], object)
    }

    /// As [`Rows::next`] of all versions: of one key the newest first; `older_than` goes on within the key of `from`.
    pub(in crate::buckets) fn next_version(
        &self,
        bucket: &str,
        from: &Bound<Vec<u8>>,
        older_than: Option<i64>,
    ) -> Result<Option<StoredObject>> {
        let (compared, key) = compared(from);
        if let Some(id) = older_than {
            let select =
                format!("SELECT {OBJECT} FROM object WHERE bucket = ? AND key = ? AND id < ? ORDER BY id DESC LIMIT 1");
            if let Some(found) = self.one(&select, params![bucket, key, id], object)? {
                return Ok(Some(found));
            }
            return self.next_version(bucket, &Bound::Excluded(key), None);
        }
        let select =
            format!("SELECT {OBJECT} FROM object WHERE bucket = ? AND key {compared} ? ORDER BY key, id DESC LIMIT 1");
        self.one(&select, params![bucket, key], object)
    }

    // -- uploads ---------------------------------------------------------------------------------------------------------

    /// Begins an upload.
    pub(in crate::buckets) fn create_upload(&self, upload: &Upload) -> Result<()> {
        let insert = "INSERT INTO upload (name, bucket, key, initiated, about, algorithm) VALUES (?, ?, ?, ?, ?, ?)";
        let Upload { name, bucket, key, initiated, about, checksum, .. } = upload;
        self.execute(insert, params![name, bucket, key.as_bytes(), initiated, json(about), json(checksum)])?;
        Ok(())
    }

    /// The upload called `name` for `key`: for any other key its name is worth nothing.
    pub(in crate::buckets) fn upload(&self, bucket: &str, key: &str, name: &str) -> Result<Option<Upload>> {
        let select = format!("SELECT {UPLOAD} FROM upload WHERE name = ? AND bucket = ? AND key = ?");
        self.one(&select, params![name, bucket, key.as_bytes()], upload)
    }

    /// All uploads of a bucket in the order of their keys and of their beginning.
    pub(in crate::buckets) fn uploads(&self, bucket: &str) -> Result<Vec<Upload>> {
        self.all(&format!("SELECT {UPLOAD} FROM upload WHERE bucket = ? ORDER BY key, id"), [bucket], upload)
    }

    /// Deletes an upload with its parts.
    pub(in crate::buckets) fn delete_upload(&self, upload: &Upload) -> Result<()> {
        let files = self.parts(upload.id)?.into_iter().map(|part| part.file);
        self.removed.borrow_mut().extend(files);
        self.forget_upload(upload.id)
    }

    /// Deletes an upload of which the parts in `used` belong to an object now.
    pub(in crate::buckets) fn complete_upload(&self, upload: &Upload, used: &[Segment]) -> Result<()> {
        let parts = self.parts(upload.id)?.into_iter();
        let left = parts.filter(|part| used.iter().all(|segment| segment.file != part.file)).map(|part| part.file);
        self.removed.borrow_mut().extend(left);
        self.forget_upload(upload.id)
    }

    /// Notes that the key of uploads was written or deleted while they are under way.
    fn overtake_uploads(&self, bucket: &str, key: &[u8]) -> Result<()> {
        let insert = "INSERT OR IGNORE INTO overtaken SELECT id FROM upload WHERE bucket = ? AND key = ?";
        self.execute(insert, params![bucket, key])?;
        Ok(())
    }

    /// Whether the key of an upload was written or deleted after it began.
    pub(in crate::buckets) fn is_overtaken(&self, upload: i64) -> Result<bool> {
        let found: Option<i64> =
            self.one("SELECT upload FROM overtaken WHERE upload = ?", [upload], |row| row.get(0))?;
        Ok(found.is_some())
    }

    fn forget_upload(&self, upload: i64) -> Result<()> {
        self.execute("DELETE FROM overtaken WHERE upload = ?", [upload])?;
        self.execute("DELETE FROM part WHERE upload = ?", [upload])?;
        self.execute("DELETE FROM upload WHERE id = ?", [upload])?;
        Ok(())
    }

    /// The parts of an upload, by their numbers.
    pub(in crate::buckets) fn parts(&self, upload: i64) -> Result<Vec<Part>> {
        let select = "SELECT number, file, size, etag, checksum, modified FROM part WHERE upload = ? ORDER BY number";
        self.all(select, [upload], |row| {
            Ok(Part {
                number: row.get(0)?,
                file: row.get(1)?,
                size: unsigned(row.get(2)?),
                etag: row.get(3)?,
                checksum: parsed(row, 4)?,
                modified: row.get(5)?,
            })
        })
    }

    /// Puts a part in the place of the one that has its number.
    pub(in crate::buckets) fn put_part(&self, upload: i64, part: &Part) -> Result<()> {
        let select = "SELECT file FROM part WHERE upload = ? AND number = ?";
        let replaced: Option<String> = self.one(select, params![upload, part.number], |row| row.get(0))?;
        self.removed.borrow_mut().extend(replaced);
        let insert = "INSERT OR REPLACE INTO part (upload, number, file, size, etag, checksum, modified) \
                      VALUES (?, ?, ?, ?, ?, ?, ?)";
        let Part { number, file, size, etag, checksum, modified } = part;
        self.execute(insert, params![upload, number, file, signed(*size), etag, json(checksum), modified])?;
        Ok(())
    }
}

fn compared(from: &Bound<Vec<u8>>) -> (&'static str, Vec<u8>) {
    match from {
        Bound::Included(key) => (">=", key.clone()),
        Bound::Excluded(key) => (">", key.clone()),
        Bound::Unbounded => (">=", Vec::new()),
    }
}

fn object(row: &Row<'_>) -> Result<StoredObject> {
    Ok(StoredObject {
        id: row.get(0)?,
        key: text(row, 1)?,
        version: row.get(2)?,
        is_latest: row.get(3)?,
        is_marker: row.get(4)?,
        modified: row.get(5)?,
        size: unsigned(row.get(6)?),
        etag: row.get(7)?,
        about: parsed(row, 8)?,
    })
}

fn upload(row: &Row<'_>) -> Result<Upload> {
    Ok(Upload {
        id: row.get(0)?,
        name: row.get(1)?,
        bucket: row.get(2)?,
        key: text(row, 3)?,
        initiated: row.get(4)?,
        about: parsed(row, 5)?,
        checksum: parsed(row, 6)?,
    })
}

/// A key: only text becomes one.
fn text(row: &Row<'_>, column: usize) -> Result<String> {
    let bytes: Vec<u8> = row.get(column)?;
    String::from_utf8(bytes).map_err(|error| unreadable(column, error))
}

fn parsed<T: for<'d> Deserialize<'d>>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

/// Structs of texts and numbers always become JSON.
fn json(value: &impl Serialize) -> Value {
    Value::Text(serde_json::to_string(value).unwrap_or_default())
}

/// SQLite's integers are signed; no object is that large.
fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn unsigned(size: i64) -> u64 {
    u64::try_from(size).unwrap_or_default()
}
