//! Two tiny servers for what the real board never does: an API that leaves out or garbles its CORS headers, and the
//! board's page as a bucket would serve it, with a `config.json` that leads to that API. [`fetched`] lets a page of the one
//! ask the other.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::json;
use tokio::net::TcpListener;

use crate::chromium::Chromium;

/// One answer, given to every request of a kind.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers. `SITE` in a value becomes the origin that asked.
    pub headers: Vec<(&'static str, &'static str)>,
}

impl Answer {
    /// 200 with these headers.
    pub fn with(headers: &[(&'static str, &'static str)]) -> Answer {
        Answer { status: 200, headers: headers.to_vec() }
    }

    fn to(&self, asked: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        let origin = asked.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
        for (name, value) in &self.headers {
            let value = HeaderValue::from_str(&value.replace("SITE", origin)).expect("a header's value");
            // Appended, because two of one name are a mistake worth showing.
            headers.append(HeaderName::from_static(name), value);
        }
        let status = StatusCode::from_u16(self.status).expect("a status");
        (status, headers, json!({ "posts": [], "next": null }).to_string()).into_response()
    }
}

/// Serves `preflight` to every OPTIONS and `actual` to everything else; the address of it.
pub async fn serve_answers(preflight: Answer, actual: Answer) -> String {
    serve(Router::new().fallback(move |request: Request| async move {
        let answer = if request.method() == Method::OPTIONS { preflight } else { actual };
        answer.to(request.headers())
    }))
    .await
}

/// Serves the board's page with `api` in its `config.json`; the address of it.
pub async fn serve_site(api: &str) -> String {
    let config = json!({ "api": api }).to_string();
    let router = Router::new()
        .route("/", get(|| file("index.html".to_string())))
        .route("/config.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], config) }))
        .route("/{*path}", get(|Path(path): Path<String>| file(path)));
    serve(router).await
}

/// What happens when a page asks an API with these options of `fetch`, and the API answers like this. The error is what
/// the console says, with `API` and `SITE` for the two addresses.
pub async fn fetched(chromium: &Chromium, options: &str, preflight: Answer, actual: Answer) -> Result<(), String> {
    let api = serve_answers(preflight, actual).await;
    let site = serve_site(&api).await;
    // A page without scripts of its own, so that the console holds this request's entry only.
    let mut tab = chromium.open(&format!("{site}/error.html")).await;
    let script = format!("fetch('{api}/board', {options}).then(() => 'answered', (error) => error.name)");
    let got: String = tab.evaluate(&script).await;
    if got == "answered" {
        return Ok(());
    }
    assert_eq!(got, "TypeError", "the page learns no more than that");
    Err(tab.console.says("CORS policy").await.replace(&api, "API").replace(&site, "SITE"))
}

async fn file(path: String) -> Response {
    let below: PathBuf = journeys::root().join("site").join(&path);
    let Ok(body) = tokio::fs::read(below).await else { return StatusCode::NOT_FOUND.into_response() };
    let content_type = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Serves `page` to every request; the port.
pub async fn serve_page(page: &'static str) -> u16 {
    let answer = move || async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) };
    let url = serve(Router::new().fallback(answer)).await;
    url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address has a port")
}

/// Answers every request, as a server without a guard does, and counts them by `METHOD path`; the port.
pub async fn serve_witness() -> (u16, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let writes = Arc::clone(&seen);
    let answer = move |request: Request| async move {
        let mark = request.uri().query().unwrap_or_default().to_string();
        writes.lock().expect("nobody panics with it").push(mark);
        StatusCode::OK
    };
    let url = serve(Router::new().fallback(answer)).await;
    (url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address has a port"), seen)
}

/// A page that leaves by itself and goes back in the history; its server redirects it to `url` then. The port.
pub async fn serve_return(url: &str) -> u16 {
    let (url, visits) = (url.to_string(), Arc::new(AtomicUsize::new(0)));
    let answer = move |request: Request| {
        // A page with that handler is not kept alive while it is away, so going back asks for it again.
        let leave = |statement: &str| {
            format!("<!doctype html><script>onunload = () => {{}}; setTimeout(() => {statement}, 200)</script>")
        };
        let page = |statement: &str| Html(leave(statement)).into_response();
        let mut answer = match request.uri().path() {
            "/away" => page("history.back()"),
            "/" if visits.fetch_add(1, Ordering::Relaxed) == 0 => page("location.href = '/away'"),
            "/" => Redirect::to(&url).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        };
        answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        std::future::ready(answer)
    };
    let served = serve(Router::new().fallback(answer)).await;
    served.rsplit(':').next().and_then(|port| port.parse().ok()).expect("an address has a port")
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it listens");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
