//! A table's stream: changing items as the world does, and waiting until the function behind the stream has dealt with them.
//!
//! ```ignore
//! let told = lab.asks("lab-08.3", "a post is removed").changes("BoardTable").put(&post).delete(&post).delivered();
//! told.succeeds();
//! ```
//!
//! Nobody asks the function behind a stream, so a check changes the table and looks at what that led to: what Lambda delivered
//! and what the function replied ([`Delivered`]), what it stored, what ended in a queue. Retries are made with short pauses,
//! and a stream that never comes to an end is noticed by the number of its invocations, not by the clock.

use std::time::{Duration, Instant};

use dynamodb::{DynamoDb, NotDrained};
use local::lambda::{InvocationRecord, InvokeRequest};
use serde_json::{Map, Value, json};
use stack::EventSourceMapping;

use crate::ask::{Ask, Question};
use crate::invocation::{Delivered, Invocation};
use crate::lab::Lab;
use crate::table::typed_item;
use crate::words::cut;

/// More invocations than any record of a check is worth: a stream that is not at its end by then is stuck.
const STUCK_AFTER: usize = 25;
/// How long it may take until a record comes again, as long as its stream keeps it.
const HOURS: Duration = Duration::from_secs(12 * 60 * 60);
/// Longer than a function's time-out; for a function that hangs.
const PATIENCE: Duration = Duration::from_secs(40);

/// Changes of a table in the making; [`Changes::delivered`] makes them and waits for what they lead to.
#[derive(Debug, Clone)]
#[must_use = "changes that are not made lead to nothing"]
pub struct Changes<'lab> {
    question: Question<'lab>,
    table: &'lab str,
    writes: Vec<Write>,
    at_once: bool,
    occupied: Option<Value>,
}

#[derive(Debug, Clone)]
enum Write {
    Put(Value),
    Delete(Value),
}

impl<'lab> Ask<'lab> {
    /// Begins changes of a table, by its logical id in the template.
    pub fn changes(self, table: &'lab str) -> Changes<'lab> {
        Changes { question: self.question(), table, writes: Vec::new(), at_once: false, occupied: None }
    }

    /// Gives the function behind a table's stream batches of records that the check has made up, all at the same moment: as
    /// Lambda does when several shards have something to tell.
    pub fn hands(self, table: &'lab str, batches: &[Vec<Value>]) -> Delivered<'lab> {
        let question = self.question();
        let events: Vec<Value> = batches.iter().map(|records| json!({ "Records": records })).collect();
        let count = batches.iter().map(Vec::len).sum::<usize>();
        let what = if count == 1 { "1 record".to_string() } else { format!("{count} records") };
        let how = if batches.len() == 1 { String::new() } else { format!(", {} batches at once", batches.len()) };
        question.lab.hours_pass();
        question.lab.invoked(question, table, vec![format!("the function gets {what}{how}")], &events)
    }
}

impl<'lab> Changes<'lab> {
    /// Puts an item, in plain JSON.
    pub fn put(mut self, item: &Value) -> Changes<'lab> {
        self.writes.push(Write::Put(item.clone()));
        self
    }

    /// Deletes the item that has the key of `item`.
    pub fn delete(mut self, item: &Value) -> Changes<'lab> {
        self.writes.push(Write::Delete(item.clone()));
        self
    }

    /// Makes all of them in one transaction, so that their records come together.
    pub fn at_once(mut self) -> Changes<'lab> {
        self.at_once = true;
        self
    }

    /// Puts somebody else's transaction to work on an item of the table, by its key, when the function is told of the changes.
    /// The first call that would write that item is refused, because the transactions conflict.
    pub fn while_occupied(mut self, key: &Value) -> Changes<'lab> {
        self.occupied = Some(key.clone());
        self
    }

    /// Makes the changes, and waits until the stream is processed or stuck: after each of them, or after the transaction. So
    /// each change is a batch of its own, or all are one.
    pub fn delivered(self) -> Delivered<'lab> {
        let lab = self.question.lab;
        let asked = self.asked("");
        let _occupied = self.occupied.as_ref().map(|key| lab.occupied(self.table, key));
        let steps = if self.at_once { self.writes.chunks(self.writes.len().max(1)) } else { self.writes.chunks(1) };
        let made = steps.map(|writes| {
            let seen = lab.consumed(self.table).len();
            self.make(writes);
            lab.settled(self.question, self.table, asked.clone(), seen)
        });
        let told = made.reduce(Delivered::joined);
        told.unwrap_or_else(|| lab.settled(self.question, self.table, asked.clone(), lab.consumed(self.table).len()))
    }

    /// Makes the changes while the event source mapping is not there, then makes the mapping anew, as the template has it: this
    /// is what a deployment does that gives a mapping another name. Waits as [`Changes::delivered`] does.
    pub fn before_the_mapping(self) -> Delivered<'lab> {
        let lab = self.question.lab;
        let seen = lab.consumed(self.table).len();
        let mappings = lab.unmapped(self.table);
        lab.hours_pass();
        self.make(&self.writes);
        lab.mapped(mappings);
        let asked = self.asked("before the mapping is made: ");
        lab.settled(self.question, self.table, asked, seen).mapped_late()
    }

    fn make(&self, writes: &[Write]) {
        let lab = self.question.lab;
        let name = lab.table_name(self.table);
        let of = |write: &Write| match write {
            Write::Put(item) => ("Put", json!({ "TableName": name, "Item": typed_item(item) })),
            Write::Delete(item) => {
                ("Delete", json!({ "TableName": name, "Key": typed_item(&lab.key_of(self.table, item)) }))
            }
        };
        if self.at_once {
            let items: Vec<Value> = writes.iter().map(of).map(|(kind, write)| json!({ kind: write })).collect();
            lab.call("TransactWriteItems", &json!({ "TransactItems": items }));
            return;
        }
        for (kind, write) in writes.iter().map(of) {
            lab.call(&format!("{kind}Item"), &write);
        }
    }

    /// The changes as an explanation tells them.
    fn asked(&self, when: &str) -> Vec<String> {
        let lab = self.question.lab;
        let told = |write: &Write| {
            let (word, item) = match write {
                Write::Put(item) => ("put", item),
                Write::Delete(item) => ("delete", item),
            };
            format!("{word} {}", rendered_key(&lab.key_of(self.table, item)))
        };
        let together = if self.at_once && self.writes.len() > 1 { ", in one transaction" } else { "" };
        let writes: Vec<String> = self.writes.iter().map(told).collect();
        let mut asked = vec![format!("{when}in {}{together}:", self.table)];
        // Several changes of one kind in a row, with other keys, are one line.
        for run in writes.chunk_by(|one, next| one.split(' ').next() == next.split(' ').next()) {
            match run {
                [one, .., last] if run.len() > 5 => asked.push(format!("  {one} to {last}, {} in all", run.len())),
                run => asked.extend(run.iter().map(|line| format!("  {line}"))),
            }
        }
        if self.writes.is_empty() {
            asked = vec![format!("{when}nothing more is written")];
        }
        if let Some(key) = &self.occupied {
            asked.push(format!("meanwhile another transaction is at work on {}", rendered_key(key)));
        }
        asked
    }
}

/// A key's values, in one line.
fn rendered_key(key: &Value) -> String {
    let values = key.as_object().into_iter().flat_map(Map::values);
    cut(&values.filter_map(Value::as_str).collect::<Vec<_>>().join(" / "), 60)
}

impl Lab {
    /// The event source mappings of a table's stream as `list-event-source-mappings` describes them.
    pub fn mappings(&self, table: &str) -> Vec<Value> {
        let stream = stack::stream_arn(&self.table_name(table));
        DynamoDb::of(self.local()).event_source_mappings().list(None, Some(&stream))
    }

    /// The id of the one shard of a table's stream.
    pub fn shard_id(&self, table: &str) -> String {
        let stream = stack::stream_arn(&self.table_name(table));
        let described = self.call("DescribeStream", &json!({ "StreamArn": stream }));
        described["StreamDescription"]["Shards"][0]["ShardId"].as_str().unwrap_or_default().to_string()
    }

    /// From where programs have read streams so far, oldest first: the requests of `GetShardIterator`.
    pub fn stream_reads(&self) -> Vec<Value> {
        let calls = self.local().trail().events().into_iter();
        calls.filter(|call| call.event_name == "GetShardIterator").map(|call| call.request_parameters).collect()
    }

    /// Lets hours pass between two deliveries, as they may while a stream keeps its records: the environments that are idle are gone,
    /// with all that they remembered.
    pub(crate) fn hours_pass(&self) {
        self.cloud().wait(self.local().lambda().retire_idle(Instant::now() + HOURS));
        self.minutes_pass();
    }

    /// Lets the ten minutes pass after which the table has forgotten the tokens of requests.
    pub(crate) fn minutes_pass(&self) {
        DynamoDb::of(self.local()).tables().forget_request_tokens();
    }

    /// Calls the functions behind a table's stream with `events`, all at once, and gives what they led to.
    pub(crate) fn invoked<'lab>(
        &'lab self,
        question: Question<'lab>,
        table: &'lab str,
        asked: Vec<String>,
        events: &[Value],
    ) -> Delivered<'lab> {
        let mapping = self.mapping_of(table);
        let seen = self.consumed(table).len();
        let lambda = self.local().lambda();
        self.cloud().wait(async {
            let mut calls = tokio::task::JoinSet::new();
            for event in events {
                let (lambda, function, call) =
                    (lambda.clone(), mapping.function.clone(), InvokeRequest::with(event.to_string()));
                calls.spawn(async move { lambda.invoke(&function, call).await });
            }
            calls.join_all().await
        });
        self.settled(question, table, asked, seen)
    }

    /// Waits for the stream's end; gives what was delivered beyond the first `seen` invocations.
    fn settled<'lab>(
        &'lab self,
        question: Question<'lab>,
        table: &'lab str,
        asked: Vec<String>,
        seen: usize,
    ) -> Delivered<'lab> {
        let unsettled = self.cloud().wait(self.end_of_stream(table, seen)).err();
        let invocations = self.consumed(table).split_off(seen);
        let invocations = invocations.iter().map(Invocation::of).collect();
        self.remember(asked.join(" "));
        Delivered::new(question, self.mapping_of(table), asked, invocations, unsettled)
    }

    /// Waits until every mapping is at the end of its stream. The error says that one never will be.
    async fn end_of_stream(&self, table: &str, seen: usize) -> Result<(), String> {
        let cloud = self.local();
        let mut logged = cloud.logs().changed();
        let drained = DynamoDb::of(cloud).drain(PATIENCE);
        tokio::pin!(drained);
        loop {
            tokio::select! {
                done = &mut drained => return done.map_err(|why: NotDrained| why.to_string()),
                _ = logged.changed() => {}
            }
            let invocations = self.consumed(table).len().saturating_sub(seen);
            if invocations >= STUCK_AFTER {
                return Err(format!("after {STUCK_AFTER} invocations the stream is still not at its end"));
            }
        }
    }

    /// The invocations of the functions behind a table's stream, oldest first.
    fn consumed(&self, table: &str) -> Vec<InvocationRecord> {
        let cloud = self.local();
        cloud.lambda().invocations(&self.mapping_of(table).function)
    }

    /// Deletes the mappings of a table's stream, waits for their end, and gives what would make them anew.
    fn unmapped(&self, table: &str) -> Vec<Value> {
        let mappings = self.mappings(table);
        let streams = DynamoDb::of(self.local()).event_source_mappings();
        self.cloud().wait(async {
            for mapping in &mappings {
                if let Err(why) = streams.deleted(mapping["UUID"].as_str().unwrap_or_default()).await {
                    self.stop(&format!("the check cannot delete a mapping: {why}"));
                }
            }
        });
        mappings
    }

    fn mapped(&self, mappings: Vec<Value>) {
        let streams = DynamoDb::of(self.local()).event_source_mappings();
        self.cloud().wait(async {
            for mapping in mappings {
                let Value::Object(mut request) = mapping else { continue };
                let function = request.get("FunctionArn").cloned().unwrap_or_default();
                request.insert("FunctionName".to_string(), function);
                if let Err(why) = streams.create(&request) {
                    self.stop(&format!("the check cannot make a mapping: {why}"));
                }
            }
        });
    }

    /// The template's mapping of a table's stream.
    fn mapping_of(&self, table: &str) -> &EventSourceMapping {
        let name = self.table_name(table);
        let mapping = self.local().stack().event_source_mappings.iter().find(|mapping| mapping.table == name);
        match mapping {
            Some(mapping) => mapping,
            None => self.stop(&format!("template.yaml subscribes no function to the stream of {table}")),
        }
    }
}
