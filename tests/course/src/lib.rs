//! The course linter: what must hold for every lab and every chapter.
//!
//! The rules that need no build are the library's: `chapters` holds the book to its labs (what a chapter must have, and what it
//! may show), `hints` holds the hints to theirs, `review` the cards, `whiteboard` the talk's storyboard, and `proof` reads what is kept
//! of the checks' own proof. `mutants` makes small changes of a solution. The rest is in `tests/`: starters are red on every test, wrong
//! answers are red by name, solved labs are green. It never looks at a learner's edits, so it passes in the checkout of somebody who is half-way
//! through. How labs are made stands in `infra/course`.

pub mod chapters;
pub mod hints;
pub mod mutants;
pub mod proof;
pub mod review;
pub mod whiteboard;
