//! The order of deployment: which resource needs which, and that none needs itself.
//!
//! CloudFormation creates a resource after everything that it refers to. When no such order exists, it refuses the
//! whole template, and so does this file. What SAM generates counts, too: an API carries the ARNs of its functions. So
//! a function whose environment names its own API is a circle, although the template never says that the API refers to
//! the function.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::suggestion;
use super::references::{IMPLICIT_API, unresolved_dependency};
use super::resources::Resource;
use super::scope::{Scope, call, names_of};
use super::tree::Node;

type Needs<'t> = BTreeMap<&'t str, BTreeSet<String>>;

/// The logical ids in an order in which each comes after all that it needs. Reports every circle, and every `DependsOn` of
/// something that does not exist. `None` when there is a circle: only without one does following names come to an end.
pub(super) fn order(scope: &Scope<'_>) -> Option<Vec<String>> {
    let mut needs = Needs::new();
    for resource in &scope.resources.present {
        let mut needed = BTreeSet::new();
        // Of what AWS's transform makes several resources and this one none, nobody knows which of them needs what.
        if !resource.is_left_by_transform(scope.resources.naming) {
            properties(scope, resource, &mut needed);
        }
        for (id, position) in &resource.depends_on {
            let ids = || scope.resources.present.iter().map(|other| other.id.as_str());
            if let Some(source) = scope.expanded.made(id).and_then(|_| scope.expanded.source(id).or(Some(IMPLICIT_API)))
            {
                needed.insert(source.to_string());
                continue;
            }
            if !ids().any(|other| other == id) && scope.is_made_elsewhere(id) {
                scope.lack_made_elsewhere(id, *position, &format!("{}.DependsOn", resource.id));
            } else if !ids().any(|other| other == id)
                && !scope.resources.absent.contains(id)
                && !scope.resources.unread.contains(id)
            {
                let known = suggestion(id, ids().chain(scope.expanded.ids()));
                let message = format!("{}; {known}", unresolved_dependency(id, "Resources"));
                scope.report(*position, &format!("{}.DependsOn", resource.id), message);
            }
            needed.insert(id.clone());
        }
        needs.entry(&resource.id).or_default().extend(needed);
        for api in apis_of_events(resource) {
            needs.entry(api).or_default().insert(resource.id.clone());
        }
    }
    let circles = circles(&needs);
    for circle in &circles {
        let position = scope.resources.get(&circle[0]).map_or_else(Default::default, |resource| resource.position);
        let mut steps: Vec<String> = circle.windows(2).map(|pair| format!("{} needs {}", pair[0], pair[1])).collect();
        steps.push(format!("{} needs {}", circle[circle.len() - 1], circle[0]));
        let names = circle.join(", ");
        let message = format!("Circular dependency between resources: [{names}]; {}", steps.join(", "));
        scope.report(position, &circle[0], message);
    }
    circles.is_empty().then(|| in_order(scope, &needs))
}

/// As the template has them, but each after what it needs.
fn in_order(scope: &Scope<'_>, needs: &Needs<'_>) -> Vec<String> {
    fn visit(id: &str, needs: &Needs<'_>, order: &mut Vec<String>, seen: &mut BTreeSet<String>) {
        if !seen.insert(id.to_string()) {
            return;
        }
        for needed in needs.get(id).into_iter().flatten() {
            visit(needed, needs, order, seen);
        }
        order.push(id.to_string());
    }
    let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
    let ids = scope.resources.present.iter().map(|resource| resource.id.as_str());
    // An API that SAM makes stands in no section.
    for id in ids.chain(needs.keys().copied()) {
        visit(id, needs, &mut order, &mut seen);
    }
    order
}

fn properties(scope: &Scope<'_>, resource: &Resource, needed: &mut BTreeSet<String>) {
    for (key, value) in resource.properties.entries() {
        if key.name == "Events" && resource.kind == "AWS::Serverless::Function" {
            // Events become permissions and mappings, which come after the function. Only the right to write to a
            // destination goes into the function's role.
            for (_, event) in value.entries() {
                if let Some(destination) = event.get("Properties").and_then(|event| event.get("DestinationConfig")) {
                    collect(scope, destination, needed);
                }
            }
        } else {
            collect(scope, value, needed);
        }
    }
}

/// The ids that `node` refers to, on the branches that conditions choose.
fn collect(scope: &Scope<'_>, node: &Node, needed: &mut BTreeSet<String>) {
    if let Some((function, argument)) = call(node)
        && function.name == "Fn::If"
    {
        if let Some(branch) = scope.branch(argument) {
            collect(scope, branch, needed);
        }
        return;
    }
    names_of(node).into_iter().for_each(|name| insert(scope, name, needed));
    node.items().iter().for_each(|item| collect(scope, item, needed));
    node.entries().iter().for_each(|(_, value)| collect(scope, value, needed));
}

/// Adds the resource that `name` (`Table`, `Table.Arn`, the role that SAM makes for a function) belongs to.
fn insert(scope: &Scope<'_>, name: &str, needed: &mut BTreeSet<String>) {
    let id = name.split('.').next().unwrap_or_default();
    if scope.resources.get(id).is_none()
        && scope.expanded.made(id).is_some()
        && let Some(source) = scope.expanded.source(id)
    {
        needed.insert(source.to_string());
        return;
    }
    if scope.resources.get(id).is_some() || id == IMPLICIT_API {
        needed.insert(id.to_string());
    }
}

/// What CloudFormation says of the names in `root` that are neither of resources nor of parameters, before it works anything out.
pub(super) fn unresolved(root: &Node) -> Option<String> {
    let has = |section: &str, name: &str| root.get(section).is_some_and(|section| section.get(name).is_some());
    let is_known = |name: &str| name.starts_with("AWS::") || has("Resources", name) || has("Parameters", name);
    ["Resources", "Outputs"].into_iter().find_map(|section| {
        let mut named = BTreeSet::new();
        for (_, entry) in root.get(section)?.entries() {
            if let Some(depends_on) = entry.get("DependsOn").filter(|_| section == "Resources") {
                named.extend(depends_on.text().into_iter().chain(depends_on.items().iter().filter_map(Node::text)));
            }
            referred(entry, &mut named);
        }
        let unknown: Vec<&str> = named.into_iter().filter(|name| !is_known(name)).collect();
        (!unknown.is_empty()).then(|| unresolved_dependency(&unknown.join(", "), section))
    })
}

/// The names that `Ref` and `Fn::Sub` in `node` refer to, on every branch.
fn referred<'n>(node: &'n Node, named: &mut BTreeSet<&'n str>) {
    // Others in a text are attributes, texts that stay as they are, and slips of which something else is said.
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    match call(node).map(|(function, _)| function.name.as_str()) {
        Some("Ref") => named.extend(names_of(node)),
        Some("Fn::Sub") => named.extend(names_of(node).into_iter().filter(is_name)),
        _ => {}
    }
    node.items().iter().for_each(|item| referred(item, named));
    node.entries().iter().for_each(|(_, value)| referred(value, named));
}

fn apis_of_events(function: &Resource) -> Vec<&str> {
    let api = |event: &'_ Node| event.get("Type").and_then(Node::text) == Some("Api");
    let events = function.events().iter().map(|(_, event)| event).filter(|event| api(event));
    let id = events.map(|event| match event.get("Properties").and_then(|event| event.get("RestApiId")) {
        Some(named) => call(named).map_or(named.text(), |(_, id)| id.text()).unwrap_or_default(),
        None => IMPLICIT_API,
    });
    id.collect()
}

/// Each circle once, starting at its first resource in the alphabet.
fn circles(needs: &Needs<'_>) -> Vec<Vec<String>> {
    let mut found = BTreeSet::new();
    let mut done = BTreeSet::new();
    for start in needs.keys() {
        let mut way = Vec::new();
        follow(needs, start, &mut way, &mut done, &mut found);
    }
    found.into_iter().collect()
}

fn follow(
    needs: &Needs<'_>,
    id: &str,
    way: &mut Vec<String>,
    done: &mut BTreeSet<String>,
    found: &mut BTreeSet<Vec<String>>,
) {
    if let Some(at) = way.iter().position(|step| step == id) {
        let mut circle = way[at..].to_vec();
        let first = circle.iter().enumerate().min_by_key(|(_, step)| step.as_str()).map_or(0, |(at, _)| at);
        circle.rotate_left(first);
        found.insert(circle);
        return;
    }
    if done.contains(id) {
        return;
    }
    way.push(id.to_string());
    for next in needs.get(id).into_iter().flatten() {
        follow(needs, next, way, done, found);
    }
    way.pop();
    done.insert(id.to_string());
}
