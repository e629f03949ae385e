//! What DynamoDB reports to CloudWatch: what calls consumed, how long they took, and which conditions did not hold.
//!
//! The engine says what a call consumed where it is asked to. So it is always asked, and its answer is left out for a caller who did not ask.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html>

use std::collections::BTreeMap;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Response};
use local::cloudwatch::{CloudWatch, Sample};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::tables::{self, Tables};

const NAMESPACE: &str = "AWS/DynamoDB";
/// The parameter by which a caller asks what its call consumed.
const ASKED: &str = "ReturnConsumedCapacity";
/// And where the answer says it.
const CONSUMED: &str = "ConsumedCapacity";
/// Operations that read items, of which it can be asked.
const READS: [&str; 5] = ["BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"];
/// Operations that write items.
const WRITES: [&str; 5] = ["BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"];

/// The top of a request or an answer; what is below stays as it was written.
type Members<'b> = BTreeMap<String, &'b RawValue>;

/// The answer to a call of DynamoDB, which is counted.
pub(crate) async fn answer(
    tables: &Tables,
    cloudwatch: &CloudWatch,
    headers: &HeaderMap,
    body: Bytes,
) -> Response<Bytes> {
    let operation = tables::operation(headers);
    let consumed = consumes(&operation);
    let (table, asked) = match serde_json::from_slice::<Members<'_>>(&body) {
        Ok(members) => (table(&members), consumed.and_then(|_| asked_for_capacity(members))),
        Err(_) => (None, None),
    };
    let began = Instant::now();
    let response = tables.answer(headers, asked.clone().unwrap_or(body)).await;
    let took = began.elapsed();
    if !response.status().is_success() {
        report_refusal(cloudwatch, &response, table.as_deref());
        return response;
    }
    if let Some(table) = &table {
        let sample = Sample::milliseconds("SuccessfulRequestLatency", took);
        cloudwatch.report(NAMESPACE, &[&[("TableName", table), ("Operation", &operation)]], &[sample]);
    }
    match consumed {
        Some(metric) => counted(cloudwatch, metric, response, asked.is_some()),
        None => response,
    }
}

/// The metric of what an operation consumes.
fn consumes(operation: &str) -> Option<&'static str> {
    match operation {
        _ if READS.contains(&operation) => Some("ConsumedReadCapacityUnits"),
        _ if WRITES.contains(&operation) => Some("ConsumedWriteCapacityUnits"),
        _ => None,
    }
}

/// The table that a request names.
fn table(members: &Members<'_>) -> Option<String> {
    serde_json::from_str(members.get("TableName")?.get()).ok()
}

/// The request with the question what it consumes; nothing where its sender asks that.
fn asked_for_capacity(mut members: Members<'_>) -> Option<Bytes> {
    if members.get(ASKED).is_some_and(|asked| asked.get() != "\"NONE\"") {
        return None;
    }
    members.insert(ASKED.to_string(), serde_json::from_str("\"TOTAL\"").ok()?);
    serde_json::to_vec(&members).ok().map(Bytes::from)
}

/// Counts what the answer says was consumed, and takes that out where only this module asked for it.
fn counted(
    cloudwatch: &CloudWatch,
    metric: &'static str,
    response: Response<Bytes>,
    only_we_asked: bool,
) -> Response<Bytes> {
    let (mut parts, body) = response.into_parts();
    let mut members: Members<'_> = serde_json::from_slice(&body).unwrap_or_default();
    let Some(consumed) = members.remove(CONSUMED) else { return Response::from_parts(parts, body) };
    // One table's, or a list with that of each.
    let consumed: Value = serde_json::from_str(consumed.get()).unwrap_or_default();
    for of_table in consumed.as_array().map_or(std::slice::from_ref(&consumed), Vec::as_slice) {
        let (table, units) = (of_table["TableName"].as_str(), of_table["CapacityUnits"].as_f64());
        if let (Some(table), Some(units)) = (table, units) {
            cloudwatch.report(NAMESPACE, &[&[("TableName", table)]], &[Sample::count(metric, units)]);
        }
    }
    let rest = only_we_asked.then(|| serde_json::to_vec(&members).ok()).flatten();
    let body = match rest {
        Some(rest) => tables::changed_to(Bytes::from(rest), &mut parts.headers),
        None => body,
    };
    Response::from_parts(parts, body)
}

fn report_refusal(cloudwatch: &CloudWatch, response: &Response<Bytes>, table: Option<&str>) {
    let error: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let is_condition = error["__type"].as_str().is_some_and(|name| name.ends_with("#ConditionalCheckFailedException"));
    match table {
        Some(table) if is_condition => {
            let failed = Sample::is("ConditionalCheckFailedRequests", true);
            cloudwatch.report(NAMESPACE, &[&[("TableName", table)]], &[failed]);
        }
        _ if response.status().is_client_error() => {
            cloudwatch.report(NAMESPACE, &[&[]], &[Sample::is("UserErrors", true)]);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use local::activity::ActivityLog;
    use local::clock::Clock;
    use local::sqs::Queues;
    use serde_json::json;
    use stack::{Metric, Statistic, Table};
    use time::macros::datetime;

    const TARGET: &str = tables::DYNAMODB_TARGET;

    fn cloudwatch() -> CloudWatch {
        let clock = Clock::frozen(datetime!(2026-11-22 09:41:00 UTC));
        let queues = Queues::open(&[], None, clock.clone()).unwrap();
        CloudWatch::new(clock.clone(), ActivityLog::new(clock), queues)
    }

    async fn ask(tables: &Tables, cloudwatch: &CloudWatch, operation: &str, request: Value) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-target", format!("{TARGET}.{operation}").parse().unwrap());
        headers.insert("content-type", "application/x-amz-json-1.0".parse().unwrap());
        let answer = answer(tables, cloudwatch, &headers, Bytes::from(request.to_string())).await;
        let length = answer.headers()["content-length"].to_str().unwrap().parse::<usize>().unwrap();
        assert_eq!(length, answer.body().len());
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
    }

    /// Sum and number of the samples of a metric.
    fn samples(cloudwatch: &CloudWatch, name: &str, dimensions: &[(&str, &str)]) -> Vec<(f64, f64)> {
        let metric = Metric::new(NAMESPACE, name, dimensions);
        let found = cloudwatch.datapoints(&metric, (0, i64::MAX), 60, None);
        found.iter().map(|found| (found.samples.get(Statistic::Sum), found.samples.sample_count)).collect()
    }

    #[tokio::test]
    async fn what_calls_consume_is_counted_and_answered_to_those_alone_who_ask() {
        let key = |name: &str| json!({ "AttributeName": name, "KeyType": "HASH" });
        let create = json!({ "TableName": "board", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [key("pk")],
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] });
        let table = Table { logical_id: "T".into(), name: "board".into(), create, time_to_live_attribute: None };
        let (tables, cloudwatch) = (Tables::open(None, &[table]).await.unwrap(), cloudwatch());

        let item = json!({ "pk": { "S": "a" }, "text": { "S": "x".repeat(1500) } });
        let put = json!({ "TableName": "board", "Item": item });
        assert_eq!(ask(&tables, &cloudwatch, "PutItem", put.clone()).await, (200, json!({})));
        let get = json!({ "TableName": "board", "Key": { "pk": { "S": "a" } } });
        assert_eq!(ask(&tables, &cloudwatch, "GetItem", get.clone()).await, (200, json!({ "Item": item })));
        let mut asked = get;
        asked[ASKED] = json!("TOTAL");
        let (_, answer) = ask(&tables, &cloudwatch, "GetItem", asked).await;
        assert_eq!(answer[CONSUMED], json!({ "TableName": "board", "CapacityUnits": 0.5 }));
        let batch = json!({ "RequestItems": { "board": [{ "DeleteRequest": { "Key": { "pk": { "S": "b" } } } }] } });
        assert_eq!(ask(&tables, &cloudwatch, "BatchWriteItem", batch).await.1, json!({ "UnprocessedItems": {} }));

        let of_table = [("TableName", "board")];
        assert_eq!(samples(&cloudwatch, "ConsumedReadCapacityUnits", &of_table), [(1.0, 2.0)]);
        assert_eq!(samples(&cloudwatch, "ConsumedWriteCapacityUnits", &of_table), [(3.0, 2.0)]);
        let of_operation = [("TableName", "board"), ("Operation", "GetItem")];
        assert_eq!(samples(&cloudwatch, "SuccessfulRequestLatency", &of_operation)[0].1, 2.0);

        let mut again = put;
        again["ConditionExpression"] = json!("attribute_not_exists(pk)");
        assert_eq!(ask(&tables, &cloudwatch, "PutItem", again).await.0, 400);
        assert_eq!(samples(&cloudwatch, "ConditionalCheckFailedRequests", &of_table), [(1.0, 1.0)]);
        assert_eq!(samples(&cloudwatch, "UserErrors", &[]), []);
        let nothing = json!({ "TableName": "nowhere", "Key": { "pk": { "S": "a" } } });
        assert_eq!(ask(&tables, &cloudwatch, "GetItem", nothing).await.0, 400);
        assert_eq!(samples(&cloudwatch, "UserErrors", &[]), [(1.0, 1.0)]);
    }
}
