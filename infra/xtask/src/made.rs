//! A file that is made from others, as a whole or between two lines of it: written, or with `check` compared with what it would be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file was not made.
#[derive(Debug, thiserror::Error)]
pub enum MadeError {
    /// A file cannot be read or written.
    #[error("{}: {why}. Make sure that it can be read and written, then run the same command again.", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: io::Error,
    },
    /// The file has no place for what is made.
    #[error("{file} has no place between {begin} and {end}. Put both lines there, then run the same command again.")]
    NoPlace {
        /// The file, as it is shown.
        file: &'static str,
        /// The line before the place.
        begin: String,
        /// The line after it.
        end: String,
    },
    /// The file is old.
    #[error("{file} is not what it would be made. Make it: cargo xtask {command}")]
    Old {
        /// The file, as it is shown.
        file: &'static str,
        /// The command that makes it.
        command: &'static str,
    },
}

/// What stands in a file.
///
/// # Errors
///
/// [`MadeError::File`].
pub fn read(path: &Path) -> Result<String, MadeError> {
    fs::read_to_string(path).map_err(|why| MadeError::File { path: path.to_path_buf(), why })
}

/// Brings `file` below `root` to what `make` makes of it, and says whether that changed it. With `check` it is left as it is.
///
/// # Errors
///
/// What `make` fails with, and see [`MadeError`].
pub fn bring<E: From<MadeError>>(
    root: &Path,
    file: &'static str,
    command: &'static str,
    check: bool,
    make: impl FnOnce(&str) -> Result<String, E>,
) -> Result<(), E> {
    let path = root.join(file);
    let there = read(&path)?;
    let made = make(&there)?;
    match (there == made, check) {
        (true, _) => println!("{file}: as it was"),
        (false, true) => return Err(MadeError::Old { file, command }.into()),
        (false, false) => {
            fs::write(&path, made).map_err(|why| MadeError::File { path, why })?;
            println!("{file}: written");
        }
    }
    Ok(())
}

/// The text of `file` with `list` between its lines `<!-- name: begin -->` and `<!-- name: end -->`.
///
/// # Errors
///
/// [`MadeError::NoPlace`].
pub fn put(file: &'static str, text: &str, name: &str, list: &str) -> Result<String, MadeError> {
    let (begin, end) = (format!("<!-- {name}: begin -->"), format!("<!-- {name}: end -->"));
    let parts = text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    let Some((before, after)) = parts else { return Err(MadeError::NoPlace { file, begin, end }) };
    Ok(format!("{before}{begin}\n\n{list}\n{end}{after}"))
}
