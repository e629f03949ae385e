//! The pool keeps the connection, and asks it whether it is closed. It is not: the way to the server has forgotten it, and told
//! nobody.
//! says: the connection was lent without being tried
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
        let recycled = deadpool_postgres::ManagerConfig { recycling_method: deadpool_postgres::RecyclingMethod::Fast };
        let manager = deadpool_postgres::Manager::from_config(url.parse()?, NoTls, recycled);
        Ok(Self { pool: deadpool_postgres::Pool::builder(manager).max_size(1).build()? })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<deadpool_postgres::Client, String> {
        self.pool.get().await.map_err(|error| board::aws::cause(&error))
    }
}
