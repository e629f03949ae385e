//! The messages in a queue: what was given up and set aside.

use serde_json::Value;

use crate::lab::Lab;

impl Lab {
    /// The messages in a queue that nobody has deleted, oldest first, by the queue's logical id in the template. One that
    /// somebody has received and not deleted is among them: it would come again.
    pub fn messages(&self, queue: &str) -> Vec<Value> {
        let messages = self.local().queues().messages(&self.queue_arn(queue));
        let read = |body: &str| serde_json::from_str(body).unwrap_or_else(|_| Value::from(body));
        messages.iter().map(|message| read(&message.body)).collect()
    }

    /// The ids of those messages, oldest first. A message that was sent anew has another one.
    pub fn message_ids(&self, queue: &str) -> Vec<String> {
        self.local().queues().messages(&self.queue_arn(queue)).into_iter().map(|message| message.id).collect()
    }

    /// Puts a message into a queue.
    pub fn sends(&self, queue: &str, message: &Value) {
        if !self.local().queues().send(&self.queue_arn(queue), message.to_string()) {
            self.stop(&format!("the queue {queue} took no message"));
        }
    }

    /// Deletes every message of a queue.
    pub fn purges(&self, queue: &str) {
        self.local().queues().purge(&self.queue_arn(queue));
    }

    /// The address of a queue, for a program that is told which one to read.
    pub fn queue_url(&self, queue: &str) -> String {
        let name = self.queue_arn(queue);
        let name = name.rsplit(':').next().unwrap_or_default();
        format!("{}/{}/{name}", self.local().aws_url(), stack::ACCOUNT)
    }

    fn queue_arn(&self, logical_id: &str) -> String {
        let queue = self.local().stack().queues.iter().find(|queue| queue.logical_id == logical_id);
        match queue {
            Some(queue) => queue.arn(),
            None => self.stop(&format!("template.yaml has no queue {logical_id}")),
        }
    }
}
