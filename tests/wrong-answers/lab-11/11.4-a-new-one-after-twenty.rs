//! A connection gets old, so after twenty requests it is made anew.
//! says: got 6 connections
/// The board's database, with one connection that is kept.
pub struct Database {
    config: tokio_postgres::Config,
    kept: tokio::sync::Mutex<Option<std::sync::Arc<tokio_postgres::Client>>>,
}

impl Database {
    /// The database at `url`. Nothing is connected yet.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self { config: url.parse()?, kept: tokio::sync::Mutex::default() })
    }

    async fn connect(&self) -> Result<std::sync::Arc<tokio_postgres::Client>, String> {
        let (client, connection) = self.config.connect(NoTls).await.map_err(|error| board::aws::cause(&error))?;
        tokio::spawn(connection);
        Ok(std::sync::Arc::new(client))
    }

    /// A client to ask with.
    async fn client(&self) -> Result<std::sync::Arc<tokio_postgres::Client>, String> {
        let mut kept = self.kept.lock().await;
        static TURN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let is_old = TURN.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 20 == 19;
        if let Some(client) = &*kept
            && !is_old
            && client.simple_query("").await.is_ok()
        {
            return Ok(client.clone());
        }
        let client = self.connect().await?;
        *kept = Some(client.clone());
        Ok(client)
    }
}
