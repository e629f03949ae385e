//! A shard and a queue that the check has made up: a stream of this machine has numbers of one length, is read in one page, and refuses
//! nothing. This one answers the calls of a replay over HTTP, page by page.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use kit::{Lab, Run};
use serde_json::{Value, json};

/// The shard's records, and what of it is refused.
#[derive(Debug, Default)]
pub(crate) struct Shard {
    /// What each call of `GetRecords` gives. The shard is open: after the last page come empty ones.
    pub(crate) pages: Vec<Vec<Value>>,
    /// The page that is refused.
    pub(crate) refused: Option<usize>,
    /// The messages of a queue that may not be deleted; the stack's own queue is asked where there are none.
    pub(crate) messages: Mutex<Vec<Value>>,
    /// How many calls have been answered.
    pub(crate) answered: AtomicUsize,
    /// The last page that was asked for.
    pub(crate) furthest: Arc<AtomicUsize>,
}

/// A record of a new item, as `GetRecords` gives it. Of the item only the texts are told.
pub(crate) fn record(item: &Value, sequence_number: &str) -> Value {
    let keys = json!({ "pk": { "S": item["pk"] }, "sk": { "S": item["sk"] } });
    let texts = item.as_object().into_iter().flatten().filter(|(_, value)| value.is_string());
    let image: Value = texts.map(|(name, text)| (name.clone(), json!({ "S": text }))).collect();
    json!({
        "eventID": sequence_number, "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "ap-northeast-2",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_340_460, "Keys": keys, "NewImage": image, "SequenceNumber": sequence_number,
            "SizeBytes": 210, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

/// A message about the records from `start` to `end`.
pub(crate) fn message(start: &str, end: &str, count: usize) -> Value {
    json!({ "version": "1.0", "DDBStreamBatchInfo": {
        "streamArn": "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board/stream/2026-01-01T00:00:00.000",
        "shardId": "shardId-00000001795340460000-made0up0", "startSequenceNumber": start, "endSequenceNumber": end,
        "batchSize": count,
    } })
}

/// Runs the replay against the shard.
pub(crate) fn replay<'lab>(lab: &'lab Lab, todo: &'lab str, about: &'lab str, shard: Shard) -> Run<'lab> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let url = format!("http://{}", listener.local_addr().expect("it listens"));
    let command = lab.asks(todo, about).command("replay").env("TABLE_NAME", "board");
    let own_queue = !shard.messages.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
    let shard = Arc::new(shard);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let shard = Arc::clone(&shard);
            thread::spawn(move || shard.serve(connection));
        }
    });
    let command = command.env_shown_as("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", &url, "$SHARD_URL");
    if own_queue {
        return command.env("AWS_ENDPOINT_URL_SQS", &url).env("QUEUE_URL", &format!("{url}/123456789012/queue")).run();
    }
    command.env("QUEUE_URL", &lab.queue_url(crate::QUEUE)).run()
}

/// How many answers a program gets that never stops asking.
const ANSWERS: usize = 200;

impl Shard {
    /// Answers one call after the other over a connection.
    fn serve(&self, mut connection: TcpStream) {
        while let Some((operation, request)) = read(&mut connection) {
            if self.answered.fetch_add(1, Ordering::Relaxed) > ANSWERS {
                return;
            }
            let (status, body) = match self.answer(&operation, &request) {
                Ok(body) => ("200 OK", body),
                Err(code) => ("400 Bad Request", json!({ "__type": code, "message": "The check refuses this call." })),
            };
            let body = body.to_string();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            // A program that has gone away reads no answer.
            drop(connection.write_all(format!("{head}{body}").as_bytes()));
        }
    }

    fn answer(&self, operation: &str, request: &Value) -> Result<Value, &'static str> {
        match operation {
            "GetShardIterator" => {
                let (page, from) = match request["ShardIteratorType"].as_str() {
                    Some("TRIM_HORIZON") => (0, 0),
                    Some("LATEST") => (self.pages.len(), 0),
                    after => {
                        let number = &request["SequenceNumber"];
                        let (page, place) = self.place(number).ok_or("ValidationException")?;
                        match after {
                            Some("AFTER_SEQUENCE_NUMBER") => (page, place + 1),
                            // A page in front of it is empty, as it can be.
                            _ if place == 0 && page > 0 && self.pages[page - 1].is_empty() => (page - 1, 0),
                            _ => (page, place),
                        }
                    }
                };
                Ok(json!({ "ShardIterator": format!("{page}/{from}") }))
            }
            "GetRecords" => {
                let iterator = request["ShardIterator"].as_str().and_then(|iterator| iterator.split_once('/'));
                let (page, from) = iterator.ok_or("ValidationException")?;
                let (page, from): (usize, usize) = (page.parse().unwrap_or(0), from.parse().unwrap_or(0));
                self.furthest.fetch_max(page, Ordering::Relaxed);
                if self.refused == Some(page) {
                    return Err("AccessDeniedException");
                }
                let records: Vec<&Value> = self.pages.get(page).into_iter().flatten().skip(from).collect();
                Ok(json!({ "Records": records, "NextShardIterator": format!("{}/0", page + 1) }))
            }
            "ReceiveMessage" => {
                let message = self.messages.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let message = message.map(|body| {
                    json!({ "MessageId": "00000000-0000-4000-8000-000000000001", "ReceiptHandle": "r", "Body": body.to_string() })
                });
                Ok(message.map_or(json!({}), |message| json!({ "Messages": [message] })))
            }
            "DeleteMessage" => Err("AccessDeniedException"),
            _ => Ok(json!({})),
        }
    }

    /// The page and the place in it of the record with this number.
    fn place(&self, number: &Value) -> Option<(usize, usize)> {
        let is_it = |record: &Value| &record["dynamodb"]["SequenceNumber"] == number;
        let pages = self.pages.iter().enumerate();
        pages.filter_map(|(page, records)| Some((page, records.iter().position(is_it)?))).next()
    }
}

/// The next call on a connection: its operation and its body.
fn read(connection: &mut TcpStream) -> Option<(String, Value)> {
    let (mut text, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let whole = String::from_utf8_lossy(&text);
        if let Some((head, body)) = whole.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let fields = head.lines().filter_map(|line| line.split_once(':'));
                let mut named = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
                named.next().map_or("", |(_, value)| value.trim()).to_string()
            };
            if body.len() >= header("content-length").parse().unwrap_or(0) {
                let target = header("x-amz-target");
                let operation = target.rsplit('.').next().unwrap_or_default().to_string();
                return Some((operation, serde_json::from_str(body).unwrap_or_default()));
            }
        }
        match connection.read(&mut part) {
            Ok(length @ 1..) => text.extend_from_slice(&part[..length]),
            _ => return None,
        }
    }
}
