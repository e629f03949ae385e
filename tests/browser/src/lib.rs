//! The vocabulary of browser tests: a Chromium, its tabs, and the board in a tab.
//!
//! A test starts the board as a user does (`journeys::Board`), opens it in a [`Tab`], and says what a visitor does and
//! sees. Nothing waits by the clock: [`Tab::until`] waits in the page for a condition and wakes with the page's own
//! changes. The names of things on the page are the hooks that `site/js/main.js` lists, and for the
//! whiteboard `book/src/whiteboard/main.js`. Read next: `chromium`, `tab`,
//! `page`, `rehearsal` (the whiteboard), and the stories in `tests/`.
//!
//! This package needs Debian's `chromium`, or another one named by the variable `CHROMIUM`. That is why it is no
//! default member of the workspace: `cargo test` needs nothing but Rust, `cargo test -p browser` needs a browser.

mod chromium;
mod console;
mod page;
mod rehearsal;
mod still;
mod tab;

pub use chromium::Chromium;
pub use console::Console;
pub use rehearsal::Point;
pub use still::{Answer, fetched, serve_answers, serve_page, serve_return, serve_site, serve_witness};
pub use tab::Tab;
