//! The whiteboard talk: its storyboard, and everything that is made from it.
//!
//! `book/whiteboard/storyboard.toml` is the only source: what is drawn, in which order and how many seconds, what is said, which
//! questions come. [`storyboard`] reads it. [`chapter`] makes the lists of the book's chapter from it, and [`script`] what the rehearsal
//! page (`book/src/whiteboard.html`) needs.

pub mod chapter;
pub mod script;
pub mod storyboard;
