//! IAM: who calls, and what their policies say.
//!
//! Every execution environment signs with an access key of its own, so the endpoint knows from the key which function calls
//! and in which role. The learner's own clients sign with the key of the data folder and may do everything, as an administrator may.
//! Read `iam/decision` for the evaluation (denied unless allowed, and an explicit deny wins), `iam/conditions` for the
//! operators of `Condition`, `iam/denial` for the sentence that a refused caller gets, and `iam/callers` for the keys.

mod callers;
mod conditions;
mod decision;
mod denial;

pub use callers::{Caller, Identities, Session, draw_credentials};
pub(crate) use decision::many;
pub use decision::{Decision, Question, decide, matches};
pub use denial::Denial;

#[cfg(test)]
mod tests;
