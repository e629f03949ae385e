//! `AWS::ApiGateway::ApiKey`, `UsagePlan` and `UsagePlanKey`: who may call an API, and how often.
//!
//! A method asks for a key with `Auth.ApiKeyRequired`; a key counts only if it is enabled and in a plan that has the API's stage.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-usageplan.html>

use super::Resolved;
use super::fields::Fields;
use super::finding::{Findings, suggestion};
use stack::{ApiKey, Period, Quota, RestApi, Throttle, UsagePlan};

/// The fewest characters that API Gateway takes for a key.
const SHORTEST_KEY: usize = 20;
const PERIODS: &[&str] = &["DAY", "WEEK", "MONTH"];

/// A plan with the stages that it is for, as (API's id, stage's name).
struct Planned {
    id: String,
    plan: UsagePlan,
    stages: Vec<(String, String)>,
}

/// Reads the plans with their keys, and gives each to the APIs that it is for.
pub(super) fn join(resources: &[Resolved<'_>], apis: &mut [RestApi], findings: &Findings) {
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let keys: Vec<(String, ApiKey)> =
        of_kind("AWS::ApiGateway::ApiKey").filter_map(|key| api_key(key, findings)).collect();
    let mut plans: Vec<Planned> =
        of_kind("AWS::ApiGateway::UsagePlan").filter_map(|plan| usage_plan(plan, apis, findings)).collect();
    for resource in of_kind("AWS::ApiGateway::UsagePlanKey") {
        usage_plan_key(resource, &keys, &mut plans, findings);
    }
    for Planned { plan, stages, .. } in plans {
        let serves = |api: &&mut RestApi| stages.iter().any(|(id, stage)| *id == api.id && *stage == api.stage);
        for api in apis.iter_mut().filter(serves) {
            api.usage_plans.push(plan.clone());
        }
    }
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
            findings.report(resource.resource.position, &place, message);
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
            stage.report("ApiId", format!("{id} is not an API of this template; write !Ref and the API's name"));
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
    Some(Planned { id: resource.name.clone(), plan: UsagePlan { keys: Vec::new(), quota, throttle }, stages })
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
            fields.report(property, "names nothing in this template; write !Ref and the resource's name");
        }
    }
    fields.done();
    if let (Some((_, key)), Some(planned)) = (key, plan) {
        planned.plan.keys.push(key.clone());
    }
}
