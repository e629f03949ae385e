//! What a check says when it is red: at most 25 lines, in plain words.
//!
//! The order is that of a reader's questions: which TODO is it, what was asked, what was expected, what it got, what
//! AWS makes of that, what the function itself said, and where to go next. The first line carries the TODO's id.

use std::panic;

use crate::words::cut;

/// The most lines that an explanation has.
const LINES: usize = 25;
/// The widest line, in characters: it stays whole in a terminal beside an editor.
const WIDTH: usize = 110;
/// Where the text of a part begins.
const INDENT: usize = 12;

/// An explanation in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Explanation {
    /// `lab-01.2`.
    pub(crate) todo: String,
    /// The TODO that the question was about, when it cannot be judged before `todo` is mended.
    pub(crate) waiting: Option<String>,
    /// What the check was about, as a sentence's end: `greets by name`.
    pub(crate) about: String,
    /// The request, and what the function was asked before.
    pub(crate) asked: Vec<String>,
    pub(crate) expected: Vec<String>,
    pub(crate) got: Vec<String>,
    /// What the function replied.
    pub(crate) replied: Vec<String>,
    /// What went wrong between function and caller.
    pub(crate) why: Vec<String>,
    /// The function's last words.
    pub(crate) log: Vec<String>,
    /// Where to look: the TODO, the chapter.
    pub(crate) next: Vec<String>,
}

/// The expectation that everything has which a check looks at; it needs a method `fails`.
macro_rules! shows {
    () => {
        /// Expects what only the check can tell; `expected` and `got` are the words for a red one.
        pub fn shows(&self, holds: bool, expected: impl std::fmt::Display, got: impl std::fmt::Display) -> &Self {
            if !holds {
                self.fails(&expected.to_string(), &got.to_string());
            }
            self
        }
    };
}
pub(crate) use shows;

impl Explanation {
    /// Ends the test, red. The text goes to the test's output; the panic itself stays silent.
    pub(crate) fn fail(self) -> ! {
        println!("{}", self.text());
        panic::resume_unwind(Box::new("the check is red"))
    }

    /// The whole text. Where there is too much, the log gives way first, then the longest part.
    pub(crate) fn text(&self) -> String {
        let mut parts = self.parts();
        loop {
            let text = self.laid_out(&parts);
            if text.len() <= LINES {
                return text.join("\n");
            }
            if !shorten(&mut parts) {
                return text[..LINES].join("\n");
            }
        }
    }

    fn parts(&self) -> Vec<(&'static str, Vec<String>)> {
        let parts = [
            ("asked", &self.asked),
            ("expected", &self.expected),
            ("got", &self.got),
            ("replied", &self.replied),
            ("why", &self.why),
            ("its log", &self.log),
            ("look at", &self.next),
        ];
        parts.into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(label, lines)| (label, wrapped(lines))).collect()
    }

    fn laid_out(&self, parts: &[(&'static str, Vec<String>)]) -> Vec<String> {
        let waiting = self.waiting.as_ref().map(|todo| format!(", before {todo} can be judged")).unwrap_or_default();
        let mut text = vec![format!("{}{waiting}: {}", self.todo, self.about), String::new()];
        for (label, lines) in parts {
            for (index, line) in lines.iter().enumerate() {
                let label = if index == 0 { label } else { "" };
                text.push(format!("  {label:<width$}{line}", width = INDENT - 2).trim_end().to_string());
            }
        }
        text
    }
}

/// Takes one line out of the part that can spare it; false when none can.
fn shorten(parts: &mut [(&'static str, Vec<String>)]) -> bool {
    let spare = |(label, lines): &(&'static str, Vec<String>)| match (*label, lines.len()) {
        ("look at", _) | (_, 0 | 1) => 0,
        ("its log", length) => 100 + length,
        (_, length) => length,
    };
    let Some(part) = parts.iter_mut().max_by_key(|part| spare(part)).filter(|part| spare(part) > 0) else {
        return false;
    };
    if part.0 == "its log" {
        part.1.remove(0);
    } else {
        part.1.pop();
        if let Some(last) = part.1.last_mut() {
            *last = "…".to_string();
        }
    }
    true
}

fn wrapped(lines: &[String]) -> Vec<String> {
    lines.iter().flat_map(|line| wrap(line)).collect()
}

/// Breaks at blanks. A word that is too long for a line by itself is cut, unless it is a place in a template.
fn wrap(line: &str) -> Vec<String> {
    let width = WIDTH - INDENT;
    let hang = " ".repeat(line.chars().take_while(|c| *c == ' ').count());
    let mut lines = vec![hang.clone()];
    for word in line.split_whitespace().flat_map(|word| pieces(word, width - hang.len())) {
        let last = lines.last_mut().expect("starts with one line and only grows");
        let empty = last.trim().is_empty();
        if empty || last.chars().count() + 1 + word.chars().count() <= width {
            if !empty {
                last.push(' ');
            }
            last.push_str(&word);
        } else {
            lines.push(format!("{hang}{word}"));
        }
    }
    lines
}

/// A word in pieces that fit: `BoardApi.Properties.GatewayResponses.…` goes on after a dot, since each of its names says where
/// to look; of anything else the middle is left out.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let is_place = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
    let names: Vec<&str> = word.split_inclusive('.').collect();
    if word.len() <= room || !is_place || names.iter().any(|name| name.len() > room) {
        return vec![cut(word, room)];
    }
    let mut pieces: Vec<String> = Vec::new();
    for name in names {
        match pieces.last_mut().filter(|last| last.len() + name.len() <= room) {
            Some(last) => last.push_str(name),
            None => pieces.push(name.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_readable_to_its_end_and_other_long_words_are_cut() {
        let place =
            "BoardApi.Properties.GatewayResponses.DEFAULT_4XX.ResponseParameters.Headers.Access-Control-Allow-Origin:";
        let lines = wrap(&format!("  {place} Invalid mapping expression: *"));
        assert_eq!(
            lines,
            [
                "  BoardApi.Properties.GatewayResponses.DEFAULT_4XX.ResponseParameters.Headers.",
                "  Access-Control-Allow-Origin: Invalid mapping expression: *"
            ]
        );
        let base64 = "QUJD.".repeat(3) + &"QUJDREVG".repeat(20);
        assert_eq!(wrap(&base64), [cut(&base64, WIDTH - INDENT)]);
    }

    #[test]
    fn reads_from_the_todo_to_the_next_step() {
        let explanation = Explanation {
            todo: "lab-01.2".into(),
            about: "greets by name".into(),
            asked: vec!["GET /hello?name=Ada".into()],
            expected: vec!["status 200".into()],
            got: vec!["status 502".into()],
            next: vec!["TODO(lab-01.2) in src/main.rs:3".into()],
            ..Explanation::default()
        };
        let text = "lab-01.2: greets by name\n\n  asked     GET /hello?name=Ada\n  expected  status 200\n  \
                    got       status 502\n  look at   TODO(lab-01.2) in src/main.rs:3";
        assert_eq!(explanation.text(), text);
    }

    #[test]
    fn never_more_than_25_lines_and_the_way_out_is_always_among_them() {
        let many = |n: usize| (0..n).map(|i| format!("line {i} {}", "word ".repeat(30))).collect::<Vec<_>>();
        let explanation = Explanation {
            todo: "lab-01.2".into(),
            waiting: Some("lab-01.3".into()),
            about: "greets".into(),
            asked: many(9),
            expected: many(9),
            got: many(30),
            replied: many(9),
            why: many(9),
            log: many(40),
            next: vec!["here".into()],
        };
        let text = explanation.text();
        assert_eq!(text.lines().count(), LINES);
        assert!(text.ends_with("look at   here"));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
