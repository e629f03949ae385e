//! How many operators an expression may have, which the engine checks for PartiQL only.
//!
//! The service takes 300 and refuses the 301st. Its documentation counts "operators or functions", `:a + :b + :c` as two
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters>); parentheses and
//! the `=` of a `SET` do not count, and `BETWEEN … AND …` counts as one. An expression of more than 4,096 bytes is the engine's to
//! refuse.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::expression::{MOST_BYTES, is_word, tokens};

/// The service's limit, and the shortest text in which it is passed: `a+b+…`.
const MOST_OPERATORS: usize = 300;
const LEAST_BYTES: usize = 2 * MOST_OPERATORS;

/// The expressions that are counted; a part of a transaction has the first two.
const KINDS: [&str; 3] = ["UpdateExpression", "ConditionExpression", "FilterExpression"];

/// The refusal of a request with an expression of more than 300 operators.
pub(super) fn refuse(request: &Value) -> Option<Response<Bytes>> {
    let parts = request["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
    let parts = parts.flat_map(Map::values).map(|part| (part, &KINDS[..2]));
    let has_too_many = |part: &Value, kind: &str| {
        let judged = part[kind].as_str().filter(|text| (LEAST_BYTES..=MOST_BYTES).contains(&text.len()));
        judged.is_some_and(|text| count(text, kind == "UpdateExpression") > MOST_OPERATORS)
    };
    let mut all = std::iter::once((request, &KINDS[..])).chain(parts);
    let kind = all.find_map(|(part, kinds)| kinds.iter().find(|kind| has_too_many(part, kind)))?;
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
            _ => token.starts_with(is_word) && tokens.get(at + 1) == Some(&"("),
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
        let bodies: [fn(String, String) -> Value; 4] = [
            |_, condition| json!({ "ConditionExpression": condition }),
            |_, condition| json!({ "FilterExpression": condition }),
            |update, _| json!({ "UpdateExpression": update }),
            |_, condition| json!({ "TransactItems": [{ "Delete": { "ConditionExpression": condition } }] }),
        ];
        for body in bodies {
            let refusal = |operators| refuse(&body(update(operators), condition(operators)));
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
        assert!(refuse(&body).is_none());
    }
}
