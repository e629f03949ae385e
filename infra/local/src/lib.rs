//! The local cloud: the parts of AWS that the board stands on, on one machine, refusing as AWS refuses.
//!
//! The ways of a request, of a stream record, of a template and of a deployment, from file to file, are in the repository's `ARCHITECTURE.md`.
//!
//! # Read me in this order
//!
//! 1. [`stack`]: what a template describes, as plain data. A crate of its own, which every module reads.
//! 2. [`cloud`]: how a stack comes alive. `Cloud::boot` is the whole wiring on one page.
//! 3. The way of a request: [`wire`] (bytes) → [`api_gateway`] (API Gateway) → [`proxy`] (event and reply) → [`lambda`] (execution
//!    environments) → `lambda::runtime_api` (the process asks for its event) → [`endpoint`] (the process calls AWS).
//! 4. [`service`]: the seam at which DynamoDB and S3 are plugged in. The crates `dynamodb` and `s3` stand on the other side of it;
//!    nothing here knows them.
//! 5. What follows from a request: `dynamodb::event_source_mapping` carries a table's stream to a function; [`destinations`] and [`sqs`]
//!    take what was given up.
//! 6. Alongside: [`iam`] knows who calls; [`logs`], [`cloudtrail`], [`cloudwatch`] and [`activity`] remember what happened.
//! 7. [`cloudformation`] last: it is the largest crate, and says only where the values in `stack` come from.
//!
//! # Where is the thing that …
//!
//! | question | module |
//! |---|---|
//! | decides which 403 a wrong URL gets | [`api_gateway`] |
//! | makes a reply a 502 | [`proxy`] |
//! | starts and ends processes, and knows a cold start from a warm one | [`lambda`] |
//! | delivers a record again | `dynamodb::event_source_mapping` |
//! | says which template property is not known | [`cloudformation`] |
//! | says what a role's policies allow | [`stack::policy`] |
//! | finds the program of a function | [`programs`] |
//! | refuses a deployment because of a role | [`deployment`], and the services that are plugged in |
//! | puts another template in the place of a running one, or takes it back | [`Cloud::deploy`](cloud::Cloud::deploy) |
//! | lets a function in a VPC reach a service, or hang | [`vpc`] |
//! | turns a stranger's web page away | [`guard`] |
//! | verifies a signature | [`signature`] |
//! | counts what happens, and says when an alarm rings | [`cloudwatch`] |
//! | stamps a time or draws an id | [`clock`] |
//! | ends what a program left behind, even after `kill -9` | [`process_group`] |
//!
//! # What must never depend on what
//!
//! * A module names only modules that stand below it: `tests/direction.rs` has the floors. The packages of `infra` have floors, too:
//!   `infra/workspace-hack/tests/arrows.rs`. This one knows neither tables nor buckets, and which services there are is said at boot.
//! * Only [`cloudformation`] knows the names of tables and functions; everybody else is told.
//! * Functions never depend on this package, except through `kit` in their dev-dependencies; this package depends on no AWS
//!   SDK. They meet on sockets only, as on AWS, so every program that speaks the Runtime API can be a function.
//! * What the function did wrong is data (a 502, a log line, an [`lambda::Outcome`]), never a Rust error of ours.
//! * Times and ids come from [`clock`], so that a test can freeze them. Deadlines of processes are real time.
//! * Everything listens on 127.0.0.1 and on ports that the caller chose; tests take free ones.
//! * Everything that listens asks [`guard`] before it answers. A listener that does not is found by the browser test `hostile`,
//!   which looks at the process's sockets and not at a list.
//! * Recursion over what a client or a template says is bounded before it begins.
//!
//! # Decisions that differ from what one would try first
//!
//! * `wire` reads HTTP by itself, because REST events keep the spelling of header names that an HTTP library folds.
//! * `dynamodb` has its engine answer calls over sockets that nobody else can reach, so nearly all refusals are the engine's own. What the
//!   engine cannot read, or answers otherwise than the service, is put right on the way in and out.
//! * What takes long to compile is in a crate of its own, not behind a Cargo feature of this one: the table engine in `dynamodb`, SQLite
//!   in `dynamodb` and `s3`, JSON schemas in `models`. So this crate exists in one form, and a lab with neither table nor bucket
//!   does not wait for SQLite.
//! * A service is plugged in as a [`service::ServicePlugin`]: two functions and a list, not a trait. Only what runs is
//!   a trait ([`service::HostedService`]), because only that has state.
//! * `programs` takes a binary as it is when its dep-info file says that nothing changed. Asking Cargo is more certain, and takes
//!   longer than everything else in a warm start together.
//! * `api_gateway::mapping` is a small Velocity of our own: integrations use a tenth of the language, and the execution log says what a
//!   template may not do. Models, on the other hand, are judged by a JSON schema library.
//! * A mapping's checkpoint is one sequence number, although `ParallelizationFactor` lets batches overtake each other: it stands
//!   before the first record that is not finished, and everything after it is delivered again after a restart. At least once is
//!   what a stream promises.
//! * A deployment into a running cloud changes its parts in place instead of booting a second cloud beside the first: tables,
//!   queues and warm environments then need not be handed over, because nobody lets go of them. So everything that can be
//!   refused is checked before the first part changes.
//! * `programs` links a function's program into the data folder, as a deployment uploads it: what a learner builds while
//!   the board runs does not change it until the next deployment.
//! * `dynamodb::event_source_mapping` hears of every write instead of polling four times a second: a learner waits for the consumer,
//!   and a check that drains must not sleep. The poll stays as a safety net.
//! * [`signature`] verifies what clients sign by itself: the SDK's signer only signs, and this package depends on no SDK.
//!   S3 verifies its calls itself, because chunked bodies and form uploads are its protocol.
//! * A REST API answers every page on AWS, and here its own pages only. There a stranger's request costs money; here it would run
//!   code on the reader's machine. Programs may send any `Origin`, so that CORS can be looked at.
//! * An access key outlives its execution environment for S3 alone: idle environments are ended, and a URL that one of
//!   them presigned must stay valid, as on AWS.
//! * Asynchronous retries wait one second for each of Lambda's minutes, because a learner waits for them.

pub mod activity;
pub mod api_gateway;
mod bounded;
pub mod clock;
pub mod cloud;
pub mod cloudtrail;
pub mod cloudwatch;
pub mod data_folder;
pub mod deployment;
pub mod destinations;
pub mod endpoint;
pub mod future;
pub mod guard;
pub mod iam;
pub mod lambda;
pub mod listener;
pub mod logs;
pub mod process_group;
pub mod programs;
pub mod proxy;
pub mod service;
pub mod signature;
pub mod sqs;
pub mod template;
pub mod vpc;
pub mod wire;
