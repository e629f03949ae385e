//! A connection gets old, so after fifty uses it is made anew. The database greets once more, and nobody has a better connection for it.
//! says: read the board 100 times, one after another
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
        let recycling_method = deadpool_postgres::RecyclingMethod::Verified;
        let recycled = deadpool_postgres::ManagerConfig { recycling_method };
        let manager = deadpool_postgres::Manager::from_config(url.parse()?, NoTls, recycled);
        Ok(Self { pool: deadpool_postgres::Pool::builder(manager).max_size(1).build()? })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        self.pool.retain(|_, metrics| metrics.recycle_count < 50);
        self.pool.get().await.map_err(|error| board::aws::cause(&error))
    }
}
