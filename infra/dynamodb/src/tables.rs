//! DynamoDB: the stack's tables and their streams, on an embedded engine.
//!
//! The engine (`dynoxide-rs`) speaks DynamoDB's JSON protocol, over connections that only `engine` has; the one AWS endpoint passes
//! calls on to [`Tables::answer`]. So every refusal, down to a malformed expression, is the engine's own, and its makers verify it
//! against the service. Two that the engine lacks are made here: `conflict` and `operators`. What it cannot know is changed on the
//! way out: region, account and stream label in ARNs. Streams are read in-process by `event_source_mapping`, through [`stream`].

mod conflict;
mod deploy;
mod engine;
mod error;
mod index;
mod operators;
pub mod stream;

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dynoxide::Database;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::watch;

use stack::{ACCOUNT, REGION, STREAM_LABEL, Table};

pub use conflict::OngoingTransaction;
pub use error::TablesError;

/// The version in the `X-Amz-Target` of DynamoDB's operations.
pub const DYNAMODB_TARGET: &str = "DynamoDB_20120810";
/// The version in the `X-Amz-Target` of the stream operations.
pub const STREAMS_TARGET: &str = "DynamoDBStreams_20120810";

/// What the engine writes where the service names region and account.
const ENGINE_ARN: &str = "arn:aws:dynamodb:dynoxide:000000000000:";
/// What the engine reads of a call's headers. No more is passed on: `Origin` would make it admit every web page.
const PASSED_ON: [header::HeaderName; 2] = [header::CONTENT_TYPE, header::HeaderName::from_static("x-amz-target")];
/// A signature in the form that the engine asks for. It knows of no keys: the endpoint in front has verified the real one.
const SIGNED: [(header::HeaderName, &str); 2] = [
    (
        header::AUTHORIZATION,
        "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local",
    ),
    (header::HeaderName::from_static("x-amz-date"), "20260101T000000Z"),
];
/// The largest body of which the engine is asked whether it is JSON before it is known who sends it, in bytes.
const UNSIGNED_LIMIT: usize = 1024 * 1024;

/// The tables of one local cloud. Cheap to clone.
#[derive(Clone)]
pub struct Tables(Arc<Inner>);

struct Inner {
    database: Database,
    engine: engine::Engine,
    written: watch::Sender<u64>,
    ongoing: conflict::Ongoing,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tables").finish_non_exhaustive()
    }
}

impl Tables {
    /// Opens the database at `file`, or one in memory, and creates the tables that it does not hold yet.
    pub async fn open(file: Option<&Path>, tables: &[Table]) -> Result<Tables, TablesError> {
        Tables::with_stack(file, tables, engine::STACK).await
    }

    async fn with_stack(file: Option<&Path>, tables: &[Table], stack: usize) -> Result<Tables, TablesError> {
        let database = match file {
            None => Database::memory(),
            Some(file) => Database::new(error::text_of(file)?),
        };
        let database = database.map_err(|error| TablesError::of_engine(file, error))?;
        if let Some(file) = file {
            index::add(file).map_err(|error| TablesError::of_database(file, &error))?;
        }
        let engine = engine::Engine::start(database.clone(), stack)?;
        let (written, ongoing) = (watch::Sender::new(0), conflict::Ongoing::default());
        let opened = Tables(Arc::new(Inner { database, engine, written, ongoing }));
        for table in tables {
            opened.create(table).await?;
        }
        Ok(opened)
    }

    /// Creates a table; false where it is there already, with the same key. Its other settings are then changed.
    pub(crate) async fn create(&self, table: &Table) -> Result<bool, TablesError> {
        let refused = |error: CallError| TablesError::Refused { table: table.name.clone(), why: error.to_string() };
        match self.call("CreateTable", &table.create).await {
            Ok(_) => {
                if let Some(attribute) = &table.time_to_live_attribute {
                    self.set_time_to_live(&table.name, attribute, true).await.map_err(refused)?;
                }
                Ok(true)
            }
            Err(CallError::Refused { error_type, .. }) if error_type == "ResourceInUseException" => {
                let request = serde_json::json!({ "TableName": table.name });
                let there = self.call("DescribeTable", &request).await.map_err(refused)?;
                if there["Table"]["KeySchema"] != table.create["KeySchema"] {
                    return Err(TablesError::OtherKey { table: table.name.clone() });
                }
                self.catch_up(table, &there["Table"]).await.map_err(refused)?;
                Ok(false)
            }
            Err(error) => Err(refused(error)),
        }
    }

    /// Passes a call of the DynamoDB or DynamoDB Streams protocol on and gives the answer as the service would write it. The caller
    /// has been authenticated: a signature in `headers` is not read.
    pub async fn answer(&self, headers: &HeaderMap, body: Bytes) -> Response<Bytes> {
        let operation = operation(headers);
        let refusal = || self.0.ongoing.refuse(&operation, &body);
        if let Some(refusal) = operators::refuse(&body).or_else(refusal) {
            return refusal;
        }
        let mut request = for_the_engine(headers, as_the_engine_reads(&operation, body));
        for (name, value) in SIGNED {
            request.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        let (mut parts, body) = self.ask(request).await.into_parts();
        if parts.status.is_success() && changes_items(&operation) {
            self.0.written.send_modify(|writes| *writes += 1);
        }
        let body = match parts.status.is_success() {
            true => as_the_service_writes(&operation, body, &mut parts.headers),
            false => as_the_service_refuses(&operation, body, &mut parts.headers),
        };
        Response::from_parts(parts, body)
    }

    /// What the service refuses of a call before it looks at the signature: an operation that it does not have, a body that is not
    /// JSON. None where the signature is the first that is wrong.
    pub async fn refuse_unsigned(&self, headers: &HeaderMap, body: Bytes) -> Option<Response<Bytes>> {
        if body.len() > UNSIGNED_LIMIT {
            return None;
        }
        // Without a signature the engine refuses everything that comes so far.
        let refusal = self.ask(for_the_engine(headers, body)).await;
        let unsigned = String::from_utf8_lossy(refusal.body()).contains("MissingAuthenticationTokenException");
        (!unsigned && !refusal.status().is_success()).then_some(refusal)
    }

    /// The engine's own answer to `request`.
    async fn ask(&self, request: Request<Full<Bytes>>) -> Response<Bytes> {
        let mut response = match self.0.engine.call(request).await {
            Ok(response) => response,
            Err(error) => return internal_failure(&error.to_string()),
        };
        response.headers_mut().remove(header::SERVER);
        response.headers_mut().remove("x-dynoxide-version");
        response
    }

    /// Makes one call and reads its answer: `call("Query", …)`.
    pub async fn call(&self, operation: &str, request: &Value) -> Result<Value, CallError> {
        let stream_operations = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
        let target = if stream_operations.contains(&operation) { STREAMS_TARGET } else { DYNAMODB_TARGET };
        let mut headers = HeaderMap::new();
        let target = HeaderValue::from_str(&format!("{target}.{operation}"));
        headers.insert("x-amz-target", target.map_err(|_| CallError::unreadable("an operation's name is one word"))?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        let answer = self.answer(&headers, Bytes::from(request.to_string())).await;
        let body: Value =
            serde_json::from_slice(answer.body()).map_err(|error| CallError::unreadable(&error.to_string()))?;
        if answer.status().is_success() {
            return Ok(body);
        }
        let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let error_type = text("__type").rsplit('#').next().unwrap_or_default().to_string();
        let message = Some(text("message")).filter(|message| !message.is_empty()).unwrap_or_else(|| text("Message"));
        Err(CallError::Refused { error_type, message })
    }

    /// Counts writes that succeeded, so that a stream's reader need not poll.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.0.written.subscribe()
    }

    /// The name of the partition key of `table`, or of one of its indexes; nothing where there is none.
    pub(crate) fn partition_key(&self, table: &str, index: Option<&str>) -> Option<String> {
        let metadata = self.0.database.get_table_metadata(table).ok()??;
        let key = |schema: &Value| {
            let mut parts = schema.as_array()?.iter();
            Some(parts.find(|part| part["KeyType"] == "HASH")?["AttributeName"].as_str()?.to_string())
        };
        let Some(index) = index else { return key(&serde_json::from_str(&metadata.key_schema).ok()?) };
        let definitions = [metadata.gsi_definitions, metadata.lsi_definitions].into_iter().flatten();
        let definitions = definitions.filter_map(|definitions| serde_json::from_str::<Vec<Value>>(&definitions).ok());
        let found = definitions.flatten().find(|definition| definition["IndexName"] == index);
        key(&found?["KeySchema"])
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }
}

/// A call that failed.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum CallError {
    /// The service refused it.
    #[error("{error_type}: {message}")]
    Refused {
        /// The exception's name, such as `ValidationException`.
        error_type: String,
        /// Its message.
        message: String,
    },
    /// The answer was not JSON.
    #[error("the table engine cannot be understood: {0}")]
    Unreadable(String),
}

impl CallError {
    fn unreadable(why: &str) -> CallError {
        CallError::Unreadable(why.to_string())
    }
}

/// The operation that a call's headers name, such as `PutItem`; empty when they name none.
pub fn operation(headers: &HeaderMap) -> String {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_string()
}

/// A request to the engine with the headers that it reads.
fn for_the_engine(headers: &HeaderMap, body: Bytes) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::POST;
    for name in PASSED_ON {
        if let Some(value) = headers.get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    request
}

fn changes_items(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "BatchWriteItem"
            | "TransactWriteItems"
            | "ExecuteStatement"
            | "ExecuteTransaction"
            | "BatchExecuteStatement"
    )
}

/// Puts region, account and stream label into an answer. Items pass unread: only answers about tables and streams hold ARNs.
fn as_the_service_writes(operation: &str, body: Bytes, headers: &mut HeaderMap) -> Bytes {
    let about_tables = operation.contains("Table") || operation.contains("Stream") || operation.contains("TimeToLive");
    if !(about_tables || operation == "GetRecords" || operation.contains("Tag")) {
        return body;
    }
    let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return body };
    rename(&mut answer);
    if operation == "GetRecords" {
        stream::records_as_read(&mut answer);
    }
    changed(&answer, headers)
}

/// A refusal in the service's words. The engine's own are right but for one: it does not say in which expression a reserved
/// word stands when that is a key condition (<https://github.com/aws/aws-sdk-php/issues/1233> has the service's).
fn as_the_service_refuses(operation: &str, body: Bytes, headers: &mut HeaderMap) -> Bytes {
    let body = as_the_service_writes(operation, body, headers);
    let Ok(mut refusal) = serde_json::from_slice::<Value>(&body) else { return body };
    let message = refusal["message"].as_str().unwrap_or_default();
    if operation != "Query" || !message.starts_with("Attribute name is a reserved keyword") {
        return body;
    }
    refusal["message"] = Value::from(format!("Invalid KeyConditionExpression: {message}"));
    changed(&refusal, headers)
}

/// The bytes of an answer that is no longer the engine's.
fn changed(answer: &Value, headers: &mut HeaderMap) -> Bytes {
    let body = Bytes::from(answer.to_string());
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    // The engine's checksum is of its own bytes; clients skip the check when there is none.
    headers.remove("x-amz-crc32");
    body
}

/// A shard's id in the service's form, of which clients know the least length: the engine's is `shardId-00000001-board`.
pub(crate) fn own_shard_id(engines: &str) -> String {
    let mut parts = engines.splitn(3, '-').skip(1);
    let (number, table) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let digest = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, table.as_bytes()).simple().to_string();
    format!("shardId-{number:0>20}-{}", &digest[..8])
}

/// The other way round: the shards of the stream that a call names, under the engine's ids.
fn as_the_engine_reads(operation: &str, body: Bytes) -> Bytes {
    if !["GetShardIterator", "DescribeStream"].contains(&operation) {
        return body;
    }
    let Ok(mut request) = serde_json::from_slice::<Value>(&body) else { return body };
    let stream = request["StreamArn"].as_str().unwrap_or_default();
    let table =
        stream.split("/stream/").next().and_then(|arn| arn.split(":table/").nth(1)).unwrap_or_default().to_string();
    for name in ["ShardId", "ExclusiveStartShardId"] {
        let number = request[name].as_str().and_then(|id| id.split('-').nth(1)?.parse::<u64>().ok());
        let engines = number.map(|number| format!("shardId-{number:08}-{table}"));
        // An id of some other stream stays what it is, and is refused as such.
        if let Some(engines) = engines.filter(|engines| request[name] == own_shard_id(engines)) {
            request[name] = Value::from(engines);
        }
    }
    Bytes::from(request.to_string())
}

fn rename(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(rename),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match (name.as_str(), field) {
                    ("awsRegion", field) => *field = Value::from(REGION),
                    ("LatestStreamLabel" | "StreamLabel", field) => *field = Value::from(STREAM_LABEL),
                    ("ShardId" | "ParentShardId" | "LastEvaluatedShardId", Value::String(id)) => *id = own_shard_id(id),
                    (_, Value::String(text)) if text.starts_with(ENGINE_ARN) => *text = own_arn(text),
                    (_, field) => rename(field),
                }
            }
        }
        _ => {}
    }
}

fn own_arn(arn: &str) -> String {
    let rest = &arn[ENGINE_ARN.len()..];
    let rest = match rest.split_once("/stream/") {
        Some((table, _)) => format!("{table}/stream/{STREAM_LABEL}"),
        None => rest.to_string(),
    };
    format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:{rest}")
}

fn internal_failure(why: &str) -> Response<Bytes> {
    tracing::warn!(why, "the table engine did not answer");
    let failure = serde_json::json!({
        "__type": "com.amazon.coral.service#InternalServerError",
        "message": "Internal server error",
    });
    let mut response = refused(&failure);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A refusal that is not the engine's.
fn refused(refusal: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(refusal.to_string()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

#[cfg(test)]
mod tests;
