//! One run: a lab's template in a local cloud of its own, the steps of a transcript against it, and what they gave.

mod stream;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use kit::http::{self, Request, Response};
use local::cloud::{Boot, Cloud};
use local::programs::Programs;
use local::signature::{SignableRequest, sign};
use serde_json::{Value, json};
use stack::Stack;
use tokio::runtime::Runtime;

use super::declaration::{Doing, LogGroup, Step};
use super::json::Json;

/// The most callers at a time: each needs an execution environment of its own.
const CALLERS: usize = 4;

/// A lab that was built.
#[derive(Debug, Clone)]
pub(super) struct Built {
    /// Its template.
    pub(super) template: PathBuf,
    /// Its function's program.
    pub(super) program: PathBuf,
}

/// A step that was made.
#[derive(Debug)]
pub(super) enum Exchange {
    /// A request, with the stage in its path, and what the caller got.
    Asked { note: Option<String>, request: Request, response: Response },
    /// A call of the table, and the chosen fields of its answer.
    Called { note: Option<String>, operation: String, fields: Json },
    /// Something happened that has no text of its own.
    Noted(String),
}

/// What the steps gave.
#[derive(Debug)]
pub(super) struct Record {
    /// Those that are not quiet.
    pub(super) exchanges: Vec<Exchange>,
    /// `127.0.0.1:4711`, which differs from run to run.
    pub(super) host: String,
    /// What the function got for the last step, unchanged.
    pub(super) event: Option<Vec<u8>>,
    /// The lines that the last step left in the function's log and in the API's.
    pub(super) function_log: Vec<String>,
    pub(super) gateway_log: Vec<String>,
}

impl Record {
    pub(super) fn log(&self, from: LogGroup) -> &[String] {
        match from {
            LogGroup::Function => &self.function_log,
            LogGroup::Gateway => &self.gateway_log,
        }
    }
}

/// Starts the lab, makes the steps, ends it.
///
/// # Errors
///
/// A sentence: a template that does not boot, a step that cannot be made.
pub(super) fn run(runtime: &Runtime, built: &Built, steps: &[Step]) -> Result<Record, String> {
    let services = vec![s3::SERVICE, dynamodb::SERVICE];
    let execution_logging = Some(stack::ExecutionLogging::FULL);
    let boot = Boot {
        models: Some(models::compile),
        services,
        execution_logging,
        ..Boot::new(&built.template, Programs::Beside(built.program.clone()))
    };
    let cloud = runtime.block_on(Cloud::boot(boot)).map_err(|why| why.to_string())?;
    let record = Session::of(&cloud, runtime).and_then(|session| session.record(steps));
    runtime.block_on(cloud.shutdown());
    record
}

/// A running lab, and what its last answer was.
struct Session<'cloud> {
    cloud: &'cloud Cloud,
    runtime: &'cloud Runtime,
    stage: String,
    api_url: String,
    last: Value,
}

impl<'cloud> Session<'cloud> {
    fn of(cloud: &'cloud Cloud, runtime: &'cloud Runtime) -> Result<Session<'cloud>, String> {
        // Nobody sends requests to a function behind a stream, so its template needs no API.
        let unasked = || Some(String::new()).filter(|_| !cloud.stack().event_source_mappings.is_empty());
        let nobody = "the template has no AWS::Serverless::Api, so there is nobody to ask";
        let api_url = cloud.api_url().or_else(unasked).ok_or(nobody)?;
        let stage = api_url.rsplit('/').next().unwrap_or_default().to_string();
        Ok(Session { cloud, runtime, stage, api_url, last: Value::Null })
    }

    fn record(mut self, steps: &[Step]) -> Result<Record, String> {
        let mut exchanges = Vec::new();
        let mut mark = Mark::default();
        for step in steps {
            // What a stream does belongs to the change before it.
            let is_stream = matches!(step.what, Doing::Stream(_));
            if !is_stream {
                mark = Mark::set(self.cloud);
            }
            if step.quiet && step.times > 1 {
                self.make_quietly(step)?;
                continue;
            }
            for count in 1..=step.times {
                if !is_stream {
                    mark = Mark::set(self.cloud);
                }
                let (exchange, answer) = self.make(step, count)?;
                self.last = answer;
                if !step.quiet {
                    exchanges.push(exchange);
                }
            }
        }
        let host = self.api_url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_string();
        let (function_log, gateway_log) = mark.lines_since(self.cloud);
        Ok(Record { exchanges, host, event: mark.event_since(self.cloud), function_log, gateway_log })
    }

    /// Makes a step that prepares the ground, as often as it says, several at a time: nobody looks at their order.
    fn make_quietly(&self, step: &Step) -> Result<(), String> {
        let next = AtomicUsize::new(1);
        let refusal = Mutex::new(None);
        let callers = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(CALLERS);
        thread::scope(|scope| {
            for _ in 0..callers {
                scope.spawn(|| {
                    let count = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|count| *count <= step.times);
                    while let Some(count) = count() {
                        if let Err(why) = self.make(step, count) {
                            next.store(step.times + 1, Ordering::Relaxed);
                            *refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                        }
                    }
                });
            }
        });
        refusal.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// Makes a step for the `count`th time; gives what to show of it, and the answer's JSON.
    fn make(&self, step: &Step, count: usize) -> Result<(Exchange, Value), String> {
        let body = step.body.as_deref().map(|body| filled(body, count, &self.last)).transpose()?;
        let note = step.note.clone();
        match &step.what {
            Doing::Request { method, target, headers } => {
                let headers = headers.iter().map(|(name, value)| Ok((name.clone(), filled(value, count, &self.last)?)));
                let headers = headers.collect::<Result<Vec<_>, String>>()?;
                let target = filled(target, count, &self.last)?;
                let mut request =
                    Request { method: method.clone(), target, headers, body: body.map(String::into_bytes) };
                let sent = http::send(&self.api_url, &request);
                let response = sent.map_err(|why| format!("{method} {}: {why}", request.target))?;
                if step.quiet && response.status >= 400 {
                    return Err(format!("the quiet {method} {} was refused with {}", request.target, response.status));
                }
                request.target = format!("/{}{}", self.stage, request.target);
                let answer = serde_json::from_slice(&response.body).unwrap_or_default();
                Ok((Exchange::Asked { note, request, response }, answer))
            }
            Doing::Call { operation, fields } => {
                let answer = self.call(operation, body.as_deref().unwrap_or("{}"))?;
                let shown = Json::parse(&answer).ok_or_else(|| format!("the answer to {operation} is not JSON"))?;
                let shown = shown.chosen(fields).map_err(|path| format!("the answer to {operation} has no {path}"))?;
                let answer = serde_json::from_slice(&answer).unwrap_or_default();
                Ok((Exchange::Called { note, operation: operation.clone(), fields: shown }, answer))
            }
            Doing::Queue { logical_id, fields } => {
                let message = self.message(logical_id)?;
                let shown = Json::parse(message.as_bytes())
                    .ok_or_else(|| format!("the message in {logical_id} is not JSON"))?;
                let shown =
                    shown.chosen(fields).map_err(|path| format!("the message in {logical_id} has no {path}"))?;
                let answer = serde_json::from_str(&message).unwrap_or_default();
                Ok((Exchange::Called { note, operation: format!("a message in {logical_id}"), fields: shown }, answer))
            }
            Doing::Stream(moment) => {
                self.runtime.block_on(stream::passed(self.cloud, *moment))?;
                Ok((Exchange::Noted(note.unwrap_or_default()), self.last.clone()))
            }
        }
    }

    /// The oldest message of a queue.
    fn message(&self, logical_id: &str) -> Result<String, String> {
        let queue = self.cloud.stack().queues.iter().find(|queue| queue.logical_id == logical_id);
        let queue = queue.ok_or_else(|| format!("the template has no queue {logical_id}"))?;
        let message = self.cloud.queues().messages(&queue.arn()).into_iter().next();
        message.map(|message| message.body).ok_or_else(|| format!("the queue {logical_id} is empty"))
    }

    /// An operation of the lab's table, over the AWS endpoint as a client makes it.
    fn call(&self, operation: &str, input: &str) -> Result<Vec<u8>, String> {
        let stack: &Stack = self.cloud.stack();
        let table = stack.tables.first().ok_or("the template has no table to call")?;
        let mut input: Value =
            serde_json::from_str(input).map_err(|why| format!("the input of {operation} is not JSON: {why}"))?;
        input["TableName"] = json!(table.name);
        input["ReturnConsumedCapacity"] = json!("TOTAL");
        let body = input.to_string().into_bytes();
        let url = self.cloud.aws_url();
        let host = url.trim_start_matches("http://");
        let unsigned = SignableRequest { method: "POST", target: "/", host, body: &body };
        let mut headers = vec![
            ("Content-Type".to_string(), "application/x-amz-json-1.0".to_string()),
            ("X-Amz-Target".to_string(), format!("{}.{operation}", dynamodb::DYNAMODB_TARGET)),
        ];
        headers.extend(sign(self.cloud.credentials(), "dynamodb", unsigned, self.cloud.clock().now()));
        let request = Request { method: "POST".to_string(), target: "/".to_string(), headers, body: Some(body) };
        let response = http::send(&url, &request).map_err(|why| format!("{operation}: {why}"))?;
        if response.status != 200 {
            return Err(format!("{operation} was refused: {}", String::from_utf8_lossy(&response.body)));
        }
        Ok(response.body)
    }
}

/// `text` with `{n}` and each `{last.FIELD}` filled in.
fn filled(text: &str, count: usize, last: &Value) -> Result<String, String> {
    let text = text.replace("{n}", &count.to_string());
    let mut parts = text.split("{last.");
    let mut filled = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (field, after) = part.split_once('}').ok_or(format!("{{last.{part} is never closed"))?;
        let found = last.pointer(&format!("/{}", field.replace('.', "/")));
        match found.ok_or(format!("the last answer has no {field}: {last}"))? {
            Value::String(value) => filled.push_str(value),
            value => filled.push_str(&value.to_string()),
        }
        filled.push_str(after);
    }
    Ok(filled)
}

/// A moment: what is in the logs, and which invocations are over.
#[derive(Debug, Default)]
struct Mark {
    logged: u64,
    invoked: BTreeSet<String>,
}

impl Mark {
    fn set(cloud: &Cloud) -> Mark {
        let invoked = invocations(cloud).map(|(id, _)| id).collect();
        Mark { logged: *cloud.logs().changed().borrow(), invoked }
    }

    /// The function's lines and the API's, in that order. Both are written before the caller has its answer.
    fn lines_since(&self, cloud: &Cloud) -> (Vec<String>, Vec<String>) {
        let groups: BTreeSet<&str> =
            cloud.stack().functions.iter().map(|function| function.log_group.as_str()).collect();
        let (of_functions, others): (Vec<_>, Vec<_>) =
            cloud.logs().since(self.logged).into_iter().partition(|(group, _)| groups.contains(group.as_str()));
        let lines =
            |events: Vec<(String, local::logs::LogEvent)>| events.into_iter().map(|(_, event)| event.message).collect();
        (lines(of_functions), lines(others))
    }

    fn event_since(&self, cloud: &Cloud) -> Option<Vec<u8>> {
        invocations(cloud).filter(|(id, _)| !self.invoked.contains(id)).map(|(_, event)| event).last()
    }
}

/// Id and event of every invocation that is over.
fn invocations(cloud: &Cloud) -> impl Iterator<Item = (String, Vec<u8>)> {
    let lambda = cloud.lambda();
    let records = lambda.function_names().into_iter().flat_map(move |name| lambda.invocations(&name));
    records.map(|record| (record.request_id, record.event.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_can_speak_of_its_count_and_of_the_last_answer() {
        let last = json!({"id": "a-1", "post": {"version": 3}});
        let fill = |text: &str| filled(text, 7, &last);
        assert_eq!(
            fill(r#"{"title":"Post {n}","version":{last.post.version}}"#).unwrap(),
            r#"{"title":"Post 7","version":3}"#
        );
        assert_eq!(fill("/board/{last.id}?n={n}").unwrap(), "/board/a-1?n=7");
        assert_eq!(fill("{last.next}").unwrap_err(), format!("the last answer has no next: {last}"));
        assert!(fill("{last.id").unwrap_err().contains("is never closed"));
    }
}
