//! HTTP/1.1 as the REST API's callers speak it: sockets in, [`Request`]s out, [`Response`]s back.
//!
//! The usual HTTP libraries fold header names to one spelling. A proxy event keeps the spelling that the client chose
//! (`tEsT-HEADeR` arrives as `tEsT-HEADeR`), and a learner who looks headers up by exact name must meet that here as on
//! AWS. So this small server reads requests itself, with `httparse` for the grammar.
//!
//! Read `connection` for the life of one connection, `head` for what a request may look like, `body` for the two ways in
//! which a body arrives, `refusal` for the answers that are given before a handler is asked, `answer` for what is
//! written.
//!
//! Limits admitted: no TLS, no HTTP/2, no upgrades. Bodies are read whole before the handler sees them, because the
//! gateway gives a function the whole body anyway.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time;

mod answer;
mod body;
mod connection;
mod head;
mod refusal;

/// The largest body that API Gateway takes, in bytes.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
pub const MAX_BODY: usize = 10_485_760;
/// The most that all header lines of a request may have together, in bytes.
pub const MAX_HEADERS: usize = 10_240;
/// The longest path with query, in bytes, on a regional endpoint.
pub const MAX_TARGET: usize = 10_240;

/// How long answers under way may still take after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait before accepting again after the system refused a socket (usually: too many open files).
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// One request, as it was sent: nothing is decoded, folded or reordered.
///
/// Bytes beyond ASCII in header values are read as UTF-8 where they are UTF-8, and otherwise as Latin-1, so that every
/// value becomes text. What API Gateway does with them is not documented.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, … as sent; methods are case-sensitive.
    pub method: String,
    /// Path and query, undecoded: `/dev/board?limit=20`.
    pub target: String,
    /// `HTTP/1.1` or `HTTP/1.0`.
    pub version: &'static str,
    /// Header lines in order, with the client's spelling of names.
    pub headers: Vec<(String, String)>,
    /// The body without its transfer coding.
    pub body: Bytes,
    /// Who is at the other end.
    pub peer: SocketAddr,
}

impl Request {
    /// The first value of the header `name`, in any spelling.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// One answer. `Content-Length` and `Connection` are the server's to write; anything that `headers` says about them is left
/// out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status, three digits.
    pub status: u16,
    /// Header lines in the order and spelling in which they go out.
    pub headers: Vec<(String, String)>,
    /// The body; not sent in answer to `HEAD`, nor with a 204 or 304.
    pub body: Bytes,
}

impl Response {
    /// The first value of the header `name`, in any spelling.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Answers every request that comes to `listener` with what `handler` returns, until `shutdown` turns true or its
/// sender goes away. Then idle connections close at once, and answers under way get one second.
///
/// The caller's binding decides who can reach it; the local cloud binds 127.0.0.1 only.
pub async fn serve<H, F>(listener: TcpListener, mut shutdown: watch::Receiver<bool>, handler: H)
where
    H: Fn(Request) -> F + Clone + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let mut connections = JoinSet::new();
    let ending = shutdown.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection::run(stream, peer, ending.clone(), handler.clone()));
                }
                Err(error) => {
                    tracing::warn!("the REST API cannot accept a connection: {error}");
                    time::sleep(ACCEPT_AGAIN).await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = asked_to_end(&mut shutdown) => break,
        }
    }
    drop(listener);
    let under_way = async { while connections.join_next().await.is_some() {} };
    if time::timeout(GRACE, under_way).await.is_err() {
        tracing::debug!("connections still busy after {GRACE:?} are cut");
    }
}

/// Returns when the server shall end: the signal turned true, or nobody is left to give it.
async fn asked_to_end(shutdown: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is the same order.
    let _ = shutdown.wait_for(|end| *end).await;
}

/// The request that `bytes` are the head of, or the refusal; `None` where the head is not whole.
#[cfg(test)]
pub(crate) fn parsed(bytes: &[u8]) -> Option<Result<Request, Response>> {
    let head = match head::Head::parse(bytes) {
        Ok(head) => head?,
        Err(refusal) => return Some(Err(refusal.response())),
    };
    let head::Head { method, target, version, headers, .. } = head;
    let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
    Some(Ok(Request { method, target, version, headers, body: Bytes::new(), peer }))
}

#[cfg(test)]
mod tests;
