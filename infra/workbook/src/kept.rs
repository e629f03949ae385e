//! Files in which the command remembers something of a learner: `.workbook/review.json`, `drills.toml`, `hints.toml`, the name for the class.
//!
//! Somebody may keep one elsewhere and put a link in its place, to share it between two machines: the link is followed, and stays. What is
//! neither a file nor a link to one is refused by its name: a folder, or a pipe, at which this would wait for ever. What is written takes
//! the place of the old file at once.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use local::data_folder::{read_bounded, replace};

use crate::error::Error;

/// The most that is read of one, in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;
/// As many links one after the other are followed as Linux follows.
const LINKS: usize = 40;

/// What `file` holds; nothing where there is none.
///
/// # Errors
///
/// Something that is not a file, or cannot be read as text.
pub fn read(file: &Path) -> Result<Option<String>, Error> {
    match read_bounded(file, LIMIT) {
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        other => other.map(Some).map_err(Error::of_file(file)),
    }
}

/// Puts `text` into `file`, or into the file to which a link there leads. Its folder is made where there is none.
///
/// # Errors
///
/// Something that is not a file, or cannot be written.
pub fn write(file: &Path, text: &str) -> Result<(), Error> {
    let written = || {
        let file = followed(file);
        // What is not a file would be replaced by one.
        match read_bounded(&file, LIMIT) {
            Err(why) if ![ErrorKind::NotFound, ErrorKind::InvalidData].contains(&why.kind()) => return Err(why),
            _ => {}
        }
        fs::create_dir_all(file.parent().unwrap_or(&file))?;
        replace(&file, text)
    };
    written().map_err(Error::of_file(file))
}

/// Where a link at `file` leads, also to a file that is not there yet; `file` itself where there is none.
pub fn followed(file: &Path) -> PathBuf {
    let mut file = file.to_path_buf();
    for _ in 0..LINKS {
        let Ok(to) = fs::read_link(&file) else { break };
        // A path that is absolute takes the place of the folder.
        file = file.parent().unwrap_or(Path::new("")).join(to);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again_and_nothing_is_where_nobody_wrote() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("a").join("kept");
        assert_eq!(read(&file), Ok(None));
        write(&file, "one").unwrap();
        write(&file, "two").unwrap();
        assert_eq!(read(&file), Ok(Some("two".to_string())));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_stays() {
        let root = tempfile::tempdir().unwrap();
        let (shared, link, other) = (root.path().join("shared"), root.path().join("kept"), root.path().join("other"));
        fs::create_dir(&shared).unwrap();
        std::os::unix::fs::symlink("shared/theirs", &link).unwrap();
        std::os::unix::fs::symlink(&link, &other).unwrap();
        assert_eq!(read(&other), Ok(None), "it leads to nothing yet");
        for text in ["one", "two"] {
            write(&other, text).unwrap();
            assert_eq!(fs::read_to_string(shared.join("theirs")).unwrap(), text);
            assert!(other.is_symlink() && link.is_symlink());
        }
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert!(write(&link, "in a circle").unwrap_err().to_string().contains("kept"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_a_file_is_refused_by_its_name_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let (folder, pipe) = (root.path().join("folder"), root.path().join("pipe"));
        fs::create_dir(&folder).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for (path, what) in [
            (folder.as_path(), "folder: it is a folder, not a file."),
            (&pipe, "pipe: it is not a regular file."),
            (Path::new("/dev/zero"), "/dev/zero: it is not a regular file."),
        ] {
            for why in [read(path).unwrap_err().to_string(), write(path, "text").unwrap_err().to_string()] {
                assert!(why.contains(what) && why.contains("\nMove it away, then: cargo "), "{why}");
            }
        }
        assert!(folder.is_dir() && !pipe.is_file());
    }
}
