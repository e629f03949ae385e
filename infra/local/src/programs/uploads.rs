//! What stands for Lambda's copy of a function's code.
//!
//! A deployment on AWS uploads the code, and what a developer builds afterwards changes nothing until the next one. Here a
//! program is linked into the data folder under a name that changes with it, so that a build beside a running board changes
//! nothing in it, and a deployment that is rolled back leaves the old code where it was.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// A folder for the programs of functions.
#[derive(Debug, Clone)]
pub struct Uploads(PathBuf);

impl Uploads {
    /// Programs are kept in `folder`, which is emptied of what an earlier run left.
    pub fn at(folder: PathBuf) -> Uploads {
        // One that cannot be removed is in the way of nobody: names change with what they hold.
        let _ = std::fs::remove_dir_all(&folder);
        Uploads(folder)
    }

    /// The copy of `program`; the program itself where none can be made.
    pub fn take(&self, program: &Path) -> PathBuf {
        self.linked(program).unwrap_or_else(|error| {
            tracing::warn!(%error, program = %program.display(), "a function's program runs from where it was built");
            program.to_path_buf()
        })
    }

    /// A program that came in an upload of the function called `function`, ready to be started.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn keep(&self, function: &str, program: &[u8]) -> std::io::Result<PathBuf> {
        let digest = Sha256::digest(program);
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let folder = self.0.join(format!("{function}-{name}"));
        let kept = folder.join("bootstrap");
        if kept.is_file() {
            return Ok(kept);
        }
        std::fs::create_dir_all(&folder)?;
        let beside = folder.join("bootstrap.new");
        std::fs::write(&beside, program)?;
        #[cfg(unix)]
        std::fs::set_permissions(&beside, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        std::fs::rename(&beside, &kept)?;
        Ok(kept)
    }

    fn linked(&self, program: &Path) -> std::io::Result<PathBuf> {
        let metadata = std::fs::metadata(program)?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).map(|age| age.as_nanos()).unwrap_or_default();
        let name = program.file_name().unwrap_or_default();
        let stem = program.file_stem().unwrap_or_default().to_string_lossy();
        let folder = self.0.join(format!("{stem}-{:x}-{changed:x}", metadata.len()));
        let copy = folder.join(name);
        if copy.is_file() {
            return Ok(copy);
        }
        std::fs::create_dir_all(&folder)?;
        // Windows lets nobody replace a file that runs under another name too, so there it is a copy; elsewhere a new build
        // is a new file, and a link costs nothing. Another file system takes no links.
        if cfg!(windows) || std::fs::hard_link(program, &copy).is_err() {
            let beside = copy.with_extension("new");
            std::fs::copy(program, &beside)?;
            std::fs::rename(&beside, &copy)?;
        }
        Ok(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_built_anew_leaves_the_copy_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("function");
        std::fs::write(&program, "old").unwrap();
        let uploads = Uploads::at(folder.path().join("code"));
        let old = uploads.take(&program);
        assert_eq!(uploads.take(&program), old);
        // A linker makes a new file.
        std::fs::remove_file(&program).unwrap();
        std::fs::write(&program, "newer").unwrap();
        let new = uploads.take(&program);
        assert_ne!(new, old);
        assert_eq!((std::fs::read(&old).unwrap(), std::fs::read(&new).unwrap()), (b"old".to_vec(), b"newer".to_vec()));
        assert_eq!(uploads.take(Path::new("nowhere")), Path::new("nowhere"));
    }
}
