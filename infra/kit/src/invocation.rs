//! What a stream's function was given and what it replied: every method is an expectation, and ends the test with an
//! explanation when it is not met.
//!
//! Only Lambda reads that reply, so an explanation says what Lambda does with it (`invocation/cause`).

mod cause;

use local::lambda::InvocationRecord;
use serde_json::{Value, json};
use stack::EventSourceMapping;
use stack::event_pattern::Filters;

use crate::ask::Question;
use crate::cause::InvocationResult;
use crate::difference;
use crate::explanation::{Explanation, shows};
use crate::lab::last_words;
use crate::mask::masked;
use crate::words::{first, short_text};

/// One batch, and what became of it.
#[derive(Debug, Clone)]
pub struct Invocation {
    records: Vec<Value>,
    called: InvocationResult,
}

/// What changes of a table led to.
#[derive(Debug, Clone)]
pub struct Delivered<'lab> {
    question: Question<'lab>,
    mapping: &'lab EventSourceMapping,
    asked: Vec<String>,
    invocations: Vec<Invocation>,
    /// Why the stream is not at its end.
    unsettled: Option<String>,
    /// Whether the mapping was made after the changes.
    mapped_late: bool,
}

impl Invocation {
    pub(crate) fn of(record: &InvocationRecord) -> Invocation {
        let event: Value = serde_json::from_slice(&record.event).unwrap_or_default();
        let records = event["Records"].as_array().cloned().unwrap_or_default();
        Invocation { records, called: InvocationResult::of(&record.outcome) }
    }

    /// The records, as the function got them.
    pub fn records(&self) -> &[Value] {
        &self.records
    }

    /// Whether the function ended in an error instead of a reply.
    pub fn failed(&self) -> bool {
        self.called.failed
    }

    /// The reply; null where it is not JSON.
    pub fn reply(&self) -> Value {
        serde_json::from_slice(&self.called.payload).unwrap_or_default()
    }

    /// What was logged meanwhile.
    pub fn log(&self) -> &str {
        &self.called.log
    }

    /// Whether the function replied, and reported no record as failed.
    pub fn succeeded(&self) -> bool {
        !self.failed() && self.reported().is_empty()
    }

    /// The identifiers in the reply's `batchItemFailures`, as they stand there.
    pub fn reported(&self) -> Vec<Value> {
        let reply = self.reply();
        let failures = reply["batchItemFailures"].as_array().cloned().unwrap_or_default();
        failures.into_iter().map(|mut failure| failure["itemIdentifier"].take()).collect()
    }
}

impl<'lab> Delivered<'lab> {
    pub(crate) fn new(
        question: Question<'lab>,
        mapping: &'lab EventSourceMapping,
        asked: Vec<String>,
        invocations: Vec<Invocation>,
        unsettled: Option<String>,
    ) -> Delivered<'lab> {
        Delivered { question, mapping, asked, invocations, unsettled, mapped_late: false }
    }

    /// Notes that the mapping was made after the changes.
    pub(crate) fn mapped_late(mut self) -> Delivered<'lab> {
        self.mapped_late = true;
        self
    }

    /// The invocations, oldest first.
    pub fn invocations(&self) -> &[Invocation] {
        &self.invocations
    }

    /// The mapping, as `list-event-source-mappings` describes it.
    pub fn mapping(&self) -> Value {
        let mappings = self.question.lab.mappings(self.table());
        mappings.into_iter().next().unwrap_or_default()
    }

    /// Whether the mapping's filters would let a record through that the check has made up.
    pub fn would_get(&self, record: &Value) -> bool {
        Filters::parse(&self.mapping.filters).is_ok_and(|filters| filters.admit(record))
    }

    /// Each record that was delivered, once, in the order of its first delivery.
    pub fn records(&self) -> Vec<&Value> {
        let mut records: Vec<&Value> = Vec::new();
        for record in self.invocations.iter().flat_map(Invocation::records) {
            if !records.iter().any(|known| sequence_number(known) == sequence_number(record)) {
                records.push(record);
            }
        }
        records
    }

    /// How often the record with this sequence number was delivered.
    pub fn deliveries(&self, record: &Value) -> usize {
        let records = self.invocations.iter().flat_map(Invocation::records);
        records.filter(|other| sequence_number(other) == sequence_number(record)).count()
    }

    /// The same, for expectations that belong to another TODO: what is not met there keeps this question from being judged,
    /// whatever it was about.
    #[must_use]
    pub fn attributed_to(&self, todo: &'lab str) -> Delivered<'lab> {
        Delivered { question: self.question.attributed_to(todo), ..self.clone() }
    }

    /// Expects that the stream reached its end.
    pub fn settles(&self) -> &Delivered<'lab> {
        if let Some(why) = &self.unsettled {
            self.fails("every record is dealt with, one way or another", why);
        }
        self
    }

    /// Expects that the function was invoked, and neither failed nor reported a record as failed.
    pub fn succeeds(&self) -> &Delivered<'lab> {
        let troubled = self.invocations.iter().find(|one| !one.succeeded());
        match troubled {
            None if self.invocations.is_empty() => {
                self.fails("your function is invoked", "it was not invoked at all");
            }
            None => self.settles(),
            Some(one) if one.failed() => {
                self.fails_at(Some(one), "your function deals with each record", "an error instead of a reply")
            }
            Some(one) => self.fails_at(Some(one), "your function deals with each record", "it reported one as failed"),
        }
    }

    shows!();

    /// Hands the same events to the function once more, hours later and in their order: Lambda does so when it was cut off after an
    /// invocation and before it had noted how far it had come.
    pub fn again(&self) -> Delivered<'lab> {
        self.question.lab.hours_pass();
        self.once_more("and all of it is delivered once more, hours later")
    }

    /// As [`Delivered::again`], some minutes later: the environment still runs, and the table has forgotten the tokens of requests.
    pub fn again_to_the_same_environment(&self) -> Delivered<'lab> {
        self.question.lab.minutes_pass();
        self.once_more("and all of it is delivered once more, some minutes later")
    }

    fn once_more(&self, how: &str) -> Delivered<'lab> {
        let events: Vec<Value> = self.invocations.iter().map(|one| json!({ "Records": one.records })).collect();
        let mut asked = self.asked.clone();
        asked.push(how.to_string());
        let lab = self.question.lab;
        let each = events.iter().map(std::slice::from_ref);
        let again =
            each.map(|event| lab.invoked(self.question, self.table(), asked.clone(), event)).reduce(Delivered::joined);
        again.unwrap_or_else(|| self.clone())
    }

    /// Expects records and replies, and the items in `stored`, to be those of the answer key, ids, dates and sequence numbers
    /// aside.
    pub fn matches_snapshot(&self, name: &str, stored: &[Value]) -> &Delivered<'lab> {
        let differences = self.question.differences(name, &self.record(stored));
        if differences.is_empty() {
            return self;
        }
        let mut explanation = self.explanation(self.invocations.last());
        explanation.expected = vec!["what the finished lab makes of it".to_string()];
        explanation.got = first(differences.iter().map(ToString::to_string).collect(), difference::SHOWN);
        explanation.fail()
    }

    /// Ends the test, red.
    pub fn fails(&self, expected: &str, got: &str) -> ! {
        let telling = self.invocations.iter().rev().find(|one| !one.succeeded());
        self.fails_at(telling.or(self.invocations.last()), expected, got)
    }

    fn fails_at(&self, invocation: Option<&Invocation>, expected: &str, got: &str) -> ! {
        let mut explanation = self.explanation(invocation);
        explanation.expected = vec![expected.to_string()];
        explanation.got = vec![got.to_string()];
        explanation.fail()
    }

    fn explanation(&self, invocation: Option<&Invocation>) -> Explanation {
        let mut explanation = self.question.explanation();
        explanation.asked.clone_from(&self.asked);
        if let Some(invocation) = invocation {
            explanation.log = last_words(&invocation.called.log);
            if !invocation.failed() {
                explanation.replied = vec![short_text(&invocation.called.payload)];
            }
        }
        explanation.why = match invocation {
            Some(invocation) => cause::cause(self.mapping, invocation, self.unsettled.is_some()),
            None => cause::not_invoked(self.mapping, self.mapped_late),
        };
        explanation
    }

    fn table(&self) -> &'lab str {
        let tables = &self.question.lab.local().stack().tables;
        let table = tables.iter().find(|table| table.name == self.mapping.table);
        table.map_or("", |table| table.logical_id.as_str())
    }

    pub(crate) fn joined(mut before: Delivered<'lab>, next: Delivered<'lab>) -> Delivered<'lab> {
        before.invocations.extend(next.invocations);
        before.unsettled = before.unsettled.or(next.unsettled);
        before
    }

    /// What the answer key keeps.
    fn record(&self, stored: &[Value]) -> Value {
        // In how many batches records come is chance, as long as they do not come in one transaction.
        let mut replies: Vec<Value> = self.invocations.iter().map(Invocation::reply).collect();
        replies.dedup();
        let mut record = json!({ "records": self.records(), "replies": replies, "stored": stored });
        without_moments(&mut record);
        masked(&record)
    }
}

/// A record's place in its shard.
pub(crate) fn sequence_number(record: &Value) -> &str {
    record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
}

/// Takes out the numbers that say when: they have no form by which they could be known.
fn without_moments(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(without_moments),
        Value::Object(fields) => {
            for (name, field) in fields {
                match name.as_str() {
                    "ApproximateCreationDateTime" | "expiresAt" => *field = Value::from("[seconds]"),
                    _ => without_moments(field),
                }
            }
        }
        _ => {}
    }
}
