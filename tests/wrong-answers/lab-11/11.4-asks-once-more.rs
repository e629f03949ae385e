//! A second try costs nothing.
//! says: 2 tries: a database that has no connection is asked for more of them
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
        match self.pool.get().await {
            Ok(client) => Ok(client),
            Err(_) => self.pool.get().await.map_err(|error| board::aws::cause(&error)),
        }
    }
}
