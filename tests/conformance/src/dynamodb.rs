//! The harness for DynamoDB: one call, in a role or as the learner.
//!
//! Cases describe a call in a few words, such as `DeleteItem with false ConditionExpression`; the first is the operation.

use dynamodb::DynamoDb;
use local::cloud::Cloud;
use local::signature::Credentials;
use serde_json::{Map, Value, json};
use stack::{ACCOUNT, Function, Role, Stack, Table};

use crate::case::{Case, Inexpressible, only_known, typed};
use crate::ground::{self, Ground};
use crate::observed::{Answer, Observed};
use crate::socket::Ask;

const TABLE: &str = "board";

/// Sets `case` up and says what was observed.
pub async fn observe(case: &Case, ground: &Ground) -> Result<Observed, Inexpressible> {
    only_known("given", &case.given, &["role_allows", "role_policy", "principal", "key_schema"])?;
    only_known("request", &case.request, &["operation", "body"])?;
    let words = case.request.get("operation").and_then(Value::as_str).unwrap_or_default();
    let keys: Vec<String> =
        case.given.get("key_schema").map_or(Ok(vec!["pk".to_string()]), |keys| typed("given.key_schema", keys))?;
    let operation = words.split(' ').next().unwrap_or_default();
    let body = match case.request.get("body") {
        Some(body) => body.clone(),
        None => body(operation, words, &keys)?,
    };
    let principal = Principal::of(&case.given)?;
    let functions = principal.iter().map(|principal| principal.function.clone()).collect();
    let stack = Stack { name: "case".into(), functions, tables: vec![table(&keys)], ..Stack::default() };
    let cloud = ground.boot(stack).await?;
    // Something is there for a condition to be false about.
    let there = json!({ "TableName": TABLE, "Item": item(&keys) });
    DynamoDb::of(&cloud).tables().call("PutItem", &there).await.map_err(Inexpressible::new)?;
    let credentials = match &principal {
        Some(principal) => cloud.identities().issue(&principal.function.name, cloud.clock()),
        None => cloud.credentials().clone(),
    };
    let answer = call(&cloud, operation, &credentials, &body).await;
    cloud.shutdown().await;
    Ok(Observed::of_answer(match &principal {
        Some(principal) => principal.in_its_account(answer?),
        None => answer?,
    }))
}

async fn call(
    cloud: &Cloud,
    operation: &str,
    credentials: &Credentials,
    body: &Value,
) -> Result<Answer, Inexpressible> {
    let headers = vec![
        ("X-Amz-Target".to_string(), format!("DynamoDB_20120810.{operation}")),
        ("Content-Type".to_string(), "application/x-amz-json-1.0".to_string()),
    ];
    let address = ground::socket_of(&cloud.aws_url())?;
    let ask = Ask { method: "POST".into(), path: "/".into(), headers, body: body.to_string().into() };
    ask.signed(credentials, "dynamodb", address).send(address).await.map_err(Inexpressible::new)
}

/// Who calls: a function in a role.
struct Principal {
    function: Function,
    account: String,
}

impl Principal {
    fn of(given: &Map<String, Value>) -> Result<Option<Principal>, Inexpressible> {
        let (allows, policy) = (given.get("role_allows"), given.get("role_policy"));
        let arn = given.get("principal").and_then(Value::as_str);
        if allows.is_none() && policy.is_none() && arn.is_none() {
            return Ok(None);
        }
        // arn:aws:sts::{account}:assumed-role/{role}/{session}
        let arn = arn.unwrap_or("arn:aws:sts::123456789012:assumed-role/board-role/board-fn");
        let account = arn.split(':').nth(4).unwrap_or(ACCOUNT).to_string();
        let mut parts = arn.split('/').skip(1);
        let (Some(role), Some(session)) = (parts.next(), parts.next()) else {
            return Err(Inexpressible::new(format_args!("given.principal {arn}")));
        };
        let actions: Vec<String> = allows.map_or(Ok(Vec::new()), |actions| typed("given.role_allows", actions))?;
        let allow = json!({ "Statement": { "Effect": "Allow", "Action": actions, "Resource": "*" } });
        let mut policies: Vec<Value> = policy.cloned().into_iter().collect();
        policies.extend((!actions.is_empty()).then_some(allow));
        let mut function = ground::function(session, None, false)?.function;
        function.role = Role { name: role.to_string(), policies, assume_role_policy: Value::Null };
        Ok(Some(Principal { function, account }))
    }

    /// The answer with the case's own account: the local cloud has one, which is another.
    fn in_its_account(&self, answer: Answer) -> Answer {
        let body = String::from_utf8_lossy(&answer.body).replace(ACCOUNT, &self.account);
        Answer { body: body.into(), ..answer }
    }
}

fn table(keys: &[String]) -> Table {
    let kinds = ["HASH", "RANGE"];
    let schema: Vec<Value> =
        keys.iter().zip(kinds).map(|(key, kind)| json!({ "AttributeName": key, "KeyType": kind })).collect();
    let definitions: Vec<Value> =
        keys.iter().map(|key| json!({ "AttributeName": key, "AttributeType": "S" })).collect();
    let create = json!({ "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "KeySchema": schema, "AttributeDefinitions": definitions });
    Table { logical_id: "Table".into(), name: TABLE.into(), create, time_to_live_attribute: None }
}

fn item(keys: &[String]) -> Value {
    keys.iter().map(|key| (key.clone(), json!({ "S": key }))).collect::<Map<_, _>>().into()
}

/// The body of the call that `words` describe.
fn body(operation: &str, words: &str, keys: &[String]) -> Result<Value, Inexpressible> {
    let unknown = || Inexpressible::new(format_args!("request.operation {words}"));
    let table = if words.contains("missing table") { "missing" } else { TABLE };
    let named =
        |name: &str| words.split_once(&format!("{name}={{"))?.1.split_once('}').map(|(names, _)| names.to_string());
    let key = match named("Key") {
        Some(names) => item(&names.split(',').map(|name| name.trim().to_string()).collect::<Vec<_>>()),
        None => item(keys),
    };
    let hash = keys.first().ok_or_else(unknown)?;
    let mut body = match operation {
        "PutItem" => json!({ "Item": item(keys) }),
        "GetItem" | "DeleteItem" => json!({ "Key": key }),
        "UpdateItem" => {
            json!({ "Key": key, "UpdateExpression": "SET seen = :seen", "ExpressionAttributeValues": { ":seen": { "BOOL": true } } })
        }
        "Query" => json!({ "KeyConditionExpression": "#hash = :hash", "ExpressionAttributeNames": { "#hash": hash },
            "ExpressionAttributeValues": { ":hash": { "S": hash } } }),
        "Scan" | "DescribeTable" => json!({}),
        _ => return Err(unknown()),
    };
    body["TableName"] = json!(table);
    // A misspelt attribute stands where the key belongs.
    if let Some((_, rest)) = words.split_once("attribute '") {
        let wrong = rest.split('\'').next().unwrap_or_default();
        let meant =
            keys.iter().find(|key| wrong.trim_end_matches(':').eq_ignore_ascii_case(key)).ok_or_else(unknown)?;
        let attributes = body["Item"].as_object_mut().ok_or_else(unknown)?;
        attributes.remove(meant);
        attributes.insert(wrong.to_string(), json!({ "S": meant }));
    }
    if words.contains("false ConditionExpression") {
        body["ConditionExpression"] = json!("attribute_exists(nobodys)");
    }
    if let Some((_, index)) = words.split_once("index ") {
        body["IndexName"] = json!(index.split(' ').next());
    }
    Ok(body)
}
