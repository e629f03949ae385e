//! Why the tables could not be opened, and what helps. Nobody is told to delete what can be kept.

use std::path::{Path, PathBuf};

use dynoxide::DynoxideError;
use rusqlite::ErrorCode;
use thiserror::Error;

/// What the engine says of a file like that, among other things.
const NOT_A_DATABASE: &str = "not a valid SQLite database";
/// What is wrong with it.
const BEGINNING: &str = "its beginning is not a database's";

/// Why the tables could not be opened.
#[derive(Debug, Error)]
pub enum TablesError {
    /// The file cannot be opened.
    #[error("{} cannot be opened as the board's database: {why}.", file.display())]
    Unreadable {
        /// The database file.
        file: PathBuf,
        /// The engine's words.
        why: String,
    },
    /// The file is there, and is not what the engine wrote.
    #[error(
        "{} is damaged: it is not a whole database any more ({why}). Copy the data folder first; `sqlite3 FILE .recover` can often save \
         what is in it.",
        file.display()
    )]
    Damaged {
        /// The database file.
        file: PathBuf,
        /// The engine's words.
        why: String,
    },
    /// No space is left.
    #[error("{} cannot be written: the disk is full. Free some space, then start again; what you wrote is kept.", .0.display())]
    DiskFull(PathBuf),
    /// The engine takes paths as text.
    #[error("The path {} is not UTF-8, and the database can only be kept under one that is.", .0.display())]
    NotUtf8(PathBuf),
    /// A table is there already, but with another key.
    #[error("The data folder holds table {table} with another key schema than the template.")]
    OtherKey {
        /// The table's name.
        table: String,
    },
    /// The service refused to make a table.
    #[error("Table {table} cannot be created: {why}")]
    Refused {
        /// The table's name.
        table: String,
        /// The service's type and message.
        why: String,
    },
    /// The machine has no thread or no socket left.
    #[error("The table engine cannot be started: {0}")]
    NotStarted(#[from] std::io::Error),
}

impl TablesError {
    /// The engine did not open `file`, or a database in memory.
    pub(super) fn of_engine(file: Option<&Path>, error: DynoxideError) -> TablesError {
        let file = file.unwrap_or(Path::new(""));
        match error {
            DynoxideError::SqliteError(error) => TablesError::of_database(file, &error),
            // The engine thinks of encryption, which is nothing that a board does.
            other if other.to_string().contains(NOT_A_DATABASE) => {
                TablesError::Damaged { file: file.to_path_buf(), why: BEGINNING.to_string() }
            }
            other => TablesError::Unreadable { file: file.to_path_buf(), why: other.to_string() },
        }
    }

    /// SQLite did not open `file`.
    pub(super) fn of_database(file: &Path, error: &rusqlite::Error) -> TablesError {
        let file = file.to_path_buf();
        let why = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => TablesError::DiskFull(file),
            Some(ErrorCode::DatabaseCorrupt) => TablesError::Damaged { file, why },
            Some(ErrorCode::NotADatabase) => TablesError::Damaged { file, why: BEGINNING.to_string() },
            Some(ErrorCode::ReadOnly) => TablesError::Unreadable { file, why: "it cannot be written".into() },
            _ => TablesError::Unreadable { file, why },
        }
    }
}

/// The path of `file` as the engine takes it.
pub(super) fn text_of(file: &Path) -> Result<&str, TablesError> {
    file.to_str().ok_or_else(|| TablesError::NotUtf8(file.to_path_buf()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Tables;

    #[tokio::test]
    async fn a_damaged_database_is_called_one_and_stays() {
        let made = tempfile::tempdir().unwrap();
        let whole = made.path().join("whole");
        rusqlite::Connection::open(&whole).unwrap().execute_batch("CREATE TABLE t (a); CREATE TABLE u (b);").unwrap();
        let torn = [&std::fs::read(&whole).unwrap()[..100], &[0xAA; 8092][..]].concat();
        for damaged in [b"three years of work, and no database".repeat(40), torn] {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("tables.sqlite");
            std::fs::write(&file, &damaged).unwrap();
            let said = Tables::open(Some(&file), &[]).await.unwrap_err().to_string();
            assert!(said.contains("is damaged") && said.contains("Copy the data folder first"), "{said}");
            assert!(!said.contains("encrypt"), "{said}");
            assert_eq!(std::fs::read(&file).unwrap(), damaged, "it can still be repaired");
        }
    }

    #[test]
    fn a_full_disk_is_called_one() {
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        let said =
            TablesError::of_engine(Some(Path::new("tables.sqlite")), DynoxideError::SqliteError(full)).to_string();
        assert!(said.contains("the disk is full") && !said.contains("--fresh"), "{said}");
    }

    // Elsewhere no file system takes a name like that.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_path_that_is_not_text_is_refused_before_anything_is_made() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.sqlite"));
        let said = Tables::open(Some(&file), &[]).await.unwrap_err().to_string();
        assert!(said.contains("is not UTF-8"), "{said}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
