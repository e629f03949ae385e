//! The local cloud: the parts of AWS that the board stands on, on one machine, refusing as AWS refuses.
//!
//! # Read me in this order
//!
//! 1. [`stack`]: what a template comes to, as plain data. Every other module reads it.
//! 2. [`cloud`]: how a stack comes alive. `Cloud::boot` is the whole wiring on one page.
//! 3. The way of a request: [`wire`] (bytes) → [`gateway`] (API Gateway) → [`proxy`] (event and reply) → [`lambda`] (execution
//!    environments) → `runtime_api` (the process asks for its event) → [`endpoint`] (the process calls AWS) → `tables`.
//! 4. What happens behind it: `streams` carries a table's stream to a function, [`queues`] take what it gave up.
//! 5. Beside it: `edge` and `buckets` serve the page, [`iam`] knows who calls, [`logs`] and [`trail`] remember.
//! 6. [`template`] last: it is the largest part, and says only where the values in `stack` come from.
//!
//! # Where is the thing that …
//!
//! | question | module |
//! |---|---|
//! | decides which 403 a wrong URL gets | [`gateway`] |
//! | makes a reply a 502 | [`proxy`] |
//! | starts and ends processes, and knows a cold start from a warm one | [`lambda`] |
//! | delivers a record again | `streams` |
//! | says which template property is not known | [`template`] |
//! | finds the program of a function | [`programs`] |
//! | stamps a time or draws an id | [`clock`] |
//!
//! # What must never depend on what
//!
//! * Only [`template`] knows the names of tables and functions; everybody else is told.
//! * Functions never depend on this package, except through `kit` in their dev-dependencies; this package depends on no AWS
//!   SDK. They meet on sockets only, as on AWS, so whatever speaks the Runtime API can be a function.
//! * What the guest did wrong is data (a 502, a log line, an [`lambda::Outcome`]), never a Rust error of ours.
//! * Times and ids come from [`clock`], so that a test can freeze them. Deadlines of processes are real time.
//! * Everything listens on 127.0.0.1 and on ports that the caller chose; tests take free ones.
//!
//! # Decisions that differ from what one would try first
//!
//! * `wire` reads HTTP by itself, because REST events keep the spelling of header names that an HTTP library folds.
//! * `tables` runs its engine behind a port of its own and passes calls on: the engine's refusals then need no translation, and
//!   SQLite is compiled only for labs that have a table (Cargo features `tables` and `buckets`).
//! * `programs` takes a binary as it is when its dep-info file says that nothing changed. Asking Cargo is more certain, and takes
//!   longer than everything else in a warm start together.
//! * One mapping delivers one batch at a time. `ParallelizationFactor` above one would be faster on AWS, and order by key is
//!   what it promises; one after the other keeps that promise.

#[cfg(feature = "buckets")]
pub mod buckets;
pub mod clock;
pub mod cloud;
#[cfg(feature = "buckets")]
pub mod edge;
pub mod endpoint;
pub mod folder;
pub mod gateway;
mod host;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod programs;
pub mod proxy;
pub mod queues;
mod runtime_api;
pub mod stack;
#[cfg(feature = "tables")]
pub mod streams;
#[cfg(feature = "tables")]
pub mod tables;
pub mod template;
pub mod trail;
pub mod wire;
