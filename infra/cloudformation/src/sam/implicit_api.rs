//! APIs that SAM manages: the one that nobody wrote (`ServerlessRestApi`), and the paths of those that functions add to.
//!
//! Before anything is made, every `Api` event of a function writes its path and method into the definition of its API.
//! Where all the functions of a path, or of the whole implicit API, have conditions, the path or the API gets one too.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{Definition, skeleton};
use super::error::{Cause, Refusal, Sam};
use super::intrinsics::{combined, conditional};
use super::value::Of;
use crate::tree::{Node, Value, map};

/// The API that SAM makes for events that name none.
pub(super) const IMPLICIT: &str = "ServerlessRestApi";
const CONDITION: &str = "ServerlessRestApiCondition";
/// How SAM marks an API whose definition it writes itself.
pub(super) const MANAGED: &str = "__MANAGE_SWAGGER";
pub(super) const API: &str = "AWS::Serverless::Api";
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";

/// Gives an empty definition to every API that has none.
pub(super) fn add_definitions(resources: &mut Node) {
    for (_, resource) in resources.entries_mut() {
        if resource.get("Type").and_then(Node::str) != Some(API) {
            continue;
        }
        // One without any properties misses its stage, and SAM says so before it looks at the definition.
        let Some(properties) = resource.get_mut("Properties") else { continue };
        if properties.truth("DefinitionBody").is_none() && properties.truth("DefinitionUri").is_none() {
            properties.set("DefinitionBody", skeleton());
            properties.set(MANAGED, true);
        }
    }
}

/// What the functions with events say of an API.
#[derive(Default)]
struct Users {
    /// By path and method, the condition of the function.
    conditions: BTreeMap<String, BTreeMap<String, Option<String>>>,
    deletion: Vec<Option<String>>,
    replacement: Vec<Option<String>>,
}

/// Writes the paths of all `Api` events into the definitions of their APIs.
pub(super) fn add_paths(template: &mut Node) -> Sam<()> {
    let Some(resources) = template.get_mut("Resources") else { return Ok(()) };
    let existing = resources.get(IMPLICIT).cloned();
    resources.set(
        IMPLICIT,
        map! {
            "Type" => API,
            "Properties" => map! { "StageName" => "Prod", "DefinitionBody" => skeleton(), MANAGED => true },
        },
    );
    let globals = template.get("Globals").cloned();
    let Some(resources) = template.get_mut("Resources") else { return Ok(()) };
    let mut users: BTreeMap<String, Users> = BTreeMap::new();
    let mut causes = Vec::new();
    let functions: Vec<String> = resources
        .entries()
        .iter()
        .filter(|(_, resource)| resource.get("Type").and_then(Node::str) == Some(FUNCTION))
        .map(|(key, _)| key.name.clone())
        .collect();
    for id in functions {
        match add_events_of(&id, resources, globals.as_ref(), &mut users) {
            Ok(()) => {}
            Err(Refusal::One(cause)) => causes.push(Cause::resource(&id, cause.message)),
            Err(document) => return Err(document),
        }
    }
    let conditions = add_conditions(resources, &users);
    remove_unused(resources, existing);
    for (name, condition) in conditions {
        if let Some(section) = template.entry("Conditions", || map! {}) {
            section.set(&name, condition);
        }
    }
    if causes.is_empty() { Ok(()) } else { Err(Refusal::Document(causes)) }
}

fn add_events_of(
    id: &str,
    resources: &mut Node,
    globals: Option<&Node>,
    users: &mut BTreeMap<String, Users>,
) -> Sam<()> {
    let Some(function) = resources.get(id).cloned() else { return Ok(()) };
    let Some(events) = function.get("Properties").and_then(|properties| properties.get("Events")) else {
        return Ok(());
    };
    for (key, event) in events.entries() {
        let api_event = event.get("Type").and_then(Node::str) == Some("Api");
        let Some(properties) = event.truth("Properties").filter(|_| api_event) else { continue };
        if !properties.is_mapping() {
            return Refusal::event(&key.name, "Properties should be a map.");
        }
        let mut properties = properties.clone();
        if !properties.has("RestApiId") {
            add_tags(resources, &function, globals);
            properties.set("RestApiId", map! { "Ref" => IMPLICIT });
        }
        let of = Of::Event(&key.name);
        let path = of.required(&properties, "Path", "Path")?;
        let method = of.required(&properties, "Method", "Method")?;
        let api = of.text(properties.get("RestApiId").map(api_id), "RestApiId")?;
        let (path, method) = (of.text(Some(path), "Path")?, of.text(Some(method), "Method")?);
        let users = users.entry(api.to_string()).or_default();
        let text = |name| function.get(name).filter(|value| value.truthy()).and_then(Node::text).map(str::to_string);
        users.conditions.entry(path.to_string()).or_default().insert(method.to_string(), text("Condition"));
        users.deletion.push(text("DeletionPolicy"));
        users.replacement.push(text("UpdateReplacePolicy"));
        add_path(&key.name, api, path, method, resources)?;
        let event = resources.get_mut(id).and_then(|function| function.get_mut("Properties"));
        let event = event.and_then(|properties| properties.get_mut("Events")?.get_mut(&key.name));
        if let Some(event) = event {
            event.set("Properties", properties);
        }
    }
    Ok(())
}

/// What an event names as its API: the id of `!Ref Api`, or the value as it is.
pub(super) fn api_id(value: &Node) -> &Node {
    value.get("Ref").unwrap_or(value)
}

fn add_path(event: &str, api: &str, path: &str, method: &str, resources: &mut Node) -> Sam<()> {
    let Some(resource) =
        resources.get_mut(api).filter(|api| api.get("Type").and_then(Node::str) != Some("AWS::Serverless::HttpApi"))
    else {
        return Refusal::event(
            event,
            format!("RestApiId must be a valid reference to an '{API}' resource in same template."),
        );
    };
    let Some(properties) = resource.get_mut("Properties").filter(|properties| properties.is_mapping()) else {
        return Ok(());
    };
    let managed = properties.truth(MANAGED).is_some();
    match properties.get("DefinitionBody") {
        Some(body) if managed && Definition::is_valid(body) => {
            let mut definition = Definition::of(body)?;
            definition.add_path(path, method)?;
            properties.set("DefinitionBody", definition.into_node());
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The implicit API gets the tags of functions that pass theirs on.
fn add_tags(resources: &mut Node, function: &Node, globals: Option<&Node>) {
    let own = function.get("Properties");
    let global = globals.and_then(|globals| globals.get("Function"));
    let setting = |name| own.and_then(|own| own.truth(name)).or_else(|| global.and_then(|global| global.truth(name)));
    let (Some(tags), Some(_)) = (setting("Tags").cloned(), setting("PropagateTags")) else { return };
    let Some(properties) = resources.get_mut(IMPLICIT).and_then(|api| api.get_mut("Properties")) else { return };
    if let Some(all) = properties.entry("Tags", || map! {}) {
        for (key, value) in tags.entries() {
            all.set(&key.name, value);
        }
    }
    properties.set("PropagateTags", true);
}

/// Puts conditions and policies on the implicit API and conditions on paths; gives the conditions that the template needs.
fn add_conditions(resources: &mut Node, users: &BTreeMap<String, Users>) -> Vec<(String, Node)> {
    let mut made = Vec::new();
    if let (Some(users), Some(api)) = (users.get(IMPLICIT), resources.get_mut(IMPLICIT)) {
        let all: BTreeSet<&Option<String>> = users.conditions.values().flat_map(BTreeMap::values).collect();
        if let Some(name) = condition_of(&all, CONDITION, &mut made) {
            api.set("Condition", name);
        }
        for (name, policies, order) in [
            ("DeletionPolicy", &users.deletion, &["Retain", "Delete"][..]),
            ("UpdateReplacePolicy", &users.replacement, &["Retain", "Snapshot", "Delete"][..]),
        ] {
            let strictest = order.iter().find(|policy| policies.iter().flatten().any(|known| known == *policy));
            if let Some(policy) = strictest {
                api.set(name, *policy);
            }
        }
    }
    for (key, api) in resources.entries_mut() {
        let Some(users) = users.get(&key.name) else { continue };
        let Some(properties) = api.get_mut("Properties").filter(|properties| properties.truth(MANAGED).is_some())
        else {
            continue;
        };
        let Some(paths) = properties.get_mut("DefinitionBody").and_then(|body| body.get_mut("paths")) else { continue };
        for (path, item) in paths.entries_mut() {
            let Some(methods) = users.conditions.get(&path.name) else { continue };
            let all: BTreeSet<&Option<String>> = methods.values().collect();
            let words = path.name.replace('/', "SLASH").replace('{', "OB").replace('}', "CB");
            let name = format!("{}{words}PathCondition", key.name);
            if let Some(name) = condition_of(&all, &name, &mut made) {
                let bare = std::mem::replace(item, Node { value: Value::Null, position: item.position });
                *item = conditional(name, bare, None);
            }
        }
    }
    made
}

/// The condition under which one of those holds, if every user has one; a new one is called `name`.
fn condition_of(all: &BTreeSet<&Option<String>>, name: &str, made: &mut Vec<(String, Node)>) -> Option<String> {
    let names: Option<Vec<String>> = all.iter().map(|condition| (*condition).clone()).collect();
    let names = names?;
    match names.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        _ => {
            made.extend(combined(names, name));
            Some(name.to_string())
        }
    }
}

fn remove_unused(resources: &mut Node, existing: Option<Node>) {
    let paths = resources.get(IMPLICIT).and_then(|api| api.get("Properties")?.get("DefinitionBody")?.get("paths"));
    if paths.is_some_and(|paths| paths.entries().is_empty()) {
        match existing {
            Some(existing) => resources.set(IMPLICIT, existing),
            None => {
                resources.remove(IMPLICIT);
            }
        }
    }
}

/// An API whose version of OpenAPI is 3 has a definition of that version, if SAM writes it.
pub(super) fn set_versions(resources: &mut Node) {
    for (_, resource) in resources.entries_mut() {
        if resource.get("Type").and_then(Node::str) != Some(API) {
            continue;
        }
        let Some(properties) = resource.get_mut("Properties") else { continue };
        let Some(version) = properties.get("OpenApiVersion").map(Node::display) else { continue };
        if !properties.has(MANAGED) || !super::definition::is_version_3(&version) {
            continue;
        }
        properties.set("OpenApiVersion", version.as_str());
        if let Some(body) = properties.get_mut("DefinitionBody") {
            body.set("openapi", version);
            if body.truth("swagger").is_some() {
                body.remove("swagger");
            }
        }
    }
}
