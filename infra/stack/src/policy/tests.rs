//! Policies in small. What is refused, and what documents say of a request, is in `cases`: a line there is a test.

use serde_json::{Value, json};

use super::*;

#[test]
fn an_explicit_deny_wins_and_silence_denies() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/board" },
        { "Effect": "Deny", "Action": ["dynamodb:Scan"], "Resource": "*" },
    ]});
    let ask = |action, resource| {
        decide([&policy], &AuthorizationRequest { action, resource, ..AuthorizationRequest::default() })
    };
    let board = "arn:aws:dynamodb:r:1:table/board";
    assert_eq!(ask("dynamodb:PutItem", board), Decision::Allowed);
    assert_eq!(ask("DynamoDB:putitem", board), Decision::Allowed);
    assert_eq!(ask("dynamodb:Scan", board), Decision::ExplicitlyDenied);
    assert_eq!(ask("dynamodb:PutItem", "arn:aws:dynamodb:r:1:table/board2"), Decision::ImplicitlyDenied);
    assert_eq!(ask("s3:GetObject", board), Decision::ImplicitlyDenied);
}

/// Each line: a statement (or several), and the pairs in it that allow more than reading a table and its streams, and writing a log.
#[test]
fn what_statements_allow_beyond_the_needs_is_found_by_their_patterns() {
    let table = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board";
    let needed = [
        ("dynamodb:GetItem", table.to_string()),
        ("dynamodb:Query", table.to_string()),
        ("dynamodb:GetRecords", format!("{table}/stream/*")),
        ("dynamodb:ListStreams", "*".to_string()),
        ("logs:PutLogEvents", "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/a:*".to_string()),
    ];
    let needed = needed.map(|(action, resource)| NeededPermission { action: action.to_string(), resource });
    let check = |statements: Value, expected: &[(&str, &str)]| {
        let documents = [json!({ "Version": "2012-10-17", "Statement": statements })];
        let found = excess(&documents, &needed);
        let found: Vec<(&str, &str)> =
            found.iter().map(|pair| (pair.action.as_str(), pair.resource.as_str())).collect();
        assert_eq!(found, expected, "{}", documents[0]);
    };
    let allow = |action: Value, resource: &str| json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    let stream = format!("{table}/stream/2026-01-01T00:00:00.000");
    // What is needed, in every spelling.
    check(allow(json!(["dynamodb:GetItem", "DynamoDB:query"]), table), &[]);
    check(allow(json!("dynamodb:GetRecords"), &stream), &[]);
    check(allow(json!("dynamodb:GetRecords"), &format!("{table}/stream/*")), &[]);
    check(allow(json!("dynamodb:ListStreams"), "*"), &[]);
    check(allow(json!("dynamodb:ListStreams"), &stream), &[]);
    let log = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/a:log-stream:*";
    check(allow(json!("logs:PutLogEvents"), log), &[]);
    // Another action, also one that the list of a universe would not have; another resource.
    for action in ["dynamodb:Scan", "dynamodb:Q*", "dynamodb:Quer?", "dynamodb:*", "*", "bedrock:InvokeModel", "rds:*"]
    {
        check(allow(json!(["dynamodb:Query", action]), table), &[(action, table)]);
    }
    for resource in
        ["arn:aws:dynamodb:ap-northeast-2:123456789012:table/boar?", "arn:aws:dynamodb:*:*:table/board", "*"]
    {
        check(allow(json!("dynamodb:Query"), resource), &[("dynamodb:Query", resource)]);
    }
    let everywhere = "arn:aws:dynamodb:*:*:table/board/stream/*";
    check(allow(json!("dynamodb:GetRecords"), everywhere), &[("dynamodb:GetRecords", everywhere)]);
    check(allow(json!("s3:GetObject"), "arn:aws:s3:::other/*"), &[("s3:GetObject", "arn:aws:s3:::other/*")]);
    // What a statement leaves out, and what a condition keeps for later.
    check(json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), &[("*", "*")]);
    check(json!({ "Effect": "Allow", "Action": "dynamodb:Query", "NotResource": table }), &[("dynamodb:Query", "*")]);
    let condition = json!({ "StringEquals": { "aws:RequestedRegion": "ap-northeast-2" } });
    check(json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition }), &[("*", "*")]);
    // A Deny takes away what it denies without a condition.
    let wide = allow(json!("dynamodb:Q*"), table);
    let deny = json!({ "Effect": "Deny", "NotAction": "dynamodb:Query", "Resource": "*" });
    check(json!([wide, deny]), &[]);
    let sometimes = json!({ "Effect": "Deny", "NotAction": "dynamodb:Query", "Resource": "*", "Condition": condition });
    check(json!([wide, sometimes]), &[("dynamodb:Q*", table)]);
}

#[test]
fn a_pattern_covers_another_by_its_places() {
    for (pattern, other) in [
        ("*", "a*b"),
        ("a*", "a"),
        ("a*", "ab*c?"),
        ("a?", "ab"),
        ("a?", "a?"),
        ("a*b", "a?*b"),
        ("a**", "a*"),
        ("", ""),
    ] {
        assert!(covers(pattern, other), "{pattern} covers {other}");
    }
    for (pattern, other) in [("a", "a*"), ("a?", "a*"), ("a?", "a"), ("a*b", "a*"), ("ab", "a?"), ("", "*")] {
        assert!(!covers(pattern, other), "{pattern} does not cover {other}");
    }
}

#[test]
fn not_action_and_not_resource_speak_of_everything_else() {
    let policy =
        json!({ "Statement": { "Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::secret/*" } });
    let ask = |action, resource| {
        decide([&policy], &AuthorizationRequest { action, resource, ..AuthorizationRequest::default() })
    };
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
            &AuthorizationRequest {
                action: "s3:GetObject",
                resource: "arn:aws:s3:::site/a",
                principal,
                context: &context,
                ..AuthorizationRequest::default()
            },
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
        let request = AuthorizationRequest { context: &context, ..AuthorizationRequest::default() };
        let holds = super::conditions::hold(&Value::Object(condition), &request, true);
        assert_eq!(holds, Some(expected), "{operator} {wanted} with {had:?}");
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
    check("BinaryEquals", json!("YQ=="), &["a"], true);
    check("StringNotEqualsIgnoreCase", json!("a"), &["A"], false);
    check("StringLikeIfExists", json!("a*"), &[], true);
    check("StringLikeIfExists", json!("a*"), &["b"], false);
    check("StringNotEqualsIfExists", json!("a"), &["a"], false);
    check("NumericEqualsIfExists", json!("1"), &[], true);
    check("NumericLessThanEquals", json!("10"), &["10"], true);
    check("NumericGreaterThan", json!("10"), &["11"], true);
    check("NumericEquals", json!("ten"), &["ten"], false);
    check("DateEquals", json!("2026-01-01"), &["2026-01-01T00:00:00Z"], true);
    check("DateNotEquals", json!("2026-01-01T09:00+09:00"), &["2026-01-01T00:00:00Z"], false);
    check("DateLessThanEquals", json!("2026-01"), &["1767225600"], true);
    check("DateGreaterThanEquals", json!("2026-01-01T00:00:01Z"), &["2026-01-01T00:00:00Z"], false);
    check("BoolIfExists", json!("true"), &[], true);
    check("Bool", json!("true"), &[], false);
    check("IpAddressIfExists", json!("10.0.0.0/8"), &[], true);
    check("NotIpAddress", json!("10.0.0.0/8"), &[], true);
    check("ArnEquals", json!("arn:aws:sns:*:1:t"), &["arn:aws:sns:r:1:t"], true);
    check("ArnLikeIfExists", json!("arn:aws:sns:*:1:t"), &[], true);
    check("ArnNotEquals", json!("arn:aws:sns:*:1:t"), &["arn:aws:sns:r:1:t"], false);
    // Every value of the request must be wanted, which is so where there is none: an Allow then lets in every call without the key.
    for operator in ["StringEquals", "StringLike", "ArnLike", "NumericEquals", "DateEquals", "Bool", "IpAddress"] {
        check(&format!("ForAllValues:{operator}"), json!("true"), &[], true);
        check(&format!("ForAnyValue:{operator}"), json!("true"), &[], false);
        check(&format!("ForAnyValue:{operator}IfExists"), json!("true"), &[], true);
    }
    check("ForAllValues:StringLike", json!(["a*", "b"]), &["a1", "b"], true);
    check("ForAllValues:StringLike", json!(["a*", "b"]), &["a1", "b1"], false);
    check("ForAllValues:StringNotEquals", json!(["a"]), &["b", "c"], true);
    check("ForAllValues:StringNotEquals", json!(["a"]), &["a", "c"], false);
    check("ForAllValues:StringNotEquals", json!(["a"]), &[], true);
    check("ForAnyValue:StringLike", json!(["a*"]), &["b", "a1"], true);
    check("ForAnyValue:StringLike", json!(["a*"]), &["b"], false);
    check("ForAnyValue:StringNotEquals", json!(["a"]), &["a", "b"], true);
    check("ForAnyValue:StringNotEquals", json!(["a"]), &["a"], false);
    check("ForAllValues:NumericLessThan", json!("10"), &["1", "9"], true);
    check("ForAllValues:NumericLessThan", json!("10"), &["1", "11"], false);
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

/// One of `cases/evaluation.json`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct EvaluationCase {
    name: String,
    statements: Value,
    #[serde(default = "with_variables")]
    version: Value,
    action: String,
    #[serde(default)]
    resource: String,
    principal: Option<String>,
    #[serde(default)]
    context: std::collections::BTreeMap<String, Value>,
    #[serde(default)]
    unknown_keys: Vec<String>,
    decision: String,
}

fn with_variables() -> Value {
    json!("2012-10-17")
}

#[test]
fn what_documents_say_of_a_request() {
    let cases: Vec<EvaluationCase> = serde_json::from_str(include_str!("cases/evaluation.json")).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let document = json!({ "Version": case.version, "Statement": case.statements });
        let values = |(key, value)| many(value).map(move |value| (key, value.as_str().unwrap()));
        let context: Vec<(&str, &str)> =
            case.context.iter().map(|(key, value)| (key.as_str(), value)).flat_map(values).collect();
        let unknown_keys: Vec<&str> = case.unknown_keys.iter().map(String::as_str).collect();
        let request = AuthorizationRequest {
            action: &case.action,
            resource: &case.resource,
            principal: case.principal.as_deref(),
            context: &context,
            unknown_keys: &unknown_keys,
        };
        assert_eq!(format!("{:?}", decide([&document], &request)), case.decision, "{}", case.name);
    }
}

/// One of `cases/grammar.json`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct GrammarCase {
    name: String,
    kind: String,
    document: Value,
    refused: Vec<String>,
}

#[test]
fn what_is_refused_of_a_document() {
    let cases: Vec<GrammarCase> = serde_json::from_str(include_str!("cases/grammar.json")).unwrap();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in cases {
        let found: Vec<String> = check(&case.document, kind(&case.kind)).iter().map(shown).collect();
        if found != case.refused {
            wrong.push(format!("{}: {}", case.name, serde_json::to_string_pretty(&found).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn kind(name: &str) -> PolicyKind<'static> {
    match name {
        "identity" => PolicyKind::Identity,
        "trust" => PolicyKind::Trust,
        "bucket" => PolicyKind::Bucket("site"),
        "queue" => PolicyKind::Queue("arn:aws:sqs:ap-northeast-2:123456789012:letters"),
        "endpoint" => PolicyKind::VpcEndpoint,
        other => panic!("{other} is not a kind of policy"),
    }
}

/// `Statement[0].Resource | MalformedPolicy | Policy has invalid resource | help`; `-` where the words are not AWS's.
fn shown(refusal: &PolicyRefusal) -> String {
    let mut place = String::new();
    for step in &refusal.path {
        match step {
            Step::Element(name) if place.is_empty() => place.push_str(name),
            Step::Element(name) => place += &format!(".{name}"),
            Step::Item(index) => place += &format!("[{index}]"),
        }
    }
    let whole = refusal.to_string();
    match refusal.of_service() {
        Some(service) => {
            let help = whole.strip_prefix(&service.to_string()).unwrap();
            format!("{place} | {} | {}{}", service.code, service.message, help.replacen("; ", " | ", 1))
        }
        None => format!("{place} | - | {whole}"),
    }
}

#[test]
fn documents_have_a_longest_size() {
    let sids: Vec<Value> = (0..20)
        .map(|n| {
            json!({ "Sid": format!("S{n}"), "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "AWS": format!("arn:aws:iam::123456789012:role/{}", "r".repeat(64)) } })
        })
        .collect();
    let (long, short) = (json!({ "Statement": sids }), json!({ "Statement": sids[..9] }));
    assert!(size(&long) > 2_048 && size(&short) <= 2_048);
    let found: Vec<String> = check(&long, PolicyKind::Trust).iter().map(shown).collect();
    assert_eq!(found, [" | LimitExceeded | Cannot exceed quota for ACLSizePerRole: 2048"]);
    assert_eq!(check(&short, PolicyKind::Trust), []);
    let keys: Vec<String> = (0..400).map(|n| format!("arn:aws:s3:::site/{n}/{}", "k".repeat(40))).collect();
    let policy = |keys: &[String]| json!({ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": keys } });
    let found: Vec<String> = check(&policy(&keys), PolicyKind::Bucket("site")).iter().map(shown).collect();
    assert_eq!(found, [" | PolicyTooLarge | Policy exceeds the maximum allowed document size."]);
    assert_eq!(check(&policy(&keys[..200]), PolicyKind::Bucket("site")), []);
}

#[test]
fn what_is_known_of_condition_keys() {
    assert_eq!(condition_key("AWS:sourcearn"), ConditionKey::Known);
    assert_eq!(condition_key("dynamodb:LeadingKeys"), ConditionKey::Known);
    assert_eq!(condition_key("aws:PrincipalTag/team"), ConditionKey::NotHere);
    assert_eq!(condition_key("s3:ExistingObjectTag/team"), ConditionKey::NotHere);
    assert_eq!(condition_key("s3:x-acl"), ConditionKey::Nobodys);
    assert_eq!(condition_key("ec2:Vpc"), ConditionKey::NotHere);
}
