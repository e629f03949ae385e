//! A database that refuses will refuse again, so nobody asks it any more.
//! says: 500
/// The board's database, with one connection that is kept.
pub struct Database {
    pool: deadpool_postgres::Pool,
    refused: std::sync::OnceLock<String>,
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
        let pool = deadpool_postgres::Pool::builder(manager).max_size(1).build()?;
        Ok(Self { pool, refused: std::sync::OnceLock::new() })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        if let Some(why) = self.refused.get() {
            return Err(why.clone());
        }
        self.pool.get().await.map_err(|error| self.refused.get_or_init(|| board::aws::cause(&error)).clone())
    }
}
