//! What a PartiQL statement needs: `SELECT * FROM "board"."index"` reads an index.
//!
//! Only as much of the language is read as it takes to find the table: words, quoted names, texts, comments. A statement that cannot be
//! read needs a permission that no role has for a table, because the engine might read it after all.

use super::arn_of;
use super::context::{ENCLOSING_OPERATION, OF_ITEMS};
use local::service::{CallContext, RequiredPermission};

/// A piece of a statement.
#[derive(Debug, PartialEq)]
enum Token {
    /// A word or a quoted name.
    Name(String),
    /// Any other character, or a text.
    Other(char),
}

/// The permission that `statement` needs, in the transaction `enclosing` or alone; none for an empty one. Which items and attributes
/// it is about is not read, so a condition on those allows nothing.
pub(super) fn needed(statement: Option<&str>, enclosing: Option<&str>) -> Option<RequiredPermission> {
    let statement = statement?;
    let keys = enclosing.map(|name| (ENCLOSING_OPERATION, name.to_string())).into_iter().collect();
    let context = CallContext { keys, unknown_keys: OF_ITEMS.to_vec() };
    let needed = tokens(statement)
        .and_then(|tokens| of_tokens(&tokens))
        .unwrap_or_else(|| RequiredPermission::new("dynamodb:PartiQL*", "*"));
    Some(needed.in_context(context))
}

fn of_tokens(tokens: &[Token]) -> Option<RequiredPermission> {
    let word =
        |at: usize, word: &str| matches!(tokens.get(at), Some(Token::Name(name)) if name.eq_ignore_ascii_case(word));
    // Of a transaction's condition, `EXISTS(SELECT …)`, the inner statement counts.
    let start = if word(0, "EXISTS") {
        tokens.iter().position(|token| matches!(token, Token::Name(_)) && *token != tokens[0])?
    } else {
        0
    };
    let (action, before) = match tokens.get(start)? {
        Token::Name(name) if name.eq_ignore_ascii_case("SELECT") => ("dynamodb:PartiQLSelect", "FROM"),
        Token::Name(name) if name.eq_ignore_ascii_case("INSERT") => ("dynamodb:PartiQLInsert", "INTO"),
        Token::Name(name) if name.eq_ignore_ascii_case("UPDATE") => ("dynamodb:PartiQLUpdate", "UPDATE"),
        Token::Name(name) if name.eq_ignore_ascii_case("DELETE") => ("dynamodb:PartiQLDelete", "FROM"),
        _ => return None,
    };
    let at = (start..tokens.len()).find(|at| word(*at, before))?;
    let Some(Token::Name(table)) = tokens.get(at + 1) else { return None };
    let table = arn_of(table);
    match (tokens.get(at + 2), tokens.get(at + 3)) {
        (Some(Token::Other('.')), Some(Token::Name(index))) => {
            Some(RequiredPermission::new(action, format!("{table}/index/{index}")))
        }
        _ => Some(RequiredPermission::new(action, table)),
    }
}

/// The pieces of a statement; none where a quote or a comment does not end.
fn tokens(statement: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/")?.1;
        } else if first == '"' || first == '\'' {
            let end = after.find(first)?;
            // The engine takes a table's name in either quotes; a text is never asked for as one.
            tokens.push(Token::Name(after[..end].to_string()));
            rest = &after[end + 1..];
        } else if first.is_alphanumeric() || ['_', '-'].contains(&first) {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || ['_', '-'].contains(&c))).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..end].to_string()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Other(first));
            }
            rest = after;
        }
    }
    Some(tokens)
}
