//! The server, over sockets: byte-exact transcripts from `transcripts.json`, and what no transcript can show.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::body::Chunks;
use super::head::Head;
use super::refusal::HttpRefusal;
use super::{Request, Response, serve};

/// Lines are joined with CRLF; `{N}` in a line stands for that many letters `x`.
#[derive(Deserialize)]
struct Transcript {
    name: String,
    send: Vec<String>,
    receive: Vec<String>,
}

/// Says back what it was asked.
async fn echo(request: Request) -> Response {
    let (path, _) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let status = path.strip_prefix("/status/").map_or(200, |code| code.parse().unwrap());
    let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let Request { method, target, version, body, .. } = request;
    let body = match body.len() {
        0..100 => String::from_utf8(body.to_vec()).unwrap(),
        long => format!("{long} bytes"),
    };
    Response {
        status,
        headers: vec![
            ("Content-Type".into(), "text/plain".into()),
            ("content-length".into(), "the server's business".into()),
            ("x-Two".into(), "one\r\nX-Smuggled: two".into()),
            ("not a name".into(), "left out".into()),
        ],
        body: Bytes::from(format!("{method} {target} {version} [{}] {body}", headers.join("; "))),
    }
}

async fn started<F>(
    handler: impl Fn(Request) -> F + Clone + Send + 'static,
) -> (String, watch::Sender<bool>, JoinHandle<()>)
where
    F: Future<Output = Response> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (shutdown, signal) = watch::channel(false);
    (address, shutdown, tokio::spawn(serve(listener, signal, handler)))
}

/// Sends everything, says that nothing more will come, and reads to the end.
async fn exchanged(address: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may have answered and closed before all of it is sent.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut received = Vec::new();
    stream.read_to_end(&mut received).await.unwrap();
    received
}

fn expanded(lines: &[String]) -> String {
    let filled =
        lines.iter().map(|line| match line.split_once('{').and_then(|(a, rest)| Some((a, rest.split_once('}')?))) {
            Some((before, (count, after))) => format!("{before}{}{after}", "x".repeat(count.parse().unwrap())),
            None => line.clone(),
        });
    filled.collect::<Vec<_>>().join("\r\n")
}

#[tokio::test]
async fn transcripts() {
    let transcripts: Vec<Transcript> = serde_json::from_str(include_str!("transcripts.json")).unwrap();
    let (address, _shutdown, _server) = started(echo).await;
    let mut wrong = Vec::new();
    for Transcript { name, send, receive } in transcripts {
        let received = exchanged(&address, expanded(&send).as_bytes()).await;
        let (received, expected) = (String::from_utf8_lossy(&received).into_owned(), expanded(&receive));
        if received != expected {
            wrong.push(format!("{name}:\n{expected:?} expected,\n{received:?} received"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn header_values_are_utf8_or_latin1() {
    let (address, _shutdown, _server) = started(echo).await;
    let request = [b"GET / HTTP/1.1\r\nHost: h\r\nA: \xc3\xa9\r\nB: \xe9\r\n\r\n".as_slice()].concat();
    let received = String::from_utf8(exchanged(&address, &request).await).unwrap();
    assert!(received.ends_with("GET / HTTP/1.1 [Host=h; A=é; B=é] "), "{received}");
}

#[tokio::test]
async fn a_client_that_waits_for_continue_gets_it() {
    let (address, _shutdown, _server) = started(echo).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"ok").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("] ok"), "{answer}");
}

#[tokio::test]
async fn a_client_that_waits_for_continue_before_an_empty_body_gets_it_too() {
    let (address, _shutdown, _server) = started(echo).await;
    let request =
        b"PUT / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n";
    let received = String::from_utf8(exchanged(&address, request).await).unwrap();
    assert!(received.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 "), "{received}");
}

#[tokio::test]
async fn a_body_over_10_mb_is_refused_while_it_is_being_sent() {
    let (address, _shutdown, _server) = started(echo).await;
    let head = b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 12000000\r\n\r\n".as_slice();
    let received = exchanged(&address, &[head, &vec![b'x'; 12_000_000]].concat()).await;
    let received = String::from_utf8(received).unwrap();
    assert!(received.starts_with("HTTP/1.1 413 "), "{received}");
    assert!(received.contains("\r\ncontent-type: text; charset=utf-8\r\n"), "{received}");
    assert!(received.ends_with("\r\n\r\nHTTP content length exceeded 10485760 bytes."), "{received}");

    let chunk = [b"300000\r\n".as_slice(), &vec![b'x'; 0x30_0000], b"\r\n"].concat();
    let head = b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice();
    let received = exchanged(&address, &[head, &chunk.repeat(4)].concat()).await;
    assert!(received.starts_with(b"HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_client_still_sending_gets_to_read_why_it_is_refused() {
    let (address, _shutdown, _server) = started(echo).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 12000000\r\n\r\n").await.unwrap();
    stream.peek(&mut [0; 1]).await.unwrap();
    for _ in 0..10 {
        stream.write_all(&[b'x'; 100_000]).await.expect("the server still takes what is sent");
    }
    let mut answer = String::new();
    stream.shutdown().await.unwrap();
    stream.read_to_string(&mut answer).await.expect("the answer is still there");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn chunked_bodies_in_any_pieces() {
    let whole = b"4;x=y\r\nWiki\r\n6\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nT: 1\r\n\r\nGET";
    for cut in 0..whole.len() {
        let (mut chunks, mut body) = (Chunks::new(), BytesMut::new());
        let mut input = BytesMut::from(&whole[..cut]);
        let early = chunks.take(&mut input, &mut body).unwrap();
        input.extend_from_slice(&whole[cut..]);
        assert!(early || chunks.take(&mut input, &mut body).unwrap(), "cut at {cut}");
        assert_eq!((body.as_ref(), input.as_ref()), (b"Wikipedia in \r\n\r\nchunks.".as_slice(), b"GET".as_slice()));
    }
    let refused = |bytes: &[u8]| Chunks::new().take(&mut BytesMut::from(bytes), &mut BytesMut::new()).unwrap_err();
    assert_eq!(
        refused(&[b"0\r\n".as_slice(), &b"Trailer: x\r\n".repeat(1_000)].concat()),
        HttpRefusal::HeadersTooLarge
    );
    assert_eq!(refused(b"A00001\r\n"), HttpRefusal::BodyTooLarge);
    assert_eq!(refused(b"FFFFFFFFFFFFFFFFF\r\n"), HttpRefusal::BodyTooLarge);
    for malformed in [b"\r\n".as_slice(), b"-1\r\n", b"0x5\r\n", b"5\n", &[b'1'; 2_000]] {
        assert!(matches!(refused(malformed), HttpRefusal::BadRequest(_)), "{malformed:?}");
    }
}

#[tokio::test]
async fn shutdown_ends_idle_connections_and_lets_answers_finish() {
    let (asked, may_answer) = (std::sync::Arc::new(Notify::new()), std::sync::Arc::new(Notify::new()));
    let handler = {
        let (asked, may_answer) = (asked.clone(), may_answer.clone());
        move |_| {
            let (asked, may_answer) = (asked.clone(), may_answer.clone());
            async move {
                asked.notify_one();
                may_answer.notified().await;
                Response { status: 200, headers: Vec::new(), body: Bytes::from_static(b"done") }
            }
        }
    };
    let (address, shutdown, server) = started(handler).await;
    let mut idle = TcpStream::connect(&address).await.unwrap();
    let mut busy = TcpStream::connect(&address).await.unwrap();
    busy.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    asked.notified().await;
    shutdown.send(true).unwrap();

    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0, "an idle connection closes");
    may_answer.notify_one();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone");
    tokio::time::timeout(Duration::from_secs(10), server).await.expect("the server ends").unwrap();
    assert!(TcpStream::connect(&address).await.is_err(), "nobody listens any more");
}

/// Valid requests with bytes changed, inserted, doubled and cut off, by a fixed sequence of numbers.
struct Mutations(u64);

impl Mutations {
    fn next(&mut self) -> Vec<u8> {
        const SEEDS: [&[u8]; 3] = [
            b"POST /dev/board?a=b%20c HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 5\r\n\r\nhello",
            b"PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\n",
            b"GET http://h:1/x?y HTTP/1.0\r\nConnection: keep-alive, close\r\nExpect: 100-continue\r\n\r\n",
        ];
        let mut bytes = SEEDS[self.below(SEEDS.len())].to_vec();
        for _ in 0..self.below(6) {
            let at = self.below(bytes.len());
            match self.below(5) {
                0 => bytes[at] = self.byte(),
                1 => bytes.insert(at, self.byte()),
                2 => bytes.truncate(at.max(1)),
                3 => bytes.extend_from_within(at..),
                _ => drop(bytes.drain(at / 2..at)),
            }
            if bytes.is_empty() {
                bytes.push(b'\n');
            }
        }
        bytes
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

#[test]
fn no_bytes_make_the_parsers_panic() {
    let mut mutations = Mutations(7);
    let mut complete = 0;
    for _ in 0..20_000 {
        let bytes = mutations.next();
        if let Ok(Some(head)) = Head::parse(&bytes) {
            assert!(head.length <= bytes.len() && (head.target.starts_with('/') || head.target == "*"), "{bytes:?}");
            complete += 1;
            let (mut chunks, mut body) = (Chunks::new(), BytesMut::new());
            let _ = chunks.take(&mut BytesMut::from(&bytes[head.length..]), &mut body);
        }
        let (mut chunks, mut body) = (Chunks::new(), BytesMut::new());
        let _ = chunks.take(&mut BytesMut::from(bytes.as_slice()), &mut body);
    }
    assert!(complete > 1_000, "the mutations leave enough requests whole: {complete}");
}
