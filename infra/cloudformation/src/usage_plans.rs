//! `AWS::ApiGateway::ApiKey`, `UsagePlan` and `UsagePlanKey`: who may call an API, and how often.
//!
//! A method asks for a key with `Auth.ApiKeyRequired`; a key counts only if it is enabled and in a plan that has the API's stage.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-usageplan.html>

use std::collections::BTreeSet;

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::resources::Resource;
use super::rest_apis::{DEPLOYMENT, STAGE};
use super::scope::{Scope, names_of};
use super::tree::Node;
use stack::{ApiKey, Period, PrematureUsagePlan, Quota, RestApi, Throttle, UsagePlan};

/// The fewest characters that API Gateway takes for a key.
const SHORTEST_KEY: usize = 20;
const PERIODS: &[&str] = &["DAY", "WEEK", "MONTH"];

/// A plan with the stages that it is for, as (API's id, stage's name).
struct Planned {
    id: String,
    logical_id: String,
    plan: UsagePlan,
    stages: Vec<(String, String)>,
}

/// Reads the plans with their keys, and gives each to the APIs that it is for. What comes back are plans that do not wait for their
/// stages.
pub(super) fn join(resources: &[Resolved<'_>], apis: &mut [RestApi], scope: &Scope<'_>) -> Vec<PrematureUsagePlan> {
    let findings = scope.findings;
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let keys: Vec<(String, ApiKey)> =
        of_kind("AWS::ApiGateway::ApiKey").filter_map(|key| api_key(key, findings)).collect();
    let mut plans: Vec<Planned> =
        of_kind("AWS::ApiGateway::UsagePlan").filter_map(|plan| usage_plan(plan, apis, findings)).collect();
    for resource in of_kind("AWS::ApiGateway::UsagePlanKey") {
        usage_plan_key(resource, &keys, &mut plans, findings);
    }
    let waiting = |id: &str| resources.iter().any(|plan| plan.name == id && waits_for_stage(plan.resource, scope));
    let mut premature = Vec::new();
    for planned in plans.iter().filter(|planned| !waiting(&planned.id)) {
        premature.extend(planned.stages.iter().map(|(api, stage)| PrematureUsagePlan {
            logical_id: planned.logical_id.clone(),
            api: api.clone(),
            stage: stage.clone(),
        }));
    }
    for Planned { plan, stages, .. } in plans {
        let serves = |api: &&mut RestApi| stages.iter().any(|(id, stage)| *id == api.id && *stage == api.stage);
        for api in apis.iter_mut().filter(serves) {
            api.usage_plans.push(plan.clone());
        }
    }
    premature
}

/// Whether the resource is made after a stage: it names one that SAM makes, or something that does.
fn waits_for_stage(resource: &Resource, scope: &Scope<'_>) -> bool {
    let is_stage = |id: &str| {
        let made = scope.expanded.made(id).and_then(|made| made.get("Type")).and_then(Node::text);
        let own = scope.resources.get(id).map(|resource| &resource.kind);
        let makes_stage = |kind: &String| [STAGE, DEPLOYMENT].contains(&kind.as_str());
        id.ends_with(".Stage") || made == Some(STAGE) || own.is_some_and(makes_stage)
    };
    waits_for(resource, &|id| scope.resources.get(id), &is_stage)
}

/// Whether the resource is made after one that `is_one` knows by its name: it names it, or something that is made after it. `find` gives
/// the resources by their names.
pub(super) fn waits_for<'r>(
    resource: &'r Resource,
    find: &dyn Fn(&str) -> Option<&'r Resource>,
    is_one: &dyn Fn(&str) -> bool,
) -> bool {
    let mut seen = BTreeSet::from([resource.id.as_str()]);
    let mut next = vec![resource];
    while let Some(resource) = next.pop() {
        let mut names: Vec<&str> = resource.depends_on.iter().map(|(id, _)| id.as_str()).collect();
        referred(&resource.properties, &mut names);
        for name in names {
            if is_one(name) {
                return true;
            }
            let id = name.split('.').next().unwrap_or_default();
            if seen.insert(id) {
                next.extend(find(id));
            }
        }
    }
    false
}

/// The names that `Ref`, `Fn::GetAtt` and `Fn::Sub` have in `node`.
fn referred<'n>(node: &'n Node, names: &mut Vec<&'n str>) {
    names.extend(names_of(node));
    node.items().iter().for_each(|item| referred(item, names));
    node.entries().iter().for_each(|(_, value)| referred(value, names));
}

fn api_key(resource: &Resolved<'_>, findings: &Findings) -> Option<(String, ApiKey)> {
    const KIND: &str = "AWS::ApiGateway::ApiKey";
    let mut fields = resource.fields(KIND, findings)?;
    fields.text("Name");
    let enabled = fields.boolean("Enabled").unwrap_or(false);
    let value = fields.text("Value");
    match &value {
        None => {
            let place = resource.resource.place();
            let message =
                "needs a Value here: API Gateway draws one and shows it in its console, and the local cloud has none";
            findings.lack(resource.resource.position, &place, message);
        }
        Some(value) if value.len() < SHORTEST_KEY => {
            fields.report("Value", format!("API Key value should be at least {SHORTEST_KEY} characters"));
        }
        Some(_) => {}
    }
    fields.done();
    Some((resource.name.clone(), ApiKey { value: value?, enabled }))
}

fn usage_plan(resource: &Resolved<'_>, apis: &[RestApi], findings: &Findings) -> Option<Planned> {
    let mut fields = resource.fields("AWS::ApiGateway::UsagePlan", findings)?;
    fields.text("UsagePlanName");
    let mut stages = Vec::new();
    for mut stage in fields.list_of_fields("ApiStages", "AWS::ApiGateway::UsagePlan.ApiStage") {
        stage.required(&["ApiId", "Stage"]);
        let (id, name) = (stage.text("ApiId"), stage.text("Stage"));
        if let Some(id) = id.as_deref().filter(|id| !apis.iter().any(|api| api.id == **id)) {
            stage.lack("ApiId", format!("{id} is not an API of this template; write !Ref and the API's name"));
        } else if let Some(name) = name.as_deref().filter(|name| !apis.iter().any(|api| api.stage == **name)) {
            let known = apis.iter().map(|api| api.stage.as_str());
            stage.report("Stage", format!("API Stage not found: {name}; {}", suggestion(name, known)));
        }
        stages.extend(id.zip(name));
        stage.done();
    }
    let quota = fields.fields("Quota", "AWS::ApiGateway::UsagePlan.QuotaSettings").and_then(quota);
    let throttle = fields.fields("Throttle", "AWS::ApiGateway::UsagePlan.ThrottleSettings").map(throttle);
    fields.done();
    let (id, logical_id) = (resource.name.clone(), resource.resource.id.clone());
    Some(Planned { id, logical_id, plan: UsagePlan { keys: Vec::new(), quota, throttle }, stages })
}

fn quota(mut fields: Fields<'_>) -> Option<Quota> {
    fields.required(&["Limit", "Period"]);
    let limit = fields.number("Limit", 0..=u64::MAX);
    let offset = fields.number("Offset", 0..=u64::MAX).unwrap_or(0);
    let period = fields.one_of("Period", PERIODS);
    fields.done();
    let period = match period?.as_str() {
        "DAY" => Period::Day,
        "WEEK" => Period::Week,
        _ => Period::Month,
    };
    Some(Quota { limit: limit?, offset, period })
}

fn throttle(mut fields: Fields<'_>) -> Throttle {
    let rate_limit = fields.number("RateLimit", 0.0..=f64::MAX).unwrap_or(f64::MAX);
    let burst_limit = fields.number("BurstLimit", 0.0..=f64::MAX).unwrap_or(rate_limit);
    fields.done();
    Throttle { rate_limit, burst_limit }
}

fn usage_plan_key(resource: &Resolved<'_>, keys: &[(String, ApiKey)], plans: &mut [Planned], findings: &Findings) {
    let Some(mut fields) = resource.fields("AWS::ApiGateway::UsagePlanKey", findings) else { return };
    fields.required(&["KeyId", "KeyType", "UsagePlanId"]);
    fields.one_of("KeyType", &["API_KEY"]);
    let (key_id, plan_id) = (fields.text("KeyId"), fields.text("UsagePlanId"));
    let key = key_id.as_deref().and_then(|id| keys.iter().find(|(name, _)| name == id));
    let plan = plan_id.as_deref().and_then(|id| plans.iter_mut().find(|planned| planned.id == id));
    for (property, missing) in
        [("KeyId", key_id.is_some() && key.is_none()), ("UsagePlanId", plan_id.is_some() && plan.is_none())]
    {
        if missing {
            fields.lack(property, "names nothing in this template; write !Ref and the resource's name");
        }
    }
    fields.done();
    if let (Some((_, key)), Some(planned)) = (key, plan) {
        planned.plan.keys.push(key.clone());
    }
}
