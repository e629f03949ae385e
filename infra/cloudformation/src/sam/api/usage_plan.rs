//! `Auth.UsagePlan` of an API: a plan with a key, for the API alone or for all that share one.

use super::Api;
use crate::sam::Transform;
use crate::sam::error::{Refusal, Sam};
use crate::sam::intrinsics::{any_of, reference};
use crate::sam::resource::{Attributes, Made};
use crate::sam::value::python_list;
use crate::tree::{Node, list, map};

const SETTINGS: &[&str] = &["CreateUsagePlan", "Description", "Quota", "Tags", "Throttle", "UsagePlanName"];
const KINDS: &[&str] = &["SHARED", "PER_API", "NONE"];
const CONDITION: &str = "SharedUsagePlanCondition";

/// The plan that APIs share: what each of them has added so far.
#[derive(Debug, Default)]
pub(crate) struct SharedPlan {
    apis: Vec<String>,
    stages: Vec<Node>,
    keys: Vec<Node>,
    conditions: Vec<String>,
    unconditional: bool,
    deletion: Option<Node>,
    replacement: Option<Node>,
}

impl SharedPlan {
    /// The attributes of everything that is shared, with those of one more API.
    fn attributes(&mut self, of_api: &Attributes, transform: &mut Node) -> Sam<Attributes> {
        let text = |policy: &Option<Node>| policy.as_ref().and_then(Node::text).map(str::to_string);
        if let Some(policy) = of_api.get("DeletionPolicy").filter(|policy| policy.truthy())
            && (self.deletion.is_none() || policy.text() == Some("Retain"))
        {
            self.deletion = Some(policy.clone());
        }
        if let Some(policy) = of_api.get("UpdateReplacePolicy").filter(|policy| policy.truthy()) {
            let before = text(&self.replacement);
            let stricter = before.is_none()
                || policy.text() == Some("Retain")
                || (policy.text(), before.as_deref()) == (Some("Snapshot"), Some("Delete"));
            if stricter {
                self.replacement = Some(policy.clone());
            }
        }
        self.add_condition(of_api.condition(), transform)?;
        let mut attributes = Attributes::default();
        if let Some(policy) = &self.deletion {
            attributes.set("DeletionPolicy", policy);
        }
        if let Some(policy) = &self.replacement {
            attributes.set("UpdateReplacePolicy", policy);
        }
        if !self.conditions.is_empty() && !self.unconditional {
            attributes.set("Condition", CONDITION);
        }
        Ok(attributes)
    }

    fn add_condition(&mut self, condition: Option<&str>, template: &mut Node) -> Sam<()> {
        if self.unconditional {
            return Ok(());
        }
        match condition {
            Some(condition) if !self.conditions.iter().any(|known| known == condition) => {
                let Some(section) = template.get_mut("Conditions") else {
                    return Refusal::template(
                        "Can't have condition without having 'Conditions' section in the template",
                    );
                };
                self.conditions.push(condition.to_string());
                let value = match self.conditions.as_slice() {
                    [only] => Node::from(only.as_str()),
                    all => any_of(all.iter().map(String::as_str)),
                };
                section.set(CONDITION, value);
            }
            Some(_) => {}
            None => {
                self.unconditional = true;
                if let Some(section) = template.get_mut("Conditions") {
                    section.remove(CONDITION);
                }
            }
        }
        Ok(())
    }
}

fn add_once(all: &mut Vec<Node>, item: Node) {
    if !all.iter().any(|known| known.same(&item)) {
        all.push(item);
    }
}

impl Api<'_> {
    /// The plan, its key, and what joins them.
    pub(super) fn usage_plan(&self, stage: &Made, transform: &mut Transform) -> Sam<Vec<Made>> {
        let Some(settings) = self.truth("Auth").and_then(|auth| auth.given("UsagePlan")) else { return Ok(Vec::new()) };
        if !settings.is_mapping() {
            return self.refuse("'UsagePlan' must be a dictionary");
        }
        if settings.names().any(|name| !SETTINGS.contains(&name)) {
            return self.refuse("Invalid property for 'UsagePlan'");
        }
        let Some(kind) = settings.given("CreateUsagePlan") else {
            return self.refuse("'CreateUsagePlan' is a required field for UsagePlan.");
        };
        let Some(kind) = kind.str().filter(|kind| KINDS.contains(kind)) else {
            let kinds = python_list(KINDS.iter().copied());
            return self.refuse(format!("'CreateUsagePlan' accepts one of {kinds}."));
        };
        let of_plan = map! { "ApiId" => reference(self.id), "Stage" => stage.reference() };
        let of_key = map! { "RestApiId" => reference(self.id), "StageName" => stage.reference() };
        let (plan_id, key_id, join_id, apis, stages, keys, attributes);
        match kind {
            "NONE" => return Ok(Vec::new()),
            "SHARED" => {
                let (shared, template) = transform.shared_plan();
                if !shared.apis.iter().any(|api| api == self.id) {
                    shared.apis.push(self.id.to_string());
                }
                add_once(&mut shared.stages, of_plan);
                add_once(&mut shared.keys, of_key);
                attributes = shared.attributes(&self.passed_on(), template)?;
                apis = shared.apis.iter().map(|api| api.as_str().into()).collect();
                (stages, keys) = (shared.stages.clone(), shared.keys.clone());
                plan_id = "ServerlessUsagePlan".to_string();
                key_id = "ServerlessApiKey".to_string();
                join_id = "ServerlessUsagePlanKey".to_string();
            }
            _ => {
                apis = vec![Node::from(self.id)];
                (stages, keys) = (vec![of_plan], vec![of_key]);
                attributes = self.passed_on();
                plan_id = format!("{}UsagePlan", self.id);
                key_id = format!("{}ApiKey", self.id);
                join_id = format!("{}UsagePlanKey", self.id);
            }
        }
        let mut plan = Made::new(plan_id, "AWS::ApiGateway::UsagePlan", attributes.clone());
        plan.depends_on = Some(Node::from(apis));
        plan.set("ApiStages", stages);
        for name in ["UsagePlanName", "Description", "Quota", "Tags", "Throttle"] {
            plan.set_some(name, settings.truth(name));
        }
        let mut key = Made::new(key_id, "AWS::ApiGateway::ApiKey", attributes.clone());
        key.depends_on = Some(list![plan.id.as_str()]);
        key.set("Enabled", true);
        key.set("StageKeys", keys);
        let mut join = Made::new(join_id, "AWS::ApiGateway::UsagePlanKey", attributes);
        join.depends_on = Some(list![key.id.as_str()]);
        join.set("KeyId", key.reference());
        join.set("KeyType", "API_KEY");
        join.set("UsagePlanId", plan.reference());
        Ok(vec![plan, key, join])
    }
}
