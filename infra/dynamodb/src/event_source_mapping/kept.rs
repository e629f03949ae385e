//! The mappings that were made with the API, kept over a restart of the local cloud.
//!
//! Those of the template are not kept: a restart makes them again as the template says.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use local::data_folder;
use stack::EventSourceMapping;

/// Where they are written down; nowhere without a data folder.
#[derive(Debug)]
pub(super) struct MappingsFile(Option<PathBuf>);

/// A mapping as it is written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptMapping {
    pub(super) config: EventSourceMapping,
    pub(super) stream_arn: String,
}

impl MappingsFile {
    /// The file in `folder`.
    pub(super) fn at(folder: Option<&Path>) -> MappingsFile {
        MappingsFile(folder.map(|folder| folder.join("mappings.json")))
    }

    /// Those in it, or none yet. The error is the damaged file's name.
    pub(super) fn read(&self) -> Result<Vec<KeptMapping>, String> {
        data_folder::read(self.0.as_deref())
    }

    pub(super) fn write(&self, mappings: &[KeptMapping]) {
        let Some(file) = &self.0 else { return };
        if let Err(error) = data_folder::replace(file, &serde_json::to_string_pretty(mappings).unwrap_or_default()) {
            tracing::warn!(%error, file = %file.display(), "a mapping would not outlive a restart");
        }
    }
}
