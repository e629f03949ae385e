//! Where progress is kept: `.workbook/review.json`, which the terminal and the page share, or another file that somebody names.
//!
//! Both may answer at the same moment. So every change is read, made and written while one lock is held, and what is written takes the place
//! of the old file at once: a crash leaves one of the two, and never half of one.

use std::fs;
use std::path::{Path, PathBuf};

use course::review::memory::Progress;
use local::data_folder::open_lock;

use crate::error::Error;
use crate::kept;

/// The progress of a reader.
#[derive(Debug, Clone)]
pub struct ReviewStore {
    file: PathBuf,
}

impl ReviewStore {
    /// That in `file`, or else that of the workspace in `root`.
    pub fn of(root: &Path, file: Option<&Path>) -> ReviewStore {
        ReviewStore { file: file.map_or_else(|| root.join(".workbook").join("review.json"), Path::to_path_buf) }
    }

    /// The progress as it is kept; that of a beginner where nothing is.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is not one of this command's.
    pub fn read(&self) -> Result<Progress, Error> {
        let file = &self.file;
        let Some(text) = kept::read(file)? else { return Ok(Progress::default()) };
        Progress::parse(&text).map_err(|what| {
            Error::again(format!("{} {what}.", file.display()), "Give it another name, to begin anew and keep it")
        })
    }

    /// Changes the progress, and keeps it.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or written, or is not one of this command's: then nothing is changed.
    pub fn change<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> Result<T, Error> {
        // Beside the file itself: two links to one file share its lock.
        let lock = kept::followed(&self.file).with_extension("lock");
        let locked = || {
            fs::create_dir_all(lock.parent().unwrap_or(&lock))?;
            let lock = open_lock(&lock)?;
            lock.lock()?;
            Ok(lock)
        };
        let _lock = locked().map_err(Error::of_file(&lock))?;
        let mut progress = self.read()?;
        let outcome = change(&mut progress);
        kept::write(&self.file, &progress.text())?;
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use course::review::memory::Grade;

    use super::*;

    #[test]
    fn answers_at_the_same_moment_are_all_kept() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        assert_eq!(store.read().unwrap(), Progress::default());
        let now = "2026-11-29T10:00:00Z".parse().unwrap();
        thread::scope(|scope| {
            for page in ["a", "b", "c", "d"] {
                let store = &store;
                scope.spawn(move || {
                    for card in 0..10 {
                        let id = format!("{page}-{card}");
                        store.change(|progress| progress.grade(&id, Grade::Good, now)).unwrap();
                    }
                });
            }
        });
        assert_eq!(store.read().unwrap().cards.len(), 40);
    }

    #[test]
    fn a_file_of_somebody_elses_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        let store = ReviewStore::of(root.path(), None);
        let file = root.path().join(".workbook").join("review.json");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "{}").unwrap();
        let told = store.change(|progress| progress.up_to.clear()).unwrap_err().to_string();
        assert!(told.contains("review.json is not a review") && told.contains("then: cargo "), "{told}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "{}");
    }

    #[cfg(unix)]
    #[test]
    fn progress_that_is_kept_elsewhere_stays_there_and_so_does_its_lock() {
        let root = tempfile::tempdir().unwrap();
        let (theirs, ours) = (root.path().join("theirs.json"), root.path().join("ours.json"));
        std::os::unix::fs::symlink(&theirs, &ours).unwrap();
        let store = ReviewStore::of(root.path(), Some(&ours));
        store.change(|progress| progress.up_to = "05".to_string()).unwrap();
        assert_eq!(ReviewStore::of(root.path(), Some(&theirs)).read().unwrap().up_to, "05");
        assert!(ours.is_symlink() && theirs.with_extension("lock").is_file() && !ours.with_extension("lock").exists());
    }

    #[test]
    fn a_folder_in_the_place_of_the_file_or_its_lock_is_named() {
        let root = tempfile::tempdir().unwrap();
        for name in ["a.json", "b.lock"] {
            let file = root.path().join(name);
            fs::create_dir(&file).unwrap();
            let store = ReviewStore::of(root.path(), Some(&file.with_extension("json")));
            let why = store.change(|progress| progress.up_to.clear()).unwrap_err().to_string();
            let wanted = format!("{}: it is a folder, not a file.\nMove it away, then: cargo ", file.display());
            assert!(why.starts_with(&wanted), "{why}");
        }
    }
}
