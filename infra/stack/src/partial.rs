//! A stack half-way between two templates: what there is when a deployment fails and what it made is kept.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html>

use std::collections::BTreeSet;

use crate::{Bucket, Function, Resource, RestApi, Stack};

/// A deployment from one template to the next that stopped on the way.
struct Stopped<'s> {
    before: &'s Stack,
    next: &'s Stack,
    /// The logical ids of what was made or changed.
    made: &'s BTreeSet<String>,
}

impl Stack {
    /// This stack after as much of the way to `next` as `made` says: what has these logical ids is as `next` has it, and all else as it was.
    /// Nothing that `next` leaves out is gone yet. An API counts as made with its stage, and a network when all of it is.
    pub fn stopped_on_the_way_to(&self, next: &Stack, made: &BTreeSet<String>) -> Stack {
        let (before, stopped) = (self, Stopped { before: self, next, made });
        let is_made = |id: &str| made.contains(id);
        let is_network = |kind: &str| kind.starts_with("AWS::EC2::") || kind.starts_with("AWS::RDS::");
        let account_stands = stopped.stands(|kind| kind == "AWS::ApiGateway::Account");
        let has_made = |kind: &str, name: &str| {
            next.resources
                .iter()
                .any(|r| r.resource_type == kind && r.physical_id == name && made.contains(&r.logical_id))
        };
        let configs = |stack: &Stack, of_next: bool| {
            let kind = "AWS::Lambda::EventInvokeConfig";
            let is_next = move |function: &String| has_made(kind, &format!("{function}|$LATEST"));
            let configs = stack.event_invoke_configs.clone().into_iter();
            configs.filter(|(function, _)| is_next(function) == of_next).collect::<Vec<_>>()
        };
        let groups = next.log_groups.iter().filter(|group| has_made("AWS::Logs::LogGroup", group));
        let new_groups = groups.filter(|group| !before.log_groups.contains(group));
        Stack {
            name: next.name.clone(),
            apis: if stopped.has_api() { stopped.apis() } else { before.apis.clone() },
            api_deployments: match stopped.has_api() {
                true => next.api_deployments.clone(),
                false => before.api_deployments.clone(),
            },
            functions: stopped.functions(),
            tables: picked(&before.tables, &next.tables, |table| &table.logical_id, is_made),
            event_source_mappings: picked(
                &before.event_source_mappings,
                &next.event_source_mappings,
                |mapping| &mapping.logical_id,
                is_made,
            ),
            event_invoke_configs: configs(before, false).into_iter().chain(configs(next, true)).collect(),
            buckets: stopped.buckets(),
            distributions: picked(&before.distributions, &next.distributions, |one| &one.logical_id, is_made),
            queues: picked(&before.queues, &next.queues, |queue| &queue.logical_id, is_made),
            permissions: match stopped.stands(|kind| kind == "AWS::Lambda::Permission") {
                true => next.permissions.clone(),
                false => before.permissions.clone(),
            },
            log_groups: before.log_groups.iter().chain(new_groups).cloned().collect(),
            alarms: picked(&before.alarms, &next.alarms, |alarm| &alarm.logical_id, is_made),
            api_gateway_account: match account_stands {
                true => next.api_gateway_account.clone(),
                false => before.api_gateway_account.clone(),
            },
            vpc_resources: match stopped.stands(is_network) {
                true => next.vpc_resources.clone(),
                false => before.vpc_resources.clone(),
            },
            id: next.id.clone(),
            outputs: before.outputs.clone(),
            export_names: before.export_names.clone(),
            imports: before.imports.union(&next.imports).cloned().collect(),
            parameters: next.parameters.clone(),
            premature_usage_plans: Vec::new(),
            refused_creations: Vec::new(),
            premature_logging: Vec::new(),
            resources: picked(&before.resources, &next.resources, |resource| &resource.logical_id, is_made),
        }
    }
}

impl Stopped<'_> {
    /// Whether all resources of `next` whose types are `wanted` are there.
    fn stands(&self, wanted: impl Fn(&str) -> bool) -> bool {
        let stands =
            |resource: &Resource| self.made.contains(&resource.logical_id) || self.before.resources.contains(resource);
        self.next.resources.iter().filter(|resource| wanted(&resource.resource_type)).all(stands)
    }

    fn has_api(&self) -> bool {
        let parts = ["AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage"];
        self.stands(|kind| parts.contains(&kind))
    }

    /// The APIs of `next`, without the usage plans that are not made.
    fn apis(&self) -> Vec<RestApi> {
        let plans_stand = self.stands(|kind| kind.starts_with("AWS::ApiGateway::UsagePlan"));
        let mut apis = self.next.apis.clone();
        for api in apis.iter_mut().filter(|_| !plans_stand) {
            let is_same = |old: &&RestApi| old.logical_id == api.logical_id && old.stage == api.stage;
            let old = self.before.apis.iter().find(is_same);
            api.usage_plans = old.map(|old| old.usage_plans.clone()).unwrap_or_default();
        }
        apis
    }

    /// The functions; one that was not changed has its role as that is now.
    fn functions(&self) -> Vec<Function> {
        let is_made = |id: &str| self.made.contains(id);
        let mut functions = picked(&self.before.functions, &self.next.functions, |one| &one.logical_id, is_made);
        for function in functions.iter_mut().filter(|function| !self.made.contains(&function.logical_id)) {
            let next = self.next.functions.iter().find(|next| next.logical_id == function.logical_id);
            let is_role = |resource: &&Resource| {
                resource.resource_type == "AWS::IAM::Role" && resource.physical_id == function.role.name
            };
            let role = self.next.resources.iter().find(is_role);
            if let (Some(next), Some(role)) = (next, role)
                && self.made.contains(&role.logical_id)
                && next.role.name == function.role.name
            {
                function.role.clone_from(&next.role);
            }
        }
        functions
    }

    /// The buckets; each has the policy that is made.
    fn buckets(&self) -> Vec<Bucket> {
        let is_made = |id: &str| self.made.contains(id);
        let mut buckets = picked(&self.before.buckets, &self.next.buckets, |bucket| &bucket.logical_id, is_made);
        for bucket in &mut buckets {
            let of = |stack: &Stack| stack.buckets.iter().find(|other| other.logical_id == bucket.logical_id).cloned();
            let next = of(self.next);
            let has_next = next.as_ref().and_then(|next| next.policy_logical_id.as_ref()).is_some_and(|id| is_made(id));
            let source = if has_next { next } else { of(self.before) }.unwrap_or_default();
            (bucket.policy, bucket.policy_logical_id) = (source.policy, source.policy_logical_id);
        }
        buckets
    }
}

/// What is made of `next`, and what is left of `before`, in the order of `next`.
fn picked<T: Clone>(before: &[T], next: &[T], id: fn(&T) -> &String, is_made: impl Fn(&str) -> bool) -> Vec<T> {
    let old = |wanted: &str| before.iter().find(|one| id(one) == wanted);
    let of_next = next.iter().filter_map(|new| if is_made(id(new)) { Some(new) } else { old(id(new)) });
    let left_out = before.iter().filter(|one| !next.iter().any(|new| id(new) == id(one)));
    of_next.chain(left_out).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Queue, Retention, Role};
    use serde_json::{Value, json};
    use std::time::Duration;

    fn resource(id: &str, kind: &str, name: &str, properties: Value) -> Resource {
        Resource {
            logical_id: id.into(),
            resource_type: kind.into(),
            physical_id: name.into(),
            custom_named: false,
            metadata: None,
            properties,
            retained: Retention::default(),
        }
    }

    /// A queue `First`, a function with a role, a bucket with a policy, and the queues of `more`, all as of `version`.
    fn stack(version: u32, more: &[&str]) -> Stack {
        let properties = json!({ "version": version });
        let queue = |id: &str| Queue {
            logical_id: id.into(),
            name: format!("q-{id}"),
            visibility_timeout: Duration::from_secs(version.into()),
            message_retention_period: Duration::ZERO,
            redrive_policy: None,
            policy: None,
        };
        let queues: Vec<Queue> = std::iter::once(&"First").chain(more).map(|id| queue(id)).collect();
        let role = Role { name: "r".into(), policies: vec![properties.clone()], ..Role::default() };
        let mut resources: Vec<Resource> = queues
            .iter()
            .map(|queue| resource(&queue.logical_id, "AWS::SQS::Queue", &queue.name, properties.clone()))
            .collect();
        for (id, kind, name) in [
            ("Role", "AWS::IAM::Role", "r"),
            ("Function", "AWS::Lambda::Function", "f"),
            ("Bucket", "AWS::S3::Bucket", "b"),
            ("Policy", "AWS::S3::BucketPolicy", "b"),
        ] {
            resources.push(resource(id, kind, name, properties.clone()));
        }
        Stack {
            functions: vec![Function {
                logical_id: "Function".into(),
                memory_size: version,
                role,
                ..Function::named("f")
            }],
            buckets: vec![Bucket {
                logical_id: "Bucket".into(),
                name: "b".into(),
                policy: Some(properties),
                policy_logical_id: Some("Policy".into()),
                ..Bucket::default()
            }],
            queues,
            resources,
            ..Stack::default()
        }
    }

    /// `id version` of each queue, then the versions of the function, of its role, and of the bucket's policy.
    fn versions(before: &Stack, next: &Stack, made: &[&str]) -> (Vec<String>, Vec<u32>, Vec<Value>, Option<Value>) {
        let made = made.iter().map(ToString::to_string).collect();
        let stopped = before.stopped_on_the_way_to(next, &made);
        let queue = |queue: &Queue| format!("{} {}", queue.logical_id, queue.visibility_timeout.as_secs());
        let roles = stopped.functions.iter().flat_map(|function| function.role.policies.clone()).collect();
        (
            stopped.queues.iter().map(queue).collect(),
            stopped.functions.iter().map(|function| function.memory_size).collect(),
            roles,
            stopped.buckets.first().and_then(|bucket| bucket.policy.clone()),
        )
    }

    #[test]
    fn what_was_made_is_as_the_next_template_has_it_and_nothing_is_gone() {
        let (before, next) = (stack(1, &["Gone"]), stack(2, &["New", "Never"]));
        let (queues, functions, roles, policy) = versions(&before, &next, &["First", "New", "Role"]);
        assert_eq!(queues, ["First 2", "New 2", "Gone 1"]);
        assert_eq!(
            (functions, roles),
            (vec![1], vec![json!({ "version": 2 })]),
            "the function is as it was, its role is not"
        );
        assert_eq!(policy, Some(json!({ "version": 1 })));
        let (.., policy) = versions(&before, &next, &["Policy"]);
        assert_eq!(policy, Some(json!({ "version": 2 })), "the bucket has the policy that was made");
    }

    #[test]
    fn of_a_stack_that_was_never_there_only_what_was_made_is_there() {
        let (queues, functions, _, policy) = versions(&Stack::default(), &stack(1, &["New"]), &["First", "Bucket"]);
        assert_eq!((queues, functions, policy), (vec!["First 1".to_string()], vec![], None));
    }
}
