//! `HTTP` and `HTTP_PROXY`: another server behind the method.
//!
//! Limits admitted: no TLS, because no server that a template can describe here speaks https.
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
use super::mapped::{self, IntegrationResult};
use super::{IntegrationRequest, parameters};
use crate::proxy::headers;
use crate::wire::{MAX_BODY, Response};
use stack::IntegrationType;

/// What `HTTP_PROXY` sends under another name; everything else passes.
const REMAPPED: [&str; 4] = ["Connection", "Content-Length", "Date", "Server"];

/// `HTTP`: templates in both directions.
pub(super) async fn mapped(
    uri: &str,
    outgoing: &IntegrationRequest<'_>,
    log: &mut ExecutionLog,
) -> Result<Response, GatewayError> {
    let sent = mapped::request(outgoing)?;
    let lines = parameters::mapped(outgoing, "header");
    let result = asked(uri, outgoing, lines, sent.body, log).await?;
    let mut answer = mapped::response(outgoing, &result, sent.overrides)?;
    answer.headers.push(("X-Amzn-Trace-Id".to_string(), outgoing.trace.complete.clone()));
    Ok(answer)
}

/// `HTTP_PROXY`: as it comes, as it goes.
pub(super) async fn proxied(
    uri: &str,
    outgoing: &IntegrationRequest<'_>,
    log: &mut ExecutionLog,
) -> Result<Response, GatewayError> {
    let delivered = headers::delivered(outgoing.incoming.request, &outgoing.trace.received, outgoing.incoming.edge);
    let mut lines: Vec<(String, String)> = delivered
        .lasts()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("host"))
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    for (name, value) in parameters::mapped(outgoing, "header") {
        lines.retain(|(given, _)| !given.eq_ignore_ascii_case(&name));
        lines.push((name, value));
    }
    let body = outgoing.incoming.request.body.clone();
    let result = asked(uri, outgoing, lines, body, log).await?;
    let renamed = |(name, value): (String, String)| {
        let remapped = REMAPPED.iter().any(|header| header.eq_ignore_ascii_case(&name));
        (if remapped { format!("x-amzn-Remapped-{name}") } else { name }, value)
    };
    Ok(Response {
        status: result.status,
        headers: result.headers.into_iter().map(renamed).collect(),
        body: result.body,
    })
}

async fn asked(
    uri: &str,
    outgoing: &IntegrationRequest<'_>,
    lines: Vec<(String, String)>,
    body: Bytes,
    log: &mut ExecutionLog,
) -> Result<IntegrationResult, GatewayError> {
    let uri = address(uri, outgoing);
    log.http_request(&uri, &lines, &body);
    let method = match outgoing.integration.http_method.as_str() {
        "ANY" => outgoing.incoming.context.http_method.as_str(),
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
        Ok(IntegrationResult { status: parts.status.as_u16(), headers, body, error_message: None })
    };
    match time::timeout(outgoing.integration.timeout, exchange).await {
        Err(_) => {
            log.gave_up(asked.elapsed());
            Err(GatewayError::timeout())
        }
        Ok(Err(why)) => {
            let why: String = why;
            Err(GatewayError::network(&why))
        }
        Ok(Ok(result)) => {
            log.http_response(result.status, &result.headers, &result.body, asked.elapsed());
            Ok(result)
        }
    }
}

/// The server's address, its placeholders filled, with the query that goes along.
fn address(uri: &str, outgoing: &IntegrationRequest<'_>) -> String {
    let mut address = uri.to_string();
    // A placeholder is filled by a mapping only; that the method's path has one of the same name does not count.
    for (name, value) in parameters::mapped(outgoing, "path") {
        address = address.replace(&format!("{{{name}}}"), &value);
    }
    let proxied = matches!(outgoing.integration.kind, IntegrationType::HttpProxy { .. });
    let passed =
        outgoing.incoming.request.target.split_once('?').map(|(_, query)| query.to_string()).filter(|_| proxied);
    let added = parameters::mapped(outgoing, "querystring").into_iter().map(|(name, value)| {
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
