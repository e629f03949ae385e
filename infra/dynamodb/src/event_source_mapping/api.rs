//! The event source mapping API: create, get, list, update, delete. Each answers with the mapping as the service describes
//! it; a change answers with the state in between (`Creating`, `Updating`, `Disabling`, `Deleting`).

use serde_json::{Map, Value};

use super::make::MadeBy;
use super::{EventSourceMappings, Mapping, MappingRefusal, NotRun, access, request};
use local::lambda::FunctionName;
use stack::{EventSourceMapping, function_arn};

impl EventSourceMappings {
    /// `CreateEventSourceMapping`.
    ///
    /// # Errors
    ///
    /// What Lambda refuses, in its order: the source, the starting position, values, the function, its role's rights, the
    /// stream, and a mapping of the same two that is there already.
    pub fn create(&self, request: &Map<String, Value>) -> Result<Value, MappingRefusal> {
        let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
        request::not_here(request)?;
        let stream_arn = text("EventSourceArn").to_string();
        let mut config =
            EventSourceMapping { uuid: self.0.deps.clock.uuid().to_string(), ..EventSourceMapping::default() };
        config.table = access::table_of(&stream_arn)?.to_string();
        config.from_trim_horizon = request::from_trim_horizon(request, &stream_arn)?;
        config.function = FunctionName::of(text("FunctionName")).name.to_string();
        request::apply(request, &mut config)?;
        self.make(config, stream_arn, MadeBy::Api).map_err(NotRun::refusal)
    }

    /// `GetEventSourceMapping`.
    ///
    /// # Errors
    ///
    /// There is none with this UUID.
    pub fn get(&self, uuid: &str) -> Result<Value, MappingRefusal> {
        self.mappings().get(uuid).map(Mapping::described).ok_or(MappingRefusal::ResourceNotFound)
    }

    /// `ListEventSourceMappings`: all, or those of a function or a stream.
    pub fn list(&self, function: Option<&str>, stream_arn: Option<&str>) -> Vec<Value> {
        let is = |named: &str, function: &str| FunctionName::of(named).arn() == function_arn(function);
        let of_function = |mapping: &&Mapping| function.is_none_or(|named| is(named, &mapping.config.function));
        let of_stream = |mapping: &&Mapping| stream_arn.is_none_or(|arn| arn == mapping.stream_arn);
        self.mappings().values().filter(of_function).filter(of_stream).map(Mapping::described).collect()
    }

    /// `UpdateEventSourceMapping`. The batches that are on their way end first, by the old settings.
    ///
    /// # Errors
    ///
    /// There is none with this UUID, another change is under way, and what Lambda refuses of the new values.
    pub fn update(&self, uuid: &str, request: &Map<String, Value>) -> Result<Value, MappingRefusal> {
        let mappings = self.mappings();
        let mapping = mappings.get(uuid).ok_or(MappingRefusal::ResourceNotFound)?;
        if !["Enabled", "Disabled"].contains(&mapping.status.state()) {
            return Err(MappingRefusal::ResourceInUse);
        }
        request::not_here(request)?;
        let mut config = mapping.config.clone();
        if let Some(function) = request.get("FunctionName").and_then(Value::as_str) {
            config.function = FunctionName::of(function).name.to_string();
        }
        request::apply(request, &mut config)?;
        access::check(&self.0.deps, &config, &mapping.stream_arn)?;
        drop(mappings);
        self.change(config).ok_or(MappingRefusal::ResourceNotFound)
    }

    /// Gives a mapping other settings, and describes it while it changes.
    pub(super) fn change(&self, config: EventSourceMapping) -> Option<Value> {
        let mut mappings = self.mappings();
        let mapping = mappings.get_mut(&config.uuid)?;
        mapping.status.modified(self.0.deps.clock.epoch_millis());
        mapping.status.set_state(match (mapping.config.enabled, config.enabled) {
            (true, false) => "Disabling",
            (false, true) => "Enabling",
            _ => "Updating",
        });
        let (streams, uuid, old) = (self.clone(), config.uuid.clone(), mapping.running.take());
        mapping.config = config;
        let described = mapping.described();
        self.keep(&mappings);
        tokio::spawn(async move {
            if let Some(old) = old {
                old.finish().await;
            }
            streams.resume(&uuid);
        });
        Some(described)
    }

    /// `DeleteEventSourceMapping`.
    ///
    /// # Errors
    ///
    /// There is none with this UUID.
    pub fn delete(&self, uuid: &str) -> Result<Value, MappingRefusal> {
        let (described, ended) = self.deleting(uuid)?;
        tokio::spawn(ended);
        Ok(described)
    }

    /// As [`EventSourceMappings::delete`], and gives the answer when the mapping has ended: what is written after that it does not
    /// deliver.
    ///
    /// # Errors
    ///
    /// There is none with this UUID.
    pub async fn deleted(&self, uuid: &str) -> Result<Value, MappingRefusal> {
        let (described, ended) = self.deleting(uuid)?;
        ended.await;
        Ok(described)
    }

    /// Takes a mapping out, and gives how it is described and what waits for its end.
    fn deleting(&self, uuid: &str) -> Result<(Value, impl Future<Output = ()> + Send + use<>), MappingRefusal> {
        let mut mappings = self.mappings();
        let mut mapping = mappings.remove(uuid).ok_or(MappingRefusal::ResourceNotFound)?;
        self.keep(&mappings);
        drop(mappings);
        mapping.status.set_state("Deleting");
        let described = mapping.described();
        let (checkpoints, uuid) = (self.0.checkpoints.clone(), uuid.to_string());
        let ended = async move {
            if let Some(running) = mapping.running.take() {
                running.finish().await;
            }
            checkpoints.forget(&uuid);
        };
        Ok((described, ended))
    }

    /// Starts a mapping after a change.
    fn resume(&self, uuid: &str) {
        let mut mappings = self.mappings();
        let Some(mapping) = mappings.get_mut(uuid) else { return };
        if mapping.config.enabled {
            match self.run(&mapping.config, &mapping.stream_arn, &mapping.status) {
                Ok(running) => mapping.running = Some(running),
                Err(failure) => {
                    tracing::warn!(why = %failure.refusal(), uuid, "a mapping does not run after its change")
                }
            }
        }
        mapping.status.settle(mapping.running.is_some());
    }
}

impl Mapping {
    fn described(&self) -> Value {
        self.status.describe(&self.config, &self.stream_arn)
    }
}
