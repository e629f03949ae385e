//! What a deployment does to mappings: those that it does not touch go on without noticing.

use super::EventSourceMappings;
use super::make::MadeBy;
use stack::{EventSourceMapping, stream_arn};

impl EventSourceMappings {
    /// Puts the mappings of a template in the place of those of an older one. Checkpoints stay with the mappings that stay. Mappings
    /// that were made with the API are nobody's here.
    pub(crate) fn deploy(&self, old: &[EventSourceMapping], new: &[EventSourceMapping]) {
        let has = |mappings: &[EventSourceMapping], uuid: &str| mappings.iter().any(|mapping| mapping.uuid == uuid);
        for gone in old.iter().filter(|mapping| !has(new, &mapping.uuid)) {
            // One that somebody has deleted with the API is gone already.
            let _ = self.delete(&gone.uuid);
        }
        for mapping in new {
            match self.current(&mapping.uuid) {
                Some(current) if current == *mapping => {}
                Some(_) => drop(self.change(mapping.clone())),
                // One that cannot run is there all the same.
                None => drop(self.make(mapping.clone(), stream_arn(&mapping.table), MadeBy::Deployment)),
            }
        }
    }

    fn current(&self, uuid: &str) -> Option<EventSourceMapping> {
        self.mappings().get(uuid).map(|mapping| mapping.config.clone())
    }
}
