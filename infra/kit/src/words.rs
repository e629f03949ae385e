//! Values and lines, cut to what a person reads at a glance.

use serde_json::Value;

/// How much of a value is shown, in characters: what fits on a line of an explanation.
const SHORT: usize = 98;

/// `value` as JSON on one line, cut in the middle when it is long.
pub(crate) fn short(value: &Value) -> String {
    cut(&value.to_string(), SHORT)
}

/// `bytes` as text on one line, cut in the middle when it is long.
pub(crate) fn short_text(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "an empty body".to_string();
    }
    cut(&on_one_line(&String::from_utf8_lossy(bytes)), SHORT)
}

/// `text` with one blank for every run of blanks and line ends.
pub(crate) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `most` of `lines`, and how many more there are.
pub(crate) fn first(mut lines: Vec<String>, most: usize) -> Vec<String> {
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Where a field of a JSON value is, as a pointer: `error.code` is `/error/code`.
pub(crate) fn pointer(path: &str) -> String {
    format!("/{}", path.replace('.', "/"))
}

/// `text` with at most `limit` characters: the beginning and the end of a long one.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_string();
    }
    let tail = limit / 4;
    let head: String = text.chars().take(limit - tail - 3).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    // The tail begins with a whole word, if it has one.
    let tail =
        tail.find([' ', ',']).filter(|at| at + 1 < tail.len()).map_or(tail.as_str(), |at| tail[at + 1..].trim_start());
    format!("{head} … {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_in_the_middle_and_counts_characters_not_bytes() {
        assert_eq!(cut("abc", 3), "abc");
        let long = "가".repeat(500);
        assert_eq!(cut(&long, 40).chars().count(), 40);
        assert_eq!(cut("the quick brown fox jumps over the lazy dog", 32), "the quick brown fox j … dog");
        assert_eq!(short_text(b""), "an empty body");
        assert_eq!(short_text(b"a\n  b"), "a b");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let lines = |count: usize| vec!["line".to_string(); count];
        assert_eq!(first(lines(2), 2), ["line", "line"]);
        assert_eq!(first(lines(4), 2), ["line", "line", "and 2 more"]);
    }
}
