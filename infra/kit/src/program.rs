//! What a check runs: the package's own binary, or the program that `KIT_FUNCTION` names.
//!
//! `KIT_FUNCTION="node handler.mjs"` puts any program that speaks the Runtime API in the binary's place, so that one
//! check judges functions in every language by the same bar.

use std::path::{Path, PathBuf};

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) args: Vec<String>,
}

impl Program {
    /// Reads `line` as a shell would: blanks separate, quotes join. Backslashes are kept, because Windows paths have them.
    ///
    /// # Errors
    ///
    /// A sentence, when a quote is not closed or there is no word at all.
    pub(crate) fn from_line(line: &str) -> Result<Program, String> {
        let mut words = words(line)?.into_iter();
        let path = words.next().ok_or("KIT_FUNCTION is set but empty. Name a program in it, or unset it.")?;
        let path = PathBuf::from(path);
        if !is_there(&path) {
            return Err(format!("KIT_FUNCTION names {}, and there is no such program.", path.display()));
        }
        Ok(Program { path, args: words.collect() })
    }
}

/// Whether `path` is a file, or a bare name that one of the folders in `PATH` has.
fn is_there(path: &Path) -> bool {
    if path.components().count() > 1 || path.is_file() {
        return path.is_file() || path.with_added_extension("exe").is_file();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(path)).any(|file| {
        // Windows starts `node` when there is a node.exe, and scripts by their own endings.
        ["", "exe", "cmd", "bat"].iter().any(|ending| match *ending {
            "" => file.is_file(),
            ending => cfg!(windows) && file.with_added_extension(ending).is_file(),
        })
    })
}

fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, blank) if blank.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    if let Some(open) = quote {
        return Err(format!("KIT_FUNCTION has a {open} that is never closed: {line}"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_like_a_shell_and_leaves_windows_paths_alone() {
        let program = Program::from_line(r#"  cargo "my handler.mjs" '' C:\tools\x  "#).unwrap();
        assert_eq!(program.path, PathBuf::from("cargo"));
        assert_eq!(program.args, ["my handler.mjs", "", r"C:\tools\x"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_line() {
        assert!(Program::from_line("  ").unwrap_err().contains("empty"));
        assert!(Program::from_line("cargo 'x").unwrap_err().contains("never closed"));
        for missing in ["no-such-program x", "./no/such/program"] {
            assert!(Program::from_line(missing).unwrap_err().contains("there is no such program"), "{missing}");
        }
    }
}
