//! The seal on the answer key: a digest of every snapshot, compiled into the kit.
//!
//! A snapshot is a file in the learner's checkout, and an editor, a merge or a well-meant tool can change it until a wrong
//! lab agrees with it. The table `seal/digests.txt` is written by `cargo xtask bless` together with the snapshots, so
//! a key that was changed by anything else no longer fits its seal. No version control is asked: a workbook from a zip
//! file is sealed as well.

use sha2::{Digest, Sha256};

/// One line for each snapshot: `lab-01/greets_by_name <sha256>`.
const DIGESTS: &str = include_str!("seal/digests.txt");

/// Whether a snapshot is the one that was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// It is.
    Whole,
    /// The file is not as it was sealed.
    Broken,
    /// The table does not have the snapshot.
    Unknown,
}

/// Checks the text of the snapshot `name` (`lab-01/greets_by_name`) against the table.
pub(crate) fn check(name: &str, text: &str) -> Seal {
    check_against(DIGESTS, name, text)
}

/// Whether the table has a snapshot called `name`.
pub(crate) fn knows(name: &str) -> bool {
    entry(DIGESTS, name).is_some()
}

fn check_against(table: &str, name: &str, text: &str) -> Seal {
    match entry(table, name) {
        Some(sealed) if sealed == digest(text) => Seal::Whole,
        Some(_) => Seal::Broken,
        None => Seal::Unknown,
    }
}

fn entry<'table>(table: &'table str, name: &str) -> Option<&'table str> {
    table
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .find_map(|(known, digest)| (known == name).then_some(digest))
}

/// The seal of a snapshot's text: SHA-256 in hexadecimal. Line ends do not count, because a checkout on Windows has others.
pub fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_letter_breaks_the_seal_and_a_line_end_does_not() {
        let table = format!("lab-01/a {}\n", digest("x\ny\n"));
        assert_eq!(check_against(&table, "lab-01/a", "x\ny\n"), Seal::Whole);
        assert_eq!(check_against(&table, "lab-01/a", "x\r\ny\r\n"), Seal::Whole);
        assert_eq!(check_against(&table, "lab-01/a", "x\nY\n"), Seal::Broken);
        assert_eq!(check_against(&table, "lab-01/b", "x\ny\n"), Seal::Unknown);
    }

    #[test]
    fn the_table_is_well_formed() {
        for line in DIGESTS.lines() {
            let (name, digest) = line.split_once(' ').expect(line);
            assert!(name.starts_with("lab-") && digest.len() == 64, "{line}");
        }
    }
}
