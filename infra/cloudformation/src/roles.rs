//! Execution roles: `AWS::IAM::Role`, `AWS::IAM::Policy`, and the role that SAM makes for a function without one.

use serde_json::{Value as Json, json};

use super::Resolved;
use super::fields::Fields;
use super::finding::Findings;
use super::kinds;
use super::policies;
use super::tree::{Node, Value};
use stack::Role;
use stack::policy::{INLINE_POLICIES_LIMIT, PolicyKind, inline_policies_too_large, size};

/// All roles that the template writes out, with the policies that `AWS::IAM::Policy` attaches to them.
pub(super) fn read(resources: &[Resolved<'_>], findings: &Findings) -> Vec<Role> {
    let mut roles: Vec<RoleWithPolicies> = Vec::new();
    for resource in resources.iter().filter(|resource| resource.kind() == "AWS::IAM::Role") {
        roles.extend(resource.fields("AWS::IAM::Role", findings).map(|fields| role(resource, fields)));
    }
    for resource in resources.iter().filter(|resource| resource.kind() == "AWS::IAM::Policy") {
        if let Some(fields) = resource.fields("AWS::IAM::Policy", findings) {
            attach(fields, &mut roles);
        }
    }
    roles.into_iter().map(|role| role.role).collect()
}

/// A role, and how long its inline policies are together.
struct RoleWithPolicies {
    role: Role,
    size: usize,
}

impl RoleWithPolicies {
    /// Adds inline policies that stand in `field`.
    fn add(&mut self, documents: Vec<Json>, fields: &Fields<'_>, field: &str) {
        let before = self.size;
        self.size += documents.iter().map(size).sum::<usize>();
        if before <= INLINE_POLICIES_LIMIT && self.size > INLINE_POLICIES_LIMIT {
            fields.refuse_creation(field, &inline_policies_too_large(&self.role.name), None);
        }
        self.role.policies.extend(documents);
    }
}

fn role(resource: &Resolved<'_>, mut fields: Fields<'_>) -> RoleWithPolicies {
    fields.text("RoleName");
    fields.one_of("Path", &["/"]);
    fields.required(&["AssumeRolePolicyDocument"]);
    let findings = fields.findings;
    let place = fields.at("AssumeRolePolicyDocument");
    let trust = fields.node("AssumeRolePolicyDocument");
    let trust = trust.and_then(|node| policies::document(node, &place, PolicyKind::Trust, findings));
    fields.refuse(PERMISSIONS_BOUNDARY.0, PERMISSIONS_BOUNDARY.1);
    let mut managed_documents = Vec::new();
    for (place, node) in fields.list("ManagedPolicyArns") {
        managed_documents.extend(managed(node, &place, findings));
    }
    let mut documents = Vec::new();
    for mut policy in fields.list_of_fields("Policies", "AWS::IAM::Role.Policy") {
        policy.required(&["PolicyName", "PolicyDocument"]);
        policy.text("PolicyName");
        documents.extend(inline(&mut policy));
        policy.done();
    }
    let assume_role_policy = trust.unwrap_or(Json::Null);
    let role = Role { name: resource.name.clone(), policies: managed_documents, assume_role_policy };
    let mut role = RoleWithPolicies { role, size: 0 };
    role.add(documents, &fields, "Policies");
    fields.done();
    role
}

/// A boundary takes away from a role what its policies allow, and nothing here would.
const PERMISSIONS_BOUNDARY: (&str, &str) = (
    "PermissionsBoundary",
    "the local cloud does not evaluate permissions boundaries, so the role would be allowed more here than on AWS; leave it out, or \
     write what it forbids as a statement with Effect: Deny",
);

fn inline(policy: &mut Fields<'_>) -> Option<Json> {
    let place = policy.at("PolicyDocument");
    let findings = policy.findings;
    policies::document(policy.node("PolicyDocument")?, &place, PolicyKind::Identity, findings)
}

fn attach(mut fields: Fields<'_>, roles: &mut [RoleWithPolicies]) {
    fields.required(&["PolicyName", "PolicyDocument", "Roles"]);
    fields.text("PolicyName");
    let document = inline(&mut fields);
    for name in fields.texts("Roles").unwrap_or_default() {
        match roles.iter_mut().find(|role| role.role.name == name) {
            Some(role) => role.add(document.clone().into_iter().collect(), &fields, "PolicyDocument"),
            None => fields.lack("Roles", format!("the template has no role called {name}")),
        }
    }
    fields.done();
}

fn managed(node: &Node, place: &str, findings: &Findings) -> Option<Json> {
    match policies::managed(&super::fields::scalar(node, place, findings)?) {
        Ok(document) => Some(document),
        Err(message) => {
            findings.lack(node.position, place, message);
            None
        }
    }
}

/// What SAM puts into a role of its making, besides the function's own `Policies`.
#[derive(Debug, Default)]
pub(super) struct RoleNeeds {
    /// `Tracing` is on.
    pub(super) tracing: bool,
    /// The function has a `VpcConfig`.
    pub(super) vpc: bool,
    /// It has a `DynamoDB` event.
    pub(super) stream: bool,
    /// What it takes to send to destinations that name their `Type`: an action and its resource.
    pub(super) destinations: Vec<(&'static str, String)>,
}

/// The role of the function `id`: the one that `Role` names, or SAM's.
pub(super) fn of_function(
    id: &str,
    fields: &mut Fields<'_>,
    stack: &str,
    roles: &[Role],
    needs: &RoleNeeds,
) -> Option<Role> {
    fields.refuse(PERMISSIONS_BOUNDARY.0, PERMISSIONS_BOUNDARY.1);
    let Some(node) = fields.node("Role") else { return Some(generated(id, fields, stack, needs)) };
    if fields.node("Policies").is_some() {
        fields.lack("Policies", "SAM ignores Policies beside Role; put the statements into the role");
    }
    if fields.node("AssumeRolePolicyDocument").is_some() {
        fields
            .lack("AssumeRolePolicyDocument", "SAM ignores AssumeRolePolicyDocument beside Role; put it into the role");
    }
    let arn = super::fields::scalar(node, &fields.at("Role"), fields.findings)?;
    named(&arn, fields, roles, ", or leave Role out and SAM makes one")
}

/// The role of a function that is written without SAM.
pub(super) fn of_plain_function(fields: &mut Fields<'_>, roles: &[Role]) -> Option<Role> {
    let arn = fields.text("Role")?;
    named(&arn, fields, roles, "")
}

fn named(arn: &str, fields: &Fields<'_>, roles: &[Role], otherwise: &str) -> Option<Role> {
    let found = roles.iter().find(|role| role.arn() == arn);
    if found.is_none() {
        let message = format!("{arn} is not a role of this template; write !GetAtt YourRole.Arn{otherwise}");
        fields.lack("Role", message);
    }
    found.cloned()
}

/// The name of the role that SAM makes for the function `id`.
pub(super) fn generated_name(stack: &str, id: &str) -> String {
    kinds::kind("AWS::IAM::Role").map_or_else(String::new, |kind| kind.default_name(stack, &format!("{id}Role")))
}

/// As the SAM translator makes it: managed policies in its order, then the function's own, then those of its events.
fn generated(id: &str, fields: &mut Fields<'_>, stack: &str, needs: &RoleNeeds) -> Role {
    let names = [
        (true, "AWSLambdaBasicExecutionRole"),
        (needs.tracing, "AWSXrayWriteOnlyAccess"),
        (needs.vpc, "AWSLambdaVPCAccessExecutionRole"),
        (needs.stream, "AWSLambdaDynamoDBExecutionRole"),
    ];
    let names = names.into_iter().filter(|(wanted, _)| *wanted);
    let policies: Vec<Json> = names.filter_map(|(_, name)| policies::managed(name).ok()).collect();
    let place = fields.at("AssumeRolePolicyDocument");
    let findings = fields.findings;
    let trust = fields.node("AssumeRolePolicyDocument");
    let trust = trust.and_then(|node| policies::document(node, &place, PolicyKind::Trust, findings));
    let name = generated_name(stack, id);
    let assume_role_policy = trust.unwrap_or_else(lambda_may_assume);
    let mut role = RoleWithPolicies { role: Role { name, policies, assume_role_policy }, size: 0 };
    for (document, is_inline) in own_policies(fields) {
        match is_inline {
            true => role.add(vec![document], fields, "Policies"),
            false => role.role.policies.push(document),
        }
    }
    for (action, resource) in &needs.destinations {
        let statement = json!([{ "Effect": "Allow", "Action": action, "Resource": resource }]);
        role.add(vec![json!({ "Statement": statement })], fields, "Policies");
    }
    role.role
}

fn lambda_may_assume() -> Json {
    let principal = json!({ "Service": ["lambda.amazonaws.com"] });
    let statement = json!([{ "Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": principal }]);
    json!({ "Version": "2012-10-17", "Statement": statement })
}

/// `Policies` of a function: managed policies by name or ARN, and documents; one alone or a list. With each, whether it is inline.
fn own_policies(fields: &mut Fields<'_>) -> Vec<(Json, bool)> {
    let Some(node) = fields.node("Policies") else { return Vec::new() };
    let findings = fields.findings;
    let items = match &node.value {
        Value::Sequence(_) => fields.list("Policies"),
        _ => vec![(fields.at("Policies"), node)],
    };
    let document = |(index, (place, item)): (usize, (String, &Node))| match &item.value {
        Value::Mapping(entries) if !entries.iter().any(|(key, _)| key.name == "Statement") => {
            let named = entries.first().map_or("this", |(key, _)| key.name.as_str());
            let message = format!(
                "Policy at index {index} in the 'Policies' property is not valid; {named} is neither a policy template of SAM nor a \
                 document with a Statement"
            );
            findings.report(item.position, &place, message);
            None
        }
        Value::Mapping(_) => Some((policies::document(item, &place, PolicyKind::Identity, findings)?, true)),
        _ => Some((managed(item, &place, findings)?, false)),
    };
    items.into_iter().enumerate().filter_map(document).collect()
}
