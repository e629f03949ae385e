//! How many operators an expression may have, which the engine checks for PartiQL only.
//!
//! The service takes 300 and refuses the 301st. Its documentation counts "operators or functions", `:a + :b + :c` as two
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters>); parentheses and
//! the `=` of a `SET` do not count, and `BETWEEN … AND …` counts as one. An expression of more than 4,096 bytes is the engine's to
//! refuse.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::json;

use super::expression::tokens;

/// The service's limits, and the shortest text in which the second is passed: `a+b+…`.
const MOST_OPERATORS: usize = 300;
const MOST_BYTES: usize = 4096;
const LEAST_BYTES: usize = 2 * MOST_OPERATORS;

/// The expressions of one request, or of one part of a transaction. Everything else is skipped.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    update_expression: Option<String>,
    condition_expression: Option<String>,
    filter_expression: Option<String>,
    transact_items: Option<Vec<BTreeMap<String, Part>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    update_expression: Option<String>,
    condition_expression: Option<String>,
}

/// The refusal of a request with an expression of more than 300 operators.
pub(super) fn refuse(body: &[u8]) -> Option<Response<Bytes>> {
    if body.len() < LEAST_BYTES {
        return None;
    }
    // What is not a request at all is the engine's to refuse.
    let request: Request = serde_json::from_slice(body).ok()?;
    let parts = request.transact_items.iter().flatten().flat_map(BTreeMap::values);
    let parts = parts.flat_map(|part| {
        [("UpdateExpression", &part.update_expression), ("ConditionExpression", &part.condition_expression)]
    });
    let own = [
        ("UpdateExpression", &request.update_expression),
        ("ConditionExpression", &request.condition_expression),
        ("FilterExpression", &request.filter_expression),
    ];
    let has_too_many = |(kind, expression): &(&str, &Option<String>)| {
        let judged = expression.as_deref().filter(|text| (LEAST_BYTES..=MOST_BYTES).contains(&text.len()));
        judged.is_some_and(|text| count(text, *kind == "UpdateExpression") > MOST_OPERATORS)
    };
    let (kind, _) = own.into_iter().chain(parts).find(has_too_many)?;
    // The service stops to count at the first that is too many.
    let counted = MOST_OPERATORS + 1;
    Some(super::refused(&json!({
        "__type": "com.amazon.coral.validate#ValidationException",
        "message": format!("Invalid {kind}: The expression contains too many operators; operator count: {counted}"),
    })))
}

/// The operators and functions of an expression. In an update, `=` gives a value and compares nothing.
fn count(expression: &str, is_update: bool) -> usize {
    let (mut count, mut open_betweens) = (0, 0_usize);
    let is_name = |token: &str| token.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | ':'));
    let tokens = tokens(expression);
    for (at, token) in tokens.iter().enumerate() {
        count += usize::from(match token.to_ascii_uppercase().as_str() {
            "AND" if open_betweens > 0 => {
                open_betweens -= 1;
                false
            }
            "BETWEEN" => {
                open_betweens += 1;
                true
            }
            "AND" | "OR" | "NOT" | "IN" | "<" | "<=" | ">" | ">=" | "<>" => true,
            "=" => !is_update,
            "+" | "-" => is_update,
            _ => is_name(token) && tokens.get(at + 1) == Some(&"("),
        });
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_and_the_values_given_are_not_operators() {
        for (expression, operators) in [
            ("a<b or (a<b)", 3),
            ("NOT a <> :v", 2),
            ("(a BETWEEN :x AND :y) and a >= #b", 3),
            ("a IN (:x, :y)", 1),
            ("size(a) = :n and attribute_exists (b)", 4),
            ("begins_with(#between, :and)", 1),
        ] {
            assert_eq!(count(expression, false), operators, "{expression}");
        }
        assert_eq!(count("SET a = :x + :y - :z, b = if_not_exists(b, :x) REMOVE c", true), 3);
    }

    #[test]
    fn the_301st_operator_is_refused_in_every_place_and_the_300th_is_not() {
        let condition = |operators: usize| format!("{}a<b", "NOT ".repeat(operators - 1));
        let update = |operators: usize| format!("SET a = b{}", "+b".repeat(operators));
        let bodies: [fn(String, String) -> serde_json::Value; 4] = [
            |_, condition| json!({ "ConditionExpression": condition }),
            |_, condition| json!({ "FilterExpression": condition }),
            |update, _| json!({ "UpdateExpression": update }),
            |_, condition| json!({ "TransactItems": [{ "Delete": { "ConditionExpression": condition } }] }),
        ];
        for body in bodies {
            let refusal = |operators| refuse(body(update(operators), condition(operators)).to_string().as_bytes());
            assert!(refusal(300).is_none());
            let refused = refusal(301).unwrap();
            assert_eq!(refused.status(), 400);
            let text = std::str::from_utf8(refused.body()).unwrap();
            assert!(
                text.contains("Expression: The expression contains too many operators; operator count: 301"),
                "{text}"
            );
        }
    }

    #[test]
    fn an_expression_that_is_too_long_is_left_to_the_engine() {
        let body = json!({ "ConditionExpression": format!("{}a<b", "NOT ".repeat(1_100)) });
        assert!(refuse(body.to_string().as_bytes()).is_none());
    }
}
