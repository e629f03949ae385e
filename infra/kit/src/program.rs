//! What a check runs: the package's own binary, or whatever `KIT_FUNCTION` names.
//!
//! `KIT_FUNCTION="node handler.mjs"` puts any program that speaks the Runtime API in the binary's place, so that one
//! check judges functions in every language by the same bar.

use std::path::PathBuf;

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
        Ok(Program { path: PathBuf::from(path), args: words.collect() })
    }
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
        let program = Program::from_line(r#"  node "my handler.mjs" '' C:\tools\x  "#).unwrap();
        assert_eq!(program.path, PathBuf::from("node"));
        assert_eq!(program.args, ["my handler.mjs", "", r"C:\tools\x"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_line() {
        assert!(Program::from_line("  ").unwrap_err().contains("empty"));
        assert!(Program::from_line("node 'x").unwrap_err().contains("never closed"));
    }
}
