//! Where progress is kept: `.workbook/review.json`, which the terminal and the page share, or another file that somebody names.
//!
//! Both may answer at the same moment. So every change is read, made and written while one lock is held, and what is written takes the place
//! of the old file at once: a crash leaves one of the two, and never half of one.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use course::review::memory::Progress;
use local::data_folder::{open_lock, replace};

use crate::error::Error;

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
        let text = match fs::read_to_string(file) {
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Progress::default()),
            other => other.map_err(Error::of_file(file))?,
        };
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
        let file = &self.file;
        let locked = || {
            fs::create_dir_all(file.parent().unwrap_or(file))?;
            let lock = open_lock(&file.with_extension("lock"))?;
            lock.lock()?;
            Ok(lock)
        };
        let _lock = locked().map_err(Error::of_file(file))?;
        let mut progress = self.read()?;
        let outcome = change(&mut progress);
        replace(file, &progress.text()).map_err(Error::of_file(file))?;
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
}
