//! `DeploymentPreference`: CodeDeploy moves an alias to a new version little by little.

use super::Transform;
use super::error::{Cause, Refusal, Sam};
use super::intrinsics::{
    combined, function, get_att, if_argument, if_parts, is_function, is_no_value, reference, sub_with,
};
use super::policies::aws_policy;
use super::resource::{Attributes, Made, tag_list};
use super::role::assumed_by;
use crate::tree::{Node, Value, list, map};

const APPLICATION: &str = "ServerlessDeploymentApplication";
const ROLE: &str = "CodeDeployServiceRole";
const CONDITION: &str = "ServerlessCodeDeployCondition";
/// CodeDeploy's own configurations, by the names that SAM has for them.
const CONFIGURATIONS: &[&str] = &[
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

/// How new versions of a function come into use.
#[derive(Debug, Clone)]
pub(super) struct Preference {
    function: String,
    kind: Node,
    hooks: Node,
    alarms: Option<Node>,
    role: Option<Node>,
    triggers: Option<Node>,
    condition: Option<String>,
    tags: Option<Node>,
}

impl Preference {
    /// The preference of the function `id`, if it has one that is switched on.
    pub(super) fn of(
        id: &str,
        properties: &Node,
        attributes: &Attributes,
        transform: &Transform,
    ) -> Sam<Option<Preference>> {
        let Some(given) = properties.truth("DeploymentPreference") else { return Ok(None) };
        let resolved = |name: &str| match given.get(name) {
            Some(value) => transform.find_in_map(&transform.parameters.resolved(value)?).map(Some),
            None => Ok(None),
        };
        let enabled = resolved("Enabled")?;
        let passes_condition = match resolved("PassthroughCondition")? {
            None => false,
            Some(value) => match value.display().as_str() {
                "True" | "true" => true,
                "False" | "false" => false,
                _ if is_function(&value) => {
                    let message = "Unsupported intrinsic: the only intrinsic functions supported for property PassthroughCondition \
                                   are FindInMap and parameter Refs.";
                    return Refusal::resource(id, message);
                }
                _ => return Refusal::resource(id, "Invalid value for property PassthroughCondition."),
            },
        };
        let off = |value: &Node| !value.truthy() || matches!(value.str(), Some("false" | "False"));
        if enabled.as_ref().is_some_and(off) {
            return Ok(None);
        }
        let Some(kind) = resolved("Type")? else {
            return Refusal::resource(id, "'DeploymentPreference' is missing required Property 'Type'");
        };
        let hooks = given.get("Hooks").cloned().unwrap_or_else(|| map! {});
        if !hooks.is_mapping() {
            return Refusal::resource(id, "'Hooks' property of 'DeploymentPreference' must be a dictionary");
        }
        let tags = properties.truth("Tags").filter(|_| properties.truth("PropagateTags").is_some());
        Ok(Some(Preference {
            function: id.to_string(),
            kind,
            hooks,
            alarms: given.given("Alarms").cloned(),
            role: given.truth("Role").cloned(),
            triggers: given.truth("TriggerConfigurations").cloned(),
            condition: attributes.condition().filter(|_| passes_condition).map(str::to_string),
            tags: tags.cloned(),
        }))
    }

    fn group_id(&self) -> String {
        format!("{}DeploymentGroup", self.function)
    }

    /// What CodeDeploy is told of the alias.
    pub(super) fn update_policy(&self) -> Node {
        let mut update = map! {
            "ApplicationName" => reference(APPLICATION),
            "DeploymentGroupName" => reference(&self.group_id()),
        };
        for (hook, name) in [("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")] {
            if let Some(function) = self.hooks.given(hook) {
                update.set(name, function);
            }
        }
        map! { "CodeDeployLambdaAliasUpdate" => update }
    }

    fn group(&self) -> Sam<Made> {
        let mut group = Made::new(self.group_id(), "AWS::CodeDeploy::DeploymentGroup", Attributes::default());
        group.set_some("AlarmConfiguration", self.alarms()?);
        group.set("ApplicationName", reference(APPLICATION));
        let events = list!["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
        group.set("AutoRollbackConfiguration", map! { "Enabled" => true, "Events" => events });
        group.set("DeploymentConfigName", configuration(&self.kind, ""));
        let style = map! { "DeploymentType" => "BLUE_GREEN", "DeploymentOption" => "WITH_TRAFFIC_CONTROL" };
        group.set("DeploymentStyle", style);
        group.set("ServiceRoleArn", self.role.clone().unwrap_or_else(|| get_att(ROLE, "Arn")));
        group.set_some("TriggerConfigurations", self.triggers.clone());
        if self.tags.is_some() {
            group.set("Tags", tag_list(self.tags.as_ref()));
        }
        if let Some(condition) = &self.condition {
            group.attributes.set("Condition", condition.as_str());
        }
        Ok(group)
    }

    fn alarms(&self) -> Sam<Option<Node>> {
        let refuse = |message: &str| Refusal::resource(&self.function, message);
        let configured = |alarms: &Node| {
            if !alarms.is_list() {
                return refuse("Alarms must be a list");
            }
            match alarms.items().first() {
                Some(first) if !is_no_value(first) => {
                    let alarms: Vec<Node> = alarms.items().iter().map(|alarm| map! { "Name" => alarm }).collect();
                    Ok(map! { "Enabled" => true, "Alarms" => alarms })
                }
                _ => Ok(map! {}),
            }
        };
        let Some(alarms) = self.alarms.as_ref().filter(|alarms| alarms.truthy() && !is_no_value(alarms)) else {
            return Ok(None);
        };
        match if_argument(alarms) {
            None => configured(alarms).map(Some),
            Some(argument) => match if_parts(argument) {
                Ok([condition, yes, no]) => {
                    Ok(Some(map! { "Fn::If" => list![condition, configured(yes)?, configured(no)?] }))
                }
                Err(problem) => Refusal::resource(&self.function, problem),
            },
        }
    }
}

/// CodeDeploy's name for the configuration, wherever it stands in `kind`.
fn configuration(kind: &Node, inside: &str) -> Node {
    if let Some((name, argument)) = function(kind) {
        let name = name.to_string();
        return map! { name.as_str() => configuration(argument, &name) };
    }
    match (&kind.value, kind.str()) {
        (Value::Sequence(items), _) => Node::from(items.iter().map(|item| configuration(item, "")).collect::<Vec<_>>()),
        (_, Some(text)) if CONFIGURATIONS.contains(&text) => {
            let name = "CodeDeployDefault.Lambda${ConfigName}";
            let variables = map! { "ConfigName" => text };
            if inside == "Fn::Sub" { list![name, variables] } else { sub_with(name, variables) }
        }
        _ => kind.clone(),
    }
}

/// The application, the role and the groups for all functions of the template, and the condition that they need.
pub(super) fn resources(
    preferences: &[Preference],
    partition: &str,
    causes: &mut Vec<Cause>,
) -> (Vec<Made>, Vec<(String, Node)>) {
    if preferences.is_empty() {
        return Default::default();
    }
    let mut conditions: Vec<String> = preferences.iter().filter_map(|one| one.condition.clone()).collect();
    conditions.sort();
    conditions.dedup();
    let conditional = preferences.iter().all(|preference| preference.condition.is_some());
    let mut tags = map! {};
    for (key, value) in preferences.iter().flat_map(|one| one.tags.iter()).flat_map(Node::entries) {
        tags.set(&key.name, value);
    }
    let finish = |mut made: Made| {
        if tags.truthy() {
            made.set("Tags", tag_list(Some(&tags)));
        }
        if conditional {
            let name = if conditions.len() > 1 { CONDITION } else { &conditions[0] };
            made.attributes.set("Condition", name);
        }
        made
    };
    let mut application = Made::new(APPLICATION, "AWS::CodeDeploy::Application", Attributes::default());
    application.set("ComputePlatform", "Lambda");
    let mut made = vec![finish(application)];
    if preferences.iter().any(|preference| preference.role.is_none()) {
        let mut role = Made::new(ROLE, "AWS::IAM::Role", Attributes::default());
        role.set("AssumeRolePolicyDocument", assumed_by("codedeploy.amazonaws.com"));
        let limited = if partition.starts_with("aws-iso") { "Limited" } else { "" };
        let policy = aws_policy(&format!("service-role/AWSCodeDeployRoleForLambda{limited}"), partition);
        role.set("ManagedPolicyArns", list![policy]);
        made.push(finish(role));
    }
    for preference in preferences {
        match preference.group() {
            Ok(group) => made.push(group),
            Err(Refusal::One(cause)) => causes.push(cause),
            Err(Refusal::Document(all)) => causes.extend(all),
        }
    }
    let combined = if conditional { combined(conditions.clone(), CONDITION) } else { Vec::new() };
    (made, combined)
}
