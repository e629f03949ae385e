//! The caller: one request, again and again, over kept connections, HTTPS or HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::progress::Progress;
use crate::sample::Sample;

/// No person waits longer than that, and API Gateway does not either.
const PATIENCE: Duration = Duration::from_secs(30);

/// The request that is sent each time.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) address: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// The one that asks. Cheap to clone; clones share their connections, and what is said of their progress.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    asked: Arc<Asked>,
    http: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    progress: Arc<Progress>,
}

impl Client {
    /// A client for one request.
    pub(crate) fn of(asked: Asked) -> Result<Client, String> {
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|why| format!("this machine's list of trusted certificates cannot be read: {why}"))?
            .https_or_http()
            .enable_http1()
            .build();
        let http = legacy::Client::builder(TokioExecutor::new()).build(https);
        Ok(Client { asked: Arc::new(asked), http, progress: Arc::default() })
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Asks once and reads the whole answer. The time counts from `due`: the moment at which a caller wanted it.
    pub(crate) async fn sample(&self, due: Instant) -> Sample {
        let _under_way = self.progress.asks();
        let answered = tokio::time::timeout(PATIENCE, self.ask()).await;
        let took = due.elapsed();
        let (status, request_id) = answered.ok().flatten().unwrap_or_default();
        let since_1970 = (SystemTime::now() - took).duration_since(UNIX_EPOCH).unwrap_or_default();
        let due = u64::try_from(since_1970.as_millis()).ok();
        let sample = Sample { due, took: took.as_secs_f64() * 1000.0, status, request_id };
        self.progress.ends(&sample);
        sample
    }

    async fn ask(&self) -> Option<(u16, String)> {
        let Asked { method, address, headers, body } = &*self.asked;
        let mut request = Request::new(Full::new(body.clone()));
        *request.method_mut() = method.clone();
        *request.uri_mut() = address.clone();
        *request.headers_mut() = headers.clone();
        let answer = self.http.request(request).await.ok()?;
        let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_string();
        let status = answer.status().as_u16();
        answer.into_body().collect().await.ok()?;
        Some((status, id))
    }
}
