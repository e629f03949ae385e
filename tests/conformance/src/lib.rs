//! Conformance: cases that real AWS answered, put to the local cloud.
//!
//! A case file is a list of [`case::Case`]s: what is set up, what is asked, what AWS answered. One case is one local cloud, booted
//! from the stack that the case describes, a request over a socket, and a comparison; nothing of one case is seen by the next.
//!
//! # Read me in this order
//!
//! 1. [`case`]: what a case is.
//! 2. [`dispatch`]: which harness observes which topic. A harness builds the stack, asks, and returns [`observed::Observed`].
//! 3. [`compare`]: what `expect` means. It knows no topics: everything that a harness observed is compared by the key's
//!    name.
//! 4. [`function`]: the one function that every case runs, as a process of its own that speaks the Runtime API.
//! 5. [`run`]: many cases at once, and the report.
//!
//! A case that asks for something that no harness can set up fails as "cannot be expressed", and says what is missing: a key that is
//! passed over silently would turn a difference into a pass.

pub mod api_gateway;
pub mod case;
pub mod compare;
pub mod dispatch;
pub mod dynamodb;
pub mod event_source_mapping;
pub mod function;
pub mod garbage;
pub mod ground;
pub mod invoke;
pub mod observed;
pub mod policy;
pub mod run;
pub mod runtime_api;
pub mod s3;
pub mod socket;
pub mod vpc;
