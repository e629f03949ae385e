//! Opening files with care: no link is followed, and nothing is read that would block for ever.
//!
//! A data folder may lie where others can write, and a link or a pipe under a name that we are about to open would have us write
//! or wait elsewhere.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};

/// Puts `text` into `file`, by way of one beside it, so that a crash leaves the old or the new one and nobody reads half of it.
/// A link in the place of either is replaced, not followed.
///
/// # Errors
///
/// When either cannot be written.
pub fn replace(file: &Path, text: &str) -> Result<()> {
    put(file, text, &mut OpenOptions::new())
}

/// As [`replace`], with a file that on Unix nobody but its owner reads: for keys and tokens.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    put(path, text, &mut options)
}

fn put(file: &Path, text: &str, options: &mut OpenOptions) -> Result<()> {
    let beside = file.with_extension("new");
    // Left by a crash, or put there by another program: only the name is removed; a file that it leads to stays.
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let written = options.write(true).create_new(true).open(&beside)?.write_all(text.as_bytes());
    written.and_then(|()| std::fs::rename(&beside, file)).inspect_err(|_| drop(std::fs::remove_file(&beside)))
}

/// The text of a regular file of at most `limit` bytes.
///
/// # Errors
///
/// A folder, a pipe or a device, a file that is longer or is not UTF-8, and one that cannot be read.
pub fn read_bounded(path: &Path, limit: u64) -> Result<String> {
    let text = String::from_utf8(read_bytes(path, limit)?);
    text.map_err(|_| Error::new(ErrorKind::InvalidData, "it is not text in UTF-8"))
}

/// As [`read_bounded`], in whichever encoding the file is.
///
/// # Errors
///
/// A folder, a pipe or a device, a file that is longer, and one that cannot be read.
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>> {
    // Before it is opened, because opening a pipe waits for who writes to it; and after, because it may be another one by then.
    is_file(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    is_file(&file.metadata()?)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        return Ok(bytes);
    }
    Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes")))
}

/// Opens `path` to be locked: made if it is not there, and otherwise left as it is.
///
/// # Errors
///
/// A link, or anything else that is not a file.
pub fn open_lock(path: &Path) -> Result<File> {
    let there = || {
        let named = std::fs::symlink_metadata(path)?;
        if named.is_symlink() {
            return Err(Error::new(ErrorKind::InvalidInput, format!("{} is a link; remove it", path.display())));
        }
        is_file(&named)?;
        let file = OpenOptions::new().write(true).open(path)?;
        // A link that took its place in between would have led elsewhere.
        if is_same(&file.metadata()?, &std::fs::symlink_metadata(path)?) {
            return Ok(file);
        }
        Err(Error::new(ErrorKind::InvalidInput, format!("{} was replaced while it was opened", path.display())))
    };
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => there(),
        made => made,
    }
}

/// Why a file or folder cannot be used, in a sentence that says what helps where that is plain.
pub fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full. Free some space on it".to_string(),
        ErrorKind::ReadOnlyFilesystem => "it lies on a disk that is read-only".to_string(),
        ErrorKind::PermissionDenied => format!("you may not write there ({error})"),
        ErrorKind::NotADirectory => "there is a file where a folder should be".to_string(),
        _ => error.to_string(),
    }
}

fn is_file(metadata: &Metadata) -> Result<()> {
    let what = match metadata.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "it is a folder, not a file",
        _ => "it is not a regular file",
    };
    Err(Error::new(ErrorKind::InvalidInput, what))
}

#[cfg(unix)]
fn is_same(opened: &Metadata, named: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (opened.dev(), opened.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn is_same(_opened: &Metadata, named: &Metadata) -> bool {
    !named.is_symlink()
}

/// What stands at `path` in the place of a file or a folder; nothing where it is one, or not there.
pub(super) fn instead_of(path: &Path, is_folder: bool) -> Result<Option<&'static str>> {
    let kind = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found?.file_type(),
    };
    Ok(match (kind.is_file(), kind.is_dir()) {
        (true, _) if !is_folder => None,
        (_, true) if is_folder => None,
        (true, _) => Some("a file"),
        (_, true) => Some("a folder"),
        _ if kind.is_symlink() => Some("a link"),
        _ => Some("neither a file nor a folder"),
    })
}

/// Whether a folder belongs to the user who runs this program. Its owner may change its rights at any time.
pub(super) fn is_own(path: &Path) -> Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok(std::fs::metadata(path)?.uid() == rustix::process::geteuid().as_raw())
    }
    #[cfg(not(unix))]
    std::fs::metadata(path).map(|_| true)
}

/// The file beside `file` that [`replace`] writes first.
pub(super) fn beside(name: &str) -> PathBuf {
    Path::new(name).with_extension("new")
}

/// Takes everybody else's rights to a file or a folder, which a copy, an archive or the system's habits may have given them.
pub(crate) fn for_its_owner_alone(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path)?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode & 0o700))?;
        }
    }
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("text");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read_bounded(&file, 5).unwrap(), "12345");
        assert_eq!(read_bounded(&file, 4).unwrap_err().kind(), ErrorKind::FileTooLarge);
        std::fs::write(&file, [0xff]).unwrap();
        assert_eq!(read_bounded(&file, 4).unwrap_err().kind(), ErrorKind::InvalidData);
        assert!(read_bounded(folder.path(), 4).unwrap_err().to_string().contains("folder"));
        assert_eq!(read_bounded(&folder.path().join("none"), 4).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_pipes_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [Path::new("/dev/zero"), &pipe] {
            assert!(
                read_bounded(path, 4).unwrap_err().to_string().contains("not a regular file"),
                "{}",
                path.display()
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_private_is_private_from_its_first_byte() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, theirs) = (folder.path().join("token"), folder.path().join("theirs"));
        std::fs::write(&theirs, "theirs").unwrap();
        std::os::unix::fs::symlink(&theirs, &file).unwrap();
        std::os::unix::fs::symlink(&theirs, folder.path().join("token.new")).unwrap();
        write_private(&file, "secret").unwrap();
        assert_eq!(std::fs::read_to_string(&theirs).unwrap(), "theirs");
        let metadata = std::fs::symlink_metadata(&file).unwrap();
        assert!(metadata.is_file());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "secret");
        assert!(!folder.path().join("token.new").exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, theirs) = (folder.path().join("running.json"), folder.path().join("theirs"));
        std::fs::write(&theirs, "theirs").unwrap();
        std::os::unix::fs::symlink(&theirs, folder.path().join("running.new")).unwrap();
        replace(&file, "ours").unwrap();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        assert_eq!((read(&file), read(&theirs)), ("ours".to_string(), "theirs".to_string()));
        let lock = folder.path().join("lock");
        std::os::unix::fs::symlink(&theirs, &lock).unwrap();
        assert!(open_lock(&lock).unwrap_err().to_string().contains("is a link"));
        // A link to nothing would otherwise make a file elsewhere.
        let dangling = folder.path().join("dangling");
        std::os::unix::fs::symlink(folder.path().join("made"), &dangling).unwrap();
        assert!(open_lock(&dangling).is_err());
        assert!(!folder.path().join("made").exists());
        assert_eq!(read(&theirs), "theirs");
    }

    #[cfg(unix)]
    #[test]
    fn what_stands_in_a_files_place_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for (name, is_folder, what) in [
            ("file", false, None),
            ("folder", true, None),
            ("none", false, None),
            ("file", true, Some("a file")),
            ("folder", false, Some("a folder")),
            ("link", false, Some("a link")),
            ("pipe", false, Some("neither a file nor a folder")),
            ("pipe", true, Some("neither a file nor a folder")),
        ] {
            assert_eq!(instead_of(&at(name), is_folder).unwrap(), what, "{name}");
        }
        assert!(is_own(folder.path()).unwrap());
    }

    #[test]
    fn a_lock_is_opened_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("lock");
        open_lock(&lock).unwrap();
        std::fs::write(&lock, "kept").unwrap();
        open_lock(&lock).unwrap();
        assert_eq!(std::fs::read_to_string(&lock).unwrap(), "kept");
        assert!(open_lock(folder.path()).is_err());
    }

    #[test]
    fn a_full_disk_is_called_one() {
        assert!(reason(&Error::from(ErrorKind::StorageFull)).contains("the disk is full"));
    }
}
