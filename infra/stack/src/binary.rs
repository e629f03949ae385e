//! What a function's program may be called.

/// Names become names of files.
const LONGEST_NAME: usize = 200;

/// Whether Cargo, and the file system, read `name` as a name and as nothing else: not as an option, not as a path.
pub fn is_binary_name(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !name.is_empty() && !name.starts_with('-') && name.len() <= LONGEST_NAME && name.chars().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_neither_an_option_nor_a_path() {
        assert!(["solution-05", "small_board", "a", "_x", "0"].iter().all(|name| is_binary_name(name)));
        for name in ["", "--help", "-p", "../x", "a/b", "/bin/sh", "a b", "a.b", "..", "a\0", "ä", "a\n", "C:x", "a\\b"]
        {
            assert!(!is_binary_name(name), "{name:?}");
        }
    }
}
