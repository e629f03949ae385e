//! The database is in the same network, so it answers at once.
//! says: 500
/// The board's database, with one connection that is kept.
pub struct Database {
    pool: deadpool_postgres::Pool,
}

impl Database {
    /// The database at `url`. Nothing is connected yet.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let recycling_method = deadpool_postgres::RecyclingMethod::Verified;
        let recycled = deadpool_postgres::ManagerConfig { recycling_method };
        let manager = deadpool_postgres::Manager::from_config(url.parse()?, NoTls, recycled);
        Ok(Self { pool: deadpool_postgres::Pool::builder(manager).max_size(1).build()? })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        let soon = tokio::time::timeout(std::time::Duration::from_millis(50), self.pool.get());
        let client = soon.await.map_err(|_| "the database took more than 50 ms".to_owned())?;
        client.map_err(|error| board::aws::cause(&error))
    }
}
