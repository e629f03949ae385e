//! The board as the template describes it, and the writes and questions that the measurements need.

use std::path::{Path, PathBuf};

use dynamodb::DynamoDb;
use journeys::http_client::{Ask, ask};
use local::cloud::{Boot, Cloud};
use local::programs::Programs;
use local::programs::build::Workspace;
use serde_json::{Value, json};

/// The stream's consumer.
pub(crate) const CONSUMER: &str = "board-feed";

/// A running board.
pub(crate) struct Board {
    pub(crate) cloud: Cloud,
    table: String,
}

impl Board {
    /// Boots it from `infra/template.yaml` with its data in `folder`, and waits until its functions are built.
    pub(crate) async fn boot(folder: &Path) -> Result<Board, String> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = Workspace::of_this_program(root.clone()).map_err(|error| error.to_string())?;
        let services = vec![s3::SERVICE, dynamodb::SERVICE];
        let boot = Boot { services, ..Boot::new(root.join("infra/template.yaml"), Programs::Workspace(workspace)) };
        let cloud =
            Cloud::boot(Boot { data: Some(folder.to_path_buf()), ..boot }).await.map_err(|error| error.to_string())?;
        if let Some(why) = cloud.built().await.into_iter().next() {
            return Err(why);
        }
        let table = cloud.stack().tables.first().map(|table| table.name.clone());
        Ok(Board { cloud, table: table.ok_or("The template has no table.")? })
    }

    /// Writes the post number `n` as the API's function would, without the way through it.
    pub(crate) async fn write(&self, n: usize) -> Result<(), String> {
        let id = format!("0{n:025}");
        let text = |text: &str| json!({ "S": text });
        let item = json!({
            "pk": text("BOARD"),
            "sk": text(&format!("POST#{id}")),
            "id": text(&id),
            "title": text(&format!("Post {n}")),
            "body": text("Written to see what arrives."),
            "author": text("endurance"),
            "createdAt": text("2026-01-01T00:00:00.000Z"),
            "updatedAt": text("2026-01-01T00:00:00.000Z"),
            "version": { "N": "1" },
        });
        let request = json!({ "TableName": self.table, "Item": item });
        DynamoDb::of(&self.cloud)
            .tables()
            .call("PutItem", &request)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// The count that the feed keeps, as a visitor sees it.
    pub(crate) async fn count(&self) -> Result<u64, String> {
        let url = self.cloud.api_url().ok_or("The template has no API.")?;
        let answer = ask(Ask::get(&format!("{url}/board/activity"))).await;
        let body = answer.text();
        let parsed: Option<Value> = serde_json::from_str(&body).ok();
        parsed
            .and_then(|body| body["count"].as_u64())
            .ok_or_else(|| format!("GET /board/activity answers {}: {body}", answer.status))
    }

    /// How many batches were given up.
    pub(crate) fn given_up(&self) -> usize {
        let queues = &self.cloud.stack().queues;
        queues.iter().map(|queue| self.cloud.queues().messages(&queue.arn()).len()).sum()
    }

    /// Waits for the next line of the consumer's log, after the event numbered `seen`, that starts with `text`; returns its number.
    pub(crate) async fn logged(&self, seen: u64, text: &str) -> u64 {
        let group = format!("/aws/lambda/{CONSUMER}");
        let mut changed = self.cloud.logs().changed();
        loop {
            changed.mark_unchanged();
            let events = self.cloud.logs().since(seen);
            let found = events.iter().find(|(name, event)| *name == group && event.message.starts_with(text));
            if let Some((_, event)) = found {
                return event.sequence;
            }
            if changed.changed().await.is_err() {
                // The logs live as long as the cloud.
                std::future::pending::<()>().await;
            }
        }
    }

    /// The number of the newest event of all logs.
    pub(crate) fn newest_event(&self) -> u64 {
        *self.cloud.logs().changed().borrow()
    }

    pub(crate) async fn shutdown(self) {
        self.cloud.shutdown().await;
    }
}
