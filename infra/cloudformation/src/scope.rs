//! Intrinsic functions: from what the template writes to what it means.
//!
//! A [`Scope`] knows everything that a value can refer to and turns a node with functions into one without. What a name
//! stands for is in `references`. The recursion here ends because `graph` has found an order of deployment.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;

use super::StackOptions;
use super::cidr;
use super::expanded::Expanded;
use super::finding::{Findings, Position, suggestion};
use super::format::depends_on_a_resource;
use super::parameters::Parameter;
use super::resources::Resources;
use super::tree::{Key, Node, Value};
use stack::REGION;

/// Everything that a value of the template can refer to.
pub(super) struct Scope<'t> {
    pub(super) findings: &'t Findings,
    pub(super) options: &'t StackOptions,
    pub(super) parameters: &'t BTreeMap<String, Parameter>,
    pub(super) mappings: Option<&'t Node>,
    pub(super) conditions: &'t BTreeMap<String, bool>,
    pub(super) resources: &'t Resources,
    /// What SAM makes of them.
    pub(super) expanded: &'t Expanded,
    /// Names that were worked out already, so that a chain of names is walked once.
    pub(super) names: RefCell<BTreeMap<String, String>>,
    /// The exports of other stacks that values were imported from.
    pub(super) imports: RefCell<BTreeSet<String>>,
    /// How deep values are nested at this moment, names followed.
    pub(super) depth: Cell<usize>,
}

/// How deep values may be nested: twice as deep as in the file, because names lead from one value into another.
const DEEPEST: usize = 128;

/// A text longer than this is a template that doubles itself from name to name, and no property takes one.
const MOST_BYTES: usize = 1_000_000;

const FUNCTIONS: &[&str] = &[
    "Ref",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
];

/// What CloudFormation says of arguments that a function does not take. The sentences, and those of `Fn::Equals`, `Fn::GetAtt` and `Fn::Sub`:
/// <https://github.com/localstack/localstack/tree/main/tests/aws/services/cloudformation>.
const JOIN: &str = "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a \
     function that returns a list of strings (such as Fn::GetAZs) to be joined.";
const SPLIT: &str = "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function \
     that returns a string to be split.";
const SELECT: &str = "Fn::Select requires a list argument with two elements: an integer index and a list";
/// <https://github.com/aws/aws-cli/issues/913>
const BASE64: &str = "every Fn::Base64 object must have a String-typed value.";
const CIDR: &str = "Fn::Cidr takes a list: range of addresses, how many, bits of each";
const FIND_IN_MAP: &str =
    "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value";

/// Functions of the transform `AWS::LanguageExtensions`, each with what to write in its place. A template with that transform is not read as
/// far as its functions, so here they stand in one without it.
const OF_EXTENSIONS: &[(&str, &str)] =
    &[("Fn::ForEach", "write each out"), ("Fn::Length", "write the number"), ("Fn::ToJsonString", "write the text")];

/// The function call that `node` is, if it is one.
pub(super) fn call(node: &Node) -> Option<(&Key, &Node)> {
    match node.entries() {
        [(key, argument)] if key.name == "Ref" || key.name.starts_with("Fn::") => Some((key, argument)),
        _ => None,
    }
}

/// The names that the function call `node` refers to, such as `Table` and `Table.Arn`; of `Fn::Sub` without its own variables.
pub(super) fn names_of(node: &Node) -> Vec<&str> {
    let Some((function, argument)) = call(node) else { return Vec::new() };
    let first = argument.text().or_else(|| argument.items().first()?.text());
    match function.name.as_str() {
        "Ref" => argument.text().into_iter().collect(),
        "Fn::GetAtt" => first.into_iter().collect(),
        "Fn::Sub" => {
            let own = argument.items().get(1);
            let pieces = first.unwrap_or_default().split("${").skip(1);
            let names = pieces.filter_map(|piece| Some(piece.split_once('}')?.0));
            names.filter(|name| own.and_then(|own| own.get(name)).is_none()).collect()
        }
        _ => Vec::new(),
    }
}

impl Scope<'_> {
    /// `node` without functions; `None` when it is `AWS::NoValue`, which removes it from where it stands.
    pub(super) fn resolve(&self, node: &Node, place: &str) -> Option<Node> {
        let depth = self.depth.get();
        if depth == DEEPEST {
            let message = format!("values are nested more than {DEEPEST} deep, names followed");
            return self.unresolved(node.position, place, message);
        }
        self.depth.set(depth + 1);
        let resolved = self.without_functions(node, place);
        self.depth.set(depth);
        resolved
    }

    fn without_functions(&self, node: &Node, place: &str) -> Option<Node> {
        if let Some((function, argument)) = call(node) {
            return self.call(&function.name, argument, node.position, place);
        }
        let position = node.position;
        let value = match &node.value {
            Value::Sequence(items) => {
                let items = items.iter().enumerate();
                Value::Sequence(items.filter_map(|(at, item)| self.resolve(item, &format!("{place}[{at}]"))).collect())
            }
            Value::Mapping(entries) => {
                if let Some((key, _)) = entries.iter().find(|(key, _)| key.name.starts_with("Fn::")) {
                    return self.unresolved(
                        key.position,
                        place,
                        format!("{} cannot stand beside other keys", key.name),
                    );
                }
                let resolved = |(key, value): &(Key, Node)| {
                    Some((key.clone(), self.resolve(value, &format!("{place}.{}", key.name))?))
                };
                Value::Mapping(entries.iter().filter_map(resolved).collect())
            }
            Value::Scalar { text, .. } if text.contains("{{resolve:") => {
                self.findings.lack(position, place, "dynamic references ({{resolve:…}}) need AWS; use a parameter");
                Value::Unresolved
            }
            other => other.clone(),
        };
        Some(Node { value, position })
    }

    pub(super) fn report(&self, position: Position, place: &str, message: impl Into<String>) {
        self.findings.report_malformed(position, place, message);
    }

    /// Reports, and gives the value that nobody complains about again.
    pub(super) fn unresolved(&self, position: Position, place: &str, message: impl Into<String>) -> Option<Node> {
        self.report(position, place, message);
        Some(Node { value: Value::Unresolved, position })
    }

    /// As [`Scope::unresolved`], for what AWS has and the local cloud lacks.
    pub(super) fn lacking(&self, position: Position, place: &str, message: impl Into<String>) -> Option<Node> {
        self.findings.lack(position, place, message);
        Some(Node { value: Value::Unresolved, position })
    }

    fn call(&self, function: &str, argument: &Node, position: Position, place: &str) -> Option<Node> {
        match function {
            "Ref" => match argument.text() {
                Some(name) => self.reference(name, position, place),
                None => self.unresolved(position, place, "Ref takes the name of a parameter or a resource"),
            },
            "Fn::GetAtt" => self.get_att(argument, position, place),
            "Fn::GetAZs" => self.zones(argument, position, place),
            "Fn::Sub" => self.sub(argument, position, place),
            "Fn::Join" => self.join(argument, position, place),
            "Fn::Select" => self.select(argument, position, place),
            "Fn::Split" => self.split(argument, position, place),
            "Fn::If" => self.chosen(argument, position, place),
            "Fn::FindInMap" => self.find_in_map(argument, position, place),
            "Fn::Base64" => self.base64(argument, position, place),
            "Fn::Cidr" => self.cidr(argument, position, place),
            "Fn::ImportValue" => self.import(argument, position, place),
            other => {
                if other == "Fn::Transform" {
                    let message = "calls a macro, which the local cloud does not have; write what it makes";
                    return self.lacking(position, place, message);
                }
                let help = match OF_EXTENSIONS.iter().find(|(name, _)| other.starts_with(name)) {
                    Some((name, instead)) => {
                        format!(
                            "{name} needs the transform AWS::LanguageExtensions, which the local cloud does not have; {instead}"
                        )
                    }
                    None => suggestion(other, FUNCTIONS.iter().copied()),
                };
                // <https://github.com/aws-cloudformation/cfn-language-discussion/issues/143>
                let message = format!("Template Error: Encountered unsupported function: {other}; {help}");
                self.unresolved(position, place, message)
            }
        }
    }

    /// The branch of `Fn::If` that the condition chooses, without a word about mistakes.
    pub(super) fn branch<'n>(&self, argument: &'n Node) -> Option<&'n Node> {
        match &argument.value {
            Value::Sequence(items) => match items.as_slice() {
                [condition, yes, no] => Some(if *self.conditions.get(condition.text()?)? { yes } else { no }),
                _ => None,
            },
            _ => None,
        }
    }

    /// The zones of the stack's region; of another one the local cloud knows nothing.
    fn zones(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let argument = self.resolve(argument, place)?;
        // `!GetAZs` with nothing after it is an empty text.
        let region = if argument.is_null() { Some(String::new()) } else { self.single("", &argument, place) };
        let Some(region) = region else {
            return Some(Node { value: Value::Unresolved, position });
        };
        let region = if region.is_empty() { self.options.region.clone() } else { region };
        if region != REGION {
            return self.lacking(
                position,
                place,
                format!("the local cloud knows the zones of {REGION} only, not of {region}"),
            );
        }
        let zones = ["a", "b", "c", "d"].map(|zone| Node::string(format!("{REGION}{zone}"), position));
        Some(Node { value: Value::Sequence(zones.to_vec()), position })
    }

    fn chosen(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        if let Some(branch) = self.branch(argument) {
            return self.resolve(branch, place);
        }
        let message = match &argument.value {
            Value::Sequence(items) if items.len() == 3 => {
                let name = items[0].text().unwrap_or_default();
                let known = self.conditions.keys().map(String::as_str);
                format!("Template error: unresolved condition dependency {name} in Fn::If; {}", suggestion(name, known))
            }
            _ => "Template error: Fn::If requires a list argument with three elements; write the condition, the value if it is true, the \
                  value if it is false"
                .to_string(),
        };
        self.unresolved(position, place, message)
    }

    /// The resolved items of a list that must have `count` of them; `refusal` is what CloudFormation says of any other.
    fn arguments(&self, refusal: &str, count: usize, argument: &Node, place: &str) -> Option<Vec<Node>> {
        if let Value::Sequence(items) = &argument.value
            && items.len() == count
        {
            return items.iter().map(|item| self.resolve(item, place)).collect();
        }
        self.report(argument.position, place, format!("Template error: {refusal}"));
        None
    }

    /// The resolved arguments of a function that is given a delimiter first, which no function may work out.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-join.html>
    fn delimited(&self, refusal: &str, argument: &Node, place: &str) -> Option<Vec<Node>> {
        if let Some(delimiter) = argument.items().first().filter(|delimiter| call(delimiter).is_some()) {
            self.report_argument(refusal, delimiter, place, "the delimiter must be a text");
            return None;
        }
        self.arguments(refusal, 2, argument, place)
    }

    /// The text of a single value that a function is given; a list or a mapping in its place is reported. `refusal` is what
    /// CloudFormation says of it, where that is known.
    fn single(&self, refusal: &str, node: &Node, place: &str) -> Option<String> {
        match &node.value {
            Value::Unresolved => None,
            _ => {
                let text = node.text().map(str::to_string);
                if text.is_none() {
                    self.report_argument(refusal, node, place, "must be a single value");
                }
                text
            }
        }
    }

    fn items(&self, refusal: &str, node: &Node, place: &str) -> Option<Vec<Node>> {
        match &node.value {
            Value::Sequence(items) => Some(items.clone()),
            Value::Unresolved => None,
            _ => {
                self.report_argument(refusal, node, place, "must be a list");
                None
            }
        }
    }

    fn report_argument(&self, refusal: &str, node: &Node, place: &str, what: &str) {
        let said = if refusal.is_empty() { String::new() } else { format!("Template error: {refusal}; ") };
        self.report(node.position, place, format!("{said}{what}, and is {}", node.kind()));
    }

    fn join(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let arguments = self.delimited(JOIN, argument, place);
        let text = arguments.and_then(|arguments| {
            let delimiter = self.single(JOIN, &arguments[0], place)?;
            let items = self.items(JOIN, &arguments[1], place)?;
            let texts: Option<Vec<String>> = items.iter().map(|item| self.single(JOIN, item, place)).collect();
            let texts = texts?;
            let bytes = texts.iter().map(|text| text.len() + delimiter.len()).sum();
            self.fits(bytes, position, place).then(|| texts.join(&delimiter))
        });
        Some(self.computed(text, position))
    }

    fn split(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let arguments = self.delimited(SPLIT, argument, place);
        let parts = arguments.and_then(|arguments| {
            let delimiter = self.single(SPLIT, &arguments[0], place)?;
            let text = self.single(SPLIT, &arguments[1], place)?;
            if delimiter.is_empty() {
                self.report(position, place, "Fn::Split needs a delimiter that is not empty");
                return None;
            }
            Some(text.split(delimiter.as_str()).map(|part| Node::string(part, position)).collect())
        });
        Some(Node { value: parts.map_or(Value::Unresolved, Value::Sequence), position })
    }

    fn select(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let unresolved = Some(Node { value: Value::Unresolved, position });
        let Some(arguments) = self.arguments(SELECT, 2, argument, place) else {
            return unresolved;
        };
        let (Some(index), Some(items)) = (arguments[0].text(), self.items(SELECT, &arguments[1], place)) else {
            return unresolved;
        };
        match index.parse::<usize>().ok().and_then(|at| items.get(at)) {
            Some(item) => Some(item.clone()),
            None => {
                let message = format!(
                    "Template error: Fn::Select cannot select nonexistent value at index {index}; the list has {} values, and the first is 0",
                    items.len()
                );
                self.unresolved(position, place, message)
            }
        }
    }

    fn find_in_map(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let Some(arguments) = self.arguments(FIND_IN_MAP, 3, argument, place) else {
            return Some(Node { value: Value::Unresolved, position });
        };
        let steps: Option<Vec<String>> = arguments.iter().map(|step| self.single(FIND_IN_MAP, step, place)).collect();
        let Some(steps) = steps else { return Some(Node { value: Value::Unresolved, position }) };
        let refusal = format!("Template error: Unable to get mapping for {}", steps.join("::"));
        let Some(mut level) = self.mappings else {
            return self.unresolved(position, place, format!("{refusal}; the template has no Mappings"));
        };
        for name in &steps {
            let known = level.entries().iter().map(|(key, _)| key.name.as_str());
            let Some(next) = level.get(name) else {
                let message = format!("{refusal}; Mappings has no {name} here; {}", suggestion(name, known));
                return self.unresolved(position, place, message);
            };
            level = next;
        }
        Some(Node { value: level.value.clone(), position })
    }

    /// The text in Base64, as user data of an instance is given.
    fn base64(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let text = self.single(BASE64, &self.resolve(argument, place)?, place);
        let text = text.filter(|text| self.fits(text.len() / 3 * 4 + 4, position, place));
        let encoded = text.map(|text| base64::engine::general_purpose::STANDARD.encode(text));
        Some(Node { value: encoded.map_or(Value::Unresolved, |text| Node::string(text, position).value), position })
    }

    /// The first ranges of addresses in a larger one: how many, and how many bits of each are left for addresses.
    fn cidr(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let unresolved = Some(Node { value: Value::Unresolved, position });
        let Some(arguments) = self.arguments(CIDR, 3, argument, place) else { return unresolved };
        let texts: Option<Vec<String>> = arguments.iter().map(|node| self.single("", node, place)).collect();
        let Some(texts) = texts else { return unresolved };
        match cidr::ranges(&texts[0], &texts[1], &texts[2]) {
            Ok(ranges) => {
                let ranges = ranges.into_iter().map(|range| Node::string(range, position)).collect();
                Some(Node { value: Value::Sequence(ranges), position })
            }
            Err(message) => self.unresolved(position, place, format!("Fn::Cidr: {message}")),
        }
    }

    /// What another stack exports under this name. An export that does not exist ends the deployment once it has begun, as on AWS.
    fn import(&self, argument: &Node, position: Position, place: &str) -> Option<Node> {
        let is_resource =
            |id: &str| self.resources.get(id).is_some() || self.resources.absent.iter().any(|absent| absent == id);
        if depends_on_a_resource(argument, &is_resource) {
            let message = "Template error: the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs";
            return self.unresolved(position, place, message);
        }
        let Some(exports) = &self.options.exports else {
            return self.lacking(
                position,
                place,
                "exports belong to other stacks, which only a deployment looks at; use a parameter",
            );
        };
        let name = self.resolve(argument, place).and_then(|name| self.single("", &name, place));
        let value = name.and_then(|name| {
            self.imports.borrow_mut().insert(name.clone());
            exports.get(&name)
        });
        Some(Node { value: value.map_or(Value::Unresolved, |text| Node::string(text, position).value), position })
    }

    /// Whether a string that a function makes may grow to `bytes`; if not, that is reported.
    pub(super) fn fits(&self, bytes: usize, position: Position, place: &str) -> bool {
        if bytes > MOST_BYTES {
            self.report(position, place, format!("has more than {MOST_BYTES} bytes"));
        }
        bytes <= MOST_BYTES
    }

    /// A string that a function made. Addresses in it become those of the running cloud.
    pub(super) fn computed(&self, text: Option<String>, position: Position) -> Node {
        match text {
            Some(text) => Node::string(self.options.addresses.localised(text), position),
            None => Node { value: Value::Unresolved, position },
        }
    }
}
