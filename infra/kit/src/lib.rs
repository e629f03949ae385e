//! The words in which a lab's check is written, and what it says when it is red.
//!
//! ```ignore
//! use kit::lab;
//!
//! #[test]
//! fn greets_by_name() {
//!     let lab = lab!();
//!     let answer = lab.asks("lab-01.2", "greets by name").get("/hello?name=Ada");
//!     answer.has_status(200);
//!     answer.matches_snapshot("greets_by_name");
//! }
//! ```
//!
//! A check is black-box. [`lab!`] deploys the package's own `template.yaml` to a local cloud of the test's own and puts the
//! package's own binaries behind its functions (or any program, through the environment variable `KIT_FUNCTION`). A question
//! goes over a socket to the local API Gateway. An expectation looks at the HTTP response, at the function's reply behind
//! it, and at what the function stored, asked of the table and logged. So the same check judges a learner's lab, the
//! solution, and a handler in another language.
//!
//! # When it is red
//!
//! Every question names the TODO that it is about (`lab-01.2`). An expectation that is not met ends the test with at most 25 lines:
//! what was asked, what was expected, what it got, why AWS answers like that, where the TODO is, where the book explains it. The
//! messages are under test in `tests/course`.
//!
//! A place that a learner fills is a *TODO*, here as everywhere: readers meet it as `TODO(lab-01.2)` in the code, in the chapter
//! and in every message, and no second word stands for it. A failure that belongs to another TODO than the one asked about is
//! *attributed* to it ([`Failure`], [`Answer::attributed_to`]).
//!
//! # The answer key
//!
//! [`Answer::matches_snapshot`] compares with what the finished lab answered. These snapshots are sealed: see `seal` and
//! `key`. Only `cargo xtask bless` makes new ones, and only from a solution.
//!
//! # Where to read on
//!
//! | module | has |
//! |---|---|
//! | `lab`, `ask` | the vocabulary |
//! | `answer` | the expectations |
//! | `cors` | pages that ask |
//! | `command`, `open_files` | programs that are not functions |
//! | `table`, `stream`, `queue` | what is stored, and what follows from it |
//! | `bucket`, `site`, `page` | what lies in S3, and pages that are run |
//! | `log`, `throttle` | what functions print, and what they do when they are throttled |
//! | `deployment`, `role`, `vpc` | why a template is refused, and what it allows although no answer shows it |
//! | `postgres` | a database |
//! | `cause`, `explanation` | the red side |
//! | `cloud` | the local cloud: the only module that boots one |
//!
//! `browser` is public because it is compared with a real one, `http` and `mask` because the book's transcripts are asked for
//! and masked as checks do it, `seal` because the command that blesses seals.

mod answer;
mod ask;
pub mod browser;
#[cfg(feature = "s3")]
mod bucket;
mod cause;
mod cloud;
mod command;
mod cors;
mod deployment;
mod difference;
mod explanation;
mod failure;
pub mod http;
#[cfg(feature = "dynamodb")]
mod invocation;
mod key;
mod lab;
mod log;
pub mod mask;
mod open_files;
#[cfg(feature = "pages")]
mod page;
mod place;
mod policy;
#[cfg(feature = "postgres")]
mod postgres;
mod program;
#[cfg(feature = "dynamodb")]
mod queue;
mod record;
mod role;
mod routes;
pub mod seal;
mod services;
#[cfg(feature = "s3")]
mod site;
#[cfg(feature = "dynamodb")]
mod stream;
#[cfg(feature = "dynamodb")]
mod table;
mod throttle;
mod vpc;
mod words;
mod written_out;

pub use answer::Answer;
pub use ask::Ask;
#[cfg(feature = "s3")]
pub use bucket::StoredObject;
pub use command::{Command, Run};
pub use cors::{FetchResult, Page};
pub use deployment::Deployment;
pub use failure::Failure;
#[cfg(feature = "dynamodb")]
pub use invocation::{Delivered, Invocation};
pub use lab::Lab;
pub use log::{LogLine, Metric, Report};
pub use open_files::opens_files;
#[cfg(feature = "pages")]
pub use page::{OpenPage, PageRequest};
#[cfg(feature = "postgres")]
pub use postgres::Database;
pub use role::Role;
#[cfg(feature = "s3")]
pub use site::{SiteResponse, signed_parameter};
#[cfg(feature = "dynamodb")]
pub use stream::Changes;
#[cfg(feature = "dynamodb")]
pub use table::DynamoDbRequest;
pub use throttle::{LambdaRequest, connections};

/// Deploys the package whose check this stands in, and gives a [`Lab`] to ask. The test ends with an explanation when the template
/// cannot be deployed.
#[macro_export]
macro_rules! lab {
    () => {
        $crate::deployment!().deployed()
    };
}

/// As [`lab!`](crate::lab!), for templates that AWS may refuse: gives a [`Deployment`] that is told which TODO a refusal
/// belongs to before it is made.
#[macro_export]
macro_rules! deployment {
    () => {
        $crate::Deployment::of(
            env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))),
            env!("CARGO_MANIFEST_DIR"),
            env!("CARGO_PKG_DESCRIPTION"),
        )
    };
}
