//! Program text cut into what a mutant may change: words, numbers, texts, operators. Comments and blanks are left out.

use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// A text with its quotes.
    Text,
    /// One sign, or several that belong together.
    Sign,
}

/// A token and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

/// Signs that are one operator, the longer ones first.
const JOINED: [&str; 17] =
    ["..=", "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "->", "=>", "::", "..", "+=", "-=", "*=", "/="];

/// Cuts Rust or JavaScript: enough of both to tell what is code.
pub(super) fn of(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = if next.is_whitespace() {
            (None, next.len_utf8())
        } else if rest.starts_with("//") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if let Some(length) = quoted(rest) {
            (Some(Kind::Text), length)
        } else if let Some(name) = lifetime(rest) {
            (None, name)
        } else if next.is_ascii_digit() {
            let digits = |character: char| character.is_ascii_alphanumeric() || character == '_';
            (Some(Kind::Number), span(rest, digits))
        } else if next.is_alphabetic() || next == '_' || next == '$' {
            (Some(Kind::Word), span(rest, |character| character.is_alphanumeric() || "_$".contains(character)))
        } else {
            let joined = JOINED.iter().find(|sign| rest.starts_with(**sign));
            (Some(Kind::Sign), joined.map_or(next.len_utf8(), |sign| sign.len()))
        };
        tokens.extend(kind.map(|kind| Token { kind, at: at..at + length }));
        at += length;
    }
    tokens
}

/// How long the text is that begins here with its opening quote.
fn quoted(rest: &str) -> Option<usize> {
    let raw = rest.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len());
    if let Some(hashes) = raw.filter(|hashes| rest[1 + hashes..].starts_with('"')) {
        let end = format!("\"{}", "#".repeat(hashes));
        let begun = 2 + hashes;
        return Some(rest[begun..].find(&end).map_or(rest.len(), |at| begun + at + end.len()));
    }
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote == '\'' => return None,
            _ if character == quote => return lifetime(rest).is_none().then_some(at + 1),
            _ => {}
        }
    }
    None
}

/// How long the lifetime is that begins here: `'static`, which no quote follows.
fn lifetime(rest: &str) -> Option<usize> {
    let name = span(rest.strip_prefix('\'')?, |character| character.is_alphanumeric() || character == '_');
    let is_one =
        name > 0 && rest[1 + name..].starts_with([' ', '>', ',', ')', ':', ';']) && !rest[1 + name..].contains('\'');
    is_one.then_some(1 + name)
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character| !belongs(character)).unwrap_or(text.len())
}
