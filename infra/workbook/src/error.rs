//! Why a command failed: what is wrong, and what to type next.
//!
//! Every command ends with this one error, and none can be made without its last line. Libraries say what is wrong in types of their
//! own; here they get the words that lead on. `advice` has those of a board that does not start.

use std::fmt::{self, Display};
use std::io::ErrorKind;
use std::path::Path;

use course::regions::Fault;
use local::data_folder::reason;

use crate::client::CallError;

/// What is wrong, and what to type next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    what: String,
    next: String,
}

impl Error {
    /// The failure `what`, after which somebody does as `next` says.
    pub fn new(what: impl Display, next: impl Into<String>) -> Error {
        Error { what: what.to_string().trim_end().to_string(), next: of_this_board(&next.into(), &board_options()) }
    }

    /// The failure `what`, after which the same command helps as soon as somebody has done as `first` says.
    pub fn again(what: impl Display, first: &str) -> Error {
        Error::new(what, format!("{first}, then: {}", same_command()))
    }

    /// This failure about the file `copy`, told of the one that somebody knows.
    pub fn naming(self, copy: &Path, theirs: &Path) -> Error {
        let renamed = |text: &str| text.replace(&copy.display().to_string(), &theirs.display().to_string());
        Error { what: renamed(&self.what), next: renamed(&self.next) }
    }

    /// A file or folder that cannot be used as it must be: `.map_err(Error::of_file(&path))`.
    pub fn of_file(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        move |why| {
            let first = match why.kind() {
                // A folder, a pipe or a link in the place of a file.
                ErrorKind::InvalidInput | ErrorKind::IsADirectory => "Move it away",
                ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "Move away what is in the place of its folder",
                ErrorKind::InvalidData | ErrorKind::FileTooLarge => "Give it another name, to keep it",
                _ => "Make sure that it can be read and written",
            };
            Error::again(format!("{}: {}.", path.display(), reason(&why)), first)
        }
    }

    /// Cargo, which cannot be run.
    pub fn of_cargo(why: std::io::Error) -> Error {
        Error::again(format!("Cargo cannot be run: {why}."), "Install Rust (https://rustup.rs)")
    }
}

impl Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}\n{}", self.what, self.next)
    }
}

impl std::error::Error for Error {}

/// A solution that cannot be read, from which labs are made.
impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        let first = "This file belongs to the workbook and not to your work. Bring it back as it was";
        Error::again(fault, first)
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Error {
        let next = match &error {
            CallError::Silent { .. } => "Is the board still running? Start it in another terminal: cargo run",
            CallError::OtherBoard { .. } => "Name the data folder of this board: --data FOLDER",
            CallError::Refused { .. } => "See which functions there are and what they printed: cargo workbook logs",
        };
        Error::new(error, next)
    }
}

/// What was typed, as it can be typed again.
fn same_command() -> String {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| quoted(&word.to_string_lossy())).collect();
    if words.is_empty() { "cargo run".to_string() } else { format!("cargo workbook {}", words.join(" ")) }
}

/// The options of what was typed that say which board is meant, as they are typed again: ` --data DIR`. Empty where there are none.
pub(crate) fn board_options() -> String {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    options_in(&words)
}

fn options_in(words: &[String]) -> String {
    let mut options = String::new();
    for (at, word) in words.iter().enumerate() {
        for name in ["--data", "--endpoint"] {
            let value = match word.strip_prefix(name) {
                Some("") => words.get(at + 1).map(String::as_str),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            if let Some(value) = value {
                options.push_str(&format!(" {name} {}", quoted(value)));
            }
        }
    }
    options
}

/// The advice `next` with `options`, where it ends with a command that would otherwise mean another board.
fn of_this_board(next: &str, options: &str) -> String {
    let Some((_, command)) = next.rsplit_once(": cargo ").filter(|_| !options.is_empty()) else {
        return next.to_string();
    };
    let first = command.strip_prefix("workbook ").and_then(|rest| rest.split(' ').next());
    let asks_board = first.is_some_and(|first| ["deploy", "env", "events", "invoke", "logs"].contains(&first));
    let starts = command == "run" || command.starts_with("run -- up");
    if command.contains(" --data")
        || command.contains(" --endpoint")
        || !(asks_board || starts && !options.contains(" --endpoint "))
    {
        return next.to_string();
    }
    let up = if command == "run" { " -- up" } else { "" };
    format!("{next}{up}{options}")
}

/// A word that a shell reads as one.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_ends_with_what_to_type() {
        let last = |error: Error| error.to_string().lines().last().unwrap_or_default().to_string();
        let fault = Fault { file: "solutions/x.rs".to_string(), line: 1, what: "is not closed".to_string() };
        let refused = CallError::Refused { error_type: "AccessDenied".to_string(), message: "no".to_string() };
        let silent = CallError::Silent { url: "http://127.0.0.1:1".to_string(), why: "refused".to_string() };
        let other = CallError::OtherBoard { message: "no".to_string() };
        assert!(last(fault.into()).contains("then: cargo "));
        assert!(last(silent.into()).ends_with(": cargo run"));
        assert!(last(refused.into()).ends_with(": cargo workbook logs"));
        assert!(last(other.into()).contains("--data FOLDER"));
        assert!(last(Error::of_cargo(std::io::Error::other("gone"))).contains("rustup"));
        assert!(last(Error::of_file(Path::new("a"))(std::io::Error::other("gone"))).contains("then: cargo "));
    }

    #[test]
    fn a_command_means_the_board_that_was_meant() {
        let words = |text: &str| text.split(' ').map(str::to_string).collect::<Vec<_>>();
        assert_eq!(options_in(&words("invoke hello --data /tmp/b")), " --data /tmp/b");
        assert_eq!(options_in(&words("logs --endpoint=http://127.0.0.1:1")), " --endpoint http://127.0.0.1:1");
        assert_eq!(options_in(&words("cost --data-file a")), "");
        let data = " --data /tmp/b";
        for (next, expected) in [
            (
                "See what it printed: cargo workbook logs hello",
                "See what it printed: cargo workbook logs hello --data /tmp/b",
            ),
            ("Start it: cargo run", "Start it: cargo run -- up --data /tmp/b"),
            ("Empty it: cargo run -- up --fresh", "Empty it: cargo run -- up --fresh --data /tmp/b"),
            ("Choose: cargo run -- up --data FOLDER", "Choose: cargo run -- up --data FOLDER"),
            ("See all: cargo workbook status", "See all: cargo workbook status"),
            ("Move it away", "Move it away"),
        ] {
            assert_eq!(of_this_board(next, data), expected);
            assert_eq!(of_this_board(next, ""), next);
        }
    }

    #[test]
    fn a_command_is_shown_as_it_can_be_typed() {
        assert_eq!(quoted("--data=/tmp/a"), "--data=/tmp/a");
        assert_eq!(quoted("{\"a\": 1}"), "'{\"a\": 1}'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
