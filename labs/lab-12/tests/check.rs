//! Lab 12, the PoC: what the program says of measurements whose truth is known.
//!
//! Most tests hand it samples and a log that they have made up, so nothing depends on how fast this machine is. Two let it measure a
//! range whose time the check controls (`range`), and three the practice range of `template.yaml`, for a second each and side by
//! side. So this is the one lab without the SDK whose verdict takes more than a second: more requests in less time would judge a
//! busy machine and not the answer. Read the tests in the order of the TODOs: `pace`, `groups`, `shares`, `verdicts`, `cost`,
//! `leftovers`.

#[path = "check/cost.rs"]
mod cost;
#[path = "check/groups.rs"]
mod groups;
#[path = "check/leftovers.rs"]
mod leftovers;
#[path = "check/pace.rs"]
mod pace;
#[path = "check/range.rs"]
mod range;
#[path = "check/shares.rs"]
mod shares;
#[path = "check/study.rs"]
mod study;
#[path = "check/verdicts.rs"]
mod verdicts;

/// The program under test, as the package is called.
const PROGRAM: &str = env!("CARGO_PKG_NAME");
/// The range's function in the template.
const RANGE: &str = "RangeFunction";
