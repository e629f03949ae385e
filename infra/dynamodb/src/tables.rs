//! DynamoDB: the stack's tables and their streams, on an embedded engine.
//!
//! The engine (`dynoxide-rs`) speaks DynamoDB's JSON protocol, over connections that only `engine` has; the one AWS endpoint passes
//! calls on to [`Tables::answer`]. So nearly every refusal, down to a malformed expression, is the engine's own, and its makers verify it
//! against the service. What the engine lacks is in front of it. On the way in: refusals in `validation`, `requirements`, `projection`,
//! `operators`, `fault`, `conflict` and `stream`, other forms of what it cannot read in `rewriting` and `legacy`, and less of what is too
//! much for one answer in `unread`. On the way out: region, account and stream label in ARNs, pages as long as `page` says, and what
//! `absent`, `description`, `items`, `update_item` and `stream` put in order. Streams are read in-process by `event_source_mapping`,
//! through [`stream`].

mod absent;
mod checksum;
mod conflict;
mod deploy;
mod description;
mod engine;
mod error;
mod expression;
mod fault;
mod hash;
mod index_page;
mod items;
mod legacy;
mod lifecycle;
mod operators;
mod page;
mod projection;
mod requirements;
mod rewriting;
mod short;
mod storage;
pub mod stream;
mod time_to_live;
mod tokens;
mod unread;
mod update_item;
mod validation;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dynoxide::Database;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::watch;

use local::iam::learner_arn;
use stack::{ACCOUNT, REGION, STREAM_LABEL, Table};

pub use conflict::OngoingTransaction;
pub use error::TablesError;
pub use fault::DeniedOperation;
pub use short::ShortAnswers;
use stream::members::{self, SERIALIZATION};
use stream::view::{BOTH_IMAGES, ViewTypes};

/// The version in the `X-Amz-Target` of DynamoDB's operations.
pub const DYNAMODB_TARGET: &str = "DynamoDB_20120810";
/// The version in the `X-Amz-Target` of the stream operations.
pub const STREAMS_TARGET: &str = "DynamoDBStreams_20120810";

/// What the engine writes where the service names region and account.
const ENGINE_ARN: &str = "arn:aws:dynamodb:dynoxide:000000000000:";
/// Whom the engine takes for the caller of everything.
const ENGINE_ROOT: &str = "arn:aws:iam::000000000000:root";
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

/// The engine's word on a number with too many digits; it says how many errors there are where the number stands in the request.
const TOO_PRECISE: &str = "Attempting to store more than 38 significant digits in a Number";
/// Its word on a key that is compared with an attribute.
const NO_VALUE: &str = "Expected value reference (:name), got ";
/// Its word on `begins_with` of a value.
const NO_NAME: &str = "Expected attribute name, got :";
/// What the refusals of a scan's `Select` have in them.
const ABOUT_SELECT: [&str; 2] = ["when choosing to get", "ALL_PROJECTED_ATTRIBUTES can be used only"];

/// The tables of one local cloud. Cheap to clone.
#[derive(Clone)]
pub struct Tables(Arc<Inner>);

struct Inner {
    database: Database,
    engine: engine::Engine,
    written: watch::Sender<u64>,
    ongoing: conflict::Ongoing,
    denied: fault::Denied,
    shortened: short::Shortened,
    forgotten: tokens::Forgotten,
    view_types: ViewTypes,
    storage: storage::Storage,
    creating: lifecycle::Creating,
    _sweep: time_to_live::Sweep,
    /// Held while tags change.
    tags: tokio::sync::Mutex<()>,
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
        let location = match file {
            // In memory, under a name that no other database has, so that it can be opened a second time.
            None => format!("file:/{}?vfs=memdb", uuid::Uuid::new_v4()),
            Some(file) => error::text_of(file)?.to_string(),
        };
        let database = Database::new(&location).map_err(|error| TablesError::of_engine(file, error))?;
        let of_database = |error| TablesError::of_database(file.unwrap_or(Path::new("")), &error);
        let storage = storage::Storage::open(&location).map_err(of_database)?;
        let view_types = match file {
            None => ViewTypes::default(),
            Some(file) => ViewTypes::open(file).map_err(of_database)?,
        };
        let engine = engine::Engine::new(database.clone(), stack);
        let sweep = time_to_live::Sweep::start(storage.clone())?;
        let (written, ongoing) = (watch::Sender::new(0), conflict::Ongoing::default());
        let opened = Tables(Arc::new(Inner {
            database,
            engine,
            written,
            ongoing,
            denied: fault::Denied::default(),
            shortened: short::Shortened::default(),
            forgotten: tokens::Forgotten::default(),
            view_types,
            storage,
            creating: lifecycle::Creating::default(),
            _sweep: sweep,
            tags: tokio::sync::Mutex::default(),
        }));
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
                // A stack has it when it is there.
                self.0.creating.end(&table.name);
                if let Some(attribute) = &table.time_to_live_attribute {
                    self.set_time_to_live(&table.name, attribute, true).await.map_err(refused)?;
                }
                Ok(true)
            }
            Err(CallError::Refused { error_type, .. }) if error_type == "ResourceInUseException" => {
                let request = json!({ "TableName": table.name });
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
        // What is not a request at all, or is nested deeper than any, is the engine's to refuse.
        let read = serde_json::from_slice::<Value>(&body).ok();
        // The engine would read a JSON list as a request's fields in their order. Its refusals of other values show its own types, and
        // that of a body in no known encoding is plain text. Only a JSON string it refuses in the service's words.
        if read.as_ref().is_some_and(|read| !(read.is_object() || read.is_string()))
            || std::str::from_utf8(&body).is_err()
        {
            return refused(&json!({ "__type": SERIALIZATION }));
        }
        let Some(mut request) = read.filter(Value::is_object) else {
            return self.pass_on(headers, &operation, body).await;
        };
        let ongoing = || self.0.ongoing.refuse(&operation, &request);
        let denied = self.0.denied.refuse(&operation, &request);
        if let Some(refusal) = denied.or_else(|| operators::refuse(&request)).or_else(ongoing) {
            return refusal;
        }
        if let Some(refusal) = self.0.creating.refuse(&operation, &request, Instant::now()) {
            return refused(&refusal);
        }
        let asked_at = lifecycle::now();
        let named_by_arn = rewriting::batched_names(&mut request);
        let mut changed = rewriting::rewrite(&operation, &mut request) | self.0.forgotten.renew(&mut request);
        changed |= !named_by_arn.is_empty();
        changed |= self.0.shortened.shorten(&operation, &mut request);
        if let Some(message) = members::mistyped(&operation, &request) {
            return refused(&json!({ "__type": SERIALIZATION, "Message": message }));
        }
        let validation = |message| ("com.amazon.coral.validate#ValidationException", message);
        let refusal = validation::refusal(&operation, &request).or_else(|| members::refusal(&operation, &request));
        let refusal = refusal.map(validation);
        if let Some((exception, message)) = refusal.or_else(|| self.refusal(&operation, &request)) {
            return refused(&json!({ "__type": exception, "message": message }));
        }
        if legacy::is_long(&operation, &request) {
            return self.answer_to_long_lists(headers, &operation, &request).await;
        }
        if self.misses_what_must_not_contain(&request).await {
            return refused(&json!({
                "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
                "message": "The conditional request failed",
            }));
        }
        // The engine reads all tags and writes them back, so that of two calls at once one would be lost.
        let _tags = if changes_tags(&operation) { Some(self.0.tags.lock().await) } else { None };
        if let Some(answer) = self.fetched(&operation, &request).await {
            return answer;
        }
        let mut was_there = None;
        if operation == "UpdateItem" {
            if let Some(answer) = self.nothing_to_take_away(&request).await {
                return answer;
            }
            if self.takes_away_another_type(&request).await {
                let (exception, message) = validation("Type mismatch for attribute to update".to_string());
                return refused(&json!({ "__type": exception, "message": message }));
            }
            if request["ReturnValues"] == "ALL_OLD" {
                was_there = self.is_there(&request).await;
            }
        }
        let mut asked = request;
        let unread = self.without_what_has_no_room(&operation, &mut asked);
        changed |= !unread.is_empty();
        let is_a_page = page::is_of_table(&operation, &asked);
        let is_an_index_page = index_page::is_of_index(&operation, &asked);
        let hides_capacity = is_a_page && page::ask_capacity(&mut asked);
        let in_order = is_a_page && page::ask_in_order(&operation, &mut asked);
        if is_a_page && operation == "Scan" {
            self.order(&asked).await;
        }
        changed |= hides_capacity | in_order;
        let sent = (is_a_page || is_an_index_page || is_about_tables(&operation)).then(|| asked.clone());
        changed |= is_a_page && page::ask_first_part(&mut asked);
        changed |= is_an_index_page && index_page::ask_one(&mut asked);
        changed |= stream::api::asked(&operation, &mut asked) | keep_both_images(&operation, &mut asked);
        let request = sent.as_ref().unwrap_or(&asked);
        let body = if changed { Bytes::from(asked.to_string()) } else { body };
        let answer = match self.of_closed_stream(&operation, request) {
            Some(answer) => answer,
            None => self.pass_on(headers, &operation, body).await,
        };
        let (mut parts, body) = answer.into_parts();
        let body = match parts.status.is_success() {
            // The service answers these without a body.
            true if changes_tags(&operation) => {
                parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(0));
                parts.headers.insert("x-amz-crc32", HeaderValue::from(checksum::crc32(b"")));
                Bytes::new()
            }
            true if !named_by_arn.is_empty() || !unread.is_empty() => {
                let mut answer: Value = serde_json::from_slice(&body).unwrap_or_default();
                unread::name(unread, &mut answer);
                rewriting::with_arns(&named_by_arn, &mut answer);
                self::changed(&answer, &mut parts.headers)
            }
            true if is_a_page => {
                self.to_the_end_of_the_page(&operation, request, hides_capacity, body, &mut parts.headers).await
            }
            true if is_an_index_page => {
                self.to_the_end_of_the_index_page(&operation, request, body, &mut parts.headers).await
            }
            true => self.complete(&operation, request, (asked_at, was_there), body, &mut parts.headers),
            false => as_the_service_refuses(&operation, request, body, &mut parts.headers),
        };
        Response::from_parts(parts, body)
    }

    /// Lets the table that `request` scans be read in the order of the service without being sorted for it.
    async fn order(&self, request: &Value) {
        let Some(metadata) = request["TableName"].as_str().and_then(|table| self.metadata(table)) else { return };
        let schema = serde_json::from_str(&metadata.key_schema).unwrap_or_default();
        let (Some(keys), storage) = (page::Keys::of_schema(&schema), self.0.storage.clone()) else { return };
        let table = metadata.table_name;
        if storage.is_ordered(&table).unwrap_or(false) {
            return;
        }
        let ordered = self.0.engine.apart(move || storage.order(&table, &keys.partition)).await;
        // Without it the scan takes longer, and gives the same.
        if let Ok(Err(error)) = ordered {
            tracing::warn!(%error, "a table is sorted anew for each page of a scan");
        }
    }

    /// Puts into an answer what the engine does not say, or says otherwise.
    fn complete(
        &self,
        operation: &str,
        request: &Value,
        (asked_at, was_there): (f64, Option<bool>),
        body: Bytes,
        headers: &mut HeaderMap,
    ) -> Bytes {
        let is_a_page = items::is_a_page(operation, &body);
        if !(is_about_tables(operation) || items::are_changed(operation, request) || is_a_page) {
            return body;
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else { return body };
        if !is_about_tables(operation) {
            let table = || self.metadata(request["TableName"].as_str()?);
            let keys = |table: &str| self.metadata(table).map(|table| table.key_schema);
            let done = match operation {
                "UpdateItem" => update_item::complete(request, was_there, &mut answer),
                "TransactGetItems" => items::projected(request, &mut answer, keys),
                _ => {
                    let counted = is_a_page && items::scanned_of_a_page(request, &mut answer);
                    let of_index = |table| {
                        let fewer = items::in_the_index(request, &mut answer, &table);
                        fewer | (operation == "Scan" && items::charged_to_index(request, &mut answer, &table))
                    };
                    counted | table().is_some_and(of_index)
                }
            };
            return if done { changed(&answer, headers) } else { body };
        }
        rename(&mut answer);
        if let Err(error) = self.0.storage.time(operation, request, asked_at, &mut answer) {
            tracing::warn!(%error, operation, "the times of a table are in whole seconds");
        }
        if operation == "CreateTable"
            && let Some(table) = request["TableName"].as_str()
        {
            self.0.creating.begin(table, Instant::now());
        }
        self.note_view_type(operation, request);
        let table = table_of(operation, request, &answer);
        let view_type = table.as_deref().and_then(|table| self.view_type(table));
        let metadata = table.and_then(|table| self.metadata(&table));
        description::complete(operation, &mut answer, metadata.as_ref(), view_type.as_deref());
        if operation == "ListStreams" {
            self.list_closed_streams(request, &mut answer);
        }
        stream::api::complete(operation, request, &mut answer, metadata.as_ref(), view_type.as_deref());
        changed(&answer, headers)
    }

    /// Remembers the view type of a stream that is made, and forgets that of one that is gone with its table.
    fn note_view_type(&self, operation: &str, request: &Value) {
        let Some(table) = request["TableName"].as_str() else { return };
        let specification = &request["StreamSpecification"];
        let view_type = specification["StreamViewType"].as_str().filter(|_| specification["StreamEnabled"] == true);
        match operation {
            "CreateTable" | "DeleteTable" => self.0.view_types.set(table, view_type),
            "UpdateTable" if view_type.is_some() => self.0.view_types.set(table, view_type),
            _ => {}
        }
    }

    /// The view type of the stream of `table`; nothing where it is what the engine says.
    fn view_type(&self, table: &str) -> Option<String> {
        self.0.view_types.of(table)
    }

    /// The engine's answer to a call in the form that it reads.
    async fn pass_on(&self, headers: &HeaderMap, operation: &str, body: Bytes) -> Response<Bytes> {
        let mut request = for_the_engine(headers, body);
        for (name, value) in SIGNED {
            request.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        let answer = self.ask(request).await;
        if answer.status().is_success() && changes_items(operation) {
            self.0.written.send_modify(|writes| *writes += 1);
        }
        answer
    }

    /// The engine's own answer to a call about items.
    async fn engine_answer(&self, operation: &str, request: &Value) -> Response<Bytes> {
        match headers_of(operation) {
            Ok(headers) => self.pass_on(&headers, operation, Bytes::from(request.to_string())).await,
            Err(error) => internal_failure(&error.to_string()),
        }
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
        let answer = self.answer(&headers_of(operation)?, Bytes::from(request.to_string())).await;
        if answer.body().is_empty() && answer.status().is_success() {
            return Ok(Value::Null);
        }
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
        let metadata = self.metadata(table)?;
        let key = |schema: &Value| {
            let mut parts = schema.as_array()?.iter();
            Some(parts.find(|part| part["KeyType"] == "HASH")?["AttributeName"].as_str()?.to_string())
        };
        let Some(index) = index else { return key(&serde_json::from_str(&metadata.key_schema).ok()?) };
        let found = requirements::indexes(&metadata).find(|definition| definition["IndexName"] == index);
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

/// The headers of a call.
fn headers_of(operation: &str) -> Result<HeaderMap, CallError> {
    let stream_operations = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
    let target = if stream_operations.contains(&operation) { STREAMS_TARGET } else { DYNAMODB_TARGET };
    let mut headers = HeaderMap::new();
    let target = HeaderValue::from_str(&format!("{target}.{operation}"));
    headers.insert("x-amz-target", target.map_err(|_| CallError::unreadable("an operation's name is one word"))?);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    Ok(headers)
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

fn changes_tags(operation: &str) -> bool {
    matches!(operation, "TagResource" | "UntagResource")
}

/// Whether answers to `operation` are about tables and streams, and hold ARNs; all others are about items.
fn is_about_tables(operation: &str) -> bool {
    let about_tables = operation.contains("Table") || operation.contains("Stream") || operation.contains("TimeToLive");
    about_tables || ["GetRecords", "GetShardIterator"].contains(&operation) || operation.contains("Tag")
}

/// The table that an answer is about.
fn table_of(operation: &str, request: &Value, answer: &Value) -> Option<String> {
    let described = ["Table", "TableDescription", "StreamDescription"];
    let named = described.iter().find_map(|name| answer[*name]["TableName"].as_str());
    match operation {
        "GetRecords" => stream::api::table_of(request["ShardIterator"].as_str()?),
        _ => named.map(str::to_string),
    }
}

/// Lets the engine keep both images of a stream: what its view type shows is decided when it is read.
fn keep_both_images(operation: &str, request: &mut Value) -> bool {
    if !["CreateTable", "UpdateTable"].contains(&operation) {
        return false;
    }
    let specification = request.get_mut("StreamSpecification");
    let Some(view_type) = specification.and_then(|specification| specification.get_mut("StreamViewType")) else {
        return false;
    };
    // What is not a text is the engine's to refuse.
    let is_named = view_type.is_string();
    if is_named {
        *view_type = json!(BOTH_IMAGES);
    }
    is_named
}

/// A refusal in the service's words, where the engine's are others.
fn as_the_service_refuses(operation: &str, request: &Value, body: Bytes, headers: &mut HeaderMap) -> Bytes {
    let Ok(mut refusal) = serde_json::from_slice::<Value>(&body) else { return body };
    let before = refusal.clone();
    // A serialization's refusal has its message in a key of its own.
    for key in ["message", "Message"] {
        let Some(said) = refusal[key].as_str() else { continue };
        let better = absent::in_the_services_words(operation, request, said);
        if let Some(better) = better.or_else(|| absent::without_position(said).map(str::to_string)) {
            refusal[key] = Value::from(better);
        }
    }
    if is_about_tables(operation) {
        rename(&mut refusal);
    }
    let message = refusal["message"].as_str().unwrap_or_default().to_string();
    if operation == "Query" && message.starts_with(NO_NAME) {
        refusal["message"] = Value::from(
            "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: begins_with operator must have the key \
             attribute as its first operand",
        );
    } else if operation == "Query" && message.starts_with("Attribute name is a reserved keyword") {
        // The engine does not say in which expression it stands: <https://github.com/aws/aws-sdk-php/issues/1233> has the service's words.
        refusal["message"] = Value::from(format!("Invalid KeyConditionExpression: {message}"));
    } else if operation == "Scan"
        && let Some(message) = message.strip_prefix("1 validation error detected: ")
        && ABOUT_SELECT.iter().any(|part| message.contains(part))
    {
        // A query says how many errors there are, a scan does not.
        refusal["message"] = Value::from(message);
    } else if operation == "Query" && message.contains(NO_VALUE) {
        // The rest of the request has been judged by then.
        refusal["message"] = Value::from(
            "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        );
    } else if operation == "UpdateItem" && message == TOO_PRECISE {
        // Of a sum the service says that it is too large.
        refusal["message"] =
            Value::from("Number overflow. Attempting to store a number with magnitude larger than supported range");
    } else if let Some(reasons) = refusal.get_mut("CancellationReasons").and_then(Value::as_array_mut) {
        if let Some(codes) = up_to_the_first_wrong(reasons) {
            refusal["message"] = Value::from(format!(
                "Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
            ));
        }
    } else if message.contains(ENGINE_ROOT) {
        refusal["message"] = Value::from(message.replace(ENGINE_ROOT, &learner_arn()));
    } else if message.starts_with("Requested resource not found: Stream:") && !message.ends_with(" not found") {
        refusal["message"] = Value::from(format!("{message} not found"));
    } else if refusal.get("Item").is_some()
        && let Some(fields) = refusal.as_object_mut()
        && let Some(message) = fields.remove("message")
    {
        // With an item beside it, the message has a capital.
        fields.insert("Message".into(), message);
    }
    if refusal == before { body } else { changed(&refusal, headers) }
}

/// Of a transaction with parts that are wrong by themselves, the service looks at no other after the first such: the codes that are left.
fn up_to_the_first_wrong(reasons: &mut [Value]) -> Option<String> {
    let first = reasons.iter().position(|reason| reason["Code"] == "ValidationError")?;
    for (number, reason) in reasons.iter_mut().enumerate() {
        if number != first {
            *reason = json!({ "Code": "None" });
        }
    }
    let codes: Vec<&str> = reasons.iter().filter_map(|reason| reason["Code"].as_str()).collect();
    Some(codes.join(", "))
}

/// The bytes of an answer that is no longer the engine's.
fn changed(answer: &Value, headers: &mut HeaderMap) -> Bytes {
    changed_to(Bytes::from(answer.to_string()), headers)
}

/// `body` in the place of the engine's.
pub(crate) fn changed_to(body: Bytes, headers: &mut HeaderMap) -> Bytes {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    // The engine's checksum is of its own bytes.
    headers.insert("x-amz-crc32", HeaderValue::from(checksum::crc32(&body)));
    body
}

/// A shard's id in the service's form, of which clients know the least length: the engine's is `shardId-00000001-board`.
pub(crate) fn own_shard_id(engines: &str) -> String {
    let mut parts = engines.splitn(3, '-').skip(1);
    let (number, table) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let digest = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, table.as_bytes()).simple().to_string();
    format!("shardId-{number:0>20}-{}", &digest[..8])
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
    let failure = json!({
        "__type": "com.amazon.coral.service#InternalServerError",
        "message": "Internal server error",
    });
    let mut response = refused(&failure);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A refusal that is not the engine's.
fn refused(refusal: &Value) -> Response<Bytes> {
    let mut response = answered(refusal);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// An answer that is not the engine's.
fn answered(answer: &Value) -> Response<Bytes> {
    let body = Bytes::from(answer.to_string());
    let checksum = checksum::crc32(&body);
    let mut response = Response::new(body);
    response.headers_mut().insert("x-amz-crc32", HeaderValue::from(checksum));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

#[cfg(test)]
mod tests;
