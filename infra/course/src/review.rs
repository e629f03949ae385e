//! Review: questions that come back on the day on which they are about to be forgotten.
//!
//! [`cards`] reads them from their one source, `book/review/cards.toml`, and finds the book's checkpoints, which become cards for those who
//! miss them. [`memory`] knows what somebody remembers of each, and when it is due. [`chapter`] puts cards into the pages of the book, and
//! [`script`] gives them to the review's page, and
//! [`anki`] writes them for those who review elsewhere. The command has the terminal, and `book/src/review.html` the page.

pub mod anki;
pub mod cards;
pub mod chapter;
pub mod memory;
pub mod script;
