//! What the command prints, on pipes that may have been closed.
//!
//! `println!` panics when nobody reads any more, and `cargo workbook events | head -1` is a sensible thing to write. So all
//! commands print with [`say!`] and [`note!`]. One that only shows something ends quietly with its reader, also while it waits for
//! more to show. All others go on: `up` serves, `check` has an exit code to give, `deploy` an update to see through.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the command has nothing to do but to print.
static ONLY_SHOWS: AtomicBool = AtomicBool::new(false);

/// A line on standard output, written as with `println!`.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::line(format_args!($($text)*)) };
}

/// A line on standard error, written as with `eprintln!`. Nobody has to read it.
macro_rules! note {
    ($($text:tt)*) => { $crate::output::error_line(format_args!($($text)*)) };
}

pub(crate) use {note, say};

/// From now on the process ends with the reader of its output.
pub fn end_with_reader() {
    ONLY_SHOWS.store(true, Ordering::Relaxed);
}

/// Ends when the reader of standard output is gone, if the command has nothing to do but to print. A system that does not say so lets
/// it wait for its next line.
pub async fn reader_is_gone() {
    #[cfg(unix)]
    if ONLY_SHOWS.load(Ordering::Relaxed) {
        use std::os::fd::AsFd;
        use tokio::{io::Interest, net::unix::pipe::Sender};
        // A file is not watched, and has no reader to lose.
        let output = std::io::stdout().as_fd().try_clone_to_owned().and_then(Sender::from_owned_fd_unchecked);
        if let Ok(output) = output
            && output.ready(Interest::ERROR).await.is_ok()
        {
            return;
        }
    }
    std::future::pending().await
}

/// Prints a line. When the command only shows something and nobody reads it any more, the process ends successfully: it was
/// shown as far as it was wanted. When the output cannot be written for another reason, the process ends with an error.
pub fn line(text: Arguments<'_>) {
    let Err(error) = written(&mut std::io::stdout().lock(), text) else { return };
    if !ONLY_SHOWS.load(Ordering::Relaxed) {
        return;
    }
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    error_line(format_args!("The output cannot be written: {}.", local::data_folder::reason(&error)));
    std::process::exit(1);
}

/// Prints a line for a reader who watches. There is nowhere to say that this failed.
pub fn error_line(text: Arguments<'_>) {
    let _ = written(&mut std::io::stderr().lock(), text);
}

/// A message without what a terminal would obey: functions print what strangers send.
pub fn harmless(message: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && !['\n', '\t'].contains(&c) { c.escape_unicode().to_string() } else { c.to_string() }
    };
    message.chars().map(shown).collect()
}

fn written(to: &mut impl Write, text: Arguments<'_>) -> std::io::Result<()> {
    to.write_fmt(text)?;
    to.write_all(b"\n")?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that nobody reads.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_an_error_and_a_line_is_whole() {
        assert_eq!(written(&mut Closed, format_args!("x")).unwrap_err().kind(), ErrorKind::BrokenPipe);
        let mut bytes = Vec::new();
        written(&mut bytes, format_args!("{}", 1)).unwrap();
        assert_eq!(bytes, b"1\n");
    }

    #[test]
    fn a_terminal_obeys_nothing_that_a_function_prints() {
        assert_eq!(harmless("two\n\tlines, é"), "two\n\tlines, é");
        assert_eq!(harmless("\u{1b}]0;title\u{7}\u{9b}2J\r"), r"\u{1b}]0;title\u{7}\u{9b}2J\u{d}");
    }
}
