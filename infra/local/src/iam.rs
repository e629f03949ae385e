//! IAM: who calls.
//!
//! Every execution environment signs with an access key of its own, so the endpoint knows from the key which function calls
//! and in which role. The learner's own clients sign with the key of the data folder and may do everything, as an administrator may.
//! Read `iam/callers` for the keys, `iam/context` for what conditions can ask of every call; what a role's policies say of a call is decided in `stack::policy`.

mod callers;
mod context;

pub use callers::{Caller, Identities, Session, draw_credentials, principals};
pub(crate) use context::LEARNER_ID;
pub use context::{anonymous_context, learner_arn, learner_context, request_context};

#[cfg(test)]
mod tests;
