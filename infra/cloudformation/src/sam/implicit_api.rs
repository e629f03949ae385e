//! APIs that SAM manages: those that nobody wrote (`ServerlessRestApi`, `ServerlessHttpApi`), and the paths of those that functions
//! add to.
//!
//! Before anything is made, every `Api` and `HttpApi` event of a function writes its path and method into the definition of its API.
//! Where all the functions of a path, or of the whole implicit API, have conditions, the path or the API gets one too.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{ANY_METHOD, DEFAULT_PATH, Definition, http_skeleton, skeleton};
use super::error::{Cause, Refusal, Sam};
use super::intrinsics::{combined, conditional};
use super::python_order;
use super::value::Of;
use crate::tree::{Node, Value, map};

/// A kind of API, of which functions write methods.
pub(super) struct ApiKind {
    /// The type of the resource.
    pub(super) of: &'static str,
    /// The type of the events.
    event: &'static str,
    /// The property by which an event names its API.
    id: &'static str,
    /// The API that SAM makes for events that name none.
    implicit: &'static str,
    /// The condition of that one.
    condition: &'static str,
    skeleton: fn() -> Node,
}

/// REST APIs.
pub(super) const REST: ApiKind = ApiKind {
    of: API,
    event: "Api",
    id: "RestApiId",
    implicit: "ServerlessRestApi",
    condition: "ServerlessRestApiCondition",
    skeleton,
};
/// HTTP APIs.
pub(super) const HTTP: ApiKind = ApiKind {
    of: HTTP_API,
    event: "HttpApi",
    id: "ApiId",
    implicit: "ServerlessHttpApi",
    condition: "ServerlessHttpApiCondition",
    skeleton: http_skeleton,
};
/// How SAM marks an API whose definition it writes itself.
pub(super) const MANAGED: &str = "__MANAGE_SWAGGER";
pub(super) const API: &str = "AWS::Serverless::Api";
pub(super) const HTTP_API: &str = "AWS::Serverless::HttpApi";
pub(super) const FUNCTION: &str = "AWS::Serverless::Function";

/// Gives an empty definition to every API that has none.
pub(super) fn add_definitions(resources: &mut Node) {
    for (_, resource) in resources.entries_mut() {
        let kind = match resource.get("Type").and_then(Node::str) {
            Some(API) => REST,
            Some(HTTP_API) => HTTP,
            _ => continue,
        };
        if kind.of == HTTP_API {
            resource.entry("Properties", || map! {});
        }
        // A REST API without any properties misses its stage, and SAM says so before it looks at the definition.
        let Some(properties) = resource.get_mut("Properties") else { continue };
        if properties.truth("DefinitionBody").is_none() && properties.truth("DefinitionUri").is_none() {
            properties.set("DefinitionBody", (kind.skeleton)());
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

/// Writes the paths of all events of this kind into the definitions of their APIs.
pub(super) fn add_paths(template: &mut Node, kind: &ApiKind) -> Sam<()> {
    let Some(resources) = template.get_mut("Resources") else { return Ok(()) };
    let existing = resources.get(kind.implicit).cloned();
    let mut properties = map! { "DefinitionBody" => (kind.skeleton)(), MANAGED => true };
    if kind.of == API {
        properties.set("StageName", "Prod");
    }
    resources.set(kind.implicit, map! { "Type" => kind.of, "Properties" => properties });
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
        match add_events_of(&id, kind, resources, globals.as_ref(), &mut users) {
            Ok(()) => {}
            Err(Refusal::One(cause)) => causes.push(Cause::resource(&id, cause.message)),
            Err(document) => return Err(document),
        }
    }
    let conditions = add_conditions(kind, resources, &users);
    remove_unused(kind, resources, existing);
    for (name, condition) in conditions {
        if let Some(section) = template.entry("Conditions", || map! {}) {
            section.set(&name, condition);
        }
    }
    if causes.is_empty() { Ok(()) } else { Err(Refusal::Document(causes)) }
}

fn add_events_of(
    id: &str,
    kind: &ApiKind,
    resources: &mut Node,
    globals: Option<&Node>,
    users: &mut BTreeMap<String, Users>,
) -> Sam<()> {
    let Some(function) = resources.get(id).cloned() else { return Ok(()) };
    let Some(events) = function.get("Properties").and_then(|properties| properties.get("Events")) else {
        return Ok(());
    };
    let is_of_kind = |event: &Node| event.get("Type").and_then(Node::str) == Some(kind.event);
    let mut events: Vec<_> = events
        .entries()
        .iter()
        .filter(|(_, event)| is_of_kind(event))
        .map(|(key, event)| (key.clone(), event))
        .collect();
    python_order::order(&mut events);
    for (key, event) in events {
        let empty = map! {};
        let properties = match kind.of {
            HTTP_API => Some(event.get("Properties").unwrap_or(&empty)),
            _ => event.truth("Properties"),
        };
        let Some(properties) = properties else { continue };
        if !properties.is_mapping() {
            return Refusal::event(&key.name, "Properties should be a map.");
        }
        let mut properties = properties.clone();
        if !properties.has(kind.id) {
            add_tags(kind, resources, &function, globals);
            properties.set(kind.id, map! { "Ref" => kind.implicit });
        }
        // An HTTP API has a route for everything that has none of its own.
        if kind.of == HTTP_API && properties.truth("Path").is_none() && properties.truth("Method").is_none() {
            properties.set("Path", DEFAULT_PATH);
            properties.set("Method", ANY_METHOD);
        }
        let of = Of::Event(&key.name);
        let path = of.required(&properties, "Path", "Path")?;
        let method = of.required(&properties, "Method", "Method")?;
        let api = of.text(properties.get(kind.id).map(api_id), kind.id)?.to_string();
        let (path, method) = (of.text(Some(path), "Path")?, of.text(Some(method), "Method")?);
        let (path, method) = (path.to_string(), method.to_string());
        let users = users.entry(api.clone()).or_default();
        let text = |name| function.get(name).filter(|value| value.truthy()).and_then(Node::text).map(str::to_string);
        let condition = text("Condition");
        users.conditions.entry(path.clone()).or_default().insert(method.clone(), condition.clone());
        users.deletion.push(text("DeletionPolicy"));
        users.replacement.push(text("UpdateReplacePolicy"));
        add_path(&key.name, kind, (&api, &path, &method), resources)?;
        if let Some(settings) = properties.get("RouteSettings").filter(|_| kind.of == HTTP_API) {
            add_route_settings(&key.name, (&api, &path, &method), settings, condition.as_deref(), resources)?;
        }
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

fn add_path(event: &str, kind: &ApiKind, (api, path, method): (&str, &str, &str), resources: &mut Node) -> Sam<()> {
    let fits = |api: &&mut Node| kind.of == HTTP_API || api.get("Type").and_then(Node::str) != Some(HTTP_API);
    let Some(resource) = resources.get_mut(api).filter(fits) else {
        let message = format!("{} must be a valid reference to an '{}' resource in same template.", kind.id, kind.of);
        return Refusal::event(event, message);
    };
    let Some(properties) = resource.get_mut("Properties").filter(|properties| properties.is_mapping()) else {
        return Ok(());
    };
    let managed = properties.truth(MANAGED).is_some();
    let valid = if kind.of == API { Definition::is_valid } else { Definition::is_valid_http };
    match properties.get("DefinitionBody") {
        Some(body) if managed && valid(body) => {
            let mut definition = if kind.of == API { Definition::of(body) } else { Definition::of_http(body) }?;
            definition.add_path(path, method)?;
            properties.set("DefinitionBody", definition.into_node());
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Adds the settings that an event has for its route to those of its API.
fn add_route_settings(
    event: &str,
    (api, path, method): (&str, &str, &str),
    settings: &Node,
    condition: Option<&str>,
    resources: &mut Node,
) -> Sam<()> {
    let route = if method == ANY_METHOD { path.to_string() } else { format!("{} {path}", method.to_uppercase()) };
    let properties = resources.get_mut(api).and_then(|api| api.get_mut("Properties"));
    let Some(all) = properties.and_then(|properties| properties.entry("RouteSettings", || map! {})) else {
        return Ok(());
    };
    Of::Resource(api).map(all, "RouteSettings")?;
    let settings = match condition {
        Some(condition) => conditional(condition, settings.clone(), None),
        None => settings.clone(),
    };
    let settings = Of::Event(event).map(&settings, "RouteSettings")?.clone();
    if let Some(of_route) = all.entry(&route, || map! {}) {
        for (key, value) in settings.entries() {
            of_route.set(&key.name, value);
        }
    }
    Ok(())
}

/// The implicit API gets the tags of functions that pass theirs on.
fn add_tags(kind: &ApiKind, resources: &mut Node, function: &Node, globals: Option<&Node>) {
    let own = function.get("Properties");
    let global = globals.and_then(|globals| globals.get("Function"));
    let setting = |name| own.and_then(|own| own.truth(name)).or_else(|| global.and_then(|global| global.truth(name)));
    let (Some(tags), Some(_)) = (setting("Tags").cloned(), setting("PropagateTags")) else { return };
    let Some(properties) = resources.get_mut(kind.implicit).and_then(|api| api.get_mut("Properties")) else { return };
    if let Some(all) = properties.entry("Tags", || map! {}) {
        for (key, value) in tags.entries() {
            all.set(&key.name, value);
        }
    }
    properties.set("PropagateTags", true);
}

/// Puts conditions and policies on the implicit API and conditions on paths; gives the conditions that the template needs.
fn add_conditions(kind: &ApiKind, resources: &mut Node, users: &BTreeMap<String, Users>) -> Vec<(String, Node)> {
    let mut made = Vec::new();
    if let (Some(users), Some(api)) = (users.get(kind.implicit), resources.get_mut(kind.implicit)) {
        let all: BTreeSet<&Option<String>> = users.conditions.values().flat_map(BTreeMap::values).collect();
        if let Some(name) = condition_of(&all, kind.condition, &mut made) {
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
        if api.get("Type").and_then(Node::str) != Some(kind.of) {
            continue;
        }
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

fn remove_unused(kind: &ApiKind, resources: &mut Node, existing: Option<Node>) {
    let paths = resources.get(kind.implicit).and_then(|api| api.get("Properties")?.get("DefinitionBody")?.get("paths"));
    if paths.is_some_and(|paths| paths.entries().is_empty()) {
        match existing {
            Some(existing) => resources.set(kind.implicit, existing),
            None => {
                resources.remove(kind.implicit);
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
