//! HTTP/1.1 on one socket, for every listener but the REST API's, which reads HTTP by itself (`wire`).
//!
//! A connection that does not send a whole head within [`HEAD_TIME`] is closed, so none is held open for nothing.
//! [`crate::guard`] decides who may ask at all, before the handler sees a request.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long the head of a request may take to arrive.
pub const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long a body may take to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(60);
/// The pause after the system refused a socket, which usually means too many open files.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// The operating system gives no port.
#[derive(Debug, Error)]
#[error("The {what} cannot listen on 127.0.0.1:{port}: {why}")]
pub struct NotBound {
    /// What wanted it.
    pub what: &'static str,
    /// The port.
    pub port: u16,
    /// The system's words.
    pub why: std::io::Error,
}

/// A listener for `what` on a port of 127.0.0.1; zero takes any that is free.
///
/// # Errors
///
/// The port is taken, or may not be had.
pub async fn bind(what: &'static str, port: u16) -> Result<(TcpListener, SocketAddr), NotBound> {
    let refused = |why| NotBound { what, port, why };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}

/// A request with the caller's end of its connection.
pub type HttpRequest = http::Request<Incoming>;

/// A fault on demand, in the extensions of a response: it is not sent. What a check asks for, so that it sees what a caller makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection ends without a word.
    HungUp,
    /// Nothing comes until the caller hangs up.
    Held,
}

/// The response, or how its connection ends without it.
async fn sent(response: Response) -> io::Result<Response> {
    match response.extensions().get::<NoAnswer>() {
        None => Ok(response),
        Some(NoAnswer::HungUp) => Err(io::ErrorKind::ConnectionReset.into()),
        Some(NoAnswer::Held) => std::future::pending().await,
    }
}

/// Answers each request that comes to `listener` with what `handler` makes of it, until `stop` says true or its sender goes
/// away. Then idle connections close, and requests under way end first.
pub async fn serve<H, F>(listener: TcpListener, stop: watch::Receiver<bool>, handler: H)
where
    H: Fn(HttpRequest, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    serve_within(HEAD_TIME, listener, stop, handler).await;
}

async fn serve_within<H, F>(head_time: Duration, listener: TcpListener, mut stop: watch::Receiver<bool>, handler: H)
where
    H: Fn(HttpRequest, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_time);
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // A sender that is gone is the same order.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, caller) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            }
        };
        // Answers are small and waited for.
        let _ = stream.set_nodelay(true);
        let handler = handler.clone();
        let service = service_fn(move |request: HttpRequest| {
            let answer = handler(request, caller);
            async move { sent(answer.await).await }
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// Whether the sender of a request waits for `100 Continue` before it sends the body. Hyper says that when the body is first read, so who
/// refuses without reading spares the client the body (RFC 9110, 10.1.1).
pub fn waits_to_continue(headers: &HeaderMap) -> bool {
    headers.get(header::EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than the limit.
    TooLarge,
    /// It broke off.
    Broken,
    /// It took longer than [`BODY_TIME`].
    TooSlow,
}

/// Reads a body of at most `limit` bytes. The rest of a larger one is read and forgotten: a client that is still sending when the
/// connection closes never sees the answer that says why.
///
/// # Errors
///
/// One that is too large, breaks off, or takes too long.
pub async fn read(mut body: Incoming, limit: usize) -> Result<bytes::Bytes, BodyError> {
    let end = tokio::time::Instant::now() + BODY_TIME;
    match tokio::time::timeout_at(end, Limited::new(&mut body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let rest = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout_at(end, rest).await;
            Err(BodyError::TooLarge)
        }
        Ok(Err(_)) => Err(BodyError::Broken),
        Err(_) => Err(BodyError::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    /// What comes back for `sent`, until the connection closes.
    async fn reply_to(address: SocketAddr, sent: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_ends_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = watch::Sender::new(false);
        let read = |request: HttpRequest, _| async move {
            match read(request.into_body(), 4).await {
                Ok(body) => body.into_response(),
                Err(why) => format!("{why:?}").into_response(),
            }
        };
        let server = tokio::spawn(serve_within(Duration::from_millis(200), listener, stop.subscribe(), read));
        assert_eq!(reply_to(address, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n").await, "");
        let post = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
        let whole = reply_to(address, &format!("{post}Content-Length: 2\r\n\r\nab")).await;
        assert!(whole.starts_with("HTTP/1.1 200") && whole.ends_with("ab"), "{whole}");
        let long = reply_to(address, &format!("{post}Content-Length: 5\r\n\r\nabcde")).await;
        assert!(long.ends_with("TooLarge"), "{long}");
        let broken = reply_to(address, &format!("{post}Transfer-Encoding: chunked\r\n\r\nx\r\n")).await;
        assert!(broken.ends_with("Broken") || broken.starts_with("HTTP/1.1 400"), "{broken}");
        stop.send_replace(true);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_client_that_sends_too_much_reads_the_answer_when_it_has_sent_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = watch::Sender::new(false);
        let read = |request: HttpRequest, _| async move {
            format!("{:?}", read(request.into_body(), 4).await.unwrap_err()).into_response()
        };
        let server = tokio::spawn(serve(listener, stop.subscribe(), read));
        // More than both ends of a connection keep.
        let body = "x".repeat(32 * 1024 * 1024);
        let head = format!("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        let answer = reply_to(address, &(head + &body)).await;
        assert!(answer.ends_with("TooLarge"), "{answer}");
        stop.send_replace(true);
        server.await.unwrap();
    }
}
