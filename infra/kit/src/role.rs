//! Looking at a role: who may assume it, what it may do, and what it may do although nothing needs it.
//!
//! An answer shows what a role is allowed as long as somebody asks for it; what it is allowed *besides* shows in no answer. So
//! a role is also judged by itself, as IAM's policy simulator does it: each question is an action on a resource, put to the
//! policies as they were deployed. [`Role::may_nothing_else`] asks for every action of `role/universe` on every table,
//! index, stream and log group of the template and on some that belong to others, and names the statement that allows too much.

mod universe;

use stack::policy::matches;

use crate::ask::{Ask, Question};
use crate::policy::{allowing, allows, elsewhere, trusted};
use crate::words::first;

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
    /// What was asked for so far: action and resource.
    needed: Vec<(String, String)>,
}

impl<'lab> Ask<'lab> {
    /// Asks about the role of a function, by the function's logical id.
    pub fn role_of(self, function: &str) -> Role<'lab> {
        let deployed = self.function(function);
        let (function, role) = (deployed.name.clone(), deployed.role.clone());
        Role { question: self.question(), function, role, needed: Vec::new() }
    }
}

impl Role<'_> {
    /// Expects the role to trust `service`, such as `lambda.amazonaws.com`, and nobody else.
    pub fn trusts_only(self, service: &str) {
        let trusted = trusted(&self.role);
        if trusted != [service] {
            let got = if trusted.is_empty() { "nobody".to_string() } else { trusted.join(" and ") };
            self.fails("may be assumed by", &format!("{service} and nobody else"), &[got]);
        }
    }

    /// Expects the role to be allowed `action` on `resource`, an ARN.
    pub fn may(mut self, action: &str, resource: &str) -> Self {
        if !allows(&self.role, action, resource) {
            let mut got = vec!["no".to_string()];
            got.extend(elsewhere(&self.role, action));
            self.fails(&format!("may it {action}?"), &format!("yes, on {resource}"), &got);
        }
        self.needed.push((action.to_string(), resource.to_string()));
        self
    }

    /// Does not ask for `action` on `resource`, and does not mind either.
    pub fn could(mut self, action: &str, resource: &str) -> Self {
        self.needed.push((action.to_string(), resource.to_string()));
        self
    }

    /// Expects nothing to be allowed beyond what was asked so far. Writing its log is left to another question.
    pub fn may_nothing_else(self) {
        self.has_no_more_than_needed(|action| !action.starts_with("logs:"));
    }

    /// Expects the role to be allowed no action of `service` beyond what was asked so far.
    pub fn may_nothing_else_in(self, service: &str) {
        let prefix = format!("{service}:");
        self.has_no_more_than_needed(|action| action.starts_with(&prefix));
    }

    fn has_no_more_than_needed(self, in_question: impl Fn(&str) -> bool) {
        let is_needed = |action: &str, resource: &str| {
            self.needed.iter().any(|(known, pattern)| known == action && matches(pattern, resource))
        };
        let stack = self.question.lab.local().stack();
        let spare: Vec<(String, String)> = universe::of(stack)
            .into_iter()
            .filter(|(action, resource)| in_question(action) && !is_needed(action, resource))
            .filter(|(action, resource)| allows(&self.role, action, resource))
            .collect();
        let Some((action, resource)) = spare.first() else { return };
        let lines = spare.iter().map(|(action, resource)| format!("{action} on {resource}"));
        let mut got = first(lines.collect(), SHOWN);
        got.extend(allowing(&self.role, action, resource));
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
