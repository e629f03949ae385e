//! The exported talk, opened by the programs that it is made for.
//!
//! The board's file is read by Excalidraw's published package, in Chromium; the cue sheet is laid out by the browser that will print it.
//! Node bundles the package, so it is needed here, as Chromium is. To run it: `npm ci --ignore-scripts --prefix tests/whiteboard-export`,
//! then `cargo test -p whiteboard-export`.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpListener;

/// What Excalidraw has of a file.
#[derive(Debug, Deserialize)]
pub struct Opened {
    /// Its elements.
    pub elements: Vec<Element>,
    /// Elements that the file does not have: what had to be repaired.
    pub strangers: usize,
    /// The words that are shown.
    pub words: Vec<String>,
    /// The lines that are shown.
    pub shapes: usize,
    /// How many elements the editor makes of them.
    pub converted: usize,
}

/// An element as Excalidraw has it.
#[derive(Debug, Deserialize)]
pub struct Element {
    /// Its id.
    pub id: String,
    /// `rectangle`, `ellipse`, `arrow` or `text`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is called.
    pub name: Option<String>,
    /// What a text stands in.
    pub container: Option<String>,
    /// Where an arrow begins.
    pub from: Option<String>,
    /// Where an arrow ends.
    pub to: Option<String>,
    /// What holds on to it.
    pub bound: Vec<String>,
}

/// The published package and `opened.js` as one script.
///
/// # Panics
///
/// Where Node or the package is missing, with the command that installs it.
pub fn script() -> String {
    let folder = journeys::root().join("tests").join("whiteboard-export");
    let bundler: PathBuf = folder.join("node_modules").join("esbuild").join("bin").join("esbuild");
    assert!(
        bundler.is_file(),
        "Excalidraw is not here. Install it with: npm ci --ignore-scripts --prefix tests/whiteboard-export"
    );
    let mut node = Command::new("node");
    node.arg(bundler).arg("opened.js").current_dir(folder).args([
        "--bundle",
        "--format=iife",
        "--minify",
        "--loader:.woff2=empty",
        "--define:process.env.NODE_ENV=\"production\"",
        "--define:import.meta.env={}",
        "--log-level=error",
    ]);
    let bundled = node.output().expect("Node runs; install Node 20 or newer");
    assert!(bundled.status.success(), "{}", String::from_utf8_lossy(&bundled.stderr));
    String::from_utf8(bundled.stdout).expect("a script is text")
}

/// Serves a page with that script on this machine, which can ask for no font elsewhere; its address.
pub async fn serve_excalidraw(script: String) -> String {
    let page = "<!doctype html><meta charset=\"utf-8\"><title>Excalidraw</title>\
                <script>window.EXCALIDRAW_ASSET_PATH = '/assets/';</script><script src=\"/excalidraw.js\"></script>";
    let script = ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script);
    serve(
        Router::new()
            .route("/", get(move || async move { Html(page) }))
            .route("/excalidraw.js", get(move || async move { script })),
    )
    .await
}

/// Serves `page` on this machine; its address.
pub async fn serve_page(page: String) -> String {
    serve(Router::new().route("/", get(move || async move { Html(page) }))).await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// A document as an argument of a function in a page.
pub fn argument(document: &str) -> Value {
    serde_json::from_str(document).expect("the document is JSON")
}
