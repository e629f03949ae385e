//! Taking messages out of a queue: received, invisible for a while, deleted or visible again.
//!
//! A message that is received and not deleted comes again once its visibility timeout is over, which is how SQS survives a
//! consumer that dies. <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>

use std::sync::PoisonError;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};

use super::{Message, Queues};
use stack::{Queue, RedrivePolicy};

/// What is known of a message that was received.
#[derive(Debug)]
pub(super) struct Taken {
    visible_again: OffsetDateTime,
    receive_count: u32,
    first_received: i64,
    /// Whether its receiver has made it visible again.
    is_given_back: bool,
}

/// A message as a consumer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// What deletes it.
    pub receipt_handle: String,
    /// How often it has been received, this time included.
    pub receive_count: u32,
    /// When it was first received, in milliseconds since 1970.
    pub first_received: i64,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDepth {
    /// Those that a consumer would get.
    pub visible: usize,
    /// Those that somebody has received and not deleted.
    pub in_flight: usize,
    /// Those whose delay is not over.
    pub delayed: usize,
}

/// A receipt handle: the message that it belongs to, and which receipt. The service's are opaque as well.
pub(crate) struct ReceiptHandle {
    queue: String,
    id: String,
}

impl ReceiptHandle {
    /// What `text` stands for; nothing where it was given out by no queue.
    pub(crate) fn of(text: &str) -> Option<ReceiptHandle> {
        let decoded = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
        let mut parts = decoded.splitn(3, ' ');
        let (_, queue, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some(ReceiptHandle { queue: queue.to_string(), id: id.to_string() })
    }

    /// Whether the queue with this ARN gave it out.
    pub(crate) fn is_of(&self, arn: &str) -> bool {
        self.queue == arn
    }
}

impl Queues {
    /// The stack's queues, as declared.
    pub fn declared(&self) -> Vec<Queue> {
        self.0.declared.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// At most `most` visible messages of the queue with this ARN, which are invisible for `visibility` from now on; the
    /// queue's own timeout where that is `None`.
    pub fn receive(&self, arn: &str, most: usize, visibility: Option<Duration>) -> Vec<Received> {
        let own = self.declared().iter().find(|queue| queue.arn() == arn).map(|queue| queue.visibility_timeout);
        let visibility = visibility.or(own).unwrap_or(Duration::from_secs(30));
        let now = self.0.clock.now();
        self.forget_expired(arn);
        self.redrive(arn);
        let waiting = self.messages(arn).into_iter();
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let visible = waiting.filter(|message| {
            let is_delayed = message.visible_from.is_some_and(|time| time > now);
            !is_delayed && taken.get(&message.id).is_none_or(|taken| taken.visible_again <= now)
        });
        let visible: Vec<Message> = visible.take(most).collect();
        let mut received = Vec::with_capacity(visible.len());
        for message in visible {
            let receipt_handle = BASE64_STANDARD.encode(format!("{} {arn} {}", self.0.clock.uuid(), message.id));
            let before = taken.get(&message.id);
            let receive_count = before.map_or(0, |taken| taken.receive_count) + 1;
            let first_received = before.map_or_else(|| self.0.clock.epoch_millis(), |taken| taken.first_received);
            let visible_again = now + visibility;
            let now_taken = Taken { visible_again, receive_count, first_received, is_given_back: false };
            taken.insert(message.id.clone(), now_taken);
            received.push(Received { message, receipt_handle, receive_count, first_received });
        }
        received
    }

    /// As [`Queues::receive`], but waits up to `wait` for a message to come or to be visible again: SQS's long poll.
    pub async fn receive_within(
        &self,
        arn: &str,
        most: usize,
        visibility: Option<Duration>,
        wait: Duration,
    ) -> Vec<Received> {
        let deadline = Instant::now() + wait;
        let mut arrived = self.0.arrived.subscribe();
        loop {
            arrived.mark_unchanged();
            let received = self.receive(arn, most, visibility);
            if !received.is_empty() || Instant::now() >= deadline {
                return received;
            }
            let wake = self.next_visible(arn).map_or(deadline, |in_time| deadline.min(Instant::now() + in_time));
            // Whichever comes first, a message or the time: look again.
            let _ = timeout_at(wake, arrived.changed()).await;
        }
    }

    /// Deletes the message with this receipt handle. One that is gone already is fine.
    pub(crate) fn delete(&self, arn: &str, handle: &ReceiptHandle) {
        let is_there =
            self.queues().get(arn).is_some_and(|messages| messages.iter().any(|message| message.id == handle.id));
        if is_there {
            self.remove(arn, &handle.id);
        }
    }

    /// Hides the message with this receipt handle for another `visibility`, also with one of an earlier receipt and after its timeout;
    /// false where the message is gone, or its receiver has given it back.
    pub(crate) fn change_visibility(&self, handle: &ReceiptHandle, visibility: Duration) -> bool {
        let now = self.0.clock.now();
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(taken) = taken.get_mut(&handle.id).filter(|taken| !taken.is_given_back) else { return false };
        taken.visible_again = now + visibility;
        taken.is_given_back = visibility.is_zero();
        self.0.arrived.send_modify(|arrived| *arrived += 1);
        true
    }

    /// Deletes every message.
    pub fn purge(&self, arn: &str) {
        for message in self.messages(arn) {
            self.remove(arn, &message.id);
        }
    }

    /// How many messages wait.
    pub fn waiting(&self, arn: &str) -> QueueDepth {
        let now = self.0.clock.now();
        let taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let messages = self.messages(arn);
        let in_flight = messages
            .iter()
            .filter(|message| taken.get(&message.id).is_some_and(|taken| taken.visible_again > now))
            .count();
        let is_delayed = |message: &&Message| message.visible_from.is_some_and(|time| time > now);
        let delayed = messages.iter().filter(is_delayed).count();
        QueueDepth { visible: messages.len() - in_flight - delayed, in_flight, delayed }
    }

    /// Moves what has been received as often as the queue's redrive policy allows, and is visible again, to the dead-letter queue.
    /// It stays where there is none. Its id, and so its age, stays the same, and it is counted on.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html>
    fn redrive(&self, arn: &str) {
        let own = self.declared().into_iter().find(|queue| queue.arn() == arn);
        let Some(RedrivePolicy { target, max_receive_count }) = own.and_then(|queue| queue.redrive_policy) else {
            return;
        };
        let now = self.0.clock.now();
        let is_spent = |message: &Message| {
            let taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
            taken
                .get(&message.id)
                .is_some_and(|taken| taken.visible_again <= now && taken.receive_count >= max_receive_count)
        };
        for mut message in self.messages(arn).into_iter().filter(is_spent) {
            let id = message.id.clone();
            message.attributes.system.insert("DeadLetterQueueSourceArn".to_string(), arn.to_string());
            // First there and then gone from here: what ends in between leaves one too many, and none too few.
            let moved = self.queues().get_mut(&target).map(|messages| self.push(&target, messages, message)).is_some();
            if moved {
                self.take_out(arn, &id);
            }
        }
    }

    /// Deletes what is older than the queue keeps messages.
    fn forget_expired(&self, arn: &str) {
        let kept = self.declared().iter().find(|queue| queue.arn() == arn).map(|queue| queue.message_retention_period);
        let Some(kept) = kept.and_then(|kept| i64::try_from(kept.as_millis()).ok()) else { return };
        let now = self.0.clock.epoch_millis();
        // A clock that stands still draws ids without a time.
        let expired = |message: &Message| message.sent() > 0 && message.sent() + kept <= now;
        let messages = self.queues();
        let expired = messages.get(arn).into_iter().flatten().filter(|message| expired(message));
        let ids: Vec<String> = expired.map(|message| message.id.clone()).collect();
        drop(messages);
        for id in ids {
            self.remove(arn, &id);
        }
    }

    fn remove(&self, arn: &str, id: &str) {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        self.take_out(arn, id);
    }

    /// Takes a message out of its queue, and keeps how often it was received.
    fn take_out(&self, arn: &str, id: &str) {
        if let Some(messages) = self.queues().get_mut(arn) {
            messages.retain(|message| message.id != id);
        }
        if let Some(folder) = &self.0.folder {
            let file = folder.join(arn.rsplit(':').next().unwrap_or_default()).join(format!("{id}.json"));
            // Most have none.
            drop(std::fs::remove_file(file.with_extension("attributes")));
            if let Err(error) = std::fs::remove_file(&file) {
                tracing::warn!(%error, file = %file.display(), "a message was deleted, and comes back after a restart");
            }
        }
    }

    /// How long until a message that is in flight or delayed is visible.
    fn next_visible(&self, arn: &str) -> Option<Duration> {
        let now = self.0.clock.now();
        let messages = self.messages(arn);
        let taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = messages.iter().filter_map(|message| taken.get(&message.id)).map(|taken| taken.visible_again);
        let times = taken.chain(messages.iter().filter_map(|message| message.visible_from));
        times.filter(|time| *time > now).min().and_then(|time| Duration::try_from(time - now).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::sqs::SentAttributes;

    #[tokio::test]
    async fn a_message_is_invisible_once_received_and_gone_once_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let handle = |received: &[Received]| ReceiptHandle::of(&received[0].receipt_handle).unwrap();
        let queue = Queue {
            logical_id: "Q".into(),
            name: "q".into(),
            visibility_timeout: Duration::from_secs(30),
            message_retention_period: Duration::from_secs(60),
            redrive_policy: None,
            policy: None,
        };
        let arn = queue.arn();
        let queues = Queues::open(&[queue], Some(folder.path()), Clock::real()).unwrap();
        let waiting = queues.receive_within(&arn, 1, None, Duration::from_secs(20));
        let sent = async { queues.send(&arn, "one".into()) };
        let (first, _) = tokio::join!(waiting, sent);
        assert_eq!((first.len(), first[0].receive_count), (1, 1));
        assert_eq!(queues.waiting(&arn), QueueDepth { visible: 0, in_flight: 1, delayed: 0 });
        assert!(queues.receive(&arn, 10, None).is_empty());

        assert!(queues.change_visibility(&handle(&first), Duration::ZERO));
        assert!(!queues.change_visibility(&handle(&first), Duration::ZERO), "it is not in flight any more");
        let timed_out = queues.receive(&arn, 10, Some(Duration::ZERO));
        assert!(queues.change_visibility(&handle(&timed_out), Duration::from_secs(30)), "nobody gave it back");
        assert!(queues.receive(&arn, 10, None).is_empty());
        assert!(queues.change_visibility(&handle(&timed_out), Duration::ZERO));
        let again = queues.receive(&arn, 10, Some(Duration::from_millis(20)));
        assert_eq!((again[0].receive_count, again[0].first_received), (3, first[0].first_received));
        let third = queues.receive_within(&arn, 10, None, Duration::from_secs(20)).await;
        assert_eq!(third[0].receive_count, 4);
        assert!(ReceiptHandle::of("unknown").is_none());
        assert!(handle(&third).is_of(&arn) && !handle(&third).is_of("another"));
        queues.delete(&arn, &handle(&third));
        queues.delete(&arn, &handle(&third));
        assert_eq!(queues.waiting(&arn), QueueDepth::default());
        assert_eq!(std::fs::read_dir(folder.path().join("queues/q")).unwrap().count(), 0);
    }

    fn queue(retention: u64) -> Queue {
        Queue {
            logical_id: "Q".into(),
            name: "q".into(),
            visibility_timeout: Duration::from_secs(30),
            message_retention_period: Duration::from_secs(retention),
            redrive_policy: None,
            policy: None,
        }
    }

    #[tokio::test]
    async fn a_delayed_message_comes_when_its_time_has_come() {
        let queue = queue(60);
        let arn = queue.arn();
        let queues = Queues::open(&[queue], None, Clock::real()).unwrap();
        queues.put(&arn, "later".into(), SentAttributes::default(), 1).unwrap();
        assert!(queues.receive(&arn, 1, None).is_empty());
        assert_eq!(queues.waiting(&arn), QueueDepth { visible: 0, in_flight: 0, delayed: 1 });
        let received = queues.receive_within(&arn, 1, None, Duration::from_secs(20)).await;
        assert_eq!(received[0].message.body, "later");
    }

    #[test]
    fn what_was_sent_beside_a_text_is_there_after_a_restart_and_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let queue = queue(60);
        let arn = queue.arn();
        let mut sent = SentAttributes::default();
        sent.message.insert("n".into(), serde_json::json!({ "DataType": "Number", "StringValue": "1" }));
        sent.system.insert("SenderId".into(), "A".into());
        let open = || Queues::open(std::slice::from_ref(&queue), Some(folder.path()), Clock::real()).unwrap();
        open().put(&arn, "one".into(), sent.clone(), 0).unwrap();
        let again = open();
        let received = again.receive(&arn, 1, None);
        assert_eq!((received[0].message.body.as_str(), &received[0].message.attributes), ("one", &sent));
        again.delete(&arn, &ReceiptHandle::of(&received[0].receipt_handle).unwrap());
        assert_eq!(std::fs::read_dir(folder.path().join("queues/q")).unwrap().count(), 0);
    }

    #[test]
    fn what_is_received_too_often_goes_to_the_dead_letter_queue() {
        let folder = tempfile::tempdir().unwrap();
        let dead = Queue { name: "dead".into(), ..queue(60) };
        let redrive = |target: &str| Some(RedrivePolicy { target: target.into(), max_receive_count: 2 });
        let (source, lost) = (
            Queue { name: "jobs".into(), redrive_policy: redrive(&dead.arn()), ..queue(60) },
            Queue {
                name: "lost".into(),
                redrive_policy: redrive("arn:aws:sqs:ap-northeast-2:123456789012:nothing"),
                ..queue(60)
            },
        );
        let all = [dead.clone(), source.clone(), lost.clone()];
        let queues = Queues::open(&all, Some(folder.path()), Clock::real()).unwrap();
        let receive = |queue: &Queue| queues.receive(&queue.arn(), 10, Some(Duration::ZERO));
        let id = queues.put(&source.arn(), "one".into(), SentAttributes::default(), 0).unwrap();
        queues.send(&lost.arn(), "two".into());
        for count in 1..=2 {
            assert_eq!(receive(&source).iter().map(|received| received.receive_count).collect::<Vec<_>>(), [count]);
            assert!(receive(&dead).is_empty());
        }
        assert!(receive(&source).is_empty());
        let moved = receive(&dead);
        assert_eq!((moved.len(), &moved[0].message.id, moved[0].message.body.as_str()), (1, &id, "one"));
        assert_eq!(moved[0].message.attributes.system["DeadLetterQueueSourceArn"], source.arn());
        assert_eq!(moved[0].receive_count, 3, "it is counted on");
        assert_eq!((1..=4).map(|_| receive(&lost).len()).collect::<Vec<_>>(), [1; 4], "there is no such queue");
        // It stays there over a restart, and is nowhere else.
        let again = Queues::open(&all, Some(folder.path()), Clock::real()).unwrap();
        assert_eq!(
            (again.messages(&dead.arn()), again.messages(&source.arn())),
            (vec![moved[0].message.clone()], vec![])
        );
    }

    #[test]
    fn a_message_that_is_too_old_is_gone() {
        let queue = queue(0);
        let arn = queue.arn();
        let queues = Queues::open(&[queue], None, Clock::real()).unwrap();
        queues.send(&arn, "old".into());
        assert!(queues.receive(&arn, 1, None).is_empty());
        assert_eq!(queues.waiting(&arn), QueueDepth::default());
    }
}
