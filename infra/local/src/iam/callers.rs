//! Access keys, and whose they are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Decision, Denial, Question, decide};
use crate::clock::Clock;
use crate::stack::{ACCOUNT, Function, Role};

/// The access key of whoever is no function: the learner at the keyboard.
pub const ACCESS_KEY_ID: &str = "local";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "local";

/// How the keys of temporary credentials begin, which are all that functions have.
const TEMPORARY: &str = "ASIA";

/// Access keys that this cloud has given out, and the roles of the functions that hold them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Identities(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    roles: Mutex<BTreeMap<String, Arc<Role>>>,
    keys: Mutex<BTreeMap<String, Identity>>,
}

/// An access key with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// The function whose environment holds the key.
    pub function: String,
}

/// A function that calls in its role.
#[derive(Debug, Clone)]
pub struct Session {
    /// The function's name, which is the session's.
    pub function: String,
    /// The role that the function has taken on.
    pub role: Arc<Role>,
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub enum Caller {
    /// The learner, or a client that has not been told a key: an administrator of the account.
    Learner,
    /// A function.
    Function(Session),
    /// Temporary credentials that nobody holds any more.
    Expired,
}

impl Identities {
    /// No keys yet; a function of `functions` that gets one later calls in its role.
    pub fn of_functions(functions: &[Function]) -> Identities {
        let roles = functions.iter().map(|function| (function.name.clone(), Arc::new(function.role.clone())));
        Identities(Arc::new(Inner { roles: Mutex::new(roles.collect()), keys: Mutex::default() }))
    }

    /// Gives functions the roles of a new deployment. Keys stay: whoever holds one calls in the new role from now on, as a changed
    /// policy counts at once on AWS.
    pub(crate) fn deploy(&self, functions: &[Function]) {
        let roles = functions.iter().map(|function| (function.name.clone(), Arc::new(function.role.clone())));
        *held(&self.0.roles) = roles.collect();
    }

    /// A new key for an environment of `function`.
    pub fn issue(&self, function: &str, clock: &Clock) -> Identity {
        let access_key_id = format!("{TEMPORARY}{}", clock.hex(16).to_uppercase());
        let identity = Identity {
            access_key_id: access_key_id.clone(),
            secret_access_key: clock.hex(32),
            function: function.to_string(),
        };
        held(&self.0.keys).insert(access_key_id, identity.clone());
        identity
    }

    /// Whose key this is.
    pub fn of(&self, access_key_id: &str) -> Option<Identity> {
        held(&self.0.keys).get(access_key_id).cloned()
    }

    /// Who calls with `access_key_id`, or without one.
    pub fn caller(&self, access_key_id: Option<&str>) -> Caller {
        let Some(key) = access_key_id.filter(|key| key.starts_with(TEMPORARY)) else { return Caller::Learner };
        let Some(identity) = self.of(key) else { return Caller::Expired };
        let role = held(&self.0.roles).get(&identity.function).cloned().unwrap_or_default();
        Caller::Function(Session { function: identity.function, role })
    }

    /// Forgets a key when its environment is gone.
    pub fn revoke(&self, access_key_id: &str) {
        held(&self.0.keys).remove(access_key_id);
    }
}

impl Session {
    /// The session's ARN, which every denial names.
    pub fn arn(&self) -> String {
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/{}/{}", self.role.name, self.function)
    }

    /// Asks the role's policies.
    ///
    /// # Errors
    ///
    /// The denial, unless a statement allows it and none denies it.
    pub fn check(&self, question: &Question<'_>) -> Result<(), Denial> {
        let explicit = match decide(&self.role.policies, question) {
            Decision::Allowed => return Ok(()),
            Decision::ExplicitlyDenied => true,
            Decision::ImplicitlyDenied => false,
        };
        Err(Denial::of_identity(self.arn(), question, explicit))
    }
}

/// Locks, also after a panic elsewhere: every critical section here leaves its data whole.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
