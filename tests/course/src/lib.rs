//! The course: how labs are made from solutions, and what must hold for every one of them.
//!
//! The library reads solutions, cuts their marked regions and fills them again: with the starter's text, with the finished
//! code, with a wrong answer. `cargo workbook dev starters` writes the first of the three into `labs/`. The linter in
//! `tests/` builds all three in a folder of its own and runs each lab's check on them: starters are red on every test,
//! wrong answers are red by name, solved labs are green. It never looks at a learner's edits, so it passes in the checkout
//! of somebody who is half-way through.
//!
//! Read `regions` first, then `lab`.

pub mod generation;
pub mod lab;
pub mod manifest;
pub mod regions;
pub mod run;
pub mod scratch;
pub mod wrong_answer;
