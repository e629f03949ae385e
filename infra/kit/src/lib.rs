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
//! package's own binaries behind its functions (or any program, through the environment variable `KIT_FUNCTION`); a question
//! goes over a socket to the local API Gateway; an expectation looks at the HTTP response, at the function's reply behind
//! it, at what it stored, asked of the table and logged. So the same check judges a learner's lab, the solution, and a
//! handler in another language.
//!
//! # When it is red
//!
//! Every question names the hole that it is about (`lab-01.2`) and every expectation that is not met ends the test with
//! at most 25 lines: what was asked, expected and came, why AWS answers like that, where the TODO stands, where the book
//! tells about it. The messages are under test in `tests/course`.
//!
//! # The answer key
//!
//! [`Answer::matches_snapshot`] compares with what the finished lab answered. These snapshots are sealed: see `seal` and
//! `key`. Only `cargo workbook dev bless` makes new ones, and only from a solution.
//!
//! Read `lab` and `ask` for the vocabulary, `answer` for the expectations, `cause` and `explanation` for the red side;
//! `cloud` is the only module that knows the local cloud. `http` and `mask` are public because the book's transcripts are asked
//! for and masked as checks do it.

mod answer;
mod ask;
mod cause;
mod cloud;
mod difference;
mod explanation;
pub mod http;
mod key;
mod lab;
pub mod mask;
mod place;
mod program;
mod record;
pub mod seal;
#[cfg(feature = "tables")]
mod table;
mod words;

pub use answer::Answer;
pub use ask::Ask;
pub use lab::Lab;
#[cfg(feature = "tables")]
pub use table::TableCall;

/// Deploys the package whose check this stands in, and gives a [`Lab`] to ask.
#[macro_export]
macro_rules! lab {
    () => {
        $crate::Lab::open(
            env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))),
            env!("CARGO_MANIFEST_DIR"),
            env!("CARGO_PKG_DESCRIPTION"),
        )
    };
}
