//! The data folder: what outlives the command.
//!
//! One local cloud at a time uses a folder. The lock is the operating system's, so it goes with the process, however that
//! ends, and a crash leaves nothing to clean up.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use thiserror::Error;

/// An open data folder.
#[derive(Debug)]
pub struct Folder(Kind);

#[derive(Debug)]
enum Kind {
    Kept { path: PathBuf, _lock: File },
    Temporary(TempDir),
}

/// Why a folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Another board runs on it.
    #[error("The data folder {} belongs to a board that is running. Stop that one, or choose another folder with --data.", .0.display())]
    InUse(PathBuf),
    /// It cannot be made or written.
    #[error("The data folder {} cannot be used: {why}. Choose another with --data.", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        why: std::io::Error,
    },
}

/// Puts `text` into `file`, by way of one beside it, so that a crash leaves the old or the new one and nobody reads half of it.
///
/// # Errors
///
/// When either cannot be written.
pub fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, file)
}

/// What `file` holds as JSON, or nothing yet. The error is the name of a file that is damaged.
#[cfg(feature = "tables")]
pub(crate) fn read<T: Default + serde::de::DeserializeOwned>(file: Option<&Path>) -> Result<T, String> {
    let Some(file) = file.filter(|file| file.exists()) else { return Ok(T::default()) };
    let damaged = || file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|_| damaged())?;
    serde_json::from_str(&text).map_err(|_| damaged())
}

impl Folder {
    /// Opens the folder at `path`, made if need be, or a temporary one that goes with this value.
    pub fn open(path: Option<&Path>) -> Result<Folder, FolderError> {
        let Some(path) = path else {
            let unusable = |why| FolderError::Unusable { path: std::env::temp_dir(), why };
            return Ok(Folder(Kind::Temporary(tempfile::tempdir().map_err(unusable)?)));
        };
        let unusable = |why| FolderError::Unusable { path: path.to_path_buf(), why };
        std::fs::create_dir_all(path).map_err(unusable)?;
        let lock = File::create(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder(Kind::Kept { path: path.to_path_buf(), _lock: lock })),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_path_buf())),
            Err(TryLockError::Error(why)) => Err(unusable(why)),
        }
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

/// Creates `file` for its owner alone.
pub fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())
}

/// The text of a file of at most `limit` bytes.
pub fn read_bounded(file: &Path, limit: u64) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    File::open(file)?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}
