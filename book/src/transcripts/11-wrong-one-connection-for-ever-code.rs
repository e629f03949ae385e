/// The board's database, with the connection that the first request has made.
pub struct Database {
    config: tokio_postgres::Config,
    client: tokio::sync::OnceCell<tokio_postgres::Client>,
}

impl Database {
    /// The database at `url`.
    ///
    /// # Errors
    /// When the URL is none.
    pub fn of(url: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self { config: url.parse()?, client: tokio::sync::OnceCell::new() })
    }

    /// A client to ask with.
    async fn client(&self) -> Result<&tokio_postgres::Client, String> {
        let connect = || async {
            let (client, connection) = self.config.connect(NoTls).await.map_err(|error| board::aws::cause(&error))?;
            tokio::spawn(connection);
            Ok(client)
        };
        self.client.get_or_try_init(connect).await
    }
}
