//! `Globals`: settings that every resource of a type starts from.
//!
//! A resource's own value wins, mappings are merged key by key, and lists are put one after the other. A function counts as
//! a single value.

use super::error::{Cause, Refusal, Sam};
use super::intrinsics::is_function;
use super::value::python_list;
use crate::tree::{Node, Value};

/// The sections with the properties that each may have, as AWS lists them in its refusal.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "Function",
        &[
            "Handler",
            "Runtime",
            "CodeUri",
            "DeadLetterQueue",
            "Description",
            "MemorySize",
            "Timeout",
            "VpcConfig",
            "Environment",
            "Tags",
            "PropagateTags",
            "Tracing",
            "KmsKeyArn",
            "AutoPublishAlias",
            "AutoPublishAliasAllProperties",
            "Layers",
            "DeploymentPreference",
            "RolePath",
            "PermissionsBoundary",
            "ReservedConcurrentExecutions",
            "ProvisionedConcurrencyConfig",
            "AssumeRolePolicyDocument",
            "EventInvokeConfig",
            "FileSystemConfigs",
            "CodeSigningConfigArn",
            "Architectures",
            "SnapStart",
            "EphemeralStorage",
            "FunctionUrlConfig",
            "RuntimeManagementConfig",
            "LoggingConfig",
            "RecursiveLoop",
            "SourceKMSKeyArn",
            "TenancyConfig",
            "DurableConfig",
            "CapacityProviderConfig",
            "FunctionScalingConfig",
            "PublishToLatestPublished",
            "VersionDeletionPolicy",
        ],
    ),
    (
        "Api",
        &[
            "Auth",
            "Name",
            "DefinitionUri",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "MergeDefinitions",
            "Variables",
            "EndpointConfiguration",
            "MethodSettings",
            "BinaryMediaTypes",
            "MinimumCompressionSize",
            "Cors",
            "GatewayResponses",
            "AccessLogSetting",
            "CanarySetting",
            "TracingEnabled",
            "OpenApiVersion",
            "Domain",
            "AlwaysDeploy",
            "PropagateTags",
            "SecurityPolicy",
            "EndpointAccessMode",
        ],
    ),
    (
        "HttpApi",
        &[
            "Auth",
            "AccessLogSettings",
            "StageVariables",
            "Tags",
            "CorsConfiguration",
            "DefaultRouteSettings",
            "Domain",
            "RouteSettings",
            "FailOnWarnings",
            "PropagateTags",
        ],
    ),
    ("SimpleTable", &["SSESpecification"]),
    ("StateMachine", &["PropagateTags"]),
    ("LayerVersion", &["PublishLambdaVersion"]),
    (
        "CapacityProvider",
        &[
            "VpcConfig",
            "OperatorRole",
            "Tags",
            "InstanceRequirements",
            "ScalingConfig",
            "KmsKeyArn",
            "PropagateTags",
            "LoggingConfig",
            "ManagedResourceTags",
        ],
    ),
    (
        "WebSocketApi",
        &[
            "AccessLogSettings",
            "ApiKeySelectionExpression",
            "DefaultRouteSettings",
            "DisableExecuteApiEndpoint",
            "DisableSchemaValidation",
            "Domain",
            "FailOnWarnings",
            "IpAddressType",
            "PropagateTags",
            "RouteSelectionExpression",
            "RouteSettings",
            "StageVariables",
            "Tags",
        ],
    ),
];

/// The one property whose list a resource replaces instead of adding to it.
const REPLACED: (&str, &str) = ("Function", "Architectures");

/// The section, held to be well formed.
///
/// # Errors
///
/// It is no mapping, or has a section or a property that SAM does not merge.
pub(super) fn check(globals: &Node) -> Sam<()> {
    let refuse = |message: String| Err(Refusal::Document(vec![Cause::globals(message)]));
    if !globals.is_mapping() {
        return refuse("It must be a non-empty dictionary".to_string());
    }
    for (key, properties) in globals.entries() {
        let Some((section, supported)) = SECTIONS.iter().find(|(section, _)| *section == key.name) else {
            let mut names: Vec<&str> = SECTIONS.iter().map(|(section, _)| *section).collect();
            names.sort_unstable();
            let names = python_list(names);
            return refuse(format!("'{}' is not supported. Must be one of the following values - {names}", key.name));
        };
        if !properties.is_mapping() {
            return refuse("Value of ${section} must be a dictionary".to_string());
        }
        if let Some(name) = properties.names().find(|name| !supported.contains(name)) {
            let supported = python_list(supported.iter().copied());
            return refuse(format!(
                "'{name}' is not a supported property of '{section}'. Must be one of the following values - {supported}"
            ));
        }
    }
    Ok(())
}

/// Gives the resource what `Globals` has for its type.
///
/// # Errors
///
/// `IgnoreGlobals` names something that is not there.
pub(super) fn merge_into(id: &str, resource: &mut Node, globals: &Node) -> Sam<()> {
    let section = resource.get("Type").and_then(Node::str).and_then(|kind| kind.strip_prefix("AWS::Serverless::"));
    let Some(section) = section.map(str::to_string) else { return Ok(()) };
    let empty = Node { value: Value::Mapping(Vec::new()), position: resource.position };
    let own = resource.get("Properties").cloned().unwrap_or(empty.clone());
    let merged = match globals.get(&section) {
        Some(from) => {
            let from = without_ignored(id, from, resource.get("IgnoreGlobals"))?;
            merged(&from, &own, &section, "")
        }
        None => own,
    };
    resource.set("Properties", merged);
    Ok(())
}

fn without_ignored(id: &str, globals: &Node, ignore: Option<&Node>) -> Sam<Node> {
    let refuse = |message| Err(Refusal::Document(vec![Cause::resource(id, message)]));
    let Some(ignore) = ignore.filter(|ignore| ignore.truthy()) else { return Ok(globals.clone()) };
    if ignore.str() == Some("*") {
        return Ok(Node::mapping::<String>([]));
    }
    if !ignore.is_list() {
        return refuse(format!("Resource {id} has invalid resource attribute 'IgnoreGlobals'."));
    }
    let mut globals = globals.clone();
    for item in ignore.items() {
        let name = item.display();
        if globals.remove(&name).is_none() {
            return refuse(format!("Resource {id} has invalid resource attribute 'IgnoreGlobals' on item '{name}'."));
        }
    }
    Ok(globals)
}

fn merged(global: &Node, own: &Node, section: &str, path: &str) -> Node {
    let single = |node: &Node| is_function(node) || !(node.is_mapping() || node.is_list());
    if single(global) || single(own) || global.is_mapping() != own.is_mapping() || (section, path) == REPLACED {
        return own.clone();
    }
    if let (Value::Sequence(global), Value::Sequence(items)) = (&global.value, &own.value) {
        let value = Value::Sequence(global.iter().chain(items).cloned().collect());
        return Node { value, position: own.position };
    }
    let mut all = global.clone();
    all.position = own.position;
    for (key, value) in own.entries() {
        let inner = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
        let value = match global.get(&key.name) {
            Some(global) => merged(global, value, section, &inner),
            None => value.clone(),
        };
        all.set(&key.name, value);
    }
    all
}
