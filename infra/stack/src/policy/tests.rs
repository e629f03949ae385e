//! Policies in small.

use serde_json::{Value, json};

use super::*;

#[test]
fn an_explicit_deny_wins_and_silence_denies() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/board" },
        { "Effect": "Deny", "Action": ["dynamodb:Scan"], "Resource": "*" },
    ]});
    let ask = |action, resource| decide([&policy], &Question { action, resource, ..Question::default() });
    let board = "arn:aws:dynamodb:r:1:table/board";
    assert_eq!(ask("dynamodb:PutItem", board), Decision::Allowed);
    assert_eq!(ask("DynamoDB:putitem", board), Decision::Allowed);
    assert_eq!(ask("dynamodb:Scan", board), Decision::ExplicitlyDenied);
    assert_eq!(ask("dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/board2"), Decision::ImplicitlyDenied);
    assert_eq!(ask("s3:GetObject", board), Decision::ImplicitlyDenied);
}

#[test]
fn not_action_and_not_resource_speak_of_everything_else() {
    let policy =
        json!({ "Statement": { "Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*" } });
    let ask = |action, resource| decide([&policy], &Question { action, resource, ..Question::default() });
    assert_eq!(ask("s3:GetObject", "arn:aws:s3:::open/a"), Decision::Allowed);
    assert_eq!(ask("s3:GetObject", "arn:aws:s3:::secret/a"), Decision::ImplicitlyDenied);
    assert_eq!(ask("iam:PassRole", "arn:aws:s3:::open/a"), Decision::ImplicitlyDenied);
}

#[test]
fn a_bucket_policy_asks_who_and_from_where() {
    let policy = json!({ "Statement": { "Effect": "Allow", "Principal": { "Service": "cloudfront.amazonaws.com" },
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*", "Condition": { "StringEquals": { "AWS:SourceArn": "d" } } } });
    let ask = |principal, source: &str| {
        let context = [("aws:SourceArn", source)];
        decide(
            [&policy],
            &Question { action: "s3:GetObject", resource: "arn:aws:s3:::site/a", principal, context: &context },
        )
    };
    assert_eq!(ask(Some("cloudfront.amazonaws.com"), "d"), Decision::Allowed);
    assert_eq!(ask(Some("cloudfront.amazonaws.com"), "other"), Decision::ImplicitlyDenied);
    assert_eq!(ask(None, "d"), Decision::ImplicitlyDenied);
}

#[test]
fn condition_operators() {
    let check = |operator: &str, wanted: Value, had: &[&str], expected: bool| {
        let mut condition = serde_json::Map::new();
        condition.insert(operator.to_string(), json!({ "k": wanted }));
        let context: Vec<(&str, &str)> = had.iter().map(|value| ("K", *value)).collect();
        let holds = super::conditions::hold(&Value::Object(condition), &context);
        assert_eq!(holds, expected, "{operator} {wanted} with {had:?}");
    };
    check("StringEquals", json!(["a", "b"]), &["b"], true);
    check("StringEquals", json!("a"), &["A"], false);
    check("StringEquals", json!("a"), &[], false);
    check("StringEqualsIgnoreCase", json!("a"), &["A"], true);
    check("StringNotEquals", json!(["a", "b"]), &["b"], false);
    check("StringNotEquals", json!("a"), &[], true);
    check("StringLike", json!("arn:*"), &["arn:x"], true);
    check("StringNotLike", json!("arn:*"), &["arn:x"], false);
    check("StringEqualsIfExists", json!("a"), &[], true);
    check("StringEqualsIfExists", json!("a"), &["b"], false);
    check("ArnLike", json!("arn:aws:sns:*:1:t"), &["arn:aws:sns:r:1:t"], true);
    check("ArnLike", json!("arn:aws:*:t"), &["arn:aws:sns:r:1:t"], false);
    check("ArnNotLike", json!("arn:aws:sns:*:1:t"), &["arn:aws:sns:r:2:t"], true);
    check("Bool", json!(true), &["true"], true);
    check("Bool", json!("false"), &["true"], false);
    check("NumericLessThan", json!("10"), &["9.5"], true);
    check("NumericLessThan", json!("10"), &["10"], false);
    check("NumericGreaterThanEquals", json!(10), &["10"], true);
    check("NumericNotEquals", json!(10), &["10"], false);
    check("DateGreaterThan", json!("2026-01-01T00:00:00Z"), &["2026-01-02T00:00:00Z"], true);
    check("DateLessThan", json!("1000"), &["2026-01-02T00:00:00Z"], false);
    check("IpAddress", json!("203.0.113.0/24"), &["203.0.113.77"], true);
    check("IpAddress", json!("203.0.113.0/24"), &["203.0.114.1"], false);
    check("IpAddress", json!("0.0.0.0/0"), &["203.0.114.1"], true);
    check("NotIpAddress", json!(["10.0.0.0/8"]), &["127.0.0.1"], true);
    check("IpAddress", json!("::/0"), &["127.0.0.1"], false);
    check("Null", json!("true"), &[], true);
    check("Null", json!("true"), &["a"], false);
    check("Null", json!(false), &["a"], true);
    check("ForAllValues:StringEquals", json!(["a", "b"]), &["a", "b"], true);
    check("ForAllValues:StringEquals", json!(["a"]), &["a", "b"], false);
    check("ForAllValues:StringEquals", json!(["a"]), &[], true);
    check("ForAnyValue:StringEquals", json!(["a"]), &["a", "b"], true);
    check("ForAnyValue:StringEquals", json!(["a"]), &[], false);
    check("ForAnyValue:StringNotEquals", json!(["a"]), &[], false);
    check("BinaryEquals", json!("a"), &["a"], false);
    check("BoolNot", json!("a"), &["a"], false);
}

#[test]
fn wildcards() {
    assert!(super::matches("table/*/stream/*", "table/a/stream/b"));
    assert!(super::matches("a?c*", "abc"));
    assert!(!super::matches("a?c", "ac"));
    assert!(!super::matches("*b", "abc"));
}

/// A matcher that tries every way to share a text among the stars would still be at it tomorrow.
#[test]
fn many_stars_take_no_longer_than_one() {
    let name = "a".repeat(2_000);
    for pattern in ["*a".repeat(500) + "b", "*".repeat(2_000) + "b", "a*?".repeat(300) + "b*"] {
        assert!(!matches(&pattern, &name), "{pattern}");
    }
    assert!(matches(&"*a".repeat(500), &name));
}
