//! The finished board, as a library, because it grows: later functions share [`aws`], [`clock`] and [`keys`] with this one, and
//! a package that is about something else can run the board by [`serve`]. The program beside it, `main.rs`, is the same code
//! without a library, which is how a function that nobody builds on is written, and which compiles faster.

pub mod aws;
pub mod clock;
mod cors;
mod cursor;
mod draft;
mod error;
pub mod keys;
mod post;
mod reply;
mod request;
mod routes;
mod serve;
mod table;

pub use crate::serve::{serve, variable};
