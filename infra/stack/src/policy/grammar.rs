//! What IAM and S3 refuse when a policy is created: the words of a document, where `policy/decision` reads what they mean.
//!
//! A refusal that somebody has seen AWS make has AWS's sentence, and the rest is in words of our own ([`Refusal`]). AWS ends at the
//! first fault of a document; here all are found at once. What a document is made of (mappings, lists, names of elements) is for its
//! reader to check: an element of another type is passed over.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod actions;
mod condition;
mod principal;
mod resource;

use std::fmt;

use serde_json::{Map, Value};

use super::decision::many;
use super::keys;
use super::pattern::variables;

pub use principal::{absent_principal_of_permission, invalid_principal_of_permission, is_role_or_user};

/// What a policy stands on, which decides what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind<'k> {
    /// A role: what it may do. Statements name resources, and no principal.
    Identity,
    /// A role: who may assume it. Statements name a principal, and no resource.
    Trust,
    /// The bucket of this name: who may use it. Statements name both.
    Bucket(&'k str),
    /// The queue with this ARN, likewise.
    Queue(&'k str),
    /// A VPC endpoint: who may do what through it. Statements name both.
    VpcEndpoint,
}

/// The most characters that all inline policies of a role may have together, without the blanks between them.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub const INLINE_POLICIES_LIMIT: usize = 10_240;
/// The most characters of a trust policy.
const TRUST_POLICY_LIMIT: usize = 2_048;
/// The most bytes of a bucket policy: 20 KB.
const BUCKET_POLICY_LIMIT: usize = 20 * 1024;

/// What a statement is made of.
const ELEMENTS: &[&str] =
    &["Action", "Condition", "Effect", "NotAction", "NotPrincipal", "NotResource", "Principal", "Resource", "Sid"];

/// A step into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To the element of this name.
    Element(String),
    /// To this item of a list.
    Item(usize),
}

/// A fault in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRefusal {
    /// The way from the document to the fault.
    pub path: Vec<Step>,
    refusal: Refusal,
    /// What to write, where AWS's sentence does not say it.
    help: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    /// AWS refuses it so.
    Aws(ServiceRefusal),
    /// AWS refuses it in words that nobody here has seen.
    Ours(String),
    /// The local cloud cannot hold to it.
    Lack(String),
}

/// A service's refusal of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceRefusal {
    /// The service, in CloudFormation's words: `Iam`, `S3`.
    pub service: &'static str,
    /// The HTTP status of its answer.
    pub status: u16,
    /// The error's code: `MalformedPolicyDocument`.
    pub code: &'static str,
    /// Its message.
    pub message: String,
}

impl PolicyRefusal {
    /// The service's refusal, where it is known.
    pub fn of_service(&self) -> Option<&ServiceRefusal> {
        match &self.refusal {
            Refusal::Aws(refusal) => Some(refusal),
            Refusal::Ours(_) | Refusal::Lack(_) => None,
        }
    }

    /// Whether it is the local cloud that refuses it, which cannot hold to what AWS holds to.
    pub fn is_lack(&self) -> bool {
        matches!(self.refusal, Refusal::Lack(_))
    }
}

impl fmt::Display for ServiceRefusal {
    /// As CloudFormation passes it on, without the ids of the request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ServiceRefusal { service, status, message, .. } = self;
        let handler_error = match status {
            403 => "AccessDenied",
            404 => "NotFound",
            409 if self.code == "ConflictException" => "AlreadyExists",
            409 => "ServiceLimitExceeded",
            _ => "InvalidRequest",
        };
        write!(
            f,
            "CREATE_FAILED: Resource handler returned message: \"{message} (Service: {service}, Status Code: {status})\" \
             (HandlerErrorCode: {handler_error})"
        )
    }
}

impl fmt::Display for PolicyRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.refusal {
            Refusal::Aws(refusal) => write!(f, "{refusal}")?,
            Refusal::Ours(message) | Refusal::Lack(message) => write!(f, "{message}")?,
        }
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// How long a document is to AWS: blanks between its words do not count.
pub fn size(document: &Value) -> usize {
    document.to_string().chars().count()
}

/// IAM's refusal of a role whose inline policies are too long together.
pub fn inline_policies_too_large(role: &str) -> ServiceRefusal {
    let message = format!("Maximum policy size of {INLINE_POLICIES_LIMIT} bytes exceeded for role {role}");
    ServiceRefusal { service: "Iam", status: 409, code: "LimitExceeded", message }
}

/// Everything that AWS refuses in `document`, and what the local cloud could not hold to. A `null` is a value that the reader of the
/// document could not work out: nothing is said of it.
pub fn check(document: &Value, kind: PolicyKind<'_>) -> Vec<PolicyRefusal> {
    let mut findings = Findings { kind, path: Vec::new(), found: Vec::new() };
    if let Some(document) = document.as_object() {
        findings.document(document);
    }
    findings.found
}

/// What is refused of `document` because a role or a user that it names does not exist, where `is_absent` says so of an ARN: services turn
/// such an ARN into the id of whom it names when they keep the policy. That SQS does so too: <https://github.com/aws/aws-cdk/issues/13530>.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles>
pub fn absent_principals(
    document: &Value,
    kind: PolicyKind<'_>,
    is_absent: impl Fn(&str) -> bool,
) -> Vec<PolicyRefusal> {
    let mut findings = Findings { kind, path: Vec::new(), found: Vec::new() };
    if let Some(document) = document.as_object() {
        findings.absent_principals(document, &is_absent);
    }
    findings.found
}

/// What is found on the way through a document.
struct Findings<'k> {
    kind: PolicyKind<'k>,
    path: Vec<Step>,
    found: Vec<PolicyRefusal>,
}

impl Findings<'_> {
    fn document(&mut self, document: &Map<String, Value>) {
        self.sizes(document);
        let version = document.get("Version").and_then(Value::as_str);
        if version.is_some_and(|version| !["2008-10-17", "2012-10-17"].contains(&version)) {
            self.at("Version", |all| {
                let said = match all.kind {
                    PolicyKind::Identity => "Syntax errors in policy.",
                    _ => "The policy must contain a valid version string",
                };
                all.refuse_with(said, "write Version: '2012-10-17'");
            });
        }
        self.unknown(document, "a policy", &["Id", "Statement", "Version"]);
        let Some(statements) = document.get("Statement") else {
            return self.missing("Statement");
        };
        if statements.as_array().is_some_and(Vec::is_empty) {
            self.at("Statement", |all| match all.kind {
                PolicyKind::Identity => {
                    all.refuse_with("Syntax errors in policy.", "a policy has at least one statement")
                }
                _ => all.refuse("Could not parse the policy: Statement is empty!"),
            });
        }
        let mut sids = Vec::new();
        self.each(document, "Statement", |all, statement| {
            if let Some(statement) = statement.as_object() {
                all.sid(statement, &mut sids);
                all.statement(statement, version);
            }
        });
    }

    fn sizes(&mut self, document: &Map<String, Value>) {
        let size = size(&Value::Object(document.clone()));
        match self.kind {
            PolicyKind::Trust if size > TRUST_POLICY_LIMIT => {
                let message = format!("Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_LIMIT}");
                self.aws(ServiceRefusal { service: "Iam", status: 409, code: "LimitExceeded", message }, None);
            }
            PolicyKind::Bucket(_) if size > BUCKET_POLICY_LIMIT => {
                let message = "Policy exceeds the maximum allowed document size.".to_string();
                self.aws(ServiceRefusal { service: "S3", status: 400, code: "PolicyTooLarge", message }, None);
            }
            // A single policy that is too long is found where all of the role's are counted.
            _ => {}
        }
    }

    fn sid(&mut self, statement: &Map<String, Value>, before: &mut Vec<String>) {
        let Some(sid) = statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty()) else { return };
        let is_plain = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
        self.at("Sid", |all| {
            if all.kind == PolicyKind::Identity && !is_plain {
                let form = "Check that your input satisfies the regular expression [0-9A-Za-z]*";
                all.refuse(format!("Statement IDs (SID) must be alpha-numeric. {form}"));
            }
            if before.iter().any(|other| other == sid) {
                match all.kind {
                    PolicyKind::Identity => all.refuse("Statement IDs (SID) in a single policy must be unique."),
                    _ => all.refuse("The Statement Ids in the policy are not unique"),
                }
            }
        });
        before.push(sid.to_string());
    }

    fn statement(&mut self, statement: &Map<String, Value>, version: Option<&str>) {
        self.unknown(statement, "a statement", ELEMENTS);
        self.effect(statement);
        self.one_of(statement, "Action", "NotAction");
        match self.kind {
            PolicyKind::Identity => {
                self.one_of(statement, "Resource", "NotResource");
                for name in ["Principal", "NotPrincipal"].into_iter().filter(|name| statement.contains_key(*name)) {
                    self.at(name, |all| all.refuse("Policy document should not specify a principal."));
                }
            }
            PolicyKind::Trust => {
                for name in ["Resource", "NotResource"].into_iter().filter(|name| statement.contains_key(*name)) {
                    self.at(name, |all| match name {
                        "Resource" => {
                            all.refuse_with("Has prohibited field Resource", "a trust policy stands on its role")
                        }
                        _ => all.refuse("AssumeRole policy must not contain resources."),
                    });
                }
                self.principals(statement);
            }
            PolicyKind::Bucket(_) | PolicyKind::Queue(_) | PolicyKind::VpcEndpoint => {
                self.one_of(statement, "Resource", "NotResource");
                self.principals(statement);
            }
        }
        self.actions(statement);
        self.resources(statement);
        self.conditions(statement);
        if version == Some("2012-10-17") {
            self.variables(statement);
        }
    }

    /// Elements that policies do not have.
    fn unknown(&mut self, of: &Map<String, Value>, what: &str, known: &[&str]) {
        for name in of.keys().filter(|name| !known.contains(&name.as_str())) {
            self.at(name, |all| {
                let help = format!("{what} has no {name}; known: {}", known.join(", "));
                match all.kind {
                    PolicyKind::Identity => all.refuse_with("Syntax errors in policy.", help),
                    _ => all.own(help),
                }
            });
        }
    }

    fn effect(&mut self, statement: &Map<String, Value>) {
        match statement.get("Effect") {
            None => self.missing("Effect"),
            Some(Value::String(effect)) if !["Allow", "Deny"].contains(&effect.as_str()) => self.at("Effect", |all| {
                let is_misspelt = ["allow", "deny"].contains(&effect.to_ascii_lowercase().as_str());
                let said = match all.kind {
                    PolicyKind::Identity if is_misspelt => "The policy failed legacy parsing".to_string(),
                    PolicyKind::Identity => "Syntax errors in policy.".to_string(),
                    _ => format!("Invalid effect: {effect}"),
                };
                all.refuse_with(said, "Effect is Allow or Deny");
            }),
            Some(_) => {}
        }
    }

    /// A statement has `one` or `other`, with something in it, and never both.
    fn one_of(&mut self, statement: &Map<String, Value>, one: &'static str, other: &'static str) {
        let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        match (statement.get(one), statement.get(other)) {
            (Some(_), Some(_)) => self.at(other, |all| {
                let help = format!("{other} cannot stand beside {one}");
                match all.kind {
                    PolicyKind::Identity => all.refuse_with("Syntax errors in policy.", help),
                    _ => all.own(help),
                }
            }),
            (Some(value), None) | (None, Some(value)) if is_empty(value) => {
                let named = if statement.contains_key(one) { one } else { other };
                self.at(named, |all| all.missing(one));
            }
            (None, None) => self.missing(one),
            _ => {}
        }
    }

    /// Variables stand for keys that are known here.
    fn variables(&mut self, statement: &Map<String, Value>) {
        for name in ["Resource", "NotResource"] {
            self.each(statement, name, |all, value| {
                if let Some(text) = value.as_str() {
                    all.known_variables(text);
                }
            });
        }
        let conditions = statement.get("Condition").and_then(Value::as_object);
        for (operator, keys) in conditions.into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                self.along(&["Condition", operator, key], |all| {
                    for text in many(values).filter_map(Value::as_str) {
                        all.known_variables(text);
                    }
                });
            }
        }
    }

    fn known_variables(&mut self, text: &str) {
        for variable in variables(text) {
            if keys::condition_key(variable.key) != keys::ConditionKey::Known {
                let known = condition::known_beside(variable.key);
                self.lack(format!(
                    "the local cloud cannot know what ${{{}}} stands for, so it cannot say what the statement is about; {known}",
                    variable.key
                ));
            }
        }
    }

    /// The refusal of a document that lacks the element `name`.
    fn missing(&mut self, name: &'static str) {
        match (self.kind, name) {
            (PolicyKind::Identity, "Action") => self.refuse("Policy statement must contain actions."),
            (PolicyKind::Identity, "Resource") => self.refuse("Policy statement must contain resources."),
            (PolicyKind::Identity, _) => self.refuse_with("Syntax errors in policy.", format!("it needs {name}")),
            _ => self.refuse(format!("Missing required field {name}")),
        }
    }

    /// Refuses in AWS's words: what IAM says of a role's policies, and S3 of a bucket's. What EC2 says of an endpoint's policy is not known.
    fn refuse(&mut self, message: impl Into<String>) {
        self.refuse_with_help(message.into(), None);
    }

    fn refuse_with(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.refuse_with_help(message.into(), Some(help.into()));
    }

    fn refuse_with_help(&mut self, message: String, help: Option<String>) {
        let (service, code) = match self.kind {
            PolicyKind::Identity | PolicyKind::Trust => ("Iam", "MalformedPolicyDocument"),
            PolicyKind::Bucket(_) => ("S3", "MalformedPolicy"),
            PolicyKind::Queue(_) => {
                let message = message.trim_end_matches('.');
                return self.of_sqs(help.map_or_else(|| message.to_string(), |help| format!("{message}; {help}")));
            }
            PolicyKind::VpcEndpoint => return self.push(Refusal::Ours(message), help),
        };
        self.aws(ServiceRefusal { service, status: 400, code, message }, help);
    }

    fn aws(&mut self, refusal: ServiceRefusal, help: Option<String>) {
        self.push(Refusal::Aws(refusal), help);
    }

    /// Refuses in words of our own.
    fn own(&mut self, message: String) {
        match self.kind {
            PolicyKind::Queue(_) => self.of_sqs(message),
            _ => self.push(Refusal::Ours(message), None),
        }
    }

    /// SQS has one sentence for everything that is wrong with a policy: <https://github.com/aws/aws-cdk/issues/15602>.
    fn of_sqs(&mut self, why: String) {
        let (code, message) = ("InvalidAttributeValue", "Invalid value for the parameter Policy.".to_string());
        self.aws(ServiceRefusal { service: "Sqs", status: 400, code, message }, Some(why));
    }

    fn lack(&mut self, message: String) {
        self.push(Refusal::Lack(message), None);
    }

    fn push(&mut self, refusal: Refusal, help: Option<String>) {
        self.found.push(PolicyRefusal { path: self.path.clone(), refusal, help });
    }

    /// Does `visit` at the element `name`.
    fn at(&mut self, name: &str, visit: impl FnOnce(&mut Self)) {
        self.along(&[name], visit);
    }

    /// Does `visit` at the end of the way through the elements `names`.
    fn along(&mut self, names: &[&str], visit: impl FnOnce(&mut Self)) {
        let depth = self.path.len();
        self.path.extend(names.iter().map(|name| Step::Element(name.to_string())));
        visit(self);
        self.path.truncate(depth);
    }

    /// Does `visit` at every value of the element `name`: at the value, or at each of a list.
    fn each(&mut self, of: &Map<String, Value>, name: &str, mut visit: impl FnMut(&mut Self, &Value)) {
        let Some(value) = of.get(name) else { return };
        self.at(name, |all| match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    all.path.push(Step::Item(index));
                    visit(all, item);
                    all.path.pop();
                }
            }
            one => visit(all, one),
        });
    }
}
