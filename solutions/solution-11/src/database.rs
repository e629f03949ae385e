//! PostgreSQL: how an execution environment comes by a connection, and what it asks.
//!
//! A connection costs the server a process and some megabytes, and there are few. An environment answers one request at a time,
//! so one connection is all that it can use; what counts is how long it keeps it, and whether it notices when it is gone.

use serde_json::{Value, json};
use tokio_postgres::NoTls;

use crate::SHOWN;

const NEWEST: &str = "SELECT id, title, author FROM posts ORDER BY id DESC LIMIT $1";

// lab-11.4 begin
/// The board's database, with one connection that is kept, and made again when it was lost.
pub struct Database {
    pool: deadpool_postgres::Pool,
}

impl Database {
    /// The database at `url`. Nothing is connected yet: the first request does it.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        // While an environment is frozen, a connection can end without its noticing. So it is tried before each use: one
        // round trip more, and no request that fails because of the hour that went before it.
        let recycling_method = deadpool_postgres::RecyclingMethod::Verified;
        let recycled = deadpool_postgres::ManagerConfig { recycling_method };
        let manager = deadpool_postgres::Manager::from_config(url.parse()?, NoTls, recycled);
        Ok(Self { pool: deadpool_postgres::Pool::builder(manager).max_size(1).build()? })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        self.pool.get().await.map_err(|error| board::aws::cause(&error))
    }
}
// lab-11.4 starter
// | // TODO(lab-11.4): each call of `client` makes a connection. Make it once for each environment, keep it, try it before
// | // it is lent, and make it again when it leads nowhere; deadpool_postgres has a pool that does so.
// | /// The board's database.
// | pub struct Database {
// |     config: tokio_postgres::Config,
// | }
// |
// | impl Database {
// |     /// The database at `url`. Nothing is connected yet.
// |     ///
// |     /// # Errors
// |     /// When the URL is none.
// |     pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
// |         Ok(Self { config: url.parse()? })
// |     }
// |
// |     /// A client to ask with.
// |     async fn client(&self) -> Result<tokio_postgres::Client, String> {
// |         let (client, connection) = self.config.connect(NoTls).await.map_err(|error| board::aws::cause(&error))?;
// |         tokio::spawn(connection);
// |         Ok(client)
// |     }
// | }
// lab-11.4 end

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
