//! The data folder: what outlives the command.
//!
//! One local cloud at a time uses a folder. The lock is the operating system's: it ends with the process, however that ends, so a
//! crash leaves nothing to clean up. A folder carries a mark that says whose it is, because `--fresh` deletes what is in it.
//! Without the mark nothing is deleted, and neither is anything when a file is in it that no board puts there. `data_folder/files`
//! opens files.

mod files;

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use thiserror::Error;

pub(crate) use files::for_its_owner_alone;
pub use files::{open_lock, read_bounded, read_bytes, reason, replace, write_private};

/// The file that says whose folder it is.
const MARK: &str = "serverless-workbook.txt";
/// How the mark begins. Another number means a folder that this program does not understand.
const MARKED: &str = "A data folder of the serverless workbook, version 1.\n";
/// What the mark says besides, to a reader who opens it.
const EXPLAINED: &str = "It belongs to `cargo workbook up`, which empties it when it is started with --fresh.\n";

/// The file whose lock tells that a board is running.
const LOCK: &str = "lock";
const DATABASE: &str = "tables.sqlite";
/// What a board puts into its folder, besides the mark.
const FILES: &[&str] = &[
    LOCK,
    "api-gateway.json",
    DATABASE,
    "tables.sqlite-journal",
    "tables.sqlite-shm",
    "tables.sqlite-wal",
    "checkpoints.json",
    "credentials",
    "mappings.json",
    "running.json",
    "stacks.json",
    "token",
];
const FOLDERS: &[&str] = &["buckets", "code", "events", "queues"];

/// The most that is read of a file in which a board keeps its state or a message, in bytes.
pub(crate) const STATE_LIMIT: u64 = 64 * 1024 * 1024;

/// How long something that is to be deleted may be held open: Windows does that for an instant after a process is gone.
const HELD_OPEN: Duration = Duration::from_secs(2);

/// An open data folder.
#[derive(Debug)]
pub struct Folder(Kind);

#[derive(Debug)]
enum Kind {
    Kept { path: PathBuf, _lock: Lock },
    Temporary(TempDir),
}

/// The lock on a folder that is in use.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // To close it is not enough: a child that is just being started has it open, too, until it becomes its program.
        let _ = self.0.unlock();
    }
}

/// Why a folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Another board runs on it.
    #[error("The data folder {} belongs to a board that is running.", .0.display())]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("The data folder {} cannot be used: {}.", path.display(), reason(why))]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
    /// It belongs to another user.
    #[error(
        "{} is not a data folder of the board: {stranger} is in it, and nothing says that a board made the folder. Nothing was changed.",
        path.display()
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Something in it.
        stranger: String,
    },
    /// There is something in it that no board puts there.
    #[error(
        "The data folder {} holds {stranger}, which no board puts there, so nothing is deleted.",
        path.display()
    )]
    Stranger {
        /// The folder.
        path: PathBuf,
        /// Its name.
        stranger: String,
    },
    /// Something else stands where a board has a file or a folder: a link that leads elsewhere, a pipe that lets nobody go on.
    #[error(
        "In the data folder {}, {name} is {what}, which no board makes, so nothing is read or written through it.",
        path.display()
    )]
    Misplaced {
        /// The folder.
        path: PathBuf,
        /// The name in it.
        name: String,
        /// What stands there.
        what: &'static str,
    },
    /// Another user owns it, and could change what is in it.
    #[error("The data folder {} belongs to another user.", .0.display())]
    NotYours(PathBuf),
    /// Another version made it.
    #[error(
        "The data folder {} was made by another version of the workbook.",
        .0.display()
    )]
    OtherVersion(PathBuf),
}

/// What `file` holds as JSON, or nothing yet.
///
/// # Errors
///
/// The name of a file that is damaged.
pub fn read<T: Default + serde::de::DeserializeOwned>(file: Option<&Path>) -> Result<T, String> {
    let Some(file) = file.filter(|file| file.exists()) else { return Ok(T::default()) };
    let damaged = || file.display().to_string();
    let text = read_bounded(file, STATE_LIMIT).map_err(|_| damaged())?;
    serde_json::from_str(&text).map_err(|_| damaged())
}

impl Folder {
    /// Opens the folder at `path`, made if need be, or a temporary one that goes with this value.
    ///
    /// # Errors
    ///
    /// A folder that another board uses, that is not a board's, or that cannot be written.
    pub fn open(path: Option<&Path>) -> Result<Folder, FolderError> {
        let Some(path) = path else {
            let unusable = |why| FolderError::Unusable { path: std::env::temp_dir(), why };
            return Ok(Folder(Kind::Temporary(tempfile::tempdir().map_err(unusable)?)));
        };
        let unusable = |why| FolderError::Unusable { path: path.to_path_buf(), why };
        std::fs::create_dir_all(path).map_err(|why| match why.kind() {
            // What the system says where a file is in the way.
            ErrorKind::AlreadyExists => unusable(ErrorKind::NotADirectory.into()),
            _ => unusable(why),
        })?;
        if !files::is_own(path).map_err(unusable)? {
            return Err(FolderError::NotYours(path.to_path_buf()));
        }
        if !is_marked(path)? {
            // Before the lock, so that a folder of ours is never without it, not even after a crash.
            replace(&path.join(MARK), &format!("{MARKED}{EXPLAINED}")).map_err(unusable)?;
        }
        let names = FILES.iter().map(|name| (name, false)).chain(FOLDERS.iter().map(|name| (name, true)));
        for (name, is_folder) in names {
            if let Some(what) = files::instead_of(&path.join(name), is_folder).map_err(unusable)? {
                return Err(FolderError::Misplaced { path: path.to_path_buf(), name: (*name).to_string(), what });
            }
        }
        files::for_its_owner_alone(path).map_err(unusable)?;
        let lock = open_lock(&path.join(LOCK)).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder(Kind::Kept { path: path.to_path_buf(), _lock: Lock(lock) })),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_path_buf())),
            Err(TryLockError::Error(why)) => Err(unusable(why)),
        }
    }

    /// Deletes what a board left in the folder at `path`, which stays, as does a link that leads to it.
    ///
    /// # Errors
    ///
    /// As [`Folder::open`], and a folder with anything in it that no board puts there. Nothing is deleted then.
    pub fn empty(path: &Path) -> Result<(), FolderError> {
        let unusable = |why| FolderError::Unusable { path: path.to_path_buf(), why };
        match std::fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found.map_err(unusable)?,
        };
        // A board that runs on it holds the lock, and must keep its files.
        let _locked = Folder::open(Some(path))?;
        let names = entries(path).map_err(unusable)?;
        if let Some(stranger) = names.iter().find(|name| !is_a_boards(path, name)) {
            return Err(FolderError::Stranger { path: path.to_path_buf(), stranger: stranger.clone() });
        }
        let deadline = Instant::now() + HELD_OPEN;
        for name in names.iter().filter(|name| ![MARK, LOCK].contains(&name.as_str())) {
            delete(&path.join(name), deadline).map_err(unusable)?;
        }
        Ok(())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match &self.0 {
            Kind::Kept { path, .. } => path,
            Kind::Temporary(folder) => folder.path(),
        }
    }

    /// Where it is, if it outlives the process.
    pub fn kept(&self) -> Option<&Path> {
        match &self.0 {
            Kind::Kept { path, .. } => Some(path),
            Kind::Temporary(_) => None,
        }
    }
}

/// Whether a folder has its mark; one that is empty, or that a board made before there were marks, may get one.
fn is_marked(path: &Path) -> Result<bool, FolderError> {
    let unusable = |why| FolderError::Unusable { path: path.to_path_buf(), why };
    let names = entries(path).map_err(unusable)?;
    if names.iter().any(|name| name == MARK) && is_a_boards(path, MARK) {
        let text = read_bounded(&path.join(MARK), 4096).map_err(unusable)?;
        let version = MARKED.trim_end_matches(|c: char| !c.is_alphabetic());
        return match text.starts_with(MARKED) {
            true => Ok(true),
            false if text.starts_with(version) => Err(FolderError::OtherVersion(path.to_path_buf())),
            false => Err(FolderError::Foreign { path: path.to_path_buf(), stranger: MARK.to_string() }),
        };
    }
    // All that a crash between the first two steps can leave.
    let begun = files::beside(MARK);
    let stranger = names.iter().find(|name| Path::new(name) != begun && !is_a_boards(path, name));
    // A file called `lock` is anybody's; a board's folder has a database, too.
    let made_by_a_board = || names.iter().any(|name| name == LOCK) && is_a_database(&path.join(DATABASE));
    let new = names.iter().all(|name| Path::new(name) == begun);
    match (stranger, names.first()) {
        (None, _) if new || made_by_a_board() => Ok(false),
        (Some(name), _) | (None, Some(name)) => {
            Err(FolderError::Foreign { path: path.to_path_buf(), stranger: name.clone() })
        }
        (None, None) => Ok(false),
    }
}

/// The names of what is in a folder, in their order.
fn entries(path: &Path) -> std::io::Result<Vec<String>> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut names = std::fs::read_dir(path)?.map(name).collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Whether a board makes something of this name and kind in its folder. A link is nothing that it makes.
fn is_a_boards(path: &Path, name: &str) -> bool {
    let Ok(metadata) = std::fs::symlink_metadata(path.join(name)) else { return false };
    let file = |known: &&str| *known == name || files::beside(known) == Path::new(name);
    (metadata.is_file() && FILES.iter().chain(&[MARK]).any(file)) || (metadata.is_dir() && FOLDERS.contains(&name))
}

fn is_a_database(file: &Path) -> bool {
    let mut head = [0; 16];
    File::open(file).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *b"SQLite format 3\0"
}

/// Deletes a file, or a folder with all that is in it.
fn delete(path: &Path, deadline: Instant) -> std::io::Result<()> {
    loop {
        let deleted = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        match deleted {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                if Instant::now() > deadline {
                    return Err(error);
                }
                std::thread::yield_now();
            }
            _ => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
