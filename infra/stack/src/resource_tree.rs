//! Which method of which resource answers a path.
//!
//! Resources form a tree of path segments. On every level a fixed segment beats a `{parameter}`, and a parameter beats a
//! `{greedy+}` rest. A resource counts only if it has the method, so `OPTIONS /test` is answered by `/{proxy+}` when `/test`
//! has only a `POST`. Nothing is decoded, a trailing slash does not matter, and a greedy rest is never empty.

use std::collections::BTreeMap;

use super::Method;

/// The methods that `ANY` stands for.
const ANY: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The tree of an API's resources.
#[derive(Debug, Default)]
pub struct Routes(PathNode);

#[derive(Debug, Default)]
struct PathNode {
    fixed: BTreeMap<String, PathNode>,
    parameter: Option<(String, Box<PathNode>)>,
    greedy: Option<(String, Box<PathNode>)>,
    /// HTTP method (or `ANY`) and its place in the API's list of methods.
    methods: BTreeMap<String, usize>,
}

/// The method that answers.
#[derive(Debug, PartialEq, Eq)]
pub struct MethodMatch {
    /// Its place in [`super::RestApi::methods`].
    pub method: usize,
    /// What the placeholders stand for, from left to right.
    pub parameters: Vec<(String, String)>,
}

/// One segment of a resource's path.
enum Part<'a> {
    Fixed(&'a str),
    Parameter(&'a str),
    Greedy(&'a str),
}

impl Routes {
    /// The tree for `methods`. What [`ResourceTree`] refuses cannot be reached here, as it cannot be created on AWS.
    pub fn new(methods: &[Method]) -> Routes {
        let mut routes = Routes::default();
        for (place, method) in methods.iter().enumerate() {
            if let Ok(node) = routes.0.resource(&method.resource_path) {
                node.methods.entry(method.http_method.clone()).or_insert(place);
            }
        }
        routes
    }

    /// The method for `path` (without the stage) and the HTTP method `verb`.
    pub fn find(&self, path: &str, verb: &str) -> Option<MethodMatch> {
        let path = path.strip_prefix('/').unwrap_or(path).trim_end_matches('/');
        let segments: Vec<&str> = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
        let mut parameters = Vec::new();
        let method = self.0.find(&segments, verb, &mut parameters)?;
        parameters.reverse();
        Some(MethodMatch { method, parameters })
    }
}

/// The resources of an API that is still being put together.
#[derive(Debug, Default)]
pub struct ResourceTree(PathNode);

impl ResourceTree {
    /// Adds the resource at `path` with those above it.
    ///
    /// # Errors
    ///
    /// What API Gateway says to a resource that cannot exist in its place: a refusal at deploy time.
    pub fn add(&mut self, path: &str) -> Result<(), String> {
        self.0.resource(path).map(drop)
    }
}

impl PathNode {
    /// The node of the resource at `path`, made where it is missing.
    fn resource(&mut self, path: &str) -> Result<&mut PathNode, String> {
        let mut node = self;
        let mut under_greedy = None;
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            if let Some(greedy) = under_greedy {
                return Err(format!("Cannot create a child of a resource with a greedy path variable: {{{greedy}+}}"));
            }
            let part = part(segment);
            let sibling = match &part {
                Part::Fixed(_) => None,
                Part::Parameter(name) => node.other_variable(name, false),
                Part::Greedy(name) => node.other_variable(name, true),
            };
            if let Some(sibling) = sibling {
                return Err(format!(
                    "A sibling ({sibling}) of this resource already has a variable path part -- only one is allowed"
                ));
            }
            node = match part {
                Part::Fixed(name) => node.fixed.entry(name.to_string()).or_default(),
                Part::Parameter(name) => {
                    &mut node.parameter.get_or_insert_with(|| (name.to_string(), Box::default())).1
                }
                Part::Greedy(name) => {
                    under_greedy = Some(name);
                    &mut node.greedy.get_or_insert_with(|| (name.to_string(), Box::default())).1
                }
            };
        }
        Ok(node)
    }

    /// The variable path part below this node, if it is another one than `name`.
    fn other_variable(&self, name: &str, greedy: bool) -> Option<String> {
        let parameter = self.parameter.as_ref().filter(|(given, _)| greedy || given != name);
        let rest = self.greedy.as_ref().filter(|(given, _)| !greedy || given != name);
        parameter.map(|(given, _)| format!("{{{given}}}")).or_else(|| rest.map(|(given, _)| format!("{{{given}+}}")))
    }

    /// The place of the method that answers `segments`, with `parameters` filled from right to left on the way back.
    fn find(&self, segments: &[&str], verb: &str, parameters: &mut Vec<(String, String)>) -> Option<usize> {
        let Some((first, rest)) = segments.split_first() else { return self.method(verb) };
        if let Some(found) = self.fixed.get(*first).and_then(|node| node.find(rest, verb, parameters)) {
            return Some(found);
        }
        if let Some((name, node)) = self.parameter.as_ref().filter(|_| !first.is_empty())
            && let Some(found) = node.find(rest, verb, parameters)
        {
            parameters.push((name.clone(), (*first).to_string()));
            return Some(found);
        }
        let (name, node) = self.greedy.as_ref()?;
        let found = node.method(verb)?;
        parameters.push((name.clone(), segments.join("/")));
        Some(found)
    }

    fn method(&self, verb: &str) -> Option<usize> {
        // A verb outside the seven, `ANY` itself among them, belongs to no method.
        if !ANY.contains(&verb) {
            return None;
        }
        self.methods.get(verb).or_else(|| self.methods.get("ANY")).copied()
    }
}

fn part(segment: &str) -> Part<'_> {
    match segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
        None => Part::Fixed(segment),
        Some(inner) => inner.strip_suffix('+').map_or(Part::Parameter(inner), Part::Greedy),
    }
}
