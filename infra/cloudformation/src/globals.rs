//! SAM's `Globals`: properties that every function or every API starts from.
//!
//! SAM merges before it resolves anything: mappings key by key, lists one after the other (the global items first),
//! single values by the resource's own.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>

use super::fields::Fields;
use super::finding::{Findings, suggestion};
use super::resources::Resource;
use super::tree::{Key, Node, Value};

/// Properties that SAM takes from `Globals`; the resource readers then decide which of them are supported.
const FUNCTION: &[&str] = &[
    "Architectures",
    "AssumeRolePolicyDocument",
    "CodeUri",
    "Description",
    "Environment",
    "EphemeralStorage",
    "EventInvokeConfig",
    "Handler",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PermissionsBoundary",
    "PropagateTags",
    "ReservedConcurrentExecutions",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "Tags",
    "Timeout",
    "Tracing",
    "VpcConfig",
];
const API: &[&str] = &[
    "AccessLogSetting",
    "AlwaysDeploy",
    "Auth",
    "BinaryMediaTypes",
    "Cors",
    "EndpointConfiguration",
    "GatewayResponses",
    "MethodSettings",
    "Name",
    "OpenApiVersion",
    "PropagateTags",
    "TracingEnabled",
    "Variables",
];

/// The section, ready to be merged.
#[derive(Default)]
pub(super) struct Globals<'t> {
    function: Option<&'t Node>,
    api: Option<&'t Node>,
}

/// Reads the section.
pub(super) fn read<'t>(section: Option<&'t Node>, findings: &'t Findings) -> Globals<'t> {
    let fields = section.and_then(|section| Fields::of(section, "Globals", "Globals", findings));
    let Some(mut fields) = fields else { return Globals::default() };
    let globals = Globals { function: fields.node("Function"), api: fields.node("Api") };
    fields.done();
    for (part, place, allowed) in [(globals.function, "Globals.Function", FUNCTION), (globals.api, "Globals.Api", API)]
    {
        for (key, _) in part.map_or(&[][..], Node::entries) {
            if !allowed.contains(&key.name.as_str()) {
                let message = format!("cannot be set for all; {}", suggestion(&key.name, allowed.iter().copied()));
                findings.report(key.position, &format!("{place}.{}", key.name), message);
            }
        }
    }
    globals
}

impl Globals<'_> {
    /// Puts what is set for all of its kind under the resource's own properties.
    pub(super) fn merge_into(&self, resource: &mut Resource) {
        let global = match resource.kind.as_str() {
            "AWS::Serverless::Function" => self.function,
            "AWS::Serverless::Api" => self.api,
            _ => None,
        };
        if let Some(global) = global {
            resource.properties = merged(global, &resource.properties);
        }
    }

    /// The properties that an API which only SAM knows of starts from.
    pub(super) fn implicit_api(&self) -> Option<&Node> {
        self.api
    }
}

fn merged(global: &Node, own: &Node) -> Node {
    let value = match (&global.value, &own.value) {
        // A function call looks like a mapping, but is one value.
        (Value::Mapping(_), Value::Mapping(_))
            if super::scope::call(own).is_some() || super::scope::call(global).is_some() =>
        {
            own.value.clone()
        }
        (Value::Mapping(global), Value::Mapping(own)) => Value::Mapping(merged_entries(global, own)),
        (Value::Sequence(global), Value::Sequence(own)) => Value::Sequence(global.iter().chain(own).cloned().collect()),
        _ => own.value.clone(),
    };
    Node { value, position: own.position }
}

fn merged_entries(global: &[(Key, Node)], own: &[(Key, Node)]) -> Vec<(Key, Node)> {
    let mut entries: Vec<(Key, Node)> = global.to_vec();
    for (key, value) in own {
        match entries.iter_mut().find(|(other, _)| other.name == key.name) {
            Some((other, both)) => {
                *both = merged(both, value);
                *other = key.clone();
            }
            None => entries.push((key.clone(), value.clone())),
        }
    }
    entries
}
