//! Access keys, and whose they are.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::context::learner_arn;
use crate::clock::Clock;
use crate::deployment::Stacks;
use crate::signature::Credentials;
use crate::vpc::EndpointPolicy;
use stack::policy::{AuthorizationRequest, Decision, Denial, decide, is_role_or_user};
use stack::{ACCOUNT, Function, Role};

/// How many keys of environments that have ended are remembered.
const ENDED_KEPT: usize = 10_000;

/// Access keys that this cloud has given out, and who holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Identities(Arc<AccessKeys>);

#[derive(Debug)]
struct AccessKeys {
    learner: Credentials,
    /// Where the account's roles are, if there is an account.
    stacks: Option<Stacks>,
    roles: Mutex<BTreeMap<String, Arc<Role>>>,
    keys: Mutex<EnvironmentKeys>,
}

/// The keys of execution environments.
#[derive(Debug, Default)]
struct EnvironmentKeys {
    held: BTreeMap<String, EnvironmentKey>,
    /// Those whose environment has ended, oldest first.
    ended: VecDeque<String>,
}

/// An access key with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentKey {
    /// What the environment signs with.
    pub credentials: Credentials,
    /// The function whose environment holds the key.
    pub function: String,
    /// Whether the environment still runs.
    pub held: bool,
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
    /// Nobody who said so.
    Anonymous,
    /// The learner: an administrator of the account.
    Learner,
    /// A function.
    Function(Session),
    /// A function whose environment has ended: only what it signed for others, presigned URLs of S3, still counts.
    Expired(Session),
}

/// New credentials for the learner: random, in AWS's forms.
pub fn draw_credentials(clock: &Clock) -> Credentials {
    Credentials {
        access_key_id: format!("AKIA{}", clock.hex(16).to_uppercase()),
        secret_access_key: clock.hex(40),
        session_token: None,
    }
}

impl Identities {
    /// The learner's key, and none of functions yet; a function of `functions` that gets one later calls in its role. `stacks` are those
    /// whose roles the account has.
    pub fn new(learner: Credentials, functions: &[Function], stacks: Option<Stacks>) -> Identities {
        let roles = functions.iter().map(|function| (function.name.clone(), Arc::new(function.role.clone())));
        Identities(Arc::new(AccessKeys { learner, stacks, roles: Mutex::new(roles.collect()), keys: Mutex::default() }))
    }

    /// Whether `arn` is that of a role or a user of the account, and nobody has it.
    pub fn is_absent(&self, arn: &str) -> bool {
        let Some(stacks) = &self.0.stacks else { return false };
        is_role_or_user(arn) && !principals(stacks).any(|there| there == arn)
    }

    /// What the learner's own clients sign with.
    pub fn learner(&self) -> &Credentials {
        &self.0.learner
    }

    /// Gives functions the roles of a new deployment. Keys stay: a process that holds one calls in the new role from now on, as a changed
    /// policy counts at once on AWS.
    pub(crate) fn deploy(&self, functions: &[Function]) {
        let roles = functions.iter().map(|function| (function.name.clone(), Arc::new(function.role.clone())));
        *held(&self.0.roles) = roles.collect();
    }

    /// New temporary credentials for an environment of `function`.
    pub fn issue(&self, function: &str, clock: &Clock) -> Credentials {
        let access_key_id = format!("ASIA{}", clock.hex(16).to_uppercase());
        let credentials = Credentials {
            access_key_id: access_key_id.clone(),
            secret_access_key: clock.hex(40),
            session_token: Some(clock.hex(64)),
        };
        let identity = EnvironmentKey { credentials: credentials.clone(), function: function.to_string(), held: true };
        held(&self.0.keys).held.insert(access_key_id, identity);
        credentials
    }

    /// The credentials that `access_key_id` belongs to, those of an environment that has ended included.
    pub fn credentials(&self, access_key_id: &str) -> Option<Credentials> {
        if access_key_id == self.0.learner.access_key_id {
            return Some(self.0.learner.clone());
        }
        held(&self.0.keys).held.get(access_key_id).map(|identity| identity.credentials.clone())
    }

    /// Who holds `access_key_id`; only a signature says whether the caller is that holder.
    pub fn caller(&self, access_key_id: &str) -> Caller {
        if access_key_id == self.0.learner.access_key_id {
            return Caller::Learner;
        }
        let Some(identity) = held(&self.0.keys).held.get(access_key_id).cloned() else { return Caller::Anonymous };
        let role = held(&self.0.roles).get(&identity.function).cloned().unwrap_or_default();
        let session = Session { function: identity.function, role };
        if identity.held { Caller::Function(session) } else { Caller::Expired(session) }
    }

    /// Ends a key with its environment.
    pub fn revoke(&self, access_key_id: &str) {
        let mut keys = held(&self.0.keys);
        let Some(identity) = keys.held.get_mut(access_key_id) else { return };
        identity.held = false;
        keys.ended.push_back(access_key_id.to_string());
        if keys.ended.len() > ENDED_KEPT
            && let Some(oldest) = keys.ended.pop_front()
        {
            keys.held.remove(&oldest);
        }
    }
}

impl Caller {
    /// The function that calls, if one does.
    pub fn function(&self) -> Option<&str> {
        match self {
            Caller::Function(session) | Caller::Expired(session) => Some(&session.function),
            Caller::Anonymous | Caller::Learner => None,
        }
    }

    /// The caller's ARN, as STS and denials have it.
    pub fn arn(&self) -> String {
        match self {
            Caller::Function(session) | Caller::Expired(session) => session.arn(),
            Caller::Learner | Caller::Anonymous => learner_arn(),
        }
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
    pub fn check(&self, request: &AuthorizationRequest<'_>) -> Result<(), Denial> {
        let explicit = match decide(&self.role.policies, request) {
            Decision::Allowed => return Ok(()),
            Decision::ExplicitlyDenied => true,
            Decision::ImplicitlyDenied => false,
        };
        Err(Denial::of_identity(self.arn(), request, explicit))
    }

    /// Asks the policy of a VPC endpoint, which names the role where it names somebody.
    ///
    /// # Errors
    ///
    /// The denial, unless a statement allows it and none denies it.
    pub fn check_vpc_endpoint(
        &self,
        policy: &EndpointPolicy,
        request: &AuthorizationRequest<'_>,
    ) -> Result<(), Denial> {
        let (role, root) =
            (format!("arn:aws:iam::{ACCOUNT}:role/{}", self.role.name), format!("arn:aws:iam::{ACCOUNT}:root"));
        let account = policy.account_is_everybody.then_some(&root);
        let decisions = [Some(&role), account].into_iter().flatten().map(|principal| {
            decide([&policy.document], &AuthorizationRequest { principal: Some(principal), ..request.clone() })
        });
        let decisions: Vec<Decision> = decisions.collect();
        let explicit = decisions.contains(&Decision::ExplicitlyDenied);
        if !explicit && decisions.contains(&Decision::Allowed) {
            return Ok(());
        }
        Err(Denial::of_vpc_endpoint(self.arn(), request, explicit))
    }
}

/// The ARNs of the roles and users of the account that has `stacks`.
pub fn principals(stacks: &Stacks) -> impl Iterator<Item = String> {
    stacks.roles().chain([learner_arn()])
}

/// Locks, also after a panic elsewhere: every critical section here leaves its data whole.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
