//! What a template costs a month.
//!
//! [`Billed`] says what of a template is paid for, [`Assumptions`] how much a request uses of it, [`Prices`] what a unit costs and
//! where that was read. [`Estimate`] multiplies them, at rest and at some loads, and `text` prints the table. Nothing is asked of AWS,
//! and a price stands in `prices.toml` and nowhere else.

mod assumptions;
mod billed;
mod estimate;
mod item;
mod prices;
#[cfg(test)]
mod tests;
mod text;

pub use assumptions::Assumptions;
pub use billed::{Billed, BilledFunction, UnreadableTemplate};
pub use estimate::{Estimate, VpcVariant};
pub use item::Item;
pub use prices::{Price, Prices, Source};

/// Hours of a month, as AWS's own calculator has them.
pub const HOURS: f64 = 730.0;
/// Requests a month above which AWS's prices per request fall: API Gateway's first step ends at 333 million.
pub const MOST_REQUESTS: u64 = 300_000_000;
/// The loads that are shown when nobody names others, in requests a month.
pub const LOADS: [u64; 3] = [100_000, 1_000_000, 10_000_000];
/// The region for which every price has a source.
pub const REGION: &str = "us-east-1";

/// What cannot be calculated with, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CostError(pub String);
