//! Texts that say a status and no more: `502`, `HTTP/1.1 403 Forbidden`, a page of HTML that some web server made.
//!
//! A status does not say who answered, so no page of the register explains it; the introduction's table of hops does.
//! `book/register/statuses.txt` has the phrases, and the words that may stand around them.

use std::collections::BTreeSet;

use super::words::words;

/// The phrases of each status, the longest first, and the words that may stand around them.
#[derive(Debug, Default)]
pub(super) struct Statuses {
    phrases: Vec<(String, Vec<String>)>,
    around: BTreeSet<String>,
}

impl Statuses {
    /// Reads the lines of `statuses.txt`.
    pub(super) fn parse(lines: &str) -> Statuses {
        let mut statuses = Statuses::default();
        for line in lines.lines() {
            let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
            if is_refusal(first) {
                statuses.phrases.push((first.to_string(), vec![first.to_string()]));
                statuses.phrases.extend(rest.split(" / ").map(|phrase| (first.to_string(), words(phrase))));
            } else if first == "around" {
                statuses.around.extend(words(rest));
            }
        }
        statuses.phrases.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.len()));
        statuses
    }

    /// Whether a word may stand around a status.
    pub(super) fn are_around(&self, word: &str) -> bool {
        self.around.contains(word)
    }

    /// The statuses that a text says, if it says no more.
    pub(super) fn said_by(&self, text: &str) -> BTreeSet<String> {
        // A log names the path that was asked for.
        let parts = text.split([' ', '\t', '\r', '\n']).filter(|part| !part.starts_with('/'));
        let said = words(&parts.collect::<Vec<_>>().join(" "));
        let mut rest = said.as_slice();
        let mut found = BTreeSet::new();
        while let Some((first, others)) = rest.split_first() {
            if let Some((status, phrase)) = self.phrases.iter().find(|(_, phrase)| rest.starts_with(phrase)) {
                found.insert(status.clone());
                rest = &rest[phrase.len()..];
            } else if self.around.contains(first) {
                rest = others;
            } else {
                return BTreeSet::new();
            }
        }
        found
    }
}

fn is_refusal(word: &str) -> bool {
    word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_alone_and_among_what_stands_around_it() {
        let statuses = Statuses::parse(
            "Prose.\n403 forbidden / access denied\n504 gateway timeout\naround http status code html nginx",
        );
        for (text, wanted) in [
            ("403", "403"),
            ("HTTP/1.1 403 Forbidden", "403"),
            ("<html>403 Forbidden nginx</html>", "403"),
            ("Status code: 504, 403", "403 504"),
            ("Access denied", "403"),
            ("http /dev/board 403", "403"),
            ("443", ""),
            ("http", ""),
            ("403 Forbidden, says the guard", ""),
            ("", ""),
        ] {
            let said: Vec<String> = statuses.said_by(text).into_iter().collect();
            assert_eq!(said.join(" "), wanted, "{text}");
        }
    }
}
