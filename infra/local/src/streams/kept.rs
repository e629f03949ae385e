//! The mappings that were made with the API, kept over a restart of the local cloud.
//!
//! Those of the template come from the template, and are again what it says.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::stack::EventSourceMapping;

/// Where they are written down; nowhere without a data folder.
#[derive(Debug)]
pub(super) struct Kept(Option<PathBuf>);

/// A mapping as it is written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptMapping {
    pub(super) config: EventSourceMapping,
    pub(super) stream_arn: String,
}

impl Kept {
    /// Those in `folder`, or none yet. The error is the damaged file's name.
    pub(super) fn open(folder: Option<&Path>) -> Result<(Kept, Vec<KeptMapping>), String> {
        let file = folder.map(|folder| folder.join("mappings.json"));
        let mappings = match &file {
            Some(file) if file.exists() => {
                let text = std::fs::read_to_string(file).map_err(|_| file.display().to_string())?;
                serde_json::from_str(&text).map_err(|_| file.display().to_string())?
            }
            _ => Vec::new(),
        };
        Ok((Kept(file), mappings))
    }

    /// Written to a file beside and renamed, so a crash leaves the old or the new one.
    pub(super) fn write(&self, mappings: &[KeptMapping]) {
        let Some(file) = &self.0 else { return };
        let beside = file.with_extension("new");
        let text = serde_json::to_string_pretty(mappings).unwrap_or_default();
        if let Err(error) = std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, file)) {
            tracing::warn!(%error, file = %file.display(), "a mapping would not outlive a restart");
        }
    }
}
