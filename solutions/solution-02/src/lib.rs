//! The board of lab 02, as a library: from a proxy event to a proxy reply, or to a refusal that becomes one.
//!
//! Start with `routes`, which decides. `request` reads what an event holds, `refusal` knows what each failure looks like
//! from outside, `reply` makes the envelopes of lab 01, `posts` has the posts.

pub mod encoding;
mod posts;
mod refusal;
mod reply;
mod request;
mod routes;

pub use refusal::Refusal;
pub use routes::answer;
