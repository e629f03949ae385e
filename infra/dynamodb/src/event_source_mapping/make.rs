//! Where every mapping begins, no matter who asked for it: the template, the API, a deployment, or an earlier run of the local
//! cloud.

use std::collections::BTreeMap;

use serde_json::Value;

use super::status::Status;
use super::{EventSourceMappings, Mapping, MappingRefusal, NotRun, access};
use stack::{EventSourceMapping, stream_arn};

/// Who asked for a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MadeBy {
    /// The template, as the stack is made.
    Template,
    /// `CreateEventSourceMapping`.
    Api,
    /// A deployment, which has come so far that nothing is refused any more.
    Deployment,
    /// The API, in an earlier run.
    EarlierRun,
}

impl MadeBy {
    /// Whether a mapping that cannot run is not made at all. Otherwise it is there, disabled, and the log says why.
    fn refuses(self) -> bool {
        matches!(self, MadeBy::Template | MadeBy::Api)
    }
}

impl EventSourceMappings {
    /// Makes a mapping, starts it if it is enabled, and describes it as it was before that: `Creating`.
    ///
    /// # Errors
    ///
    /// What Lambda refuses, in its order: what `access` checks, a mapping of the same two that is there already, its filters and its
    /// stream.
    pub(super) fn make(&self, config: EventSourceMapping, stream_arn: String, by: MadeBy) -> Result<Value, NotRun> {
        let deps = &self.0.deps;
        let checked = access::check(deps, &config, &stream_arn);
        let mut mappings = self.mappings();
        let checked = match by {
            MadeBy::Api => checked.and_then(|()| has_no_twin(&mappings, &config, &stream_arn)),
            MadeBy::Template | MadeBy::Deployment | MadeBy::EarlierRun => checked,
        };
        let status = Status::new(deps.clock.epoch_millis());
        let described = status.describe(&config, &stream_arn);
        let started = checked.map_err(NotRun::Refused).and_then(|()| match config.enabled {
            true => self.run(&config, &stream_arn, &status).map(Some),
            false => Ok(None),
        });
        let running = match started {
            Ok(running) => running,
            Err(why) if by.refuses() => return Err(why),
            Err(why) => {
                tracing::warn!(why = %why.refusal(), mapping = config.uuid, "a mapping does not run");
                None
            }
        };
        status.settle(running.is_some());
        mappings.insert(config.uuid.clone(), Mapping { config, stream_arn, status, running });
        if by == MadeBy::Api {
            self.keep(&mappings);
        }
        Ok(described)
    }
}

impl EventSourceMappings {
    /// Lambda's refusal of `config`, which a template has, where somebody has made the same mapping by hand.
    pub(crate) fn made_by_hand(&self, config: &EventSourceMapping) -> Option<String> {
        let stream_arn = stream_arn(&config.table);
        let mappings = self.mappings();
        let by_hand = |twin: &&Mapping| twin.config.logical_id.is_empty() && is_twin(twin, config, &stream_arn);
        Some(mappings.values().find(by_hand)?.config.already_exists(&stream_arn))
    }
}

fn is_twin(mapping: &Mapping, config: &EventSourceMapping, stream_arn: &str) -> bool {
    mapping.stream_arn == stream_arn && mapping.config.function == config.function
}

/// Refuses a second mapping of the same stream to the same function.
fn has_no_twin(
    mappings: &BTreeMap<String, Mapping>,
    config: &EventSourceMapping,
    stream_arn: &str,
) -> Result<(), MappingRefusal> {
    match mappings.values().find(|other| is_twin(other, config, stream_arn)) {
        Some(twin) => Err(MappingRefusal::ResourceConflict(twin.config.already_exists(stream_arn))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DynamoDb;
    use local::cloud::{Boot, Cloud};
    use local::programs::{Program, Programs};
    use serde_json::json;
    use stack::{Function, Role, Stack, Table};

    async fn cloud(policies: Vec<Value>) -> Cloud {
        let function = Function {
            role: Role { name: "counter-role".into(), policies, ..Role::default() },
            ..Function::named("counter")
        };
        let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" } });
        let table = Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute: None };
        let stack = Stack { functions: vec![function], tables: vec![table], ..Stack::default() };
        let program = Program { path: "never-started".into(), args: Vec::new() };
        let boot = Boot { services: vec![crate::SERVICE], ..Boot::new("", Programs::Given(program)) };
        Cloud::boot_stack(stack, boot).await.unwrap()
    }

    fn mapping(uuid: &str) -> EventSourceMapping {
        EventSourceMapping {
            uuid: uuid.into(),
            table: "board".into(),
            function: "counter".into(),
            ..EventSourceMapping::default()
        }
    }

    fn make(cloud: &Cloud, uuid: &str, by: MadeBy) -> Result<Value, String> {
        let made = DynamoDb::of(cloud).event_source_mappings().make(mapping(uuid), stream_arn("board"), by);
        made.map_err(|why| why.refusal().to_string())
    }

    #[tokio::test]
    async fn a_role_without_rights_is_refused_where_anything_still_is() {
        let cloud = cloud(Vec::new()).await;
        for by in [MadeBy::Template, MadeBy::Api] {
            let refused = make(&cloud, "refused", by).unwrap_err();
            assert!(refused.starts_with("Cannot access stream"), "{by:?}: {refused}");
        }
        assert_eq!(DynamoDb::of(&cloud).event_source_mappings().get("refused"), Err(MappingRefusal::ResourceNotFound));
        for (by, uuid) in [(MadeBy::Deployment, "deployed"), (MadeBy::EarlierRun, "kept")] {
            assert!(make(&cloud, uuid, by).is_ok());
            assert_eq!(DynamoDb::of(&cloud).event_source_mappings().get(uuid).unwrap()["State"], "Disabled", "{by:?}");
        }
    }

    #[tokio::test]
    async fn a_mapping_is_described_as_it_begins_and_the_api_makes_no_second_one() {
        let read = json!({ "Statement": { "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*" } });
        let cloud = cloud(vec![read]).await;
        assert_eq!(make(&cloud, "first", MadeBy::Api).unwrap()["State"], "Creating");
        assert_eq!(DynamoDb::of(&cloud).event_source_mappings().get("first").unwrap()["State"], "Enabled");
        let refused = make(&cloud, "second", MadeBy::Api).unwrap_err();
        assert!(refused.ends_with("update or delete the existing mapping with UUID first"), "{refused}");
    }
}
