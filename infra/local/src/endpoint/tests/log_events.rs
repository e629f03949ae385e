//! CloudWatch Logs: what is stored, what is refused, and paging.

use super::*;

async fn call(fixture: &Fixture, operation: &str, request: Value) -> Result<Value, String> {
    fixture.call("logs", &format!("Logs_20140328.{operation}"), request).await
}

/// A fixture with a group `g` and a stream `s`, and the milliseconds since 1970.
async fn fixture() -> (Fixture, i64) {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    call(&fixture, "CreateLogGroup", json!({ "logGroupName": "g" })).await.unwrap();
    call(&fixture, "CreateLogStream", json!({ "logGroupName": "g", "logStreamName": "s" })).await.unwrap();
    let now = fixture.cloud.clock().epoch_millis();
    (fixture, now)
}

fn events(times: &[i64]) -> Value {
    let events: Vec<Value> =
        times.iter().map(|time| json!({ "timestamp": time, "message": time.to_string() })).collect();
    json!({ "logGroupName": "g", "logStreamName": "s", "logEvents": events })
}

#[tokio::test]
async fn events_keep_their_times_and_those_too_old_or_too_new_are_not_stored() {
    const HOUR: i64 = 3_600_000;
    let (fixture, now) = fixture().await;
    let error = call(&fixture, "PutLogEvents", events(&[now, now - 1])).await.unwrap_err();
    assert_eq!(
        error,
        "InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order."
    );
    let error = call(&fixture, "PutLogEvents", events(&[now - 25 * HOUR, now])).await.unwrap_err();
    assert!(error.contains("cannot span more than 24 hours"), "{error}");
    let error = call(&fixture, "PutLogEvents", events(&[0, i64::MAX])).await.unwrap_err();
    assert!(error.contains("cannot span more than 24 hours"), "{error}");
    let old = call(&fixture, "PutLogEvents", events(&[now - 15 * 24 * HOUR])).await.unwrap();
    assert_eq!(old["rejectedLogEventsInfo"], json!({ "tooOldLogEventEndIndex": 1 }));
    let new = call(&fixture, "PutLogEvents", events(&[now, now + 3 * HOUR])).await.unwrap();
    assert_eq!(new["rejectedLogEventsInfo"], json!({ "tooNewLogEventStartIndex": 1 }));
    let fine = call(&fixture, "PutLogEvents", events(&[now - 2, now - 1])).await.unwrap();
    assert_eq!(fine.get("rejectedLogEventsInfo"), None);
    let read = call(&fixture, "GetLogEvents", json!({ "logGroupName": "g", "logStreamName": "s" })).await.unwrap();
    let times: Vec<i64> =
        read["events"].as_array().unwrap().iter().map(|event| event["timestamp"].as_i64().unwrap()).collect();
    assert_eq!(times, [now - 2, now - 1, now], "in the order in which it happened");
}

#[tokio::test]
async fn a_call_brings_ten_thousand_events_at_most() {
    let (fixture, now) = fixture().await;
    call(&fixture, "PutLogEvents", events(&[now; 10_000])).await.unwrap();
    let error = call(&fixture, "PutLogEvents", events(&[now; 10_001])).await.unwrap_err();
    let bound = "at 'logEvents' failed to satisfy constraint: Member must have length less than or equal to 10000";
    assert!(error.starts_with("InvalidParameterException: 1 validation error") && error.ends_with(bound), "{error}");
}

#[tokio::test]
async fn pages_go_on_where_they_ended_in_both_directions() {
    let (fixture, now) = fixture().await;
    let times: Vec<i64> = (0..5).map(|number| now + number).collect();
    call(&fixture, "PutLogEvents", events(&times)).await.unwrap();
    let get = async |token: Option<&Value>, head: bool| {
        let mut request = json!({ "logGroupName": "g", "logStreamName": "s", "limit": 2, "startFromHead": head });
        if let Some(token) = token {
            request["nextToken"] = token.clone();
        }
        let read = call(&fixture, "GetLogEvents", request).await.unwrap();
        let times: Vec<i64> =
            read["events"].as_array().unwrap().iter().map(|event| event["timestamp"].as_i64().unwrap() - now).collect();
        (times, read)
    };
    let (first, read) = get(None, true).await;
    let (second, read) = get(Some(&read["nextForwardToken"]), true).await;
    let (third, read) = get(Some(&read["nextForwardToken"]), true).await;
    let (end, at_end) = get(Some(&read["nextForwardToken"]), true).await;
    assert_eq!((first, second, third, end), (vec![0, 1], vec![2, 3], vec![4], vec![]));
    assert_eq!(at_end["nextForwardToken"], read["nextForwardToken"], "the same token says that the end is reached");
    assert_eq!(get(Some(&at_end["nextBackwardToken"]), true).await.0, [2, 3]);
    assert_eq!(get(None, false).await.0, [3, 4]);
    let filtered = call(&fixture, "FilterLogEvents", json!({ "logGroupName": "g", "limit": 3 })).await.unwrap();
    let rest = json!({ "logGroupName": "g", "limit": 3, "nextToken": filtered["nextToken"] });
    let rest = call(&fixture, "FilterLogEvents", rest).await.unwrap();
    assert_eq!((rest["events"].as_array().unwrap().len(), rest.get("nextToken")), (2, None));
}

#[tokio::test]
async fn wrong_requests_get_the_services_errors() {
    let (fixture, _) = fixture().await;
    let stream = |more: Value| {
        let mut request = json!({ "logGroupName": "g", "logStreamName": "s" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let limit =
        "Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000";
    for (operation, request, expected) in [
        ("GetLogEvents", stream(json!({ "limit": 10_001 })), limit),
        ("FilterLogEvents", stream(json!({ "limit": 10_001 })), limit),
        (
            "GetLogEvents",
            stream(json!({ "nextToken": "garbage" })),
            "InvalidParameterException: The specified nextToken is invalid.",
        ),
        (
            "FilterLogEvents",
            stream(json!({ "nextToken": "garbage" })),
            "InvalidParameterException: The specified nextToken is invalid.",
        ),
        (
            "FilterLogEvents",
            stream(json!({ "filterPattern": "{ $.level = ERROR }" })),
            "does not know filter patterns of fields of JSON",
        ),
        (
            "CreateLogGroup",
            json!({ "logGroupName": "x".repeat(513) }),
            "InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
        ),
        (
            "CreateLogGroup",
            json!({ "logGroupName": "a b!" }),
            "Value 'a b!' at 'logGroupName' failed to satisfy constraint",
        ),
        ("CreateLogStream", stream(json!({ "logStreamName": "a:b" })), "Value 'a:b' at 'logStreamName' failed"),
        ("DeleteLogStream", stream(json!({ "logStreamName": "a*" })), "Value 'a*' at 'logStreamName' failed"),
        (
            "GetLogEvents",
            stream(json!({ "logGroupName": "arn:aws:logs:ap-northeast-2:123456789012:log-group:g" })),
            "at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        (
            "FilterLogEvents",
            stream(json!({ "filterPattern": "a \"\"" })),
            "InvalidParameterException: Invalid filter pattern: Invalid character(s) in term '\"\"'",
        ),
        (
            "FilterLogEvents",
            stream(json!({ "filterPattern": "\"not closed" })),
            "InvalidParameterException: Invalid filter pattern: Invalid character(s) in term '\"not'",
        ),
        (
            "FilterLogEvents",
            stream(json!({ "filterPattern": "a ? b" })),
            "InvalidParameterException: Invalid filter pattern: Invalid character(s) in term '?'",
        ),
        ("DescribeLogGroups", json!({ "logGroupNamePrefix": "*" }), "Value '*' at 'logGroupNamePrefix' failed"),
        (
            "FilterLogEvents",
            stream(json!({ "logStreamNames": ["a", ""] })),
            "Value '' at 'logStreamNames.2.member' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "DescribeLogStreams",
            stream(json!({ "logStreamNamePrefix": "" })),
            "Value '' at 'logStreamNamePrefix' failed",
        ),
        (
            "DescribeLogGroups",
            json!({ "nextToken": "1" }),
            "InvalidParameterException: The specified nextToken is invalid.",
        ),
        (
            "CreateLogGroup",
            json!({ "logGroupName": "k", "kmsKeyId": "key" }),
            "does not know kmsKeyId of CreateLogGroup",
        ),
        (
            "DescribeLogGroups",
            json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "b" }),
            "InvalidParameterException: LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ),
        (
            "DescribeLogStreams",
            json!({ "logGroupName": "g", "logGroupIdentifier": "g" }),
            "ValidationException: LogGroup name and LogGroup ARN are mutually exclusive parameters.",
        ),
        (
            "DescribeLogStreams",
            json!({ "logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "s" }),
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ),
        (
            "PutRetentionPolicy",
            json!({ "logGroupName": "g", "retentionInDays": 2 }),
            "InvalidParameterException: Invalid retention value.",
        ),
        (
            "CreateLogGroup",
            json!({}),
            "Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
        ),
        (
            "CreateLogGroup",
            json!({ "logGroupName": "n", "logGroupClass": "INFREQUENT_ACCESS" }),
            "The local cloud's CloudWatch Logs does not know logGroupClass of CreateLogGroup.",
        ),
        (
            "CreateLogGroup",
            json!({ "logGroupName": "n", "logGroupClass": "NOPE" }),
            "Value 'NOPE' at 'logGroupClass' failed",
        ),
        (
            "DescribeLogGroups",
            json!({ "accountIdentifiers": ["111111111111"] }),
            "The local cloud's CloudWatch Logs does not know accountIdentifiers of DescribeLogGroups.",
        ),
        ("GetLogEvents", json!({ "logGroupName": "g" }), "Value null at 'logStreamName' failed"),
        ("GetLogEvents", stream(json!({ "startTime": -1 })), "Value '-1' at 'startTime' failed"),
        (
            "GetLogEvents",
            stream(json!({ "startTime": "yesterday" })),
            "SerializationException: STRING_VALUE can not be converted to a Long",
        ),
        ("FilterLogEvents", stream(json!({ "logStreamNames": [] })), "Value '[]' at 'logStreamNames' failed"),
        (
            "FilterLogEvents",
            stream(json!({ "logStreamNames": ["s"], "logStreamNamePrefix": "s" })),
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ),
        ("FilterLogEvents", stream(json!({ "filterPattern": "x".repeat(1025) })), "less than or equal to 1024"),
        ("PutLogEvents", stream(json!({})), "Value null at 'logEvents' failed"),
        ("PutLogEvents", stream(json!({ "logEvents": [] })), "Value '[]' at 'logEvents' failed"),
        (
            "PutLogEvents",
            stream(json!({ "logEvents": [{ "timestamp": 1, "message": "m" }, { "timestamp": 2, "message": "" }] })),
            "Value '' at 'logEvents.2.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "PutLogEvents",
            stream(json!({ "logEvents": [{ "message": "m" }] })),
            "Value null at 'logEvents.1.member.timestamp' failed",
        ),
        (
            "DescribeLogStreams",
            json!({ "logGroupName": "none", "orderBy": "Size" }),
            "Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]",
        ),
        (
            "DeleteLogStream",
            json!({ "logGroupName": "g", "logStreamName": "none" }),
            "The specified log stream does not exist.",
        ),
        (
            "DeleteLogGroup",
            json!({ "logGroupName": "none" }),
            "ResourceNotFoundException: The specified log group does not exist.",
        ),
    ] {
        let got = call(&fixture, operation, request).await.unwrap_err();
        assert!(got.contains(expected), "{operation}: {got}");
    }
}

#[tokio::test]
async fn groups_and_streams_are_described_page_by_page_and_deleted() {
    let (fixture, now) = fixture().await;
    for name in ["a", "b"] {
        call(&fixture, "CreateLogStream", json!({ "logGroupName": "g", "logStreamName": name })).await.unwrap();
    }
    let page = call(&fixture, "DescribeLogStreams", json!({ "logGroupName": "g", "limit": 2 })).await.unwrap();
    let rest = json!({ "logGroupName": "g", "limit": 2, "nextToken": page["nextToken"] });
    let rest = call(&fixture, "DescribeLogStreams", rest).await.unwrap();
    assert_eq!((&rest["logStreams"][0]["logStreamName"], rest.get("nextToken")), (&json!("s"), None));
    assert!(rest["logStreams"][0]["creationTime"].as_i64().unwrap() <= now, "an empty stream has a time: {rest}");
    call(&fixture, "PutRetentionPolicy", json!({ "logGroupName": "g", "retentionInDays": 7 })).await.unwrap();
    let group = async || {
        let found = call(&fixture, "DescribeLogGroups", json!({ "logGroupNamePrefix": "g" })).await.unwrap();
        found["logGroups"]
            .as_array()
            .unwrap()
            .iter()
            .find(|group| group["logGroupName"] == "g")
            .cloned()
            .unwrap_or_default()
    };
    let described = group().await;
    assert_eq!((&described["retentionInDays"], &described["deletionProtectionEnabled"]), (&json!(7), &json!(false)));
    call(&fixture, "DeleteRetentionPolicy", json!({ "logGroupName": "g" })).await.unwrap();
    assert_eq!(group().await.get("retentionInDays"), None);
    call(&fixture, "PutLogEvents", events(&[now])).await.unwrap();
    call(&fixture, "DeleteLogStream", json!({ "logGroupName": "g", "logStreamName": "s" })).await.unwrap();
    assert!(fixture.cloud.logs().read("g").is_empty());
    call(&fixture, "DeleteLogGroup", json!({ "logGroupName": "g" })).await.unwrap();
    assert_eq!(group().await, Value::Null);
}
