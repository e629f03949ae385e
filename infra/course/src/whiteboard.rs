//! The whiteboard talk: its storyboard, and everything that is made from it.
//!
//! `book/whiteboard/storyboard.toml` is the only source: what is drawn, in which order and how many seconds, what is said, which
//! questions come. [`storyboard`] reads it. For the book, [`chapter`] makes the lists of the chapter, and [`script`] what the rehearsal
//! page (`book/src/whiteboard.html`) needs. To take along (`cargo workbook whiteboard export`) there are the finished board, which
//! [`picture`] draws with the letters of [`alphabet`], as [`svg`] and for [`excalidraw`]; a [`cue_sheet`] of one page; and
//! [`speaker_notes`].

pub mod alphabet;
pub mod chapter;
pub mod cue_sheet;
pub mod excalidraw;
pub mod picture;
pub mod script;
pub mod speaker_notes;
pub mod storyboard;
pub mod svg;
mod talk;
