//! Everything that a role is asked about: actions, and the resources that they are done to.
//!
//! An action is asked only where AWS knows it (`Scan` of a table or an index, never of a stream), and those that do most harm
//! come first, because an explanation shows the first few.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use serde_json::Value;
use stack::{ACCOUNT, REGION, Stack, stream_arn, table_arn};

const OF_TABLES: [&str; 24] = [
    "Scan",
    "DeleteTable",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "GetItem",
    "Query",
    "BatchWriteItem",
    "BatchGetItem",
    "ConditionCheckItem",
    "PartiQLSelect",
    "PartiQLInsert",
    "PartiQLUpdate",
    "PartiQLDelete",
    "UpdateTable",
    "UpdateTimeToLive",
    "UpdateContinuousBackups",
    "PutResourcePolicy",
    "CreateBackup",
    "ExportTableToPointInTime",
    "DescribeTable",
    "DescribeTimeToLive",
    "TagResource",
    "CreateTable",
];
const OF_INDEXES: [&str; 3] = ["Scan", "Query", "PartiQLSelect"];
const OF_STREAMS: [&str; 3] = ["GetRecords", "GetShardIterator", "DescribeStream"];
const OF_ALL_TABLES: [&str; 3] = ["ListStreams", "ListTables", "DescribeLimits"];
const OF_LOGS: [&str; 8] = [
    "DeleteLogGroup",
    "DeleteLogStream",
    "PutRetentionPolicy",
    "GetLogEvents",
    "FilterLogEvents",
    "PutLogEvents",
    "CreateLogStream",
    "CreateLogGroup",
];
/// Instances as well as network interfaces: a list copied for the second contains the first as well.
const OF_EC2: [&str; 12] = [
    "RunInstances",
    "TerminateInstances",
    "AttachNetworkInterface",
    "ModifyNetworkInterfaceAttribute",
    "DescribeInstances",
    "DescribeSecurityGroups",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
];
/// What other services have that a role with too much of everything could do.
const ELSEWHERE: [(&str, &str); 8] = [
    ("iam:PassRole", "arn:aws:iam::123456789012:role/administrator"),
    ("sts:AssumeRole", "arn:aws:iam::123456789012:role/administrator"),
    ("s3:GetObject", "arn:aws:s3:::somebody-elses-bucket/letter.txt"),
    ("s3:DeleteObject", "arn:aws:s3:::somebody-elses-bucket/letter.txt"),
    ("sqs:SendMessage", "arn:aws:sqs:ap-northeast-2:123456789012:somebody-elses-queue"),
    ("lambda:InvokeFunction", "arn:aws:lambda:ap-northeast-2:123456789012:function:somebody-elses-function"),
    (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:somebody-elses-secret",
    ),
    ("kms:Decrypt", "arn:aws:kms:ap-northeast-2:123456789012:key/00000000-0000-4000-8000-000000000000"),
];
/// A table and a log group that no template of the course has.
const NEIGHBOUR: &str = "somebody-elses-table";
const OTHER_GROUP: &str = "/aws/lambda/somebody-elses-function";

/// Every pair of an action and a resource that a role of `stack` is asked about.
pub(super) fn of(stack: &Stack) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut ask = |service: &str, actions: &[&str], resources: &[String]| {
        let of = |resource: &String| {
            actions.iter().map(|action| (format!("{service}:{action}"), resource.clone())).collect::<Vec<_>>()
        };
        pairs.extend(resources.iter().flat_map(of));
    };
    let names = || stack.tables.iter().map(|table| table.name.as_str()).chain([NEIGHBOUR]);
    let tables: Vec<String> = names().map(table_arn).collect();
    let streams: Vec<String> = names().map(stream_arn).collect();
    let mut indexes: Vec<String> =
        stack.tables.iter().flat_map(|table| indexes_of(&table.name, &table.create)).collect();
    indexes.push(format!("{}/index/any", table_arn(NEIGHBOUR)));
    let every_table = [format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:*")];
    ask("dynamodb", &OF_TABLES, &tables);
    ask("dynamodb", &OF_INDEXES, &indexes);
    ask("dynamodb", &OF_STREAMS, &streams);
    ask("dynamodb", &OF_ALL_TABLES, &every_table);
    ask("ec2", &OF_EC2, &["*".to_string()]);
    let groups = stack.log_groups.iter().map(String::as_str).chain([OTHER_GROUP]);
    let log_streams = groups.map(|group| format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:any"));
    ask("logs", &OF_LOGS, &log_streams.collect::<Vec<_>>());
    pairs.extend(ELSEWHERE.map(|(action, resource)| (action.to_string(), resource.to_string())));
    pairs
}

fn indexes_of(table: &str, create: &Value) -> Vec<String> {
    let kinds = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let indexes = kinds.into_iter().filter_map(|kind| create[kind].as_array()).flatten();
    let names = indexes.filter_map(|index| index["IndexName"].as_str());
    names.map(|name| format!("{}/index/{name}", table_arn(table))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use stack::Table;

    #[test]
    fn asks_of_every_table_with_its_index_and_stream_and_of_neighbours() {
        let create = json!({"GlobalSecondaryIndexes": [{"IndexName": "byAuthor"}]});
        let table = |name: &str, create: Value| Table {
            logical_id: "T".into(),
            name: name.into(),
            create,
            time_to_live_attribute: None,
        };
        let tables = vec![table("board", create), table("board-journal", json!({}))];
        let stack = Stack { tables, log_groups: vec!["/aws/lambda/a".into()], ..Stack::default() };
        let pairs = of(&stack);
        let asked = |action: &str, end: &str| pairs.iter().any(|(known, arn)| known == action && arn.ends_with(end));
        assert!(asked("dynamodb:Scan", "table/board") && asked("dynamodb:PutItem", "table/board-journal"));
        assert!(
            asked("dynamodb:Query", "table/board/index/byAuthor") && asked("dynamodb:Scan", "somebody-elses-table")
        );
        assert!(asked("dynamodb:GetRecords", "table/board/stream/2026-01-01T00:00:00.000"));
        assert!(!asked("dynamodb:GetItem", "index/byAuthor"), "an item is got from a table, never from an index");
        assert!(asked("logs:PutLogEvents", "/aws/lambda/a:log-stream:any") && asked("iam:PassRole", "administrator"));
    }
}
