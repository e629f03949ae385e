//! Which routes can exist together in one API: the checks that API Gateway makes when it builds the tree of resources.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Findings, Position};
use stack::ResourceTree;

/// Resources that one API can have, the root included.
const MOST_RESOURCES: usize = 300;

/// The path as API Gateway keeps it: without a slash at the end.
pub(super) fn normal(path: &str) -> String {
    let path = path.trim_end_matches('/');
    if path.is_empty() { "/".to_string() } else { path.to_string() }
}

/// A method of a resource, with its place in the template.
pub(super) struct RoutePlace<'r> {
    pub(super) method: &'r str,
    pub(super) path: &'r str,
    pub(super) place: &'r str,
    pub(super) position: Position,
}

/// Reports what is wrong with the routes of one API, one by one and together.
pub(super) fn check(routes: &[RoutePlace<'_>], findings: &Findings) {
    let mut taken: BTreeMap<(String, &str), &RoutePlace<'_>> = BTreeMap::new();
    let mut tree = ResourceTree::default();
    let mut resources = BTreeSet::from(["/".to_string()]);
    for route in routes {
        let report = |message: String| findings.report(route.position, route.place, message);
        if let Err(message) = segments(route.path) {
            report(message);
            continue;
        }
        let path = normal(route.path);
        if let Some(first) = taken.insert((path.clone(), route.method), route) {
            let RoutePlace { method, place, .. } = first;
            report(format!(
                "API method \"{}\" defined multiple times for path \"{path}\"; the other is {place}",
                method.to_lowercase()
            ));
        }
        if let Err(message) = tree.add(&path) {
            report(message);
        }
        let mut parent = String::new();
        for segment in path.split('/').skip(1).filter(|segment| !segment.is_empty()) {
            parent = format!("{parent}/{segment}");
            resources.insert(parent.clone());
        }
        if resources.len() == MOST_RESOURCES + 1 {
            report(format!("an API has at most {MOST_RESOURCES} resources, and this is one more"));
        }
    }
}

/// Whether `path` can be a resource's path at all.
fn segments(path: &str) -> Result<(), String> {
    let Some(rest) = path.strip_prefix('/') else {
        return Err(format!("the path {path:?} must start with a slash"));
    };
    if path == "/ping" || path == "/sping" {
        return Err(format!("{path} is reserved by API Gateway"));
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.is_empty() {
        return Ok(());
    }
    for segment in rest.split('/') {
        let Some(inner) = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) else {
            let legal = |c: char| !c.is_whitespace() && !"{}?#%".contains(c);
            if segment.is_empty() || !segment.chars().all(legal) {
                return Err(format!("{segment:?} is not a path part: it is a word, or one whole {{parameter}}"));
            }
            continue;
        };
        let name = inner.strip_suffix('+').unwrap_or(inner);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
            return Err(format!(
                "{segment:?} is not a path parameter: letters, digits, dots, hyphens and underscores in braces"
            ));
        }
    }
    Ok(())
}
