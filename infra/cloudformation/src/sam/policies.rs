//! `Policies` of a function: AWS's managed policies by name, statements, and SAM's policy templates.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::error::{Refusal, Sam};
use super::intrinsics::{function, if_argument, if_parts, is_function, is_no_value};
use super::value::python_list;
use crate::tree::{Node, map};

/// What an entry of `Policies` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SamPolicyKind {
    Managed,
    Statement,
    Template,
    Unknown,
}

/// The entries of `Policies`; one alone may stand without a list.
pub(super) fn entries(policies: Option<&Node>) -> Vec<Node> {
    match policies.filter(|policies| policies.truthy()) {
        Some(policies) if policies.is_list() => policies.items().to_vec(),
        Some(policy) => vec![policy.clone()],
        None => Vec::new(),
    }
}

/// What `policy` is. Both sides of an `Fn::If` must be of one kind.
pub(super) fn kind(policy: &Node) -> Sam<SamPolicyKind> {
    if policy.str().is_some() {
        return Ok(SamPolicyKind::Managed);
    }
    if let Some(argument) = if_argument(policy) {
        let [_, yes, no] = match if_parts(argument) {
            Ok(parts) => parts,
            Err(message) => return Refusal::template(message),
        };
        let (yes_kind, no_kind) = (kind(yes)?, kind(no)?);
        return match () {
            () if yes_kind == no_kind || is_no_value(no) => Ok(yes_kind),
            () if is_no_value(yes) => Ok(no_kind),
            () => Refusal::template(
                "Different policy types within the same Fn::If statement is unsupported. Separate different policy types into \
                 different Fn::If statements",
            ),
        };
    }
    Ok(match policy.entries() {
        _ if is_function(policy) => SamPolicyKind::Managed,
        _ if policy.has("Statement") => SamPolicyKind::Statement,
        [(key, _)] if templates().contains_key(&key.name) => SamPolicyKind::Template,
        _ => SamPolicyKind::Unknown,
    })
}

/// Writes the statements of policy templates in their places.
pub(super) fn expand_templates(id: &str, properties: &mut Node) -> Sam<()> {
    let policies = entries(properties.get("Policies"));
    if policies.is_empty() {
        return Ok(());
    }
    let mut expanded = Vec::new();
    for policy in policies {
        let position = policy.position;
        let mut statements = match (kind(&policy)?, if_argument(&policy)) {
            (SamPolicyKind::Template, None) => of_template(id, &policy)?,
            (SamPolicyKind::Template, Some(argument)) => {
                let side = |side: &Node| if is_no_value(side) { Ok(side.clone()) } else { of_template(id, side) };
                let mut parts = argument.items().to_vec();
                for part in parts.iter_mut().skip(1) {
                    *part = side(part)?;
                }
                map! { "Fn::If" => parts }
            }
            _ => policy,
        };
        statements.place_at(position);
        expanded.push(statements);
    }
    properties.set("Policies", expanded);
    Ok(())
}

/// Writes them for a deployment, which reads what the author wrote. What SAM refuses of them stays as it is.
pub(crate) fn fill_in_templates(id: &str, properties: &mut Node) {
    let is_template = |policy: &Node| kind(policy).is_ok_and(|kind| kind == SamPolicyKind::Template);
    if !entries(properties.get("Policies")).iter().any(is_template) {
        return;
    }
    let mut filled_in = properties.clone();
    if expand_templates(id, &mut filled_in).is_ok() {
        filled_in.place_at(properties.position);
        *properties = filled_in;
    }
}

/// A template of SAM: which parameters it has, and its statements.
struct PolicyTemplate {
    parameters: Vec<String>,
    statement: Node,
}

/// Names, parameters and statements of the documentation's list of policy templates.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>
fn templates() -> &'static BTreeMap<String, PolicyTemplate> {
    static TEMPLATES: OnceLock<BTreeMap<String, PolicyTemplate>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let all = Node::from_json(&serde_json::from_str(include_str!("policy_templates.json")).unwrap_or_default());
        let template = |(key, value): &(crate::tree::Key, Node)| {
            let parameters = value.get("Parameters").map(Node::items).unwrap_or_default();
            let parameters = parameters.iter().filter_map(Node::text).map(str::to_string).collect();
            Some((key.name.clone(), PolicyTemplate { parameters, statement: value.get("Statement")?.clone() }))
        };
        all.entries().iter().filter_map(template).collect()
    })
}

fn of_template(id: &str, policy: &Node) -> Sam<Node> {
    let Some((key, values)) = policy.entries().first() else { return Ok(policy.clone()) };
    let Some(template) = templates().get(&key.name) else { return Ok(policy.clone()) };
    if !values.is_mapping() {
        let message = format!("Must specify valid parameter values for policy template '{}'", key.name);
        return Refusal::resource(id, message);
    }
    let missing: Vec<&str> =
        template.parameters.iter().map(String::as_str).filter(|parameter| !values.has(parameter)).collect();
    if !missing.is_empty() {
        let (name, missing) = (&key.name, python_list(missing));
        let message = format!("Following required parameters of template '{name}' don't have values: {missing}");
        return Refusal::resource(id, message);
    }
    Ok(map! { "Statement" => filled(&template.statement, values) })
}

/// `node` with the values of the template's parameters.
fn filled(node: &Node, values: &Node) -> Node {
    if let Some(("Ref", name)) = function(node)
        && let Some(value) = name.text().and_then(|name| values.get(name))
    {
        return value.clone();
    }
    let mut node = node.clone();
    node.children_mut().for_each(|inner| *inner = filled(inner, values));
    node
}

/// The ARN of a managed policy that is given by name; anything else stays what it is.
pub(super) fn managed_arn(name: &str, partition: &str) -> String {
    static PATHS: OnceLock<BTreeMap<&str, &str>> = OnceLock::new();
    let paths = PATHS.get_or_init(|| {
        let name = |path: &'static str| (path.rsplit('/').next().unwrap_or(path), path);
        include_str!("managed_policies.txt").lines().map(name).collect()
    });
    match paths.get(name) {
        Some(path) => aws_policy(path, partition),
        None => name.to_string(),
    }
}

/// The ARN of AWS's policy at `path`.
pub(super) fn aws_policy(path: &str, partition: &str) -> String {
    format!("arn:{partition}:iam::aws:policy/{path}")
}
