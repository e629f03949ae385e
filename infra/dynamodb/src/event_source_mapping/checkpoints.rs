//! How far each mapping has come, kept over a restart of the local cloud.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use local::data_folder;

/// Sequence numbers of the last records that were done with, by the mapping's UUID. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints(Arc<CheckpointFile>);

#[derive(Debug)]
struct CheckpointFile {
    file: Option<PathBuf>,
    done: Mutex<BTreeMap<String, String>>,
}

impl Checkpoints {
    /// Those in `folder`, or none yet. The error is the damaged file's name.
    pub(super) fn open(folder: Option<&Path>) -> Result<Checkpoints, String> {
        let file = folder.map(|folder| folder.join("checkpoints.json"));
        let done = data_folder::read(file.as_deref())?;
        Ok(Checkpoints(Arc::new(CheckpointFile { file, done: Mutex::new(done) })))
    }

    pub(super) fn of(&self, mapping: &str) -> Option<String> {
        self.done().get(mapping).cloned()
    }

    /// Moves a mapping's checkpoint.
    pub(super) fn set(&self, mapping: &str, sequence_number: &str) {
        let mut done = self.done();
        done.insert(mapping.to_string(), sequence_number.to_string());
        self.keep(&done);
    }

    /// Forgets a mapping that was deleted.
    pub(super) fn forget(&self, mapping: &str) {
        let mut done = self.done();
        if done.remove(mapping).is_some() {
            self.keep(&done);
        }
    }

    fn keep(&self, done: &BTreeMap<String, String>) {
        let Some(file) = &self.0.file else { return };
        if let Err(error) = data_folder::replace(file, &serde_json::to_string_pretty(done).unwrap_or_default()) {
            tracing::warn!(%error, file = %file.display(), "a checkpoint was not kept: records may be delivered again");
        }
    }

    fn done(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
