//! PostgreSQL: how an execution environment comes by a connection, and what it asks.
//!
//! A connection costs the server a process and some megabytes, and there are few. An environment answers one request at a time,
//! so one connection is all that it can use; what counts is how long it keeps it, and whether it notices when it is gone.

use serde_json::{Value, json};
use tokio_postgres::NoTls;

use crate::SHOWN;

const NEWEST: &str = "SELECT id, title, author FROM posts ORDER BY id DESC LIMIT $1";

// TODO(lab-11.4): each call of `client` makes a connection. Make it once for each environment, keep it, try it before
// it is lent, and make it again when it leads nowhere; deadpool_postgres has a pool that does so.
/// The board's database.
pub struct Database {
    config: tokio_postgres::Config,
}

impl Database {
    /// The database at `url`. Nothing is connected yet.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self { config: url.parse()? })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<tokio_postgres::Client, String> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(|error| board::aws::cause(&error))?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Database {
    /// The newest posts.
    ///
    /// # Errors
    /// What the database or the way to it said, on one line.
    pub async fn newest(&self) -> Result<Vec<Value>, String> {
        let client = self.client().await?;
        let rows = client.query(NEWEST, &[&i64::from(SHOWN)]).await.map_err(|error| board::aws::cause(&error))?;
        let post = |row: &tokio_postgres::Row| {
            let text = |column: &str| row.try_get::<_, String>(column).map_err(|error| error.to_string());
            Ok(json!({ "id": text("id")?, "title": text("title")?, "author": text("author")? }))
        };
        rows.iter().map(post).collect()
    }
}
