//! The caller: GET requests to one address over kept connections, HTTPS or HTTP.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Empty};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::sample::Sample;

/// No person waits longer than that, and API Gateway does not either.
const PATIENCE: Duration = Duration::from_secs(30);

/// The one that asks. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: Uri,
    http: legacy::Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

impl Client {
    /// A client for one address.
    pub(crate) fn of(address: &str) -> Result<Client, String> {
        let uri: Uri = address.parse().map_err(|why| format!("{address} is not an address: {why}"))?;
        if uri.scheme().is_none() || uri.host().is_none() {
            return Err(format!("{address} is not an address. It begins with https:// or http://."));
        }
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|why| format!("this machine's list of trusted certificates cannot be read: {why}"))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Client { address: uri, http: legacy::Client::builder(TokioExecutor::new()).build(https) })
    }

    /// Asks once and reads the whole answer. The time counts from `due`: the moment at which a caller wanted it.
    pub(crate) async fn sample(&self, due: Instant) -> Sample {
        let answered = tokio::time::timeout(PATIENCE, self.ask()).await;
        let (status, request_id) = answered.ok().flatten().unwrap_or_default();
        Sample { took: due.elapsed().as_secs_f64() * 1000.0, status, request_id }
    }

    async fn ask(&self) -> Option<(u16, String)> {
        let answer = self.http.get(self.address.clone()).await.ok()?;
        let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_string();
        let status = answer.status().as_u16();
        answer.into_body().collect().await.ok()?;
        Some((status, id))
    }
}
