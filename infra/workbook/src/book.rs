//! The book: built in-process, served as files.

use std::path::{Path, PathBuf};

use axum::Router;
use mdbook_driver::MDBook;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::services::{ServeDir, ServeFile};

/// Builds the book into `target/book` and returns that folder. Takes a tenth of a second.
pub fn build(root: &Path) -> Result<PathBuf, String> {
    let folder = root.join("target").join("book");
    let failed = |error| format!("The book cannot be built: {error:#}\nMend the file that it names below book/, then start the command again.");
    let mut book = MDBook::load(root.join("book")).map_err(failed)?;
    book.config.build.build_dir.clone_from(&folder);
    book.build().map_err(failed)?;
    Ok(folder)
}

/// Serves the pages in `folder` on `listener` until `stop` says true.
pub async fn serve(folder: PathBuf, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let missing = ServeFile::new(folder.join("404.html"));
    let pages = Router::new().fallback_service(ServeDir::new(&folder).fallback(missing));
    let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
    if let Err(error) = axum::serve(listener, pages).with_graceful_shutdown(stopped).await {
        eprintln!("The book is no longer served: {error}");
    }
}
