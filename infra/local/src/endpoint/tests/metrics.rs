//! CloudWatch, asked in both of its protocols.

use super::*;

async fn call(fixture: &Fixture, operation: &str, request: Value) -> Result<Value, String> {
    fixture.call("monitoring", &format!("GraniteServiceVersion20100801.{operation}"), request).await
}

/// A request in the query protocol.
async fn query(fixture: &Fixture, operation: &str, form: &str) -> HttpAnswer {
    let form = json!(format!("Action={operation}&Version=2010-08-01&{form}"));
    fixture.ask("monitoring", "/", &[("content-type", "application/x-www-form-urlencoded")], &form).await
}

fn alarm() -> Value {
    json!({
        "AlarmName": "posts", "Namespace": "Board", "MetricName": "Posts", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 2,
        "DatapointsToAlarm": 1, "Threshold": 3, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": ["arn:aws:sns:topic"],
        "Dimensions": [{ "Name": "Stage", "Value": "dev" }],
    })
}

#[tokio::test]
async fn samples_that_are_put_can_be_asked_for() {
    let fixture = Fixture::start(json!([allow("cloudwatch:*", "*")])).await;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let minute = now.div_euclid(60) * 60;
    let stage = json!([{ "Name": "Stage", "Value": "dev" }]);
    let data = json!({ "Namespace": "Board", "MetricData": [
        { "MetricName": "Posts", "Dimensions": stage, "Timestamp": minute, "Value": 2, "Unit": "Count" },
        { "MetricName": "Posts", "Dimensions": stage, "Timestamp": minute, "Values": [1, 5], "Counts": [2, 1], "Unit": "Count" },
        { "MetricName": "Posts", "Dimensions": stage, "Timestamp": minute - 60, "Unit": "Count",
          "StatisticValues": { "SampleCount": 4, "Sum": 8, "Minimum": 1, "Maximum": 3 } },
    ] });
    assert_eq!(call(&fixture, "PutMetricData", data).await, Ok(json!({})));
    let listed =
        call(&fixture, "ListMetrics", json!({ "Namespace": "Board", "Dimensions": [{ "Name": "Stage" }] })).await;
    assert_eq!(
        listed,
        Ok(json!({ "Metrics": [{ "Namespace": "Board", "MetricName": "Posts", "Dimensions": stage }] }))
    );
    let elsewhere = json!({ "Namespace": "Board", "Dimensions": [{ "Name": "Stage", "Value": "prod" }] });
    assert_eq!(call(&fixture, "ListMetrics", elsewhere).await, Ok(json!({ "Metrics": [] })));
    let asked = json!({ "Namespace": "Board", "MetricName": "Posts", "Dimensions": stage, "StartTime": minute - 60,
        "EndTime": minute + 60, "Period": 60, "Statistics": ["Sum", "SampleCount", "Average", "Minimum", "Maximum"] });
    let expected = json!({ "Label": "Posts", "Datapoints": [
        { "Timestamp": minute - 60, "Unit": "Count", "Sum": 8.0, "SampleCount": 4.0, "Average": 2.0, "Minimum": 1.0, "Maximum": 3.0 },
        { "Timestamp": minute, "Unit": "Count", "Sum": 9.0, "SampleCount": 4.0, "Average": 2.25, "Minimum": 1.0, "Maximum": 5.0 },
    ] });
    assert_eq!(call(&fixture, "GetMetricStatistics", asked).await, Ok(expected));
    let metric = json!({ "Namespace": "Board", "MetricName": "Posts", "Dimensions": stage });
    let of = |id: &str, stat: &str| json!({ "Id": id, "MetricStat": { "Metric": metric, "Period": 60, "Stat": stat } });
    let mut hidden = of("hidden", "Sum");
    hidden["ReturnData"] = json!(false);
    let asked =
        json!({ "StartTime": minute - 60, "EndTime": minute + 60, "MetricDataQueries": [of("sum", "Sum"), hidden] });
    let given = call(&fixture, "GetMetricData", asked.clone()).await.unwrap();
    let expected = json!([{ "Id": "sum", "Label": "Posts", "Timestamps": [minute, minute - 60], "Values": [9.0, 8.0],
        "StatusCode": "Complete" }]);
    assert_eq!(given["MetricDataResults"], expected);
    let mut ascending = asked;
    ascending["ScanBy"] = json!("TimestampAscending");
    let given = call(&fixture, "GetMetricData", ascending).await.unwrap();
    assert_eq!(given["MetricDataResults"][0]["Values"], json!([8.0, 9.0]));
}

#[tokio::test]
async fn an_alarm_is_made_described_set_and_deleted() {
    let fixture = Fixture::start(json!([allow("cloudwatch:*", "*")])).await;
    assert_eq!(call(&fixture, "PutMetricAlarm", alarm()).await, Ok(json!({})));
    let described = call(&fixture, "DescribeAlarms", json!({ "AlarmNamePrefix": "po" })).await.unwrap();
    let described = &described["MetricAlarms"][0];
    for (name, value) in alarm().as_object().unwrap() {
        let (own, given) = (&described[name], value);
        let same = own == given || own.as_f64().is_some() && own.as_f64() == given.as_f64();
        assert!(same, "{name}: {own} and not {given}");
    }
    assert_eq!(described["AlarmArn"], "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:posts");
    assert_eq!(described["StateValue"], "INSUFFICIENT_DATA");
    assert_eq!(described["TreatMissingData"], "missing");
    for (operation, enabled) in [("DisableAlarmActions", false), ("EnableAlarmActions", true)] {
        call(&fixture, operation, json!({ "AlarmNames": ["posts"] })).await.unwrap();
        let described = call(&fixture, "DescribeAlarms", json!({})).await.unwrap();
        assert_eq!(described["MetricAlarms"][0]["ActionsEnabled"], enabled);
    }
    let rehearsal = json!({ "AlarmName": "posts", "StateValue": "ALARM", "StateReason": "rehearsal" });
    call(&fixture, "SetAlarmState", rehearsal).await.unwrap();
    let activity = fixture.cloud.activity().since(0);
    let rang =
        activity.iter().map(|entry| serde_json::to_value(&**entry).unwrap()).find(|entry| entry["kind"] == "alarm");
    let rang = rang.expect("the change is in the activity log");
    assert_eq!((&rang["alarm"], &rang["to"]), (&json!("posts"), &json!("ALARM")));
    assert_eq!(rang["actions"], json!(["arn:aws:sns:topic"]));
    let wrong = call(&fixture, "DeleteAlarms", json!({ "AlarmNames": ["posts", "nobody"] })).await;
    assert_eq!(wrong, Err("ResourceNotFound: There is no alarm called nobody.".to_string()));
    call(&fixture, "DeleteAlarms", json!({ "AlarmNames": ["posts"] })).await.unwrap();
    let none = call(&fixture, "DescribeAlarms", json!({})).await.unwrap();
    assert_eq!(none, json!({ "MetricAlarms": [], "CompositeAlarms": [] }));
}

#[tokio::test]
async fn wrong_requests_are_refused_and_what_is_not_here_is_named() {
    let fixture = Fixture::start(json!([allow("cloudwatch:*", "*")])).await;
    let but = |changes: Value| {
        let mut alarm = alarm();
        alarm.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        alarm
    };
    let statistics = |changes: Value| {
        let mut asked = json!({ "Namespace": "AWS/Lambda", "MetricName": "Errors", "StartTime": 0, "EndTime": 1_000_000,
            "Period": 60, "Statistics": ["Sum"] });
        asked.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        asked
    };
    for (operation, request, expected) in [
        (
            "GetMetricStatistics",
            statistics(json!({})),
            "InvalidParameterCombinationException: You have requested up to 16666 datapoints, \
          which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        ),
        (
            "GetMetricStatistics",
            statistics(json!({ "StartTime": 1_000_000 })),
            "InvalidParameterValueException: The parameter StartTime must be less than the parameter EndTime.",
        ),
        (
            "GetMetricStatistics",
            statistics(json!({ "Period": 90 })),
            "InvalidParameterValueException: The parameter Period must be a multiple of 60.",
        ),
        (
            "GetMetricStatistics",
            statistics(json!({ "Namespace": null })),
            "MissingRequiredParameterException: The parameter Namespace is required.",
        ),
        (
            "GetMetricStatistics",
            statistics(json!({ "Statistics": [] , "EndTime": 60 })),
            "InvalidParameterCombinationException: At least one of \
          the parameters Statistics and ExtendedStatistics must be specified.",
        ),
        (
            "GetMetricStatistics",
            statistics(json!({ "ExtendedStatistics": ["p99"], "EndTime": 60 })),
            "InvalidParameterValueException: The \
          local cloud's CloudWatch has no statistic p99; it has SampleCount, Average, Sum, Minimum, Maximum.",
        ),
        (
            "GetMetricData",
            json!({ "StartTime": 0, "EndTime": 60, "MetricDataQueries": [{ "Id": "rate", "Expression": "a / b" }] }),
            "InvalidParameterValueException: The local cloud's CloudWatch has no metric math, and rate is an Expression; ask for a MetricStat.",
        ),
        (
            "PutMetricData",
            json!({ "Namespace": "AWS/Lambda", "MetricData": [] }),
            "InvalidParameterValueException: The value AWS/Lambda for \
          parameter Namespace is invalid: what begins with AWS/ is AWS's own.",
        ),
        (
            "PutMetricData",
            json!({ "Namespace": "N", "MetricData": [{ "MetricName": "M" }] }),
            "InvalidParameterCombinationException: A datum has one of Value, Values and StatisticValues.",
        ),
        (
            "PutMetricAlarm",
            but(json!({ "Metrics": [{}] })),
            "InvalidParameterValueException: The local cloud's CloudWatch has no metric math; \
          use Namespace, MetricName and Dimensions.",
        ),
        (
            "PutMetricAlarm",
            but(json!({ "EvaluationPeriods": 1441 })),
            "ValidationException: Metrics cannot be checked across more than a day \
          (EvaluationPeriods * Period must be <= 86400).",
        ),
        (
            "PutMetricAlarm",
            but(json!({ "ComparisonOperator": "Above" })),
            "ValidationException: 1 validation error detected: Value 'Above' at 'comparisonOperator' failed to satisfy constraint: Member \
          must satisfy enum value set: [LessThanOrEqualToThreshold, LessThanThreshold, GreaterThanThreshold, GreaterThanOrEqualToThreshold]",
        ),
        (
            "PutMetricData",
            json!({ "Namespace": "N", "MetricData": [{ "MetricName": "M", "Value": 1 }, { "Value": 1 }] }),
            "MissingRequiredParameterException: The parameter MetricData.member.2.MetricName is required.",
        ),
        (
            "PutMetricData",
            json!({ "Namespace": "N", "MetricData": [{ "MetricName": "M", "Value": 1, "Values": [1] }] }),
            "InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually \
          exclusive and you have specified both.",
        ),
        (
            "PutMetricData",
            json!({ "Namespace": "N", "MetricData": [{ "MetricName": "M", "Values": [1, 2], "Counts": [1] }] }),
            "InvalidParameterValueException: The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
        ),
        (
            "DescribeAlarms",
            json!({ "MaxRecords": 101 }),
            "ValidationException: 1 validation error detected: Value '101' at 'maxRecords' failed to satisfy constraint: Member must have \
          value less than or equal to 100",
        ),
        (
            "SetAlarmState",
            json!({ "AlarmName": "posts", "StateValue": "FINE", "StateReason": "r" }),
            "ValidationException: 1 validation error detected: Value 'FINE' at 'stateValue' failed to satisfy constraint: Member must \
          satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
        ),
        (
            "SetAlarmState",
            json!({ "AlarmName": "posts", "StateValue": "OK", "StateReason": "r" }),
            "ResourceNotFound: There is no alarm called posts.",
        ),
        ("DescribeAlarms", json!({ "NextToken": "7" }), "InvalidNextToken: The next token specified is invalid."),
        ("ListMetrics", json!({ "NextToken": "1" }), "InvalidNextToken: The next token specified is invalid."),
    ] {
        assert_eq!(call(&fixture, operation, request).await, Err(expected.to_string()), "{operation}");
    }
    let unknown = call(&fixture, "PutDashboard", json!({})).await.unwrap_err();
    assert!(
        unknown.starts_with("UnknownOperationException: The local cloud's CloudWatch does not know PutDashboard"),
        "{unknown}"
    );
    let coded = fixture.json("monitoring", "GraniteServiceVersion20100801.GetMetricStatistics", json!({})).await;
    assert_eq!((coded.status, coded.error_type.as_str()), (400, "MissingParameter;Sender"));
}

#[tokio::test]
async fn what_the_model_asks_of_members_is_asked_before_anything_else() {
    let fixture = Fixture::start(json!([allow("cloudwatch:*", "*")])).await;
    let datum = |changes: Value| {
        let mut datum = json!({ "MetricName": "M", "Value": 1 });
        datum.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        json!({ "Namespace": "N", "MetricData": [{ "MetricName": "M", "Value": 1 }, datum] })
    };
    let query = |id: &str, stat: &str| json!({ "Id": id, "MetricStat": { "Metric": { "Namespace": "N", "MetricName": "M" }, "Period": 60, "Stat": stat } });
    let data = |queries: Value| json!({ "StartTime": 0, "EndTime": 60, "MetricDataQueries": queries });
    let statistics = json!({ "Namespace": "N", "MetricName": "M", "StartTime": 0, "EndTime": 60, "Period": 60, "Statistics": ["Median"] });
    let invalid = |message: &str| format!("InvalidParameterValueException: {message}");
    let violation = |message: &str| format!("ValidationException: 1 validation error detected: Value {message}");
    let many = |number: usize| vec!["a"; number];
    let long = |number: usize| "a".repeat(number);
    let units = crate::cloudwatch::UNITS.join(", ");
    let old = OffsetDateTime::now_utc().unix_timestamp() - 15 * 24 * 3_600;
    for (operation, request, expected) in [
        (
            "PutMetricData",
            datum(json!({ "StorageResolution": 7 })),
            invalid("The parameter MetricData.member.2.StorageResolution must be a value in the set [ 1, 60 ]."),
        ),
        (
            "PutMetricData",
            datum(json!({ "Unit": "Furlongs", "StorageResolution": 0 })),
            invalid(&format!(
                "The parameter MetricData.member.2.Unit must be a value in the set [ {units} ].\nThe parameter \
                 MetricData.member.2.StorageResolution must be a value in the set [ 1, 60 ]."
            )),
        ),
        (
            "PutMetricData",
            datum(json!({ "Dimensions": [{ "Name": "a", "Value": long(1_025) }] })),
            invalid("The parameter MetricData.member.2.Dimensions.member.1.Value must be shorter than 1025 characters."),
        ),
        (
            "PutMetricData",
            datum(json!({ "Dimensions": vec![json!({ "Name": "a", "Value": "b" }); 31] })),
            invalid("The collection MetricData.member.2.Dimensions must not have a size greater than 30."),
        ),
        (
            "PutMetricData",
            datum(json!({ "Dimensions": [{ "Name": "a" }] })),
            "MissingRequiredParameterException: The parameter MetricData.member.2.Dimensions.member.1.Value is required.".to_string(),
        ),
        (
            "PutMetricData",
            datum(json!({ "Timestamp": old })),
            invalid("The parameter MetricData.member.2.Timestamp must specify a time within the past two weeks."),
        ),
        (
            "PutMetricData",
            datum(json!({ "Value": 1e109 })),
            invalid("The value 1e+109 for parameter MetricData.member.2.Value is invalid."),
        ),
        ("PutMetricData", json!({ "Namespace": ":N", "MetricData": [] }), invalid("The value :N for parameter Namespace is invalid.")),
        ("ListMetrics", json!({ "MetricName": long(256) }), invalid("The parameter MetricName must be shorter than 256 characters.")),
        ("ListMetrics", json!({ "MetricName": "" }), invalid("The parameter MetricName must be longer than 0 characters.")),
        (
            "GetMetricStatistics",
            statistics,
            invalid("The parameter Statistics.member.1 must be a value in the set [ SampleCount, Average, Sum, Minimum, Maximum ]."),
        ),
        (
            "GetMetricData",
            data(json!([query("a", "Sum"), query("b", "Median")])),
            "ValidationException: The value for parameter MetricDataQueries.member.2.MetricStat.Stat is not a valid statistic.".to_string(),
        ),
        (
            "GetMetricData",
            data(json!([query("a", "tm99.5")])),
            invalid("The local cloud's CloudWatch has no statistic tm99.5; it has SampleCount, Average, Sum, Minimum, Maximum."),
        ),
        (
            "GetMetricData",
            data(json!([query("a", "Sum"), query("a", "Sum")])),
            "ValidationException: The values for parameter id in MetricDataQueries are not unique.".to_string(),
        ),
        (
            "GetMetricData",
            data(json!([query("A", "Sum")])),
            invalid("The value A for parameter MetricDataQueries.member.1.Id is invalid."),
        ),
        (
            "DescribeAlarms",
            json!({ "AlarmTypes": ["MetricAlarm", "Bell"] }),
            violation("'Bell' at 'alarmTypes.2.member' failed to satisfy constraint: Member must satisfy enum value set: \
                       [CompositeAlarm, MetricAlarm]"),
        ),
        (
            "DeleteAlarms",
            json!({ "AlarmNames": [""] }),
            violation("'' at 'alarmNames.1.member' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        ),
        (
            "PutMetricAlarm",
            json!({ "OKActions": many(6) }),
            violation("'[a, a, a, a, a, a]' at 'oKActions' failed to satisfy constraint: Member must have length less than or equal to 5"),
        ),
        (
            "PutMetricAlarm",
            json!({ "EvaluationPeriods": 0 }),
            violation("'0' at 'evaluationPeriods' failed to satisfy constraint: Member must have value greater than or equal to 1"),
        ),
        (
            "PutMetricAlarm",
            json!({ "AlarmName": "a", "EvaluateLowSampleCountPercentile": "ignore" }),
            invalid("The local cloud's CloudWatch has no percentiles; leave EvaluateLowSampleCountPercentile out."),
        ),
    ] {
        assert_eq!(call(&fixture, operation, request).await, Err(expected), "{operation}");
    }
    let older = query_form(&fixture).await;
    assert!(older.contains("The value NaN for parameter MetricData.member.1.Value is invalid."), "{older}");
    assert_eq!(call(&fixture, "PutMetricData", datum(json!({ "StorageResolution": 60 }))).await, Ok(json!({})));
}

async fn query_form(fixture: &Fixture) -> String {
    let form = "Namespace=N&MetricData.member.1.MetricName=M&MetricData.member.1.Value=NaN&MetricData.member.1.StorageResolution=1";
    query(fixture, "PutMetricData", form).await.body
}

#[tokio::test]
async fn older_clients_are_answered_in_xml() {
    let fixture = Fixture::start(json!([allow("cloudwatch:*", "*")])).await;
    let put = query(
        &fixture,
        "PutMetricAlarm",
        "AlarmName=a%26b&Namespace=Board&MetricName=Posts&Statistic=Sum&Period=60&EvaluationPeriods=1&Threshold=1.5\
         &ComparisonOperator=LessThanThreshold&Dimensions.member.1.Name=Stage&Dimensions.member.1.Value=dev\
         &OKActions.member.1=arn:a&OKActions.member.2=arn:b&ActionsEnabled=false",
    )
    .await;
    assert_eq!(put.status, 200, "{}", put.body);
    let described = query(&fixture, "DescribeAlarms", "AlarmNames.member.1=a%26b").await.body;
    for expected in [
        "<DescribeAlarmsResponse xmlns=\"http://monitoring.amazonaws.com/doc/2010-08-01/\"><DescribeAlarmsResult>",
        "<AlarmName>a&amp;b</AlarmName>",
        "<ActionsEnabled>false</ActionsEnabled>",
        "<OKActions><member>arn:a</member><member>arn:b</member></OKActions>",
        "<Dimensions><member><Name>Stage</Name><Value>dev</Value></member></Dimensions>",
        "<Threshold>1.5</Threshold>",
        "<StateUpdatedTimestamp>20",
    ] {
        assert!(described.contains(expected), "{expected}: {described}");
    }
    let now = OffsetDateTime::now_utc();
    let at = |moment: OffsetDateTime| {
        moment.format(&time::format_description::well_known::Rfc3339).unwrap().replace(':', "%3A").replace('+', "%2B")
    };
    let datum = format!(
        "Namespace=N&MetricData.member.1.MetricName=M&MetricData.member.1.Value=2&MetricData.member.1.Timestamp={}",
        at(now)
    );
    assert_eq!(query(&fixture, "PutMetricData", &datum).await.status, 200);
    let asked = format!(
        "Namespace=N&MetricName=M&Period=60&Statistics.member.1=Sum&StartTime={}&EndTime={}",
        at(now - time::Duration::minutes(5)),
        at(now + time::Duration::minutes(5)),
    );
    let found = query(&fixture, "GetMetricStatistics", &asked).await.body;
    assert!(found.contains("<Sum>2.0</Sum>") && found.contains("<Timestamp>20"), "{found}");
    let refused = query(&fixture, "GetMetricStatistics", "Namespace=N").await;
    assert!(refused.body.contains("<Code>MissingParameter</Code>"), "{}", refused.body);
}

#[tokio::test]
async fn a_role_is_asked_about_alarms_by_name_and_about_metrics_by_namespace() {
    let own = json!({ "Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*",
        "Condition": { "StringEquals": { "cloudwatch:namespace": "Board" } } });
    let described = allow("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:posts");
    let fixture = Fixture::start(json!([own, described])).await;
    let data = |namespace: &str| json!({ "Namespace": namespace, "MetricData": [{ "MetricName": "M", "Value": 1 }] });
    assert_eq!(call(&fixture, "PutMetricData", data("Board")).await, Ok(json!({})));
    let refused = call(&fixture, "PutMetricData", data("Other")).await.unwrap_err();
    assert_eq!(refused, format!("AccessDeniedException: {}", denial("cloudwatch:PutMetricData", "*")));
    assert!(call(&fixture, "DescribeAlarms", json!({ "AlarmNames": ["posts"] })).await.is_ok());
    let refused = call(&fixture, "DescribeAlarms", json!({})).await.unwrap_err();
    let all = "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:*";
    assert_eq!(refused, format!("AccessDeniedException: {}", denial("cloudwatch:DescribeAlarms", all)));
}

#[tokio::test]
async fn a_throttled_function_is_counted() {
    let fixture = Fixture::start(json!([allow("*", "*")])).await;
    fixture.cloud.lambda().reserve_concurrency("board-api", Some(0)).unwrap();
    let invoked = fixture.ask("lambda", "/2015-03-31/functions/board-api/invocations", &[], &json!({})).await;
    assert_eq!(invoked.status, 429, "{}", invoked.body);
    let metric = stack::Metric::new("AWS/Lambda", "Throttles", &[("FunctionName", "board-api")]);
    let found = fixture.cloud.cloudwatch().datapoints(&metric, (0, i64::MAX), 60, None);
    assert_eq!(found.iter().map(|found| found.samples.sum).collect::<Vec<_>>(), [1.0]);
}
