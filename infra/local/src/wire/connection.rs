//! One connection: request after request, until either side has had enough.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{self, timeout};

use super::answer::{Delivery, encoded};
use super::body::Chunks;
use super::head::{Framing, Head};
use super::refusal::HttpRefusal;
use super::{Request, Response, asked_to_end};

/// How long a kept-alive connection may stay silent between requests.
const IDLE: Duration = Duration::from_secs(60);
/// How long a request may take to arrive: its head as a whole, its body from one piece to the next.
const PATIENCE: Duration = Duration::from_secs(30);
/// After a refusal: how long, and how much, the client may still send while it has not looked at the answer.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 64 * 1_024 * 1_024;

/// Why a connection ends before its client said so.
enum ConnectionEnd {
    /// The client is gone, silent for too long, or the server is shutting down: nothing to say.
    Silently,
    /// The client is told why.
    Refused(HttpRefusal),
}

impl From<io::Error> for ConnectionEnd {
    fn from(_: io::Error) -> ConnectionEnd {
        ConnectionEnd::Silently
    }
}

impl From<time::error::Elapsed> for ConnectionEnd {
    fn from(_: time::error::Elapsed) -> ConnectionEnd {
        ConnectionEnd::Silently
    }
}

impl From<HttpRefusal> for ConnectionEnd {
    fn from(refusal: HttpRefusal) -> ConnectionEnd {
        ConnectionEnd::Refused(refusal)
    }
}

struct Connection {
    stream: TcpStream,
    /// What has been read and not been used. Requests that a client sends ahead wait here for their turn.
    input: BytesMut,
}

/// Serves `stream` until it ends.
pub(super) async fn run<H, F>(stream: TcpStream, peer: SocketAddr, mut shutdown: watch::Receiver<bool>, handler: H)
where
    H: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    // Answers go out in one write, so waiting for more to send along could only delay them.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut connection = Connection { stream, input: BytesMut::with_capacity(4_096) };
    while let Some((request, keep_alive)) = connection.next_request(peer, &mut shutdown).await {
        let head_only = request.method == "HEAD";
        let response = handler(request).await;
        let keep_alive = keep_alive && !*shutdown.borrow();
        if connection.send(response, Delivery { head_only, keep_alive }).await.is_err() || !keep_alive {
            return;
        }
    }
}

impl Connection {
    /// The next request and whether another may follow; `None` when the connection is over, refused requests answered.
    async fn next_request(
        &mut self,
        peer: SocketAddr,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Option<(Request, bool)> {
        match self.read_request(peer, shutdown).await {
            Ok(request) => Some(request),
            Err(ConnectionEnd::Silently) => None,
            Err(ConnectionEnd::Refused(refusal)) => {
                self.refuse(refusal).await;
                None
            }
        }
    }

    async fn read_request(
        &mut self,
        peer: SocketAddr,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Result<(Request, bool), ConnectionEnd> {
        if self.input.is_empty() {
            tokio::select! {
                read = timeout(IDLE, self.read_more()) => read??,
                () = asked_to_end(shutdown) => return Err(ConnectionEnd::Silently),
            }
        }
        let head = timeout(PATIENCE, self.read_head()).await??;
        let body = self.read_body(&head).await?;
        let Head { method, target, version, headers, keep_alive, .. } = head;
        Ok((Request { method, target, version, headers, body, peer }, keep_alive))
    }

    async fn read_head(&mut self) -> Result<Head, ConnectionEnd> {
        loop {
            if let Some(head) = Head::parse(&self.input)? {
                self.input.advance(head.length);
                return Ok(head);
            }
            self.read_more().await?;
        }
    }

    async fn read_body(&mut self, head: &Head) -> Result<Bytes, ConnectionEnd> {
        // Even before an empty body: botocore waits for it there, too, and without it reads the next answer on the connection wrongly.
        if head.expects_continue && self.input.is_empty() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        match head.framing {
            Framing::Length(length) => {
                while self.input.len() < length {
                    timeout(PATIENCE, self.read_more()).await??;
                }
                Ok(self.input.split_to(length).freeze())
            }
            Framing::Chunked => {
                let (mut chunks, mut body) = (Chunks::new(), BytesMut::new());
                while !chunks.take(&mut self.input, &mut body)? {
                    timeout(PATIENCE, self.read_more()).await??;
                }
                Ok(body.freeze())
            }
        }
    }

    /// Waits for at least one more byte.
    async fn read_more(&mut self) -> Result<(), ConnectionEnd> {
        self.input.reserve(4_096);
        match self.stream.read_buf(&mut self.input).await? {
            0 => Err(ConnectionEnd::Silently),
            _ => Ok(()),
        }
    }

    /// One vectored write: no copy of the body, no second packet for a small one.
    async fn send(&mut self, response: Response, delivery: Delivery) -> Result<(), ConnectionEnd> {
        let (head, body) = encoded(response, delivery);
        timeout(PATIENCE, self.stream.write_all_buf(&mut head.chain(body))).await??;
        Ok(())
    }

    /// Says why, and closes without cutting the client off: a socket closed while unread bytes arrive is reset, and a
    /// reset may take the answer away before the client has read it. So what still comes is thrown away for a while.
    async fn refuse(&mut self, refusal: HttpRefusal) {
        let delivery = Delivery { head_only: false, keep_alive: false };
        if self.send(refusal.response(), delivery).await.is_err() || self.stream.shutdown().await.is_err() {
            return;
        }
        let thrown_away = async {
            let (mut scrap, mut total) = (vec![0; 16_384], 0);
            while let Ok(length @ 1..) = self.stream.read(&mut scrap).await {
                total += length;
                if total > LINGER_BYTES {
                    break;
                }
            }
        };
        // Running out of patience is as good an end as the client's own.
        let _ = timeout(LINGER, thrown_away).await;
    }
}
