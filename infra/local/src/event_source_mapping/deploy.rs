//! What a deployment does to mappings: those that it does not touch go on without noticing.

use super::access;
use super::status::Status;
use super::{Mapping, NotRun, Streams};
use crate::stack::{EventSourceMapping, stream_arn};

impl Streams {
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
                None => self.start_one(mapping.clone(), stream_arn(&mapping.table)),
            }
        }
    }

    fn current(&self, uuid: &str) -> Option<EventSourceMapping> {
        self.mappings().get(uuid).map(|mapping| mapping.config.clone())
    }

    /// Starts a mapping that has been made before, or is made by a deployment. One that cannot run is there all the same, and says so.
    pub(super) fn start_one(&self, config: EventSourceMapping, stream_arn: String) {
        let status = Status::new(self.0.deps.clock.epoch_millis());
        let refused = access::check(&self.0.deps, &config, &stream_arn);
        let running = match config.enabled && refused.is_ok() {
            true => self.run(&config, &stream_arn, &status).map_err(NotRun::refusal).map(Some),
            false => refused.map(|()| None),
        };
        let running = running.unwrap_or_else(|why| {
            tracing::warn!(%why, mapping = config.uuid, "a mapping does not run");
            None
        });
        status.settle(running.is_some());
        self.mappings().insert(config.uuid.clone(), Mapping { config, stream_arn, status, running });
    }
}
