//! Where buckets are kept: one SQLite database with everything that is said of buckets, objects and uploads, and beside it a folder of
//! bodies.
//!
//! A key is data: any text, compared byte by byte, as S3 sorts keys. No part of it becomes the name of a file. A body is written
//! into a file of a name of our own first, and one transaction then puts the object (or the part of an upload) in the place of what was
//! there. A process that is killed before the commit leaves the old object and a file that nobody names; after it the new object, and the
//! old one's file. What nobody names is deleted when the store is opened again. An upload in parts is completed without copying: the
//! object takes its parts' files over.
//!
//! The database is durable against the end of the process, not of the machine: it does not wait for the disk at each write. `store/rows`
//! has the statements, `store/bodies` the files.

mod bodies;
mod rows;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};

use super::error::ErrorDocument;
use bodies::Bodies;

pub(super) use bodies::{Body, WrittenBody};
pub(super) use rows::{About, NewObject, Part, Rows, Segment, StoredObject, Upload, Versioning};

/// The database's file.
const DATABASE: &str = "objects.sqlite";
/// The folder of the bodies, beside it.
const BODIES: &str = "bodies";

/// The store of one local cloud. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Store(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    connection: Mutex<Connection>,
    bodies: Bodies,
}

/// Why a store does not open.
#[derive(Debug)]
pub(super) enum NotOpened {
    /// The folder or a file cannot be used.
    Unusable(String),
    /// An earlier version kept its buckets there, each as a folder of files.
    Earlier,
    /// The database is not one, or another version's.
    Damaged(String),
}

impl Store {
    /// Opens the store in `folder`, made if need be.
    pub(super) fn open(folder: &Path) -> Result<Store, NotOpened> {
        let unusable = |error: std::io::Error| NotOpened::Unusable(local::data_folder::reason(&error));
        std::fs::create_dir_all(folder).map_err(unusable)?;
        let database = folder.join(DATABASE);
        if !database.exists() && has_files_of_an_earlier_version(folder).map_err(unusable)? {
            return Err(NotOpened::Earlier);
        }
        let damaged = |error: rusqlite::Error| NotOpened::Damaged(error.to_string());
        let connection = Connection::open(database).map_err(damaged)?;
        rows::prepare(&connection).map_err(NotOpened::Damaged)?;
        let bodies = Bodies::open(folder.join(BODIES)).map_err(unusable)?;
        let named: BTreeSet<String> = rows::files(&connection).map_err(damaged)?;
        bodies.sweep(&named).map_err(unusable)?;
        Ok(Store(Arc::new(Opened { connection: Mutex::new(connection), bodies })))
    }

    /// Reads: what `read` sees is of one moment.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Rows<'_>) -> Result<T, ErrorDocument>) -> Result<T, ErrorDocument> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        read(&Rows::new(&transaction))
    }

    /// Changes: all of what `change` does is done, or nothing. The files of what it removed go afterwards.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&Rows<'_>) -> Result<T, ErrorDocument>,
    ) -> Result<T, ErrorDocument> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let rows = Rows::new(&transaction);
        let changed = change(&rows)?;
        let removed = rows.into_removed();
        transaction.commit()?;
        drop(connection);
        for file in removed {
            self.0.bodies.remove(&file);
        }
        Ok(changed)
    }

    /// Writes a body beside the others. It is gone again unless it is kept.
    pub(super) fn write_body(&self, body: &[u8]) -> Result<WrittenBody<'_>, ErrorDocument> {
        Ok(self.0.bodies.write(body)?)
    }

    /// Opens what is to be read of `segments`. Do it while they are read, so that nobody deletes them meanwhile.
    pub(super) fn open_body(&self, segments: &[Segment]) -> Result<Body, ErrorDocument> {
        Ok(self.0.bodies.open_all(segments)?)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic broke off is rolled back.
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `folder` holds objects as files below folders called like buckets, as they were kept before there was a database.
fn has_files_of_an_earlier_version(folder: &Path) -> std::io::Result<bool> {
    let holds_files = |path: PathBuf| -> std::io::Result<bool> {
        let mut folders = vec![path];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                match entry.file_type()?.is_dir() {
                    true => folders.push(entry.path()),
                    false => return Ok(true),
                }
            }
        }
        Ok(false)
    };
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        // A kill between the making of the folder and of the database leaves an empty folder of bodies.
        if name != BODIES && entry.file_type()?.is_dir() && holds_files(entry.path())? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
