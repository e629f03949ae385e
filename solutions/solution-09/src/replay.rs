//! Doing again what was given up: a message of the queue leads to its records, they are entered, the message is deleted.
//!
//! A message holds no records, only where they are, and they are there for 24 hours from when they were written. So the
//! message is the last trace of a change that the digest lacks, and it is deleted last.

use aws_sdk_dynamodbstreams::types::ShardIteratorType;
use aws_sdk_sqs::types::Message;
use board::aws;

use crate::Error;
use crate::change::Change;
use crate::digest::Digest;
use crate::pointer::Pointer;

/// An open shard has pages for ever, and a page can be empty although more follow. So many in a row mean the end.
const EMPTY_PAGES: usize = 5;

/// The way from the queue to the digest.
#[derive(Debug)]
pub struct Replay {
    /// Where the records are.
    pub streams: aws_sdk_dynamodbstreams::Client,
    /// Where the messages are.
    pub queue: aws_sdk_sqs::Client,
    /// The queue's address.
    pub queue_url: String,
    /// Where the changes go.
    pub digest: Digest,
}

/// What became of one message.
#[derive(Debug)]
pub enum Settled {
    /// Its records are in the digest, so many, and it is deleted.
    Done(usize),
    /// It is back in the queue.
    Kept(Error),
}

impl Replay {
    /// Takes the next message, and does what it asks for; nothing where the queue is empty.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn next(&self) -> Result<Option<Settled>, Error> {
        let received = self.queue.receive_message().queue_url(&self.queue_url).max_number_of_messages(1).send().await;
        let messages = received.map_err(|error| aws::cause(&error))?.messages.unwrap_or_default();
        let Some(message) = messages.into_iter().next() else { return Ok(None) };
        match self.settle(&message).await {
            Ok(records) => Ok(Some(Settled::Done(records))),
            Err(why) => {
                self.give_back(&message).await;
                Ok(Some(Settled::Kept(why)))
            }
        }
    }

    /// Enters the records that a message points at; gives how many.
    async fn settle(&self, message: &Message) -> Result<usize, Error> {
        let pointer = Pointer::parse(message.body().unwrap_or_default())?;
        let changes = self.changes(&pointer).await?;
        // lab-09.5 begin
        if changes.len() < pointer.batch_size {
            let (found, wanted) = (changes.len(), pointer.batch_size);
            return Err(format!("the stream has {found} of {wanted} records left; it keeps them for 24 hours").into());
        }
        for change in &changes {
            self.digest.enter(change).await?;
        }
        self.delete(message).await?;
        Ok(changes.len())
        // lab-09.5 starter
        // | // TODO(lab-09.5): the message is the last trace of its records. See when it may go.
        // | self.delete(message).await?;
        // | for change in &changes {
        // |     self.digest.enter(change).await?;
        // | }
        // | Ok(changes.len())
        // lab-09.5 end
    }

    /// The changes that a message points at, in their order; fewer where the stream has dropped some.
    async fn changes(&self, pointer: &Pointer) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        // lab-09.4 begin
        let mut pages = self.pages(pointer, ShardIteratorType::AtSequenceNumber, Some(&pointer.start)).await?;
        'pages: while let Some(page) = pages.next().await? {
            for change in page {
                if pointer.ends_before(&change.sequence_number) {
                    break 'pages;
                }
                changes.push(change);
            }
        }
        // lab-09.4 starter
        // | // TODO(lab-09.4): read what the message points at, and nothing before or after it.
        // | let mut pages = self.pages(pointer, ShardIteratorType::TrimHorizon, None).await?;
        // | while let Some(page) = pages.next().await? {
        // |     changes.extend(page);
        // | }
        // lab-09.4 end
        Ok(changes)
    }

    /// The shard that a message names, page by page from a place on.
    async fn pages(
        &self,
        pointer: &Pointer,
        from: ShardIteratorType,
        sequence_number: Option<&str>,
    ) -> Result<Pages<'_>, Error> {
        let iterator = self.streams.get_shard_iterator().stream_arn(&pointer.stream_arn).shard_id(&pointer.shard_id);
        let iterator = iterator.shard_iterator_type(from).set_sequence_number(sequence_number.map(str::to_owned));
        let next = match iterator.send().await {
            Ok(found) => found.shard_iterator,
            // What is named has been trimmed: then there is nothing to read, and the count shows it.
            Err(error) if error.as_service_error().is_some_and(|error| error.is_trimmed_data_access_exception()) => {
                None
            }
            Err(error) => return Err(aws::cause(&error).into()),
        };
        Ok(Pages { streams: &self.streams, next, empty: 0 })
    }

    async fn delete(&self, message: &Message) -> Result<(), Error> {
        let delete = self.queue.delete_message().queue_url(&self.queue_url);
        let deleted = delete.set_receipt_handle(message.receipt_handle.clone()).send().await;
        deleted.map(|_| ()).map_err(|error| aws::cause(&error).into())
    }

    /// Makes a message visible at once to the next attempt. Where that fails it comes back by itself, when the time is over
    /// for which it is hidden.
    async fn give_back(&self, message: &Message) {
        let change = self.queue.change_message_visibility().queue_url(&self.queue_url).visibility_timeout(0);
        let _later = change.set_receipt_handle(message.receipt_handle.clone()).send().await;
    }
}

/// A shard's changes, as they are read.
struct Pages<'replay> {
    streams: &'replay aws_sdk_dynamodbstreams::Client,
    next: Option<String>,
    empty: usize,
}

impl Pages<'_> {
    /// The next page; nothing at the shard's end, and nothing where no more seems to come.
    async fn next(&mut self) -> Result<Option<Vec<Change>>, Error> {
        let Some(iterator) = self.next.take().filter(|_| self.empty < EMPTY_PAGES) else { return Ok(None) };
        let read = self.streams.get_records().shard_iterator(iterator).send().await;
        let page = read.map_err(|error| aws::cause(&error))?;
        self.next = page.next_shard_iterator;
        let records = page.records.unwrap_or_default();
        self.empty = if records.is_empty() { self.empty + 1 } else { 0 };
        Ok(Some(records.iter().filter_map(Change::of_record).collect()))
    }
}
