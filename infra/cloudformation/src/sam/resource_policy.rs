//! `ResourcePolicy` of an API or a method: which accounts, addresses and networks may call.

use super::definition::Definition;
use super::error::{Refusal, Sam};
use crate::tree::{Node, Value, list, map};

/// Adds to the API's policy what `policy` says of the path.
pub(super) fn add(definition: &mut Definition, policy: &Node, path: &str, stage: &Node) -> Sam<()> {
    if !policy.is_mapping() {
        return Refusal::document("Resource Policy is not a valid dictionary.");
    }
    let methods = definition.invoke_arns(path, stage)?;
    let Some(document) = definition.policy() else { return Ok(()) };
    for (list, effect) in [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")] {
        if let Some(accounts) = policy.given(list) {
            accounts_statement(document, accounts, effect, &methods)?;
        }
    }
    for (list, operator) in [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")] {
        if let Some(ranges) = policy.truth(list) {
            let ranges = as_list(ranges);
            allow_but(document, &methods, map! { operator => map! { "aws:SourceIp" => ranges } });
        }
    }
    for (kind, operator) in [("Blacklist", "StringEquals"), ("Whitelist", "StringNotEquals")] {
        let sources = sources(policy, kind)?;
        if sources.truthy() {
            allow_but(document, &methods, map! { operator => sources });
        }
    }
    Ok(())
}

/// Adds statements as they are written.
pub(super) fn add_statements(definition: &mut Definition, statements: &Node) {
    let Some(document) = definition.policy() else { return };
    document.set("Version", "2012-10-17");
    if document.given("Statement").is_none() {
        document.set("Statement", statements);
        return;
    }
    for statement in as_list(statements) {
        add_once(document, statement);
    }
}

fn as_list(value: &Node) -> Vec<Node> {
    if value.is_list() { value.items().to_vec() } else { vec![value.clone()] }
}

fn statement(effect: &str, methods: &[Node], principal: Node) -> Node {
    map! {
        "Effect" => effect,
        "Action" => "execute-api:Invoke",
        "Resource" => methods.to_vec(),
        "Principal" => principal,
    }
}

fn accounts_statement(document: &mut Node, accounts: &Node, effect: &str, methods: &[Node]) -> Sam<()> {
    if !accounts.truthy() {
        return Ok(());
    }
    if !accounts.is_list() && !accounts.is_mapping() {
        return Refusal::document(format!("Type of '{}' must be a list or dictionary", accounts.display()));
    }
    document.set("Version", "2012-10-17");
    let statement = statement(effect, methods, map! { "AWS" => as_list(accounts) });
    if document.given("Statement").is_none() {
        // A single statement of this kind stands without a list.
        document.set("Statement", statement);
        return Ok(());
    }
    make_list(document);
    if let Some(statements) = document.get_mut("Statement") {
        statements.push(statement);
    }
    Ok(())
}

/// Allows everybody, and denies under `condition`.
fn allow_but(document: &mut Node, methods: &[Node], condition: Node) {
    document.set("Version", "2012-10-17");
    let allow = statement("Allow", methods, "*".into());
    let mut deny = statement("Deny", methods, "*".into());
    deny.set("Condition", condition);
    if document.given("Statement").is_none() {
        document.set("Statement", list![]);
    }
    add_once(document, allow);
    add_once(document, deny);
}

fn make_list(document: &mut Node) {
    if let Some(statement) = document.get_mut("Statement")
        && !statement.is_list()
    {
        let alone = statement.clone();
        statement.value = Value::Sequence(vec![alone]);
    }
}

fn add_once(document: &mut Node, statement: Node) {
    make_list(document);
    if let Some(statements) = document.get_mut("Statement")
        && !statements.items().iter().any(|known| known.same(&statement))
    {
        statements.push(statement);
    }
}

/// The networks and endpoints that the lists of this kind name, as keys of a condition.
fn sources(policy: &Node, kind: &str) -> Sam<Node> {
    let mut sources = map! {};
    let mut add = |key: &str, items: Vec<Node>| {
        if items.is_empty() {
            return;
        }
        if let Some(all) = sources.entry(key, || list![]) {
            items.into_iter().for_each(|item| all.push(item));
        }
    };
    if let Some(named) = policy.given(&format!("SourceVpc{kind}")) {
        let single = !named.is_list() && !named.is_mapping() && named.str().is_none();
        if single || named.items().iter().any(|item| item.str().is_none()) {
            let message = format!(
                "SourceVpc{kind} must be a list of strings. Use IntrinsicVpc{kind} instead for values that use Intrinsic Functions"
            );
            return Refusal::document(message);
        }
        let starting = |prefix: &str| {
            named
                .items()
                .iter()
                .filter(|item| item.str().is_some_and(|text| text.starts_with(prefix)))
                .cloned()
                .collect()
        };
        add("aws:SourceVpc", starting("vpc-"));
        add("aws:SourceVpce", starting("vpce-"));
    }
    for (list, key) in [("IntrinsicVpc", "aws:SourceVpc"), ("IntrinsicVpce", "aws:SourceVpce")] {
        add(key, policy.given(&format!("{list}{kind}")).map(|list| list.items().to_vec()).unwrap_or_default());
    }
    Ok(sources)
}
