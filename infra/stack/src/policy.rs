//! Policy documents: what may stand in one, and what they say of one request.
//!
//! Read `policy/grammar` for what IAM and S3 refuse when a document is created, and `policy/keys` for the condition keys that are known
//! here. `policy/decision` is the evaluation (denied unless allowed, and an explicit deny wins), `policy/conditions` has the operators
//! of `Condition`, `policy/pattern` wildcards and policy variables, `policy/denial` the sentence that a refused caller gets, and
//! `policy/excess` what statements allow beyond what is needed. This module does not know who calls.

mod conditions;
mod decision;
mod denial;
mod excess;
mod grammar;
mod keys;
mod pattern;

pub use decision::{AuthorizationRequest, Decision, decide, many};
pub use denial::Denial;
pub use excess::{Excess, NeededPermission, excess, without_conditions};
pub use grammar::{
    INLINE_POLICIES_LIMIT, PolicyKind, PolicyRefusal, ServiceRefusal, Step, absent_principal_of_permission,
    absent_principals, check, inline_policies_too_large, invalid_principal_of_permission, is_role_or_user, size,
};
pub use keys::{ConditionKey, condition_key};
pub use pattern::{covers, matches};

#[cfg(test)]
mod tests;
