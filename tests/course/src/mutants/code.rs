//! What is changed in Rust and in JavaScript.

use std::ops::Range;

use super::Change;
use super::tokens::{self, Kind, Token};

/// Operators, and what somebody may have written instead.
const OPERATORS: [(&str, &[&str]); 17] = [
    ("==", &["!="]),
    ("!=", &["=="]),
    ("===", &["!=="]),
    ("!==", &["==="]),
    ("<", &["<=", ">"]),
    ("<=", &["<"]),
    (">", &[">=", "<"]),
    (">=", &[">"]),
    ("&&", &["||"]),
    ("||", &["&&"]),
    ("+", &["-"]),
    ("-", &["+"]),
    ("*", &["/"]),
    ("/", &["*"]),
    ("..=", &[".."]),
    ("+=", &["-="]),
    ("-=", &["+="]),
];

/// Words with an opposite.
const OPPOSITES: [(&str, &str); 9] = [
    ("true", "false"),
    ("is_some", "is_none"),
    ("is_ok", "is_err"),
    ("any", "all"),
    ("min", "max"),
    ("first", "last"),
    ("starts_with", "ends_with"),
    ("next", "last"),
    ("saturating_sub", "saturating_add"),
];

/// Calls that the compiler asks for: where it does not, leaving them out changes nothing.
const CONVERSIONS: [&str; 8] = ["as_deref", "as_ref", "as_str", "clone", "into", "into_iter", "to_owned", "to_string"];

/// All changes of a piece of code.
pub(super) fn changes(text: &str) -> Vec<Change> {
    let code = Code { text, tokens: tokens::of(text) };
    let mut changes = Vec::new();
    for index in 0..code.tokens.len() {
        code.change_token(index, &mut changes);
        code.leave_out_call(index, &mut changes);
        code.decide(index, &mut changes);
        code.leave_out_arms(index, &mut changes);
        code.leave_out_entries(index, &mut changes);
    }
    code.leave_out_statements(&mut changes);
    changes
}

/// Whether a text is a sentence for people, whose wording is in no contract: it begins as one, or has three plain words in a row.
/// `Send a JSON object` does, and `SET a = :a` does not.
fn is_prose(text: &str) -> bool {
    let words: Vec<&str> = text.split([' ', '"', '\'', '`']).filter(|word| !word.is_empty()).collect();
    let is_plain = |word: &&str| word.chars().skip(1).all(char::is_lowercase) && word.starts_with(char::is_alphabetic);
    let begins = |first: &&str| is_plain(first) && first.len() > 1 && first.starts_with(char::is_uppercase);
    (words.len() > 2 && words.first().is_some_and(begins)) || words.windows(3).any(|words| words.iter().all(is_plain))
}

struct Code<'text> {
    text: &'text str,
    tokens: Vec<Token>,
}

impl Code<'_> {
    fn word(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &self.text[token.at.clone()])
    }

    fn is(&self, index: usize, kind: Kind) -> bool {
        self.tokens.get(index).is_some_and(|token| token.kind == kind)
    }

    /// From the beginning of one token to the end of another.
    fn span(&self, from: usize, to: usize) -> Range<usize> {
        self.tokens[from].at.start..self.tokens[to].at.end
    }

    fn has_blanks_around(&self, at: &Range<usize>) -> bool {
        self.text[..at.start].ends_with(char::is_whitespace) && self.text[at.end..].starts_with(char::is_whitespace)
    }

    /// The index of the bracket that closes the one at `index`.
    fn closing(&self, index: usize) -> Option<usize> {
        let mut depth = 0;
        for at in index..self.tokens.len() {
            match self.word(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// The first token from `from` on that is one of `words` and in no bracket that opens after `from`.
    fn find(&self, from: usize, words: &[&str]) -> Option<usize> {
        let mut at = from;
        while at < self.tokens.len() {
            let word = self.word(at);
            if words.contains(&word) {
                return Some(at);
            }
            at = match word {
                "(" | "[" | "{" => self.closing(at)? + 1,
                ")" | "]" | "}" => return None,
                _ => at + 1,
            };
        }
        None
    }

    fn change_token(&self, index: usize, changes: &mut Vec<Change>) {
        let (token, word) = (&self.tokens[index], self.word(index));
        match token.kind {
            Kind::Text if is_prose(word) => {}
            Kind::Text => {
                let quotes = word.len() - word.trim_end_matches(['"', '\'', '`', '#']).len();
                let end = word.len() - quotes.max(1).min(word.len());
                changes.push(Change::new(token.at.clone(), format!("{}x{}", &word[..end], &word[end..])));
            }
            Kind::Number => {
                let digits = word.find(|character: char| !character.is_ascii_digit() && character != '_');
                let (digits, suffix) = word.split_at(digits.unwrap_or(word.len()));
                // A part of `0.5` is a number too; what follows a point after a word is a field.
                let is_field =
                    index > 0 && self.word(index - 1) == "." && !self.is(index.wrapping_sub(2), Kind::Number);
                let Some(number) = digits.replace('_', "").parse::<u64>().ok().filter(|_| !is_field) else { return };
                let others = [number.checked_add(1), number.checked_sub(1)].into_iter().flatten();
                changes.extend(others.map(|other| Change::new(token.at.clone(), format!("{other}{suffix}"))));
            }
            // `all` is a call, or a name that somebody chose.
            Kind::Word if matches!(word, "true" | "false") || matches!(self.word(index + 1), "(" | "::") => {
                let pairs = OPPOSITES.iter().flat_map(|(one, other)| [(one, other), (other, one)]);
                let opposites = pairs.filter(|(one, _)| **one == word).map(|(_, other)| *other);
                changes.extend(opposites.map(|other| Change::new(token.at.clone(), other)));
            }
            Kind::Sign if word == "!" => {
                let is_macro = index > 0 && self.is(index - 1, Kind::Word) && !self.has_blank_before(index);
                if !is_macro {
                    changes.push(Change::gone(token.at.clone()));
                }
            }
            // Between blanks: `<` of a type, `-` of a number and `*` of a reference have none.
            Kind::Sign if self.has_blanks_around(&token.at) || word == "..=" => {
                let others = OPERATORS.iter().find(|(sign, _)| *sign == word).map_or(&[][..], |(_, others)| others);
                changes.extend(others.iter().map(|other| Change::new(token.at.clone(), *other)));
            }
            Kind::Word | Kind::Sign => {}
        }
    }

    fn has_blank_before(&self, index: usize) -> bool {
        self.text[..self.tokens[index].at.start].ends_with(char::is_whitespace)
    }

    /// `.name(…)`, with the types that may stand between, left out of its chain.
    fn leave_out_call(&self, index: usize, changes: &mut Vec<Change>) {
        if self.word(index) != "." || !self.is(index + 1, Kind::Word) {
            return;
        }
        let mut open = index + 2;
        if self.word(open) == "::" {
            let Some(end) = self.tokens[open..].iter().position(|token| self.text[token.at.clone()].starts_with('('))
            else {
                return;
            };
            open += end;
        }
        if self.word(open) != "(" {
            return;
        }
        let Some(close) = self.closing(open) else { return };
        if CONVERSIONS.contains(&self.word(index + 1)) {
            return;
        }
        // `page.truncate(limit);` is left out as a statement.
        let is_statement = self.word(close + 1) == ";" && self.begins_statement(index.saturating_sub(1));
        if !is_statement {
            changes.push(Change::gone(self.span(index, close)));
        }
    }

    /// The condition of an `if`, a `while` or a guard: always, and never.
    fn decide(&self, index: usize, changes: &mut Vec<Change>) {
        if !matches!(self.word(index), "if" | "while") || matches!(self.word(index + 1), "let" | "") {
            return;
        }
        // A condition in brackets is JavaScript's.
        let end = if self.word(index + 1) == "(" && self.closing(index + 1).is_some_and(|at| self.word(at + 1) == "{") {
            self.closing(index + 1)
        } else {
            self.find(index + 1, &["{", "=>"])
        };
        let Some(end) = end.filter(|end| *end > index + 1) else { return };
        let inside = if self.word(end) == ")" { self.span(index + 2, end - 1) } else { self.span(index + 1, end - 1) };
        changes.push(Change::new(inside.clone(), "true"));
        changes.push(Change::new(inside, "false"));
    }

    fn leave_out_arms(&self, index: usize, changes: &mut Vec<Change>) {
        if self.word(index) != "match" {
            return;
        }
        let Some(open) = self.find(index + 1, &["{"]) else { return };
        let Some(close) = self.closing(open) else { return };
        let mut begun = open + 1;
        while begun < close {
            let Some(arrow) = self.find(begun, &["=>"]) else { return };
            let end = match self.word(arrow + 1) {
                "{" => {
                    let Some(end) = self.closing(arrow + 1) else { return };
                    if self.word(end + 1) == "," { end + 1 } else { end }
                }
                _ => self.find(arrow + 1, &[","]).unwrap_or(close - 1),
            };
            changes.push(Change::gone(self.span(begun, end)));
            begun = end + 1;
        }
    }

    /// `"key": value,` of what is written as JSON.
    fn leave_out_entries(&self, index: usize, changes: &mut Vec<Change>) {
        if self.word(index) != "{" || !self.is(index + 1, Kind::Text) || self.word(index + 2) != ":" {
            return;
        }
        let Some(close) = self.closing(index) else { return };
        let mut begun = index + 1;
        while begun < close {
            let end = self.find(begun, &[","]).unwrap_or(close - 1);
            changes.push(Change::gone(self.span(begun, end)));
            begun = end + 1;
        }
    }

    fn begins_statement(&self, index: usize) -> bool {
        index == 0 || matches!(self.word(index - 1), ";" | "{" | "}")
    }

    /// Statements that bind nothing: without a `let`, what follows would not compile.
    fn leave_out_statements(&self, changes: &mut Vec<Change>) {
        for begun in (0..self.tokens.len()).filter(|index| self.begins_statement(*index)) {
            let binds = ["let", "const", "use", "fn", "if", "for", "while", "match", "loop", "}"];
            if !self.is(begun, Kind::Word) || binds.contains(&self.word(begun)) {
                continue;
            }
            if let Some(end) = self.find(begun, &[";"]) {
                changes.push(Change::gone(self.span(begun, end)));
            }
        }
    }
}
