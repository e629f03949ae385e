//! Looking at a role: who may assume it, what it may do, and what it may do although nothing needs it.
//!
//! An answer shows what a role is allowed as long as somebody asks for it; what it is allowed *besides* shows in no answer. So
//! a role is also judged by itself. [`Role::may_nothing_else`] holds the statements, as patterns, against what was asked for: whatever
//! lies outside is too much, whether or not the template has something of that name today. The actions and resources in
//! `role/universe` come first, because real names tell a reader more than patterns do.

mod universe;

use serde_json::{Value, json};
use stack::policy::{NeededPermission, excess, matches, without_conditions};
use stack::{ACCOUNT, REGION, Stack};

use crate::ask::{Ask, Question};
use crate::policy::{
    allowing, allows, allows_always, condition_of_everybody, condition_of_trust, instead, named, speaks_of,
    trust_beyond, trusted, under_a_condition,
};
use crate::words::first;
use crate::written_out::written_out;

/// How many of the permissions that nothing needs an explanation shows.
const SHOWN: usize = 3;

/// The execution role of one function, under test.
#[derive(Debug, Clone)]
#[must_use = "a role that is asked nothing says nothing"]
pub struct Role<'lab> {
    question: Question<'lab>,
    /// The function's name.
    function: String,
    role: stack::Role,
    /// What was asked for so far.
    needed: Vec<NeededPermission>,
}

impl<'lab> Ask<'lab> {
    /// Asks about the role of a function, by the function's logical id.
    pub fn role_of(self, function: &str) -> Role<'lab> {
        let deployed = self.function(function);
        let (function, role) = (deployed.name.clone(), deployed.role.clone());
        Role { question: self.question(), function, role, needed: Vec::new() }
    }

    /// Expects the resource-based policy of a function, by its logical id, to let in the APIs of this stack and nobody else.
    pub fn is_called_by_its_apis_alone(self, function: &str) {
        let deployed = self.function(function);
        let stack = self.question().lab.local().stack();
        let is_of_its_apis = |permission: &stack::Permission| {
            let is_source = |arn: &str| {
                let api = arn.strip_prefix(&format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:")).unwrap_or_default();
                stack.apis.iter().any(|own| api.split('/').next() == Some(&own.id))
            };
            permission.principal == "apigateway.amazonaws.com"
                && permission.source_arn.as_deref().is_some_and(is_source)
        };
        let mut own = stack.permissions.iter().filter(|permission| permission.function == deployed.name);
        let Some(other) = own.find(|permission| !is_of_its_apis(permission)) else { return };
        let who = match other.principal.as_str() {
            "*" => "everybody there is, in every account".to_string(),
            some => some.to_string(),
        };
        let of = other.source_arn.as_ref().map(|arn| format!(", for {arn}")).unwrap_or_default();
        let mut explanation = self.question().explanation();
        explanation.asked = vec![format!("the resource-based policy of {}: who may call it?", deployed.name)];
        explanation.expected = vec!["API Gateway, for the APIs of this stack, and nobody else".to_string()];
        explanation.got = vec![format!("{who}{of}: an AWS::Lambda::Permission allows {}", other.action)];
        explanation.fail()
    }
}

impl Role<'_> {
    /// Expects the role to trust `service`, such as `lambda.amazonaws.com`, and nobody else, for nothing but being this role.
    pub fn trusts_only(self, service: &str) {
        let mut trusted = trusted(&self.role);
        trusted.dedup();
        if trusted != [service] {
            let got = match trusted.as_slice() {
                [] => "nobody".to_string(),
                all if all.iter().any(|one| one == "*") => match condition_of_everybody(&self.role) {
                    None => "everybody there is, in every account".to_string(),
                    Some(condition) => {
                        let everybody = format!("everybody who meets the Condition {condition}");
                        let who = all.iter().map(|one| if one == "*" { everybody.as_str() } else { one });
                        who.collect::<Vec<_>>().join(" and ")
                    }
                },
                some => some.join(" and "),
            };
            self.fails("may be assumed by", &format!("{service} and nobody else"), &[got]);
        }
        if let Some(beyond) = trust_beyond(&self.role, "sts:AssumeRole") {
            self.fails(&format!("what may {service} do with it?"), "sts:AssumeRole, and nothing else", &[beyond]);
        }
        if let Some(condition) = condition_of_trust(&self.role) {
            let got = format!(
                "{service} under the Condition {condition}: a call without such a key meets it, so it restricts nothing"
            );
            self.fails("may be assumed by", &format!("{service} and nobody else, under no condition"), &[got]);
        }
    }

    /// Expects the role to be allowed `action` on `resource`, an ARN.
    pub fn may(self, action: &str, resource: &str) -> Self {
        if !allows(&self.role, action, resource) {
            let mut got = vec!["no".to_string()];
            got.extend(instead(&self.role, action, resource));
            self.fails(&format!("may it {action}?"), &format!("yes, on {resource}"), &got);
        }
        // No call that is made up has any key, so a condition that it meets is met by whoever leaves the key out.
        if !allows_always(&self.role, action, resource) {
            let mut got: Vec<String> = under_a_condition(&self.role, action, resource).into_iter().collect();
            got.push("A call without such a key meets that, so it restricts nothing.".to_string());
            self.fails(&format!("may it {action}?"), &format!("yes, on {resource}, under no condition"), &got);
        }
        self.could(action, resource)
    }

    /// Does not ask for `action` on `resource`, an ARN or a pattern of ARNs, and does not mind either.
    pub fn could(mut self, action: &str, resource: &str) -> Self {
        self.needed.push(NeededPermission { action: action.to_string(), resource: resource.to_string() });
        self
    }

    /// Does not mind that it writes its own log, where another question asks for that.
    pub fn could_write_its_log(self) -> Self {
        let group = format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{}:*", self.function);
        self.could("logs:CreateLogStream", &group).could("logs:PutLogEvents", &group)
    }

    /// Expects what was asked for so far to be allowed wherever the template is deployed: an ARN that is written out is right in one
    /// account, in one region of it, and of a stream until the table is made anew.
    pub fn is_written_for_any_account(self) -> Self {
        let is_allowed = |role: &stack::Role, need: &NeededPermission| allows(role, &need.action, &need.resource);
        let needed: Vec<&NeededPermission> = self.needed.iter().filter(|need| is_allowed(&self.role, need)).collect();
        let works = |stack: &Stack| {
            let function = stack.functions.iter().find(|function| function.name == self.function);
            function.is_some_and(|function| needed.iter().all(|need| is_allowed(&function.role, need)))
        };
        if let Some((word, elsewhere)) = written_out(&self.question.lab.place().template(), works) {
            let got = format!("written out, {word}: {elsewhere} it allows nothing");
            self.fails("where does it get region and account from?", "from the template's own resources", &[got]);
        }
        self
    }

    /// Expects nothing to be allowed beyond what was asked so far.
    pub fn may_nothing_else(self) {
        self.has_no_more_than_needed(|_| true);
    }

    /// As [`Role::may_nothing_else`], of the statements from the first on that names an action of `service`: those before it belong to
    /// another question.
    pub fn may_nothing_else_from_statements_about(self, service: &str) {
        let before = self.statements_before(service);
        self.has_no_more_than_needed(|statement| !before.contains(statement));
    }

    /// As [`Role::may_nothing_else`], of the statements before the first that names an action of `service`.
    pub fn may_nothing_else_before_statements_about(self, service: &str) {
        let before = self.statements_before(service);
        self.has_no_more_than_needed(|statement| before.contains(statement));
    }

    /// The statements of each policy that stand before the first which names an action of `service`.
    fn statements_before(&self, service: &str) -> Vec<Value> {
        let statements = |document: &Value| -> Vec<Value> {
            let statements = stack::policy::many(&document["Statement"]);
            statements.take_while(|one| !speaks_of(one, service)).cloned().collect()
        };
        self.role.policies.iter().flat_map(statements).collect()
    }

    fn has_no_more_than_needed(self, in_question: impl Fn(&Value) -> bool) {
        // A Deny belongs to no question: it takes away, whoever wrote it.
        let kept = |document: &Value| {
            let statements = stack::policy::many(&document["Statement"]);
            let kept: Vec<&Value> = statements.filter(|one| one["Effect"] != "Allow" || in_question(one)).collect();
            json!({ "Version": document["Version"], "Statement": kept })
        };
        let policies: Vec<Value> = self.role.policies.iter().map(kept).collect();
        let role = |policies: Vec<Value>| stack::Role { policies, ..self.role.clone() };
        // What is allowed under a condition is allowed to somebody.
        let unconditional = role(policies.iter().map(without_conditions).collect());
        let is_needed = |action: &str, resource: &str| {
            self.needed.iter().any(|need| need.action == action && matches(&need.resource, resource))
        };
        let spare: Vec<(String, String)> = universe::of(self.question.lab.local().stack())
            .into_iter()
            .filter(|(action, resource)| !is_needed(action, resource))
            .filter(|(action, resource)| allows(&unconditional, action, resource))
            .collect();
        let got = match spare.first() {
            Some((action, resource)) => {
                let lines = spare.iter().map(|(action, resource)| format!("{action} on {resource}"));
                let mut got = first(lines.collect(), SHOWN);
                got.extend(allowing(&unconditional, action, resource));
                if allowing(&role(policies), action, resource).is_none() {
                    got.push(
                        "That is under a condition, and nothing needs it even where the condition is met.".to_string(),
                    );
                }
                got
            }
            None => {
                let pairs = excess(&policies, &self.needed);
                let Some(pair) = pairs.first() else { return };
                let lines = pairs.iter().map(|pair| beyond(&pair.action, &pair.resource, &self.needed));
                let mut got = first(lines.collect(), SHOWN);
                got.push(format!("{} allows that.", named(pair.statement)));
                got
            }
        };
        self.fails("what is it allowed that nothing needs?", "nothing", &got)
    }

    fn fails(&self, asked: &str, expected: &str, got: &[String]) -> ! {
        let mut explanation = self.question.explanation();
        explanation.asked = vec![format!("the role of {}, {}: {asked}", self.function, self.role.name)];
        explanation.expected = vec![expected.to_string()];
        explanation.got = got.to_vec();
        explanation.fail()
    }
}

/// A pair of patterns that lets in too much, in words.
fn beyond(action: &str, resource: &str, needed: &[NeededPermission]) -> String {
    let pair = format!("{action} on {resource}");
    if action.contains(['*', '?']) {
        return format!("{pair}: every action with such a name, those that AWS will add included");
    }
    if !needed.iter().any(|need| need.action.eq_ignore_ascii_case(action)) {
        return match NOT_PERMISSIONS.iter().any(|operation| operation.eq_ignore_ascii_case(action)) {
            true => format!("{pair}: an operation, and IAM has no permission of that name"),
            false => pair,
        };
    }
    match resource.contains(['*', '?']) {
        true => format!("{pair}: whatever has such a name, also what somebody makes tomorrow"),
        false => pair,
    }
}

/// Operations whose callers need the permissions of what is in them.
const NOT_PERMISSIONS: [&str; 3] = ["dynamodb:TransactWriteItems", "dynamodb:TransactGetItems", "s3:HeadObject"];
