//! Policy documents, and what they say of one request.
//!
//! Read `policy/decision` for the evaluation (denied unless allowed, and an explicit deny wins), `policy/conditions` for the
//! operators of `Condition`, and `policy/denial` for the sentence that a refused caller gets. This module does not know who
//! calls.

mod conditions;
mod decision;
mod denial;

pub use decision::{Decision, Question, decide, many, matches};
pub use denial::Denial;

#[cfg(test)]
mod tests;
