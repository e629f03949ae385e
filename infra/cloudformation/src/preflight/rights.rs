//! What the roles of a template may do, as far as the template says it.
//!
//! A role may have policies that stand elsewhere, a statement a condition that only a call decides, a resource a name that nobody can
//! foresee. So there are three answers, and only a clear no is a finding.

use serde_json::Value as Json;

use crate::Resolved;
use crate::finding::Findings;
use crate::policies;
use crate::roles;
use stack::Role;
use stack::policy::{AuthorizationRequest, Decision, PolicyKind, decide};

/// Whether a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Allowed,
    /// The template does not say it.
    Open,
    Lacking,
}

/// A role with its policies.
pub(super) struct RoleRights {
    pub(super) role: Role,
    /// The template's name for it.
    pub(super) id: String,
    /// Its policies as they stand.
    documents: Vec<Json>,
    /// The same with every doubt in the role's favour.
    lenient: Vec<Json>,
    /// Whether it has policies that are not known here.
    is_open: bool,
}

impl RoleRights {
    pub(super) fn right(&self, action: &str, resource: &str) -> Right {
        let question = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
        match decide(&self.documents, &question) {
            Decision::Allowed => Right::Allowed,
            Decision::ExplicitlyDenied => Right::Lacking,
            Decision::ImplicitlyDenied if self.is_open => Right::Open,
            Decision::ImplicitlyDenied => match decide(&self.lenient, &question) {
                Decision::Allowed => Right::Open,
                _ => Right::Lacking,
            },
        }
    }

    /// Whether its own policies rule it out, whatever others allow.
    pub(super) fn is_denied(&self, action: &str, resource: &str) -> bool {
        let question = AuthorizationRequest { action, resource, ..AuthorizationRequest::default() };
        decide(&self.documents, &question) == Decision::ExplicitlyDenied
    }

    /// Whether nothing says that it may not.
    pub(super) fn may(&self, action: &str, resource: &str) -> bool {
        self.right(action, resource) != Right::Lacking
    }
}

/// The roles of the template.
pub(super) fn read(resources: &[Resolved<'_>], findings: &Findings) -> Vec<RoleRights> {
    let read = roles::read(resources, findings);
    let of_kind = |kind: &'static str| resources.iter().filter(move |resource| resource.kind() == kind);
    let mut all: Vec<RoleRights> = of_kind("AWS::IAM::Role")
        .filter_map(|resource| {
            let role = read.iter().find(|role| role.name == resource.name)?.clone();
            let boundary = resource.properties.get("PermissionsBoundary").is_some();
            let managed = resource.properties.get("ManagedPolicyArns");
            let is_unknown =
                |policy: &crate::tree::Node| policy.text().is_none_or(|text| policies::managed(text).is_err());
            let is_open = managed.is_some_and(|list| !list.is_list() || list.items().iter().any(is_unknown));
            let (id, documents) = (resource.resource.id.clone(), role.policies.clone());
            Some(RoleRights { role, id, documents, lenient: Vec::new(), is_open: is_open || boundary })
        })
        .collect();
    for (kind, field) in [("AWS::IAM::ManagedPolicy", "Roles"), ("AWS::IAM::RolePolicy", "RoleName")] {
        for resource in of_kind(kind) {
            let place = format!("{}.PolicyDocument", resource.resource.place());
            let node = resource.properties.get("PolicyDocument");
            let document = node.and_then(|node| policies::document(node, &place, PolicyKind::Identity, findings));
            let Some(named) = resource.properties.get(field) else { continue };
            let names = named.items().iter().chain([named]).filter_map(crate::tree::Node::text);
            for name in names {
                if let Some(rights) = all.iter_mut().find(|rights| rights.role.name == name) {
                    rights.documents.extend(document.clone());
                }
            }
        }
    }
    for rights in &mut all {
        rights.lenient = rights.documents.iter().map(lenient).collect();
    }
    all
}

/// The document without the conditions under which it allows, and with everything that is not known in it standing for all.
fn lenient(document: &Json) -> Json {
    let mut document = document.clone();
    let statements: Vec<&mut Json> = match &mut document["Statement"] {
        Json::Array(statements) => statements.iter_mut().collect(),
        one => vec![one],
    };
    for statement in statements {
        let Some(statement) = statement.as_object_mut() else { continue };
        if statement.get("Effect").is_some_and(|effect| effect == "Deny") {
            continue;
        }
        statement.remove("Condition");
        for name in ["Action", "Resource"] {
            match statement.get_mut(name) {
                Some(Json::Array(values)) => values.iter_mut().filter(|value| value.is_null()).for_each(make_all),
                Some(value) if value.is_null() => make_all(value),
                _ => {}
            }
        }
    }
    document
}

fn make_all(value: &mut Json) {
    *value = "*".into();
}
