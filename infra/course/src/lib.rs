//! The course: how labs are made from solutions, how answers are recognised, and what helps with them.
//!
//! The library reads solutions, cuts their marked regions and fills them again: with the starter's text, with the finished
//! code, with a wrong answer. Three programs use it: the command (`cargo workbook`), the maintainers' command (`cargo xtask
//! starters` writes the starters into `labs/`), and the course linter in `tests/course`, which builds starter, finished code
//! and wrong answers in a folder of its own and runs each lab's check on them.
//!
//! # To add a lab
//!
//! 1. `solutions/solution-NN`: the finished code, its TODOs marked as `regions` says, its manifest with the lab's title as
//!    `description`, with `kit` among the dev-dependencies and with the lab's check as `[[test]]`.
//! 2. `labs/lab-NN/tests/check.rs`: questions and expectations in the words of `kit`; every test asks for at least one TODO.
//! 3. `cargo xtask starters` writes the rest of `labs/lab-NN`, `cargo xtask bless NN` the answer key.
//! 4. `tests/wrong-answers/lab-NN/NN.K-what-is-wrong.rs`: for every TODO what learners plausibly write, and the words by
//!    which the check must recognise them.
//! 5. `cargo xtask bless --messages` keeps what the red checks say. Read every one of them as a learner would.
//! 6. `book/hints/NN.toml`: what helps with each TODO, and what is observed of each wrong answer. `COURSE_LABS=NN cargo test
//!    -p course-linter --test hints` shows whether every wrong answer is recognised by what its check says.
//! 7. `book/src/NN-*.md`, the chapter, with its line in `book/src/SUMMARY.md` and its transcripts in `book/transcripts/NN.toml`, which
//!    `book/transcripts.toml` lists; `cargo xtask book NN` records them.
//! 8. `tests/wrong-answers/lab-NN.toml`: which wrong answers break each sentence of the chapter. `cargo xtask mutants NN` writes
//!    `lab-NN.mutants.toml` beside it, and `cargo xtask proof` the page that lists both.
//! 9. A row in the README's table.
//!
//! Read `regions` first, then `lab`. `generation` writes starters without ever losing a learner's work, `run` reads what a
//! check printed, `message` what a red test said, `recognition` tells which wrong answer it speaks of, and `hints` what helps.
//! `chapters` completes the book's pages when it is built: with the words of `glossary`, with what `whiteboard` makes of the storyboard, with
//! the cards of `review`. `wrong_answer` reads what learners plausibly write, `scratch` is where the linter builds it, `drills` reads the
//! drills, and `register` finds the page of a pasted message.

pub mod chapters;
pub mod drills;
pub mod generation;
pub mod glossary;
pub mod hints;
pub mod lab;
pub mod manifest;
pub mod message;
pub mod minutes;
pub mod recognition;
pub mod regions;
pub mod register;
pub mod review;
pub mod root;
pub mod run;
pub mod scratch;
pub mod titles;
pub mod todo;
pub mod whiteboard;
pub mod wrong_answer;
