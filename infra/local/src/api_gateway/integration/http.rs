//! `HTTP` and `HTTP_PROXY`: another server behind the method.
//!
//! Limits admitted: no TLS, because nothing that a template can describe here stands behind a method over https.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html>

use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::time;

use super::super::error::GatewayError;
use super::super::execution_log::ExecutionLog;
use super::mapped::{self, Came};
use super::{Errand, parameters};
use crate::proxy::headers;
use crate::stack::IntegrationKind;
use crate::wire::{MAX_BODY, Response};

/// What `HTTP_PROXY` sends under another name; everything else passes.
const REMAPPED: [&str; 4] = ["Connection", "Content-Length", "Date", "Server"];

/// `HTTP`: templates in both directions.
pub(super) async fn mapped(uri: &str, errand: &Errand<'_>, log: &mut ExecutionLog) -> Result<Response, GatewayError> {
    let sent = mapped::request(errand)?;
    let lines = parameters::mapped(errand, "header");
    let came = asked(uri, errand, lines, sent.body, log).await?;
    let mut answer = mapped::response(errand, &came, sent.overrides)?;
    answer.headers.push(("X-Amzn-Trace-Id".to_string(), errand.trace.complete.clone()));
    Ok(answer)
}

/// `HTTP_PROXY`: as it comes, as it goes.
pub(super) async fn proxied(uri: &str, errand: &Errand<'_>, log: &mut ExecutionLog) -> Result<Response, GatewayError> {
    let delivered = headers::delivered(errand.incoming.request, &errand.trace.received, errand.incoming.edge);
    let mut lines: Vec<(String, String)> = delivered
        .lasts()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("host"))
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    for (name, value) in parameters::mapped(errand, "header") {
        lines.retain(|(given, _)| !given.eq_ignore_ascii_case(&name));
        lines.push((name, value));
    }
    let body = errand.incoming.request.body.clone();
    let came = asked(uri, errand, lines, body, log).await?;
    let renamed = |(name, value): (String, String)| {
        let remapped = REMAPPED.iter().any(|header| header.eq_ignore_ascii_case(&name));
        (if remapped { format!("x-amzn-Remapped-{name}") } else { name }, value)
    };
    Ok(Response { status: came.status, headers: came.headers.into_iter().map(renamed).collect(), body: came.body })
}

async fn asked(
    uri: &str,
    errand: &Errand<'_>,
    lines: Vec<(String, String)>,
    body: Bytes,
    log: &mut ExecutionLog,
) -> Result<Came, GatewayError> {
    let uri = address(uri, errand);
    log.http_request(&uri, &lines, &body);
    let method = match errand.integration.http_method.as_str() {
        "ANY" => errand.incoming.context.http_method.as_str(),
        given => given,
    };
    let mut request = ::http::Request::builder().method(method).uri(&uri);
    for (name, value) in &lines {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(body)).map_err(|error| GatewayError::network(&error.to_string()))?;
    let asked = Instant::now();
    let exchange = async {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let (parts, body) = client.request(request).await.map_err(|error| error.to_string())?.into_parts();
        let body = Limited::new(body, MAX_BODY).collect().await.map_err(|error| error.to_string())?.to_bytes();
        let line = |(name, value): (&::http::HeaderName, &::http::HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = parts.headers.iter().map(line).collect();
        Ok(Came { status: parts.status.as_u16(), headers, body, error_message: None })
    };
    match time::timeout(errand.integration.timeout, exchange).await {
        Err(_) => Err(GatewayError::timeout()),
        Ok(Err(why)) => {
            let why: String = why;
            Err(GatewayError::network(&why))
        }
        Ok(Ok(came)) => {
            log.http_response(came.status, &came.headers, &came.body, asked.elapsed());
            Ok(came)
        }
    }
}

/// The server's address, its placeholders filled, with the query that goes along.
fn address(uri: &str, errand: &Errand<'_>) -> String {
    let mut address = uri.to_string();
    // A placeholder is filled by a mapping only; that the method's path has one of the same name does not count.
    for (name, value) in parameters::mapped(errand, "path") {
        address = address.replace(&format!("{{{name}}}"), &value);
    }
    let proxied = matches!(errand.integration.kind, IntegrationKind::HttpProxy { .. });
    let passed = errand.incoming.request.target.split_once('?').map(|(_, query)| query.to_string()).filter(|_| proxied);
    let added = parameters::mapped(errand, "querystring").into_iter().map(|(name, value)| {
        let encoded = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
        format!("{name}={encoded}")
    });
    let query: Vec<String> = passed.into_iter().chain(added).collect();
    if query.is_empty() {
        return address;
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{}", query.join("&"))
}
